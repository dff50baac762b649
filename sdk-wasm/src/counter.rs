//! The number that a counter's field holds, and what its caller wants of it.

use crate::json::{Json, MAX_EXACT, quote, whole};

/// How a field spells its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// `"3"`, of a field for text.
    Text,
    /// `3`, of a field for numbers.
    Number,
}

/// A whole number as a field holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) value: i64,
    pub(crate) spelling: Spelling,
}

/// Which number is handed out. One counter, one convention: mixed on one counter, they give a number twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Returns {
    /// The one that was written: the field holds the last number given out.
    Written,
    /// The one that was read: the field holds the next number to give out.
    Read,
}

/// What `getNextSeq` is asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wish {
    /// The counter's list, and its item's title there.
    pub(crate) list: String,
    pub(crate) title: String,
    pub(crate) field: String,
    /// How many digits the number has at least.
    pub(crate) pad: usize,
    /// How many numbers are taken at once.
    pub(crate) count: i64,
    /// Whether a missing item is made.
    pub(crate) create: bool,
    pub(crate) returns: Returns,
    /// How many rounds of read and write there are at most.
    pub(crate) rounds: u32,
}

impl Count {
    /// Reads a field's value: a whole number, or a text that holds one.
    pub(crate) fn read<J: Json>(value: &J) -> Option<Self> {
        if let Some(text) = value.text() {
            return text.trim().parse().ok().map(|value| Self { value, spelling: Spelling::Text });
        }
        value.number().and_then(whole).map(|value| Self { value, spelling: Spelling::Number })
    }

    /// The count after `by` more, in the same spelling; `None` if the field cannot hold it exactly.
    pub(crate) fn plus(self, by: i64) -> Option<Self> {
        let value = self.value.checked_add(by)?;
        let fits = self.spelling == Spelling::Text || value <= MAX_EXACT;
        fits.then_some(Self { value, ..self })
    }

    /// The value in JSON.
    pub(crate) fn print(self) -> String {
        match self.spelling {
            Spelling::Text => format!("\"{}\"", self.value),
            Spelling::Number => self.value.to_string(),
        }
    }
}

impl Wish {
    /// The body that writes a count.
    pub(crate) fn values(&self, count: Count) -> String {
        format!("{{{}:{}}}", quote(&self.field), count.print())
    }

    /// The body of a new counter that gave out nothing yet.
    pub(crate) fn new_item(&self, spelling: Spelling) -> String {
        let count = Count { value: 0, spelling };
        format!("{{\"Title\":{},{}:{}}}", quote(&self.title), quote(&self.field), count.print())
    }

    /// The body of an increment.
    pub(crate) fn increment(&self) -> String {
        format!("{{\"field\":{},\"by\":{}}}", quote(&self.field), self.count)
    }

    /// The number to hand out, when `before` was read and `before + count` was written.
    pub(crate) const fn hand_out(&self, before: i64) -> i64 {
        match self.returns {
            Returns::Written => before.saturating_add(1),
            Returns::Read => before,
        }
    }

    /// A number as the caller gets it.
    pub(crate) fn print(&self, number: i64) -> String {
        format!("{number:0width$}", width = self.pad)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_text_and_numbers_and_nothing_else() {
        for (value, expected) in [
            (json!("3"), Some((3, Spelling::Text))),
            (json!(" 0003 "), Some((3, Spelling::Text))),
            (json!("-1"), Some((-1, Spelling::Text))),
            (json!(3), Some((3, Spelling::Number))),
            (json!(3.0), Some((3, Spelling::Number))),
            (json!("9223372036854775807"), Some((i64::MAX, Spelling::Text))),
            (json!(3.5), None),
            (json!("3.0"), None),
            (json!("AAAA-3"), None),
            (json!(""), None),
            (json!(null), None),
            (json!(true), None),
            (json!(["3"]), None),
            (json!(1e300), None),
        ] {
            let read = Count::read(&value).map(|count| (count.value, count.spelling));
            assert_eq!(read, expected, "{value}");
        }
    }

    #[test]
    fn writes_what_it_read() {
        let next = |value: serde_json::Value| Some(Count::read(&value)?.plus(1)?.print());
        assert_eq!(next(json!("3")).as_deref(), Some("\"4\""));
        assert_eq!(next(json!(3)).as_deref(), Some("4"));
        assert_eq!(next(json!(MAX_EXACT)), None);
        assert_eq!(next(json!(MAX_EXACT.to_string())).as_deref(), Some("\"9007199254740992\""));
        assert_eq!(next(json!("9223372036854775807")), None);
    }

    #[test]
    fn pads_and_never_cuts() {
        let wish = |pad, returns| Wish {
            list: "L".into(),
            title: "T".into(),
            field: "F".into(),
            pad,
            count: 1,
            create: false,
            returns,
            rounds: 1,
        };
        for (pad, returns, before, expected) in [
            (4, Returns::Written, 3, "0004"),
            (4, Returns::Read, 3, "0003"),
            (0, Returns::Written, 3, "4"),
            (4, Returns::Written, 123_456, "123457"),
            (4, Returns::Written, -3, "-002"),
        ] {
            let wish = wish(pad, returns);
            assert_eq!(wish.print(wish.hand_out(before)), expected);
        }
    }
}
