//! What a client is told whose condition failed: the present tag, who changed what and when, in its own format.

use std::collections::BTreeSet;

use matchlist_tests::{List, Options, Request, Response, Server};
use serde_json::{Value, json};

const NONE: &str = "application/json;odata=nometadata";
const CODE: &str = "-1, Microsoft.SharePoint.Client.ClientServiceException";
const MESSAGE: &str = "The request ETag value '\"1\"' does not match the object's ETag value '\"2\"'.";

/// An item at version 2, whose first version is named.
fn stale_merge<'a>(list: &List<'a>, accept: &str) -> Request<'a> {
    let merge = list.request("MERGE", "/items(1)").header("Accept", accept).header("If-Match", "\"1\"");
    merge.json(&json!({"Status": "lost"}))
}

fn at_version_2(server: &Server) -> List<'_> {
    let list = server.list("Conflicts").text("Status");
    let id = list.item(json!({"Title": "a", "Status": "open"}));
    assert_eq!(id, 1);
    list.request("MERGE", "/items(1)").json(&json!({"Status": "done"})).send().expect_status(204);
    list
}

fn member(response: &Response, pointer: &str) -> Value {
    let body = response.json();
    body.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {body}")).clone()
}

#[test]
fn the_body_has_the_shape_that_the_client_asked_for() {
    let server = Server::start(Options::default());
    let list = at_version_2(&server);
    let at = list.read(1).json()["Modified"].clone();
    let conflict = json!({"etag": "\"2\"", "by": "Local owner", "at": at, "fields": ["Status"]});
    let message = json!({"lang": "en-US", "value": MESSAGE});
    let v3 = json!({"code": CODE, "message": message, "conflict": conflict});
    let v4 = json!({"code": CODE, "message": MESSAGE, "conflict": conflict});
    let problem = json!({
        "type": "about:blank", "title": "Precondition Failed", "status": 412,
        "detail": MESSAGE, "code": CODE, "conflict": conflict,
    });
    let (verbose, v4_json) = ("application/json;odata=verbose", "application/json;odata.metadata=none");
    let (minimal, streaming) = ("application/json;odata=minimalmetadata", "streaming=true;charset=utf-8");
    for (accept, version, content_type, body) in [
        (verbose, None, format!("{verbose};charset=utf-8"), json!({"error": v3})),
        (minimal, None, format!("{minimal};{streaming}"), json!({"odata.error": v3})),
        (NONE, None, format!("{NONE};{streaming}"), json!({"odata.error": v3})),
        ("*/*", None, format!("{minimal};{streaming}"), json!({"odata.error": v3})),
        (v4_json, Some("4.0"), format!("{v4_json};odata.{streaming}"), json!({"error": v4})),
        ("application/problem+json", None, "application/problem+json".into(), problem),
    ] {
        let mut request = stale_merge(&list, accept);
        if let Some(version) = version {
            request = request.header("OData-Version", version);
        }
        let refused = request.send().expect_status(412);
        assert_eq!(refused.json(), body, "{accept}");
        assert_eq!(refused.etag(), "\"2\"", "{accept}");
        assert_eq!(refused.header("Content-Type"), Some(content_type.as_str()), "{accept}");
    }
    assert_eq!(list.read(1).json()["Status"], "done");
}

#[test]
fn the_present_item_comes_along_where_the_client_prefers_it() {
    let server = Server::start(Options::default());
    let list = at_version_2(&server);
    let read = |accept: &str| list.request("GET", "/items(1)").header("Accept", accept).send().json();
    let minimal = "application/json;odata=minimalmetadata";
    let mut minimal_item = read(minimal);
    minimal_item.as_object_mut().unwrap().remove("odata.metadata").expect("it says what the answer is");
    for (accept, pointer, item) in [
        ("application/json;odata=verbose", "/error/conflict/item", member_of(read, "verbose")),
        (minimal, "/odata.error/conflict/item", minimal_item),
        (NONE, "/odata.error/conflict/item", read(NONE)),
    ] {
        let refused = stale_merge(&list, accept).header("Prefer", "return=representation").send();
        assert_eq!(member(&refused, pointer), item, "{accept}");
        assert_eq!(refused.header("Preference-Applied"), Some("return=representation"));
    }
    let problem = stale_merge(&list, "application/problem+json").header("Prefer", "return=representation");
    assert_eq!(member(&problem.send().expect_status(412), "/conflict/item/Status"), "done");
}

fn member_of(read: impl Fn(&str) -> Value, format: &str) -> Value {
    read(&format!("application/json;odata={format}"))["d"].clone()
}

/// The fields of the conflict that a deletion with this `If-Match` gets.
fn fields(list: &List<'_>, tag: &str) -> Option<BTreeSet<String>> {
    let delete = list.request("DELETE", "/items(1)").header("Accept", NONE).header("If-Match", tag);
    let body = delete.send().expect_status(412).json();
    let conflict = &body["odata.error"]["conflict"];
    assert!(conflict["etag"].is_string(), "{body}");
    let names = conflict.get("fields")?.as_array().unwrap_or_else(|| panic!("no list: {body}"));
    let set: BTreeSet<String> = names.iter().map(|name| name.as_str().unwrap().to_owned()).collect();
    assert_eq!(set.len(), names.len(), "a name comes once: {body}");
    Some(set)
}

