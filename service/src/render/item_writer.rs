//! Writes items. An item's own fields are stored as JSON text in wire order, and are copied into the answer
//! as they stand wherever the list has the fields that it had when the item was written, and the format
//! spells no value otherwise.

use std::{borrow::Cow, collections::HashMap};

use odata::{Format, Metadata, Protocol, path::FieldTexts};
use serde_json::{Value, value::RawValue};
use store::{
    Catalog, RelatedItems,
    model::{Field, Item, LINKED, List, Reference, SystemProperty, UserId},
    plan::{Expanded, ExpandedOf, Ids, Selected, Selection, UserProperty},
};

use super::{
    View,
    content_type::content_type_id,
    entity::{context_name, control, navigation_link, quoted, type_of},
    field_texts::{TextsOf, field_text_members},
    links::{item_link, list_link},
};

/// Writes items of one list in one format.
pub(super) struct Writer<'a> {
    view: &'a View,
    list: &'a List,
    shown: Shown<'a>,
    selection: &'a Selection,
    list_uri: String,
    type_name: String,
    content_type: String,
}

/// What is shown of the items of a list.
#[derive(Clone, Copy)]
pub(crate) struct Shown<'a> {
    list: &'a List,
    selection: &'a Selection,
    /// Where what items refer to is found.
    others: Option<(&'a RelatedItems, &'a Catalog)>,
    around: Option<&'a Around>,
}

