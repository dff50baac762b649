//! A page of items.

use super::{Dialect, ITEM_COLUMNS, Statement, predicate};
use crate::{model::SystemProperty, plan::ItemsQuery};

/// How many rows fulfil the query's filter.
pub(crate) fn count_items(dialect: &dyn Dialect, query: &ItemsQuery) -> Statement {
    let mut sql = Statement::new("SELECT count(*) FROM ");
    sql.push(&dialect.items_table(query.list.id));
    if let Some(predicate) = &query.predicate {
        sql.push(" WHERE ");
        predicate::push_predicate(&mut sql, dialect, query.list.id, predicate);
    }
    sql
}

/// One row more than the page has, so that it shows whether others follow. The columns of an item come
/// first, then the order's keys.
pub(crate) fn select_items(dialect: &dyn Dialect, query: &ItemsQuery) -> Statement {
    let mut sql = Statement::new("SELECT ");
    sql.push(ITEM_COLUMNS);
    let order: Vec<String> =
        query.order.iter().map(|term| predicate::column_sql(dialect, query.list.id, &term.column)).collect();
    for key in &order {
        sql.push(", ").push(key);
    }
    sql.push(" FROM ").push(&dialect.items_table(query.list.id));
    for (i, condition) in query.conditions().iter().enumerate() {
        sql.push(if i == 0 { " WHERE " } else { " AND " });
        predicate::push_predicate(&mut sql, dialect, query.list.id, condition);
    }
    sql.push(" ORDER BY ");
    for (key, term) in order.iter().zip(&query.order) {
        sql.push(key).push(dialect.order(term.direction)).push(", ");
    }
    let id = dialect.column(SystemProperty::Id).unwrap_or("id");
    sql.push(id).push(dialect.order(query.by_id));
    sql.push(" LIMIT ").bind(dialect, i64::from(query.limit) + 1);
    if query.skip > 0 {
        sql.push(" OFFSET ").bind(dialect, i64::try_from(query.skip).unwrap_or(i64::MAX));
    }
    sql
}
