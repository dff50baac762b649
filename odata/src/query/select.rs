//! `$select`.

use super::Property;
use super::property::parse_list;

/// One member of `$select`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Select {
    /// `*`: the properties that are given by default.
    All,
    /// A property.
    Property(Property),
}

/// Parses `*,Title,Author/Title`.
pub(super) fn parse_select(text: &str) -> Result<Vec<Select>, String> {
    parse_list(text, |member, offset| match member {
        "*" => Ok(Select::All),
        _ => Property::parse(member, offset).map(Select::Property),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_paths_and_the_star() {
        let found = parse_select("*, Title ,Author/Title/ü_1").unwrap();
        let described: Vec<_> = found
            .iter()
            .map(|member| match member {
                Select::All => "*".to_owned(),
                Select::Property(property) => format!("{property} {:?}", property.span),
            })
            .collect();
        assert_eq!(described, ["*", "Title 3..8", "Author/Title/ü_1 10..27"]);
        assert_eq!(parse_select(" "), Ok(Vec::new()));
    }

    #[test]
    fn refuses_what_is_no_name() {
        for text in
            [",", "Title,", ",Title", "A B", "1A", "A//B", "/A", "A/", "A/*", "**", "A.B", "A-B", "A'", "$A"]
        {
            assert!(parse_select(text).is_err(), "{text}");
        }
        assert_eq!(parse_select("Title,A\nB"), Err("'A\\nB' is not a property's name.".to_owned()));
    }
}
