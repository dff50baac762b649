//! The nouns: sites, lists, fields, items, users, rights.

mod access;
mod field;
mod field_kind;
mod field_name;
mod formula;
mod item;
mod list;
mod owner;
mod read;
mod site;
mod system;
mod value;
mod view;

pub use access::{Fingerprint, Grant, Principal, Right, Rights, Scope, Session, Token, TokenId};
pub use field::{Field, FieldId};
pub use field_kind::{Bounds, Choices, FieldKind, Reference};
pub use field_name::{entity_type_name, internal_name, url_name, view_url_name};
pub use formula::{Formula, OpenFormula, Output};
pub(crate) use item::ids_of;
pub use item::{Item, ItemId};
pub use list::{Kept, List, ListId, SETTINGS, Setting, Strictness};
pub use owner::FieldOwner;
pub use read::check_text;
pub(crate) use read::parse_number;
pub use site::{Site, SiteId, User, UserId};
pub use system::{LINKED, SHOWN_AROUND, SYSTEM_FIELDS, SystemField, SystemProperty};
pub use value::{FieldValue, Key, WrongValue, fold};
pub(crate) use value::{SEPARATOR, quoted};
pub use view::{ListView, VIEW_ROW_LIMIT, VIEW_SETTINGS, ViewField, ViewId};
