//! `$inlinecount`, `$count` and `items/$count`: how many rows a filter finds, whatever the page.

use matchlist_tests::{Options, Server};
use serde_json::{Value, json};

use super::{PLAIN, encoded, tasks};

const VERBOSE: &str = "application/json;odata=verbose";
const MINIMAL: &str = "application/json";

#[test]
fn a_page_tells_how_many_rows_there_are_when_asked() {
    let server = Server::start(Options::default());
    let list = tasks(&server);
    for (query, expected) in [
        ("$inlinecount=allpages", "4"),
        ("$InlineCount=AllPages&$top=1", "4"),
        ("$count=true&$skip=3", "4"),
        ("$inlinecount=allpages&$top=1&$filter=Id gt 1&$orderby=Title", "3"),
        ("$inlinecount=allpages&$filter=Title ne 'alpha'&$select=Id", "3"),
        ("$count=true&$filter=Id in (1,2,99)", "2"),
        ("$inlinecount=allpages&$filter=Id gt 99", "0"),
        ("$inlinecount=allpages&$skiptoken=Paged%3DTRUE%26p_ID%3D2", "4"),
    ] {
        let path = format!("/items?{}", query.replace(' ', "%20"));
        for (accept, version, name, value) in [
            (VERBOSE, "3.0", "__count", json!(expected)),
            (PLAIN, "3.0", "odata.count", json!(expected)),
            (MINIMAL, "3.0", "odata.count", json!(expected)),
            (MINIMAL, "4.0", "@odata.count", json!(expected.parse::<u64>().unwrap())),
        ] {
            let answer = list.request("GET", &path).header("Accept", accept).header("OData-Version", version);
            let answer = answer.send().expect_status(200).json();
            assert_eq!(answer.get("d").unwrap_or(&answer)[name], value, "{query} {accept}");
        }
    }
    for query in ["", "?$inlinecount=none", "?$count=false", "?$inlinecount="] {
        for accept in [VERBOSE, PLAIN] {
            let answer = list.request("GET", &format!("/items{query}")).header("Accept", accept);
            let answer = answer.send().expect_status(200).text();
            assert!(!answer.contains("count\":"), "{query}: {answer}");
        }
    }
    for query in ["$inlinecount=all", "$count=1", "$count=allpages", "$inlinecount=true"] {
        list.request("GET", &format!("/items?{query}")).send().expect_status(400);
    }
}

#[test]
fn the_count_goes_along_to_the_last_page() {
    let server = Server::start(Options::default());
    let list = tasks(&server);
    let mut at = format!("{}?$inlinecount=allpages&$top=3", list.items_url());
    for last in [false, true] {
        let page = server.request("GET", &at).header("Accept", VERBOSE).send().expect_status(200).json();
        assert_eq!(page["d"]["__count"], "4");
        assert_eq!(page["d"]["__next"] == Value::Null, last);
        if let Some(next) = page["d"]["__next"].as_str() {
            at = next.split_once("/_api/").map(|(_, path)| format!("/_api/{path}")).unwrap();
        }
    }
}

#[test]
fn the_catalog_is_counted_too() {
    let server = Server::start(Options::default());
    for title in ["A", "B", "C"] {
        server.list(title);
    }
    let path = "/_api/web/lists?$inlinecount=allpages&$top=1&$filter=Title%20ne%20'A'";
    for (accept, name) in [(VERBOSE, "__count"), (PLAIN, "odata.count"), (MINIMAL, "odata.count")] {
        let answer = server.request("GET", path).header("Accept", accept).send().expect_status(200).json();
        assert_eq!(answer.get("d").unwrap_or(&answer)[name], "2", "{answer}");
    }
}

#[test]
fn the_number_of_items_has_an_address() {
    let server = Server::start(Options::default());
    let list = tasks(&server);
    for (query, expected) in [
        ("", "4"),
        ("?$filter=Title ne 'alpha'", "3"),
        ("?$filter=Id gt 2&$top=1&$skip=1&$orderby=Title", "2"),
        ("?$filter=Id gt 99", "0"),
    ] {
        let path = format!("/items/$count{}", query.replace(' ', "%20"));
        for accept in ["text/plain", "*/*", VERBOSE] {
            let answer = list.request("GET", &path).header("Accept", accept).send().expect_status(200);
            assert_eq!(answer.header("Content-Type"), Some("text/plain;charset=utf-8"));
            assert_eq!(answer.text(), expected, "{query}");
        }
    }
    let counted = list.request("GET", "/Items/%24Count").send().expect_status(200);
    let again = |tag: &str| list.request("GET", "/Items/%24Count").header("If-None-Match", tag).send();
    assert_eq!(again(counted.etag()).status, 304);
    list.item(json!({}));
    assert_eq!(again(counted.etag()).expect_status(200).text(), "5");

    list.request("GET", &format!("/items/$count?$filter={}", encoded("Nope eq 1"))).send().expect_status(400);
    list.request("GET", "/items/$count/x").send().expect_status(404);
    list.request("GET", "/items/$counts").send().expect_status(404);
    let refused = list.request("POST", "/items/$count").json(&json!({})).send().expect_status(405);
    assert_eq!(refused.header("Allow"), Some("GET, HEAD, OPTIONS"));
}
