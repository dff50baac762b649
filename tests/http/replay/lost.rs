//! Each kind of write, its reply lost: the second answer is the first one's, byte for byte.

use matchlist_tests::{Options, Proxy, Request, Response, Server};
use serde_json::json;

use super::{ID, TASKS, Write, assert_same_answer, repeatable, server, state, writes};

/// An id for each write.
fn id(number: usize) -> String {
    format!("5f3a2f8e-7a5c-4a44-9d0b-0000000000{number:02}")
}

fn each_lost_write_is_done_once(identify: impl for<'c> Fn(Request<'c>, &str) -> Request<'c>) {
    let server = server(Options::default());
    let proxy = Proxy::to(server.address());
    for (number, write) in writes().iter().enumerate() {
        let line = format!("{} {}", write.method, write.path);
        let before = state(&server);
        let sent = write.dress(proxy.request(write.method, &write.path));
        let first = proxy.lose(identify(sent, &id(number)));
        assert_eq!(first.status, write.status, "{line}: {first}");
        let after = state(&server);
        assert_ne!(before, after, "{line} did something");

        let again = identify(write.on(&server.client()), &id(number)).send();
        assert_same_answer(&first, &again);
        assert_eq!(after, state(&server), "{line} was done again");
    }
}

#[test]
fn each_kind_of_write_is_done_once_and_answered_twice() {
    each_lost_write_is_done_once(repeatable);
}

#[test]
fn an_idempotency_key_does_the_same_plain_and_quoted() {
    each_lost_write_is_done_once(|request, id| request.header("Idempotency-Key", &format!("order {id}")));
    each_lost_write_is_done_once(|request, id| request.header("Idempotency-Key", &format!("\"order {id}\"")));
}

#[test]
fn one_uuid_is_one_id_in_either_header_and_any_spelling() {
    let server = server(Options::default());
    let add = Write::new("POST", &format!("{TASKS}/items"), 201).json(json!({"Title": "once"}));
    let client = server.client();
    let first = repeatable(add.on(&client), ID).send().expect_status(201);
    let after = state(&server);
    for key in [ID.to_string(), format!("\"{ID}\""), ID.to_uppercase()] {
        assert_same_answer(&first, &add.on(&client).header("Idempotency-Key", &key).send());
        assert_same_answer(&first, &repeatable(add.on(&client), &key.replace('"', "")).send());
        let both = repeatable(add.on(&client), ID).header("Idempotency-Key", &key);
        assert_same_answer(&first, &both.send());
    }
    assert_eq!(after, state(&server));
}

fn answers_outlive(end: impl FnOnce(&mut Server)) {
    let mut server = server(Options::on_disk());
    let proxy = Proxy::to(server.address());
    let writes = writes();
    let lost: Vec<Response> = writes
        .iter()
        .enumerate()
        .map(|(number, write)| {
            let sent = write.dress(proxy.request(write.method, &write.path));
            let first = proxy.lose(repeatable(sent, &id(number)));
            assert_eq!(first.status, write.status, "{} {}: {first}", write.method, write.path);
            first
        })
        .collect();
    let after = state(&server);
    end(&mut server);
    server.restart();
    assert_eq!(after, state(&server), "what was answered is there");
    for (number, (write, first)) in writes.iter().zip(&lost).enumerate() {
        assert_same_answer(first, &repeatable(write.on(&server.client()), &id(number)).send());
    }
    assert_eq!(after, state(&server), "nothing was done again");
}

#[test]
fn answers_outlive_a_crash() {
    answers_outlive(Server::kill);
}

#[test]
fn answers_outlive_a_graceful_end() {
    answers_outlive(|server| assert!(server.stop().success()));
}

#[test]
fn the_first_answer_stands_although_the_item_moved_on() {
    let server = server(Options::default());
    let item = format!("{TASKS}/items(1)");
    let merge = Write::new("MERGE", &item, 204).json(json!({"Status": "mine"})).with("IF-MATCH", "\"1\"");
    let proxy = Proxy::to(server.address());
    let first = proxy.lose(repeatable(merge.dress(proxy.request("MERGE", &item)), ID));
    let other = Write::new("MERGE", &item, 204).json(json!({"Status": "theirs"}));
    assert_eq!(other.on(&server.client()).send().etag(), "\"3\"");

    let again = repeatable(merge.on(&server.client()), ID).send();
    assert_same_answer(&first, &again);
    assert_eq!((again.status, again.etag()), (204, "\"2\""), "no 412 for its own write");
    let item = Write::new("GET", &item, 200).on(&server.client()).send();
    assert_eq!((item.etag(), &item.json()["Status"]), ("\"3\"", &json!("theirs")));
}

#[test]
fn without_an_id_two_adds_make_two_items() {
    let server = server(Options::default());
    let proxy = Proxy::to(server.address());
    let add = Write::new("POST", &format!("{TASKS}/items"), 201).json(json!({"Title": "twice"}));
    let first = proxy.lose(add.dress(proxy.request("POST", &add.path)));
    let again = add.on(&server.client()).send().expect_status(201);
    assert_eq!((&first.json()["Id"], &again.json()["Id"]), (&json!(4), &json!(5)));
    assert_eq!((first.header("Repeatability-Result"), again.header("Repeatability-Result")), (None, None));
}
