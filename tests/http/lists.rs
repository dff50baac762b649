//! Lists: made, read, changed, deleted and enumerated as clients do it.

use matchlist_tests::{Options, Request, Response, Server};
use serde_json::{Value, json};

const PLAIN: &str = "application/json;odata=nometadata";
const VERBOSE: &str = "application/json;odata=verbose";

fn get(server: &Server, path: &str) -> Value {
    server.request("GET", path).header("Accept", PLAIN).send().expect_status(200).json()
}

fn post<'a>(server: &'a Server, format: &str) -> Request<'a> {
    server.request("POST", "/_api/web/lists").header("Accept", format).header("Content-Type", format)
}

fn merge(server: &Server, list: &str, body: &Value) -> Response {
    let request = server.request("POST", list).header("X-HTTP-Method", "MERGE").header("If-Match", "*");
    request.json(body).send()
}

fn titles(listing: &Value) -> Vec<&str> {
    listing["value"].as_array().unwrap().iter().map(|list| list["Title"].as_str().unwrap()).collect()
}

#[test]
fn pnpjs_makes_a_list_with_its_body() {
    let server = Server::start(Options::default());
    let body = json!({"AllowContentTypes": false, "BaseTemplate": 100, "ContentTypesEnabled": false,
        "Description": "all of them", "Title": "Pumps"});
    let made = post(&server, "application/json").json(&body).send().expect_status(201);
    let list = made.json();
    assert_eq!(list["odata.type"], "SP.List");
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(list[name], *value, "{name}");
    }
    let id = list["Id"].as_str().unwrap();
    let uri = format!("http://{}/_api/Web/Lists(guid'{id}')", server.address());
    assert_eq!(made.header("Location"), Some(uri.as_str()));
    assert_eq!(list["odata.id"], uri);
    assert_eq!(list["odata.etag"], made.etag());
    assert_eq!(get(&server, "/_api/web/lists/getbytitle('Pumps')")["Id"], id);
}

#[test]
fn verbose_bodies_may_have_their_metadata_anywhere() {
    let server = Server::start(Options::default());
    let first = r#"{"__metadata":{"type":"SP.List"},"BaseTemplate":100,"Title":"First","Description":"a"}"#;
    let last = r#"{"Title":"Last","Description":"a","BaseTemplate":100,"AllowContentTypes":false,"__metadata":{"type":"SP.List"}}"#;
    for (title, body) in [("First", first), ("Last", last)] {
        let made = post(&server, VERBOSE).body(body).send().expect_status(201).json();
        assert_eq!(made["d"]["Title"], title);
        assert_eq!(made["d"]["__metadata"]["type"], "SP.List");
        assert_eq!(made["d"]["ListItemEntityTypeFullName"], format!("SP.Data.{title}ListItem"));
    }
}

#[test]
fn a_list_needs_no_more_than_a_title() {
    let server = Server::start(Options::default());
    let made = post(&server, PLAIN).json(&json!({"Title": "  Least "})).send().expect_status(201).json();
    for (name, value) in [
        ("Title", json!("Least")),
        ("Description", json!("")),
        ("BaseTemplate", json!(100)),
        ("ItemCount", json!(0)),
        ("EnableVersioning", json!(true)),
        ("MatchlistStrict", json!("off")),
        ("ParentWebUrl", json!("/")),
    ] {
        assert_eq!(made[name], value, "{name}");
    }
}

#[test]
fn what_a_list_cannot_be_is_refused_and_nothing_is_made() {
    let server = Server::start(Options::default());
    server.list("Taken");
    for (body, status) in [
        (json!({}), 400),
        (json!({"Title": ""}), 400),
        (json!({"Title": "x".repeat(256)}), 400),
        (json!({"Title": 5}), 400),
        (json!({"Title": "A", "BaseTemplate": 101}), 400),
        (json!({"Title": "A", "ForceCheckout": true}), 400),
        (json!({"Title": "A", "NoSuchProperty": 1}), 400),
        (json!({"Title": "A", "Hidden": "yes"}), 400),
        (json!({"Title": "A", "MatchlistStrict": "very"}), 400),
        (json!({"Title": "A", "ItemCount": 5}), 400),
        (json!({"Title": "tAKEN"}), 409),
    ] {
        let refused = post(&server, PLAIN).json(&body).send();
        assert_eq!(refused.status, status, "{body}: {refused}");
    }
    assert_eq!(titles(&get(&server, "/_api/web/lists")), ["Taken"]);
    let duplicate = post(&server, PLAIN).json(&json!({"Title": "Taken"})).send().json();
    assert_eq!(
        duplicate["odata.error"]["code"], "-2130575342, Microsoft.SharePoint.SPException",
        "clients match on it"
    );
}

