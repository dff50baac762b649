//! Refusals and failures: the only table of statuses, codes and messages. The codes and the first words
//! of the messages are SharePoint's, as clients match on them.

mod plan;
mod sign_in;
mod store;

pub(crate) use sign_in::sign_in_status;

use odata::{
    BodyTypeError, Format, NotAcceptable,
    path::{PathError, Service},
    query::QueryError,
    soap::SoapError,
};
use serde_json::Value;

use super::{
    Reply, View,
    error_body::{json_body, problem_body, xml_body},
    soap::{SOAP_TYPE, fault},
};
use crate::{
    access::AccessError,
    error::{Error, Refusal},
    request::{BodyError, RepeatError, RequestError},
};

const SAVE_CONFLICT: &str = "Save Conflict.\n\nYour changes conflict with those made concurrently by another user. If you want your changes to be applied, click Back in your Web browser, refresh the page, and resubmit your changes.";
const CLIENT: &str = "-1, Microsoft.SharePoint.Client.ClientServiceException";
const QUERY: &str = "-1, Microsoft.SharePoint.Client.InvalidClientQueryException";
const ARGUMENT: &str = "-2147024809, System.ArgumentException";
const GENERAL: &str = "-1, Microsoft.SharePoint.SPException";
const VALIDATION: &str = "-2130575162, Microsoft.SharePoint.SPListDataValidationException";
const TEXT: &str = "-2130575155, Microsoft.SharePoint.SPException";
const DENIED: &str = "-2147024891, System.UnauthorizedAccessException";
const NO_FILE: &str = "-2147024894, System.IO.FileNotFoundException";
const NO_ITEM: &str = "-2130575338, System.ArgumentException";
const THROTTLED: &str = "-1, Matchlist.ServiceUnavailableException";

/// What a client is told.
pub(super) struct Told {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: String,
    headers: Vec<(&'static str, String)>,
    pub(super) conflict: Option<Value>,
}

impl Told {
    pub(super) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), headers: Vec::new(), conflict: None }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// The shape of an error's body.
#[derive(Clone, Copy)]
enum Shape {
    Json(Format),
    Problem,
    Xml,
    Fault,
}

/// Renders a refusal. `problem` says whether the client asked for `application/problem+json`.
pub(crate) fn refusal(view: &View, problem: bool, if_match: Option<&str>, error: &Error) -> Reply {
    let shape = match error {
        _ if view.service == Service::Soap => Shape::Fault,
        _ if problem => Shape::Problem,
        // Whoever asks for XML alone reads an error in XML.
        Error::Request(RequestError::NotAcceptable(_)) => Shape::Xml,
        _ if view.format == Format::Atom => Shape::Xml,
        _ => Shape::Json(view.format),
    };
    let told = tell(view, if_match.unwrap_or_default(), error);
    let (content_type, body) = match shape {
        Shape::Json(format) => (format.content_type(), json_body(format, &told)),
        Shape::Problem => ("application/problem+json", problem_body(&told)),
        Shape::Xml => (Format::Atom.content_type(), xml_body(&told)),
        Shape::Fault => (SOAP_TYPE, fault(soap_number(&told), &told.message)),
    };
    let mut reply = Reply::new(told.status).with("Content-Type", content_type);
    reply.headers.extend(told.headers);
    reply.body = body.into_bytes();
    reply
}

/// What the result of a method tells of an error: SharePoint's number, and the message.
pub(crate) fn error_code(view: &View, if_match: Option<&str>, error: &Error) -> (u32, String) {
    let told = tell(view, if_match.unwrap_or_default(), error);
    // Clients of SOAP know no tags.
    let message = if told.status == 412 { SAVE_CONFLICT.to_owned() } else { told.message.clone() };
    (soap_number(&told), message)
}

/// SharePoint's number of an error, as SOAP spells it.
fn soap_number(told: &Told) -> u32 {
    let number = told.code.split(',').next().and_then(|code| code.parse::<i32>().ok());
    match (told.status, number) {
        // "Save Conflict"; `_api` has no number for it.
        (412, _) => 0x8102_0015,
        (404, _) if told.message.starts_with("List ") => 0x8200_0006,
        (_, Some(number)) if number < -1 => number.cast_unsigned(),
        // E_FAIL.
        _ => 0x8000_4005,
    }
}

/// The standard's phrase for a status (RFC 9110, RFC 6585).
pub(in crate::render) const fn title(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        421 => "Misdirected Request",
        424 => "Failed Dependency",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        503 => "Service Unavailable",
        507 => "Insufficient Storage",
        _ => "Internal Server Error",
    }
}

fn tell(view: &View, if_match: &str, error: &Error) -> Told {
    match error {
        Error::Request(error) => tell_request(error),
        Error::Plan(error) => plan::tell_plan(view, error),
        Error::Store(error) => store::tell_store(view, if_match, error),
        Error::Refused(refusal) => tell_refused(refusal),
        Error::Access(error) => tell_access(error),
    }
}

