//! A list's own tag: it rises with its settings and fields, not with its items, and a stale one changes nothing.

use matchlist_tests::{List, Options, Response, Server};
use serde_json::{Value, json};

const NONE: &str = "application/json;odata=nometadata";

fn read(list: &List<'_>) -> Response {
    list.request("GET", "").header("Accept", NONE).send().expect_status(200)
}

fn tag(list: &List<'_>) -> u64 {
    read(list).etag().trim_matches('"').parse().unwrap()
}

fn conditional(list: &List<'_>, method: &str, header: &str, value: &str, body: Option<&Value>) -> Response {
    let request = list.request(method, "").header("Accept", NONE).header(header, value);
    match body {
        Some(body) => request.json(body).send(),
        None => request.send(),
    }
}

#[test]
fn the_tag_rises_by_one_with_settings_and_with_fields_and_not_with_items() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps");
    assert_eq!(tag(&list), 1);
    let write = |method: &str, under: &str, body: Value| {
        let answer = list.request(method, under).json(&body).send();
        assert!((200..300).contains(&answer.status), "{answer}");
        answer
    };
    let fields = "/fields/getbytitle('Power')";
    for (number, (method, under, body)) in [
        ("MERGE", "", json!({"Description": "all of them"})),
        ("MERGE", "", json!({"MatchlistStrict": "condition"})),
        ("MERGE", "", json!({"Description": "all of them"})),
        ("POST", "/fields", json!({"Title": "Power", "FieldTypeKind": 9})),
        ("MERGE", fields, json!({"Description": "in kW"})),
        ("DELETE", fields, json!({})),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = write(method, under, body);
        let expected = 2 + number as u64;
        assert_eq!(tag(&list), expected, "{method} {under}");
        if under.is_empty() {
            assert_eq!(answer.etag(), format!("\"{expected}\""));
            assert!(answer.header("Last-Modified").is_some());
        }
    }
    let before = tag(&list);
    let id = list.item(json!({"Title": "one"}));
    let item = format!("/items({id})");
    list.request("MERGE", &item)
        .header("If-Match", "*")
        .json(&json!({"Title": "two"}))
        .send()
        .expect_status(204);
    list.request("DELETE", &item).header("If-Match", "*").send().expect_status(200);
    assert_eq!(tag(&list), before);
}

#[test]
fn a_stale_tag_is_refused_and_nothing_changes() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps").text("Status");
    list.item(json!({"Title": "stays"}));
    let before = read(&list).json();
    let stale = [
        ("If-Match", "\"1\""),
        ("If-Match", "\"99\""),
        ("If-Match", "\"x,2\""),
        ("If-Match", "00000000-0000-0000-0000-000000000000"),
        ("If-None-Match", "\"2\""),
        ("If-None-Match", "*"),
        ("If-Unmodified-Since", "Mon, 01 Jan 2001 00:00:00 GMT"),
    ];
    let body = json!({"Title": "Renamed", "MatchlistStrict": "tag"});
    for (header, value) in stale {
        for (method, body) in [("MERGE", Some(&body)), ("PATCH", Some(&body)), ("DELETE", None)] {
            let refused = conditional(&list, method, header, value, body).expect_status(412);
            assert_eq!(refused.etag(), "\"2\"", "{method} {header}: {value}");
            assert_eq!(
                refused.json()["odata.error"]["conflict"]["etag"],
                "\"2\"",
                "{method} {header}: {value}"
            );
            assert_eq!(read(&list).json(), before, "{method} {header}: {value}");
        }
    }
    for (header, value) in [("If-Match", "garbage"), ("If-Match", ""), ("If-Unmodified-Since", "yesterday")] {
        conditional(&list, "MERGE", header, value, Some(&body)).expect_status(400);
        conditional(&list, "DELETE", header, value, None).expect_status(400);
        assert_eq!(read(&list).json(), before, "{header}: {value}");
    }
    assert_eq!(list.read(1).json()["Title"], "stays");
}

#[test]
fn the_present_tag_lets_a_write_pass_once() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps");
    let merge = |tag: &str| conditional(&list, "MERGE", "If-Match", tag, Some(&json!({"Description": tag})));
    assert_eq!(merge("\"1\"").expect_status(204).etag(), "\"2\"");
    merge("\"1\"").expect_status(412);
    assert_eq!(merge("W/\"2\"").expect_status(204).etag(), "\"3\"");
    assert_eq!(merge("*").expect_status(204).etag(), "\"4\"");
    let guid = read(&list).json()["Id"].as_str().unwrap().to_owned();
    assert_eq!(merge(&format!("\"{guid},4\"")).expect_status(204).etag(), "\"5\"");
    conditional(&list, "DELETE", "If-Match", "\"4\"", None).expect_status(412);
    conditional(&list, "DELETE", "If-Match", "\"5\"", None).expect_status(200);
    server.request("GET", list.url()).send().expect_status(404);
}

