//! The atomic increment: blocks of numbers that never overlap, and a value that nothing but a number replaces.

use std::thread;

use matchlist_tests::{List, Options, Response, Server};
use serde_json::{Value, json};

const MAX: u64 = 1 << 53;

/// A list with a counter of each kind that counts.
fn counters(server: &Server) -> List<'_> {
    server.list("Configuration").text("ParamValue").number("Count")
}

fn increment(list: &List, id: u64, body: Value) -> Response {
    let request = list.request("POST", &format!("/items({id})/increment"));
    request.header("Accept", "application/json;odata=nometadata").json(&body).send()
}

#[track_caller]
fn assert_block(answer: &Response, first: u64, value: u64) {
    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer.json(), json!({"value": value, "first": first}));
}

#[test]
fn numbers_and_whole_numbers_in_texts_are_raised_in_their_own_type() {
    let server = Server::start(Options::default());
    let list = counters(&server);
    let id = list.item(json!({"ParamValue": "3", "Count": 3}));
    assert_block(&increment(&list, id, json!({"field": "ParamValue", "by": 1})), 4, 4);
    assert_block(&increment(&list, id, json!({"field": "Count", "by": 10})), 4, 13);
    let item = list.read(id);
    assert_eq!((&item.json()["ParamValue"], &item.json()["Count"]), (&json!("4"), &json!(13)));
}

#[test]
fn without_by_it_is_one_and_each_makes_a_version() {
    let server = Server::start(Options::default());
    let list = counters(&server);
    let id = list.item(json!({"Title": "LastSeqAAAA", "ParamValue": "0"}));
    for number in 1..=3 {
        let answer = increment(&list, id, json!({"field": "ParamValue"}));
        assert_block(&answer, number, number);
        assert_eq!(answer.etag(), format!("\"{}\"", number + 1));
        let item = list.read(id);
        assert_eq!(item.etag(), answer.etag());
        assert_eq!(item.header("Last-Modified"), answer.header("Last-Modified"));
        assert_eq!(item.json()["Title"], "LastSeqAAAA", "other fields stay");
    }
}

#[test]
fn the_greatest_sum_is_the_last_whole_number_that_every_client_reads_exactly() {
    let server = Server::start(Options::default());
    let list = counters(&server);
    let id = list.item(json!({"ParamValue": (MAX - 1).to_string(), "Count": -5}));
    assert_block(&increment(&list, id, json!({"field": "ParamValue"})), MAX, MAX);
    assert_eq!(increment(&list, id, json!({"field": "ParamValue"})).status, 400);
    let from_below = increment(&list, id, json!({"field": "Count", "by": 3})).expect_status(200).json();
    assert_eq!(from_below, json!({"value": -2, "first": -4}));
    let widest = increment(&list, id, json!({"field": "Count", "by": MAX})).expect_status(200).json();
    assert_eq!(widest, json!({"value": MAX - 2, "first": -1}));
}

#[test]
fn each_format_has_its_answer() {
    let server = Server::start(Options::default());
    let list = counters(&server);
    let id = list.item(json!({"Count": 0}));
    let answers = [
        ("application/json;odata=verbose", json!({"d": {"Increment": {"value": 2, "first": 1}}})),
        ("application/json;odata=minimalmetadata", json!({"value": 4, "first": 3})),
        ("application/json;odata=nometadata", json!({"value": 6, "first": 5})),
        ("application/json", json!({"value": 8, "first": 7})),
    ];
    for (accept, expected) in answers {
        let request = list.request("POST", &format!("/items({id})/increment")).header("Accept", accept);
        let answer = request.json(&json!({"field": "Count", "by": 2})).send().expect_status(200);
        assert_eq!(answer.json(), expected, "{accept}");
        let content_type = answer.header("Content-Type").unwrap();
        assert!(content_type.starts_with(accept.split('=').next().unwrap()), "{accept}: {content_type}");
    }
}

