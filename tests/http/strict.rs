//! Strict lists: which writes must say what version they saw, and how a list becomes strict.

use matchlist_tests::{List, Options, Response, Server};
use serde_json::{Value, json};

const NONE: &str = "application/json;odata=nometadata";
const LONG_AGO: &str = "Mon, 01 Jan 2001 00:00:00 GMT";
const FAR_OFF: &str = "Fri, 01 Jan 2100 00:00:00 GMT";
const MODES: [&str; 3] = ["off", "condition", "tag"];

/// What a condition is worth: the first mode (by position in `MODES`) that still takes it, or none as it fails.
#[derive(Debug, Clone, Copy)]
enum Worth {
    Holds(usize),
    Fails,
}

/// Held against an item at version 2.
const CONDITIONS: [(Option<(&str, &str)>, Worth); 15] = [
    (None, Worth::Holds(0)),
    (Some(("If-Match", "*")), Worth::Holds(1)),
    (Some(("If-Match", "\"2\"")), Worth::Holds(2)),
    (Some(("If-Match", "W/\"2\"")), Worth::Holds(2)),
    (Some(("If-Match", "\"1\", \"2\"")), Worth::Holds(2)),
    (Some(("If-Match", "\"1\"")), Worth::Fails),
    (Some(("If-Match", "\"x,y\"")), Worth::Fails),
    (Some(("If-Unmodified-Since", FAR_OFF)), Worth::Holds(2)),
    (Some(("If-Unmodified-Since", LONG_AGO)), Worth::Fails),
    // These name no version that the client saw, so that they guard against no lost update.
    (Some(("If-None-Match", "\"1\"")), Worth::Holds(0)),
    (Some(("If-None-Match", "\"x,y\"")), Worth::Holds(0)),
    (Some(("If-Modified-Since", LONG_AGO)), Worth::Holds(0)),
    (Some(("If-Modified-Since", "yesterday")), Worth::Holds(0)),
    (Some(("If-None-Match", "\"2\"")), Worth::Fails),
    (Some(("If-None-Match", "*")), Worth::Fails),
];

/// Method, tunnelled method, what stands under the item's address, the status where it is done.
const WRITES: [(&str, Option<&str>, &str, u16); 8] = [
    ("MERGE", None, "", 204),
    ("PATCH", None, "", 204),
    ("PUT", None, "", 204),
    ("DELETE", None, "", 200),
    ("POST", Some("MERGE"), "", 204),
    ("POST", Some("PUT"), "", 204),
    ("POST", Some("DELETE"), "", 200),
    ("POST", None, "/increment", 200),
];

fn item_at_version_2(list: &List<'_>) -> u64 {
    let id = list.item(json!({"Title": "a", "Count": 1}));
    let increment = list.request("POST", &format!("/items({id})/increment"));
    increment.json(&json!({"field": "Count"})).send().expect_status(200);
    id
}

fn write(list: &List<'_>, id: u64, number: usize, condition: Option<(&str, &str)>) -> Response {
    let (method, tunnelled, under, _) = WRITES[number];
    let mut request = list.request(method, &format!("/items({id}){under}")).header("Accept", NONE);
    if let Some(tunnelled) = tunnelled {
        request = request.header("X-HTTP-Method", tunnelled);
    }
    if let Some((name, value)) = condition {
        request = request.header(name, value);
    }
    match (method, tunnelled, under) {
        ("DELETE", ..) | (_, Some("DELETE"), _) => request.send(),
        (_, _, "/increment") => request.json(&json!({"field": "Count"})).send(),
        _ => request.json(&json!({"Title": "written"})).send(),
    }
}

/// Tries every write with every condition on a list that is, in effect, as strict as that.
fn takes_what_is_strict_enough(list: &List<'_>, mode: &str) {
    let strict = MODES.iter().position(|name| *name == mode).unwrap();
    for (number, (method, tunnelled, under, done)) in WRITES.into_iter().enumerate() {
        for (condition, worth) in CONDITIONS {
            let context = format!("{mode}: {method} {tunnelled:?} {under} {condition:?}");
            let id = item_at_version_2(list);
            let before = list.read(id);
            let expected = match worth {
                Worth::Fails => 412,
                Worth::Holds(worth) if worth < strict && under != "/increment" => 428,
                Worth::Holds(_) => done,
            };
            let answer = write(list, id, number, condition);
            assert_eq!(answer.status, expected, "{context}\n{answer}");
            if expected != done {
                let after = list.read(id);
                assert_eq!((after.etag(), after.json()), ("\"2\"", before.json()), "{context}");
            }
        }
    }
    for condition in [None, Some(("If-Match", "*")), Some(("If-None-Match", "*"))] {
        let mut add = list.request("POST", "/items");
        if let Some((name, value)) = condition {
            add = add.header(name, value);
        }
        add.json(&json!({"Title": "new"})).send().expect_status(201);
    }
}

