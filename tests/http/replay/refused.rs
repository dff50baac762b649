//! What an id does not do: answer another request, keep a refusal, or be read where it cannot be.

use matchlist_tests::{Options, Request, Server};
use serde_json::json;

use super::{ID, TASKS, Write, repeatable, server, state};

fn merge() -> Write {
    let merge = Write::new("MERGE", &format!("{TASKS}/items(1)"), 204).with("IF-MATCH", "*");
    merge.json(json!({"Status": "done"}))
}

#[test]
fn the_same_id_with_another_request_is_refused_and_changes_nothing() {
    let server = server(Options::default());
    let client = server.client();
    repeatable(merge().on(&client), ID).send().expect_status(204);
    let after = state(&server);
    let others = [
        ("body", merge().json(json!({"Status": "other"}))),
        ("method", Write { method: "PUT", ..merge() }),
        ("path", Write { path: format!("{TASKS}/items(2)"), ..merge() }),
        ("query", Write { path: format!("{TASKS}/items(1)?x=1"), ..merge() }),
        ("If-Match", merge().with("IF-MATCH", "\"2\"")),
        ("If-Unmodified-Since", merge().with("If-Unmodified-Since", "Fri, 01 Jan 2100 00:00:00 GMT")),
        ("Accept", merge().with("Accept", "application/json;odata=verbose")),
        ("Content-Type", merge().with("Content-Type", "application/json;odata=verbose")),
        ("an add", Write::new("POST", &format!("{TASKS}/items"), 201).json(json!({"Title": "other"}))),
        ("a delete", Write::new("DELETE", &format!("{TASKS}/items(1)"), 200)),
    ];
    for (what, other) in others {
        let refused = repeatable(other.on(&client), ID).send();
        assert_eq!(refused.status, 422, "{what}: {refused}");
        assert_eq!(refused.header("Repeatability-Result"), None, "{what}: {refused}");
        assert_eq!(after, state(&server), "{what}");
    }
    repeatable(merge().on(&client), ID).send().expect_status(204);
    assert_eq!(after, state(&server));
}

#[test]
fn a_tunnelled_method_is_the_same_request() {
    let server = server(Options::default());
    let client = server.client();
    let first = repeatable(merge().on(&client), ID).send().expect_status(204);
    let tunnelled = Write { method: "POST", ..merge() }.with("X-HTTP-Method", "MERGE");
    let again = repeatable(tunnelled.on(&client), ID).send();
    super::assert_same_answer(&first, &again);
}

/// Refused at first, allowed after `remedy`, by the same request with the same id.
fn is_judged_afresh(server: &Server, write: &Write, refused: u16, remedy: &Write) {
    let client = server.client();
    let before = state(server);
    let refusal = repeatable(write.on(&client), ID).send().expect_status(refused);
    assert_eq!(refusal.header("Repeatability-Result"), None, "{refusal}");
    assert_eq!(before, state(server), "a refused write changes nothing");
    remedy.on(&client).send().expect_status(remedy.status);
    let first = repeatable(write.on(&client), ID).send().expect_status(write.status);
    super::assert_same_answer(&first, &repeatable(write.on(&client), ID).send());
}

#[test]
fn a_refusal_is_not_kept() {
    let item = |id: u64| format!("{TASKS}/items({id})");
    let change = |field: &str, value: serde_json::Value| {
        Write::new("MERGE", &item(1), 204).json(json!({ field: value })).with("IF-MATCH", "*")
    };
    let add = Write::new("POST", &format!("{TASKS}/items"), 201).json(json!({"Code": "a"}));
    let increment = Write::new("POST", &format!("{}/increment", item(1)), 200);
    let put = Write::new("PUT", &item(4), 204).json(json!({"Title": "there by now"}));
    let strict = Write::new("MERGE", TASKS, 204);
    let cases = [
        (412, merge().with("IF-MATCH", "\"2\""), change("Title", json!("moved on"))),
        (400, increment.json(json!({"field": "Status"})), change("Status", json!("41"))),
        (404, put.clone(), Write { body: Some(json!({})), ..add.clone() }),
        (409, add, change("Code", json!("free"))),
    ];
    for (refused, write, remedy) in cases {
        is_judged_afresh(&server(Options::default()), &write, refused, &remedy);
    }

    let server = server(Options::default());
    strict
        .clone()
        .json(json!({"MatchlistStrict": "condition"}))
        .on(&server.client())
        .send()
        .expect_status(204);
    let unconditional = Write::new("DELETE", &item(1), 200);
    is_judged_afresh(&server, &unconditional, 428, &strict.json(json!({"MatchlistStrict": "off"})));
}

