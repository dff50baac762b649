//! Fields.

use std::sync::Arc;

use odata::Uuid;
use serde_json::Value;
use store::model::{Field, FieldOwner, List, SYSTEM_FIELDS, Site, SystemField};

use super::{
    Entity, Property,
    field_kind::{kind_properties, schema_xml, type_words},
    links::list_link,
};

/// Fields that stand at one address.
#[derive(Clone, Debug)]
pub(crate) struct Fields<'a> {
    /// Whose they are.
    own: &'a [Arc<Field>],
    /// `Web/Lists(guid'…')/Fields`.
    link: String,
    /// The URL of what they belong to.
    scope: String,
}

impl<'a> Fields<'a> {
    /// Those of a list of a site.
    pub(crate) fn of_list(site: &Site, list: &'a List) -> Self {
        let scope = format!("{}/Lists/{}", site.path.as_str(), list.url_name);
        Self { own: &list.fields, link: format!("{}/Fields", list_link(list)), scope }
    }

    /// The columns of a site.
    pub(crate) fn of_site(site: &'a Site) -> Self {
        let path = site.path.as_str();
        let scope = if path.is_empty() { "/" } else { path }.to_owned();
        Self { own: &site.columns, link: "Web/Fields".into(), scope }
    }

    /// The columns of a site as they are available in it or in one below.
    pub(crate) fn available_of(site: &'a Site) -> Self {
        Self { link: "Web/AvailableFields".into(), ..Self::of_site(site) }
    }

    /// Those of a list of a site, or of the site itself.
    pub(crate) fn of(site: &Site, owner: &'a FieldOwner) -> Self {
        match owner {
            FieldOwner::List(list) => Self::of_list(site, list),
            FieldOwner::Site(site) => Self::of_site(site),
        }
    }

    fn link(&self, guid: Uuid) -> String {
        format!("{}(guid'{guid}')", self.link)
    }

    /// Its own as entities.
    pub(crate) fn own(&self) -> impl Iterator<Item = Entity> {
        self.own.iter().map(|f| field_entity(self, f))
    }

    /// All as entities: its own come first.
    pub(crate) fn all(&self) -> Vec<Entity> {
        self.own().chain(SYSTEM_FIELDS.iter().map(|f| system_field_entity(self, f))).collect()
    }
}

/// A field's properties, in the order of the wire.
pub(crate) fn field_properties(fields: &Fields<'_>, field: &Field) -> Vec<Property> {
    let mut properties = vec![
        ("AutoIndexed", false.into()),
        ("CanBeDeleted", field.deletable.into()),
        ("ClientSideComponentId", "00000000-0000-0000-0000-000000000000".into()),
        ("ClientSideComponentProperties", Value::Null),
        ("ClientValidationFormula", Value::Null),
        ("ClientValidationMessage", Value::Null),
        ("CustomFormatter", field.custom_formatter.as_deref().into()),
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
        ("Scope", fields.scope.as_str().into()),
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
    properties.extend(kind_properties(field, fields.own));
    properties.extend(
        field.kind.form_settings().iter().map(|(name, default)| {
            (*name, field.form.get(*name).cloned().unwrap_or_else(|| default.value()))
        }),
    );
    properties
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
pub(crate) fn field_entity(fields: &Fields<'_>, field: &Field) -> Entity {
    Entity {
        type_name: field.kind.type_name(),
        set: "SP.ApiData.Fields",
        edit_link: fields.link(field.guid),
        etag: None,
        links: &[],
        properties: field_properties(fields, field),
        selected: None,
        nested: Vec::new(),
    }
}

/// A field that every list and site has, as an entity.
pub(crate) fn system_field_entity(fields: &Fields<'_>, field: &SystemField) -> Entity {
    let (number, name) = field.kind;
    Entity {
        type_name: match number {
            4 => "SP.FieldDateTime",
            20 => "SP.FieldUser",
            2 => "SP.FieldText",
            _ => "SP.Field",
        },
        set: "SP.ApiData.Fields",
        edit_link: fields.link(field.guid),
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
            ("Scope", fields.scope.as_str().into()),
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
