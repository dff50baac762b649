//! Values of each type, in and out in every format.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;

/// A value as the verbose format spells it.
fn verbose(value: &Value) -> Value {
    let of = |type_name: &str| json!({"type": type_name});
    match value {
        Value::Array(members) if members[0].is_number() => {
            json!({"__metadata": of("Collection(Edm.Int32)"), "results": members})
        }
        Value::Array(members) => json!({"__metadata": of("Collection(Edm.String)"), "results": members}),
        Value::Object(url) => {
            json!({"__metadata": of("SP.FieldUrlValue"), "Description": url["Description"], "Url": url["Url"]})
        }
        plain => plain.clone(),
    }
}

#[test]
fn values_come_back_as_each_format_spells_them() {
    let server = server_with_users();
    let (sites, full) = (sites(&server), full());
    let list = all_types(&server, &sites);
    for (content, accept) in
        [(PLAIN, PLAIN), (MINIMAL, MINIMAL), (VERBOSE, VERBOSE), (VERBOSE, PLAIN), (PLAIN, VERBOSE)]
    {
        let mut body = full.clone();
        if content == VERBOSE {
            body.as_object_mut().unwrap().values_mut().for_each(|value| *value = verbose(value));
        }
        let request = list.request("POST", "/items").header("Accept", accept).header("Content-Type", content);
        let added = request.json(&body).send().expect_status(201).json();
        let added = added.get("d").unwrap_or(&added).clone();
        let id = added["Id"].as_u64().unwrap();
        let path = format!("/items({id})");
        let one = get_as(&list, &path, accept);
        let all = get_as(&list, &format!("/items?$filter=Id eq {id}"), accept);
        let selected = get_as(&list, &format!("{path}?$select=*"), accept);
        for item in [&added, one.get("d").unwrap_or(&one), selected.get("d").unwrap_or(&selected)]
            .into_iter()
            .chain(all.pointer("/d/results/0").or(all.pointer("/value/0")))
        {
            for (name, value) in full.as_object().unwrap() {
                let expected = if accept == VERBOSE { verbose(value) } else { value.clone() };
                assert_eq!(item[name], expected, "{content} to {accept}: {name}");
            }
            assert_eq!(item["OwnerStringId"], "2");
            let texts = json!(["3", "1"]);
            assert_eq!(item["OwnersStringId"], if accept == VERBOSE { verbose(&texts) } else { texts });
        }
        for (name, value) in full.as_object().unwrap() {
            let one = get_as(&list, &format!("{path}?$select={name}"), accept);
            let expected = if accept == VERBOSE { verbose(value) } else { value.clone() };
            assert_eq!(one.get("d").unwrap_or(&one)[name], expected, "{accept}: {name} alone");
        }
    }
}

#[test]
fn collections_are_read_in_each_spelling() {
    let server = server_with_users();
    let sites = sites(&server);
    let list = all_types(&server, &sites);
    let id = list.item(json!({}));
    for (name, members) in
        [("Tags", json!(["b", "a"])), ("SitesId", json!([2, 1])), ("OwnersId", json!([2, 3]))]
    {
        for sent in [
            members.clone(),
            json!({"results": members}),
            json!({"__metadata": {"type": "Collection(Edm.X)"}, "results": members}),
        ] {
            for content in [PLAIN, VERBOSE] {
                merge(&list, id, &json!({name: null})).expect_status(204);
                let request = list.request("MERGE", &format!("/items({id})")).header("Content-Type", content);
                request.json(&json!({name: sent})).send().expect_status(204);
                assert_eq!(list.read(id).json()[name], members, "{sent}");
            }
        }
        for empty in [json!([]), json!({"results": []}), json!(null)] {
            merge(&list, id, &json!({name: members})).expect_status(204);
            merge(&list, id, &json!({name: empty})).expect_status(204);
            for accept in [PLAIN, MINIMAL, VERBOSE] {
                let item = get_as(&list, &format!("/items({id})"), accept);
                assert_eq!(item.get("d").unwrap_or(&item)[name], Value::Null, "{empty} in {accept}");
            }
        }
    }
}