#[test]
fn a_condition_is_honoured_and_a_stale_one_changes_nothing() {
    let server = Server::start(Options::default());
    let list = counters(&server);
    let id = list.item(json!({"Count": 1}));
    let with = |name: &str, value: &str| {
        let request = list.request("POST", &format!("/items({id})/increment")).header(name, value);
        request.json(&json!({"field": "Count"})).send()
    };
    assert_eq!(with("IF-MATCH", "\"1\"").expect_status(200).etag(), "\"2\"");
    assert_eq!(with("IF-MATCH", "*").expect_status(200).etag(), "\"3\"");
    let refusals = [
        ("IF-MATCH", "\"2\""),
        ("If-None-Match", "*"),
        ("If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"),
    ];
    for (name, value) in refusals {
        let stale = with(name, value).expect_status(412);
        assert_eq!(stale.etag(), "\"3\"", "{name}: {value}");
        assert_eq!(list.read(id).json()["Count"], 3, "{name}: {value}");
    }
}

#[test]
fn a_conflict_names_the_field_that_was_raised() {
    let server = Server::start(Options::default());
    let list = counters(&server);
    let id = list.item(json!({"ParamValue": "1", "Count": 1}));
    increment(&list, id, json!({"field": "ParamValue"})).expect_status(200);
    let merge = list.request("MERGE", &format!("/items({id})")).header("IF-MATCH", "\"1\"");
    let stale = merge.header("Accept", "application/json;odata=verbose").json(&json!({"Count": 2})).send();
    let conflict = &stale.expect_status(412).json()["error"]["conflict"];
    assert_eq!((&conflict["etag"], &conflict["fields"]), (&json!("\"2\""), &json!(["ParamValue"])));
}

#[test]
fn strict_lists_allow_it_without_a_condition() {
    let server = Server::start(Options::default());
    for strict in ["condition", "tag"] {
        let list = server.list(strict).number("Count").set(json!({"MatchlistStrict": strict}));
        let id = list.item(json!({"Count": 1}));
        let unconditional = list.request("MERGE", &format!("/items({id})")).json(&json!({"Count": 9}));
        assert_eq!(unconditional.send().status, 428);
        assert_block(&increment(&list, id, json!({"field": "Count"})), 2, 2);
    }
}

#[test]
fn what_cannot_be_counted_is_refused_and_nothing_is_changed() {
    let server = Server::start(Options::default());
    let list = counters(&server)
        .note("Note")
        .boolean("Done")
        .date_time("Due")
        .choice("Kind", &["1", "2"])
        .text("Empty")
        .text("Letters")
        .text("Fraction")
        .text("Huge")
        .number("Half")
        .number("Double")
        .number("Nothing")
        .field("Bounded", 9, json!({"MaximumValue": 5}))
        .field("Short", 2, json!({"MaxLength": 2}))
        .field("Fixed", 9, json!({"ReadOnlyField": true, "DefaultValue": "1"}));
    let id = list.item(json!({
        "ParamValue": "1", "Count": 1, "Note": "1", "Done": true, "Due": "2024-05-01T08:00:00Z", "Kind": "1",
        "Letters": "abc", "Fraction": "1.5", "Huge": "9007199254740993", "Half": 4.5, "Double": 1e300,
        "Bounded": 5, "Short": "99",
    }));
    let before = list.read(id);
    let amounts =
        [json!(0), json!(-1), json!(1.5), json!("x"), json!("1"), json!(null), json!(MAX + 1), json!([1])];
    let mut bodies: Vec<Value> = amounts.into_iter().map(|by| json!({"field": "Count", "by": by})).collect();
    let fields = [
        "Unknown", "Id", "Modified", "Title", "Note", "Done", "Due", "Kind", "Empty", "Letters", "Fraction",
        "Huge", "Half", "Double", "Nothing", "Bounded", "Short", "Fixed",
    ];
    bodies.extend(fields.iter().map(|field| json!({"field": field})));
    bodies.extend([
        json!({}),
        json!({"by": 1}),
        json!({"field": 1}),
        json!({"field": "Count", "by": MAX}),
        json!({"field": "ParamValue", "by": MAX}),
        json!({"field": "Count", "amount": 2}),
    ]);
    for body in bodies {
        let refused = increment(&list, id, body.clone());
        assert_eq!(refused.status, 400, "{body}: {refused}");
        assert!(refused.json()["odata.error"]["message"]["value"].is_string(), "{body}: {refused}");
        let after = list.read(id);
        assert_eq!((after.etag(), after.text()), (before.etag(), before.text()), "{body}");
    }
    assert_block(&increment(&list, id, json!({"field": "Count"})), 2, 2);
}

