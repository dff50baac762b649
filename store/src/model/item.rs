//! Items: rows of a list, each with a version.

use odata::{Timestamp, Uuid, Version};

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
