//! What is told of a request that makes no sense against the catalog.

use store::{model::WrongValue, plan::PlanError};

use super::{ARGUMENT, GENERAL, NO_FILE, NO_ITEM, QUERY, TEXT, Told, VALIDATION, View};

pub(super) fn tell_plan(view: &View, error: &PlanError) -> Told {
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
        PlanError::SetNotFound { name, instead } if instead.is_empty() => Told::new(
            404,
            "-1, Microsoft.SharePoint.Client.ResourceNotFoundException",
            format!("Resource not found for the segment '{name}'."),
        ),
        PlanError::SetNotFound { name, instead } => Told::new(
            400,
            ARGUMENT,
            format!(
                "The segment '{name}' could mean several lists. Name one of them: {}.",
                instead.join(", ")
            ),
        ),
        PlanError::FieldNotFound { name } => Told::new(404, ARGUMENT, no_column(name)),
        PlanError::ViewNotFound => Told::new(
            404,
            ARGUMENT,
            "View does not exist.\n\nThe page you selected contains a view that does not exist. It may have been deleted by another user.",
        ),
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
        PlanError::UnknownFieldRef { name } => Told::new(
            400,
            "-2130575340, Microsoft.SharePoint.SPException",
            format!(
                "One or more field types are not installed properly. Go to the list settings page to delete these fields. The list has no field '{name}'."
            ),
        ),
        PlanError::WrongCamlValue { name, reason } => {
            Told::new(400, QUERY, format!("The query is not valid. Compared with '{name}': {reason}."))
        }
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

pub(super) fn no_item() -> Told {
    Told::new(404, NO_ITEM, "Item does not exist. It may have been deleted by another user.")
}

pub(super) fn read_only(name: &str) -> Told {
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
