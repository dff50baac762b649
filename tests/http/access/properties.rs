//! What nobody writes: who made an item and when, its Id, GUID and version; and what a caller is told that they
//! may do.

use matchlist_tests::Response;
use serde_json::{Value, json};

use super::bench::{Bench, DEMO, OTHER, PLAIN};

const LIST: &str = "/sites/demo/_api/web/lists/getbytitle('Pumps')";

/// Each with another value than the item has.
fn unwritable() -> Vec<(&'static str, Value)> {
    vec![
        ("Id", json!(77)),
        ("ID", json!(77)),
        ("GUID", json!("00000000-0000-0000-0000-000000000001")),
        ("AuthorId", json!(1)),
        ("EditorId", json!(1)),
        ("Created", json!("2001-01-01T00:00:00Z")),
        ("Modified", json!("2001-01-01T00:00:00Z")),
        ("OData__UIVersionString", json!("9.0")),
        ("ContentTypeId", json!("0x02")),
        ("FileSystemObjectType", json!(1)),
        ("Attachments", json!(true)),
    ]
}

/// A list with an item of a user who is not the local owner, and the token of one who manages everything.
fn managed() -> (Bench, String) {
    let bench = Bench::start();
    bench.server.list_in(DEMO, "Pumps").text("Status");
    let token = bench.token("manager", &["manage:/"]);
    write(&bench, &token, "POST", "/items", &json!({"Title": "mine"})).expect_status(201);
    (bench, token)
}

fn write(bench: &Bench, token: &str, method: &str, under: &str, body: &Value) -> Response {
    let request = bench.as_caller(token, method, &format!("{LIST}{under}")).header("Accept", PLAIN);
    request.json(body).send()
}

#[test]
fn nobody_writes_who_made_an_item_when_its_id_or_its_version() {
    let (bench, token) = managed();
    let item = || bench.get(&token, &format!("{LIST}/items(1)")).expect_status(200).json();
    let before = item();
    for (property, value) in unwritable() {
        let body = json!({"Title": "theirs", property: value});
        for (method, under) in [("MERGE", "/items(1)"), ("PUT", "/items(1)"), ("POST", "/items")] {
            let refused = write(&bench, &token, method, under, &body);
            assert_eq!(refused.status, 400, "{method} {property}: {refused}");
        }
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        for name in [property, property.trim_end_matches("Id")] {
            let form = json!({"formValues": [{"FieldName": "Title", "FieldValue": "theirs"}, {"FieldName": name, "FieldValue": text}]});
            for under in ["/items(1)/ValidateUpdateListItem", "/AddValidateUpdateItemUsingPath"] {
                let answer = write(&bench, &token, "POST", under, &form);
                assert!(answer.text().contains("\"HasException\":true"), "{under} {name}: {answer}");
            }
        }
    }
    assert_eq!(item(), before);
    assert_eq!(bench.get(&token, &format!("{LIST}/items/$count")).text(), "1");
}

/// A field that is called like what every item has is another field, whatever way it was made.
#[test]
fn no_field_takes_the_place_of_what_every_item_has() {
    let (bench, token) = managed();
    let before = bench.get(&token, &format!("{LIST}/items(1)")).json();
    let names = [
        "Author",
        "AuthorId",
        "Editor",
        "EditorId",
        "Created",
        "Modified",
        "GUID",
        "ID",
        "Id",
        "Attachments",
    ];
    for name in names {
        let xml = format!("<Field Type='Text' DisplayName='{name}' Name='{name}' StaticName='{name}'/>");
        let by_xml = json!({"parameters": {"SchemaXml": xml}});
        for (under, body) in
            [("/fields", json!({"Title": name, "FieldTypeKind": 2})), ("/fields/CreateFieldAsXml", by_xml)]
        {
            let made = write(&bench, &token, "POST", under, &body);
            if made.status >= 400 {
                continue;
            }
            let property = made.json()["EntityPropertyName"].as_str().unwrap().to_owned();
            assert!(before.get(&property).is_none(), "{name} became {property}");
        }
    }
    // The GUIDs of the fields that every list has are taken too.
    let fields = bench.get(&token, &format!("{LIST}/fields?$select=Id,InternalName")).json();
    for field in fields["value"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| names.contains(&f["InternalName"].as_str().unwrap()))
    {
        let xml =
            format!("<Field Type='Text' DisplayName='New' ID='{{{}}}'/>", field["Id"].as_str().unwrap());
        write(&bench, &token, "POST", "/fields/CreateFieldAsXml", &json!({"parameters": {"SchemaXml": xml}}))
            .expect_status(400);
    }
    let after = bench.get(&token, &format!("{LIST}/items(1)")).json();
    for (property, value) in before.as_object().unwrap() {
        assert_eq!(after[property], *value, "{property}");
    }
}

