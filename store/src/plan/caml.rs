//! CAML against a list: the same predicates and orders that `$filter` and `$orderby` become.
//!
//! CAML names fields by their InternalNames, and means by a Lookup or a person what is shown of it, unless
//! `LookupId` is said. Its dates are days, unless `IncludeTimeValue` is. Each leaf becomes a leaf of a filter and is
//! resolved as one; [`Predicate::Member`] is what a filter cannot say.

use std::sync::Arc;

use odata::{
    Literal, Span, Timestamp,
    caml::{Condition, FieldRef, Operand, Operator, Value, View},
    query::{Comparison, Expr, OrderBy, Property, QueryOptions, SkipToken, TextMatch, Top},
};

use super::{
    Column, ItemsQuery, PlanError, Predicate, Related, Test,
    caml_field::{Meant, fixed_fulfils, meant},
};
use crate::{
    Catalog,
    model::{FieldKind, List, SEPARATOR, UserId, fold},
};

/// What CAML is resolved with.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The catalog as the caller sees it.
    pub catalog: &'a Catalog,
    /// The list.
    pub list: &'a Arc<List>,
    /// Who `<UserID />` is.
    pub caller: UserId,
    /// When `<Today />` and `<Now />` are.
    pub now: Timestamp,
}

impl ItemsQuery {
    /// Resolves a view.
    ///
    /// # Errors
    /// Where a name, a value or the token does not fit the list.
    pub fn resolve_view(
        asked: &Asked<'_>,
        view: &View,
        limit: Top,
        token: Option<SkipToken>,
        related: Vec<Related>,
    ) -> Result<Self, PlanError> {
        let mut order_by = Vec::with_capacity(view.order.len());
        for key in &view.order {
            if let Some(property) = asked.order_property(&key.name)? {
                order_by.push(OrderBy { property, direction: key.direction });
            }
        }
        let options =
            QueryOptions { order_by, top: Some(limit), skip_token: token, ..QueryOptions::default() };
        let query = Self::resolve(asked.catalog, asked.list.clone(), &options, related)
            .map_err(|error| in_words_of_caml(error, "OrderBy"))?;
        let predicate = view.filter.as_ref().map(|condition| asked.predicate(condition)).transpose()?;
        Ok(Self { predicate, ..query })
    }
}

