//! `$filter` against a list: a predicate over normal forms, without `not`.
//!
//! Every test is either true or false: a null is unequal to every value and neither less nor greater.
//! So `not` can be pushed down to the tests, where it turns into their opposites.

use odata::{
    Literal, Span, Timestamp,
    query::{Comparison, DatePart, Expr, Property, TextMatch},
};

use super::{Column, PlanError};
use crate::{
    Catalog,
    model::{Key, List, ListId, SEPARATOR, fold},
};

/// One test of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// The value is null, or is not.
    Null(bool),
    /// The value compares so with a key that is not null.
    Compare(Comparison, Key),
    /// The value is one of these keys, none of which is null.
    In(Vec<Key>),
    /// A part of the point in time compares so with a number.
    Part(DatePart, Comparison, i64),
    /// The text begins with this folded text.
    StartsWith(String),
    /// The text ends with this folded text, which is not empty.
    EndsWith(String),
    /// The text holds this folded text.
    Contains(String),
}

/// What a row must fulfil.
#[derive(Clone, Debug)]
pub enum Predicate {
    /// All of them.
    And(Vec<Predicate>),
    /// Some of them.
    Or(Vec<Predicate>),
    /// A test of a column, or, where `negated`, its opposite.
    Test {
        /// The column.
        column: Column,
        /// The test.
        test: Test,
        /// Whether the opposite is meant; a null fulfils the opposite of every comparison.
        negated: bool,
    },
}

impl Predicate {
    pub(crate) fn test(column: Column, test: Test) -> Self {
        Self::Test { column, test, negated: false }
    }

    /// Adds the other lists that are looked at.
    pub(super) fn other_lists(&self, lists: &mut Vec<ListId>) {
        match self {
            Self::And(members) | Self::Or(members) => members.iter().for_each(|m| m.other_lists(lists)),
            Self::Test { column, .. } => lists.extend(column.other_list()),
        }
    }

    /// Resolves a filter.
    ///
    /// # Errors
    /// Where a name is none of the list's, or a literal none that its field can be compared with.
    pub fn resolve(catalog: &Catalog, list: &List, expr: &Expr) -> Result<Self, PlanError> {
        Self::resolve_as(catalog, list, expr, false)
    }

    fn resolve_as(catalog: &Catalog, list: &List, expr: &Expr, negated: bool) -> Result<Self, PlanError> {
        let all = |members: &[Expr]| {
            members.iter().map(|m| Self::resolve_as(catalog, list, m, negated)).collect::<Result<Vec<_>, _>>()
        };
        Ok(match expr {
            Expr::And(members) if negated => Self::Or(all(members)?),
            Expr::Or(members) if negated => Self::And(all(members)?),
            Expr::And(members) => Self::And(all(members)?),
            Expr::Or(members) => Self::Or(all(members)?),
            Expr::Not(inner) => Self::resolve_as(catalog, list, inner, !negated)?,
            Expr::Holds(property) => {
                let column = Column::resolve(catalog, list, property)?;
                if !column.is_boolean() {
                    return Err(not_usable(property));
                }
                Self::Test { column, test: Test::Compare(Comparison::Equal, Key::Integer(1)), negated }
            }
            Expr::Text { property, matching, text } => {
                let column = Column::resolve(catalog, list, property)?;
                if !column.is_text() {
                    return Err(not_usable(property));
                }
                let test = match matching {
                    TextMatch::Start => Test::StartsWith(fold(text)),
                    // Every text ends with nothing, as it begins with it.
                    TextMatch::End if text.is_empty() => Test::StartsWith(String::new()),
                    TextMatch::End => Test::EndsWith(fold(text)),
                    TextMatch::Anywhere => Test::Contains(fold(text)),
                };
                Self::Test { column, test, negated }
            }
            Expr::Part { part, property, comparison, value } => {
                let column = Column::resolve(catalog, list, property)?;
                if !column.is_time() {
                    return Err(not_usable(property));
                }
                if *part == DatePart::Year {
                    return Ok(year(&column, *comparison, *value, negated));
                }
                let (comparison, negated) = match comparison {
                    Comparison::NotEqual => (Comparison::Equal, !negated),
                    other => (*other, negated),
                };
                Self::Test { column, test: Test::Part(*part, comparison, *value), negated }
            }
            Expr::In { property, values } => {
                let column = Column::resolve(catalog, list, property)?;
                if column.is_multiple() {
                    let member = |(value, span): &(Literal, Span)| {
                        has_member(column.clone(), property, Comparison::Equal, value, *span, negated)
                    };
                    let members = values.iter().map(member).collect::<Result<Vec<_>, _>>()?;
                    return Ok(if negated { Self::And(members) } else { Self::Or(members) });
                }
                let key = |(value, span): &(Literal, Span)| key_of(&column, property, value, *span);
                let keys = values.iter().map(key).collect::<Result<Vec<_>, _>>()?;
                one_of(&column, keys, negated)
            }
            Expr::Compare { property, comparison, value, span } => {
                let column = Column::resolve(catalog, list, property)?;
                if column.is_multiple() && *value != Literal::Null {
                    return has_member(column, property, *comparison, value, *span, negated);
                }
                let key = key_of(&column, property, value, *span)?;
                compare(column, *comparison, key, negated)
                    .ok_or_else(|| wrong_literal(property, "null can only be compared by eq and ne", *span))?
            }
        })
    }
}

