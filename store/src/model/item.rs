//! Items: rows of a list, each with a version.

use std::{borrow::Cow, collections::HashMap};

use odata::{Timestamp, Uuid, Version};
use serde_json::{Value, value::RawValue};

use super::UserId;

/// An item's Id: unique in its list, only grows, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemId(pub i64);

/// An item as it is stored.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its Id.
    pub id: ItemId,
    /// Its version.
    pub version: Version,
    /// Its GUID.
    pub guid: Uuid,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last written.
    pub modified: Timestamp,
    /// Who made it.
    pub author: UserId,
    /// Who wrote it last.
    pub editor: UserId,
    /// The list's shape when it was written.
    pub shape: i64,
    /// Its own fields, a JSON object in wire order, keyed by the property names.
    pub doc: String,
}

impl Item {
    /// The Ids that one of its Lookup or User fields holds.
    #[must_use]
    pub fn ids(&self, property_name: &str) -> Vec<i64> {
        // Rows are written by us; one that another tool broke refers to nothing.
        let values: HashMap<Cow<'_, str>, &RawValue> = serde_json::from_str(&self.doc).unwrap_or_default();
        values.get(property_name).map(|value| ids_of(value.get())).unwrap_or_default()
    }
}

/// The Ids in the JSON text of a value: one, several or none.
pub(crate) fn ids_of(json: &str) -> Vec<i64> {
    match serde_json::from_str(json) {
        Ok(Value::Number(id)) => id.as_i64().into_iter().collect(),
        Ok(Value::Array(ids)) => ids.iter().filter_map(Value::as_i64).collect(),
        _ => Vec::new(),
    }
}
