//! The tag of a page of items: it lets a client keep what it has, and never once anything in the list has changed.

use std::collections::BTreeSet;

use matchlist_tests::{List, Options, Response, Server};
use serde_json::json;

const NONE: &str = "application/json;odata=nometadata";

fn get(list: &List<'_>, under: &str, accept: &str, known: Option<&str>) -> Response {
    let mut request = list.request("GET", under).header("Accept", accept);
    if let Some(known) = known {
        request = request.header("If-None-Match", known);
    }
    request.send()
}

#[test]
fn a_page_that_the_client_has_is_not_sent_again() {
    let server = Server::start(Options::default());
    let list = server.list("Parameters").text("ParamValue");
    list.item(json!({"Title": "a", "ParamValue": "1"}));
    let page = get(&list, "/items", NONE, None).expect_status(200);
    for known in [page.etag().to_owned(), format!("\"x,y\", {}", page.etag()), "*".into()] {
        let unread = get(&list, "/items", NONE, Some(&known)).expect_status(304);
        assert_eq!((unread.etag(), unread.text().as_str()), (page.etag(), ""), "{known}");
        assert!(unread.header("Vary").is_some());
    }
    // An item's tag names a version of that item and says nothing of the page.
    for unknown in ["\"1\"", "\"2\"", "\"x\"", "00000000-0000-0000-0000-000000000000"] {
        let sent = get(&list, "/items", NONE, Some(unknown)).expect_status(200);
        assert_eq!(sent.json(), page.json(), "{unknown}");
    }
    let head = list.request("HEAD", "/items").header("Accept", NONE);
    head.header("If-None-Match", page.etag()).send().expect_status(304);
    get(&list, "/items", NONE, Some("garbage")).expect_status(400);
}

#[test]
fn tags_of_collections_and_of_what_has_no_version_are_weak() {
    let server = Server::start(Options::default());
    let list = server.list("Parameters");
    list.item(json!({"Title": "a"}));
    let at = |under: &str| format!("{}{under}", list.url());
    for (url, is_weak) in [
        (at("/items"), true),
        (at("/items?$filter=Id%20gt%205"), true),
        (at("/items/$count"), true),
        (at("/fields"), true),
        (at("/fields/$count"), true),
        (at("/fields/getbytitle('Title')"), true),
        (at("/ItemCount"), true),
        (at("/items(1)/Title"), true),
        ("/_api/web/lists".into(), true),
        ("/_api/web/lists/$count".into(), true),
        ("/_api/web/siteusers".into(), true),
        ("/_api/web/currentuser".into(), true),
        ("/_api/web".into(), true),
        (at(""), false),
        (at("/items(1)"), false),
    ] {
        let text = |accept: &str| server.request("GET", &url).header("Accept", accept).send();
        let format = if url.ends_with("$count") { "text/plain" } else { NONE };
        let answer = text(format).expect_status(200);
        let opaque = answer.etag().strip_prefix("W/").unwrap_or(answer.etag());
        assert_eq!(answer.etag().starts_with("W/\""), is_weak, "{url}: {answer}");
        assert!(opaque.len() > 2 && opaque.starts_with('"') && opaque.ends_with('"'), "{url}: {answer}");
    }
}

#[test]
fn what_the_catalog_answers_has_a_tag_of_its_bytes() {
    let server = Server::start(Options::default());
    let list = server.list("Parameters");
    let get = |url: &str, known: &str| {
        server.request("GET", url).header("Accept", NONE).header("If-None-Match", known).send()
    };
    let (lists, fields) = ("/_api/web/lists", format!("{}/fields", list.url()));
    for (url, method, under, body) in [
        (lists, "POST", "/items", json!({"Title": "counted"})),
        (lists, "MERGE", "", json!({"Description": "d"})),
        (&fields, "POST", "/fields", json!({"Title": "Late", "FieldTypeKind": 2})),
        (&fields, "MERGE", "/fields/getbytitle('Late')", json!({"Description": "d"})),
        (&fields, "DELETE", "/fields/getbytitle('Late')", json!({})),
    ] {
        let known = get(url, "\"x\"").expect_status(200).etag().to_owned();
        let unread = get(url, &known).expect_status(304);
        assert_eq!((unread.etag(), unread.text().as_str()), (known.as_str(), ""), "{url}");
        let answer = list.request(method, under).json(&body).send();
        assert!((200..300).contains(&answer.status), "{method} {under}: {answer}");
        assert_ne!(get(url, &known).expect_status(200).etag(), known, "{method} {under}");
    }
}

