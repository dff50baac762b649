//! A disk that is full, fails, or is held by another program: nothing is half written, and reads go on.

use matchlist_tests::{List, Options, Response, Server};
use serde_json::{Value, json};

const PLAIN: &str = "application/json;odata=nometadata";
const THROTTLED: &str = "-1, Matchlist.ServiceUnavailableException";

fn pumps(server: &Server) -> List<'_> {
    let list = server.list("Pumps").number("Load");
    list.item(json!({"Title": "P-101", "Load": 1}));
    list.item(json!({"Title": "P-102"}));
    list
}

/// A write of each kind.
fn writes(list: &List) -> Vec<Response> {
    let send = |method: &str, under: &str, body: Value| {
        list.request(method, under).header("Accept", PLAIN).json(&body).send()
    };
    vec![
        send("POST", "/items", json!({"Title": "lost"})),
        send("MERGE", "/items(1)", json!({"Title": "lost"})),
        send("PUT", "/items(1)", json!({"Title": "lost", "Load": 1})),
        send("POST", "/items(1)/increment", json!({"field": "Load"})),
        list.request("DELETE", "/items(2)").header("Accept", PLAIN).send(),
        send("MERGE", "", json!({"Description": "lost"})),
        send("POST", "/fields", json!({"Title": "Lost", "FieldTypeKind": 2})),
    ]
}

/// All that a client can read of the list.
fn everything(list: &List) -> Vec<String> {
    let reads = ["", "/items", "/items(1)", "/items?$filter=Load%20eq%201", "/fields"];
    reads.map(|under| list.request("GET", under).send().expect_status(200).text()).into()
}

#[track_caller]
fn check(refused: &Response, status: u16, retry: Option<&str>, code: &str, text: &str) {
    let error = json!({"odata.error": {"code": code, "message": {"lang": "en-US", "value": text}}});
    assert_eq!((refused.status, refused.json()), (status, error));
    assert_eq!(refused.header("Retry-After"), retry);
}

fn ready(server: &Server) -> (u16, String) {
    let answer = server.request("GET", "/readyz").send();
    (answer.status, answer.text())
}

#[test]
fn a_healthy_server_is_ready() {
    let server = Server::start(Options::default());
    assert_eq!(ready(&server), (200, "ready\n".into()));
    assert_eq!(server.request("GET", "/healthz").send().expect_status(200).text(), "ok\n");
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_writes_are_507_and_change_nothing_until_there_is_space() {
    use std::fs::{OpenOptions, remove_file};
    use std::io::Write as _;

    let server = Server::start(Options::on_a_disk_of(8));
    let list = pumps(&server);
    let before = everything(&list);
    let ballast = server.seen("ballast");
    let mut file = OpenOptions::new().create_new(true).append(true).open(&ballast).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
    drop(file);
    for refused in writes(&list) {
        let text = "There is no space left on the server's disk. Nothing was changed.";
        check(&refused, 507, None, "-1, Matchlist.InsufficientStorageException", text);
        assert_eq!(everything(&list), before);
    }
    assert_eq!(ready(&server), (200, "ready\n".into()), "what is freed is used at once");
    remove_file(ballast).unwrap();
    assert_eq!(list.item(json!({"Title": "P-103"})), 3, "what was refused took no Id");
    for written in writes(&list) {
        assert!((200..300).contains(&written.status), "{written}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn after_a_failed_write_none_is_taken_until_a_restart_and_reads_go_on() {
    let mut server = Server::start(Options::on_a_disk_that_may_fail());
    let url = pumps(&server).url().to_owned();
    let text = "The store is read-only, as a write to its disk failed. Reads go on.";
    {
        let list = server.list_at(&url);
        let before = everything(&list);
        server.let_files_grow_to(Some(0));
        let first = writes(&list);
        // The disk is well again, but what it holds of the write that failed is unknown.
        server.let_files_grow_to(None);
        for refused in first.into_iter().chain(writes(&list)) {
            check(&refused, 503, Some("60"), THROTTLED, text);
        }
        assert_eq!(everything(&list), before);
        let why = "not ready: the store is read-only since a write to the disk failed\n";
        assert_eq!(ready(&server), (503, why.into()));
        server.request("GET", "/healthz").send().expect_status(200);
    }
    server.kill();
    server.restart();
    let list = server.list_at(&url);
    assert_eq!(ready(&server), (200, "ready\n".into()));
    assert_eq!((list.read(1).json()["Title"].clone(), list.read(1).etag()), (json!("P-101"), "\"1\""));
    assert_eq!(list.item(json!({"Title": "P-103"})), 3);
}

#[test]
fn while_another_program_holds_the_database_writes_are_503_and_reads_go_on() {
    let server = Server::start(Options::on_disk());
    let list = pumps(&server);
    let before = everything(&list);
    let other = rusqlite::Connection::open(server.folder().unwrap().join("matchlist.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let add = list.request("POST", "/items").header("Accept", PLAIN).json(&json!({"Title": "lost"})).send();
    check(&add, 503, Some("1"), THROTTLED, "Too many requests are waiting. Try again.");
    assert_eq!(everything(&list), before);
    assert_eq!(ready(&server), (200, "ready\n".into()));
    assert!(server.log().contains("another program holds the database"), "the operator is told");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(list.item(json!({"Title": "P-103"})), 3);
}