#[test]
fn values_have_one_form() {
    let server = server_with_users();
    let sites = sites(&server);
    let list = all_types(&server, &sites);
    let id = list.item(json!({}));
    let link = |description: &str| json!({"Description": description, "Url": "https://a.example/"});
    for (name, sent, stored) in [
        ("Count", json!(7.0), json!(7)),
        ("Count", json!("-2147483647"), json!(-2_147_483_647)),
        ("Price", json!("4.50"), json!(4.5)),
        ("Price", json!(1e20), json!(1e20)),
        ("Link", json!({"Url": "https://a.example/"}), link("https://a.example/")),
        ("Link", json!({"Url": "https://a.example/", "Description": null}), link("https://a.example/")),
        ("Link", json!({"Url": "https://a.example/", "Description": "Ö \"q\""}), link("Ö \"q\"")),
        ("Link", json!({"Url": "", "Description": "words"}), json!(null)),
        ("Link", json!({"Description": "words"}), json!(null)),
        ("Code", json!(GUID.to_uppercase()), json!(GUID)),
        ("Code", json!(format!("{{{GUID}}}")), json!(GUID)),
        (
            "Tags",
            json!(["é", "red", "outside of the choices"]),
            json!(["é", "red", "outside of the choices"]),
        ),
        ("SiteId", json!("2"), json!(2)),
        ("SitesId", json!(["2", 1.0]), json!([2, 1])),
        ("OwnerId", json!(3), json!(3)),
    ] {
        merge(&list, id, &json!({name: sent})).expect_status(204);
        let found = list.read(id).json()[name].clone();
        let same = found == stored || found.is_number() && found.as_f64() == stored.as_f64();
        assert!(same, "{name}: {sent} became {found}");
    }
}

#[test]
fn wrong_values_are_refused_in_the_clients_format_and_change_nothing() {
    let server = server_with_users();
    let sites = sites(&server);
    let list = all_types(&server, &sites);
    let list = list.field("Bound", 10, json!({"MinimumValue": 0, "MaximumValue": 4.5}));
    list.item(full());
    let long = "x".repeat(256);
    let wrong = "-1, Microsoft.SharePoint.Client.InvalidClientQueryException";
    let (text, validation) = ("-2130575155, ", "-2130575162, ");
    for (name, code, values) in [
        (
            "Count",
            wrong,
            vec![json!(1.5), json!("x"), json!(true), json!(2_147_483_648_u64), json!([1]), json!("")],
        ),
        ("Price", wrong, vec![json!("x"), json!("NaN"), json!(false), json!({"results": [1]}), json!("4,5")]),
        ("Bound", validation, vec![json!(-0.5), json!(5)]),
        (
            "Link",
            wrong,
            vec![json!("https://a.example/"), json!(1), json!([]), json!({"Url": 1}), json!({"Href": "x"})],
        ),
        (
            "Link",
            text,
            vec![json!({"Url": long}), json!({"Url": "x", "Description": long}), json!({"Url": "\u{1}"})],
        ),
        ("Code", wrong, vec![json!("x"), json!(1), json!(""), json!(["7c1d0b52"])]),
        (
            "Tags",
            wrong,
            vec![json!("red"), json!(1), json!([1]), json!([""]), json!(["a;#b"]), json!({"a": []})],
        ),
        (
            "Tags",
            wrong,
            vec![json!([null]), json!([["red"]]), json!({"results": "red"}), json!({"results": null})],
        ),
        ("Tags", text, vec![json!([long]), json!(["\u{0}"])]),
        (
            "SiteId",
            wrong,
            vec![json!(0), json!(-1), json!(1.5), json!("x"), json!([1]), json!(true), json!(1e300)],
        ),
        (
            "SitesId",
            wrong,
            vec![json!(1), json!([0]), json!([1, "x"]), json!([null]), json!({"result": [1]})],
        ),
        ("OwnerId", wrong, vec![json!("ada"), json!({"Id": 1}), json!(0)]),
        ("OwnersId", wrong, vec![json!(1), json!("1;#2")]),
    ] {
        for value in values {
            refused(&list, &json!({"Title": "changed", name: value}), 400, code);
        }
    }
    for name in ["Site", "Sites", "Owner", "Owners", "CountId", "TagsId", "SiteStringId", "Link/Url"] {
        refused(&list, &json!({"Title": "changed", name: 1}), 400, wrong);
    }
}

