//! Entities in every format: what stands round their properties.

use std::fmt::Display;

use odata::{Format, Metadata, Protocol};
use serde_json::{Map, Value, json};

use super::{
    View,
    atom::{self, Types},
    catalog::Matches,
    context::context_url,
};

/// A property with its value in the light form.
pub(crate) type Property = (&'static str, Value);

/// An entity that is rendered from its properties: a site, a list, a field.
#[derive(Clone, Debug)]
pub(crate) struct Entity {
    /// `SP.List`.
    pub(crate) type_name: &'static str,
    /// The name of its set after `$metadata#`: `SP.ApiData.Lists`.
    pub(crate) set: &'static str,
    /// Relative to `_api/`.
    pub(crate) edit_link: String,
    /// The entity tag, where the type has one.
    pub(crate) etag: Option<String>,
    /// What verbose answers link to.
    pub(crate) links: &'static [&'static str],
    /// In the order of the wire.
    pub(crate) properties: Vec<Property>,
    /// The names that were selected, or all.
    pub(crate) selected: Option<Vec<String>>,
    /// What stands round it, by the name that it is expanded by.
    pub(crate) nested: Vec<(&'static str, Nested)>,
}

/// What stands round an entity.
#[derive(Clone, Debug)]
pub(crate) enum Nested {
    One(Box<Entity>),
    Many(Vec<Entity>),
}

/// Properties that are given only where they are selected.
const ON_REQUEST: [&str; 2] = ["DefaultViewUrl", "ServerRelativePath"];

/// JSON text of a string.
pub(crate) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// The prefix of control members.
pub(crate) const fn control(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::V3 => "odata.",
        Protocol::V4 => "@odata.",
    }
}

/// Names in `odata.type` have a hash before them in OData 4.
pub(crate) fn type_of(protocol: Protocol, name: &str) -> String {
    match protocol {
        Protocol::V3 => name.to_owned(),
        Protocol::V4 => format!("#{name}"),
    }
}

/// The name of the member that holds the metadata URL.
pub(crate) const fn context_name(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::V3 => "odata.metadata",
        Protocol::V4 => "@odata.context",
    }
}

/// One entity as a whole answer.
pub(crate) fn single(view: &View, entity: &Entity) -> String {
    match view.format {
        Format::Verbose => format!("{{\"d\":{}}}", object(view, entity, None)),
        Format::Atom => atom::rendered(view, Types::default(), String::new, |view| single(view, entity)),
        Format::Light { metadata: Metadata::Minimal, protocol } => {
            let context = context_url(view, protocol, entity.set, true, entity.selected.as_deref());
            object(view, entity, Some(&context))
        }
        Format::Light { .. } => object(view, entity, None),
    }
}

/// The member that holds how many entities there are on all pages.
pub(crate) fn count_member(format: Format, total: impl Display) -> String {
    match format {
        Format::Verbose | Format::Atom => format!("\"__count\":\"{total}\""),
        Format::Light { protocol: Protocol::V3, .. } => format!("\"odata.count\":\"{total}\""),
        Format::Light { protocol: Protocol::V4, .. } => format!("\"@odata.count\":{total}"),
    }
}

/// Entities of one set as a whole answer.
pub(crate) fn collection(view: &View, set: &str, found: &Matches) -> String {
    if view.format == Format::Atom {
        let id = || format!("{}/$metadata#{set}", view.links.api());
        return atom::rendered(view, Types::default(), id, |view| collection(view, set, found));
    }
    let members: Vec<String> = found.entities.iter().map(|e| object(view, e, None)).collect();
    let members = members.join(",");
    let count = found.total.map(|total| count_member(view.format, total));
    let after = count.as_ref().map(|count| format!(",{count}")).unwrap_or_default();
    let before = count.map(|count| format!("{count},")).unwrap_or_default();
    match view.format {
        Format::Verbose | Format::Atom => format!("{{\"d\":{{\"results\":[{members}]{after}}}}}"),
        Format::Light { metadata: Metadata::Minimal, protocol } => format!(
            "{{\"{}\":{},{before}\"value\":[{members}]}}",
            context_name(protocol),
            quoted(&context_url(view, protocol, set, false, None))
        ),
        Format::Light { .. } => format!("{{{before}\"value\":[{members}]}}"),
    }
}

/// One entity within an answer.
pub(crate) fn embedded(view: &View, entity: &Entity) -> String {
    object(view, entity, None)
}

