//! `ListSchema` of `RenderListDataAsStream`: which fields the rows have.

use serde_json::{Value, json};
use store::{
    model::{Field, FieldKind, SYSTEM_FIELDS},
    plan::ViewField,
};

use super::rows::Rows;

/// The fields that are shown, and what list they are of.
pub(super) fn schema(rows: &Rows<'_>) -> Value {
    let list = rows.list;
    let fields: Vec<Value> = rows
        .fields
        .iter()
        .filter_map(|field| match field {
            ViewField::Own(field) => Some(own(field)),
            ViewField::Common(name) => common(name),
        })
        .collect();
    json!({
        "Field": fields,
        "ListTitle": list.title,
        "ListTemplateType": "100",
        "ListId": format!("{{{}}}", list.guid.to_string().to_uppercase()),
        "BaseViewID": "1",
        "LCID": "1033",
        "TimeZone": "UTC",
    })
}

fn own(field: &Field) -> Value {
    let choices = match &field.kind {
        FieldKind::Choice(choices) | FieldKind::MultiChoice(choices) => Some(&choices.choices),
        _ => None,
    };
    let mut schema = json!({
        "Name": field.internal_name,
        "RealFieldName": field.internal_name,
        "StaticName": field.internal_name,
        "DisplayName": field.title,
        "ID": field.guid.to_string(),
        "FieldType": field.kind.name(),
        "Type": field.kind.name(),
        "role": field.kind.name(),
        "Required": word(field.required),
        "ReadOnlyField": word(field.read_only || field.kind.is_derived()),
        "Sortable": word(field.kind.is_comparable()),
        "Filterable": word(field.kind.is_comparable() || field.kind.is_multiple()),
        "Hidden": word(field.hidden),
    });
    if let Some(choices) = choices {
        schema["Choices"] = choices.clone().into();
    }
    if let FieldKind::Lookup { list, field: shown, .. } = &field.kind {
        schema["ListId"] = format!("{{{}}}", list.to_string().to_uppercase()).into();
        schema["ShowField"] = shown.as_str().into();
    }
    schema
}

fn common(name: &str) -> Option<Value> {
    let field = SYSTEM_FIELDS.iter().find(|field| field.internal_name == name)?;
    Some(json!({
        "Name": field.internal_name,
        "RealFieldName": field.internal_name,
        "StaticName": field.internal_name,
        "DisplayName": field.title,
        "ID": field.guid.to_string(),
        "FieldType": field.kind.1,
        "Type": field.kind.1,
        "role": field.kind.1,
        "Required": "FALSE",
        "ReadOnlyField": "TRUE",
        "Sortable": word(!matches!(name, "ContentTypeId" | "_UIVersion" | "_UIVersionString" | "Attachments")),
        "Filterable": word(!matches!(name, "_UIVersion" | "_UIVersionString")),
        "Hidden": word(field.hidden),
    }))
}

fn word(yes: bool) -> &'static str {
    if yes { "TRUE" } else { "FALSE" }
}
