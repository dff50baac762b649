//! Refusals and failures: the only table of statuses, codes and messages. The codes and the first words
//! of the messages are SharePoint's, as clients match on them.

use odata::{BodyTypeError, Failed, Format, NotAcceptable, path::PathError, query::QueryError};
use serde_json::{Value, json};
use store::{Conflict, StoreError, model::WrongValue, plan::PlanError};

use super::{
    Reply, View, conflict_item,
    error_body::{json_body, problem_body, xml_body},
};
use crate::{
    error::{Error, Refusal},
    request::{BodyError, Prefer, RepeatError, RequestError},
};

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
}

/// Renders a refusal. `problem` says whether the client asked for `application/problem+json`.
pub(crate) fn refusal(view: &View, problem: bool, if_match: Option<&str>, error: &Error) -> Reply {
    let shape = match error {
        _ if problem => Shape::Problem,
        // Whoever asks for XML alone reads an error in XML.
        Error::Request(RequestError::NotAcceptable(_)) => Shape::Xml,
        _ => Shape::Json(view.format),
    };
    let told = tell(view, if_match.unwrap_or_default(), error);
    let (content_type, body) = match shape {
        Shape::Json(format) => (format.content_type(), json_body(format, &told)),
        Shape::Problem => ("application/problem+json", problem_body(&told)),
        Shape::Xml => ("application/xml;charset=utf-8", xml_body(&told)),
    };
    let mut reply = Reply::new(told.status).with("Content-Type", content_type);
    reply.headers.extend(told.headers);
    reply.body = body.into_bytes();
    reply
}

/// The standard's phrase for a status (RFC 9110, RFC 6585).
pub(super) const fn title(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
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
        428 => "Precondition Required",
        431 => "Request Header Fields Too Large",
        503 => "Service Unavailable",
        507 => "Insufficient Storage",
        _ => "Internal Server Error",
    }
}

fn tell(view: &View, if_match: &str, error: &Error) -> Told {
    match error {
        Error::Request(error) => tell_request(error),
        Error::Plan(error) => tell_plan(view, error),
        Error::Store(error) => tell_store(view, if_match, error),
        Error::Refused(refusal) => tell_refused(refusal),
    }
}

fn tell_refused(refusal: &Refusal) -> Told {
    let message = refusal.to_string();
    match refusal {
        Refusal::ForeignHost | Refusal::ForeignOrigin => Told::new(403, DENIED, message),
        Refusal::SlowBody => Told::new(408, CLIENT, message).with("Connection", "close"),
        Refusal::BodyTooLarge { .. } => Told::new(413, CLIENT, message),
        Refusal::UrlTooLong { .. } => Told::new(414, CLIENT, message),
        Refusal::HeadersTooLarge { .. } => Told::new(431, CLIENT, message),
        Refusal::Framing | Refusal::Tunnel => Told::new(400, CLIENT, message).with("Connection", "close"),
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
        RequestError::Header(_) => Told::new(400, CLIENT, message),
        RequestError::Body(error) => match error {
            BodyError::Type(BodyTypeError) => Told::new(415, CLIENT, message),
            BodyError::Empty | BodyError::Syntax(_) | BodyError::NotAnObject(_) => {
                Told::new(400, QUERY, message)
            }
            BodyError::Schema(_) => Told::new(400, ARGUMENT, message),
        },
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
            | RepeatError::Ambiguous => Told::new(400, "-1, Matchlist.RepeatabilityException", message),
        },
    }
}

