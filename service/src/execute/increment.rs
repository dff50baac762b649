//! What an increment adds to, and how much.

use serde_json::{Map, Value};
use store::plan::{ItemChange, ItemChangeKind, PlanError};

/// Reads the body of an increment of an item.
pub(super) fn increment(change: &ItemChange, body: &Map<String, Value>) -> Result<ItemChangeKind, PlanError> {
    let refused = |reason: &str| PlanError::Refused { reason: reason.to_owned() };
    let name = body
        .get("field")
        .and_then(Value::as_str)
        .ok_or_else(|| refused("An increment names its field: {\"field\":\"ParamValue\",\"by\":1}."))?;
    let by = match body.get("by") {
        None => Some(1),
        Some(by) => by.as_i64().filter(|by| (1..=1 << 53).contains(by)),
    };
    let by = by.ok_or_else(|| refused("'by' is a whole number of at least 1."))?;
    if let Some(other) = body.keys().find(|k| *k != "field" && *k != "by" && *k != "__metadata") {
        return Err(PlanError::UnknownBodyProperty { name: other.clone(), type_name: "Increment".into() });
    }
    let field = change
        .list
        .field_by_property(name)
        .ok_or_else(|| PlanError::UnknownColumn { name: name.to_owned() })?;
    if field.read_only {
        return Err(PlanError::ReadOnly { name: name.to_owned() });
    }
    Ok(ItemChangeKind::Increment { field: field.clone(), by })
}
