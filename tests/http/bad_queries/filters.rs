//! `$filter`: what cannot be read is told with the place, and what is large is either answered or refused.

use crate::bad_bodies::refusal::{ARGUMENT, Bench, CLIENT, QUERY, bad};

/// A text as a value of a query, percent-encoded.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn path(bench: &Bench, filter: &str) -> String {
    format!("{}/items?$filter={}", bench.pumps, encoded(filter))
}

#[test]
fn a_malformed_filter_is_400_with_the_position() {
    let bench = Bench::new();
    for (filter, position, words) in [
        ("Title eq", 9, "the text ends too early"),
        ("Title eq 'a", 10, "the closing apostrophe is missing"),
        ("Title eq 'a' and", 17, "the text ends too early"),
        ("Title eq 'a' xor Title eq 'b'", 14, "unexpected 'xor'"),
        ("Title = 'a'", 7, "unexpected '='"),
        ("Title eq a'b'", 7, ""),
        ("(Title eq 'a'", 14, "the text ends too early"),
        ("Title eq 'a')", 13, "unexpected ')'"),
        ("eq 'a'", 1, "unexpected 'eq'"),
        ("and Title eq 'a'", 1, "unexpected 'and'"),
        ("Title eq 'a' or or Title eq 'b'", 17, "unexpected 'or'"),
        ("tolower(Title) eq 'a'", 1, "there is no function 'tolower'"),
        ("startswith(Title)", 17, "expected ','"),
        ("startswith('a',Title)", 12, "expected a property"),
        ("substringof(Title,'a')", 13, "expected a text"),
        ("endswith(Title)", 15, "expected ','"),
        ("year(Since)", 12, "expected a comparison operator"),
        ("year(Since,1) eq 1", 11, "expected ')'"),
        ("year(Since) eq '2024'", 16, "compared with a whole number only"),
        ("year(Since) eq 1.5", 16, "compared with a whole number only"),
        ("Title in", 9, "the text ends too early"),
        ("Title in 'a'", 10, "expected '('"),
        ("Title in ()", 11, "expected a value"),
        ("Title in ('a' 'b')", 15, "expected ',' or ')'"),
        ("Title in ('a',", 15, "the text ends too early"),
        ("Title in (Short)", 11, "expected a value"),
        ("Since gt datetime'yesterday'", 10, "is not a date and time"),
        ("Pressure gt 1.2.3", 13, "this is not a number"),
        ("Pressure gt 1 2", 15, "expected 'and', 'or' or the end of the text"),
        ("1 eq 1", 3, "two values are compared"),
        ("Title eq Short", 7, "two properties are compared"),
        ("Title eq 'a'; drop", 13, "unexpected ';'"),
        ("Title eq \"a\"", 10, ""),
        ("\u{0}", 1, ""),
    ] {
        let message = bench.refuses(400, QUERY, &bad("GET", path(&bench, filter)));
        assert!(message.contains(&format!("At position {position}")), "{filter}: {message}");
        assert!(message.contains(words), "{filter}: {message}");
    }
}

#[test]
fn a_value_that_the_field_cannot_be_compared_with_is_400_with_the_position() {
    let bench = Bench::new();
    for (filter, position) in [
        ("Pressure eq 'many'", 13),
        ("Running eq 'yes'", 12),
        ("Since gt 5", 10),
        ("Since in ('2024-05-01','someday')", 24),
        ("Pressure in (1,null,'b')", 21),
        ("Title eq 'a' and Pressure lt 'b'", 30),
    ] {
        let message = bench.refuses(400, QUERY, &bad("GET", path(&bench, filter)));
        assert!(message.contains(&format!("At position {position}")), "{filter}: {message}");
    }
}

#[test]
fn an_unknown_column_in_a_filter_an_order_or_a_selection_is_400_with_its_name() {
    let bench = Bench::new();
    for query in ["$filter=Nothing%20eq%201", "$orderby=Nothing", "$orderby=Title,Nothing%20desc"] {
        let message = bench.refuses(400, ARGUMENT, &bad("GET", format!("{}/items?{query}", bench.pumps)));
        assert_eq!(message, "Column 'Nothing' does not exist. It may have been deleted by another user.");
    }
    let selection = bad("GET", format!("{}/items?$select=Title,Nothing", bench.pumps));
    let message = bench.refuses(400, "-1, Microsoft.SharePoint.SPException", &selection);
    assert_eq!(message, "The field or property 'Nothing' does not exist.");
}

#[test]
fn nesting_ten_thousand_deep_is_400_and_a_hundred_deep_is_answered() {
    let bench = Bench::new();
    let nested = |depth: usize| format!("{}Title eq 'a'{}", "(".repeat(depth), ")".repeat(depth));
    for filter in [nested(101), nested(1000), "(".repeat(5000), "not ".repeat(101) + "Title eq 'a'"] {
        let plain = filter.replace(' ', "%20");
        let request = bad("GET", format!("{}/items?$filter={plain}", bench.pumps));
        let message = bench.refuses(400, QUERY, &request);
        assert!(message.contains("nested deeper than 100"), "{message}");
    }
    // 20,012 characters: within the limit of a URL.
    let request = bad("GET", format!("{}/items?$filter={}", bench.pumps, nested(10_000).replace(' ', "+")));
    let message = bench.refuses(400, QUERY, &request);
    assert!(message.contains("nested deeper than 100"), "{message}");
    bench.send(&bad("GET", path(&bench, &nested(100))), &[]).expect_status(200);
}

#[test]
fn a_literal_of_8_kb_is_answered_and_a_filter_of_64_kb_is_refused() {
    let bench = Bench::new();
    let filter = |length: usize| {
        bad("GET", format!("{}/items?$filter=Title%20eq%20'{}'", bench.pumps, "a".repeat(length)))
    };
    let none = bench.send(&filter(8 * 1024), &[]).expect_status(200);
    assert_eq!(none.json()["value"].as_array().map(Vec::len), Some(0));
    let message = bench.refuses(414, CLIENT, &filter(40_000));
    assert_eq!(message, "The URL is longer than 32768 bytes.");
    // Beyond 64 KB it is the framework that refuses, without words, and then closes without a warning.
    let before = bench.everything();
    let path = format!("{}/items?$filter=Title%20eq%20'{}'", bench.pumps, "a".repeat(64 * 1024));
    let reply = bench.server.client().get(&path);
    assert!([400, 414].contains(&reply.status), "{reply}");
    assert_eq!(bench.everything(), before);
}

#[test]
fn a_chain_of_a_thousand_terms_is_answered() {
    let bench = Bench::new();
    let terms: Vec<_> = (0..1000).map(|id| format!("Id+eq+{}", 2 * id)).collect();
    let found = bench.send(&bad("GET", format!("{}/items?$filter={}", bench.pumps, terms.join("+or+"))), &[]);
    let found = found.expect_status(200).json();
    let ids: Vec<_> = found["value"].as_array().unwrap().iter().map(|item| item["Id"].clone()).collect();
    assert_eq!(ids, [2]);
    let terms: Vec<_> = (0..1000).map(|id| format!("Id+ne+{}", 2 * id)).collect();
    let found =
        bench.send(&bad("GET", format!("{}/items?$filter={}", bench.pumps, terms.join("+and+"))), &[]);
    let found = found.expect_status(200).json();
    assert_eq!(found["value"].as_array().map(Vec::len), Some(1));
}
