//! `$orderby`.

use super::Property;
use super::property::parse_list;
use crate::excerpt::excerpt;

/// Which way an order goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    /// `asc`, the default.
    #[default]
    Ascending,
    /// `desc`.
    Descending,
}

impl Direction {
    /// The other way.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}

/// One key of `$orderby`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderBy {
    /// The property to order by.
    pub property: Property,
    /// Which way.
    pub direction: Direction,
}

/// Parses `Modified desc,Title`.
pub(super) fn parse_order_by(text: &str) -> Result<Vec<OrderBy>, String> {
    parse_list(text, |member, offset| {
        let (name, direction) = match member.split_once(char::is_whitespace) {
            None => (member, Direction::Ascending),
            Some((name, word)) if word.trim().eq_ignore_ascii_case("asc") => (name, Direction::Ascending),
            Some((name, word)) if word.trim().eq_ignore_ascii_case("desc") => (name, Direction::Descending),
            Some((_, word)) => return Err(format!("'{}' is neither asc nor desc.", excerpt(word.trim()))),
        };
        Ok(OrderBy { property: Property::parse(name, offset)?, direction })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_and_directions() {
        let found = parse_order_by("Modified desc, Author/Title ASC,Id").unwrap();
        let described: Vec<_> = found
            .iter()
            .map(|key| format!("{} {:?} {:?}", key.property, key.property.span, key.direction))
            .collect();
        assert_eq!(
            described,
            ["Modified 0..8 Descending", "Author/Title 15..27 Ascending", "Id 32..34 Ascending"]
        );
        assert_eq!(parse_order_by(""), Ok(Vec::new()));
    }

    #[test]
    fn refuses_other_words() {
        for (text, reason) in [
            ("Title down", "'down' is neither asc nor desc."),
            ("Title desc desc", "'desc desc' is neither asc nor desc."),
            ("Title,", "A name is missing beside a comma."),
            ("1 desc", "'1' is not a property's name."),
        ] {
            assert_eq!(parse_order_by(text), Err(reason.to_owned()));
        }
    }
}