#[test]
fn a_merge_changes_what_it_names_and_keeps_names_in_types_and_urls() {
    let server = Server::start(Options::default());
    let list = server.list("Old name");
    list.item(json!({"Title": "kept"}));
    let before = get(&server, list.url());
    let changes = json!({"Title": "New name", "Description": "d", "Hidden": true, "MajorVersionLimit": 7});
    let merged = merge(&server, list.url(), &changes).expect_status(204);

    let path = "/_api/web/lists/getbytitle('New%20name')";
    let read = server.request("GET", path).header("Accept", PLAIN).send().expect_status(200);
    assert_eq!(read.etag(), merged.etag());
    for (name, value) in read.json().as_object().unwrap() {
        let volatile = ["CurrentChangeToken", "LastItemModifiedDate"].contains(&name.as_str());
        let expected = changes.get(name).unwrap_or(&before[name]);
        assert!(volatile || value == expected, "{name}: {value} for {expected}");
    }
    assert_eq!(before["EntityTypeName"], "Old_x0020_nameList");
    let by_url = get(&server, "/_api/web/GetList('/Lists/Old%20name')");
    assert_eq!((&by_url["Id"], &by_url["Title"]), (&before["Id"], &json!("New name")));
    assert_eq!(get(&server, &format!("{path}/items(1)"))["Title"], "kept");
    server.request("GET", list.url()).send().expect_status(404);

    for (body, status) in [
        (json!({"ForceCheckout": true}), 400),
        (json!({"NoSuchProperty": 1}), 400),
        (json!({"EntityTypeName": "Other"}), 400),
        (json!({"Title": ""}), 400),
    ] {
        let refused = merge(&server, path, &body);
        assert_eq!(refused.status, status, "{body}: {refused}");
    }
    let namesake = server.list("Old name");
    assert_eq!(get(&server, namesake.url())["EntityTypeName"], "Old_x0020_name0List");
    server.list("Taken");
    merge(&server, path, &json!({"Title": "TAKEN"})).expect_status(409);
    merge(&server, path, &json!({"Title": "NEW NAME"})).expect_status(204);
}

#[test]
fn ensure_of_pnpjs_merges_at_an_address_with_a_select() {
    let server = Server::start(Options::default());
    let list = server.list("Tasks");
    let url = format!("{}?%24select=Title", list.url());
    assert_eq!(get(&server, &url), json!({"Title": "Tasks"}));
    let body = json!({"AllowContentTypes": false, "BaseTemplate": 100, "ContentTypesEnabled": true,
        "Description": "ensured", "Title": "Tasks"});
    merge(&server, &url, &body).expect_status(204);
    assert_eq!(get(&server, list.url())["ContentTypesEnabled"], true);
}

#[test]
fn what_was_read_may_be_sent_back_in_every_format() {
    let server = Server::start(Options::default());
    let list = server.list("Tasks");
    list.item(json!({"Title": "x"}));
    for accept in [PLAIN, VERBOSE, "application/json"] {
        let read = server.request("GET", list.url()).header("Accept", accept).send().json();
        let object = read.get("d").unwrap_or(&read);
        let request = server.request("MERGE", list.url()).header("Content-Type", accept);
        request.json(object).send().expect_status(204);
    }
}

#[test]
fn a_deleted_list_is_gone_and_its_title_is_free_but_not_its_ids() {
    let server = Server::start(Options::default());
    let list = server.list("Tasks").text("Status");
    list.item(json!({"Title": "old", "Status": "old"}));
    let old = get(&server, list.url());
    let deleted = server.request("POST", list.url()).header("X-HTTP-Method", "DELETE");
    let deleted = deleted.header("If-Match", "*").send().expect_status(200);
    assert_eq!(deleted.text(), "");

    let by_id = format!("/_api/web/lists(guid'{}')", old["Id"].as_str().unwrap());
    for path in [list.url(), &by_id, &list.items_url(), &list.item_url(1)] {
        server.request("GET", path).send().expect_status(404);
    }
    server.request("DELETE", list.url()).send().expect_status(404);
    assert_eq!(titles(&get(&server, "/_api/web/lists")), [""; 0]);

    let again = server.list("Tasks");
    let new = get(&server, again.url());
    assert_ne!(new["Id"], old["Id"]);
    assert_eq!(get(&server, &again.items_url())["value"], json!([]));
    server.request("GET", &by_id).send().expect_status(404);
    assert_eq!(again.item(json!({"Title": "new"})), 1);
    let item = again.read(1).json();
    assert_eq!(item["Title"], "new");
    assert_eq!(item.get("Status"), None, "nor has it the old one's fields");
}

