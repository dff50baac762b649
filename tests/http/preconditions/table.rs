//! Every method with every condition on an item in every state: the status, and that what was refused changed
//! nothing and what was accepted made exactly one version.

use matchlist_tests::{List, Options, Request, Response, Server};
use serde_json::{Value, json};

use super::cases::{self, Case, Names};
use super::oracle::{self, Present, Verdict, Wish};

/// The method of the request line, the tunnelled one, what it wants.
const METHODS: [(&str, Option<&str>, Wish); 12] = [
    ("GET", None, Wish::Read),
    ("HEAD", None, Wish::Read),
    ("POST", None, Wish::Add),
    ("MERGE", None, Wish::Change),
    ("PATCH", None, Wish::Change),
    ("PUT", None, Wish::Change),
    ("DELETE", None, Wish::Delete),
    ("POST", Some("MERGE"), Wish::Change),
    ("POST", Some("PATCH"), Wish::Change),
    ("POST", Some("PUT"), Wish::Change),
    ("POST", Some("DELETE"), Wish::Delete),
    ("POST", Some(INCREMENT), Wish::Change),
];

/// No method, but an address under the item.
const INCREMENT: &str = "increment";

/// One of each shape that an error has.
const ACCEPTS: [&str; 4] = [
    "application/json;odata=verbose",
    "application/json;odata=minimalmetadata",
    "application/json;odata=nometadata",
    "application/problem+json",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    AtVersion(u64),
    Deleted,
    NeverWas,
}

struct Item {
    id: u64,
    version: u64,
    guid: String,
    modified: String,
    there: Option<Present>,
}

/// All that a write could leave behind.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    status: u16,
    etag: Option<String>,
    modified: Option<String>,
    item: Value,
    count: Value,
    /// The list's change token, which moves with every write to an item of it.
    token: Value,
}

fn plain<'a>(list: &List<'a>, under: &str) -> Request<'a> {
    list.request("GET", under).header("Accept", "application/json;odata=nometadata")
}

fn see(list: &List<'_>, id: u64) -> Seen {
    let item = plain(list, &format!("/items({id})")).send();
    let list = plain(list, "?$select=ItemCount,CurrentChangeToken").send().expect_status(200).json();
    Seen {
        status: item.status,
        etag: item.header("ETag").map(Into::into),
        modified: item.header("Last-Modified").map(Into::into),
        item: item.json(),
        count: list["ItemCount"].clone(),
        token: list["CurrentChangeToken"]["StringValue"].clone(),
    }
}

fn make(list: &List<'_>, state: State) -> Item {
    let version = if let State::AtVersion(version) = state { version } else { 1 };
    let id = list.item(json!({"Title": "made", "Status": "0", "Count": 0}));
    let mut before = None;
    let mut last = list.read(id);
    for number in 1..version {
        before = last.header("Last-Modified").map(str::to_owned);
        let merge = list.request("MERGE", &format!("/items({id})"));
        merge.json(&json!({"Status": number.to_string()})).send().expect_status(204);
        last = list.read(id);
    }
    let modified = last.header("Last-Modified").unwrap().to_owned();
    let present = Present { shares_second: before.as_ref() == Some(&modified) };
    let item = Item {
        id,
        version,
        guid: last.json()["GUID"].as_str().unwrap().into(),
        modified,
        there: Some(present),
    };
    match state {
        State::AtVersion(_) => item,
        State::Deleted => {
            list.request("DELETE", &format!("/items({id})")).send().expect_status(200);
            Item { there: None, ..item }
        }
        State::NeverWas => Item { id: id + 1_000_000, there: None, ..item },
    }
}

fn send(list: &List<'_>, method: usize, item: &Item, case: &Case, accept: &str) -> Response {
    let (line, tunnelled, wish) = METHODS[method];
    let id = item.id;
    let (under, tunnelled) = match (wish, tunnelled) {
        (Wish::Add, _) => ("/items".into(), None),
        (_, Some(INCREMENT)) => (format!("/items({id})/{INCREMENT}"), None),
        (_, tunnelled) => (format!("/items({id})"), tunnelled),
    };
    let mut request = list.request(line, &under).header("Accept", accept);
    for (name, value) in &case.headers {
        request = request.header(name, value);
    }
    if let Some(tunnelled) = tunnelled {
        request = request.header("X-HTTP-Method", tunnelled);
    }
    match wish {
        Wish::Read | Wish::Delete => request.send(),
        _ if under.ends_with(INCREMENT) => request.json(&json!({"field": "Count", "by": 1})).send(),
        _ => request.json(&json!({"Title": "written", "Status": "written"})).send(),
    }
}

fn status(method: usize, verdict: Verdict) -> u16 {
    match (verdict, METHODS[method]) {
        (Verdict::Unreadable, _) => 400,
        (Verdict::NotFound, _) => 404,
        (Verdict::Failed, _) => 412,
        (Verdict::NotModified, _) => 304,
        (Verdict::Done, (_, _, Wish::Add)) => 201,
        (Verdict::Done, (_, _, Wish::Read | Wish::Delete) | (_, Some(INCREMENT), _)) => 200,
        (Verdict::Done, (_, _, Wish::Change)) => 204,
    }
}

