//! `$filter`, `$orderby`, `$skip`, `$top` and `$select` over entities of the catalog, of which there are
//! few: they are held against the properties that an answer shows.

use std::cmp::Ordering;

use odata::{
    Literal, Timestamp,
    query::{Comparison, Direction, Expr, Property, QueryOptions, Select, TextMatch},
};
use serde_json::Value;
use store::{model::fold, plan::PlanError};

use super::{Entity, Nested};

/// Entities of one set, and how many there are on all pages where that was asked for.
#[derive(Debug)]
pub(crate) struct Matches {
    pub(crate) entities: Vec<Entity>,
    pub(crate) total: Option<usize>,
}

/// The entities that a query asks for, in its order. Names are looked up in the union of all properties.
pub(crate) fn matching(entities: Vec<Entity>, options: &QueryOptions) -> Result<Matches, PlanError> {
    let known = |name: &str| {
        entities.is_empty() || entities.iter().any(|e| e.properties.iter().any(|(n, _)| *n == name))
    };
    let all = ["*".to_owned()];
    let select: Vec<Path<'_>> = options
        .select
        .iter()
        .map(|member| match member {
            Select::All => all.as_slice(),
            Select::Property(property) => property.path.as_slice(),
        })
        .collect();
    let expand: Vec<Path<'_>> = options.expand.iter().map(|expanded| expanded.path.as_slice()).collect();
    check_shape(&entities.iter().collect::<Vec<_>>(), &select, &expand)?;
    if let Some(filter) = &options.filter {
        check_names(filter, &known)?;
    }
    let mut order = Vec::new();
    for key in &options.order_by {
        order.push((column(&key.property, &known)?, key.direction));
    }
    let holds = |e: &Entity| options.filter.as_ref().is_none_or(|f| evaluate(f, e));
    let mut found: Vec<Entity> = entities.into_iter().filter(holds).collect();
    found.sort_by(|a, b| {
        order.iter().fold(Ordering::Equal, |so_far, (name, direction)| {
            so_far.then_with(|| {
                let ordering = rank(value(a, name), value(b, name));
                if *direction == Direction::Descending { ordering.reverse() } else { ordering }
            })
        })
    });
    let total = options.count.then_some(found.len());
    let skip = usize::try_from(options.skip.unwrap_or(0)).unwrap_or(usize::MAX);
    let top = options.top.map_or(usize::MAX, |t| t.rows() as usize);
    let page = found.into_iter().skip(skip).take(top);
    let entities = page.map(|e| shaped(e, &select, &expand)).collect();
    Ok(Matches { entities, total })
}

/// The names of a path that are left.
type Path<'a> = &'a [String];

/// The rests of the paths that begin with a name.
fn under<'a>(paths: &[Path<'a>], name: &str) -> Vec<Path<'a>> {
    paths.iter().filter(|path| path.first().is_some_and(|n| n == name)).map(|path| &path[1..]).collect()
}

/// Whether entities of one kind have what is selected and expanded of them. Where there is no entity, there
/// is nothing to be held against.
fn check_shape(entities: &[&Entity], select: &[Path<'_>], expand: &[Path<'_>]) -> Result<(), PlanError> {
    let Some(first) = entities.first() else { return Ok(()) };
    let nested = |name: &str| first.nested.iter().any(|(n, _)| *n == name);
    let unknown = |path: Path<'_>| PlanError::UnknownProperty { name: path.join("/") };
    if let Some(path) = expand.iter().find(|path| path.first().is_some_and(|name| !nested(name))) {
        return Err(unknown(path));
    }
    for path in select {
        let holds = match path {
            [] => true,
            [name] if name == "*" => true,
            [name] if expand.iter().any(|e| e.first() == Some(name)) => true,
            [name] => entities.iter().any(|e| e.properties.iter().any(|(n, _)| n == name)),
            [name, ..] => expand.iter().any(|e| e.first() == Some(name)),
        };
        if !holds {
            return Err(unknown(path));
        }
    }
    for (name, nested) in &first.nested {
        if expand.iter().any(|e| e.first().is_some_and(|n| n == name)) {
            let members = match nested {
                Nested::One(entity) => vec![&**entity],
                Nested::Many(entities) => entities.iter().collect(),
            };
            check_shape(&members, &under(select, name), &under(expand, name))?;
        }
    }
    Ok(())
}

