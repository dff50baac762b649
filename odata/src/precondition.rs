//! Preconditions (RFC 9110 section 13; OData; SharePoint): what a request says about the state
//! that it wants to find.

use uuid::Uuid;

use crate::excerpt::excerpt;
use crate::{EntityTag, Timestamp, Version};

/// The value of `If-Match` or `If-None-Match`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagCondition {
    /// `*`.
    Any,
    /// A list of entity tags, never empty.
    Tags(Vec<EntityTag>),
}

/// A condition header that cannot be read. It is refused with 400, never taken as absent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the header {header} has a value that cannot be read: '{value}'")]
pub struct HeaderError {
    /// The header's name as the standard spells it.
    pub header: &'static str,
    /// The value, cut to a printable length.
    pub value: String,
}

/// All conditions of one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preconditions {
    /// `If-Match`.
    pub if_match: Option<TagCondition>,
    /// `If-Unmodified-Since`.
    pub if_unmodified_since: Option<Timestamp>,
    /// `If-None-Match`.
    pub if_none_match: Option<TagCondition>,
    /// `If-Modified-Since`.
    pub if_modified_since: Option<Timestamp>,
}

/// The state of the resource that conditions are held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selected {
    /// The item's GUID.
    pub guid: Uuid,
    /// Its present version.
    pub version: Version,
    /// When that version was written, in whole seconds.
    pub modified: Timestamp,
    /// Whether an earlier version was written within the same second, or may have been.
    /// Only looked at where [`Preconditions::asks_about_second`] says so.
    pub shares_second: bool,
}

/// What the conditions say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Do what the method asks.
    Proceed,
    /// Answer 304 (reads only).
    NotModified,
    /// Answer 412 and change nothing.
    Failed(Failed),
}

/// Which condition failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failed {
    /// `If-Match`.
    IfMatch,
    /// `If-Unmodified-Since`.
    IfUnmodifiedSince,
    /// `If-None-Match`.
    IfNoneMatch,
}

impl TagCondition {
    /// Parses all lines of one header; `None` where there is no line.
    ///
    /// Several lines are one list. An empty value, `*` within a list, and whatever is not a list of
    /// tags is an error.
    pub fn parse<'a>(
        header: &'static str,
        lines: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Option<Self>, HeaderError> {
        // Bytes that are not UTF-8 become U+FFFD: legal within a tag's quotes, an error elsewhere.
        let lines: Vec<_> = lines.into_iter().map(String::from_utf8_lossy).collect();
        if lines.is_empty() {
            return Ok(None);
        }
        let unreadable = || HeaderError { header, value: excerpt(&lines.join(", ")) };
        if let [line] = lines.as_slice()
            && line.trim_matches([' ', '\t']) == "*"
        {
            return Ok(Some(Self::Any));
        }
        // Each line by itself, so that a quote left open in one is not closed by the next.
        let mut tags = Vec::new();
        for line in &lines {
            tags.extend(EntityTag::parse_members(line).ok_or_else(unreadable)?);
        }
        if tags.is_empty() { Err(unreadable()) } else { Ok(Some(Self::Tags(tags))) }
    }

    /// The newest version named that is older than `present`, if any is.
    #[must_use]
    pub fn newest_named_before(&self, guid: Uuid, present: Version) -> Option<Version> {
        self.tags()
            .iter()
            .filter_map(|tag| match tag {
                EntityTag::Version(version) => Some(*version),
                EntityTag::ItemVersion { guid: item, version } if *item == guid => Some(*version),
                _ => None,
            })
            .filter(|version| *version < present)
            .max()
    }

    /// Whether the condition's tags (or `*`) include this state; `None` is a resource that does not
    /// exist, which only the tag "must not exist" names.
    #[must_use]
    pub fn includes(&self, selected: Option<&Selected>) -> bool {
        match selected {
            Some(state) => {
                *self == Self::Any || self.tags().iter().any(|tag| tag.names(state.guid, state.version))
            }
            None => self.tags().contains(&EntityTag::MustNotExist),
        }
    }

    /// Whether this, as `If-None-Match` of a write, forbids to change the existing resource.
    ///
    /// There the tag "must not exist" says what `*` says: create only.
    fn forbids(&self, state: &Selected) -> bool {
        self.includes(Some(state)) || self.tags().contains(&EntityTag::MustNotExist)
    }

