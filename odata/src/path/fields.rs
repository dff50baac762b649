//! The fields of a list or a site, and what is within them: their grammar in both directions.
//!
//! ```text
//! fields    = "fields" [ "/$count" / "/AddField" / "/CreateFieldAsXml" / dependent
//!             / field [ property / "/EnableIndex" / "/DisableIndex" ] ]
//! available = "availablefields" [ "/$count" / field [ property ] ]
//! field     = "(" id ")" / "/getbytitle(" text ")" / "/getbyinternalnameortitle(" text ")" / "/getbyid(" id ")"
//! dependent = "/addDependentLookupField" [ "(" "displayName=" text "," "primaryLookupFieldId=" id ","
//!             "showField=" text ")" ]                                     ; in any order
//! ```

use std::fmt::{self, Display as _};

use uuid::Uuid;

use super::arguments::Argument;
use super::parse::{BY_ID, BY_TITLE, Method, Parser, is};
use super::print::{Property, Text};
use super::{PathError, PropertyPath};
use crate::Literal;
use crate::excerpt::excerpt;

/// The fields of a list or a site, or something within them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldsPart {
    /// All of them.
    All,
    /// `/$count`: how many there are.
    Count,
    /// One field.
    One(FieldKey),
    /// A scalar property of a field.
    Property(FieldKey, PropertyPath),
    /// `('…')/EnableIndex` (true), `('…')/DisableIndex`.
    Indexing(FieldKey, bool),
    /// `/AddField`.
    Add,
    /// `/CreateFieldAsXml`.
    AddAsXml,
    /// `/addDependentLookupField`, with what it takes in its parentheses or in the body.
    AddDependentLookup(Option<DependentLookup>),
}

/// How a URL names a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKey {
    /// `fields(guid'…')`, `fields('…')`, `fields/getbyid('…')`.
    Id(Uuid),
    /// `fields/getbytitle('…')`.
    Title(String),
    /// `fields/getbyinternalnameortitle('…')`.
    InternalNameOrTitle(String),
}

/// A field to be made that shows another field of the items which a Lookup refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DependentLookup {
    /// Its title.
    pub display_name: String,
    /// The Lookup's Id.
    pub primary: Uuid,
    /// The InternalName of the field that it shows.
    pub shown: String,
}

const KEY: Method = Method { name: "Fields", parameters: &["id"] };
const BY_NAME_OR_TITLE: Method =
    Method { name: "GetByInternalNameOrTitle", parameters: &["strName", "strTitle", "title"] };

