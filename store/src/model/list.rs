//! Lists and their settings.

use std::{collections::BTreeMap, sync::Arc};

use odata::{Timestamp, Uuid, Version};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Field, ListView, Reference, SiteId, UserId};

/// A list's number in the database; its items are in the table `items_<number>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ListId(pub i64);

/// Which writes to a list's items must name the version that they saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strictness {
    /// None: without a condition a write overwrites, as in SharePoint.
    #[default]
    Off,
    /// An update or delete without any condition is refused.
    Condition,
    /// One whose condition is `*` is refused too.
    Tag,
}

impl Strictness {
    /// The names, as `MatchlistStrict` has them.
    pub const NAMES: [&str; 3] = ["off", "condition", "tag"];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// The strictness with that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Off, Self::Condition, Self::Tag].into_iter().find(|s| s.name() == name)
    }
}

/// A list: items of the same fields, each with a version.
#[derive(Clone, Debug)]
pub struct List {
    /// Its number.
    pub id: ListId,
    /// The site that it belongs to.
    pub site: SiteId,
    /// Its GUID.
    pub guid: Uuid,
    /// Its title, unique in its site without regard to case.
    pub title: String,
    /// The name of its folder in URLs; never changes.
    pub url_name: String,
    /// `EntityTypeName`: made from `url_name`; never changes.
    pub entity_type_name: String,
    /// The name of its SQL view.
    pub view_name: String,
    /// Its description.
    pub description: String,
    /// When it was made.
    pub created: Timestamp,
    /// When its settings, fields or views last changed.
    pub modified: Timestamp,
    /// Who changed them last.
    pub editor: UserId,
    /// Its own version: rises with its settings, fields and views, not with its items.
    pub version: Version,
    /// The version of its set of fields; rows written under another are read the slow way.
    pub shape: i64,
    /// Which writes must name a version.
    pub strict: Strictness,
    /// Whether only rights that are given for the list itself hold in it, and those to manage its site.
    pub closed: bool,
    /// Settings that differ from [`SETTINGS`]' defaults, by name.
    pub settings: BTreeMap<String, Value>,
    /// Its own fields, in order of creation; the first is Title.
    pub fields: Vec<Arc<Field>>,
    /// Its views, in order of creation; one is the default view.
    pub views: Vec<Arc<ListView>>,
}

impl List {
    /// `ListItemEntityTypeFullName`.
    #[must_use]
    pub fn item_type_name(&self) -> String {
        format!("SP.Data.{}Item", self.entity_type_name)
    }

    /// The id of its one content type, which is made from SharePoint's Item (`0x01`).
    #[must_use]
    pub fn content_type_id(&self) -> String {
        format!("0x0100{}", self.guid.simple().to_string().to_uppercase())
    }

    /// The field that `$expand` and paths name so.
    #[must_use]
    pub fn field_by_entity_name(&self, name: &str) -> Option<&Arc<Field>> {
        self.fields.iter().find(|f| f.entity_name() == name)
    }

    /// The position of the field whose value one at a position has: its primary field's for a dependent
    /// lookup, else its own.
    #[must_use]
    pub fn source_of(&self, at: usize) -> usize {
        let primary = self.fields.get(at).and_then(|field| field.kind.primary());
        primary.and_then(|guid| self.fields.iter().position(|f| f.guid == guid)).unwrap_or(at)
    }

    /// The position of the User field whose Ids have this name as texts: `OwnerStringId` for `OwnerId`.
    #[must_use]
    pub fn position_of_string_ids(&self, name: &str) -> Option<usize> {
        let entity_name = name.strip_suffix("StringId")?;
        let is_user = |f: &Arc<Field>| f.kind.reference() == Some(Reference::Users);
        self.fields.iter().position(|f| is_user(f) && f.entity_name() == entity_name)
    }

    /// Whether verbose answers spell a value of the list otherwise than it is stored.
    #[must_use]
    pub fn has_verbose_spellings(&self) -> bool {
        self.fields.iter().any(|f| f.kind.verbose_type().is_some())
    }

    /// The field whose values have this name in JSON.
    #[must_use]
    pub fn field_by_property(&self, name: &str) -> Option<&Arc<Field>> {
        self.fields.iter().find(|f| f.property_name == name)
    }

