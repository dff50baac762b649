//! Threshold mode: queries that no index leads to are refused where a list is long.

use matchlist_tests::{List, Options, Server};
use serde_json::json;

use super::encoded;

fn list(server: &Server, rows: usize) -> List<'_> {
    let list = server.list("Long").text("Plain").date_time("Due");
    let list = list.field("Begin", 4, json!({"Indexed": true}));
    let list = list.field("Status", 2, json!({"Indexed": true})).field("Code", 9, json!({"Indexed": true}));
    for n in 0..rows {
        list.item(json!({"Plain": "p", "Status": format!("s{}", n % 3), "Code": n}));
    }
    list
}

const SERVED: [&str; 21] = [
    "$orderby=Id desc",
    "$orderby=Id,Plain",
    "$skip=3",
    "$inlinecount=allpages",
    "$filter=Status eq 's1'",
    "$filter=Status eq 's1'&$orderby=Plain",
    "$filter=Status eq 's1' and Plain eq 'p'",
    "$filter=Plain eq 'p' and Status in ('s1','s2')",
    "$filter=Status eq 's1' or Code gt 3",
    "$filter=startswith(Status,'s')",
    "$filter=Status eq null",
    "$filter=not (Code gt 3)",
    "$filter=not (Status ne 's1')",
    "$filter=year(Begin) eq 2026",
    "$filter=not (year(Begin) lt 2026) and Plain eq 'p'",
    "$filter=Id eq 3",
    "$filter=Id gt 2 and Plain eq 'p'",
    "$orderby=Status",
    "$orderby=Code desc,Plain",
    "$skiptoken=Paged%3DTRUE%26p_ID%3D2",
    "$skiptoken=Paged%3DTRUE%26PagedPrev%3DTRUE%26p_ID%3D2",
];

const REFUSED: [&str; 17] = [
    "$filter=Plain eq 'p'",
    "$filter=Plain eq 'p'&$orderby=Status",
    "$filter=Plain eq 'p'&$top=1",
    "$filter=Plain eq 'p'&$skiptoken=Paged%3DTRUE%26p_ID%3D2",
    "$filter=Status eq 's1' or Plain eq 'p'",
    "$filter=not (Status eq 's1' and Plain eq 'p')",
    "$filter=Status ne 's1'",
    "$filter=Status ne null",
    "$filter=not (Status in ('s1','s2'))",
    "$filter=substringof('s',Status)",
    "$filter=endswith(Status,'1')",
    "$filter=year(Due) eq 2024",
    "$filter=month(Begin) eq 5",
    "$filter=Created gt '2000-01-01'",
    "$orderby=Plain",
    "$orderby=Plain,Id",
    "$orderby=Modified desc",
];

fn path(under: &str, query: &str) -> String {
    format!("{under}?{}", query.replace(' ', "%20"))
}

#[test]
fn a_long_list_is_read_by_its_indexes_only() {
    let server = Server::start(Options::default().with(&["--threshold", "5"]));
    let list = list(&server, 6);
    list.request("GET", "/items").send().expect_status(200);
    list.request("GET", "/items/$count").send().expect_status(200);
    for query in SERVED {
        list.request("GET", &path("/items", query)).send().expect_status(200);
    }
    for query in REFUSED {
        let refused = list.request("GET", &path("/items", query)).send();
        assert_eq!(refused.status, 400, "{query}: {refused}");
        let error = &refused.json()["odata.error"];
        assert_eq!(error["code"], "-2147024860, Microsoft.SharePoint.SPQueryThrottledException", "{query}");
        let message = "The attempted operation is prohibited because it exceeds the list view threshold.";
        assert_eq!(error["message"]["value"], message);
    }
    let count =
        |filter: &str| list.request("GET", &format!("/items/$count?$filter={}", encoded(filter))).send();
    assert_eq!(count("Status eq 's1'").expect_status(200).text(), "2");
    count("Plain eq 'p'").expect_status(400);

    // With one item less the list is short.
    list.request("DELETE", "/items(1)").send().expect_status(200);
    for query in REFUSED {
        list.request("GET", &path("/items", query)).send().expect_status(200);
    }
}

#[test]
fn without_the_mode_every_query_is_served() {
    let server = Server::start(Options::default());
    let list = list(&server, 6);
    for query in SERVED.iter().chain(&REFUSED) {
        list.request("GET", &path("/items", query)).send().expect_status(200);
    }
}
