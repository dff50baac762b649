//! How a client's JSON becomes a field's value.

use odata::{Timestamp, Uuid};
use serde_json::{Value, json};

use super::{Bounds, Field, FieldKind, FieldValue, Key, SEPARATOR, WrongValue, fold};

/// How many UTF-16 units a Choice or an address may have.
const TEXT_MAX: u32 = 255;

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
        match self.kind.of_values() {
            FieldKind::Text { max_length } => Ok(FieldValue::text(short_text(sent, *max_length)?)),
            FieldKind::Note { .. } => Ok(FieldValue::text(text_of(sent)?)),
            FieldKind::Choice(_) => Ok(FieldValue::text(short_text(sent, TEXT_MAX)?)),
            FieldKind::MultiChoice(_) => {
                let texts = members(sent, "a list of texts is expected")?;
                let texts = texts.iter().map(|t| short_text(t, TEXT_MAX)).collect::<Result<Vec<_>, _>>()?;
                if texts.iter().any(|text| text.is_empty() || text.contains(SEPARATOR)) {
                    return Err(WrongValue::Type("each of several choices is a text, and holds no ';#'"));
                }
                Ok(FieldValue::texts(&texts))
            }
            FieldKind::Integer(bounds) => {
                let number = number_of(sent)?;
                if number.fract() != 0.0 || number.abs() > f64::from(i32::MAX) {
                    return Err(WrongValue::Type("a whole number of 32 bits is expected"));
                }
                bounds.check(number)?;
                Ok(FieldValue::number(number))
            }
            FieldKind::Number { bounds, .. } | FieldKind::Currency { bounds, .. } => {
                let number = number_of(sent)?;
                bounds.check(number)?;
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
            FieldKind::Url { .. } => url(sent),
            // What a formula gives is of another type.
            FieldKind::Calculated(_) => Ok(FieldValue::null()),
            FieldKind::Guid => {
                const WRONG: WrongValue = WrongValue::Type("a GUID is expected");
                let guid = Uuid::try_parse(sent.as_str().ok_or(WRONG)?).map_err(|_| WRONG)?.to_string();
                Ok(FieldValue::text(&guid))
            }
            FieldKind::Lookup { multiple: false, .. } | FieldKind::User { multiple: false, .. } => {
                let id = id(sent)?;
                Ok(FieldValue { json: id.to_string(), key: Key::Integer(id) })
            }
            FieldKind::Lookup { .. } | FieldKind::User { .. } => {
                let ids = members(sent, "a list of Ids is expected")?;
                Ok(FieldValue::ids(&ids.iter().map(id).collect::<Result<Vec<_>, _>>()?))
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
            FieldKind::MultiChoice(_) => {
                self.read(&text.split(";#").filter(|t| !t.is_empty()).collect::<Vec<_>>().into())
            }
            _ if self.kind.reference().is_some()
                || matches!(self.kind, FieldKind::Url { .. } | FieldKind::Calculated(_)) =>
            {
                Err(WrongValue::Type("a field of this type has no default"))
            }
            _ => self.read(&text.into()),
        }
    }
}

impl Bounds {
    fn check(self, number: f64) -> Result<(), WrongValue> {
        let Self { minimum, maximum } = self;
        if minimum.is_none_or(|m| number >= m) && maximum.is_none_or(|m| number <= m) {
            return Ok(());
        }
        let name =
            |bound: Option<f64>| bound.map_or_else(|| "any".to_owned(), |b| FieldValue::number(b).json);
        Err(WrongValue::OutOfBounds { minimum: name(minimum), maximum: name(maximum) })
    }
}

/// The members of a collection, in light (`[…]`) or verbose (`{"results":[…]}`) form.
fn members<'v>(sent: &'v Value, wrong: &'static str) -> Result<&'v [Value], WrongValue> {
    sent.get("results").unwrap_or(sent).as_array().map(Vec::as_slice).ok_or(WrongValue::Type(wrong))
}

fn id(sent: &Value) -> Result<i64, WrongValue> {
    const WRONG: WrongValue = WrongValue::Type("an Id, a whole number of at least 1, is expected");
    let number = number_of(sent).map_err(|_| WRONG)?;
    if number.fract() != 0.0 || number < 1.0 || number > f64::from(i32::MAX) {
        return Err(WRONG);
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and of 32 bits")]
    Ok(number as i64)
}

/// An address with its description; without one the address describes itself.
fn url(sent: &Value) -> Result<FieldValue, WrongValue> {
    const WRONG: WrongValue = WrongValue::Type("an object with Url and Description is expected");
    let object = sent.as_object().ok_or(WRONG)?;
    if object.keys().any(|name| !["Url", "Description", "__metadata"].contains(&name.as_str())) {
        return Err(WRONG);
    }
    let part = |name: &str| match object.get(name) {
        None | Some(Value::Null) => Ok(""),
        Some(text) => short_text(text, TEXT_MAX),
    };
    let address = part("Url")?;
    if address.is_empty() {
        return Ok(FieldValue::null());
    }
    let description = part("Description")?;
    let description = if description.is_empty() { address } else { description };
    let json = json!({"Description": description, "Url": address}).to_string();
    Ok(FieldValue { json, key: Key::Text(fold(address)) })
}

fn short_text(sent: &Value, max: u32) -> Result<&str, WrongValue> {
    let text = text_of(sent)?;
    if text.encode_utf16().count() > max as usize { Err(WrongValue::TooLong { max }) } else { Ok(text) }
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
        let number = || FieldKind::Number {
            bounds: crate::model::Bounds { minimum: Some(-1.0), maximum: None },
            decimals: -1,
            percentage: false,
        };
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
