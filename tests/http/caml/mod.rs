//! CAML: `getitems`, `RenderListDataAsStream` and `renderlistdata`.

mod answers;
mod conditions;
mod pages;
mod refused;
mod rows;
mod rows_paging;

use matchlist_tests::{List, Response, Server};
use serde_json::{Value, json};

const PLAIN: &str = "application/json;odata=nometadata";
const MINIMAL: &str = "application/json";
const VERBOSE: &str = "application/json;odata=verbose";

/// What `getitems` answers to a body in the light form.
fn get_items(list: &List, under: &str, query: Value) -> Response {
    list.request("POST", &format!("/getitems{under}"))
        .header("Accept", PLAIN)
        .json(&json!({"query": query}))
        .send()
}

/// The Ids that a view finds, in its order.
#[track_caller]
fn ids(list: &List, view_xml: &str) -> Vec<u64> {
    let found = get_items(list, "", json!({"ViewXml": view_xml})).expect_status(200).json();
    found["value"].as_array().unwrap().iter().map(|item| item["Id"].as_u64().unwrap()).collect()
}

/// A view of a condition.
fn view(condition: &str) -> String {
    format!("<View Scope='RecursiveAll'><Query><Where>{condition}</Where></Query></View>")
}

fn leaf(operator: &str, field: &str, value: &str) -> String {
    format!("<{operator}><FieldRef Name='{field}'/><Value Type='Text'>{value}</Value></{operator}>")
}

/// What `RenderListDataAsStream` answers.
#[track_caller]
fn stream(list: &List, under: &str, parameters: Value) -> Value {
    let body = json!({"parameters": parameters});
    let path = format!("/RenderListDataAsStream{under}");
    list.request("POST", &path).header("Accept", PLAIN).json(&body).send().expect_status(200).json()
}

/// The Ids of rows.
fn row_ids(answer: &Value) -> Vec<&str> {
    answer["Row"].as_array().unwrap().iter().map(|row| row["ID"].as_str().unwrap()).collect()
}

/// Items 1 to `count`, titled `task 1` …, of which each third one is done.
fn tasks(server: &Server, count: u64) -> List<'_> {
    let list = server.list("Tasks").text("State").number("Rank");
    for n in 1..=count {
        let state = if n % 3 == 0 { "done" } else { "open" };
        list.item(json!({"Title": format!("task {n}"), "State": state, "Rank": n % 2}));
    }
    list
}
