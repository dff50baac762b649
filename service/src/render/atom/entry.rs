//! Entries and feeds, and how they are written.

use serde_json::Value;

use super::{ATOM, DATA, METADATA, Types};
use crate::render::xml::{Attr, Xml};

/// What an entity's documents begin with where nothing tells when it changed.
const NEVER: &str = "1970-01-01T00:00:00Z";
const SCHEME: &str = "http://schemas.microsoft.com/ado/2007/08/dataservices/scheme";
const RELATED: &str = "http://schemas.microsoft.com/ado/2007/08/dataservices/related/";

/// One entity.
#[derive(Debug)]
pub(crate) struct Entry {
    /// What names it, an IRI.
    pub(crate) id: String,
    /// Its address, relative to the base, where it has one.
    pub(crate) edit: Option<String>,
    /// Its tag.
    pub(crate) etag: Option<String>,
    /// Its type.
    pub(crate) type_name: String,
    /// What stands round it.
    pub(crate) links: Vec<Link>,
    /// Its values.
    pub(crate) properties: Vec<Property>,
}

/// A value with its type.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) type_name: &'static str,
    pub(crate) value: Value,
}

/// What stands round an entity.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) name: String,
    /// Its address, relative to the base.
    pub(crate) href: String,
    pub(crate) inline: Inline,
}

/// Whether it is shown with the entity.
#[derive(Debug)]
pub(crate) enum Inline {
    /// It is not.
    Deferred,
    /// One, or nothing.
    One(Option<Box<Entry>>),
    /// Several.
    Many(Vec<Entry>),
}

/// Several entities.
#[derive(Debug)]
pub(crate) struct Feed {
    /// What names it, an IRI.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) entries: Vec<Entry>,
    /// How many there are on all pages, where that was asked for.
    pub(crate) count: Option<String>,
    /// Where the next page is.
    pub(crate) next: Option<String>,
}

impl Entry {
    fn updated(&self) -> &str {
        let at = |name: &str| self.properties.iter().find(|p| p.name == name)?.value.as_str();
        let known = ["Modified", "LastItemModifiedDate", "TimeLastModified", "Created", "TimeCreated"];
        known.into_iter().find_map(at).unwrap_or(NEVER)
    }
}

/// An entry as a document; what it links to is relative to `base`.
pub(crate) fn document_of_entry(base: &str, entry: &Entry) -> String {
    let mut xml = Xml::new();
    write_entry(&mut xml, entry, &namespaces(base));
    xml.finish()
}

/// A feed as a document.
pub(crate) fn document_of_feed(base: &str, feed: &Feed) -> String {
    let mut xml = Xml::new();
    xml.open("feed", &namespaces(base));
    if let Some(count) = &feed.count {
        xml.text("m:count", &[], count);
    }
    xml.text("id", &[], &feed.id);
    xml.text("title", &[("type", "text")], &feed.title);
    let updated = feed.entries.iter().map(Entry::updated).max().unwrap_or(NEVER);
    xml.text("updated", &[], updated);
    if feed.entries.is_empty() {
        // RFC 4287: a feed without an entry that names its author names one.
        xml.open("author", &[]);
        xml.empty("name", &[]);
        xml.close("author");
    }
    feed.entries.iter().for_each(|entry| write_entry(&mut xml, entry, &[]));
    if let Some(next) = &feed.next {
        xml.empty("link", &[("rel", "next"), ("href", next)]);
    }
    xml.close("feed");
    xml.finish()
}

fn namespaces(base: &str) -> [Attr<'_>; 4] {
    [("xml:base", base), ("xmlns", ATOM), ("xmlns:d", DATA), ("xmlns:m", METADATA)]
}

