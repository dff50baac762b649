//! What a proxy says of a request, and who is none.

use matchlist_tests::{Options, Request, Response, Server};
use serde_json::json;

use super::reach::{
    CLIENT, DENIED, PLAIN, ask, asks_to_sign_in, logs, no_start, on_disk, origin, refused, run, turned_away,
};

const CURRENT: &str = "/_api/web/currentuser";
/// The proxy is on this machine.
const PROXY: [&str; 2] = ["--trust-proxy", "127.0.0.1"];
const BY_HEADER: [&str; 4] = ["--trust-proxy", "127.0.0.0/29", "--trust-header", "X-Remote-User"];

fn with(server: &Server, headers: &[(&str, &str)]) -> Response {
    let request = server.request("GET", "/_api/web/lists").header("Accept", "application/json");
    headers.iter().fold(request, |request, (name, value)| request.header(name, value)).send()
}

/// A server behind a proxy, reached by names of this machine and by one of its own.
fn behind_proxy() -> Server {
    let names = ["--host", "127.0.0.1", "--host", "lists.example.test"];
    Server::start(Options::default().with(&PROXY).with(&names))
}

#[test]
fn links_begin_where_a_trusted_proxy_says_that_the_client_sees_the_service() {
    let server = behind_proxy();
    let at = |headers: &[(&str, &str)]| origin(&with(&server, headers).expect_status(200));
    let own = format!("127.0.0.1:{}", server.address().port());
    assert_eq!(at(&[]), format!("http://{own}"));
    assert_eq!(at(&[("X-Forwarded-Proto", "https")]), format!("https://{own}"));
    let both = [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "lists.example.test")];
    assert_eq!(at(&both), "https://lists.example.test");
    let standard = "for=127.0.0.2;host=evil.example;proto=http, for=127.0.0.1;proto=https;host=\"lists.example.test:8443\"";
    assert_eq!(at(&[("Forwarded", standard)]), "https://lists.example.test:8443");
    // The peer wrote the last value; those before it may be the client's own.
    assert_eq!(at(&[("X-Forwarded-Host", "evil.example, lists.example.test")]), "http://lists.example.test");
    let list = server.list("Pumps");
    let added = list.request("POST", "/items").header("X-Forwarded-Proto", "https").json(&json!({})).send();
    let location = added.expect_status(201).header("Location").unwrap().to_owned();
    assert!(location.starts_with(&format!("https://{own}/_api/Web/Lists(guid'")), "{location}");
    let page = format!("{}?$top=1", list.items_url());
    list.item(json!({}));
    let page =
        both.iter().fold(ask(&server, "GET", &page), |request, (name, value)| request.header(name, value));
    let next = page.send().json()["odata.nextLink"].as_str().unwrap().to_owned();
    assert!(next.starts_with("https://lists.example.test/_api/"), "{next}");
}

#[test]
fn what_anybody_else_says_of_a_request_does_not_count() {
    for arguments in [&[][..], &["--trust-proxy", "127.0.0.2"], &["--trust-proxy", "10.0.0.0/8"]] {
        let server = Server::start(Options::default().with(arguments));
        let own = format!("http://127.0.0.1:{}", server.address().port());
        for header in [
            ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Host", "evil.example"),
            ("X-Forwarded-Host", "a/b\"c"),
            ("Forwarded", "proto=https;host=evil.example"),
            ("Forwarded", "host=\""),
        ] {
            assert_eq!(origin(&with(&server, &[header]).expect_status(200)), own, "{arguments:?} {header:?}");
        }
    }
}

#[test]
fn what_a_proxy_says_must_have_one_meaning() {
    let server = behind_proxy();
    for headers in [
        &[("X-Forwarded-Proto", "javascript")][..],
        &[("X-Forwarded-Host", "a/b\"c")],
        &[("X-Forwarded-Host", "")],
        &[("Forwarded", "host=\"a")],
        &[("Forwarded", "proto=gopher")],
        &[("X-Forwarded-Host", "lists.example.test"), ("Forwarded", "host=127.0.0.1")],
        &[("X-Forwarded-Proto", "https"), ("Forwarded", "proto=http")],
        &[("X-Forwarded-For", "192.0.2.1"), ("Forwarded", "for=192.0.2.2")],
    ] {
        let request = ask(&server, "GET", "/_api/web/lists");
        let reply = headers.iter().fold(request, |request, (name, value)| request.header(name, value)).send();
        let message =
            "What the proxy tells of the request, in X-Forwarded-… or Forwarded, has no single meaning.";
        refused(&reply, 400, CLIENT, message);
    }
    let agreed =
        [("X-Forwarded-Host", "lists.example.test"), ("Forwarded", "for=_x;host=lists.example.test")];
    assert_eq!(origin(&with(&server, &agreed)), "http://lists.example.test");
}

