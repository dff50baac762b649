//! Atomicity groups of batches in JSON: all of one is done, or nothing.

use std::thread;

use matchlist_tests::{Client, Options, Server};
use serde_json::json;

use super::*;

const LISTS: &str = "/_api/lists/Accounts/items";

fn accounts() -> Server {
    let server = Server::start(Options::default());
    let accounts = server.list("Accounts").number("Amount").text("Code");
    for (title, amount) in [("A", 100), ("B", 100)] {
        accounts.item(json!({"Title": title, "Amount": amount}));
    }
    server
}

fn in_group(mut request: Value) -> Value {
    request["atomicityGroup"] = json!("g");
    request
}

fn add(id: &str, title: &str) -> Value {
    json!({"id": id, "method": "POST", "url": "lists/Accounts/items", "body": {"Title": title}})
}

fn merge(id: &str, item: u64, tag: &str, body: Value) -> Value {
    let url = format!("lists/Accounts/items({item})");
    json!({"id": id, "method": "MERGE", "url": url, "body": body, "headers": {"If-Match": tag}})
}

fn amounts(server: &Server) -> Vec<Value> {
    let read = server.request("GET", &format!("{LISTS}?$select=Amount"));
    let rows = read.header("Accept", "application/json;odata=nometadata").send().json();
    rows["value"].as_array().unwrap().iter().map(|row| row["Amount"].clone()).collect()
}

#[test]
fn a_group_is_done_whole() {
    let server = accounts();
    let answers = answers(
        &server,
        &json!([
            in_group(merge("1", 1, "\"1\"", json!({"Amount": 90}))),
            in_group(merge("2", 2, "\"1\"", json!({"Amount": 110}))),
            in_group(add("3", "log")),
            in_group(json!({"id": "4", "method": "POST", "url": "lists/Accounts/items(1)/increment",
                "body": {"field": "Amount", "by": 5}})),
            {"id": "5", "method": "GET", "url": "lists/Accounts/items(1)?$select=Amount", "dependsOn": ["g"]},
            {"id": "6", "method": "DELETE", "url": "$3", "dependsOn": ["g"]},
        ]),
    );
    assert_eq!(status_of(&answers), [204, 204, 201, 200, 200, 200]);
    assert_eq!(answers[0]["atomicityGroup"], "g");
    assert_eq!(answers[3]["body"], json!({"value": 95, "first": 91}));
    assert_eq!(answers[4]["body"]["Amount"], 95);
    assert_eq!(amounts(&server), [json!(95), json!(110)]);
}

#[test]
fn where_one_fails_nothing_of_the_group_stands() {
    let server = accounts();
    for (bad, status) in [
        (merge("3", 2, "\"7\"", json!({"Amount": 1})), 412),
        (merge("3", 99, "*", json!({"Amount": 1})), 404),
        (merge("3", 1, "*", json!({"Amount": "x"})), 400),
        (merge("3", 1, "\"garbage", json!({"Amount": 1})), 400),
        (json!({"id": "3", "method": "DELETE", "url": "lists/None/items(1)"}), 404),
        (
            json!({"id": "3", "method": "POST", "url": "lists/Accounts/items(1)/increment", "body": {"field": "Code"}}),
            400,
        ),
    ] {
        let requests = json!([
            in_group(merge("1", 1, "*", json!({"Amount": 1}))),
            in_group(add("2", "never")),
            in_group(bad),
            in_group(add("4", "never")),
            {"id": "5", "method": "GET", "url": "lists/Accounts", "dependsOn": ["g"]},
            {"id": "6", "method": "GET", "url": "lists/Accounts"},
        ]);
        let answer = in_json(&server, &requests).header("Prefer", "odata.continue-on-error").send();
        let answers = answer.expect_status(200).json()["responses"].as_array().unwrap().clone();
        assert_eq!(status_of(&answers), [424, 424, status, 424, 424, 200], "{requests}");
        assert_eq!(
            message(&answers[0]["body"]),
            "Nothing of this atomicity group was done, as its request '3' failed."
        );
        assert_eq!(amounts(&server), [json!(100), json!(100)]);
    }
    let tag = server.request("GET", &format!("{LISTS}(1)")).send();
    assert_eq!(tag.etag(), "\"1\"", "no version was used up");
}

#[test]
fn a_conflict_within_a_group_tells_what_changed() {
    let server = accounts();
    server.request("MERGE", &format!("{LISTS}(2)")).json(&json!({"Amount": 7})).send().expect_status(204);
    let answers = answers(
        &server,
        &json!([
            in_group(merge("1", 1, "\"1\"", json!({"Amount": 1}))),
            in_group(merge("2", 2, "\"1\"", json!({"Amount": 2}))),
        ]),
    );
    assert_eq!(status_of(&answers), [424, 412]);
    assert_eq!(answers[1]["headers"]["etag"], "\"2\"");
    assert_eq!(answers[1]["body"]["odata.error"]["conflict"]["fields"], json!(["Amount"]));
}

