//! Items. An item's own fields are stored as JSON text in wire order, and are copied into the answer as
//! they stand wherever the list has the fields that it had when the item was written.

use std::{borrow::Cow, collections::HashMap};

use odata::{Format, Metadata, Protocol};
use serde_json::value::RawValue;
use store::{
    model::{Item, List, SystemProperty},
    plan::{Selected, Selection},
};

use super::{
    Reply, View,
    entity::{context_name, control, quoted, type_of},
    links::{item_link, list_link},
};
use crate::request::Prefer;

/// What verbose answers link to.
const LINKS: [&str; 10] = [
    "FirstUniqueAncestorSecurableObject",
    "RoleAssignments",
    "AttachmentFiles",
    "ContentType",
    "FieldValuesAsHtml",
    "FieldValuesAsText",
    "FieldValuesForEdit",
    "Folder",
    "ParentList",
    "Versions",
];

/// Writes items of one list in one format.
struct Writer<'a> {
    view: &'a View,
    list: &'a List,
    selection: &'a Selection,
    list_uri: String,
    type_name: String,
}

impl<'a> Writer<'a> {
    fn new(view: &'a View, list: &'a List, selection: &'a Selection) -> Self {
        let list_uri = view.links.absolute(&list_link(list));
        let name = list.item_type_name();
        let type_name = match view.format {
            Format::Light { protocol, .. } => type_of(protocol, &name),
            Format::Verbose => name,
        };
        Self { view, list, selection, list_uri, type_name: quoted(&type_name) }
    }

    /// The metadata URL of the list's items, or of one of them.
    fn context(&self, element: &str) -> String {
        let select = match self.selection {
            Some(selected) => format!("&$select={}", selected.iter().map(name).collect::<Vec<_>>().join(",")),
            None => String::new(),
        };
        let set = format!("SP.ListData.{}Items", self.list.entity_type_name);
        quoted(&format!("{}/$metadata#{set}{element}{select}", self.view.links.api()))
    }

    /// Writes the item as an object; `context` says whether it is the whole answer.
    fn write(&self, out: &mut String, item: &Item, whole: bool) {
        out.push('{');
        match self.view.format {
            Format::Verbose => {
                let uri = format!("{}/Items({})", self.list_uri, item.id.0);
                out.push_str(&format!(
                    "\"__metadata\":{{\"id\":\"{}\",\"uri\":{},\"etag\":\"\\\"{}\\\"\",\"type\":{}}},",
                    item.guid,
                    quoted(&uri),
                    item.version.number(),
                    self.type_name
                ));
                if self.selection.is_none() {
                    for link in LINKS {
                        out.push_str(&format!("\"{link}\":{{\"__deferred\":{{\"uri\":\"{uri}/{link}\"}}}},"));
                    }
                }
            }
            Format::Light { metadata: Metadata::Minimal, protocol } => {
                if whole {
                    out.push_str(&format!("\"{}\":{},", context_name(protocol), self.context("/@Element")));
                }
                self.write_control(out, item, protocol);
            }
            Format::Light { metadata: Metadata::None, .. } => {}
        }
        match self.selection {
            None => self.write_default(out, item),
            Some(selected) => self.write_selected(out, item, selected),
        }
        if out.ends_with(',') {
            out.pop();
        }
        out.push('}');
    }

    fn write_control(&self, out: &mut String, item: &Item, protocol: Protocol) {
        let prefix = control(protocol);
        out.push_str(&format!(
            "\"{prefix}type\":{},\"{prefix}id\":\"{}\",\"{prefix}etag\":\"\\\"{}\\\"\",\"{prefix}editLink\":\"{}\",",
            self.type_name,
            item.guid,
            item.version.number(),
            item_link(self.list, item.id)
        ));
    }

    fn write_default(&self, out: &mut String, item: &Item) {
        for property in SystemProperty::BEFORE {
            member(out, property.name(), &property.json(item));
        }
        if item.shape == self.list.shape {
            out.push_str(&item.doc[1..item.doc.len() - 1]);
            out.push(',');
        } else {
            let values = opened(item);
            for field in &self.list.fields {
                member(out, &field.property_name, value(&values, &field.property_name));
            }
        }
        for property in SystemProperty::AFTER {
            member(out, property.name(), &property.json(item));
        }
    }

    fn write_selected(&self, out: &mut String, item: &Item, selected: &[Selected]) {
        let all = selected.iter().any(|s| matches!(s, Selected::All));
        if all {
            self.write_default(out, item);
        }
        let values = opened(item);
        for one in selected {
            match one {
                Selected::All => {}
                Selected::Field(_) if all => {}
                Selected::System(p) if all && !SystemProperty::ON_REQUEST.contains(p) => {}
                Selected::Field(field) => {
                    member(out, &field.property_name, value(&values, &field.property_name))
                }
                Selected::System(property) => member(out, property.name(), &property.json(item)),
            }
        }
    }
}

