//! Refusals in XML.

use serde_json::json;

use super::{ATOM, DECLARATION, Pumps, write};

fn error(code: &str, message: &str) -> String {
    format!(
        r#"{DECLARATION}<m:error xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"><m:code>{code}</m:code><m:message xml:lang="en-US">{message}</m:message></m:error>"#
    )
}

#[test]
fn who_asks_for_xml_alone_is_refused_in_xml() {
    let pumps = Pumps::new();
    for (accept, under, status, code, message) in [
        (
            ATOM,
            "lists/None",
            404,
            "-1, System.ArgumentException",
            "List 'None' does not exist at site with URL 'HOST/sites/demo'.",
        ),
        (
            "application/xml",
            "lists/Pumps/items(9)",
            404,
            "-2130575338, System.ArgumentException",
            "Item does not exist. It may have been deleted by another user.",
        ),
        (
            "text/xml",
            "lists/Pumps/items?$select=A%3Cb",
            400,
            "-1, Microsoft.SharePoint.Client.InvalidClientQueryException",
            "The query string &quot;$select&quot; is invalid. 'A&lt;b' is not a property's name.",
        ),
    ] {
        let path = format!("/sites/demo/_api/{under}");
        let answer = pumps.server.request("GET", &path).header("Accept", accept).send().expect_status(status);
        let (kind, text) = pumps.redacted(&answer);
        assert_eq!((kind.as_str(), text), ("application/xml;charset=utf-8", error(code, message)));
    }
}

#[test]
fn a_stale_write_and_a_body_that_cannot_be_read_are_told_in_xml() {
    let pumps = Pumps::new();
    write(&pumps, "MERGE", "lists/Pumps/items(1)", &json!({"Title": "b"})).expect_status(204);
    let request = pumps.request("MERGE", "lists/Pumps/items(1)").header("If-Match", "\"1\"");
    let stale = request.json(&json!({"Title": "lost"})).send().expect_status(412);
    let message =
        "The request ETag value '&quot;1&quot;' does not match the object's ETag value '&quot;2&quot;'.";
    assert_eq!(stale.text(), error("-1, Microsoft.SharePoint.Client.ClientServiceException", message));
    assert_eq!(stale.etag(), "\"2\"");
    let request = pumps.request("POST", "lists/Pumps/items").header("Content-Type", "application/json");
    let unread = request.body("{").send().expect_status(400);
    assert!(unread.text().starts_with(&format!("{DECLARATION}<m:error ")), "{unread}");
}

#[test]
fn what_no_document_can_hold_does_not_break_one() {
    let pumps = Pumps::new();
    let answer = pumps.request("GET", "lists/A%01%EF%BF%BFB").send().expect_status(404);
    assert!(!answer.text().contains(['\u{1}', '\u{ffff}']), "{answer}");
}
