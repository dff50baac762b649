//! What a request to the views of a list does.

use odata::{
    ViewXml,
    path::{ListKey, ViewFieldsPart, ViewKey, ViewsPart},
    query::QueryOptions,
};
use serde_json::{Map, Value};
use store::plan::ViewFieldsChange;

use super::{
    Body, BodyError, Method, RequestError,
    action::{Action, Thing, property},
};

type Object = Map<String, Value>;

/// A read of what is more than one view's properties.
#[derive(Debug)]
pub(crate) enum ViewRead {
    All(QueryOptions),
    Count(QueryOptions),
    /// The first page as HTML.
    Html(ViewKey),
}

/// A write to the views of a list.
#[derive(Debug)]
pub(crate) enum ViewWrite {
    Add(Object),
    Change(ViewKey, Object),
    Delete(ViewKey),
    SetXml(ViewKey, ViewXml),
    ChangeFields(ViewKey, ViewFieldsChange),
}

impl ViewWrite {
    /// The name of the method that does it, if it is one that gives nothing back.
    pub(crate) const fn method(&self) -> Option<&'static str> {
        match self {
            Self::Add(_) | Self::Change(..) | Self::Delete(_) => None,
            Self::SetXml(..) => Some("SetViewXml"),
            Self::ChangeFields(_, change) => Some(match change {
                ViewFieldsChange::Add(_) => "AddViewField",
                ViewFieldsChange::Remove(_) => "RemoveViewField",
                ViewFieldsChange::RemoveAll => "RemoveAllViewFields",
                ViewFieldsChange::Move { .. } => "MoveViewFieldTo",
            }),
        }
    }
}

/// Reads what a method means for views.
pub(super) fn parse(
    method: &Method,
    list: ListKey,
    part: ViewsPart,
    query: &str,
    body: &Body<'_>,
) -> Result<Action, RequestError> {
    let options = || QueryOptions::parse(query);
    let write = |list, write| Ok(Action::ChangeView(list, write));
    Ok(match (method, part) {
        (Method::Get | Method::Head, ViewsPart::All) => Action::ReadViews(list, ViewRead::All(options()?)),
        (Method::Get | Method::Head, ViewsPart::Count) => {
            Action::ReadViews(list, ViewRead::Count(options()?))
        }
        // It changes nothing, and Office365-REST-Python-Client calls it by POST.
        (Method::Get | Method::Head | Method::Post, ViewsPart::Html(key)) => {
            options()?;
            Action::ReadViews(list, ViewRead::Html(key))
        }
        (Method::Get | Method::Head, ViewsPart::One(key)) => {
            Action::ReadThing(Thing::View(list, key), options()?)
        }
        (Method::Get | Method::Head, ViewsPart::Fields(key, ViewFieldsPart::All)) => {
            Action::ReadThing(Thing::ViewFields(list, key), options()?)
        }
        (method, ViewsPart::Property(key, p)) => {
            return property(method, query, p, |p| (Thing::View(list, key), p));
        }
        (method, ViewsPart::Fields(key, ViewFieldsPart::Property(p))) => {
            return property(method, query, p, |p| (Thing::ViewFields(list, key), p));
        }
        (Method::Post, ViewsPart::All | ViewsPart::Add) => {
            return write(list, ViewWrite::Add(body.parameters()?));
        }
        (Method::Merge, ViewsPart::One(key)) => return write(list, ViewWrite::Change(key, body.object()?)),
        (Method::Delete, ViewsPart::One(key)) => return write(list, ViewWrite::Delete(key)),
        (Method::Post, ViewsPart::SetXml(key)) => {
            return write(list, ViewWrite::SetXml(key, view_xml(&body.parameters()?)?));
        }
        (Method::Post, ViewsPart::Fields(key, part)) if is_change(&part) => {
            return write(list, ViewWrite::ChangeFields(key, change_of_fields(part, body)?));
        }
        (method, part) => {
            return Err(RequestError::Method {
                method: method.name().to_owned(),
                resource: name(&part).to_owned(),
                allowed: allowed(&part),
            });
        }
    })
}

const fn is_change(part: &ViewFieldsPart) -> bool {
    !matches!(part, ViewFieldsPart::All | ViewFieldsPart::Property(_))
}

fn change_of_fields(part: ViewFieldsPart, body: &Body<'_>) -> Result<ViewFieldsChange, BodyError> {
    let named = |sent: Option<String>| match sent {
        Some(name) => Ok(name),
        None => text(&body.parameters()?, "strField"),
    };
    Ok(match part {
        ViewFieldsPart::Add(name) => ViewFieldsChange::Add(named(name)?),
        ViewFieldsPart::Remove(name) => ViewFieldsChange::Remove(named(name)?),
        ViewFieldsPart::Move => {
            let body = body.parameters()?;
            let index = body.get("index").and_then(Value::as_u64).and_then(|i| usize::try_from(i).ok());
            let index = index.ok_or_else(|| {
                BodyError::View("the body needs index, a whole number of at least 0".into())
            })?;
            ViewFieldsChange::Move { field: text(&body, "field")?, index }
        }
        _ => ViewFieldsChange::RemoveAll,
    })
}

fn view_xml(body: &Object) -> Result<ViewXml, BodyError> {
    let xml = text(body, "viewXml")?;
    ViewXml::parse(&xml).map_err(|wrong| BodyError::View(format!("the viewXml cannot be used: {wrong}")))
}

fn text(body: &Object, name: &str) -> Result<String, BodyError> {
    let member = body.get(name).and_then(Value::as_str);
    member.map(str::to_owned).ok_or_else(|| BodyError::View(format!("the body needs {name}, a text")))
}

/// The methods that views have.
pub(super) const fn allowed(part: &ViewsPart) -> &'static [&'static str] {
    match part {
        ViewsPart::All | ViewsPart::Html(_) => &["GET", "HEAD", "POST", "OPTIONS"],
        ViewsPart::One(_) => &["GET", "HEAD", "POST", "MERGE", "PATCH", "DELETE", "OPTIONS"],
        ViewsPart::Count | ViewsPart::Property(..) => &["GET", "HEAD", "OPTIONS"],
        ViewsPart::Fields(_, part) if !is_change(part) => &["GET", "HEAD", "OPTIONS"],
        ViewsPart::Add | ViewsPart::SetXml(_) | ViewsPart::Fields(..) => &["POST", "OPTIONS"],
    }
}

/// What is told of it where a method is wrong.
pub(super) const fn name(part: &ViewsPart) -> &'static str {
    match part {
        ViewsPart::All => "views",
        ViewsPart::Count => "$count",
        ViewsPart::Add => "add",
        ViewsPart::One(_) => "view",
        ViewsPart::Property(..) | ViewsPart::Fields(_, ViewFieldsPart::Property(_)) => "property",
        ViewsPart::SetXml(_) => "SetViewXml",
        ViewsPart::Html(_) => "RenderAsHtml",
        ViewsPart::Fields(_, part) => match part {
            ViewFieldsPart::Add(_) => "AddViewField",
            ViewFieldsPart::Remove(_) => "RemoveViewField",
            ViewFieldsPart::RemoveAll => "RemoveAllViewFields",
            ViewFieldsPart::Move => "MoveViewFieldTo",
            _ => "viewfields",
        },
    }
}
