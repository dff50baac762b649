//! The types of fields, with the settings of each.

use std::collections::BTreeMap;

use odata::Uuid;
use serde::{Deserialize, Serialize};

use super::{Formula, Output, Setting};

/// What a field holds, with the settings of its type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FieldKind {
    /// One line of text.
    Text {
        /// How many UTF-16 units a value may have.
        max_length: u32,
    },
    /// Several lines of text.
    Note {
        /// How many lines a form shows.
        number_of_lines: u32,
        /// Whether the text is HTML.
        rich_text: bool,
        /// Whether forms append.
        append_only: bool,
    },
    /// A whole number of 32 bits.
    Integer(Bounds),
    /// A number (IEEE 754 double).
    Number {
        /// Between what it must be.
        bounds: Bounds,
        /// How many decimals are shown; -1 for as many as there are.
        decimals: i32,
        /// Whether it is shown as a percentage.
        percentage: bool,
    },
    /// An amount of money (IEEE 754 double).
    Currency {
        /// Between what it must be.
        bounds: Bounds,
        /// How many decimals are shown; -1 for as many as there are.
        decimals: i32,
        /// Whose currency it is, as a locale's number.
        locale: u32,
    },
    /// Yes or no.
    Boolean,
    /// A point in time of whole seconds.
    DateTime {
        /// Whether only the day counts.
        date_only: bool,
    },
    /// One text of a set.
    Choice(Choices),
    /// Several texts of a set.
    MultiChoice(Choices),
    /// An address, with words that describe it.
    Url {
        /// Whether it is shown as a picture.
        picture: bool,
    },
    /// A GUID.
    Guid,
    /// What a formula over the item's other fields gives.
    Calculated(Formula),
    /// Items of a list of the same site.
    Lookup {
        /// The list.
        list: Uuid,
        /// The InternalName of the field that stands for an item.
        field: String,
        /// Whether a value may be several items.
        multiple: bool,
        /// The Lookup field of the same list whose items it shows, if it has none of its own.
        #[serde(default)]
        primary: Option<Uuid>,
    },
    /// Users.
    User {
        /// Whether a value may be several users.
        multiple: bool,
        /// 0 for people alone, 1 for groups too.
        selection: u32,
    },
}

/// Between what a number must be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    /// The least value allowed.
    pub minimum: Option<f64>,
    /// The greatest value allowed.
    pub maximum: Option<f64>,
}

/// The texts of a choice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    /// The set.
    pub choices: Vec<String>,
    /// Whether forms offer a text outside of the set. (REST accepts one anyway, as SharePoint's does.)
    pub fill_in: bool,
}

/// What a field's values refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference {
    /// Items of this list.
    Items(Uuid),
    /// Users.
    Users,
}

impl FieldKind {
    /// The type with that `FieldTypeKind`, as a new field has it. A Lookup still lacks its list, and a
    /// Calculated field its formula.
    #[must_use]
    pub fn from_number(number: u64) -> Option<Self> {
        let bounds = Bounds::default();
        Some(match number {
            1 => Self::Integer(bounds),
            2 => Self::Text { max_length: 255 },
            3 => Self::Note { number_of_lines: 6, rich_text: false, append_only: false },
            4 => Self::DateTime { date_only: false },
            6 => Self::Choice(Choices::default()),
            7 => Self::Lookup { list: Uuid::nil(), field: "Title".into(), multiple: false, primary: None },
            8 => Self::Boolean,
            9 => Self::Number { bounds, decimals: -1, percentage: false },
            10 => Self::Currency { bounds, decimals: -1, locale: 1033 },
            11 => Self::Url { picture: false },
            14 => Self::Guid,
            15 => Self::MultiChoice(Choices::default()),
            17 => Self::Calculated(Formula {
                text: String::new(),
                fields: BTreeMap::new(),
                output: Output::Text,
            }),
            20 => Self::User { multiple: false, selection: 0 },
            _ => return None,
        })
    }

    /// `FieldTypeKind`.
    #[must_use]
    pub const fn number(&self) -> u32 {
        match self {
            Self::Integer(_) => 1,
            Self::Text { .. } => 2,
            Self::Note { .. } => 3,
            Self::DateTime { .. } => 4,
            Self::Choice(_) => 6,
            Self::Lookup { .. } => 7,
            Self::Boolean => 8,
            Self::Number { .. } => 9,
            Self::Currency { .. } => 10,
            Self::Url { .. } => 11,
            Self::Guid => 14,
            Self::MultiChoice(_) => 15,
            Self::Calculated(_) => 17,
            Self::User { .. } => 20,
        }
    }

