//! Batches in JSON: OData JSON Format 4.01, section 19.

use matchlist_tests::{Options, Server};
use serde_json::json;

use super::*;

fn tasks() -> Server {
    let server = Server::start(Options::default());
    server.list("Tasks").item(json!({"Title": "one"}));
    server
}

fn get(id: &str, url: &str) -> Value {
    json!({"id": id, "method": "GET", "url": url, "headers": {"accept": "application/json;odata=nometadata"}})
}

fn add(id: &str, title: &str) -> Value {
    json!({"id": id, "method": "POST", "url": "web/lists/getbytitle('Tasks')/items", "body": {"Title": title}})
}

/// Expects that the batch is refused in these words and that no item was added.
#[track_caller]
fn refused(server: &Server, requests: &Value, words: &str) {
    let answer = in_json(server, requests).send().expect_status(400);
    assert_eq!(message(&answer.json()), words);
    assert_eq!(count(server, "Tasks"), "1");
}

#[test]
fn requests_are_answered_by_their_ids_in_order() {
    let server = tasks();
    let address = server.address();
    let answers = answers(
        &server,
        &json!([
            {"id": "a", "method": "post", "url": "lists/Tasks/items", "body": {"Title": "two"},
             "headers": {"Accept": "application/json;odata=nometadata", "Prefer": "return=minimal"}},
            get("b", "/_api/lists/Tasks/items(2)?$select=Title"),
            get("c", &format!("http://{address}/_api/lists/Tasks/items/$count")),
            {"id": "d", "method": "MERGE", "url": "lists/Tasks/items(2)", "body": {"Title": "zwei"},
             "headers": {"If-Match": "\"1\""}},
            {"id": "e", "method": "DELETE", "url": "lists/Tasks/items(1)"},
        ]),
    );
    assert_eq!(status_of(&answers), [204, 200, 200, 204, 200]);
    let ids: Vec<_> = answers.iter().map(|answer| answer["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["a", "b", "c", "d", "e"]);
    assert!(answers[0]["headers"]["location"].as_str().unwrap().ends_with("/Items(2)"));
    assert_eq!(answers[0].get("body"), None);
    assert_eq!(answers[1]["body"], json!({"Title": "two"}));
    assert_eq!(answers[1]["headers"]["etag"], "\"1\"");
    assert_eq!(answers[2]["body"], "2", "what is no JSON is a text");
    assert_eq!(answers[3]["headers"]["etag"], "\"2\"");
}

#[test]
fn it_stops_at_the_first_failure_unless_it_is_to_go_on() {
    let server = tasks();
    let requests = json!([add("1", "two"), get("2", "lists/None"), add("3", "three")]);
    let stopped = answers(&server, &requests);
    assert_eq!(status_of(&stopped), [201, 404, 424]);
    assert!(
        message(&stopped[2]["body"])
            .starts_with("This request was not run, as one before it did not succeed.")
    );
    assert_eq!(count(&server, "Tasks"), "2");
    for preference in
        ["odata.continue-on-error", "continue-on-error=true", "return=minimal, odata.continue-on-error"]
    {
        let answer = in_json(&server, &requests).header("Prefer", preference).send().expect_status(200);
        assert_eq!(answer.header("Preference-Applied"), Some("odata.continue-on-error"));
        assert_eq!(status_of(answer.json()["responses"].as_array().unwrap()), [201, 404, 201]);
    }
    let answer = in_json(&server, &requests).header("Prefer", "odata.continue-on-error=false").send();
    assert_eq!(status_of(answer.json()["responses"].as_array().unwrap()), [201, 404, 424]);
}

#[test]
fn what_depends_on_a_request_that_failed_is_not_run() {
    let server = tasks();
    let with = |mut request: Value, needs: Value| {
        request["dependsOn"] = needs;
        request
    };
    let requests = json!([
        get("1", "lists/None"),
        with(add("2", "never"), json!(["1"])),
        with(add("3", "never"), json!(["2"])),
        add("4", "two"),
        with(add("5", "three"), json!(["4"])),
        with(add("6", "never"), json!(["4", "1"])),
    ]);
    let answer = in_json(&server, &requests).header("Prefer", "odata.continue-on-error").send();
    let answers = answer.expect_status(200).json()["responses"].as_array().unwrap().clone();
    assert_eq!(status_of(&answers), [404, 424, 424, 201, 201, 424]);
    assert_eq!(
        message(&answers[1]["body"]),
        "This request was not run, as one that it depends on did not succeed."
    );
    assert_eq!(count(&server, "Tasks"), "3");
}

#[test]
fn a_url_may_begin_with_what_another_request_made_or_read() {
    let server = tasks();
    let answers = answers(
        &server,
        &json!([
            add("new", "two"),
            {"id": "2", "method": "PATCH", "url": "$new", "body": {"Title": "zwei"}, "headers": {"If-Match": "$new"}},
            get("3", "$new?$select=Title"),
            get("4", "$new/Title/$value"),
            get("list", "lists/Tasks"),
            {"id": "6", "method": "POST", "url": "$list/items", "body": {"Title": "three"}},
            {"id": "7", "method": "MERGE", "url": "$6", "body": {"Title": "never"}, "headers": {"If-Match": "$2"}},
        ]),
    );
    assert_eq!(status_of(&answers), [201, 204, 200, 200, 200, 201, 412]);
    assert_eq!(answers[2]["body"], json!({"Title": "zwei"}));
    assert_eq!(answers[3]["body"], "zwei");
}

#[test]
fn what_is_made_in_another_site_is_not_gone_on_with() {
    let server = tasks();
    let site = json!({"parameters": {"Url": "below", "Title": "Below"}});
    let list = json!({"Title": "New", "BaseTemplate": 100});
    let answers = answers(
        &server,
        &json!([
            {"id": "1", "method": "POST", "url": "web/webs/add", "body": site},
            {"id": "2", "method": "POST", "url": "$1/lists", "body": list},
        ]),
    );
    assert_eq!(status_of(&answers), [201, 400]);
    assert_eq!(message(&answers[1]["body"]), "Its URL is not of the site that the batch was sent to.");
    server.request("GET", "/below/_api/lists/New").send().expect_status(404);
}

#[test]
fn what_refers_to_a_request_that_failed_is_not_run() {
    let server = tasks();
    let requests = json!([
        {"id": "1", "method": "POST", "url": "lists/Tasks/items", "body": {"Nonsense": 1}},
        {"id": "2", "method": "PATCH", "url": "$1", "body": {"Title": "never"}},
        {"id": "3", "method": "PATCH", "url": "lists/Tasks/items(1)", "body": {"Title": "never"},
         "headers": {"If-Match": "$1"}},
    ]);
    let answer = in_json(&server, &requests).header("Prefer", "odata.continue-on-error").send();
    assert_eq!(status_of(answer.json()["responses"].as_array().unwrap()), [400, 424, 424]);
}

#[test]
fn odata_version_holds_for_each_that_says_no_other() {
    let server = tasks();
    let requests = json!([
        {"id": "1", "method": "GET", "url": "lists/Tasks/items(1)"},
        {"id": "2", "method": "GET", "url": "lists/Tasks/items(1)", "headers": {"odata-version": "3.0"}},
        {"id": "3", "method": "GET", "url": "lists/None"},
    ]);
    let answer = in_json(&server, &requests).header("OData-Version", "4.0").send().expect_status(200).json();
    let bodies: Vec<_> = answer["responses"].as_array().unwrap().iter().map(|a| a["body"].clone()).collect();
    assert!(bodies[0].get("@odata.context").is_some());
    assert!(bodies[1].get("odata.metadata").is_some());
    assert!(bodies[2]["error"]["message"].is_string());
}

#[test]
fn bad_batches_are_refused_whole() {
    let server = tasks();
    let of = |change: &dyn Fn(&mut Value)| {
        let mut second = get("2", "web");
        change(&mut second);
        json!([add("1", "never"), second])
    };
    let set = |name: &'static str, value: Value| of(&move |request| request[name] = value.clone());
    for (requests, why) in [
        (set("id", json!("1")), "Request '1' of the batch: its id is empty, or another's."),
        (set("id", json!("")), "Request '' of the batch: its id is empty, or another's."),
        (
            set("dependsOn", json!(["3"])),
            "Request '2' of the batch: '3' in dependsOn is no request and no group before it.",
        ),
        (
            set("dependsOn", json!(["2"])),
            "Request '2' of the batch: '2' in dependsOn is no request and no group before it.",
        ),
        (set("if", json!("x")), "Request '2' of the batch: 'if' is not supported."),
        (
            set("headers", json!({"If-Match": 1})),
            "Request '2' of the batch: the header 'If-Match' is no text of one line.",
        ),
        (
            set("headers", json!({"Accept": "a\r\nb"})),
            "Request '2' of the batch: the header 'Accept' is no text of one line.",
        ),
        (set("url", json!("$batch")), "Request '2' of the batch: a batch does not stand within a batch."),
        (
            set("url", json!("/sites/demo/_api/web")),
            "Request '2' of the batch: its URL is not of the site that the batch was sent to.",
        ),
        (
            set("url", json!("http://evil.example/_api/web")),
            "Request '2' of the batch: its URL is not of this server.",
        ),
        (
            set("url", json!("$3/items")),
            "Request '2' of the batch: its URL begins with '$' and the id of no request before it.",
        ),
        (
            set("url", json!("$2")),
            "Request '2' of the batch: its URL begins with '$' and the id of no request before it.",
        ),
        (set("url", json!("")), "Request '2' of the batch: its URL cannot be read."),
        (json!([]), "The batch holds no request."),
        (
            json!((0..101).map(|n| add(&n.to_string(), "never")).collect::<Vec<_>>()),
            "A batch holds at most 100 requests.",
        ),
    ] {
        refused(&server, &requests, why);
    }
    for body in
        ["", "[]", "{", "{}", "{\"requests\":1}", "{\"requests\":[{\"id\":\"1\"}]}", "{\"requests\":[1]}"]
    {
        let request = server.request("POST", BATCH).header("Content-Type", "application/json");
        request.body(body).send().expect_status(400);
    }
    // A member that is mistyped must not be passed over.
    let mistyped = set("atomicitygroup", json!("g"));
    in_json(&server, &mistyped).send().expect_status(400);
    assert_eq!(count(&server, "Tasks"), "1");
}
