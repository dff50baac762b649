//! How the store refuses or fails. Engine codes become our words where they arise.

use crate::engine::Conflict;

/// Why a database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder cannot be made or used.
    #[error("cannot use the folder {folder}: {source}")]
    Folder {
        /// The folder.
        folder: String,
        /// Why.
        source: std::io::Error,
    },
    /// Another process has it.
    #[error(
        "another matchlist process is using the folder {folder}; stop it first, or choose another --data"
    )]
    InUse {
        /// The folder.
        folder: String,
    },
    /// The file was written by a newer release.
    #[error(
        "the database {file} has schema {found}, and this matchlist knows schemas up to {known}: use a newer matchlist"
    )]
    NewerSchema {
        /// The database file.
        file: String,
        /// The schema found.
        found: i64,
        /// The newest schema known.
        known: i64,
    },
    /// It is some other program's database.
    #[error("the file {file} is not a matchlist database")]
    Foreign {
        /// The database file.
        file: String,
    },
    /// Anything else that the engine says.
    #[error("cannot open the database: {0}")]
    Engine(#[from] StoreError),
}

/// How a plan is refused, or fails.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The plan was resolved against an older catalog: resolve it again.
    #[error("the list changed while the request was on its way")]
    StaleCatalog,
    /// No item has that Id or key.
    #[error("the item does not exist")]
    ItemNotFound,
    /// No token has that number.
    #[error("there is no such token")]
    TokenNotFound,
    /// A precondition does not hold; nothing was changed.
    #[error("a precondition failed")]
    PreconditionFailed(Box<Conflict>),
    /// The list is strict and the write named no version.
    #[error("the list wants a precondition")]
    PreconditionRequired,
    /// A read-only property was sent with a value that it does not have.
    #[error("the property {property} is read-only")]
    ReadOnly {
        /// The property's name as sent.
        property: String,
    },
    /// A field would refer to an item or a user that is not there.
    #[error("the field {field} refers to what is not there")]
    NoSuchReference {
        /// The field's title.
        field: String,
    },
    /// A required field would have no value.
    #[error("the field {field} is required")]
    Required {
        /// The field's title.
        field: String,
    },
    /// A value that another item has in a field of unique values.
    #[error("the field {field} has that value already")]
    Duplicate {
        /// The field's InternalName.
        field: String,
    },
    /// The field is used by the formula of another.
    #[error("the field '{field}' is used by the formula of '{by}'")]
    FieldInUse {
        /// Its title.
        field: String,
        /// The other's title.
        by: String,
    },
    /// The field to increment holds no whole number, or the sum is out of its bounds.
    #[error("{reason}")]
    NotIncrementable {
        /// Why, a sentence.
        reason: String,
    },
    /// A list with that title is there already.
    #[error("the title is taken")]
    TitleTaken,
    /// A site with that path is there already.
    #[error("the path {path} is taken")]
    SiteTaken {
        /// The site's path.
        path: String,
    },
    /// A list or a site has as many fields or indexes as it may have.
    #[error("{what} are limited to {limit}")]
    Limit {
        /// Of what: `Fields of a list`.
        what: &'static str,
        /// How many.
        limit: usize,
    },
    /// In threshold mode: a query would have to look at every row of a long list.
    #[error("the query exceeds the list view threshold")]
    OverThreshold,
    /// The replay id was used for another request.
    #[error("the id was used for another request")]
    RepeatMismatch,
    /// The query ran longer than any may.
    #[error("the query took too long")]
    TooSlow,
    /// The writer's queue is full, or another program holds the database: try again.
    #[error("too many writes are waiting, or another program holds the database")]
    Busy,
    /// A write could not be made durable earlier, so that none is accepted any more.
    #[error("the store is read-only since a write to the disk failed")]
    Frozen,
    /// There is no space left.
    #[error("the disk is full")]
    DiskFull,
    /// The disk failed under a statement: what it holds is unknown.
    #[error("the disk failed: {0}")]
    Disk(String),
    /// We failed.
    #[error("{0}")]
    Internal(String),
}
