//! What the state machines of this crate have in common: an event goes in, the next step comes out. No
//! machine does I/O, reads a clock or draws a random number; `transport.rs` drives them.

use crate::answer::Reply;
use crate::failure::Failure;

/// A call in progress.
pub(crate) trait Machine<J> {
    /// What the call gives in the end.
    type Output;

    /// Takes what happened, and says what is to be done next.
    fn step(&mut self, event: Event<J>, server: &mut Server, moment: &Moment) -> Step<J, Self::Output>;
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event<J> {
    /// The call begins, or goes on after it gave something.
    Begin,
    /// A reply came.
    Replied(Reply<J>),
    /// No reply came, for the reason that the transport gave: whether the request was run is unknown.
    Lost(J),
    /// The host had to ask something else first, and sent nothing yet: this reply to its own request may
    /// teach what changes ours.
    Unsent(Reply<J>),
    /// The sleep is over.
    Awake,
}

/// What is to be done next.
#[derive(Debug, PartialEq)]
pub(crate) enum Step<J, T> {
    Send(Request),
    /// Milliseconds.
    Sleep(f64),
    Done(T),
    Fail(Box<Failure<J>>),
}

impl<J, T> Step<J, T> {
    /// Hands on what a machine within wants done; `Err` is how that machine ended.
    #[expect(clippy::type_complexity, reason = "it is a step of this call, or the end of the one within")]
    pub(crate) fn within<U>(self) -> Result<Step<J, U>, Result<T, Box<Failure<J>>>> {
        match self {
            Self::Send(request) => Ok(Step::Send(request)),
            Self::Sleep(milliseconds) => Ok(Step::Sleep(milliseconds)),
            Self::Done(output) => Err(Ok(output)),
            Self::Fail(failure) => Err(Err(failure)),
        }
    }
}

/// A request, ready to be sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) url: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<String>,
}

/// What a machine may need of the world, taken when its event came in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Moment {
    /// Milliseconds since 1970.
    pub(crate) now: f64,
    /// In [0, 1).
    pub(crate) random: f64,
    /// An id that no other moment has.
    pub(crate) uuid: String,
}

/// What the replies have taught about the server.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Server {
    /// It is Matchlist: it sent `Matchlist-Features`.
    pub(crate) is_matchlist: bool,
    /// Writes may carry a Repeatability-Request-ID.
    pub(crate) repeatability: bool,
    /// Items have `/increment`.
    pub(crate) next_sequence: bool,
    /// It refused light JSON: it is asked for verbose.
    pub(crate) verbose_only: bool,
    /// Lists whose bodies have to name the type of the items, each with that type.
    pub(crate) item_types: Vec<(String, String)>,
    /// How far its clock is ahead, in milliseconds. A First-Sent by a wrong clock would be refused as old.
    pub(crate) ahead: f64,
    /// It took a fresh id for an old one: without ids then.
    pub(crate) distrusted: bool,
}

impl Server {
    /// Learns from a reply. One without the header teaches nothing: a proxy may have answered.
    pub(crate) fn learn<J>(&mut self, reply: &Reply<J>, moment: &Moment) {
        if let Some(features) = &reply.features {
            let has = |wanted| features.split(',').any(|feature| feature.trim() == wanted);
            self.is_matchlist = true;
            self.repeatability = has("repeatability") && !self.distrusted;
            self.next_sequence = has("next-sequence");
        }
        if let Some(date) = reply.date {
            self.ahead = date - moment.now;
        }
    }

    /// The type that a list's bodies have to name, where they have to.
    pub(crate) fn item_type(&self, list: &str) -> Option<&str> {
        self.item_types.iter().find(|(known, _)| known == list).map(|(_, name)| name.as_str())
    }

    /// Remembers a type that a body had to name.
    pub(crate) fn learn_item_type(&mut self, list: &str, name: &str) {
        if self.item_type(list).is_none() {
            self.item_types.push((list.to_owned(), name.to_owned()));
        }
    }

    /// Stops sending ids.
    pub(crate) fn distrust(&mut self) {
        self.distrusted = true;
        self.repeatability = false;
    }

    /// The server's time, in milliseconds since 1970.
    pub(crate) fn now(&self, moment: &Moment) -> f64 {
        moment.now + self.ahead
    }
}
