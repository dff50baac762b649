//! Reads.

use std::sync::Arc;

use odata::{
    Outcome, Selected, Version,
    path::{ItemKey, ListKey},
    query::QueryOptions,
};
use store::{
    Catalog, Conflict, Found, ListState, Page, Present, ReadOutcome, StoreError,
    model::{List, ListId, Site},
    plan::{ItemsQuery, ReadPlan},
};

use super::{Call, around, caml, fields, service, soap, tag, thing, views};
use crate::{
    access,
    error::Error,
    ports::Store,
    render::{self, Entity, Reply, Shown},
    request::{Action, RequestError},
};

/// Runs an action that changes nothing.
pub(super) async fn run<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Arc<Site>,
    action: &Action,
) -> Result<Reply, Error> {
    let format = call.view.format;
    match action {
        Action::ReadServiceDocument => service::read_document(call, catalog, site),
        Action::ReadMetadata => service::read_metadata(call, catalog, site),
        Action::ReadThing(thing, options) => thing::read(call, catalog, site, thing, options).await,
        Action::ReadProperty(thing, property) => {
            thing::read_property(call, catalog, site, thing, property).await
        }
        Action::MisuseProperty(thing, property, method) => {
            // It fails where there is none.
            thing::read_property(call, catalog, site, thing, property).await?;
            Err(misused(method))
        }
        Action::ReadWebs(options) => thing::read_webs(call, catalog, site, options),
        Action::ReadUsers(options) => {
            let users = catalog
                .users()
                .iter()
                .map(|user| render::user_entity(user, access::is_admin(catalog, user.id)))
                .collect();
            thing::read_all(call, render::USERS, users, options)
        }
        Action::ReadContentTypes(list, options) => {
            thing::read_content_types(call, catalog, site, list, options)
        }
        Action::ReadItemProperty(list, item, property) => {
            thing::read_item_property(call, catalog, site, list, item, property).await
        }
        Action::MisuseItemProperty(list, item, property, method) => {
            thing::read_item_property(call, catalog, site, list, item, property).await?;
            Err(misused(method))
        }
        Action::ReadParentList(list, item, options) => {
            thing::read_parent_list(call, catalog, site, list, item, options).await
        }
        Action::ReadFieldTexts(list, item, texts, options) => {
            thing::read_field_texts(call, catalog, site, (list, item), *texts, options).await
        }
        Action::ReadLists(options) => {
            thing::read_all(call, "SP.ApiData.Lists", lists(call, catalog, site, options).await?, options)
        }
        Action::CountLists(options) => {
            thing::count(call, lists(call, catalog, site, options).await?, options)
        }
        Action::ReadList(key, options) => {
            let list = catalog.resolve_list(site, key)?;
            read_list(call, catalog, site, &list, options).await
        }
        Action::ReadFields(of, options) => fields::read(call, catalog, site, of, options),
        Action::CountFields(of, options) => fields::count(call, catalog, site, of, options),
        Action::ReadViews(list, read) => views::read(call, catalog, site, list, read).await,
        Action::ReadItems(key, options) => read_items(call, catalog, site, key, options).await,
        Action::CountItems(key, options) => count_items(call, catalog, site, key, options).await,
        Action::QueryItems(list, query, options) => {
            caml::query_items(call, catalog, site, list, query, options).await
        }
        Action::RenderRows(list, asked) => caml::render_rows(call, catalog, site, list, asked).await,
        Action::RenderRowsText(list, asked) => caml::render_rows_text(call, catalog, site, list, asked).await,
        Action::ReadItem(list, item, options) => read_item(call, catalog, site, list, item, options).await,
        Action::ReadBySoap(read) => soap::read(call, catalog, site, read).await,
        // The only one left that is no write.
        _ => {
            let digest = access::request_digest(&call.store.catalog(), call.caller, &site.path, call.now());
            let body = render::context_info(call.view, &digest);
            Ok(Reply::json(200, format, body).with("Cache-Control", "no-store"))
        }
    }
}

