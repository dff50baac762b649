//! Values of fields: how a client's JSON becomes what is stored and what is compared.

use std::fmt::Write as _;

use odata::Timestamp;
use serde_json::Value;

/// What is compared, ordered and indexed: a value in its normal form.
#[derive(Clone, Debug, PartialEq)]
pub enum Key {
    /// No value.
    Null,
    /// A whole number; a Boolean is 0 or 1.
    Integer(i64),
    /// A number with a fraction, or beyond the whole numbers that a double holds.
    Number(f64),
    /// A text folded to one case, or a point in time as UTC text.
    Text(String),
}

/// A value of a field, spelt as the wire spells it, with the form that is compared.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldValue {
    /// JSON text.
    pub json: String,
    /// Its normal form.
    pub key: Key,
}

/// Why a field cannot hold a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongValue {
    /// It has another type.
    #[error("{0}")]
    Type(&'static str),
    /// The text is too long.
    #[error("the text has more than {max} characters")]
    TooLong {
        /// How many characters are allowed.
        max: u32,
    },
    /// The text holds a character that XML 1.0 cannot hold.
    #[error("the text holds the character U+{0:04X}, which no text value may hold")]
    Character(u32),
    /// The number is too small or too large.
    #[error("the number is not between {minimum} and {maximum}")]
    OutOfBounds {
        /// The least allowed, or `any`.
        minimum: String,
        /// The greatest allowed, or `any`.
        maximum: String,
    },
}

/// Folds a text to one case, for comparisons without regard to case.
///
/// Character by character, so that a part folds as it does within the whole: `str::to_lowercase` writes a
/// sigma at a word's end otherwise, and a text would not begin with its own beginning.
#[must_use]
pub fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c }).collect()
}

/// The whole numbers that a double holds exactly.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Key {
    /// The key of a text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        if text.is_empty() { Self::Null } else { Self::Text(fold(text)) }
    }

    /// Whether it is stored as null: an empty text is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.is_empty(),
            Self::Integer(_) | Self::Number(_) => false,
        }
    }

    /// The key of a finite number.
    #[must_use]
    pub fn number(number: f64) -> Self {
        if number.fract() == 0.0 && number.abs() <= EXACT {
            #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
            Self::Integer(number as i64)
        } else {
            Self::Number(number)
        }
    }

    /// JSON text, as the `keys` column holds it.
    pub fn write_json(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Integer(i) => {
                let _ = write!(out, "{i}");
            }
            Self::Number(n) => {
                let text = Value::from(*n).to_string();
                // Whole numbers beyond 2^53 print without a fraction too.
                out.push_str(text.strip_suffix(".0").unwrap_or(&text));
            }
            Self::Text(t) => out.push_str(&quoted(t)),
        }
    }

    /// The text that a `$skiptoken` holds; empty for null.
    #[must_use]
    pub fn to_token(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Integer(i) => i.to_string(),
            Self::Number(n) => Value::from(*n).to_string(),
            Self::Text(t) => t.clone(),
        }
    }
}

/// What stands round each of several values in the form that is compared.
pub(crate) const SEPARATOR: &str = ";#";

/// JSON text of a string.
pub(crate) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

impl FieldValue {
    /// Several texts; none is no value. Each stands between separators in the form that is compared, so
    /// that one of them is found.
    #[must_use]
    pub fn texts(texts: &[&str]) -> Self {
        if texts.is_empty() {
            return Self::null();
        }
        let key = texts.iter().fold(SEPARATOR.to_owned(), |all, text| all + &fold(text) + SEPARATOR);
        Self { json: Value::from(texts.to_vec()).to_string(), key: Key::Text(key) }
    }

    /// Several Ids; none is no value.
    #[must_use]
    pub fn ids(ids: &[i64]) -> Self {
        if ids.is_empty() {
            return Self::null();
        }
        let key = ids.iter().fold(SEPARATOR.to_owned(), |all, id| all + &id.to_string() + SEPARATOR);
        Self { json: Value::from(ids.to_vec()).to_string(), key: Key::Text(key) }
    }

    /// The Ids that a value of a Lookup or User field holds, each once.
    #[must_use]
    pub fn ids_held(&self) -> Vec<i64> {
        let mut ids: Vec<i64> = match &self.key {
            Key::Integer(id) => vec![*id],
            Key::Text(text) => text.split(SEPARATOR).filter_map(|id| id.parse().ok()).collect(),
            Key::Null | Key::Number(_) => Vec::new(),
        };
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// No value.
    #[must_use]
    pub fn null() -> Self {
        Self { json: "null".into(), key: Key::Null }
    }

    /// A text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        if text.is_empty() { Self::null() } else { Self { json: quoted(text), key: Key::text(text) } }
    }

    /// A finite number.
    #[must_use]
    pub fn number(number: f64) -> Self {
        let key = Key::number(number);
        let mut json = String::new();
        key.write_json(&mut json);
        Self { json, key }
    }

    /// A Boolean.
    #[must_use]
    pub fn boolean(value: bool) -> Self {
        Self { json: value.to_string(), key: Key::Integer(value.into()) }
    }

    /// A point in time.
    #[must_use]
    pub fn time(time: Timestamp) -> Self {
        let text = time.to_string();
        Self { json: format!("\"{text}\""), key: Key::Text(text) }
    }
}
