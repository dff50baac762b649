//! Where engines differ. What is common is in provided methods; an engine overrides its differences.

use odata::query::{DatePart, Direction};

use crate::model::{Field, ListId, SystemProperty};

/// How an engine spells SQL.
pub(crate) trait Dialect: Send + Sync {
    /// The placeholder of the parameter with that number, from 1.
    fn placeholder(&self, number: usize) -> String {
        format!("?{number}")
    }

    /// The table of a list's items.
    fn items_table(&self, list: ListId) -> String {
        format!("items_{}", list.0)
    }

    /// The name of a field's index.
    fn index_name(&self, list: ListId, field: &Field) -> String {
        format!("items_{}_{}", list.0, field.internal_name)
    }

    /// A field's normal form in a row. The same text stands in its index, so that the index is used:
    /// a JSON path that is bound would not match it.
    fn key(&self, field: &Field) -> String {
        format!("json_extract(keys,'$.\"{}\"')", field.internal_name)
    }

    /// The same, of a table that is named because another one has such a column too.
    fn key_of(&self, table: &str, field: &Field) -> String {
        format!("json_extract({table}.keys,'$.\"{}\"')", field.internal_name)
    }

    /// A query of the Ids that a field of several holds, as numbers.
    fn ids_of(&self, table: &str, field: &Field) -> String {
        format!("SELECT ids.value FROM json_each({table}.doc,'$.\"{}\"') AS ids", field.property_name)
    }

    /// The same as JSON text.
    fn key_json(&self, field: &Field) -> String {
        format!("keys -> '$.\"{}\"'", field.internal_name)
    }

    /// A field's value in a row, for people.
    fn value(&self, field: &Field) -> String {
        format!("json_extract(doc,'$.\"{}\"')", field.property_name)
    }

    /// The column of a property that every item has, if it can be filtered and ordered by.
    fn column(&self, property: SystemProperty) -> Option<&'static str> {
        Some(match property {
            SystemProperty::Id | SystemProperty::IdUpper => "id",
            SystemProperty::Created => "created",
            SystemProperty::Modified => "modified",
            SystemProperty::AuthorId => "author_id",
            SystemProperty::EditorId => "editor_id",
            SystemProperty::Guid => "guid",
            SystemProperty::HiddenVersion => "version",
            _ => return None,
        })
    }

    /// The words after a key of an order. Null comes first when ascending, last when descending.
    fn order(&self, direction: Direction) -> &'static str {
        match direction {
            Direction::Ascending => " ASC",
            Direction::Descending => " DESC",
        }
    }

    /// Whether one text stands within another.
    fn contains(&self, key: &str, placeholder: &str) -> String {
        format!("instr({key}, {placeholder}) > 0")
    }

    /// Whether one text ends with another, which is not empty.
    fn ends_with(&self, key: &str, placeholder: &str) -> String {
        format!("substr({key}, -length({placeholder})) = {placeholder}")
    }

    /// A part of a point in time, a number, by a key that is UTC text (`2024-05-01T08:00:00Z`).
    fn part_of_text(&self, key: &str, part: DatePart) -> String {
        let (start, length) = match part {
            DatePart::Year => (1, 4),
            DatePart::Month => (6, 2),
            DatePart::Day => (9, 2),
            DatePart::Hour => (12, 2),
            DatePart::Minute => (15, 2),
            DatePart::Second => (18, 2),
        };
        format!("CAST(substr({key}, {start}, {length}) AS INTEGER)")
    }

    /// A part of a point in time, a number, by a column of seconds since 1970.
    fn part_of_seconds(&self, column: &str, part: DatePart) -> String {
        self.part_of_text(&self.time(column), part)
    }

    /// The function that gives the greatest of its arguments.
    fn greatest(&self) -> &'static str {
        "max"
    }

    /// What locks a row that is read in order to be written.
    fn lock_row(&self) -> &'static str {
        ""
    }

    /// An identifier that a client chose a part of.
    fn quote(&self, identifier: &str) -> String {
        format!("\"{}\"", identifier.replace('"', "\"\""))
    }

    /// A column of seconds since 1970 as date and time, for people.
    fn time(&self, column: &str) -> String {
        format!("strftime('%Y-%m-%dT%H:%M:%SZ', {column}, 'unixepoch')")
    }
}

/// SQLite's way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sqlite;

impl Dialect for Sqlite {}
