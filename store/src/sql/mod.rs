//! Plans to SQL: the only place that writes it. Values are bound; identifiers and JSON paths come from
//! the catalog only and are printed by the dialect.

mod access;
mod catalog;
mod dialect;
mod item;
mod overwrite;
mod predicate;
mod released_key;
mod schema;
mod select;
#[cfg(test)]
mod tests;
mod view;

pub(crate) use access::*;
pub(crate) use catalog::*;
pub(crate) use dialect::{Dialect, Sqlite};
pub(crate) use item::*;
pub(crate) use overwrite::*;
pub(crate) use released_key::*;
pub(crate) use schema::*;
pub(crate) use select::*;
pub(crate) use view::*;

use crate::model::Key;

/// A value that is bound, or that a row holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

/// A row of a result.
pub(crate) type Row = Vec<Value>;

/// SQL text with the values that are bound to its placeholders, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Statement {
    pub(crate) text: String,
    pub(crate) params: Vec<Value>,
}

impl Statement {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), params: Vec::new() }
    }

    /// Appends SQL.
    pub(crate) fn push(&mut self, sql: &str) -> &mut Self {
        self.text.push_str(sql);
        self
    }

    /// Appends a placeholder and binds a value to it.
    pub(crate) fn bind(&mut self, dialect: &dyn Dialect, value: impl Into<Value>) -> &mut Self {
        self.params.push(value.into());
        self.text.push_str(&dialect.placeholder(self.params.len()));
        self
    }

    /// Appends placeholders with commas between them.
    pub(crate) fn bind_all(
        &mut self,
        dialect: &dyn Dialect,
        values: impl IntoIterator<Item = Value>,
    ) -> &mut Self {
        for (i, value) in values.into_iter().enumerate() {
            if i > 0 {
                self.text.push_str(", ");
            }
            self.bind(dialect, value);
        }
        self
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<Option<i64>> for Value {
    fn from(value: Option<i64>) -> Self {
        value.map_or(Self::Null, Self::Integer)
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Blob(value)
    }
}

impl From<Key> for Value {
    fn from(key: Key) -> Self {
        match key {
            Key::Null => Self::Null,
            Key::Integer(i) => Self::Integer(i),
            Key::Number(n) => Self::Real(n),
            Key::Text(t) => Self::Text(t),
        }
    }
}

impl From<Value> for Key {
    fn from(value: Value) -> Self {
        match value {
            Value::Integer(i) => Self::Integer(i),
            Value::Real(n) => Self::Number(n),
            Value::Text(t) => Self::Text(t),
            Value::Null | Value::Blob(_) => Self::Null,
        }
    }
}
