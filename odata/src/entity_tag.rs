//! Entity tags: the version of an item or a list, as HTTP writes it (RFC 9110 section 8.8.3).

use std::fmt;

use uuid::Uuid;

use crate::excerpt::excerpt;
use crate::name::parse_guid;

/// The version of an item or a list: a whole number that rises by one with each write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u64);

impl Version {
    /// The version that a new item has.
    pub const FIRST: Self = Self(1);

    /// The version with this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The version's number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The version that the next write makes.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// Prints the strong entity tag, quotes included: `"3"`.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

/// An entity tag that a client named in a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntityTag {
    /// `"3"`, `3` or `W/"3"`: a version, whoever's it is.
    Version(Version),
    /// `"<guid>,3"`: a version of the item with that GUID.
    ItemVersion {
        /// The item's GUID.
        guid: Uuid,
        /// Its version.
        version: Version,
    },
    /// The all-zero GUID: "must not exist", as document stores use it.
    MustNotExist,
    /// A well-formed tag that is none of ours, so that it never matches. Holds the opaque text.
    Foreign(String),
}

/// Why a text is not a list of entity tags.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not an entity tag")]
pub struct EntityTagError {
    /// What was read, cut to a printable length.
    pub text: String,
}

impl EntityTag {
    /// Parses the members of one `If-Match` or `If-None-Match` field value other than `*`.
    ///
    /// Quotes are tracked, as a comma may stand inside a tag.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, EntityTagError> {
        match Self::parse_members(text) {
            Some(tags) if !tags.is_empty() => Ok(tags),
            _ => Err(EntityTagError { text: excerpt(text) }),
        }
    }

    /// Whether this tag names that state of the item `guid`.
    ///
    /// Our tags name a state and not bytes, so weak and strong comparison agree.
    #[must_use]
    pub fn names(&self, guid: Uuid, version: Version) -> bool {
        match self {
            Self::Version(named) => *named == version,
            Self::ItemVersion { guid: item, version: named } => *item == guid && *named == version,
            Self::MustNotExist | Self::Foreign(_) => false,
        }
    }

    /// The members of a list that may have none; empty members are ignored. `None` if unreadable.
    pub(crate) fn parse_members(text: &str) -> Option<Vec<Self>> {
        let mut tags = Vec::new();
        let mut rest = text.trim_start_matches(SEPARATORS);
        while !rest.is_empty() {
            let (tag, after) = Self::parse_first(rest)?;
            tags.push(tag);
            let after = after.trim_start_matches(WHITESPACE);
            if !after.is_empty() && !after.starts_with(',') {
                return None;
            }
            rest = after.trim_start_matches(SEPARATORS);
        }
        Some(tags)
    }

    fn parse_first(text: &str) -> Option<(Self, &str)> {
        let unweakened = text.strip_prefix("W/").unwrap_or(text);
        if let Some(quoted) = unweakened.strip_prefix('"') {
            let (opaque, rest) = quoted.split_once('"')?;
            // The etagc of RFC 9110: no spaces, no control characters.
            let legal = opaque.chars().all(|c| !c.is_ascii() || c.is_ascii_graphic());
            return legal.then(|| (Self::from_opaque(opaque), rest));
        }
        let end = text.find([',', ' ', '\t']).unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        let Some(guid) = parse_guid(word) else {
            return Some((Self::Version(parse_version(word)?), rest));
        };
        // An unquoted `<guid>,3` is one tag: as two it would name version 3 of any item.
        if let Some(number) = rest.strip_prefix(',').filter(|number| number.starts_with(is_digit)) {
            let (number, rest) = number.split_at(number.find(|c| !is_digit(c)).unwrap_or(number.len()));
            return Some((Self::ItemVersion { guid, version: parse_version(number)? }, rest));
        }
        Some((Self::from_opaque(word), rest))
    }

    fn from_opaque(opaque: &str) -> Self {
        if let Some(version) = parse_version(opaque) {
            return Self::Version(version);
        }
        if parse_guid(opaque).is_some_and(|guid| guid.is_nil()) {
            return Self::MustNotExist;
        }
        let parts = opaque.split_once(',');
        match parts.and_then(|(guid, number)| Some((parse_guid(guid)?, parse_version(number)?))) {
            Some((guid, version)) => Self::ItemVersion { guid, version },
            None => Self::Foreign(opaque.to_owned()),
        }
    }
}

