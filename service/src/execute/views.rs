//! The views of lists.

use std::sync::Arc;

use odata::{
    Uuid, ViewOrder,
    path::ListKey,
    query::{OrderBy, Property, QueryOptions, Top},
};
use store::{
    Catalog, Page, ReadOutcome,
    model::{FieldKind, List, ListView, SYSTEM_FIELDS, Site},
    plan::{Action as Write, ItemsQuery, PlanError, ReadPlan, ViewChange},
};

use super::{Call, read::unexpected, tag, thing};
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
    let options = view_query(catalog, list, view)?;
    let related = thing::looked_up(catalog, list);
    let mut query = ItemsQuery::resolve(catalog, list.clone(), &options, related)?;
    query.threshold = call.rules.threshold;
    let ReadOutcome::Page(Page { items, related, .. }) =
        call.store.read(ReadPlan::Items(Arc::new(query))).await?
    else {
        return Err(unexpected());
    };
    let html = render::view_html(call.view, catalog, (list, view), &items, &related);
    Ok(tag::tagged(call, render::returned(call.view, "RenderAsHtml", "", &html.into())))
}

/// What a view asks of the items of its list: its order and the size of its page. Conditions of its query
/// are CAML, which is not read yet.
///
/// # Errors
/// Where the query has a condition, or orders by what the list does not have.
pub(super) fn view_query(catalog: &Catalog, list: &List, view: &ListView) -> Result<QueryOptions, PlanError> {
    let refused = |reason: String| PlanError::Refused { reason };
    let order = ViewOrder::parse(&view.query)
        .map_err(|wrong| refused(format!("The ViewQuery cannot be used: {wrong}.")))?;
    if order.has_where {
        return Err(refused("A view whose ViewQuery has a Where cannot be rendered yet.".into()));
    }
    let mut order_by = Vec::with_capacity(order.keys.len());
    for (name, direction) in order.keys {
        let path = order_path(catalog, list, &name).ok_or(PlanError::UnknownColumn { name })?;
        order_by.push(OrderBy { property: Property { path, span: odata::Span::default() }, direction });
    }
    Ok(QueryOptions { order_by, top: Top::new(view.row_limit.into()), ..QueryOptions::default() })
}

/// The property that a field's InternalName orders by: what it refers to is ordered by its text.
fn order_path(catalog: &Catalog, list: &List, name: &str) -> Option<Vec<String>> {
    let shown = list.view_field(name)?.shown;
    let path = |parts: &[&str]| Some(parts.iter().map(|part| (*part).to_owned()).collect());
    let Some(field) = list.fields.iter().find(|f| f.internal_name == shown) else {
        return match shown {
            "Author" | "Editor" => path(&[shown, "Title"]),
            _ => path(&[SYSTEM_FIELDS.iter().find(|f| f.internal_name == shown)?.property_name]),
        };
    };
    match &field.kind {
        FieldKind::User { multiple: false, .. } => path(&[field.entity_name(), "Title"]),
        FieldKind::Lookup { list: other, field: text, multiple: false, .. } => {
            let of_other = catalog.list_by_guid(*other).and_then(|other| {
                other.fields.iter().find(|f| f.internal_name == *text).map(|f| f.property_name.as_str())
            });
            path(&[field.entity_name(), of_other.unwrap_or(text)])
        }
        _ => path(&[&field.property_name]),
    }
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
