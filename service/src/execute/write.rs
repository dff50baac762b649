//! Writes.

use std::sync::Arc;

use odata::{
    Preconditions, Uuid,
    path::{ItemKey, ListKey, Service, SitePath},
};
use serde_json::{Map, Value};
use store::{
    Catalog, StoreError, WriteReply, Written,
    model::{List, Right, Site, check_text},
    plan::{
        Action as Write, ItemChange, ItemChangeKind, ItemValues, ListChange, ListDraft, NewItem, NewSite,
        OverwriteKind, PlanError, Repeat, SiteDraft, WritePlan,
    },
};

use super::{
    Call, fields,
    form::{self, Form, Resolved},
    increment::increment,
    read::list_state,
    stored, views,
};
use crate::{
    access::{self, Rule},
    error::Error,
    ledger::overwrite_kind,
    ports::Store,
    render::{self, Fields, Links, Reply, View},
    request::{Action, Headers},
};

type Object = Map<String, Value>;

/// A write that is ready to be run, and what its answer is made of.
pub(super) struct Prepared {
    pub(super) plan: WritePlan,
    answer: Answer,
    list: Option<Arc<List>>,
    overwrites: Option<OverwriteKind>,
}

/// Runs an action that may change something.
pub(super) async fn run<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Arc<Site>,
    action: &Action,
) -> Result<Reply, Error> {
    let Prepared { plan, answer, list, overwrites } = match prepare(call, catalog, site, action).await? {
        Ok(prepared) => prepared,
        Err(reply) => return Ok(reply),
    };
    match call.store.write(plan).await {
        Ok(done) => finish(call, &answer, list.as_deref(), overwrites, done),
        Err(error) => answer.refused(list.as_deref(), &error).ok_or_else(|| error.into()),
    }
}

/// Runs several actions as one; where one is refused, tells which.
pub(super) async fn run_together<S: Store>(
    calls: &[&Call<'_, S>],
    prepared: Vec<Prepared>,
) -> Result<Vec<Reply>, (usize, Error)> {
    let Some(store) = calls.first().map(|call| call.store) else { return Ok(Vec::new()) };
    let (plans, answers): (Vec<_>, Vec<_>) =
        prepared.into_iter().map(|p| (p.plan, (p.answer, p.list, p.overwrites))).unzip();
    let done = store.write_all(plans).await.map_err(|undone| (undone.at, undone.error.into()))?;
    let each = calls.iter().zip(answers).zip(done).enumerate();
    each.map(|(at, ((call, (answer, list, overwrites)), done))| {
        finish(call, &answer, list.as_deref(), overwrites, done).map_err(|error| (at, error))
    })
    .collect()
}

/// Resolves a write; or tells its answer, where there is nothing to write.
pub(super) async fn prepare<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Arc<Site>,
    action: &Action,
) -> Result<Result<Prepared, Reply>, Error> {
    let (write, shape) = match action {
        Action::ChangeByForm(list, item, body) => {
            let change = resolve_target(call, catalog, site, list, item, call.request.preconditions.clone())?;
            of_form(form::change(call, catalog, change, item, body).await?)
        }
        Action::AddByForm(list, body) => {
            let list = catalog.resolve_list(site, list)?;
            of_form(form::add(call, catalog, site, list, body)?)
        }
        Action::AddFieldAsXml(..) | Action::AddDependentLookup(..) => {
            (Ok(resolve(call, catalog, site, action).await?), Shape::Returned)
        }
        Action::IndexField(_, _, on) => {
            let method = if *on { "EnableIndex" } else { "DisableIndex" };
            (Ok(resolve(call, catalog, site, action).await?), Shape::Did(method))
        }
        Action::ChangeView(_, write) => {
            let shape = write.method().map_or(Shape::Usual, Shape::Nothing);
            (Ok(resolve(call, catalog, site, action).await?), shape)
        }
        action if call.view.service == Service::Soap => {
            (Ok(resolve(call, catalog, site, action).await?), Shape::Row(call.store.catalog()))
        }
        action => (Ok(resolve(call, catalog, site, action).await?), Shape::Usual),
    };
    let write = match write {
        Ok(write) => write.seen_in(catalog),
        Err(reply) => return Ok(Err(reply)),
    };
    let list = write.list().cloned();
    let is_admin = matches!(&write, Write::EnsureUser(user) if access::is_admin(catalog, user.id));
    let (view, origin, site) = (call.view.clone(), call.raw_origin(), Site::clone(site));
    let answer = Answer { view, origin, site, is_admin, shape };
    let repeat = call.request.repeat.as_ref().map(|repeat| {
        let answer = answer.clone();
        let record = move |written: &Written| render::to_stored(&answer.render(written));
        Repeat { id: call.replay_id(repeat), digest: repeat.digest, record: Box::new(record) }
    });
    let overwrites = match &write {
        Write::ChangeItem(change) if !matches!(change.kind, ItemChangeKind::Increment { .. }) => {
            overwrite_kind(&change.preconditions)
        }
        _ => None,
    };
    let plan = WritePlan { caller: call.caller(), repeat, action: write };
    Ok(Ok(Prepared { plan, answer, list, overwrites }))
}

