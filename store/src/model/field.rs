//! Fields: what an item of a list can hold.

use std::collections::BTreeMap;

use odata::Uuid;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Setting;

/// A field's number in the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldId(pub i64);

/// A field of a list.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Field {
    /// Its number; not part of the stored definition.
    #[serde(skip)]
    pub id: FieldId,
    /// Its GUID; has a column of its own.
    #[serde(skip)]
    pub guid: Uuid,
    /// Its InternalName: letters, digits and `_` of ASCII only; never changes. Has a column of its own.
    #[serde(skip)]
    pub internal_name: String,
    /// The name of its values in JSON (`EntityPropertyName`).
    pub property_name: String,
    /// Its title.
    pub title: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether an item must have a value.
    pub required: bool,
    /// Whether an index is kept.
    pub indexed: bool,
    /// Whether no two items may have the same value (compared without regard to case).
    pub unique: bool,
    /// Whether its values are or were unique, so that they are or were addresses of items.
    #[serde(default)]
    pub keyed: bool,
    /// The value of an item that is made without one, as a text.
    pub default_value: Option<String>,
    /// Its description.
    pub description: String,
    /// The group that it is shown in.
    pub group: String,
    /// Whether forms leave it out.
    pub hidden: bool,
    /// Whether clients may not write its values.
    pub read_only: bool,
    /// Whether it may be deleted.
    pub deletable: bool,
    /// Settings of [`FieldKind::form_settings`] that were sent, by name.
    #[serde(default)]
    pub form: BTreeMap<String, Value>,
}

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
    /// A number (IEEE 754 double).
    Number {
        /// The least value allowed.
        minimum: Option<f64>,
        /// The greatest value allowed.
        maximum: Option<f64>,
        /// How many decimals are shown; -1 for as many as there are.
        decimals: i32,
        /// Whether it is shown as a percentage.
        percentage: bool,
    },
    /// Yes or no.
    Boolean,
    /// A point in time of whole seconds.
    DateTime {
        /// Whether only the day counts.
        date_only: bool,
    },
    /// One text of a set.
    Choice {
        /// The set.
        choices: Vec<String>,
        /// Whether forms offer a text outside of the set. (REST accepts one anyway, as SharePoint's does.)
        fill_in: bool,
    },
}

impl FieldKind {
    /// `FieldTypeKind`.
    #[must_use]
    pub const fn number(&self) -> u32 {
        match self {
            Self::Text { .. } => 2,
            Self::Note { .. } => 3,
            Self::DateTime { .. } => 4,
            Self::Choice { .. } => 6,
            Self::Boolean => 8,
            Self::Number { .. } => 9,
        }
    }

    /// `TypeAsString`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Text { .. } => "Text",
            Self::Note { .. } => "Note",
            Self::DateTime { .. } => "DateTime",
            Self::Choice { .. } => "Choice",
            Self::Boolean => "Boolean",
            Self::Number { .. } => "Number",
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
            Self::Choice { .. } => &[("EditFormat", Setting::Int(0))],
            Self::Text { .. } | Self::Boolean | Self::Number { .. } => &[],
        }
    }

    /// Whether an index may be kept, rows ordered by it, and values compared for equality.
    #[must_use]
    pub const fn is_comparable(&self) -> bool {
        !matches!(self, Self::Note { .. })
    }

    /// Whether values may be made unique.
    #[must_use]
    pub const fn can_be_unique(&self) -> bool {
        !matches!(self, Self::Note { .. } | Self::Boolean)
    }
}

/// `EntityPropertyName`: no name in JSON begins with `_`.
pub(super) fn property_name(internal_name: &str) -> String {
    let prefix = if internal_name.starts_with('_') { "OData_" } else { "" };
    format!("{prefix}{internal_name}")
}

impl Field {
    /// A field with the settings that a new one has.
    #[must_use]
    pub fn new(guid: Uuid, internal_name: String, title: String, kind: FieldKind) -> Self {
        Self {
            id: FieldId(0),
            guid,
            property_name: property_name(&internal_name),
            internal_name,
            title,
            kind,
            required: false,
            indexed: false,
            unique: false,
            keyed: false,
            default_value: None,
            description: String::new(),
            group: "Custom Columns".into(),
            hidden: false,
            read_only: false,
            deletable: true,
            form: BTreeMap::new(),
        }
    }

    /// The field Title, which every list has.
    #[must_use]
    pub fn title() -> Self {
        const GUID: Uuid = Uuid::from_u128(0xfa564e0f_0c70_4ab9_b863_0177e6ddd247);
        Self {
            group: "_Hidden".into(),
            deletable: false,
            ..Self::new(GUID, "Title".into(), "Title".into(), FieldKind::Text { max_length: 255 })
        }
    }
}

impl FieldKind {
    /// The name of the entity type: `SP.FieldText`.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::Text { .. } => "SP.FieldText",
            Self::Note { .. } => "SP.FieldMultiLineText",
            Self::DateTime { .. } => "SP.FieldDateTime",
            Self::Choice { .. } => "SP.FieldChoice",
            Self::Boolean => "SP.Field",
            Self::Number { .. } => "SP.FieldNumber",
        }
    }
}
