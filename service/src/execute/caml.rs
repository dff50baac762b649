//! Reads by CAML: `getitems`, and rows as they are shown.

use std::sync::Arc;

use odata::{
    caml::View,
    path::{ItemKey, ListKey, ViewKey},
    query::{Property, QueryOptions, Select, SkipToken, Top},
};
use serde_json::{Map, Value};
use store::{
    Catalog, Page, ReadOutcome, StoreError,
    model::{List, ListView, Site},
    plan::{Asked, ItemsQuery, PlanError, ReadPlan, Related, ViewField},
};

use super::{
    Call, around,
    read::unexpected,
    thing::{find_item, looked_up},
};
use crate::{
    access,
    error::Error,
    ports::Store,
    render::{self, Reply, Rows, RowsShown, Shown},
    request::{CamlQuery, RequestError, RowsQuery},
};

/// How many rows are rendered where requests are served.
const SHORT_PAGE: usize = 100;

/// How many rows are shown where a view does not say.
const SHOWN_ROWS: u32 = 30;

/// What an item has beside `ViewFields`.
const ALWAYS: [&str; 4] =
    ["FileSystemObjectType", "Id", "ServerRedirectedEmbedUri", "ServerRedirectedEmbedUrl"];

/// `getitems`.
pub(super) async fn query_items<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Site,
    key: &ListKey,
    query: &CamlQuery,
    options: &QueryOptions,
) -> Result<Reply, Error> {
    let list = catalog.resolve_list(site, key)?;
    check_folder(site, &list, query.folder.as_deref())?;
    check_options(options)?;
    let shown = QueryOptions {
        select: selected(&list, &query.view, options)?,
        expand: options.expand.clone(),
        ..Default::default()
    };
    let (selection, around, related) = around::resolve(call, catalog, site, &list, &shown).await?;
    // Whoever names no limit, or one that is too great, must not take a part for the whole.
    let asked = options.top.map(Top::rows).into_iter().chain(query.view.row_limit).min();
    let limit = asked.map_or(Top::MAX, |rows| rows.min(Top::MAX));
    let mut token = query.paging.as_ref().map(|paging| paging.token.clone());
    if let Some(token) = &mut token {
        mend(call, &list, token).await?;
    }
    let (_, page) = read_page(call, catalog, &list, &query.view, limit, token, related).await?;
    let Page { items, next, related, .. } = page;
    let is_whole = items.len() >= limit as usize && asked.is_some_and(|rows| rows <= Top::MAX);
    if next.is_some() && !is_whole && !is_backward(query) {
        return Err(StoreError::OverThreshold.into());
    }
    let long = items.len() > SHORT_PAGE;
    let (view, users) = (call.view.clone(), call.store.catalog());
    let render = move || {
        let shown = Shown::selected(&list, &selection, &related, &users).with(&around);
        render::items(&view, shown, &items, None, None)
    };
    let body = if long { call.store.compute(render).await? } else { render() };
    Ok(Reply::json(200, call.view.format, body))
}

/// A Python client makes tokens of what it was given, and spells null as Python does. A text may be spelt so too:
/// the item that the token names knows.
async fn mend<S: Store>(call: &Call<'_, S>, list: &Arc<List>, token: &mut SkipToken) -> Result<(), Error> {
    const NONE: &str = "None";
    if token.keys.iter().all(|(_, value)| value != NONE) {
        return Ok(());
    }
    let item = match find_item(call, list, &ItemKey::Id(token.id)).await {
        Err(Error::Store(StoreError::ItemNotFound) | Error::Plan(PlanError::ItemNotFound)) => return Ok(()),
        found => found?,
    };
    let values: Map<String, Value> = serde_json::from_str(&item.doc).unwrap_or_default();
    for (name, value) in token.keys.iter_mut().filter(|(_, value)| value == NONE) {
        let field = list.fields.iter().find(|field| field.internal_name == *name);
        if field.is_some_and(|field| values.get(&field.property_name).is_none_or(Value::is_null)) {
            value.clear();
        }
    }
    Ok(())
}

fn is_backward(query: &CamlQuery) -> bool {
    query.paging.as_ref().is_some_and(|paging| paging.token.paging == odata::query::Paging::Backward)
}

/// What is selected by `$select`, else by `ViewFields`.
fn selected(list: &List, view: &View, options: &QueryOptions) -> Result<Vec<Select>, PlanError> {
    let Some(fields) = view.fields.as_ref().filter(|_| options.select.is_empty()) else {
        return Ok(options.select.clone());
    };
    let mut names: Vec<String> = ALWAYS.map(str::to_owned).to_vec();
    for name in list.view_properties(fields)?.into_iter().chain(["ID".to_owned()]) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let property = |name| Select::Property(Property { path: vec![name], span: Default::default() });
    Ok(names.into_iter().map(property).collect())
}

