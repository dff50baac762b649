//! Pages of `getitems`, by `ListItemCollectionPosition`.

use matchlist_tests::{List, Options, Server};
use serde_json::{Value, json};

use super::*;

#[track_caller]
fn page(list: &List, xml: &str, info: &str) -> Vec<u64> {
    let query = json!({"ViewXml": xml, "ListItemCollectionPosition": {"PagingInfo": info}});
    let found = get_items(list, "", query).expect_status(200).json();
    found["value"].as_array().unwrap().iter().map(|item| item["Id"].as_u64().unwrap()).collect()
}

fn status(list: &List, xml: &str, info: Value) -> u16 {
    get_items(list, "", json!({"ViewXml": xml, "ListItemCollectionPosition": {"PagingInfo": info}})).status
}

#[test]
fn a_walk_goes_on_after_the_last_row_in_the_order_of_ids_and_in_another() {
    let server = Server::start(Options::default());
    let list = tasks(&server, 7);
    let three = "<View><RowLimit Paged='TRUE'>3</RowLimit></View>";
    assert_eq!(page(&list, three, ""), [1, 2, 3]);
    assert_eq!(page(&list, three, "Paged=TRUE&p_ID=3"), [4, 5, 6]);
    assert_eq!(page(&list, three, "Paged=TRUE&p_ID=6"), [7]);
    assert_eq!(page(&list, three, "Paged=TRUE&p_ID=7"), [] as [u64; 0]);
    assert_eq!(page(&list, three, "Paged=TRUE&PagedPrev=TRUE&p_ID=6"), [3, 4, 5]);
    let ranked = "<View><Query><OrderBy><FieldRef Name='Rank'/><FieldRef Name='Title' Ascending='FALSE'/>\
                  </OrderBy></Query><RowLimit Paged='TRUE'>3</RowLimit></View>";
    assert_eq!(page(&list, ranked, ""), [6, 4, 2]);
    assert_eq!(page(&list, ranked, "Paged=TRUE&p_Rank=0&p_Title=task%202&p_ID=2"), [7, 5, 3]);
    assert_eq!(page(&list, ranked, "Paged=TRUE&p_Rank=1.0&p_Title=task 3&p_ID=3"), [1]);
    list.request("DELETE", "/items(2)").header("If-Match", "*").send().expect_status(200);
    assert_eq!(page(&list, ranked, "Paged=TRUE&p_Rank=0&p_Title=task%202&p_ID=2"), [7, 5, 3]);
    let dated = "<View><Query><OrderBy><FieldRef Name='Created'/></OrderBy></Query></View>";
    assert_eq!(page(&list, dated, "Paged=TRUE&p_Created=2999-01-01T00:00:00Z&p_ID=3"), [] as [u64; 0]);
}

#[test]
fn a_walk_by_a_python_client_s_own_tokens_goes_past_null_and_past_odd_texts() {
    let server = Server::start(Options::default());
    let list = server.list("Odd").number("Rank");
    for title in [None, None, Some("None"), Some("50% off"), Some("a+b"), Some("a&b=c"), None] {
        list.item(json!({"Title": title, "Rank": title.map(str::len)}));
    }
    for (field, expected) in [("Title", [1, 2, 7, 4, 6, 5, 3]), ("Rank", [1, 2, 7, 5, 3, 6, 4])] {
        let xml = format!("<Query><OrderBy><FieldRef Name='{field}'/></OrderBy></Query>");
        let xml = format!("<View>{xml}<RowLimit Paged='TRUE'>1</RowLimit></View>");
        let (mut info, mut seen) = (String::new(), Vec::new());
        while let [id] = page(&list, &xml, &info)[..] {
            seen.push(id);
            assert!(seen.len() <= 7, "{seen:?}");
            // As the client writes it: nothing is encoded, and null is Python's.
            let value = match &list.read(id).json()[field] {
                Value::Null => "None".to_owned(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            info = format!("Paged=TRUE&p_{field}={value}&p_ID={id}");
        }
        assert_eq!(seen, expected, "{field}");
    }
}

#[test]
fn a_position_that_does_not_belong_to_the_query_is_refused() {
    let server = Server::start(Options::default());
    let list = tasks(&server, 2);
    let ranked = "<Query><OrderBy><FieldRef Name='Rank'/></OrderBy></Query>";
    for (xml, info) in [
        ("<View/>", "Paged=TRUE&p_Title=x&p_ID=1"),
        (ranked, "Paged=TRUE&p_ID=1"),
        (ranked, "Paged=TRUE&p_Title=x&p_ID=1"),
        (ranked, "Paged=TRUE&p_Rank=much&p_ID=1"),
        ("<View/>", "p_ID=x"),
        ("<View/>", "' OR 1=1 --"),
    ] {
        assert_eq!(status(&list, xml, info.into()), 400, "{info}");
    }
    assert_eq!(status(&list, "<View/>", 5.into()), 400);
    assert_eq!(status(&list, "<View/>", Value::Null), 200);
}

#[test]
fn a_part_is_never_given_for_the_whole() {
    let server = Server::start(Options::default());
    let list = server.list("Large").note("Note");
    // A page ends at 16 MiB.
    for _ in 0..14 {
        list.item(json!({"Note": "n".repeat(1_500_000)}));
    }
    let refused = get_items(&list, "", json!({"ViewXml": "<View/>"})).expect_status(400).json();
    assert_eq!(refused["odata.error"]["code"], "-2147024860, Microsoft.SharePoint.SPQueryThrottledException");
    let few = "<View><ViewFields><FieldRef Name='ID'/></ViewFields><RowLimit>5</RowLimit></View>";
    assert_eq!(ids(&list, few).len(), 5);
    let huge = tasks(&server, 3);
    assert_eq!(ids(&huge, "<View><RowLimit>2000000000</RowLimit></View>"), [1, 2, 3]);
}

#[test]
fn an_indexed_field_leads_to_its_rows() {
    let server = Server::start(Options::default().with(&["--threshold", "2"]));
    let list = server.list("Long").text("Plain").field("Status", 2, json!({"Indexed": true}));
    let list = list.field("Day", 4, json!({"Indexed": true}));
    for n in 0..5 {
        list.item(json!({"Plain": "p", "Status": format!("s{}", n % 2), "Day": "2024-05-01T08:00:00Z"}));
    }
    let status = |condition: &str| get_items(&list, "", json!({"ViewXml": view(condition)})).status;
    assert_eq!(status(&leaf("Eq", "Status", "s1")), 200);
    assert_eq!(status(&leaf("BeginsWith", "Status", "s")), 200);
    assert_eq!(status(&leaf("Eq", "Day", "2024-05-01")), 200);
    assert_eq!(status(&leaf("Eq", "Plain", "p")), 400);
    assert_eq!(status(&leaf("Neq", "Status", "s1")), 400);
    let both = format!("<And>{}{}</And>", leaf("Eq", "Plain", "p"), leaf("Eq", "Status", "s1"));
    assert_eq!(status(&both), 200);
    let rows = json!({"parameters": {"ViewXml": view(&leaf("Eq", "Plain", "p"))}});
    assert_eq!(list.request("POST", "/RenderListDataAsStream").json(&rows).send().status, 400);
}