/// What is shown of what stands round items.
#[derive(Debug, Default)]
pub(crate) struct Around {
    /// What is the same for every item, with its JSON.
    pub(crate) same: Vec<(&'static str, String)>,
    /// Their values as texts, with the names that were selected, or none for all.
    pub(crate) texts: Vec<(&'static str, FieldTexts, Vec<String>)>,
    /// The paths that were selected.
    pub(crate) names: Vec<String>,
}

impl<'a> Shown<'a> {
    /// What is given by default.
    pub(crate) const fn whole(list: &'a List) -> Self {
        Self { list, selection: &None, others: None, around: None }
    }

    /// What was selected, of the item itself.
    pub(crate) const fn own(list: &'a List, selection: &'a Selection) -> Self {
        Self { list, selection, others: None, around: None }
    }

    /// What was selected, with what it refers to.
    pub(crate) const fn selected(
        list: &'a List,
        selection: &'a Selection,
        related: &'a RelatedItems,
        catalog: &'a Catalog,
    ) -> Self {
        Self { list, selection, others: Some((related, catalog)), around: None }
    }

    /// And what stands round it.
    pub(crate) const fn with(self, around: &'a Around) -> Self {
        Self { around: Some(around), ..self }
    }
}

impl<'a> Writer<'a> {
    pub(super) fn new(view: &'a View, shown: Shown<'a>) -> Self {
        let Shown { list, selection, .. } = shown;
        let list_uri = view.links.absolute(&list_link(list));
        let name = list.item_type_name();
        let type_name = match view.format {
            Format::Light { protocol, .. } => type_of(protocol, &name),
            Format::Verbose => name,
        };
        let content_type = quoted(&content_type_id(list));
        Self { view, list, shown, selection, list_uri, type_name: quoted(&type_name), content_type }
    }

    /// The metadata URL of the list's items, or of one of them.
    pub(super) fn context(&self, element: &str) -> String {
        let select = match self.selection {
            Some(selected) => {
                let around = self.shown.around.into_iter().flat_map(|around| around.names.iter().cloned());
                let names = selected.iter().flat_map(names).chain(around).collect::<Vec<_>>();
                format!("&$select={}", names.join(","))
            }
            None => String::new(),
        };
        let set = format!("SP.ListData.{}Items", self.list.entity_type_name);
        quoted(&format!("{}/$metadata#{set}{element}{select}", self.view.links.api()))
    }

    /// Writes the item as an object; `context` says whether it is the whole answer.
    pub(super) fn write(&self, out: &mut String, item: &Item, whole: bool) {
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
                    for link in LINKED.into_iter().filter(|link| !self.expands(link)) {
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
        self.write_around(out, item);
        match self.selection {
            None => self.write_default(out, item),
            Some(selected) => self.write_selected(out, item, selected),
        }
        if out.ends_with(',') {
            out.pop();
        }
        out.push('}');
    }

    fn expands(&self, name: &str) -> bool {
        self.shown.around.is_some_and(|around| {
            around.same.iter().any(|(n, _)| *n == name) || around.texts.iter().any(|(n, ..)| *n == name)
        })
    }

    fn write_around(&self, out: &mut String, item: &Item) {
        let (Some(around), Some((related, catalog))) = (self.shown.around, self.shown.others) else { return };
        for (name, json) in &around.same {
            self.write_link(out, item, name);
            member(out, name, json);
        }
        for (name, texts, selected) in &around.texts {
            self.write_link(out, item, name);
            let of = TextsOf { catalog, list: self.list, item, related };
            let members = field_text_members(self.view, &of, *texts, selected, false);
            member(out, name, &Value::from(members).to_string());
        }
    }

    /// The link to what is expanded, in the format that has one.
    fn write_link(&self, out: &mut String, item: &Item, name: &str) {
        if let Some(link) = navigation_link(self.view.format) {
            let target = format!("{}/{name}", item_link(self.list, item.id));
            member(out, &format!("{name}@{link}"), &quoted(&target));
        }
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

    fn write_system(&self, out: &mut String, property: SystemProperty, item: &Item) {
        match property {
            SystemProperty::ContentTypeId => member(out, property.name(), &self.content_type),
            property => member(out, property.name(), &property.json(item)),
        }
    }

    fn write_default(&self, out: &mut String, item: &Item) {
        for property in SystemProperty::BEFORE {
            self.write_system(out, property, item);
        }
        let respelt = self.view.format == Format::Verbose && self.list.has_verbose_spellings();
        if item.shape == self.list.shape && !respelt {
            out.push_str(&item.doc[1..item.doc.len() - 1]);
            out.push(',');
        } else {
            let values = opened(item);
            for field in &self.list.fields {
                self.write_field(out, &values, field);
                if field.kind.reference() == Some(Reference::Users) {
                    self.write_string_ids(out, &values, field);
                }
            }
        }
        for property in SystemProperty::AFTER {
            self.write_system(out, property, item);
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
                Selected::StringIds(_) if all => {}
                Selected::Field(field) => self.write_field(out, &values, field),
                Selected::StringIds(field) => self.write_string_ids(out, &values, field),
                Selected::Expanded(expanded) => self.write_expanded(out, item, expanded),
                Selected::System(property) => self.write_system(out, *property, item),
            }
        }
    }

    fn write_field(&self, out: &mut String, values: &Values<'_>, field: &Field) {
        let json = value(values, &field.property_name);
        match (self.view.format, field.kind.verbose_type()) {
            (Format::Verbose, Some(type_name)) if json != "null" => {
                let metadata = format!("{{\"__metadata\":{{\"type\":\"{type_name}\"}},");
                let rest = match json.strip_prefix('{') {
                    Some(members) => members.to_owned(),
                    None => format!("\"results\":{json}}}"),
                };
                member(out, &field.property_name, &(metadata + &rest));
            }
            _ => member(out, &field.property_name, json),
        }
    }

    fn write_string_ids(&self, out: &mut String, values: &Values<'_>, field: &Field) {
        let name = format!("{}StringId", field.entity_name());
        let json = value(values, &name);
        match self.view.format {
            Format::Verbose if json.starts_with('[') => {
                let wrapped =
                    format!("{{\"__metadata\":{{\"type\":\"Collection(Edm.String)\"}},\"results\":{json}}}");
                member(out, &name, &wrapped);
            }
            _ => member(out, &name, json),
        }
    }

    /// What the item refers to; an Id whose item is gone shows as nothing.
    fn write_expanded(&self, out: &mut String, item: &Item, expanded: &Expanded) {
        let (ids, multiple) = match &expanded.ids {
            Ids::Field(field) => (item.ids(&field.property_name), field.kind.is_multiple()),
            Ids::System(SystemProperty::EditorId) => (vec![item.editor.0], false),
            Ids::System(_) => (vec![item.author.0], false),
        };
        let found: Vec<String> = ids.iter().filter_map(|id| self.referred(*id, &expanded.of)).collect();
        let uri = || format!("{}/Items({})/{}", self.list_uri, item.id.0, expanded.name);
        self.write_link(out, item, &expanded.name);
        let json = match (self.view.format, multiple, found.first()) {
            (Format::Verbose, true, _) => format!("{{\"results\":[{}]}}", found.join(",")),
            (Format::Light { .. }, true, _) => format!("[{}]", found.join(",")),
            (_, false, Some(one)) => one.clone(),
            // As SharePoint has it, so that scripts read `undefined` from it rather than fail.
            (Format::Verbose, false, None) => format!("{{\"__deferred\":{{\"uri\":{}}}}}", quoted(&uri())),
            (Format::Light { .. }, false, None) => "null".to_owned(),
        };
        member(out, &expanded.name, &json);
    }

    /// One item or user that is referred to, if it is there.
    fn referred(&self, id: i64, of: &ExpandedOf) -> Option<String> {
        let (related, catalog) = self.shown.others?;
        let mut out = String::from("{");
        match of {
            ExpandedOf::Gone(_) => return None,
            ExpandedOf::Items(list, selected) => {
                let item = related.get(&(list.id, id))?;
                self.write_type(&mut out, &list.item_type_name(), Some(&item.guid.to_string()));
                let selection = None;
                let writer = Writer::new(self.view, Shown::own(list, &selection));
                writer.write_selected(&mut out, item, selected);
            }
            ExpandedOf::Users(properties) => {
                let user = catalog.user(UserId(id))?;
                self.write_type(&mut out, "SP.Data.UserInfoItem", None);
                for property in properties {
                    let json = match property {
                        UserProperty::Id => user.id.0.to_string(),
                        UserProperty::Title => quoted(&user.title),
                        UserProperty::Email => quoted(&user.email),
                        UserProperty::Name => quoted(&user.login),
                    };
                    member(&mut out, property.name(), &json);
                }
            }
        }
        if out.ends_with(',') {
            out.pop();
        }
        out.push('}');
        Some(out)
    }

    fn write_type(&self, out: &mut String, type_name: &str, id: Option<&str>) {
        match self.view.format {
            Format::Verbose => {
                let id = id.map(|id| format!("\"id\":\"{id}\",")).unwrap_or_default();
                out.push_str(&format!("\"__metadata\":{{{id}\"type\":{}}},", quoted(type_name)));
            }
            Format::Light { metadata: Metadata::Minimal, protocol } => {
                let prefix = control(protocol);
                member(out, &format!("{prefix}type"), &quoted(&type_of(protocol, type_name)));
                if let Some(id) = id {
                    member(out, &format!("{prefix}id"), &quoted(id));
                }
            }
            Format::Light { metadata: Metadata::None, .. } => {}
        }
    }
}

/// The names of a selected property, as a metadata URL lists them.
fn names(selected: &Selected) -> Vec<String> {
    match selected {
        Selected::All => vec!["*".into()],
        Selected::Field(field) => vec![field.property_name.clone()],
        Selected::StringIds(field) => vec![format!("{}StringId", field.entity_name())],
        Selected::System(property) => vec![property.name().into()],
        Selected::Expanded(Expanded { name, of, .. }) => match of {
            ExpandedOf::Users(properties) => {
                properties.iter().map(|p| format!("{name}/{}", p.name())).collect()
            }
            ExpandedOf::Gone(names) => names.iter().map(|inner| format!("{name}/{inner}")).collect(),
            ExpandedOf::Items(_, properties) => {
                properties.iter().flat_map(names).map(|inner| format!("{name}/{inner}")).collect()
            }
        },
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
