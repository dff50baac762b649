//! Fields: what an item of a list can hold.

use std::collections::BTreeMap;

use odata::Uuid;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::FieldKind;

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
    /// The name of its values in JSON: `EntityPropertyName`, with `Id` behind it where it refers to others.
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
    /// How pages show its values: JSON that is kept and given back, and heeded nowhere else.
    #[serde(default)]
    pub custom_formatter: Option<String>,
    /// Settings of [`FieldKind::form_settings`] that were sent, by name.
    #[serde(default)]
    pub form: BTreeMap<String, Value>,
}

/// `EntityPropertyName`: no name in JSON begins with `_`.
pub(super) fn entity_name(internal_name: &str) -> String {
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
            property_name: entity_name(&internal_name) + kind.property_suffix(),
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
            custom_formatter: None,
            form: BTreeMap::new(),
        }
    }

    /// `EntityPropertyName`: how `$expand`, and paths to what it refers to, name it.
    #[must_use]
    pub fn entity_name(&self) -> &str {
        self.property_name.strip_suffix(self.kind.property_suffix()).unwrap_or(&self.property_name)
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
