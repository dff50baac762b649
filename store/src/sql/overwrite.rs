//! Statements about counts of writes that named no version.

use odata::Timestamp;

use super::{Columns, Dialect, Row, Statement};
use crate::{
    StoreError,
    model::{ListId, UserId},
    plan::{Overwrite, OverwriteKind},
};

/// Adds to a count that is there.
pub(crate) fn raise_overwrites(dialect: &dyn Dialect, count: &Overwrite) -> Statement {
    let mut sql = Statement::new("UPDATE overwrites SET count = count + ");
    sql.bind(dialect, count.count).push(", last = ").bind(dialect, count.last.unix());
    sql.push(" WHERE list_id = ").bind(dialect, count.list.0);
    sql.push(" AND caller_id = ").bind(dialect, count.caller.0);
    sql.push(" AND user_agent = ").bind(dialect, count.user_agent.as_str());
    sql.push(" AND kind = ").bind(dialect, count.kind.name());
    sql
}

/// How many counts a list has.
pub(crate) fn count_overwrite_rows(dialect: &dyn Dialect, list: ListId) -> Statement {
    let mut sql = Statement::new("SELECT count(*) FROM overwrites WHERE list_id = ");
    sql.bind(dialect, list.0);
    sql
}

/// A new count.
pub(crate) fn insert_overwrites(dialect: &dyn Dialect, count: &Overwrite) -> Statement {
    let mut sql = Statement::new(
        "INSERT INTO overwrites (list_id, caller_id, user_agent, kind, count, first, last) VALUES (",
    );
    sql.bind_all(
        dialect,
        [
            count.list.0.into(),
            count.caller.0.into(),
            count.user_agent.as_str().into(),
            count.kind.name().into(),
            count.count.into(),
            count.first.unix().into(),
            count.last.unix().into(),
        ],
    );
    sql.push(")");
    sql
}

/// The counts of a list, the newest first.
pub(crate) fn select_overwrites(dialect: &dyn Dialect, list: ListId) -> Statement {
    let mut sql = Statement::new(
        "SELECT caller_id, user_agent, kind, count, first, last FROM overwrites WHERE list_id = ",
    );
    sql.bind(dialect, list.0).push(" ORDER BY last DESC, caller_id, user_agent, kind");
    sql
}

/// A count as [`select_overwrites`] gives it.
pub(crate) fn overwrite(list: ListId, row: Row) -> Result<Overwrite, StoreError> {
    let mut c = Columns::new(row);
    let (caller, user_agent, kind) = (UserId(c.integer()?), c.text()?, c.text()?);
    let kind = OverwriteKind::from_name(&kind)
        .ok_or_else(|| StoreError::Internal(format!("'{kind}' is no kind of overwriting")))?;
    let count = c.integer()?;
    let time = |unix| Timestamp::from_unix(unix).unwrap_or(Timestamp::EPOCH);
    let (first, last) = (time(c.integer()?), time(c.integer()?));
    Ok(Overwrite { list, caller, user_agent, kind, count, first, last })
}
