//! Where a body ends: said once and readably, or the request is refused and the connection ended.

use std::time::Duration;

use matchlist_tests::raw;

use super::wire::{ITEM, Wire};

/// A body in one chunk, whose size line and line ends are given.
fn chunk(size: &str, after_size: &str, after_data: &str, end: &str) -> String {
    format!("{size}{after_size}{ITEM}{after_data}{end}")
}

#[test]
fn a_length_that_is_unreadable_or_told_twice_is_400_and_the_connection_ends() {
    let wire = Wire::new();
    for framing in [
        "Content-Length: 13\r\nContent-Length: 13\r\n",
        "Content-Length: 13\r\nContent-Length: 5\r\n",
        "Content-Length: 0\r\nContent-Length: 13\r\n",
        "Content-Length: 13\r\ncontent-length: 0\r\n",
        "Content-Length: 13, 13\r\n",
        "Content-Length: 13,5\r\n",
        "Content-Length: +13\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: 0xd\r\n",
        "Content-Length: 1 3\r\n",
        "Content-Length: 13;\r\n",
        "Content-Length: \r\n",
        "Content-Length: abc\r\n",
        "Content-Length: 18446744073709551616\r\n",
        "Content-Length: 99999999999999999999999999\r\n",
        "Content-Length : 13\r\n",
        "Content-Length\t: 13\r\n",
        " Content-Length: 13\r\n",
        "Content-Length:\r\n 13\r\n",
    ] {
        wire.refuses("400", framing, wire.add(framing, ITEM));
    }
}

#[test]
fn a_length_beside_chunks_is_400_and_the_connection_ends() {
    let wire = Wire::new();
    for framing in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n",
        "Content-Length: 5\r\ntRANSFER-eNCODING: CHUNKED\r\n",
        "Content-Length: 13\r\nTransfer-Encoding: identity\r\n",
    ] {
        wire.refuses("400", framing, wire.add(framing, "0\r\n\r\n"));
    }
}

#[test]
fn a_transfer_encoding_other_than_chunked_once_is_400_and_the_connection_ends() {
    let wire = Wire::new();
    let body = chunk("d", "\r\n", "\r\n", "0\r\n\r\n");
    for framing in [
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: identity, chunked\r\n",
        "Transfer-Encoding: chunked, chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: \r\n",
        "Transfer-Encoding: \"chunked\"\r\n",
        "Transfer-Encoding: chunked;a=b\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding:\r\n chunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Transfer-Encoding:\u{b}chunked\r\n",
    ] {
        wire.refuses("400", framing, wire.add(framing, &body));
    }
    let old = wire.add("Transfer-Encoding: chunked\r\n", &body).replacen("HTTP/1.1", "HTTP/1.0", 1);
    wire.refuses("400", "chunks in HTTP/1.0", old);
}

#[test]
fn chunks_that_cannot_be_read_are_400_and_the_connection_ends() {
    let wire = Wire::new();
    let end = "0\r\n\r\n";
    for body in [
        chunk("d", "\n", "\r\n", end),
        chunk("d", "\r\n", "\n", end),
        chunk("d", "\r\n", "\r\n", "0\n\n"),
        chunk("d", "\n", "\n", "0\n\n"),
        chunk("d", "\r", "\r\n", end),
        chunk("d", "\r\n", "", end),
        chunk("c", "\r\n", "\r\n", end),
        chunk("zz", "\r\n", "\r\n", end),
        chunk("", "\r\n", "\r\n", end),
        chunk("-d", "\r\n", "\r\n", end),
        chunk("+d", "\r\n", "\r\n", end),
        chunk("0xd", "\r\n", "\r\n", end),
        chunk(" d", "\r\n", "\r\n", end),
        chunk("d;a=\nb", "\r\n", "\r\n", end),
        chunk("1000000000000000d", "\r\n", "\r\n", end),
        chunk("ffffffffffffffffffff", "\r\n", "\r\n", end),
    ] {
        wire.refuses("400", &body, wire.add("Transfer-Encoding: chunked\r\n", &body));
    }
}

#[test]
fn chunks_as_the_standard_allows_them_are_read() {
    let wire = Wire::new();
    for body in [
        chunk("d", "\r\n", "\r\n", "0\r\n\r\n"),
        chunk("D", "\r\n", "\r\n", "0\r\n\r\n"),
        chunk("000d", "\r\n", "\r\n", "000\r\n\r\n"),
        chunk("d;name=value", "\r\n", "\r\n", "0;last\r\n\r\n"),
        chunk("d", "\r\n", "\r\n", "0\r\nX-Trailer: a\r\n\r\n"),
    ] {
        wire.answers("201", &body, wire.add("Transfer-Encoding: chunked\r\n", &body));
    }
}