/// An entity with what was selected of it and expanded; what was expanded is there whether it was selected or
/// not, the whole of it unless a path selects within it.
fn shaped(entity: Entity, select: &[Path<'_>], expand: &[Path<'_>]) -> Entity {
    let is_whole = select.is_empty() || select.iter().any(|p| p.is_empty() || *p == ["*"]);
    let selected = (!is_whole).then(|| select.iter().map(|path| path.join("/")).collect());
    let mut nested = entity.nested;
    nested.retain(|(name, _)| expand.iter().any(|path| path.first().is_some_and(|n| n == name)));
    let shape = |(name, nested): (&'static str, Nested)| {
        let (select, expand) = (under(select, name), under(expand, name));
        let nested = match nested {
            Nested::One(entity) => Nested::One(Box::new(shaped(*entity, &select, &expand))),
            Nested::Many(all) => Nested::Many(all.into_iter().map(|e| shaped(e, &select, &expand)).collect()),
        };
        (name, nested)
    };
    let nested = nested.into_iter().map(shape).collect();
    Entity { selected, nested, ..entity }
}

fn column(property: &Property, known: &impl Fn(&str) -> bool) -> Result<String, PlanError> {
    let name = property.path.join("/");
    if known(&name) { Ok(name) } else { Err(PlanError::UnknownColumn { name }) }
}

fn check_names(expr: &Expr, known: &impl Fn(&str) -> bool) -> Result<(), PlanError> {
    match expr {
        Expr::And(members) | Expr::Or(members) => members.iter().try_for_each(|m| check_names(m, known)),
        Expr::Not(inner) => check_names(inner, known),
        Expr::Compare { property, .. }
        | Expr::Part { property, .. }
        | Expr::In { property, .. }
        | Expr::Text { property, .. }
        | Expr::Holds(property) => column(property, known).map(drop),
    }
}

fn value<'a>(entity: &'a Entity, name: &str) -> &'a Value {
    entity.properties.iter().find(|(n, _)| *n == name).map_or(&Value::Null, |(_, v)| v)
}

fn evaluate(expr: &Expr, entity: &Entity) -> bool {
    match expr {
        Expr::And(members) => members.iter().all(|m| evaluate(m, entity)),
        Expr::Or(members) => members.iter().any(|m| evaluate(m, entity)),
        Expr::Not(inner) => !evaluate(inner, entity),
        Expr::Holds(property) => value(entity, &property.path.join("/")).as_bool() == Some(true),
        Expr::Text { property, matching, text } => {
            let has = value(entity, &property.path.join("/")).as_str().map(fold);
            has.is_some_and(|has| match matching {
                TextMatch::Start => has.starts_with(&fold(text)),
                TextMatch::End => has.ends_with(&fold(text)),
                TextMatch::Anywhere => has.contains(&fold(text)),
            })
        }
        Expr::Compare { property, comparison, value: literal, .. } => {
            let has = value(entity, &property.path.join("/"));
            fulfils(*comparison, compare(has, &json_of(has, literal)))
        }
        Expr::Part { part, property, comparison, value: number } => {
            let has = value(entity, &property.path.join("/")).as_str();
            let at = has.and_then(|text| Timestamp::parse_iso(text).ok());
            fulfils(*comparison, at.map(|at| at.part(*part).cmp(number)))
        }
        Expr::In { property, values } => {
            let has = value(entity, &property.path.join("/"));
            values.iter().any(|(one, _)| compare(has, &json_of(has, one)) == Some(Ordering::Equal))
        }
    }
}

/// Whether two values that rank so fulfil a comparison; those that do not compare are unequal.
fn fulfils(comparison: Comparison, ordering: Option<Ordering>) -> bool {
    match comparison {
        Comparison::Equal => ordering == Some(Ordering::Equal),
        Comparison::NotEqual => ordering != Some(Ordering::Equal),
        Comparison::Less => ordering == Some(Ordering::Less),
        Comparison::LessOrEqual => ordering.is_some_and(Ordering::is_le),
        Comparison::Greater => ordering == Some(Ordering::Greater),
        Comparison::GreaterOrEqual => ordering.is_some_and(Ordering::is_ge),
    }
}

/// The literal as a value of the kind that it is compared with.
fn json_of(has: &Value, literal: &Literal) -> Value {
    match literal {
        Literal::Null => Value::Null,
        Literal::Boolean(b) => (*b).into(),
        Literal::Integer(i) if has.is_boolean() => (*i == 1).into(),
        Literal::Integer(i) => (*i).into(),
        Literal::Number(n) => (*n).into(),
        Literal::String(s) => s.as_str().into(),
        Literal::DateTime(t) => t.to_string().into(),
        Literal::Guid(g) => g.to_string().into(),
    }
}

/// How a sort ranks two values: null before all.
fn rank(a: &Value, b: &Value) -> Ordering {
    b.is_null().cmp(&a.is_null()).then_with(|| compare(a, b).unwrap_or(Ordering::Equal))
}

/// Texts without regard to case; values of different kinds do not compare.
fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::Number(a), Value::Number(b)) => a.as_f64()?.partial_cmp(&b.as_f64()?),
        (Value::String(a), Value::String(b)) => Some(fold(a).cmp(&fold(b))),
        _ => None,
    }
}
