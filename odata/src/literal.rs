//! Literals of OData URLs: `'text'`, `42`, `4.5`, `true`, `null`, `datetime'…'`, `guid'…'`.

use std::fmt;

use uuid::Uuid;

use crate::Timestamp;
use crate::name::parse_guid;

/// A literal value in a URL.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number, with an optional suffix `L`.
    Integer(i64),
    /// A number with a fraction or an exponent, or with a suffix `M`, `F` or `D`; always finite.
    Number(f64),
    /// `'text'`, an apostrophe doubled.
    String(String),
    /// `datetime'2024-05-01T08:00:00Z'`.
    DateTime(Timestamp),
    /// `guid'7c1d0b52-…'`; braces within the quotes are accepted.
    Guid(Uuid),
}

/// The types whose literals are a word and a quoted text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TypedPrefix {
    /// `datetime'…'`.
    DateTime,
    /// `guid'…'`.
    Guid,
}

impl TypedPrefix {
    /// The type of that name, in any case.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        if word.eq_ignore_ascii_case("datetime") {
            Some(Self::DateTime)
        } else if word.eq_ignore_ascii_case("guid") {
            Some(Self::Guid)
        } else {
            None
        }
    }

    /// The value that the quoted text spells.
    pub(crate) fn value(self, inner: &str) -> Option<Literal> {
        match self {
            Self::DateTime => Timestamp::parse_iso(inner).ok().map(Literal::DateTime),
            Self::Guid => parse_guid(inner).map(Literal::Guid),
        }
    }
}

impl Literal {
    /// Parses a word that is a literal by itself: `null`, `true`, `false`.
    pub(crate) fn parse_word(word: &str) -> Option<Self> {
        match word {
            "null" => Some(Self::Null),
            "true" => Some(Self::Boolean(true)),
            "false" => Some(Self::Boolean(false)),
            _ => None,
        }
    }

    /// Parses `["-"] digits ["." digits] [("e" / "E") ["+" / "-"] digits] [suffix]`.
    ///
    /// A whole number beyond 64 bits becomes a `Number`, one beyond all bounds is none.
    pub(crate) fn parse_number(text: &str) -> Option<Self> {
        let (digits, suffix) = match text.as_bytes().last()? {
            b'0'..=b'9' => (text, None),
            last => (text.get(..text.len() - 1)?, Some(last.to_ascii_lowercase())),
        };
        let unsigned = digits.strip_prefix('-').unwrap_or(digits);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (unsigned, None),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (mantissa, None),
        };
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let exponent_digits = exponent.map(|part| part.strip_prefix(['+', '-']).unwrap_or(part));
        if !all_digits(whole) || ![fraction, exponent_digits].into_iter().flatten().all(all_digits) {
            return None;
        }
        let is_whole = fraction.is_none() && exponent.is_none();
        match suffix {
            None | Some(b'l') if is_whole => {
                if let Ok(number) = digits.parse() {
                    return Some(Self::Integer(number));
                }
            }
            None | Some(b'm' | b'f' | b'd') => {}
            Some(_) => return None,
        }
        digits.parse().ok().filter(|number: &f64| number.is_finite()).map(Self::Number)
    }

    /// Parses a text that is one literal as a whole, as the value of a parameter alias is.
    pub(crate) fn parse_whole(text: &str) -> Option<Self> {
        for quote in ['\'', '"'] {
            if let Some(inner) = text.strip_prefix(quote) {
                let twice = [quote, quote].iter().collect::<String>();
                return Some(Self::String(inner.strip_suffix(quote)?.replace(&twice, &quote.to_string())));
            }
        }
        if let Some((word, inner)) = text.split_once('\'') {
            return TypedPrefix::parse(word)?.value(inner.strip_suffix('\'')?);
        }
        Self::parse_word(text).or_else(|| Self::parse_number(text))
    }
}