/// The member `conflict`, which stands beside code and message.
fn conflict<'a>(body: &'a Value, accept: &str) -> &'a Value {
    let error = match accept {
        "application/problem+json" => body,
        "application/json;odata=verbose" => &body["error"],
        _ => &body["odata.error"],
    };
    assert!(error["code"].is_string(), "no code beside it: {body}");
    &error["conflict"]
}

fn check_refusal(response: &Response, accept: &str, method: usize, item: &Item, case: &Case, context: &str) {
    let (line, _, wish) = METHODS[method];
    let etag = format!("\"{}\"", item.version);
    if wish == Wish::Add {
        assert_eq!(response.header("ETag"), None, "{context}");
        assert_eq!(conflict(&response.json(), accept), &Value::Null, "{context}");
        return;
    }
    assert_eq!(response.etag(), etag, "{context}");
    if line == "HEAD" {
        return;
    }
    let body = response.json();
    let conflict = conflict(&body, accept);
    assert_eq!(conflict["etag"], etag, "{context}");
    assert!(conflict["by"].is_string() && conflict["at"].is_string(), "{context}: {conflict}");
    // What was changed since, where If-Match names a version that was: each change was one of Status.
    if wish != Wish::Read {
        let expected = case.stale.map(|_| json!(["Status"]));
        assert_eq!(conflict.get("fields"), expected.as_ref(), "{context}");
    }
}

fn check_done(response: &Response, method: usize, item: &Item, before: &Seen, after: &Seen, context: &str) {
    let next = format!("\"{}\"", item.version + 1);
    match METHODS[method].2 {
        Wish::Read => {
            assert_eq!(before, after, "{context}");
            assert_eq!(response.header("ETag"), before.etag.as_deref(), "{context}");
            assert_eq!(response.header("Last-Modified"), before.modified.as_deref(), "{context}");
        }
        Wish::Add => {
            assert_eq!(response.etag(), "\"1\"", "{context}");
            assert!(response.header("Last-Modified").is_some(), "{context}");
            let expected = before.count.as_u64().unwrap() + 1;
            assert_eq!(after.count, expected, "{context}");
            assert_eq!((&before.item, &before.etag), (&after.item, &after.etag), "{context}");
        }
        Wish::Change => {
            assert_eq!(response.etag(), next, "{context}");
            assert_eq!(after.etag.as_ref(), Some(&next), "{context}");
            assert_eq!(response.header("Last-Modified"), after.modified.as_deref(), "{context}");
            assert!(after.modified.is_some(), "{context}");
            assert_eq!(before.count, after.count, "{context}");
        }
        Wish::Delete => {
            assert_eq!((after.status, response.text().as_str()), (404, ""), "{context}");
            assert_eq!(after.count, before.count.as_u64().unwrap() - 1, "{context}");
        }
    }
}

/// Runs all cases of one method and state, each on an item as the state says.
fn run(list: &List<'_>, method: usize, state: State) {
    let mut item = make(list, state);
    let mut cases = cases::all(&names(&item));
    let mut before = see(list, item.id);
    for number in 0..cases.len() {
        let case = &cases[number];
        let accept = ACCEPTS[number % ACCEPTS.len()];
        let (line, tunnelled, wish) = METHODS[method];
        let verdict = oracle::verdict(wish, item.there, &case.meaning);

        let response = send(list, method, &item, case, accept);
        let after = see(list, item.id);

        let context = format!("{line} {tunnelled:?} {state:?} {:?} {accept}\n{response}", case.headers);
        assert_eq!(response.status, status(method, verdict), "{context}");
        match verdict {
            Verdict::Done => check_done(&response, method, &item, &before, &after, &context),
            Verdict::Failed => check_refusal(&response, accept, method, &item, case, &context),
            Verdict::NotModified => {
                assert_eq!(response.header("ETag"), before.etag.as_deref(), "{context}");
                assert!(response.header("Vary").is_some(), "{context}");
                assert_eq!(response.text(), "", "{context}");
            }
            Verdict::Unreadable | Verdict::NotFound => {}
        }
        if verdict == Verdict::Done && wish != Wish::Read {
            assert!(before.token != after.token, "{context}");
            item = make(list, state);
            cases = cases::all(&names(&item));
            before = see(list, item.id);
        } else {
            assert_eq!(before, after, "{context}");
        }
    }
}

fn names(item: &Item) -> Names<'_> {
    Names { version: item.version, guid: &item.guid, modified: &item.modified }
}

#[test]
fn every_method_condition_and_state_is_answered_as_the_design_says() {
    let server = Server::start(Options::default());
    let list = server.list("Table").text("Status").number("Count");
    for method in 0..METHODS.len() {
        for state in [State::AtVersion(1), State::AtVersion(3), State::Deleted, State::NeverWas] {
            run(&list, method, state);
        }
    }
}
