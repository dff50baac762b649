//! HEAD and OPTIONS.

use std::collections::BTreeMap;

use matchlist_tests::{Options, Response, Server};
use serde_json::json;

/// The headers, without those that are others in each answer.
fn lasting(reply: &Response) -> BTreeMap<String, String> {
    let changing = ["date", "request-id", "sprequestguid"];
    let headers = reply.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
    headers.filter(|(name, _)| !changing.contains(&name.as_str())).collect()
}

#[test]
fn a_head_has_the_status_and_the_headers_of_a_get_and_no_body() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps").number("Pressure");
    list.item(json!({"Title": "P-101"}));
    for path in [
        "/".to_owned(),
        "/healthz".into(),
        "/nothing".into(),
        "/_api/web".into(),
        "/_api/web/lists".into(),
        list.url().into(),
        format!("{}/fields", list.url()),
        format!("{}/fields/getbytitle('Pressure')", list.url()),
        list.items_url(),
        format!("{}?$top=abc", list.items_url()),
        list.item_url(1),
        list.item_url(9),
    ] {
        let ask = |method: &str, accept: &str| server.request(method, &path).header("Accept", accept).send();
        for accept in ["application/json;odata=nometadata", "application/problem+json", "application/xml"] {
            let (get, head) = (ask("GET", accept), ask("HEAD", accept));
            assert_eq!(head.status, get.status, "{path} {accept}");
            assert_eq!(head.body, b"", "{path} {accept}");
            assert_eq!(lasting(&head), lasting(&get), "{path} {accept}");
        }
    }
    let head = server.request("HEAD", &list.item_url(1)).header("If-None-Match", "\"1\"").send();
    assert_eq!((head.status, head.etag()), (304, "\"1\""));
}

#[test]
fn options_tells_the_methods_and_changes_nothing() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps").number("Pressure");
    list.item(json!({"Title": "P-101"}));
    for (path, allow) in [
        ("/_api/contextinfo".to_owned(), "POST, OPTIONS"),
        ("/_api/web".into(), "GET, HEAD, POST, MERGE, PATCH, OPTIONS"),
        ("/_api/web/currentuser".into(), "GET, HEAD, OPTIONS"),
        ("/_api/web/lists".into(), "GET, HEAD, POST, OPTIONS"),
        (list.url().into(), "GET, HEAD, POST, MERGE, PATCH, DELETE, OPTIONS"),
        (list.items_url(), "GET, HEAD, POST, OPTIONS"),
        (list.item_url(1), "GET, HEAD, POST, MERGE, PATCH, PUT, DELETE, OPTIONS"),
        (format!("{}/increment", list.item_url(1)), "POST, OPTIONS"),
    ] {
        let reply = server.request("OPTIONS", &path).send();
        assert!([200, 204].contains(&reply.status), "{path}: {reply}");
        assert_eq!(reply.header("Allow"), Some(allow), "{path}");
        assert_eq!(reply.body, b"", "{path}");
    }
    let tunnelled = server.request("OPTIONS", &list.item_url(1)).header("X-HTTP-Method", "DELETE").send();
    assert!([200, 204].contains(&tunnelled.status), "{tunnelled}");
    assert_eq!(list.read(1).etag(), "\"1\"");
}
