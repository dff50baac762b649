//! Views are made, changed and deleted.

use std::thread;

use matchlist_tests::{Options, Server};
use serde_json::{Value, json};

use super::{PLAIN, VERBOSE, add, call, delete, each, fields, get, merge, post, reason};

fn tag(list: &matchlist_tests::List) -> String {
    list.request("GET", "").send().expect_status(200).etag().to_owned()
}

#[test]
fn a_view_is_made_with_light_and_verbose_bodies_and_by_add() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps").text("Code").number("Size");
    let made = post(
        &list,
        "/views",
        &json!({
            "PersonalView": false, "Title": " By code ", "ViewFields": ["Code", "Size", "Code"], "RowLimit": 7,
            "ViewQuery": "<OrderBy><FieldRef Name='Code'/></OrderBy>", "Paged": false, "Scope": 2,
            "Aggregations": "<FieldRef Name='Size' Type='SUM'/>", "AggregationsStatus": "On",
        }),
    )
    .expect_status(201);
    let view = made.json();
    let id = view["Id"].as_str().unwrap();
    assert!(made.header("Location").unwrap().ends_with(&format!("/Views(guid'{id}')")));
    assert_eq!(view, get(&list, &format!("/views('{id}')")));
    for (name, value) in [
        ("Title", json!("By code")),
        ("RowLimit", json!(7)),
        ("Paged", json!(false)),
        ("Scope", json!(2)),
        ("ViewQuery", json!("<OrderBy><FieldRef Name='Code'/></OrderBy>")),
        ("DefaultView", json!(false)),
        ("ServerRelativeUrl", json!("/Lists/Pumps/By code.aspx")),
    ] {
        assert_eq!(view[name], value, "{name}");
    }
    assert_eq!(fields(&list, &format!("/views('{id}')")), json!(["Code", "Size"]));
    let verbose = json!({
        "__metadata": {"type": "SP.View"}, "Title": "By code", "RowLimit": 9,
        "ViewFields": {"__metadata": {"type": "Collection(Edm.String)"}, "results": ["LinkTitle"]},
    });
    let request = list.request("POST", "/views").header("Accept", VERBOSE);
    let made = request.header("Content-Type", VERBOSE).body(verbose.to_string()).send().expect_status(201);
    assert_eq!(made.json()["d"]["ServerRelativeUrl"], "/Lists/Pumps/By code0.aspx", "a URL of its own");
    let information = json!({"parameters": {
        "__metadata": {"type": "SP.ViewCreationInformation"}, "Title": "Third", "ViewTypeKind": 1,
        "Query": "<OrderBy><FieldRef Name='ID'/></OrderBy>", "ViewFields": {"results": ["Code"]},
        "SetAsDefaultView": true, "PersonalView": false, "Paged": true, "RowLimit": 10,
    }});
    let made = post(&list, "/views/add", &information).expect_status(201).json();
    assert_eq!(made["DefaultView"], true);
    assert_eq!(made["ViewQuery"], "<OrderBy><FieldRef Name='ID'/></OrderBy>");
    assert_eq!(each(&list, "DefaultView"), [json!(false), json!(false), json!(false), json!(true)]);
    assert_eq!(each(&list, "Title"), ["All Items", "By code", "By code", "Third"]);
    let first = get(&list, "/views/getbytitle('By code')");
    assert_eq!(first["Id"], id, "of several the first");
    add(&list, &json!({"Title": "BY CODE"}));
    assert_eq!(get(&list, "/views/getbytitle('BY CODE')/Title"), json!({"value": "BY CODE"}));
    assert_eq!(get(&list, "/views/getbytitle('by code')/Title"), json!({"value": "By code"}));
}

