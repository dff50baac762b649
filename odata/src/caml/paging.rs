//! `PagingInfo` of `ListItemCollectionPosition`, and `Paging` of `RenderListDataAsStream`:
//! `Paged=TRUE&p_Title=P%2d101&p_ID=100&PageFirstRow=21`.
//!
//! It is a `$skiptoken` with a few words round it. A client writes such texts itself, and encodes nothing: so `+` is
//! a plus, a `%` that begins no code is a percent sign, and `&` ends a value only where a name follows.

use crate::encoding::decode;
use crate::excerpt::excerpt;
use crate::query::{Paging, SkipToken};

/// Where a page begins, and how many rows are before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PagingInfo {
    /// The row that the page follows, or lies before.
    pub token: SkipToken,
    /// The number of the page's first row (`PageFirstRow`), from 1; a client's word, for numbers that are shown.
    pub first_row: Option<u32>,
}

/// Why a `PagingInfo` cannot be read: 400.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The paging information '{text}' is not valid.")]
pub struct PagingError {
    /// What was read, cut to a printable length.
    pub text: String,
}

/// Words that say nothing of where a page begins.
const IGNORED: [&str; 5] = ["View", "RootFolder", "FolderCTID", "SortField", "SortDir"];

impl PagingInfo {
    /// Parses it, with or without `?` before it; `None` for an empty text, which is the first page.
    pub fn parse(text: &str) -> Result<Option<Self>, PagingError> {
        let wrong = || PagingError { text: excerpt(text) };
        let inner = text.trim().trim_start_matches(['?', '&']);
        if inner.is_empty() {
            return Ok(None);
        }
        let mut paging = Paging::Forward;
        let (mut id, mut first_row, mut keys) = (None, None, Vec::new());
        for (name, value) in members(inner) {
            let key = name.get(..2).filter(|p| p.eq_ignore_ascii_case("p_")).and_then(|_| name.get(2..));
            match key {
                Some(key) if key.eq_ignore_ascii_case("ID") && id.is_none() => {
                    id = Some(value.parse().ok().filter(|_| !value.starts_with('+')).ok_or_else(wrong)?);
                }
                Some(key) if !key.is_empty() && !key.eq_ignore_ascii_case("ID") => {
                    keys.push((decoded(key), decoded(&value)));
                }
                Some(_) => return Err(wrong()),
                None if name.eq_ignore_ascii_case("Paged") => {
                    let yes = value.eq_ignore_ascii_case("TRUE");
                    yes.then_some(()).ok_or_else(wrong)?;
                }
                None if name.eq_ignore_ascii_case("PagedPrev") => {
                    let yes = value.eq_ignore_ascii_case("TRUE");
                    yes.then(|| paging = Paging::Backward).ok_or_else(wrong)?;
                }
                None if name.eq_ignore_ascii_case("PageFirstRow") => {
                    first_row = Some(value.parse().ok().filter(|n| *n > 0).ok_or_else(wrong)?);
                }
                None if is_ignored(&name) => {}
                None => return Err(wrong()),
            }
        }
        let id = id.ok_or_else(wrong)?;
        Ok(Some(Self { token: SkipToken { paging, id, keys }, first_row }))
    }
}

/// Leaves of a raw query string what tells where a page begins, if anything does.
#[must_use]
pub fn paging_of_query(raw_query: &str) -> Option<String> {
    let is_paging = |part: &&str| part.split_once('=').is_some_and(|(name, _)| begins_page(name));
    let parts: Vec<&str> = raw_query.split('&').filter(is_paging).collect();
    (!parts.is_empty()).then(|| parts.join("&"))
}

fn is_ignored(name: &str) -> bool {
    IGNORED.iter().any(|known| known.eq_ignore_ascii_case(name)) || name.starts_with("Filter")
}

fn is_name(name: &str) -> bool {
    begins_page(name) || is_ignored(name)
}

