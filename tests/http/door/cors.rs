//! `serve --cors ORIGIN`: pages of listed origins may call, with all that clients of the field send.

use std::collections::BTreeSet;

use matchlist_tests::{Options, Request, Response, Server};
use serde_json::json;

const PAGE: &str = "https://app.example";
const OTHER: &str = "http://localhost:3000";

const SENT: [&str; 21] = [
    "IF-MATCH",
    "IF-NONE-MATCH",
    "If-Modified-Since",
    "If-Unmodified-Since",
    "X-HTTP-Method",
    "X-RequestDigest",
    "X-Requested-With",
    "Accept",
    "Content-Type",
    "Authorization",
    "Prefer",
    "OData-Version",
    "OData-MaxVersion",
    "client-request-id",
    "X-ClientService-ClientTag",
    "X-PnPjs-RequestId",
    "Idempotency-Key",
    "Repeatability-Request-ID",
    "Repeatability-First-Sent",
    "Repeatability-Client-ID",
    "Last-Event-ID",
];

const EXPOSED: [&str; 12] = [
    "ETag",
    "Last-Modified",
    "Location",
    "Retry-After",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Repeatability-Result",
    "Preference-Applied",
    "Matchlist-Features",
    "request-id",
    "SPRequestGuid",
];

fn server() -> Server {
    Server::start(Options::default().with(&["--cors", PAGE, "--cors", OTHER]))
}

fn preflight<'a>(server: &'a Server, path: &str, origin: &str, method: &str, headers: &str) -> Request<'a> {
    let request = server.request("OPTIONS", path).header("Origin", origin);
    let request = request.header("Access-Control-Request-Method", method);
    if headers.is_empty() { request } else { request.header("Access-Control-Request-Headers", headers) }
}

/// The members of a header that is a list, in lower case.
fn members(reply: &Response, name: &str) -> BTreeSet<String> {
    let value = reply.header(name).unwrap_or_else(|| panic!("no {name} in {reply}"));
    value.split(',').map(|member| member.trim().to_ascii_lowercase()).collect()
}

fn assert_contains(found: &BTreeSet<String>, expected: &[&str]) {
    for name in expected {
        assert!(found.contains(&name.to_ascii_lowercase()), "{name} is not in {found:?}");
    }
}

#[test]
fn a_preflight_allows_each_method_and_each_header_that_clients_send() {
    let server = server();
    let list = server.list("Pumps");
    let item = list.item_url(list.item(json!({"Title": "P-101"})));
    for origin in [PAGE, OTHER] {
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "MERGE", "DELETE"] {
            let all = SENT.map(str::to_ascii_lowercase).join(",");
            let reply = preflight(&server, &item, origin, method, &all).send();
            assert!([200, 204].contains(&reply.status), "{reply}");
            assert_eq!(reply.header("Access-Control-Allow-Origin"), Some(origin), "{reply}");
            assert_contains(&members(&reply, "Access-Control-Allow-Methods"), &[method]);
            assert_contains(&members(&reply, "Access-Control-Allow-Headers"), &SENT);
            assert_contains(&members(&reply, "Vary"), &["Origin"]);
            assert!(reply.header("Access-Control-Max-Age").is_some(), "{reply}");
        }
        for header in SENT {
            let reply = preflight(&server, &item, origin, "MERGE", header).send();
            assert!([200, 204].contains(&reply.status), "{header}: {reply}");
        }
        let reply = preflight(&server, &item, origin, "GET", "").send();
        assert!([200, 204].contains(&reply.status), "{reply}");
    }
}

#[test]
fn a_preflight_for_a_header_or_a_method_that_is_none_of_ours_is_refused() {
    let server = server();
    for (method, headers) in [("GET", "X-Nobody"), ("FOO", "Accept"), ("TRACE", "Accept")] {
        let reply = preflight(&server, "/_api/web", PAGE, method, headers).send();
        assert!(
            reply.status == 400
                || !members(&reply, "Access-Control-Allow-Methods").contains(&method.to_lowercase()),
            "{reply}"
        );
    }
}

