//! Fields.

use serde_json::Value;
use store::model::{Field, List, SYSTEM_FIELDS, Site, SystemField};

use super::{
    Entity, Property,
    field_kind::{kind_properties, schema_xml, type_words},
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
        ("EntityPropertyName", field.entity_name().into()),
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

fn scope(site: &Site, list: &List) -> String {
    format!("{}/Lists/{}", site.path.as_str(), list.url_name)
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
        nested: Vec::new(),
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
        nested: Vec::new(),
    }
}

/// All fields of a list: those that every list has come first but for Title, which is the list's own.
pub(crate) fn fields(site: &Site, list: &List) -> Vec<Entity> {
    let system = SYSTEM_FIELDS.iter().map(|f| system_field_entity(site, list, f));
    list.fields.iter().map(|f| field_entity(site, list, f)).chain(system).collect()
}
