//! The views of lists.

mod access;
mod change;
mod fields;
mod html;
mod read;
mod xml;

use matchlist_tests::{List, Response};
use serde_json::Value;

const PLAIN: &str = "application/json;odata=nometadata";
const MINIMAL: &str = "application/json";
const VERBOSE: &str = "application/json;odata=verbose";

/// What stands at an address of the list.
#[track_caller]
fn get(list: &List, under: &str) -> Value {
    let request = list.request("GET", &under.replace(' ', "%20")).header("Accept", PLAIN);
    request.send().expect_status(200).json()
}

fn post(list: &List, under: &str, body: &Value) -> Response {
    list.request("POST", &under.replace(' ', "%20")).header("Accept", PLAIN).json(body).send()
}

/// POST without a body, as clients send it.
fn call(list: &List, under: &str) -> Response {
    list.request("POST", &under.replace(' ', "%20")).header("Accept", PLAIN).send()
}

fn merge(list: &List, under: &str, body: &Value) -> Response {
    list.request("POST", under).header("X-HTTP-Method", "MERGE").json(body).send()
}

fn delete(list: &List, under: &str) -> Response {
    list.request("POST", under).header("X-HTTP-Method", "DELETE").send()
}

/// Makes a view, and tells its address under the list.
#[track_caller]
fn add(list: &List, body: &Value) -> String {
    let made = post(list, "/views", body).expect_status(201).json();
    format!("/views('{}')", made["Id"].as_str().unwrap())
}

/// The fields of a view.
#[track_caller]
fn fields(list: &List, view: &str) -> Value {
    get(list, &format!("{view}/viewfields"))["Items"].clone()
}

/// A property of each view.
#[track_caller]
fn each(list: &List, property: &str) -> Vec<Value> {
    let views = get(list, &format!("/views?$select={property}"));
    views["value"].as_array().unwrap().iter().map(|view| view[property].clone()).collect()
}

/// What a refusal says, in its last sentences.
fn reason(answer: &Response) -> String {
    let value = answer.json();
    let error = value.get("odata.error").or_else(|| value.get("error"));
    error.unwrap()["message"]["value"].as_str().unwrap().to_owned()
}
