//! Stored answers of repeatable requests: whose they are, and that who may not do a thing any more is not told
//! what came of it. Each token has ids of its own, also among tokens of one user.

use matchlist_tests::Response;
use serde_json::json;

use super::bench::{Bench, DEMO, PLAIN};

const ITEMS: &str = "/sites/demo/_api/web/lists/getbytitle('Pumps')/items";
const LIST: &str = "/sites/demo/Lists/Pumps";

fn bench() -> Bench {
    let bench = Bench::start();
    bench.server.list_in(DEMO, "Pumps");
    bench
}

fn add(bench: &Bench, token: &str, key: &str) -> Response {
    let request =
        bench.as_caller(token, "POST", ITEMS).header("Accept", PLAIN).header("Idempotency-Key", key);
    request.json(&json!({"Title": "new"})).send()
}

/// A token of a user.
fn token_of(bench: &Bench, user: &str, scope: Option<&str>) -> String {
    let scopes = scope.iter().flat_map(|scope| ["--scope", scope]);
    bench.run(&["token", "create", "one", "--user", user].into_iter().chain(scopes).collect::<Vec<_>>())
}

fn id(response: Response) -> u64 {
    response.expect_status(201).json()["Id"].as_u64().unwrap()
}

#[test]
fn a_token_does_not_get_the_answer_of_another() {
    let bench = bench();
    let contribute = format!("contribute:{LIST}");
    let first = token_of(&bench, "ann@example.test", Some(&contribute));
    let reader = token_of(&bench, "ann@example.test", Some(&format!("read:{LIST}")));
    let second = token_of(&bench, "ann@example.test", Some(&contribute));
    let stranger = token_of(&bench, "bob@example.test", Some(&contribute));
    assert_eq!(id(add(&bench, &first, "k")), 1);
    assert_eq!(id(add(&bench, &first, "k")), 1, "its own answer");
    add(&bench, &reader, "k").expect_status(403);
    assert_eq!(id(add(&bench, &second, "k")), 2, "another token of the same user: another id");
    assert_eq!(id(add(&bench, &stranger, "k")), 3);
    assert_eq!(bench.get(&first, &format!("{ITEMS}/$count")).text(), "3");
}

/// An id that is spelt as those of a token are stored is still the caller's own.
#[test]
fn no_key_reaches_another_s_answers() {
    let bench = bench();
    // Before there is a token the caller is the local owner.
    for key in ["token 1: k", "user: k", ": k", "1: k"] {
        let request =
            bench.server.request("POST", ITEMS).header("Accept", PLAIN).header("Idempotency-Key", key);
        id(request.json(&json!({"Title": "new"})).send());
    }
    let token = token_of(&bench, "i:0#.f|matchlist|local", Some("contribute:/"));
    assert_eq!(id(add(&bench, &token, "k")), 5, "the token's first: nothing was stored for it");
    assert_eq!(id(add(&bench, &token, "token 1: k")), 6);
}

#[test]
fn whose_right_was_taken_back_gets_no_stored_answer() {
    let bench = bench();
    bench.run(&["user", "grant", "ann@example.test", "contribute", LIST]);
    let token = token_of(&bench, "ann@example.test", None);
    assert_eq!(id(add(&bench, &token, "k")), 1);
    assert_eq!(id(add(&bench, &token, "k")), 1);
    bench.run(&["user", "grant", "ann@example.test", "read", LIST]);
    add(&bench, &token, "k").expect_status(403);
    bench.run(&["user", "ungrant", "ann@example.test", LIST]);
    bench.run(&["user", "grant", "ann@example.test", "read", "/sites/other"]);
    add(&bench, &token, "k").expect_status(404);
    bench.run(&["user", "grant", "ann@example.test", "contribute", LIST]);
    assert_eq!(id(add(&bench, &token, "k")), 1, "and gets it again with the right");
}

/// The list is gone by the request's own doing, and its right with it.
#[test]
fn who_deleted_a_list_gets_the_answer_again() {
    let bench = bench();
    let token = bench.token("manager", &[&format!("manage:{LIST}"), "read:/sites/demo"]);
    let path = "/sites/demo/_api/web/lists/getbytitle('Pumps')";
    let delete = || bench.as_caller(&token, "DELETE", path).header("Idempotency-Key", "k").send();
    delete().expect_status(200);
    delete().expect_status(200);
    bench.as_caller(&token, "DELETE", path).send().expect_status(404);
}

/// A tag of one caller's collection is not another's, as they may see other things in it.
#[test]
fn a_collection_s_tag_is_its_caller_s() {
    let bench = bench();
    bench.server.list_in(DEMO, "Salaries");
    bench.run(&["lists", "close", "Salaries", "--site", DEMO]);
    let reader = token_of(&bench, "ann@example.test", Some("read:/sites/demo"));
    let manager = token_of(&bench, "ann@example.test", Some("manage:/sites/demo"));
    let stranger = token_of(&bench, "bob@example.test", Some("read:/sites/demo"));
    let ask = |token: &str, path: &str, tag: &str| {
        bench.as_caller(token, "GET", path).header("Accept", PLAIN).header("If-None-Match", tag).send().status
    };
    let lists = format!("{DEMO}/_api/web/lists");
    for path in [lists.as_str(), ITEMS, "/sites/demo/_api/web/currentuser"] {
        let tag = bench.get(&reader, path).expect_status(200).etag().to_owned();
        assert_eq!(ask(&reader, path, &tag), 304, "{path}");
        assert_eq!(ask(&stranger, path, &tag), 200, "{path}");
    }
    let tag = bench.get(&reader, &lists).etag().to_owned();
    assert_eq!(ask(&manager, &lists, &tag), 200, "the same user sees another list by another token");
    for answer in [bench.get(&reader, &lists), bench.get(&reader, ITEMS)] {
        assert!(answer.header("Cache-Control").unwrap().contains("private"), "{answer}");
    }
}

/// Under ListData.svc a list has another name: the right is one for the same list.
#[test]
fn whose_right_was_taken_back_gets_no_stored_answer_of_list_data() {
    let bench = bench();
    bench.server.list_in(DEMO, "Other");
    bench.run(&["user", "grant", "ann@example.test", "contribute", LIST]);
    let token = token_of(&bench, "ann@example.test", None);
    let set = "/sites/demo/_vti_bin/ListData.svc/Pumps";
    let add = || {
        let request = bench.as_caller(&token, "POST", set).header("Accept", "application/json");
        request.header("Idempotency-Key", "k").json(&json!({"Title": "new"})).send()
    };
    let id = |response: Response| response.expect_status(201).json()["d"]["Id"].as_u64().unwrap();
    assert_eq!((id(add()), id(add())), (1, 1));
    bench.run(&["user", "grant", "ann@example.test", "read", LIST]);
    add().expect_status(403);
    bench.run(&["user", "ungrant", "ann@example.test", LIST]);
    bench.run(&["user", "grant", "ann@example.test", "contribute", "/sites/demo/Lists/Other"]);
    add().expect_status(404);
    bench.run(&["user", "grant", "ann@example.test", "contribute", LIST]);
    assert_eq!(id(add()), 1, "and gets it again with the right");
}
