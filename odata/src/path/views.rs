//! The views of a list, and what is within them: their grammar in both directions.
//!
//! ```text
//! views   = "views" [ "/$count" / "/add" / ( "(" id ")" / "/getbyid(" id ")" / "/getbytitle(" text ")" ) [ ofview ] ]
//!           / "defaultview" [ ofview ] / "getview(" id ")" [ ofview ]
//! ofview  = "/" ( "viewfields" [ offields ] / "SetViewXml" / "RenderAsHtml" ) / property
//! offields = "/" ( "addviewfield" [ "(" text ")" ] / "removeviewfield" [ "(" text ")" ] / "removeallviewfields"
//!           / "moveviewfieldto" ) / property
//! ```

use std::fmt::{self, Display as _};

use uuid::Uuid;

use super::parse::{BY_ID, BY_TITLE, Method, Parser, is};
use super::print::{Property, Text};
use super::{PathError, PropertyPath};
use crate::Literal;

/// The views of a list, or something within them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewsPart {
    /// All of them.
    All,
    /// `/$count`: how many there are.
    Count,
    /// `/add`.
    Add,
    /// One view.
    One(ViewKey),
    /// A scalar property of a view.
    Property(ViewKey, PropertyPath),
    /// `/SetViewXml`.
    SetXml(ViewKey),
    /// `/RenderAsHtml`.
    Html(ViewKey),
    /// `/viewfields`, and what is within.
    Fields(ViewKey, ViewFieldsPart),
}

/// How a URL names a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewKey {
    /// `views(guid'…')`, `views('…')`, `views/getbyid('…')`, `getview('…')`.
    Id(Uuid),
    /// `views/getbytitle('…')`, without regard to case.
    Title(String),
    /// `defaultview`.
    Default,
}

/// The fields of a view, or what is done to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewFieldsPart {
    /// All of them.
    All,
    /// `/schemaxml`, `/items`.
    Property(PropertyPath),
    /// `/addviewfield('…')`, the name in its parentheses or in the body.
    Add(Option<String>),
    /// `/removeviewfield('…')`, likewise.
    Remove(Option<String>),
    /// `/removeallviewfields`.
    RemoveAll,
    /// `/moveviewfieldto`.
    Move,
}

const KEY: Method = Method { name: "Views", parameters: &["viewId", "id"] };
const GET_VIEW: Method = Method { name: "GetView", parameters: &["viewGuid", "id"] };
const ADD: Method = Method { name: "AddViewField", parameters: &["strField"] };
const REMOVE: Method = Method { name: "RemoveViewField", parameters: &["strField"] };

impl Parser<'_> {
    /// What follows `views`.
    pub(super) fn views(&mut self) -> Result<ViewsPart, PathError> {
        let key = match self.key(&KEY)? {
            Some(id) => ViewKey::Id(self.guid(id)?),
            None => match self.next_name()? {
                None => return Ok(ViewsPart::All),
                Some("$count") => return self.method(ViewsPart::Count),
                Some(name) if is(name, "add") => return self.method(ViewsPart::Add),
                Some(name) if is(name, "getbytitle") => ViewKey::Title(self.text(&BY_TITLE)?),
                Some(name) if is(name, "getbyid") => {
                    let id = self.argument(&BY_ID)?;
                    ViewKey::Id(self.guid(id)?)
                }
                Some(name) => return Err(self.cursor.not_found(name)),
            },
        };
        self.view(key)
    }

    /// What follows `defaultview`.
    pub(super) fn default_view(&mut self) -> Result<ViewsPart, PathError> {
        self.no_arguments()?;
        self.view(ViewKey::Default)
    }

    /// What follows `getview`.
    pub(super) fn get_view(&mut self) -> Result<ViewsPart, PathError> {
        let id = self.argument(&GET_VIEW)?;
        let key = ViewKey::Id(self.guid(id)?);
        self.view(key)
    }

    fn view(&mut self, key: ViewKey) -> Result<ViewsPart, PathError> {
        let Some(name) = self.next_name()? else { return Ok(ViewsPart::One(key)) };
        match name.to_ascii_lowercase().as_str() {
            "viewfields" => {
                self.no_arguments()?;
                Ok(ViewsPart::Fields(key, self.view_fields()?))
            }
            "setviewxml" => self.method(ViewsPart::SetXml(key)),
            "renderashtml" => self.method(ViewsPart::Html(key)),
            _ => self.property(name).map(|property| ViewsPart::Property(key, property)),
        }
    }

    fn view_fields(&mut self) -> Result<ViewFieldsPart, PathError> {
        let Some(name) = self.next_name()? else { return Ok(ViewFieldsPart::All) };
        match name.to_ascii_lowercase().as_str() {
            "addviewfield" => {
                let field = self.field_argument(&ADD)?;
                self.end(ViewFieldsPart::Add(field))
            }
            "removeviewfield" => {
                let field = self.field_argument(&REMOVE)?;
                self.end(ViewFieldsPart::Remove(field))
            }
            "removeallviewfields" => self.method(ViewFieldsPart::RemoveAll),
            "moveviewfieldto" => self.method(ViewFieldsPart::Move),
            _ => self.property(name).map(ViewFieldsPart::Property),
        }
    }

    fn field_argument(&mut self, method: &Method) -> Result<Option<String>, PathError> {
        match self.key(method)? {
            None => Ok(None),
            Some(Literal::String(name)) => Ok(Some(name)),
            Some(_) => Err(self.cursor.invalid()),
        }
    }
}