#[test]
fn what_no_view_can_be_is_refused_and_makes_none() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps");
    let before = tag(&list);
    for (body, why) in [
        (json!({}), "Title"),
        (json!({"Title": " "}), "Title"),
        (json!({"Title": "a\u{7}b"}), "U+0007"),
        (json!({"Title": "x".repeat(256)}), "Title"),
        (json!({"Title": "x", "ViewFields": ["LinkTitle", "Colour"]}), "'Colour'"),
        (json!({"Title": "x", "ViewFields": "LinkTitle"}), "ViewFields"),
        (json!({"Title": "x", "RowLimit": 0}), "RowLimit"),
        (json!({"Title": "x", "RowLimit": -1}), "RowLimit"),
        (json!({"Title": "x", "RowLimit": "7"}), "RowLimit"),
        (json!({"Title": "x", "RowLimit": 2_147_483_648_u32}), "RowLimit"),
        (json!({"Title": "x", "Scope": 4}), "Scope"),
        (json!({"Title": "x", "ViewQuery": "<OrderBy>"}), "ViewQuery"),
        (json!({"Title": "x", "ViewQuery": "</Query><Query>"}), "ViewQuery"),
        (json!({"Title": "x", "Aggregations": "<a"}), "Aggregations"),
        (json!({"Title": "x", "AggregationsStatus": "perhaps"}), "AggregationsStatus"),
        (json!({"Title": "x", "PersonalView": true}), "PersonalView false"),
        (json!({"Title": "x", "ViewTypeKind": 524_288}), "ViewTypeKind"),
        (json!({"Title": "x", "ViewType": "CALENDAR"}), "ViewType"),
        (json!({"Title": "x", "ViewJoins": "<Join/>"}), "ViewJoins"),
        (json!({"Title": "x", "Colour": 1}), "Colour"),
        (json!({"Title": "x", "Id": "00000000-0000-0000-0000-00000000dead"}), "Id"),
        (json!({"Title": "x", "Hidden": "yes"}), "Hidden"),
        (json!({"Title": "x", "CustomFormatter": "x".repeat(100_001)}), "CustomFormatter"),
    ] {
        let refused = post(&list, "/views", &body).expect_status(400);
        assert!(reason(&refused).contains(why), "{body}: {}", reason(&refused));
    }
    list.request("POST", "/views").send().expect_status(400);
    list.request("POST", "/views").header("Content-Type", "text/xml").body("<a/>").send().expect_status(415);
    assert_eq!((each(&list, "Title"), tag(&list)), (vec![json!("All Items")], before));
}

#[test]
fn a_view_is_changed_by_what_is_sent_and_may_be_put_back() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps").text("Code");
    let view = add(&list, &json!({"Title": "Codes", "ViewFields": ["Code"]}));
    merge(&list, &view, &json!({"Title": "All codes", "RowLimit": 100, "JSLink": "mine.js<"}))
        .expect_status(204);
    let request = list.request("PATCH", &view).header("If-Match", "*").json(&json!({"Hidden": true}));
    request.send().expect_status(204);
    let read = get(&list, &view);
    let of = |name: &str| read[name].clone();
    assert_eq!([of("Title"), of("RowLimit"), of("Hidden")], [json!("All codes"), json!(100), json!(true)]);
    assert_eq!(of("ServerRelativeUrl"), "/Lists/Pumps/Codes.aspx", "as it was made");
    let xml = read["ListViewXml"].as_str().unwrap();
    assert!(xml.contains("Hidden=\"TRUE\"") && xml.contains("<JSLink>mine.js&lt;</JSLink>"), "{xml}");
    assert_eq!(fields(&list, &view), json!(["Code"]));
    // The whole answer, with one value changed.
    let path = format!("{view}?$expand=ViewFields");
    let mut whole = list.request("GET", &path).header("Accept", VERBOSE).send().expect_status(200).json();
    whole["d"]["RowLimit"] = json!(3);
    merge(&list, &view, &whole).expect_status(204);
    assert_eq!(get(&list, &format!("{view}/RowLimit")), json!({"value": 3}));
    assert_eq!(fields(&list, &view), json!(["Code"]));
    for (body, why) in [
        (json!({"ServerRelativeUrl": "/x.aspx"}), "ServerRelativeUrl"),
        (json!({"HtmlSchemaXml": "<View/>"}), "HtmlSchemaXml"),
        (json!({"RowLimit": 1, "Colour": 1}), "Colour"),
        (json!({"RowLimit": 1, "ViewFields": ["Colour"]}), "Colour"),
        (json!({"PersonalView": true}), "PersonalView"),
    ] {
        let refused = merge(&list, &view, &body).expect_status(400);
        assert!(reason(&refused).contains(why), "{body}: {}", reason(&refused));
    }
    assert_eq!(get(&list, &format!("{view}/RowLimit")), json!({"value": 3}), "nothing of a refused body");
}

