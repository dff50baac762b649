//! What makes a document, and what refuses to.

use matchlist_tests::{Options, Server};
use serde_json::json;

use super::{ZERO, at, body, count, documents, get, put, request};

#[test]
fn a_put_makes_what_is_not_there_and_replaces_what_is() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    let made = put(&list, "bobs_address", &[], "12 High Street").expect_status(201);
    assert_eq!(made.etag(), "\"1\"");
    assert!(made.header("Last-Modified").is_some());
    let read = get(&list, "bobs_address").expect_status(200);
    assert_eq!(made.json(), read.json());
    assert_eq!((read.etag(), &read.json()["Key"]), ("\"1\"", &json!("bobs_address")));
    let location = made.header("Location").unwrap();
    let path = location.strip_prefix(&format!("http://{}", server.address())).unwrap();
    let there = server.request("GET", path).header("Accept", super::NONE).send();
    assert_eq!(there.json(), read.json());

    let replaced = put(&list, "bobs_address", &[], "1 Low Street").expect_status(204);
    assert_eq!((replaced.etag(), replaced.text().as_str()), ("\"2\"", ""));
    let after = get(&list, "bobs_address");
    assert_eq!(replaced.header("Last-Modified"), after.header("Last-Modified"));
    assert_eq!((after.etag(), &after.json()["Body"]), ("\"2\"", &json!("1 Low Street")));
    assert_eq!(after.json()["Id"], read.json()["Id"]);
    assert_eq!(count(&list), 1);
}

#[test]
fn a_put_sets_what_is_not_sent_to_its_default() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    let all = json!({"Title": "t", "Body": "b", "Count": 3});
    request(&list, "PUT", &at("a"), &[]).json(&all).send().expect_status(201);
    request(&list, "PUT", &at("a"), &[]).json(&json!({})).send().expect_status(204);
    let item = get(&list, "a").json();
    assert_eq!(
        (&item["Title"], &item["Body"], &item["Count"], &item["Key"]),
        (&json!(null), &json!("empty"), &json!(null), &json!("a"))
    );
}

#[test]
fn create_only_is_said_in_three_ways_and_refused_the_second_time() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    let (quoted, braced) = (format!("\"{ZERO}\""), format!("{{{ZERO}}}"));
    for (number, header) in [
        ("If-None-Match", "*"),
        ("If-None-Match", ZERO),
        ("If-None-Match", &quoted),
        ("If-Match", ZERO),
        ("If-Match", &quoted),
        ("If-Match", &braced),
    ]
    .into_iter()
    .enumerate()
    {
        let key = format!("k{number}");
        assert_eq!(put(&list, &key, &[header], "first").expect_status(201).etag(), "\"1\"", "{header:?}");
        let before = get(&list, &key);
        let refused = put(&list, &key, &[header], "second").expect_status(412);
        assert_eq!(refused.etag(), "\"1\"", "{header:?}");
        assert_eq!(refused.json()["odata.error"]["conflict"]["etag"], "\"1\"", "{header:?}");
        let after = get(&list, &key);
        assert_eq!((after.etag(), after.json()), ("\"1\"", before.json()), "{header:?}");
    }
    assert_eq!(count(&list), 6);
}

#[test]
fn replace_only_on_a_free_key_is_refused_and_makes_nothing() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    for header in [
        ("If-Match", "*"),
        ("If-Match", "\"1\""),
        ("If-Match", "1"),
        ("If-Match", "W/\"1\""),
        ("If-Match", "\"x,y\""),
        ("If-Match", "\"0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9,1\""),
        ("If-Match", "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"),
    ] {
        let refused = put(&list, "free", &[header], "lost").expect_status(412);
        assert_eq!(refused.header("ETag"), None, "there is no present tag: {header:?}");
        assert_eq!(refused.json()["odata.error"].get("conflict"), None, "{header:?}");
        get(&list, "free").expect_status(404);
    }
    put(&list, "free", &[("If-Match", "*"), ("If-None-Match", "*")], "lost").expect_status(412);
    for header in [("If-Match", "garbage"), ("If-None-Match", ""), ("If-Unmodified-Since", "yesterday")] {
        put(&list, "free", &[header], "lost").expect_status(400);
    }
    assert_eq!(count(&list), 0);
}

