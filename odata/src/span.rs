//! Where in the client's text something stands.

use std::fmt;

/// A half-open range of the characters of the text that was parsed (after percent-decoding).
///
/// Spans are for error messages only, so two syntax trees that differ in nothing else are equal:
/// `PartialEq` on a span always holds.
#[derive(Clone, Copy, Default)]
pub struct Span {
    /// How many characters stand before the first.
    pub start: usize,
    /// How many characters stand before the end.
    pub end: usize,
}

impl Span {
    /// The range `start..end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }
}

impl PartialEq for Span {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Span {}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}