/// One entity; `context` is the metadata URL where the answer is the entity alone.
fn object(view: &View, entity: &Entity, context: Option<&str>) -> String {
    let uri = view.links.absolute(&entity.edit_link);
    let mut members: Vec<(String, String)> = Vec::new();
    let mut add = |name: String, value: Value| members.push((name, value.to_string()));
    match view.format {
        Format::Verbose | Format::Atom => {
            let mut metadata = json!({"id": uri, "uri": uri, "type": entity.type_name});
            if let (Some(tag), Some(object)) = (&entity.etag, metadata.as_object_mut()) {
                object.insert("etag".into(), tag.as_str().into());
            }
            add("__metadata".into(), metadata);
            if entity.selected.is_none() {
                let is_nested = |link: &&&str| entity.nested.iter().any(|(name, _)| name == *link);
                for link in entity.links.iter().filter(|link| !is_nested(link)) {
                    add((*link).into(), json!({"__deferred": {"uri": format!("{uri}/{link}")}}));
                }
            }
        }
        Format::Light { metadata: Metadata::Minimal, protocol } => {
            let prefix = control(protocol);
            if let Some(url) = context {
                add(context_name(protocol).into(), url.into());
            }
            add(format!("{prefix}type"), type_of(protocol, entity.type_name).into());
            add(format!("{prefix}id"), uri.into());
            if let Some(tag) = &entity.etag {
                add(format!("{prefix}etag"), tag.as_str().into());
            }
            add(format!("{prefix}editLink"), entity.edit_link.as_str().into());
        }
        Format::Light { metadata: Metadata::None, .. } => {}
    }
    for (name, nested) in &entity.nested {
        if let Some(link) = navigation_link(view.format) {
            members.push((format!("{name}@{link}"), quoted(&format!("{}/{name}", entity.edit_link))));
        }
        members.push(((*name).into(), nested_json(view, nested)));
    }
    let wanted = |name: &str| match &entity.selected {
        Some(selected) => selected.iter().any(|n| n == name),
        None => !ON_REQUEST.contains(&name),
    };
    for (name, value) in entity.properties.iter().filter(|(name, _)| wanted(name)) {
        members.push(((*name).into(), formatted(view.format, name, value).to_string()));
    }
    let members: Vec<String> =
        members.iter().map(|(name, value)| format!("{}:{value}", quoted(name))).collect();
    format!("{{{}}}", members.join(","))
}

/// The name of the control member that links to what is expanded, where the format has one.
pub(super) const fn navigation_link(format: Format) -> Option<&'static str> {
    match format {
        Format::Light { metadata: Metadata::Minimal, protocol: Protocol::V3 } => {
            Some("odata.navigationLinkUrl")
        }
        Format::Light { metadata: Metadata::Minimal, protocol: Protocol::V4 } => Some("odata.navigationLink"),
        _ => None,
    }
}

fn nested_json(view: &View, nested: &Nested) -> String {
    match nested {
        Nested::One(entity) => object(view, entity, None),
        Nested::Many(entities) => {
            let members: Vec<String> = entities.iter().map(|e| object(view, e, None)).collect();
            match view.format {
                Format::Verbose | Format::Atom => format!("{{\"results\":[{}]}}", members.join(",")),
                Format::Light { .. } => format!("[{}]", members.join(",")),
            }
        }
    }
}

/// A property's value in the format's spelling: verbose wraps collections, and names the types of objects.
pub(super) fn formatted(format: Format, name: &str, value: &Value) -> Value {
    let type_name = if value.is_array() { "Collection(Edm.String)" } else { complex_type(name) };
    formatted_as(format, type_name, value)
}

/// The same, of a type that is known: it is told of collections and objects.
pub(super) fn formatted_as(format: Format, type_name: &'static str, value: &Value) -> Value {
    match (format, value) {
        (Format::Verbose, Value::Array(members)) => {
            json!({"__metadata": {"type": type_name}, "results": members})
        }
        (Format::Verbose, Value::Object(members)) => {
            let mut typed = Map::from_iter([("__metadata".to_owned(), json!({"type": type_name}))]);
            typed.extend(members.clone());
            typed.into()
        }
        _ => value.clone(),
    }
}

/// The type of a property that is an object.
pub(super) fn complex_type(name: &str) -> &'static str {
    match name {
        "CurrentChangeToken" => "SP.ChangeToken",
        "EffectiveBasePermissions" => "SP.BasePermissions",
        "UserId" => "SP.UserIdInfo",
        "ContentTypeId" | "Id" => "SP.ContentTypeId",
        _ => "SP.ResourcePath",
    }
}
