//! Bodies that are no JSON object, or are not said to be one.

use super::refusal::{Bad, Bench, CLIENT, QUERY, bad};

/// Every address that takes a body.
fn takers(bench: &Bench) -> Vec<Bad> {
    vec![
        bad("POST", "/_api/web/lists"),
        bad("POST", "/_api/web/webs/add"),
        bench.under("MERGE", ""),
        bench.under("POST", "/fields"),
        bench.under("MERGE", "/fields/getbytitle('Short')"),
        bench.under("POST", "/items"),
        bench.under("MERGE", "/items(1)"),
        bench.under("PUT", "/items(1)"),
        bench.under("POST", "/items(1)/increment"),
    ]
}

#[test]
fn what_is_no_json_object_is_400_wherever_a_body_is_taken() {
    let bench = Bench::new();
    let deep = format!("{{\"Title\":{}", "[".repeat(100_000));
    let closed = format!("{{\"Title\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let objects = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    let cases: [(&[u8], &str); 17] = [
        (b"{", "Invalid JSON"),
        (b"{\"Title\":\"a\"", "Invalid JSON"),
        (b"{\"Title\":\"a}", "Invalid JSON"),
        (b"{'Title':'a'}", "Invalid JSON"),
        (b"{\"Title\":\"a\",}", "Invalid JSON"),
        (b"{\"Title\":NaN}", "Invalid JSON"),
        (b"{\"Title\":\"a\"} x", "Invalid JSON"),
        (b"{\"Title\":\"a\"}{\"Title\":\"b\"}", "Invalid JSON"),
        (b"{\"Title\":\"\xff\xfe\"}", "Invalid JSON"),
        (b"{\"Title\":\"\\ud800\"}", "Invalid JSON"),
        (b"Title=a&Must=b", "Invalid JSON"),
        (deep.as_bytes(), "Invalid JSON"),
        (closed.as_bytes(), "Invalid JSON"),
        (objects.as_bytes(), "Invalid JSON"),
        (b"[{\"Title\":\"a\"}]", "'StartArray'"),
        (b"\"Title\"", "'PrimitiveValue'"),
        (b"null", "'PrimitiveValue'"),
    ];
    for taker in takers(&bench) {
        for (body, words) in cases {
            let message = bench.refuses(400, QUERY, &taker.clone().json(body));
            assert!(message.contains(words), "{message}");
        }
    }
}

#[test]
fn an_empty_body_is_400_wherever_a_body_is_taken() {
    let bench = Bench::new();
    for taker in takers(&bench) {
        for empty in [&b""[..], b" \r\n\t ", b"\xef\xbb\xbf"] {
            let message = bench.refuses(400, QUERY, &taker.clone().json(empty));
            assert!(message.contains("'EndOfInput'"), "{message}");
        }
        let message = bench.refuses(400, QUERY, &taker);
        assert!(message.contains("'EndOfInput'"), "{message}");
    }
}

#[test]
fn a_body_of_another_or_of_no_type_is_415_wherever_a_body_is_taken() {
    let bench = Bench::new();
    let body = r#"{"Title":"a","Must":"b"}"#;
    let types = [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=a",
        "application/xml",
        "application/atom+xml",
        "application/json;charset=utf-16",
        "application/jsonp",
        "application",
        "",
        "*/*",
    ];
    for taker in takers(&bench) {
        for content_type in types {
            let message =
                bench.refuses(415, CLIENT, &taker.clone().header("Content-Type", content_type).body(body));
            assert_eq!(message, "The HTTP header Content-Type is missing or its value is invalid.");
        }
        bench.refuses(415, CLIENT, &taker.body(body));
    }
}

#[test]
fn a_byte_order_mark_and_white_space_around_an_object_are_fine() {
    let bench = Bench::new();
    for body in
        [&b"\xef\xbb\xbf{\"Title\":\"bom\",\"Must\":\"1\"}"[..], b" \r\n{\"Title\":\"bom\",\"Must\":\"1\"}\n"]
    {
        let added = bench.send(&bench.under("POST", "/items").json(body), &[]).expect_status(201);
        assert_eq!(added.json()["Title"], "bom");
    }
}

#[test]
fn a_property_that_is_none_of_the_item_the_list_or_the_field_is_400_with_its_name() {
    let bench = Bench::new();
    let nobody = r#"{"Nobody":1}"#;
    for (taker, type_name) in [
        (bad("POST", "/_api/web/lists"), "SP.List"),
        (bench.under("MERGE", ""), "SP.List"),
        (bench.under("MERGE", "/fields/getbytitle('Short')"), "SP.FieldText"),
        (bench.under("POST", "/items"), "SP.Data.PumpsListItem"),
        (bench.under("MERGE", "/items(1)"), "SP.Data.PumpsListItem"),
        (bench.under("PUT", "/items(1)"), "SP.Data.PumpsListItem"),
    ] {
        let message = bench.refuses(400, QUERY, &taker.json(nobody));
        assert_eq!(
            message,
            format!(
                "The property 'Nobody' does not exist on type '{type_name}'. \
                 Make sure to only use property names that are defined by the type."
            )
        );
    }
}
