//! `$filter` against a list: a predicate over normal forms, without `not`.
//!
//! Every test is either true or false: a null is unequal to every value and neither less nor greater.
//! So `not` can be pushed down to the tests, where it turns into their opposites.

use std::sync::Arc;

use odata::{
    Literal, Span, Timestamp,
    query::{Comparison, DatePart, Expr, Property, TextMatch},
};

use super::PlanError;
use crate::model::{Field, FieldKind, Key, List, SystemProperty, fold};

/// What a test looks at.
#[derive(Clone, Debug)]
pub enum Column {
    /// A field of the list.
    Field(Arc<Field>),
    /// A property that every item has.
    System(SystemProperty),
}

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

    /// Resolves a filter.
    ///
    /// # Errors
    /// Where a name is none of the list's, or a literal none that its field can be compared with.
    pub fn resolve(list: &List, expr: &Expr) -> Result<Self, PlanError> {
        Self::resolve_as(list, expr, false)
    }

    fn resolve_as(list: &List, expr: &Expr, negated: bool) -> Result<Self, PlanError> {
        let all = |members: &[Expr]| {
            members.iter().map(|m| Self::resolve_as(list, m, negated)).collect::<Result<Vec<_>, _>>()
        };
        Ok(match expr {
            Expr::And(members) if negated => Self::Or(all(members)?),
            Expr::Or(members) if negated => Self::And(all(members)?),
            Expr::And(members) => Self::And(all(members)?),
            Expr::Or(members) => Self::Or(all(members)?),
            Expr::Not(inner) => Self::resolve_as(list, inner, !negated)?,
            Expr::Holds(property) => {
                let column = Column::resolve(list, property)?;
                if !column.is_boolean() {
                    return Err(not_usable(property));
                }
                Self::Test { column, test: Test::Compare(Comparison::Equal, Key::Integer(1)), negated }
            }
            Expr::Text { property, matching, text } => {
                let column = Column::resolve(list, property)?;
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
                let column = Column::resolve(list, property)?;
                if !column.is_time() {
                    return Err(not_usable(property));
                }
                let (comparison, negated) = match comparison {
                    Comparison::NotEqual => (Comparison::Equal, !negated),
                    other => (*other, negated),
                };
                Self::Test { column, test: Test::Part(*part, comparison, *value), negated }
            }
            Expr::In { property, values } => {
                let column = Column::resolve(list, property)?;
                let key = |(value, span): &(Literal, Span)| key_of(&column, property, value, *span);
                let keys = values.iter().map(key).collect::<Result<Vec<_>, _>>()?;
                one_of(&column, keys, negated)
            }
            Expr::Compare { property, comparison, value, span } => {
                let column = Column::resolve(list, property)?;
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
    let asks_null = *value == Literal::Null && column.is_text();
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

fn not_usable(property: &Property) -> PlanError {
    PlanError::NotUsable { name: property.path.join("/"), clause: "$filter" }
}

fn wrong_literal(property: &Property, reason: impl Into<String>, span: Span) -> PlanError {
    PlanError::WrongLiteral { name: property.path.join("/"), reason: reason.into(), span }
}

impl Column {
    /// The column that a property names.
    ///
    /// # Errors
    /// [`PlanError::UnknownColumn`].
    pub fn resolve(list: &List, property: &Property) -> Result<Self, PlanError> {
        let unknown = || PlanError::UnknownColumn { name: property.path.join("/") };
        let [name] = property.path.as_slice() else {
            return Err(unknown());
        };
        match list.field_by_property(name) {
            Some(field) => Ok(Self::Field(field.clone())),
            None => SystemProperty::from_name(name).map(Self::System).ok_or_else(unknown),
        }
    }

    /// Its name in a `$skiptoken`.
    #[must_use]
    pub fn token_name(&self) -> &str {
        match self {
            Self::Field(field) => &field.internal_name,
            Self::System(property) => property.name(),
        }
    }

    fn is_boolean(&self) -> bool {
        matches!(self, Self::Field(f) if f.kind == FieldKind::Boolean)
    }

    /// Whether its values are points in time.
    fn is_time(&self) -> bool {
        match self {
            Self::Field(field) => matches!(field.kind, FieldKind::DateTime { .. }),
            Self::System(_) => self.is_seconds(),
        }
    }

    /// Whether its values are points in time that are stored as seconds since 1970.
    pub(crate) const fn is_seconds(&self) -> bool {
        matches!(self, Self::System(SystemProperty::Created | SystemProperty::Modified))
    }

    fn is_text(&self) -> bool {
        use FieldKind::{Choice, Note, Text};
        matches!(self, Self::Field(f) if matches!(f.kind, Text { .. } | Note { .. } | Choice { .. }))
    }

    /// Whether rows can be ordered by it and its values compared.
    #[must_use]
    pub fn is_comparable(&self) -> bool {
        match self {
            Self::Field(field) => field.kind.is_comparable(),
            Self::System(property) => matches!(
                property,
                SystemProperty::Id
                    | SystemProperty::IdUpper
                    | SystemProperty::Created
                    | SystemProperty::Modified
                    | SystemProperty::AuthorId
                    | SystemProperty::EditorId
                    | SystemProperty::Guid
                    | SystemProperty::HiddenVersion
            ),
        }
    }

    /// The normal form of a literal that this column is compared with.
    fn key(&self, literal: &Literal) -> Result<Key, String> {
        if *literal == Literal::Null {
            return Ok(Key::Null);
        }
        match self {
            Self::Field(field) => match &field.kind {
                FieldKind::Text { .. } | FieldKind::Note { .. } | FieldKind::Choice { .. } => match literal {
                    Literal::String(text) => Ok(Key::Text(fold(text))),
                    Literal::Integer(_) | Literal::Number(_) => Ok(Key::Text(literal.to_string())),
                    _ => Err("a text in apostrophes is expected".into()),
                },
                FieldKind::Number { .. } => match literal {
                    // Stored numbers are doubles: so is what they are compared with.
                    Literal::Integer(i) => Ok(Key::number(*i as f64)),
                    literal => number_key(literal),
                },
                FieldKind::Boolean => match literal {
                    Literal::Boolean(b) => Ok(Key::Integer((*b).into())),
                    Literal::Integer(i @ (0 | 1)) => Ok(Key::Integer(*i)),
                    Literal::String(s) if s == "0" || s == "1" => Ok(Key::Integer((s == "1").into())),
                    _ => Err("true, false, 1 or 0 is expected".into()),
                },
                FieldKind::DateTime { .. } => Ok(Key::Text(time_of(literal)?.to_string())),
            },
            Self::System(property) => match property {
                SystemProperty::Created | SystemProperty::Modified => {
                    Ok(Key::Integer(time_of(literal)?.unix()))
                }
                SystemProperty::Guid => match literal {
                    Literal::Guid(guid) => Ok(Key::Text(guid.to_string())),
                    Literal::String(text) => match odata::Uuid::try_parse(text) {
                        Ok(guid) => Ok(Key::Text(guid.to_string())),
                        Err(_) => Err("a GUID is expected".into()),
                    },
                    _ => Err("a GUID is expected".into()),
                },
                _ => number_key(literal),
            },
        }
    }

    /// The normal form of a value that a `$skiptoken` holds for this column.
    pub(crate) fn key_of_token(&self, text: &str) -> Option<Key> {
        if text.is_empty() {
            return Some(Key::Null);
        }
        let literal = match self {
            Self::Field(field) if matches!(field.kind, FieldKind::Number { .. } | FieldKind::Boolean) => {
                Literal::Number(crate::model::parse_number(text)?)
            }
            Self::System(property) if *property != SystemProperty::Guid => {
                return text.parse().ok().map(Key::Integer);
            }
            _ => Literal::String(text.to_owned()),
        };
        match (self, literal) {
            (Self::Field(_), Literal::Number(number)) => Some(Key::number(number)),
            (_, literal) => self.key(&literal).ok(),
        }
    }
}

fn number_key(literal: &Literal) -> Result<Key, String> {
    let number = match literal {
        Literal::Integer(i) => return Ok(Key::Integer(*i)),
        Literal::Number(n) => Some(*n),
        Literal::String(s) => crate::model::parse_number(s),
        _ => None,
    };
    number.filter(|n| n.is_finite()).map(Key::number).ok_or_else(|| "a number is expected".into())
}

fn time_of(literal: &Literal) -> Result<Timestamp, String> {
    match literal {
        Literal::DateTime(time) => Ok(*time),
        Literal::String(text) => Timestamp::parse_iso(text).map_err(|e| e.to_string()),
        _ => Err("a date and time (datetime'2024-05-01T08:00:00Z') is expected".into()),
    }
}
