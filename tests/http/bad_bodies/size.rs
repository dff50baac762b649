//! Bodies over the limit: refused before they are read, and what follows on the connection is never misread.

use std::time::Duration;

use matchlist_tests::{Options, raw};
use serde_json::json;

use super::refusal::{Bench, CLIENT};

const LIMIT: usize = 4096;

fn bench() -> Bench {
    Bench::with(Options::default().with(&["--max-body", "4096"]))
}

/// An item's JSON of so many bytes.
fn body(length: usize) -> String {
    let frame = json!({"Must": "1", "Notes": ""}).to_string().len();
    json!({"Must": "1", "Notes": "x".repeat(length - frame)}).to_string()
}

fn chunked(body: &str, chunk: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in body.as_bytes().chunks(chunk) {
        bytes.extend_from_slice(format!("{:x}\r\n", part.len()).as_bytes());
        bytes.extend_from_slice(part);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    bytes
}

#[test]
fn a_body_over_the_limit_is_413_sized_or_chunked_and_one_of_the_limit_is_fine() {
    let bench = bench();
    for chunk in [0, 7, 4096, 100_000] {
        for length in [LIMIT + 1, 10 * LIMIT] {
            let add = bench.under("POST", "/items");
            let add = match chunk {
                0 => add.json(body(length)),
                chunk => add.header("Transfer-Encoding", "chunked").json(chunked(&body(length), chunk)),
            };
            let message = bench.refuses(413, CLIENT, &add);
            assert_eq!(message, "The body is larger than 4096 bytes.");
        }
        let add = bench.under("POST", "/items");
        let add = match chunk {
            0 => add.json(body(LIMIT)),
            chunk => add.header("Transfer-Encoding", "chunked").json(chunked(&body(LIMIT), chunk)),
        };
        bench.send(&add, &[]).expect_status(201);
    }
}

#[test]
fn the_usual_limit_is_two_mebibytes() {
    let bench = Bench::new();
    let limit = 2 * 1024 * 1024;
    let add = |length: usize| bench.under("POST", "/items").json(body(length));
    assert_eq!(bench.refuses(413, CLIENT, &add(limit + 1)), "The body is larger than 2097152 bytes.");
    bench.send(&add(limit), &[]).expect_status(201);
}

/// A request line and head to add an item to the list.
fn head(bench: &Bench, framing: &str) -> String {
    format!(
        "POST {}/items HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n{framing}\r\n\r\n",
        bench.pumps,
        bench.server.address()
    )
}

#[test]
fn what_a_refused_body_holds_is_never_run_as_a_request() {
    let bench = bench();
    let inner = body(100);
    let smuggled = format!("{}{inner}", head(&bench, &format!("Content-Length: {}", inner.len())));
    let large = smuggled.repeat(1 + 3 * LIMIT / smuggled.len());
    let before = bench.everything();
    let sized = format!("{}{large}", head(&bench, &format!("Content-Length: {}", large.len())));
    let mut in_chunks = head(&bench, "Transfer-Encoding: chunked").into_bytes();
    in_chunks.extend(chunked(&large, smuggled.len()));
    // One that never comes: the answer does not wait for it.
    let promised = head(&bench, "Content-Length: 1000000000");
    for mut bytes in [sized.into_bytes(), in_chunks, promised.into_bytes()] {
        let last =
            format!("GET /healthz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", bench.server.address());
        bytes.extend(last.into_bytes());
        let said = raw(bench.server.address(), &bytes, Duration::from_secs(10)).unwrap();
        let said = String::from_utf8_lossy(&said);
        // Closed, or in step with what follows.
        let statuses: Vec<_> = said.split("HTTP/1.1 ").skip(1).filter_map(|reply| reply.get(..3)).collect();
        assert!(statuses == ["413"] || statuses == ["413", "200"], "{said}");
        assert_eq!(bench.everything(), before);
    }
}
