//! CAML that is refused: 400 in the client's format, and nothing else.

use matchlist_tests::{List, Options, Response, Server};
use serde_json::{Value, json};

use super::*;

/// Code and message of a refusal, in each format.
#[track_caller]
fn refusal(list: &List, path: &str, body: &Value) -> (String, String) {
    let told = |accept: &str| {
        let reply: Response = list.request("POST", path).header("Accept", accept).json(body).send();
        assert_eq!(reply.status, 400, "{body}: {}", reply.text());
        reply.json()
    };
    let (verbose, light) = (told(VERBOSE), told(PLAIN));
    assert_eq!(verbose["error"], light["odata.error"]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&verbose["error"]["code"]), text(&verbose["error"]["message"]["value"]))
}

const QUERY: &str = "-1, Microsoft.SharePoint.Client.InvalidClientQueryException";

#[test]
fn xml_that_is_none_or_is_meant_to_cost_is_refused() {
    let server = Server::start(Options::default());
    let list = tasks(&server, 1);
    let leaf = leaf("Eq", "Title", "x");
    let deep =
        format!("<Query><Where>{}{leaf}{}</Where></Query>", "<And>".repeat(1_000), "</And>".repeat(1_000));
    let prefixes: String = (0..2_000).map(|i| format!("<a xmlns:p{i}='u'>")).collect();
    let prefixes = format!("<View>{prefixes}{}</View>", "</a>".repeat(2_000));
    let laughs = "<!DOCTYPE v [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;'>]><View>&b;</View>";
    let outside = "<!DOCTYPE v [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><View>&e;</View>";
    for (xml, reason) in [
        ("no xml", "It is not XML"),
        ("<View>", "It is not XML"),
        (laughs, "DTD"),
        (outside, "DTD"),
        (&deep, "nested more than"),
        (&prefixes, "too many prefixes"),
        (&format!("<View>{}</View>", " ".repeat(70_000)), "longer than"),
        (&view(&format!("<And>{leaf}</And>")), "<And> needs exactly two conditions"),
        (&view("<Like/>"), "<Like> cannot stand within"),
        (
            &view("<Membership Type='CurrentUserGroups'><FieldRef Name='Title'/></Membership>"),
            "not supported",
        ),
        (&view("<DateRangesOverlap/>"), "not supported"),
        ("<View><Joins><Join/></Joins></View>", "not supported"),
        ("<View><RowLimit>-5</RowLimit></View>", "cannot be a RowLimit"),
    ] {
        for (path, body) in [
            ("/getitems", json!({"query": {"ViewXml": xml}})),
            ("/RenderListDataAsStream", json!({"parameters": {"ViewXml": xml}})),
            ("/renderlistdata", json!({"viewXml": xml})),
        ] {
            let (code, message) = refusal(&list, path, &body);
            assert_eq!(code, QUERY);
            assert!(message.contains(reason) && message.len() < 600, "{message}");
        }
    }
}

#[test]
fn a_field_that_is_not_there_is_told_in_sharepoint_s_words() {
    let server = Server::start(Options::default());
    let list = tasks(&server, 1);
    let field_ref = "<FieldRef Name='Nowhere'/>";
    for xml in [
        view(&leaf("Eq", "Nowhere", "x")),
        view(&format!("<IsNull>{field_ref}</IsNull>")),
        view(&format!("<In>{field_ref}<Values><Value>x</Value></Values></In>")),
        format!("<Query><OrderBy>{field_ref}</OrderBy></Query>"),
        format!("<View><ViewFields>{field_ref}</ViewFields></View>"),
        // A filter's name, and none of CAML's.
        view(&leaf("Eq", "AuthorId", "1")),
    ] {
        let (code, message) = refusal(&list, "/getitems", &json!({"query": {"ViewXml": xml}}));
        assert_eq!(code, "-2130575340, Microsoft.SharePoint.SPException", "{xml}");
        assert!(message.starts_with("One or more field types are not installed properly."), "{message}");
    }
    let filter = "/RenderListDataAsStream?FilterField1=Nowhere&FilterValue1=x";
    let (code, _) = refusal(&list, filter, &json!({"parameters": {"ViewXml": "<View/>"}}));
    assert_eq!(code, "-2130575340, Microsoft.SharePoint.SPException");
}

