//! The headers that every answer has, and the ids by which a request is found in a log.

use std::collections::BTreeSet;

use matchlist_tests::{Options, Response, Server};
use serde_json::{Value, json};

/// The id of an answer, in both of its headers.
#[track_caller]
fn id(answer: &Response) -> String {
    let id = answer.header("request-id").unwrap_or_else(|| panic!("no request-id in {answer}"));
    let parts: Vec<usize> = id.split('-').map(str::len).collect();
    assert_eq!(parts, [8, 4, 4, 4, 12], "{id}");
    assert!(id.bytes().all(|b| b == b'-' || b.is_ascii_digit() || (b'a'..=b'f').contains(&b)), "{id}");
    assert_eq!(answer.header("SPRequestGuid"), Some(id));
    id.to_owned()
}

#[test]
fn every_answer_has_the_common_headers() {
    let server = Server::start(Options::default().with(&["--max-body", "100"]));
    let list = server.list("Pumps");
    list.item(json!({"Title": "P-101"}));
    let mut seen = BTreeSet::new();
    let requests: [(&str, &str, Option<Value>, u16); 13] = [
        ("GET", "/_api/lists/Pumps/items(1)", None, 200),
        ("GET", "/_api/lists/Pumps/items", None, 200),
        ("HEAD", "/_api/web/lists", None, 200),
        ("GET", "/_api/lists/Pumps/items(9)", None, 404),
        ("GET", "/_api/no/such/thing", None, 404),
        ("GET", "/elsewhere", None, 404),
        ("GET", "/healthz", None, 200),
        ("POST", "/_api/lists/Pumps/items", Some(json!([])), 400),
        ("POST", "/_api/lists/Pumps/items", Some(json!({"Title": "x".repeat(100)})), 413),
        ("MERGE", "/_api/lists/Pumps/items(1)", Some(json!({"Title": "x"})), 204),
        ("POST", "/_api/contextinfo", None, 200),
        ("DELETE", "/_api/lists/Pumps/items(1)", None, 200),
        ("OPTIONS", "/_api/lists/Pumps", None, 204),
    ];
    let count = requests.len();
    for (method, path, body, status) in requests {
        let request = server.request(method, path).header("client-request-id", "my call 1");
        let answer = body.iter().fold(request, |request, body| request.json(body)).send();
        assert_eq!(answer.status, status, "{method} {path}: {answer}");
        seen.insert(id(&answer));
        let cache = if path == "/_api/contextinfo" { "no-store" } else { "private, max-age=0" };
        for (name, expected) in [
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", cache),
            ("Vary", "Accept, OData-Version"),
            ("Matchlist-Features", "repeatability, next-sequence"),
            ("DataServiceVersion", "3.0"),
            ("MicrosoftSharePointTeamServices", "16.0.0.10417"),
            ("client-request-id", "my call 1"),
        ] {
            assert_eq!(answer.header(name), Some(expected), "{name} of {method} {path}");
        }
    }
    assert_eq!(seen.len(), count, "each answer has an id of its own");
}

#[test]
fn a_client_s_own_id_is_echoed_where_it_is_plain() {
    let server = Server::start(Options::default());
    let longest = "x".repeat(128);
    for (sent, echoed) in [
        ("7c1d0b52-0000-4000-8000-0000000000ab", Some("7c1d0b52-0000-4000-8000-0000000000ab")),
        (" my call; #1 ", Some("my call; #1")),
        (&longest, Some(&*longest)),
        (&format!("{longest}x"), None),
        ("", None),
        ("two\twords", None),
        ("Öl", None),
    ] {
        let answer = server.request("GET", "/_api/web").header("client-request-id", sent).send();
        assert_eq!(answer.expect_status(200).header("client-request-id"), echoed, "{sent}");
    }
    let none = server.request("GET", "/_api/web").send().expect_status(200);
    assert_eq!(none.header("client-request-id"), None);
    let twice = server.request("GET", "/_api/web").header("client-request-id", "first");
    let twice = twice.header("client-request-id", "second").send().expect_status(200);
    assert_eq!(twice.header("client-request-id"), Some("first"));
    assert_ne!(id(&none), id(&twice));
}
