//! Reads of what is rendered from a few properties, and of single properties.

use std::sync::Arc;

use odata::{
    path::{FieldTexts, ItemKey, ListKey, PathError, PropertyPath},
    query::{QueryOptions, Select},
};
use serde_json::Value;
use store::{
    Catalog, Found, ReadOutcome, RelatedItems, StoreError,
    model::{FieldKind, Item, List, Right, Site},
    plan::{ReadPlan, Related},
};

use super::{
    Call, fields,
    read::{list_state, one, read_list, unexpected},
    tag,
};
use crate::{
    access,
    error::Error,
    ports::Store,
    render::{self, Entity, Reply, TextsOf},
    request::{RequestError, Thing},
};

fn not_found(segment: &str) -> Error {
    RequestError::from(PathError::NotFound { segment: segment.to_owned() }).into()
}

/// A thing as an answer.
pub(super) async fn read<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Arc<Site>,
    thing: &Thing,
    options: &QueryOptions,
) -> Result<Reply, Error> {
    let whole = match thing {
        Thing::Web if !options.expand.is_empty() => {
            render::web_entity_with_nested(call.view, site, fields::available(call, catalog, site))
        }
        thing => find(call, catalog, site, thing).await?,
    };
    let entity = one(whole, options)?;
    Ok(tag::tagged(call, Reply::json(200, call.view.format, render::single(call.view, &entity))))
}

async fn find<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Arc<Site>,
    thing: &Thing,
) -> Result<Entity, Error> {
    Ok(match thing {
        Thing::Web => render::web_entity(call.view, site),
        Thing::Site => render::site_entity(call.view, &catalog.root_of(site)),
        Thing::User(key) => {
            let user = catalog.resolve_user(call.caller(), key)?;
            render::user_entity(user, access::is_admin(catalog, user.id))
        }
        Thing::List(key) => {
            let list = catalog.resolve_list(site, key)?;
            render::list_entity(site, &list, &list_state(call, &list).await?)
        }
        Thing::Field(of, field) => fields::find(call, catalog, site, of, field)?,
        Thing::View(key, view) => {
            let list = catalog.resolve_list(site, key)?;
            render::view_entity(site, &list, list.resolve_view(view)?)
        }
        Thing::ViewFields(key, view) => {
            let list = catalog.resolve_list(site, key)?;
            render::view_fields_entity(&list, list.resolve_view(view)?)
        }
        Thing::ContentType(key, id) => {
            let list = catalog.resolve_list(site, key)?;
            if !render::is_content_type_of(&list, id) {
                return Err(not_found("contenttypes"));
            }
            render::content_type_entity(site, &list)
        }
        Thing::RootFolder(key) => {
            let list = catalog.resolve_list(site, key)?;
            render::root_folder_entity(site, &list, &list_state(call, &list).await?)
        }
    })
}

/// Many things of one set as an answer.
pub(super) fn read_all<S: Store>(
    call: &Call<'_, S>,
    set: &str,
    entities: Vec<Entity>,
    options: &QueryOptions,
) -> Result<Reply, Error> {
    let body = render::collection(call.view, set, &render::matching(entities, options)?);
    Ok(tag::tagged(call, Reply::json(200, call.view.format, body)))
}

/// How many things fulfil the filter; paging says nothing here.
pub(super) fn count<S: Store>(
    call: &Call<'_, S>,
    entities: Vec<Entity>,
    options: &QueryOptions,
) -> Result<Reply, Error> {
    let filter = QueryOptions { filter: options.filter.clone(), ..Default::default() };
    let found = render::matching(entities, &filter)?.entities.len();
    Ok(tag::tagged(call, render::count(found)))
}

/// The sites right under a site. Each has addresses of its own.
pub(super) fn read_webs<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Arc<Site>,
    options: &QueryOptions,
) -> Result<Reply, Error> {
    let sites = catalog.sites_under(site);
    let entities = sites.iter().map(|site| render::child_web_entity(call.view, site)).collect();
    read_all(call, "SP.ApiData.Webs", entities, options)
}

/// A property of a thing as an answer.
pub(super) async fn read_property<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Arc<Site>,
    thing: &Thing,
    path: &PropertyPath,
) -> Result<Reply, Error> {
    let entity = find(call, catalog, site, thing).await?;
    if is_permissions(path) {
        let whole = call.store.catalog();
        let right = match thing {
            Thing::Web => Some(whole.right_at_site(call.rights, site)),
            Thing::List(key) => Some(whole.right_at_list(call.rights, &*catalog.resolve_list(site, key)?)),
            _ => None,
        };
        if let Some(right) = right {
            return answer_permissions(call, right, path);
        }
    }
    let (name, value) = render::named(&entity, &path.name).ok_or_else(|| not_found(&path.name))?;
    answer(call, name, value, render::property_type(name, value), path)
}

const PERMISSIONS: &str = "EffectiveBasePermissions";

