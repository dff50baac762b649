//! Atom: whole answers to who asks for XML alone.
//!
//! What differs from run to run is replaced: `HOST`, `LIST`, `OTHER` (another list), `GUID`, `TYPE`, and `TIME`.

mod entries;
mod errors;
mod values;

use matchlist_tests::{Options, Request, Response, Server};
use serde_json::{Value, json};

const ATOM: &str = "application/atom+xml";
/// The attributes of a document's root.
const ROOT: &str = r#"xml:base="HOST/sites/demo/_api/" xmlns="http://www.w3.org/2005/Atom" xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata""#;
/// Those of a single value's root.
const VALUE: &str = r#"xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata""#;
const DECLARATION: &str = r#"<?xml version="1.0" encoding="utf-8"?>"#;
const SCHEME: &str = "http://schemas.microsoft.com/ado/2007/08/dataservices/scheme";
const RELATED: &str = "http://schemas.microsoft.com/ado/2007/08/dataservices/related";
const EMPTY: &str = "<title/><updated>TIME</updated><author><name/></author>";

/// Pumps on `/sites/demo`, which refer to Sites, with one item each.
struct Pumps {
    server: Server,
    known: Vec<(String, &'static str)>,
}

impl Pumps {
    fn new() -> Pumps {
        let server = Server::start(Options::default());
        let sites = server.list_in("/sites/demo", "Sites");
        sites.item(json!({"Title": "North"}));
        let id = |list: &matchlist_tests::List<'_>, under: &str, name: &str| {
            let read =
                list.request("GET", under).header("Accept", "application/json;odata=nometadata").send();
            read.json()[name].as_str().unwrap().to_owned()
        };
        let other = id(&sites, "", "Id");
        let list = server
            .list_in("/sites/demo", "Pumps")
            .number("Load")
            .boolean("Done")
            .date_time("Due")
            .field("Tags", 15, json!({"Choices": ["hot", "spare"]}))
            .field("Link", 11, json!({}))
            .field("Key", 14, json!({}))
            .field("Site", 7, json!({"LookupList": other}));
        list.item(json!({
            "Title": " a < b & \"c\"", "Load": 4.5, "Done": true, "Due": "2024-05-01T08:00:00Z",
            "Tags": ["hot", "spare"], "Link": {"Url": "https://x.test/?a=1&b=2", "Description": "X"},
            "Key": "7c1d0b52-0000-4000-8000-0000000000ab", "SiteId": 1,
        }));
        let known = vec![
            (format!("http://{}", server.address()), "HOST"),
            (id(&list, "", "Id"), "LIST"),
            (id(&list, "/contenttypes('0x01')", "StringId"), "TYPE"),
            (id(&list, "/items(1)", "GUID"), "GUID"),
            (id(&sites, "/items(1)", "GUID"), "OTHERGUID"),
            (other, "OTHER"),
        ];
        Pumps { server, known }
    }

    fn request(&self, method: &str, under: &str) -> Request<'_> {
        self.server.request(method, &format!("/sites/demo/_api/{under}")).header("Accept", ATOM)
    }

    /// The answer's type and text, redacted.
    fn get(&self, under: &str) -> (String, String) {
        self.redacted(&self.request("GET", under).send().expect_status(200))
    }

    fn redacted(&self, answer: &Response) -> (String, String) {
        let replace = |text: String, (value, name): &(String, &str)| text.replace(value, name);
        let text = without_times(&self.known.iter().fold(answer.text(), replace));
        (answer.header("Content-Type").unwrap_or_default().to_owned(), text)
    }
}

pub(crate) fn without_times(text: &str) -> String {
    const SHAPE: &[u8] = b"2999-99-99T99:99:99Z";
    let fits = |b: &u8, s: &u8| match s {
        b'9' => b.is_ascii_digit(),
        s => b == s,
    };
    let is_time =
        |bytes: &[u8]| bytes.iter().zip(SHAPE).all(|(b, s)| fits(b, s)) && !bytes.starts_with(b"2024");
    let found = text.as_bytes().windows(SHAPE.len()).position(is_time);
    found.map_or_else(
        || text.to_owned(),
        |at| format!("{}TIME{}", &text[..at], without_times(&text[at + SHAPE.len()..])),
    )
}

/// A write with a body of JSON, answered in Atom.
fn write(pumps: &Pumps, method: &str, under: &str, body: &Value) -> Response {
    pumps.request(method, under).json(body).send()
}
