//! Writes to the views of lists. Each makes a new catalog, and raises the list's version but not its shape:
//! rows are stored as before.

use std::sync::Arc;

use odata::{Preconditions, Uuid};

use super::{Context, catalog::save};
use crate::{
    StoreError, Written,
    model::{Field, FieldOwner, List, ListView, ViewId},
    plan::{MAX_VIEWS, ViewChange},
    sql,
};

pub(super) fn add(cx: &mut Context<'_>, list: &Arc<List>, new: &ListView) -> Result<Written, StoreError> {
    if list.views.len() >= MAX_VIEWS {
        return Err(StoreError::Limit { what: "Views of a list", limit: MAX_VIEWS });
    }
    let mut changed = List::clone(list);
    if new.is_default {
        take_default(cx, &mut changed)?;
    }
    let view = insert(cx, &mut changed, new.clone())?;
    let list = save(cx, changed)?;
    Ok(Written::ViewAdded(list, view))
}

/// Adds a view's row.
pub(super) fn insert(
    cx: &mut Context<'_>,
    list: &mut List,
    mut view: ListView,
) -> Result<Arc<ListView>, StoreError> {
    view.id = ViewId(cx.returning(|d| sql::insert_view(d, list.id, &view))?);
    let view = Arc::new(view);
    list.views.push(view.clone());
    Ok(view)
}

pub(super) fn change(cx: &mut Context<'_>, change: &ViewChange) -> Result<Written, StoreError> {
    cx.check_field(&FieldOwner::List(change.list.clone()), &change.preconditions)?;
    let mut changed = List::clone(&change.list);
    let at = position(&changed, change.changed.guid)?;
    if change.changed.is_default && !changed.views[at].is_default {
        take_default(cx, &mut changed)?;
    }
    cx.execute(|d| sql::update_view(d, &change.changed))?;
    changed.views[at] = Arc::new(change.changed.clone());
    save(cx, changed)?;
    Ok(Written::ViewChanged)
}

pub(super) fn delete(
    cx: &mut Context<'_>,
    list: &Arc<List>,
    guid: Uuid,
    preconditions: &Preconditions,
) -> Result<Written, StoreError> {
    cx.check_field(&FieldOwner::List(list.clone()), preconditions)?;
    let mut changed = List::clone(list);
    let view = changed.views.remove(position(list, guid)?);
    cx.execute(|d| sql::delete_view(d, view.id))?;
    save(cx, changed)?;
    Ok(Written::ViewDeleted)
}

/// Takes a field that is deleted out of all views.
pub(super) fn forget_field(cx: &mut Context<'_>, list: &mut List, field: &Field) -> Result<(), StoreError> {
    for view in list.views.iter_mut().filter(|view| view.fields.contains(&field.internal_name)) {
        let without = view.without(&field.internal_name);
        cx.execute(|d| sql::update_view(d, &without))?;
        *view = Arc::new(without);
    }
    Ok(())
}

/// The default view is none any more.
fn take_default(cx: &mut Context<'_>, list: &mut List) -> Result<(), StoreError> {
    for view in list.views.iter_mut().filter(|view| view.is_default) {
        let former = ListView { is_default: false, ..ListView::clone(view) };
        cx.execute(|d| sql::update_view(d, &former))?;
        *view = Arc::new(former);
    }
    Ok(())
}

fn position(list: &List, guid: Uuid) -> Result<usize, StoreError> {
    list.views.iter().position(|view| view.guid == guid).ok_or(StoreError::StaleCatalog)
}
