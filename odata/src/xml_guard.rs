//! What is looked at of XML before a tree is made of it: building one takes time that grows with the square of an
//! element's attributes, and for each element that names a prefix with the square of the prefixes in scope, so that
//! a small document could keep a thread for minutes.

use std::collections::HashSet;

use quick_xml::{Reader, events::Event};

/// How many attributes an element may have.
const ATTRIBUTES: usize = 100;
/// And all elements together.
const ALL_ATTRIBUTES: usize = 20_000;
/// And how many prefixes they may declare for namespaces.
const PREFIXES: usize = 32;

/// Checks that a document's elements have few attributes, few prefixes and do not stand too deep. Whether it is well-formed is
/// for who makes the tree.
///
/// # Errors
/// What is wrong with it.
pub fn check_xml(text: &str, max_depth: usize) -> Result<(), String> {
    let mut reader = Reader::from_str(text);
    let (mut depth, mut attributes) = (0_usize, 0);
    let mut prefixes: HashSet<Vec<u8>> = HashSet::new();
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let (element, is_open) = match event {
            Event::Eof => return Ok(()),
            Event::Start(element) => (element, true),
            Event::Empty(element) => (element, false),
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                continue;
            }
            _ => continue,
        };
        if depth >= max_depth {
            return Err("its elements stand too deep".into());
        }
        depth += usize::from(is_open);
        let own = element.attributes().with_checks(false).take(ATTRIBUTES + 1).count();
        attributes += own;
        if own > ATTRIBUTES || attributes > ALL_ATTRIBUTES {
            return Err("it has too many attributes".into());
        }
        for name in element.attributes().with_checks(false).flatten().map(|attribute| attribute.key.0) {
            if name.starts_with(b"xmlns") && !prefixes.contains(name) {
                prefixes.insert(name.to_vec());
            }
        }
        if prefixes.len() > PREFIXES {
            return Err("it has too many prefixes".into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each is carried on to all elements within, and looked for anew by each that declares one.
    #[test]
    fn prefixes_are_limited() {
        let nested = |count: usize| {
            let open: String = (0..count).map(|i| format!("<a xmlns:p{i}='u'>")).collect();
            open + &"</a>".repeat(count)
        };
        assert_eq!(check_xml(&nested(32), 100), Ok(()));
        assert!(check_xml(&nested(33), 100).is_err());
        let again = format!("<a>{}</a>", "<b xmlns='u' xmlns:p='v'/>".repeat(1_000));
        assert_eq!(check_xml(&again, 8), Ok(()), "one that is declared again is the same");
    }

    #[test]
    fn attributes_and_depth_are_limited() {
        let with = |count: usize| {
            let attributes: String = (0..count).map(|i| format!(" a{i}='>'")).collect();
            format!("<a><b{attributes}/></a>")
        };
        assert_eq!(check_xml(&with(100), 2), Ok(()));
        assert!(check_xml(&with(101), 2).is_err());
        assert!(check_xml(&with(0), 1).is_err());
        let many = format!("<a>{}</a>", "<b a='1' b='2'/>".repeat(10_001));
        assert!(check_xml(&many, 8).is_err());
        assert_eq!(check_xml("<a><!-- <b><c> --><![CDATA[<b><c>]]><?p <b>?></a>", 1), Ok(()));
        assert!(check_xml("<a", 8).is_err());
    }
}