#[test]
fn a_change_raises_the_tag_of_the_list_and_rewrites_no_item() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps").text("Code");
    let item = list.item(json!({"Title": "a", "Code": "b"}));
    let (before, item_before) = (tag(&list), list.read(item));
    let view = add(&list, &json!({"Title": "x"}));
    let tags = [
        tag(&list),
        {
            merge(&list, &view, &json!({"RowLimit": 1}));
            tag(&list)
        },
        {
            delete(&list, &view).expect_status(200);
            tag(&list)
        },
    ];
    let number = |tag: &str| tag.trim_matches('"').parse::<u64>().unwrap();
    assert_eq!(tags.each_ref().map(|t| number(t) - number(&before)), [1, 2, 3]);
    assert_eq!(list.read(item).text(), item_before.text());
    // A view has no tag of its own.
    for (name, value) in [("If-Match", "\"1\""), ("If-Unmodified-Since", "Wed, 01 Jan 2020 00:00:00 GMT")] {
        let request = list.request("MERGE", "/defaultview").header(name, value);
        request.json(&json!({"RowLimit": 1})).send().expect_status(412);
        let view = add(&list, &json!({"Title": "y"}));
        list.request("DELETE", &view).header(name, value).send().expect_status(412);
    }
    assert_eq!(get(&list, "/defaultview/RowLimit"), json!({"value": 30}));
}

#[test]
fn a_list_has_one_default_view_which_is_not_deleted() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps");
    let first = format!("/views('{}')", get(&list, "/defaultview/Id")["value"].as_str().unwrap());
    let refused = delete(&list, "/defaultview").expect_status(400);
    assert_eq!(
        reason(&refused),
        "The default view cannot be deleted: make another view the default one first."
    );
    assert!(
        reason(&merge(&list, &first, &json!({"DefaultView": false})).expect_status(400)).contains("another")
    );
    let second = add(&list, &json!({"Title": "Second"}));
    merge(&list, &second, &json!({"DefaultView": true, "RowLimit": 5})).expect_status(204);
    assert_eq!(each(&list, "DefaultView"), [json!(false), json!(true)]);
    assert_eq!(get(&list, "/defaultview/Title"), json!({"value": "Second"}));
    assert!(!get(&list, &first)["ListViewXml"].as_str().unwrap().contains("DefaultView"));
    delete(&list, &first).expect_status(200);
    list.request("GET", &first).send().expect_status(404);
    delete(&list, &first).expect_status(404);
    delete(&list, &second).expect_status(400);
    assert_eq!(each(&list, "Title"), ["Second"]);
}

#[test]
fn other_methods_are_405_with_those_there_are() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps");
    for (method, path, allow) in [
        ("PUT", "/views", "GET, HEAD, POST, OPTIONS"),
        ("PUT", "/defaultview", "GET, HEAD, POST, MERGE, PATCH, DELETE, OPTIONS"),
        ("POST", "/defaultview", "GET, HEAD, POST, MERGE, PATCH, DELETE, OPTIONS"),
        ("POST", "/defaultview/viewfields", "GET, HEAD, OPTIONS"),
        ("GET", "/defaultview/viewfields/addviewfield('Title')", "POST, OPTIONS"),
        ("GET", "/defaultview/viewfields/removeallviewfields", "POST, OPTIONS"),
        ("GET", "/defaultview/setviewxml", "POST, OPTIONS"),
        ("DELETE", "/defaultview/renderashtml", "GET, HEAD, POST, OPTIONS"),
        ("POST", "/defaultview/Title", "GET, HEAD, OPTIONS"),
        ("DELETE", "/defaultview/viewfields/schemaxml", "GET, HEAD, OPTIONS"),
        ("DELETE", "/views/$count", "GET, HEAD, OPTIONS"),
        ("GET", "/views/add", "POST, OPTIONS"),
    ] {
        let answer = list.request(method, path).header("Accept", PLAIN).send().expect_status(405);
        assert_eq!(answer.header("Allow"), Some(allow), "{method} {path}");
        let described = list.request("OPTIONS", path).send().expect_status(204);
        assert_eq!(described.header("Allow"), Some(allow), "{path}");
    }
    assert_eq!(fields(&list, "/defaultview"), json!(["LinkTitle"]));
}

