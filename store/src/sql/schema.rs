//! The tables, indexes and views that come and go with lists and fields.

use super::{Dialect, Statement};
use crate::model::{Field, List};

/// How many tables, indexes and views a database has.
pub(crate) const COUNT_OBJECTS: &str = "SELECT count(*) FROM sqlite_schema";

/// The statements that make a new list's table.
pub(crate) fn create_items_table(dialect: &dyn Dialect, list: &List) -> Statement {
    Statement::new(format!(
        "CREATE TABLE {} (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, guid TEXT NOT NULL, \
         created INTEGER NOT NULL, modified INTEGER NOT NULL, author_id INTEGER NOT NULL, \
         editor_id INTEGER NOT NULL, shape INTEGER NOT NULL, doc TEXT NOT NULL, keys TEXT NOT NULL) STRICT",
        dialect.items_table(list.id)
    ))
}

/// Drops a list's table with its indexes.
pub(crate) fn drop_items_table(dialect: &dyn Dialect, list: &List) -> Statement {
    Statement::new(format!("DROP TABLE {}", dialect.items_table(list.id)))
}

/// Makes a field's index.
pub(crate) fn create_index(dialect: &dyn Dialect, list: &List, field: &Field) -> Statement {
    Statement::new(format!(
        "CREATE {} {} ON {} ({})",
        if field.unique { "UNIQUE INDEX" } else { "INDEX" },
        dialect.quote(&dialect.index_name(list.id, field)),
        dialect.items_table(list.id),
        dialect.key(field)
    ))
}

/// Drops a field's index.
pub(crate) fn drop_index(dialect: &dyn Dialect, list: &List, field: &Field) -> Statement {
    Statement::new(format!("DROP INDEX {}", dialect.quote(&dialect.index_name(list.id, field))))
}

/// Takes a deleted field's values out of all rows, so that a later field of its name begins empty.
pub(crate) fn remove_values(dialect: &dyn Dialect, list: &List, field: &Field) -> Statement {
    // A User field's values stand there as texts too.
    Statement::new(format!(
        "UPDATE {} SET doc = json_remove(doc,'$.\"{}\"','$.\"{}StringId\"'), keys = json_remove(keys,'$.\"{}\"')",
        dialect.items_table(list.id),
        field.property_name,
        field.entity_name(),
        field.internal_name
    ))
}

/// Makes the view of a list for people who like SQL: one typed column a field.
pub(crate) fn create_view(dialect: &dyn Dialect, list: &List) -> Statement {
    let mut columns = String::from("id AS \"ID\"");
    for field in &list.fields {
        columns.push_str(&format!(", {} AS {}", dialect.value(field), dialect.quote(&field.internal_name)));
    }
    for (column, name) in [("created", "Created"), ("modified", "Modified")] {
        columns.push_str(&format!(", {} AS {}", dialect.time(column), dialect.quote(name)));
    }
    Statement::new(format!(
        "CREATE VIEW {} AS SELECT {columns}, author_id AS \"AuthorId\", editor_id AS \"EditorId\", \
         version AS \"owshiddenversion\", guid AS \"GUID\" FROM {}",
        dialect.quote(&list.view_name),
        dialect.items_table(list.id)
    ))
}

/// Drops a list's view.
pub(crate) fn drop_view(dialect: &dyn Dialect, list: &List) -> Statement {
    Statement::new(format!("DROP VIEW {}", dialect.quote(&list.view_name)))
}