    /// `TypeAsString`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Integer(_) => "Integer",
            Self::Text { .. } => "Text",
            Self::Note { .. } => "Note",
            Self::DateTime { .. } => "DateTime",
            Self::Choice(_) => "Choice",
            Self::Lookup { multiple: false, .. } => "Lookup",
            Self::Lookup { multiple: true, .. } => "LookupMulti",
            Self::Boolean => "Boolean",
            Self::Number { .. } => "Number",
            Self::Currency { .. } => "Currency",
            Self::Url { .. } => "URL",
            Self::Guid => "Guid",
            Self::MultiChoice(_) => "MultiChoice",
            Self::Calculated(_) => "Calculated",
            Self::User { multiple: false, .. } => "User",
            Self::User { multiple: true, .. } => "UserMulti",
        }
    }

    /// The name of the entity type: `SP.FieldText`.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::Text { .. } => "SP.FieldText",
            Self::Note { .. } => "SP.FieldMultiLineText",
            Self::DateTime { .. } => "SP.FieldDateTime",
            Self::Choice(_) => "SP.FieldChoice",
            Self::Integer(_) | Self::Boolean => "SP.Field",
            Self::Number { .. } => "SP.FieldNumber",
            Self::Currency { .. } => "SP.FieldCurrency",
            Self::Url { .. } => "SP.FieldUrl",
            Self::Guid => "SP.FieldGuid",
            Self::MultiChoice(_) => "SP.FieldMultiChoice",
            Self::Calculated(_) => "SP.FieldCalculated",
            Self::Lookup { .. } => "SP.FieldLookup",
            Self::User { .. } => "SP.FieldUser",
        }
    }

    /// What stands behind `EntityPropertyName` in the name of the values in JSON.
    #[must_use]
    pub const fn property_suffix(&self) -> &'static str {
        if self.reference().is_some() { "Id" } else { "" }
    }

    /// The names that a field of this type takes, besides its own those of its values in JSON.
    #[must_use]
    pub fn names(&self, name: &str) -> Vec<String> {
        let suffixes: &[&str] = match self.reference() {
            Some(Reference::Users) => &["", "Id", "StringId"],
            Some(Reference::Items(_)) => &["", "Id"],
            None => &[""],
        };
        suffixes.iter().map(|suffix| format!("{name}{suffix}")).collect()
    }

    /// What the values refer to, if they do.
    #[must_use]
    pub const fn reference(&self) -> Option<Reference> {
        match self {
            Self::Lookup { list, .. } => Some(Reference::Items(*list)),
            Self::User { .. } => Some(Reference::Users),
            _ => None,
        }
    }

    /// The Id of the Lookup field that a dependent one takes its items from.
    #[must_use]
    pub const fn primary(&self) -> Option<Uuid> {
        match self {
            Self::Lookup { primary, .. } => *primary,
            _ => None,
        }
    }

    /// Whether a value is made from the item's other values, never written by a client.
    #[must_use]
    pub const fn is_derived(&self) -> bool {
        matches!(self, Self::Calculated(_) | Self::Lookup { primary: Some(_), .. })
    }

    /// Whether a value is a set of values.
    #[must_use]
    pub const fn is_multiple(&self) -> bool {
        matches!(
            self,
            Self::MultiChoice(_) | Self::Lookup { multiple: true, .. } | Self::User { multiple: true, .. }
        )
    }

    /// The type of a value's members in verbose answers, where those spell it otherwise than the others.
    #[must_use]
    pub const fn verbose_type(&self) -> Option<&'static str> {
        match self {
            Self::MultiChoice(_) => Some("Collection(Edm.String)"),
            Self::Lookup { multiple: true, .. } | Self::User { multiple: true, .. } => {
                Some("Collection(Edm.Int32)")
            }
            Self::Url { .. } => Some("SP.FieldUrlValue"),
            _ => None,
        }
    }

    /// Settings that only forms heed, with their defaults: they are kept and given back.
    #[must_use]
    pub const fn form_settings(&self) -> &'static [(&'static str, Setting)] {
        match self {
            Self::Note { .. } => {
                &[("AllowHyperlink", Setting::Bool(false)), ("RestrictedMode", Setting::Bool(true))]
            }
            Self::DateTime { .. } => {
                &[("DateTimeCalendarType", Setting::Int(0)), ("FriendlyDisplayFormat", Setting::Int(0))]
            }
            Self::Choice(_) => &[("EditFormat", Setting::Int(0))],
            Self::User { .. } => &[
                ("AllowDisplay", Setting::Bool(true)),
                ("Presence", Setting::Bool(true)),
                ("SelectionGroup", Setting::Int(0)),
            ],
            _ => &[],
        }
    }

    /// The type that the values have: of a Calculated field that of what its formula gives.
    #[must_use]
    pub const fn of_values(&self) -> &Self {
        match self {
            Self::Calculated(formula) => formula.output.kind(),
            _ => self,
        }
    }

    /// Whether an index may be kept, rows ordered by it, and values compared with all operators.
    #[must_use]
    pub const fn is_comparable(&self) -> bool {
        !matches!(self, Self::Note { .. }) && !self.is_multiple()
    }

    /// Whether values may be made unique.
    #[must_use]
    pub const fn can_be_unique(&self) -> bool {
        self.is_comparable() && !matches!(self, Self::Boolean | Self::Url { .. } | Self::Calculated(_))
    }

    /// Whether text is sought in it by `startswith` and the like.
    #[must_use]
    pub const fn is_text(&self) -> bool {
        matches!(self.of_values(), Self::Text { .. } | Self::Note { .. } | Self::Choice(_) | Self::Url { .. })
    }
}
