//! Writes to the fields of lists and to the columns of sites. Each makes a new catalog.

use std::sync::Arc;

use odata::Preconditions;

use super::{Context, catalog::save, item, view};
use crate::{
    StoreError, Written,
    model::{Field, FieldId, FieldKind, FieldOwner, List, Site},
    plan::{FieldChange, MAX_FIELDS, MAX_INDEXES},
    sql,
};

pub(super) fn add(cx: &mut Context<'_>, owner: &FieldOwner, field: &Field) -> Result<Written, StoreError> {
    if owner.fields().len() >= MAX_FIELDS {
        let what = if owner.list().is_some() { "Fields of a list" } else { "Columns of a site" };
        return Err(StoreError::Limit { what, limit: MAX_FIELDS });
    }
    match owner {
        FieldOwner::List(list) => add_to_list(cx, list, field.clone()),
        FieldOwner::Site(site) => {
            let mut column = field.clone();
            column.id = FieldId(cx.returning(|d| sql::insert_column(d, site.id, &column))?);
            let column = Arc::new(column);
            let mut changed = Site::clone(site);
            changed.columns.push(column.clone());
            Ok(Written::FieldAdded(FieldOwner::Site(put_site(cx, changed)), column))
        }
    }
}

fn add_to_list(cx: &mut Context<'_>, list: &Arc<List>, mut field: Field) -> Result<Written, StoreError> {
    if field.indexed {
        check_index_count(list)?;
    }
    let name = &field.internal_name;
    field.keyed = field.unique || cx.query_one(|d| sql::select_any_released_key(d, list.id, name))?.is_some();
    field.id = FieldId(cx.returning(|d| sql::insert_field(d, list.id, &field))?);
    if field.indexed {
        cx.execute(|d| sql::create_index(d, list, &field))?;
    }
    let field = Arc::new(field);
    let mut changed = List::clone(list);
    changed.fields.push(field.clone());
    let list = save_shape(cx, changed)?;
    if field.kind.is_derived() {
        item::derive_all(cx, &list)?;
    }
    Ok(Written::FieldAdded(FieldOwner::List(list), field))
}

/// Puts a site with other columns in the place of the one with its path.
fn put_site(cx: &mut Context<'_>, site: Site) -> Arc<Site> {
    let site = Arc::new(site);
    Arc::make_mut(cx.catalog).put_site(site.clone());
    site
}

/// Writes a list whose set of fields has changed.
fn save_shape(cx: &mut Context<'_>, mut list: List) -> Result<Arc<List>, StoreError> {
    list.shape += 1;
    cx.execute(|d| sql::drop_view(d, &list))?;
    cx.execute(|d| sql::create_view(d, &list))?;
    save(cx, list)
}

fn check_index_count(list: &List) -> Result<(), StoreError> {
    if list.fields.iter().filter(|f| f.indexed).count() >= MAX_INDEXES {
        return Err(StoreError::Limit { what: "Indexed fields of a list", limit: MAX_INDEXES });
    }
    Ok(())
}

pub(super) fn change(cx: &mut Context<'_>, change: &FieldChange) -> Result<Written, StoreError> {
    let owner = &change.owner;
    cx.check_field(owner, &change.preconditions)?;
    let at = owner.fields().iter().position(|f| f.internal_name == change.changed.internal_name);
    let at = at.ok_or(StoreError::StaleCatalog)?;
    let old = &owner.fields()[at];
    let new = &Field { keyed: old.keyed || change.changed.unique, ..change.changed.clone() };
    match owner {
        FieldOwner::List(list) => {
            move_index(cx, list, old, new)?;
            cx.execute(|d| sql::update_field(d, owner, new))?;
            let mut changed = List::clone(list);
            changed.fields[at] = Arc::new(new.clone());
            save(cx, changed)?;
        }
        FieldOwner::Site(site) => {
            cx.execute(|d| sql::update_field(d, owner, new))?;
            let mut changed = Site::clone(site);
            changed.columns[at] = Arc::new(new.clone());
            put_site(cx, changed);
        }
    }
    Ok(Written::FieldChanged)
}

fn move_index(cx: &mut Context<'_>, list: &List, old: &Field, new: &Field) -> Result<(), StoreError> {
    if (old.indexed, old.unique) == (new.indexed, new.unique) {
        return Ok(());
    }
    if old.indexed {
        cx.execute(|d| sql::drop_index(d, list, old))?;
    }
    if new.indexed {
        if !old.indexed {
            check_index_count(list)?;
        }
        cx.execute(|d| sql::create_index(d, list, new))?;
    }
    Ok(())
}

/// Deletes a field, and with a Lookup those that depend on it.
pub(super) fn delete(
    cx: &mut Context<'_>,
    owner: &FieldOwner,
    field: &Arc<Field>,
    preconditions: &Preconditions,
) -> Result<Written, StoreError> {
    cx.check_field(owner, preconditions)?;
    let uses = |by: &&Arc<Field>| match &by.kind {
        FieldKind::Calculated(formula) => formula.fields.values().any(|name| *name == field.internal_name),
        _ => false,
    };
    if let Some(by) = owner.fields().iter().find(uses) {
        return Err(StoreError::FieldInUse { field: field.title.clone(), by: by.title.clone() });
    }
    let goes = |f: &Arc<Field>| f.id == field.id || f.kind.primary() == Some(field.guid);
    for gone in owner.fields().iter().filter(|f| goes(f)) {
        if let FieldOwner::List(list) = owner {
            remove_from_items(cx, list, gone)?;
        }
        cx.execute(|d| sql::delete_field(d, owner, gone.id))?;
    }
    match owner {
        FieldOwner::List(list) => {
            let mut changed = List::clone(list);
            changed.fields.retain(|f| !goes(f));
            for gone in owner.fields().iter().filter(|f| goes(f)) {
                view::forget_field(cx, &mut changed, gone)?;
            }
            save_shape(cx, changed)?;
        }
        FieldOwner::Site(site) => {
            let mut changed = Site::clone(site);
            changed.columns.retain(|f| !goes(f));
            put_site(cx, changed);
        }
    }
    Ok(Written::FieldDeleted)
}

fn remove_from_items(cx: &mut Context<'_>, list: &List, field: &Field) -> Result<(), StoreError> {
    if field.indexed {
        cx.execute(|d| sql::drop_index(d, list, field))?;
    }
    if field.keyed {
        cx.execute(|d| sql::release_all_keys(d, list.id, field))?;
    }
    cx.execute(|d| sql::remove_values(d, list, field))?;
    Ok(())
}
