//! Many at one key at once: one makes it, and one writes under its tag.

use std::thread;

use matchlist_tests::{Client, Options, Server};
use serde_json::json;

use super::{at, count, documents, get};

const CLIENTS: usize = 16;

/// All at once, each by a connection of its own: the statuses, and what each wrote.
fn all_at_once(server: &Server, send: impl Fn(&Client, usize, &str) -> u16 + Sync) -> Vec<(u16, String)> {
    let send = &send;
    thread::scope(|scope| {
        let started: Vec<_> = (0..CLIENTS)
            .map(|number| {
                scope.spawn(move || {
                    let text = format!("client {number}");
                    (send(&server.client(), number, &text), text)
                })
            })
            .collect();
        started.into_iter().map(|client| client.join().unwrap()).collect()
    })
}

fn put(client: &Client, url: &str, header: Option<(&str, &str)>, text: &str) -> u16 {
    let mut put = client.request("PUT", url);
    if let Some((name, value)) = header {
        put = put.header(name, value);
    }
    put.json(&json!({"Body": text})).send().status
}

/// The text of the one that got `status`; all others got `refusal`.
fn winner(answers: Vec<(u16, String)>, status: u16, refusal: &[u16]) -> String {
    let (mut won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(got, _)| *got == status);
    assert_eq!(won.len(), 1, "{won:?} {lost:?}");
    assert!(lost.iter().all(|(got, _)| refusal.contains(got)), "{lost:?}");
    won.remove(0).1
}

#[test]
fn sixteen_clients_create_one_key_and_one_of_them_does() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    for number in 0..10 {
        let key = format!("key {number}");
        let url = format!("{}{}", list.url(), at(&key));
        let answers =
            all_at_once(&server, |client, _, text| put(client, &url, Some(("If-None-Match", "*")), text));
        let text = winner(answers, 201, &[412]);
        let item = get(&list, &key).expect_status(200);
        assert_eq!((item.etag(), &item.json()["Body"]), ("\"1\"", &json!(text)));
        assert_eq!(count(&list), number + 1);
    }
}

#[test]
fn sixteen_clients_put_one_key_and_one_makes_it_and_the_others_replace_it() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    let url = format!("{}{}", list.url(), at("key"));
    let answers = all_at_once(&server, |client, _, text| put(client, &url, None, text));
    let item = get(&list, "key").expect_status(200);
    assert_eq!(item.etag(), format!("\"{CLIENTS}\""));
    let body = item.json()["Body"].clone();
    assert!(answers.iter().any(|(_, text)| *text == body), "{body}");
    winner(answers, 201, &[204]);
    assert_eq!(count(&list), 1);
}

#[test]
fn a_post_and_a_put_of_one_key_make_one_document() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    let (url, items) = (format!("{}{}", list.url(), at("key")), list.items_url());
    let answers = all_at_once(&server, |client, number, text| {
        if number % 2 == 0 {
            put(client, &url, Some(("If-None-Match", "*")), text)
        } else {
            client.request("POST", &items).json(&json!({"Key": "KEY", "Body": text})).send().status
        }
    });
    let text = winner(answers, 201, &[412, 409]);
    let item = get(&list, "key").expect_status(200);
    assert_eq!((item.etag(), &item.json()["Body"]), ("\"1\"", &json!(text)));
    assert_eq!(count(&list), 1);
}

#[test]
fn of_sixteen_writes_under_one_tag_one_goes_through() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    for number in 0..10 {
        let key = format!("key {number}");
        let url = format!("{}{}", list.url(), at(&key));
        put(&server.client(), &url, None, "made");
        let answers = all_at_once(&server, |client, number, text| {
            if number % 2 == 0 {
                return put(client, &url, Some(("If-Match", "\"1\"")), text);
            }
            let merge = client.request("MERGE", &url).header("If-Match", "\"1\"");
            merge.json(&json!({"Body": text})).send().status
        });
        let text = winner(answers, 204, &[412]);
        let item = get(&list, &key).expect_status(200);
        assert_eq!((item.etag(), &item.json()["Body"]), ("\"2\"", &json!(text)));
    }
}
