//! What this crate asks of a JSON value, and of dates. In the browser both are JavaScript's own, so that no
//! second parser of either is shipped; in unit tests they are `serde_json`'s and `odata`'s.

/// A JSON value.
pub(crate) trait Json: Clone {
    /// Parses a text; `None` where it is not JSON.
    fn parse(text: &str) -> Option<Self>;
    /// Prints the value as JSON; `None` where that cannot be (a function, a circle).
    fn print(&self) -> Option<String>;
    /// A member of an object; `None` where this is no object or has no such member.
    fn member(&self, name: &str) -> Option<Self>;
    /// The members of an object, in order.
    fn members(&self) -> Option<Vec<(String, Self)>>;
    /// The elements of an array.
    fn elements(&self) -> Option<Vec<Self>>;
    /// A string's text.
    fn text(&self) -> Option<String>;
    /// A number.
    fn number(&self) -> Option<f64>;
    /// A boolean.
    fn boolean(&self) -> Option<bool>;
    /// Whether this is `null` (or JavaScript's `undefined`).
    fn is_null(&self) -> bool;
    /// A point in time as ISO 8601 has it: JavaScript's `Date`, which JSON lacks. A broken one is empty.
    fn date(&self) -> Option<String> {
        None
    }
    /// Reads an HTTP date as milliseconds since 1970.
    fn parse_http_date(text: &str) -> Option<f64>;
    /// Prints milliseconds since 1970 as an HTTP date.
    fn print_http_date(milliseconds: f64) -> String;
    /// An object.
    fn object(members: Vec<(String, Self)>) -> Self;
    /// An array.
    fn array(elements: Vec<Self>) -> Self;
    /// A string.
    fn string(text: &str) -> Self;
}

/// The largest whole number that JavaScript's numbers hold without skipping its neighbours.
pub(crate) const MAX_EXACT: i64 = (1 << 53) - 1;

/// A number that is whole and exact.
pub(crate) fn whole(number: f64) -> Option<i64> {
    // The cast is exact within these bounds.
    (number.fract() == 0.0 && number.abs() <= MAX_EXACT as f64).then_some(number as i64)
}

/// Prints a JSON string.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            c if c < ' ' => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
impl Json for serde_json::Value {
    fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    fn print(&self) -> Option<String> {
        Some(self.to_string())
    }

    fn member(&self, name: &str) -> Option<Self> {
        self.get(name).cloned()
    }

    fn members(&self) -> Option<Vec<(String, Self)>> {
        Some(self.as_object()?.iter().map(|(name, value)| (name.clone(), value.clone())).collect())
    }

    fn elements(&self) -> Option<Vec<Self>> {
        self.as_array().cloned()
    }

    fn text(&self) -> Option<String> {
        self.as_str().map(str::to_owned)
    }

    fn number(&self) -> Option<f64> {
        self.as_f64()
    }

    fn boolean(&self) -> Option<bool> {
        self.as_bool()
    }

    fn is_null(&self) -> bool {
        self.is_null()
    }

    fn object(members: Vec<(String, Self)>) -> Self {
        Self::Object(members.into_iter().collect())
    }

    fn array(elements: Vec<Self>) -> Self {
        Self::Array(elements)
    }

    fn string(text: &str) -> Self {
        text.into()
    }

    fn parse_http_date(text: &str) -> Option<f64> {
        odata::Timestamp::parse_http(text).ok().map(|date| date.unix() as f64 * 1_000.0)
    }

    fn print_http_date(milliseconds: f64) -> String {
        odata::Timestamp::from_unix((milliseconds / 1_000.0).floor() as i64).unwrap().to_http()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn any_text_survives_quoting() {
        for text in ["", "ParamValue", "a\"b\\c/", "\0\u{1f}\n\u{7f}\u{2028}", "ü名😀"] {
            assert_eq!(Value::parse(&quote(text)), Some(Value::from(text)), "{text:?}");
        }
    }

    #[test]
    fn whole_numbers_are_exact_or_none() {
        for (number, expected) in [
            (3.0, Some(3)),
            (-0.0, Some(0)),
            (-5.0, Some(-5)),
            (9_007_199_254_740_991.0, Some(MAX_EXACT)),
            (9_007_199_254_740_992.0, None),
            (3.5, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
        ] {
            assert_eq!(whole(number), expected, "{number}");
        }
    }
}
