//! The body of a write to a view, and changes of its fields.

use odata::{ViewScope, ViewXml, XmlFragment};
use serde_json::{Map, Value};

use super::{
    PlanError,
    body::{Members, same, strings, wrong},
    field::refused,
};
use crate::model::{Kept, List, ListView, VIEW_ROW_LIMIT, VIEW_SETTINGS, view_url_name};

/// How many bytes the text of a setting may have.
const MAX_SETTING: usize = 100_000;

type Properties = Vec<(&'static str, Value)>;

/// A change of the fields of a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewFieldsChange {
    /// Shows a field after the others, unless it is shown.
    Add(String),
    /// Shows a field no more.
    Remove(String),
    /// Shows none.
    RemoveAll,
    /// Puts a field that is shown to a place among them, which is counted from 0.
    Move {
        /// Its name.
        field: String,
        /// The place.
        index: usize,
    },
}

impl ListView {
    /// Resolves the body that makes a view. `represent` gives the properties of a view: others than those
    /// that can be set may be sent with the values that a new view has.
    ///
    /// # Errors
    /// Where a property is none of a view's, or its value is not possible.
    pub fn resolve_new(
        list: &List,
        guid: odata::Uuid,
        body: &Map<String, Value>,
        represent: impl Fn(&Self) -> Properties,
    ) -> Result<Self, PlanError> {
        let mut members = Members::new(body, "SP.View");
        let title = members.take_text("Title")?.unwrap_or_default();
        let title = checked_title(&title)?;
        let taken = |name: &str| list.views.iter().any(|v| v.url_name.eq_ignore_ascii_case(name));
        let url_name = view_url_name(&title, taken);
        let mut view = Self::new(guid, title, url_name);
        // `SP.ViewCreationInformation` has other names for some of a view's properties.
        for (sent, name) in [("Query", "ViewQuery"), ("SetAsDefaultView", "DefaultView")] {
            if let Some(value) = members.take(sent) {
                members.put(name, value);
            }
        }
        if let Some(kind) = members.take_integer("ViewTypeKind")?
            && !(0..=1).contains(&kind)
        {
            return Err(refused("ViewTypeKind is 1 (HTML): views of other kinds are not supported."));
        }
        if let Some(base) = members.take("baseViewId") {
            let base = base.as_str().map(str::to_owned).unwrap_or_else(|| base.to_string());
            members.put("BaseViewId", base.into());
        }
        if let Some(xml) = members.take_text("ListViewXml")?.filter(|xml| !xml.is_empty()) {
            view = view.with_xml(list, &parse_xml(&xml)?)?;
        }
        take_parts(&mut members, list, &mut view)?;
        members.finish(&represent(&view))?;
        Ok(view)
    }

