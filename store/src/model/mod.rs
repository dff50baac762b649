//! The nouns: sites, lists, fields, items, users.

mod field;
mod field_name;
mod item;
mod list;
mod site;
mod system;
mod value;

pub use field::{Field, FieldId, FieldKind};
pub use field_name::{entity_type_name, internal_name, url_name};
pub use item::{Item, ItemId};
pub use list::{Kept, List, ListId, SETTINGS, Setting, Strictness};
pub use site::{Site, SiteId, User, UserId};
pub use system::{SYSTEM_FIELDS, SystemField, SystemProperty};
pub use value::{FieldValue, Key, WrongValue, check_text, fold};
pub(crate) use value::{parse_number, quoted};