fn tell_access(error: &AccessError) -> Told {
    let message = error.to_string();
    match error {
        AccessError::SignInNeeded => {
            Told::new(401, DENIED, message).with("WWW-Authenticate", "Bearer realm=\"Matchlist\"")
        }
        AccessError::BadCredentials => Told::new(401, DENIED, message)
            .with("WWW-Authenticate", "Bearer realm=\"Matchlist\", error=\"invalid_token\""),
        AccessError::TokenInUrl => Told::new(400, CLIENT, message),
        AccessError::Denied => Told::new(403, DENIED, message),
        AccessError::WrongDigest => Told::new(403, "-2130575251, Microsoft.SharePoint.SPException", message),
        AccessError::OldDigest => Told::new(403, "-2130575252, Microsoft.SharePoint.SPException", message),
    }
}

fn tell_refused(refusal: &Refusal) -> Told {
    let message = refusal.to_string();
    match refusal {
        Refusal::ForeignHost | Refusal::ForeignClient | Refusal::ForeignOrigin => {
            Told::new(403, DENIED, message)
        }
        Refusal::OtherHost => Told::new(421, CLIENT, message),
        Refusal::TooMany { limit, reset } => Told::new(429, THROTTLED, message)
            .with("Retry-After", reset.to_string())
            .with("RateLimit-Limit", limit.to_string())
            .with("RateLimit-Remaining", "0")
            .with("RateLimit-Reset", reset.to_string()),
        Refusal::SlowBody => Told::new(408, CLIENT, message).with("Connection", "close"),
        Refusal::BodyTooLarge { .. } => Told::new(413, CLIENT, message),
        Refusal::UrlTooLong { .. } => Told::new(414, CLIENT, message),
        Refusal::HeadersTooLarge { .. } => Told::new(431, CLIENT, message),
        Refusal::Undone { .. } | Refusal::Dependency | Refusal::Stopped => Told::new(424, CLIENT, message),
        Refusal::AnswersTooLarge { .. } | Refusal::NotGrouped | Refusal::OtherSite => {
            Told::new(400, CLIENT, message)
        }
        Refusal::Framing | Refusal::Tunnel | Refusal::Host | Refusal::Forwarded => {
            Told::new(400, CLIENT, message).with("Connection", "close")
        }
    }
}

fn tell_request(error: &RequestError) -> Told {
    let message = error.to_string();
    match error {
        RequestError::NotAcceptable(NotAcceptable) => Told::new(406, CLIENT, message),
        RequestError::Path(error) => match error {
            PathError::NotApi => Told::new(404, NO_FILE, message),
            PathError::Invalid { .. } | PathError::UnknownParameter { .. } => Told::new(400, QUERY, message),
            PathError::NotFound { .. } => {
                Told::new(404, "-1, Microsoft.SharePoint.Client.ResourceNotFoundException", message)
            }
        },
        RequestError::Query(
            QueryError::Invalid { .. }
            | QueryError::Unknown { .. }
            | QueryError::Repeated { .. }
            | QueryError::Encoding
            | QueryError::Filter(_),
        ) => Told::new(400, QUERY, message),
        RequestError::Caml(_) | RequestError::Paging(_) => Told::new(400, QUERY, message),
        RequestError::Header(_) | RequestError::Version { .. } => Told::new(400, CLIENT, message),
        RequestError::Body(error) => match error {
            BodyError::Type(BodyTypeError) => Told::new(415, CLIENT, message),
            BodyError::Empty
            | BodyError::Syntax(_)
            | BodyError::NotAnObject(_)
            | BodyError::Entry(_)
            | BodyError::Parameter { .. }
            | BodyError::UnknownMember { .. } => Told::new(400, QUERY, message),
            BodyError::Schema(_) | BodyError::View(_) => Told::new(400, ARGUMENT, message),
        },
        RequestError::Soap(SoapError::Type) => Told::new(415, CLIENT, message),
        RequestError::Soap(_) => Told::new(400, QUERY, message),
        RequestError::Batch(_) => Told::new(400, QUERY, message),
        RequestError::Method { allowed, .. } => {
            Told::new(405, CLIENT, message).with("Allow", allowed.join(", "))
        }
        RequestError::Repeat(error) => match error {
            RepeatError::TooOld { .. } => Told::new(412, "-1, Matchlist.RepeatabilityException", message)
                .with("Repeatability-Result", "rejected"),
            RepeatError::NotUuid
            | RepeatError::Incomplete
            | RepeatError::NotDate
            | RepeatError::Future
            | RepeatError::NotKey
            | RepeatError::NotAll
            | RepeatError::Ambiguous => Told::new(400, "-1, Matchlist.RepeatabilityException", message),
        },
    }
}
