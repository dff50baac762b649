//! Percent-encoding, strict: a broken `%` or what is not UTF-8 is refused, never passed through.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

/// All but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The same within an OData literal, whose apostrophes stay readable.
const RESERVED_IN_LITERAL: &AsciiSet = &RESERVED.remove(b'\'');

/// Encodes everything but letters, digits and `-._~`.
pub(crate) fn encode(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, RESERVED)
}

/// Encodes a printed literal (its apostrophes are doubled already).
pub(crate) fn encode_literal(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, RESERVED_IN_LITERAL)
}

/// Decodes `%XX`; `None` where a `%` is broken or the result is not UTF-8.
pub(crate) fn decode(text: &str) -> Option<String> {
    String::from_utf8(decode_bytes(text, |byte| byte)?).ok()
}

/// Decodes a name or value of a query string: `%XX`, and `+` for a space.
pub(crate) fn decode_form(text: &str) -> Option<String> {
    String::from_utf8(decode_bytes(text, |byte| if byte == b'+' { b' ' } else { byte })?).ok()
}

/// Decodes `%XX`, handing what stands for itself to `plain`.
fn decode_bytes(text: &str, plain: impl Fn(u8) -> u8) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            _ => plain(byte),
        });
    }
    Some(decoded)
}

/// A path's text, decoded, that remembers which of its slashes separate segments.
#[derive(Clone, Debug)]
pub(crate) struct DecodedPath {
    /// The decoded text.
    pub(crate) text: String,
    /// Offsets of the slashes that were not percent-encoded, ascending.
    separators: Vec<usize>,
    /// Offsets of the segments that begin with a parenthesis that was not percent-encoded, ascending.
    parentheses: Vec<usize>,
}

impl DecodedPath {
    /// Decodes a raw path; `None` where a `%` is broken or the result is not UTF-8.
    pub(crate) fn parse(raw: &str) -> Option<Self> {
        let mut text = String::with_capacity(raw.len());
        let (mut separators, mut parentheses) = (Vec::new(), Vec::new());
        for (index, segment) in raw.split('/').enumerate() {
            if index > 0 {
                separators.push(text.len());
                text.push('/');
            }
            if segment.starts_with('(') {
                parentheses.push(text.len());
            }
            text.push_str(&decode(segment)?);
        }
        Some(Self { text, separators, parentheses })
    }

    /// Whether a segment at this offset begins with a parenthesis that was sent as such.
    pub(crate) fn begins_with_parenthesis(&self, offset: usize) -> bool {
        self.parentheses.binary_search(&offset).is_ok()
    }

    /// Whether a slash at this offset separates segments.
    pub(crate) fn is_separator(&self, offset: usize) -> bool {
        self.separators.binary_search(&offset).is_ok()
    }
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_strictly() {
        assert_eq!(decode("a%20b+%c3%BC").as_deref(), Some("a b+ü"));
        assert_eq!(decode_form("a%20b+%C3%BC%2B").as_deref(), Some("a b ü+"));
        for broken in ["%", "%4", "%zz", "%4g", "%+4", "%ff", "%c3", "100%"] {
            assert_eq!(decode(broken), None, "{broken}");
            assert_eq!(decode_form(broken), None, "{broken}");
        }
    }

    #[test]
    fn remembers_which_slashes_separate() {
        let path = DecodedPath::parse("%C3%BC/b%2Fc/").unwrap();
        assert_eq!(path.text, "ü/b/c/");
        let slashes: Vec<_> = (0..path.text.len()).filter(|at| path.is_separator(*at)).collect();
        assert_eq!(slashes, [2, 6]);
        assert!(DecodedPath::parse("a/%C3/%BC").is_none(), "a character does not span segments");
    }

    #[test]
    fn encodes_what_may_mean_something() {
        assert_eq!(encode("Bob's R&D/ü(~)").to_string(), "Bob%27s%20R%26D%2F%C3%BC%28~%29");
        assert_eq!(encode_literal("'Bob''s'").to_string(), "'Bob''s'");
    }
}
