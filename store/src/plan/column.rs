//! Columns: what filters and orders look at; the list's own fields, what every item has, and what an item
//! refers to, one step away.

use std::sync::Arc;

use odata::{Literal, Timestamp, Uuid, query::Property};

use super::PlanError;
use crate::{
    Catalog,
    model::{Field, FieldKind, Key, List, ListId, Reference, SystemProperty, fold},
};

/// What a test looks at.
#[derive(Clone, Debug)]
pub enum Column {
    /// A field of the list.
    Field(Arc<Field>),
    /// A property that every item has.
    System(SystemProperty),
    /// Something of the one item or user that another column refers to.
    Through {
        /// The column, of a single Id.
        via: Via,
        /// What of it.
        target: Target,
    },
}

/// A column that holds the Id of an item or a user.
#[derive(Clone, Debug)]
pub enum Via {
    /// A Lookup or User field of single values.
    Field(Arc<Field>),
    /// `AuthorId` or `EditorId`.
    System(SystemProperty),
}

/// What is looked at of an item or user that is referred to.
#[derive(Clone, Debug)]
pub enum Target {
    /// A column of the list that the item is in; never another [`Column::Through`].
    Item {
        /// The list.
        list: ListId,
        /// The column.
        column: Box<Column>,
    },
    /// A property of a user.
    User(UserProperty),
    /// What an item of a list had that was deleted, by its name: null, whatever it was.
    Gone(String),
}

/// A property of a user that filters and orders know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserProperty {
    /// The Id.
    Id,
    /// The display name.
    Title,
    /// The e-mail address.
    Email,
    /// The login name.
    Name,
}

impl UserProperty {
    /// All of them, in the order of the wire.
    pub const ALL: [Self; 4] = [Self::Id, Self::Title, Self::Email, Self::Name];

    /// Its name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "Id",
            Self::Title => "Title",
            Self::Email => "EMail",
            Self::Name => "Name",
        }
    }

    /// The property of that name; `ID` is `Id`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        if name == "ID" { Some(Self::Id) } else { Self::ALL.into_iter().find(|p| p.name() == name) }
    }
}

/// The property by which paths name who made an item, or who wrote it last.
#[must_use]
pub fn person_property(name: &str) -> Option<SystemProperty> {
    match name {
        "Author" => Some(SystemProperty::AuthorId),
        "Editor" => Some(SystemProperty::EditorId),
        _ => None,
    }
}

impl Column {
    /// The column that a property names.
    ///
    /// # Errors
    /// [`PlanError::UnknownColumn`], or [`PlanError::NotUsable`] for a path through several values.
    pub fn resolve(catalog: &Catalog, list: &List, property: &Property) -> Result<Self, PlanError> {
        let unknown = || PlanError::UnknownColumn { name: property.path.join("/") };
        match property.path.as_slice() {
            [name] => Self::own(list, name).ok_or_else(unknown),
            [first, name] => {
                if let Some(person) = person_property(first) {
                    let user = UserProperty::from_name(name).ok_or_else(unknown)?;
                    return Ok(match user {
                        UserProperty::Id => Self::System(person),
                        user => Self::Through { via: Via::System(person), target: Target::User(user) },
                    });
                }
                let field = list.field_by_entity_name(first).ok_or_else(unknown)?;
                let reference = field.kind.reference().ok_or_else(unknown)?;
                if matches!(name.as_str(), "Id" | "ID") {
                    return Ok(Self::Field(field.clone()));
                }
                if field.kind.is_multiple() {
                    let name = property.path.join("/");
                    return Err(PlanError::NotUsable { name, clause: "$filter" });
                }
                let target = match reference {
                    Reference::Users => Target::User(UserProperty::from_name(name).ok_or_else(unknown)?),
                    Reference::Items(guid) => match catalog.list_by_guid(guid) {
                        None => Target::Gone(name.clone()),
                        Some(other) => {
                            let column = Box::new(Self::own(other, name).ok_or_else(unknown)?);
                            Target::Item { list: other.id, column }
                        }
                    },
                };
                Ok(Self::Through { via: Via::Field(field.clone()), target })
            }
            _ => Err(unknown()),
        }
    }

    /// The column of the list itself that has this name in JSON.
    fn own(list: &List, name: &str) -> Option<Self> {
        match list.field_by_property(name) {
            Some(field) => Some(Self::Field(field.clone())),
            None => SystemProperty::from_name(name).map(Self::System),
        }
    }

