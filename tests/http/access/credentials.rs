//! What a caller shows: each spelling of `Authorization`, a token where it does not belong, and one that ends while
//! a request is on its way.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use matchlist_tests::Response;
use serde_json::json;

use super::bench::{Bench, DEMO, PLAIN};

const LISTS: &str = "/sites/demo/_api/web/lists";
const ITEMS: &str = "/sites/demo/_api/web/lists/getbytitle('Pumps')/items";

fn show(bench: &Bench, lines: &[&str]) -> Response {
    let request = bench.server.request("GET", LISTS).header("Accept", PLAIN);
    lines.iter().fold(request, |request, line| request.header("Authorization", line)).send()
}

#[test]
fn a_token_is_taken_as_bearer_in_any_case_and_from_one_header() {
    let bench = Bench::start();
    let token = bench.token("ci", &["read:/sites/demo"]);
    for line in [
        format!("Bearer {token}"),
        format!("bearer {token}"),
        format!("BEARER {token}"),
        format!("Bearer {token}  "),
        format!("Bearer   {token}"),
    ] {
        assert_eq!(show(&bench, &[&line]).status, 200, "{line:?}");
    }
    let twice = format!("Bearer {token}, Bearer {token}");
    let cut = &token[..token.len() - 1];
    for line in [
        "",
        "Bearer",
        "Bearer ",
        "Basic YW5uOnNlY3JldA==",
        "Negotiate YII=",
        "NTLM TlRMTVNT",
        "Bearer mlst_",
        "Bearer null",
        &twice,
        &token,
        &format!("Token {token}"),
        &format!("Bearer\t{token}"),
        &format!("Bearer \"{token}\""),
        &format!("Bearer {token} x"),
        &format!("Bearer {cut}"),
        &format!("Bearer {token}A"),
        &format!("Bearer {}", token.to_lowercase()),
        &format!("Bearer {}", "A".repeat(20_000)),
    ] {
        let refused = show(&bench, &[line]);
        assert_eq!(refused.status, 401, "{line:?}");
        let challenge = refused.header("WWW-Authenticate").unwrap();
        assert!(challenge.starts_with("Bearer realm=\"Matchlist\""), "{line:?}: {challenge}");
        assert!(refused.text().contains("-2147024891, System.UnauthorizedAccessException"), "{refused}");
    }
    let line = format!("Bearer {token}");
    for lines in [[line.as_str(), line.as_str()], [line.as_str(), "Basic YTph"], ["", line.as_str()]] {
        assert_eq!(show(&bench, &lines).status, 401, "{lines:?}");
    }
    assert_eq!(show(&bench, &[]).status, 401);
}

#[test]
fn a_megabyte_as_a_token_costs_one_answer() {
    let bench = Bench::start();
    let token = bench.token("ci", &["read:/sites/demo"]);
    let refused = bench.as_caller(&"A".repeat(1 << 20), "GET", LISTS).try_send();
    // It may be closed on before all is sent.
    if let Ok(refused) = refused {
        assert!([400, 431].contains(&refused.status), "{refused}");
    }
    assert_eq!(
        bench
            .server
            .client()
            .request("GET", LISTS)
            .header("Authorization", &format!("Bearer {token}"))
            .send()
            .status,
        200
    );
}

