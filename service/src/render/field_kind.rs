//! What fields of each type show besides what all fields show.

use std::sync::Arc;

use odata::Uuid;
use serde_json::{Value, json};
use store::model::{Bounds, Choices, Field, FieldKind, FieldValue};

use super::{Property, field::escape_xml};

/// The properties of a field's type, in the order of the wire; `own` are the fields that it stands among.
pub(super) fn kind_properties(field: &Field, own: &[Arc<Field>]) -> Vec<Property> {
    match &field.kind {
        FieldKind::Text { max_length } => vec![("MaxLength", (*max_length).into())],
        FieldKind::Note { number_of_lines, rich_text, append_only } => vec![
            ("AppendOnly", (*append_only).into()),
            ("NumberOfLines", (*number_of_lines).into()),
            ("RichText", (*rich_text).into()),
        ],
        FieldKind::Integer(bounds) => bound_properties(*bounds),
        FieldKind::Number { bounds, decimals, percentage } => {
            let mut properties = number_properties(*bounds, *decimals);
            properties.push(("ShowAsPercentage", (*percentage).into()));
            properties.push(("Unit", Value::Null));
            properties
        }
        FieldKind::Currency { bounds, decimals, locale } => {
            let mut properties = number_properties(*bounds, *decimals);
            properties.push(("ShowAsPercentage", false.into()));
            properties.push(("Unit", Value::Null));
            properties.push(("CurrencyLocaleId", (*locale).into()));
            properties
        }
        FieldKind::Boolean | FieldKind::Guid => Vec::new(),
        FieldKind::DateTime { date_only } => vec![("DisplayFormat", u32::from(!date_only).into())],
        FieldKind::Choice(Choices { choices, fill_in })
        | FieldKind::MultiChoice(Choices { choices, fill_in }) => {
            vec![("FillInChoice", (*fill_in).into()), ("Mappings", Value::Null), ("Choices", json!(choices))]
        }
        FieldKind::Calculated(formula) => vec![
            ("Formula", formula.text.as_str().into()),
            ("OutputType", formula.output.kind().number().into()),
        ],
        FieldKind::Url { picture } => vec![("DisplayFormat", u32::from(*picture).into())],
        FieldKind::Lookup { list, field: shown, multiple, primary } => {
            let dependents = own.iter().filter(|f| f.kind.primary() == Some(field.guid));
            let dependents: Vec<_> = dependents.map(|f| f.internal_name.as_str()).collect();
            lookup_properties(*multiple, format!("{{{list}}}"), shown, &dependents, *primary).into()
        }
        FieldKind::User { multiple, selection } => {
            let mut properties: Vec<_> =
                lookup_properties(*multiple, "UserInfo".into(), "", &[], None).into();
            properties.push(("SelectionMode", (*selection).into()));
            properties
        }
    }
}

fn bound_properties(bounds: Bounds) -> Vec<Property> {
    vec![
        ("MaximumValue", bound(bounds.maximum.unwrap_or(f64::MAX))),
        ("MinimumValue", bound(bounds.minimum.unwrap_or(f64::MIN))),
    ]
}

fn number_properties(bounds: Bounds, decimals: i32) -> Vec<Property> {
    let mut properties = vec![
        ("CommaSeparator", true.into()),
        ("CustomUnitName", Value::Null),
        ("CustomUnitOnRight", false.into()),
        ("DisplayFormat", decimals.into()),
    ];
    properties.extend(bound_properties(bounds));
    properties
}

fn lookup_properties(
    multiple: bool,
    list: String,
    field: &str,
    dependents: &[&str],
    primary: Option<Uuid>,
) -> [Property; 9] {
    [
        ("AllowMultipleValues", multiple.into()),
        ("DependentLookupInternalNames", json!(dependents)),
        ("IsDependentLookup", primary.is_some().into()),
        ("IsRelationship", false.into()),
        ("LookupField", field.into()),
        ("LookupList", list.into()),
        ("LookupWebId", "00000000-0000-0000-0000-000000000000".into()),
        ("PrimaryFieldId", primary.map(|id| id.to_string()).into()),
        ("RelationshipDeleteBehavior", 0.into()),
    ]
}

