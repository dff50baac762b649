//! Field types with values that are more than one text or number: Integer, Currency, URL, Guid, MultiChoice, and
//! Lookup and User, which refer to others.

mod calculated;
mod create;
mod deleted;
mod dependent;
mod filters;
mod names;
mod references;
mod sent_back;
mod values;

use matchlist_tests::{List, Options, Response, Server};
use serde_json::{Value, json};

const PLAIN: &str = "application/json;odata=nometadata";
const MINIMAL: &str = "application/json";
const VERBOSE: &str = "application/json;odata=verbose";

const GUID: &str = "7c1d0b52-0000-4000-8000-00000000000f";

/// A server with three users: 1 is the caller, 2 is Ada, 3 is Öl, who has no e-mail address.
fn server_with_users() -> Server {
    let mut server = Server::start(Options::on_disk());
    server.stop();
    let file = server.folder().unwrap().join("matchlist.db");
    let sql = "INSERT INTO users (login, title, email, login_key, title_key, email_key) VALUES (?1, ?2, ?3, ?1, ?4, ?5)";
    let database = rusqlite::Connection::open(file).unwrap();
    database.execute(sql, ["ada", "Ada", "Ada@x.example", "ada", "ada@x.example"]).unwrap();
    database.execute(sql, ["öl", "Öl", "", "öl", ""]).unwrap();
    drop(database);
    server.restart();
    server
}

fn id_of(list: &List) -> String {
    get(list, "?$select=Id")["Id"].as_str().unwrap().to_owned()
}

/// Three sites to refer to: North (1), South (2) and one without a title (3).
fn sites(server: &Server) -> List<'_> {
    let list = server.list("Sites").number("Size");
    for values in [json!({"Title": "North", "Size": 5}), json!({"Title": "South"}), json!({"Size": 7})] {
        list.item(values);
    }
    list
}

/// A list with a field of each type, next to `sites`.
fn all_types<'a>(server: &'a Server, sites: &List) -> List<'a> {
    let target = id_of(sites);
    let list = server.list("All").field("Count", 1, json!({})).field("Price", 10, json!({}));
    let list = list.field("Link", 11, json!({})).field("Code", 14, json!({}));
    let list = list.field("Tags", 15, json!({"Choices": ["red", "green"]}));
    let list = list.field("Site", 7, json!({"LookupList": target}));
    let list = list.field("Sites", 7, json!({"LookupList": target, "AllowMultipleValues": true}));
    list.field("Owner", 20, json!({})).field("Owners", 20, json!({"AllowMultipleValues": true}))
}

/// A value of each type, as the light formats spell it.
fn full() -> Value {
    json!({
        "Title": "x", "Count": -3, "Price": 4.5, "Link": {"Description": "Docs", "Url": "https://a.example/"},
        "Code": GUID, "Tags": ["red", "other"], "SiteId": 2, "SitesId": [3, 1], "OwnerId": 2, "OwnersId": [3, 1],
    })
}

fn get(list: &List, under: &str) -> Value {
    get_as(list, under, PLAIN)
}

#[track_caller]
fn get_as(list: &List, under: &str, accept: &str) -> Value {
    let encode = |byte: u8| match byte {
        b if b.is_ascii_graphic() => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    };
    let under: String = under.bytes().map(encode).collect();
    list.request("GET", &under).header("Accept", accept).send().expect_status(200).json()
}

fn post(list: &List, under: &str, body: &Value) -> Response {
    list.request("POST", under).header("Accept", PLAIN).json(body).send()
}

fn merge(list: &List, id: u64, body: &Value) -> Response {
    list.request("MERGE", &format!("/items({id})")).header("Accept", PLAIN).json(body).send()
}

#[track_caller]
fn ids(list: &List, query: &str) -> Vec<u64> {
    let found = get(list, &format!("/items?$select=Id&{query}"));
    found["value"].as_array().unwrap().iter().map(|item| item["Id"].as_u64().unwrap()).collect()
}

#[track_caller]
fn finds(list: &List, filter: &str, expected: &[u64]) {
    assert_eq!(ids(list, &format!("$filter={filter}")), expected, "{filter}");
}

/// Sends it in all formats, as a new item and as a change of item 1: it is refused with the code, and changes nothing.
#[track_caller]
fn refused(list: &List, values: &Value, status: u16, code: &str) {
    let count = || get(list, "?$select=ItemCount")["ItemCount"].clone();
    let (before, items) = (list.read(1), count());
    for (accept, pointer) in
        [(VERBOSE, "/error/code"), (MINIMAL, "/odata.error/code"), (PLAIN, "/odata.error/code")]
    {
        for (method, under) in [("POST", "/items"), ("MERGE", "/items(1)"), ("PUT", "/items(1)")] {
            let answer = list.request(method, under).header("Accept", accept).json(values).send();
            assert_eq!(answer.status, status, "{method} {values}: {answer}");
            let found = answer.json().pointer(pointer).cloned().unwrap_or_default();
            assert!(
                found.as_str().is_some_and(|found| found.starts_with(code)),
                "{method} {values}: {answer}"
            );
        }
    }
    assert_eq!((list.read(1).json(), list.read(1).etag()), (before.json(), before.etag()), "{values}");
    assert_eq!(count(), items, "{values}");
}