    /// Its name in a `$skiptoken`.
    #[must_use]
    pub fn token_name(&self) -> String {
        match self {
            Self::Field(field) => field.internal_name.clone(),
            Self::System(property) => property.name().to_owned(),
            Self::Through { via, target } => {
                let via = match via {
                    Via::Field(field) => field.internal_name.as_str(),
                    Via::System(property) => property.name(),
                };
                let of = match target {
                    Target::Item { column, .. } => column.token_name(),
                    Target::User(property) => property.name().to_owned(),
                    Target::Gone(name) => name.clone(),
                };
                format!("{via}/{of}")
            }
        }
    }

    /// The other list that it looks at.
    #[must_use]
    pub const fn other_list(&self) -> Option<ListId> {
        match self {
            Self::Through { target: Target::Item { list, .. }, .. } => Some(*list),
            _ => None,
        }
    }

    pub(super) fn is_boolean(&self) -> bool {
        match self {
            Self::Field(field) => *field.kind.of_values() == FieldKind::Boolean,
            Self::System(_) | Self::Through { target: Target::User(_), .. } => false,
            Self::Through { target: Target::Gone(_), .. } => true,
            Self::Through { target: Target::Item { column, .. }, .. } => column.is_boolean(),
        }
    }

    /// Whether its values are points in time.
    pub(super) fn is_time(&self) -> bool {
        match self {
            Self::Field(field) => matches!(field.kind.of_values(), FieldKind::DateTime { .. }),
            Self::System(_) => self.is_seconds(),
            Self::Through { target: Target::Item { column, .. }, .. } => column.is_time(),
            Self::Through { target: Target::User(_), .. } => false,
            Self::Through { target: Target::Gone(_), .. } => true,
        }
    }

    /// Whether its values are points in time that are stored as seconds since 1970.
    pub(crate) fn is_seconds(&self) -> bool {
        match self {
            Self::System(property) => {
                matches!(property, SystemProperty::Created | SystemProperty::Modified)
            }
            Self::Through { target: Target::Item { column, .. }, .. } => column.is_seconds(),
            Self::Field(_) | Self::Through { target: Target::User(_) | Target::Gone(_), .. } => false,
        }
    }

    pub(super) fn is_text(&self) -> bool {
        match self {
            Self::Field(field) => field.kind.is_text(),
            Self::System(_) => false,
            Self::Through { target: Target::Item { column, .. }, .. } => column.is_text(),
            Self::Through { target: Target::User(property), .. } => *property != UserProperty::Id,
            Self::Through { target: Target::Gone(_), .. } => true,
        }
    }

    pub(super) fn is_multiple(&self) -> bool {
        match self {
            Self::Field(field) => field.kind.is_multiple(),
            Self::System(_) | Self::Through { target: Target::User(_) | Target::Gone(_), .. } => false,
            Self::Through { target: Target::Item { column, .. }, .. } => column.is_multiple(),
        }
    }

    /// Whether rows can be ordered by it and its values compared.
    #[must_use]
    pub fn is_comparable(&self) -> bool {
        match self {
            Self::Field(field) => field.kind.is_comparable(),
            Self::System(property) => property.is_comparable(),
            Self::Through { target: Target::Item { column, .. }, .. } => column.is_comparable(),
            Self::Through { target: Target::User(_) | Target::Gone(_), .. } => true,
        }
    }

    /// The normal form of a literal that this column is compared with.
    pub(super) fn key(&self, literal: &Literal) -> Result<Key, String> {
        if *literal == Literal::Null {
            return Ok(Key::Null);
        }
        match self {
            Self::Field(field) => field_key(field.kind.of_values(), literal),
            Self::System(property) => match property {
                SystemProperty::Created | SystemProperty::Modified => {
                    Ok(Key::Integer(time_of(literal)?.unix()))
                }
                SystemProperty::Guid => guid_key(literal),
                _ => number_key(literal),
            },
            Self::Through { target: Target::Item { column, .. }, .. } => column.key(literal),
            Self::Through { target: Target::User(UserProperty::Id), .. } => number_key(literal),
            Self::Through { target: Target::User(_), .. } => text_key(literal),
            // Nothing compares with null, but there is no type that a literal could fail to have.
            Self::Through { target: Target::Gone(_), .. } => Ok(match literal {
                Literal::String(text) => Key::Text(fold(text)),
                other => Key::Text(other.to_string()),
            }),
        }
    }

