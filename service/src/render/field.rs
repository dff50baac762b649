//! Fields.

use serde_json::{Value, json};
use store::model::{Field, FieldKind, FieldValue, List, SYSTEM_FIELDS, Site, SystemField};

use super::{
    Entity, Property,
    links::{field_link, list_link},
};

/// A field's properties, in the order of the wire.
pub(crate) fn field_properties(site: &Site, list: &List, field: &Field) -> Vec<Property> {
    let mut properties = vec![
        ("AutoIndexed", false.into()),
        ("CanBeDeleted", field.deletable.into()),
        ("ClientSideComponentId", "00000000-0000-0000-0000-000000000000".into()),
        ("ClientSideComponentProperties", Value::Null),
        ("ClientValidationFormula", Value::Null),
        ("ClientValidationMessage", Value::Null),
        ("CustomFormatter", Value::Null),
        ("DefaultFormula", Value::Null),
        ("DefaultValue", field.default_value.as_deref().into()),
        ("Description", field.description.as_str().into()),
        ("Direction", "none".into()),
        ("EnforceUniqueValues", field.unique.into()),
        ("EntityPropertyName", field.property_name.as_str().into()),
        ("Filterable", true.into()),
        ("FromBaseType", (!field.deletable).into()),
        ("Group", field.group.as_str().into()),
        ("Hidden", field.hidden.into()),
        ("Id", field.guid.to_string().into()),
        ("Indexed", field.indexed.into()),
        ("IndexStatus", 0.into()),
        ("InternalName", field.internal_name.as_str().into()),
        ("IsModern", false.into()),
        ("JSLink", "clienttemplates.js".into()),
        ("PinnedToFiltersPane", false.into()),
        ("ReadOnlyField", field.read_only.into()),
        ("Required", field.required.into()),
        ("SchemaXml", schema_xml(field).into()),
        ("Scope", scope(site, list).into()),
        ("Sealed", false.into()),
        ("ShowInFiltersPane", 0.into()),
        ("Sortable", field.kind.is_comparable().into()),
        ("StaticName", field.internal_name.as_str().into()),
        ("Title", field.title.as_str().into()),
        ("FieldTypeKind", field.kind.number().into()),
        ("TypeAsString", field.kind.name().into()),
        ("TypeDisplayName", type_words(&field.kind).0.into()),
        ("TypeShortDescription", type_words(&field.kind).1.into()),
        ("ValidationFormula", Value::Null),
        ("ValidationMessage", Value::Null),
    ];
    properties.extend(kind_properties(&field.kind));
    properties.extend(
        field.kind.form_settings().iter().map(|(name, default)| {
            (*name, field.form.get(*name).cloned().unwrap_or_else(|| default.value()))
        }),
    );
    properties
}

fn kind_properties(kind: &FieldKind) -> Vec<Property> {
    match kind {
        FieldKind::Text { max_length } => vec![("MaxLength", (*max_length).into())],
        FieldKind::Note { number_of_lines, rich_text, append_only } => vec![
            ("AppendOnly", (*append_only).into()),
            ("NumberOfLines", (*number_of_lines).into()),
            ("RichText", (*rich_text).into()),
        ],
        FieldKind::Number { minimum, maximum, decimals, percentage } => vec![
            ("CommaSeparator", true.into()),
            ("CustomUnitName", Value::Null),
            ("CustomUnitOnRight", false.into()),
            ("DisplayFormat", (*decimals).into()),
            ("MaximumValue", bound(maximum.unwrap_or(f64::MAX))),
            ("MinimumValue", bound(minimum.unwrap_or(f64::MIN))),
            ("ShowAsPercentage", (*percentage).into()),
            ("Unit", Value::Null),
        ],
        FieldKind::Boolean => Vec::new(),
        FieldKind::DateTime { date_only } => vec![("DisplayFormat", u32::from(!date_only).into())],
        FieldKind::Choice { choices, fill_in } => {
            vec![("FillInChoice", (*fill_in).into()), ("Mappings", Value::Null), ("Choices", json!(choices))]
        }
    }
}

fn scope(site: &Site, list: &List) -> String {
    format!("{}/Lists/{}", site.path.as_str(), list.url_name)
}

/// A bound, as items spell numbers: whole ones without a fraction.
fn bound(number: f64) -> Value {
    serde_json::from_str(&FieldValue::number(number).json).unwrap_or_else(|_| number.into())
}