    fn tags(&self) -> &[EntityTag] {
        match self {
            Self::Any => &[],
            Self::Tags(tags) => tags,
        }
    }
}

impl Preconditions {
    /// Whether no condition was sent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a date condition names exactly the second in which the present version was written,
    /// so that [`Selected::shares_second`] has to be known.
    #[must_use]
    pub fn asks_about_second(&self, modified: Timestamp) -> bool {
        [self.if_unmodified_since, self.if_modified_since].contains(&Some(modified))
    }

    /// Evaluates the conditions of a GET or HEAD, in the order of RFC 9110 section 13.2.2.
    #[must_use]
    pub fn for_read(&self, selected: &Selected) -> Outcome {
        if let Some(failed) = self.failed_match(Some(selected)) {
            return Outcome::Failed(failed);
        }
        let unchanged = match (&self.if_none_match, self.if_modified_since) {
            (Some(condition), _) => condition.includes(Some(selected)),
            (None, Some(date)) => {
                selected.modified < date || selected.modified == date && !selected.shares_second
            }
            (None, None) => false,
        };
        if unchanged { Outcome::NotModified } else { Outcome::Proceed }
    }

    /// Evaluates the conditions of a write; `None` is a resource that does not exist.
    ///
    /// `If-Modified-Since` is for reads only and is not looked at. Never [`Outcome::NotModified`].
    #[must_use]
    pub fn for_write(&self, selected: Option<&Selected>) -> Outcome {
        if let Some(failed) = self.failed_match(selected) {
            return Outcome::Failed(failed);
        }
        match (&self.if_none_match, selected) {
            (Some(condition), Some(state)) if condition.forbids(state) => {
                Outcome::Failed(Failed::IfNoneMatch)
            }
            _ => Outcome::Proceed,
        }
    }

