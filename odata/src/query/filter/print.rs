//! Prints filters, with parentheses only where they are needed.

use std::fmt;

use super::{Comparison, Expr, TextMatch};
use crate::Literal;

/// Prints the filter so that it parses to an equal value.
impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(members) => print_members(members, " and ", f),
            Self::Or(members) => print_members(members, " or ", f),
            Self::Not(inner) => match **inner {
                // Elsewhere `not A eq 1` may be read as `(not A) eq 1`.
                Self::And(_) | Self::Or(_) | Self::Compare { .. } | Self::Part { .. } | Self::In { .. } => {
                    write!(f, "not ({inner})")
                }
                Self::Not(_) | Self::Text { .. } | Self::Holds(_) => write!(f, "not {inner}"),
            },
            Self::Compare { property, comparison, value, .. } => write!(f, "{property} {comparison} {value}"),
            Self::Part { part, property, comparison, value } => {
                write!(f, "{}({property}) {comparison} {value}", part.name())
            }
            Self::In { property, values } => {
                write!(f, "{property} in (")?;
                for (index, (value, _)) in values.iter().enumerate() {
                    write!(f, "{}{value}", if index > 0 { "," } else { "" })?;
                }
                f.write_str(")")
            }
            Self::Text { property, matching, text } => {
                let text = Literal::String(text.clone());
                match matching {
                    TextMatch::Start => write!(f, "startswith({property},{text})"),
                    TextMatch::End => write!(f, "endswith({property},{text})"),
                    TextMatch::Anywhere => write!(f, "substringof({text},{property})"),
                }
            }
            Self::Holds(property) => write!(f, "{property}"),
        }
    }
}

/// Prints the operator: `eq`.
impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Equal => "eq",
            Self::NotEqual => "ne",
            Self::Less => "lt",
            Self::LessOrEqual => "le",
            Self::Greater => "gt",
            Self::GreaterOrEqual => "ge",
        })
    }
}

fn print_members(members: &[Expr], between: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (index, member) in members.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        match member {
            Expr::Or(_) => write!(f, "({member})")?,
            _ => write!(f, "{member}")?,
        }
    }
    Ok(())
}
