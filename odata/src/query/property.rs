//! The properties that options name, and lists of them.

use std::fmt;

use crate::Span;
use crate::excerpt::excerpt;
use crate::name::is_name;

/// A property that an option names: `Title`, or a path `Author/Title`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// The segments of the path, never empty, none of them empty.
    pub path: Vec<String>,
    /// Where it stands in the option's text.
    pub span: Span,
}

impl Property {
    /// Parses a path that stands at `offset` of its option's text.
    pub(super) fn parse(text: &str, offset: usize) -> Result<Self, String> {
        if !text.split('/').all(is_name) {
            return Err(format!("'{}' is not a property's name.", excerpt(text)));
        }
        let path = text.split('/').map(str::to_owned).collect();
        Ok(Self { path, span: Span::new(offset, offset + text.len()) })
    }
}

/// Prints the path: `Author/Title`.
impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path.join("/"))
    }
}

/// Parses the members of a comma list, each with its offset and without spaces around it. An empty
/// text has none.
pub(super) fn parse_list<T>(
    text: &str,
    parse: impl Fn(&str, usize) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    let mut members = Vec::new();
    if text.trim().is_empty() {
        return Ok(members);
    }
    let mut offset = 0;
    for member in text.split(',') {
        let indent = member.len() - member.trim_start().len();
        match member.trim() {
            "" => return Err("A name is missing beside a comma.".to_owned()),
            trimmed => members.push(parse(trimmed, offset + indent)?),
        }
        offset += member.len() + 1;
    }
    Ok(members)
}
