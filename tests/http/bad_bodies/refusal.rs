//! What every refusal must be: the same in each format, without effect, and with the server alive after it.

use matchlist_tests::{Options, Response, Server};
use serde_json::{Value, json};

pub(crate) const CLIENT: &str = "-1, Microsoft.SharePoint.Client.ClientServiceException";
pub(crate) const QUERY: &str = "-1, Microsoft.SharePoint.Client.InvalidClientQueryException";
pub(crate) const ARGUMENT: &str = "-2147024809, System.ArgumentException";
pub(crate) const VALIDATION: &str = "-2130575162, Microsoft.SharePoint.SPListDataValidationException";
pub(crate) const TEXT: &str = "-2130575155, Microsoft.SharePoint.SPException";
pub(crate) const NO_FILE: &str = "-2147024894, System.IO.FileNotFoundException";
pub(crate) const NO_ITEM: &str = "-2130575338, System.ArgumentException";
pub(crate) const DUPLICATE: &str = "-2130575169, Microsoft.SharePoint.SPDuplicateValuesFoundException";
pub(crate) const TITLE_TAKEN: &str = "-2130575342, Microsoft.SharePoint.SPException";

/// Accept, OData-Version, and the Content-Type of an error.
const FORMATS: [(&str, &str, &str); 5] = [
    ("application/json;odata=verbose", "3.0", "application/json;odata=verbose;charset=utf-8"),
    (
        "application/json;odata=minimalmetadata",
        "3.0",
        "application/json;odata=minimalmetadata;streaming=true;charset=utf-8",
    ),
    (
        "application/json;odata=nometadata",
        "3.0",
        "application/json;odata=nometadata;streaming=true;charset=utf-8",
    ),
    ("application/problem+json", "3.0", "application/problem+json"),
    ("application/json", "4.0", "application/json;odata.metadata=minimal;odata.streaming=true;charset=utf-8"),
];

/// A request that must be refused.
#[derive(Clone, Debug)]
pub(crate) struct Bad {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

pub(crate) fn bad(method: &str, path: impl Into<String>) -> Bad {
    Bad { method: method.into(), path: path.into(), headers: Vec::new(), body: None }
}

impl Bad {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Bad {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(crate) fn body(self, body: impl Into<Vec<u8>>) -> Bad {
        Bad { body: Some(body.into()), ..self }
    }

    pub(crate) fn json(self, body: impl Into<Vec<u8>>) -> Bad {
        self.header("Content-Type", "application/json").body(body)
    }
}

/// A server with one list, Pumps, of a field of each kind, and two items; all that a refusal must leave as it is.
pub(crate) struct Bench {
    pub(crate) server: Server,
    /// The address of the list.
    pub(crate) pumps: String,
}

impl Bench {
    pub(crate) fn new() -> Bench {
        Bench::with(Options::default())
    }

    pub(crate) fn with(options: Options) -> Bench {
        let server = Server::start(options);
        let pumps = server
            .list("Pumps")
            .field("Short", 2, json!({"MaxLength": 10}))
            .note("Notes")
            .field("Pressure", 9, json!({"MinimumValue": 0, "MaximumValue": 100}))
            .boolean("Running")
            .date_time("Since")
            .choice("State", &["open", "done"])
            .field("Serial", 2, json!({"Indexed": true, "EnforceUniqueValues": true}))
            .field("Must", 2, json!({"Required": true}));
        pumps.item(json!({"Title": "P-101", "Must": "1", "Serial": "A1", "Pressure": 4.5, "State": "open"}));
        pumps.item(json!({"Title": "P-102", "Must": "2", "Serial": "B2"}));
        let pumps = pumps.url().to_owned();
        Bench { server, pumps }
    }

    /// A request to what is under the list.
    pub(crate) fn under(&self, method: &str, under: &str) -> Bad {
        bad(method, format!("{}{under}", self.pumps))
    }

    pub(crate) fn send(&self, bad: &Bad, more: &[(&str, &str)]) -> Response {
        let mut request = self.server.request(&bad.method, &bad.path);
        for (name, value) in &bad.headers {
            request = request.header(name, value);
        }
        for (name, value) in more {
            request = request.header(name, value);
        }
        match &bad.body {
            Some(body) => request.body(body.clone()).send(),
            None => request.send(),
        }
    }

    /// Sends the request in each format, checks all that a refusal must be, and returns its message.
    #[track_caller]
    pub(crate) fn refuses(&self, status: u16, code: &str, bad: &Bad) -> String {
        let before = self.everything();
        let mut messages = Vec::new();
        for (accept, version, content_type) in FORMATS {
            let reply = self.send(bad, &[("Accept", accept), ("OData-Version", version)]);
            assert!(reply.status == status, "expected {status} for {bad:?}, got {reply}");
            assert_eq!(reply.header("Content-Type"), Some(content_type), "{bad:?}: {reply}");
            messages.push(checked_message(&reply, accept, version, code));
        }
        let message = messages.swap_remove(0);
        assert!(!message.is_empty(), "{bad:?}");
        assert!(messages.iter().all(|other| *other == message), "one message: {message:?} {messages:?}");
        assert_eq!(self.everything(), before, "{bad:?} changed something");
        message
    }

    /// All that is stored, with the tags.
    pub(crate) fn everything(&self) -> Vec<Value> {
        let paths = ["", "/items?$top=5000", "/fields"].map(|under| format!("{}{under}", self.pumps));
        let lists = ["/_api/web/lists", "/sites/demo/_api/web/lists"].map(str::to_owned);
        let read = |path: &String| {
            let request = self.server.request("GET", path).header("Accept", "application/json");
            let mut body = request.send().expect_status(200).json();
            forget_ids(&mut body);
            body
        };
        paths.iter().chain(&lists).map(read).collect()
    }
}

/// An item's `odata.id` is another one in each answer.
fn forget_ids(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove("odata.id");
            members.values_mut().for_each(forget_ids);
        }
        Value::Array(members) => members.iter_mut().for_each(forget_ids),
        _ => {}
    }
}

#[track_caller]
fn checked_message(reply: &Response, accept: &str, version: &str, code: &str) -> String {
    let body = reply.json();
    let (told, message) = if accept.contains("problem") {
        (&body, &body["detail"])
    } else {
        let error = if accept.contains("verbose") || version == "4.0" { "error" } else { "odata.error" };
        let message = if version == "4.0" { "/message" } else { "/message/value" };
        (&body[error], body[error].pointer(message).unwrap_or(&Value::Null))
    };
    let message = message.as_str().unwrap_or_else(|| panic!("no message in {reply}")).to_owned();
    assert_eq!(told["code"], code, "{reply}");
    let whole = match (accept.contains("problem"), version) {
        (true, _) => json!({
            "type": "about:blank", "title": phrase(reply.status), "status": reply.status,
            "detail": message, "code": code,
        }),
        (_, "4.0") => json!({"error": {"code": code, "message": message}}),
        _ => {
            let error = json!({"code": code, "message": {"lang": "en-US", "value": message}});
            if accept.contains("verbose") { json!({"error": error}) } else { json!({"odata.error": error}) }
        }
    };
    assert_eq!(body, whole, "{reply}");
    message
}

fn phrase(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        431 => "Request Header Fields Too Large",
        other => panic!("a refusal with {other}"),
    }
}
