//! One request, with all that it takes to get an answer to it: headers, what may be sent again and when,
//! and the two things that older servers want otherwise (verbose JSON, types in bodies).

use crate::answer::{Body, Reply, RetryAfter};
use crate::failure::{Code, Failure};
use crate::json::{Json, quote};
use crate::machine::{Event, Machine, Moment, Request, Server, Step};
use crate::retry::{TRIES, Tries};

/// The type of bodies that name the type of their item.
const TYPED: &str = "application/json;odata=verbose";

/// What a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Read,
    /// Adds an item.
    Add,
    /// Increments a number in an item.
    Increment,
    Merge,
    Replace,
    Delete,
}

/// What is asked of the server.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ask {
    pub(crate) verb: Verb,
    pub(crate) url: String,
    pub(crate) if_match: Option<String>,
    pub(crate) body: Option<Content>,
}

/// A body.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Content {
    /// An object as JSON text.
    pub(crate) json: String,
    /// Where the type of the object is told, if it is an item.
    pub(crate) item_type: Option<ItemType>,
}

/// Where the type of a list's items is told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ItemType {
    pub(crate) list: String,
    pub(crate) url: String,
}

impl Ask {
    /// A read.
    pub(crate) const fn read(url: String) -> Self {
        Self { verb: Verb::Read, url, if_match: None, body: None }
    }
}

/// One request in progress. It ends with a 2xx reply that fits what was asked, or with a failure.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call<J> {
    ask: Ask,
    tries: Tries,
    /// The id and the time of the first sending, the same for every sending.
    identity: Option<(String, String)>,
    /// Whether some sending of a write may have been run without our knowledge.
    may_have_run: bool,
    phase: Phase<J>,
    sent: Sent,
    /// How often the host had the request made anew.
    unsent: u32,
}

/// What the last sending said. The refusal of one call answers what that call sent, whatever another call
/// has taught about the server meanwhile.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sent {
    asked_verbose: bool,
    named_type: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Phase<J> {
    /// The request itself; the type of its item, if the body names it.
    Asking(Option<String>),
    /// A read of the type of the list's items. Holds the refusal that led to it.
    Typing(Box<Failure<J>>),
}

impl<J: Json> Call<J> {
    pub(crate) const fn new(ask: Ask, tries: u32) -> Self {
        Self {
            ask,
            tries: Tries::new(tries),
            identity: None,
            may_have_run: false,
            phase: Phase::Asking(None),
            sent: Sent { asked_verbose: false, named_type: false },
            unsent: 0,
        }
    }

    fn is_write(&self) -> bool {
        matches!(self.phase, Phase::Asking(_)) && self.ask.verb != Verb::Read
    }

    fn send(&mut self, server: &Server, moment: &Moment) -> Step<J, Reply<J>> {
        Step::Send(self.request(server, moment))
    }

    fn request(&mut self, server: &Server, moment: &Moment) -> Request {
        let accept = match server.verbose_only {
            true => "application/json;odata=verbose",
            false => "application/json;odata=minimalmetadata",
        };
        self.sent = Sent { asked_verbose: server.verbose_only, named_type: false };
        let mut headers = vec![("Accept", accept.to_owned())];
        if let (Phase::Typing(_), Some(Content { item_type: Some(item_type), .. })) =
            (&self.phase, &self.ask.body)
        {
            return Request { method: "GET", url: item_type.url.clone(), headers, body: None };
        }
        let tunnelled = match self.ask.verb {
            Verb::Read | Verb::Add | Verb::Increment => None,
            Verb::Merge => Some("MERGE"),
            Verb::Replace => Some("PUT"),
            Verb::Delete => Some("DELETE"),
        };
        headers.extend(tunnelled.map(|method| ("X-HTTP-Method", method.to_owned())));
        headers.extend(self.ask.if_match.clone().map(|tag| ("IF-MATCH", tag)));
        // It makes a refusal bring the present item. Others than Matchlist don't know it, and a page of
        // another origin may not be allowed to send it.
        if tunnelled.is_some() && server.is_matchlist {
            headers.push(("Prefer", "return=representation".to_owned()));
        }
        // Once it was sent with an id, it must not be sent without.
        if self.ask.verb != Verb::Read && (server.repeatability || self.identity.is_some()) {
            let (id, first_sent) = self
                .identity
                .get_or_insert_with(|| (moment.uuid.clone(), J::print_http_date(server.now(moment))));
            headers.push(("Repeatability-Request-ID", id.clone()));
            headers.push(("Repeatability-First-Sent", first_sent.clone()));
        }
        let body = self.ask.body.as_ref().map(|content| match self.item_type(content, server) {
            Some(name) => (TYPED, typed(&content.json, &name)),
            None => ("application/json", content.json.clone()),
        });
        self.sent.named_type = body.as_ref().is_some_and(|(content_type, _)| *content_type == TYPED);
        headers.extend(body.as_ref().map(|(content_type, _)| ("Content-Type", (*content_type).to_owned())));
        Request {
            method: if self.ask.verb == Verb::Read { "GET" } else { "POST" },
            url: self.ask.url.clone(),
            headers,
            body: body.map(|(_, text)| text),
        }
    }