/// A bound, as items spell numbers: whole ones without a fraction.
fn bound(number: f64) -> Value {
    serde_json::from_str(&FieldValue::number(number).json).unwrap_or_else(|_| number.into())
}

/// `TypeDisplayName` and `TypeShortDescription`.
pub(super) const fn type_words(kind: &FieldKind) -> (&'static str, &'static str) {
    match kind {
        FieldKind::Text { .. } => ("Single line of text", "Single line of text"),
        FieldKind::Note { .. } => ("Multiple lines of text", "Multiple lines of text"),
        FieldKind::Integer(_) => ("Integer", "Integer"),
        FieldKind::Number { .. } => ("Number", "Number (1, 1.0, 100)"),
        FieldKind::Currency { .. } => ("Currency", "Currency ($, ¥, €)"),
        FieldKind::Boolean => ("Yes/No", "Yes/No (check box)"),
        FieldKind::DateTime { .. } => ("Date and Time", "Date and Time"),
        FieldKind::Choice(_) => ("Choice", "Choice (menu to choose from)"),
        FieldKind::MultiChoice(_) => ("Choice", "Choice (menu to choose from)"),
        FieldKind::Url { .. } => ("Hyperlink or Picture", "Hyperlink or Picture"),
        FieldKind::Guid => ("Guid", "Guid"),
        FieldKind::Calculated(_) => ("Calculated", "Calculated (calculation based on other columns)"),
        FieldKind::Lookup { .. } => ("Lookup", "Lookup (information already on this site)"),
        FieldKind::User { .. } => ("Person or Group", "Person or Group"),
    }
}

/// A field's schema, as far as it says what the properties say.
pub(super) fn schema_xml(field: &Field) -> String {
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
    let mut inner = String::new();
    match &field.kind {
        FieldKind::Text { max_length } => xml.push_str(&format!(" MaxLength=\"{max_length}\"")),
        FieldKind::Choice(choices) | FieldKind::MultiChoice(choices) => {
            xml.push_str(&format!(" FillInChoice=\"{}\"", bool(choices.fill_in)));
            let all = choices.choices.iter().map(|c| format!("<CHOICE>{}</CHOICE>", escape_xml(c)));
            inner.push_str(&format!("<CHOICES>{}</CHOICES>", all.collect::<String>()));
        }
        FieldKind::Lookup { list, field, multiple, primary } => {
            let shown = escape_xml(field);
            xml.push_str(&format!(" List=\"{{{list}}}\" ShowField=\"{shown}\" Mult=\"{}\"", bool(*multiple)));
            if let Some(primary) = primary {
                xml.push_str(&format!(" FieldRef=\"{{{primary}}}\" ReadOnly=\"TRUE\""));
            }
        }
        FieldKind::User { multiple, .. } => {
            xml.push_str(&format!(" List=\"UserInfo\" Mult=\"{}\"", bool(*multiple)))
        }
        FieldKind::Calculated(formula) => {
            xml.push_str(&format!(" ResultType=\"{}\" ReadOnly=\"TRUE\"", formula.output.kind().name()));
            inner.push_str(&format!("<Formula>{}</Formula>", escape_xml(&formula.text)));
        }
        FieldKind::DateTime { date_only } => {
            xml.push_str(&format!(" Format=\"{}\"", if *date_only { "DateOnly" } else { "DateTime" }));
        }
        _ => {}
    }
    if let Some(formatter) = &field.custom_formatter {
        // As they are in an attribute, line breaks would be read as spaces.
        let text = escape_xml(formatter).replace('\n', "&#10;").replace('\r', "&#13;").replace('\t', "&#9;");
        xml.push_str(&format!(" CustomFormatter=\"{text}\""));
    }
    if let Some(default) = &field.default_value {
        inner.push_str(&format!("<Default>{}</Default>", escape_xml(default)));
    }
    if inner.is_empty() { xml + " />" } else { format!("{xml}>{inner}</Field>") }
}
