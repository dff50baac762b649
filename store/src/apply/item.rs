//! Writes to items.

use std::{collections::HashSet, sync::Arc};

use odata::{Preconditions, TagCondition, Timestamp, Uuid, Version};

use super::{
    Context,
    document::{Derived, Document, MovedKey},
    echo,
};
use crate::{
    StoreError, Written,
    model::{
        Field, FieldKind, FieldValue, Item, ItemId, List, ListId, Reference, Strictness, UserId, ids_of,
    },
    plan::{ItemChange, ItemChangeKind, ItemTarget, ItemValues, NewItem},
    sql::{self, ChangeKind, ChangeRow, Columns, Purpose, Row, StateChange},
};

/// Makes an item. The address is the collection's, which exists: `If-Match: *` says nothing there.
pub(super) fn add(cx: &mut Context<'_>, new: &NewItem) -> Result<Written, StoreError> {
    let mut preconditions = new.preconditions.clone();
    if preconditions.if_match == Some(TagCondition::Any) {
        preconditions.if_match = None;
    }
    cx.check_absent(&preconditions)?;
    insert(cx, &new.list, new.guid, &new.values)
}

fn insert(
    cx: &mut Context<'_>,
    list: &Arc<List>,
    guid: Uuid,
    values: &ItemValues,
) -> Result<Written, StoreError> {
    let now = cx.now();
    check_references(cx, list, &Document::empty(), values)?;
    let all = with_defaults(list, values, now)?;
    let composed = Document::empty().compose(list, |i| all.get(i));
    let list_id = list.id;
    let id = ItemId(cx.returning(|d| sql::take_item_id(d, list_id))?);
    let item = Item {
        id,
        version: first_unseen(cx, list_id, Version::FIRST, &composed.moved)?,
        guid,
        created: now,
        modified: now,
        author: cx.caller,
        editor: cx.caller,
        shape: list.shape,
        doc: composed.doc,
    };
    cx.execute(|d| sql::insert_item(d, list_id, &item, &composed.keys))?;
    note_change(cx, list, &item, ChangeKind::Add, &composed.changed)?;
    Ok(Written::ItemAdded(list.clone(), item))
}

/// Changes or deletes an item.
pub(super) fn change(cx: &mut Context<'_>, change: &ItemChange) -> Result<Written, StoreError> {
    let list = &change.list;
    let row = cx.query_one(|d| sql::select_item(d, list, &change.target, Purpose::Write))?;
    let Some(row) = row else {
        return match (&change.kind, &change.target) {
            (ItemChangeKind::Replace(values, guid), ItemTarget::Key { field, value }) => {
                cx.check_absent(&change.preconditions)?;
                if let Some(property) = values.unfit_for_new_item(list) {
                    return Err(StoreError::ReadOnly { property: property.to_owned() });
                }
                let values = keyed(list, field, value, values)?;
                insert(cx, list, *guid, &values)
            }
            _ => Err(StoreError::ItemNotFound),
        };
    };
    let (item, keys) = decode_with_keys(row)?;
    cx.check_item(list, &item, &change.preconditions)?;
    check_strictness(change, list)?;
    let open = Document::open(&item.doc, &keys)?;
    match &change.kind {
        ItemChangeKind::Delete => {
            for field in list.fields.iter().filter(|f| f.keyed) {
                if let Some(key) = open.key(&field.internal_name) {
                    cx.execute(|d| sql::release_key(d, list.id, &field.internal_name, key, item.version))?;
                }
            }
            delete(cx, list, &item)
        }
        ItemChangeKind::Merge(values) => {
            echo::check(cx, list, &item, &open, values)?;
            check_references(cx, list, &open, values)?;
            check_required(list, values)?;
            let composed =
                open.compose(list, |i| values.fields.iter().rfind(|(at, _)| *at == i).map(|(_, v)| v));
            update(cx, list, &item, composed).map(|item| Written::ItemChanged(list.clone(), item))
        }
        ItemChangeKind::Replace(values, _) => {
            echo::check(cx, list, &item, &open, values)?;
            check_references(cx, list, &open, values)?;
            let values = &echo::kept(list, &open, values);
            let values = match &change.target {
                ItemTarget::Key { field, value } => &keyed(list, field, value, values)?,
                ItemTarget::Id(_) => values,
            };
            let all = with_defaults(list, values, cx.now())?;
            // Read-only fields are never reset.
            let composed = open.compose(list, |i| all.get(i).filter(|_| !list.fields[i].read_only));
            update(cx, list, &item, composed).map(|item| Written::ItemChanged(list.clone(), item))
        }
        ItemChangeKind::Increment { field, by } => {
            let (value, number) = incremented(field, open.value(&field.property_name), *by)?;
            let composed = open
                .compose(list, |i| (list.fields[i].internal_name == field.internal_name).then_some(&value));
            let item = update(cx, list, &item, composed)?;
            Ok(Written::Incremented { item, value: number, first: number - by + 1 })
        }
    }
}