#[test]
fn the_log_tells_the_nearest_address_that_is_no_proxy() {
    let networks =
        ["--trust-proxy", "127.0.0.1", "--trust-proxy", "10.0.0.0/24", "--trust-proxy", "2001:db8:1::/48"];
    let server = for_everyone(&networks);
    run(&server, &["token", "create", "robot"]);
    for (chain, client) in [
        ("203.0.113.1", "203.0.113.1"),
        ("198.51.100.9, 203.0.113.2", "203.0.113.2"),
        ("198.51.100.9, 203.0.113.3, 10.0.0.7, 2001:db8:1::5", "203.0.113.3"),
        ("127.0.0.1, 203.0.113.4:4711", "203.0.113.4"),
        ("[2001:db8:2::9]:80", "2001:db8:2::9"),
        ("203.0.113.5, unknown, 10.0.0.8", "10.0.0.8"),
    ] {
        asks_to_sign_in(&ask(&server, "GET", CURRENT).header("X-Forwarded-For", chain).send());
        logs(&server, &format!("client={client} "));
    }
    let direct = Server::start(Options::default());
    ask(&direct, "GET", "/_api/nothing").header("X-Forwarded-For", "203.0.113.1").send().expect_status(404);
    logs(&direct, "client=127.0.0.1 ");
}

#[test]
fn a_page_of_the_name_that_the_proxy_was_asked_for_is_our_own() {
    let server = behind_proxy();
    let ask = |origin: &str, proto: &str| {
        let told =
            [("X-Forwarded-Host", "lists.example.test"), ("X-Forwarded-Proto", proto), ("Origin", origin)];
        with(&server, &told).status
    };
    assert_eq!(ask("https://lists.example.test", "https"), 200);
    assert_eq!(ask("https://lists.example.test:443", "https"), 200);
    for foreign in
        ["http://lists.example.test", "https://evil.example", "https://lists.example.test:8443", "null"]
    {
        assert_eq!(ask(foreign, "https"), 403, "{foreign}");
    }
    assert_eq!(ask(&format!("http://127.0.0.1:{}", server.address().port()), "https"), 403);
}

#[test]
fn an_open_server_is_for_this_machine_also_behind_a_proxy() {
    let server = Server::start(Options::default().with(&PROXY));
    logs(&server, "no sign-in is configured");
    with(&server, &[("X-Forwarded-Host", "localhost")]).expect_status(200);
    let reply = ask(&server, "GET", "/_api/web").header("X-Forwarded-Host", "lists.example.test").send();
    let message =
        "Access denied. The Host of the request does not name this machine, and no sign-in is configured.";
    refused(&reply, 403, DENIED, message);
    let message = "Access denied. The request comes from another machine, and no sign-in is configured.";
    for arguments in [&PROXY[..], &["--trust-proxy", "127.0.0.1", "--host", "127.0.0.1"]] {
        let server = Server::start(Options::default().with(arguments));
        let ask =
            |chain: &str| ask(&server, "GET", "/_api/web/lists").header("X-Forwarded-For", chain).send();
        refused(&ask("127.0.0.1, 203.0.113.7"), 403, DENIED, message);
        ask("203.0.113.7, 127.0.0.9").expect_status(200);
    }
}

/// A server in which everyone who has signed in may read.
fn for_everyone(arguments: &[&str]) -> Server {
    let server = on_disk(arguments);
    run(&server, &["user", "grant", "everyone", "read", "/"]);
    server
}

fn named<'a>(request: Request<'a>, user: &str) -> Request<'a> {
    request.header("X-Remote-User", user)
}

