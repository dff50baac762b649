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
    item_type(list, name).unwrap_or_else(|| property_type(name, value))
}

/// The type that a property of items has, with a value and without.
pub(crate) fn item_type(list: &List, name: &str) -> Option<&'static str> {
    if let Some(field) = list.field_by_property(name) {
        return Some(kind_type(&field.kind));
    }
    if let Some(at) = list.position_of_string_ids(name) {
        let multiple = list.fields.get(at).is_some_and(|field| field.kind.is_multiple());
        return Some(if multiple { "Collection(Edm.String)" } else { "Edm.String" });
    }
    SystemProperty::from_name(name).map(system_type)
}

/// The type that the values of a field have.
pub(crate) const fn kind_type(kind: &FieldKind) -> &'static str {
    let kind = kind.of_values();
    if let Some(known) = kind.verbose_type() {
        return known;
    }
    match kind {
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
    }
}

/// The type of a property that every item has.
pub(crate) const fn system_type(property: SystemProperty) -> &'static str {
    match property {
        SystemProperty::Created | SystemProperty::Modified => "Edm.DateTime",
        SystemProperty::Guid => "Edm.Guid",
        SystemProperty::Attachments => "Edm.Boolean",
        SystemProperty::FileSystemObjectType
        | SystemProperty::Id
        | SystemProperty::IdUpper
        | SystemProperty::AuthorId
        | SystemProperty::EditorId
        | SystemProperty::HiddenVersion
        | SystemProperty::UiVersion => "Edm.Int32",
        SystemProperty::ServerRedirectedEmbedUri
        | SystemProperty::ServerRedirectedEmbedUrl
        | SystemProperty::ContentTypeId
        | SystemProperty::ComplianceAssetId
        | SystemProperty::UiVersionString => "Edm.String",
    }
}