/// By any name, encoded or not, and in the path; with a good token in the header too.
#[test]
fn a_token_in_a_url_is_refused_and_not_logged() {
    let bench = Bench::start();
    let token = bench.token("ci", &["read:/sites/demo"]);
    let encoded = token.replace('_', "%5F").replace('m', "%6D");
    for path in [
        format!("{LISTS}?access_token={token}"),
        format!("{LISTS}?ACCESS_TOKEN={token}"),
        format!("{LISTS}?access%5Ftoken=abc"),
        format!("{LISTS}?%61ccess_token=abc"),
        format!("{LISTS}?access_token"),
        format!("{LISTS}?$select=Title&access_token=abc"),
        format!("{LISTS}?token={token}"),
        format!("{LISTS}?token={encoded}"),
        format!("{LISTS}?auth=Bearer%20{token}"),
        format!("{LISTS}?{token}"),
        format!("/sites/demo/_api/lists/{token}"),
        format!("/sites/demo/_api/lists/{encoded}/items"),
        format!("/{token}"),
    ] {
        for header in ["", &token] {
            let refused = bench.get(header, &path);
            assert_eq!(refused.status, 400, "{path}: {refused}");
            assert!(!refused.text().contains(&token[5..]), "{refused}");
        }
    }
    // Nor is a person who looks at a page sent on with it.
    for path in [format!("/?access_token={token}"), format!("/sites/demo/SitePages/a.html?x={token}")] {
        let request = bench.server.request("GET", &path).header("Accept", "text/html");
        let refused = request.send().expect_status(400);
        assert!(refused.header("Location").is_none(), "{refused}");
    }
    assert!(!bench.server.log().contains(&token[6..20]), "{}", bench.server.log());
    // What only looks a little like one is none.
    for path in [format!("{LISTS}?token=mlst_short"), format!("{LISTS}?x=accesstoken")] {
        assert_eq!(bench.get(&token, &path).status, 200, "{path}");
    }
}

/// The body of the request is on its way when its token is revoked.
#[test]
fn a_token_that_is_revoked_while_a_body_is_sent_changes_nothing() {
    let bench = Bench::start();
    bench.server.list_in(DEMO, "Pumps");
    let token = bench.token("ci", &["contribute:/sites/demo"]);
    let reader = bench.token("reader", &["read:/sites/demo"]);
    let add = bench.as_caller(&token, "POST", ITEMS).header("Idempotency-Key", "k");
    add.json(&json!({"Title": "one"})).send().expect_status(201);
    let body = r#"{"Title": "one"}"#;
    for key in ["new", "k"] {
        let mut stream = TcpStream::connect(bench.server.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let head = format!(
            "POST {ITEMS} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
             Idempotency-Key: {key}\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n",
            bench.server.address(),
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        // Asked for the body, the client knows that its token was good.
        let mut said = [0; 25];
        if key == "new" {
            stream.read_exact(&mut said).unwrap();
            assert_eq!(&said, b"HTTP/1.1 100 Continue\r\n\r\n");
            stream.write_all(&body.as_bytes()[..5]).unwrap();
            bench.run(&["token", "revoke", "1"]);
            stream.write_all(&body.as_bytes()[5..]).unwrap();
        }
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let answer = answer.trim_start_matches("HTTP/1.1 100 Continue\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 401 "), "{key}: {answer}");
    }
    assert_eq!(bench.get(&reader, &format!("{ITEMS}/$count")).text(), "1");
}

/// Nothing of a request's body is read before its caller is known.
#[test]
fn an_unknown_caller_s_body_is_not_read() {
    let bench = Bench::start();
    bench.token("ci", &["read:/sites/demo"]);
    let mut stream = TcpStream::connect(bench.server.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let head = format!(
        "POST {ITEMS} HTTP/1.1\r\nHost: {}\r\nContent-Length: 1000000\r\n\r\n",
        bench.server.address()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 401 ") && answer.to_lowercase().contains("connection: close"),
        "{answer}"
    );
}

/// A browser sends no token with a preflight, and a page can read why it was refused.
#[test]
fn a_page_of_a_listed_origin_is_asked_for_a_token_like_everybody() {
    let bench = Bench::with(&["--cors", "https://app.example"]);
    let token = bench.token("ci", &["read:/sites/demo"]);
    let origin =
        |request: matchlist_tests::Request<'_>| request.header("Origin", "https://app.example").send();
    let preflight = bench.server.request("OPTIONS", LISTS).header("Access-Control-Request-Method", "GET");
    let preflight = origin(preflight.header("Access-Control-Request-Headers", "authorization"));
    assert!(preflight.status < 300, "{preflight}");
    let allowed = preflight.header("Access-Control-Allow-Headers").unwrap().to_lowercase();
    assert!(allowed.contains("authorization"), "{allowed}");
    for (shown, status) in [("", 401), ("mlst_wrong", 401), (token.as_str(), 200)] {
        let answer = origin(bench.as_caller(shown, "GET", LISTS));
        assert_eq!(answer.status, status, "{answer}");
        assert_eq!(answer.header("Access-Control-Allow-Origin"), Some("https://app.example"), "{answer}");
    }
}
