//! How many requests a caller may make.

use matchlist_tests::{Options, Server};
use serde_json::json;

fn limited() -> Server {
    Server::start(Options::on_disk().with(&["--rate-limit", "5"]))
}

#[test]
fn a_caller_is_told_what_is_left_and_then_to_wait() {
    let server = limited();
    let token = server.bearer("a", &["--scope", "read"]);
    let read = || server.request("GET", "/_api/web").header("Authorization", &token).send();
    for left in ["4", "3", "2", "1", "0"] {
        let answer = read().expect_status(200);
        assert_eq!(answer.header("RateLimit-Limit"), Some("5"));
        assert_eq!(answer.header("RateLimit-Remaining"), Some(left));
    }
    let refused = read().expect_status(429);
    assert_eq!(refused.header("RateLimit-Limit"), Some("5"));
    assert_eq!(refused.header("RateLimit-Remaining"), Some("0"));
    // One request in twelve seconds: five a minute.
    let wait: u64 = refused.header("Retry-After").unwrap().parse().unwrap();
    assert!((1..=12).contains(&wait), "{wait}");
    assert_eq!(refused.header("RateLimit-Reset"), Some(wait.to_string().as_str()));
    assert_eq!(
        refused.json(),
        json!({"odata.error": {
            "code": "-1, Matchlist.ServiceUnavailableException",
            "message": {
                "lang": "en-US",
                "value": format!("Too many requests: 5 a minute are let in. Try again in {wait} s."),
            },
        }})
    );
}

#[test]
fn a_write_that_is_refused_so_changes_nothing_and_leaves_the_connection_in_step() {
    let server = limited();
    let token = server.bearer("a", &["--scope", "manage"]);
    let post = |title: &str| {
        let request = server.request("POST", "/_api/web/lists").header("Authorization", &token);
        request.json(&json!({"Title": title, "BaseTemplate": 100})).send()
    };
    for title in ["a", "b", "c", "d", "e"] {
        post(title).expect_status(201);
    }
    post("f").expect_status(429);
    let other = server.bearer("b", &["--scope", "read"]);
    let lists = server.request("GET", "/_api/web/lists?$select=Title").header("Authorization", &other);
    let lists = lists.header("Accept", "application/json;odata=nometadata").send();
    let titles = ["a", "b", "c", "d", "e"].map(|title| json!({"Title": title}));
    assert_eq!(lists.json(), json!({"value": titles}));
}

#[test]
fn callers_do_not_use_up_each_others_requests() {
    let server = limited();
    let tokens = [server.bearer("a", &["--scope", "read"]), server.bearer("b", &["--scope", "read"])];
    let read = |token: &str| server.request("GET", "/_api/web").header("Authorization", token).send();
    for _ in 0..5 {
        read(&tokens[0]).expect_status(200);
    }
    read(&tokens[0]).expect_status(429);
    assert_eq!(read(&tokens[1]).expect_status(200).header("RateLimit-Remaining"), Some("4"));
}

#[test]
fn guessing_tokens_is_slowed_down() {
    let server = Server::start(Options::on_disk());
    let token = server.bearer("a", &["--scope", "read"]);
    let guess = |n: u32| {
        let request = server.request("GET", "/_api/web");
        request.header("Authorization", &format!("Bearer mlst_{n:043}")).send().status
    };
    let answers: Vec<u16> = (0..620).map(guess).collect();
    assert_eq!(answers[..600], [401; 600]);
    assert!(answers[600..].contains(&429), "{:?}", &answers[600..]);
    // Whoever has a token goes on.
    server.request("GET", "/_api/web").header("Authorization", &token).send().expect_status(200);
}

#[test]
fn an_open_server_counts_only_where_it_is_told_to() {
    let open = Server::start(Options::default());
    assert_eq!(open.request("GET", "/_api/web").send().header("RateLimit-Limit"), None);
    let limited = limited();
    let answer = limited.request("GET", "/_api/web").send().expect_status(200);
    assert_eq!(answer.header("RateLimit-Remaining"), Some("4"));
}

#[test]
fn zero_is_no_limit() {
    let server = Server::start(Options::on_disk().with(&["--rate-limit", "0"]));
    let token = server.bearer("a", &["--scope", "read"]);
    let answer = server.request("GET", "/_api/web").header("Authorization", &token).send();
    assert_eq!(answer.expect_status(200).header("RateLimit-Limit"), None);
}
