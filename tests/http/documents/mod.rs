//! Records by their own text key, `items(Key='bobs_address')`: PUT makes or replaces, and conditions say which.

mod create;
mod handover;
mod keys;
mod race;
mod write;

use matchlist_tests::{List, Request, Response, Server};
use serde_json::{Value, json};

const NONE: &str = "application/json;odata=nometadata";
const ZERO: &str = "00000000-0000-0000-0000-000000000000";

/// A list of documents: a key, a text and a number.
fn documents(server: &Server) -> List<'_> {
    server
        .list("Documents")
        .field("Key", 2, json!({"EnforceUniqueValues": true}))
        .field("Body", 2, json!({"DefaultValue": "empty"}))
        .number("Count")
}

/// The address of a key under the list: apostrophes doubled, then all but letters and digits percent-encoded.
fn at(key: &str) -> String {
    let mut text = String::from("/items(Key='");
    for byte in key.replace('\'', "''").bytes() {
        if byte.is_ascii_alphanumeric() || b"'_".contains(&byte) {
            text.push(byte.into());
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text + "')"
}

type Header<'a> = (&'a str, &'a str);

fn request<'a>(list: &List<'a>, method: &str, under: &str, headers: &[Header<'_>]) -> Request<'a> {
    let request = list.request(method, under).header("Accept", NONE);
    headers.iter().fold(request, |request, (name, value)| request.header(name, value))
}

fn put(list: &List<'_>, key: &str, headers: &[Header<'_>], body: &str) -> Response {
    request(list, "PUT", &at(key), headers).json(&json!({"Body": body})).send()
}

fn get(list: &List<'_>, key: &str) -> Response {
    request(list, "GET", &at(key), &[]).send()
}

fn body(list: &List<'_>, key: &str) -> Value {
    get(list, key).expect_status(200).json()["Body"].clone()
}

fn count(list: &List<'_>) -> u64 {
    request(list, "GET", "?$select=ItemCount", &[]).send().json()["ItemCount"].as_u64().unwrap()
}