#[test]
fn a_list_that_the_client_has_is_not_sent_again_until_it_changes() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps");
    let unless = |tag: &str| conditional(&list, "GET", "If-None-Match", tag, None);
    let unread = unless("\"1\"").expect_status(304);
    assert_eq!((unread.etag(), unread.text().as_str()), ("\"1\"", ""));
    assert!(unread.header("Vary").is_some());
    list.request("MERGE", "").json(&json!({"Description": "new"})).send().expect_status(204);
    assert_eq!(unless("\"1\"").expect_status(200).json()["Description"], "new");
    unless("\"2\"").expect_status(304);
    conditional(&list, "GET", "If-Match", "\"1\"", None).expect_status(412);
}

#[test]
fn no_cache_keeps_a_list_and_one_with_what_stands_round_it_is_always_sent() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps");
    let whole = read(&list);
    for answer in [
        &whole,
        &conditional(&list, "GET", "If-None-Match", "\"1\"", None).expect_status(304),
        &conditional(&list, "HEAD", "If-None-Match", "\"9\"", None).expect_status(200),
    ] {
        assert_eq!(answer.header("Cache-Control"), Some("no-store"), "{answer}");
    }
    for query in ["$expand=RootFolder", "$select=Title,Fields/Title&$expand=Fields", "$expand=ParentWeb"] {
        let get = || list.request("GET", &format!("?{query}")).header("Accept", NONE);
        let first = get().send().expect_status(200);
        assert_eq!((first.etag(), first.header("Cache-Control")), ("\"1\"", Some("no-store")), "{query}");
        for known in ["\"1\"", "*"] {
            let again = get().header("If-None-Match", known).send().expect_status(200);
            assert_eq!((again.json(), again.etag()), (first.json(), "\"1\""), "{query} {known}");
        }
        get().header("If-Match", "\"9\"").send().expect_status(412);
    }
}

#[test]
fn a_former_list_s_tag_fits_an_item_of_a_list_that_takes_its_title_and_not_by_its_id() {
    let server = Server::start(Options::default());
    let former = server.list("Pumps");
    let id = former.item(json!({"Title": "former"}));
    let tag = former.read(id).etag().to_owned();
    let by_id =
        format!("/_api/web/lists(guid'{}')/items({id})", read(&former).json()["Id"].as_str().unwrap());
    former.request("DELETE", "").send().expect_status(200);
    let list = server.list("Pumps");
    assert_eq!(list.item(json!({"Title": "another"})), id);
    let merge = |url: &str| {
        let request = server.request("MERGE", url).header("If-Match", &tag);
        request.json(&json!({"Title": "overwritten"})).send()
    };
    merge(&by_id).expect_status(404);
    assert_eq!(list.read(id).json()["Title"], "another");
    merge(&list.item_url(id)).expect_status(204);
}

#[test]
fn a_field_has_no_tag_to_match() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps").text("Status");
    let field = "/fields/getbytitle('Status')";
    let before = list.request("GET", field).header("Accept", NONE).send().json();
    for tag in ["\"1\"", "\"2\"", "\"x\""] {
        let merge = list.request("MERGE", field).header("If-Match", tag);
        merge.json(&json!({"Description": "lost"})).send().expect_status(412);
        list.request("DELETE", field).header("If-Match", tag).send().expect_status(412);
    }
    assert_eq!(list.request("GET", field).header("Accept", NONE).send().json(), before);
    let merge = list.request("MERGE", field).header("If-Match", "*");
    merge.json(&json!({"Description": "kept"})).send().expect_status(204);
    list.request("DELETE", field).header("If-Match", "*").send().expect_status(200);
}

#[test]
fn a_site_has_no_tag_to_match() {
    let server = Server::start(Options::default());
    let title = || server.request("GET", "/_api/web/Title/$value").send().expect_status(200).text();
    let before = title();
    let merge = |header: &str, value: &str| {
        let request = server.request("MERGE", "/_api/web").header(header, value);
        request.json(&json!({"Title": format!("lost by {value}")})).send()
    };
    let read = server.request("GET", "/_api/web").send().expect_status(200);
    for tag in ["\"1\"", "\"x\"", read.etag()] {
        merge("If-Match", tag).expect_status(412);
    }
    merge("If-Unmodified-Since", "Mon, 01 Jan 2001 00:00:00 GMT").expect_status(412);
    assert_eq!(title(), before);
    merge("If-Match", "*").expect_status(204);
    assert_eq!(title(), "lost by *");
}
