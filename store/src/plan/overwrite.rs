//! Counts of writes that overwrote items without saying what version they saw: whom a strict list would
//! refuse.

use odata::Timestamp;

use crate::model::{ListId, UserId};

/// How a write says that it overwrites whatever is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OverwriteKind {
    /// By `If-Match: *`.
    Any,
    /// By no condition.
    None,
}

impl OverwriteKind {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Any => "*",
            Self::None => "none",
        }
    }

    /// The kind with that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Any, Self::None].into_iter().find(|kind| kind.name() == name)
    }
}

/// How often a caller overwrote a list's items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overwrite {
    /// The list.
    pub list: ListId,
    /// Who.
    pub caller: UserId,
    /// The program, as its `User-Agent` names it.
    pub user_agent: String,
    /// How.
    pub kind: OverwriteKind,
    /// How often.
    pub count: i64,
    /// When first.
    pub first: Timestamp,
    /// When last.
    pub last: Timestamp,
}
