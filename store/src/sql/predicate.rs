//! Predicates to SQL.

use odata::query::Comparison;

use super::{Dialect, Statement, Value};
use crate::{
    model::ListId,
    plan::{Column, Predicate, Target, Test, UserProperty, Via},
};

/// The SQL of a column of a list.
pub(super) fn column_sql(dialect: &dyn Dialect, list: ListId, column: &Column) -> String {
    match column {
        Column::Field(field) => dialect.key(field),
        // Plans hold comparable properties only.
        Column::System(property) => dialect.column(*property).unwrap_or("NULL").to_owned(),
        Column::Through { via, target } => {
            let table = dialect.items_table(list);
            let id = match via {
                Via::Field(field) => dialect.key_of(&table, field),
                Via::System(property) => format!("{table}.{}", dialect.column(*property).unwrap_or("NULL")),
            };
            // The alias keeps a list that refers to itself apart.
            match target {
                Target::Item { list, column } => {
                    let inner = column_sql(dialect, *list, column);
                    format!(
                        "(SELECT {inner} FROM {} AS other WHERE other.id = {id})",
                        dialect.items_table(*list)
                    )
                }
                Target::User(property) => {
                    let inner = match property {
                        UserProperty::Id => "id",
                        UserProperty::Title => "title_key",
                        UserProperty::Email => "email_key",
                        UserProperty::Name => "login_key",
                    };
                    format!("(SELECT nullif(other.{inner}, '') FROM users AS other WHERE other.id = {id})")
                }
                Target::Gone(_) => "NULL".to_owned(),
            }
        }
    }
}

/// Appends a predicate.
pub(super) fn push_predicate(
    sql: &mut Statement,
    dialect: &dyn Dialect,
    list: ListId,
    predicate: &Predicate,
) {
    match predicate {
        Predicate::And(members) => push_joined(sql, dialect, list, members, " AND "),
        Predicate::Or(members) => push_joined(sql, dialect, list, members, " OR "),
        Predicate::Test { column, test, negated } => {
            push_test(sql, dialect, list, column, test, *negated);
        }
        Predicate::Member { field, list: other, inner, negated } => {
            sql.push(if *negated { "NOT EXISTS (SELECT 1 FROM " } else { "EXISTS (SELECT 1 FROM " });
            // The alias keeps a list that refers to itself apart; each of the Ids is looked up by itself.
            sql.push(&dialect.items_table(*other)).push(" AS other WHERE other.id IN (");
            sql.push(&dialect.ids_of(&dialect.items_table(list), field)).push(") AND ");
            push_predicate(sql, dialect, *other, inner);
            sql.push(")");
        }
    }
}

/// Appends members in balanced pairs of parentheses, as engines limit the depth of an expression and a
/// plain chain is as deep as it is long.
fn push_joined(sql: &mut Statement, dialect: &dyn Dialect, list: ListId, members: &[Predicate], joint: &str) {
    match members {
        [] => {
            sql.push(if joint == " OR " { "1 = 0" } else { "1 = 1" });
        }
        [one] => push_predicate(sql, dialect, list, one),
        more => {
            let (left, right) = more.split_at(more.len() / 2);
            sql.push("(");
            push_joined(sql, dialect, list, left, joint);
            sql.push(joint);
            push_joined(sql, dialect, list, right, joint);
            sql.push(")");
        }
    }
}

fn push_test(
    sql: &mut Statement,
    dialect: &dyn Dialect,
    list: ListId,
    of: &Column,
    test: &Test,
    negated: bool,
) {
    let column = &*column_sql(dialect, list, of);
    match test {
        Test::Null(is_null) => {
            sql.push(column).push(if *is_null == negated { " IS NOT NULL" } else { " IS NULL" });
        }
        Test::Compare(comparison, key) => push_or_null(sql, column, negated, |sql| {
            sql.push(column).push(operator(*comparison, negated)).bind(dialect, key.clone());
        }),
        Test::In(keys) => push_or_null(sql, column, negated, |sql| {
            sql.push(column).push(if negated { " NOT IN (" } else { " IN (" });
            sql.bind_all(dialect, keys.iter().map(|key| key.clone().into())).push(")");
        }),
        Test::Part(part, comparison, number) => {
            let number_of = match of.is_seconds() {
                true => dialect.part_of_seconds(column, *part),
                false => dialect.part_of_text(column, *part),
            };
            push_or_null(sql, column, negated, |sql| {
                sql.push(&number_of).push(operator(*comparison, negated)).bind(dialect, *number);
            });
        }
        Test::StartsWith(prefix) => push_or_null(sql, column, negated, |sql| {
            // A range, so that an index serves it.
            sql.push(if negated { "NOT (" } else { "(" });
            sql.push(column).push(" >= ").bind(dialect, prefix.as_str());
            if let Some(end) = successor(prefix) {
                sql.push(" AND ").push(column).push(" < ").bind(dialect, end);
            }
            sql.push(")");
        }),
        Test::EndsWith(text) => push_or_null(sql, column, negated, |sql| {
            sql.params.push(Value::Text(text.clone()));
            let placeholder = dialect.placeholder(sql.params.len());
            sql.push(if negated { "NOT " } else { "" });
            sql.push(&dialect.ends_with(column, &placeholder));
        }),
        Test::Contains(text) => push_or_null(sql, column, negated, |sql| {
            sql.params.push(Value::Text(text.clone()));
            let placeholder = dialect.placeholder(sql.params.len());
            sql.push(if negated { "NOT " } else { "" });
            sql.push(&dialect.contains(column, &placeholder));
        }),
    }
}

fn operator(comparison: Comparison, negated: bool) -> &'static str {
    match (comparison, negated) {
        (Comparison::Equal, false) | (Comparison::NotEqual, true) => " = ",
        (Comparison::Equal, true) | (Comparison::NotEqual, false) => " <> ",
        (Comparison::Less, false) | (Comparison::GreaterOrEqual, true) => " < ",
        (Comparison::LessOrEqual, false) | (Comparison::Greater, true) => " <= ",
        (Comparison::Greater, false) | (Comparison::LessOrEqual, true) => " > ",
        (Comparison::GreaterOrEqual, false) | (Comparison::Less, true) => " >= ",
    }
}

/// A null fulfils the opposite of a comparison, which SQL's logic of three values denies.
fn push_or_null(sql: &mut Statement, column: &str, negated: bool, push: impl FnOnce(&mut Statement)) {
    if negated {
        sql.push("(");
    }
    push(sql);
    if negated {
        sql.push(" OR ").push(column).push(" IS NULL)");
    }
}

/// The least text that comes after every text with this prefix, in the order of code points.
fn successor(prefix: &str) -> Option<String> {
    let mut kept = prefix.to_owned();
    while let Some(last) = kept.pop() {
        let next = match last {
            '\u{d7ff}' => Some('\u{e000}'),
            other => char::from_u32(u32::from(other) + 1),
        };
        if let Some(next) = next {
            kept.push(next);
            return Some(kept);
        }
    }
    None
}
