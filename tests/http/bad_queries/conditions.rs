//! Conditions that cannot be read: 400, and never taken for no condition.

use crate::bad_bodies::refusal::{Bench, CLIENT};

const WRITES: [&str; 4] = ["MERGE", "PATCH", "PUT", "DELETE"];

#[test]
fn garbage_in_a_tag_condition_is_400_on_reads_and_writes() {
    let bench = Bench::new();
    for garbage in [
        "",
        " ",
        ",",
        "garbage",
        "\"garbage",
        "1\"",
        "\"1\" \"2\"",
        "\"1\";",
        "\"1\", garbage",
        "*, \"1\"",
        "**",
        "w/\"1\"",
        "W/1",
        "W/",
        "'1'",
        "-1",
        "1.5",
        "\u{e9}",
    ] {
        for header in ["If-Match", "If-None-Match"] {
            for method in WRITES.iter().chain(&["GET"]) {
                let request = bench.under(method, "/items(1)").header(header, garbage);
                let request = if ["GET", "DELETE"].contains(method) {
                    request
                } else {
                    request.json(r#"{"Must":"1"}"#)
                };
                let message = bench.refuses(400, CLIENT, &request);
                assert!(message.contains(header), "{garbage:?}: {message}");
            }
        }
    }
}

#[test]
fn one_unreadable_line_of_several_is_400() {
    let bench = Bench::new();
    let request = bench.under("MERGE", "/items(1)").header("If-Match", "\"1\"").header("If-Match", "garbage");
    bench.refuses(400, CLIENT, &request.json(r#"{"Must":"1"}"#));
    let request = bench.under("MERGE", "/items(1)").header("If-Match", "\"1").header("If-Match", "2\"");
    bench.refuses(400, CLIENT, &request.json(r#"{"Must":"1"}"#));
}

#[test]
fn an_unreadable_date_is_400_on_a_write_and_ignored_on_a_read() {
    let bench = Bench::new();
    for date in [
        "",
        "yesterday",
        "0",
        "1714521600",
        "2024-05-01T08:00:00Z",
        "Wed, 32 May 2024 08:00:00 GMT",
        "Wed, 01 May 2024 25:00:00 GMT",
        "Wed, 01 May 2024 08:00:00 GMT, Wed, 01 May 2024 08:00:00 GMT",
    ] {
        for method in WRITES {
            let request = bench.under(method, "/items(1)").header("If-Unmodified-Since", date);
            let request = if method == "DELETE" { request } else { request.json(r#"{"Must":"1"}"#) };
            let message = bench.refuses(400, CLIENT, &request);
            assert!(message.contains("If-Unmodified-Since"), "{message}");
        }
        for header in ["If-Unmodified-Since", "If-Modified-Since"] {
            let read = bench.under("GET", "/items(1)").header(header, date);
            bench.send(&read, &[]).expect_status(200);
        }
    }
}

#[test]
fn a_condition_that_cannot_be_read_does_not_hide_behind_a_tunnel() {
    let bench = Bench::new();
    for method in WRITES {
        let request = bench.under("POST", "/items(1)").header("X-HTTP-Method", method);
        let request = if method == "DELETE" { request } else { request.json(r#"{"Must":"1"}"#) };
        bench.refuses(400, CLIENT, &request.clone().header("If-Match", "garbage"));
        bench.refuses(400, CLIENT, &request.header("If-Unmodified-Since", "yesterday"));
    }
}
