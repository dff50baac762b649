//! The columns of sites: `web/fields`, `site/rootweb/fields`, `web/availablefields`.

use std::thread;

use matchlist_tests::{Options, Response, Server};
use serde_json::{Value, json};

const PLAIN: &str = "application/json;odata=nometadata";
const MINIMAL: &str = "application/json";
const VERBOSE: &str = "application/json;odata=verbose";
const SITE: &str = "/sites/demo/_api/web";
const FIELDS: &str = "/sites/demo/_api/web/fields";

#[track_caller]
fn get(server: &Server, path: &str) -> Value {
    let request = server.request("GET", &path.replace(' ', "%20")).header("Accept", PLAIN);
    request.send().expect_status(200).json()
}

fn post(server: &Server, path: &str, body: &Value) -> Response {
    server.request("POST", path).header("Accept", PLAIN).json(body).send()
}

fn merge(server: &Server, path: &str, body: &Value) -> Response {
    server.request("POST", path).header("X-HTTP-Method", "MERGE").json(body).send()
}

fn delete(server: &Server, path: &str) -> Response {
    server.request("POST", path).header("X-HTTP-Method", "DELETE").send()
}

/// The InternalNames of the columns at an address.
#[track_caller]
fn names(server: &Server, path: &str) -> Vec<String> {
    let found = get(server, path);
    let names =
        found["value"].as_array().unwrap().iter().map(|f| f["InternalName"].as_str().unwrap().to_owned());
    names.collect()
}

fn add_sites(server: &Server) {
    for (parent, url) in [("/sites/demo", "sub"), ("/sites/demo/sub", "deep")] {
        post(
            server,
            &format!("{parent}/_api/web/webs/add"),
            &json!({"parameters": {"Title": url, "Url": url}}),
        )
        .expect_status(201);
    }
}

const EVERY: [&str; 11] = [
    "Title",
    "ID",
    "ContentTypeId",
    "Modified",
    "Created",
    "Author",
    "Editor",
    "owshiddenversion",
    "_UIVersion",
    "_UIVersionString",
    "Attachments",
];

#[test]
fn every_site_has_the_columns_that_every_list_has() {
    let server = Server::start(Options::default());
    add_sites(&server);
    server.list_in("/sites/demo", "Pumps");
    let of_list = get(&server, &format!("{SITE}/lists/getbytitle('Pumps')/fields"))["value"].clone();
    for (path, scope) in [
        (FIELDS, "/sites/demo"),
        ("/sites/demo/_api/site/rootweb/fields", "/sites/demo"),
        ("/sites/demo/sub/_api/site/RootWeb/Fields", "/sites/demo"),
        ("/sites/demo/_api/web/availablefields", "/sites/demo"),
        ("/sites/demo/sub/_api/web/fields", "/sites/demo/sub"),
        ("/_api/web/fields", "/"),
    ] {
        let mut expected = of_list.clone();
        for field in expected.as_array_mut().unwrap() {
            field["Scope"] = scope.into();
        }
        assert_eq!(get(&server, path)["value"], expected, "{path}");
        assert_eq!(names(&server, path), EVERY, "{path}");
    }
    let deep = get(&server, "/sites/demo/sub/deep/_api/web/availablefields?$select=InternalName,Scope");
    assert_eq!(deep["value"].as_array().unwrap().len(), EVERY.len(), "each once: {deep}");
    assert_eq!(deep["value"][0], json!({"InternalName": "Title", "Scope": "/sites/demo/sub/deep"}));
}