fn is_permissions(path: &PropertyPath) -> bool {
    path.name.eq_ignore_ascii_case(PERMISSIONS)
}

fn answer_permissions<S: Store>(
    call: &Call<'_, S>,
    right: Option<Right>,
    path: &PropertyPath,
) -> Result<Reply, Error> {
    let bits = render::base_permissions(access::permissions(right));
    answer(call, PERMISSIONS, &bits, render::property_type(PERMISSIONS, &bits), path)
}

fn answer<S: Store>(
    call: &Call<'_, S>,
    name: &str,
    value: &Value,
    type_name: &'static str,
    path: &PropertyPath,
) -> Result<Reply, Error> {
    let reply = if path.raw {
        render::raw(value).ok_or_else(|| not_found("$value"))?
    } else {
        render::property(call.view, name, value, type_name)
    };
    Ok(tag::tagged(call, reply))
}

/// A property of an item as an answer.
pub(super) async fn read_item_property<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Site,
    list: &ListKey,
    item: &ItemKey,
    path: &PropertyPath,
) -> Result<Reply, Error> {
    let list = catalog.resolve_list(site, list)?;
    let item = find_item(call, &list, item).await?;
    if is_permissions(path) {
        let right = call.store.catalog().right_at_list(call.rights, &list);
        return answer_permissions(call, right, path);
    }
    if !path.raw && path.name.eq_ignore_ascii_case("ContentType") {
        let entity = render::content_type_entity(site, &list);
        let body = render::single(call.view, &entity);
        return Ok(tag::tagged(call, Reply::json(200, call.view.format, body)));
    }
    let values = render::light_values(call.view, catalog, &list, &item);
    let same = || values.iter().find(|(n, _)| n.eq_ignore_ascii_case(&path.name));
    let (name, value) =
        values.get_key_value(&path.name).or_else(same).ok_or_else(|| not_found(&path.name))?;
    answer(call, name, value, render::item_property_type(&list, name, value), path)
}

/// The list of an item as an answer.
pub(super) async fn read_parent_list<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Site,
    list: &ListKey,
    item: &ItemKey,
    options: &QueryOptions,
) -> Result<Reply, Error> {
    let list = catalog.resolve_list(site, list)?;
    find_item(call, &list, item).await?;
    read_list(call, catalog, site, &list, options).await
}

/// `FieldValuesAsText` and its kin.
pub(super) async fn read_field_texts<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Site,
    (list, item): (&ListKey, &ItemKey),
    texts: FieldTexts,
    options: &QueryOptions,
) -> Result<Reply, Error> {
    let list = catalog.resolve_list(site, list)?;
    let (item, related) = find_with(call, &list, item, looked_up(catalog, &list)).await?;
    let selected: Vec<String> = match options.select.contains(&Select::All) {
        true => Vec::new(),
        false => options.select.iter().filter_map(selected_name).collect(),
    };
    let of = TextsOf { catalog, list: &list, item: &item, related: &related };
    let reply = render::field_texts(call.view, &of, texts, &selected);
    Ok(tag::tagged(call, reply))
}

/// The Lookup fields of a list, with the lists that are still there.
pub(super) fn looked_up(catalog: &Catalog, list: &List) -> Vec<Related> {
    let related = list.fields.iter().filter_map(|field| match &field.kind {
        FieldKind::Lookup { list, .. } => {
            Some(Related { field: field.clone(), list: catalog.list_by_guid(*list)?.clone() })
        }
        _ => None,
    });
    related.collect()
}

fn selected_name(select: &Select) -> Option<String> {
    match select {
        Select::All => None,
        Select::Property(property) => Some(property.path.join("/")),
    }
}

/// An item that a URL names.
pub(super) async fn find_item<S: Store>(
    call: &Call<'_, S>,
    list: &Arc<List>,
    key: &ItemKey,
) -> Result<Item, Error> {
    find_with(call, list, key, Vec::new()).await.map(|(item, _)| item)
}

/// An item, and the items that its related fields refer to.
async fn find_with<S: Store>(
    call: &Call<'_, S>,
    list: &Arc<List>,
    key: &ItemKey,
    related: Vec<Related>,
) -> Result<(Item, RelatedItems), Error> {
    let target = list.resolve_item(key)?;
    let preconditions = odata::Preconditions::default();
    match call.store.read(ReadPlan::Item { list: list.clone(), target, preconditions, related }).await? {
        ReadOutcome::Item(Some(Found { item, related, .. })) => Ok((item, related)),
        ReadOutcome::Item(None) => Err(StoreError::ItemNotFound.into()),
        _ => Err(unexpected()),
    }
}

/// The content type of a list, the only one that it has.
pub(super) fn read_content_types<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Site,
    list: &ListKey,
    options: &QueryOptions,
) -> Result<Reply, Error> {
    let list = catalog.resolve_list(site, list)?;
    read_all(call, render::CONTENT_TYPES, vec![render::content_type_entity(site, &list)], options)
}
