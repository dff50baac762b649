//! Several requests in one: `_api/$batch`, in parts and in JSON.

mod access;
mod bad;
mod groups;
mod json;
mod parts;
mod within;

use matchlist_tests::{Request, Response, Server};
use serde_json::Value;

const BATCH: &str = "/_api/$batch";
const LIGHT: &str = "Accept: application/json;odata=nometadata";

/// One answer of a batch in parts.
#[derive(Debug)]
struct Part {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Part {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("no JSON ({error}) in {self:?}"))
    }
}

/// A batch in parts, with the boundary `b`.
fn in_parts<'s>(server: &'s Server, path: &str, body: &str) -> Request<'s> {
    server.request("POST", path).header("Content-Type", "multipart/mixed; boundary=b").body(body)
}

/// Sends requests, each its line, headers and body, directly in a batch to the root site.
fn send(server: &Server, requests: &[String]) -> Vec<Part> {
    read(&in_parts(server, BATCH, &batch(requests)).send().expect_status(200))
}

fn batch(requests: &[String]) -> String {
    let part = |request: &String| {
        format!(
            "--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n{request}\r\n"
        )
    };
    requests.iter().map(part).collect::<String>() + "--b--\r\n"
}

/// `MERGE /_api/… HTTP/1.1` with headers, one a line, and a JSON body, which may be empty.
fn request(method: &str, path: &str, headers: &[&str], body: &str) -> String {
    let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    let content_type = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
    format!("{method} {path} HTTP/1.1\r\n{headers}{content_type}\r\n{body}")
}

/// Reads the answer as strictly as the strictest client: flat parts, CRLF, names in upper case.
fn read(answer: &Response) -> Vec<Part> {
    let content_type = answer.header("Content-Type").unwrap();
    let boundary = content_type.strip_prefix("multipart/mixed; boundary=").unwrap();
    assert!(boundary.starts_with("batchresponse_"), "{boundary}");
    let text = answer.text();
    let text = text.strip_suffix(&format!("--{boundary}--\r\n")).unwrap();
    let delimiter = format!("--{boundary}\r\n");
    let head = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n";
    let mut parts = text.split(&delimiter);
    assert_eq!(parts.next(), Some(""), "nothing stands before the first part");
    parts.map(|part| read_part(part.strip_prefix(head).unwrap().strip_suffix("\r\n").unwrap())).collect()
}

fn read_part(text: &str) -> Part {
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().strip_prefix("HTTP/1.1 ").unwrap();
    let (status, reason) = status.split_once(' ').unwrap();
    assert!(!reason.is_empty());
    let headers = lines.map(|line| line.split_once(": ").unwrap());
    let headers: Vec<_> = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    assert!(headers.iter().all(|(name, _)| *name == name.to_ascii_uppercase()));
    Part { status: status.parse().unwrap(), headers, body: body.to_owned() }
}

fn statuses(parts: &[Part]) -> Vec<u16> {
    parts.iter().map(|part| part.status).collect()
}

/// A batch in JSON to the root site.
fn in_json<'s>(server: &'s Server, requests: &Value) -> Request<'s> {
    server.request("POST", BATCH).json(&serde_json::json!({ "requests": requests }))
}

/// The answers of a batch in JSON.
fn answers(server: &Server, requests: &Value) -> Vec<Value> {
    let answer = in_json(server, requests).send().expect_status(200);
    answer.json()["responses"].as_array().unwrap().clone()
}

fn status_of(answers: &[Value]) -> Vec<u64> {
    answers.iter().map(|answer| answer["status"].as_u64().unwrap()).collect()
}

/// The message of an error's body in the default format.
fn message(body: &Value) -> &str {
    body["odata.error"]["message"]["value"].as_str().unwrap_or_else(|| panic!("no error in {body}"))
}

/// How many items a list has.
fn count(server: &Server, list: &str) -> String {
    server.request("GET", &format!("/_api/lists/{list}/items/$count")).send().expect_status(200).text()
}
