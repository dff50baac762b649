//! Addresses of what is not there, or that are none.

use crate::bad_bodies::refusal::{ARGUMENT, Bench, NO_FILE, NO_ITEM, QUERY, bad};

const NO_LIST: &str = "-2130575322, Microsoft.SharePoint.SPException";
const NO_TITLE: &str = "-1, System.ArgumentException";
const NO_RESOURCE: &str = "-1, Microsoft.SharePoint.Client.ResourceNotFoundException";
const NO_GUID: &str = "00000000-0000-0000-0000-00000000000a";

const BODY: &str = r#"{"Title":"a","Must":"1"}"#;

/// Reads and writes at and under an address.
const REQUESTS: [(&str, &str); 8] = [
    ("GET", ""),
    ("MERGE", ""),
    ("DELETE", ""),
    ("GET", "/fields"),
    ("GET", "/items"),
    ("POST", "/items"),
    ("GET", "/items(1)"),
    ("PUT", "/items(1)"),
];

#[test]
fn an_unknown_list_is_404_by_each_kind_of_address() {
    let bench = Bench::new();
    for (list, code, message) in [
        (
            "/_api/web/lists/getbytitle('Nothing')".to_owned(),
            NO_TITLE,
            format!("List 'Nothing' does not exist at site with URL 'http://{}'.", bench.server.address()),
        ),
        (
            "/_api/lists/Nothing".to_owned(),
            NO_TITLE,
            format!("List 'Nothing' does not exist at site with URL 'http://{}'.", bench.server.address()),
        ),
        (
            "/sites/demo/_api/web/lists/getbytitle('Pumps')".to_owned(),
            NO_TITLE,
            format!(
                "List 'Pumps' does not exist at site with URL 'http://{}/sites/demo'.",
                bench.server.address()
            ),
        ),
        (
            format!("/_api/web/lists(guid'{NO_GUID}')"),
            NO_LIST,
            "List does not exist.\n\nThe page you selected contains a list that does not exist. \
             It may have been deleted by another user."
                .to_owned(),
        ),
        (
            format!("/_api/web/lists/getbyid('{NO_GUID}')"),
            NO_LIST,
            "List does not exist.\n\nThe page you selected contains a list that does not exist. \
             It may have been deleted by another user."
                .to_owned(),
        ),
        ("/_api/web/GetList('/Lists/Nothing')".to_owned(), NO_FILE, "File Not Found.".to_owned()),
    ] {
        for (method, under) in REQUESTS {
            let request = bad(method, format!("{list}{under}"));
            let request = if ["GET", "DELETE"].contains(&method) { request } else { request.json(BODY) };
            assert_eq!(bench.refuses(404, code, &request), message);
        }
    }
}

#[test]
fn an_unknown_site_is_404() {
    let bench = Bench::new();
    for (method, under) in [
        ("GET", "/web"),
        ("GET", "/web/lists"),
        ("POST", "/web/lists"),
        ("GET", "/web/lists/getbytitle('Pumps')/items"),
        ("POST", "/web/lists/getbytitle('Pumps')/items"),
    ] {
        let request = bad(method, format!("/sites/nothing/_api{under}"));
        let request = if method == "GET" { request } else { request.json(BODY) };
        let message = bench.refuses(404, NO_FILE, &request);
        assert_eq!(message, "The site '/sites/nothing' does not exist.");
    }
}

