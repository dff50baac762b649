//! The fields of lists, the columns of sites, and those that are available in a site.

use std::sync::Arc;

use odata::{Uuid, path::FieldKey, query::QueryOptions};
use serde_json::{Map, Value};
use store::{
    Catalog,
    model::{Field, FieldOwner, SYSTEM_FIELDS, Site, SystemField},
    plan::{Action as Write, FieldChange, FieldDraft, PlanError},
};

use super::{Call, thing};
use crate::{
    error::Error,
    ports::Store,
    render::{self, Entity, Fields, Reply},
    request::{FieldsOf, SchemaXml},
};

type Object = Map<String, Value>;

/// What the fields belong to.
fn owner(catalog: &Catalog, site: &Arc<Site>, of: &FieldsOf) -> Result<FieldOwner, PlanError> {
    Ok(match of {
        FieldsOf::List(key) => FieldOwner::List(catalog.resolve_list(site, key)?),
        FieldsOf::Site | FieldsOf::Available => FieldOwner::Site(site.clone()),
    })
}

/// All of them as entities.
fn all<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Arc<Site>,
    of: &FieldsOf,
) -> Result<Vec<Entity>, PlanError> {
    Ok(match of {
        FieldsOf::List(key) => Fields::of_list(site, &*catalog.resolve_list(site, key)?).all(),
        FieldsOf::Site => Fields::of_site(site).all(),
        FieldsOf::Available => available(call, catalog, site),
    })
}

/// The sites above a site whose columns the caller may read. Of others the caller may see a list.
fn readable_above<S: Store>(call: &Call<'_, S>, catalog: &Catalog, site: &Arc<Site>) -> Vec<Arc<Site>> {
    let whole = call.store.catalog();
    let mut above = catalog.sites_above(site);
    above.retain(|site| whole.right_at_site(call.rights, site).is_some());
    above
}

/// The columns of a site, and those of the sites above it that have other Ids.
pub(super) fn available<S: Store>(call: &Call<'_, S>, catalog: &Catalog, site: &Arc<Site>) -> Vec<Entity> {
    let mut found = Fields::available_of(site).all();
    for above in readable_above(call, catalog, site) {
        for column in Fields::available_of(&above).own() {
            if !found.iter().any(|f| f.edit_link == column.edit_link) {
                found.push(column);
            }
        }
    }
    found
}

pub(super) fn read<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Arc<Site>,
    of: &FieldsOf,
    options: &QueryOptions,
) -> Result<Reply, Error> {
    thing::read_all(call, "SP.ApiData.Fields", all(call, catalog, site, of)?, options)
}

/// `fields/$count`.
pub(super) fn count<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Arc<Site>,
    of: &FieldsOf,
    options: &QueryOptions,
) -> Result<Reply, Error> {
    thing::count(call, all(call, catalog, site, of)?, options)
}

/// One of them.
pub(super) fn find<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Arc<Site>,
    of: &FieldsOf,
    key: &FieldKey,
) -> Result<Entity, PlanError> {
    let owner = owner(catalog, site, of)?;
    let here = match of {
        FieldsOf::Available => Fields::available_of(site),
        _ => Fields::of(site, &owner),
    };
    let missing = match owner.resolve_field(key) {
        Ok(field) => return Ok(render::field_entity(&here, &field)),
        Err(missing) => missing,
    };
    if let FieldsOf::Available = of {
        for above in readable_above(call, catalog, site) {
            if let Ok(field) = FieldOwner::Site(above.clone()).resolve_field(key) {
                return Ok(render::field_entity(&Fields::available_of(&above), &field));
            }
        }
    }
    system_field(key).map(|f| render::system_field_entity(&here, f)).ok_or(missing)
}

/// The field that all have and that a URL names.
fn system_field(key: &FieldKey) -> Option<&'static SystemField> {
    let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
    SYSTEM_FIELDS.iter().find(|f| match key {
        FieldKey::Id(guid) => f.guid == *guid,
        FieldKey::Title(title) => same(f.title, title),
        FieldKey::InternalNameOrTitle(name) => same(f.internal_name, name) || same(f.title, name),
    })
}

/// A field that can be written: those that all have cannot be changed.
fn own(owner: &FieldOwner, key: &FieldKey) -> Result<Arc<Field>, PlanError> {
    owner.resolve_field(key).map_err(|missing| {
        if system_field(key).is_some() {
            let of = if owner.list().is_some() { "list" } else { "site" };
            PlanError::Refused { reason: format!("A field that every {of} has cannot be changed.") }
        } else {
            missing
        }
    })
}

pub(super) fn add(
    catalog: &Catalog,
    site: &Arc<Site>,
    of: &FieldsOf,
    body: &Object,
) -> Result<Write, PlanError> {
    let owner = owner(catalog, site, of)?;
    let draft = draft(catalog, site, &owner, Uuid::new_v4(), body)?;
    Ok(Write::AddField(owner, draft.into_field()))
}

pub(super) fn add_as_xml(
    catalog: &Catalog,
    site: &Arc<Site>,
    of: &FieldsOf,
    xml: &SchemaXml,
) -> Result<Write, PlanError> {
    let owner = owner(catalog, site, of)?;
    let draft = draft(catalog, site, &owner, xml.id.unwrap_or_else(Uuid::new_v4), &xml.properties)?;
    let field = draft.into_named_field(&owner, xml.name.as_deref())?;
    Ok(Write::AddField(owner, field))
}

fn draft(
    catalog: &Catalog,
    site: &Site,
    owner: &FieldOwner,
    guid: Uuid,
    body: &Object,
) -> Result<FieldDraft, PlanError> {
    let represent = |field: &Field| render::field_properties(&Fields::of(site, owner), field);
    FieldDraft::resolve_new(catalog, owner, guid, body, represent)
}

pub(super) fn change<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Arc<Site>,
    (of, key): (&FieldsOf, &FieldKey),
    body: &Object,
) -> Result<Write, PlanError> {
    let owner = owner(catalog, site, of)?;
    let field = own(&owner, key)?;
    let present = render::field_properties(&Fields::of(site, &owner), &field);
    let changed = FieldDraft::resolve_change(&field, body, &present)?.into_field();
    let preconditions = call.request.preconditions.clone();
    Ok(Write::ChangeField(FieldChange { owner, changed, preconditions }))
}

pub(super) fn delete<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Arc<Site>,
    (of, key): (&FieldsOf, &FieldKey),
) -> Result<Write, PlanError> {
    let owner = owner(catalog, site, of)?;
    let field = own(&owner, key)?;
    if !field.deletable {
        return Err(PlanError::NotDeletable);
    }
    Ok(Write::DeleteField(owner, field, call.request.preconditions.clone()))
}
