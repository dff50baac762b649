//! Walks over a decoded path: segments, and the arguments in their parentheses.
//!
//! ```text
//! segment   = name [ "(" [ argument *( "," argument ) ] ")" ]
//! argument  = [ name "=" ] ( text / "guid" text / "datetime" text / "@" alias / number / "true" / "false" / "null" )
//! text      = "'" *( any character, the apostrophe doubled ) "'" / the same in double quotes
//! ```
//!
//! PnPjs sends some names with an apostrophe that is not doubled (`getByTitle('It's')`). So a text
//! ends only at an apostrophe that `)` or `,` follows; any other single one belongs to the text.

use super::PathError;
use crate::Literal;
use crate::encoding::{DecodedPath, decode_form};
use crate::excerpt::excerpt;
use crate::literal::TypedPrefix;
use crate::name::{is_name, name_length};

/// An argument of a segment.
pub(super) struct Argument {
    /// The name before `=`, if there is one.
    pub(super) name: Option<String>,
    /// The value; an alias is replaced by its value.
    pub(super) value: Literal,
}

/// A place in a path.
#[derive(Clone)]
pub(super) struct Cursor<'a> {
    path: &'a DecodedPath,
    raw_query: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// The beginning of the path.
    pub(super) fn new(path: &'a DecodedPath, raw_query: &'a str) -> Self {
        Self { path, raw_query, at: 0 }
    }

    /// The error of a path that cannot be read.
    pub(super) fn invalid(&self) -> PathError {
        PathError::Invalid { expression: excerpt(&self.path.text) }
    }

    /// The error of a segment that names nothing.
    pub(super) fn not_found(&self, segment: &str) -> PathError {
        PathError::NotFound { segment: excerpt(segment) }
    }

    /// Takes the slash before the next segment; `false` at the path's end, where one may stand too.
    pub(super) fn next_segment(&mut self) -> Result<bool, PathError> {
        if self.rest().is_empty() {
            return Ok(false);
        }
        if !self.path.is_separator(self.at) {
            return Err(self.invalid());
        }
        self.at += 1;
        Ok(!self.rest().is_empty())
    }

    /// Takes a segment's name: all up to a parenthesis or the segment's end.
    pub(super) fn name(&mut self) -> &'a str {
        self.take_until(|c| c == '(')
    }

    /// Takes a whole segment as plain text; one that is empty or begins with a parenthesis (not
    /// percent-encoded) is none.
    pub(super) fn plain_segment(&mut self) -> Result<String, PathError> {
        let parenthesis = self.path.begins_with_parenthesis(self.at);
        let segment = self.take_until(|_| false);
        if segment.is_empty() || parenthesis { Err(self.invalid()) } else { Ok(segment.to_owned()) }
    }

    /// Whether arguments begin here.
    pub(super) fn at_arguments(&self) -> bool {
        self.rest().starts_with('(')
    }

    /// Takes the arguments, if there are parentheses here.
    pub(super) fn arguments(&mut self) -> Result<Vec<Argument>, PathError> {
        let mut arguments = Vec::new();
        if !self.take('(') {
            return Ok(arguments);
        }
        self.skip_spaces();
        if self.take(')') {
            return Ok(arguments);
        }
        loop {
            let name = self.parameter_name();
            let value = self.value()?;
            arguments.push(Argument { name, value });
            self.skip_spaces();
            if self.take(')') {
                return Ok(arguments);
            }
            if !self.take(',') {
                return Err(self.invalid());
            }
            self.skip_spaces();
        }
    }

    /// Takes parentheses that hold nothing but one alias, `(@q)` or `(query=@q)`, if they stand here.
    pub(super) fn skip_aliased(&mut self, parameter: &str) {
        let inner = self.rest().strip_prefix('(').and_then(|rest| rest.split_once(')'));
        let Some((inner, after)) = inner else { return };
        let named = inner.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case(parameter));
        let value = named.map_or(inner, |(_, value)| value).trim();
        if value.strip_prefix('@').is_some_and(is_name) {
            self.at = self.path.text.len() - after.len();
        }
    }

    fn parameter_name(&mut self) -> Option<String> {
        let (name, after) = self.rest().split_at(name_length(self.rest()));
        let value = after.trim_start_matches(' ').strip_prefix('=')?.trim_start_matches(' ');
        if name.is_empty() {
            return None;
        }
        self.at = self.path.text.len() - value.len();
        Some(name.to_owned())
    }

    fn value(&mut self) -> Result<Literal, PathError> {
        for quote in ['\'', '"'] {
            if self.take(quote) {
                return Ok(Literal::String(self.text(quote)?));
            }
        }
        if self.take('@') {
            let name = self.take_until(|c| matches!(c, ')' | ',' | ' '));
            return self.alias(name).ok_or_else(|| self.invalid());
        }
        let word = self.take_until(|c| matches!(c, ')' | ',' | ' ' | '\''));
        let value = if self.take('\'') {
            let inner = self.text('\'')?;
            TypedPrefix::parse(word).and_then(|prefix| prefix.value(&inner))
        } else {
            Literal::parse_word(word).or_else(|| Literal::parse_number(word))
        };
        value.ok_or_else(|| self.invalid())
    }

    /// Takes the rest of a text whose opening quote is taken.
    fn text(&mut self, quote: char) -> Result<String, PathError> {
        let mut text = String::new();
        loop {
            let (before, after) = self.rest().split_once(quote).ok_or_else(|| self.invalid())?;
            text.push_str(before);
            self.at = self.path.text.len() - after.len();
            if self.take(quote) {
                text.push(quote);
            } else if after.trim_start_matches(' ').starts_with([')', ',']) {
                return Ok(text);
            } else {
                text.push(quote);
            }
        }
    }

    /// The value that the query string gives the alias `@name`.
    fn alias(&self, name: &str) -> Option<Literal> {
        let alias = format!("@{name}");
        self.raw_query
            .split('&')
            .filter_map(|option| option.split_once('='))
            .find(|(raw_name, _)| decode_form(raw_name).is_some_and(|name| name == alias))
            .and_then(|(_, raw_value)| decode_form(raw_value))
            .filter(|value| !value.contains('\0'))
            .and_then(|value| Literal::parse_whole(value.trim()))
    }

    fn take_until(&mut self, stop: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let ends =
            |(offset, c): &(usize, char)| stop(*c) || *c == '/' && self.path.is_separator(self.at + offset);
        let length = rest.char_indices().find(ends).map_or(rest.len(), |(offset, _)| offset);
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn take(&mut self, expected: char) -> bool {
        let taken = self.rest().starts_with(expected);
        if taken {
            self.at += expected.len_utf8();
        }
        taken
    }

    fn skip_spaces(&mut self) {
        while self.take(' ') {}
    }

    fn rest(&self) -> &'a str {
        self.path.text.get(self.at..).unwrap_or_default()
    }
}
