//! Statements about one item, and about what one write leaves besides it.

use odata::{Timestamp, Version};

use super::{Dialect, Statement};
use crate::{
    model::{Item, ItemId, List, ListId, UserId},
    plan::ItemTarget,
};

/// The columns of an item, in the order that `decode` reads them.
pub(crate) const ITEM_COLUMNS: &str =
    "id, version, guid, created, modified, author_id, editor_id, shape, doc";

/// What a row is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be shown: no keys, no lock.
    Show,
    /// To be written: with its keys, and locked.
    Write,
}

/// One item by its Id or by a unique field.
pub(crate) fn select_item(
    dialect: &dyn Dialect,
    list: &List,
    target: &ItemTarget,
    purpose: Purpose,
) -> Statement {
    let mut sql = Statement::new("SELECT ");
    sql.push(ITEM_COLUMNS);
    if purpose == Purpose::Write {
        sql.push(", keys");
    }
    sql.push(" FROM ").push(&dialect.items_table(list.id)).push(" WHERE ");
    match target {
        ItemTarget::Id(id) => sql.push("id = ").bind(dialect, id.0),
        ItemTarget::Key { field, value } => {
            sql.push(&dialect.key(field)).push(" = ").bind(dialect, value.key.clone())
        }
    };
    if purpose == Purpose::Write {
        sql.push(dialect.lock_row());
    }
    sql
}

/// Some rows in the order of their Ids, for writes to them.
pub(crate) fn select_rows_after(dialect: &dyn Dialect, list: ListId, after: ItemId) -> Statement {
    let mut sql = Statement::new("SELECT ");
    sql.push(ITEM_COLUMNS).push(", keys FROM ").push(&dialect.items_table(list));
    sql.push(" WHERE id > ").bind(dialect, after.0).push(" ORDER BY id LIMIT 200");
    sql
}

/// A new item.
pub(crate) fn insert_item(dialect: &dyn Dialect, list: ListId, item: &Item, keys: &str) -> Statement {
    let mut sql = Statement::new("INSERT INTO ");
    sql.push(&dialect.items_table(list)).push(" (").push(ITEM_COLUMNS).push(", keys) VALUES (");
    sql.bind_all(
        dialect,
        [
            item.id.0.into(),
            number(item.version).into(),
            item.guid.to_string().into(),
            item.created.unix().into(),
            item.modified.unix().into(),
            item.author.0.into(),
            item.editor.0.into(),
            item.shape.into(),
            item.doc.as_str().into(),
            keys.into(),
        ],
    );
    sql.push(")");
    sql
}

/// The next version of an item, provided that it still has version `read`.
pub(crate) fn update_item(
    dialect: &dyn Dialect,
    list: ListId,
    item: &Item,
    keys: &str,
    read: Version,
) -> Statement {
    let mut sql = Statement::new("UPDATE ");
    sql.push(&dialect.items_table(list)).push(" SET version = ").bind(dialect, number(item.version));
    sql.push(", modified = ").bind(dialect, item.modified.unix());
    sql.push(", editor_id = ").bind(dialect, item.editor.0);
    sql.push(", shape = ").bind(dialect, item.shape);
    sql.push(", doc = ").bind(dialect, item.doc.as_str());
    sql.push(", keys = ").bind(dialect, keys);
    sql.push(" WHERE id = ").bind(dialect, item.id.0);
    sql.push(" AND version = ").bind(dialect, number(read));
    sql
}

/// Deletes an item, provided that it still has version `read`.
pub(crate) fn delete_item(dialect: &dyn Dialect, list: ListId, id: ItemId, read: Version) -> Statement {
    let mut sql = Statement::new("DELETE FROM ");
    sql.push(&dialect.items_table(list)).push(" WHERE id = ").bind(dialect, id.0);
    sql.push(" AND version = ").bind(dialect, number(read));
    sql
}

/// A change row.
pub(crate) struct ChangeRow<'a> {
    pub(crate) list: ListId,
    pub(crate) item: ItemId,
    pub(crate) version: Version,
    pub(crate) kind: ChangeKind,
    /// A JSON array of InternalNames.
    pub(crate) fields: &'a str,
    pub(crate) at_millis: i64,
    pub(crate) editor: UserId,
}

/// What a change did; the numbers are those of SharePoint's change log.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ChangeKind {
    Add = 1,
    Update = 2,
    Delete = 3,
}

/// Adds a change row and gives its number back.
pub(crate) fn insert_change(dialect: &dyn Dialect, row: &ChangeRow<'_>) -> Statement {
    let mut sql = Statement::new(
        "INSERT INTO changes (list_id, item_id, version, kind, fields, at, editor_id) VALUES (",
    );
    sql.bind_all(
        dialect,
        [
            row.list.0.into(),
            row.item.0.into(),
            number(row.version).into(),
            (row.kind as i64).into(),
            row.fields.into(),
            row.at_millis.into(),
            row.editor.0.into(),
        ],
    );
    sql.push(") RETURNING seq");
    sql
}

/// The change rows of an item's versions after `after`, oldest first.
pub(crate) fn select_changes(dialect: &dyn Dialect, list: ListId, item: ItemId, after: Version) -> Statement {
    let mut sql = Statement::new("SELECT version, fields FROM changes WHERE list_id = ");
    sql.bind(dialect, list.0).push(" AND item_id = ").bind(dialect, item.0);
    sql.push(" AND version > ").bind(dialect, number(after)).push(" ORDER BY version");
    sql
}