#[test]
fn they_are_queried_as_fields_of_lists_are() {
    let server = Server::start(Options::default());
    for (title, group) in [("Beta", "Own"), ("Alpha", "Own"), ("Gamma", "Others")] {
        post(&server, FIELDS, &json!({"Title": title, "FieldTypeKind": 2, "Group": group}))
            .expect_status(201);
    }
    let query = format!("{FIELDS}?$select=InternalName&$filter=Group eq 'Own'&$orderby=Title");
    assert_eq!(get(&server, &query), json!({"value": [{"InternalName": "Alpha"}, {"InternalName": "Beta"}]}));
    assert_eq!(names(&server, &format!("{query} desc&$top=1")), ["Beta"]);
    assert_eq!(names(&server, &format!("{query}&$skip=1")), ["Beta"]);
    assert_eq!(names(&server, FIELDS)[..4], ["Title", "Beta", "Alpha", "Gamma"]);
    for (path, count) in [
        (format!("{FIELDS}/$count"), "14"),
        (format!("{FIELDS}/$count?$filter=Group eq 'Own'&$top=1"), "2"),
        (format!("{SITE}/availablefields/$count"), "14"),
    ] {
        let answer = server.request("GET", &path.replace(' ', "%20")).header("Accept", VERBOSE).send();
        assert_eq!(answer.header("Content-Type"), Some("text/plain;charset=utf-8"));
        assert_eq!(answer.expect_status(200).text(), count, "{path}");
    }
    for wrong in
        ["?$select=Nothing", "?$filter=Nothing eq 1", "?$orderby=Nothing", "?$expand=Nothing", "?$top=0"]
    {
        server.request("GET", &format!("{FIELDS}{wrong}").replace(' ', "%20")).send().expect_status(400);
    }
}

#[test]
fn a_column_is_made_in_each_way_read_by_each_name_changed_and_deleted() {
    let mut server = Server::start(Options::on_disk());
    let body = json!({"__metadata": {"type": "SP.FieldText"}, "Title": "Max load", "FieldTypeKind": 2, "MaxLength": 9});
    let request = server.request("POST", FIELDS).header("Accept", VERBOSE).header("Content-Type", VERBOSE);
    let made = request.json(&body).send().expect_status(201);
    let location = made.header("Location").unwrap().to_owned();
    let made = made.json()["d"].clone();
    let id = made["Id"].as_str().unwrap();
    let uri = format!("http://{}{SITE}", server.address()).replace("_api/web", "_api/Web");
    assert_eq!(location, format!("{uri}/Fields(guid'{id}')"));
    assert_eq!(made["__metadata"], json!({"id": location, "uri": location, "type": "SP.FieldText"}));
    let choice =
        json!({"parameters": {"Title": "State", "FieldTypeKind": 6, "Choices": {"results": ["on", "off"]}}});
    assert_eq!(
        post(&server, &format!("{FIELDS}/AddField"), &choice).expect_status(201).json()["Choices"],
        json!(["on", "off"])
    );
    let xml = "<Field Type='Number' Name='Size' DisplayName='How large' ID='{7c1d0b52-0000-4000-8000-0000000000ab}' Min='1'/>";
    let xml = json!({"parameters": {"SchemaXml": xml}});
    let size = post(&server, &format!("{FIELDS}/CreateFieldAsXml"), &xml).expect_status(200).json();
    assert_eq!((&size["InternalName"], &size["MinimumValue"]), (&json!("Size"), &json!(1)));
    assert_eq!(size["Id"], "7c1d0b52-0000-4000-8000-0000000000ab");
    assert_eq!((&size["Scope"], &size["CanBeDeleted"]), (&json!("/sites/demo"), &json!(true)));

    let by_id = get(&server, &format!("{FIELDS}('{id}')"));
    assert_eq!((&by_id["InternalName"], &by_id["MaxLength"]), (&json!("Max_x0020_load"), &json!(9)));
    for name in [
        format!("(guid'{id}')"),
        format!("/getById('{id}')"),
        "/getByTitle('max load')".to_owned(),
        "/getByInternalNameOrTitle('Max_x0020_load')".into(),
        "/getbyinternalnameortitle('Max load')".into(),
    ] {
        assert_eq!(get(&server, &format!("{FIELDS}{name}")), by_id, "{name}");
    }
    assert_eq!(get(&server, &format!("{FIELDS}('{id}')/TypeAsString")), json!({"value": "Text"}));
    let minimal = server.request("GET", &format!("{FIELDS}('{id}')")).header("Accept", MINIMAL).send().json();
    assert_eq!(minimal["odata.editLink"], format!("Web/Fields(guid'{id}')"));

    let one = format!("{FIELDS}/getByTitle('Max%20load')");
    let settings = json!({
        "Description": "In kg", "Group": "Own", "Required": true, "Title": "Load", "MaxLength": 20, "Hidden": true,
        "CustomFormatter": "{}",
    });
    merge(&server, &one, &settings).expect_status(204);
    let enabled = post(&server, &format!("{FIELDS}('{id}')/EnableIndex"), &json!({})).expect_status(200);
    assert_eq!(enabled.json(), json!({"value": true}));
    let changed = get(&server, &format!("{FIELDS}('{id}')"));
    for (name, value) in settings.as_object().unwrap() {
        assert_eq!(changed[name], *value, "{name}");
    }
    assert_eq!((&changed["InternalName"], &changed["Indexed"]), (&json!("Max_x0020_load"), &json!(true)));
    merge(&server, &format!("{FIELDS}('{id}')"), &changed).expect_status(204);

    server.restart();
    assert_eq!(get(&server, &format!("{FIELDS}('{id}')")), changed);
    assert_eq!(names(&server, FIELDS)[..4], ["Title", "Max_x0020_load", "State", "Size"]);
    delete(&server, &format!("{FIELDS}('{id}')")).expect_status(200);
    for gone in [format!("{FIELDS}('{id}')"), one] {
        server.request("GET", &gone).send().expect_status(404);
        merge(&server, &gone, &json!({"Title": "x"})).expect_status(404);
        delete(&server, &gone).expect_status(404);
    }
    assert_eq!(names(&server, FIELDS)[..3], ["Title", "State", "Size"]);
    server.restart();
    assert_eq!(names(&server, FIELDS)[..3], ["Title", "State", "Size"]);
}

