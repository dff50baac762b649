//! Pages of rows: `NextHref` and `PrevHref`.

use matchlist_tests::{Options, Server};
use serde_json::{Value, json};

use super::*;

const NO_VIEW: &str = "00000000-0000-0000-0000-000000000000";

fn href<'a>(answer: &'a Value, name: &str) -> Option<&'a str> {
    answer[name].as_str().and_then(|href| href.strip_prefix('?'))
}

#[test]
fn next_and_prev_lead_through_all_rows_and_back() {
    let server = Server::start(Options::default());
    let list = tasks(&server, 5);
    for (order, expected) in [
        ("", [&["1", "2"][..], &["3", "4"], &["5"]]),
        (
            "<FieldRef Name='Rank'/><FieldRef Name='Title' Ascending='FALSE'/>",
            [&["4", "2"], &["5", "3"], &["1"]],
        ),
        ("<FieldRef Name='ID' Ascending='FALSE'/>", [&["5", "4"], &["3", "2"], &["1"]]),
    ] {
        let xml = format!(
            "<View><Query><OrderBy>{order}</OrderBy></Query><RowLimit Paged='TRUE'>2</RowLimit></View>"
        );
        let page = |paging: &str| stream(&list, "", json!({"ViewXml": xml, "Paging": paging}));
        let mut answer = page("");
        let mut seen = Vec::new();
        loop {
            seen.push(row_ids(&answer).into_iter().map(str::to_owned).collect::<Vec<_>>());
            let Some(next) = href(&answer, "NextHref") else { break };
            answer = page(next);
        }
        assert_eq!(seen, expected, "{order}");
        assert_eq!((&answer["FirstRow"], &answer["LastRow"]), (&json!(5), &json!(5)));
        let before = page(href(&answer, "PrevHref").unwrap());
        assert_eq!(row_ids(&before), expected[1]);
        assert_eq!((&before["FirstRow"], &before["LastRow"]), (&json!(3), &json!(4)));
        let first = page(href(&before, "PrevHref").unwrap());
        assert_eq!(row_ids(&first), expected[0]);
        assert_eq!((&first["FirstRow"], href(&first, "PrevHref")), (&json!(1), None));
        assert_eq!(row_ids(&page(href(&first, "NextHref").unwrap())), expected[1]);
    }
}

#[test]
fn a_link_has_sharepoint_s_form_and_may_stand_in_the_url() {
    let server = Server::start(Options::default());
    let list = tasks(&server, 4);
    let xml = "<View><RowLimit Paged='TRUE'>2</RowLimit></View>";
    let answer = stream(&list, "", json!({"ViewXml": xml}));
    let next = format!("?Paged=TRUE&p_ID=2&PageFirstRow=3&View={NO_VIEW}");
    assert_eq!(answer["NextHref"], next);
    let answer = stream(&list, &next, json!({"ViewXml": xml}));
    assert_eq!(row_ids(&answer), ["3", "4"]);
    assert_eq!((&answer["FirstRow"], &answer["NextHref"]), (&json!(3), &Value::Null));
    let prev = format!("?Paged=TRUE&PagedPrev=TRUE&p_ID=3&PageFirstRow=1&View={NO_VIEW}");
    assert_eq!(answer["PrevHref"], prev);
}

#[test]
fn pages_have_30_rows_by_default_and_5000_at_most() {
    let server = Server::start(Options::default());
    let list = tasks(&server, 31);
    let answer = stream(&list, "", json!({"ViewXml": "<View/>"}));
    assert_eq!((answer["Row"].as_array().unwrap().len(), &answer["RowLimit"]), (30, &json!(30)));
    let answer = stream(&list, "", json!({"ViewXml": "<View><RowLimit>9000</RowLimit></View>"}));
    assert_eq!((answer["Row"].as_array().unwrap().len(), &answer["RowLimit"]), (31, &json!(5_000)));
}
