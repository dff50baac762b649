//! What may not be read is not there: each answer about it is, byte by byte, the answer about what does not exist.

use matchlist_tests::{Request, Response};

use super::bench::{Bench, DEMO, OTHER, PLAIN, Place, Sample, bearing, samples};

const FORMATS: [&str; 5] = [
    "application/json;odata=verbose",
    "application/json;odata=minimalmetadata",
    PLAIN,
    "application/json;odata.metadata=minimal",
    "application/problem+json",
];

const CONDITIONS: [Option<(&str, &str)>; 4] =
    [None, Some(("If-Match", "\"1\"")), Some(("If-Match", "*")), Some(("If-None-Match", "*"))];

/// A GUID that no list has.
const NO_GUID: &str = "7a5c4a44-9d0b-4a1b-8c3d-4e5f5f3a2f8e";

/// What a client sees of an answer, but for its date, its ids and how much more may be asked.
fn seen(response: &Response) -> (u16, Vec<(String, String)>, String) {
    let own = ["date", "request-id", "sprequestguid", "ratelimit-remaining", "ratelimit-reset"];
    let headers = response.headers.iter().map(|(name, value)| (name.to_lowercase(), value.clone()));
    let mut headers: Vec<_> = headers.filter(|(name, _)| !own.contains(&name.as_str())).collect();
    headers.sort();
    (response.status, headers, response.text())
}

/// Asks both, and compares; `absent` and `there` are of the same length, so that lengths are compared too.
#[track_caller]
fn compare(
    bench: &Bench,
    token: &str,
    sample: &Sample,
    dress: impl for<'a> Fn(Request<'a>) -> Request<'a>,
    (there, absent): (&Place, &Place),
) {
    let ask = |place| dress(bearing(sample.request(&bench.server, place), token)).send();
    let (hidden, missing) = (ask(there), ask(absent));
    let mut missing = seen(&missing);
    let pairs = [
        (&absent.site, &there.site),
        (&absent.list, &there.list),
        (&absent.guid, &there.guid),
        (&absent.doomed, &there.doomed),
    ];
    let same =
        |text: &str| pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from.as_str(), to));
    missing.2 = same(&missing.2);
    missing.1.iter_mut().for_each(|(_, value)| *value = same(value));
    assert_eq!(seen(&hidden), missing, "{} {}", sample.method, sample.address);
    let is_open = sample.needs.starts_with("none");
    assert!(
        is_open || ![200, 201].contains(&hidden.status),
        "{} {}: {hidden}",
        sample.method,
        sample.address
    );
}

fn furnish(bench: &Bench, site: &str, title: &str) -> Place {
    Place::furnish(&bench.server, site, [title, &format!("{title}2"), "new"])
}

#[test]
fn a_list_that_may_not_be_read_is_answered_as_one_that_is_not_there() {
    let bench = Bench::start();
    let salaries = furnish(&bench, DEMO, "Salaries");
    bench.server.list_in(DEMO, "Pumps");
    for title in [&salaries.list, &salaries.doomed] {
        bench.run(&["lists", "close", title, "--site", DEMO]);
    }
    let absent = Place {
        list: "Salariez".into(),
        doomed: "Salariez2".into(),
        guid: NO_GUID.into(),
        ..salaries.clone()
    };
    let callers = [
        bench.token("writer", &["contribute:/sites/demo"]),
        bench.token("manager of another list", &["manage:/sites/demo/Lists/Pumps"]),
        bench.token("nobody", &[]),
    ];
    for sample in samples().iter().filter(|sample| sample.names_a_list() && sample.method != "OPTIONS") {
        for token in &callers {
            for format in FORMATS {
                for condition in CONDITIONS {
                    compare(
                        &bench,
                        token,
                        sample,
                        |request| dress_with(request, format, condition),
                        (&salaries, &absent),
                    );
                }
            }
        }
    }
}

fn dress_with<'a>(request: Request<'a>, format: &str, condition: Option<(&str, &str)>) -> Request<'a> {
    let request = request.header("Accept", format).header("Prefer", "return=representation");
    match condition {
        Some((name, value)) => request.header(name, value),
        None => request,
    }
}

#[test]
fn a_site_that_may_not_be_read_is_answered_as_one_that_is_not_there() {
    let bench = Bench::start();
    let there = furnish(&bench, OTHER, "Pumps");
    bench.server.list_in(DEMO, "Pumps");
    let absent = Place { site: "/sites/othez".into(), guid: NO_GUID.into(), ..there.clone() };
    let callers = [
        bench.token("manager", &["manage:/sites/demo"]),
        bench.token("reader", &["read:/sites/demo/Lists/Pumps"]),
        bench.token("nobody", &[]),
    ];
    for sample in samples().iter().filter(|sample| sample.address.contains("{site}")) {
        for token in &callers {
            for format in FORMATS {
                compare(
                    &bench,
                    token,
                    sample,
                    |request| dress_with(request, format, None),
                    (&there, &absent),
                );
            }
        }
    }
}

/// The methods that a list has are those of every list.
#[test]
fn what_a_hidden_list_could_be_asked_is_told_of_any_name() {
    let bench = Bench::start();
    let there = furnish(&bench, DEMO, "Salaries");
    bench.run(&["lists", "close", "Salaries", "--site", DEMO]);
    let token = bench.token("reader", &["read:/sites/demo"]);
    for title in [there.list.as_str(), "Salariez"] {
        let path = format!("{DEMO}/_api/web/lists/getbytitle('{title}')");
        let options = bench.as_caller(&token, "OPTIONS", &path).send().expect_status(204);
        assert_eq!(options.header("Allow"), Some("GET, HEAD, POST, MERGE, PATCH, DELETE, OPTIONS"));
        for method in ["PUT", "TRACE", "LINK"] {
            let refused = bench.as_caller(&token, method, &path).send().expect_status(405);
            assert_eq!(refused.header("Allow"), options.header("Allow"));
        }
        bench.as_caller(&token, "HEAD", &path).send().expect_status(404);
    }
}
