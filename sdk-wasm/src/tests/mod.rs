//! The machines, driven by scripts of events: no clock, no chance, no I/O.

mod call;
mod edit;
mod next_seq;

use serde_json::{Value, json};

use crate::address::Site;
use crate::answer::Reply;
use crate::counter::{Returns, Wish};
use crate::failure::Failure;
use crate::json::Json;
use crate::machine::{Event, Machine, Moment, Request, Server, Step};
use crate::next_seq::NextSeq;

pub(super) const MATCHLIST: (&str, &str) = ("Matchlist-Features", "repeatability, next-sequence");
pub(super) const ITEMS: &str = "/_api/web/lists/getbytitle('Configuration')/items";

/// A machine with what it did last.
pub(super) struct Run<M: Machine<Value>> {
    pub(super) machine: M,
    pub(super) server: Server,
    pub(super) moment: Moment,
    step: Step<Value, M::Output>,
    steps: u32,
}

impl<M: Machine<Value>> Run<M> {
    pub(super) fn new(machine: M) -> Self {
        Self::on(Server::default(), machine)
    }

    /// Begins on a server of which something is known.
    pub(super) fn on(server: Server, machine: M) -> Self {
        // 1994-11-06T08:49:37Z.
        let moment = Moment { now: 784_111_777_000.0, random: 0.5, uuid: String::new() };
        let mut run = Self { machine, server, moment, step: Step::Sleep(f64::NAN), steps: 0 };
        run.event(Event::Begin);
        run
    }

    pub(super) fn event(&mut self, event: Event<Value>) -> &mut Self {
        self.steps += 1;
        self.moment.uuid = format!("uuid-{}", self.steps);
        self.step = self.machine.step(event, &mut self.server, &self.moment);
        self
    }

    pub(super) fn replied(&mut self, status: u16, headers: &[(&str, &str)], body: Value) -> &mut Self {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        self.replied_text(status, headers, &text)
    }

    pub(super) fn replied_text(&mut self, status: u16, headers: &[(&str, &str)], text: &str) -> &mut Self {
        self.sent();
        let header = |name: &str| headers.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        self.event(Event::Replied(Reply::read(status, header, text)))
    }

    pub(super) fn lost(&mut self) -> &mut Self {
        self.sent();
        self.event(Event::Lost(json!({"message": "Failed to fetch"})))
    }

    /// The host sent nothing yet, but asked for something of its own.
    pub(super) fn unsent(&mut self, headers: &[(&str, &str)]) -> &mut Self {
        self.sent();
        let header = |name: &str| headers.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        self.event(Event::Unsent(Reply::read(200, header, "{}")))
    }

    /// Sleeps as long as is expected.
    pub(super) fn sleeps(&mut self, milliseconds: f64) -> &mut Self {
        match self.step {
            Step::Sleep(asked) => assert_eq!(asked, milliseconds),
            _ => panic!("no sleep, but {}", self.described()),
        }
        self.event(Event::Awake)
    }

    pub(super) fn sent(&self) -> &Request {
        match &self.step {
            Step::Send(request) => request,
            _ => panic!("nothing was sent, but {}", self.described()),
        }
    }

    /// `GET url`, or `POST[MERGE "3"] url body`.
    pub(super) fn line(&self) -> String {
        let Request { method, url, body, .. } = self.sent();
        let special = ["X-HTTP-Method", "IF-MATCH"].iter().filter_map(|name| self.header(name));
        let special = special.collect::<Vec<_>>().join(" ");
        let special = if special.is_empty() { special } else { format!("[{special}]") };
        let body = body.as_ref().map(|body| format!(" {body}")).unwrap_or_default();
        format!("{method}{special} {}{body}", url.replace(ITEMS, "ITEMS"))
    }

    pub(super) fn header(&self, name: &str) -> Option<String> {
        self.sent().headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
    }

    pub(super) fn done(&self) -> &M::Output {
        match &self.step {
            Step::Done(output) => output,
            _ => panic!("not done, but {}", self.described()),
        }
    }

    pub(super) fn failed(&self) -> &Failure<Value> {
        match &self.step {
            Step::Fail(failure) => failure,
            _ => panic!("not failed, but {}", self.described()),
        }
    }

    /// The code that it failed with.
    pub(super) fn code(&self) -> &'static str {
        self.failed().code.name()
    }

    fn described(&self) -> String {
        match &self.step {
            Step::Send(request) => format!("{request:?}"),
            Step::Sleep(milliseconds) => format!("sleep {milliseconds}"),
            Step::Fail(failure) => format!("{failure:?}"),
            Step::Done(_) => "done".to_owned(),
        }
    }
}

pub(super) fn wish() -> Wish {
    Wish {
        list: "Configuration".into(),
        title: "LastSeqAAAA".into(),
        field: "ParamValue".into(),
        pad: 4,
        count: 1,
        create: false,
        returns: Returns::Written,
        rounds: 100,
    }
}

pub(super) fn next_seq(wish: Wish) -> Run<NextSeq<Value>> {
    Run::new(NextSeq::new(Site::default_for_tests(), wish))
}

/// A page with the counter's item.
pub(super) fn counter(id: i64, tag: &str, value: impl Into<Value>) -> Value {
    let value: Value = value.into();
    json!({"value": [{"odata.etag": tag, "Id": id, "Title": "LastSeqAAAA", "ParamValue": value}]})
}

/// A refusal, in light JSON.
pub(super) fn refusal(code: &str, message: &str) -> Value {
    json!({"odata.error": {"code": code, "message": {"lang": "en-US", "value": message}}})
}

/// A 412's body with the present item.
pub(super) fn conflict(tag: &str, value: &str) -> Value {
    let item = json!({"odata.etag": tag, "Id": 3, "Title": "LastSeqAAAA", "ParamValue": value});
    json!({"odata.error": {"code": "-1", "message": {"value": "changed"}, "conflict":
        {"etag": tag, "by": "ada", "at": "2024-05-01T08:00:00Z", "fields": ["ParamValue"], "item": item}}})
}

#[test]
fn the_json_of_tests_is_read_as_in_the_browser() {
    assert_eq!(<Value as Json>::parse("<html>"), None);
    assert_eq!(json!({"a": null}).member("b"), None);
}