    /// The normal form of a point in time, for a column that [`Column::is_time`].
    pub(super) fn key_of_time(&self, time: Timestamp) -> Key {
        if self.is_seconds() { Key::Integer(time.unix()) } else { Key::Text(time.to_string()) }
    }

    /// The normal form of a value that a `$skiptoken` holds for this column.
    pub(crate) fn key_of_token(&self, text: &str) -> Option<Key> {
        if text.is_empty() {
            return Some(Key::Null);
        }
        match self {
            Self::Field(field) => match field.kind.of_values() {
                FieldKind::Integer(_)
                | FieldKind::Number { .. }
                | FieldKind::Currency { .. }
                | FieldKind::Boolean
                | FieldKind::Lookup { .. }
                | FieldKind::User { .. } => crate::model::parse_number(text).map(Key::number),
                _ => self.key(&Literal::String(text.to_owned())).ok(),
            },
            Self::System(SystemProperty::Guid) => self.key(&Literal::String(text.to_owned())).ok(),
            Self::System(_) => text.parse().ok().map(Key::Integer),
            Self::Through { target: Target::Item { column, .. }, .. } => column.key_of_token(text),
            Self::Through { target: Target::User(UserProperty::Id), .. } => {
                text.parse().ok().map(Key::Integer)
            }
            Self::Through { target: Target::User(_) | Target::Gone(_), .. } => Some(Key::Text(fold(text))),
        }
    }
}

fn field_key(kind: &FieldKind, literal: &Literal) -> Result<Key, String> {
    match kind {
        FieldKind::Text { .. }
        | FieldKind::Note { .. }
        | FieldKind::Choice(_)
        | FieldKind::MultiChoice(_)
        | FieldKind::Url { .. } => text_key(literal),
        FieldKind::Integer(_) | FieldKind::Number { .. } | FieldKind::Currency { .. } => match literal {
            // Stored numbers are doubles: so is what they are compared with.
            Literal::Integer(i) => Ok(Key::number(*i as f64)),
            literal => number_key(literal),
        },
        FieldKind::Lookup { .. } | FieldKind::User { .. } => number_key(literal),
        FieldKind::Boolean => match literal {
            Literal::Boolean(b) => Ok(Key::Integer((*b).into())),
            Literal::Integer(i @ (0 | 1)) => Ok(Key::Integer(*i)),
            Literal::String(s) if s == "0" || s == "1" => Ok(Key::Integer((s == "1").into())),
            _ => Err("true, false, 1 or 0 is expected".into()),
        },
        FieldKind::DateTime { .. } => Ok(Key::Text(time_of(literal)?.to_string())),
        FieldKind::Guid => guid_key(literal),
        FieldKind::Calculated(formula) => field_key(formula.output.kind(), literal),
    }
}

fn text_key(literal: &Literal) -> Result<Key, String> {
    match literal {
        Literal::String(text) => Ok(Key::Text(fold(text))),
        Literal::Integer(_) | Literal::Number(_) => Ok(Key::Text(literal.to_string())),
        _ => Err("a text in apostrophes is expected".into()),
    }
}

fn guid_key(literal: &Literal) -> Result<Key, String> {
    let guid = match literal {
        Literal::Guid(guid) => Some(*guid),
        Literal::String(text) => Uuid::try_parse(text).ok(),
        _ => None,
    };
    guid.map(|guid| Key::Text(guid.to_string())).ok_or_else(|| "a GUID is expected".into())
}

fn number_key(literal: &Literal) -> Result<Key, String> {
    let number = match literal {
        Literal::Integer(i) => return Ok(Key::Integer(*i)),
        Literal::Number(n) => Some(*n),
        Literal::String(s) => crate::model::parse_number(s),
        _ => None,
    };
    number.filter(|n| n.is_finite()).map(Key::number).ok_or_else(|| "a number is expected".into())
}

fn time_of(literal: &Literal) -> Result<Timestamp, String> {
    match literal {
        Literal::DateTime(time) => Ok(*time),
        Literal::String(text) => Timestamp::parse_iso(text).map_err(|e| e.to_string()),
        _ => Err("a date and time (datetime'2024-05-01T08:00:00Z') is expected".into()),
    }
}
