//! Requests to ListData.svc: their names are resolved, and what they mean is run as the same request of `_api` is.

mod body;
mod options;

use std::sync::Arc;

use odata::{
    path::{ItemKey, ListKey, PathError, PropertyPath},
    query::QueryOptions,
};
use store::{
    Catalog,
    model::{List, Site},
    plan::PlanError,
};

use super::{Call, read, run_action, tag, thing};
use crate::{
    access,
    error::Error,
    list_data::{Columns, Sets},
    ports::Store,
    render::{self, Reply},
    request::{Action, RequestError},
};

/// Runs a request of ListData.svc.
pub(super) async fn run<S: Store>(
    call: &Call<'_, S>,
    whole: &Catalog,
    catalog: &Catalog,
    site: &Arc<Site>,
) -> Result<Reply, Error> {
    let action = &call.request.action;
    if let Action::ReadItemProperty(key, item, path) = action {
        let list = find(catalog, &call.view.sets, key)?;
        let own = ListKey::Id(list.guid);
        access::check(
            Action::ReadItemProperty(own, item.clone(), path.clone()).rule(),
            call.rights,
            whole,
            catalog,
            site,
        )?;
        return read_property(call, catalog, site, &list, item, path).await;
    }
    let meant = meant(action, catalog, &call.view.sets)?;
    run_action(call, whole, catalog, site, meant.as_ref().unwrap_or(action)).await
}

/// What an action means under the names of `_api`; `None` where it names no list.
pub(super) fn meant(action: &Action, catalog: &Catalog, sets: &Sets) -> Result<Option<Action>, PlanError> {
    let named = |key: &ListKey| find(catalog, sets, key);
    let options = |list: &List, sent: &QueryOptions| options::resolve(catalog, sets, list, sent);
    Ok(Some(match action {
        Action::ReadItems(key, sent) => {
            let list = named(key)?;
            Action::ReadItems(ListKey::Id(list.guid), options(&list, sent)?)
        }
        Action::CountItems(key, sent) => {
            let list = named(key)?;
            Action::CountItems(ListKey::Id(list.guid), options(&list, sent)?)
        }
        Action::ReadItem(key, item, sent) => {
            let list = named(key)?;
            let options = options(&list, sent)?;
            Action::ReadItem(ListKey::Id(list.guid), item.clone(), options)
        }
        Action::AddItem(key, sent) => {
            let list = named(key)?;
            Action::AddItem(ListKey::Id(list.guid), body::resolve(sets, &list, sent)?)
        }
        Action::MergeItem(key, item, sent) => {
            let list = named(key)?;
            Action::MergeItem(ListKey::Id(list.guid), item.clone(), body::resolve(sets, &list, sent)?)
        }
        Action::ReplaceItem(key, item, sent) => {
            let list = named(key)?;
            Action::ReplaceItem(ListKey::Id(list.guid), item.clone(), body::resolve(sets, &list, sent)?)
        }
        Action::DeleteItem(key, item) => Action::DeleteItem(ListKey::Id(named(key)?.guid), item.clone()),
        _ => return Ok(None),
    }))
}

/// The key of the list whose set has that name, as the caller sees the site; `None` where no list can be meant.
///
/// # Errors
/// Where only lists can be meant that the caller does not see.
pub(super) fn key_of(
    name: &str,
    whole: &Catalog,
    seen: &Catalog,
    site: &Site,
) -> Result<Option<ListKey>, PlanError> {
    match Sets::of(seen, site).find(name) {
        Ok(id) => Ok(seen.list(id).map(|list| ListKey::Id(list.guid))),
        Err(_) if !Sets::of(whole, site).may_mean(name) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The list of a set.
fn find(catalog: &Catalog, sets: &Sets, key: &ListKey) -> Result<Arc<List>, PlanError> {
    let ListKey::EntitySet(name) = key else { return Err(PlanError::ListIdNotFound) };
    let id = sets.find(name)?;
    catalog.list(id).cloned().ok_or(PlanError::ListIdNotFound)
}

/// A property of an item, or the item that a Lookup of it refers to.
async fn read_property<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Site,
    list: &Arc<List>,
    key: &ItemKey,
    path: &PropertyPath,
) -> Result<Reply, Error> {
    let not_found = || Error::from(RequestError::from(PathError::NotFound { segment: path.name.clone() }));
    let columns = Columns::of(list);
    if let Some((field, set)) = columns.navigation(&call.view.sets, &path.name).filter(|_| !path.raw) {
        let item = thing::find_item(call, list, key).await?;
        let id = item.ids(&field.property_name).first().copied().ok_or(PlanError::ItemNotFound)?;
        let target = catalog.list(set.list).ok_or(PlanError::ListIdNotFound)?;
        let (target, id) = (ListKey::Id(target.guid), ItemKey::Id(id));
        return read::read_item(call, catalog, site, &target, &id, &QueryOptions::default()).await;
    }
    let column = columns.find(&path.name).ok_or_else(not_found)?;
    let item = thing::find_item(call, list, key).await?;
    let value = render::data_value(list, &item, column);
    let reply = match path.raw {
        true => render::raw(&value).ok_or_else(not_found)?,
        false => render::data_property(call.view, column, &value),
    };
    Ok(tag::tagged(call, reply))
}
