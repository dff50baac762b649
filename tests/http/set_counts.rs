//! `lists/$count` and `fields/$count`: how many there are, as plain text.

use matchlist_tests::{Options, Server};

#[test]
fn lists_and_fields_are_counted() {
    let server = Server::start(Options::default());
    for title in ["A", "B", "C"] {
        server.list_in("/sites/demo", title);
    }
    let list = server.list_in("/sites/demo", "Wide").text("Code").number("Size");
    list.item(serde_json::json!({"Title": "x"}));
    for (path, expected) in [
        ("web/lists/$count", "4"),
        ("lists/$count", "4"),
        ("web/Lists/%24count", "4"),
        ("site/rootweb/lists/$count", "4"),
        ("web/lists/$count?$filter=Title eq 'a' or ItemCount gt 0", "2"),
        ("web/lists/$count?$filter=Title eq 'none'", "0"),
        ("web/lists/$count?$top=1&$skip=2&$select=Title", "4"),
        ("web/lists/getbytitle('Wide')/fields/$count", "13"),
        ("lists/Wide/Fields/$count?$filter=FromBaseType eq false", "2"),
    ] {
        let path = format!("/sites/demo/_api/{path}").replace(' ', "%20");
        for accept in ["application/json;odata=verbose", "application/json", "text/plain", "*/*"] {
            let answer = server.request("GET", &path).header("Accept", accept).send().expect_status(200);
            assert_eq!(answer.header("Content-Type"), Some("text/plain;charset=utf-8"), "{path}");
            assert_eq!(answer.text(), expected, "{path}");
        }
    }
    let none = server.request("GET", "/_api/web/lists/$count").send().expect_status(200);
    assert_eq!(none.text(), "0");
    // A page that has the number is told so, until it is another.
    let path = "/sites/demo/_api/web/lists/$count";
    let known = |tag: &str| server.request("GET", path).header("If-None-Match", tag).send();
    let first = server.request("GET", path).send();
    assert_eq!(known(first.etag()).status, 304);
    server.list_in("/sites/demo", "D");
    assert_eq!(known(first.etag()).expect_status(200).text(), "5");
}

#[test]
fn what_cannot_be_counted_is_refused() {
    let server = Server::start(Options::default());
    let list = server.list("A");
    for path in ["/_api/web/lists/$count".to_owned(), format!("{}/fields/$count", list.url())] {
        for filter in ["Nothing%20eq%201", "Title%20eq"] {
            server.request("GET", &format!("{path}?$filter={filter}")).send().expect_status(400);
        }
        for method in ["POST", "PUT", "DELETE", "MERGE"] {
            let refused = server.request(method, &path).send().expect_status(405);
            assert_eq!(refused.header("Allow"), Some("GET, HEAD, OPTIONS"), "{method} {path}");
        }
        server.request("GET", &format!("{path}/x")).send().expect_status(404);
    }
    list.request("GET", "/$count").send().expect_status(404);
}
