//! Batches that are refused whole: 400, and nothing of them was run.

use matchlist_tests::{Options, Server};
use serde_json::json;

use super::*;

const ITEMS: &str = "/_api/lists/Tasks/items";

fn tasks() -> Server {
    let server = Server::start(Options::default());
    server.list("Tasks").item(json!({"Title": "one"}));
    server.list_in("/sites/demo", "Tasks");
    server
}

fn add() -> String {
    request("POST", ITEMS, &[], "{\"Title\":\"never\"}")
}

/// Sends a batch in parts that begins with an item to be added, and expects that it was not.
#[track_caller]
fn refused(server: &Server, body: &str, words: &str) {
    let answer = in_parts(server, BATCH, body).send().expect_status(400);
    assert_eq!(message(&answer.json()), words);
    assert_eq!(count(server, "Tasks"), "1");
}

#[test]
fn what_is_torn_or_garbage_is_refused_and_nothing_is_run() {
    let server = tasks();
    let whole = batch(&[add()]);
    let cut = |end: &str| whole.split_once(end).unwrap().0.to_owned();
    let torn = "The batch is torn: the line '--b--' is missing.";
    refused(&server, &cut("--b--"), torn);
    refused(&server, &whole.replace("--b--\r\n", "--b-"), torn);
    refused(&server, &cut("never"), torn);
    refused(&server, &whole.replace("--b--", "--c--"), torn);
    refused(&server, "garbage", "The body of the batch has no line '--b', which its Content-Type names.");
    refused(&server, "", "The body of the batch has no line '--b', which its Content-Type names.");
    refused(&server, &format!("{whole}more"), "The batch is torn: there is text after the line '--b--'.");
    refused(&server, "--b--\r\n", "The batch holds no request.");
    let second = |part: &str| whole.replace("--b--", &format!("--b\r\n{part}\r\n--b--"));
    refused(&server, &second(""), "Part 2 of the batch cannot be read: it has no Content-Type.");
    refused(
        &server,
        &second("Content-Type: application/http\r\n\r\nnonsense"),
        "Part 2 of the batch cannot be read: its request line is not 'METHOD url HTTP/1.1'.",
    );
    refused(
        &server,
        &second(&format!(
            "Content-Type: application/http\r\n\r\nDELETE {ITEMS}(1) HTTP/1.1\r\nIf-Match \"9\"\r\n"
        )),
        "Part 2 of the batch cannot be read: one of its headers cannot be read.",
    );
    refused(
        &server,
        &second(&format!(
            "Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n{}",
            &batch(&[add()])[5..]
        )),
        "The batch is torn: there is text after the line '--b--'.",
    );
    refused(
        &server,
        &second(
            "Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: application/http\r\n\r\nGET /_api/web HTTP/1.1\r\n",
        ),
        "The batch is torn: the line '--c--' is missing.",
    );
}

#[test]
fn a_batch_without_a_boundary_or_of_another_type_is_refused() {
    let server = tasks();
    let send = |content_type: &str| {
        server.request("POST", BATCH).header("Content-Type", content_type).body(batch(&[add()])).send()
    };
    for content_type in
        ["multipart/mixed", "multipart/mixed; boundary=", "multipart/mixed;boundary=b;boundary=c"]
    {
        send(content_type).expect_status(400);
    }
    for content_type in ["text/plain", "multipart/form-data; boundary=b", "application/x-www-form-urlencoded"]
    {
        send(content_type).expect_status(415);
    }
    server.request("POST", BATCH).body(batch(&[add()])).send().expect_status(415);
    assert_eq!(count(&server, "Tasks"), "1");
}

#[test]
fn a_batch_within_a_batch_is_refused_whole() {
    let server = tasks();
    for path in ["/_api/$batch", "/_api/%24BATCH", "/_vti_bin/client.svc/$batch?x=y", "$batch"] {
        let inner = format!(
            "POST {path} HTTP/1.1\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n{}",
            batch(&[add()]).replace("--b", "--c")
        );
        refused(
            &server,
            &batch(&[add(), inner]),
            "Request '2' of the batch: a batch does not stand within a batch.",
        );
    }
}