fn tell_plan(view: &View, error: &PlanError) -> Told {
    match error {
        PlanError::SiteNotFound { path } => {
            Told::new(404, NO_FILE, format!("The site '{path}' does not exist."))
        }
        PlanError::ListTitleNotFound { title } => Told::new(
            404,
            "-1, System.ArgumentException",
            format!("List '{title}' does not exist at site with URL '{}'.", view.links.site()),
        ),
        PlanError::ListIdNotFound => Told::new(
            404,
            "-2130575322, Microsoft.SharePoint.SPException",
            "List does not exist.\n\nThe page you selected contains a list that does not exist. It may have been deleted by another user.",
        ),
        PlanError::ListUrlNotFound => Told::new(404, NO_FILE, "File Not Found."),
        PlanError::FieldNotFound { name } => Told::new(404, ARGUMENT, no_column(name)),
        PlanError::UserNotFound => {
            Told::new(404, "-2146232832, Microsoft.SharePoint.SPException", "User cannot be found.")
        }
        PlanError::ItemNotFound => no_item(),
        PlanError::UnknownProperty { name } => {
            Told::new(400, GENERAL, format!("The field or property '{name}' does not exist."))
        }
        PlanError::UnselectedExpansion { name } => Told::new(
            400,
            GENERAL,
            format!(
                "The query to field '{name}' is not valid. The $select query string must specify the target fields and the $expand query string must contains {name}."
            ),
        ),
        PlanError::UnknownColumn { name } => Told::new(400, ARGUMENT, no_column(name)),
        PlanError::NotUsable { name, clause } => Told::new(
            400,
            GENERAL,
            format!("The field '{name}' cannot be used in the query filter expression or order of {clause}."),
        ),
        PlanError::WrongLiteral { name, reason, span } => Told::new(
            400,
            QUERY,
            format!(
                "The query is not valid. At position {}, compared with '{name}': {reason}.",
                span.start + 1
            ),
        ),
        PlanError::WrongSkipToken => Told::new(
            400,
            QUERY,
            "The query string \"$skiptoken\" is invalid. It does not belong to this list and order.",
        ),
        PlanError::NotAKey { name } => {
            Told::new(400, QUERY, format!("The field '{name}' is no key: it has EnforceUniqueValues false."))
        }
        PlanError::UnknownBodyProperty { name, type_name } => Told::new(
            400,
            QUERY,
            format!(
                "The property '{name}' does not exist on type '{type_name}'. Make sure to only use property names that are defined by the type."
            ),
        ),
        PlanError::WrongValue { name, wrong } => wrong_value(name, wrong),
        PlanError::ReadOnly { name } => read_only(name),
        PlanError::Refused { reason } => Told::new(400, ARGUMENT, reason.as_str()),
        PlanError::NotDeletable => Told::new(
            400,
            "-2130575214, Microsoft.SharePoint.SPException",
            "You cannot delete this column: every item has it.",
        ),
    }
}

fn no_column(name: &str) -> String {
    format!("Column '{name}' does not exist. It may have been deleted by another user.")
}

fn no_item() -> Told {
    Told::new(404, NO_ITEM, "Item does not exist. It may have been deleted by another user.")
}

fn read_only(name: &str) -> Told {
    let message = format!(
        "The property '{name}' is read-only, and the value sent is not the one that it has. Nothing was changed."
    );
    Told::new(400, QUERY, message)
}

fn wrong_value(name: &str, wrong: &WrongValue) -> Told {
    match wrong {
        WrongValue::Type(reason) => Told::new(
            400,
            QUERY,
            format!("Cannot convert a primitive value to the expected type of '{name}': {reason}."),
        ),
        WrongValue::TooLong { .. } | WrongValue::Character(_) => Told::new(
            400,
            TEXT,
            format!(
                "Invalid text value.\n\nA text field contains invalid data. Please check the value and try again. '{name}': {wrong}."
            ),
        ),
        WrongValue::OutOfBounds { .. } => {
            Told::new(400, VALIDATION, format!("List data validation failed. '{name}': {wrong}."))
        }
    }
}

