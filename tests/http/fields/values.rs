//! What fields ask of items, and what becomes of values where fields come and go.

use std::collections::BTreeSet;

use matchlist_tests::{Options, Server};
use serde_json::{Map, Value, json};

use super::{PLAIN, VERBOSE, add, create, delete, field, get, ids, merge};

#[test]
fn a_deleted_field_takes_its_values_with_it() {
    let server = Server::start(Options::default());
    let list = server.list("Tasks").field("State", 2, json!({"Indexed": true, "EnforceUniqueValues": true}));
    let old = list.item(json!({"Title": "x", "State": "open"}));
    let old_id = field(&list, "State")["Id"].clone();
    delete(&list, "State").expect_status(200);
    list.request("GET", "/fields/getbytitle('State')").send().expect_status(404);
    assert_eq!(list.read(old).json().get("State"), None);
    list.request("GET", "/items?$filter=State%20eq%20'open'").send().expect_status(400);
    let sent = list.request("MERGE", &format!("/items({old})")).json(&json!({"State": "x"})).send();
    sent.expect_status(400);

    let list = list.field("State", 2, json!({"Indexed": true, "EnforceUniqueValues": true}));
    assert_ne!(field(&list, "State")["Id"], old_id);
    assert_eq!(list.read(old).json().get("State"), Some(&Value::Null));
    let selected = get(&list, &format!("/items({old})?$select=State"));
    assert_eq!(selected, json!({"State": null}));
    assert_eq!(get(&list, "/items?$select=State")["value"], json!([{"State": null}]));
    assert_eq!(get(&list, "/items?$select=*")["value"][0].get("State"), Some(&Value::Null));
    assert_eq!(ids(&list, "State eq 'open'"), [0; 0]);
    assert_eq!(ids(&list, "State eq null"), [old]);
    let new = list.item(json!({"State": "open"}));
    list.request("MERGE", &format!("/items({old})")).json(&json!({"Title": "y"})).send().expect_status(204);
    assert_eq!(list.read(old).json().get("State"), Some(&Value::Null));
    assert_eq!(ids(&list, "State eq 'open'"), [new]);
}

#[test]
fn items_from_before_a_field_have_null_there() {
    let server = Server::start(Options::default());
    let list = server.list("Tasks");
    let old = list.item(json!({"Title": "x"}));
    let list = list.field("Count", 9, json!({"DefaultValue": "7"}));
    let new = list.item(json!({"Title": "y"}));
    assert_eq!(list.read(old).json().get("Count"), Some(&Value::Null));
    for accept in [VERBOSE, "application/json", PLAIN] {
        let all = list.request("GET", "/items").header("Accept", accept).send().json();
        let rows = all.pointer("/d/results").or(all.get("value")).unwrap().clone();
        assert_eq!(rows[0].get("Count"), Some(&Value::Null), "{accept}");
        assert_eq!(rows[1]["Count"], 7, "{accept}");
    }
    assert_eq!(get(&list, &format!("/items({old})?$select=Count")), json!({"Count": null}));
    assert_eq!(ids(&list, "Count eq null"), [old]);
    assert_eq!(ids(&list, "Count eq 7"), [new]);
    assert_eq!(ids(&list, "Count ne 7"), [old]);
}

#[test]
fn defaults_are_applied_where_nothing_is_sent_and_not_to_null() {
    let server = Server::start(Options::default());
    let list = server.list("Tasks");
    let mut expected = Map::new();
    for (title, kind, default, value) in [
        ("T", 2, json!("a \"b\""), json!("a \"b\"")),
        ("N", 3, json!("two\nlines"), json!("two\nlines")),
        ("D", 4, json!("2024-05-01T10:00:00+02:00"), json!("2024-05-01T08:00:00Z")),
        ("C", 6, json!("x"), json!("x")),
        ("B", 8, json!("1"), json!(true)),
        ("F", 8, json!("0"), json!(false)),
        ("M", 9, json!("4.5"), json!(4.5)),
    ] {
        let made = create(&list, json!({"Title": title, "FieldTypeKind": kind, "DefaultValue": default}));
        assert_eq!(made.expect_status(201).json()["DefaultValue"], default);
        expected.insert(title.into(), value);
    }
    create(&list, json!({"Title": "Today", "FieldTypeKind": 4, "DefaultValue": "[today]"}))
        .expect_status(201);
    let of = |id: u64| list.read(id).json();
    let holds = |id: u64| expected.iter().all(|(name, value)| of(id)[name] == *value);

    let id = list.item(json!({"Title": "x"}));
    assert!(holds(id), "{}", of(id));
    assert_eq!(of(id)["Today"].as_str().unwrap()[..10], of(id)["Created"].as_str().unwrap()[..10]);

    let nulls: Map<String, Value> = expected.keys().map(|name| (name.clone(), Value::Null)).collect();
    let id = list.item(nulls.clone().into());
    assert!(expected.keys().all(|name| of(id)[name].is_null()), "{}", of(id));
    list.request("MERGE", &format!("/items({id})")).json(&json!({"Title": "y"})).send().expect_status(204);
    assert!(expected.keys().all(|name| of(id)[name].is_null()), "{}", of(id));
    list.request("PUT", &format!("/items({id})")).json(&json!({"Title": "y"})).send().expect_status(204);
    assert!(holds(id), "{}", of(id));

    for (kind, default) in [(9, "x"), (8, "yes"), (4, "someday"), (2, &*"x".repeat(256))] {
        create(&list, json!({"Title": "Bad", "FieldTypeKind": kind, "DefaultValue": default}))
            .expect_status(400);
    }
}

