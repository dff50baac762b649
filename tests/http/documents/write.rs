//! Writing and reading a document that is there.

use matchlist_tests::{Options, Server};
use serde_json::json;

use super::{NONE, at, body, count, documents, get, put, request};

#[test]
fn a_stale_tag_is_refused_and_nothing_changes() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    put(&list, "a", &[], "one").expect_status(201);
    assert_eq!(put(&list, "a", &[("If-Match", "\"1\"")], "two").expect_status(204).etag(), "\"2\"");
    let before = get(&list, "a");
    let guid = before.json()["GUID"].as_str().unwrap().to_owned();
    for tag in ["\"1\"", "1", "W/\"1\"", &format!("\"{guid},1\""), "\"3\"", "\"x,2\"", &guid] {
        let stale = &[("If-Match", tag)][..];
        let answers = [
            put(&list, "a", stale, "lost"),
            request(&list, "MERGE", &at("a"), stale).json(&json!({"Body": "lost"})).send(),
            request(&list, "DELETE", &at("a"), stale).send(),
            request(&list, "POST", &format!("{}/increment", at("a")), stale)
                .json(&json!({"field": "Count"}))
                .send(),
        ];
        for refused in answers {
            assert_eq!((refused.status, refused.etag()), (412, "\"2\""), "{tag}");
            assert_eq!(refused.json()["odata.error"]["conflict"]["etag"], "\"2\"", "{tag}");
        }
        let after = get(&list, "a");
        assert_eq!((after.etag(), after.json()), (before.etag(), before.json()), "{tag}");
    }
    let refused = put(&list, "a", &[("If-Match", "\"1\"")], "lost");
    assert_eq!(refused.json()["odata.error"]["conflict"]["fields"], json!(["Body"]));
    assert_eq!(count(&list), 1);
}

#[test]
fn without_a_tag_the_last_one_wins() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    put(&list, "a", &[], "one").expect_status(201);
    for (number, text) in ["two", "three", "four"].into_iter().enumerate() {
        let headers: &[_] = if number == 1 { &[("If-Match", "*")] } else { &[] };
        let answer = put(&list, "a", headers, text).expect_status(204);
        assert_eq!(answer.etag(), format!("\"{}\"", number + 2));
        assert_eq!(body(&list, "a"), text);
    }
}

#[test]
fn a_key_is_an_address_for_every_method() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    let id = list.item(json!({"Key": "a", "Body": "one", "Count": 1}));
    let by_id = |wanted: u16| {
        let read = request(&list, "GET", &format!("/items({id})"), &[]).send();
        read.expect_status(wanted)
    };
    let read = get(&list, "a").expect_status(200);
    assert_eq!((read.etag(), read.json()), ("\"1\"", by_id(200).json()));
    let head = request(&list, "HEAD", &at("a"), &[]).send().expect_status(200);
    assert_eq!((head.etag(), head.header("Last-Modified")), ("\"1\"", read.header("Last-Modified")));
    request(&list, "GET", &at("a"), &[("If-None-Match", "\"1\"")]).send().expect_status(304);
    let only = request(&list, "GET", &format!("{}?$select=Body", at("a")), &[]).send();
    assert_eq!(only.json(), json!({"Body": "one"}));

    let merge = request(&list, "MERGE", &at("a"), &[("If-Match", "\"1\"")]);
    assert_eq!(merge.json(&json!({"Body": "two"})).send().expect_status(204).etag(), "\"2\"");
    let tunnelled = request(&list, "POST", &at("a"), &[("X-HTTP-Method", "PATCH")]);
    assert_eq!(tunnelled.json(&json!({"Body": "three"})).send().expect_status(204).etag(), "\"3\"");
    let increment = request(&list, "POST", &format!("{}/increment", at("a")), &[("If-Match", "\"3\"")]);
    let increment = increment.json(&json!({"field": "Count", "by": 4})).send().expect_status(200);
    assert_eq!((increment.etag(), increment.json()), ("\"4\"", json!({"value": 5, "first": 2})));
    assert_eq!((&by_id(200).json()["Body"], &by_id(200).json()["Count"]), (&json!("three"), &json!(5)));

    request(&list, "DELETE", &at("a"), &[("If-Match", "\"3\"")]).send().expect_status(412);
    request(&list, "DELETE", &at("a"), &[("If-Match", "\"4\"")]).send().expect_status(200);
    by_id(404);
    get(&list, "a").expect_status(404);
}

#[test]
fn a_page_may_put_back_what_it_read() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    put(&list, "a", &[], "one").expect_status(201);
    for (number, accept) in [NONE, "application/json;odata=minimalmetadata", "application/json;odata=verbose"]
        .into_iter()
        .enumerate()
    {
        let read = list.request("GET", &at("a")).header("Accept", accept).send();
        let tag = read.etag().to_owned();
        let mut value = read.json();
        if let Some(inner) = value.get("d") {
            value = inner.clone();
        }
        value["Body"] = json!(format!("edit {number}"));
        let put = request(&list, "PUT", &at("a"), &[("If-Match", &tag)]).json(&value).send();
        put.expect_status(204);
        assert_eq!(body(&list, "a"), format!("edit {number}"));
    }
}

#[test]
fn a_deleted_key_is_free_again_for_another_item() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    put(&list, "a", &[], "one").expect_status(201);
    let old = get(&list, "a").json();
    request(&list, "DELETE", &at("a"), &[]).send().expect_status(200);
    put(&list, "a", &[("If-Match", "\"1\"")], "lost").expect_status(412);
    put(&list, "a", &[("If-None-Match", "*")], "two").expect_status(201);
    let new = get(&list, "a").json();
    assert!(new["Id"].as_u64() > old["Id"].as_u64(), "an Id is never given out twice");
    let of_the_old = format!("\"{},1\"", old["GUID"].as_str().unwrap());
    put(&list, "a", &[("If-Match", &of_the_old)], "lost").expect_status(412);
    assert_eq!(body(&list, "a"), "two");
}

/// A tag is a number: where an address changes hands, the next item must not have a number that was seen
/// there, or a stale write would fit it.
#[test]
fn no_tag_seen_at_a_key_fits_the_item_that_has_the_key_later() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    put(&list, "a", &[], "one").expect_status(201);
    put(&list, "a", &[], "two").expect_status(204);
    request(&list, "DELETE", &at("a"), &[]).send().expect_status(200);
    let made = put(&list, "A", &[], "three").expect_status(201);
    assert_eq!(made.etag(), "\"3\"");
    for seen in ["\"1\"", "\"2\""] {
        put(&list, "a", &[("If-Match", seen)], "stale").expect_status(412);
    }
    put(&list, "a", &[("If-Unmodified-Since", made.header("Last-Modified").unwrap())], "stale")
        .expect_status(412);
    assert_eq!(body(&list, "a"), "three");

    // The same where the key moves to an item that was there: "b" is at version 1, "a" was seen at 3.
    put(&list, "b", &[], "of b").expect_status(201);
    let rename = |from: &str, to: &str| {
        request(&list, "MERGE", &at(from), &[]).json(&json!({"Key": to})).send().expect_status(204)
    };
    rename("a", "c");
    rename("b", "a");
    put(&list, "a", &[("If-Match", "\"3\"")], "stale").expect_status(412);
    assert_eq!(body(&list, "a"), "of b");
    // Away from such addresses a version rises by one.
    put(&list, "fresh", &[], "x").expect_status(201);
    assert_eq!(put(&list, "fresh", &[], "y").etag(), "\"2\"");
}