fn set(names: &[&str]) -> Option<BTreeSet<String>> {
    Some(names.iter().map(|name| (*name).to_owned()).collect())
}

/// Version 7, each version made another way.
fn with_history(server: &Server) -> List<'_> {
    let list = server
        .list("History")
        .field("Status", 2, json!({"DefaultValue": "new"}))
        .number("Count")
        .text("Due date")
        .text("Never touched");
    list.item(json!({"Title": "a", "Status": "open", "Count": 1, "Never_x0020_touched": "x"}));
    let write = |method: &str, under: &str, body: Value| {
        let answer = list.request(method, under).json(&body).send();
        assert!(matches!(answer.status, 200 | 204), "{answer}");
    };
    write("MERGE", "/items(1)", json!({"Due_x0020_date": "today", "Status": "open"}));
    write("POST", "/items(1)/increment", json!({"field": "Count"}));
    write("MERGE", "/items(1)", json!({"Status": "open"}));
    write("MERGE", "/items(1)", json!({"Title": "b", "Count": 5}));
    write("MERGE", "/fields/getbytitle('Due%20date')", json!({"Title": "Deadline"}));
    write("MERGE", "/items(1)", json!({"Due_x0020_date": null}));
    write(
        "PUT",
        "/items(1)",
        json!({"Title": "b", "Count": 5, "Never_x0020_touched": "x", "Due_x0020_date": ""}),
    );
    list
}

#[test]
fn fields_are_the_internal_names_changed_since_the_version_named() {
    let server = Server::start(Options::default());
    let list = with_history(&server);
    let item = list.read(1).json();
    assert_eq!((item["Status"].clone(), list.read(1).etag().to_owned()), (json!("new"), "\"7\"".into()));
    let guid = item["GUID"].as_str().unwrap();
    for (tag, expected) in [
        ("\"6\"", set(&["Status"])),
        ("\"5\"", set(&["Due_x0020_date", "Status"])),
        ("\"4\"", set(&["Count", "Due_x0020_date", "Status", "Title"])),
        ("\"3\"", set(&["Count", "Due_x0020_date", "Status", "Title"])),
        ("\"1\"", set(&["Count", "Due_x0020_date", "Status", "Title"])),
        ("5", set(&["Due_x0020_date", "Status"])),
        ("W/\"5\"", set(&["Due_x0020_date", "Status"])),
        ("\"1\", \"6\", \"2\"", set(&["Status"])),
        ("\"x,y\", \"6\"", set(&["Status"])),
    ] {
        assert_eq!(fields(&list, tag), expected, "{tag}");
    }
    assert_eq!(fields(&list, &format!("\"{{{}}},6\"", guid.to_uppercase())), set(&["Status"]));
}

#[test]
fn a_write_that_changed_nothing_names_no_field() {
    let server = Server::start(Options::default());
    let list = at_version_2(&server);
    list.request("MERGE", "/items(1)").json(&json!({"Status": "done"})).send().expect_status(204);
    assert_eq!(list.read(1).etag(), "\"3\"");
    assert_eq!(fields(&list, "\"2\""), set(&[]));
}

#[test]
fn fields_are_left_out_where_the_version_named_is_unknown() {
    let server = Server::start(Options::default());
    let list = with_history(&server);
    for tag in [
        "\"8\"",
        "\"0\"",
        "\"x\"",
        "\"06\"",
        "\"0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9,6\"",
        "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9",
        "00000000-0000-0000-0000-000000000000",
    ] {
        assert_eq!(fields(&list, tag), None, "{tag}");
    }
    for (header, value) in [("If-None-Match", "*"), ("If-Unmodified-Since", "Mon, 01 Jan 2001 00:00:00 GMT")]
    {
        let delete = list.request("DELETE", "/items(1)").header("Accept", NONE).header(header, value);
        let refused = delete.send().expect_status(412);
        assert_eq!(member(&refused, "/odata.error/conflict/etag"), "\"7\"");
        assert_eq!(refused.json()["odata.error"]["conflict"].get("fields"), None, "{header}");
    }
}

#[test]
fn a_read_under_a_stale_tag_is_told_the_present_one() {
    let server = Server::start(Options::default());
    let list = at_version_2(&server);
    let read = |method| {
        let request = list.request(method, "/items(1)").header("Accept", NONE).header("If-Match", "\"1\"");
        request.send().expect_status(412)
    };
    assert_eq!(read("HEAD").etag(), "\"2\"");
    let refused = read("GET");
    assert_eq!(refused.etag(), "\"2\"");
    assert_eq!(member(&refused, "/odata.error/conflict/etag"), "\"2\"");
}