/// A strict list wants to be told which version the client saw. An increment names its change and loses
/// nothing, so that it needs no condition.
fn check_strictness(change: &ItemChange, list: &List) -> Result<(), StoreError> {
    if matches!(change.kind, ItemChangeKind::Increment { .. }) {
        return Ok(());
    }
    let Preconditions { if_match, if_unmodified_since, .. } = &change.preconditions;
    let named = match if_match {
        Some(TagCondition::Tags(_)) => Strictness::Tag,
        Some(TagCondition::Any) => Strictness::Condition,
        None if if_unmodified_since.is_some() => Strictness::Tag,
        None => Strictness::Off,
    };
    if named < list.strict.max(change.least_strict) { Err(StoreError::PreconditionRequired) } else { Ok(()) }
}

/// The values of an item that a unique field's value addresses: the field has that value.
fn keyed(
    list: &List,
    field: &Field,
    key: &FieldValue,
    values: &ItemValues,
) -> Result<ItemValues, StoreError> {
    let mut values = values.clone();
    let at = list.fields.iter().position(|f| f.internal_name == field.internal_name);
    let at = at.ok_or(StoreError::StaleCatalog)?;
    match values.fields.iter().rfind(|(i, _)| *i == at) {
        Some((_, sent)) if sent.key == key.key => {}
        Some(_) => return Err(StoreError::ReadOnly { property: field.property_name.clone() }),
        None => values.fields.push((at, key.clone())),
    }
    Ok(values)
}

/// A value for every field: the one given, or the default.
fn with_defaults(list: &List, values: &ItemValues, now: Timestamp) -> Result<Vec<FieldValue>, StoreError> {
    let mut all = Vec::with_capacity(list.fields.len());
    for (i, field) in list.fields.iter().enumerate() {
        let value = match values.fields.iter().rfind(|(at, _)| *at == i) {
            Some((_, value)) => value.clone(),
            // Defaults were checked when they were set; bounds may have moved since.
            None => field.default_at(now).unwrap_or_else(|_| FieldValue::null()),
        };
        if field.required && value == FieldValue::null() {
            return Err(StoreError::Required { field: field.title.clone() });
        }
        all.push(value);
    }
    Ok(all)
}

/// What a value refers to must be there, or be among what the item had before.
fn check_references(
    cx: &mut Context<'_>,
    list: &List,
    open: &Document<'_>,
    values: &ItemValues,
) -> Result<(), StoreError> {
    for (i, value) in &values.fields {
        let field = &list.fields[*i];
        let Some(reference) = field.kind.reference() else { continue };
        let before: HashSet<i64> = ids_of(open.value(&field.property_name)).into_iter().collect();
        let mut ids = value.ids_held();
        ids.retain(|id| !before.contains(id));
        if ids.is_empty() {
            continue;
        }
        let all_there = match reference {
            Reference::Users => ids.iter().all(|id| cx.catalog.user(UserId(*id)).is_some()),
            Reference::Items(guid) if values.hidden.contains(&guid) => false,
            Reference::Items(guid) => match cx.catalog.list_by_guid(guid).map(|l| l.id) {
                None => false,
                Some(other) => {
                    let mut found = 0;
                    for some in ids.chunks(sql::MAX_IDS) {
                        let sql = sql::select_by_ids(cx.tx.dialect(), other, some);
                        found += cx.tx.query(&sql)?.len();
                    }
                    found == ids.len()
                }
            },
        };
        if !all_there {
            return Err(StoreError::NoSuchReference { field: field.title.clone() });
        }
    }
    Ok(())
}

fn check_required(list: &List, values: &ItemValues) -> Result<(), StoreError> {
    let emptied = values.fields.iter().find(|(i, v)| list.fields[*i].required && *v == FieldValue::null());
    match emptied {
        Some((i, _)) => Err(StoreError::Required { field: list.fields[*i].title.clone() }),
        None => Ok(()),
    }
}

fn update(
    cx: &mut Context<'_>,
    list: &Arc<List>,
    read: &Item,
    composed: super::document::Composed,
) -> Result<Item, StoreError> {
    for moved in &composed.moved {
        if let Some(key) = &moved.old {
            cx.execute(|d| sql::release_key(d, list.id, &moved.field, key, read.version))?;
        }
    }
    let item = Item {
        version: first_unseen(cx, list.id, read.version.next(), &composed.moved)?,
        // A clock that was set back must not make a version older than the one before it.
        modified: cx.now().max(read.modified),
        editor: cx.caller,
        shape: list.shape,
        doc: composed.doc,
        ..read.clone()
    };
    let list_id = list.id;
    let rows = cx.execute(|d| sql::update_item(d, list_id, &item, &composed.keys, read.version))?;
    expect_one(rows)?;
    note_change(cx, list, &item, ChangeKind::Update, &composed.changed)?;
    Ok(item)
}

/// The least version from `next` on that no client can have seen at the address of a value that a unique
/// field takes: the tag of an item that had the value before must not fit this one.
fn first_unseen(
    cx: &mut Context<'_>,
    list: ListId,
    next: Version,
    moved: &[MovedKey],
) -> Result<Version, StoreError> {
    let mut version = next;
    for moved in moved {
        let Some(key) = &moved.new else { continue };
        if let Some(row) = cx.query_one(|d| sql::select_released_key(d, list, &moved.field, key))? {
            let seen = sql::released_version(row)?;
            // One version is left out, so that none is known to stand before this one: a date seen at the
            // address may be of this very second.
            version = version.max(seen).max(next).next();
        }
    }
    Ok(version)
}