#[test]
fn settings_of_a_field_bind_its_values() {
    let server = Server::start(Options::default());
    let list = server.list("Tasks");
    let list = list.field("Must", 2, json!({"Required": true}));
    let list = list.field("Short", 2, json!({"MaxLength": 3}));
    let list = list.field("Bound", 9, json!({"MinimumValue": -1, "MaximumValue": 4.5}));
    let list = list.field("Unique", 2, json!({"EnforceUniqueValues": true}));
    let list = list.choice("Pick", &["a", "b"]);
    assert_eq!(field(&list, "Unique")["Indexed"], true);
    let id =
        add(&list, json!({"Must": "x", "Short": "äöü", "Bound": 4.5, "Unique": "Key"})).expect_status(201);
    let id = id.json()["Id"].as_u64().unwrap();
    let good = list.read(id).json();
    for (values, status) in [
        (json!({"Title": "no Must"}), 400),
        (json!({"Must": ""}), 400),
        (json!({"Must": null}), 400),
        (json!({"Must": "x", "Short": "abcd"}), 400),
        (json!({"Must": "x", "Bound": -1.5}), 400),
        (json!({"Must": "x", "Bound": 5}), 400),
        (json!({"Must": "x", "Unique": "kEY"}), 409),
    ] {
        let refused = add(&list, values.clone());
        assert_eq!(refused.status, status, "{values}: {refused}");
    }
    for (values, status) in [
        (json!({"Must": ""}), 400),
        (json!({"Short": "abcd"}), 400),
        (json!({"Bound": 1e300}), 400),
        (json!({"Unique": "key"}), 204),
        (json!({"Unique": "Key"}), 204),
        (json!({"Pick": "outside, as in SharePoint"}), 204),
        (json!({"Pick": null}), 204),
    ] {
        let merged = list.request("MERGE", &format!("/items({id})")).json(&values).send();
        assert_eq!(merged.status, status, "{values}: {merged}");
    }
    assert_eq!(list.read(id).json()["Bound"], good["Bound"]);
    for _ in 0..2 {
        add(&list, json!({"Must": "x"})).expect_status(201);
    }
    assert_eq!(ids(&list, "Unique eq null").len(), 2, "two without a value are no duplicates");
    merge(&list, "Must", json!({"EnforceUniqueValues": true})).expect_status(409);
    assert_eq!(field(&list, "Must")["EnforceUniqueValues"], false);
}

#[test]
fn unique_values_are_compared_by_what_they_mean() {
    let server = Server::start(Options::default());
    let list = server.list("Tasks");
    let unique = json!({"EnforceUniqueValues": true});
    let list = list.field("N", 9, unique.clone()).field("D", 4, unique.clone()).field("C", 6, unique);
    add(&list, json!({"N": 1, "D": "2024-05-01T08:00:00Z", "C": "a"})).expect_status(201);
    for same in
        [json!({"N": 1.0}), json!({"N": "1"}), json!({"D": "2024-05-01T10:00:00.5+02:00"}), json!({"C": "A"})]
    {
        let refused = add(&list, same.clone());
        assert_eq!(refused.status, 409, "{same}: {refused}");
    }
    add(&list, json!({"N": 2, "D": "2024-05-01T08:00:01Z", "C": "ä"})).expect_status(201);
    merge(&list, "N", json!({"Indexed": false})).expect_status(400);
    merge(&list, "N", json!({"EnforceUniqueValues": false})).expect_status(204);
    add(&list, json!({"N": 1})).expect_status(201);
    assert_eq!(ids(&list, "N eq 1"), [1, 3]);
    merge(&list, "N", json!({"EnforceUniqueValues": true})).expect_status(409);
    merge(&list, "N", json!({"Indexed": false})).expect_status(204);
    assert_eq!(ids(&list, "N eq 1"), [1, 3]);
    for (kind, name) in [(3, "Note"), (8, "Boolean")] {
        let body = json!({"Title": name, "FieldTypeKind": kind, "EnforceUniqueValues": true});
        create(&list, body).expect_status(400);
    }
}