/// `TypeDisplayName` and `TypeShortDescription`.
const fn type_words(kind: &FieldKind) -> (&'static str, &'static str) {
    match kind {
        FieldKind::Text { .. } => ("Single line of text", "Single line of text"),
        FieldKind::Note { .. } => ("Multiple lines of text", "Multiple lines of text"),
        FieldKind::Number { .. } => ("Number", "Number (1, 1.0, 100)"),
        FieldKind::Boolean => ("Yes/No", "Yes/No (check box)"),
        FieldKind::DateTime { .. } => ("Date and Time", "Date and Time"),
        FieldKind::Choice { .. } => ("Choice", "Choice (menu to choose from)"),
    }
}

fn schema_xml(field: &Field) -> String {
    let bool = |b: bool| if b { "TRUE" } else { "FALSE" };
    let mut xml = format!(
        "<Field Type=\"{}\" Name=\"{}\" StaticName=\"{}\" DisplayName=\"{}\" ID=\"{{{}}}\" Required=\"{}\" \
         Indexed=\"{}\" EnforceUniqueValues=\"{}\"",
        field.kind.name(),
        field.internal_name,
        field.internal_name,
        escape_xml(&field.title),
        field.guid,
        bool(field.required),
        bool(field.indexed),
        bool(field.unique)
    );
    if let FieldKind::Text { max_length } = &field.kind {
        xml.push_str(&format!(" MaxLength=\"{max_length}\""));
    }
    let mut inner = String::new();
    if let FieldKind::Choice { choices, fill_in } = &field.kind {
        xml.push_str(&format!(" FillInChoice=\"{}\"", bool(*fill_in)));
        let choices: String = choices.iter().map(|c| format!("<CHOICE>{}</CHOICE>", escape_xml(c))).collect();
        inner.push_str(&format!("<CHOICES>{choices}</CHOICES>"));
    }
    if let Some(default) = &field.default_value {
        inner.push_str(&format!("<Default>{}</Default>", escape_xml(default)));
    }
    if inner.is_empty() { xml + " />" } else { format!("{xml}>{inner}</Field>") }
}

/// A text within XML, as content or in an attribute's quotes.
pub(super) fn escape_xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

/// A field as an entity.
pub(crate) fn field_entity(site: &Site, list: &List, field: &Field) -> Entity {
    Entity {
        type_name: field.kind.type_name(),
        set: "SP.ApiData.Fields",
        edit_link: field_link(list, field),
        etag: None,
        links: &[],
        properties: field_properties(site, list, field),
        selected: None,
    }
}

/// A field that every list has, as an entity.
pub(crate) fn system_field_entity(site: &Site, list: &List, field: &SystemField) -> Entity {
    let (number, name) = field.kind;
    Entity {
        type_name: match number {
            4 => "SP.FieldDateTime",
            20 => "SP.FieldUser",
            2 => "SP.FieldText",
            _ => "SP.Field",
        },
        set: "SP.ApiData.Fields",
        edit_link: format!("{}/Fields(guid'{}')", list_link(list), field.guid),
        etag: None,
        links: &[],
        properties: vec![
            ("CanBeDeleted", false.into()),
            ("DefaultValue", Value::Null),
            ("Description", "".into()),
            ("EnforceUniqueValues", false.into()),
            ("EntityPropertyName", field.property_name.into()),
            ("Filterable", true.into()),
            ("FromBaseType", true.into()),
            ("Group", "_Hidden".into()),
            ("Hidden", field.hidden.into()),
            ("Id", field.guid.to_string().into()),
            ("Indexed", (field.internal_name == "ID").into()),
            ("InternalName", field.internal_name.into()),
            ("ReadOnlyField", true.into()),
            ("Required", false.into()),
            ("Scope", scope(site, list).into()),
            ("Sealed", false.into()),
            ("Sortable", true.into()),
            ("StaticName", field.internal_name.into()),
            ("Title", field.title.into()),
            ("FieldTypeKind", number.into()),
            ("TypeAsString", name.into()),
        ],
        selected: None,
    }
}

/// All fields of a list: those that every list has come first but for Title, which is the list's own.
pub(crate) fn fields(site: &Site, list: &List) -> Vec<Entity> {
    let system = SYSTEM_FIELDS.iter().map(|f| system_field_entity(site, list, f));
    list.fields.iter().map(|f| field_entity(site, list, f)).chain(system).collect()
}