#[test]
fn a_hundred_requests_are_run_and_a_hundred_and_one_are_not() {
    let server = tasks();
    refused(&server, &batch(&vec![add(); 101]), "A batch holds at most 100 requests.");
    let parts = send(&server, &vec![add(); 100]);
    assert_eq!(statuses(&parts), [201; 100]);
    assert_eq!(count(&server, "Tasks"), "101");
}

#[test]
fn requests_for_another_site_or_server_are_refused_whole() {
    let server = tasks();
    let address = server.address();
    let elsewhere = "its URL is not of this server";
    let other_site = "its URL is not of the site that the batch was sent to";
    for (url, why) in [
        ("/sites/demo/_api/lists/Tasks/items".to_owned(), other_site),
        (format!("http://{address}/sites/demo/_api/web"), other_site),
        ("http://evil.example/_api/web".to_owned(), elsewhere),
        (format!("http://{}:1/_api/web", address.ip()), elsewhere),
        (format!("http://{address}.evil.example/_api/web"), elsewhere),
        (format!("http://{address}@evil.example/_api/web"), "its URL cannot be read"),
        ("//evil.example/_api/web".to_owned(), "its URL cannot be read"),
        ("/healthz".to_owned(), "its URL is no address of the API of a site"),
    ] {
        let body = batch(&[add(), request("GET", &url, &[], "")]);
        refused(&server, &body, &format!("Request '2' of the batch: {why}."));
    }
}

#[test]
fn what_is_said_of_one_write_is_not_said_of_a_batch() {
    let server = tasks();
    for (name, value, told) in [
        ("If-Match", "\"1\"", "If-Match"),
        ("If-None-Match", "*", "If-None-Match"),
        ("If-Unmodified-Since", "Wed, 25 Nov 2026 00:00:00 GMT", "If-Unmodified-Since"),
        ("Idempotency-Key", "a", "Repeatability-Request-ID (or Idempotency-Key)"),
    ] {
        let answer = in_parts(&server, BATCH, &batch(&[add()])).header(name, value).send().expect_status(400);
        let words = format!("The header {told} belongs to the requests within a batch, not to the batch.");
        assert_eq!(message(&answer.json()), words);
    }
    assert_eq!(count(&server, "Tasks"), "1");
}

#[test]
fn a_request_that_is_too_large_is_refused_alone() {
    let server = tasks();
    let long = format!("/_api/web?x={}", "a".repeat(33_000));
    let header = format!("Accept: {}", "a".repeat(33_000));
    let parts = send(
        &server,
        &[
            request("GET", &long, &[], ""),
            request("GET", "/_api/web", &[&header], ""),
            request("GET", "/_api/web", &[], ""),
        ],
    );
    assert_eq!(statuses(&parts), [414, 431, 200]);
    let huge = batch(&[request("POST", ITEMS, &[], &format!("{{\"Title\":\"{}\"}}", "a".repeat(3_000_000)))]);
    in_parts(&server, BATCH, &huge).send().expect_status(413);
}

#[test]
fn answers_that_are_too_large_are_refused_and_writes_go_on() {
    let server = tasks();
    let notes = server.list("Notes").note("Text");
    for _ in 0..4 {
        notes.item(json!({"Text": "x".repeat(1_900_000)}));
    }
    let mut requests = vec![request("GET", "/_api/lists/Notes/items?$select=Text", &[LIGHT], ""); 5];
    requests.push(add());
    let parts = send(&server, &requests);
    assert_eq!(statuses(&parts), [200, 200, 200, 200, 400, 201]);
    assert!(message(&parts[4].json()).starts_with("The answers to a batch have 33554432 bytes at most."));
}