#[test]
fn views_outlive_a_restart_and_go_with_their_list() {
    let mut server = Server::start(Options::on_disk());
    let whole = |server: &Server| -> Value {
        let request =
            server.request("GET", "/_api/lists/Pumps/views?$expand=ViewFields").header("Accept", PLAIN);
        request.send().expect_status(200).json()
    };
    {
        let list = server.list("Pumps").text("Code");
        let body = json!({
            "Title": "Mine", "ViewFields": ["Code"], "SetAsDefaultView": true, "Scope": 1, "Hidden": true,
            "Aggregations": "<FieldRef Name='Code' Type='COUNT'/>", "CustomFormatter": "{}",
        });
        add(&list, &body);
        merge(&list, "/views/getbytitle('All%20Items')", &json!({"RowLimit": 4})).expect_status(204);
    }
    let before = whole(&server);
    assert_eq!(before["value"].as_array().unwrap().len(), 2);
    server.restart();
    assert_eq!(whole(&server), before);
    server.request("DELETE", "/_api/lists/Pumps").send().expect_status(200);
    let again = server.list("Pumps");
    assert_eq!(each(&again, "Title"), ["All Items"]);
    server.restart();
    assert_eq!(whole(&server)["value"].as_array().unwrap().len(), 1);
}

#[test]
fn changes_at_once_are_all_done() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps");
    let columns: Vec<String> = (0..8).map(|n| format!("C{n}")).collect();
    let list = columns.iter().fold(list, |list, name| list.text(name));
    let list = &list;
    thread::scope(|scope| {
        for name in &columns {
            scope.spawn(move || {
                call(list, &format!("/defaultview/viewfields/addviewfield('{name}')")).expect_status(200);
                post(list, "/views", &json!({"Title": "Same", "DefaultView": true})).expect_status(201);
            });
        }
    });
    let mut shown: Vec<Value> = Vec::new();
    for view in get(list, "/views?$expand=ViewFields")["value"].as_array().unwrap() {
        shown.extend(view["ViewFields"]["Items"].as_array().unwrap().iter().cloned());
    }
    shown.sort_by_key(Value::to_string);
    let mut expected: Vec<Value> = columns.iter().map(|name| json!(name)).collect();
    expected.push(json!("LinkTitle"));
    assert_eq!(shown, expected, "each was added to what was the default view then");
    assert_eq!(each(list, "DefaultView").iter().filter(|is| **is == true).count(), 1);
    let mut urls = each(list, "ServerRelativeUrl");
    urls.sort_by_key(Value::to_string);
    urls.dedup();
    assert_eq!(urls.len(), 9);
}

#[test]
fn a_view_that_is_sent_twice_under_one_key_is_made_once() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps");
    let send = || {
        let request = list.request("POST", "/views").header("Idempotency-Key", "\"one-view-of-a-page-1\"");
        request.header("Accept", PLAIN).json(&json!({"Title": "x"})).send().expect_status(201).text()
    };
    assert_eq!(send(), send());
    assert_eq!(each(&list, "Title"), ["All Items", "x"]);
}

#[test]
fn a_list_has_up_to_a_hundred_views() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps");
    for n in 1..100 {
        add(&list, &json!({"Title": format!("View {n}")}));
    }
    let refused = post(&list, "/views", &json!({"Title": "One more"})).expect_status(400);
    assert_eq!(reason(&refused), "Views of a list are limited to 100.");
}