impl Asked<'_> {
    /// The predicate of a condition.
    fn predicate(&self, condition: &Condition) -> Result<Predicate, PlanError> {
        let all =
            |members: &[Condition]| members.iter().map(|m| self.predicate(m)).collect::<Result<Vec<_>, _>>();
        match condition {
            Condition::And(members) => Ok(Predicate::And(all(members)?)),
            Condition::Or(members) => Ok(Predicate::Or(all(members)?)),
            Condition::Null(field, is_null) => self.null(field, *is_null),
            Condition::In(field, values) => self.one_of(field, values),
            Condition::Compare { field, operator, value } => self.compare(field, *operator, value),
        }
    }

    fn null(&self, field: &FieldRef, is_null: bool) -> Result<Predicate, PlanError> {
        let own = match meant(self.list, &field.name)? {
            Meant::Own(own) => own,
            // Every item has these.
            Meant::Person(_) | Meant::System(_) | Meant::Fixed { .. } => return Ok(all_or_none(!is_null)),
            Meant::Shown => return Err(not_usable(&field.name)),
        };
        // Of one item nothing may be shown, though it is there.
        let shown = self.property(field, field.lookup_id)?;
        let property = shown.unwrap_or_else(|| property_of(&[&own.property_name]));
        let comparison = if is_null { Comparison::Equal } else { Comparison::NotEqual };
        self.resolve(&field.name, comparing(property, comparison, Literal::Null))
    }

    fn one_of(&self, field: &FieldRef, values: &[Operand]) -> Result<Predicate, PlanError> {
        let by_id = values.iter().any(|value| self.means_id(field, value));
        if let Some(property) = self.property(field, by_id)? {
            let column = self.column(&field.name, &property)?;
            let exact = |value: &Operand| !column.is_time() || value.include_time;
            if values.iter().all(exact) {
                let literal = |value: &Operand| Ok((self.literal(&column, field, value)?, Span::default()));
                let values = values.iter().map(literal).collect::<Result<Vec<_>, PlanError>>()?;
                return self.resolve(&field.name, Expr::In { property, values });
            }
        }
        let equal = |value: &Operand| self.compare(field, Operator::Eq, value);
        Ok(Predicate::Or(values.iter().map(equal).collect::<Result<_, _>>()?))
    }

    fn compare(
        &self,
        field: &FieldRef,
        operator: Operator,
        operand: &Operand,
    ) -> Result<Predicate, PlanError> {
        if let Meant::Fixed { value, .. } = meant(self.list, &field.name)? {
            let Value::Text(text) = &operand.value else { return Err(not_usable(&field.name)) };
            return Ok(all_or_none(fixed_fulfils(&value, operator, text)));
        }
        let by_id = self.means_id(field, operand);
        let Some(property) = self.property(field, by_id)? else {
            return self.compare_member(field, operator, operand);
        };
        let column = self.column(&field.name, &property)?;
        let literal = self.literal(&column, field, operand)?;
        let comparison = match (operator, &literal) {
            (Operator::Eq | Operator::Includes, _) => Comparison::Equal,
            (Operator::Neq | Operator::NotIncludes, _) => Comparison::NotEqual,
            (Operator::Gt, _) => Comparison::Greater,
            (Operator::Geq, _) => Comparison::GreaterOrEqual,
            (Operator::Lt, _) => Comparison::Less,
            (Operator::Leq, _) => Comparison::LessOrEqual,
            (Operator::Contains, Literal::String(text)) if has_texts(&column) => {
                return Ok(match text.contains(SEPARATOR) {
                    true => all_or_none(false),
                    false => Predicate::test(column, Test::Contains(fold(text))),
                });
            }
            (Operator::BeginsWith, Literal::String(text)) => {
                let text = text.clone();
                return self.resolve(&field.name, Expr::Text { property, matching: TextMatch::Start, text });
            }
            (Operator::Contains, Literal::String(text)) => {
                let text = text.clone();
                let matching = TextMatch::Anywhere;
                return self.resolve(&field.name, Expr::Text { property, matching, text });
            }
            (Operator::BeginsWith | Operator::Contains, _) => return Err(not_usable(&field.name)),
        };
        match literal {
            Literal::DateTime(at) if !operand.include_time => {
                self.compare_day(&field.name, property, comparison, at)
            }
            literal => self.resolve(&field.name, comparing(property, comparison, literal)),
        }
    }

    /// Days are compared by their midnights: a day is equal to all that lies between its own and the next one.
    fn compare_day(
        &self,
        name: &str,
        property: Property,
        comparison: Comparison,
        at: Timestamp,
    ) -> Result<Predicate, PlanError> {
        const DAY: i64 = 86_400;
        let begin = at.midnight();
        let end = Timestamp::from_unix(begin.unix() + DAY);
        let test = |comparison, at| comparing(property.clone(), comparison, Literal::DateTime(at));
        let from = |at| test(Comparison::GreaterOrEqual, at);
        let before = |at| test(Comparison::Less, at);
        let there = || comparing(property.clone(), Comparison::NotEqual, Literal::Null);
        let within = || match end {
            Some(end) => Expr::And(vec![from(begin), before(end)]),
            None => from(begin),
        };
        let expr = match (comparison, end) {
            (Comparison::Equal, _) => within(),
            (Comparison::NotEqual, _) => Expr::Not(Box::new(within())),
            (Comparison::Less, _) => before(begin),
            (Comparison::GreaterOrEqual, _) => from(begin),
            (Comparison::LessOrEqual, Some(end)) => before(end),
            (Comparison::Greater, Some(end)) => from(end),
            // No day follows the last one.
            (Comparison::LessOrEqual, None) => there(),
            (Comparison::Greater, None) => return Ok(all_or_none(false)),
        };
        self.resolve(name, expr)
    }

    /// Several items or users, one of which is shown so.
    fn compare_member(
        &self,
        field: &FieldRef,
        operator: Operator,
        operand: &Operand,
    ) -> Result<Predicate, PlanError> {
        let unequal = match operator {
            Operator::Eq | Operator::Includes | Operator::Contains | Operator::BeginsWith => false,
            Operator::Neq | Operator::NotIncludes => true,
            _ => return Err(not_usable(&field.name)),
        };
        let Meant::Own(own) = meant(self.list, &field.name)? else { return Err(not_usable(&field.name)) };
        if operand.value == Value::Text(String::new()) {
            return self.null(field, !unequal);
        }
        let inner = match operator {
            Operator::Neq | Operator::NotIncludes => Operator::Eq,
            other => other,
        };
        if let FieldKind::Lookup { list, field: shown, .. } = &own.kind {
            let Some(list) = self.catalog.list_by_guid(*list) else { return Ok(all_or_none(unequal)) };
            // One step: what is shown of an item that another one is shown of, is its Id.
            let shown = FieldRef { name: shown.clone(), lookup_id: true };
            let other = Self { list, ..*self };
            let inner = Box::new(other.compare(&shown, inner, operand)?);
            return Ok(Predicate::Member { field: own, list: list.id, inner, negated: unequal });
        }
        let Value::Text(text) = &operand.value else { return Err(not_usable(&field.name)) };
        let is_meant = |title: &str| match inner {
            Operator::Contains => fold(title).contains(&fold(text)),
            Operator::BeginsWith => fold(title).starts_with(&fold(text)),
            _ => fold(title) == fold(text),
        };
        let users = self.catalog.users();
        let found = users.iter().filter(|user| is_meant(&user.title));
        let values: Vec<_> = found.map(|user| (Literal::Integer(user.id.0), Span::default())).collect();
        if values.is_empty() {
            return Ok(all_or_none(unequal));
        }
        let within = Expr::In { property: property_of(&[&own.property_name]), values };
        self.resolve(&field.name, if unequal { Expr::Not(Box::new(within)) } else { within })
    }

    /// Whether a reference is compared by its Id.
    fn means_id(&self, field: &FieldRef, operand: &Operand) -> bool {
        let is_person = || match meant(self.list, &field.name) {
            Ok(Meant::Own(own)) => matches!(own.kind, FieldKind::User { .. }),
            Ok(meant) => matches!(meant, Meant::Person(_)),
            Err(_) => false,
        };
        field.lookup_id || operand.value == Value::UserId || operand.is_integer && is_person()
    }

    /// The property that a filter would name; `None` where it could not, as there are several values that something
    /// is shown of.
    fn property(&self, field: &FieldRef, by_id: bool) -> Result<Option<Property>, PlanError> {
        Ok(Some(match meant(self.list, &field.name)? {
            Meant::System(property) => property_of(&[property]),
            Meant::Person(person) => property_of(&[person, if by_id { "Id" } else { "Title" }]),
            Meant::Fixed { .. } | Meant::Shown => return Err(not_usable(&field.name)),
            Meant::Own(own) => match &own.kind {
                FieldKind::Lookup { multiple: true, .. } | FieldKind::User { multiple: true, .. }
                    if !by_id =>
                {
                    return Ok(None);
                }
                FieldKind::Lookup { list, field: shown, .. } if !by_id => {
                    let list = self.catalog.list_by_guid(*list);
                    let shown = match list.map(|list| meant(list, shown)).transpose()? {
                        Some(Meant::Own(shown)) => shown.property_name.clone(),
                        Some(Meant::System(property)) => property.to_owned(),
                        Some(Meant::Person(person)) => format!("{person}Id"),
                        Some(Meant::Fixed { .. } | Meant::Shown) => return Err(not_usable(&field.name)),
                        None => shown.clone(),
                    };
                    property_of(&[own.entity_name(), &shown])
                }
                FieldKind::User { .. } if !by_id => property_of(&[own.entity_name(), "Title"]),
                _ => property_of(&[&own.property_name]),
            },
        }))
    }

    /// The property that an order would name; `None` for what all items are alike in.
    fn order_property(&self, name: &str) -> Result<Option<Property>, PlanError> {
        if let Meant::Fixed { .. } = meant(self.list, name)? {
            return Ok(None);
        }
        let field = FieldRef { name: name.to_owned(), lookup_id: false };
        let not_usable = |_| PlanError::NotUsable { name: name.to_owned(), clause: "OrderBy" };
        let property = self.property(&field, false).map_err(not_usable)?;
        property.map(Some).ok_or_else(|| PlanError::NotUsable { name: name.to_owned(), clause: "OrderBy" })
    }

    fn column(&self, name: &str, property: &Property) -> Result<Column, PlanError> {
        Column::resolve(self.catalog, self.list, property).map_err(|error| match error {
            // What stands for the items of another list is no name of the client's.
            PlanError::UnknownColumn { .. } => not_usable(name),
            error => in_words_of_caml(error, "Where"),
        })
    }

    fn literal(&self, column: &Column, field: &FieldRef, operand: &Operand) -> Result<Literal, PlanError> {
        let wrong = |reason: &str| wrong(&field.name, reason);
        match &operand.value {
            Value::UserId => Ok(Literal::Integer(self.caller.0)),
            Value::Now => Ok(Literal::DateTime(self.now)),
            Value::Today(days) => days
                .checked_mul(86_400)
                .and_then(|seconds| self.now.midnight().unix().checked_add(seconds))
                .and_then(Timestamp::from_unix)
                .map(Literal::DateTime)
                .ok_or_else(|| wrong("so many days from today there is no date")),
            // First, as what was shown of a list that is gone may have been anything.
            Value::Text(text) if column.is_text() || has_texts(column) => Ok(Literal::String(text.clone())),
            Value::Text(text) if column.is_boolean() => match fold(text.trim()).as_str() {
                "1" | "true" | "yes" => Ok(Literal::Boolean(true)),
                "0" | "false" | "no" => Ok(Literal::Boolean(false)),
                "" => Ok(Literal::Null),
                _ => Err(wrong("1 or 0 is expected")),
            },
            Value::Text(text) if column.is_time() => Timestamp::parse_iso(text.trim())
                .map(Literal::DateTime)
                .map_err(|error| wrong(&error.to_string())),
            Value::Text(text) => Ok(Literal::String(text.trim().to_owned())),
        }
    }

    /// Resolves what a filter would say.
    fn resolve(&self, name: &str, expr: Expr) -> Result<Predicate, PlanError> {
        Predicate::resolve(self.catalog, self.list, &expr).map_err(|error| match error {
            PlanError::WrongLiteral { reason, .. } => wrong(name, &reason),
            PlanError::NotUsable { .. } => not_usable(name),
            error => error,
        })
    }
}

/// Whether several texts are its value.
fn has_texts(column: &Column) -> bool {
    matches!(column, Column::Field(field) if matches!(field.kind, FieldKind::MultiChoice(_)))
}

fn comparing(property: Property, comparison: Comparison, value: Literal) -> Expr {
    Expr::Compare { property, comparison, value, span: Span::default() }
}

fn property_of(path: &[&str]) -> Property {
    Property { path: path.iter().map(|&name| name.to_owned()).collect(), span: Span::default() }
}

/// What every row fulfils, or none.
fn all_or_none(all: bool) -> Predicate {
    if all { Predicate::And(Vec::new()) } else { Predicate::Or(Vec::new()) }
}

fn in_words_of_caml(error: PlanError, clause: &'static str) -> PlanError {
    match error {
        PlanError::NotUsable { name, .. } => PlanError::NotUsable { name, clause },
        error => error,
    }
}

fn not_usable(name: &str) -> PlanError {
    PlanError::NotUsable { name: name.to_owned(), clause: "Where" }
}

fn wrong(name: &str, reason: &str) -> PlanError {
    PlanError::WrongCamlValue { name: name.to_owned(), reason: reason.to_owned() }
}