#[test]
fn what_cannot_be_undone_is_in_no_group_and_nothing_is_run() {
    let server = accounts();
    for (other, body) in [
        (("GET", "lists/Accounts"), None),
        (("POST", "web/lists"), Some(json!({"Title": "New", "BaseTemplate": 100}))),
        (("POST", "lists/Accounts/fields"), Some(json!({"Title": "New", "FieldTypeKind": 2}))),
        (("MERGE", "lists/Accounts"), Some(json!({"Description": "new"}))),
        (("DELETE", "lists/Accounts"), None),
        (("POST", "web/ensureuser"), Some(json!({"logonName": "a@example.com"}))),
        (("POST", "lists/Accounts/ReserveListItemId"), None),
        (("POST", "lists/Accounts/items(1)/validateUpdateListItem"), Some(json!({"formValues": []}))),
    ] {
        let other = json!({"id": "2", "method": other.0, "url": other.1, "body": body});
        let requests = json!([add("0", "never"), in_group(add("1", "never")), in_group(other)]);
        let answer = in_json(&server, &requests).send().expect_status(400);
        assert_eq!(
            message(&answer.json()),
            "Request '2' of the batch: an atomicityGroup holds requests that make, change, delete or increment items, and no others."
        );
    }
    assert_eq!(amounts(&server).len(), 2);
}

#[test]
fn groups_that_are_unclear_are_refused_and_nothing_is_run() {
    let server = accounts();
    let named = |mut request: Value, group: &str| {
        request["atomicityGroup"] = json!(group);
        request
    };
    for (requests, why) in [
        (
            json!([in_group(add("1", "a")), add("2", "b"), in_group(add("3", "c"))]),
            "Request '3' of the batch: the requests of an atomicityGroup stand together.",
        ),
        (json!([named(add("1", "a"), "")]), "Request '1' of the batch: its atomicityGroup is empty."),
        (
            json!([named(add("1", "a"), "2"), add("2", "b")]),
            "Request '1' of the batch: its atomicityGroup has the name of a request.",
        ),
        (
            json!([in_group(add("1", "a")), in_group(json!({"id": "2", "method": "DELETE", "url": "$1"}))]),
            "Request '2' of the batch: '$1' is of the same atomicityGroup, whose requests are done at once.",
        ),
    ] {
        let answer = in_json(&server, &requests).send().expect_status(400);
        assert_eq!(message(&answer.json()), why);
    }
    assert_eq!(amounts(&server).len(), 2);
}

#[test]
fn a_group_may_use_what_was_made_before_it() {
    let server = accounts();
    let below = |id: &str, method: &str, url: &str| {
        in_group(json!({"id": id, "method": method, "url": url, "body": {"Amount": 1}}))
    };
    let requests = json!([add("new", "C"), below("2", "PATCH", "$new"), in_group(add("3", "D"))]);
    assert_eq!(status_of(&answers(&server, &requests)), [201, 204, 201]);
    assert_eq!(amounts(&server).len(), 4);
    // Below what was made may be what no group holds.
    let requests = json!([
        add("new", "E"),
        in_group(add("2", "never")),
        below("3", "POST", "$new/validateUpdateListItem")
    ]);
    assert_eq!(status_of(&answers(&server, &requests)), [201, 424, 400]);
    assert_eq!(amounts(&server).len(), 5);
}

#[test]
fn a_group_may_hold_requests_to_list_data() {
    let server = accounts();
    let sets = "/_vti_bin/ListData.svc/Accounts";
    let group = |tag: &str| {
        json!([
            in_group(json!({"id": "1", "method": "POST", "url": sets, "body": {"Title": "C"},
                "headers": {"Accept": "application/json"}})),
            in_group(json!({"id": "2", "method": "MERGE", "url": format!("{sets}(1)"),
                "body": {"Amount": 90}, "headers": {"If-Match": tag}})),
            in_group(merge("3", 2, "\"1\"", json!({"Amount": 110}))),
        ])
    };
    let failed = answers(&server, &group("W/\"7\""));
    assert_eq!(status_of(&failed), [424, 412, 424], "{failed:?}");
    let done = answers(&server, &group("W/\"1\""));
    assert_eq!(status_of(&done), [201, 204, 204], "{done:?}");
    assert_eq!(done[0]["body"]["d"]["Title"], "C");
    let versions = done.iter().map(|answer| &answer["headers"]["dataserviceversion"]).collect::<Vec<_>>();
    assert_eq!(versions, [&json!("2.0;"), &json!("2.0;"), &Value::Null]);
    assert_eq!(amounts(&server), [json!(90), json!(110), Value::Null]);
}