/// The normal form of a literal that a column is compared with.
fn key_of(column: &Column, property: &Property, value: &Literal, span: Span) -> Result<Key, PlanError> {
    // Note: as in SharePoint only `null` and the text functions.
    let asks_null = *value == Literal::Null && (column.is_text() || column.is_multiple());
    if !column.is_comparable() && !asks_null {
        return Err(not_usable(property));
    }
    column.key(value).map_err(|reason| wrong_literal(property, reason, span))
}

/// The test of a list of values; as a null is no value to the engines, it is asked for apart.
fn one_of(column: &Column, keys: Vec<Key>, negated: bool) -> Predicate {
    let (nulls, mut values): (Vec<Key>, Vec<Key>) = keys.into_iter().partition(Key::is_empty);
    let mut members = Vec::with_capacity(2);
    if !values.is_empty() {
        let test = match values.len() {
            1 => Test::Compare(Comparison::Equal, values.remove(0)),
            _ => Test::In(values),
        };
        members.push(Predicate::Test { column: column.clone(), test, negated });
    }
    if !nulls.is_empty() {
        members.push(Predicate::test(column.clone(), Test::Null(!negated)));
    }
    if negated { Predicate::And(members) } else { Predicate::Or(members) }
}

fn compare(column: Column, comparison: Comparison, key: Key, negated: bool) -> Option<Predicate> {
    // An empty text is stored as null, so that `eq ''` asks for null.
    let asks_equal = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
    let key = if asks_equal && key.is_empty() { Key::Null } else { key };
    let test = match (comparison, key) {
        (Comparison::Equal, Key::Null) => return Some(Predicate::test(column, Test::Null(!negated))),
        (Comparison::NotEqual, Key::Null) => return Some(Predicate::test(column, Test::Null(negated))),
        (_, Key::Null) => return None,
        (Comparison::NotEqual, key) => {
            let test = Test::Compare(Comparison::Equal, key);
            return Some(Predicate::Test { column, test, negated: !negated });
        }
        (comparison, key) => Test::Compare(comparison, key),
    };
    Some(Predicate::Test { column, test, negated })
}

/// A year is a range of time, which an index leads to.
fn year(column: &Column, comparison: Comparison, number: i64, negated: bool) -> Predicate {
    let (this, next) = (number, number.saturating_add(1));
    let all_of = |negated| {
        let members = vec![since(column, this, negated), before(column, next, negated)];
        if negated { Predicate::Or(members) } else { Predicate::And(members) }
    };
    match comparison {
        Comparison::Equal => all_of(negated),
        Comparison::NotEqual => all_of(!negated),
        Comparison::Less => before(column, this, negated),
        Comparison::LessOrEqual => before(column, next, negated),
        Comparison::Greater => since(column, next, negated),
        Comparison::GreaterOrEqual => since(column, this, negated),
    }
}

/// Whether the time lies before a year begins.
fn before(column: &Column, year: i64, negated: bool) -> Predicate {
    match Timestamp::of_year(year) {
        Some(begin) => at(column, Comparison::Less, begin, negated),
        None if year < 1 => nothing(negated),
        None => Predicate::test(column.clone(), Test::Null(negated)),
    }
}

/// Whether the time lies in a year or after it.
fn since(column: &Column, year: i64, negated: bool) -> Predicate {
    match Timestamp::of_year(year) {
        Some(begin) => at(column, Comparison::GreaterOrEqual, begin, negated),
        None if year < 1 => Predicate::test(column.clone(), Test::Null(negated)),
        None => nothing(negated),
    }
}

fn at(column: &Column, comparison: Comparison, time: Timestamp, negated: bool) -> Predicate {
    Predicate::Test {
        column: column.clone(),
        test: Test::Compare(comparison, column.key_of_time(time)),
        negated,
    }
}

/// Several values are equal to one that is among them; a Note is compared with nothing but null.
fn has_member(
    column: Column,
    property: &Property,
    comparison: Comparison,
    value: &Literal,
    span: Span,
    negated: bool,
) -> Result<Predicate, PlanError> {
    let unequal = match comparison {
        Comparison::Equal if column.is_multiple() => false,
        Comparison::NotEqual if column.is_multiple() => true,
        _ => return Err(not_usable(property)),
    };
    let key = column.key(value).map_err(|reason| wrong_literal(property, reason, span))?.to_token();
    let test = match key.as_str() {
        "" => Test::Null(true),
        // No member holds what stands between members, and two that follow each other are not one.
        key if key.contains(SEPARATOR) => return Ok(nothing(negated != unequal)),
        key => Test::Contains(format!("{SEPARATOR}{key}{SEPARATOR}")),
    };
    Ok(Predicate::Test { column, test, negated: negated != unequal })
}

/// What no row fulfils, or every row where the opposite is meant.
fn nothing(negated: bool) -> Predicate {
    if negated { Predicate::And(Vec::new()) } else { Predicate::Or(Vec::new()) }
}

fn not_usable(property: &Property) -> PlanError {
    PlanError::NotUsable { name: property.path.join("/"), clause: "$filter" }
}

fn wrong_literal(property: &Property, reason: impl Into<String>, span: Span) -> PlanError {
    PlanError::WrongLiteral { name: property.path.join("/"), reason: reason.into(), span }
}
