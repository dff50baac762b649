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
    Found, Page, ReadOutcome, RelatedItems, StoreError,
    apply::{
        Transaction, decode_item, find_replay, read_changed_fields, read_shared_second, read_state, seconds,
    },
    model::{Item, Key},
    plan::{ItemsQuery, ReadPlan, Related},
    sql::{self, Purpose, Value},
};

/// How many long reads may run at once.
const POOL: u32 = 8;
/// How long one waits for another to end.
const POOL_WAIT: Duration = Duration::from_secs(5);
/// How many bytes of items a page has at most, but for its last; more are on the next page.
const PAGE_BYTES: usize = 16 * 1024 * 1024;
/// After how many steps of SQLite's machine the clock is looked at. One step may search a text of a megabyte.
const STEPS: i32 = 1_000;

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
            let end = Instant::now() + shared.options.longest_query;
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
        ReadPlan::Item { list, target, preconditions, related } => {
            let sql = sql::select_item(session.dialect(), list, target, Purpose::Show);
            let found = match session.query_one(&sql)? {
                None => None,
                Some(row) => {
                    let (item, _) = decode_item(row)?;
                    let shares_second = read_shared_second(&mut session, list.id, &item, preconditions)?;
                    let changed_fields = read_changed_fields(&mut session, list.id, &item, preconditions)?;
                    let related = read_related(&mut session, related, std::slice::from_ref(&item))?;
                    Some(Found { item, shares_second, changed_fields, related })
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
        ReadPlan::Overwrites(lists) => {
            let mut counts = Vec::new();
            for list in lists {
                for row in session.query(&sql::select_overwrites(session.dialect(), *list))? {
                    counts.push(sql::overwrite(*list, row)?);
                }
            }
            ReadOutcome::Overwrites(counts)
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
    if query.is_over_threshold(state.item_count) {
        return Err(StoreError::OverThreshold);
    }
    let total = match query.count {
        false => None,
        true if query.predicate.is_none() => Some(state.item_count),
        true => {
            let row = session.query_one(&sql::count_items(session.dialect(), query))?;
            row.and_then(|row| row.into_iter().next()).and_then(|count| match count {
                Value::Integer(count) => Some(count),
                _ => None,
            })
        }
    };
    let (items, next) = if query.limit == 0 { (Vec::new(), None) } else { rows(session, query)? };
    let mut other_states = Vec::new();
    for list in query.other_lists() {
        other_states.push(read_state(session, list)?.ok_or(StoreError::StaleCatalog)?);
    }
    let related = read_related(session, &query.related, &items)?;
    Ok(Page { items, next, total, state, other_states, related })
}

/// The page's items in the order that was asked for, and the keys of the last where others follow it.
fn rows(session: &mut Session<'_>, query: &ItemsQuery) -> Result<(Vec<Item>, Option<Vec<Key>>), StoreError> {
    let limit = query.limit as usize;
    let (mut rows, mut more, mut bytes) = (Vec::new(), false, 0);
    session.query_while(&sql::select_items(session.dialect(), query), |row| {
        more = rows.len() == limit || bytes > PAGE_BYTES;
        if !more {
            let (item, keys) = decode_item(row)?;
            bytes += item.doc.len();
            rows.push((item, keys));
        }
        Ok(!more)
    })?;
    if query.backward {
        rows.reverse();
    }
    let (mut items, mut last_keys) = (Vec::with_capacity(rows.len()), None);
    let count = rows.len();
    for (i, (item, keys)) in rows.into_iter().enumerate() {
        if i + 1 == count {
            last_keys = Some(keys.keys());
        }
        items.push(item);
    }
    if let (true, Some(keys), Some(last)) = (query.backward, &last_keys, items.last()) {
        // What was read beyond the page lies before it; whether rows follow it, is another question.
        let onward = query.onward(last, keys.clone());
        more = !session.query(&sql::select_items(session.dialect(), &onward))?.is_empty();
    }
    Ok((items, last_keys.filter(|_| more)))
}

/// The items that items refer to by some fields.
fn read_related(
    session: &mut Session<'_>,
    fields: &[Related],
    items: &[Item],
) -> Result<RelatedItems, StoreError> {
    let mut found = RelatedItems::new();
    for Related { field, list } in fields {
        let mut ids: Vec<i64> = items.iter().flat_map(|item| item.ids(&field.property_name)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.retain(|id| !found.contains_key(&(list.id, *id)));
        for some in ids.chunks(sql::MAX_IDS) {
            for row in session.query(&sql::select_by_ids(session.dialect(), list.id, some))? {
                let (item, _) = decode_item(row)?;
                found.insert((list.id, item.id.0), item);
            }
        }
    }
    Ok(found)
}
