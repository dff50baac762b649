//! Sites, and the people who use them.

use std::sync::Arc;

use odata::{Timestamp, Uuid, path::SitePath};
use serde::{Deserialize, Serialize};

use super::Field;

/// A site's number in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SiteId(pub i64);

/// A site: a path that lists live under.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its number.
    pub id: SiteId,
    /// Its GUID.
    pub guid: Uuid,
    /// Its server-relative path.
    pub path: SitePath,
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: String,
    /// When it was made.
    pub created: Timestamp,
    /// Its columns, in order of creation; the first is Title. Lists do not refer to them.
    pub columns: Vec<Arc<Field>>,
}

/// A user's Id, as `AuthorId` and `EditorId` show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(pub i64);

impl UserId {
    /// The owner of an open local server: every caller is this user.
    pub const LOCAL_OWNER: Self = Self(1);
}

/// A user.
#[derive(Clone, Debug)]
pub struct User {
    /// The user's Id.
    pub id: UserId,
    /// The login name, in SharePoint's claims form.
    pub login: String,
    /// The display name.
    pub title: String,
    /// The e-mail address, or empty.
    pub email: String,
}
