//! For how long an id counts.

use std::time::{Duration, SystemTime};

use matchlist_tests::{Options, Server};
use serde_json::json;

use super::{ID, TASKS, Write, assert_same_answer, server, state};

const HOUR: u64 = 3600;

fn add() -> Write {
    Write::new("POST", &format!("{TASKS}/items"), 201).json(json!({"Title": "added"}))
}

fn ago(seconds: u64) -> String {
    httpdate::fmt_http_date(SystemTime::now() - Duration::from_secs(seconds))
}

fn an_hour(options: Options) -> Server {
    server(options.with(&["--replay-window", "1"]))
}

#[test]
fn first_sent_before_the_window_is_rejected_without_looking_like_a_lost_race() {
    let server = an_hour(Options::default());
    let client = server.client();
    let before = state(&server);
    let merge = Write::new("MERGE", &format!("{TASKS}/items(1)"), 204).json(json!({"Status": "late"}));
    for write in [add(), merge.clone().with("IF-MATCH", "\"1\""), merge.with("IF-MATCH", "\"9\"")] {
        for sent in [ago(HOUR + 60), "Sun, 06 Nov 1994 08:49:37 GMT".into()] {
            let request = write.on(&client).header("Repeatability-Request-ID", ID);
            let rejected = request.header("Repeatability-First-Sent", &sent).send();
            assert_eq!(rejected.status, 412, "{sent}: {rejected}");
            assert_eq!(rejected.header("Repeatability-Result"), Some("rejected"), "{rejected}");
            assert_eq!(rejected.header("ETag"), None, "{rejected}");
            assert!(!rejected.text().contains("conflict"), "{rejected}");
            assert_eq!(before, state(&server));
        }
    }
    let request = add().on(&client).header("Repeatability-Request-ID", ID);
    request.header("Repeatability-First-Sent", &ago(HOUR - 60)).send().expect_status(201);
}

/// Makes the stored answers older, while no server runs.
fn age(server: &Server, seconds: u64) {
    let file = server.folder().unwrap().join("matchlist.db");
    let database = rusqlite::Connection::open(file).unwrap();
    let aged = database.execute("UPDATE replays SET at = at - ?1", [seconds as i64]).unwrap();
    assert_eq!(aged, 1, "one answer is stored");
}

#[test]
fn an_answer_counts_within_the_window_and_not_after() {
    let mut server = an_hour(Options::on_disk());
    let send = |server: &Server| add().on(&server.client()).header("Idempotency-Key", "order 7").send();
    let first = send(&server).expect_status(201);
    server.stop();
    age(&server, HOUR - 60);
    server.restart();
    assert_same_answer(&first, &send(&server));

    server.stop();
    age(&server, 120);
    server.restart();
    let second = send(&server).expect_status(201);
    assert_ne!(first.json()["Id"], second.json()["Id"], "an old answer no longer counts");
    assert_same_answer(&second, &send(&server));
    let read = Write::new("GET", &format!("{TASKS}/items?$filter=Title eq 'added'").replace(' ', "%20"), 200);
    let items = read.on(&server.client()).send().expect_status(200);
    assert_eq!(items.json()["value"].as_array().map(Vec::len), Some(2));
}