#[test]
fn a_name_stands_for_one_column_of_a_site_and_for_none_of_its_lists() {
    let server = Server::start(Options::default());
    let list = server.list_in("/sites/demo", "Pumps");
    let add = |site: &str, title: &str| {
        let body = json!({"Title": title, "FieldTypeKind": 2});
        post(&server, &format!("{site}/_api/web/fields"), &body).expect_status(201).json()["InternalName"]
            .clone()
    };
    for (site, title, name) in [
        ("/sites/demo", "State", "State"),
        ("/sites/demo", "State", "State0"),
        ("/sites/demo", "state", "state1"),
        ("/sites/demo", "Title", "Title0"),
        ("/sites/demo", "Author", "Author0"),
        ("", "State", "State"),
    ] {
        assert_eq!(add(site, title), name, "{site} {title}");
    }
    let site = server.list_in("/sites/demo", "Sites");
    let id = get(&server, &format!("{}?$select=Id", site.url()))["Id"].clone();
    let lookup = json!({"Title": "Place", "FieldTypeKind": 7, "LookupList": id});
    post(&server, FIELDS, &lookup).expect_status(201);
    assert_eq!(add("/sites/demo", "PlaceId"), "PlaceId0");
    post(&server, "/_api/web/fields", &lookup).expect_status(404);
    let xml = |id: &str| {
        let xml = format!("<Field Type='Text' Name='New' ID='{{{id}}}'/>");
        post(&server, &format!("{FIELDS}/CreateFieldAsXml"), &json!({"parameters": {"SchemaXml": xml}}))
            .status
    };
    let before = get(&server, FIELDS);
    let taken = before["value"][1]["Id"].as_str().unwrap().to_owned();
    for id in [&*taken, "fa564e0f-0c70-4ab9-b863-0177e6ddd247", "1d22ea11-1e32-424e-89ab-9fedbadb6ce1"] {
        assert_eq!(xml(id), 400, "{id}");
    }
    assert_eq!(get(&server, FIELDS), before);
    assert_eq!(names(&server, &format!("{}/fields", list.url())), EVERY);
    list.text("State").item(json!({"Title": "x", "State": "on"}));
    assert_eq!(delete(&server, &format!("{FIELDS}/getbyinternalnameortitle('State')")).status, 200);
    assert_eq!(list_state(&server), "on");
}

fn list_state(server: &Server) -> String {
    let item = get(server, &format!("{SITE}/lists/getbytitle('Pumps')/items(1)"));
    item["State"].as_str().unwrap().to_owned()
}

