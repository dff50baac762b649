//! What cannot be done is a fault, and nothing of it is done.

use super::{ask, envelope, fault, post, start};

#[test]
fn an_unknown_list_is_a_fault() {
    let server = start();
    for name in ["Nowhere", "{7a5c4a44-9d0b-4a1b-8c3d-4e5f5f3a2f8e}"] {
        for operation in ["GetListItems", "GetList", "UpdateListItems"] {
            let inner = format!("<listName>{name}</listName><updates><Batch/></updates>");
            let (status, number, words) = fault(&ask(&server, operation, &inner));
            assert_eq!((status, number.as_str()), (404, "0x82000006"), "{operation}: {words}");
        }
    }
}

#[test]
fn an_action_that_the_body_does_not_agree_with_is_a_fault() {
    let server = start();
    server.list_in("/sites/demo", "Pumps");
    let body = envelope("GetList", "<listName>Pumps</listName>");
    let with = |action: &str| post(&server, &body).header("SOAPAction", action).send();
    with("http://schemas.microsoft.com/sharepoint/soap/GetList").expect_status(200);
    with("\"http://schemas.microsoft.com/sharepoint/soap/GetList\"").expect_status(200);
    with("\"\"").expect_status(200);
    for action in ["http://schemas.microsoft.com/sharepoint/soap/UpdateListItems", "GetList", "x"] {
        let (status, _, words) = fault(&with(action));
        assert_eq!(
            (status, words),
            (400, format!("Server did not recognize the value of HTTP Header SOAPAction: {action}."))
        );
    }
}

#[test]
fn what_is_no_envelope_is_a_fault() {
    let server = start();
    let laughs = format!(
        "<!DOCTYPE l [<!ENTITY a \"ha\">{}]>{}",
        (0..20).map(|i| format!("<!ENTITY b{i} \"&a;&a;&a;&a;\">")).collect::<String>(),
        envelope("GetList", "<listName>&b19;</listName>")
    );
    let deep = envelope("GetList", &format!("{}{}", "<a>".repeat(1000), "</a>".repeat(1000)));
    let deep_query = envelope(
        "GetListItems",
        &format!(
            "<listName>x</listName><query>{}{}</query>",
            "&lt;Or&gt;".repeat(1000),
            "&lt;/Or&gt;".repeat(1000)
        ),
    );
    for body in ["", "{}", "<a", "no XML", "<a/>", &laughs, &deep, &deep_query, &envelope("AddList", "")] {
        let (status, ..) = fault(&post(&server, body).send());
        assert_eq!(status, 400, "{body:.100}");
    }
}

#[test]
fn other_methods_and_other_types_are_refused() {
    let server = start();
    let body = envelope("GetListCollection", "");
    for content_type in ["application/json", "application/soap+xml", "text/xml; charset=utf-16"] {
        let request = server.request("POST", super::SERVICE).header("Content-Type", content_type);
        assert_eq!(fault(&request.body(body.as_str()).send()).0, 415, "{content_type}");
    }
    for method in ["GET", "PUT", "DELETE"] {
        let answer = server.request(method, super::SERVICE).send();
        assert_eq!((fault(&answer).0, answer.header("Allow")), (405, Some("POST, OPTIONS")), "{method}");
    }
    let under = server.request("POST", "/sites/demo/_vti_bin/Lists.asmx/GetList").send();
    assert_eq!(fault(&under).0, 404);
    let site =
        server.request("POST", "/sites/nowhere/_VTI_BIN/lists.ASMX").header("Content-Type", "text/xml");
    assert_eq!(fault(&site.body(body).send()).0, 404);
}

#[test]
fn a_method_that_cannot_be_read_keeps_all_from_being_done() {
    let server = start();
    let list = server.list_in("/sites/demo", "Pumps");
    for bad in [
        "<Method ID='2' Cmd='Move'/>",
        "<Method ID='2' Cmd='Update'><Field Name='Title'>x</Field></Method>",
        "<Method ID='2' Cmd='Update'><Field Name='ID'>1</Field><Field Name='owshiddenversion'>x</Field></Method>",
    ] {
        let inner = format!(
            "<listName>Pumps</listName><updates><Batch><Method ID='1' Cmd='New'><Field Name='Title'>a</Field>\
             </Method>{bad}</Batch></updates>"
        );
        assert_eq!(fault(&ask(&server, "UpdateListItems", &inner)).0, 400, "{bad}");
    }
    assert_eq!(list.request("GET", "/ItemCount/$value").header("Accept", "text/plain").send().text(), "0");
}