fn strictness(server: &Server, list: &str) -> Value {
    let read = server.request("GET", list).header("Accept", NONE).send().expect_status(200);
    read.json()["MatchlistStrict"].clone()
}

#[test]
fn a_list_takes_the_conditions_that_are_strict_enough_for_it() {
    let server = Server::start(Options::default());
    for mode in MODES {
        let list = server.list(mode).number("Count").set(json!({"MatchlistStrict": mode}));
        assert_eq!(strictness(&server, list.url()), mode);
        takes_what_is_strict_enough(&list, mode);
    }
    let plain = server.list("As made");
    assert_eq!(strictness(&server, plain.url()), "off");
}

#[test]
fn the_server_sets_the_least_for_every_list() {
    for (floor, list_modes) in [
        ("condition", [("off", "condition"), ("tag", "tag")]),
        ("tag", [("off", "tag"), ("condition", "tag")]),
    ] {
        let server = Server::start(Options::default().with(&["--strict", floor]));
        for (mode, effective) in list_modes {
            let list = server.list(mode).number("Count").set(json!({"MatchlistStrict": mode}));
            takes_what_is_strict_enough(&list, effective);
        }
    }
}

#[test]
fn a_form_is_held_to_the_list_s_strictness_and_to_conditions() {
    let server = Server::start(Options::default());
    let body = |title: &str| json!({"formValues": [{"FieldName": "Title", "FieldValue": title}]});
    for (strict, mode) in MODES.into_iter().enumerate() {
        let list = server.list(mode).number("Count").set(json!({"MatchlistStrict": mode}));
        for (condition, worth) in CONDITIONS {
            let id = item_at_version_2(&list);
            let before = list.read(id);
            let form = list.request("POST", &format!("/items({id})/validateUpdateListItem"));
            let form = condition.into_iter().fold(form, |form, (name, value)| form.header(name, value));
            let expected = match worth {
                Worth::Fails => 412,
                Worth::Holds(worth) if worth < strict => 428,
                Worth::Holds(_) => 200,
            };
            let answer = form.json(&body("written")).send();
            assert_eq!(answer.status, expected, "{mode}: {condition:?}\n{answer}");
            let after = list.read(id);
            let done = (after.etag(), after.json()["Title"].clone());
            match expected {
                200 => assert_eq!(done, ("\"3\"", json!("written")), "{mode}: {condition:?}"),
                _ => assert_eq!((after.etag(), after.json()), ("\"2\"", before.json()), "{condition:?}"),
            }
        }
        // A new item has no version that could have been seen.
        let add = |condition: Option<(&str, &str)>| {
            let form = list.request("POST", "/AddValidateUpdateItemUsingPath");
            let form = condition.into_iter().fold(form, |form, (name, value)| form.header(name, value));
            form.json(&body("new")).send().status
        };
        assert_eq!(add(None), 200);
        assert_eq!(add(Some(("If-Match", "*"))), 200);
        assert_eq!(add(Some(("If-None-Match", "*"))), 200);
        assert_eq!(add(Some(("If-Match", "\"1\""))), 412);
        assert_eq!(add(Some(("If-Match", "garbage"))), 400);
    }
}

#[test]
fn a_refusal_says_what_to_do_in_the_clients_format() {
    let server = Server::start(Options::default());
    let list = server.list("Strict").set(json!({"MatchlistStrict": "condition"}));
    let id = list.item(json!({"Title": "a"}));
    let refused = |accept: &str| {
        let delete = list.request("DELETE", &format!("/items({id})")).header("Accept", accept);
        delete.send().expect_status(428).json()
    };
    let code = "-1, Matchlist.PreconditionRequiredException";
    let text = "This list takes updates and deletes only from clients that say which version they saw. \
                Read the item, and send its ETag in If-Match.";
    let error = json!({"code": code, "message": {"lang": "en-US", "value": text}});
    assert_eq!(refused("application/json;odata=verbose"), json!({"error": error}));
    assert_eq!(refused(NONE), json!({"odata.error": error}));
    let problem = json!({
        "type": "about:blank", "title": "Precondition Required", "status": 428, "detail": text, "code": code,
    });
    assert_eq!(refused("application/problem+json"), problem);
}

#[test]
fn what_is_not_there_is_not_found_before_a_condition_is_asked_for() {
    let server = Server::start(Options::default());
    let list = server.list("Strict").number("Count").set(json!({"MatchlistStrict": "tag"}));
    for number in 0..WRITES.len() {
        for condition in [None, Some(("If-Match", "*")), Some(("If-Match", "\"1\""))] {
            write(&list, 99, number, condition).expect_status(404);
        }
    }
    server.request("DELETE", "/_api/web/lists/getbytitle('None')/items(1)").send().expect_status(404);
}

