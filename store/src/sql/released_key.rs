//! Statements about values of unique fields that items gave up.

use odata::Version;

use super::{Columns, Dialect, Row, Statement, number};
use crate::{
    StoreError,
    model::{Field, ListId},
};

const INTO: &str = "INSERT INTO released_keys (list_id, field, key, version) ";

fn push_greatest(sql: &mut Statement, dialect: &dyn Dialect) {
    sql.push(" ON CONFLICT (list_id, field, key) DO UPDATE SET version = ").push(dialect.greatest());
    sql.push("(released_keys.version, excluded.version)");
}

/// Notes the version under which an item gave up a value. Values are JSON text of their normal form.
pub(crate) fn release_key(
    dialect: &dyn Dialect,
    list: ListId,
    field: &str,
    key: &str,
    version: Version,
) -> Statement {
    let mut sql = Statement::new(INTO);
    sql.push("VALUES (");
    sql.bind_all(dialect, [list.0.into(), field.into(), key.into(), number(version).into()]);
    sql.push(")");
    push_greatest(&mut sql, dialect);
    sql
}

/// Notes that all items of a list give up a field's values.
pub(crate) fn release_all_keys(dialect: &dyn Dialect, list: ListId, field: &Field) -> Statement {
    let mut sql = Statement::new(INTO);
    sql.push("SELECT ").bind(dialect, list.0).push(", ").bind(dialect, field.internal_name.as_str());
    sql.push(", ").push(&dialect.key_json(field)).push(", version FROM ").push(&dialect.items_table(list));
    sql.push(" WHERE ").push(&dialect.key(field)).push(" IS NOT NULL");
    push_greatest(&mut sql, dialect);
    sql
}

/// The greatest version under which a value was given up.
pub(crate) fn select_released_key(dialect: &dyn Dialect, list: ListId, field: &str, key: &str) -> Statement {
    let mut sql = Statement::new("SELECT version FROM released_keys WHERE list_id = ");
    sql.bind(dialect, list.0)
        .push(" AND field = ")
        .bind(dialect, field)
        .push(" AND key = ")
        .bind(dialect, key);
    sql
}

/// Whether any value of a field was given up.
pub(crate) fn select_any_released_key(dialect: &dyn Dialect, list: ListId, field: &str) -> Statement {
    let mut sql = Statement::new("SELECT version FROM released_keys WHERE list_id = ");
    sql.bind(dialect, list.0).push(" AND field = ").bind(dialect, field).push(" LIMIT 1");
    sql
}

/// The version in a row of these.
pub(crate) fn released_version(row: Row) -> Result<Version, StoreError> {
    Ok(Version::new(Columns::new(row).integer()?.unsigned_abs()))
}