/// Prints the literal so that it parses to an equal value.
impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Integer(value) => write!(f, "{value}"),
            // Debug keeps a mark that this is no whole number: 4.0, 1e300.
            Self::Number(value) => write!(f, "{value:?}"),
            Self::String(value) => write!(f, "'{}'", value.replace('\'', "''")),
            Self::DateTime(value) => write!(f, "datetime'{value}'"),
            Self::Guid(value) => write!(f, "guid'{value}'"),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Any literal whose text holds no U+0000, which paths refuse.
    pub(crate) fn any_literal() -> impl Strategy<Value = Literal> {
        prop_oneof![
            Just(Literal::Null),
            any::<bool>().prop_map(Literal::Boolean),
            any::<i64>().prop_map(Literal::Integer),
            any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(Literal::Number),
            "[^\0]{0,12}|[a'\"), /%]{0,8}".prop_map(Literal::String),
            (-62_135_596_800..=253_402_300_799_i64)
                .prop_map(|s| Literal::DateTime(Timestamp::from_unix(s).unwrap())),
            any::<u128>().prop_map(|bits| Literal::Guid(Uuid::from_u128(bits))),
        ]
    }

    #[test]
    fn reads_numbers() {
        use Literal::{Integer, Number};
        for (text, expected) in [
            ("0", Integer(0)),
            ("-5", Integer(-5)),
            ("42L", Integer(42)),
            ("42l", Integer(42)),
            ("-9223372036854775808", Integer(i64::MIN)),
            ("9223372036854775808", Number(9_223_372_036_854_775_808.0)),
            ("4.0", Number(4.0)),
            ("4.5m", Number(4.5)),
            ("4F", Number(4.0)),
            ("4d", Number(4.0)),
            ("1e3", Number(1000.0)),
            ("-1.5E-2", Number(-0.015)),
            ("1e+3D", Number(1000.0)),
        ] {
            assert_eq!(Literal::parse_number(text), Some(expected), "{text}");
        }
        for text in [
            "", "-", "+5", "5.", ".5", "1e", "1e+", "e3", "1ü", "ü", "1.5L", "1e3L", "1x", "--1", "1 ",
            "1e999", "inf", "NaN", "1_0", "0x1", "1.2.3", "1LL",
        ] {
            assert_eq!(Literal::parse_number(text), None, "{text}");
        }
    }

    #[test]
    fn prints_each_kind() {
        let guid = Uuid::from_u128(1);
        for (literal, text) in [
            (Literal::Null, "null"),
            (Literal::Boolean(true), "true"),
            (Literal::Integer(-5), "-5"),
            (Literal::Number(4.0), "4.0"),
            (Literal::Number(1e300), "1e300"),
            (Literal::String("Bob's".to_owned()), "'Bob''s'"),
            (Literal::DateTime(Timestamp::from_unix(0).unwrap()), "datetime'1970-01-01T00:00:00Z'"),
            (Literal::Guid(guid), "guid'00000000-0000-0000-0000-000000000001'"),
        ] {
            assert_eq!(literal.to_string(), text);
        }
    }

    #[test]
    fn reads_whole_texts() {
        assert_eq!(Literal::parse_whole("\"a\"\"b\""), Some(Literal::String("a\"b".to_owned())));
        assert_eq!(Literal::parse_whole("'It's'"), Some(Literal::String("It's".to_owned())));
        for text in ["", "'", "'a", "\"", "guid'x'", "guid'", "binary'00'", "True", "@v"] {
            assert_eq!(Literal::parse_whole(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_literal_survives_printing(literal in any_literal()) {
            prop_assert_eq!(Literal::parse_whole(&literal.to_string()), Some(literal));
        }

        #[test]
        fn no_text_panics(text in ".*", close in "[0-9eE.+'guid\"-LMü]{0,8}") {
            let _ = (Literal::parse_whole(&text), Literal::parse_number(&text));
            let _ = (Literal::parse_whole(&close), Literal::parse_number(&close));
        }
    }
}
