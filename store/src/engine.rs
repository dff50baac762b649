//! What an engine does: run plans. Everything about lists is above it; transactions, savepoints and
//! pools are its own.

use std::{collections::HashMap, future::Future, sync::Arc};

use odata::{Failed, Timestamp, Version};

use crate::{
    Catalog, StoreError,
    model::{Field, FieldOwner, Item, Key, List, ListId, ListView, Site, TokenId, User},
    plan::{Overwrite, ReadPlan, WritePlan},
};

/// A database that lists live in.
pub trait Engine: Send + Sync + 'static {
    /// The catalog as of the last commit.
    fn catalog(&self) -> Arc<Catalog>;

    /// Runs a read on the calling thread. What it sees is never older than a write that was answered
    /// before it began.
    ///
    /// # Errors
    /// [`StoreError::StaleCatalog`] where the plan's list is gone, or an engine's failure.
    fn read(&self, plan: &ReadPlan) -> Result<ReadOutcome, StoreError>;

    /// Runs a write; the future resolves when it is durable, or has changed nothing.
    fn write(&self, plan: WritePlan) -> impl Future<Output = Result<WriteReply, StoreError>> + Send;

    /// Runs writes as one, in their order: all of them or none. Each sees what those before it wrote; each is
    /// resolved against the same catalog, so that none but the last may change what another was resolved against.
    fn write_all(
        &self,
        plans: Vec<WritePlan>,
    ) -> impl Future<Output = Result<Vec<WriteReply>, Undone>> + Send;

    /// Whether writes are accepted; an error says why not.
    ///
    /// # Errors
    /// [`StoreError::Frozen`] after a write to the disk failed.
    fn ready(&self) -> Result<(), StoreError>;
}

/// What a read found.
#[derive(Debug)]
pub enum ReadOutcome {
    /// The item, if there is one.
    Item(Option<Found>),
    /// A page of items.
    Page(Page),
    /// The states of lists, those that are there, in the order asked for.
    ListStates(Vec<ListState>),
    /// The counts of writes that named no version.
    Overwrites(Vec<Overwrite>),
    /// What was stored for a replay id.
    Replay(Option<Replay>),
}

/// An item that a read found.
#[derive(Debug)]
pub struct Found {
    /// The item.
    pub item: Item,
    /// See [`odata::Selected::shares_second`].
    pub shares_second: bool,
    /// Where If-Match names an older version: see [`Present::fields`].
    pub changed_fields: Option<Vec<String>>,
    /// The items that the plan's related fields refer to.
    pub related: RelatedItems,
}

/// Items of other lists, by list and Id.
pub type RelatedItems = HashMap<(ListId, i64), Item>;

/// A page of items.
#[derive(Debug)]
pub struct Page {
    /// The items.
    pub items: Vec<Item>,
    /// The first row's values of the order's keys, without the Id; empty where there is no row.
    pub first: Vec<Key>,
    /// Where more rows follow: the last row's values of the order's keys, without the Id.
    pub next: Option<Vec<Key>>,
    /// How many rows fulfil the filter, whatever the page; where that was asked for.
    pub total: Option<i64>,
    /// The list's state in the same snapshot.
    pub state: ListState,
    /// The states of the other lists that the plan looks at.
    pub other_states: Vec<ListState>,
    /// The items that the plan's related fields refer to.
    pub related: RelatedItems,
}

/// What changes with a list's items.
#[derive(Clone, Copy, Debug)]
pub struct ListState {
    /// The list.
    pub list: ListId,
    /// How many items it has.
    pub item_count: i64,
    /// The number of its last change row.
    pub last_seq: i64,
    /// When an item was last written.
    pub last_modified: Timestamp,
    /// When an item was last deleted.
    pub last_deleted: Timestamp,
}

/// A stored answer.
#[derive(Debug)]
pub struct Replay {
    /// The digest of the request that it answered.
    pub digest: [u8; 32],
    /// The answer, as the caller of the engine wrote it.
    pub reply: Vec<u8>,
}

/// What became of a write that was accepted.
#[derive(Debug)]
pub enum WriteReply {
    /// It was done now.
    Done(Written),
    /// It was done before, by a request with the same id: this was the answer.
    Repeated(Vec<u8>),
}

/// Why none of several writes was done.
#[derive(Debug)]
pub struct Undone {
    /// Which write was refused, or failed.
    pub at: usize,
    /// Why.
    pub error: StoreError,
}

/// What a write did.
#[derive(Clone, Debug)]
pub enum Written {
    /// An item was made.
    ItemAdded(Arc<List>, Item),
    /// An item was changed.
    ItemChanged(Arc<List>, Item),
    /// A number was added to a field.
    Incremented {
        /// The item.
        item: Item,
        /// The number that the field holds now.
        value: i64,
        /// The first number of the block: `value - by + 1`.
        first: i64,
    },
    /// An item was deleted.
    ItemDeleted,
    /// A site was made.
    SiteAdded(Arc<Site>),
    /// A site's title or description was set.
    SiteChanged,
    /// A user was made, or was there.
    UserEnsured(Arc<User>),
    /// Who may do what was changed.
    AccessChanged,
    /// Writes that named no version were counted.
    OverwritesCounted,
    /// A token was made.
    TokenAdded(TokenId),
    /// An Id that no item of the list will get otherwise.
    ItemIdReserved(i64),
    /// A list was made.
    ListAdded(Arc<List>, ListState),
    /// A list's settings were changed.
    ListChanged(Arc<List>),
    /// A list was deleted.
    ListDeleted,
    /// A field was made; its owner has it.
    FieldAdded(FieldOwner, Arc<Field>),
    /// A field was changed.
    FieldChanged,
    /// A field was deleted.
    FieldDeleted,
    /// A view was made; its list has it.
    ViewAdded(Arc<List>, Arc<ListView>),
    /// A view was changed.
    ViewChanged,
    /// A view was deleted.
    ViewDeleted,
}

/// Why a precondition failed, and what is there instead.
#[derive(Debug)]
pub struct Conflict {
    /// Which condition failed.
    pub failed: Failed,
    /// What is there; `None` where nothing is.
    pub present: Option<Present>,
}

/// The state that a failed precondition met.
#[derive(Debug)]
pub struct Present {
    /// The item's list, or the list itself.
    pub list: Arc<List>,
    /// Its present version.
    pub version: Version,
    /// Who wrote that version: the display name.
    pub by: String,
    /// When it was written.
    pub at: Timestamp,
    /// The item; `None` where it is about the list itself.
    pub item: Option<Box<Item>>,
    /// The InternalNames of the fields that were changed since the newest version that the client named;
    /// `None` where that cannot be told.
    pub fields: Option<Vec<String>>,
}