#[test]
fn a_value_that_the_field_cannot_be_compared_with_is_refused() {
    let server = Server::start(Options::default());
    let list = tasks(&server, 1).boolean("Done").date_time("Due").note("Note");
    let list = list.field("Owners", 20, json!({"AllowMultipleValues": true}));
    let typed = |operator: &str, field: &str, value: &str| {
        format!("<{operator}><FieldRef Name='{field}'/><Value Type='Text'>{value}</Value></{operator}>")
    };
    for condition in [
        typed("Eq", "Rank", "much"),
        typed("Eq", "Rank", "1e999"),
        typed("Eq", "Done", "perhaps"),
        typed("Eq", "Due", "tomorrow"),
        typed("Eq", "ID", "x"),
        typed("Eq", "Title", "<Today/>"),
        typed("Eq", "Due", "<UserID/>"),
        typed("Lt", "Due", "<Today OffsetDays='2147483647'/>"),
        typed("Contains", "Rank", "1"),
        typed("BeginsWith", "Due", "2024"),
        typed("Eq", "Note", "x"),
        typed("Gt", "Owners", "x"),
        typed("Eq", "FileRef", "/x"),
        typed("Eq", "_UIVersionString", "1.0"),
    ] {
        let (code, message) = refusal(&list, "/getitems", &json!({"query": {"ViewXml": view(&condition)}}));
        assert!(code.starts_with("-1, "), "{condition}: {code} {message}");
    }
    for order in ["Note", "Owners", "FileRef"] {
        let xml = format!("<Query><OrderBy><FieldRef Name='{order}'/></OrderBy></Query>");
        let (_, message) = refusal(&list, "/getitems", &json!({"query": {"ViewXml": xml}}));
        assert!(message.contains(order), "{message}");
    }
}

#[test]
fn bodies_and_urls_that_say_something_else_are_refused() {
    let server = Server::start(Options::default());
    let list = tasks(&server, 1);
    for body in [
        json!({}),
        json!({"query": "<View/>"}),
        json!({"query": {"view_xml": "<View/>"}}),
        json!({"query": {"ViewXml": 5}}),
        json!({"query": {"ViewXml": "<View/>", "ListItemCollectionPosition": "p_ID=1"}}),
    ] {
        assert_eq!(refusal(&list, "/getitems", &body).0, QUERY);
    }
    let (_, message) = refusal(&list, "/getitems", &json!({"query": {"view_xml": "<View/>"}}));
    assert!(
        message.starts_with("The property 'view_xml' does not exist on type 'SP.CamlQuery'."),
        "{message}"
    );
    for under in ["?$filter=Id%20eq%201", "?$orderby=Id", "?$skip=1", "?$count=true", "?$top=0"] {
        refusal(&list, &format!("/getitems{under}"), &json!({"query": {"ViewXml": "<View/>"}}));
    }
    for parameters in [
        json!("x"),
        json!({"viewXml": "<View/>"}),
        json!({"RenderOptions": "many"}),
        json!({"RenderOptions": -1}),
        json!({"RenderOptions": 1_000_000_000_000_i64}),
        json!({"Paging": "Paged=TRUE&p_Title=x&p_ID=1"}),
        json!({"Paging": "nonsense"}),
    ] {
        refusal(&list, "/RenderListDataAsStream", &json!({"parameters": parameters}));
    }
    for under in ["?View=x", "?FilterField1=Title&FilterOp1=Like"] {
        refusal(&list, &format!("/RenderListDataAsStream{under}"), &json!({"parameters": {}}));
    }
    let other = "/RenderListDataAsStream?View=7c1d0b52-0000-4000-8000-00000000000f";
    list.request("POST", other).json(&json!({"parameters": {}})).send().expect_status(404);
    refusal(&list, "/renderlistdata", &json!({"viewXml": null}));
    let empty = list.request("POST", "/getitems").header("Accept", PLAIN).send();
    assert_eq!(empty.status, 400);
}
