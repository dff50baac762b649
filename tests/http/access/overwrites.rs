//! Which callers overwrite items without saying what version they saw.

use matchlist_tests::{Options, Server};
use serde_json::json;

/// The report's rows, without the times.
fn report(server: &Server, arguments: &[&str]) -> Vec<Vec<String>> {
    let text = server.order(&[&["lists", "overwrites"], arguments].concat());
    let row = |line: &str| line.split('\t').take(5).map(str::to_owned).collect();
    let mut rows: Vec<Vec<String>> = text.lines().map(row).collect();
    assert_eq!(rows.remove(0), ["list", "caller", "program", "condition", "times"]);
    rows.sort();
    rows
}

fn merge(server: &Server, list: &str, agent: &str, condition: Option<&str>) -> u16 {
    let request = server.request("MERGE", &format!("/_api/lists/{list}/items(1)"));
    let request = request.header("User-Agent", agent).json(&json!({"Title": "b"}));
    match condition {
        Some(tag) => request.header("If-Match", tag),
        None => request,
    }
    .send()
    .status
}

#[test]
fn the_report_names_callers_programs_and_conditions() {
    let server = Server::start(Options::on_disk());
    for list in ["A", "B"] {
        let list = server.list(list);
        list.item(json!({"Title": "a"}));
    }
    assert_eq!(report(&server, &[]), Vec::<Vec<String>>::new());
    assert_eq!(merge(&server, "A", "page/1", None), 204);
    assert_eq!(merge(&server, "A", "page/1", None), 204);
    assert_eq!(merge(&server, "A", "page/1", Some("*")), 204);
    assert_eq!(merge(&server, "A", "script/2", Some("*")), 204);
    assert_eq!(merge(&server, "B", "script/2", Some("*")), 204);
    // These say what they saw, or change nothing.
    assert_eq!(merge(&server, "A", "good/3", Some("\"5\"")), 204);
    assert_eq!(merge(&server, "A", "good/3", Some("\"5\"")), 412);
    server.request("MERGE", "/_api/lists/A/items(99)").json(&json!({"Title": "b"})).send().expect_status(404);
    let increment = server.request("POST", "/_api/lists/A/items(1)/increment");
    increment.json(&json!({"field": "Title"})).send().expect_status(400);
    let owner = "i:0#.f|matchlist|local";
    let of_a = [
        ["A", owner, "page/1", "*", "1"],
        ["A", owner, "page/1", "none", "2"],
        ["A", owner, "script/2", "*", "1"],
    ];
    assert_eq!(report(&server, &["A"]), of_a);
    assert_eq!(report(&server, &[]), [&of_a[..], &[["B", owner, "script/2", "*", "1"]]].concat());
    // Strict by the same command, while the server runs.
    assert_eq!(server.order(&["lists", "strict", "A", "--on"]), "A: condition");
    assert_eq!(merge(&server, "A", "page/1", None), 428);
    assert_eq!(server.order(&["lists", "strict", "A", "--off"]), "A: off");
    assert_eq!(merge(&server, "A", "page/1", None), 204);
}

#[test]
fn a_deletion_counts_and_callers_are_told_apart() {
    let server = Server::start(Options::on_disk());
    let list = server.list("A");
    for _ in 0..2 {
        list.item(json!({"Title": "a"}));
    }
    let token = server.bearer("robot", &["--scope", "contribute:/Lists/A"]);
    let delete = server.request("DELETE", "/_api/lists/A/items(1)").header("Authorization", &token);
    delete.header("User-Agent", "r").send().expect_status(200);
    assert_eq!(report(&server, &["A"]), [["A", "i:0#.f|matchlist|robot", "r", "none", "1"]]);
}

#[test]
fn the_report_outlives_the_server_and_not_the_list() {
    let mut server = Server::start(Options::on_disk());
    server.list("A").item(json!({"Title": "a"}));
    assert_eq!(merge(&server, "A", "p", None), 204);
    assert!(server.stop().success());
    let owner = "i:0#.f|matchlist|local";
    assert_eq!(report(&server, &["A"]), [["A", owner, "p", "none", "1"]]);
    server.restart();
    assert_eq!(merge(&server, "A", "p", None), 204);
    assert_eq!(report(&server, &["A"]), [["A", owner, "p", "none", "2"]]);
    server.request("DELETE", "/_api/lists/A").send().expect_status(200);
    server.list("A");
    assert_eq!(report(&server, &["A"]), Vec::<Vec<String>>::new());
}

#[test]
fn programs_without_number_are_counted_as_one() {
    let server = Server::start(Options::on_disk());
    server.list("A").item(json!({"Title": "a"}));
    for number in 0..510 {
        assert_eq!(merge(&server, "A", &format!("p{number:03}"), None), 204);
    }
    let rows = report(&server, &["A"]);
    assert_eq!(rows.len(), 501);
    let owner = "i:0#.f|matchlist|local";
    assert_eq!(rows[0], ["A", owner, "(others)", "none", "10"]);
}

#[test]
fn a_list_that_is_not_there_is_named() {
    let server = Server::start(Options::on_disk());
    let output = server.run(&["lists", "overwrites", "None"]);
    assert!(!output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "matchlist: there is no list 'None' in that site\n");
}