/// A property that is there can only be read.
fn misused(method: &str) -> Error {
    let (method, resource) = (method.to_owned(), "property".to_owned());
    RequestError::Method { method, resource, allowed: &["GET", "HEAD", "OPTIONS"] }.into()
}

/// A site's lists.
async fn lists<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Site,
    options: &QueryOptions,
) -> Result<Vec<Entity>, Error> {
    let lists = catalog.lists_of(site.id);
    let states = list_states(call, lists.iter().map(|l| l.id).collect()).await?;
    let entity = |state: &ListState| {
        let list = lists.iter().find(|l| l.id == state.list)?;
        Some(list_entity(call, site, list, state, options))
    };
    Ok(states.iter().filter_map(entity).collect())
}

/// One entity with what was selected of it.
pub(super) fn one(entity: Entity, options: &QueryOptions) -> Result<Entity, Error> {
    let only =
        QueryOptions { select: options.select.clone(), expand: options.expand.clone(), ..Default::default() };
    let mut found = render::matching(vec![entity], &only)?;
    found.entities.pop().ok_or_else(|| StoreError::Internal("an entity is gone".into()).into())
}

pub(super) async fn list_states<S: Store>(
    call: &Call<'_, S>,
    lists: Vec<ListId>,
) -> Result<Vec<ListState>, Error> {
    match call.store.read(ReadPlan::ListStates(lists)).await? {
        ReadOutcome::ListStates(states) => Ok(states),
        _ => Err(unexpected()),
    }
}

/// The state of a list that was in the catalog a moment ago.
pub(super) async fn list_state<S: Store>(call: &Call<'_, S>, list: &List) -> Result<ListState, Error> {
    list_states(call, vec![list.id]).await?.pop().ok_or_else(|| StoreError::StaleCatalog.into())
}

/// A list, with what stands round it where anything is expanded.
pub(super) fn list_entity<S: Store>(
    call: &Call<'_, S>,
    site: &Site,
    list: &List,
    state: &ListState,
    options: &QueryOptions,
) -> Entity {
    match options.expand.is_empty() {
        true => render::list_entity(site, list, state),
        false => render::list_entity_with_nested(call.view, site, list, state),
    }
}

pub(super) async fn read_list<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Site,
    list: &Arc<List>,
    options: &QueryOptions,
) -> Result<Reply, Error> {
    let state = list_state(call, list).await?;
    let selected = Selected {
        guid: list.guid,
        version: list.version,
        modified: list.modified,
        shares_second: list.version > Version::FIRST,
    };
    let entity = one(list_entity(call, site, list, &state, options), options)?;
    // A list's tag does not rise with its items, and the answer counts them: a client that names the tag
    // knows that, a cache does not.
    let reply = Reply::json(200, call.view.format, render::single(call.view, &entity))
        .with("ETag", list.version.to_string())
        .with("Cache-Control", "no-store");
    match call.request.preconditions.for_read(&selected) {
        Outcome::Proceed => Ok(reply),
        // A list's own tag does not vouch for what stands round it.
        Outcome::NotModified if !options.expand.is_empty() => Ok(reply),
        Outcome::NotModified => Ok(reply.not_modified()),
        Outcome::Failed(failed) => {
            let present = Present::list(catalog, list.clone());
            Err(StoreError::PreconditionFailed(Box::new(Conflict { failed, present: Some(present) })).into())
        }
    }
}

