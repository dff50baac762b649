//! Writes.

use std::sync::Arc;

use odata::{Preconditions, Uuid, path::SitePath};

use super::{AccessChange, ItemTarget, ItemValues, NewList, Overwrite, SiteDraft};
use crate::{
    Catalog,
    engine::Written,
    model::{Field, FieldOwner, List, ListId, ListView, Site, SiteId, Strictness, User, UserId},
};

/// How many fields of its own a list or a site may have.
pub const MAX_FIELDS: usize = 500;
/// How many indexes a list may have.
pub const MAX_INDEXES: usize = 20;
/// How many views a list may have.
pub const MAX_VIEWS: usize = 100;

/// A write.
pub struct WritePlan {
    /// Who writes.
    pub caller: UserId,
    /// The id under which its outcome is stored, if it has one.
    pub repeat: Option<Repeat>,
    /// What is done.
    pub action: Action,
}

type Record = Box<dyn Fn(&Written) -> Vec<u8> + Send>;

/// The id of a write that may be sent again (OASIS Repeatable Requests 1.0).
pub struct Repeat {
    /// The id, as the caller chose it.
    pub id: String,
    /// A digest of everything that the write says.
    pub digest: [u8; 32],
    /// Renders the answer that is stored with the write, in its transaction.
    pub record: Record,
}

/// What a write does.
pub enum Action {
    /// Makes a site.
    AddSite(NewSite),
    /// Sets a site's title or description.
    ChangeSite(SiteId, SiteDraft, Preconditions),
    /// Makes a user, unless one of that login is there; the Id is given with it.
    EnsureUser(User),
    /// Changes who may do what.
    ChangeAccess(AccessChange),
    /// Adds to the counts of writes that named no version.
    CountOverwrites(Vec<Overwrite>),
    /// Takes an Id of the list that no item gets.
    ReserveItemId(Arc<List>),
    /// Makes a list.
    AddList(SiteId, NewList),
    /// Changes a list's settings.
    ChangeList(ListChange),
    /// Deletes a list with its items.
    DeleteList(Arc<List>, Preconditions),
    /// Makes a field.
    AddField(FieldOwner, Field),
    /// Changes a field.
    ChangeField(FieldChange),
    /// Deletes a field with its values.
    DeleteField(FieldOwner, Arc<Field>, Preconditions),
    /// Makes a view.
    AddView(Arc<List>, ListView),
    /// Changes a view.
    ChangeView(ViewChange),
    /// Deletes the view with a GUID.
    DeleteView(Arc<List>, Uuid, Preconditions),
    /// Makes an item.
    AddItem(NewItem),
    /// Changes or deletes an item.
    ChangeItem(ItemChange),
}

/// A site to be made.
#[derive(Clone, Debug)]
pub struct NewSite {
    /// Its GUID.
    pub guid: Uuid,
    /// Its path.
    pub path: SitePath,
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: String,
}

/// A change of a list's settings.
pub struct ListChange {
    /// The list as it was when the plan was resolved.
    pub list: Arc<List>,
    /// The list as it shall be; version and time are set when it is written.
    pub changed: List,
    /// The conditions.
    pub preconditions: Preconditions,
}

/// A change of a field.
pub struct FieldChange {
    /// What it belongs to.
    pub owner: FieldOwner,
    /// The field as it shall be.
    pub changed: Field,
    /// The conditions. A field has no tag, so that none can be matched.
    pub preconditions: Preconditions,
}

/// A change of a view.
pub struct ViewChange {
    /// Its list.
    pub list: Arc<List>,
    /// The view as it shall be.
    pub changed: ListView,
    /// The conditions. A view has no tag, so that none can be matched.
    pub preconditions: Preconditions,
}

/// An item to be made.
pub struct NewItem {
    /// Its list.
    pub list: Arc<List>,
    /// Its GUID.
    pub guid: Uuid,
    /// Its values.
    pub values: ItemValues,
    /// The conditions.
    pub preconditions: Preconditions,
}

/// A change of an item.
pub struct ItemChange {
    /// Its list.
    pub list: Arc<List>,
    /// Which item.
    pub target: ItemTarget,
    /// The conditions.
    pub preconditions: Preconditions,
    /// The least strictness, whatever the list says.
    pub least_strict: Strictness,
    /// What is done to it.
    pub kind: ItemChangeKind,
}

/// What is done to an item.
pub enum ItemChangeKind {
    /// Sets the values that are given, and leaves the others.
    Merge(ItemValues),
    /// Sets the values that are given, and the others to their defaults. At the address by a unique
    /// field it makes the item, with this GUID, where there is none.
    Replace(ItemValues, Uuid),
    /// Deletes it.
    Delete,
    /// Adds a whole number to a field.
    Increment {
        /// The field.
        field: Arc<Field>,
        /// How much, at least 1.
        by: i64,
    },
}

impl Action {
    /// The action as of one who sees only what is in a catalog: no value refers to an item of another list,
    /// so that a write does not tell which items are there.
    #[must_use]
    pub fn seen_in(mut self, seen: &Catalog) -> Self {
        match &mut self {
            Self::AddItem(NewItem { list, values, .. })
            | Self::ChangeItem(ItemChange {
                list,
                kind: ItemChangeKind::Merge(values) | ItemChangeKind::Replace(values, _),
                ..
            }) => values.hide(list, seen),
            _ => {}
        }
        self
    }

    /// The list that the action was resolved against.
    #[must_use]
    pub fn list(&self) -> Option<&Arc<List>> {
        match self {
            Self::AddSite(_)
            | Self::ChangeSite(..)
            | Self::EnsureUser(_)
            | Self::ChangeAccess(_)
            | Self::CountOverwrites(_)
            | Self::AddList(..) => None,
            Self::ReserveItemId(list) => Some(list),
            Self::ChangeList(change) => Some(&change.list),
            Self::DeleteList(list, _) => Some(list),
            Self::AddField(..) | Self::ChangeField(_) | Self::DeleteField(..) => {
                self.field_owner().and_then(FieldOwner::list)
            }
            Self::AddView(list, _) | Self::DeleteView(list, _, _) => Some(list),
            Self::ChangeView(change) => Some(&change.list),
            Self::AddItem(item) => Some(&item.list),
            Self::ChangeItem(change) => Some(&change.list),
        }
    }

    /// The site whose columns the action was resolved against.
    #[must_use]
    pub fn site(&self) -> Option<&Arc<Site>> {
        match self.field_owner() {
            Some(FieldOwner::Site(site)) => Some(site),
            _ => None,
        }
    }

    const fn field_owner(&self) -> Option<&FieldOwner> {
        match self {
            Self::AddField(owner, _) | Self::DeleteField(owner, _, _) => Some(owner),
            Self::ChangeField(change) => Some(&change.owner),
            _ => None,
        }
    }

    /// The list's number.
    #[must_use]
    pub fn list_id(&self) -> Option<ListId> {
        self.list().map(|l| l.id)
    }
}
