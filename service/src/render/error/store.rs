//! What is told of a request that the store refused, or failed to run.

use odata::Failed;
use serde_json::json;
use store::{Conflict, StoreError};

use super::{
    ARGUMENT, CLIENT, GENERAL, SAVE_CONFLICT, THROTTLED, Told, VALIDATION, View,
    plan::{no_item, read_only},
};
use crate::{render::conflict_item, request::Prefer};

pub(super) fn tell_store(view: &View, if_match: &str, error: &StoreError) -> Told {
    match error {
        StoreError::StaleCatalog => {
            Told::new(409, "-2130575305, Microsoft.SharePoint.SPException", SAVE_CONFLICT)
        }
        StoreError::ItemNotFound => no_item(),
        StoreError::TokenNotFound => Told::new(404, ARGUMENT, "There is no such token."),
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
    let has = conflict.present.as_ref().map(|p| view.tag(p.version)).unwrap_or_default();
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