fn finish<S: Store>(
    call: &Call<'_, S>,
    answer: &Answer,
    list: Option<&List>,
    overwrites: Option<OverwriteKind>,
    done: WriteReply,
) -> Result<Reply, Error> {
    match done {
        WriteReply::Done(written) => {
            if let Some(kind) = overwrites {
                note_overwrite(call, kind, list, &written);
            }
            Ok(answer.render(&written))
        }
        WriteReply::Repeated(bytes) => stored(&bytes),
    }
}

/// Notes an item that was changed or deleted by who did not say what version they saw.
fn note_overwrite<S: Store>(call: &Call<'_, S>, kind: OverwriteKind, list: Option<&List>, written: &Written) {
    if let (Some(list), Written::ItemChanged(..) | Written::ItemDeleted) = (list, written) {
        let agent = Headers(call.raw.headers).user_agent();
        call.rules.ledger.note_overwrite((list.id, call.caller(), kind), agent, call.now());
    }
}

fn of_form(resolved: Resolved) -> (Result<Write, Reply>, Shape) {
    match resolved {
        Resolved::Write(write, form) => (Ok(*write), Shape::Form(form)),
        Resolved::Failed(reply) => (Err(reply), Shape::Usual),
    }
}

async fn resolve<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Arc<Site>,
    action: &Action,
) -> Result<Write, Error> {
    let conditions = || call.request.preconditions.clone();
    let change =
        |list: &ListKey, item: &ItemKey| resolve_target(call, catalog, site, list, item, conditions());
    Ok(match action {
        Action::AddWeb(body) => Write::AddSite(new_site(site, body)?),
        Action::ChangeWeb(body) => {
            let present = render::web_entity(call.view, site).properties;
            Write::ChangeSite(site.id, SiteDraft::resolve(body, &present)?, conditions())
        }
        Action::EnsureUser(body) => {
            let logon = body.get("logonName").and_then(Value::as_str);
            let logon = logon
                .ok_or_else(|| PlanError::Refused { reason: "The body needs logonName, a text.".into() })?;
            Write::EnsureUser(catalog.resolve_logon(logon)?)
        }
        Action::ReserveItemId(list) => Write::ReserveItemId(catalog.resolve_list(site, list)?),
        Action::AddFieldAsXml(of, xml) => fields::add_as_xml(catalog, site, of, xml)?,
        Action::AddList(body) => {
            let draft = ListDraft::resolve(body, &[])?;
            Write::AddList(site.id, draft.into_new(Uuid::new_v4(), Uuid::new_v4())?)
        }
        Action::ChangeList(list, body) => {
            let list = catalog.resolve_list(site, list)?;
            let present = render::list_properties(site, &list, &list_state(call, &list).await?);
            let changed = ListDraft::resolve(body, &present)?.apply_to(&list);
            if changed.title != list.title {
                // A title is a name in the site: who manages the list alone could try which ones are taken.
                access::check(Rule::Site(Right::Manage), call.rights, &call.store.catalog(), catalog, site)?;
            }
            Write::ChangeList(ListChange { list, changed, preconditions: conditions() })
        }
        Action::DeleteList(list) => Write::DeleteList(catalog.resolve_list(site, list)?, conditions()),
        Action::AddField(of, body) | Action::AddDependentLookup(of, body) => {
            fields::add(catalog, site, of, body)?
        }
        Action::ChangeField(of, field, body) => fields::change(call, catalog, site, (of, field), body)?,
        Action::IndexField(of, field, on) => {
            let body = Object::from_iter([("Indexed".to_owned(), (*on).into())]);
            fields::change(call, catalog, site, (of, field), &body)?
        }
        Action::DeleteField(of, field) => fields::delete(call, catalog, site, (of, field))?,
        Action::ChangeView(list, write) => views::write(call, catalog, site, list, write)?,
        Action::AddItem(list, body) => {
            let list = catalog.resolve_list(site, list)?;
            let values = ItemValues::resolve(&list, body)?.for_new_item(&list)?;
            Write::AddItem(NewItem { list, guid: Uuid::new_v4(), values, preconditions: conditions() })
        }
        Action::MergeItem(list, item, body) => {
            let mut change = change(list, item)?;
            change.kind = ItemChangeKind::Merge(ItemValues::resolve(&change.list, body)?);
            Write::ChangeItem(change)
        }
        Action::ReplaceItem(list, item, body) => {
            let mut change = change(list, item)?;
            let values = ItemValues::resolve(&change.list, body)?;
            change.kind = ItemChangeKind::Replace(values, Uuid::new_v4());
            Write::ChangeItem(change)
        }
        Action::Increment(list, item, body) => {
            let mut change = change(list, item)?;
            change.kind = increment(&change, body)?;
            Write::ChangeItem(change)
        }
        // DeleteItem is the only write that is left.
        action => {
            let Action::DeleteItem(list, item) = action else {
                return Err(PlanError::ItemNotFound.into());
            };
            Write::ChangeItem(change(list, item)?)
        }
    })
}

