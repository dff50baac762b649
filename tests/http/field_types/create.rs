//! How fields of these types are made and changed.

use serde_json::{Value, json};

use super::*;

#[test]
fn pnpjs_makes_each_type_with_its_verbose_body() {
    let server = Server::start(Options::default());
    let (sites, list) = (sites(&server), server.list("All"));
    let target = id_of(&sites);
    for (name, kind, type_name, settings) in [
        ("Integer", 1, "SP.Field", json!({"MinimumValue": -1})),
        (
            "Currency",
            10,
            "SP.FieldCurrency",
            json!({"CurrencyLocaleId": 1031, "MinimumValue": 0, "MaximumValue": 4.5}),
        ),
        ("URL", 11, "SP.FieldUrl", json!({"DisplayFormat": 1})),
        ("Guid", 14, "SP.FieldGuid", json!({})),
        ("MultiChoice", 15, "SP.FieldMultiChoice", json!({"Choices": ["a", "b"], "FillInChoice": true})),
        ("User", 20, "SP.FieldUser", json!({"SelectionMode": 1})),
        ("UserMulti", 20, "SP.FieldUser", json!({"SelectionMode": 0, "AllowMultipleValues": true})),
        ("Lookup", 7, "SP.FieldLookup", json!({"LookupList": target, "LookupField": "Title"})),
        ("LookupMulti", 7, "SP.FieldLookup", json!({"LookupList": target, "AllowMultipleValues": true})),
    ] {
        let mut body =
            json!({"__metadata": {"type": type_name}, "Title": format!("My{name}"), "FieldTypeKind": kind});
        for (setting, value) in settings.as_object().unwrap() {
            body[setting] = if value.is_array() { json!({"results": value}) } else { value.clone() };
        }
        let request = list.request("POST", "/fields").header("Accept", VERBOSE);
        let made =
            request.header("Content-Type", VERBOSE).json(&body).send().expect_status(201).json()["d"].clone();
        assert_eq!(made["__metadata"]["type"], type_name, "{name}");
        assert_eq!((&made["TypeAsString"], &made["FieldTypeKind"]), (&json!(name), &json!(kind)));
        let read = get(&list, &format!("/fields/getbytitle('My{name}')"));
        for (setting, value) in settings.as_object().unwrap() {
            let value = if setting == "LookupList" { json!(format!("{{{target}}}")) } else { value.clone() };
            assert_eq!(read[setting], value, "{name}.{setting}");
        }
        assert_eq!(
            read["EntityPropertyName"],
            format!("My{name}"),
            "no Id behind it: that is the values' name alone"
        );
        // What was read may be sent back, and what it is made of may not be changed.
        let same = list.request("MERGE", &format!("/fields/getbytitle('My{name}')"));
        same.json(&read).send().expect_status(204);
        for change in [json!({"LookupList": GUID}), json!({"FieldTypeKind": 2}), json!({"LookupField": "ID"})]
        {
            let path = format!("/fields/getbytitle('My{name}')");
            list.request("MERGE", &path).json(&change).send().expect_status(400);
        }
    }
}

#[test]
fn the_parameters_of_pnpjs_addlookup_name_the_list() {
    let server = Server::start(Options::default());
    let (sites, list) = (sites(&server), server.list("All"));
    let made = |parameters: Value| post(&list, "/fields", &json!({"parameters": parameters}));
    let field = made(
        json!({"Title": "A", "FieldTypeKind": 7, "LookupListId": id_of(&sites), "LookupFieldName": "size"}),
    );
    let field = field.expect_status(201).json();
    assert_eq!((&field["LookupField"], &field["TypeAsString"]), (&json!("Size"), &json!("Lookup")));
    let braces = json!({"Title": "B", "FieldTypeKind": 7, "LookupListId": format!("{{{}}}", id_of(&sites))});
    assert_eq!(made(braces).expect_status(201).json()["LookupField"], "Title");
    for (parameters, status) in [
        (json!({"Title": "C", "FieldTypeKind": 7}), 400),
        (json!({"Title": "C", "FieldTypeKind": 7, "LookupListId": "x"}), 400),
        (json!({"Title": "C", "FieldTypeKind": 7, "LookupListId": GUID}), 404),
        (
            json!({"Title": "C", "FieldTypeKind": 7, "LookupListId": id_of(&sites), "LookupFieldName": "Nope"}),
            404,
        ),
        (json!({"Title": "C", "FieldTypeKind": 7, "LookupListId": id_of(&sites), "DefaultValue": "1"}), 400),
        (json!({"Title": "C", "FieldTypeKind": 20, "SelectionMode": 2}), 400),
        (json!({"Title": "C", "FieldTypeKind": 11, "DefaultValue": "https://a.example/"}), 400),
        (json!({"Title": "C", "FieldTypeKind": 14, "DefaultValue": "x"}), 400),
        (json!({"Title": "C", "FieldTypeKind": 1, "DefaultValue": "4.5"}), 400),
        (json!({"Title": "C", "FieldTypeKind": 17}), 400),
    ] {
        assert_eq!(made(parameters.clone()).status, status, "{parameters}");
    }
    assert_eq!(get(&list, "/fields?$filter=Title eq 'C'")["value"], json!([]));
    // A list of another site is none of this one's.
    let other = server.list_in("/sites/demo", "Elsewhere");
    made(json!({"Title": "C", "FieldTypeKind": 7, "LookupListId": id_of(&other)})).expect_status(404);
}

