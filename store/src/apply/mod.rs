//! What one write does inside its transaction: read, decide, merge, raise the version, note the change.
//! Shared by the engines, which bring the transaction.

mod access;
mod catalog;
mod conflict;
mod document;
mod echo;
mod field;
mod item;
mod overwrite;
mod site;
#[cfg(test)]
mod tests;
mod view;

pub(crate) use conflict::{read_changed_fields, read_shared_second, read_state};
pub(crate) use item::decode_item;

use std::sync::Arc;

use odata::Timestamp;

use crate::{
    Catalog, StoreError, Undone, WriteReply, Written,
    engine::Replay,
    model::UserId,
    plan::{Action, WritePlan},
    sql::{self, Columns, Dialect, Row, Statement},
};

/// An open transaction of an engine.
pub(crate) trait Transaction {
    /// How the engine spells SQL.
    fn dialect(&self) -> &dyn Dialect;
    /// Runs a statement that gives rows.
    fn query(&mut self, sql: &Statement) -> Result<Vec<Row>, StoreError>;
    /// Runs a statement that gives none, and tells how many rows it touched.
    fn execute(&mut self, sql: &Statement) -> Result<usize, StoreError>;

    /// The only row that a statement gives, if there is one.
    fn query_one(&mut self, sql: &Statement) -> Result<Option<Row>, StoreError> {
        Ok(self.query(sql)?.into_iter().next())
    }
}

/// What a write is done in.
pub(crate) struct Context<'a> {
    pub(crate) tx: &'a mut dyn Transaction,
    /// The catalog as the writes before this one left it. A change puts another in its place, which
    /// counts only if the transaction commits.
    pub(crate) catalog: &'a mut Arc<Catalog>,
    /// Milliseconds since 1970.
    pub(crate) now_millis: i64,
    /// For how many seconds a stored answer counts.
    pub(crate) replay_window: i64,
    pub(crate) caller: UserId,
}

impl Context<'_> {
    fn now(&self) -> Timestamp {
        seconds(self.now_millis)
    }

    fn execute(&mut self, sql: impl FnOnce(&dyn Dialect) -> Statement) -> Result<usize, StoreError> {
        let sql = sql(self.tx.dialect());
        self.tx.execute(&sql)
    }

    fn query_one(&mut self, sql: impl FnOnce(&dyn Dialect) -> Statement) -> Result<Option<Row>, StoreError> {
        let sql = sql(self.tx.dialect());
        self.tx.query_one(&sql)
    }

    /// The whole number that a `RETURNING` clause gives.
    fn returning(&mut self, sql: impl FnOnce(&dyn Dialect) -> Statement) -> Result<i64, StoreError> {
        let row = self.query_one(sql)?.ok_or(StoreError::StaleCatalog)?;
        Columns::new(row).integer()
    }
}

/// Milliseconds as a point in time of whole seconds.
pub(crate) fn seconds(millis: i64) -> Timestamp {
    Timestamp::from_unix(millis.div_euclid(1000)).unwrap_or(Timestamp::EPOCH)
}

/// Does writes as one. On an error the caller rolls back to where the first began.
pub(crate) fn apply_all(cx: &mut Context<'_>, plans: &[WritePlan]) -> Result<Vec<WriteReply>, Undone> {
    let mut replies = Vec::with_capacity(plans.len());
    for (at, plan) in plans.iter().enumerate() {
        cx.caller = plan.caller;
        replies.push(apply(cx, plan).map_err(|error| Undone { at, error })?);
    }
    // What was done before was done whole: with other writes beside it, it is another request.
    let is_repeated = |reply: &WriteReply| matches!(reply, WriteReply::Repeated(_));
    match replies.iter().position(is_repeated) {
        Some(at) if !replies.iter().all(is_repeated) => Err(Undone { at, error: StoreError::RepeatMismatch }),
        _ => Ok(replies),
    }
}

/// Does a write. On an error the caller rolls back to where it began.
pub(crate) fn apply(cx: &mut Context<'_>, plan: &WritePlan) -> Result<WriteReply, StoreError> {
    let now = cx.now();
    if let Some(repeat) = &plan.repeat
        && let Some(replay) = find_replay(cx.tx, cx.caller, &repeat.id, now, cx.replay_window)?
    {
        return if replay.digest == repeat.digest {
            Ok(WriteReply::Repeated(replay.reply))
        } else {
            Err(StoreError::RepeatMismatch)
        };
    }
    if let Some(list) = plan.action.list() {
        let current = cx.catalog.list(list.id).is_some_and(|l| l.version == list.version);
        if !current {
            return Err(StoreError::StaleCatalog);
        }
    }
    if let Some(site) = plan.action.site() {
        // A site has no version: another one in its place is a changed one.
        let current = cx.catalog.site_by_id(site.id).is_some_and(|s| Arc::ptr_eq(s, site));
        if !current {
            return Err(StoreError::StaleCatalog);
        }
    }
    let written = run(cx, &plan.action)?;
    if let Some(repeat) = &plan.repeat {
        let caller = cx.caller;
        let reply = (repeat.record)(&written);
        cx.execute(|d| sql::insert_replay(d, caller, &repeat.id, repeat.digest, reply, now))?;
    }
    Ok(WriteReply::Done(written))
}

fn run(cx: &mut Context<'_>, action: &Action) -> Result<Written, StoreError> {
    match action {
        Action::AddSite(site) => catalog::add_site(cx, site),
        Action::ChangeSite(site, draft, preconditions) => site::change(cx, *site, draft, preconditions),
        Action::EnsureUser(user) => site::ensure_user(cx, user),
        Action::ChangeAccess(change) => access::change(cx, change),
        Action::CountOverwrites(counts) => overwrite::count(cx, counts),
        Action::ReserveItemId(list) => {
            let id = cx.returning(|d| sql::take_item_id(d, list.id))?;
            Ok(Written::ItemIdReserved(id))
        }
        Action::AddList(site, list) => catalog::add_list(cx, *site, list),
        Action::ChangeList(change) => catalog::change_list(cx, change),
        Action::DeleteList(list, preconditions) => catalog::delete_list(cx, list, preconditions),
        Action::AddField(owner, field) => field::add(cx, owner, field),
        Action::ChangeField(change) => field::change(cx, change),
        Action::DeleteField(owner, field, conditions) => field::delete(cx, owner, field, conditions),
        Action::AddView(list, new) => view::add(cx, list, new),
        Action::ChangeView(change) => view::change(cx, change),
        Action::DeleteView(list, guid, conditions) => view::delete(cx, list, *guid, conditions),
        Action::AddItem(item) => item::add(cx, item),
        Action::ChangeItem(change) => item::change(cx, change),
    }
}

/// The stored answer for an id of a caller, unless it is too old to count.
pub(crate) fn find_replay(
    tx: &mut dyn Transaction,
    caller: UserId,
    id: &str,
    now: Timestamp,
    window: i64,
) -> Result<Option<Replay>, StoreError> {
    let sql = sql::select_replay(tx.dialect(), caller, id);
    let Some(row) = tx.query_one(&sql)? else { return Ok(None) };
    let mut columns = Columns::new(row);
    let digest = columns.blob()?;
    let digest = digest.try_into().map_err(|_| StoreError::Internal("a digest has 32 bytes".into()))?;
    let reply = columns.blob()?;
    let at = columns.integer()?;
    Ok((at >= now.unix() - window).then_some(Replay { digest, reply }))
}