impl ViewsPart {
    /// Prints what follows the list.
    pub(super) fn print(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("/views"),
            Self::Count => f.write_str("/views/$count"),
            Self::Add => f.write_str("/views/add"),
            Self::One(key) => key.print(f),
            Self::Property(key, property) => {
                key.print(f)?;
                Property(property).fmt(f)
            }
            Self::SetXml(key) => {
                key.print(f)?;
                f.write_str("/SetViewXml")
            }
            Self::Html(key) => {
                key.print(f)?;
                f.write_str("/RenderAsHtml")
            }
            Self::Fields(key, part) => {
                key.print(f)?;
                f.write_str("/viewfields")?;
                part.print(f)
            }
        }
    }
}

impl ViewKey {
    fn print(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "/views('{id}')"),
            Self::Title(title) => write!(f, "/views/getbytitle({})", Text(title)),
            Self::Default => f.write_str("/defaultview"),
        }
    }
}

impl ViewFieldsPart {
    fn print(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => Ok(()),
            Self::Property(property) => Property(property).fmt(f),
            Self::Add(None) => f.write_str("/addviewfield"),
            Self::Add(Some(name)) => write!(f, "/addviewfield({})", Text(name)),
            Self::Remove(None) => f.write_str("/removeviewfield"),
            Self::Remove(Some(name)) => write!(f, "/removeviewfield({})", Text(name)),
            Self::RemoveAll => f.write_str("/removeallviewfields"),
            Self::Move => f.write_str("/moveviewfieldto"),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::super::tests::any_text;
    use super::*;

    pub(in crate::path) fn any_views() -> impl Strategy<Value = ViewsPart> {
        let key = prop_oneof![
            any::<u128>().prop_map(|id| ViewKey::Id(Uuid::from_u128(id))),
            any_text().prop_map(ViewKey::Title),
            Just(ViewKey::Default),
        ];
        let property = ("[xyz][a-zA-Z0-9_ü]{0,8}", any::<bool>());
        let property = property.prop_map(|(name, raw)| PropertyPath { name, raw });
        let fields = prop_oneof![
            Just(ViewFieldsPart::All),
            property.clone().prop_map(ViewFieldsPart::Property),
            proptest::option::of(any_text()).prop_map(ViewFieldsPart::Add),
            proptest::option::of(any_text()).prop_map(ViewFieldsPart::Remove),
            Just(ViewFieldsPart::RemoveAll),
            Just(ViewFieldsPart::Move),
        ];
        prop_oneof![
            Just(ViewsPart::All),
            Just(ViewsPart::Count),
            Just(ViewsPart::Add),
            key.clone().prop_map(ViewsPart::One),
            (key.clone(), property).prop_map(|(key, name)| ViewsPart::Property(key, name)),
            key.clone().prop_map(ViewsPart::SetXml),
            key.clone().prop_map(ViewsPart::Html),
            (key, fields).prop_map(|(key, fields)| ViewsPart::Fields(key, fields)),
        ]
    }
}