    /// The type that the body has to name, where it is known that it has to.
    fn item_type(&self, content: &Content, server: &Server) -> Option<String> {
        match &self.phase {
            Phase::Asking(Some(name)) => Some(name.clone()),
            _ => server.item_type(&content.item_type.as_ref()?.list).map(str::to_owned),
        }
    }

    fn lost(&mut self, reason: J, moment: &Moment) -> Step<J, Reply<J>> {
        let text = reason.text().or_else(|| reason.member("message")?.text());
        let text = text.map(|text| format!(": {text}")).unwrap_or_default();
        let is_write = self.is_write();
        self.may_have_run |= is_write;
        if (!is_write || self.identity.is_some())
            && let Some(wait) = self.tries.again(None, moment.random)
        {
            return Step::Sleep(wait);
        }
        let mut failure = match is_write {
            true => unknown(format!("No reply came to a write{text}.")),
            false => Failure::new(Code::Network, format!("No reply came{text}.")),
        };
        failure.cause = Some(reason);
        fail(failure)
    }

    fn replied(&mut self, reply: Reply<J>, server: &mut Server, moment: &Moment) -> Step<J, Reply<J>> {
        server.learn(&reply, moment);
        match reply.status {
            // Not run: whoever is throttled may send again, whatever it is.
            429 => self.unavailable(&reply, moment, true),
            // Of a server that ended under it, or of the proxy before it: it may have been run.
            502..=504 => {
                let is_write = self.is_write();
                self.may_have_run |= is_write;
                self.unavailable(&reply, moment, !is_write || self.identity.is_some())
            }
            406 if !self.sent.asked_verbose => {
                server.verbose_only = true;
                self.send(server, moment)
            }
            412 if is_rejected(&reply) => {
                server.distrust();
                let mut failure = unknown(
                    "The server takes the write for one of long ago, and cannot tell whether it was run.",
                );
                failure.status = Some(reply.status);
                (failure.server_code, failure.server_message) = reply.error();
                fail(failure)
            }
            _ if matches!(self.phase, Phase::Typing(_)) => self.type_told(&reply, server, moment),
            400 | 415 if self.wants_type(&reply, server) => {
                // Another call may have learnt it while this one was under way.
                if !self.knows_type(server) {
                    self.phase = Phase::Typing(Box::new(Failure::read(&reply)));
                }
                self.send(server, moment)
            }
            200..=299 => self.succeeded(reply, server),
            _ => self.refused(&reply),
        }
    }

    /// A refusal, final. After a sending that may have been run, only what was judged by the item tells that
    /// nothing was written; the end of a sign-in, or a failure, says nothing of that sending.
    fn refused(&self, reply: &Reply<J>) -> Step<J, Reply<J>> {
        let failure = Failure::read(reply);
        match reply.status {
            400 | 404 | 409 | 412 | 428 => fail(failure),
            _ => fail(self.doubted(failure)),
        }
    }

    /// The failure, where nothing was run without our knowledge; else it is an unknown outcome.
    fn doubted(&self, mut failure: Failure<J>) -> Failure<J> {
        if self.may_have_run {
            failure.code = Code::UnknownOutcome;
            failure.message = format!("{} Whether the write was run is unknown.", failure.message);
        }
        failure
    }

    /// The request was not sent, but the server has shown itself: it is made anew.
    fn unsent(&mut self, reply: &Reply<J>, server: &mut Server, moment: &Moment) -> Step<J, Reply<J>> {
        server.learn(reply, moment);
        self.unsent += 1;
        if self.unsent == TRIES {
            let message = "The host does not send what it is given.";
            return fail(self.doubted(Failure::new(Code::Protocol, message)));
        }
        self.send(server, moment)
    }

    /// Whether a refusal may mean that the body has to name the item's type. Codes are the same in every
    /// language of a server, messages are not; so a body that is wrong in itself is sent twice.
    fn wants_type(&self, reply: &Reply<J>, server: &Server) -> bool {
        let is_item = self.ask.body.as_ref().is_some_and(|content| content.item_type.is_some());
        if !is_item || self.sent.named_type || server.is_matchlist {
            return false;
        }
        let (code, message) = reply.error();
        reply.status == 415
            || code.is_some_and(|code| code.contains("InvalidClientQueryException"))
            || message.is_some_and(|message| message.contains("type name"))
    }