impl Parser<'_> {
    /// What follows `fields`.
    pub(super) fn fields(&mut self) -> Result<FieldsPart, PathError> {
        let part = match self.field_by_id()? {
            Some(key) => FieldsPart::One(key),
            None => match self.next_name()? {
                Some(name) if is(name, "addfield") => return self.method(FieldsPart::Add),
                Some(name) if is(name, "createfieldasxml") => return self.method(FieldsPart::AddAsXml),
                Some(name) if is(name, "adddependentlookupfield") => {
                    let lookup = self.dependent_lookup()?;
                    return self.end(FieldsPart::AddDependentLookup(lookup));
                }
                name => self.all_or_one(name)?,
            },
        };
        match part {
            FieldsPart::One(key) => self.within_field(key),
            part => Ok(part),
        }
    }

    /// What follows `availablefields`.
    pub(super) fn available_fields(&mut self) -> Result<FieldsPart, PathError> {
        let part = match self.field_by_id()? {
            Some(key) => FieldsPart::One(key),
            None => {
                let name = self.next_name()?;
                self.all_or_one(name)?
            }
        };
        let FieldsPart::One(key) = part else { return Ok(part) };
        match self.next_name()? {
            None => Ok(FieldsPart::One(key)),
            Some(name) => Ok(FieldsPart::Property(key, self.property(name)?)),
        }
    }

    /// The field in the parentheses right after the name of the set.
    fn field_by_id(&mut self) -> Result<Option<FieldKey>, PathError> {
        match self.key(&KEY)? {
            Some(id) => Ok(Some(FieldKey::Id(self.guid(id)?))),
            None => Ok(None),
        }
    }

    /// The whole set, its number, or the field that a name and its argument stand for.
    fn all_or_one(&mut self, name: Option<&str>) -> Result<FieldsPart, PathError> {
        let key = match name {
            None => return Ok(FieldsPart::All),
            Some("$count") => return self.method(FieldsPart::Count),
            Some(name) if is(name, "getbytitle") => FieldKey::Title(self.text(&BY_TITLE)?),
            Some(name) if is(name, "getbyinternalnameortitle") => {
                FieldKey::InternalNameOrTitle(self.text(&BY_NAME_OR_TITLE)?)
            }
            Some(name) if is(name, "getbyid") => {
                let id = self.argument(&BY_ID)?;
                FieldKey::Id(self.guid(id)?)
            }
            Some(name) => return Err(self.cursor.not_found(name)),
        };
        Ok(FieldsPart::One(key))
    }

    fn within_field(&mut self, key: FieldKey) -> Result<FieldsPart, PathError> {
        match self.next_name()? {
            None => Ok(FieldsPart::One(key)),
            Some(name) if is(name, "enableindex") => self.method(FieldsPart::Indexing(key, true)),
            Some(name) if is(name, "disableindex") => self.method(FieldsPart::Indexing(key, false)),
            Some(name) => Ok(FieldsPart::Property(key, self.property(name)?)),
        }
    }

    fn dependent_lookup(&mut self) -> Result<Option<DependentLookup>, PathError> {
        let arguments = self.cursor.arguments()?;
        if arguments.is_empty() {
            return Ok(None);
        }
        let (mut display_name, mut primary, mut shown) = (None, None, None);
        for Argument { name, value } in arguments {
            let name = name.ok_or_else(|| self.cursor.invalid())?;
            let taken = match (name.to_ascii_lowercase().as_str(), value) {
                ("displayname", Literal::String(text)) => display_name.replace(text).is_some(),
                ("showfield", Literal::String(text)) => shown.replace(text).is_some(),
                ("primarylookupfieldid", id) => primary.replace(self.guid(id)?).is_some(),
                ("displayname" | "showfield", _) => true,
                _ => {
                    let (parameter, method) = (excerpt(&name), "AddDependentLookupField");
                    return Err(PathError::UnknownParameter { parameter, method });
                }
            };
            if taken {
                return Err(self.cursor.invalid());
            }
        }
        match (display_name, primary, shown) {
            (Some(display_name), Some(primary), Some(shown)) => {
                Ok(Some(DependentLookup { display_name, primary, shown }))
            }
            _ => Err(self.cursor.invalid()),
        }
    }
}

impl FieldsPart {
    /// Prints what follows `fields`.
    pub(super) fn print(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => Ok(()),
            Self::Count => f.write_str("/$count"),
            Self::One(key) => key.print(f),
            Self::Property(key, property) => {
                key.print(f)?;
                Property(property).fmt(f)
            }
            Self::Indexing(key, on) => {
                key.print(f)?;
                f.write_str(if *on { "/EnableIndex" } else { "/DisableIndex" })
            }
            Self::Add => f.write_str("/AddField"),
            Self::AddAsXml => f.write_str("/CreateFieldAsXml"),
            Self::AddDependentLookup(None) => f.write_str("/AddDependentLookupField"),
            Self::AddDependentLookup(Some(DependentLookup { display_name, primary, shown })) => write!(
                f,
                "/AddDependentLookupField(displayName={},primaryLookupFieldId='{primary}',showField={})",
                Text(display_name),
                Text(shown)
            ),
        }
    }
}

impl FieldKey {
    fn print(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "('{id}')"),
            Self::Title(title) => write!(f, "/getbytitle({})", Text(title)),
            Self::InternalNameOrTitle(name) => write!(f, "/getbyinternalnameortitle({})", Text(name)),
        }
    }
}