/// Sending more than a form would is refused whole: nothing of it is taken.
#[test]
fn what_a_type_does_not_have_is_refused_with_all_that_came_with_it() {
    let (bench, token) = managed();
    for extra in ["IsAdmin", "Rights", "doc", "version", "__proto__", "closed", "MatchlistStrict"] {
        let refused = write(&bench, &token, "MERGE", "/items(1)", &json!({"Title": "theirs", extra: true}));
        assert_eq!(refused.status, 400, "{extra}: {refused}");
    }
    for (property, value) in [
        ("Id", json!("00000000-0000-0000-0000-000000000001")),
        ("ItemCount", json!(99)),
        ("Created", json!("2001-01-01T00:00:00Z")),
        ("EntityTypeName", json!("Other")),
        ("ParentWebUrl", json!("/")),
        ("closed", json!(false)),
        ("HasUniqueRoleAssignments", json!(true)),
    ] {
        let refused = write(&bench, &token, "MERGE", "", &json!({"Description": "theirs", property: value}));
        assert_eq!(refused.status, 400, "{property}: {refused}");
    }
    let web = bench.as_caller(&token, "MERGE", "/sites/demo/_api/web");
    web.json(&json!({"Title": "theirs", "ServerRelativeUrl": "/sites/other"})).send().expect_status(400);
    assert_eq!(bench.get(&token, &format!("{LIST}/items(1)/Title")).json()["value"], "mine");
    assert_eq!(bench.get(&token, &format!("{LIST}/Description")).json()["value"], "");
}

#[test]
fn author_and_editor_are_who_called() {
    let (bench, manager) = managed();
    let ann = bench.run(&[
        "token",
        "create",
        "a",
        "--user",
        "ann@example.test",
        "--scope",
        "contribute:/sites/demo",
    ]);
    let id = |token: &str| {
        bench.get(token, "/sites/demo/_api/web/currentuser/Id").expect_status(200).json()["value"].clone()
    };
    let (manager_id, ann_id) = (id(&manager), id(&ann));
    assert_ne!(manager_id, ann_id);
    write(&bench, &ann, "MERGE", "/items(1)", &json!({"Title": "Ann was here"})).expect_status(204);
    let item = bench
        .get(&manager, &format!("{LIST}/items(1)?$select=AuthorId,EditorId,Editor/Title&$expand=Editor"))
        .json();
    assert_eq!(
        item,
        json!({"AuthorId": manager_id, "EditorId": ann_id, "Editor": {"Title": "ann@example.test"}})
    );
    let refused = bench.as_caller(&manager, "MERGE", &format!("{LIST}/items(1)")).header("If-Match", "\"1\"");
    let refused = refused.json(&json!({"Title": "x"})).send().expect_status(412);
    assert!(refused.text().contains("ann@example.test"), "{refused}");
}

/// SharePoint's bits of its roles Read, Contribute and Full Control, and none.
#[test]
fn effective_permissions_are_those_that_hold() {
    let bench = Bench::start();
    for title in ["Pumps", "Salaries"] {
        bench.server.list_in(DEMO, title).item(json!({"Title": "one"}));
    }
    bench.server.list_in(OTHER, "Pumps");
    bench.run(&["lists", "close", "Salaries", "--site", DEMO]);
    let none = json!({"High": "0", "Low": "0"});
    let read = json!({"High": "176", "Low": "138612833"});
    let contribute = json!({"High": "432", "Low": "1011028719"});
    let manage = json!({"High": "2147483647", "Low": "4294967295"});
    let salaries = "/sites/demo/Lists/Salaries";
    // Site, list and item, closed list and item.
    for (scopes, site, list, closed) in [
        (vec!["read:/sites/demo"], Some(&read), Some(&read), None),
        (vec!["contribute:/sites/demo"], Some(&contribute), Some(&contribute), None),
        (vec!["manage:/sites/demo"], Some(&manage), Some(&manage), Some(&manage)),
        (vec!["manage:/"], Some(&manage), Some(&manage), Some(&manage)),
        (vec!["read:/sites/demo/Lists/Pumps"], Some(&none), Some(&read), None),
        (
            vec!["read:/sites/demo/Lists/Pumps", "manage:/sites/demo/Lists/Pumps"],
            Some(&none),
            Some(&manage),
            None,
        ),
        (
            vec!["contribute:/sites/demo", &format!("read:{salaries}")],
            Some(&contribute),
            Some(&contribute),
            Some(&read),
        ),
        (
            vec!["read:/sites/demo", &format!("contribute:{salaries}")],
            Some(&read),
            Some(&read),
            Some(&contribute),
        ),
        (vec!["read:/sites/other"], None, None, None),
    ] {
        let token = bench.token("one", &scopes);
        let list_at = |title: &str| format!("/lists/getbytitle('{title}')");
        for (under, expected) in [
            (String::new(), site),
            (list_at("Pumps"), list),
            (list_at("Pumps") + "/items(1)", list),
            (list_at("Salaries"), closed),
            (list_at("Salaries") + "/items(1)", closed),
        ] {
            let answer = bench.get(&token, &format!("{DEMO}/_api/web{under}/EffectiveBasePermissions"));
            match expected {
                Some(expected) => {
                    assert_eq!(answer.expect_status(200).json(), *expected, "{scopes:?} {under}")
                }
                None => assert_eq!(answer.status, 404, "{scopes:?} {under}"),
            }
        }
    }
}
