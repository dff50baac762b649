//! The promise under contention: no number twice, no gap, no update lost.

use std::collections::BTreeSet;
use std::thread;

use matchlist_tests::{Client, Options, Server};
use serde_json::json;

const CLIENTS: u64 = 16;
const NUMBERS: u64 = 50;

/// A number as scripts of the field take it: read, write the next under the tag that was read, on 412 again.
fn next_by_condition(client: &Client, item: &str) -> u64 {
    loop {
        let read = client
            .request("GET", item)
            .header("Accept", "application/json;odata=nometadata")
            .send()
            .expect_status(200);
        let last: u64 = read.json()["ParamValue"].as_str().unwrap().parse().unwrap();
        let write = client
            .request("POST", item)
            .header("X-HTTP-Method", "MERGE")
            .header("IF-MATCH", read.etag())
            .json(&json!({"ParamValue": (last + 1).to_string()}))
            .send();
        match write.status {
            204 => return last + 1,
            412 => {}
            _ => panic!("neither written nor refused: {write}"),
        }
    }
}

fn next_by_increment(client: &Client, item: &str) -> u64 {
    let answer = client
        .request("POST", &format!("{item}/increment"))
        .header("Accept", "application/json;odata=nometadata")
        .json(&json!({"field": "ParamValue", "by": 1}))
        .send()
        .expect_status(200)
        .json();
    assert_eq!(answer["first"], answer["value"], "a block of one begins where it ends");
    answer["value"].as_u64().unwrap()
}

/// Each of `takers` takes its numbers with a connection of its own, all at once.
fn take(server: &Server, item: &str, takers: &[fn(&Client, &str) -> u64]) -> Vec<u64> {
    thread::scope(|scope| {
        let started: Vec<_> = takers
            .iter()
            .map(|next| {
                scope.spawn(move || {
                    let client = server.client();
                    (0..NUMBERS).map(|_| next(&client, item)).collect::<Vec<u64>>()
                })
            })
            .collect();
        started.into_iter().flat_map(|taker| taker.join().unwrap()).collect()
    })
}

fn every_number_is_given_out_once(takers: &[fn(&Client, &str) -> u64]) {
    let server = Server::start(Options::default());
    let list = server.list("Configuration").text("ParamValue");
    let id = list.item(json!({"Title": "LastSeqAAAA", "ParamValue": "0"}));

    let mut numbers = take(&server, &list.item_url(id), takers);

    let expected: Vec<u64> = (1..=takers.len() as u64 * NUMBERS).collect();
    numbers.sort_unstable();
    assert!(numbers == expected, "given out: {numbers:?}");
    let item = list.read(id);
    assert_eq!(item.json()["ParamValue"], expected.len().to_string());
    assert_eq!(item.etag(), format!("\"{}\"", expected.len() + 1), "one version a number");
}

#[test]
fn sixteen_clients_take_fifty_numbers_each_by_if_match_and_each_number_comes_once() {
    every_number_is_given_out_once(&[next_by_condition as fn(&Client, &str) -> u64; CLIENTS as usize]);
}

#[test]
fn the_atomic_increment_and_the_if_match_loop_share_one_sequence() {
    let mut takers: Vec<fn(&Client, &str) -> u64> = Vec::new();
    for _ in 0..CLIENTS {
        takers.push(next_by_condition);
        takers.push(next_by_increment);
    }
    every_number_is_given_out_once(&takers);
}

#[test]
fn sixteen_clients_merge_different_fields_of_one_item_by_star_and_lose_none() {
    const MERGES: u64 = 100;
    let server = Server::start(Options::default());
    let mut list = server.list("Shared");
    for client in 0..CLIENTS {
        list = list.number(&format!("Field{client}"));
    }
    let id = list.item(json!({"Title": "everyone's"}));
    let item = list.item_url(id);

    let tags: BTreeSet<String> = thread::scope(|scope| {
        let (server, item) = (&server, &item);
        let started: Vec<_> = (0..CLIENTS)
            .map(|number| {
                scope.spawn(move || {
                    let client = server.client();
                    let field = format!("Field{number}");
                    let merge = |value: u64| {
                        let request = client.request("MERGE", item).header("IF-MATCH", "*");
                        request.json(&json!({&field: value})).send().expect_status(204).etag().to_string()
                    };
                    (1..=MERGES).map(merge).collect::<Vec<String>>()
                })
            })
            .collect();
        started.into_iter().flat_map(|client| client.join().unwrap()).collect()
    });

    let last = list.read(id);
    for client in 0..CLIENTS {
        assert_eq!(last.json()[format!("Field{client}")], MERGES, "Field{client}");
    }
    assert_eq!(last.etag(), format!("\"{}\"", 1 + CLIENTS * MERGES));
    let expected: BTreeSet<String> =
        (2..=1 + CLIENTS * MERGES).map(|version| format!("\"{version}\"")).collect();
    assert!(tags == expected, "each merge is told the version that it made");
}