    /// `If-Match`, or in its absence `If-Unmodified-Since`.
    ///
    /// A second is room for two versions, so that one that shares its second fails. A date says
    /// nothing about what does not exist.
    fn failed_match(&self, selected: Option<&Selected>) -> Option<Failed> {
        if let Some(condition) = &self.if_match {
            return (!condition.includes(selected)).then_some(Failed::IfMatch);
        }
        let (date, state) = self.if_unmodified_since.zip(selected)?;
        let changed = state.modified > date || state.modified == date && state.shares_second;
        changed.then_some(Failed::IfUnmodifiedSince)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GUID: Uuid = Uuid::from_u128(0xab);
    const ZERO: &str = "00000000-0000-0000-0000-000000000000";

    fn parse(lines: &[&str]) -> Result<Option<TagCondition>, HeaderError> {
        TagCondition::parse("If-Match", lines.iter().map(|line| line.as_bytes()))
    }

    fn tags(text: &str) -> Option<TagCondition> {
        parse(&[text]).unwrap()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_unix(second).unwrap()
    }

    /// Version 3, written at second 100.
    fn present(shares_second: bool) -> Selected {
        Selected { guid: GUID, version: Version::new(3), modified: at(100), shares_second }
    }

    #[test]
    fn keeps_absent_any_tags_and_unreadable_apart() {
        assert_eq!(parse(&[]), Ok(None));
        assert_eq!(parse(&[" * "]), Ok(Some(TagCondition::Any)));
        assert_eq!(parse(&["\"1\"", "", "2, 3"]), Ok(tags("\"1\",2,3")));
        for lines in [
            &[""][..],
            &[",", " "],
            &["*, \"3\""],
            &["*", "\"3\""],
            &["*", "*"],
            &["garbage"],
            &["\"3\"", "garbage"],
            &["\"a", "b\""],
        ] {
            let error = parse(lines).unwrap_err();
            assert_eq!((error.header, error.value), ("If-Match", lines.join(", ")));
        }
        let bytes = |line: &'static [u8]| TagCondition::parse("If-Match", [line]);
        assert_eq!(
            bytes(b"\"\xff\""),
            Ok(Some(TagCondition::Tags(vec![EntityTag::Foreign("\u{fffd}".into())])))
        );
        assert!(bytes(b"\xff").is_err() && bytes(b"3\xff").is_err() && bytes(b"\"3\"\xff").is_err());
    }

    #[test]
    fn finds_the_newest_version_named_before() {
        let other = Uuid::from_u128(0xcd);
        for (text, expected) in [
            ("1, 2, 7".to_owned(), Some(2)),
            (format!("1, \"{GUID},2\""), Some(2)),
            (format!("1, \"{other},2\""), Some(1)),
            (format!("3, {ZERO}, \"x\""), None),
            ("*".to_owned(), None),
        ] {
            let found = tags(&text).unwrap().newest_named_before(GUID, Version::new(3));
            assert_eq!(found, expected.map(Version::new), "{text}");
        }
    }

    /// One row a header and value; then what a write to the present item, a write to an absent one,
    /// and a read say: `+` proceed, `=` not modified, `m`, `u`, `n` the condition that failed.
    #[test]
    fn truth_table() {
        const ITEM: &str = "\"000000ab-0000-0000-0000-000000000000,3\"";
        let mine = format!("\"{GUID},3\"");
        let (zero, zero_or_3) = (ZERO.to_owned(), format!("{ZERO}, 3"));
        for (if_match, if_none_match, expected) in [
            ("", "", "+++"),
            ("3", "", "+m+"),
            ("W/\"3\"", "", "+m+"),
            ("2, 3", "", "+m+"),
            (&mine, "", "+m+"),
            (ITEM, "", "mmm"),
            ("2", "", "mmm"),
            ("\"x\"", "", "mmm"),
            ("*", "", "+m+"),
            (&zero, "", "m+m"),
            (&zero_or_3, "", "+++"),
            ("", "3", "n+="),
            ("", "W/\"3\"", "n+="),
            ("", &mine, "n+="),
            ("", "2", "+++"),
            ("", "*", "n+="),
            ("", &zero, "n++"),
            ("3", "3", "nm="),
            ("2", "3", "mmm"),
            ("3", "2", "+m+"),
            (&zero, "*", "m+m"),
        ] {
            let header = |text: &str| if text.is_empty() { None } else { tags(text) };
            // A date decides nothing where the tag header that outranks it is present.
            let (late, early) = (Some(at(0)), Some(at(999)));
            let conditions = Preconditions {
                if_match: header(if_match),
                if_unmodified_since: if if_match.is_empty() { None } else { late },
                if_none_match: header(if_none_match),
                if_modified_since: if if_none_match.is_empty() { None } else { early },
            };
            assert_eq!(
                row(&conditions, false),
                expected,
                "If-Match {if_match}, If-None-Match {if_none_match}"
            );
        }
    }

    #[test]
    fn truth_table_of_dates() {
        for (date, shares_second, unmodified_since, modified_since) in [
            (99, false, "u+u", "+++"),
            (100, false, "+++", "++="),
            (100, true, "u+u", "+++"),
            (101, false, "+++", "++="),
            (101, true, "+++", "++="),
        ] {
            let unmodified = Preconditions { if_unmodified_since: Some(at(date)), ..Default::default() };
            assert_eq!(row(&unmodified, shares_second), unmodified_since, "{date} {shares_second}");
            let modified = Preconditions { if_modified_since: Some(at(date)), ..Default::default() };
            assert_eq!(row(&modified, shares_second), modified_since, "{date} {shares_second}");
            for conditions in [unmodified, modified] {
                assert_eq!(conditions.asks_about_second(at(100)), date == 100);
                assert!(!conditions.is_empty());
            }
        }
        assert!(Preconditions::default().is_empty());
        assert!(!Preconditions::default().asks_about_second(at(100)));
    }

    fn row(conditions: &Preconditions, shares_second: bool) -> String {
        let state = present(shares_second);
        [conditions.for_write(Some(&state)), conditions.for_write(None), conditions.for_read(&state)]
            .map(|outcome| match outcome {
                Outcome::Proceed => '+',
                Outcome::NotModified => '=',
                Outcome::Failed(Failed::IfMatch) => 'm',
                Outcome::Failed(Failed::IfUnmodifiedSince) => 'u',
                Outcome::Failed(Failed::IfNoneMatch) => 'n',
            })
            .iter()
            .collect()
    }

    proptest! {
        #[test]
        fn no_bytes_panic_or_vanish(lines in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..20), 1..3)) {
            let parsed = TagCondition::parse("If-Match", lines.iter().map(Vec::as_slice));
            prop_assert_ne!(parsed, Ok(None));
        }
    }
}
