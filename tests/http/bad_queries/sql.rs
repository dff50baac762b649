//! SQL in every place that takes a text: it is a text.

use matchlist_tests::{Options, Server};
use serde_json::json;

use crate::bad_bodies::refusal::{Bench, bad};

const TEXTS: [&str; 8] = [
    "'; DROP TABLE lists; --",
    "\"; DROP TABLE items_1; --",
    "a' OR '1'='1",
    "a\" OR \"1\"=\"1",
    "%' OR 1=1 --",
    "$.\"a\"'); DELETE FROM changes; --",
    "\\'; SELECT 1; /*",
    "100%_[a-z]*?",
];

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn quoted(text: &str) -> String {
    encoded(&text.replace('\'', "''"))
}

#[test]
fn sql_in_titles_values_filters_and_keys_is_plain_text() {
    let server = Server::start(Options::default());
    for text in TEXTS {
        let list = server.list(text).text(text).field(
            "Key",
            2,
            json!({"Indexed": true, "EnforceUniqueValues": true}),
        );
        let fields =
            server.request("GET", &format!("{}/fields", list.url())).send().expect_status(200).json();
        let field = fields["value"].as_array().unwrap().iter().find(|field| field["Title"] == text).unwrap();
        let name = field["EntityPropertyName"].as_str().unwrap().to_owned();
        let id = list.item(json!({"Title": text, "Key": text, &name: text}));
        list.item(json!({"Title": "other", "Key": "other", &name: "other"}));
        let item = list.read(id).json();
        assert_eq!((&item["Title"], &item[&name]), (&json!(text), &json!(text)));

        for filter in [
            format!("Title eq '{}'", text.replace('\'', "''")),
            format!("{name} eq '{}'", text.replace('\'', "''")),
            format!("substringof('{}',Title)", text.replace('\'', "''")),
            format!("startswith({name},'{}')", text.replace('\'', "''")),
        ] {
            let path = format!("{}?$filter={}&$orderby={name}", list.items_url(), encoded(&filter));
            let found = server.request("GET", &path).send().expect_status(200).json();
            assert_eq!(found["value"].as_array().map(Vec::len), Some(1), "{filter}: {found}");
        }
        let by_key = format!("{}/items(Key='{}')", list.url(), quoted(text));
        assert_eq!(server.request("GET", &by_key).send().expect_status(200).json()["Title"], text);
        let field = format!("{}/fields/getbytitle('{}')", list.url(), quoted(text));
        assert_eq!(server.request("GET", &field).send().expect_status(200).json()["Title"], text);
    }
    let lists = server.request("GET", "/_api/web/lists").send().expect_status(200).json();
    let titles: Vec<_> =
        lists["value"].as_array().unwrap().iter().map(|list| list["Title"].clone()).collect();
    assert!(TEXTS.iter().all(|text| titles.contains(&json!(text))), "{titles:?}");
}

#[test]
fn sql_where_a_name_a_number_or_a_direction_is_expected_is_400() {
    let bench = Bench::new();
    let before = bench.everything();
    for text in TEXTS {
        let text = encoded(text);
        for query in [
            format!("$orderby={text}"),
            format!("$orderby=Title%20{text}"),
            format!("$orderby=Id;{text}"),
            format!("$select={text}"),
            format!("$top={text}"),
            format!("$skip={text}"),
            format!("$skiptoken={text}"),
            format!("$filter={text}"),
            format!("$filter=Id%20eq%201;{text}"),
            format!("$filter=Id%20eq%20{text}"),
        ] {
            let reply = bench.send(&bad("GET", format!("{}/items?{query}", bench.pumps)), &[]);
            assert_eq!(reply.status, 400, "{query}: {reply}");
        }
        let reply = bench.send(&bench.under("GET", &format!("/items({text})")), &[]);
        assert_eq!(reply.status, 400, "{text}: {reply}");
    }
    assert_eq!(bench.everything(), before);
}