#[test]
fn an_index_and_unique_values_are_for_what_has_one_order() {
    let server = Server::start(Options::default());
    let (sites, list) = (sites(&server), server.list("All"));
    let target = id_of(&sites);
    let multiple = json!({"LookupList": target, "AllowMultipleValues": true});
    for (title, kind, settings, indexed, unique) in [
        ("A", 1, json!({}), 201, 201),
        ("B", 10, json!({}), 201, 201),
        ("C", 11, json!({}), 201, 400),
        ("D", 14, json!({}), 201, 201),
        ("E", 15, json!({}), 400, 400),
        ("F", 7, json!({"LookupList": target}), 201, 201),
        ("G", 7, multiple, 400, 400),
        ("H", 20, json!({}), 201, 201),
        ("I", 20, json!({"AllowMultipleValues": true}), 400, 400),
    ] {
        for (setting, status) in [("Indexed", indexed), ("EnforceUniqueValues", unique)] {
            let mut body = settings.clone();
            body["Title"] = format!("{title}{setting}").into();
            body["FieldTypeKind"] = kind.into();
            body[setting] = true.into();
            let answer = post(&list, "/fields", &body);
            assert_eq!(answer.status, status, "{body}: {answer}");
            if status == 201 {
                assert_eq!(answer.json()[setting], true);
            }
        }
        // The same where a field is there already.
        let mut body = settings.clone();
        body["Title"] = title.into();
        body["FieldTypeKind"] = kind.into();
        post(&list, "/fields", &body).expect_status(201);
        for (setting, status) in [("EnforceUniqueValues", unique), ("Indexed", indexed)] {
            let path = format!("/fields/getbytitle('{title}')");
            let answer = list.request("MERGE", &path).json(&json!({setting: true})).send();
            assert_eq!(answer.status, if status == 201 { 204 } else { 400 }, "{title}.{setting}: {answer}");
        }
    }
    let path = "/fields/getbytitle('F')";
    list.request("MERGE", path).json(&json!({"AllowMultipleValues": true})).send().expect_status(400);
    list.request("MERGE", path).json(&json!({"AllowMultipleValues": false})).send().expect_status(204);
}

#[test]
fn unique_values_are_kept_apart_and_address_items() {
    let server = server_with_users();
    let (sites, list) = (sites(&server), server.list("Unique"));
    let target = id_of(&sites);
    let list = list.field("Site", 7, json!({"LookupList": target, "EnforceUniqueValues": true}));
    let list = list.field("Owner", 20, json!({"EnforceUniqueValues": true}));
    let list = list.field("Code", 14, json!({"EnforceUniqueValues": true}));
    let list = list.field("Price", 10, json!({"EnforceUniqueValues": true}));
    list.item(json!({"SiteId": 1, "OwnerId": 1, "Code": GUID, "Price": 4.5}));
    list.item(json!({}));
    list.item(json!({}));
    let upper = GUID.to_uppercase();
    for twice in
        [json!({"SiteId": 1}), json!({"OwnerId": 1}), json!({"Code": upper}), json!({"Price": "4.50"})]
    {
        let answer = post(&list, "/items", &twice).expect_status(409);
        assert!(answer.text().contains("SPDuplicateValuesFoundException"), "{answer}");
        merge(&list, 2, &twice).expect_status(409);
    }
    for key in
        ["SiteId=1", "OwnerId=1", &format!("Code=guid'{GUID}'"), &format!("Code='{upper}'"), "Price=4.5"]
    {
        assert_eq!(get(&list, &format!("/items({key})"))["Id"], 1, "{key}");
    }
    let put =
        |key: &str| list.request("PUT", &format!("/items({key})")).json(&json!({"Title": "new"})).send();
    put("SiteId=2").expect_status(201);
    assert_eq!(get(&list, "/items(SiteId=2)")["Title"], "new");
    assert_eq!(put("SiteId=99").status, 400, "a key refers to what is there too");
    assert_eq!(put("OwnerId=99").status, 400);
    list.request("GET", "/items(SiteId=99)").send().expect_status(404);
}
