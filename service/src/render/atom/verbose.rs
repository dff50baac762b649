//! The verbose form, read as entries and feeds.

use odata::Format;
use serde_json::{Map, Value};

use super::{Entry, Feed, Inline, Link, Property, Types, document_of_entry, document_of_feed, property};
use crate::render::View;

/// A document that says what `render` says in the verbose form; a feed has that id.
pub(crate) fn rendered(
    view: &View,
    types: Types<'_>,
    feed_id: impl FnOnce() -> String,
    render: impl FnOnce(&View) -> String,
) -> String {
    let verbose = View { format: Format::Verbose, ..view.clone() };
    let base = format!("{}/", view.links.api());
    let mut body: Map<String, Value> = serde_json::from_str(&render(&verbose)).unwrap_or_default();
    let Some(Value::Object(mut answer)) = body.remove("d") else { return String::new() };
    let reader = Reader { base: &base, types };
    if answer.contains_key("__metadata") {
        return document_of_entry(&base, &reader.entry(answer, &base));
    }
    if let Some(Value::Array(members)) = answer.shift_remove("results") {
        let text = |value: Option<Value>| value.and_then(|v| v.as_str().map(str::to_owned));
        let feed = Feed {
            id: feed_id(),
            title: String::new(),
            entries: reader.entries(members, &base),
            count: text(answer.remove("__count")),
            next: text(answer.remove("__next")),
        };
        return document_of_feed(&base, &feed);
    }
    match answer.iter().next() {
        Some((name, value)) => property(name, types.find("", name, value), value),
        None => String::new(),
    }
}

struct Reader<'a> {
    base: &'a str,
    types: Types<'a>,
}

impl Reader<'_> {
    fn relative(&self, uri: &str) -> String {
        uri.strip_prefix(self.base).unwrap_or(uri).to_owned()
    }

    fn entries(&self, members: Vec<Value>, at: &str) -> Vec<Entry> {
        let objects = members.into_iter().filter_map(|member| match member {
            Value::Object(object) => Some(self.entry(object, at)),
            _ => None,
        });
        objects.collect()
    }

    /// An entity; one without an address of its own stands at `at`.
    fn entry(&self, mut object: Map<String, Value>, at: &str) -> Entry {
        let metadata = object.shift_remove("__metadata").unwrap_or_default();
        let told = |name: &str| metadata.get(name).and_then(Value::as_str).map(str::to_owned);
        let uri = told("uri");
        let type_name = told("type").unwrap_or_default();
        let address = uri.clone().unwrap_or_else(|| at.to_owned());
        let (mut links, mut properties) = (Vec::new(), Vec::new());
        for (name, value) in object {
            let inline = match value {
                value if value.get("__deferred").is_some() => Inline::Deferred,
                Value::Object(inner) if is_entity(&inner) => {
                    let entry = self.entry(inner, &format!("{address}/{name}"));
                    Inline::One(Some(Box::new(entry)))
                }
                Value::Object(mut inner)
                    if !inner.contains_key("__metadata") && inner.contains_key("results") =>
                {
                    let members = match inner.remove("results") {
                        Some(Value::Array(members)) => members,
                        _ => Vec::new(),
                    };
                    Inline::Many(self.entries(members, &format!("{address}/{name}")))
                }
                value => {
                    let type_name = self.types.find(&type_name, &name, &value);
                    properties.push(Property { name, type_name, value });
                    continue;
                }
            };
            links.push(Link { href: self.relative(&format!("{address}/{name}")), name, inline });
        }
        let id = uri.clone().or_else(|| told("id").map(|guid| format!("urn:uuid:{guid}"))).unwrap_or(address);
        Entry { id, edit: uri.map(|u| self.relative(&u)), etag: told("etag"), type_name, links, properties }
    }
}

/// Whether an object is an entity rather than a value of several parts.
fn is_entity(object: &Map<String, Value>) -> bool {
    let Some(metadata) = object.get("__metadata") else { return false };
    let is_item = metadata.get("type").and_then(Value::as_str).is_some_and(|t| t.starts_with("SP.Data."));
    is_item || metadata.get("uri").is_some() || metadata.get("id").is_some()
}
