//! Items: what is written is what is read, in every format and by every verb.

use matchlist_tests::{List, Options, Request, Response, Server};
use serde_json::{Value, json};

const PLAIN: &str = "application/json;odata=nometadata";
const MINIMAL: &str = "application/json";
const VERBOSE: &str = "application/json;odata=verbose";

fn every_type(server: &Server) -> List<'_> {
    let list = server.list("All types").text("Text").note("Note").number("Number").boolean("Flag");
    let list = list.date_time("Time").choice("Pick", &["a", "b"]);
    list.field("Day", 4, json!({"DisplayFormat": 0}))
}

fn request<'a>(list: &List<'a>, method: &str, id: u64) -> Request<'a> {
    list.request(method, &format!("/items({id})"))
}

fn write(list: &List, method: &str, id: u64, values: &Value) -> Response {
    request(list, method, id).json(values).send()
}

/// The item's value as each way of reading shows it, which must be one.
#[track_caller]
fn shown(list: &List, id: u64, name: &str) -> Value {
    let single = list.read(id).json()[name].clone();
    for accept in [PLAIN, MINIMAL, VERBOSE, "application/json;odata=minimalmetadata"] {
        for under in [
            format!("/items({id})"),
            format!("/items({id})?$select={name}"),
            format!("/items?$filter=Id%20eq%20{id}"),
            format!("/items?$select=Id,{name}&$filter=Id%20eq%20{id}"),
        ] {
            let read = list.request("GET", &under).header("Accept", accept).send().expect_status(200).json();
            let read = read.get("d").unwrap_or(&read);
            let rows = read.get("value").or(read.get("results"));
            let item = rows.map_or(read, |rows| &rows[0]);
            assert_eq!(item.get(name), Some(&single), "{accept} {under}: {read}");
        }
    }
    single
}

#[test]
fn values_of_every_type_come_back_as_they_went_in() {
    let server = Server::start(Options::default());
    let list = every_type(&server);
    let id = list.item(json!({"Title": "x"}));
    let long = "ü".repeat(255);
    for (name, sent, expected) in [
        ("Text", json!("plain"), json!("plain")),
        ("Text", json!(""), Value::Null),
        ("Text", json!(null), Value::Null),
        ("Text", json!("  kept  "), json!("  kept  ")),
        ("Text", json!("\"quoted\" \\ / <b>&amp;'"), json!("\"quoted\" \\ / <b>&amp;'")),
        ("Text", json!("tab\tü 日本 😀 \u{2028}"), json!("tab\tü 日本 😀 \u{2028}")),
        ("Text", json!(long), json!(long)),
        ("Note", json!("a\r\nb\n"), json!("a\r\nb\n")),
        ("Note", json!("x".repeat(100_000)), json!("x".repeat(100_000))),
        ("Note", json!(""), Value::Null),
        ("Flag", json!(true), json!(true)),
        ("Flag", json!(false), json!(false)),
        ("Flag", json!(1), json!(true)),
        ("Flag", json!(null), Value::Null),
        ("Time", json!("2024-05-01T08:00:00Z"), json!("2024-05-01T08:00:00Z")),
        ("Time", json!("2024-05-01T10:00:00+02:00"), json!("2024-05-01T08:00:00Z")),
        ("Time", json!("2024-04-30T22:30:00-09:30"), json!("2024-05-01T08:00:00Z")),
        ("Time", json!("2024-05-01T08:00:00"), json!("2024-05-01T08:00:00Z")),
        ("Time", json!("2024-05-01T08:00:00.9999999Z"), json!("2024-05-01T08:00:00Z")),
        ("Time", json!("2024-02-29"), json!("2024-02-29T00:00:00Z")),
        ("Time", json!("1899-12-31T23:59:59Z"), json!("1899-12-31T23:59:59Z")),
        ("Time", json!(null), Value::Null),
        ("Day", json!("2024-05-01T23:30:00-02:00"), json!("2024-05-02T00:00:00Z")),
        ("Pick", json!("b"), json!("b")),
        ("Pick", json!("another"), json!("another")),
        ("Pick", json!(""), Value::Null),
    ] {
        write(&list, "MERGE", id, &json!({name: sent})).expect_status(204);
        assert_eq!(shown(&list, id, name), expected, "{name}");
        let added = list.item(json!({name: sent}));
        assert_eq!(list.read(added).json()[name], expected, "{name} of a new item");
    }
}

