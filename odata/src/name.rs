//! The spelling of property names and GUIDs, shared by paths, queries and entity tags.

use uuid::Uuid;

/// Whether a character may begin a property's name.
pub(crate) fn begins_name(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

/// Whether a character may stand in a property's name.
pub(crate) fn continues_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// How many bytes of a property's name the text begins with.
pub(crate) fn name_length(text: &str) -> usize {
    if text.starts_with(begins_name) { text.find(|c| !continues_name(c)).unwrap_or(text.len()) } else { 0 }
}

/// Whether the text is a property's name.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty() && name_length(text) == text.len()
}

/// Parses a hyphenated GUID in any case, with or without braces.
pub(crate) fn parse_guid(text: &str) -> Option<Uuid> {
    let inner = match text.strip_prefix('{') {
        Some(rest) => rest.strip_suffix('}')?,
        None => text,
    };
    // The other spellings that the uuid crate knows (urn:, no hyphens) have other lengths.
    if inner.len() == 36 { Uuid::try_parse(inner).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in ["Title", "_x0031_st", "OData__UIVersion", "Größe", "名", "a1"] {
            assert!(is_name(name), "{name}");
        }
        for other in ["", "1a", "a b", "a.b", "a-b", "a/b", "a'", "$a", "*"] {
            assert!(!is_name(other), "{other}");
        }
    }

    #[test]
    fn guids() {
        let guid = Uuid::from_u128(0x7c1d_0b52_0000_4000_8000_0000_0000_00ab);
        let text = guid.to_string();
        for spelled in [text.clone(), text.to_uppercase(), format!("{{{text}}}")] {
            assert_eq!(parse_guid(&spelled), Some(guid), "{spelled}");
        }
        let bad = ["", "{", "{}", &format!("{{{text}"), &format!("{text}}}"), &text.replace('-', "")];
        for other in bad {
            assert_eq!(parse_guid(other), None, "{other}");
        }
        assert_eq!(parse_guid(&format!("urn:uuid:{text}")), None);
    }
}