fn write_entry(xml: &mut Xml, entry: &Entry, attributes: &[Attr<'_>]) {
    let mut attributes = attributes.to_vec();
    if let Some(etag) = &entry.etag {
        attributes.push(("m:etag", etag));
    }
    xml.open("entry", &attributes);
    xml.text("id", &[], &entry.id);
    xml.empty("category", &[("term", &entry.type_name), ("scheme", SCHEME)]);
    if let Some(edit) = &entry.edit {
        xml.empty("link", &[("rel", "edit"), ("href", edit)]);
    }
    entry.links.iter().for_each(|link| write_link(xml, link));
    xml.empty("title", &[]);
    xml.text("updated", &[], entry.updated());
    xml.open("author", &[]);
    xml.empty("name", &[]);
    xml.close("author");
    xml.open("content", &[("type", "application/xml")]);
    xml.open("m:properties", &[]);
    for Property { name, type_name, value } in &entry.properties {
        write_value(xml, &format!("d:{name}"), &[], type_name, value);
    }
    xml.close("m:properties");
    xml.close("content");
    xml.close("entry");
}

fn write_link(xml: &mut Xml, link: &Link) {
    let many = match link.inline {
        Inline::Deferred => is_many(&link.name),
        Inline::One(_) => false,
        Inline::Many(_) => true,
    };
    let kind = if many { "application/atom+xml;type=feed" } else { "application/atom+xml;type=entry" };
    let rel = format!("{RELATED}{}", link.name);
    let attributes: [Attr<'_>; 4] =
        [("rel", &rel), ("type", kind), ("title", &link.name), ("href", &link.href)];
    if matches!(link.inline, Inline::Deferred) {
        return xml.empty("link", &attributes);
    }
    xml.open("link", &attributes);
    match &link.inline {
        Inline::Deferred | Inline::One(None) => xml.empty("m:inline", &[]),
        Inline::One(Some(entry)) => {
            xml.open("m:inline", &[]);
            write_entry(xml, entry, &[]);
            xml.close("m:inline");
        }
        Inline::Many(entries) => {
            xml.open("m:inline", &[]);
            xml.open("feed", &[]);
            xml.text("id", &[], &link.href);
            xml.text("title", &[("type", "text")], &link.name);
            xml.text("updated", &[], entries.iter().map(Entry::updated).max().unwrap_or(NEVER));
            entries.iter().for_each(|entry| write_entry(xml, entry, &[]));
            xml.close("feed");
            xml.close("m:inline");
        }
    }
    xml.close("link");
}

/// Whether what a name links to is several.
fn is_many(name: &str) -> bool {
    const MANY: [&str; 10] = [
        "AttachmentFiles",
        "AvailableFields",
        "ContentTypes",
        "Fields",
        "Items",
        "Lists",
        "RoleAssignments",
        "Versions",
        "Views",
        "Webs",
    ];
    MANY.contains(&name)
}

/// A value as an element: its type is told but for texts, and null is told as such.
pub(crate) fn write_value(xml: &mut Xml, tag: &str, attributes: &[Attr<'_>], type_name: &str, value: &Value) {
    let named = value.pointer("/__metadata/type").and_then(Value::as_str);
    let type_name = named.unwrap_or(type_name);
    let mut attributes = attributes.to_vec();
    if !matches!(type_name, "Edm.String" | "Edm.Null") {
        attributes.push(("m:type", type_name));
    }
    let members = value.get("results").unwrap_or(value);
    match members {
        Value::Null => {
            attributes.push(("m:null", "true"));
            xml.empty(tag, &attributes);
        }
        Value::String(text) if text.is_empty() => xml.empty(tag, &attributes),
        Value::String(text) => xml.text(tag, &attributes, text),
        Value::Bool(_) | Value::Number(_) => xml.text(tag, &attributes, &value.to_string()),
        Value::Array(members) => {
            xml.open(tag, &attributes);
            let inner = type_name.strip_prefix("Collection(").and_then(|t| t.strip_suffix(')'));
            // Their collection tells the type of plain members.
            for member in members {
                let inner = if member.is_object() { inner.unwrap_or_default() } else { "Edm.String" };
                write_value(xml, "d:element", &[], inner, member);
            }
            xml.close(tag);
        }
        Value::Object(members) => {
            xml.open(tag, &attributes);
            for (name, value) in members.iter().filter(|(name, _)| *name != "__metadata") {
                let inner = Types::default().find(type_name, name, value);
                write_value(xml, &format!("d:{name}"), &[], inner, value);
            }
            xml.close(tag);
        }
    }
}
