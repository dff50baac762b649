//! Writes to sites and lists. Each makes a new catalog.

use std::sync::Arc;

use odata::{Preconditions, Version, path::ListKey};

use super::{Context, read_state, view};
use crate::{
    Catalog, StoreError, Written,
    model::{Field, FieldId, List, ListId, ListView, Site, SiteId, entity_type_name, fold, url_name},
    plan::{ListChange, NewList, NewSite},
    sql,
};

/// Names that no view may have, as tables have them.
const TABLES: [&str; 1] = ["list_states"];

pub(super) fn add_site(cx: &mut Context<'_>, new: &NewSite) -> Result<Written, StoreError> {
    if cx.catalog.site(&new.path).is_some() {
        return Err(StoreError::SiteTaken { path: new.path.as_str().to_owned() });
    }
    let mut site = Site {
        id: SiteId(0),
        guid: new.guid,
        path: new.path.clone(),
        title: new.title.clone(),
        description: new.description.clone(),
        created: cx.now(),
        columns: Vec::new(),
    };
    site.id = SiteId(cx.returning(|d| sql::insert_site(d, &site))?);
    let mut title = Field::title();
    title.id = FieldId(cx.returning(|d| sql::insert_column(d, site.id, &title))?);
    site.columns.push(Arc::new(title));
    let site = Arc::new(site);
    Arc::make_mut(cx.catalog).put_site(site.clone());
    Ok(Written::SiteAdded(site))
}

pub(super) fn add_list(cx: &mut Context<'_>, site: SiteId, new: &NewList) -> Result<Written, StoreError> {
    let site = cx.catalog.site_by_id(site).ok_or(StoreError::StaleCatalog)?.clone();
    if cx.catalog.find_list(&site, &ListKey::Title(new.title.clone())).is_some() {
        return Err(StoreError::TitleTaken);
    }
    let siblings = cx.catalog.lists_of(site.id);
    let url_name = url_name(&new.title, |name| siblings.iter().any(|l| fold(&l.url_name) == fold(name)));
    let mut list = List {
        id: ListId(0),
        site: site.id,
        guid: new.guid,
        title: new.title.clone(),
        entity_type_name: entity_type_name(&url_name),
        view_name: view_name(cx.catalog, &site, &url_name),
        url_name,
        description: new.description.clone(),
        created: cx.now(),
        modified: cx.now(),
        editor: cx.caller,
        version: Version::FIRST,
        shape: 1,
        strict: new.strict,
        closed: false,
        settings: new.settings.clone(),
        fields: Vec::new(),
        views: Vec::new(),
    };
    list.id = ListId(cx.returning(|d| sql::insert_list(d, &list))?);
    cx.execute(|d| sql::insert_state(d, &list))?;
    cx.execute(|d| sql::create_items_table(d, &list))?;
    let mut title = Field::title();
    title.id = FieldId(cx.returning(|d| sql::insert_field(d, list.id, &title))?);
    list.fields.push(Arc::new(title));
    view::insert(cx, &mut list, ListView::all_items(new.view))?;
    cx.execute(|d| sql::create_view(d, &list))?;
    let list = Arc::new(list);
    Arc::make_mut(cx.catalog).put_list(list.clone());
    let state = read_state(cx.tx, list.id)?.ok_or(StoreError::StaleCatalog)?;
    Ok(Written::ListAdded(list, state))
}

/// `list_Pumps`; with the site's path or a number where another site's list has that name.
fn view_name(catalog: &Catalog, site: &Site, url_name: &str) -> String {
    let taken = |name: &str| {
        TABLES.contains(&fold(name).as_str()) || catalog.all_lists().any(|l| fold(&l.view_name) == fold(name))
    };
    let plain = format!("list_{url_name}");
    let with_site = format!("list{}_{url_name}", site.path.as_str().replace('/', "_"));
    let numbered = (2..u32::MAX).map(|n| format!("{plain}_{n}"));
    [plain.clone(), with_site].into_iter().chain(numbered).find(|name| !taken(name)).unwrap_or(plain)
}

pub(super) fn change_list(cx: &mut Context<'_>, change: &ListChange) -> Result<Written, StoreError> {
    cx.check_list(&change.list, &change.preconditions)?;
    let site = cx.catalog.site_by_id(change.list.site).ok_or(StoreError::StaleCatalog)?.clone();
    let namesake = cx.catalog.find_list(&site, &ListKey::Title(change.changed.title.clone()));
    if namesake.is_some_and(|l| l.id != change.list.id) {
        return Err(StoreError::TitleTaken);
    }
    let list = save(cx, change.changed.clone())?;
    Ok(Written::ListChanged(list))
}

/// Writes a list as its next version.
pub(super) fn save(cx: &mut Context<'_>, mut list: List) -> Result<Arc<List>, StoreError> {
    list.version = list.version.next();
    list.modified = cx.now().max(list.modified);
    list.editor = cx.caller;
    cx.execute(|d| sql::update_list(d, &list))?;
    let list = Arc::new(list);
    Arc::make_mut(cx.catalog).put_list(list.clone());
    Ok(list)
}

pub(super) fn delete_list(
    cx: &mut Context<'_>,
    list: &Arc<List>,
    preconditions: &Preconditions,
) -> Result<Written, StoreError> {
    cx.check_list(list, preconditions)?;
    cx.execute(|d| sql::drop_view(d, list))?;
    cx.execute(|d| sql::drop_items_table(d, list))?;
    for statement in sql::delete_of_list(cx.tx.dialect(), list.id) {
        cx.tx.execute(&statement)?;
    }
    Arc::make_mut(cx.catalog).remove_list(list.id);
    Ok(Written::ListDeleted)
}