/// A change of an item, a deletion until its kind is set.
fn resolve_target<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Site,
    list: &ListKey,
    item: &ItemKey,
    preconditions: Preconditions,
) -> Result<ItemChange, PlanError> {
    let list = catalog.resolve_list(site, list)?;
    let target = list.resolve_item(item)?;
    let least_strict = call.rules.least_strict;
    Ok(ItemChange { list, target, preconditions, least_strict, kind: ItemChangeKind::Delete })
}

fn new_site(parent: &Site, body: &Object) -> Result<NewSite, PlanError> {
    for name in ["Title", "Description"] {
        let text = body.get(name).and_then(Value::as_str).unwrap_or_default();
        check_text(text).map_err(|wrong| PlanError::WrongValue { name: name.to_owned(), wrong })?;
    }
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::trim).filter(|t| !t.is_empty());
    let refused = |reason: &str| PlanError::Refused { reason: reason.to_owned() };
    let url = text("Url").map(|url| url.trim_matches('/')).filter(|url| !url.is_empty());
    let url = url.ok_or_else(|| refused("A site needs a Url, relative to the site that it is made in."))?;
    let path = SitePath::parse(&format!("{}/{url}", parent.path.as_str()))
        .map_err(|_| refused("The Url holds characters that no site's path may hold."))?;
    let title = text("Title").unwrap_or(url).to_owned();
    let description = text("Description").unwrap_or_default().to_owned();
    Ok(NewSite { guid: Uuid::new_v4(), path, title, description })
}

/// Renders what a write did; also within its transaction, for the answer that is stored.
#[derive(Clone)]
struct Answer {
    view: View,
    origin: crate::request::Origin,
    site: Site,
    /// Whether the user that is ensured manages all sites.
    is_admin: bool,
    shape: Shape,
}