fn delete(cx: &mut Context<'_>, list: &Arc<List>, read: &Item) -> Result<Written, StoreError> {
    let rows = cx.execute(|d| sql::delete_item(d, list.id, read.id, read.version))?;
    expect_one(rows)?;
    let gone = Item {
        version: read.version.next(),
        modified: cx.now().max(read.modified),
        editor: cx.caller,
        ..read.clone()
    };
    note_change(cx, list, &gone, ChangeKind::Delete, "[]")?;
    Ok(Written::ItemDeleted)
}

/// The row was read under its lock: that another version is written now is an error of ours.
fn expect_one(rows: usize) -> Result<(), StoreError> {
    if rows == 1 { Ok(()) } else { Err(StoreError::Internal(format!("a write touched {rows} rows"))) }
}

/// Derives the derived fields of all rows anew. The items' versions stay, as they do when any field is
/// added.
pub(super) fn derive_all(cx: &mut Context<'_>, list: &List) -> Result<(), StoreError> {
    let derived = Derived::of(list);
    let mut after = ItemId(0);
    loop {
        let sql = sql::select_rows_after(cx.tx.dialect(), list.id, after);
        let rows = cx.tx.query(&sql)?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            let (item, keys) = decode_with_keys(row)?;
            let composed = Document::open(&item.doc, &keys)?.compose_with(list, &derived, |_| None);
            let item = Item { shape: list.shape, doc: composed.doc, ..item.clone() };
            after = item.id;
            let rows = cx.execute(|d| sql::update_item(d, list.id, &item, &composed.keys, item.version))?;
            expect_one(rows)?;
        }
    }
}

fn note_change(
    cx: &mut Context<'_>,
    list: &List,
    item: &Item,
    kind: ChangeKind,
    fields: &str,
) -> Result<(), StoreError> {
    let at_millis = cx.now_millis.max(item.modified.unix().saturating_mul(1000));
    let editor = cx.caller;
    let row =
        ChangeRow { list: list.id, item: item.id, version: item.version, kind, fields, at_millis, editor };
    let seq = cx.returning(|d| sql::insert_change(d, &row))?;
    let items = match kind {
        ChangeKind::Add => 1,
        ChangeKind::Update => 0,
        ChangeKind::Delete => -1,
    };
    let deleted = matches!(kind, ChangeKind::Delete);
    let state = StateChange { items, seq, at: Some(item.modified), deleted };
    cx.execute(|d| sql::update_state(d, list.id, &state))?;
    Ok(())
}

/// The whole numbers that every client reads exactly.
const EXACT: i64 = 1 << 53;

fn incremented(field: &Field, json: &str, by: i64) -> Result<(FieldValue, i64), StoreError> {
    let refuse = |reason: String| StoreError::NotIncrementable { reason };
    let no_number = || refuse(format!("The field '{}' holds no whole number: {json}.", field.title));
    let value = serde_json::from_str::<serde_json::Value>(json).map_err(|_| no_number())?;
    let held = match (&field.kind, &value) {
        (
            FieldKind::Integer(_) | FieldKind::Number { .. } | FieldKind::Currency { .. },
            serde_json::Value::Number(n),
        ) => n.as_i64(),
        (FieldKind::Text { .. }, serde_json::Value::String(s)) => s.trim().parse().ok(),
        _ => None,
    };
    let held = held.ok_or_else(no_number)?;
    let number = held
        .checked_add(by)
        .filter(|n| n.abs() <= EXACT)
        .ok_or_else(|| refuse(format!("The field '{}' cannot hold {held} + {by}.", field.title)))?;
    let sent = match field.kind {
        FieldKind::Text { .. } => number.to_string().into(),
        _ => number.into(),
    };
    let value =
        field.read(&sent).map_err(|wrong| refuse(format!("The field '{}': {wrong}.", field.title)))?;
    Ok((value, number))
}

/// Reads the columns of an item.
pub(crate) fn decode_item(row: Row) -> Result<(Item, Columns), StoreError> {
    let mut columns = Columns::new(row);
    let time = |unix| Timestamp::from_unix(unix).unwrap_or(Timestamp::EPOCH);
    let item = Item {
        id: ItemId(columns.integer()?),
        version: Version::new(columns.integer()?.unsigned_abs()),
        guid: Uuid::try_parse(&columns.text()?)
            .map_err(|e| StoreError::Internal(format!("a row's GUID cannot be read: {e}")))?,
        created: time(columns.integer()?),
        modified: time(columns.integer()?),
        author: UserId(columns.integer()?),
        editor: UserId(columns.integer()?),
        shape: columns.integer()?,
        doc: columns.text()?,
    };
    Ok((item, columns))
}

fn decode_with_keys(row: Row) -> Result<(Item, String), StoreError> {
    let (item, mut columns) = decode_item(row)?;
    Ok((item, columns.text()?))
}
