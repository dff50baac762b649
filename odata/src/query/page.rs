//! `$top`, `$skip` and `$skiptoken`.

use std::fmt;

use super::QueryError;
use crate::encoding::{decode_form, encode};
use crate::excerpt::excerpt;

/// `$top`: how many rows a page has, at least 1 and at most [`Top::MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Top(u32);

impl Top {
    /// The largest page; a larger wish is cut down to it, as SharePoint does.
    pub const MAX: u32 = 5_000;
    /// The size of a page that names none.
    pub const DEFAULT: Self = Self(100);

    /// A page size; `None` for zero.
    #[must_use]
    pub fn new(rows: u64) -> Option<Self> {
        let rows = u32::try_from(rows).unwrap_or(Self::MAX).min(Self::MAX);
        (rows > 0).then_some(Self(rows))
    }

    /// The number of rows.
    #[must_use]
    pub const fn rows(self) -> u32 {
        self.0
    }
}

/// Which way a page lies from the row that its token names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Paging {
    /// The page follows the row.
    #[default]
    Forward,
    /// The page ends before the row (`PagedPrev=TRUE`); its rows stand in the query's order all the same.
    Backward,
}

/// Where a page begins: `Paged=TRUE&p_Title=P%2d101&p_ID=100`, the keys of the row before it; or, with
/// `PagedPrev=TRUE`, of the row after it.
///
/// As `p_ID` is the row's Id, no key can be named `ID` (in any case).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkipToken {
    /// Which way the page lies.
    pub paging: Paging,
    /// The Id of the row (`p_ID`).
    pub id: i64,
    /// The values of the order's keys in that row, by InternalName, in order (`p_<name>`), decoded;
    /// an empty text stands for null.
    pub keys: Vec<(String, String)>,
}

impl SkipToken {
    /// Parses a token's text, which is the value of `$skiptoken` after it was decoded once.
    pub fn parse(decoded: &str) -> Result<Self, QueryError> {
        let invalid = |reason: String| QueryError::Invalid { option: "$skiptoken", reason };
        let (mut paging, mut id, mut keys) = (Paging::Forward, None, Vec::new());
        for member in decoded.split('&') {
            let unreadable = || invalid(format!("'{}' cannot be read.", excerpt(member)));
            let (name, value) = member.split_once('=').ok_or_else(unreadable)?;
            let (name, value) = decode_form(name).zip(decode_form(value)).ok_or_else(unreadable)?;
            if name.eq_ignore_ascii_case("Paged") && value.eq_ignore_ascii_case("TRUE") {
                continue;
            }
            if name.eq_ignore_ascii_case("PagedPrev") && value.eq_ignore_ascii_case("TRUE") {
                paging = Paging::Backward;
                continue;
            }
            let key = name.strip_prefix("p_").or_else(|| name.strip_prefix("P_"));
            match key {
                Some(key) if key.eq_ignore_ascii_case("ID") && id.is_none() => {
                    let number = value.parse().ok().filter(|_| !value.starts_with('+'));
                    id = Some(number.ok_or_else(unreadable)?);
                }
                Some(key) if !key.is_empty() && !key.eq_ignore_ascii_case("ID") => {
                    keys.push((key.to_owned(), value));
                }
                _ => return Err(unreadable()),
            }
        }
        match id {
            Some(id) => Ok(Self { paging, id, keys }),
            None => Err(invalid("p_ID is missing.".to_owned())),
        }
    }
}

/// Prints the token's text; it has to be percent-encoded once more to become an option's value.
impl fmt::Display for SkipToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.paging {
            Paging::Forward => "Paged=TRUE",
            Paging::Backward => "Paged=TRUE&PagedPrev=TRUE",
        })?;
        for (name, value) in &self.keys {
            write!(f, "&p_{}={}", encode(name), encode(value))?;
        }
        write!(f, "&p_ID={}", self.id)
    }
}

/// The query of the page that a token names: the options of this one as they were sent, but for where it
/// began.
#[must_use]
pub fn next_page(raw_query: &str, token: &SkipToken) -> String {
    let begins = |member: &&str| {
        let name = member.split('=').next().and_then(decode_form).unwrap_or_default();
        ["$skiptoken", "$skip"].iter().any(|option| name.eq_ignore_ascii_case(option))
    };
    let mut query = format!("%24skiptoken={}", encode(&token.to_string()));
    for member in raw_query.split('&').filter(|m| !m.is_empty() && !begins(m)) {
        query.push('&');
        query.push_str(member);
    }
    query
}

/// Parses `$top`.
pub(super) fn parse_top(text: &str) -> Result<Top, String> {
    let rows = parse_digits(text).and_then(Top::new);
    rows.ok_or_else(|| format!("'{}' is not a whole number of at least 1.", excerpt(text)))
}

/// Parses `$skip`.
pub(super) fn parse_skip(text: &str) -> Result<u64, String> {
    let rows = parse_digits(text).filter(|rows| *rows < u64::MAX);
    rows.ok_or_else(|| format!("'{}' is not a whole number of at least 0.", excerpt(text)))
}