#[test]
fn headers_that_cannot_be_read_are_refused_and_nothing_is_changed() {
    let server = server(Options::default());
    let before = state(&server);
    let client = server.client();
    const SENT: &str = "Fri, 01 Jan 2100 00:00:00 GMT";
    const OTHER: &str = "11111111-2222-4333-8444-555555555555";
    let (id, sent, key) = ("Repeatability-Request-ID", "Repeatability-First-Sent", "Idempotency-Key");
    let long = "k".repeat(256);
    let cases: &[&[(&str, &str)]] = &[
        &[(id, ID)],
        &[(sent, SENT)],
        &[(id, "no-uuid"), (sent, SENT)],
        &[(id, ""), (sent, SENT)],
        &[(id, ID), (sent, "yesterday")],
        &[(id, ID), (sent, "2026-01-01T00:00:00Z")],
        &[(id, ID), (sent, "")],
        &[(id, ID), (sent, SENT), (key, OTHER)],
        &[(id, ID), (sent, SENT), (key, "order 7")],
        &[(key, "")],
        &[(key, "\"\"")],
        &[(key, &long)],
        &[(key, "öre")],
    ];
    for headers in cases {
        let with = |request: Request<'_>| {
            headers.iter().fold(request, |request, (name, value)| request.header(name, value)).send()
        };
        let refused = with(merge().on(&client));
        assert_eq!(refused.status, 400, "{headers:?}: {refused}");
        assert_eq!(refused.header("Repeatability-Result"), None, "{headers:?}: {refused}");
        assert_eq!(before, state(&server), "{headers:?}");
    }
}

#[test]
fn a_read_has_no_use_for_an_id() {
    let server = server(Options::default());
    let client = server.client();
    let read = Write::new("GET", &format!("{TASKS}/items(1)"), 200);
    repeatable(read.on(&client), ID).send().expect_status(200);
    repeatable(merge().on(&client), ID).send().expect_status(204);
    let item = repeatable(read.on(&client), ID).send().expect_status(200);
    assert_eq!(item.json()["Status"], "done");
}

/// Which of the two lines the client means cannot be told, and a guess could run the write twice.
#[test]
fn an_id_that_is_sent_in_two_lines_is_refused_and_nothing_is_written() {
    let server = server(Options::default());
    let client = server.client();
    let before = state(&server);
    let add = Write::new("POST", &format!("{TASKS}/items"), 201).json(json!({"Title": "added"}));
    let other = "6f3a2f8e-7a5c-4a44-9d0b-0a1b2c3d4e5f";
    repeatable(add.on(&client), ID).header("Repeatability-Request-ID", other).send().expect_status(400);
    add.on(&client).header("Idempotency-Key", "a").header("Idempotency-Key", "b").send().expect_status(400);
    assert_eq!(before, state(&server));
}

#[test]
fn first_sent_far_ahead_is_refused_as_it_would_outlive_what_is_remembered() {
    let server = server(Options::default());
    let client = server.client();
    let before = state(&server);
    let add = Write::new("POST", &format!("{TASKS}/items"), 201).json(json!({"Title": "added"}));
    let ahead = httpdate::fmt_http_date(std::time::SystemTime::now() + std::time::Duration::from_secs(7200));
    let request =
        add.on(&client).header("Repeatability-Request-ID", ID).header("Repeatability-First-Sent", &ahead);
    request.send().expect_status(400);
    assert_eq!(before, state(&server));
}
