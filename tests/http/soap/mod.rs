//! `_vti_bin/Lists.asmx`: SOAP.
//!
//! What differs from run to run is replaced: `LIST`, `TIME`, `GUID`.

mod reads;
mod refused;
mod rights;
mod writes;

use matchlist_tests::{List, Options, Request, Response, Server};
use serde_json::json;

const SERVICE: &str = "/sites/demo/_vti_bin/Lists.asmx";
const NAMESPACE: &str = "http://schemas.microsoft.com/sharepoint/soap/";
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope \
    xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" \
    xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
    xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"><soap:Body>";
const FOOT: &str = "</soap:Body></soap:Envelope>";
const LISTITEMS: &str = "<listitems xmlns:s=\"uuid:BDC6E3F0-6DA3-11d1-A2A3-00AA00C14882\" \
    xmlns:dt=\"uuid:C2F41010-65B3-11d1-A29F-00AA00C14882\" xmlns:rs=\"urn:schemas-microsoft-com:rowset\" \
    xmlns:z=\"#RowsetSchema\">";

/// As SPServices writes it.
fn envelope(operation: &str, inner: &str) -> String {
    format!(
        "<soap:Envelope xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' \
         xmlns:xsd='http://www.w3.org/2001/XMLSchema' xmlns:soap='http://schemas.xmlsoap.org/soap/envelope/'>\
         <soap:Body><{operation} xmlns='{NAMESPACE}' >{inner}</{operation}></soap:Body></soap:Envelope>"
    )
}

fn post<'a>(server: &'a Server, body: &str) -> Request<'a> {
    let request = server.request("POST", SERVICE).header("Accept", "application/xml, text/xml, */*; q=0.01");
    request.header("Content-Type", "text/xml;charset='utf-8'").body(body)
}

fn ask(server: &Server, operation: &str, inner: &str) -> Response {
    post(server, &envelope(operation, inner)).send()
}

/// What stands in the result of an operation that succeeds.
#[track_caller]
fn result(server: &Server, operation: &str, inner: &str) -> String {
    let answer = ask(server, operation, inner).expect_status(200);
    assert_eq!(answer.header("Content-Type"), Some("text/xml; charset=utf-8"));
    let text = answer.text();
    let head = format!("{HEAD}<{operation}Response xmlns=\"{NAMESPACE}\"><{operation}Result>");
    let foot = format!("</{operation}Result></{operation}Response>{FOOT}");
    let inner = text.strip_prefix(&head).and_then(|text| text.strip_suffix(&foot));
    inner.unwrap_or_else(|| panic!("{text}")).to_owned()
}

/// A fault: its status, its number and its words.
#[track_caller]
fn fault(answer: &Response) -> (u16, String, String) {
    let text = answer.text();
    let head = format!(
        "{HEAD}<soap:Fault><faultcode>soap:Server</faultcode><faultstring>Exception of type \
         'Microsoft.SharePoint.SoapServer.SoapServerException' was thrown.</faultstring><detail><errorstring \
         xmlns=\"{NAMESPACE}\">"
    );
    let inner = text
        .strip_prefix(&head)
        .and_then(|rest| rest.strip_suffix(&format!("</errorcode></detail></soap:Fault>{FOOT}")));
    let inner = inner.unwrap_or_else(|| panic!("{answer}"));
    let (words, number) =
        inner.split_once(&format!("</errorstring><errorcode xmlns=\"{NAMESPACE}\">")).unwrap();
    (answer.status, number.to_owned(), words.to_owned())
}

fn id(list: &List<'_>) -> String {
    list.request("GET", "/Id/$value").header("Accept", "text/plain").send().expect_status(200).text()
}

/// The times of rows that are not of 2024, and GUIDs.
fn without_times(text: &str) -> String {
    replaced(
        &replaced(text, b"2999-99-99 99:99:99", "TIME"),
        b"{XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX}",
        "GUID",
    )
}

fn replaced(text: &str, shape: &[u8], word: &str) -> String {
    let fits = |b: &u8, s: &u8| match s {
        b'9' => b.is_ascii_digit(),
        b'X' => b.is_ascii_hexdigit(),
        s => b == s,
    };
    let is_one =
        |bytes: &[u8]| bytes.iter().zip(shape).all(|(b, s)| fits(b, s)) && !bytes.starts_with(b"2024");
    match text.as_bytes().windows(shape.len()).position(is_one) {
        Some(at) => format!("{}{word}{}", &text[..at], replaced(&text[at + shape.len()..], shape, word)),
        None => text.to_owned(),
    }
}

/// `wash list` on `/sites/demo`, which refers to Sites, with one item each.
fn wash(server: &Server) -> List<'_> {
    let sites = server.list_in("/sites/demo", "Sites");
    sites.item(json!({"Title": "North; west"}));
    sites.item(json!({"Title": "South"}));
    let other = id(&sites);
    let list = server
        .list_in("/sites/demo", "wash list")
        .number("Max load")
        .boolean("done")
        .date_time("Due")
        .field("Tags", 15, json!({"Choices": ["hot", "spare"]}))
        .field("Link", 11, json!({}))
        .field("Site", 7, json!({"LookupList": other}))
        .field("Sites", 7, json!({"LookupList": other, "AllowMultipleValues": true}))
        .field("Owner", 20, json!({}));
    list.item(json!({
        "Title": "a < b", "Max_x0020_load": 4.5, "done": true, "Due": "2024-05-01T08:00:00Z",
        "Tags": ["hot", "spare"], "Link": {"Url": "https://x.test/", "Description": "X"},
        "SiteId": 1, "SitesId": [1, 2], "OwnerId": 1,
    }));
    list
}

fn start() -> Server {
    Server::start(Options::default())
}