#[test]
fn an_answer_tells_the_page_its_tag_and_all_else_that_it_may_read() {
    let server = server();
    let list = server.list("Pumps");
    let item = list.item_url(list.item(json!({"Title": "P-101"})));
    let call = |method: &str| server.request(method, &item).header("Origin", PAGE);
    let read = call("GET").send().expect_status(200);
    let stale = call("MERGE").header("If-Match", "\"9\"").json(&json!({"Title": "b"})).send();
    let written = call("MERGE").header("If-Match", read.etag()).json(&json!({"Title": "b"})).send();
    let unchanged = call("GET").header("If-None-Match", "\"2\"").send();
    let missing = server.request("GET", &list.item_url(9)).header("Origin", PAGE).send();
    for (reply, status) in [(&read, 200), (&stale, 412), (&written, 204), (&unchanged, 304), (&missing, 404)]
    {
        assert_eq!(reply.status, status, "{reply}");
        assert_eq!(reply.header("Access-Control-Allow-Origin"), Some(PAGE), "{reply}");
        let exposed = EXPOSED.map(str::to_ascii_lowercase);
        assert_eq!(members(reply, "Access-Control-Expose-Headers"), BTreeSet::from(exposed), "{reply}");
        let vary: Vec<_> =
            reply.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("vary")).collect();
        assert!(vary.iter().any(|(_, value)| value.to_lowercase().contains("origin")), "{reply}");
        assert!(vary.iter().any(|(_, value)| value.to_lowercase().contains("accept")), "{reply}");
    }
    assert_eq!((written.etag(), stale.etag()), ("\"2\"", "\"1\""));
}

#[test]
fn an_origin_that_is_not_listed_is_turned_away_with_its_preflight() {
    let server = server();
    let list = server.list("Pumps");
    for origin in [
        "https://evil.example",
        "http://app.example",
        "https://app.example:444",
        "https://app.example.evil",
        "null",
    ] {
        let refused = [
            preflight(&server, &list.items_url(), origin, "POST", "Content-Type").send(),
            server.request("GET", &list.items_url()).header("Origin", origin).send(),
            server
                .request("POST", &list.items_url())
                .header("Origin", origin)
                .json(&json!({"Title": "x"}))
                .send(),
        ];
        for reply in refused {
            assert_eq!(reply.status, 403, "{origin}: {reply}");
            assert_eq!(reply.header("Access-Control-Allow-Origin"), None, "{reply}");
        }
    }
    let items = server.request("GET", &list.items_url()).send().expect_status(200);
    assert_eq!(items.json()["value"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_listed_origin_does_not_open_the_server_to_other_hosts() {
    let server = server();
    let reply =
        server.request("GET", "/_api/web").header("Host", "app.example").header("Origin", PAGE).send();
    assert_eq!(reply.status, 403, "{reply}");
}

#[test]
fn without_the_option_no_answer_has_a_cors_header() {
    let server = Server::start(Options::default());
    let own = format!("http://{}", server.address());
    for reply in [
        server.request("GET", "/_api/web").send().expect_status(200),
        server.request("GET", "/_api/web").header("Origin", &own).send().expect_status(200),
        server.request("GET", "/_api/web").header("Origin", PAGE).send().expect_status(403),
        preflight(&server, "/_api/web", PAGE, "MERGE", "If-Match").send().expect_status(403),
        preflight(&server, "/_api/web", &own, "MERGE", "If-Match").send().expect_status(204),
    ] {
        let cors = |name: &String| name.to_ascii_lowercase().starts_with("access-control-");
        assert!(!reply.headers.iter().any(|(name, _)| cors(name)), "{reply}");
    }
}

#[test]
fn what_is_no_origin_is_refused_on_the_command_line() {
    for text in
        ["*", "null", "app.example", "https://", "https://app.example/", "ftp://app.example", "https://a b"]
    {
        let server = Server::start(Options::default());
        let output = server.command().args(["--cors", text]).output().unwrap();
        assert!(!output.status.success(), "{text}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("is no origin"), "{text}");
    }
}
