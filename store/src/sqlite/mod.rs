//! SQLite: one writer thread with group commit, a read-only connection for each serving thread, and a
//! pool for long reads. WAL and `synchronous=FULL`: what was acknowledged survives a loss of power.

mod folder;
mod maintenance;
mod migrate;
mod readers;
mod session;
#[cfg(test)]
mod tests;
mod writer;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use odata::path::SitePath;

use crate::{
    Catalog, Engine, OpenError, ReadOutcome, StoreError, WriteReply,
    plan::{ReadPlan, WritePlan},
};
use folder::Folder;
use readers::Readers;
use writer::Writer;

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// In this folder, which is made if it is not there.
    Folder(PathBuf),
    /// In a throw-away folder (in memory where the system has one), removed when the engine goes.
    Temporary,
}

/// How the engine works.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many writes may wait; more are refused with [`StoreError::Busy`].
    pub queue: usize,
    /// For how many seconds a stored answer is given again.
    pub replay_window: i64,
    /// For how many seconds change rows are kept; the newest of each item always is.
    pub change_retention: i64,
    /// How long a query of items may run. One that takes longer would hold up the others, and its client
    /// gives up.
    pub longest_query: Duration,
    /// Milliseconds since 1970.
    pub clock: fn() -> i64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            queue: 4096,
            replay_window: 24 * 3600,
            change_retention: 60 * 24 * 3600,
            longest_query: Duration::from_secs(10),
            clock: system_clock,
        }
    }
}

fn system_clock() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
}

/// What the writer and the readers share.
struct Shared {
    file: PathBuf,
    options: Options,
    catalog: ArcSwap<Catalog>,
    /// Set when a write to the disk failed: what the disk holds is unknown, so that nothing more is
    /// acknowledged until a restart has read it.
    frozen: AtomicBool,
}

/// Lists in an embedded SQLite database.
pub struct Sqlite {
    // Dropped in this order: the writer ends first, the folder goes last.
    writer: Writer,
    readers: Readers,
    shared: Arc<Shared>,
    folder: Folder,
}

impl Sqlite {
    /// The name of the database's file in its folder.
    pub const FILE: &str = "matchlist.db";

    /// Opens the database, makes or migrates it, and starts the writer.
    ///
    /// # Errors
    /// Where the folder cannot be used or another process uses it, or the database is another program's
    /// or a newer release's.
    pub fn open(location: &Location, options: Options) -> Result<Self, OpenError> {
        let folder = Folder::open(location)?;
        let file = folder.own_file(Self::FILE)?;
        let connection = session::open_writer(&file)?;
        let schema = migrate::check(&connection, &file)?;
        session::set_durability(&connection, folder.is_temporary())?;
        migrate::migrate(&connection, schema)?;
        let catalog = session::load_catalog(&connection)?;
        let shared = Arc::new(Shared {
            file,
            options,
            catalog: ArcSwap::from_pointee(catalog),
            frozen: AtomicBool::new(false),
        });
        let readers = Readers::open(&shared)?;
        let writer = Writer::start(connection, shared.clone())?;
        Ok(Self { writer, readers, shared, folder })
    }

    /// The folder that the database is in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Whether a site with that path is there.
    #[must_use]
    pub fn has_site(&self, path: &SitePath) -> bool {
        self.catalog().site(path).is_some()
    }
}

impl Engine for Sqlite {
    fn catalog(&self) -> Arc<Catalog> {
        self.shared.catalog.load_full()
    }

    fn read(&self, plan: &ReadPlan) -> Result<ReadOutcome, StoreError> {
        self.readers.read(&self.shared, plan)
    }

    async fn write(&self, plan: WritePlan) -> Result<WriteReply, StoreError> {
        self.ready()?;
        self.writer.write(plan).await
    }

    fn ready(&self) -> Result<(), StoreError> {
        if self.shared.frozen.load(Ordering::Acquire) { Err(StoreError::Frozen) } else { Ok(()) }
    }
}
