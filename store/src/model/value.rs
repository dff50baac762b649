//! Values of fields: how a client's JSON becomes what is stored and what is compared.

use std::fmt::Write as _;

use odata::Timestamp;
use serde_json::Value;

use super::{Field, FieldKind};

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

/// JSON text of a string.
pub(crate) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

impl FieldValue {
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

impl Field {
    /// Reads a value that a client sent for this field.
    ///
    /// # Errors
    /// Where the field cannot hold it; nothing is converted silently but what SharePoint converts
    /// (a number in quotes, 0 and 1 for no and yes, dates without a zone as UTC).
    pub fn read(&self, sent: &Value) -> Result<FieldValue, WrongValue> {
        if sent.is_null() {
            return Ok(FieldValue::null());
        }
        match &self.kind {
            FieldKind::Text { max_length } => {
                let text = text_of(sent)?;
                if text.encode_utf16().count() > *max_length as usize {
                    return Err(WrongValue::TooLong { max: *max_length });
                }
                Ok(FieldValue::text(text))
            }
            FieldKind::Note { .. } => Ok(FieldValue::text(text_of(sent)?)),
            FieldKind::Choice { .. } => {
                let text = text_of(sent)?;
                if text.encode_utf16().count() > 255 {
                    return Err(WrongValue::TooLong { max: 255 });
                }
                Ok(FieldValue::text(text))
            }
            FieldKind::Number { minimum, maximum, .. } => {
                let number = number_of(sent)?;
                self.check_bounds(number, *minimum, *maximum)?;
                Ok(FieldValue::number(number))
            }
            FieldKind::Boolean => match sent {
                Value::Bool(b) => Ok(FieldValue::boolean(*b)),
                Value::Number(n) if n.as_u64() == Some(0) => Ok(FieldValue::boolean(false)),
                Value::Number(n) if n.as_u64() == Some(1) => Ok(FieldValue::boolean(true)),
                _ => Err(WrongValue::Type("a Boolean (true or false) is expected")),
            },
            FieldKind::DateTime { date_only } => {
                const WRONG: WrongValue =
                    WrongValue::Type("a date and time (2024-05-01T08:00:00Z) is expected");
                let time = Timestamp::parse_iso(sent.as_str().ok_or(WRONG)?).map_err(|_| WRONG)?;
                Ok(FieldValue::time(if *date_only { time.midnight() } else { time }))
            }
        }
    }

    /// The value of an item that is made without one.
    ///
    /// # Errors
    /// Where the default is none that the field can hold.
    pub fn default_at(&self, now: Timestamp) -> Result<FieldValue, WrongValue> {
        let Some(text) = self.default_value.as_deref().filter(|t| !t.is_empty()) else {
            return Ok(FieldValue::null());
        };
        match self.kind {
            FieldKind::DateTime { .. } if text.eq_ignore_ascii_case("[today]") => {
                self.read(&now.to_string().into())
            }
            FieldKind::Boolean => match text {
                "1" | "true" => Ok(FieldValue::boolean(true)),
                "0" | "false" => Ok(FieldValue::boolean(false)),
                _ => Err(WrongValue::Type("the default of a Boolean field is \"1\" or \"0\"")),
            },
            _ => self.read(&text.into()),
        }
    }

    fn check_bounds(
        &self,
        number: f64,
        minimum: Option<f64>,
        maximum: Option<f64>,
    ) -> Result<(), WrongValue> {
        let within = minimum.is_none_or(|m| number >= m) && maximum.is_none_or(|m| number <= m);
        if within {
            return Ok(());
        }
        let name =
            |bound: Option<f64>| bound.map_or_else(|| "any".to_owned(), |b| FieldValue::number(b).json);
        Err(WrongValue::OutOfBounds { minimum: name(minimum), maximum: name(maximum) })
    }
}

fn text_of(sent: &Value) -> Result<&str, WrongValue> {
    check_text(sent.as_str().ok_or(WrongValue::Type("a text is expected"))?)
}

/// Refuses a text with a character that not every format can hold.
///
/// # Errors
/// [`WrongValue::Character`].
pub fn check_text(text: &str) -> Result<&str, WrongValue> {
    match text.chars().find(|c| !is_xml_char(*c)) {
        Some(c) => Err(WrongValue::Character(c.into())),
        None => Ok(text),
    }
}

/// XML 1.0's `Char`: what every format that we answer in can hold.
fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

fn number_of(sent: &Value) -> Result<f64, WrongValue> {
    const WRONG: WrongValue = WrongValue::Type("a number is expected");
    let number = match sent {
        Value::Number(n) => n.as_f64(),
        Value::String(s) => parse_number(s),
        _ => None,
    };
    number.filter(|n| n.is_finite()).ok_or(WRONG)
}

/// A number in quotes; the names that Rust reads besides (`inf`, `NaN`) are none.
pub(crate) fn parse_number(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: FieldKind) -> Field {
        Field::new(odata::Uuid::nil(), "F".into(), "F".into(), kind)
    }

    #[track_caller]
    fn check(kind: FieldKind, sent: &str, json: Result<&str, &str>) {
        let sent: Value = serde_json::from_str(sent).unwrap();
        let read = field(kind).read(&sent).map(|v| v.json).map_err(|e| e.to_string());
        assert_eq!(read, json.map(str::to_owned).map_err(str::to_owned));
    }

    #[test]
    fn a_part_folds_as_it_does_within_the_whole() {
        for text in ["ΟΔΟΣ", "İstanbul", "Straße", "ÉLAN"] {
            let parts: String = text.chars().map(|c| fold(&c.to_string())).collect();
            assert_eq!((fold(text), fold(&fold(text))), (parts.clone(), parts));
        }
        assert_eq!(fold("ΟΔΟΣ"), fold("οδος"));
    }

    #[test]
    fn values_are_read_by_type() {
        let text = || FieldKind::Text { max_length: 3 };
        check(text(), r#""aé""#, Ok(r#""aé""#));
        check(text(), r#""""#, Ok("null"));
        check(text(), r#""abcd""#, Err("the text has more than 3 characters"));
        check(text(), r#""😀😀""#, Err("the text has more than 3 characters"));
        check(text(), "1", Err("a text is expected"));
        check(
            text(),
            r#""\u0000""#,
            Err("the text holds the character U+0000, which no text value may hold"),
        );
        let number =
            || FieldKind::Number { minimum: Some(-1.0), maximum: None, decimals: -1, percentage: false };
        check(number(), "11.0", Ok("11"));
        check(number(), "4.5", Ok("4.5"));
        check(number(), "-0.0", Ok("0"));
        check(number(), "1e20", Ok("1e+20"));
        check(number(), "9007199254740994", Ok("9007199254740994"));
        check(number(), r#""4.5""#, Ok("4.5"));
        check(number(), r#""NaN""#, Err("a number is expected"));
        check(number(), "-2", Err("the number is not between -1 and any"));
        check(FieldKind::Boolean, "1", Ok("true"));
        check(FieldKind::Boolean, r#""yes""#, Err("a Boolean (true or false) is expected"));
        let day = FieldKind::DateTime { date_only: true };
        check(day, r#""2024-05-01T23:30:00-02:00""#, Ok(r#""2024-05-02T00:00:00Z""#));
    }
}
