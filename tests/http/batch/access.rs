//! A batch is no way round what its caller may do.

use matchlist_tests::{Options, Server};
use serde_json::json;

use super::*;

/// A server with an open list, and a secret one that only `contribute:/Lists/Secret` and the like may see.
fn server() -> Server {
    let server = Server::start(Options::on_disk());
    server.list("Open").item(json!({"Title": "open"}));
    server.list("Secret").item(json!({"Title": "secret"}));
    server.list_in("/sites/demo", "Other");
    server
}

fn parts_as(server: &Server, token: &str, requests: &[String]) -> Vec<Part> {
    let request = in_parts(server, BATCH, &batch(requests)).header("Authorization", token);
    read(&request.send().expect_status(200))
}

#[test]
fn each_request_within_is_judged_alone() {
    let server = server();
    let token = server.bearer("a", &["--scope", "read:/Lists/Open"]);
    let parts = parts_as(
        &server,
        &token,
        &[
            request("GET", "/_api/lists/Open/items(1)?$select=Title", &[LIGHT], ""),
            request("POST", "/_api/lists/Open/items", &[], "{\"Title\":\"never\"}"),
            request("DELETE", "/_api/lists/Open/items(1)", &[], ""),
            request("POST", "/_api/web/lists", &[], "{\"Title\":\"never\",\"BaseTemplate\":100}"),
            request("GET", "/_api/lists?$select=Title", &[LIGHT], ""),
        ],
    );
    assert_eq!(statuses(&parts), [200, 403, 403, 403, 200]);
    assert_eq!(parts[4].json(), json!({"value": [{"Title": "Open"}]}));
}

#[test]
fn what_is_hidden_is_told_as_what_is_not_there() {
    let server = server();
    let token = server.bearer("a", &["--scope", "contribute:/Lists/Open"]);
    let asked = |list: &str| {
        vec![
            request("GET", &format!("/_api/lists/{list}"), &[], ""),
            request("GET", &format!("/_api/lists/{list}/items(1)"), &[], ""),
            request("POST", &format!("/_api/lists/{list}/items"), &[], "{\"Title\":\"x\"}"),
            request("DELETE", &format!("/_api/lists/{list}/items(1)"), &["If-Match: \"1\""], ""),
        ]
    };
    let hidden = parts_as(&server, &token, &asked("Secret"));
    let missing = parts_as(&server, &token, &asked("Absent"));
    assert_eq!(statuses(&hidden), [404; 4]);
    for (hidden, missing) in hidden.iter().zip(&missing) {
        assert_eq!(
            (hidden.status, hidden.body.replace("Secret", "Absent")),
            (missing.status, missing.body.clone())
        );
    }
}

#[test]
fn a_group_is_judged_request_by_request_and_leaks_nothing() {
    let server = server();
    let token = server.bearer("a", &["--scope", "contribute:/Lists/Open"]);
    let send = |list: &str| {
        let requests = json!([
            {"id": "1", "atomicityGroup": "g", "method": "POST", "url": "lists/Open/items", "body": {"Title": "never"}},
            {"id": "2", "atomicityGroup": "g", "method": "MERGE", "url": format!("lists/{list}/items(1)"),
             "headers": {"If-Match": "\"9\""}, "body": {"Title": "never"}},
        ]);
        let answer = in_json(&server, &requests).header("Authorization", &token).send().expect_status(200);
        answer.text()
    };
    let hidden = send("Secret");
    assert!(hidden.contains("\"status\":404") && !hidden.contains("\"status\":412"), "{hidden}");
    assert_eq!(hidden.replace("Secret", "Absent"), send("Absent"));
    let read = server.request("GET", "/_api/lists/Open/items/$count").header("Authorization", &token).send();
    assert_eq!(read.expect_status(200).text(), "1");
}

#[test]
fn credentials_and_hosts_within_are_not_looked_at() {
    let server = server();
    let weak = server.bearer("weak", &["--scope", "read:/Lists/Open"]);
    let strong = server.bearer("strong", &["--scope", "manage"]);
    let body = "{\"Title\":\"never\"}";
    let inner = request("POST", "/_api/lists/Open/items", &[&format!("Authorization: {strong}")], body);
    assert_eq!(statuses(&parts_as(&server, &weak, &[inner])), [403]);
    let nobody = in_parts(
        &server,
        BATCH,
        &batch(&[request("GET", "/_api/web", &[&format!("Authorization: {strong}")], "")]),
    );
    nobody.send().expect_status(401);
}

#[test]
fn who_does_not_see_the_site_sends_no_batch_to_it() {
    let server = server();
    let token = server.bearer("a", &["--scope", "read:/sites/demo/Lists/Other"]);
    let body = batch(&[request("GET", "/_api/lists/Open", &[], "")]);
    let hidden = in_parts(&server, BATCH, &body).header("Authorization", &token).send();
    let plain = server.request("GET", "/_api/web").header("Authorization", &token).send();
    assert_eq!((hidden.status, hidden.text()), (plain.status, plain.text()));
    // Nor to it by the way of another site.
    let body = batch(&[request("GET", "/_api/lists/Open", &[], "")]);
    let other = in_parts(&server, "/sites/demo/_api/$batch", &body).header("Authorization", &token).send();
    other.expect_status(400);
}

#[test]
fn each_request_counts_and_a_batch_that_is_too_much_is_not_run() {
    let server = Server::start(Options::on_disk().with(&["--rate-limit", "10"]));
    server.list("Open");
    let token = server.bearer("a", &["--scope", "contribute:/Lists/Open"]);
    let add = request("POST", "/_api/lists/Open/items", &[], "{\"Title\":\"x\"}");
    let send = |n: usize| {
        in_parts(&server, BATCH, &batch(&vec![add.clone(); n])).header("Authorization", &token).send()
    };
    let first = send(4).expect_status(200);
    assert_eq!(first.header("RateLimit-Remaining"), Some("5"), "one for the batch, and one for each within");
    let refused = send(5).expect_status(429);
    assert!(refused.header("Retry-After").is_some());
    assert_eq!(refused.header("RateLimit-Limit"), Some("10"));
    let count = server.request("GET", "/_api/lists/Open/items/$count").header("Authorization", &token).send();
    assert_eq!(count.expect_status(200).text(), "4");
}