    /// The value of a setting of [`SETTINGS`].
    #[must_use]
    pub fn setting(&self, name: &str, default: &Setting) -> Value {
        self.settings.get(name).cloned().unwrap_or_else(|| default.value())
    }
}

/// The default of a setting, which also tells its type.
#[derive(Clone, Copy, Debug)]
pub enum Setting {
    /// A Boolean.
    Bool(bool),
    /// A whole number, not negative.
    Int(u32),
    /// A text.
    Text(&'static str),
    /// A text, null by default.
    TextOrNull,
    /// Always null.
    Null,
}

impl Setting {
    /// The default as JSON.
    #[must_use]
    pub fn value(&self) -> Value {
        match *self {
            Self::Bool(b) => b.into(),
            Self::Int(i) => i.into(),
            Self::Text(t) => t.into(),
            Self::TextOrNull | Self::Null => Value::Null,
        }
    }

    /// Whether a value has the setting's type.
    #[must_use]
    pub fn admits(&self, value: &Value) -> bool {
        match self {
            Self::Bool(_) => value.is_boolean(),
            Self::Int(_) => value.as_u64().is_some_and(|n| u32::try_from(n).is_ok()),
            Self::Text(_) => value.is_string(),
            Self::TextOrNull => value.is_string() || value.is_null(),
            Self::Null => value.is_null(),
        }
    }
}

/// What becomes of a setting that a client sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is stored and given back.
    Stored,
    /// It stands for behaviour that Matchlist does not have, so that only the default is accepted.
    Fixed,
}

/// The settings of a list that clients may send, with their defaults, by the names of `SP.List`.
pub const SETTINGS: &[(&str, Setting, Kept)] = &[
    ("AllowContentTypes", Setting::Bool(true), Kept::Stored),
    ("BaseTemplate", Setting::Int(100), Kept::Fixed),
    ("ContentTypesEnabled", Setting::Bool(false), Kept::Stored),
    ("CrawlNonDefaultViews", Setting::Bool(false), Kept::Stored),
    ("DefaultItemOpenUseListSetting", Setting::Bool(false), Kept::Stored),
    ("Direction", Setting::Text("none"), Kept::Stored),
    ("DisableCommenting", Setting::Bool(false), Kept::Stored),
    ("DisableGridEditing", Setting::Bool(false), Kept::Stored),
    ("DraftVersionVisibility", Setting::Int(0), Kept::Fixed),
    ("EnableAttachments", Setting::Bool(true), Kept::Stored),
    ("EnableFolderCreation", Setting::Bool(false), Kept::Fixed),
    ("EnableMinorVersions", Setting::Bool(false), Kept::Fixed),
    ("EnableModeration", Setting::Bool(false), Kept::Fixed),
    ("EnableVersioning", Setting::Bool(true), Kept::Stored),
    ("ForceCheckout", Setting::Bool(false), Kept::Fixed),
    ("Hidden", Setting::Bool(false), Kept::Stored),
    ("ImageUrl", Setting::Text("/_layouts/15/images/itgen.png"), Kept::Stored),
    ("IrmEnabled", Setting::Bool(false), Kept::Fixed),
    ("IrmExpire", Setting::Bool(false), Kept::Fixed),
    ("IrmReject", Setting::Bool(false), Kept::Fixed),
    ("IsApplicationList", Setting::Bool(false), Kept::Stored),
    ("ListExperienceOptions", Setting::Int(0), Kept::Stored),
    ("MajorVersionLimit", Setting::Int(50), Kept::Stored),
    ("MajorWithMinorVersionsLimit", Setting::Int(0), Kept::Fixed),
    ("MultipleDataList", Setting::Bool(false), Kept::Fixed),
    ("NoCrawl", Setting::Bool(false), Kept::Stored),
    ("OnQuickLaunch", Setting::Bool(false), Kept::Stored),
    ("ParserDisabled", Setting::Bool(false), Kept::Stored),
    ("ValidationFormula", Setting::Null, Kept::Fixed),
    ("ValidationMessage", Setting::Null, Kept::Fixed),
];