#[test]
fn fields_made_at_once_all_stand_and_no_write_beside_them_is_lost() {
    let server = Server::start(Options::default());
    let list = server.list("Busy");
    let id = list.item(json!({"Title": "x"}));
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (client, url) = (server.client(), list.url().to_owned());
            scope.spawn(move || {
                for round in 0..5 {
                    let post = |under: &str, body: Value| {
                        let made = client.request("POST", &format!("{url}{under}")).json(&body).send();
                        made.expect_status(201);
                    };
                    post("/fields", json!({"Title": "Same", "FieldTypeKind": 2}));
                    post("/fields", json!({"Title": format!("Own {thread} {round}"), "FieldTypeKind": 9}));
                    post("/items", json!({format!("Own_x0020_{thread}_x0020_{round}"): round, "Title": "y"}));
                    let gone = format!("{url}/fields/getbytitle('Own%20{thread}%20{round}')");
                    if round % 2 == 1 {
                        client.request("DELETE", &gone).send().expect_status(200);
                    }
                }
            });
        }
    });
    let fields = get(&list, "/fields?$filter=Group%20eq%20'Custom%20Columns'");
    let names: BTreeSet<&str> =
        fields["value"].as_array().unwrap().iter().map(|f| f["InternalName"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 20 + 12, "{names:?}");
    assert_eq!(ids(&list, "Title eq 'y'").len(), 20);
    for thread in 0..4 {
        for round in [0, 2, 4] {
            assert_eq!(ids(&list, &format!("Own_x0020_{thread}_x0020_{round} eq {round}")).len(), 1);
        }
    }
    assert!(names.iter().all(|name| list.read(id).json()[*name].is_null()));
}

#[test]
fn the_title_is_a_field_like_others_but_for_being_there() {
    let server = Server::start(Options::default());
    let list = server.list("Keys");
    let title = || get(&list, "/fields/getbytitle('Title')?$select=Required,CanBeDeleted");
    assert_eq!(title(), json!({"Required": false, "CanBeDeleted": false}));
    add(&list, json!({})).expect_status(201);
    list.request("DELETE", "/items(1)").send().expect_status(200);
    merge(&list, "Title", json!({"Required": true, "EnforceUniqueValues": true})).expect_status(204);
    add(&list, json!({})).expect_status(400);
    add(&list, json!({"Title": "a"})).expect_status(201);
    add(&list, json!({"Title": "A"})).expect_status(409);
    merge(&list, "Title", json!({"Title": "Name", "MaxLength": 2})).expect_status(204);
    add(&list, json!({"Title": "abc"})).expect_status(400);
    let named = add(&list, json!({"Title": "ab"})).expect_status(201);
    assert_eq!(named.json()["Title"], "ab", "its name in items stays");
    assert_eq!(get(&list, "/fields/getbyinternalnameortitle('Title')")["Title"], "Name");
}

#[test]
fn a_list_has_at_most_20_indexes_and_a_refused_one_changes_nothing() {
    let server = Server::start(Options::default());
    let mut list = server.list("Indexed");
    for number in 0..20 {
        list = list.field(&format!("F{number}"), 2, json!({"Indexed": true}));
    }
    create(&list, json!({"Title": "Last", "FieldTypeKind": 2, "Indexed": true})).expect_status(400);
    list.request("GET", "/fields/getbytitle('Last')").send().expect_status(404);
    create(&list, json!({"Title": "Last", "FieldTypeKind": 2})).expect_status(201);
    merge(&list, "Last", json!({"Indexed": true, "Description": "no"})).expect_status(400);
    assert_eq!(field(&list, "Last")["Description"], "");
    merge(&list, "F7", json!({"Indexed": false})).expect_status(204);
    merge(&list, "Last", json!({"Indexed": true})).expect_status(204);
    let id = list.item(json!({"F7": "x", "Last": "y"}));
    assert_eq!(ids(&list, "F7 eq 'X' and Last eq 'Y'"), [id]);
}
