//! The service as a process: it starts, keeps what it acknowledged, and ends when asked.

use std::io::{BufRead, BufReader};
use std::time::Duration;

use matchlist_tests::{Options, Server, raw};
use serde_json::json;

#[test]
fn a_list_an_item_a_read_and_a_conditional_merge() {
    let server = Server::start(Options::default());
    let tasks = server.list("Tasks").text("Status");
    let id = tasks.item(json!({"Title": "wash up", "Status": "open"}));

    let item = tasks.read(id);
    assert_eq!(item.etag(), "\"1\"");
    assert_eq!(item.json()["Title"], "wash up");
    assert_eq!(item.json()["Status"], "open");

    let merge = |tag: &str, status: &str| {
        let request = server.request("MERGE", &tasks.item_url(id)).header("IF-MATCH", tag);
        request.json(&json!({"Status": status})).send()
    };
    let done = merge("\"1\"", "done");
    assert_eq!((done.status, done.etag()), (204, "\"2\""));
    let stale = merge("\"1\"", "lost");
    assert_eq!((stale.status, stale.etag()), (412, "\"2\""));
    assert_eq!(tasks.read(id).json()["Status"], "done");
}

#[test]
fn the_same_on_a_site_has_its_own_lists() {
    let server = Server::start(Options::default());
    let root = server.list("Tasks");
    let demo = server.list_in("/sites/demo", "Tasks");
    demo.item(json!({"Title": "only here"}));
    assert_eq!(server.request("GET", &root.item_url(1)).send().status, 404);
    assert_eq!(demo.read(1).json()["Title"], "only here");
}

#[test]
fn asked_to_end_it_exits_with_0() {
    let mut server = Server::start(Options::default());
    server.list("Tasks");
    let status = server.stop();
    assert_eq!(status.code(), Some(0), "{}", server.log());
}

#[test]
fn what_was_acknowledged_is_there_after_an_end_and_after_a_crash() {
    let mut server = Server::start(Options::on_disk());
    let tasks = server.list("Tasks");
    let (url, first) = (tasks.url().to_string(), tasks.item(json!({"Title": "first"})));
    server.stop();
    server.restart();

    let second = server.request("POST", &format!("{url}/items")).json(&json!({"Title": "second"})).send();
    second.expect_status(201);
    server.kill();
    server.restart();

    for (id, title) in [(first, "first"), (first + 1, "second")] {
        let item = server.request("GET", &format!("{url}/items({id})")).send().expect_status(200);
        assert_eq!(item.json()["Title"], title);
        assert_eq!(item.etag(), "\"1\"");
    }
}

#[test]
fn a_second_process_on_one_folder_is_refused_and_the_first_goes_on() {
    let server = Server::start(Options::on_disk());
    let tasks = server.list("Tasks");
    let mut second = server.command().spawn().unwrap();
    let mut said = String::new();
    BufReader::new(second.stdout.take().unwrap()).read_line(&mut said).unwrap();
    if !said.is_empty() {
        second.kill().unwrap();
    }
    let second = second.wait_with_output().unwrap();
    assert_eq!(said, "", "it must not say that it listens");
    assert!(!second.status.success());
    assert_ne!(String::from_utf8_lossy(&second.stderr), "", "it must say why");
    tasks.item(json!({"Title": "still served"}));
}

#[test]
fn what_is_no_http_is_refused_and_the_next_client_is_served() {
    let server = Server::start(Options::default());
    let said = raw(server.address(), b"\x16\x03\x01 no http\r\n\r\n", Duration::from_secs(10)).unwrap();
    let said = String::from_utf8_lossy(&said);
    assert!(said.starts_with("HTTP/1.1 400"), "{said}");
    server.list("Tasks");
}