#[test]
fn null_clears_each_type_and_put_resets_what_is_not_sent() {
    let server = server_with_users();
    let (sites, full) = (sites(&server), full());
    let list = all_types(&server, &sites);
    let id = list.item(full.clone());
    for name in full.as_object().unwrap().keys() {
        merge(&list, id, &json!({name: null})).expect_status(204);
        assert_eq!(list.read(id).json()[name], Value::Null, "{name}");
    }
    let item = list.read(id).json();
    assert_eq!((&item["OwnerStringId"], &item["OwnersStringId"]), (&Value::Null, &Value::Null));
    merge(&list, id, &full).expect_status(204);
    list.request("PUT", &format!("/items({id})")).json(&json!({"Title": "y"})).send().expect_status(204);
    let item = list.read(id).json();
    for name in full.as_object().unwrap().keys().filter(|name| *name != "Title") {
        assert_eq!(item[name], Value::Null, "{name}");
    }
}

#[test]
fn what_was_read_can_be_put_back_in_each_format() {
    let server = server_with_users();
    let sites = sites(&server);
    let list = all_types(&server, &sites);
    for values in [full(), json!({"Title": "empty"})] {
        let id = list.item(values);
        let path = format!("/items({id})");
        for (accept, method) in
            [(PLAIN, "PUT"), (MINIMAL, "PUT"), (VERBOSE, "PUT"), (PLAIN, "MERGE"), (VERBOSE, "MERGE")]
        {
            let before = list.read(id).json();
            let read = get_as(&list, &path, accept);
            let body = read.get("d").unwrap_or(&read);
            let sent = list.request(method, &path).header("Content-Type", accept).json(body).send();
            assert_eq!(sent.status, 204, "{method} {accept}: {sent}");
            let mut after = list.read(id).json();
            for moved in ["Modified", "OData__UIVersionString"] {
                after[moved] = before[moved].clone();
            }
            assert_eq!(after, before, "{accept}");
            // A copy of it is fine too, but for what is the item's own.
            let mut copy = body.clone();
            let members = copy.as_object_mut().unwrap();
            members.retain(|name, _| full().get(name).is_some() || name.ends_with("StringId"));
            list.request("POST", "/items").json(&copy).send().expect_status(201);
        }
    }
}

#[test]
fn string_ids_are_echoes_and_say_nothing_of_their_own() {
    let server = server_with_users();
    let sites = sites(&server);
    let list = all_types(&server, &sites);
    let id = list.item(json!({"OwnerId": 2, "OwnersId": [1, 2]}));
    for (values, status) in [
        (json!({"OwnerStringId": "2"}), 204),
        (json!({"OwnersStringId": ["1", "2"]}), 204),
        (json!({"OwnersStringId": {"results": ["1", "2"]}}), 204),
        (json!({"OwnerStringId": "3"}), 400),
        (json!({"OwnerStringId": null}), 400),
        (json!({"OwnersStringId": ["2", "1"]}), 400),
        (json!({"OwnerStringId": "x"}), 400),
        // The Id moves, and the text is the old one's or the new one's.
        (json!({"OwnerId": 3, "OwnerStringId": "2"}), 204),
        (json!({"OwnerId": 1, "OwnerStringId": "1"}), 204),
        (json!({"OwnerId": 3, "OwnerStringId": "2"}), 400),
    ] {
        let answer = merge(&list, id, &values);
        assert_eq!(answer.status, status, "{values}: {answer}");
    }
    let item = list.read(id).json();
    assert_eq!((&item["OwnerId"], &item["OwnerStringId"]), (&json!(1), &json!("1")));
    assert_eq!(
        get(&list, &format!("/items({id})?$select=OwnersStringId")),
        json!({"OwnersStringId": ["1", "2"]})
    );
    post(&list, "/items", &json!({"OwnerStringId": "1"})).expect_status(400);
    post(&list, "/items", &json!({"OwnerStringId": "1", "OwnerId": 1})).expect_status(201);
}