#[test]
fn a_condition_that_cannot_be_read_is_refused_as_such() {
    let server = Server::start(Options::default());
    let list = server.list("Strict").number("Count").set(json!({"MatchlistStrict": "condition"}));
    let id = item_at_version_2(&list);
    for number in 0..WRITES.len() {
        for condition in [
            ("If-Match", "garbage"),
            ("If-Match", ""),
            ("If-None-Match", "\"2"),
            ("If-Unmodified-Since", "yesterday"),
        ] {
            write(&list, id, number, Some(condition)).expect_status(400);
        }
    }
    assert_eq!(list.read(id).etag(), "\"2\"");
}

#[test]
fn the_list_itself_and_its_fields_are_never_strict() {
    let server = Server::start(Options::default().with(&["--strict", "tag"]));
    let list = server.list("Strict").set(json!({"MatchlistStrict": "tag"})).text("Status");
    let field = "/fields/getbytitle('Status')";
    list.request("MERGE", field).json(&json!({"Description": "d"})).send().expect_status(204);
    list.request("DELETE", field).send().expect_status(200);
    list.request("MERGE", "").json(&json!({"MatchlistStrict": "off"})).send().expect_status(204);
    list.request("DELETE", "").send().expect_status(200);
}

#[test]
fn an_unknown_mode_is_refused_and_changes_nothing() {
    let server = Server::start(Options::default());
    let list = server.list("Strict").set(json!({"MatchlistStrict": "condition"}));
    let read = || server.request("GET", list.url()).header("Accept", NONE).send();
    let before = read();
    for mode in [json!("strict"), json!(""), json!(null), json!(1), json!(true), json!(["tag"])] {
        let merge = list.request("MERGE", "");
        merge.json(&json!({"Description": "lost", "MatchlistStrict": mode})).send().expect_status(400);
        let new = server.request("POST", "/_api/web/lists");
        new.json(&json!({"Title": "New", "MatchlistStrict": mode})).send().expect_status(400);
        let after = read();
        assert_eq!((after.etag(), after.json()), (before.etag(), before.json()), "{mode}");
    }
    server.request("GET", "/_api/web/lists/getbytitle('New')").send().expect_status(404);
}

#[test]
fn a_list_may_be_made_strict() {
    let server = Server::start(Options::default());
    let new = server.request("POST", "/_api/web/lists");
    new.json(&json!({"Title": "Strict", "MatchlistStrict": "tag"})).send().expect_status(201);
    let list = "/_api/web/lists/getbytitle('Strict')";
    assert_eq!(strictness(&server, list), "tag");
    let add = server.request("POST", &format!("{list}/items"));
    add.json(&json!({"Title": "a"})).send().expect_status(201);
    server.request("DELETE", &format!("{list}/items(1)")).send().expect_status(428);
}

#[test]
fn the_command_line_sets_it_whether_a_server_runs_or_not() {
    let mut server = Server::start(Options::on_disk());
    let root = server.list("Tasks").url().to_owned();
    let demo = server.list_in("/sites/demo", "Tasks").url().to_owned();
    for list in [&root, &demo] {
        let add = server.request("POST", &format!("{list}/items"));
        add.json(&json!({"Title": "a"})).send().expect_status(201);
    }

    assert_eq!(server.order(&["lists", "strict", "Tasks", "tag"]), "Tasks: tag");
    assert_eq!((strictness(&server, &root), strictness(&server, &demo)), (json!("tag"), json!("off")));

    server.stop();
    assert_eq!(server.order(&["lists", "strict", "Tasks", "condition"]), "Tasks: condition");
    server.order(&["lists", "strict", "Tasks", "tag", "--site", "/sites/demo"]);
    for wrong in
        [&["None", "tag"][..], &["Tasks", "strict"], &["Tasks", "tag", "--site", "/sites/none"], &["Tasks"]]
    {
        let refused = server.run(&[&["lists", "strict"], wrong].concat());
        assert!(!refused.status.success(), "{wrong:?}");
        assert_ne!(String::from_utf8_lossy(&refused.stderr), "", "{wrong:?}: it must say why");
    }

    server.restart();
    assert_eq!((strictness(&server, &root), strictness(&server, &demo)), (json!("condition"), json!("tag")));
    let merge = |list: &str, tag: Option<&str>| {
        let mut request = server.request("MERGE", &format!("{list}/items(1)"));
        if let Some(tag) = tag {
            request = request.header("If-Match", tag);
        }
        request.json(&json!({"Title": "b"})).send().status
    };
    assert_eq!((merge(&root, None), merge(&root, Some("*"))), (428, 204));
    assert_eq!((merge(&demo, Some("*")), merge(&demo, Some("\"1\""))), (428, 204));
    assert_eq!(server.request("GET", &root).send().etag(), "\"3\"", "a setting raises the list's tag");
}