#[test]
fn the_columns_of_the_sites_above_are_available_and_read_only() {
    let server = Server::start(Options::default());
    add_sites(&server);
    for (site, title) in [("/sites/demo", "Top"), ("/sites/demo/sub", "Middle"), ("", "Elsewhere")] {
        let body = json!({"Title": title, "FieldTypeKind": 9});
        post(&server, &format!("{site}/_api/web/fields"), &body).expect_status(201);
    }
    let available = "/sites/demo/sub/deep/_api/web/availablefields";
    let own = format!("{available}?$select=InternalName,Scope&$filter=Group eq 'Custom Columns'");
    let expected = json!([
        {"InternalName": "Middle", "Scope": "/sites/demo/sub"}, {"InternalName": "Top", "Scope": "/sites/demo"},
    ]);
    assert_eq!(get(&server, &own)["value"], expected);
    assert_eq!(names(&server, "/sites/demo/sub/deep/_api/web/fields"), EVERY);
    let top = get(&server, &format!("{available}/getbytitle('Top')"));
    let id = top["Id"].as_str().unwrap();
    assert_eq!(get(&server, &format!("{FIELDS}('{id}')")), top);
    assert_eq!(get(&server, &format!("{available}('{id}')/InternalName")), json!({"value": "Top"}));
    let minimal =
        server.request("GET", &format!("{available}('{id}')")).header("Accept", MINIMAL).send().json();
    let link = minimal["odata.id"].as_str().unwrap().split_once("/sites").unwrap().1;
    assert_eq!(get(&server, &format!("/sites{link}")), top, "its address reads it");
    for path in [
        "/sites/demo/sub/deep/_api/web/fields/getbytitle('Top')",
        "/_api/web/availablefields/getbytitle('Top')",
        "/sites/demo/_api/web/availablefields/getbytitle('Middle')",
    ] {
        server.request("GET", path).send().expect_status(404);
    }
    for (method, path) in [
        ("POST", available.to_owned()),
        ("MERGE", format!("{available}('{id}')")),
        ("DELETE", format!("{available}('{id}')")),
    ] {
        let refused = server.request(method, &path).json(&json!({"Title": "x", "FieldTypeKind": 2})).send();
        assert_eq!(refused.expect_status(405).header("Allow"), Some("GET, HEAD, OPTIONS"), "{method} {path}");
    }
    for method in ["AddField", "CreateFieldAsXml", "addDependentLookupField"] {
        post(&server, &format!("{available}/{method}"), &json!({"parameters": {}})).expect_status(404);
    }
    assert_eq!(get(&server, &format!("{FIELDS}('{id}')")), top);
}

#[test]
fn a_site_expands_its_columns() {
    let server = Server::start(Options::default());
    post(&server, FIELDS, &json!({"Title": "State", "FieldTypeKind": 2})).expect_status(201);
    let whole = get(&server, &format!("{SITE}?$expand=Fields"));
    assert_eq!(whole["Title"], "demo");
    assert_eq!(whole["Fields"], get(&server, FIELDS)["value"]);
    let narrow = get(&server, &format!("{SITE}?$select=Title,AvailableFields/Scope&$expand=AvailableFields"));
    assert_eq!(narrow["AvailableFields"][0], json!({"Scope": "/sites/demo"}));
    let verbose = server.request("GET", SITE).header("Accept", VERBOSE).send().json();
    let deferred = format!("http://{}/sites/demo/_api/Web/Fields", server.address());
    assert_eq!(verbose["d"]["Fields"], json!({"__deferred": {"uri": deferred}}));
}