    /// Resolves the body that changes a view; `present` is what it has. Where `ListViewXml` is another than
    /// that, what it says holds.
    ///
    /// # Errors
    /// Where a property is none of a view's, or its value is not possible.
    pub fn resolve_change(
        &self,
        list: &List,
        body: &Map<String, Value>,
        present: &[(&'static str, Value)],
    ) -> Result<Self, PlanError> {
        let mut members = Members::new(body, "SP.View");
        let mut changed = self.clone();
        if let Some(title) = members.take_text("Title")? {
            changed.title = checked_title(&title)?;
        }
        let xml = members.take_text("ListViewXml")?;
        let has = present.iter().find(|(name, _)| *name == "ListViewXml").and_then(|(_, v)| v.as_str());
        take_parts(&mut members, list, &mut changed)?;
        members.finish(present)?;
        match xml.filter(|xml| Some(xml.as_str()) != has) {
            Some(xml) => changed.with_xml(list, &parse_xml(&xml)?),
            None => Ok(changed),
        }
    }

    /// The view with the parts that an XML has.
    ///
    /// # Errors
    /// Where it names a field that the list does not have.
    pub fn with_xml(&self, list: &List, xml: &ViewXml) -> Result<Self, PlanError> {
        let mut view = self.clone();
        view.query = xml.query.as_str().to_owned();
        view.fields = checked_fields(list, xml.fields.iter().map(String::as_str))?;
        view.row_limit = xml.row_limit.unwrap_or(VIEW_ROW_LIMIT);
        view.paged = xml.paged;
        view.scope = xml.scope;
        view.aggregations =
            xml.aggregations.as_ref().map(|a| a.as_str().to_owned()).filter(|a| !a.is_empty());
        view.aggregations_on = xml.aggregations_on;
        Ok(view)
    }

    /// The view with other fields.
    ///
    /// # Errors
    /// Where the list has no such field, or the view does not show the one that is to be moved.
    pub fn with_fields(&self, list: &List, change: &ViewFieldsChange) -> Result<Self, PlanError> {
        let name_of = |name: &str| {
            let found = list.view_field_or_title(name).map(|field| field.name.to_owned());
            found.ok_or_else(|| PlanError::UnknownColumn { name: name.to_owned() })
        };
        let mut view = self.clone();
        match change {
            ViewFieldsChange::Add(name) => {
                let name = name_of(name)?;
                if !view.fields.contains(&name) {
                    view.fields.push(name);
                }
            }
            ViewFieldsChange::Remove(name) => {
                let name = name_of(name)?;
                view.fields.retain(|shown| *shown != name);
            }
            ViewFieldsChange::RemoveAll => view.fields.clear(),
            ViewFieldsChange::Move { field, index } => {
                let name = name_of(field)?;
                let at = view.fields.iter().position(|shown| *shown == name);
                let at = at.ok_or_else(|| refused(format!("The view does not show the field '{name}'.")))?;
                if *index >= view.fields.len() {
                    let fields = view.fields.len();
                    return Err(refused(format!(
                        "The index {index} is not below {fields}, the number of fields."
                    )));
                }
                let name = view.fields.remove(at);
                view.fields.insert(*index, name);
            }
        }
        Ok(view)
    }
}

/// Takes what both a new view and a change may say, but for the title.
fn take_parts(members: &mut Members<'_>, list: &List, view: &mut ListView) -> Result<(), PlanError> {
    if let Some(query) = members.take_text("ViewQuery")? {
        view.query = fragment("ViewQuery", &query)?;
    }
    if let Some(fields) = members.take("ViewFields").filter(|fields| !fields.is_null()) {
        // As a list of names, or as the collection that is given out.
        let names = strings("ViewFields", fields.get("Items").unwrap_or(&fields))?;
        view.fields = checked_fields(list, names.iter().map(String::as_str))?;
    }
    if let Some(limit) = members.take_integer("RowLimit")? {
        view.row_limit = u32::try_from(limit)
            .ok()
            .filter(|n| *n >= 1 && i32::try_from(*n).is_ok())
            .ok_or_else(|| refused("RowLimit is a whole number between 1 and 2147483647."))?;
    }
    view.paged = members.take_bool("Paged")?.unwrap_or(view.paged);
    if let Some(number) = members.take_integer("Scope")? {
        let scope = u64::try_from(number).ok().and_then(ViewScope::from_number);
        view.scope = scope.ok_or_else(|| {
            refused("Scope is 0 (default), 1 (recursive), 2 (recursive, with folders) or 3 (files only).")
        })?;
    }
    if let Some(sums) = members.take_text("Aggregations")? {
        view.aggregations = Some(fragment("Aggregations", &sums)?).filter(|sums| !sums.is_empty());
    }
    if let Some(status) = members.take_text("AggregationsStatus")? {
        view.aggregations_on = match status.to_ascii_lowercase().as_str() {
            "on" => true,
            "" | "off" => false,
            _ => return Err(refused("AggregationsStatus is \"On\" or \"Off\".")),
        };
    }
    if let Some(is_default) = members.take_bool("DefaultView")? {
        if view.is_default && !is_default {
            return Err(refused("A list has a default view: make another view the default one instead."));
        }
        view.is_default = is_default;
    }
    for (name, default, kept) in VIEW_SETTINGS {
        let Some(value) = members.take(name) else { continue };
        let resets = value.is_null();
        if !(resets || default.admits(&value)) {
            return Err(wrong(name, "the value has another type"));
        }
        let value = if resets { default.value() } else { value };
        if *kept == Kept::Fixed {
            if !same(&default.value(), &value) {
                return Err(refused(format!(
                    "A view of Matchlist has {name} {}, and no other.",
                    default.value()
                )));
            }
            continue;
        }
        if let Some(text) = value.as_str() {
            let checked = crate::model::check_text(text);
            checked.map_err(|wrong| PlanError::WrongValue { name: (*name).to_owned(), wrong })?;
            if text.len() > MAX_SETTING {
                return Err(refused(format!("{name} is longer than {MAX_SETTING} bytes.")));
            }
        }
        view.settings.insert((*name).to_owned(), value);
    }
    Ok(())
}

fn parse_xml(xml: &str) -> Result<ViewXml, PlanError> {
    ViewXml::parse(xml).map_err(|wrong| refused(format!("The ListViewXml cannot be used: {wrong}.")))
}

fn fragment(name: &str, text: &str) -> Result<String, PlanError> {
    let fragment =
        XmlFragment::parse(text).map_err(|wrong| refused(format!("The {name} cannot be used: {wrong}.")))?;
    Ok(fragment.as_str().to_owned())
}

/// The InternalNames of fields that the list has, each once.
fn checked_fields<'a>(list: &List, names: impl Iterator<Item = &'a str>) -> Result<Vec<String>, PlanError> {
    let mut fields: Vec<String> = Vec::new();
    for name in names {
        let field =
            list.view_field(name).ok_or_else(|| PlanError::UnknownColumn { name: name.to_owned() })?;
        if !fields.iter().any(|shown| shown == field.name) {
            fields.push(field.name.to_owned());
        }
    }
    Ok(fields)
}

fn checked_title(title: &str) -> Result<String, PlanError> {
    let title = title.trim();
    if title.is_empty() || title.encode_utf16().count() > 255 || title.chars().any(char::is_control) {
        return Err(refused("A view's Title has 1 to 255 characters, none of them a control character."));
    }
    Ok(title.to_owned())
}
