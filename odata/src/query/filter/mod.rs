//! `$filter`.
//!
//! ```text
//! or         = and *( "or" and )
//! and        = not *( "and" not )
//! not        = "not" not / "(" or ")" / comparison
//! comparison = call / property / operand ( "eq" / "ne" / "lt" / "le" / "gt" / "ge" ) operand
//!            / property "in" "(" literal *( "," literal ) ")"
//! operand    = call / part / property / literal
//! call       = ( "startswith" / "endswith" / "contains" ) "(" property "," string ")"
//!            / "substringof" "(" string "," property ")"
//! part       = ( "year" / "month" / "day" / "hour" / "minute" / "second" ) "(" property ")"
//! property   = name *( "/" name )
//! ```
//!
//! One operand of a comparison is a literal and the other is not; a part's is a whole number. Operators, functions, `true`, `false`
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
    /// A part of a date compared with a whole number: `month(Due) eq 5`; `5 eq month(Due)` is turned round.
    Part {
        /// The part.
        part: DatePart,
        /// The property.
        property: Property,
        /// How it is compared.
        comparison: Comparison,
        /// With what.
        value: i64,
    },
    /// `Title in ('x','y')`: the property is equal to one of the literals, of which there is one at least.
    In {
        /// The property.
        property: Property,
        /// The literals, and where each stands.
        values: Vec<(Literal, Span)>,
    },
    /// `startswith(Title,'x')`, `endswith(Title,'x')` or `substringof('x',Title)`; `… eq true` and `… eq false` are undone.
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
    /// `endswith`.
    End,
    /// `substringof`.
    Anywhere,
}

/// A part of a point in time, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DatePart {
    /// `year`.
    Year,
    /// `month`, from 1.
    Month,
    /// `day` of the month, from 1.
    Day,
    /// `hour`, from 0 to 23.
    Hour,
    /// `minute`.
    Minute,
    /// `second`.
    Second,
}

impl DatePart {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Year, Self::Month, Self::Day, Self::Hour, Self::Minute, Self::Second];

    /// The name of its function.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Minute => "minute",
            Self::Second => "second",
        }
    }
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