#[test]
fn the_user_that_a_trusted_proxy_names_calls() {
    let server = for_everyone(&BY_HEADER);
    let login = |user: &str| {
        let reply = named(ask(&server, "GET", CURRENT), user).send().expect_status(200);
        reply.json()["LoginName"].as_str().unwrap().to_owned()
    };
    assert_eq!(login("CORP\\ann"), "i:0#.w|corp\\ann");
    assert_eq!(login("ann@CORP.example"), "i:0#.f|membership|ann@corp.example");
    assert_eq!(login("ann"), "i:05.t|proxy|ann");
    assert_eq!(login("Ann"), "i:05.t|proxy|%41nn");
    run(&server, &["user", "grant", "CORP\\ann", "manage", "/"]);
    named(ask(&server, "GET", "/_api/web"), "corp\\ANN").send().expect_status(200);
    let list = json!({"Title": "Pumps", "BaseTemplate": 100});
    let add = || named(ask(&server, "POST", "/_api/web/lists"), "CORP\\ann");
    // A browser signs in to the proxy by itself, also for a page of another site.
    let validation = "The security validation for this page is invalid and might be corrupted. Please use your web browser's Back button to try your operation again.";
    refused(&add().json(&list).send(), 403, "-2130575251, Microsoft.SharePoint.SPException", validation);
    let info = named(ask(&server, "POST", "/_api/contextinfo"), "CORP\\ann").send().expect_status(200).json();
    let digest = info["FormDigestValue"].as_str().unwrap().to_owned();
    let others = named(ask(&server, "POST", "/_api/web/lists"), "eve").header("X-RequestDigest", &digest);
    assert_eq!(others.json(&list).send().status, 403);
    add().header("X-RequestDigest", &digest).json(&list).send().expect_status(201);
}

#[test]
fn a_name_that_is_none_is_not_taken_and_a_token_counts_before_it() {
    let server = for_everyone(&BY_HEADER);
    asks_to_sign_in(&ask(&server, "GET", CURRENT).send());
    asks_to_sign_in(&named(ask(&server, "GET", CURRENT), "").send());
    asks_to_sign_in(&named(ask(&server, "GET", CURRENT), "   ").send());
    turned_away(&named(named(ask(&server, "GET", CURRENT), "ann"), "ann").send());
    turned_away(&named(named(ask(&server, "GET", CURRENT), "ann"), "").send());
    turned_away(&named(ask(&server, "GET", CURRENT), "i:0#.f|matchlist|local").send());
    turned_away(&named(ask(&server, "GET", CURRENT), &"x".repeat(300)).send());
    // What a browser shows to the proxy.
    let negotiated = named(ask(&server, "GET", CURRENT), "ann").header("Authorization", "Negotiate YII=");
    assert_eq!(negotiated.send().json()["LoginName"], "i:05.t|proxy|ann");
    turned_away(&ask(&server, "GET", CURRENT).header("Authorization", "Negotiate YII=").send());
    let token = run(&server, &["token", "create", "robot"]);
    let both = named(ask(&server, "GET", CURRENT), "ann").header("Authorization", &format!("Bearer {token}"));
    assert_eq!(both.send().json()["LoginName"], "i:0#.f|matchlist|robot");
    turned_away(&named(ask(&server, "GET", CURRENT), "ann").header("Authorization", "Bearer mlst_no").send());
}

#[test]
fn a_name_from_anybody_else_is_nobodys_and_is_told_of_once() {
    let server = for_everyone(&["--trust-proxy", "127.0.0.2", "--trust-header", "X-Remote-User"]);
    let token = run(&server, &["token", "create", "robot"]);
    for _ in 0..3 {
        asks_to_sign_in(&named(ask(&server, "GET", CURRENT), "ann").send());
        let forwarded = named(ask(&server, "GET", CURRENT), "ann").header("X-Forwarded-For", "127.0.0.2");
        asks_to_sign_in(&forwarded.send());
        asks_to_sign_in(&named(named(ask(&server, "GET", CURRENT), "ann"), "ann").send());
    }
    let both = named(ask(&server, "GET", CURRENT), "ann").header("Authorization", &format!("Bearer {token}"));
    assert_eq!(both.send().json()["LoginName"], "i:0#.f|matchlist|robot");
    logs(&server, "a user was named");
    let told = "a user was named by somebody who is no trusted proxy";
    assert_eq!(server.log().matches(told).count(), 1, "{}", server.log());
    let users = run(&server, &["user", "list"]);
    assert!(!users.contains("ann"), "{users}");
    assert_eq!(server.request("GET", "/healthz").header("Accept", PLAIN).send().status, 200);
}

#[test]
fn proxies_and_their_header_are_refused_where_anybody_could_be_one() {
    assert!(no_start(&["--trust-header", "X-Remote-User"]).contains("--trust-proxy"));
    for (network, why) in [
        ("0.0.0.0/0", "every address"),
        ("::/0", "every address"),
        ("10.0.0.0/33", "no address"),
        ("proxy.example", "no address"),
    ] {
        assert!(no_start(&["--trust-proxy", network]).contains(why), "{network}");
    }
    for header in ["Authorization", "cookie", "Host", "X-Forwarded-For", "a b", "", "X_Remote_User"] {
        let said = no_start(&["--trust-proxy", "127.0.0.1", "--trust-header", header]);
        assert!(said.contains("--trust-header"), "{header}: {said}");
    }
}