#[test]
fn if_none_match_with_a_tag_lets_a_free_key_be_taken() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    put(&list, "free", &[("If-None-Match", "\"1\"")], "made").expect_status(201);
    put(&list, "free", &[("If-None-Match", "\"1\"")], "lost").expect_status(412);
    assert_eq!(
        put(&list, "free", &[("If-None-Match", "\"7\"")], "written").expect_status(204).etag(),
        "\"2\""
    );
    let either = format!("{ZERO}, \"2\"");
    assert_eq!(put(&list, "free", &[("If-Match", &either)], "present").expect_status(204).etag(), "\"3\"");
    put(&list, "other", &[("If-Match", &either)], "absent").expect_status(201);
}

#[test]
fn a_put_by_id_never_makes_an_item() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    let gone = list.item(json!({"Key": "gone"}));
    list.request("DELETE", &format!("/items({gone})")).send().expect_status(200);
    for id in [gone, gone + 1, gone + 1000] {
        for headers in [
            &[][..],
            &[("If-None-Match", "*")],
            &[("If-None-Match", ZERO)],
            &[("If-Match", ZERO)],
            &[("If-Match", "*")],
            &[("If-Match", "\"1\"")],
            &[("If-Unmodified-Since", "Fri, 01 Jan 2100 00:00:00 GMT")],
        ] {
            let put = request(&list, "PUT", &format!("/items({id})"), headers);
            put.json(&json!({"Key": "made", "Body": "made"})).send().expect_status(404);
        }
    }
    assert_eq!(count(&list), 0);
    get(&list, "made").expect_status(404);
}

#[test]
fn only_a_put_makes_a_document() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    for headers in [&[][..], &[("If-None-Match", "*")], &[("If-Match", ZERO)], &[("If-Match", "*")]] {
        for method in ["MERGE", "PATCH"] {
            let merge = request(&list, method, &at("free"), headers);
            merge.json(&json!({"Body": "lost"})).send().expect_status(404);
        }
        request(&list, "DELETE", &at("free"), headers).send().expect_status(404);
        let increment = request(&list, "POST", &format!("{}/increment", at("free")), headers);
        increment.json(&json!({"field": "Count"})).send().expect_status(404);
        request(&list, "GET", &at("free"), headers).send().expect_status(404);
    }
    assert_eq!(count(&list), 0);
}

#[test]
fn a_strict_list_asks_for_conditions_on_keys_that_exist_only() {
    for mode in ["condition", "tag"] {
        let server = Server::start(Options::default());
        let list = documents(&server).set(json!({"MatchlistStrict": mode}));
        put(&list, "a", &[], "made").expect_status(201);
        put(&list, "a", &[], "lost").expect_status(428);
        request(&list, "MERGE", &at("a"), &[]).json(&json!({"Body": "lost"})).send().expect_status(428);
        request(&list, "DELETE", &at("a"), &[]).send().expect_status(428);
        put(&list, "a", &[("If-None-Match", "*")], "lost").expect_status(412);
        put(&list, "a", &[("If-Match", ZERO)], "lost").expect_status(412);
        assert_eq!(body(&list, "a"), "made");
        let any = put(&list, "a", &[("If-Match", "*")], "any");
        assert_eq!(any.status, if mode == "tag" { 428 } else { 204 });
        let tag = get(&list, "a").etag().to_owned();
        put(&list, "a", &[("If-Match", &tag)], "by tag").expect_status(204);
        put(&list, "b", &[("If-None-Match", "*")], "made").expect_status(201);
        put(&list, "c", &[("If-Match", "*")], "lost").expect_status(412);
        request(&list, "DELETE", &at("c"), &[]).send().expect_status(404);
        assert_eq!((body(&list, "a"), count(&list)), (json!("by tag"), 2));
    }
}

#[test]
fn a_property_that_a_new_document_cannot_have_is_refused() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    let put = |values| request(&list, "PUT", &at("free"), &[]).json(&values).send();
    for (name, value) in [
        ("Id", json!(99)),
        ("GUID", json!("0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9")),
        ("Created", json!("2001-01-01T00:00:00Z")),
        ("AuthorId", json!(1)),
    ] {
        put(json!({"Body": "lost", name: value})).expect_status(400);
        get(&list, "free").expect_status(404);
    }
    put(json!({"Body": "lost", "Nonesuch": 1})).expect_status(400);
    assert_eq!(count(&list), 0);
    put(json!({"Body": "made", "Attachments": false, "odata.etag": "\"7\""})).expect_status(201);
}