pub(super) async fn read_item<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Site,
    list: &ListKey,
    item: &ItemKey,
    options: &QueryOptions,
) -> Result<Reply, Error> {
    let list = catalog.resolve_list(site, list)?;
    let target = list.resolve_item(item)?;
    let (selection, around, related) = around::resolve(call, catalog, site, &list, options).await?;
    let preconditions = call.request.preconditions.clone();
    let plan = ReadPlan::Item { list: list.clone(), target, preconditions, related };
    let ReadOutcome::Item(found) = call.store.read(plan).await? else { return Err(unexpected()) };
    let Found { item, shares_second, changed_fields, related } = found.ok_or(StoreError::ItemNotFound)?;
    let selected =
        Selected { guid: item.guid, version: item.version, modified: item.modified, shares_second };
    let shown = Shown::selected(&list, &selection, &related, catalog).with(&around);
    match call.request.preconditions.for_read(&selected) {
        // An item's own tag does not vouch for what it refers to.
        Outcome::NotModified if options.expand.is_empty() => {
            Ok(render::item(call.view, shown, &item).not_modified())
        }
        Outcome::Proceed | Outcome::NotModified => Ok(render::item(call.view, shown, &item)),
        Outcome::Failed(failed) => {
            let present = Present::item(catalog, list, item, changed_fields);
            Err(StoreError::PreconditionFailed(Box::new(Conflict { failed, present: Some(present) })).into())
        }
    }
}

/// How many rows are rendered where requests are served.
const SHORT_PAGE: usize = 100;

async fn read_items<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Site,
    list: &ListKey,
    options: &QueryOptions,
) -> Result<Reply, Error> {
    let list = catalog.resolve_list(site, list)?;
    let (selection, around, related) = around::resolve(call, catalog, site, &list, options).await?;
    let mut query = ItemsQuery::resolve(catalog, list.clone(), options, related)?;
    query.threshold = call.rules.threshold;
    let query = Arc::new(query);
    if call.request.preconditions.if_none_match.is_some() {
        let state = list_state(call, &list).await?;
        let others = list_states(call, query.other_lists()).await?;
        let opaque = tag::of_items(call, catalog, &list, &state, &others);
        // The tag does not vouch for the list and its site.
        if around.same.is_empty() && tag::is_known(call, &opaque) {
            let reply = Reply::new(304).with("ETag", tag::header(&opaque));
            return Ok(reply);
        }
    }
    let ReadOutcome::Page(Page { items, next, total, state, other_states, related, .. }) =
        call.store.read(ReadPlan::Items(query.clone())).await?
    else {
        return Err(unexpected());
    };
    let long = items.len() > SHORT_PAGE;
    let token = next.and_then(|keys| items.last().map(|last| query.token(last, &keys)));
    let next = token.map(|token| {
        let query = odata::query::next_page(call.raw.query, &token);
        call.view.links.same_path(call.raw.path, &query)
    });
    let opaque = tag::of_items(call, catalog, &list, &state, &other_states);
    let (view, users) = (call.view.clone(), call.store.catalog());
    let render = move || {
        let shown = Shown::selected(&list, &selection, &related, &users).with(&around);
        render::items(&view, shown, &items, next.as_deref(), total)
    };
    // A long page would hold up others that this thread serves.
    let body = if long { call.store.compute(render).await? } else { render() };
    Ok(Reply::json(200, call.view.format, body).with("ETag", tag::header(&opaque)))
}

/// `items/$count`: how many items fulfil the filter; paging says nothing here.
async fn count_items<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Site,
    list: &ListKey,
    options: &QueryOptions,
) -> Result<Reply, Error> {
    let list = catalog.resolve_list(site, list)?;
    let filter = QueryOptions { filter: options.filter.clone(), count: true, ..Default::default() };
    let mut query = ItemsQuery::resolve(catalog, list.clone(), &filter, Vec::new())?;
    query.limit = 0;
    query.threshold = call.rules.threshold;
    let ReadOutcome::Page(Page { total: Some(total), state, other_states, .. }) =
        call.store.read(ReadPlan::Items(Arc::new(query))).await?
    else {
        return Err(unexpected());
    };
    let opaque = tag::of_items(call, catalog, &list, &state, &other_states);
    let reply = render::count(total).with("ETag", tag::header(&opaque));
    Ok(if tag::is_known(call, &opaque) { reply.not_modified() } else { reply })
}

pub(super) fn unexpected() -> Error {
    StoreError::Internal("a read gave what it was not asked for".into()).into()
}
