//! Items as ListData.svc answers them: OData 2, in its JSON (`d`, `results`, `__metadata`) and in Atom, with the names
//! that titles make.

use std::sync::Arc;

use odata::Format;
use serde_json::{Map, Value, json};
use store::{
    model::{Field, FieldKind, Item, List, SystemProperty},
    plan::{Expanded, ExpandedOf, Ids, Selected},
};

use super::{
    Reply, Shown, View,
    atom::{self, Entry, Feed, Inline, Link, Property, document_of_entry, document_of_feed},
};
use crate::list_data::{Column, Columns, NAMESPACE, SEPARATOR, Source, column_type};

/// One item as a whole answer.
pub(super) fn single(view: &View, shown: Shown<'_>, item: &Item) -> String {
    let entry = Writer::new(view, shown).entry(item);
    match view.format {
        Format::Atom => document_of_entry(&base(view), &entry),
        _ => json!({"d": object(view, &entry)}).to_string(),
    }
}

/// A page of items as a whole answer.
pub(super) fn page(
    view: &View,
    shown: Shown<'_>,
    items: &[Item],
    next: Option<&str>,
    total: Option<i64>,
) -> String {
    let writer = Writer::new(view, shown);
    let entries: Vec<Entry> = items.iter().map(|item| writer.entry(item)).collect();
    let count = total.map(|total| total.to_string());
    if view.format == Format::Atom {
        let id = format!("{}{}", base(view), writer.set);
        let feed = Feed { id, title: writer.set, entries, count, next: next.map(str::to_owned) };
        return document_of_feed(&base(view), &feed);
    }
    let results: Vec<Value> = entries.iter().map(|entry| object(view, entry)).collect();
    let mut answer = Map::from_iter([("results".to_owned(), Value::from(results))]);
    answer.extend(count.map(|count| ("__count".to_owned(), count.into())));
    answer.extend(next.map(|next| ("__next".to_owned(), next.into())));
    json!({"d": answer}).to_string()
}

/// An item within the answer to a failed precondition.
pub(super) fn embedded(view: &View, list: &List, item: &Item) -> String {
    object(view, &Writer::new(view, Shown::whole(list)).entry(item)).to_string()
}

/// The address of an item.
pub(super) fn address(view: &View, list: &List, item: &Item) -> String {
    format!("{}{}({})", base(view), Writer::new(view, Shown::whole(list)).set, item.id.0)
}

/// A property of an item as an answer.
pub(crate) fn data_property(view: &View, column: &Column, value: &Value) -> Reply {
    let type_name = column_type(column);
    let body = match view.format {
        Format::Atom => atom::property(&column.name, type_name, value),
        _ => json!({"d": {column.name.as_str(): spelt(type_name, value)}}).to_string(),
    };
    Reply::json(200, view.format, body)
}

/// The value of an item's property: several values are one text, and so are an address and its description.
pub(crate) fn data_value(list: &List, item: &Item, column: &Column) -> Value {
    match &column.source {
        Source::System(SystemProperty::ContentTypeId) => list.content_type_id().into(),
        Source::System(property) => serde_json::from_str(&property.json(item)).unwrap_or_default(),
        Source::Field(field) => {
            let mut values: Map<String, Value> = serde_json::from_str(&item.doc).unwrap_or_default();
            flat(field, values.remove(&field.property_name).unwrap_or_default())
        }
    }
}

/// What addresses are relative to.
fn base(view: &View) -> String {
    format!("{}/", view.links.list_data())
}

/// Makes entries of the items of one list.
struct Writer<'a> {
    view: &'a View,
    shown: Shown<'a>,
    columns: Columns,
    set: String,
    type_name: String,
    /// The Lookups that are expanded, with the writers of what they refer to.
    expanded: Vec<(&'a Field, Option<Writer<'a>>)>,
}

impl<'a> Writer<'a> {
    fn new(view: &'a View, shown: Shown<'a>) -> Self {
        let set = view.sets.of_list(shown.list.id);
        let type_name = set.map(|set| format!("{NAMESPACE}.{}", set.type_name())).unwrap_or_default();
        let set = set.map(|set| set.name.clone()).unwrap_or_default();
        let expanded = shown.selection.iter().flatten().filter_map(|one| match one {
            Selected::Expanded(Expanded { ids: Ids::Field(field), of, .. }) => {
                let within = match of {
                    ExpandedOf::Items(list, selected) => Some(Writer::of_items(view, list, selected)),
                    ExpandedOf::Users(_) | ExpandedOf::Gone(_) => None,
                };
                Some((&**field, within))
            }
            _ => None,
        });
        Self { view, columns: Columns::of(shown.list), set, type_name, expanded: expanded.collect(), shown }
    }