#[test]
fn the_body_of_a_read_or_of_a_refused_request_is_not_taken_for_the_next_request() {
    let wire = Wire::new();
    let inner = wire.add("Content-Length: 13\r\n", ITEM);
    let sized = format!("{}Content-Length: {}\r\n", wire.host, inner.len());
    let chunked = format!("{}Transfer-Encoding: chunked\r\n", wire.host);
    let chunks = format!("{:x}\r\n{inner}\r\n0\r\n\r\n", inner.len());
    for (line, status) in [
        ("GET /_api/web/lists HTTP/1.1", "200"),
        ("GET /_api/web/lists/getbytitle('Nothing') HTTP/1.1", "404"),
        ("DELETE /_api/web/lists/getbytitle('Nothing') HTTP/1.1", "404"),
        ("POST /_api/web/lists HTTP/1.1", "415"),
        ("FOO /_api/web/lists HTTP/1.1", "405"),
    ] {
        wire.answers(status, line, format!("{}{inner}", wire.get(line, &sized)));
        wire.answers(status, line, format!("{}{chunks}", wire.get(line, &chunked)));
    }
}

#[test]
fn the_body_of_what_the_door_turns_away_is_not_taken_for_the_next_request() {
    let wire = Wire::new();
    let inner = wire.add("Content-Length: 13\r\n", ITEM);
    let before = wire.titles();
    let foreign = format!("Host: evil.example\r\nContent-Length: {}\r\n", inner.len());
    let bytes = format!("{}{inner}", wire.get("POST /_api/web/lists HTTP/1.1", &foreign));
    let (statuses, after) = wire.statuses(bytes.as_bytes());
    assert_eq!(statuses.first().map(String::as_str), Some("403"));
    assert!(after.iter().skip(before.len()).all(|title| title == "next"), "{after:?}");
}

#[test]
fn a_body_that_ends_before_its_length_changes_nothing() {
    let wire = Wire::new();
    for (framing, body) in [
        ("Content-Length: 14\r\n", ITEM.to_owned()),
        ("Content-Length: 1000\r\n", ITEM.to_owned()),
        ("Transfer-Encoding: chunked\r\n", format!("d\r\n{ITEM}\r\n")),
        ("Transfer-Encoding: chunked\r\n", format!("e\r\n{ITEM}")),
        ("Transfer-Encoding: chunked\r\n", format!("d\r\n{ITEM}\r\n0\r\n")),
    ] {
        let bytes = wire.add(framing, &body);
        // Closes after a short silence, with the body still open.
        raw(wire.server.address(), bytes.as_bytes(), Duration::from_millis(100)).unwrap();
        assert_eq!(wire.titles(), Vec::<&str>::new(), "{framing} {body}");
    }
    wire.answers("201", "the next client", wire.add("Content-Length: 13\r\n", ITEM));
}

#[test]
fn who_expects_100_is_told_to_go_on_before_the_answer() {
    let wire = Wire::new();
    let bytes = wire.add("Content-Length: 13\r\nExpect: 100-continue\r\n", ITEM);
    let (statuses, after) = wire.statuses(bytes.as_bytes());
    assert_eq!(statuses, ["100", "201", "201", "200"]);
    assert_eq!(after, ["a", "next"]);
}

#[test]
fn a_tunnel_is_refused_at_once_and_the_connection_ends() {
    let wire = Wire::new();
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 13\r\n";
    wire.refuses("400", "a WebSocket that adds an item", wire.add(upgrade, ITEM));
    let upgrade = format!("{}Connection: Upgrade\r\nUpgrade: WebSocket\r\n", wire.host);
    wire.refuses("400", "a WebSocket", wire.get("GET /_api/web HTTP/1.1", &upgrade));
    wire.refuses("400", "CONNECT", wire.get("CONNECT 127.0.0.1:80 HTTP/1.1", &wire.host));
    // A client that offers HTTP/2 goes on in HTTP/1.1.
    let offer = format!(
        "{}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
        wire.host
    );
    wire.answers("200", "an offer of HTTP/2", wire.get("GET /_api/web HTTP/1.1", &offer));
}