/// Parses digits; a number beyond 64 bits becomes the largest.
fn parse_digits(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn next_pages_keep_the_other_options() {
        let token = SkipToken { paging: Paging::Forward, id: 7, keys: vec![("Title".into(), "a&b".into())] };
        let query = next_page("$top=5&%24Skip=2&$filter=A+eq+1&%24skiptoken=x&_=1", &token);
        assert_eq!(
            query,
            "%24skiptoken=Paged%3DTRUE%26p_Title%3Da%2526b%26p_ID%3D7&$top=5&$filter=A+eq+1&_=1"
        );
        let read = super::super::QueryOptions::parse(&query).unwrap();
        assert_eq!(read.skip_token, Some(token));
        assert_eq!(read.skip, None);
    }

    #[test]
    fn page_sizes() {
        for (text, rows) in [
            ("1", 1),
            ("0100", 100),
            ("5000", 5_000),
            ("5001", 5_000),
            ("4294967297", 5_000),
            (&"9".repeat(40), 5_000),
        ] {
            assert_eq!(parse_top(text).map(Top::rows), Ok(rows), "{text}");
        }
        for text in ["", "0", "000", "abc", "-1", "+1", "1.5", " 1", "1 ", "٣"] {
            assert!(parse_top(text).is_err(), "{text}");
        }
        assert_eq!(Top::new(0), None);
        assert_eq!(Top::new(u64::MAX).map(Top::rows), Some(Top::MAX));
    }

    #[test]
    fn skips() {
        assert_eq!((parse_skip("0"), parse_skip("123456")), (Ok(0), Ok(123_456)));
        for text in ["", "abc", "-1", "+1", "1.5", &"9".repeat(40)] {
            assert!(parse_skip(text).is_err(), "{text}");
        }
    }

    #[test]
    fn skip_tokens() {
        let at = |paging, id, keys: &[(&str, &str)]| {
            let keys = keys.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect();
            Ok(SkipToken { paging, id, keys })
        };
        let token = |id, keys| at(Paging::Forward, id, keys);
        let before = |id, keys| at(Paging::Backward, id, keys);
        for (text, expected) in [
            ("Paged=TRUE&p_ID=100", token(100, &[])),
            ("paged=true&P_id=100", token(100, &[])),
            ("p_ID=-1", token(-1, &[])),
            ("Paged=TRUE&p_Title=P%2d101&p_ID=100", token(100, &[("Title", "P-101")])),
            ("Paged=TRUE&PagedPrev=TRUE&p_ID=100", before(100, &[])),
            ("pagedprev=true&p_Title=a&p_ID=7", before(7, &[("Title", "a")])),
            ("Paged=TRUE&p_ID=7&p_A=a+b%26c%3d&p_B=", token(7, &[("A", "a b&c="), ("B", "")])),
        ] {
            assert_eq!(SkipToken::parse(text), expected, "{text}");
        }
        for (text, reason) in [
            ("", "'' cannot be read."),
            ("Paged=TRUE", "p_ID is missing."),
            ("Paged=TRUE&p_ID=", "'p_ID=' cannot be read."),
            ("Paged=TRUE&p_ID=x", "'p_ID=x' cannot be read."),
            ("Paged=TRUE&p_ID=%2B1", "'p_ID=%2B1' cannot be read."),
            ("Paged=TRUE&p_ID=9223372036854775808", "'p_ID=9223372036854775808' cannot be read."),
            ("Paged=TRUE&p_ID=1&p_ID=2", "'p_ID=2' cannot be read."),
            ("Paged=FALSE&p_ID=1", "'Paged=FALSE' cannot be read."),
            ("Paged=TRUE&PagedPrev=FALSE&p_ID=1", "'PagedPrev=FALSE' cannot be read."),
            ("Paged=TRUE&PagedPrev=TRUE", "p_ID is missing."),
            ("Paged=TRUE&p_ID=1&x=1", "'x=1' cannot be read."),
            ("Paged=TRUE&p_ID=1&p_=1", "'p_=1' cannot be read."),
            ("Paged=TRUE&p_ID=1&p_A=%zz", "'p_A=%zz' cannot be read."),
            ("Paged=TRUE&p_ID=1&", "'' cannot be read."),
        ] {
            let expected = QueryError::Invalid { option: "$skiptoken", reason: reason.to_owned() };
            assert_eq!(SkipToken::parse(text), Err(expected));
        }
    }

    proptest! {
        #[test]
        fn any_token_survives_printing(
            backward: bool,
            id: i64,
            keys in proptest::collection::vec(("[A-Za-z_ü][A-Za-z0-9_ü]{2,8}", ".*"), 0..3),
        ) {
            let paging = if backward { Paging::Backward } else { Paging::Forward };
            let token = SkipToken { paging, id, keys };
            prop_assert_eq!(SkipToken::parse(&token.to_string()), Ok(token));
        }
    }
}