#[test]
fn lists_are_enumerated_by_every_option() {
    let server = Server::start(Options::default());
    for title in ["beta", "Alpha", "Gamma"] {
        server.list(title);
    }
    server.list_in("/sites/demo", "Elsewhere");
    merge(&server, "/_api/web/lists/getbytitle('beta')", &json!({"Hidden": true, "Description": "b"}));
    server.request("POST", "/_api/lists/Gamma/items").json(&json!({"Title": "x"})).send().expect_status(201);
    for (options, expected) in [
        ("$orderby=Title", vec!["Alpha", "beta", "Gamma"]),
        ("$orderby=Title%20desc", vec!["Gamma", "beta", "Alpha"]),
        ("%24orderby=Title&%24top=1", vec!["Alpha"]),
        ("$orderby=Title&$skip=1", vec!["beta", "Gamma"]),
        ("$orderby=Title&$skip=1&$top=1", vec!["beta"]),
        ("$orderby=Title&$skip=9", vec![]),
        ("$orderby=Hidden%20desc,Title", vec!["beta", "Alpha", "Gamma"]),
        ("$filter=Title+eq+'ALPHA'", vec!["Alpha"]),
        ("$filter=Hidden%20eq%20false&$orderby=Title", vec!["Alpha", "Gamma"]),
        ("$filter=Hidden", vec!["beta"]),
        ("$filter=ItemCount%20gt%200", vec!["Gamma"]),
        (
            "$filter=startswith(Title,'g')%20or%20substringof('LPH',Title)&$orderby=Title",
            vec!["Alpha", "Gamma"],
        ),
        ("$filter=not(Description%20eq%20'')", vec!["beta"]),
        ("$filter=BaseTemplate%20eq%20101", vec![]),
        ("$filter=Created%20gt%20datetime'2000-01-01T00:00:00Z'&$orderby=Title&$top=1", vec!["Alpha"]),
        ("_=123&unknown=1&$orderby=Title", vec!["Alpha", "beta", "Gamma"]),
    ] {
        let listing = get(&server, &format!("/_api/web/lists?{options}"));
        assert_eq!(titles(&listing), expected, "{options}");
    }
    let selected = get(
        &server,
        "/_api/web/lists?$select=Title,ItemCount&$filter=ItemCount eq 1".replace(' ', "+").as_str(),
    );
    assert_eq!(selected, json!({"value": [{"Title": "Gamma", "ItemCount": 1}]}));
    let verbose = server.request("GET", "/_api/web/lists?$select=Title&$top=1&$orderby=Title");
    let verbose = verbose.header("Accept", VERBOSE).send().json();
    assert_eq!(verbose["d"]["results"][0]["Title"], "Alpha");
    assert_eq!(verbose["d"]["results"][0].get("Id"), None);
    for options in ["$select=Nope", "$filter=Nope%20eq%201", "$orderby=Nope", "$expand=Nothing", "$nope=1"] {
        server.request("GET", &format!("/_api/web/lists?{options}")).send().expect_status(400);
    }
}

#[test]
fn counts_and_dates_follow_the_items() {
    let server = Server::start(Options::default());
    let list = server.list("Tasks");
    for title in ["a", "b", "c"] {
        list.item(json!({"Title": title}));
    }
    assert_eq!(get(&server, list.url())["ItemCount"], 3);
    let last = list.read(3).json()["Modified"].clone();
    assert_eq!(get(&server, list.url())["LastItemModifiedDate"], last);
    let token = get(&server, list.url())["CurrentChangeToken"].clone();
    list.request("DELETE", "/items(2)").send().expect_status(200);
    let after = get(&server, list.url());
    assert_eq!(after["ItemCount"], 2);
    assert_ne!(after["CurrentChangeToken"], token);
    assert!(after["LastItemDeletedDate"].as_str().unwrap() >= last.as_str().unwrap(), "{after}");
    let filtered = get(&server, &format!("{}?$select=ItemCount", list.url()));
    assert_eq!(filtered, json!({"ItemCount": 2}));
}

#[test]
fn entity_types_are_named_by_the_url() {
    let server = Server::start(Options::default());
    for (title, name) in [
        ("bla", "BlaList"),
        ("Fail list", "Fail_x0020_listList"),
        ("a_b", "A_x005f_bList"),
        ("R&D", "RDList"),
        ("rd", "Rd0List"),
        ("élan", "ÉlanList"),
        ("a/b: c?", "Ab_x0020_cList"),
        (&"x".repeat(60), &format!("X{}List", "x".repeat(49))),
    ] {
        let list = server.list(title);
        let read = get(&server, list.url());
        assert_eq!(read["EntityTypeName"], name, "{title}");
        assert_eq!(read["ListItemEntityTypeFullName"], format!("SP.Data.{name}Item"), "{title}");
    }
}
