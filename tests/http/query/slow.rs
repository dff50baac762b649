//! Queries that run longer than any may.

use matchlist_tests::{Options, Server};
use serde_json::json;

use super::PLAIN;

#[test]
fn a_query_that_takes_too_long_is_400_and_others_are_served_beside_it() {
    let server = Server::start(Options::default().with(&["--query-seconds", "1"]));
    let list = server.list("Long").note("Text");
    for n in 0..40 {
        list.item(json!({"Title": n.to_string(), "Text": "x".repeat(100_000)}));
    }
    // Each term reads each text to its end, and the clock is looked at once a row.
    let terms = vec!["substringof('y',Text)"; 1_000].join("%20or%20");
    let slow = |under: &str| {
        let client = server.client();
        let path = format!("{}{under}$filter={terms}", list.url());
        client.request("GET", &path).header("Accept", PLAIN).send()
    };
    let others = || {
        let client = server.client();
        client.get(&list.item_url(1)).expect_status(200);
        client.get(&format!("{}?$filter=Id%20eq%205", list.items_url())).expect_status(200);
        client.request("POST", &list.items_url()).json(&json!({"Title": "new"})).send().expect_status(201);
    };
    std::thread::scope(|scope| {
        let asked = ["/items?", "/items/$count?"].map(|under| scope.spawn(move || slow(under)));
        others();
        for refused in asked {
            let refused = refused.join().unwrap();
            let text = "The attempted operation is prohibited because it exceeds the list view threshold. \
                        The query took too long: index the fields that it filters and orders by, or ask for less.";
            let code = "-2147024860, Microsoft.SharePoint.SPQueryThrottledException";
            let error = json!({"code": code, "message": {"lang": "en-US", "value": text}});
            assert_eq!((refused.status, refused.json()), (400, json!({"odata.error": error})));
        }
    });
    let short = list.request("GET", "/items?$select=Title&$filter=substringof('x',Text)&$top=1");
    assert_eq!(short.header("Accept", PLAIN).send().json()["value"], json!([{"Title": "0"}]));
}
