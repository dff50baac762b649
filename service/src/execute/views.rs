//! The views of lists.

use std::sync::Arc;

use odata::{Uuid, path::ListKey};
use store::{
    Catalog, Page,
    model::{List, ListView, Site},
    plan::{Action as Write, PlanError, ViewChange},
};

use super::{Call, caml, tag, thing};
use crate::{
    error::Error,
    ports::Store,
    render::{self, Reply},
    request::{ViewRead, ViewWrite},
};

pub(super) async fn read<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Site,
    list: &ListKey,
    read: &ViewRead,
) -> Result<Reply, Error> {
    let list = catalog.resolve_list(site, list)?;
    match read {
        ViewRead::All(options) => {
            thing::read_all(call, render::VIEWS, render::view_entities(site, &list), options)
        }
        ViewRead::Count(options) => thing::count(call, render::view_entities(site, &list), options),
        ViewRead::Html(key) => {
            let view = list.resolve_view(key)?.clone();
            read_html(call, catalog, &list, &view).await
        }
    }
}

/// The view's fields of the first page of its items, as a table.
async fn read_html<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    list: &Arc<List>,
    view: &ListView,
) -> Result<Reply, Error> {
    let query = caml::caml_of(view)?;
    let related = thing::looked_up(catalog, list);
    let (_, page) = caml::read_page(call, catalog, list, &query, view.row_limit, None, related).await?;
    let Page { items, related, .. } = page;
    let html = render::view_html(call.view, catalog, (list, view), &items, &related);
    Ok(tag::tagged(call, render::returned(call.view, "RenderAsHtml", "", &html.into())))
}

pub(super) fn write<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Site,
    list: &ListKey,
    write: &ViewWrite,
) -> Result<Write, PlanError> {
    let list = catalog.resolve_list(site, list)?;
    let preconditions = call.request.preconditions.clone();
    let represent = |view: &ListView| render::view_properties(site, &list, view);
    let changed = match write {
        ViewWrite::Add(body) => {
            let view = ListView::resolve_new(&list, Uuid::new_v4(), body, represent)?;
            return Ok(Write::AddView(list, view));
        }
        ViewWrite::Delete(key) => {
            let view = list.resolve_view(key)?;
            if view.is_default {
                let reason = "The default view cannot be deleted: make another view the default one first.";
                return Err(PlanError::Refused { reason: reason.into() });
            }
            let guid = view.guid;
            return Ok(Write::DeleteView(list, guid, preconditions));
        }
        ViewWrite::Change(key, body) => {
            let view = list.resolve_view(key)?;
            view.resolve_change(&list, body, &represent(view))?
        }
        ViewWrite::SetXml(key, xml) => list.resolve_view(key)?.with_xml(&list, xml)?,
        ViewWrite::ChangeFields(key, change) => list.resolve_view(key)?.with_fields(&list, change)?,
    };
    Ok(Write::ChangeView(ViewChange { list, changed, preconditions }))
}
