//! Query options with values that they cannot have, and options that are none.

use crate::bad_bodies::refusal::{Bad, Bench, QUERY, bad};

fn items(bench: &Bench, query: &str) -> Bad {
    bad("GET", format!("{}/items?{query}", bench.pumps))
}

#[test]
fn a_page_size_or_offset_that_is_no_whole_number_is_400() {
    let bench = Bench::new();
    for value in ["abc", "0", "-1", "", "1.5", "1e2", "%2B1", "+1", "1,000", "'1'", "null", "%D9%A3"] {
        let message = bench.refuses(400, QUERY, &items(&bench, &format!("$top={value}")));
        assert!(message.starts_with("The query string \"$top\" is invalid."), "{message}");
    }
    for value in ["abc", "-1", "", "1.5", "99999999999999999999999"] {
        let message = bench.refuses(400, QUERY, &items(&bench, &format!("$skip={value}")));
        assert!(message.starts_with("The query string \"$skip\" is invalid."), "{message}");
    }
}

#[test]
fn a_page_size_beyond_the_largest_is_the_largest_and_an_offset_beyond_the_end_is_empty() {
    let bench = Bench::new();
    for (query, rows) in [
        ("$top=99999999999999999999", 2),
        ("$skip=9223372036854775807", 0),
        ("$skip=18446744073709551614", 0),
    ] {
        let page = bench.send(&items(&bench, query), &[]).expect_status(200);
        assert_eq!(page.json()["value"].as_array().map(Vec::len), Some(rows), "{query}");
    }
}

#[test]
fn a_skip_token_that_was_not_given_out_for_this_order_is_400() {
    let bench = Bench::new();
    for token in [
        "",
        "x",
        "Paged%3DTRUE",
        "Paged%3DTRUE%26p_ID%3D",
        "Paged%3DTRUE%26p_ID%3Dabc",
        "Paged%3DTRUE%26p_ID%3D9223372036854775808",
        "Paged%3DTRUE%26p_ID%3D1%26p_ID%3D2",
        "Paged%3DTRUE%26PagedPrev%3DFALSE%26p_ID%3D1",
        "Paged%3DTRUE%26PagedPrev%3DTRUE",
        "Paged%3DTRUE%26PagedPrev%3DTRUE%26p_Title%3Da%26p_ID%3D1",
        "Paged%3DTRUE%26p_Nothing%3D1%26p_ID%3D1",
        "Paged%3DTRUE%26p_Title%3Da%26p_ID%3D1",
        "Paged%3DTRUE%26p_ID%3D1%27%29%3B%20DROP%20TABLE%20lists",
        "Paged%3DTRUE%26p_Title%3D%2525ff%26p_ID%3D1",
    ] {
        let message = bench.refuses(400, QUERY, &items(&bench, &format!("$skiptoken={token}")));
        assert!(message.contains("\"$skiptoken\" is invalid."), "{message}");
    }
    // The orders of the list that it is, with the keys of another order, or values of another type.
    for (order, token) in [
        ("Title", "Paged%3DTRUE%26p_ID%3D1"),
        ("Title", "Paged%3DTRUE%26p_Pressure%3D1%26p_ID%3D1"),
        ("Title,Pressure", "Paged%3DTRUE%26p_Title%3Da%26p_ID%3D1"),
        ("Pressure", "Paged%3DTRUE%26p_Pressure%3Dmany%26p_ID%3D1"),
        ("Pressure", "Paged%3DTRUE%26p_Pressure%3DNaN%26p_ID%3D1"),
        ("Since", "Paged%3DTRUE%26p_Since%3Dyesterday%26p_ID%3D1"),
        ("Running", "Paged%3DTRUE%26p_Running%3Dperhaps%26p_ID%3D1"),
    ] {
        let request = items(&bench, &format!("$orderby={order}&$skiptoken={token}"));
        let message = bench.refuses(400, QUERY, &request);
        assert!(message.contains("\"$skiptoken\" is invalid."), "{message}");
    }
}

#[test]
fn an_option_that_is_none_is_400_with_its_name_and_one_without_a_dollar_is_ignored() {
    let bench = Bench::new();
    for (query, name) in [
        ("$nothing=1", "$nothing"),
        ("$top=1&$Filters=a", "$Filters"),
        ("%24nothing=1", "$nothing"),
        ("$", "$"),
        ("$search=a", "$search"),
        ("$format=json", "$format"),
    ] {
        let message = bench.refuses(400, QUERY, &items(&bench, query));
        assert_eq!(message, format!("The query option \"{name}\" is not supported."));
    }
    for query in
        ["filter=Title eq 1".replace(' ', "%20").as_str(), "top=abc", "nothing", "=", "&&", "@v=1", "_=1"]
    {
        let all = bench.send(&items(&bench, query), &[]).expect_status(200);
        assert_eq!(all.json()["value"].as_array().map(Vec::len), Some(2), "{query}");
    }
}

#[test]
fn an_option_that_is_given_twice_is_400() {
    let bench = Bench::new();
    for (query, name) in
        [("$top=1&$top=2", "$top"), ("$top=1&%24TOP=1", "$top"), ("$orderby=Id&$order_by=Id", "$orderby")]
    {
        let message = bench.refuses(400, QUERY, &items(&bench, query));
        assert_eq!(message, format!("The query option \"{name}\" is given more than once."));
    }
}

#[test]
fn an_order_or_a_selection_that_cannot_be_read_is_400() {
    let bench = Bench::new();
    for query in [
        "$orderby=Title%20up",
        "$orderby=Title%20desc%20asc",
        "$orderby=Title,,Id",
        "$orderby=1",
        "$orderby='Title'",
        "$orderby=Title;",
        "$select=Title,,Id",
        "$select='Title'",
        "$select=Title%20Id",
        "$inlinecount=some",
        "$count=2",
    ] {
        let message = bench.refuses(400, QUERY, &items(&bench, query));
        assert!(message.starts_with("The query string \"$"), "{query}: {message}");
    }
}

#[test]
fn an_order_of_more_keys_than_a_page_can_follow_is_400_and_a_property_selected_often_is_given_once() {
    let bench = Bench::new();
    let order = |keys: usize| items(&bench, &format!("$orderby={}", ["Title"; 20][..keys].join(",")));
    bench.send(&order(10), &[]).expect_status(200);
    let message = bench.refuses(400, "-2147024809, System.ArgumentException", &order(11));
    assert_eq!(message, "$orderby takes up to 10 keys.");
    let often = format!("$select={}&$top=1", ["Title"; 3000].join(","));
    let page = bench.send(&items(&bench, &often), &[]).expect_status(200);
    assert_eq!(
        page.json()["value"][0].as_object().map(|o| o.keys().filter(|k| *k == "Title").count()),
        Some(1)
    );
}
