//! The boundary that a Content-Type names.

use crate::media_type::{parameter, split_unquoted};

/// The longest that a boundary is (RFC 2046 section 5.1.1).
const LONGEST: usize = 70;

/// Whether a Content-Type is that of a batch in parts.
#[must_use]
pub fn is_multipart(content_type: &str) -> bool {
    is(content_type, "multipart/mixed")
}

/// Whether a Content-Type is of a type, whatever its parameters.
pub(super) fn is(content_type: &str, name: &str) -> bool {
    split_unquoted(content_type, ';').next().is_some_and(|t| t.trim().eq_ignore_ascii_case(name))
}

/// The boundary of a multipart Content-Type, with or without quotes.
pub(super) fn of(content_type: &str) -> Option<String> {
    if !is_multipart(content_type) {
        return None;
    }
    let mut named = split_unquoted(content_type, ';')
        .skip(1)
        .filter_map(parameter)
        .filter(|(name, _)| name == "boundary");
    let (_, boundary) = named.next()?;
    // Two would be two readings of one body.
    if named.next().is_some() {
        return None;
    }
    is_boundary(&boundary).then_some(boundary)
}

/// Whether a text can be a boundary: RFC 2046 section 5.1.1, and what else clients put there that is printable.
pub(super) fn is_boundary(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_graphic() || b == b' ')
        && !text.ends_with(' ')
}