fn begins_page(name: &str) -> bool {
    name.get(..2).is_some_and(|p| p.eq_ignore_ascii_case("p_"))
        || ["Paged", "PagedPrev", "PageFirstRow"].iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The members, each a name and a value. What no known name begins belongs to the value of the key before.
fn members(text: &str) -> Vec<(String, String)> {
    let mut members: Vec<(String, String)> = Vec::new();
    for part in text.split('&') {
        match (part.split_once('='), members.last_mut()) {
            (Some((name, value)), _) if is_name(name) => members.push((name.to_owned(), value.to_owned())),
            (_, Some((name, value))) if name.starts_with("p_") && !name.eq_ignore_ascii_case("p_ID") => {
                value.push('&');
                value.push_str(part);
            }
            (split, _) => {
                let (name, value) = split.unwrap_or((part, ""));
                if !part.is_empty() {
                    members.push((name.to_owned(), value.to_owned()));
                }
            }
        }
    }
    members
}

/// `%XX` undone, where all of it can be.
fn decoded(text: &str) -> String {
    decode(text).unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Told = (Paging, i64, Vec<(String, String)>, Option<u32>);

    fn info(text: &str) -> Option<Told> {
        let read = PagingInfo::parse(text).unwrap();
        read.map(|info| (info.token.paging, info.token.id, info.token.keys, info.first_row))
    }

    fn keys(keys: &[(&str, &str)]) -> Vec<(String, String)> {
        keys.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_clients_send_is_read() {
        use Paging::{Backward, Forward};
        for (text, expected) in [
            ("", None),
            (" ", None),
            ("Paged=TRUE&p_ID=3", Some((Forward, 3, keys(&[]), None))),
            (
                "?Paged=TRUE&p_ID=20&PageFirstRow=21&View=00000000-0000-0000-0000-000000000000",
                Some((Forward, 20, keys(&[]), Some(21))),
            ),
            ("?&&Paged=TRUE&PagedPrev=TRUE&p_ID=21&PageFirstRow=1", Some((Backward, 21, keys(&[]), Some(1)))),
            ("Paged=TRUE&p_Title=P%2d101&p_ID=7", Some((Forward, 7, keys(&[("Title", "P-101")]), None))),
            // As a client writes them that encodes nothing.
            ("Paged=TRUE&p_Title=a+b&p_ID=7", Some((Forward, 7, keys(&[("Title", "a+b")]), None))),
            ("Paged=TRUE&p_Title=50% off&p_ID=7", Some((Forward, 7, keys(&[("Title", "50% off")]), None))),
            ("Paged=TRUE&p_Title=a&b=c&p_ID=7", Some((Forward, 7, keys(&[("Title", "a&b=c")]), None))),
            ("Paged=TRUE&p_Title=&p_ID=7", Some((Forward, 7, keys(&[("Title", "")]), None))),
        ] {
            assert_eq!(info(text), expected, "{text}");
        }
    }

    #[test]
    fn what_names_no_row_is_refused() {
        for text in [
            "Paged=TRUE",
            "p_ID=x",
            "p_ID=",
            "p_ID=+1",
            "p_ID=1&p_ID=2",
            "Paged=FALSE&p_ID=1",
            "p_ID=1&PageFirstRow=0",
            "p_ID=1&PageFirstRow=x",
            "p_ID=1&x=1",
            "p_ID=9223372036854775808",
            "p_=1&p_ID=1",
            "x",
            "ü",
        ] {
            assert!(PagingInfo::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_token_is_read_as_it_is_printed(
            backward: bool,
            id: i64,
            keys in proptest::collection::vec(("[A-Za-z_ü][A-Za-z0-9_/ü]{2,8}", ".*"), 0..3),
        ) {
            let paging = if backward { Paging::Backward } else { Paging::Forward };
            let token = SkipToken { paging, id, keys };
            let read = PagingInfo::parse(&token.to_string()).unwrap().unwrap();
            prop_assert_eq!(read.token, token);
        }

        #[test]
        fn no_text_panics(text in ".*", near in "(Paged|p_|ID|=|&|%|TRUE|PageFirstRow|[0-9ü]){0,12}") {
            let _ = (PagingInfo::parse(&text), PagingInfo::parse(&near));
        }
    }
}
