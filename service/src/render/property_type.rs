//! The types of single properties, as metadata URLs name them.

use serde_json::Value;
use store::model::{FieldKind, List, SystemProperty};

use super::entity::complex_type;

const TIMES: [&str; 4] =
    ["Created", "LastItemDeletedDate", "LastItemModifiedDate", "LastItemUserModifiedDate"];
const GUIDS: [&str; 5] =
    ["ClientSideComponentId", "DefaultContentApprovalWorkflowId", "Id", "LookupWebId", "TemplateFeatureId"];
const DOUBLES: [&str; 2] = ["MaximumValue", "MinimumValue"];

/// The type of a property of a site, a list, a field or the like.
pub(crate) fn property_type(name: &str, value: &Value) -> &'static str {
    match value {
        Value::Null => "Edm.Null",
        Value::Bool(_) => "Edm.Boolean",
        Value::Number(n) if n.is_f64() || DOUBLES.contains(&name) => "Edm.Double",
        Value::Number(_) => "Edm.Int32",
        Value::String(_) if TIMES.contains(&name) => "Edm.DateTime",
        Value::String(_) if GUIDS.contains(&name) => "Edm.Guid",
        Value::String(_) => "Edm.String",
        Value::Array(_) => "Collection(Edm.String)",
        Value::Object(_) => complex_type(name),
    }
}

/// The type of a property of an item: that of its field, whatever the value looks like.
pub(crate) fn item_property_type(list: &List, name: &str, value: &Value) -> &'static str {
    if value.is_null() {
        return "Edm.Null";
    }
    if let Some(field) = list.field_by_property(name) {
        let kind = field.kind.of_values();
        return kind.verbose_type().unwrap_or(match kind {
            FieldKind::Integer(_) | FieldKind::Lookup { .. } | FieldKind::User { .. } => "Edm.Int32",
            FieldKind::Number { .. } | FieldKind::Currency { .. } => "Edm.Double",
            FieldKind::Boolean => "Edm.Boolean",
            FieldKind::DateTime { .. } => "Edm.DateTime",
            FieldKind::Guid => "Edm.Guid",
            FieldKind::Text { .. }
            | FieldKind::Note { .. }
            | FieldKind::Choice(_)
            | FieldKind::MultiChoice(_)
            | FieldKind::Url { .. }
            | FieldKind::Calculated(_) => "Edm.String",
        });
    }
    match SystemProperty::from_name(name) {
        Some(SystemProperty::Created | SystemProperty::Modified) => "Edm.DateTime",
        Some(SystemProperty::Guid) => "Edm.Guid",
        _ => property_type(name, value),
    }
}
