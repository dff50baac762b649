//! What a key can be, and what is none.

use matchlist_tests::{Options, Server};
use serde_json::json;

use super::{at, body, count, documents, get, put, request};

#[test]
fn case_makes_no_difference() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    for (key, other) in [("Bobs_Address", "bobs_ADDRESS"), ("ÄÖÜ-straße", "äöü-Straße"), ("Ωμέγα", "ΩΜΈΓΑ")]
    {
        let before = count(&list);
        put(&list, key, &[], "one").expect_status(201);
        assert_eq!(get(&list, other).expect_status(200).json(), get(&list, key).json());
        assert_eq!(put(&list, other, &[], "two").expect_status(204).etag(), "\"2\"");
        put(&list, other, &[("If-None-Match", "*")], "lost").expect_status(412);
        let named = request(&list, "PUT", &at(key), &[]).json(&json!({"Key": other, "Body": "three"}));
        assert_eq!(named.send().expect_status(204).etag(), "\"3\"");
        assert_eq!((body(&list, key), count(&list)), (json!("three"), before + 1));
        request(&list, "DELETE", &at(other), &[]).send().expect_status(200);
        get(&list, key).expect_status(404);
    }
}

#[test]
fn a_key_holds_any_text() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    let keys = [
        "O'Brien",
        "''",
        "'",
        "a/b/c",
        "../items(1)",
        "a')/items(1)?x='",
        "100%",
        "%2F",
        "a+b",
        "a b",
        " ",
        "a,b",
        "a&b=c;d",
        "#1?",
        "\"quoted\"",
        "back\\slash",
        "naïve Ω 日本語",
        "👩‍👩‍👧",
        "@x",
        "null",
        "1",
        "guid'x'",
        &"k".repeat(255),
    ];
    for (number, key) in keys.into_iter().enumerate() {
        let text = format!("document {number}");
        put(&list, key, &[("If-None-Match", "*")], &text).expect_status(201);
        assert_eq!(get(&list, key).expect_status(200).json()["Key"], key);
    }
    for (number, key) in keys.into_iter().enumerate() {
        assert_eq!(body(&list, key), format!("document {number}"), "{key:?}");
        assert_eq!(
            put(&list, key, &[("If-Match", "\"1\"")], "new").expect_status(204).etag(),
            "\"2\"",
            "{key:?}"
        );
    }
    assert_eq!(count(&list), keys.len() as u64);
}

#[test]
fn a_body_that_names_another_key_is_refused() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    put(&list, "a", &[], "one").expect_status(201);
    let before = get(&list, "a");
    for (key, named) in [("a", json!("b")), ("a", json!("")), ("a", json!(null)), ("free", json!("a"))] {
        let put = request(&list, "PUT", &at(key), &[]).json(&json!({"Key": named, "Body": "lost"}));
        put.send().expect_status(400);
        let after = get(&list, "a");
        assert_eq!((after.etag(), after.json()), (before.etag(), before.json()), "{key} {named}");
    }
    get(&list, "free").expect_status(404);
    get(&list, "b").expect_status(404);
    let same = request(&list, "PUT", &at("free"), &[]).json(&json!({"Key": "free", "Body": "one"}));
    same.send().expect_status(201);
}

#[test]
fn a_body_may_spell_the_key_anew() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    put(&list, "Bobs_Address", &[], "one").expect_status(201);
    let put = request(&list, "PUT", &at("bobs_address"), &[("If-Match", "\"1\"")]);
    put.json(&json!({"Key": "bobs_ADDRESS", "Body": "two"})).send().expect_status(204);
    let item = get(&list, "Bobs_Address").json();
    assert_eq!((&item["Key"], &item["Body"]), (&json!("bobs_ADDRESS"), &json!("two")));
}

#[test]
fn what_is_no_key_is_refused_and_makes_nothing() {
    let server = Server::start(Options::default());
    let list = documents(&server);
    list.item(json!({"Key": "a", "Title": "t", "Body": "b", "Count": 1}));
    let long = at(&"k".repeat(256));
    for address in [
        "/items(Title='t')",
        "/items(Body='b')",
        "/items(Count=1)",
        "/items(Nonesuch='a')",
        "/items(Key='')",
        "/items(Key=null)",
        "/items(Key='a%00b')",
        "/items(Key='a)",
        &long,
    ] {
        let write = |method: &str| request(&list, method, address, &[]).json(&json!({"Body": "lost"})).send();
        for method in ["PUT", "MERGE"] {
            assert_eq!(write(method).status, 400, "{method} {address}");
        }
        assert_eq!(request(&list, "GET", address, &[]).send().status, 400, "{address}");
        assert_eq!(request(&list, "DELETE", address, &[]).send().status, 400, "{address}");
    }
    assert_eq!((count(&list), body(&list, "a")), (1, json!("b")));
}

#[test]
fn a_number_that_is_unique_is_a_key_too() {
    let server = Server::start(Options::default());
    let list = server.list("Numbers").field("Number", 9, json!({"EnforceUniqueValues": true}));
    let put = |value: &str, headers: &[_], title: &str| {
        let put = request(&list, "PUT", &format!("/items(Number={value})"), headers);
        put.json(&json!({"Title": title})).send()
    };
    put("4711", &[], "one").expect_status(201);
    put("4711.0", &[("If-None-Match", "*")], "lost").expect_status(412);
    assert_eq!(put("4711", &[("If-Match", "\"1\"")], "two").expect_status(204).etag(), "\"2\"");
    put("'many'", &[], "lost").expect_status(400);
    let item = request(&list, "GET", "/items(Number=4711)", &[]).send().expect_status(200).json();
    assert_eq!((&item["Number"], &item["Title"]), (&json!(4711), &json!("two")));
}
