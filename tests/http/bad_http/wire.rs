//! Hand-made requests to one server with one list.

use std::time::Duration;

use matchlist_tests::{Options, Server, raw};
use serde_json::Value;

/// The body of a request that would add an item.
pub(super) const ITEM: &str = r#"{"Title":"a"}"#;

/// Longer than an answer takes; the server's own time-outs are 10 seconds.
const PATIENCE: Duration = Duration::from_secs(8);

pub(super) struct Wire {
    pub(super) server: Server,
    pub(super) host: String,
    items: String,
}

impl Wire {
    pub(super) fn new() -> Wire {
        let server = Server::start(Options::default());
        let items = server.list("Pumps").items_url();
        Wire { host: format!("Host: {}\r\n", server.address()), items, server }
    }

    /// The head of a request that adds an item, its framing left open, and then the body's bytes.
    pub(super) fn add(&self, framing: &str, body: &str) -> String {
        let Wire { host, items, .. } = self;
        format!("POST {items} HTTP/1.1\r\n{host}Content-Type: application/json\r\n{framing}\r\n{body}")
    }

    /// A request line and headers, whole.
    pub(super) fn get(&self, line: &str, headers: &str) -> String {
        format!("{line}\r\n{headers}\r\n")
    }

    /// Sends the bytes, then a request that adds an item and one that asks the server to close, all at once.
    /// Returns the statuses of the answers until the server closed, and the titles of the items that are there.
    pub(super) fn statuses(&self, bytes: &[u8]) -> (Vec<String>, Vec<Value>) {
        let mut all = bytes.to_vec();
        let smuggled = r#"{"Title":"next"}"#;
        let next = self.add(&format!("Content-Length: {}\r\n", smuggled.len()), smuggled);
        let last = self.get("GET /healthz HTTP/1.1", &format!("{}Connection: close\r\n", self.host));
        all.extend(next.into_bytes());
        all.extend(last.into_bytes());
        let said = raw(self.server.address(), &all, PATIENCE).unwrap();
        let said = String::from_utf8_lossy(&said);
        let replies = said.split("HTTP/1.").skip(1).filter_map(|reply| reply.get(2..5)).map(str::to_owned);
        (replies.collect(), self.titles())
    }

    pub(super) fn titles(&self) -> Vec<Value> {
        let items = self.server.client().get(&self.items).expect_status(200).json();
        items["value"].as_array().unwrap().iter().map(|item| item["Title"].clone()).collect()
    }

    /// The server answers with this status alone and closes: what follows is not run, as its beginning is unsure.
    #[track_caller]
    pub(super) fn refuses(&self, status: &str, what: &str, bytes: impl AsRef<[u8]>) {
        let before = self.titles();
        let (statuses, after) = self.statuses(bytes.as_ref());
        assert_eq!(statuses, [status], "{what}");
        assert_eq!(after, before, "{what}");
    }

    /// The server answers with this status and is in step: the next request is run as itself.
    #[track_caller]
    pub(super) fn answers(&self, status: &str, what: &str, bytes: impl AsRef<[u8]>) {
        let mut expected = self.titles();
        if status == "201" {
            expected.push("a".into());
        }
        expected.push("next".into());
        let (statuses, after) = self.statuses(bytes.as_ref());
        assert_eq!(statuses, [status, "201", "200"], "{what}");
        assert_eq!(after, expected, "{what}");
    }
}
