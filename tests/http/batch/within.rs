//! What requests within a batch are to each other, and what they are answered with.

use matchlist_tests::{Options, Server};
use serde_json::json;

use super::*;

const TASKS: &str = "/_api/lists/Tasks/items";

fn tasks() -> Server {
    tasks_behind(&[])
}

/// A server with these proxies before it.
fn tasks_behind(options: &[&str]) -> Server {
    let server = Server::start(Options::default().with(options));
    server.list("Tasks").number("Amount").item(json!({"Title": "one", "Amount": 1}));
    server
}

#[test]
fn a_request_sees_what_those_before_it_wrote() {
    let server = tasks();
    let parts = send(
        &server,
        &[
            request("POST", TASKS, &[LIGHT], "{\"Title\":\"two\"}"),
            request("GET", &format!("{TASKS}(2)?$select=Title"), &[LIGHT], ""),
            request("MERGE", &format!("{TASKS}(2)"), &["If-Match: \"1\""], "{\"Title\":\"zwei\"}"),
            request("MERGE", &format!("{TASKS}(2)"), &["If-Match: \"1\""], "{\"Title\":\"never\"}"),
            request("GET", &format!("{TASKS}(2)?$select=Title"), &[LIGHT], ""),
            request("DELETE", &format!("{TASKS}(2)"), &["If-Match: \"2\""], ""),
            request("GET", &format!("{TASKS}(2)"), &[LIGHT], ""),
            request("GET", &format!("{TASKS}/$count"), &[], ""),
        ],
    );
    assert_eq!(statuses(&parts), [201, 200, 204, 412, 200, 200, 404, 200]);
    assert_eq!((parts[1].json(), parts[4].json()), (json!({"Title": "two"}), json!({"Title": "zwei"})));
    assert_eq!(parts[7].body, "1");
}

#[test]
fn a_list_that_is_made_within_is_there_for_the_next() {
    let server = Server::start(Options::default());
    let field = "{\"Title\":\"Amount\",\"FieldTypeKind\":9}";
    let parts = send(
        &server,
        &[
            request("POST", "/_api/web/lists", &[], "{\"Title\":\"New\",\"BaseTemplate\":100}"),
            request("POST", "/_api/lists/New/fields", &[], field),
            request("POST", "/_api/lists/New/items", &[LIGHT], "{\"Title\":\"a\",\"Amount\":7}"),
            request(
                "POST",
                "/_api/lists/New/items(1)/increment",
                &[LIGHT],
                "{\"field\":\"Amount\",\"by\":5}",
            ),
            request("POST", "/_api/lists/New/items(1)/increment", &[LIGHT], "{\"field\":\"Amount\"}"),
        ],
    );
    assert_eq!(statuses(&parts), [201, 201, 201, 200, 200]);
    assert_eq!(parts[3].json(), json!({"value": 12, "first": 8}));
    assert_eq!(parts[4].json(), json!({"value": 13, "first": 13}));
}

#[test]
fn each_has_its_own_format_and_the_outer_accept_does_not_count() {
    let server = tasks();
    let path = format!("{TASKS}(1)?$select=Title");
    let item = |headers: &[&str]| request("GET", &path, headers, "");
    let body = batch(&[
        item(&[]),
        item(&["Accept: application/json;odata=verbose"]),
        item(&["accept: application/json", "OData-Version: 4.0"]),
        item(&["Accept: application/atom+xml"]),
        request("GET", "/_api/lists/none", &["Accept: application/json;odata=verbose"], ""),
    ]);
    let outer = in_parts(&server, BATCH, &body).header("Accept", "application/json;odata=nometadata");
    let parts = read(&outer.header("OData-Version", "4.0").send().expect_status(200));
    assert_eq!(statuses(&parts), [200, 200, 200, 200, 404]);
    assert!(parts[0].json().get("odata.metadata").is_some());
    assert!(parts[1].json()["d"].get("__metadata").is_some());
    assert!(parts[2].json().get("@odata.context").is_some());
    assert!(parts[3].body.starts_with("<?xml") && parts[3].body.contains("<entry"));
    assert!(parts[4].json()["error"].is_object());
}

#[test]
fn conditions_preferences_and_methods_are_each_request_s_own() {
    let server = tasks();
    let item = format!("{TASKS}(1)");
    let parts = send(
        &server,
        &[
            request("GET", &item, &["If-None-Match: \"1\""], ""),
            request("HEAD", &item, &[], ""),
            request("OPTIONS", &item, &[], ""),
            request("PATCH", &item, &["Prefer: return=representation", LIGHT], "{\"Title\":\"x\"}"),
            request("POST", &item, &["X-HTTP-Method: PUT"], "{\"Title\":\"y\"}"),
            request("BREW", &item, &[], ""),
            request("MERGE", &item, &["If-Match: \"garbage"], "{\"Title\":\"never\"}"),
            request("MERGE", &item, &[], "no JSON"),
        ],
    );
    assert_eq!(statuses(&parts), [304, 200, 204, 200, 204, 405, 400, 400]);
    assert_eq!((parts[1].header("ETAG"), parts[1].body.as_str()), (Some("\"1\""), ""));
    assert_eq!(parts[3].json()["Title"], "x");
    let parts = send(&server, &[request("GET", &format!("{item}?$select=Title"), &[LIGHT], "")]);
    assert_eq!(parts[0].json(), json!({"Title": "y"}));
}

#[test]
fn a_request_within_may_be_sent_again() {
    let server = tasks();
    let first_sent = "Repeatability-First-Sent: Wed, 25 Nov 2026 00:00:00 GMT";
    let key = "Idempotency-Key: a key";
    let _ = first_sent;
    let add = || send(&server, &[request("POST", TASKS, &[key, LIGHT], "{\"Title\":\"once\"}")]).remove(0);
    let (first, again) = (add(), add());
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.body, again.body);
    assert_eq!(again.header("REPEATABILITY-RESULT"), Some("accepted"));
    assert_eq!(count(&server, "Tasks"), "2");
    // It is another request in another batch: the id is the caller's, not the batch's.
    let other = send(&server, &[request("POST", TASKS, &[key, LIGHT], "{\"Title\":\"other\"}")]);
    assert_eq!(statuses(&other), [422]);
}

#[test]
fn addresses_within_are_read_with_their_spaces() {
    let server = tasks();
    let path = format!("{TASKS}?$filter=Title eq 'one'&$select=Title");
    let parts = send(&server, &[request("GET", &path, &[LIGHT], "")]);
    assert_eq!(parts[0].json(), json!({"value": [{"Title": "one"}]}));
}

#[test]
fn links_within_begin_where_the_client_sees_the_service() {
    let server = tasks_behind(&["--trust-proxy", "127.0.0.1"]);
    let body = batch(&[request(
        "POST",
        TASKS,
        &["Host: evil.example", "X-Forwarded-Host: evil.example"],
        "{\"Title\":\"x\"}",
    )]);
    let outer = in_parts(&server, BATCH, &body);
    let outer = outer.header("X-Forwarded-Proto", "https").header("X-Forwarded-Host", "lists.localhost");
    let parts = read(&outer.send().expect_status(200));
    let location = parts[0].header("LOCATION").unwrap();
    assert!(location.starts_with("https://lists.localhost/_api/"), "{location}");
}
