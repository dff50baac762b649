//! An address that changes hands: what a client saw there must not let a stale write through, however the
//! value came to the item that has it now.

use std::time::{Duration, Instant};

use matchlist_tests::{Options, Response, Server};
use serde_json::json;

use super::{at, body, documents, put, request};

fn merge(
    list: &matchlist_tests::List<'_>,
    at: &str,
    headers: &[(&str, &str)],
    value: serde_json::Value,
) -> Response {
    request(list, "MERGE", at, headers).json(&value).send()
}

/// A date has whole seconds: one seen of the former item may be of the second in which the key moved.
#[test]
fn a_date_seen_of_the_former_item_does_not_fit_the_one_that_took_the_key_in_that_second() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    let other = put(&list, "other", &[], "b").expect_status(201);
    let id = other.json()["Id"].as_u64().unwrap();
    merge(&list, &format!("/items({id})"), &[], json!({"Body": "b2"})).expect_status(204);
    let written = other.header("Last-Modified").unwrap().to_owned();
    let give_up = Instant::now() + Duration::from_secs(30);
    loop {
        assert!(Instant::now() < give_up, "no second was long enough");
        let former = put(&list, "x", &[], "a").expect_status(201);
        let seen = former.header("Last-Modified").unwrap().to_owned();
        request(&list, "DELETE", &at("x"), &[]).send().expect_status(200);
        let taken = merge(&list, &format!("/items({id})"), &[], json!({"Key": "x"})).expect_status(204);
        if seen != written && taken.header("Last-Modified") == Some(seen.as_str()) {
            let stale = merge(&list, &at("x"), &[("If-Unmodified-Since", &seen)], json!({"Body": "stale"}));
            stale.expect_status(412);
            let read = request(&list, "GET", &at("x"), &[("If-Modified-Since", &seen)]).send();
            assert_eq!(read.status, 200);
            break;
        }
        merge(&list, &format!("/items({id})"), &[], json!({"Key": "other"})).expect_status(204);
    }
    assert_eq!(body(&list, "x"), "b2");
}

#[test]
fn a_tag_seen_while_the_field_was_unique_does_not_fit_after_it_was_not_for_a_while() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    for text in ["1", "2", "3", "4"] {
        put(&list, "x", &[], text);
    }
    put(&list, "y", &[], "b").expect_status(201);
    let field = "/fields/getbyinternalnameortitle('Key')";
    let set = |unique: bool| {
        request(&list, "MERGE", field, &[])
            .json(&json!({"EnforceUniqueValues": unique}))
            .send()
            .expect_status(204)
    };
    set(false);
    merge(&list, "/items(1)", &[], json!({"Key": "elsewhere"})).expect_status(204);
    for _ in 0..2 {
        merge(&list, "/items(2)", &[], json!({"Body": "b"})).expect_status(204);
    }
    merge(&list, "/items(2)", &[], json!({"Key": "x"})).expect_status(204);
    set(true);
    merge(&list, &at("x"), &[("If-Match", "\"4\"")], json!({"Body": "stale"})).expect_status(412);
    assert_eq!(body(&list, "x"), "b");
}

#[test]
fn a_tag_seen_before_the_field_was_made_anew_does_not_fit() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    put(&list, "x", &[], "1").expect_status(201);
    put(&list, "x", &[], "2").expect_status(204);
    put(&list, "y", &[], "b").expect_status(201);
    request(&list, "DELETE", "/fields/getbyinternalnameortitle('Key')", &[]).send().expect_status(200);
    let list = list.field("Key", 2, json!({"EnforceUniqueValues": true}));
    merge(&list, "/items(2)", &[], json!({"Key": "x"})).expect_status(204);
    merge(&list, &at("x"), &[("If-Match", "\"2\"")], json!({"Body": "stale"})).expect_status(412);
    assert_eq!(body(&list, "x"), "b");
}