#[test]
fn what_cannot_be_done_to_columns_is_refused_and_changes_nothing() {
    let server = Server::start(Options::default());
    let add = |body: Value| post(&server, FIELDS, &body);
    add(json!({"Title": "Price", "FieldTypeKind": 9})).expect_status(201);
    add(json!({"Title": "Double", "FieldTypeKind": 17, "Formula": "=[Price]*2", "OutputType": 9}))
        .expect_status(201);
    let before = get(&server, FIELDS);
    for body in [
        json!({}),
        json!({"Title": "x"}),
        json!({"Title": "", "FieldTypeKind": 2}),
        json!({"Title": "x", "FieldTypeKind": 99}),
        json!({"Title": "x", "FieldTypeKind": 2, "MaxLength": 0}),
        json!({"Title": "x", "FieldTypeKind": 2, "Nothing": 1}),
        json!({"Title": "x", "FieldTypeKind": 2, "Scope": "/"}),
        json!({"Title": "x", "FieldTypeKind": 7}),
        json!({"Title": "x", "FieldTypeKind": 17, "Formula": "=[Nothing]"}),
    ] {
        assert_eq!(add(body.clone()).status, 400, "{body}");
    }
    for name in ["ID", "Created", "Author", "Attachments"] {
        let path = format!("{FIELDS}/getbyinternalnameortitle('{name}')");
        let message = merge(&server, &path, &json!({"Title": "x"})).expect_status(400).text();
        assert!(message.contains("A field that every site has cannot be changed."), "{message}");
        delete(&server, &path).expect_status(400);
    }
    let title = format!("{FIELDS}/getbytitle('Title')");
    delete(&server, &title).expect_status(400);
    let price = format!("{FIELDS}/getbytitle('Price')");
    let used = delete(&server, &price).expect_status(400).text();
    assert!(used.contains("'Price'") && used.contains("'Double'"), "{used}");
    for body in [
        json!({"InternalName": "x"}),
        json!({"FieldTypeKind": 2}),
        json!({"Scope": "/"}),
        json!({"Title": ""}),
    ] {
        assert_eq!(merge(&server, &price, &body).status, 400, "{body}");
    }
    for (header, value) in [
        ("If-Match", "\"1\""),
        ("If-None-Match", "*"),
        ("If-Unmodified-Since", "Mon, 01 Jan 2001 00:00:00 GMT"),
    ] {
        for method in ["MERGE", "DELETE"] {
            let request = server.request(method, &price).header(header, value).json(&json!({"Title": "x"}));
            assert_eq!(request.send().status, 412, "{method} {header}");
        }
    }
    assert_eq!(get(&server, FIELDS), before);
    merge(&server, &title, &json!({"Title": "Name"})).expect_status(204);
    assert_eq!(get(&server, &format!("{FIELDS}/getbyinternalnameortitle('Title')"))["Title"], "Name");
    delete(&server, &format!("{FIELDS}/getbytitle('Double')")).expect_status(200);
    let request = server.request("DELETE", &price).header("If-Match", "*");
    request.send().expect_status(200);
    assert_eq!(names(&server, FIELDS), EVERY);
}

#[test]
fn a_dependent_lookup_may_be_a_column() {
    let server = Server::start(Options::default());
    let sites = server.list_in("/sites/demo", "Sites").number("Size");
    let id = get(&server, &format!("{}?$select=Id", sites.url()))["Id"].clone();
    let lookup = json!({"Title": "Site", "FieldTypeKind": 7, "LookupList": id});
    let primary = post(&server, FIELDS, &lookup).expect_status(201).json()["Id"].as_str().unwrap().to_owned();
    let arguments = format!("displayName='How large',primaryLookupFieldId='{primary}',showField='Size'");
    let path = format!("{FIELDS}/addDependentLookupField({arguments})").replace(' ', "%20");
    let made = server.request("POST", &path).header("Accept", PLAIN).send().expect_status(200).json();
    assert_eq!((&made["PrimaryFieldId"], &made["LookupField"]), (&json!(primary), &json!("Size")));
    let of = get(&server, &format!("{FIELDS}('{primary}')/DependentLookupInternalNames"));
    assert_eq!(of, json!({"value": ["How_x0020_large"]}));
    delete(&server, &format!("{FIELDS}('{primary}')")).expect_status(200);
    assert_eq!(names(&server, FIELDS), EVERY);
}

#[test]
fn columns_that_are_made_at_once_have_names_of_their_own() {
    let server = Server::start(Options::default());
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..5 {
                    post(&server, FIELDS, &json!({"Title": "State", "FieldTypeKind": 2})).expect_status(201);
                }
            });
        }
    });
    let mut found = names(&server, &format!("{FIELDS}?$filter=Title eq 'State'"));
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 40, "{found:?}");
}
