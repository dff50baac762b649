//! Plans: what a request means against the catalog. Every name is resolved, every value is of its
//! field's type, and nothing is checked again after.

mod access;
mod body;
mod caml;
mod caml_field;
mod column;
mod field;
mod form;
mod list;
mod lookup;
mod overwrite;
mod predicate;
mod read;
mod selection;
mod site;
mod threshold;
mod user;
mod view;
mod write;

pub use access::{AccessChange, NewToken};
pub use body::{ExpansionEcho, ItemValues};
pub(crate) use body::{is_control, same};
pub use caml::Asked;
pub use caml_field::ViewField;
pub use column::{Column, Target, UserProperty, Via, person_property};
pub use field::FieldDraft;
pub use form::FindUser;
pub use list::{ListDraft, NewList};
pub use overwrite::{Overwrite, OverwriteKind};
pub use predicate::{Predicate, Test};
pub use read::{ItemTarget, ItemsQuery, OrderTerm, ReadPlan, Related};
pub use selection::{Expanded, ExpandedOf, Ids, Selected, Selection, related};
pub use site::SiteDraft;
pub use view::ViewFieldsChange;
pub use write::{
    Action, FieldChange, ItemChange, ItemChangeKind, ListChange, MAX_FIELDS, MAX_INDEXES, MAX_VIEWS, NewItem,
    NewSite, Repeat, ViewChange, WritePlan,
};

use odata::Span;

use crate::model::WrongValue;

/// Why a request makes no sense against the catalog.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// No site has that path.
    #[error("no site has the path '{path}'")]
    SiteNotFound {
        /// The path.
        path: String,
    },
    /// No list of the site has that title.
    #[error("no list has the title '{title}'")]
    ListTitleNotFound {
        /// The title.
        title: String,
    },
    /// No list of the site has that GUID.
    #[error("no list has that id")]
    ListIdNotFound,
    /// No list of the site has that URL.
    #[error("no list has that URL")]
    ListUrlNotFound,
    /// No list of the site has that name as an entity set.
    #[error("no entity set '{name}'")]
    SetNotFound {
        /// The name.
        name: String,
        /// The names of the sets that it could mean, where there are several.
        instead: Vec<String>,
    },
    /// No field of the list has that name or GUID.
    #[error("no field '{name}'")]
    FieldNotFound {
        /// The name or GUID.
        name: String,
    },
    /// No view of the list has that GUID or title.
    #[error("no such view")]
    ViewNotFound,
    /// No user has that Id, login or e-mail address.
    #[error("no such user")]
    UserNotFound,
    /// An Id that no item can have.
    #[error("no item has that id")]
    ItemNotFound,
    /// `$select` or `$expand` names no property.
    #[error("no property '{name}'")]
    UnknownProperty {
        /// The name.
        name: String,
    },
    /// What a field refers to is selected without being expanded, or expanded without being selected.
    #[error("'{name}' is to be selected by paths, and expanded")]
    UnselectedExpansion {
        /// The field.
        name: String,
    },
    /// `$filter` or `$orderby` names no field.
    #[error("no column '{name}'")]
    UnknownColumn {
        /// The name.
        name: String,
    },
    /// A property that cannot be compared or ordered by.
    #[error("'{name}' cannot be used in {clause}")]
    NotUsable {
        /// The name.
        name: String,
        /// `$filter` or `$orderby`.
        clause: &'static str,
    },
    /// A literal that the property cannot be compared with.
    #[error("'{name}' cannot be compared with that: {reason}")]
    WrongLiteral {
        /// The property.
        name: String,
        /// Why.
        reason: String,
        /// Where it stands in the filter.
        span: Span,
    },
    /// CAML names no field of the list.
    #[error("no field '{name}'")]
    UnknownFieldRef {
        /// The name.
        name: String,
    },
    /// A value in CAML that the field cannot be compared with.
    #[error("'{name}' cannot be compared with that: {reason}")]
    WrongCamlValue {
        /// The field.
        name: String,
        /// Why.
        reason: String,
    },
    /// `$skiptoken` does not belong to the query.
    #[error("the token does not belong to the query")]
    WrongSkipToken,
    /// A key of an address that names no unique field.
    #[error("the field '{name}' does not hold unique values")]
    NotAKey {
        /// The field.
        name: String,
    },
    /// A body property that the type does not have.
    #[error("no property '{name}' in {type_name}")]
    UnknownBodyProperty {
        /// The property.
        name: String,
        /// The type.
        type_name: String,
    },
    /// A value that the property cannot hold.
    #[error("'{name}': {wrong}")]
    WrongValue {
        /// The property.
        name: String,
        /// Why.
        wrong: WrongValue,
    },
    /// A read-only property with a value that it does not have.
    #[error("'{name}' is read-only")]
    ReadOnly {
        /// The property.
        name: String,
    },
    /// A setting that cannot be as asked.
    #[error("{reason}")]
    Refused {
        /// Why, a sentence for the client.
        reason: String,
    },
    /// The field may not be deleted.
    #[error("the field cannot be deleted")]
    NotDeletable,
}
