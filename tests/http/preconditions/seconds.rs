//! Dates have whole seconds, and a second is room for a lost update: a date that two versions share vouches for none.

use std::thread::sleep;
use std::time::Duration;

use matchlist_tests::{List, Options, Response, Server};
use serde_json::json;

/// Two writes a millisecond apart fall in one second nearly always.
const ATTEMPTS: u32 = 50;

fn merge(list: &List<'_>, id: u64, headers: &[(&str, &str)]) -> Response {
    let mut request = list.request("MERGE", &format!("/items({id})"));
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.json(&json!({"Title": "merged"})).send()
}

fn read(list: &List<'_>, id: u64, since: &str) -> Response {
    list.request("GET", &format!("/items({id})")).header("If-Modified-Since", since).send()
}

fn modified(response: &Response) -> String {
    response.header("Last-Modified").unwrap_or_else(|| panic!("no Last-Modified in {response}")).to_owned()
}

/// An item whose last two versions were written in one second, and that second.
fn shared(list: &List<'_>, versions: u64) -> (u64, String) {
    for _ in 0..ATTEMPTS {
        let id = list.item(json!({"Title": "a"}));
        let mut before = modified(&list.read(id));
        for version in 2..=versions {
            let written = modified(&merge(list, id, &[]).expect_status(204));
            if version == versions && written == before {
                return (id, written);
            }
            before = written;
        }
    }
    panic!("never were two versions written in one second");
}

/// Merges until the second is another one than that, and returns it: the last version is alone in it.
fn merged_in_a_later_second(list: &List<'_>, id: u64, second: &str) -> String {
    loop {
        // A scratch item tells the time without touching the one under test.
        let scratch = list.item(json!({"Title": "what time is it"}));
        if modified(&list.read(scratch)) != second {
            return modified(&merge(list, id, &[]).expect_status(204));
        }
        sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_second_with_two_versions_lets_no_write_pass_and_no_read_rest() {
    let server = Server::start(Options::default());
    let list = server.list("Seconds");
    for versions in [2, 3] {
        let (id, second) = shared(&list, versions);
        let etag = format!("\"{versions}\"");

        let refused = merge(&list, id, &[("If-Unmodified-Since", &second)]);
        assert_eq!((refused.status, refused.etag()), (412, etag.as_str()));
        let deleted = list.request("DELETE", &format!("/items({id})"));
        deleted.header("If-Unmodified-Since", &second).send().expect_status(412);
        let increment = list.request("POST", &format!("/items({id})/increment"));
        let increment = increment.header("If-Unmodified-Since", &second).json(&json!({"field": "Title"}));
        increment.send().expect_status(412);
        assert_eq!(list.read(id).etag(), etag, "nothing was changed");

        assert_eq!(read(&list, id, &second).expect_status(200).etag(), etag);
        let unmodified = list.request("GET", &format!("/items({id})"));
        unmodified.header("If-Unmodified-Since", &second).send().expect_status(412);
    }
}

#[test]
fn a_tag_decides_even_in_a_second_with_two_versions() {
    let server = Server::start(Options::default());
    let list = server.list("Seconds");
    let (id, second) = shared(&list, 2);
    let unread = list.request("GET", &format!("/items({id})"));
    let unread = unread.header("If-Modified-Since", &second).header("If-None-Match", "\"2\"");
    unread.send().expect_status(304);
    merge(&list, id, &[("If-Unmodified-Since", &second), ("If-Match", "\"2\"")]).expect_status(204);
}

#[test]
fn a_second_with_one_version_vouches_for_it() {
    let server = Server::start(Options::default());
    let list = server.list("Seconds");
    let fresh = list.item(json!({"Title": "a"}));
    let created = modified(&list.read(fresh));
    assert_eq!(read(&list, fresh, &created).expect_status(304).etag(), "\"1\"");
    merge(&list, fresh, &[("If-Unmodified-Since", &created)]).expect_status(204);

    let (id, first) = shared(&list, 2);
    let second = merged_in_a_later_second(&list, id, &first);
    assert_ne!(first, second);
    assert_eq!(read(&list, id, &second).expect_status(304).etag(), "\"3\"");
    assert_eq!(read(&list, id, &first).expect_status(200).etag(), "\"3\"", "the second before is too early");
    let stale = merge(&list, id, &[("If-Unmodified-Since", &first)]);
    assert_eq!((stale.status, stale.etag()), (412, "\"3\""));
    let merged = merge(&list, id, &[("If-Unmodified-Since", &second)]);
    assert_eq!((merged.status, merged.etag()), (204, "\"4\""));
}