    /// The writer of what a Lookup refers to, of which these properties are shown.
    fn of_items(view: &'a View, list: &'a List, selected: &'a [Selected]) -> Self {
        let mut writer = Self::new(view, Shown::whole(list));
        writer.columns.retain(|column| is_shown(selected, column));
        writer
    }

    fn entry(&self, item: &Item) -> Entry {
        let edit = format!("{}({})", self.set, item.id.0);
        let values: Map<String, Value> = serde_json::from_str(&item.doc).unwrap_or_default();
        let value = |column: &Column| match &column.source {
            Source::Field(field) => {
                flat(field, values.get(&field.property_name).cloned().unwrap_or_default())
            }
            Source::System(_) => data_value(self.shown.list, item, column),
        };
        let selection = self.shown.selection.as_deref();
        let shown = self.columns.iter().filter(|c| selection.is_none_or(|selected| is_shown(selected, c)));
        let properties = shown.map(|column| Property {
            name: column.name.clone(),
            type_name: column_type(column),
            value: value(column),
        });
        let link = |(name, field, _): (&str, &Arc<Field>, _)| {
            let expanded = self.expanded.iter().find(|(f, _)| f.guid == field.guid);
            let inline = match expanded {
                Some((_, within)) => Inline::One(self.referred(item, field, within.as_ref()).map(Box::new)),
                None => Inline::Deferred,
            };
            Link { name: name.to_owned(), href: format!("{edit}/{name}"), inline }
        };
        Entry {
            id: format!("{}{edit}", base(self.view)),
            etag: Some(self.view.tag(item.version)),
            type_name: self.type_name.clone(),
            links: self.columns.navigations(&self.view.sets).map(link).collect(),
            properties: properties.collect(),
            edit: Some(edit),
        }
    }

    /// The item that a Lookup refers to, if it is there.
    fn referred(&self, item: &Item, field: &Field, within: Option<&Self>) -> Option<Entry> {
        let (writer, (related, _)) = (within?, self.shown.others?);
        let id = *item.ids(&field.property_name).first()?;
        Some(writer.entry(related.get(&(writer.shown.list.id, id))?))
    }
}

/// Whether a property is among those that are selected.
fn is_shown(selected: &[Selected], column: &Column) -> bool {
    selected.iter().any(|one| match (one, &column.source) {
        (Selected::Field(a), Source::Field(b)) => a.guid == b.guid,
        (Selected::System(a), Source::System(b)) => a == b,
        _ => false,
    })
}

/// An entry in OData 2's JSON.
fn object(view: &View, entry: &Entry) -> Value {
    let metadata = json!({"uri": entry.id, "etag": entry.etag, "type": entry.type_name});
    let mut members = Map::from_iter([("__metadata".to_owned(), metadata)]);
    for property in &entry.properties {
        members.insert(property.name.clone(), spelt(property.type_name, &property.value));
    }
    for link in &entry.links {
        let value = match &link.inline {
            Inline::Deferred => json!({"__deferred": {"uri": format!("{}{}", base(view), link.href)}}),
            Inline::One(None) => Value::Null,
            Inline::One(Some(entry)) => object(view, entry),
            Inline::Many(entries) => {
                json!({"results": entries.iter().map(|entry| object(view, entry)).collect::<Vec<_>>()})
            }
        };
        members.insert(link.name.clone(), value);
    }
    members.into()
}

/// A value in OData 2's JSON, which has points in time as milliseconds.
fn spelt(type_name: &str, value: &Value) -> Value {
    let at = value.as_str().filter(|_| type_name == "Edm.DateTime");
    match at.and_then(|text| odata::Timestamp::parse_iso(text).ok()) {
        Some(at) => format!("/Date({})/", at.unix().saturating_mul(1000)).into(),
        None => value.clone(),
    }
}

/// A value of a field as OData 2 can hold it.
fn flat(field: &Field, value: Value) -> Value {
    let text = |member: &Value| member.as_str().map_or_else(|| member.to_string(), str::to_owned);
    match (&field.kind, value) {
        (_, Value::Array(members)) => members.iter().map(text).collect::<Vec<_>>().join(SEPARATOR).into(),
        (FieldKind::Url { .. }, Value::Object(parts)) => {
            let part = |name: &str| parts.get(name).and_then(Value::as_str).unwrap_or_default();
            format!("{}, {}", part("Url"), part("Description")).into()
        }
        (_, value) => value,
    }
}