/// What CAML says is not said a second time by the URL.
fn check_options(options: &QueryOptions) -> Result<(), PlanError> {
    let said = options.filter.is_some()
        || !options.order_by.is_empty()
        || options.skip.is_some()
        || options.skip_token.is_some()
        || options.count;
    let reason = || "Beside CAML the URL takes $select, $expand and $top alone.".to_owned();
    if said { Err(PlanError::Refused { reason: reason() }) } else { Ok(()) }
}

/// A list has its own folder and no others.
pub(super) fn check_folder(site: &Site, list: &List, folder: Option<&str>) -> Result<(), PlanError> {
    let Some(folder) = folder else { return Ok(()) };
    let own = render::folder_url(site, list).to_lowercase();
    if folder.trim_end_matches('/').to_lowercase() == own { Ok(()) } else { Err(PlanError::ListUrlNotFound) }
}

pub(super) async fn read_page<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    list: &Arc<List>,
    view: &View,
    limit: u32,
    token: Option<SkipToken>,
    related: Vec<Related>,
) -> Result<(Arc<ItemsQuery>, Page), Error> {
    let asked = Asked { catalog, list, caller: call.caller(), now: call.now() };
    let limit = Top::new(limit.into()).unwrap_or(Top::DEFAULT);
    let mut query = ItemsQuery::resolve_view(&asked, view, limit, token, related)?;
    query.threshold = call.rules.threshold;
    let query = Arc::new(query);
    match call.store.read(ReadPlan::Items(query.clone())).await? {
        ReadOutcome::Page(page) => Ok((query, page)),
        _ => Err(unexpected()),
    }
}

/// What one of the list's views asks for: its query, its fields and the size of its page.
pub(super) fn caml_of(view: &ListView) -> Result<View, Error> {
    let caml = View::parse(&format!("<Query>{}</Query>", view.query)).map_err(RequestError::from)?;
    Ok(View { fields: Some(view.fields.clone()), row_limit: Some(view.row_limit), ..caml })
}

/// Rows as they are shown, as JSON text.
async fn rows<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Site,
    key: &ListKey,
    asked: &RowsQuery,
) -> Result<String, Error> {
    let list = catalog.resolve_list(site, key)?;
    check_folder(site, &list, asked.query.folder.as_deref())?;
    let mut view = match asked.overrides.view {
        Some(id) => caml_of(list.resolve_view(&ViewKey::Id(id))?)?.under(asked.query.view.clone()),
        None => asked.query.view.clone(),
    };
    asked.overrides.clone().apply(&mut view);
    let fields = match &view.fields {
        Some(names) => list.view_fields(names)?,
        None => {
            let common = ["Modified", "Created", "Author", "Editor"].map(|n| ViewField::Common(n.into()));
            list.fields.iter().cloned().map(ViewField::Own).chain(common).collect()
        }
    };
    let is_shown = |related: &Related| {
        fields.iter().any(|f| matches!(f, ViewField::Own(field) if field.guid == related.field.guid))
    };
    let related = looked_up(catalog, &list).into_iter().filter(is_shown).collect();
    let limit = view.row_limit.unwrap_or(SHOWN_ROWS).min(Top::MAX);
    let paging = asked.query.paging.clone();
    let token = paging.as_ref().map(|paging| paging.token.clone());
    let (query, page) = read_page(call, catalog, &list, &view, limit, token, related).await?;
    let Page { items, first, next, related, .. } = page;
    let first_row = paging.as_ref().and_then(|paging| paging.first_row).unwrap_or(1);
    let shown = RowsShown {
        first_row,
        row_limit: limit,
        next: next.and_then(|keys| items.last().map(|last| query.token(last, &keys))),
        previous: items
            .first()
            .filter(|_| paging.is_some() && first_row > 1)
            .map(|item| query.token_before(item, &first)),
        filter_link: asked.filter_link.clone(),
        options: asked.options,
    };
    let right = call.store.catalog().right_at_list(call.rights, &list);
    let long = items.len() > SHORT_PAGE;
    let (view, users, site) = (call.view.clone(), call.store.catalog(), site.clone());
    let permissions = access::permissions(right);
    let render = move || {
        let rows = Rows {
            view: &view,
            catalog: &users,
            site: &site,
            list: &list,
            related: &related,
            fields: &fields,
            permissions,
        };
        render::rows(&rows, &items, &shown)
    };
    Ok(if long { call.store.compute(render).await? } else { render() })
}

/// `RenderListDataAsStream`.
pub(super) async fn render_rows<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Site,
    key: &ListKey,
    asked: &RowsQuery,
) -> Result<Reply, Error> {
    let body = rows(call, catalog, site, key, asked).await?.into_bytes();
    let reply = Reply::new(200).with("Content-Type", "application/json;charset=utf-8");
    Ok(Reply { body, ..reply })
}

/// `renderlistdata`.
pub(super) async fn render_rows_text<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Site,
    key: &ListKey,
    asked: &RowsQuery,
) -> Result<Reply, Error> {
    let text = rows(call, catalog, site, key, asked).await?;
    Ok(render::returned(call.view, "RenderListData", "Edm.String", &text.into()))
}
