//! Statements about the views of lists that clients show, not SQL's.

use super::{Dialect, Statement};
use crate::model::{ListId, ListView, ViewId};

pub(crate) const SELECT_VIEWS: &str =
    "SELECT list_id, id, guid, is_default, definition FROM views ORDER BY list_id, id";

/// A new view.
pub(crate) fn insert_view(dialect: &dyn Dialect, list: ListId, view: &ListView) -> Statement {
    let mut sql = Statement::new("INSERT INTO views (list_id, guid, is_default, definition) VALUES (");
    sql.bind_all(
        dialect,
        [
            list.0.into(),
            view.guid.to_string().into(),
            i64::from(view.is_default).into(),
            definition(view).into(),
        ],
    );
    sql.push(") RETURNING id");
    sql
}

/// A view's row after a change.
pub(crate) fn update_view(dialect: &dyn Dialect, view: &ListView) -> Statement {
    let mut sql = Statement::new("UPDATE views SET is_default = ");
    sql.bind(dialect, i64::from(view.is_default)).push(", definition = ").bind(dialect, definition(view));
    sql.push(" WHERE id = ").bind(dialect, view.id.0);
    sql
}

/// Deletes a view's row.
pub(crate) fn delete_view(dialect: &dyn Dialect, view: ViewId) -> Statement {
    let mut sql = Statement::new("DELETE FROM views WHERE id = ");
    sql.bind(dialect, view.0);
    sql
}

fn definition(view: &ListView) -> String {
    serde_json::to_string(view).unwrap_or_default()
}