#[test]
fn a_412_names_the_fields_by_their_internal_names() {
    let server = server_with_users();
    let sites = sites(&server);
    let list = all_types(&server, &sites);
    let id = list.item(json!({"SiteId": 1, "Tags": ["a"]}));
    let changed = json!({
        "Title": null, "Count": 1, "SiteId": 2, "SitesId": [1], "OwnerId": 1, "OwnersId": [1], "Tags": ["a"],
        "Link": {"Url": "https://a.example/"},
    });
    merge(&list, id, &changed).expect_status(204);
    let stale =
        list.request("MERGE", &format!("/items({id})")).header("Accept", PLAIN).header("If-Match", "\"1\"");
    let stale = stale.json(&json!({"SiteId": 3})).send().expect_status(412).json();
    let fields = stale["odata.error"]["conflict"]["fields"].as_array().unwrap();
    let fields: BTreeSet<&str> = fields.iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(fields, BTreeSet::from(["Count", "Link", "Owner", "Owners", "Site", "Sites"]));
    assert_eq!(list.read(id).json()["SiteId"], 2);
}

#[test]
fn items_from_before_a_field_have_null_there_in_every_format() {
    let server = server_with_users();
    let sites = sites(&server);
    let target = id_of(&sites);
    let list = server.list("All");
    let old = list.item(json!({"Title": "old"}));
    let list = list.field("Tags", 15, json!({"DefaultValue": ";#b;#a;#"}));
    let list = list.field("Sites", 7, json!({"LookupList": target, "AllowMultipleValues": true}));
    let list = list.field("Owner", 20, json!({})).field("Link", 11, json!({}));
    let list = list.field("Count", 1, json!({"DefaultValue": "7"}));
    let new = list.item(json!({"SitesId": [1]}));
    for accept in [PLAIN, MINIMAL, VERBOSE] {
        for (path, row) in [(format!("/items({old})"), "/d"), ("/items".into(), "/d/results/0")] {
            let item = get_as(&list, &path, accept);
            let item = item.pointer(row).or(item.pointer("/value/0")).unwrap_or(&item);
            for name in ["Tags", "SitesId", "OwnerId", "OwnerStringId", "Link", "Count"] {
                assert_eq!(item.get(name), Some(&Value::Null), "{name} in {item}");
            }
        }
    }
    let item = list.read(new).json();
    assert_eq!((&item["Tags"], &item["Count"]), (&json!(["b", "a"]), &json!(7)));
    finds(&list, "Tags eq null", &[old]);
    finds(&list, "Sites/Id eq null", &[old]);
    finds(&list, "Tags ne 'a'", &[old]);
    merge(&list, old, &json!({"OwnerId": 2})).expect_status(204);
    assert_eq!(list.read(old).json()["OwnerStringId"], "2");
}
#[test]
fn an_increment_adds_to_integers_and_amounts_within_their_bounds() {
    let server = server_with_users();
    let sites = sites(&server);
    let list = all_types(&server, &sites);
    let id = list.item(json!({"Count": 2_147_483_646, "Price": 4, "SiteId": 1}));
    let add =
        |field: &str| post(&list, &format!("/items({id})/increment"), &json!({"field": field, "by": 1}));
    add("Count").expect_status(200);
    assert_eq!(list.read(id).json()["Count"], 2_147_483_647);
    add("Count").expect_status(400);
    add("Price").expect_status(200);
    assert_eq!(list.read(id).json()["Price"], 5);
    add("SiteId").expect_status(400);
    assert_eq!(list.read(id).json()["SiteId"], 1);
}
