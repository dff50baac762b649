//! Under which names the server is reached.

use std::time::Duration;

use matchlist_tests::{Options, Server, raw};
use serde_json::json;

use super::reach::{CLIENT, ask, on_disk, origin, refused, run};

const NOT_HERE: &str = "This server is not reached under that name; 'matchlist serve --host NAME' adds one.";
const NAMES: [&str; 4] = ["--host", "Lists.example.test", "--host", "other.example.test:8443"];

fn first_line(server: &Server, request: &str) -> String {
    let said = raw(server.address(), request.as_bytes(), Duration::from_secs(20)).unwrap();
    String::from_utf8_lossy(&said).lines().next().unwrap_or_default().to_owned()
}

#[test]
fn a_request_for_another_host_is_misdirected() {
    let server = Server::start(Options::default().with(&NAMES));
    for host in
        ["lists.example.test", "LISTS.example.test:80", "lists.example.test:9999", "other.example.test:8443"]
    {
        let reply = ask(&server, "GET", "/_api/web/lists").header("Host", host).send();
        assert_eq!(reply.status, 200, "{host}: {reply}");
    }
    let own = server.address().to_string();
    for host in [
        own.as_str(),
        "localhost",
        "evil.example",
        "",
        "other.example.test",
        "other.example.test:443",
        "lists.example.test.evil.example",
        "lists.example.test.",
        "x.lists.example.test",
    ] {
        let get = ask(&server, "GET", "/_api/web/lists").header("Host", host).send();
        refused(&get, 421, CLIENT, NOT_HERE);
        let add = ask(&server, "POST", "/_api/web/lists").header("Host", host);
        refused(&add.json(&json!({"Title": "evil", "BaseTemplate": 100})).send(), 421, CLIENT, NOT_HERE);
    }
    let garbage = ask(&server, "GET", "/_api/web/lists").header("Host", "lists.example.test@evil").send();
    refused(&garbage, 400, CLIENT, "The request does not name its host once.");
    let lists = ask(&server, "GET", "/_api/web/lists").header("Host", "lists.example.test").send();
    assert_eq!(lists.json()["value"], json!([]));
}

#[test]
fn the_host_in_a_target_and_the_one_that_a_proxy_tells_count_too() {
    let server = Server::start(Options::default().with(&NAMES).with(&["--trust-proxy", "127.0.0.1"]));
    let status = |target: &str, host: &str, more: &str| {
        let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n");
        first_line(&server, &request)
    };
    let good = "lists.example.test";
    assert_eq!(status("http://lists.example.test/_api/web", good, ""), "HTTP/1.1 200 OK");
    let misdirected = "HTTP/1.1 421 Misdirected Request";
    assert_eq!(status("http://evil.example/_api/web", good, ""), misdirected);
    assert_eq!(status("http://lists.example.test/_api/web", "evil.example", ""), misdirected);
    let twofold = "http://lists.example.test@evil.example/_api/web";
    assert_eq!(status(twofold, good, ""), "HTTP/1.1 400 Bad Request");
    assert_eq!(status("/_api/web", good, "X-Forwarded-Host: evil.example\r\n"), misdirected);
    assert_eq!(status("/_api/web", good, "Forwarded: host=evil.example\r\n"), misdirected);
    // The proxy was asked for one of ours, and calls the server by a name within.
    assert_eq!(
        status("/_api/web", "app:8080", "X-Forwarded-Host: lists.example.test\r\n"),
        "HTTP/1.1 200 OK"
    );
    let https = "X-Forwarded-Host: other.example.test\r\nX-Forwarded-Proto: https\r\n";
    assert_eq!(status("/_api/web", good, https), misdirected);
}

#[test]
fn links_begin_with_the_host_of_the_target_where_it_has_one() {
    let server = Server::start(Options::default());
    let port = server.address().port();
    let own = format!("localhost:{port}");
    let target = format!("http://{own}/_api/web");
    let reply =
        ask(&server, "GET", &target).header("Accept", "application/json").header("Host", "127.0.0.1").send();
    let url = reply.expect_status(200).json()["odata.id"].as_str().map(str::to_owned);
    assert!(url.as_deref().is_none_or(|url| url.starts_with(&format!("http://{own}/"))), "{url:?}");
}

#[test]
fn once_sign_in_is_configured_any_host_is_taken_that_can_be_read() {
    let server = on_disk(&[]);
    let token = run(&server, &["token", "create", "robot", "--scope", "read"]);
    let get = |host: &str| {
        let request = server.request("GET", "/_api/web/lists").header("Accept", "application/json");
        request.header("Authorization", &format!("Bearer {token}")).header("Host", host).send()
    };
    assert_eq!(origin(&get("lists.example.test:8443").expect_status(200)), "http://lists.example.test:8443");
    for host in ["a/b", "a\"b", "evil.example@b", "a b"] {
        assert_eq!(get(host).status, 400, "{host}");
    }
}

#[test]
fn what_is_no_name_of_a_host_keeps_the_server_from_starting() {
    for name in ["", "https://lists.example", "lists.example/", "lists.example:0", "a b", "*", "[::g]"] {
        let said = super::reach::no_start(&["--host", name]);
        assert!(said.contains("is no host") || said.contains("--host"), "{name}: {said}");
    }
}
