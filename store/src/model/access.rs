//! Who may do what: rights, where they hold, and what callers prove themselves by.

use std::sync::Arc;

use odata::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ListId, SiteId, UserId};

/// What a caller may do. Each right includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Right {
    /// Read lists, fields and items.
    Read,
    /// Make, change and delete items.
    Contribute,
    /// Make, change and delete lists and fields, and change the site.
    Manage,
}

impl Right {
    /// All rights, the least first.
    pub const ALL: [Self; 3] = [Self::Read, Self::Contribute, Self::Manage];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        ["read", "contribute", "manage"][self as usize]
    }

    /// The right with that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|right| right.name() == name)
    }
}

/// Where a right holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Scope {
    /// In a site, in the sites below it, and in their lists that are not closed.
    Site(SiteId),
    /// In one list.
    List(ListId),
}

/// A right at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    /// Where it holds.
    pub scope: Scope,
    /// The right.
    pub right: Right,
}

/// Whom a right is given to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Principal {
    /// Everyone who has signed in.
    Everyone,
    /// One user.
    User(UserId),
}

/// All that a caller may do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Rights {
    /// Everything everywhere.
    All,
    /// What is granted.
    Granted(Arc<[Grant]>),
}

/// SHA-256 of a secret that a caller shows. The secret itself is not kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl std::fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fingerprint")
    }
}

/// A token's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenId(pub i64);

/// A bearer token. One that was revoked or has expired is kept, to tell what it was.
#[derive(Clone, Debug)]
pub struct Token {
    /// Its number.
    pub id: TokenId,
    /// What it is known by.
    pub fingerprint: Fingerprint,
    /// What it is for.
    pub name: String,
    /// As whom it acts.
    pub user: UserId,
    /// What it may do; `None`: what its user may do.
    pub grants: Option<Vec<Grant>>,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends, if it does.
    pub expires: Option<Timestamp>,
    /// When it was revoked, if it was.
    pub revoked: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used: Option<Timestamp>,
}

impl Token {
    /// Whether it is good at that time.
    #[must_use]
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && self.expires.is_none_or(|end| now < end)
    }
}

/// A browser that has signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// What it is known by.
    pub fingerprint: Fingerprint,
    /// Who signed in.
    pub user: UserId,
    /// When.
    pub created: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
}