#[test]
fn numbers_print_whole_without_a_fraction() {
    let server = Server::start(Options::default());
    let list = server.list("Numbers").number("N");
    let id = list.item(json!({}));
    for (sent, printed) in [
        ("11.0", "11"),
        ("4.5", "4.5"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("1e3", "1000"),
        ("\"4.5\"", "4.5"),
        ("0.1", "0.1"),
        ("1e-7", "1e-7"),
        ("9007199254740992", "9007199254740992"),
        ("9007199254740994", "9007199254740994"),
        ("-123456789012", "-123456789012"),
    ] {
        let body = format!("{{\"N\":{sent}}}");
        let merge = request(&list, "MERGE", id).header("Content-Type", MINIMAL).body(body).send();
        merge.expect_status(204);
        let read = list.request("GET", &format!("/items({id})?$select=N")).header("Accept", PLAIN).send();
        assert_eq!(read.text(), format!("{{\"N\":{printed}}}"), "{sent}");
    }
    let body = "{\"N\":1e20}";
    request(&list, "MERGE", id).header("Content-Type", MINIMAL).body(body).send().expect_status(204);
    assert_eq!(shown(&list, id, "N"), json!(1e20));
    let found = list.request("GET", "/items?$filter=N%20eq%201e20&$select=N").header("Accept", PLAIN).send();
    assert_eq!(found.json()["value"][0]["N"], json!(1e20));
}

#[test]
fn put_resets_what_is_not_sent_and_no_read_only_property() {
    let server = Server::start(Options::default());
    let list = every_type(&server).field("Defaulted", 2, json!({"DefaultValue": "d"}));
    let values = json!({"Title": "t", "Text": "x", "Note": "n", "Number": 4, "Flag": true, "Pick": "a",
        "Time": "2024-05-01T08:00:00Z", "Day": "2024-05-01", "Defaulted": "other"});
    let id = list.item(values);
    let before = list.read(id).json();
    write(&list, "PUT", id, &json!({"Title": "new", "Number": 5})).expect_status(204);
    let after = list.read(id).json();
    assert_eq!(
        (&after["Title"], &after["Number"], &after["Defaulted"]),
        (&json!("new"), &json!(5), &json!("d"))
    );
    for name in ["Text", "Note", "Flag", "Pick", "Time", "Day"] {
        assert_eq!(after[name], Value::Null, "{name}");
    }
    for name in ["Id", "ID", "GUID", "Created", "AuthorId", "EditorId", "ContentTypeId", "Attachments"] {
        assert_eq!(after[name], before[name], "{name}");
    }
    assert_eq!(after["OData__UIVersionString"], "2.0");
    write(&list, "PUT", id + 1, &json!({"Title": "none"})).expect_status(404);
}

#[test]
fn what_was_read_may_be_written_back_and_other_read_only_values_may_not() {
    let server = Server::start(Options::default());
    let list = every_type(&server);
    let id = list.item(json!({"Title": "t", "Number": 4, "Time": "2024-05-01T08:00:00Z"}));
    for (accept, method) in [(PLAIN, "PUT"), (MINIMAL, "PUT"), (VERBOSE, "PUT"), (VERBOSE, "MERGE")] {
        let read = request(&list, "GET", id).header("Accept", accept).send().json();
        let mut object = read.get("d").unwrap_or(&read).clone();
        object["Title"] = json!(format!("{accept} {method}"));
        let written = request(&list, method, id).header("Content-Type", accept).json(&object).send();
        written.expect_status(204);
        let now = list.read(id).json();
        assert_eq!((&now["Title"], &now["Number"]), (&object["Title"], &json!(4)));
    }
    let before = list.read(id).text();
    for values in [
        json!({"Id": 7}),
        json!({"ID": 7}),
        json!({"GUID": "00000000-0000-0000-0000-000000000000"}),
        json!({"Created": "2001-01-01T00:00:00Z"}),
        json!({"AuthorId": 99}),
        json!({"OData__UIVersionString": "9.0"}),
        json!({"Attachments": true}),
        json!({"NoSuchField": 1}),
        json!({"title": "names have a case"}),
    ] {
        let mut values = values;
        values["Text"] = json!("must not be written");
        for method in ["MERGE", "PUT"] {
            write(&list, method, id, &values).expect_status(400);
        }
        let added = list.request("POST", "/items").json(&values).send();
        assert_eq!(added.status, 400, "{values}: {added}");
    }
    assert_eq!(list.read(id).text(), before);
}

#[test]
fn ids_grow_and_are_never_reused_also_after_a_restart() {
    let mut server = Server::start(Options::on_disk());
    let list = server.list("Tasks");
    let url = list.url().to_owned();
    assert_eq!([1, 2, 3].map(|n| list.item(json!({"Title": n.to_string()}))), [1, 2, 3]);
    request(&list, "DELETE", 3).send().expect_status(200);
    assert_eq!(list.item(json!({})), 4);
    request(&list, "DELETE", 4).send().expect_status(200);
    server.stop();
    server.restart();
    let add = || {
        let added = server.request("POST", &format!("{url}/items")).header("Accept", PLAIN).json(&json!({}));
        added.send().expect_status(201).json()["Id"].clone()
    };
    assert_eq!(add(), 5);
    for id in [1, 2, 5] {
        server.request("DELETE", &format!("{url}/items({id})")).send().expect_status(200);
    }
    assert_eq!(add(), 6, "an emptied list goes on too");
}

#[test]
fn every_accepted_write_raises_the_version() {
    let server = Server::start(Options::default());
    let list = server.list("Tasks");
    let id = list.item(json!({"Title": "x"}));
    let first = list.read(id).json();
    for (tag, method, body) in [
        ("\"2\"", "MERGE", json!({})),
        ("\"3\"", "MERGE", json!({"Title": "x"})),
        ("\"4\"", "PATCH", json!({"Title": "y"})),
        ("\"5\"", "PUT", json!({"Title": "y"})),
    ] {
        let written = write(&list, method, id, &body).expect_status(204);
        assert_eq!((written.etag(), written.text().as_str()), (tag, ""), "{method} {body}");
        let read = list.read(id);
        assert_eq!((read.etag(), read.header("Last-Modified")), (tag, written.header("Last-Modified")));
        let hidden = list.request("GET", "/items(1)?$select=owshiddenversion,OData__UIVersion");
        let hidden = hidden.header("Accept", PLAIN).send().json();
        let version: u64 = tag.trim_matches('"').parse().unwrap();
        assert_eq!(hidden, json!({"owshiddenversion": version, "OData__UIVersion": version * 512}));
    }
    assert_eq!(list.read(id).json()["GUID"], first["GUID"]);
    assert_eq!(list.read(id).json()["Created"], first["Created"]);
}

#[test]
fn a_new_item_is_answered_whole_with_tag_and_location() {
    let server = Server::start(Options::default());
    let list = server.list("Tasks");
    let added = list.request("POST", "/items").header("Accept", PLAIN).json(&json!({"Title": "x"})).send();
    let added = added.expect_status(201);
    assert_eq!(added.etag(), "\"1\"");
    let location = added.header("Location").unwrap().to_owned();
    let path = location.strip_prefix(&format!("http://{}", server.address())).unwrap();
    let read = server.request("GET", path).header("Accept", PLAIN).send().expect_status(200);
    assert_eq!(read.json(), added.json());
    assert_eq!(read.json(), list.read(1).json());
    for content_type in
        [PLAIN, MINIMAL, "application/json;charset=utf-8", VERBOSE, "application/json; odata=verbose"]
    {
        let request = list.request("POST", "/items").header("Content-Type", content_type);
        request
            .json(&json!({"__metadata": {"type": "SP.Data.TasksListItem"}, "Title": "x"}))
            .send()
            .expect_status(201);
    }
}

#[test]
fn clients_prefer_what_they_are_answered() {
    let server = Server::start(Options::default());
    let list = server.list("Tasks");
    let add = list.request("POST", "/items").header("Prefer", "return=minimal").json(&json!({"Title": "x"}));
    let added = add.send().expect_status(204);
    assert_eq!((added.text().as_str(), added.etag()), ("", "\"1\""));
    assert_eq!(added.header("Preference-Applied"), Some("return=minimal"));
    assert!(added.header("Location").unwrap().ends_with("/Items(1)"));
    for (method, tag) in [("MERGE", "\"2\""), ("PUT", "\"3\"")] {
        for accept in [PLAIN, VERBOSE] {
            let request = request(&list, method, 1).header("Prefer", "return=representation");
            let written = request.header("Accept", accept).json(&json!({"Title": tag})).send();
            let written = written.expect_status(200);
            assert_eq!(written.header("Preference-Applied"), Some("return=representation"));
            let read = self::request(&list, "GET", 1).header("Accept", accept).send();
            assert_eq!((written.json(), written.etag()), (read.json(), read.etag()));
            if accept == PLAIN {
                assert_eq!(written.json()["Title"], tag);
            }
        }
    }
}

#[test]
fn a_deleted_item_is_gone_from_everywhere() {
    let server = Server::start(Options::default());
    let list = server.list("Tasks");
    let id = list.item(json!({"Title": "x"}));
    let other = list.item(json!({"Title": "y"}));
    let deleted = request(&list, "DELETE", id).send().expect_status(200);
    assert_eq!(deleted.text(), "");
    for method in ["GET", "HEAD", "DELETE"] {
        request(&list, method, id).send().expect_status(404);
    }
    for method in ["MERGE", "PUT"] {
        write(&list, method, id, &json!({"Title": "z"})).expect_status(404);
    }
    let code = request(&list, "GET", id).header("Accept", PLAIN).send().json()["odata.error"]["code"].clone();
    assert_eq!(code, "-2130575338, System.ArgumentException");
    let rest = list.request("GET", "/items?$select=Id").header("Accept", PLAIN).send().json();
    assert_eq!(rest["value"], json!([{"Id": other}]));
}

#[test]
fn select_gives_what_it_names() {
    let server = Server::start(Options::default());
    let list = server.list("Tasks").text("Status");
    list.item(json!({"Title": "x", "Status": "open"}));
    let select = |names: &str| {
        let request = list.request("GET", &format!("/items(1)?$select={names}"));
        request.header("Accept", PLAIN).send()
    };
    assert_eq!(select("Status,%20Title").text(), r#"{"Status":"open","Title":"x"}"#);
    assert_eq!(select("Id,Id,ID").text(), r#"{"Id":1,"ID":1}"#);
    let all = list.read(1).json();
    assert_eq!(select("*").json(), all);
    let more = select("*,owshiddenversion,Title").json();
    assert_eq!(more["owshiddenversion"], 1);
    assert_eq!(more.as_object().unwrap().len(), all.as_object().unwrap().len() + 1);
    let refused = select("Nope").expect_status(400).json();
    assert_eq!(refused["odata.error"]["message"]["value"], "The field or property 'Nope' does not exist.");
    select("status").expect_status(400);
}
