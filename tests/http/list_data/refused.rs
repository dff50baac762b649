//! What is refused, in the client's own format.

use matchlist_tests::Response;
use serde_json::json;

use super::{ATOM, JSON, SERVICE, Wash};

fn ask(wash: &Wash, method: &str, under: &str, headers: &[(&str, &str)], body: Option<&str>) -> Response {
    let request = wash.server.request(method, &format!("{SERVICE}/{under}"));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
    match body {
        Some(body) => request.body(body),
        None => request,
    }
    .send()
}

/// The refusal in both formats.
#[track_caller]
fn refused(wash: &Wash, status: u16, method: &str, under: &str, body: Option<(&str, &str)>) {
    for accept in [JSON, ATOM] {
        let kind = body.map(|(kind, _)| ("Content-Type", kind));
        let headers: Vec<_> = [("Accept", accept)].into_iter().chain(kind).collect();
        let answer = ask(wash, method, under, &headers, body.map(|(_, body)| body)).expect_status(status);
        if accept == JSON {
            assert_eq!(answer.header("Content-Type"), Some("application/json;charset=utf-8"));
            assert!(answer.json()["error"]["message"]["value"].is_string(), "{answer}");
        } else {
            assert_eq!(answer.header("Content-Type"), Some("application/xml;charset=utf-8"));
            assert!(answer.text().contains("<m:error xmlns:m="), "{answer}");
        }
        assert_eq!(answer.header("DataServiceVersion"), Some("2.0;"));
    }
}

#[test]
fn what_is_not_there_is_404_and_what_cannot_be_read_is_400() {
    let wash = Wash::new();
    for (status, method, under) in [
        (404, "GET", "None"),
        (404, "GET", "washlist"),
        (404, "GET", "None(1)/Title"),
        (404, "DELETE", "None(1)"),
        (404, "GET", "WashList(99)"),
        (404, "GET", "WashList(0)"),
        (404, "GET", "WashList(1)/None"),
        (404, "GET", "WashList(1)/Max_x0020_load"),
        (404, "GET", "WashList(1)/Site/$value"),
        (404, "GET", "WashList(1)/Site/Title"),
        (404, "GET", "$batch"),
        (400, "GET", "WashList('1')"),
        (400, "GET", "WashList(Title='x')"),
        (400, "GET", "WashList?$filter=Max_x0020_load%20eq%201"),
        (400, "GET", "WashList?$filter=AuthorId%20eq%201"),
        (400, "GET", "WashList?$filter=Title%20eq"),
        (400, "GET", "WashList?$filter=Site/None%20eq%201"),
        (400, "GET", "WashList?$orderby=None"),
        (400, "GET", "WashList?$select=None"),
        (400, "GET", "WashList?$select=Site/Title"),
        (400, "GET", "WashList?$expand=Title"),
        (400, "GET", "WashList?$expand=Site/Site"),
        (400, "GET", "WashList?$format=json"),
        (400, "GET", "WashList?$top=0"),
        (405, "PUT", "WashList"),
        (405, "POST", "WashList(1)"),
        (405, "POST", "$metadata"),
    ] {
        refused(&wash, status, method, under, None);
    }
}

#[test]
fn bodies_that_are_none_change_nothing() {
    let wash = Wash::new();
    let deep = format!(
        "<entry xmlns='http://www.w3.org/2005/Atom'>{}{}</entry>",
        "<a>".repeat(1000),
        "</a>".repeat(1000)
    );
    let attributes: String = (0..100_000).map(|i| format!(" a{i}=''")).collect();
    let wide = format!("<entry xmlns='http://www.w3.org/2005/Atom'{attributes}/>");
    let laughs = r#"<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]><entry xmlns="http://www.w3.org/2005/Atom">&c;</entry>"#;
    let outside = r#"<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><entry xmlns="http://www.w3.org/2005/Atom"><title>&e;</title></entry>"#;
    for (status, kind, body) in [
        (400, ATOM, laughs),
        (400, ATOM, outside),
        (400, ATOM, &deep),
        (400, ATOM, &wide),
        (400, ATOM, "<entry"),
        (400, ATOM, "<feed xmlns='http://www.w3.org/2005/Atom'/>"),
        (400, ATOM, ""),
        (400, ATOM, "{}"),
        (400, "application/xml", "\u{0}"),
        (400, JSON, "{"),
        (400, JSON, "[]"),
        (400, JSON, r#"{"None":1}"#),
        (400, JSON, r#"{"Max_x0020_load":1}"#),
        (400, JSON, r#"{"Site":{"Title":"x"}}"#),
        (400, JSON, r#"{"MaxLoad":"much"}"#),
        (400, JSON, r#"{"Due":"/Date(soon)/"}"#),
        (400, JSON, r#"{"Done":"maybe"}"#),
        (400, JSON, r#"{"SiteId":99}"#),
        (400, JSON, r#"{"Id":7}"#),
        (415, "text/csv", "a,b"),
        (415, "application/atom+xml;charset=utf-16", "<entry/>"),
    ] {
        refused(&wash, status, "POST", "WashList", Some((kind, body)));
    }
    assert_eq!(wash.request("GET", "WashList/$count").send().text(), "1");
}

#[test]
fn versions_of_the_protocol_that_are_not_spoken_are_400() {
    let wash = Wash::new();
    for (name, value, status) in [
        ("DataServiceVersion", "9.0", 400),
        ("DataServiceVersion", "3.0", 400),
        ("DataServiceVersion", "x", 400),
        ("DataServiceVersion", "2.0;NetFx", 200),
        ("DataServiceVersion", "1.0", 200),
        ("MaxDataServiceVersion", "1.0", 400),
        ("MaxDataServiceVersion", "2.0", 200),
        ("MaxDataServiceVersion", "3.0;NetFx", 200),
        ("MaxDataServiceVersion", "", 400),
    ] {
        let answer = ask(&wash, "GET", "WashList", &[("Accept", JSON), (name, value)], None);
        assert_eq!(answer.status, status, "{name}: {value}");
        // The other service reads neither.
        let other = wash.server.request("GET", "/sites/demo/_api/web").header(name, value).send();
        assert_eq!(other.status, 200);
    }
}

#[test]
fn an_accept_of_neither_format_is_406_and_a_site_that_is_not_there_404() {
    let wash = Wash::new();
    let answer = ask(&wash, "GET", "WashList", &[("Accept", "text/csv")], None).expect_status(406);
    assert!(answer.text().contains("<m:error"), "{answer}");
    let problem =
        ask(&wash, "GET", "None", &[("Accept", "application/problem+json")], None).expect_status(404);
    assert_eq!(problem.json()["status"], json!(404));
    let lost = wash.server.request("GET", "/sites/none/_vti_bin/ListData.svc/").send().expect_status(404);
    assert!(lost.text().contains("<m:error"), "{lost}");
}
