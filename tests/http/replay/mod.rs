//! Replay-safe writes: a reply is lost after the commit, the client sends again, and nothing happens twice.

mod lost;
mod refused;
mod together;
mod window;

use std::time::SystemTime;

use matchlist_tests::{Client, Options, Request, Response, Server};
use serde_json::{Value, json};

const TASKS: &str = "/_api/web/lists/getbytitle('Tasks')";
const ID: &str = "5f3a2f8e-7a5c-4a44-9d0b-0a1b2c3d4e5f";

/// A write as a client would send it.
#[derive(Clone)]
struct Write {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, &'static str)>,
    body: Option<Value>,
    /// What it is answered with.
    status: u16,
}

impl Write {
    fn new(method: &'static str, path: &str, status: u16) -> Write {
        let headers = vec![("Accept", "application/json;odata=nometadata")];
        Write { method, path: path.into(), headers, body: None, status }
    }

    fn json(self, body: Value) -> Write {
        Write { body: Some(body), ..self }
    }

    /// With this header, in the place of the one that it has.
    fn with(mut self, name: &'static str, value: &'static str) -> Write {
        self.headers.retain(|(found, _)| *found != name);
        self.headers.push((name, value));
        self
    }

    fn on<'c>(&self, client: &'c Client) -> Request<'c> {
        self.dress(client.request(self.method, &self.path))
    }

    fn dress<'c>(&self, mut request: Request<'c>) -> Request<'c> {
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        match &self.body {
            Some(body) => request.json(body),
            None => request,
        }
    }
}

/// The standard's headers, first sent now.
fn repeatable<'c>(request: Request<'c>, id: &str) -> Request<'c> {
    let now = httpdate::fmt_http_date(SystemTime::now());
    request.header("Repeatability-Request-ID", id).header("Repeatability-First-Sent", &now)
}

/// A server with a list of three items, of version 1 each, and a list to be deleted.
fn server(options: Options) -> Server {
    let server = Server::start(options);
    let tasks = server.list("Tasks").text("Status").number("Count");
    let tasks = tasks.field("Code", 2, json!({"Indexed": true, "EnforceUniqueValues": true}));
    for code in ["a", "b", "c"] {
        tasks.item(json!({"Title": code, "Code": code, "Status": "open", "Count": 7}));
    }
    server.list("Old");
    server
}

/// One write of each kind. They can be done one after the other.
fn writes() -> Vec<Write> {
    let item = |id: u64| format!("{TASKS}/items({id})");
    let title = |title: &str| json!({"Title": title});
    vec![
        Write::new("POST", &format!("{TASKS}/items"), 201).json(title("light")),
        Write::new("POST", &format!("{TASKS}/items"), 201)
            .json(title("verbose"))
            .with("Accept", "application/json;odata=verbose"),
        Write::new("MERGE", &item(1), 204).json(json!({"Status": "done"})).with("IF-MATCH", "\"1\""),
        Write::new("MERGE", &item(2), 200)
            .json(json!({"Status": "done"}))
            .with("IF-MATCH", "\"1\"")
            .with("Prefer", "return=representation"),
        Write::new("PUT", &item(2), 204)
            .json(json!({"Title": "put", "Code": "b2"}))
            .with("If-Match", "\"2\""),
        Write::new("PUT", &format!("{TASKS}/items(Code='new')"), 201)
            .json(title("made by its key"))
            .with("If-None-Match", "*"),
        Write::new("POST", &format!("{}/increment", item(1)), 200).json(json!({"field": "Count", "by": 5})),
        Write::new("DELETE", &item(3), 200).with("IF-MATCH", "\"1\""),
        Write::new("POST", &format!("{TASKS}/fields"), 201)
            .json(json!({"Title": "Late", "FieldTypeKind": 2})),
        Write::new("MERGE", &format!("{TASKS}/fields/getbyinternalnameortitle('Late')"), 204)
            .json(json!({"Description": "changed"})),
        Write::new("DELETE", &format!("{TASKS}/fields/getbyinternalnameortitle('Count')"), 200),
        Write::new("POST", "/_api/web/lists", 201).json(json!({"Title": "New", "BaseTemplate": 100})),
        Write::new("MERGE", "/_api/web/lists/getbytitle('New')", 204)
            .json(json!({"Description": "changed"}))
            .with("IF-MATCH", "\"1\""),
        Write::new("DELETE", "/_api/web/lists/getbytitle('Old')", 200).with("IF-MATCH", "\"1\""),
        Write::new("POST", "/_api/web/webs/add", 201)
            .json(json!({"parameters": {"Title": "Team", "Url": "team", "WebTemplate": "STS"}})),
    ]
}

/// Everything that the writes could change, with the tags, which rise with every write.
fn state(server: &Server) -> String {
    let mut state = String::new();
    let fields = format!("{TASKS}/fields");
    let items = format!("{TASKS}/items?$select=*,owshiddenversion");
    for path in ["/_api/web/lists", &fields, &items, "/team/_api/web"] {
        let read = server.request("GET", path).header("Accept", "application/json;odata=verbose");
        let read = read.header("Host", "localhost").send();
        state.push_str(&format!("{} {:?}\n{}\n", read.status, read.header("ETag"), read.text()));
    }
    state
}

/// What a client sees of an answer; dates of sending and ids of requests are each answer's own.
#[track_caller]
fn assert_same_answer(first: &Response, again: &Response) {
    assert_eq!(first.status, again.status, "{first}\n{again}");
    assert_eq!(first.text(), again.text());
    for name in ["ETag", "Location", "Last-Modified", "Content-Type", "Preference-Applied"] {
        assert_eq!(first.header(name), again.header(name), "{name}: {first}\n{again}");
    }
    for answer in [first, again] {
        assert_eq!(answer.header("Repeatability-Result"), Some("accepted"), "{answer}");
    }
}