/// How a write is answered.
#[derive(Clone)]
enum Shape {
    /// As one of the resource's own.
    Usual,
    /// As what a method returns: 200, also where something was made.
    Returned,
    /// As what a method returns that did what was asked.
    Did(&'static str),
    /// As what a method returns that gives nothing back.
    Nothing(&'static str),
    /// As a row of SOAP, which shows users of this catalog.
    Row(Arc<Catalog>),
    /// As the results of a form.
    Form(Form),
}

impl Answer {
    /// The answer to a form that the store refused for one of its fields.
    fn refused(&self, list: Option<&store::model::List>, error: &StoreError) -> Option<Reply> {
        let Shape::Form(form) = &self.shape else { return None };
        form.refused(list?, error).map(|form| form.render(&self.view, 0))
    }

    fn render(&self, written: &Written) -> Reply {
        let view = &self.view;
        if let (Shape::Form(form), Written::ItemAdded(_, item) | Written::ItemChanged(_, item)) =
            (&self.shape, written)
        {
            return form
                .render(view, item.id.0)
                .with("ETag", item.version.to_string())
                .modified(item.modified);
        }
        if let (Shape::Row(users), Written::ItemAdded(list, item) | Written::ItemChanged(list, item)) =
            (&self.shape, written)
        {
            let body = render::soap_row(view, users, &self.site, list, item).into_bytes();
            return Reply { body, ..Reply::new(200) };
        }
        match written {
            Written::SiteChanged
            | Written::AccessChanged
            | Written::OverwritesCounted
            | Written::TokenAdded(_) => Reply::new(204),
            Written::UserEnsured(user) => {
                let entity = render::user_entity(user, self.is_admin);
                Reply::json(200, view.format, render::single(view, &entity))
            }
            Written::ItemIdReserved(id) => render::returned(view, "ReserveListItemId", "", &(*id).into()),
            Written::ItemAdded(list, item) => render::added(view, list, item),
            Written::ItemChanged(list, item) => render::changed(view, list, item),
            Written::Incremented { item, value, first } => render::increment(view, item, *value, *first),
            Written::SiteAdded(site) => {
                let links = Links::new(self.origin.clone(), &site.path);
                let location = format!("{}/Web", links.api());
                let view = View { links, ..view.clone() };
                let body = render::single(&view, &render::web_entity(&view, site));
                Reply::json(201, view.format, body).with("Location", location)
            }
            Written::ListAdded(list, state) => {
                let entity = render::list_entity(&self.site, list, state);
                Reply::json(201, view.format, render::single(view, &entity))
                    .with("Location", view.links.absolute(&entity.edit_link))
                    .with("ETag", list.version.to_string())
            }
            Written::FieldAdded(owner, field) => {
                let entity = render::field_entity(&Fields::of(&self.site, owner), field);
                let status = if matches!(self.shape, Shape::Returned) { 200 } else { 201 };
                Reply::json(status, view.format, render::single(view, &entity))
                    .with("Location", view.links.absolute(&entity.edit_link))
            }
            Written::ViewAdded(list, added) => {
                let entity = render::view_entity(&self.site, list, added);
                let entity = render::Entity { nested: Vec::new(), ..entity };
                Reply::json(201, view.format, render::single(view, &entity))
                    .with("Location", view.links.absolute(&entity.edit_link))
            }
            Written::ViewChanged => match self.shape {
                Shape::Nothing(method) => render::returned(view, method, "", &Value::Null),
                _ => Reply::new(204),
            },
            Written::ListChanged(list) => {
                Reply::new(204).with("ETag", list.version.to_string()).modified(list.modified)
            }
            Written::FieldChanged => match self.shape {
                Shape::Did(method) => render::returned(view, method, "", &true.into()),
                _ => Reply::new(204),
            },
            // As OData has it; `_api` says 200.
            Written::ItemDeleted if view.service == Service::ListData => Reply::new(204),
            Written::ItemDeleted | Written::ListDeleted | Written::FieldDeleted | Written::ViewDeleted => {
                Reply::new(200)
            }
        }
    }
}