fn name(selected: &Selected) -> &str {
    match selected {
        Selected::All => "*",
        Selected::Field(field) => &field.property_name,
        Selected::System(property) => property.name(),
    }
}

fn member(out: &mut String, name: &str, json: &str) {
    out.extend(["\"", name, "\":", json, ","]);
}

type Values<'a> = HashMap<Cow<'a, str>, &'a RawValue>;

fn opened(item: &Item) -> Values<'_> {
    // Rows are written by us; one that another tool broke shows as empty rather than as an error.
    serde_json::from_str(&item.doc).unwrap_or_default()
}

fn value<'a>(values: &Values<'a>, name: &str) -> &'a str {
    values.get(name).map_or("null", |v| v.get())
}

fn body(view: &View, list: &List, selection: &Selection, item: &Item) -> String {
    let mut out = String::with_capacity(item.doc.len() + 1024);
    let writer = Writer::new(view, list, selection);
    if view.format == Format::Verbose {
        out.push_str("{\"d\":");
        writer.write(&mut out, item, true);
        out.push('}');
    } else {
        writer.write(&mut out, item, true);
    }
    out
}

/// An item as an answer of its own.
pub(crate) fn item(view: &View, list: &List, selection: &Selection, item: &Item) -> Reply {
    Reply::json(200, view.format, body(view, list, selection, item))
        .with("ETag", item.version.to_string())
        .modified(item.modified)
}

/// The present item within the answer to a failed precondition.
pub(crate) fn conflict_item(view: &View, list: &List, item: &Item) -> String {
    let mut out = String::new();
    Writer::new(view, list, &None).write(&mut out, item, false);
    out
}

/// A page of items, with the URL of the next one.
pub(crate) fn items(
    view: &View,
    list: &List,
    selection: &Selection,
    items: &[Item],
    next: Option<&str>,
) -> String {
    let writer = Writer::new(view, list, selection);
    let mut out = String::with_capacity(items.iter().map(|i| i.doc.len() + 700).sum::<usize>() + 256);
    let (open, close, next_name) = match view.format {
        Format::Verbose => ("{\"d\":{\"results\":[".to_owned(), "}}", "__next"),
        Format::Light { metadata, protocol } => {
            let context = match metadata {
                Metadata::Minimal => format!("\"{}\":{},", context_name(protocol), writer.context("")),
                Metadata::None => String::new(),
            };
            let next_name = if protocol == Protocol::V3 { "odata.nextLink" } else { "@odata.nextLink" };
            // As SharePoint has it, the link stands before the rows.
            let link = next.map(|url| format!("\"{next_name}\":{},", quoted(url)));
            (format!("{{{context}{}\"value\":[", link.unwrap_or_default()), "}", next_name)
        }
    };
    out.push_str(&open);
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        writer.write(&mut out, item, false);
    }
    out.push(']');
    if let (Format::Verbose, Some(url)) = (view.format, next) {
        out.push_str(&format!(",\"{next_name}\":{}", quoted(url)));
    }
    out.push_str(close);
    out
}

/// The answer to a new item.
pub(crate) fn added(view: &View, list: &List, item: &Item) -> Reply {
    let location = view.links.absolute(&item_link(list, item.id));
    let reply = match view.prefer {
        Prefer::Minimal => Reply::new(204).with("Preference-Applied", "return=minimal"),
        _ => Reply::json(201, view.format, body(view, list, &None, item)),
    };
    reply.with("Location", location).with("ETag", item.version.to_string()).modified(item.modified)
}

/// The answer to a changed item.
pub(crate) fn changed(view: &View, list: &List, item: &Item) -> Reply {
    let reply = match view.prefer {
        Prefer::Representation => Reply::json(200, view.format, body(view, list, &None, item))
            .with("Preference-Applied", "return=representation"),
        _ => Reply::new(204),
    };
    reply.with("ETag", item.version.to_string()).modified(item.modified)
}

/// The answer to an increment.
pub(crate) fn increment(view: &View, item: &Item, value: i64, first: i64) -> Reply {
    let result = format!("{{\"value\":{value},\"first\":{first}}}");
    let body = match view.format {
        Format::Verbose => format!("{{\"d\":{{\"Increment\":{result}}}}}"),
        Format::Light { .. } => result,
    };
    Reply::json(200, view.format, body).with("ETag", item.version.to_string()).modified(item.modified)
}