#[test]
fn a_unique_counter_does_not_take_anothers_number() {
    let server = Server::start(Options::default());
    let list = server.list("Numbers");
    let list = list.field("Number", 9, json!({"Indexed": true, "EnforceUniqueValues": true}));
    let (first, _) = (list.item(json!({"Number": 1})), list.item(json!({"Number": 2})));
    assert_eq!(increment(&list, first, json!({"field": "Number"})).status, 409);
    assert_eq!((list.read(first).etag(), &list.read(first).json()["Number"]), ("\"1\"", &json!(1)));
    assert_block(&increment(&list, first, json!({"field": "Number", "by": 2})), 2, 3);
}

#[test]
fn an_item_that_is_not_there_is_404() {
    let server = Server::start(Options::default());
    let list = counters(&server);
    let id = list.item(json!({"Count": 1}));
    list.request("DELETE", &format!("/items({id})")).send().expect_status(200);
    for id in [id, id + 1, 0] {
        increment(&list, id, json!({"field": "Count"})).expect_status(404);
    }
}

/// Takes blocks of these sizes, `times` of each, each size by a thread of its own.
fn blocks(server: &Server, url: &str, sizes: &[u64], times: usize) -> Vec<(u64, u64)> {
    thread::scope(|scope| {
        let take = |size: u64| {
            let client = server.client();
            let one = |_| {
                let request = client.request("POST", url).json(&json!({"field": "ParamValue", "by": size}));
                let answer = request.send().expect_status(200).json();
                let (first, value) = (answer["first"].as_u64().unwrap(), answer["value"].as_u64().unwrap());
                assert_eq!(value - first + 1, size);
                (first, value)
            };
            (0..times).map(one).collect::<Vec<_>>()
        };
        let takers: Vec<_> = sizes.iter().map(|size| scope.spawn(move || take(*size))).collect();
        takers.into_iter().flat_map(|taker| taker.join().unwrap()).collect()
    })
}

/// The blocks, put in order, follow each other without gap or overlap, and the item holds the last number.
fn blocks_are_contiguous(sizes: &[u64], times: usize) {
    let server = Server::start(Options::default());
    let list = counters(&server);
    let id = list.item(json!({"ParamValue": "0"}));
    let mut taken = blocks(&server, &format!("{}/increment", list.item_url(id)), sizes, times);
    taken.sort_unstable();
    let last = taken.iter().fold(0, |last, (first, value)| {
        assert_eq!(*first, last + 1, "{taken:?}");
        *value
    });
    assert_eq!(last, sizes.iter().sum::<u64>() * times as u64);
    let item = list.read(id);
    assert_eq!(item.json()["ParamValue"], last.to_string());
    assert_eq!(item.etag(), format!("\"{}\"", 1 + sizes.len() * times));
}

#[test]
fn sixteen_threads_take_eight_hundred_numbers_without_gap_or_repetition() {
    blocks_are_contiguous(&[1; 16], 50);
}

#[test]
fn blocks_of_different_sizes_never_overlap() {
    blocks_are_contiguous(&[1, 2, 3, 7, 10, 50, 100, 1000], 25);
}
