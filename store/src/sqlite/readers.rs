//! Reads: keys on a connection of the calling thread, longer ones on a pool.

use std::{
    cell::RefCell,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use r2d2::Pool;
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, OpenFlags};

use super::{
    Shared,
    session::{Session, open_reader, prepare, translate},
};
use crate::{
    Found, Page, ReadOutcome, StoreError,
    apply::{
        Transaction, decode_item, find_replay, read_changed_fields, read_shared_second, read_state, seconds,
    },
    plan::{ItemsQuery, ReadPlan},
    sql::{self, Purpose},
};

/// How many long reads may run at once.
const POOL: u32 = 8;
/// How long one waits for another to end.
const POOL_WAIT: Duration = Duration::from_secs(5);
/// How long one may run. A query that takes longer would hold up the others, and its client gives up.
const LONGEST: Duration = Duration::from_secs(10);
/// How many bytes of items a page has at most, but for its last; more are on the next page.
const PAGE_BYTES: usize = 16 * 1024 * 1024;
/// After how many steps of SQLite's machine the clock is looked at.
const STEPS: i32 = 10_000;

/// Tells engines of one process apart (tests run several).
static ENGINES: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// This thread's connection, and the engine that it belongs to.
    static OWN: RefCell<Option<(u64, Connection)>> = const { RefCell::new(None) };
}

pub(super) struct Readers {
    engine: u64,
    pool: Pool<SqliteConnectionManager>,
}

impl Readers {
    pub(super) fn open(shared: &Arc<Shared>) -> Result<Self, StoreError> {
        let manager = SqliteConnectionManager::file(&shared.file)
            .with_flags(OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .with_init(|c| prepare(c).map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e))));
        let pool = Pool::builder()
            .max_size(POOL)
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_timeout(POOL_WAIT)
            .build(manager);
        let pool = pool.map_err(|e| StoreError::Internal(e.to_string()))?;
        Ok(Self { engine: ENGINES.fetch_add(1, Ordering::Relaxed), pool })
    }

    pub(super) fn read(&self, shared: &Shared, plan: &ReadPlan) -> Result<ReadOutcome, StoreError> {
        if !plan.is_short() {
            let connection = self.pool.get().map_err(|_| StoreError::Busy)?;
            let end = Instant::now() + LONGEST;
            let _ = connection.progress_handler(STEPS, Some(move || Instant::now() > end));
            let outcome = run(&connection, shared, plan);
            let _ = connection.progress_handler(0, None::<fn() -> bool>);
            return outcome;
        }
        OWN.with_borrow_mut(|own| {
            let connection = match own {
                Some((engine, connection)) if *engine == self.engine => connection,
                _ => {
                    let connection = open_reader(&shared.file).map_err(translate)?;
                    prepare(&connection)?;
                    &mut own.insert((self.engine, connection)).1
                }
            };
            run(connection, shared, plan)
        })
    }
}

fn run(connection: &Connection, shared: &Shared, plan: &ReadPlan) -> Result<ReadOutcome, StoreError> {
    // A plan of several statements reads one snapshot.
    let snapshot = connection.unchecked_transaction().map_err(translate)?;
    let mut session = Session(&snapshot);
    let outcome = match plan {
        ReadPlan::Item { list, target, preconditions } => {
            let sql = sql::select_item(session.dialect(), list, target, Purpose::Show);
            let found = match session.query_one(&sql)? {
                None => None,
                Some(row) => {
                    let (item, _) = decode_item(row)?;
                    let shares_second = read_shared_second(&mut session, list.id, &item, preconditions)?;
                    let changed_fields = read_changed_fields(&mut session, list.id, &item, preconditions)?;
                    Some(Found { item, shares_second, changed_fields })
                }
            };
            ReadOutcome::Item(found)
        }
        ReadPlan::Items(query) => ReadOutcome::Page(page(&mut session, query)?),
        ReadPlan::ListStates(lists) => {
            let mut states = Vec::with_capacity(lists.len());
            for list in lists {
                states.extend(read_state(&mut session, *list)?);
            }
            ReadOutcome::ListStates(states)
        }
        ReadPlan::Replay { caller, id } => {
            let now = seconds((shared.options.clock)());
            let window = shared.options.replay_window;
            ReadOutcome::Replay(find_replay(&mut session, *caller, id, now, window)?)
        }
    };
    Ok(outcome)
}

fn page(session: &mut Session<'_>, query: &ItemsQuery) -> Result<Page, StoreError> {
    let state = read_state(session, query.list.id)?.ok_or(StoreError::StaleCatalog)?;
    let limit = query.limit as usize;
    let (mut items, mut next, mut bytes) = (Vec::new(), None, 0);
    // The keys of the last row of the page, known to be the last once another row comes.
    let mut last_keys = Vec::new();
    session.query_while(&sql::select_items(session.dialect(), query), |row| {
        if items.len() == limit || bytes > PAGE_BYTES {
            next = Some(std::mem::take(&mut last_keys));
            return Ok(false);
        }
        let (item, keys) = decode_item(row)?;
        last_keys = keys.keys();
        bytes += item.doc.len();
        items.push(item);
        Ok(true)
    })?;
    Ok(Page { items, next, state })
}