#[test]
fn answers_of_a_group_tell_the_version_of_the_protocol() {
    let server = accounts();
    let request = in_json(&server, &json!([in_group(add("1", "C")), add("2", "D")]));
    let answers = request.header("OData-Version", "4.0").send().expect_status(200).json();
    for answer in answers["responses"].as_array().unwrap() {
        assert_eq!(answer["headers"]["odata-version"], "4.0", "{answer}");
    }
}

#[test]
fn a_group_may_be_sent_again_whole() {
    let server = accounts();
    let key = |mut request: Value, key: &str| {
        request["headers"] = json!({"Idempotency-Key": key});
        in_group(request)
    };
    let requests = json!([key(add("1", "C"), "one"), key(add("2", "D"), "two")]);
    let (first, again) = (answers(&server, &requests), answers(&server, &requests));
    assert_eq!(status_of(&first), [201, 201]);
    assert_eq!(first, again);
    assert_eq!(amounts(&server).len(), 4);
    // A half of it with another write is another group; one half that has an id is none.
    let mixed = json!([key(add("1", "C"), "one"), key(add("2", "E"), "three")]);
    assert_eq!(status_of(&answers(&server, &mixed)), [422, 424]);
    let half = json!([key(add("1", "E"), "four"), in_group(add("2", "F"))]);
    assert_eq!(status_of(&answers(&server, &half)), [424, 400]);
    assert_eq!(amounts(&server).len(), 4);
}

/// Moves an amount from one account to the other, as seen; tells whether it was done.
fn move_one(client: &Client, from: u64, to: u64) -> bool {
    let read = |id: u64| {
        let read = client.request("GET", &format!("{LISTS}({id})")).send().expect_status(200);
        (read.json()["Amount"].as_i64().unwrap(), read.etag().to_owned())
    };
    let ((has, has_tag), (gets, gets_tag)) = (read(from), read(to));
    let requests = json!([
        in_group(merge("from", from, &has_tag, json!({"Amount": has - 1}))),
        in_group(merge("to", to, &gets_tag, json!({"Amount": gets + 1}))),
    ]);
    let answer =
        client.request("POST", BATCH).json(&json!({ "requests": requests })).send().expect_status(200);
    match status_of(answer.json()["responses"].as_array().unwrap())[..] {
        [204, 204] => true,
        [412, 424] | [424, 412] => false,
        ref other => panic!("neither done nor undone: {other:?}"),
    }
}

#[test]
fn eight_clients_move_amounts_and_none_is_lost_or_made() {
    let server = accounts();
    thread::scope(|scope| {
        for number in 0..8 {
            let client = server.client();
            // The one half moves there, the other back.
            let (from, to) = if number % 2 == 0 { (1, 2) } else { (2, 1) };
            scope.spawn(move || {
                let mut done = 0;
                while done < 20 {
                    done += u32::from(move_one(&client, from, to));
                }
            });
        }
        let client = server.client();
        scope.spawn(move || {
            // Nobody ever sees one half of a move.
            for _ in 0..100 {
                let page = client.get(&format!("{LISTS}?$select=Amount")).expect_status(200).json();
                let sum: i64 =
                    page["value"].as_array().unwrap().iter().map(|row| row["Amount"].as_i64().unwrap()).sum();
                assert_eq!(sum, 200);
            }
        });
    });
    assert_eq!(amounts(&server), [json!(100), json!(100)]);
    let versions = [1, 2].map(|id| server.request("GET", &format!("{LISTS}({id})")).send().etag().to_owned());
    assert_eq!(versions, ["\"161\"", "\"161\""], "one version a move");
}

#[test]
fn increments_in_groups_give_each_number_once() {
    let server = accounts();
    let mut numbers: Vec<u64> = thread::scope(|scope| {
        let taker = |_| {
            let client = server.client();
            scope.spawn(move || -> Vec<u64> {
                let take = |n: u64| {
                    let number = json!({"id": "1", "method": "POST", "url": "lists/Accounts/items(1)/increment",
                        "body": {"field": "Amount"}});
                    let requests = json!([in_group(number), in_group(add("2", &n.to_string()))]);
                    let request = client.request("POST", BATCH).json(&json!({ "requests": requests }));
                    let answer = request.send().expect_status(200).json();
                    answer["responses"][0]["body"]["value"].as_u64().unwrap()
                };
                (0..10).map(take).collect()
            })
        };
        let takers: Vec<_> = (0..8).map(taker).collect();
        takers.into_iter().flat_map(|taker| taker.join().unwrap()).collect()
    });
    numbers.sort_unstable();
    assert_eq!(numbers, (101..=180).collect::<Vec<_>>());
    assert_eq!(count(&server, "Accounts"), "82");
}
