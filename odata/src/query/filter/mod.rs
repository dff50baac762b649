//! `$filter`.
//!
//! ```text
//! or         = and *( "or" and )
//! and        = not *( "and" not )
//! not        = "not" not / "(" or ")" / comparison
//! comparison = call / property / operand ( "eq" / "ne" / "lt" / "le" / "gt" / "ge" ) operand
//! operand    = call / property / literal
//! call       = ( "startswith" / "contains" ) "(" property "," string ")" / "substringof" "(" string "," property ")"
//! property   = name *( "/" name )
//! ```
//!
//! One operand of a comparison is a literal and the other is not. Operators, functions, `true`, `false`
//! and `null` are lower case; `datetime'…'` and `guid'…'` are of any case. OData reads `not A eq 1` as
//! `(not A) eq 1`, which no list can answer; here it means `not (A eq 1)`.

mod parse;
mod print;
#[cfg(test)]
mod tests;
mod token;

use super::Property;
use crate::{Literal, Span};

/// A parsed `$filter`. `And` and `Or` hold at least two members and are flat; the depth is limited.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// Every member holds.
    And(Vec<Expr>),
    /// Some member holds.
    Or(Vec<Expr>),
    /// The inner expression does not hold.
    Not(Box<Expr>),
    /// A property compared with a literal; `'x' eq Title` is turned round.
    Compare {
        /// The property.
        property: Property,
        /// How it is compared.
        comparison: Comparison,
        /// With what.
        value: Literal,
        /// Where the literal stands.
        span: Span,
    },
    /// `startswith(Title,'x')` or `substringof('x',Title)`; `… eq true` and `… eq false` are undone.
    Text {
        /// The property.
        property: Property,
        /// Where in the property's value the text is sought.
        matching: TextMatch,
        /// The text that is sought.
        text: String,
    },
    /// A property by itself: it is true.
    Holds(Property),
}

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `eq`.
    Equal,
    /// `ne`.
    NotEqual,
    /// `lt`.
    Less,
    /// `le`.
    LessOrEqual,
    /// `gt`.
    Greater,
    /// `ge`.
    GreaterOrEqual,
}

/// How a text is sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextMatch {
    /// `startswith`.
    Start,
    /// `substringof`.
    Anywhere,
}

/// Why a filter does not parse: 400. It begins with SharePoint's words, then says where and what.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("The expression \"{expression}\" is not valid. At position {}: {reason}.", span.start + 1)]
pub struct FilterError {
    /// The filter's text, cut to a printable length.
    pub expression: String,
    /// What is wrong.
    pub reason: String,
    /// Where.
    pub span: Span,
}

/// How deep parentheses and `not` may be nested.
pub const MAX_DEPTH: usize = 100;

impl Expr {
    /// Parses a filter's text (already percent-decoded).
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        parse::parse_filter(text)
    }
}