/// When one version of an item was written, in milliseconds.
pub(crate) fn select_change_time(
    dialect: &dyn Dialect,
    list: ListId,
    item: ItemId,
    version: Version,
) -> Statement {
    let mut sql = Statement::new("SELECT at FROM changes WHERE list_id = ");
    sql.bind(dialect, list.0).push(" AND item_id = ").bind(dialect, item.0);
    sql.push(" AND version = ").bind(dialect, number(version));
    sql
}

/// How a write moves its list's state.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StateChange {
    pub(crate) items: i64,
    pub(crate) seq: i64,
    pub(crate) at: Option<Timestamp>,
    pub(crate) deleted: bool,
}

/// Takes the next item Id of a list.
pub(crate) fn take_item_id(dialect: &dyn Dialect, list: ListId) -> Statement {
    let mut sql = Statement::new("UPDATE list_states SET next_id = next_id + 1 WHERE list_id = ");
    sql.bind(dialect, list.0).push(" RETURNING next_id - 1");
    sql
}

/// Moves a list's state.
pub(crate) fn update_state(dialect: &dyn Dialect, list: ListId, change: &StateChange) -> Statement {
    let at = change.at.map_or(0, Timestamp::unix);
    let mut sql = Statement::new("UPDATE list_states SET item_count = item_count + ");
    sql.bind(dialect, change.items).push(", last_seq = ").bind(dialect, change.seq);
    sql.push(", last_modified = ")
        .push(dialect.greatest())
        .push("(last_modified, ")
        .bind(dialect, at)
        .push(")");
    if change.deleted {
        sql.push(", last_deleted = ")
            .push(dialect.greatest())
            .push("(last_deleted, ")
            .bind(dialect, at)
            .push(")");
    }
    sql.push(" WHERE list_id = ").bind(dialect, list.0);
    sql
}

/// A stored answer.
pub(crate) fn select_replay(dialect: &dyn Dialect, caller: UserId, id: &str) -> Statement {
    let mut sql = Statement::new("SELECT digest, reply, at FROM replays WHERE caller_id = ");
    sql.bind(dialect, caller.0).push(" AND id = ").bind(dialect, id);
    sql
}

/// Stores an answer, in the place of one that is too old to count.
pub(crate) fn insert_replay(
    dialect: &dyn Dialect,
    caller: UserId,
    id: &str,
    digest: [u8; 32],
    reply: Vec<u8>,
    at: Timestamp,
) -> Statement {
    let mut sql = Statement::new("INSERT INTO replays (caller_id, id, digest, reply, at) VALUES (");
    sql.bind_all(
        dialect,
        [caller.0.into(), id.into(), digest.to_vec().into(), reply.into(), at.unix().into()],
    );
    sql.push(") ON CONFLICT (caller_id, id) DO UPDATE SET digest = excluded.digest, reply = excluded.reply, at = excluded.at");
    sql
}

/// Deletes stored answers older than `before`, some at a time.
pub(crate) fn delete_old_replays(dialect: &dyn Dialect, before: Timestamp) -> Statement {
    let mut sql = Statement::new(
        "DELETE FROM replays WHERE (caller_id, id) IN (SELECT caller_id, id FROM replays WHERE at < ",
    );
    sql.bind(dialect, before.unix()).push(" LIMIT 500)");
    sql
}

/// Deletes change rows older than `before_millis` that are not the newest of their item, among the
/// rows numbered above `from` and not above `to`.
pub(crate) fn delete_old_changes(dialect: &dyn Dialect, before_millis: i64, from: i64, to: i64) -> Statement {
    let mut sql = Statement::new("DELETE FROM changes AS old WHERE old.seq > ");
    sql.bind(dialect, from).push(" AND old.seq <= ").bind(dialect, to);
    sql.push(" AND old.at < ").bind(dialect, before_millis);
    sql.push(
        " AND EXISTS (SELECT 1 FROM changes AS newer WHERE newer.list_id = old.list_id \
         AND newer.item_id = old.item_id AND newer.version > old.version)",
    );
    sql
}

/// A version as the database holds it.
pub(crate) fn number(version: Version) -> i64 {
    i64::try_from(version.number()).unwrap_or(i64::MAX)
}

/// The next change rows above `from`, as many as `limit`: the number of the last and the time of the
/// oldest; null where there are none.
pub(crate) fn select_next_changes(dialect: &dyn Dialect, from: i64, limit: i64) -> Statement {
    let mut sql = Statement::new("SELECT max(seq), min(at) FROM (SELECT seq, at FROM changes WHERE seq > ");
    sql.bind(dialect, from).push(" ORDER BY seq LIMIT ").bind(dialect, limit).push(") AS next");
    sql
}

/// How many Ids one statement may name.
pub(crate) const MAX_IDS: usize = 200;

/// Those of a list's items that have one of these Ids, at most [`MAX_IDS`].
pub(crate) fn select_by_ids(dialect: &dyn Dialect, list: ListId, ids: &[i64]) -> Statement {
    let mut sql = Statement::new("SELECT ");
    sql.push(ITEM_COLUMNS).push(" FROM ").push(&dialect.items_table(list)).push(" WHERE id IN (");
    sql.bind_all(dialect, ids.iter().map(|id| (*id).into()));
    sql.push(")");
    sql
}