#[test]
fn every_write_to_the_list_makes_another_tag() {
    let server = Server::start(Options::default());
    let list = server.list("Parameters").text("ParamValue").number("Count");
    list.item(json!({"Title": "a", "ParamValue": "1", "Count": 1}));
    let mut seen = BTreeSet::new();
    let mut known = get(&list, "/items", NONE, None).expect_status(200).etag().to_owned();
    for (method, under, body) in [
        ("POST", "/items", Some(json!({"Title": "b"}))),
        ("MERGE", "/items(1)", Some(json!({"ParamValue": "2"}))),
        ("MERGE", "/items(1)", Some(json!({"ParamValue": "2"}))),
        ("PUT", "/items(1)", Some(json!({"Title": "c", "Count": 1}))),
        ("POST", "/items(1)/increment", Some(json!({"field": "Count"}))),
        ("DELETE", "/items(2)", None),
        ("DELETE", "/items(1)", None),
        ("POST", "/items", Some(json!({"Title": "a"}))),
        ("MERGE", "", Some(json!({"Description": "d"}))),
        ("POST", "/fields", Some(json!({"Title": "Late", "FieldTypeKind": 2, "DefaultValue": "x"}))),
        ("DELETE", "/fields/getbytitle('Late')", None),
    ] {
        let write = list.request(method, under);
        let answer = body.map_or_else(|| list.request(method, under).send(), |body| write.json(&body).send());
        assert!((200..300).contains(&answer.status), "{method} {under}: {answer}");
        assert!(seen.insert(known.clone()), "{method} {under}: a tag came back");
        let page = get(&list, "/items", NONE, Some(&known)).expect_status(200);
        assert_ne!(page.etag(), known, "{method} {under}");
        known = page.etag().to_owned();
        get(&list, "/items", NONE, Some(&known)).expect_status(304);
    }
}

#[test]
fn a_refused_write_leaves_the_tag() {
    let server = Server::start(Options::default());
    let list = server.list("Parameters");
    let id = list.item(json!({"Title": "a"}));
    let known = get(&list, "/items", NONE, None).etag().to_owned();
    let merge = list.request("MERGE", &format!("/items({id})")).header("If-Match", "\"9\"");
    merge.json(&json!({"Title": "lost"})).send().expect_status(412);
    get(&list, "/items", NONE, Some(&known)).expect_status(304);
}

#[test]
fn a_tag_vouches_for_one_list_format_and_query_alone() {
    let server = Server::start(Options::default());
    let list = server.list("Parameters").text("ParamValue");
    let twin = server.list_in("/sites/demo", "Parameters").text("ParamValue");
    for list in [&list, &twin] {
        list.item(json!({"Title": "a", "ParamValue": "1"}));
    }
    let verbose = "application/json;odata=verbose";
    let pages = [
        (&list, "/items", NONE),
        (&list, "/items", "application/json;odata=minimalmetadata"),
        (&list, "/items", verbose),
        (&list, "/items?$select=Id", NONE),
        (&list, "/items?$select=Title", NONE),
        (&list, "/items?$filter=Title%20eq%20'a'", NONE),
        (&list, "/items?$top=1", NONE),
        (&list, "/items?$top=2", NONE),
        (&twin, "/items", NONE),
    ];
    let tags: Vec<String> =
        pages.iter().map(|(list, under, accept)| get(list, under, accept, None).etag().to_owned()).collect();
    for (i, (list, under, accept)) in pages.iter().enumerate() {
        for (j, tag) in tags.iter().enumerate() {
            let expected = if i == j { 304 } else { 200 };
            let status = get(list, under, accept, Some(tag)).status;
            assert_eq!(
                status,
                expected,
                "{under} as {accept} with the tag of {:?}",
                (pages[j].1, pages[j].2)
            );
        }
    }
    let request = list.request("GET", "/items").header("Accept", NONE).header("OData-Version", "4.0");
    request.header("If-None-Match", &tags[0]).send().expect_status(200);
}
