//! Why a call failed: one type for all calls, without JavaScript. `error.rs` makes it an `Error`.

use crate::answer::{Reply, properties};
use crate::json::Json;

/// What kind of failure it is; scripts match on its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    Conflict,
    PreconditionRequired,
    NotFound,
    Throttled,
    UnknownOutcome,
    Attempts,
    NotANumber,
    Forbidden,
    Invalid,
    Protocol,
    Network,
    Server,
}

impl Code {
    /// The stable name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Conflict => "conflict",
            Self::PreconditionRequired => "precondition-required",
            Self::NotFound => "not-found",
            Self::Throttled => "throttled",
            Self::UnknownOutcome => "unknown-outcome",
            Self::Attempts => "attempts",
            Self::NotANumber => "not-a-number",
            Self::Forbidden => "forbidden",
            Self::Invalid => "invalid",
            Self::Protocol => "protocol",
            Self::Network => "network",
            Self::Server => "server",
        }
    }
}

/// What a 404 says is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    List,
    Item,
    Site,
    Unknown,
}

impl Missing {
    /// The stable name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Item => "item",
            Self::Site => "site",
            Self::Unknown => "unknown",
        }
    }

    /// Told by the codes, which are the same in every language of a server.
    fn read(code: &str) -> Self {
        if code.starts_with("-2130575338,") {
            Self::Item
        } else if code.starts_with("-2130575322,") || code == "-1, System.ArgumentException" {
            Self::List
        } else if code.starts_with("-2147024894,") {
            Self::Site
        } else {
            Self::Unknown
        }
    }
}

/// What stood in the way of a write with a precondition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Conflict<J> {
    /// The present item's properties, where the server gave them.
    pub(crate) current: Option<J>,
    /// The present tag.
    pub(crate) etag: Option<String>,
    /// Who wrote it, when, and which fields changed since the version that the write named.
    pub(crate) by: Option<String>,
    pub(crate) at: Option<String>,
    pub(crate) fields: Option<J>,
}

/// A failed call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Failure<J> {
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) status: Option<u16>,
    pub(crate) server_code: Option<String>,
    pub(crate) server_message: Option<String>,
    pub(crate) missing: Option<Missing>,
    /// Seconds.
    pub(crate) retry_after: Option<f64>,
    pub(crate) conflict: Option<Conflict<J>>,
    /// What the host's transport said where no reply came.
    pub(crate) cause: Option<J>,
}

impl<J: Json> Failure<J> {
    /// A failure that no reply tells of.
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            status: None,
            server_code: None,
            server_message: None,
            missing: None,
            retry_after: None,
            conflict: None,
            cause: None,
        }
    }

    /// A failure with what the reply says of it.
    pub(crate) fn of(reply: &Reply<J>, code: Code, message: impl Into<String>) -> Self {
        let (server_code, server_message) = reply.error();
        Self { status: Some(reply.status), server_code, server_message, ..Self::new(code, message) }
    }

    /// Reads a reply that is not 2xx.
    pub(crate) fn read(reply: &Reply<J>) -> Self {
        let (server_code, server_message) = reply.error();
        let code = match reply.status {
            412 => Code::Conflict,
            428 => Code::PreconditionRequired,
            404 => Code::NotFound,
            429 | 503 => Code::Throttled,
            401 | 403 => Code::Forbidden,
            400..=499 => Code::Invalid,
            500..=599 => Code::Server,
            _ => Code::Protocol,
        };
        let said = server_message.as_deref().unwrap_or("It gave no reason.");
        let message = match code {
            Code::Conflict => "The item was changed since it was read; nothing was written.".to_owned(),
            _ => format!("The server answered {}: {said}", reply.status),
        };
        let mut failure = Self::of(reply, code, message);
        if code == Code::NotFound {
            failure.missing = Some(Missing::read(server_code.as_deref().unwrap_or_default()));
        }
        if code == Code::Conflict {
            let told = reply.conflict();
            let text = |name: &str| told.as_ref().and_then(|told| told.member(name)?.text());
            failure.conflict = Some(Conflict {
                current: told.as_ref().and_then(|told| properties(&told.member("item")?)),
                // The body's tag first: a proxy that compresses weakens the header's.
                etag: text("etag").or_else(|| reply.etag.clone()),
                by: text("by"),
                at: text("at"),
                fields: told.as_ref().and_then(|told| told.member("fields")),
            });
        }
        failure
    }

    /// An answer that is not what the protocol has.
    pub(crate) fn protocol(reply: &Reply<J>, expected: &str) -> Self {
        let got = reply.described();
        Self::of(reply, Code::Protocol, format!("Expected {expected}, but the server answered {got}."))
    }

    /// Whether somebody else was first: a precondition failed, or SharePoint's own "Save Conflict".
    pub(crate) fn is_lost_race(&self) -> bool {
        self.code == Code::Conflict || self.status == Some(409)
    }

    /// Whether an item has a value that has to be unique already.
    pub(crate) fn is_duplicate(&self) -> bool {
        self.server_code.as_ref().is_some_and(|code| code.starts_with("-2130575169,"))
    }
}
