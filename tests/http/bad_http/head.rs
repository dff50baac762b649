//! Request lines and headers.

use super::wire::{ITEM, Wire};

const LISTS: &str = "GET /_api/web/lists HTTP/1.1";

#[test]
fn headers_that_cannot_be_read_are_400_and_the_connection_ends() {
    let wire = Wire::new();
    for header in [
        "X-Folded: a\r\n b\r\n",
        "X-Folded: a\r\n\tb\r\n",
        "X-Space : a\r\n",
        "X Name: a\r\n",
        ": a\r\n",
        "X-Nothing\r\n",
        "X-Nul: a\0b\r\n",
        "X\0Nul: a\r\n",
        "X-Return: a\rX-More: b\r\n",
        "X-Control: a\u{1}b\r\n",
        "X-Control: a\u{7f}b\r\n",
        "X(Name): a\r\n",
        "X-Ümlaut: a\r\n",
    ] {
        wire.refuses("400", header, wire.get(LISTS, &format!("{}{header}", wire.host)));
    }
    wire.refuses(
        "400",
        "a space before the first header",
        wire.get(LISTS, &format!(" X-Space: a\r\n{}", wire.host)),
    );
}

#[test]
fn no_host_or_two_are_400_and_the_connection_ends() {
    let wire = Wire::new();
    wire.refuses("400", "no host", wire.get(LISTS, ""));
    wire.refuses("400", "one host twice", wire.get(LISTS, &wire.host.repeat(2)));
    wire.refuses("400", "two hosts", wire.get(LISTS, &format!("{}Host: evil.example\r\n", wire.host)));
    wire.refuses("400", "two hosts", wire.get(LISTS, &format!("Host: evil.example\r\n{}", wire.host)));
    wire.answers("403", "an empty host", wire.get(LISTS, "Host:\r\n"));
}

#[test]
fn a_request_line_that_cannot_be_read_is_400_and_the_connection_ends() {
    let wire = Wire::new();
    for line in [
        "GET /_api/web/lists",
        "GET  /_api/web/lists HTTP/1.1",
        "GET /_api/web/lists  HTTP/1.1",
        "GET /_api/web/ lists HTTP/1.1",
        " GET /_api/web/lists HTTP/1.1",
        "G@T( /_api/web/lists HTTP/1.1",
        "GET _api/web/lists HTTP/1.1",
        "GET /_api/lists/Ü HTTP/1.1",
        "GET /_api/web/lists HTTP/1.2",
        "GET /_api/web/lists HTTP/2.0",
        "GET /_api/web/lists HTTP/0.9",
        "GET /_api/web/lists http/1.1",
        "GET /_api/web/lists HTTP/1.1 ",
        "GET\t/_api/web/lists\tHTTP/1.1",
        "GET http:///_api/web/lists HTTP/1.1",
        "PRI * HTTP/2.0",
    ] {
        wire.refuses("400", line, wire.get(line, &wire.host));
    }
}

#[test]
fn line_ends_without_a_return_are_read_in_a_head_as_the_standard_allows() {
    let wire = Wire::new();
    let head = wire.get(LISTS, &wire.host);
    wire.answers("200", "each line", head.replace("\r\n", "\n"));
    wire.answers("200", "the request line", head.replacen("\r\n", "\n", 1));
    wire.answers("200", "empty lines before", format!("\r\n\r\n{head}"));
    let add = wire.add("Content-Length: 13\r\n", "").replace("\r\n", "\n");
    wire.answers("201", "a head with a body", format!("{add}{ITEM}"));
    // A header that one reader ends at the line feed, and another does not.
    let hidden = wire.add("X-Hidden: a\nContent-Length: 13\r\n", ITEM);
    wire.answers("201", "one header", hidden);
}

#[test]
fn a_target_with_a_scheme_and_a_host_is_read_and_its_host_counts_too() {
    let wire = Wire::new();
    let own = format!("GET http://{}/_api/web/lists HTTP/1.1", wire.server.address());
    wire.answers("200", "own", wire.get(&own, &wire.host));
    wire.answers("403", "own for a foreign Host", wire.get(&own, "Host: evil.example\r\n"));
    let foreign = "GET http://evil.example/_api/web/lists HTTP/1.1";
    wire.answers("403", "foreign", wire.get(foreign, &wire.host));
    wire.answers("404", "an asterisk", wire.get("OPTIONS * HTTP/1.1", &wire.host));
}

#[test]
fn http_1_0_is_answered_and_closed() {
    let wire = Wire::new();
    let bytes = wire.get("GET /_api/web/lists HTTP/1.0", &wire.host);
    let said =
        matchlist_tests::raw(wire.server.address(), bytes.as_bytes(), std::time::Duration::from_secs(8));
    let said = String::from_utf8_lossy(&said.unwrap()).into_owned();
    assert!(said.starts_with("HTTP/1.0 200 OK\r\n"), "{said}");
    assert!(said.ends_with("}]}") || said.ends_with("[]}"), "whole: {said}");
}

#[test]
fn a_request_line_over_the_limit_is_refused() {
    let wire = Wire::new();
    let line = |length: usize| format!("GET /_api/web/lists?a={} HTTP/1.1", "a".repeat(length));
    wire.answers("200", "30 KB", wire.get(&line(30_000), &wire.host));
    wire.answers("414", "40 KB", wire.get(&line(40_000), &wire.host));
    wire.refuses("400", "100 KB", wire.get(&line(100_000), &wire.host));
}

#[test]
fn headers_over_the_limit_are_refused() {
    let wire = Wire::new();
    let many = |count: usize| (0..count).map(|n| format!("X-{n}: a\r\n")).collect::<String>();
    let large = |length: usize| format!("X-Large: {}\r\n", "a".repeat(length));
    wire.answers("200", "90 headers", wire.get(LISTS, &format!("{}{}", wire.host, many(90))));
    wire.refuses("431", "200 headers", wire.get(LISTS, &format!("{}{}", wire.host, many(200))));
    wire.answers("200", "30 KB", wire.get(LISTS, &format!("{}{}", wire.host, large(30_000))));
    wire.answers("431", "64 KB", wire.get(LISTS, &format!("{}{}", wire.host, large(65_536))));
    let add = wire.add(&format!("Content-Length: 13\r\n{}", large(65_536)), ITEM);
    let (statuses, after) = wire.statuses(add.as_bytes());
    assert_eq!(statuses.first().map(String::as_str), Some("431"));
    assert!(after.iter().all(|title| title == "next"), "{after:?}");
}

#[test]
fn a_head_that_has_no_end_is_refused() {
    let wire = Wire::new();
    let endless = format!("{LISTS}\r\n{}X-Large: {}", wire.host, "a".repeat(1_000_000));
    let said =
        matchlist_tests::raw(wire.server.address(), endless.as_bytes(), std::time::Duration::from_secs(8));
    let said = String::from_utf8_lossy(&said.unwrap()).into_owned();
    // The rest is still on its way when the server closes, so that its answer may be lost.
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 431 "), "{said}");
    wire.answers("200", "the next client", wire.get(LISTS, &wire.host));
}