const WHITESPACE: [char; 2] = [' ', '\t'];
const SEPARATORS: [char; 3] = [' ', '\t', ','];

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// A version as we print it: no sign, no leading zero, 64 bits.
fn parse_version(text: &str) -> Option<Version> {
    let canonical = text == "0" || text.starts_with(is_digit) && !text.starts_with('0');
    if canonical { text.parse().ok().map(Version) } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GUID: Uuid = Uuid::from_u128(0xb7f0_0000_0000_4000_8000_0000_0000_00ab);
    const G: &str = "b7f00000-0000-4000-8000-0000000000ab";
    const ZERO: &str = "00000000-0000-0000-0000-000000000000";

    fn version(number: u64) -> EntityTag {
        EntityTag::Version(Version::new(number))
    }

    fn item(number: u64) -> EntityTag {
        EntityTag::ItemVersion { guid: GUID, version: Version::new(number) }
    }

    fn foreign(text: &str) -> EntityTag {
        EntityTag::Foreign(text.to_owned())
    }

    #[track_caller]
    fn check(text: &str, expected: &[EntityTag]) {
        assert_eq!(EntityTag::parse_list(text).as_deref(), Ok(expected), "{text}");
    }

    #[test]
    fn reads_versions() {
        for text in ["\"3\"", "3", "W/\"3\"", "  3\t", ",, \"3\" ,"] {
            check(text, &[version(3)]);
        }
        check("\"0\"", &[version(0)]);
        check("18446744073709551615", &[version(u64::MAX)]);
        check("\"1\",2 , W/\"3\"", &[version(1), version(2), version(3)]);
    }

    #[test]
    fn reads_versions_of_an_item() {
        let upper = G.to_uppercase();
        for text in [
            format!("\"{G},3\""),
            format!("W/\"{G},3\""),
            format!("\"{{{upper}}},3\""),
            format!("{G},3"),
            format!("{{{G}}},3"),
        ] {
            check(&text, &[item(3)]);
        }
        check(&format!("{G},3,4"), &[item(3), version(4)]);
        check(&format!("{G}, 3"), &[foreign(G), version(3)]);
        check(&format!("{G},\"3\""), &[foreign(G), version(3)]);
    }

    #[test]
    fn reads_guids_alone() {
        for text in [ZERO.to_owned(), format!("\"{ZERO}\""), format!("W/\"{{{ZERO}}}\"")] {
            check(&text, &[EntityTag::MustNotExist]);
        }
        check(&format!("\"{G}\",{G}"), &[foreign(G), foreign(G)]);
    }

    #[test]
    fn tells_foreign_tags_from_broken_ones() {
        for opaque in [
            "{7A1B},3",
            "",
            "abc",
            "03",
            "+3",
            "-1",
            "3.0",
            "18446744073709551616",
            "*",
            "ü",
            "a'\\b",
            &format!("{G},03"),
        ] {
            check(&format!("\"{opaque}\""), &[foreign(opaque)]);
            check(&format!("1, W/\"{opaque}\",\"2\""), &[version(1), foreign(opaque), version(2)]);
        }
        for text in [
            "",
            " ",
            ",",
            " , ,",
            "*",
            "\"3\",*",
            "garbage",
            "03",
            "+3",
            "-1",
            "18446744073709551616",
            "w/\"3\"",
            "W/3",
            "W/",
            "W/ \"3\"",
            "\"",
            "\"3",
            "3\"",
            "\"3\"x",
            "\"3\"\"4\"",
            "\"3\" \"4\"",
            "3 4",
            "\"a b\"",
            "\"a\tb\"",
            "\"a\u{7f}b\"",
            "\"3\",garbage",
            "ü",
            "\u{a0}3",
            "'3'",
            &format!("{G},03"),
            &format!("{G},3x"),
            &format!("{{{G},3"),
        ] {
            let error = EntityTag::parse_list(text).expect_err(text);
            assert_eq!(error.text, excerpt(text));
        }
    }

    #[test]
    fn names_one_state() {
        let other = Uuid::from_u128(1);
        let three = Version::new(3);
        for (tag, same, other_item, other_version) in [
            (version(3), true, true, false),
            (item(3), true, false, false),
            (EntityTag::MustNotExist, false, false, false),
            (foreign("3"), false, false, false),
        ] {
            assert_eq!(tag.names(GUID, three), same, "{tag:?}");
            assert_eq!(tag.names(other, three), other_item, "{tag:?}");
            assert_eq!(tag.names(GUID, three.next()), other_version, "{tag:?}");
        }
    }

    proptest! {
        #[test]
        fn any_version_survives_printing(number: u64) {
            let printed = Version::new(number).to_string();
            prop_assert_eq!(EntityTag::parse_list(&printed), Ok(vec![version(number)]));
        }

        #[test]
        fn no_text_panics(text in ".*", close in "[\"W/,3 *{}a-f0-9ü-]{0,60}") {
            let _ = (EntityTag::parse_list(&text), EntityTag::parse_list(&close));
        }
    }
}