    /// Whether the type of the item is known, and a body therefore names it.
    fn knows_type(&self, server: &Server) -> bool {
        self.ask.body.as_ref().is_some_and(|content| self.item_type(content, server).is_some())
    }

    /// The type was asked for.
    fn type_told(&mut self, reply: &Reply<J>, server: &Server, moment: &Moment) -> Step<J, Reply<J>> {
        let name = reply.value().filter(|_| reply.is_success());
        let name = name.and_then(|value| value.member("ListItemEntityTypeFullName")?.text());
        match std::mem::replace(&mut self.phase, Phase::Asking(name)) {
            Phase::Typing(refusal) if matches!(self.phase, Phase::Asking(None)) => Step::Fail(refusal),
            _ => self.send(server, moment),
        }
    }

    /// Success, if what came with it is what such a success brings: a sign-in page is none.
    fn succeeded(&self, reply: Reply<J>, server: &mut Server) -> Step<J, Reply<J>> {
        let expected = match self.ask.verb {
            Verb::Read if reply.value().is_none() => "JSON",
            Verb::Add if !has_item(&reply) => "the new item",
            Verb::Increment if reply.increment().is_none() => "the numbers",
            Verb::Merge | Verb::Replace if !is_written(&reply) => "204, or the item",
            Verb::Delete if matches!(reply.body, Body::Other) => "no body",
            _ => {
                if let (Phase::Asking(Some(name)), Some(Content { item_type: Some(of), .. })) =
                    (&self.phase, &self.ask.body)
                {
                    server.learn_item_type(&of.list, name);
                }
                return Step::Done(reply);
            }
        };
        fail(Failure::protocol(&reply, expected))
    }

    fn unavailable(&mut self, reply: &Reply<J>, moment: &Moment, may_resend: bool) -> Step<J, Reply<J>> {
        let asked = retry_after(reply, moment);
        if may_resend && let Some(wait) = self.tries.again(asked, moment.random) {
            return Step::Sleep(wait);
        }
        let mut failure = Failure::read(reply);
        failure.retry_after = asked.map(|milliseconds| (milliseconds / 1_000.0).ceil());
        fail(self.doubted(failure))
    }
}

impl<J: Json> Machine<J> for Call<J> {
    type Output = Reply<J>;

    fn step(&mut self, event: Event<J>, server: &mut Server, moment: &Moment) -> Step<J, Reply<J>> {
        match event {
            Event::Begin | Event::Awake => self.send(server, moment),
            Event::Lost(reason) => self.lost(reason, moment),
            Event::Unsent(reply) => self.unsent(&reply, server, moment),
            Event::Replied(reply) => self.replied(reply, server, moment),
        }
    }
}

fn fail<J, T>(failure: Failure<J>) -> Step<J, T> {
    Step::Fail(Box::new(failure))
}

fn unknown<J: Json>(message: impl Into<String>) -> Failure<J> {
    Failure::new(Code::UnknownOutcome, message)
}

/// Whether a reply says that an item was written.
fn is_written<J: Json>(reply: &Reply<J>) -> bool {
    match reply.body {
        Body::Empty => reply.status == 204 || reply.etag.is_some(),
        Body::Json(_) => has_item(reply),
        Body::Other => false,
    }
}

/// Whether the body holds an item: one of a list has an Id or a tag, and a stray object has neither.
fn has_item<J: Json>(reply: &Reply<J>) -> bool {
    reply.item().is_some_and(|tagged| tagged.etag.is_some() || tagged.item.member("Id").is_some())
}

/// Whether the reply refuses an id as too old. It is a 412, and no precondition failed.
fn is_rejected<J>(reply: &Reply<J>) -> bool {
    reply.repeatability_result.as_deref().is_some_and(|result| result.trim().eq_ignore_ascii_case("rejected"))
}

/// How many milliseconds to wait, if the reply says so. A date is the server's, so its own clock counts.
fn retry_after<J>(reply: &Reply<J>, moment: &Moment) -> Option<f64> {
    Some(match reply.retry_after? {
        RetryAfter::Wait(milliseconds) => milliseconds,
        RetryAfter::At(time) => (time - reply.date.unwrap_or(moment.now)).max(0.0),
    })
}

/// The body in verbose JSON: the type of the item stands in it.
fn typed(json: &str, name: &str) -> String {
    let members = json.trim_start().strip_prefix('{').unwrap_or(json).trim_start();
    let between = if members.starts_with('}') { "" } else { "," };
    format!("{{\"__metadata\":{{\"type\":{}}}{between}{members}", quote(name))
}
