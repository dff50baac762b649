//! Cuts a filter's text into tokens.

use crate::excerpt::excerpt;
use crate::literal::TypedPrefix;
use crate::name::{begins_name, continues_name, name_length};
use crate::{Literal, Span};

/// A token of a filter.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// A property's or function's name, or an operator.
    Word(&'a str),
    /// A literal.
    Literal(Literal),
    /// `(`, `)`, `,` or `/`.
    Mark(char),
    /// The text's end.
    End,
}

/// What is wrong with a text, and where.
pub(super) type Problem = (String, Span);

/// Hands out the tokens of a text one by one.
pub(super) struct Tokens<'a> {
    /// What is left.
    rest: &'a str,
    /// How many characters were read.
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text, at: 0 }
    }

    /// The next token, and where it stands.
    pub(super) fn next(&mut self) -> Result<(Token<'a>, Span), Problem> {
        let text = self.rest.trim_start();
        let start = self.at + characters(self.rest, self.rest.len() - text.len());
        let span = |length| Span::new(start, start + characters(text, length));
        let (token, length) = read(text).map_err(|(reason, length)| (reason, span(length)))?;
        self.rest = text.get(length..).unwrap_or_default();
        self.at = span(length).end;
        Ok((token, span(length)))
    }
}

/// How many characters the first `length` bytes are.
fn characters(text: &str, length: usize) -> usize {
    text.get(..length).map_or(length, |read| read.chars().count())
}

/// Reads the token that the text begins with, and its length in bytes.
fn read(text: &str) -> Result<(Token<'_>, usize), (String, usize)> {
    let Some(first) = text.chars().next() else { return Ok((Token::End, 0)) };
    match first {
        '(' | ')' | ',' | '/' => Ok((Token::Mark(first), 1)),
        '\'' => {
            let (value, length) = read_quoted(text)?;
            Ok((Token::Literal(Literal::String(value)), length))
        }
        '-' | '0'..='9' => read_number(text),
        _ if begins_name(first) => read_word(text),
        _ => Err((format!("unexpected '{}'", excerpt(first.encode_utf8(&mut [0; 4]))), first.len_utf8())),
    }
}

fn read_word(text: &str) -> Result<(Token<'_>, usize), (String, usize)> {
    let (word, after) = text.split_at(name_length(text));
    if let Some(literal) = Literal::parse_word(word) {
        return Ok((Token::Literal(literal), word.len()));
    }
    let Some(prefix) = TypedPrefix::parse(word).filter(|_| after.starts_with('\'')) else {
        return Ok((Token::Word(word), word.len()));
    };
    let (inner, length) = read_quoted(after).map_err(|(reason, length)| (reason, word.len() + length))?;
    let length = word.len() + length;
    let kind = if prefix == TypedPrefix::Guid { "a GUID" } else { "a date and time" };
    let value =
        prefix.value(&inner).ok_or_else(|| (format!("the text in apostrophes is not {kind}"), length))?;
    Ok((Token::Literal(value), length))
}

fn read_number(text: &str) -> Result<(Token<'_>, usize), (String, usize)> {
    let mut previous = ' ';
    let ends = |c: char| {
        let sign = matches!(c, '+' | '-') && matches!(previous, ' ' | 'e' | 'E');
        previous = c;
        !(sign || c == '.' || continues_name(c))
    };
    let length = text.find(ends).unwrap_or(text.len());
    let number = text.get(..length).and_then(Literal::parse_number);
    number
        .map(|literal| (Token::Literal(literal), length))
        .ok_or_else(|| ("this is not a number".to_owned(), length))
}

/// Reads a text in apostrophes, in which a doubled one stands for one; and its length.
fn read_quoted(text: &str) -> Result<(String, usize), (String, usize)> {
    let mut value = String::new();
    let mut rest = text.strip_prefix('\'').unwrap_or_default();
    loop {
        let Some((before, after)) = rest.split_once('\'') else {
            return Err(("the closing apostrophe is missing".to_owned(), text.len()));
        };
        value.push_str(before);
        let Some(doubled) = after.strip_prefix('\'') else {
            return Ok((value, text.len() - after.len()));
        };
        value.push('\'');
        rest = doubled;
    }
}