#[test]
fn an_unknown_item_is_404_by_each_id_that_none_has() {
    let bench = Bench::new();
    for id in ["0", "3", "-1", "9223372036854775807", "-9223372036854775808"] {
        for item in [format!("/items({id})"), format!("/items/getbyid({id})"), format!("/getitembyid({id})")]
        {
            for method in ["GET", "MERGE", "PUT", "DELETE"] {
                let request = bench.under(method, &item);
                let request = if ["GET", "DELETE"].contains(&method) { request } else { request.json(BODY) };
                let message = bench.refuses(404, NO_ITEM, &request.header("If-Match", "*"));
                assert_eq!(message, "Item does not exist. It may have been deleted by another user.");
            }
            let increment = bench.under("POST", &format!("{item}/increment"));
            bench.refuses(404, NO_ITEM, &increment.json(r#"{"field":"Pressure","by":1}"#));
        }
    }
}

#[test]
fn an_id_that_is_no_id_is_400() {
    let bench = Bench::new();
    for id in [
        "9223372036854775808",
        "18446744073709551616",
        "-9223372036854775809",
        "1.5",
        "1e3",
        "abc",
        "'1'",
        "true",
        "null",
        "1,2",
        "1;2",
        "1%00",
        "1)(2",
        "1",
    ] {
        // The last is an id; what is wrong with it is the parenthesis that never closes.
        let item = if id == "1" { "/items(1".to_owned() } else { format!("/items({id})") };
        for method in ["GET", "MERGE", "DELETE"] {
            let request = bench.under(method, &item);
            let request = if method == "MERGE" { request.json(BODY) } else { request };
            bench.refuses(400, QUERY, &request);
        }
    }
}

#[test]
fn parentheses_without_an_id_are_the_items() {
    let bench = Bench::new();
    let items = bench.send(&bench.under("GET", "/items()"), &[]).expect_status(200);
    assert_eq!(items.json()["value"].as_array().map(Vec::len), Some(2));
}

#[test]
fn an_unknown_field_is_404_by_each_kind_of_address() {
    let bench = Bench::new();
    for field in [
        "/fields/getbytitle('Nothing')".to_owned(),
        "/fields/getbyinternalnameortitle('Nothing')".to_owned(),
        format!("/fields(guid'{NO_GUID}')"),
        format!("/fields('{NO_GUID}')"),
    ] {
        for method in ["GET", "MERGE", "DELETE"] {
            let request = bench.under(method, &field);
            let request = if method == "MERGE" { request.json("{}") } else { request };
            let message = bench.refuses(404, ARGUMENT, &request);
            assert!(
                message.contains("does not exist. It may have been deleted by another user."),
                "{message}"
            );
        }
    }
}

#[test]
fn an_unknown_resource_is_404_with_the_segments_name() {
    let bench = Bench::new();
    for (path, name) in [
        ("/_api/nothing", "nothing"),
        ("/_api/web/nothing", "nothing"),
        ("/_api/web/lists/nothing", "nothing"),
        ("/_api/web/lists/getbytitle('Pumps')/nothing", "nothing"),
        ("/_api/web/lists/getbytitle('Pumps')/items/nothing", "nothing"),
        ("/_api/web/lists/getbytitle('Pumps')/items(1)/nothing", "nothing"),
        ("/_api/web/lists/getbytitle('Pumps')/items/getItemById(1)", "getItemById"),
        ("/_api/web/lists/getbytitle('Pumps')/fields/nothing", "nothing"),
    ] {
        for method in ["GET", "POST", "DELETE"] {
            let request = bad(method, path);
            let request = if method == "POST" { request.json(BODY) } else { request };
            let message = bench.refuses(404, NO_RESOURCE, &request);
            assert_eq!(message, format!("Cannot find resource for the request {name}."));
        }
    }
}

#[test]
fn an_address_outside_the_api_is_404() {
    let bench = Bench::new();
    for path in
        ["/nothing", "/_ap", "/_apis/web", "/favicon.ico", "/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd"]
    {
        bench.refuses(404, NO_FILE, &bad("GET", path));
    }
}

#[test]
fn an_address_that_cannot_be_read_is_400() {
    let bench = Bench::new();
    for path in [
        "/_api/web/lists/getbytitle('Pumps",
        "/_api/web/lists/getbytitle('Pumps'",
        "/_api/web/lists/getbytitle(Pumps)",
        "/_api/web/lists/getbytitle('Pumps'x)",
        "/_api/web/lists/getbytitle()",
        "/_api/web/lists/getbytitle",
        "/_api/web/lists/getbytitle('a','b')",
        "/_api/web/lists/getbytitle(dummy='Pumps')",
        "/_api/web/lists/getbytitle(@v)",
        "/_api/web/lists/getbytitle(@v)?@v=Pumps",
        "/_api/web/lists(guid'no-guid')",
        "/_api/web/lists('no%20guid')",
        "/_api/web/lists/getbyid('no%20guid')",
        "/_api/web/lists/(guid'00000000-0000-0000-0000-00000000000a')",
        "/_api/web/lists/getbytitle('Pumps')/fields('no%20guid')",
        "/_api/web/lists/getbytitle('Pumps')/items(Serial=)",
        "/_api/web/lists/getbytitle('Pumps')/items(='A1')",
    ] {
        bench.refuses(400, QUERY, &bad("GET", path));
        bench.refuses(400, QUERY, &bad("DELETE", path));
    }
}

#[test]
fn percent_encoding_that_is_broken_or_not_utf_8_is_400_in_path_and_query() {
    let bench = Bench::new();
    for broken in ["%ff", "%C3", "%C3%28", "%ED%A0%80", "%F8%88%80%80%80", "%C0%80", "%", "%4", "%zz", "%+1"]
    {
        for path in [
            format!("/_api/web/lists/getbytitle('{broken}')"),
            format!("/_api/lists/{broken}/items"),
            format!("/sites/{broken}/_api/web"),
            format!("/_api/web/lists/getbytitle('Pumps')/items({broken})"),
            format!("/_api/web/lists/getbytitle('Pumps')/items(Serial='{broken}')"),
            format!("/_api/web/lists/getbytitle('Pumps')/items?$filter=Title+eq+'{broken}'"),
            format!("/_api/web/lists/getbytitle('Pumps')/items?$top=1&{broken}=1"),
            format!("/_api/web/lists/getbytitle(@v)?@v='{broken}'"),
        ] {
            bench.refuses(400, QUERY, &bad("GET", path));
        }
    }
}