fn tell_store(view: &View, if_match: &str, error: &StoreError) -> Told {
    match error {
        StoreError::StaleCatalog => Told::new(
            409,
            "-2130575305, Microsoft.SharePoint.SPException",
            "Save Conflict.\n\nYour changes conflict with those made concurrently by another user. If you want your changes to be applied, click Back in your Web browser, refresh the page, and resubmit your changes.",
        ),
        StoreError::ItemNotFound => no_item(),
        StoreError::PreconditionFailed(conflict) => precondition_failed(view, if_match, conflict),
        StoreError::PreconditionRequired => Told::new(
            428,
            "-1, Matchlist.PreconditionRequiredException",
            "This list takes updates and deletes only from clients that say which version they saw. Read the item, and send its ETag in If-Match.",
        ),
        StoreError::ReadOnly { property } => read_only(property),
        StoreError::NoSuchReference { field } => Told::new(
            400,
            ARGUMENT,
            format!(
                "Value does not fall within the expected range. '{field}' refers to what does not exist."
            ),
        ),
        StoreError::Required { field } => Told::new(
            400,
            VALIDATION,
            format!(
                "List data validation failed. '{field}': You must specify a value for this required field."
            ),
        ),
        StoreError::Duplicate { field } => Told::new(
            409,
            "-2130575169, Microsoft.SharePoint.SPDuplicateValuesFoundException",
            format!(
                "The list item could not be added or updated because duplicate values were found in the following field(s) in the list: [{field}]."
            ),
        ),
        StoreError::FieldInUse { field, by } => Told::new(
            400,
            ARGUMENT,
            format!("The field '{field}' is used by the formula of the field '{by}'."),
        ),
        StoreError::NotIncrementable { reason } => Told::new(400, ARGUMENT, reason.as_str()),
        StoreError::TitleTaken => Told::new(
            409,
            "-2130575342, Microsoft.SharePoint.SPException",
            "A list, survey, discussion board, or document library with the specified title already exists in this Web site.  Please choose another title.",
        ),
        StoreError::SiteTaken { path } => Told::new(
            409,
            "-2147024713, Microsoft.SharePoint.SPException",
            format!("The Web site address \"{path}\" is already in use."),
        ),
        StoreError::Limit { what, limit } => {
            Told::new(400, ARGUMENT, format!("{what} are limited to {limit}."))
        }
        StoreError::OverThreshold => Told::new(
            400,
            "-2147024860, Microsoft.SharePoint.SPQueryThrottledException",
            "The attempted operation is prohibited because it exceeds the list view threshold.",
        ),
        StoreError::RepeatMismatch => Told::new(
            422,
            "-1, Matchlist.RepeatabilityException",
            "The id of this request was used for another request. Nothing was changed.",
        ),
        StoreError::TooSlow => Told::new(
            400,
            "-2147024860, Microsoft.SharePoint.SPQueryThrottledException",
            "The attempted operation is prohibited because it exceeds the list view threshold. The query took too long: index the fields that it filters and orders by, or ask for less.",
        ),
        StoreError::Busy => {
            Told::new(503, THROTTLED, "Too many requests are waiting. Try again.").with("Retry-After", "1")
        }
        StoreError::Frozen => {
            Told::new(503, THROTTLED, "The store is read-only, as a write to its disk failed. Reads go on.")
                .with("Retry-After", "60")
        }
        StoreError::DiskFull => Told::new(
            507,
            "-1, Matchlist.InsufficientStorageException",
            "There is no space left on the server's disk. Nothing was changed.",
        ),
        StoreError::Disk(_) | StoreError::Internal(_) => Told::new(
            500,
            GENERAL,
            "An unexpected error has occurred. The server's log tells more under this answer's request-id.",
        ),
    }
}

fn precondition_failed(view: &View, if_match: &str, conflict: &Conflict) -> Told {
    let has = conflict.present.as_ref().map(|p| p.version.to_string()).unwrap_or_default();
    let message = match conflict.failed {
        Failed::IfMatch => {
            format!("The request ETag value '{if_match}' does not match the object's ETag value '{has}'.")
        }
        Failed::IfUnmodifiedSince => format!(
            "The object was changed after the date in If-Unmodified-Since, or in the same second. Its ETag value is '{has}'."
        ),
        Failed::IfNoneMatch => {
            format!("The object exists with the ETag value '{has}', which If-None-Match excludes.")
        }
    };
    let mut told = Told::new(412, CLIENT, message);
    let Some(present) = &conflict.present else { return told };
    let mut body = json!({"etag": has, "by": present.by, "at": present.at.to_string()});
    if let (Some(item), Prefer::Representation) = (&present.item, view.prefer) {
        let item = conflict_item(view, &present.list, item);
        body["item"] = serde_json::from_str(&item).unwrap_or_default();
        told = told.with("Preference-Applied", "return=representation");
    }
    if let Some(fields) = &present.fields {
        body["fields"] = json!(fields);
    }
    told.conflict = Some(body);
    told.with("ETag", has)
}
