//! `_vti_bin/ListData.svc`: the service of SharePoint 2010, OData 2.
//!
//! What differs from run to run is replaced: `HOST`, `LIST`, `OTHER`, `TYPE`, and `TIME`.

mod names;
mod reads;
mod refused;
mod rights;
mod writes;

use matchlist_tests::{List, Options, Request, Response, Server};
use serde_json::{Value, json};

use crate::atom::without_times;

const ATOM: &str = "application/atom+xml";
const JSON: &str = "application/json";
const SERVICE: &str = "/sites/demo/_vti_bin/ListData.svc";

/// `wash list` on `/sites/demo`, which refers to Sites, with one item each.
struct Wash {
    server: Server,
    known: Vec<(String, &'static str)>,
}

impl Wash {
    fn new() -> Wash {
        let server = Server::start(Options::default());
        let sites = server.list_in("/sites/demo", "Sites");
        sites.item(json!({"Title": "North"}));
        let other = id(&sites);
        let list = server
            .list_in("/sites/demo", "wash list")
            .number("Max load")
            .boolean("done")
            .date_time("Due")
            .field("Tags", 15, json!({"Choices": ["hot", "spare"]}))
            .field("Link", 11, json!({}))
            .field("Key", 14, json!({}))
            .field("Site", 7, json!({"LookupList": other}))
            .field("Sites", 7, json!({"LookupList": other, "AllowMultipleValues": true}))
            .field("Owner", 20, json!({}));
        list.item(json!({
            "Title": "a < b", "Max_x0020_load": 4.5, "done": true, "Due": "2024-05-01T08:00:00Z",
            "Tags": ["hot", "spare"], "Link": {"Url": "https://x.test/", "Description": "X"},
            "Key": "7c1d0b52-0000-4000-8000-0000000000ab", "SiteId": 1, "SitesId": [1], "OwnerId": 1,
        }));
        let content_type = |list: &List<'_>| {
            let read = list.request("GET", "/contenttypes('0x01')").header("Accept", JSON).send().json();
            read["StringId"].as_str().unwrap().to_owned()
        };
        let known = vec![
            (content_type(&list), "TYPE"),
            (content_type(&sites), "OTHERTYPE"),
            (format!("http://{}{SERVICE}", server.address()), "HOST"),
            (id(&list), "LIST"),
            (other, "OTHER"),
        ];
        Wash { server, known }
    }

    /// A request whose answer shall be of OData 2's JSON.
    fn request(&self, method: &str, under: &str) -> Request<'_> {
        self.server.request(method, &format!("{SERVICE}/{under}")).header("Accept", JSON)
    }

    fn atom(&self, method: &str, under: &str) -> Request<'_> {
        self.server.request(method, &format!("{SERVICE}/{under}")).header("Accept", ATOM)
    }

    fn get(&self, under: &str) -> Value {
        let answer = self.request("GET", under).send().expect_status(200);
        serde_json::from_str(&self.redacted(&answer)).unwrap()
    }

    fn get_atom(&self, under: &str) -> String {
        self.redacted(&self.atom("GET", under).send().expect_status(200))
    }

    fn redacted(&self, answer: &Response) -> String {
        let replace = |text: String, (value, name): &(String, &str)| text.replace(value, name);
        without_times(&without_ticks(&self.known.iter().fold(answer.text(), replace)))
    }
}

fn id(list: &List<'_>) -> String {
    list.request("GET", "/Id/$value").header("Accept", "text/plain").send().expect_status(200).text()
}

/// Points in time of today's date, as milliseconds, are not the same from run to run; that of the item's field is.
fn without_ticks(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/Date(") {
        let (ticks, behind) = after.split_once(")/").unwrap();
        let shown = if ticks == "1714550400000" { ticks } else { "TIME" };
        out.push_str(&format!("{before}/Date({shown})/"));
        rest = behind;
    }
    out + rest
}

/// The item as JSON.
fn item() -> Value {
    json!({
        "__metadata": {
            "uri": "HOST/WashList(1)", "etag": "W/\"1\"",
            "type": "Microsoft.SharePoint.DataService.WashListItem",
        },
        "Id": 1, "ContentTypeID": "TYPE", "Title": "a < b", "MaxLoad": 4.5, "Done": true,
        "Due": "/Date(1714550400000)/", "Tags": "hot;#spare", "Link": "https://x.test/, X",
        "Key": "7c1d0b52-0000-4000-8000-0000000000ab", "SiteId": 1, "SitesId": "1", "OwnerId": 1,
        "Modified": "/Date(TIME)/", "Created": "/Date(TIME)/", "CreatedById": 1, "ModifiedById": 1,
        "Owshiddenversion": 1, "Version": "1.0",
        "Site": {"__deferred": {"uri": "HOST/WashList(1)/Site"}},
    })
}

/// What the item refers to.
fn north() -> Value {
    json!({
        "__metadata": {
            "uri": "HOST/Sites(1)", "etag": "W/\"1\"", "type": "Microsoft.SharePoint.DataService.SitesItem",
        },
        "Id": 1, "ContentTypeID": "OTHERTYPE", "Title": "North",
        "Modified": "/Date(TIME)/", "Created": "/Date(TIME)/", "CreatedById": 1, "ModifiedById": 1,
        "Owshiddenversion": 1, "Version": "1.0",
    })
}
