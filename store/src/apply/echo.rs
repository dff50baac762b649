//! What a client sends back of that which it read: fine where the item has it, or gets it.

use std::{borrow::Cow, collections::HashMap};

use serde_json::{Map, Value};

use super::{Context, document::Document, item::decode_item};
use crate::{
    StoreError,
    model::{FieldValue, Item, List, Reference, SystemProperty, User, UserId, ids_of},
    plan::{ExpansionEcho, Ids, ItemValues, UserProperty, is_control, same},
    sql,
};

/// What is read-only may be sent with the value that it has, so that a page may send back what it read.
pub(super) fn check(
    cx: &mut Context<'_>,
    list: &List,
    item: &Item,
    open: &Document<'_>,
    values: &ItemValues,
) -> Result<(), StoreError> {
    if let Some((property, _)) = values.echoed.iter().find(|(p, sent)| !p.is(item, sent)) {
        return Err(StoreError::ReadOnly { property: property.name().to_owned() });
    }
    let differs = |(i, sent): &&(usize, FieldValue)| {
        open.value(&list.fields[*i].property_name) != sent.json && !values.gives(list, *i, sent)
    };
    if let Some((i, _)) = values.echoed_fields.iter().find(differs) {
        return Err(StoreError::ReadOnly { property: list.fields[*i].property_name.clone() });
    }
    for echo in &values.expansions {
        let (before, after) = match &echo.ids {
            Ids::Field(field) => {
                let at = list.fields.iter().position(|f| f.internal_name == field.internal_name);
                let source = list.source_of(at.ok_or(StoreError::StaleCatalog)?);
                let sent = values.fields.iter().rfind(|(i, _)| *i == source);
                (ids_of(open.value(&field.property_name)), sent.map(|(_, value)| ids_of(&value.json)))
            }
            Ids::System(SystemProperty::AuthorId) => (vec![item.author.0], None),
            Ids::System(_) => (vec![item.editor.0], None),
        };
        let is_there = shows(cx, values, echo, &before)?
            || match after {
                Some(ids) => shows(cx, values, echo, &ids)?,
                None => false,
            };
        if !is_there {
            return Err(StoreError::ReadOnly { property: echo.name.clone() });
        }
    }
    Ok(())
}

/// The values of an item that is replaced: a field of which only the expansion was sent keeps what it has.
pub(super) fn kept<'v>(list: &List, open: &Document<'_>, values: &'v ItemValues) -> Cow<'v, ItemValues> {
    let mut values = Cow::Borrowed(values);
    for at in 0..values.expansions.len() {
        let Ids::Field(field) = &values.expansions[at].ids else { continue };
        let position = list.fields.iter().position(|f| f.internal_name == field.internal_name);
        let Some(source) = position.map(|at| list.source_of(at)) else { continue };
        if !values.fields.iter().any(|(i, _)| *i == source) {
            let value = open.ids_of(&list.fields[source]);
            values.to_mut().fields.push((source, value));
        }
    }
    values
}

/// Whether an expansion with these Ids shows what was sent.
fn shows(
    cx: &mut Context<'_>,
    values: &ItemValues,
    echo: &ExpansionEcho,
    ids: &[i64],
) -> Result<bool, StoreError> {
    let sent: Vec<&Value> = match echo.sent.get("results").unwrap_or(&echo.sent) {
        Value::Null => Vec::new(),
        Value::Array(members) => members.iter().collect(),
        one => vec![one],
    };
    let of = match &echo.ids {
        Ids::Field(field) => field.kind.reference(),
        Ids::System(_) => Some(Reference::Users),
    };
    let Some(Reference::Items(guid)) = of else {
        let there: Vec<_> = ids.iter().filter_map(|id| cx.catalog.user(UserId(*id))).collect();
        return Ok(
            there.len() == sent.len() && there.iter().zip(sent).all(|(user, sent)| is_user(user, sent))
        );
    };
    // What the writer does not see is expanded as if it were deleted.
    let list = cx.catalog.list_by_guid(guid).filter(|_| !values.hidden.contains(&guid)).cloned();
    let Some(list) = list else { return Ok(sent.is_empty()) };
    let mut found = HashMap::new();
    for some in ids.chunks(sql::MAX_IDS) {
        let sql = sql::select_by_ids(cx.tx.dialect(), list.id, some);
        for row in cx.tx.query(&sql)? {
            let (item, _) = decode_item(row)?;
            found.insert(item.id.0, item);
        }
    }
    let there: Vec<_> = ids.iter().filter_map(|id| found.get(id)).collect();
    Ok(there.len() == sent.len() && there.iter().zip(sent).all(|(item, sent)| is_item(&list, item, sent)))
}

fn is_user(user: &User, sent: &Value) -> bool {
    let is = |(name, value): (&String, &Value)| {
        is_control(name, value)
            || match UserProperty::from_name(name) {
                Some(UserProperty::Id) => *value == user.id.0,
                Some(UserProperty::Title) => *value == user.title.as_str(),
                Some(UserProperty::Email) => *value == user.email.as_str(),
                Some(UserProperty::Name) => *value == user.login.as_str(),
                None => false,
            }
    };
    sent.as_object().is_some_and(|members| members.iter().all(is))
}

fn is_item(list: &List, item: &Item, sent: &Value) -> bool {
    let held: Map<String, Value> = serde_json::from_str(&item.doc).unwrap_or_default();
    let is = |(name, value): (&String, &Value)| {
        is_control(name, value)
            || match (held.get(name), SystemProperty::from_name(name)) {
                (Some(has), _) => same(has, value),
                (None, Some(property)) => property.is(item, value),
                // The row is older than the field.
                (None, None) => value.is_null() && list.field_by_property(name).is_some(),
            }
    };
    sent.as_object().is_some_and(|members| members.iter().all(is))
}
