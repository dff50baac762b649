//! Requests are resolved against the catalog, run, and their outcomes rendered.

mod around;
mod caml;
mod fields;
mod form;
mod increment;
mod list_data;
mod read;
mod service;
mod soap;
mod tag;
mod thing;
mod views;
mod write;

pub(crate) use soap::run_updates;

use std::sync::Arc;

use odata::{
    Timestamp,
    path::{ListKey, Service},
};
use store::{
    Catalog, ReadOutcome, StoreError,
    model::{Rights, Site, UserId},
    plan::{PlanError, ReadPlan},
};

use crate::{
    access::{self, AccessError, Caller, Rule},
    error::Error,
    list_data::Sets,
    ports::{Rules, Store},
    render::{self, Reply, View},
    request::{Action, BatchRefusal, Origin, RawRequest, RepeatError, Repeatable, Request, RequestError},
};

/// How often a request is resolved because the catalog changes meanwhile. Each failure is another request's
/// success: of as many changes of one list at once, all are done.
const ATTEMPTS: u32 = 256;

/// One request with everything that it is run with.
pub(crate) struct Call<'a, S> {
    pub(crate) store: &'a S,
    pub(crate) rules: &'a Rules,
    pub(crate) raw: &'a RawRequest<'a>,
    pub(crate) view: &'a View,
    pub(crate) request: &'a Request,
    /// Who calls.
    pub(crate) caller: &'a Caller,
    /// What the caller may do, as of when the request was resolved.
    pub(crate) rights: &'a Rights,
}

impl<S: Store> Call<'_, S> {
    fn now(&self) -> Timestamp {
        self.rules.now()
    }

    /// Where the client sees the service.
    fn raw_origin(&self) -> Origin {
        self.raw.way.origin.clone()
    }

    /// Who calls.
    const fn caller(&self) -> UserId {
        self.caller.user
    }

    /// What a replay id of the caller is stored as.
    fn replay_id(&self, repeat: &Repeatable) -> String {
        format!("{}{}", self.caller.replay_prefix(), repeat.id)
    }
}

/// Runs a request. One that may be sent again is answered as the first time, if there was one.
pub(crate) async fn run<S: Store>(call: &Call<'_, S>) -> Result<Reply, Error> {
    let Some(repeat) = &call.request.repeat else {
        return resolve_and_run(call).await;
    };
    // Before anything is resolved: the first run may have removed what the address names.
    if let Some(reply) = replayed(call, repeat).await? {
        return Ok(reply);
    }
    let outcome = match resolve_and_run(call).await {
        // So may a twin that ran between.
        Err(error) => replayed(call, repeat).await?.ok_or(error),
        ok => ok,
    };
    outcome.map(|reply| reply.with("Repeatability-Result", "accepted"))
}

/// Runs requests as one: all of them or none; tells which was refused. They are of one caller.
pub(crate) async fn run_together<S: Store>(calls: &[Call<'_, S>]) -> Result<Vec<Reply>, (usize, Error)> {
    let repeats = calls.iter().filter(|call| call.request.repeat.is_some()).count();
    if repeats > 0 && repeats < calls.len() {
        let at = calls.iter().position(|call| call.request.repeat.is_none()).unwrap_or(0);
        return Err((at, RequestError::from(RepeatError::NotAll).into()));
    }
    if let Some(replies) = replayed_together(calls).await? {
        return Ok(replies);
    }
    let mut outcome = once_together(calls).await;
    for _ in 1..ATTEMPTS {
        let Err((_, Error::Store(StoreError::StaleCatalog))) = outcome else { break };
        outcome = once_together(calls).await;
    }
    let accepted = |(reply, call): (Reply, &Call<'_, S>)| match call.request.repeat {
        Some(_) => reply.with("Repeatability-Result", "accepted"),
        None => reply,
    };
    match outcome {
        Ok(replies) => Ok(replies.into_iter().zip(calls).map(accepted).collect()),
        Err(error) => replayed_together(calls).await?.ok_or(error),
    }
}

/// The answers of a group that was done before.
async fn replayed_together<S: Store>(calls: &[Call<'_, S>]) -> Result<Option<Vec<Reply>>, (usize, Error)> {
    let mut replies = Vec::with_capacity(calls.len());
    for (at, call) in calls.iter().enumerate() {
        let Some(repeat) = &call.request.repeat else { return Ok(None) };
        match replayed(call, repeat).await.map_err(|error| (at, error))? {
            Some(reply) => replies.push(reply),
            None => return Ok(None),
        }
    }
    Ok(Some(replies))
}

async fn once_together<S: Store>(calls: &[Call<'_, S>]) -> Result<Vec<Reply>, (usize, Error)> {
    let places = calls.iter().enumerate().map(|(at, call)| find_place(call).map_err(|error| (at, error)));
    let places = places.collect::<Result<Vec<_>, _>>()?;
    let placed: Vec<_> = places.iter().zip(calls).map(|(place, call)| place.call(call)).collect();
    let mut prepared = Vec::with_capacity(calls.len());
    for (at, (call, place)) in placed.iter().zip(&places).enumerate() {
        let ready = prepare(call, place).await;
        match ready.map_err(|error| (at, error))? {
            Ok(ready) => prepared.push(ready),
            // Only forms are answered without a write, and no group has one.
            Err(_) => return Err((at, StoreError::Internal("a write of a group is none".into()).into())),
        }
    }
    write::run_together(&placed.iter().collect::<Vec<_>>(), prepared).await
}

/// Prepares a write, by the names of its service.
async fn prepare<S: Store>(
    call: &Call<'_, S>,
    place: &Place,
) -> Result<Result<write::Prepared, Reply>, Error> {
    let Place { whole, catalog, site, .. } = place;
    let action = &call.request.action;
    let meant = match call.request.service {
        Service::Api | Service::Soap => None,
        Service::ListData => list_data::meant(action, catalog, &call.view.sets)?,
    };
    let action = meant.as_ref().unwrap_or(action);
    access::check(action.rule(), call.rights, whole, catalog, site)?;
    write::prepare(call, catalog, site, action).await
}

/// The stored answer, for a caller who may still do what is asked.
async fn replayed<S: Store>(call: &Call<'_, S>, repeat: &Repeatable) -> Result<Option<Reply>, Error> {
    let whole = call.store.catalog();
    let rights = call.caller.rights(&whole, call.now())?;
    let site = whole.site(&call.request.site).cloned();
    let site = if call.request.root_web { site.map(|site| whole.root_of(&site)) } else { site };
    // Of a list that is gone nobody has rights; that it is gone may be what the answer tells.
    let check = |rule: Rule<'_>, site: &Site| access::check(rule, &rights, &whole, &whole, site).is_ok();
    let may = |site: &Site| match call.request.action.rule() {
        Rule::List(ListKey::EntitySet(name), right) => {
            let seen = call.store.seen(&whole, &rights);
            list_data::key_of(name, &whole, &seen, site)
                .is_ok_and(|key| key.is_none_or(|key| check(Rule::List(&key, right), site)))
        }
        rule => check(rule, site),
    };
    if !site.is_some_and(|site| may(&site)) {
        return Ok(None);
    }
    let plan = ReadPlan::Replay { caller: call.caller(), id: call.replay_id(repeat) };
    let ReadOutcome::Replay(Some(replay)) = call.store.read(plan).await? else {
        return Ok(None);
    };
    if replay.digest != repeat.digest {
        return Err(StoreError::RepeatMismatch.into());
    }
    stored(&replay.reply).map(|reply| Some(reply.with("Repeatability-Result", "accepted")))
}

fn stored(bytes: &[u8]) -> Result<Reply, Error> {
    let unreadable = || StoreError::Internal("a stored answer cannot be read".into()).into();
    render::from_stored(bytes).ok_or_else(unreadable)
}

async fn resolve_and_run<S: Store>(call: &Call<'_, S>) -> Result<Reply, Error> {
    let mut outcome = once(call).await;
    for _ in 1..ATTEMPTS {
        match outcome {
            Err(Error::Store(StoreError::StaleCatalog)) => outcome = once(call).await,
            other => return other,
        }
    }
    outcome
}

async fn once<S: Store>(call: &Call<'_, S>) -> Result<Reply, Error> {
    let place = find_place(call)?;
    run_in(&place.call(call), &place).await
}

/// Whether the caller may make a request at all; what it asks for is not run.
pub(crate) fn admit<S: Store>(call: &Call<'_, S>) -> Result<(), Error> {
    find_place(call).map(drop)
}

/// Where a request is run: by whom, and in which site.
struct Place {
    whole: Arc<Catalog>,
    rights: Rights,
    catalog: Arc<Catalog>,
    site: Arc<Site>,
    view: View,
}

impl Place {
    fn call<'a, S>(&'a self, call: &Call<'a, S>) -> Call<'a, S> {
        Call { rights: &self.rights, view: &self.view, ..*call }
    }
}

/// Finds the site as the caller sees it, and checks that the caller may do there what is asked for.
fn find_place<S: Store>(call: &Call<'_, S>) -> Result<Place, Error> {
    let whole = call.store.catalog();
    let rights = call.caller.rights(&whole, call.now())?;
    let catalog = call.store.seen(&whole, &rights);
    let path = &call.request.site;
    if !catalog.has_sites() {
        // Whatever the address: what a caller without any right is told depends on nothing that is there.
        return Err(AccessError::Denied.into());
    }
    let site: &Arc<Site> =
        catalog.site(path).ok_or_else(|| PlanError::SiteNotFound { path: path.as_str().to_owned() })?;
    let (site, view) = match call.request.root_web {
        false => (site.clone(), call.view.clone()),
        true => {
            let root = catalog.root_of(site);
            let view = View { links: call.view.links.of_site(&root.path), ..call.view.clone() };
            (root, view)
        }
    };
    let view = match call.request.service {
        Service::Api | Service::Soap => view,
        Service::ListData => View { sets: Arc::new(Sets::of(&catalog, &site)), ..view },
    };
    access::check(call.request.action.rule(), &rights, &whole, &catalog, &site)?;
    Ok(Place { whole, rights, catalog, site, view })
}

/// Runs a request, by the names of its service.
async fn run_in<S: Store>(call: &Call<'_, S>, place: &Place) -> Result<Reply, Error> {
    let Place { whole, catalog, site, .. } = place;
    match call.request.service {
        Service::Api | Service::Soap => run_action(call, whole, catalog, site, &call.request.action).await,
        Service::ListData => list_data::run(call, whole, catalog, site).await,
    }
}

/// Runs an action that has the names of `_api`.
async fn run_action<S: Store>(
    call: &Call<'_, S>,
    whole: &Catalog,
    catalog: &Catalog,
    site: &Arc<Site>,
    action: &Action,
) -> Result<Reply, Error> {
    access::check(action.rule(), call.rights, whole, catalog, site)?;
    match action {
        Action::Batch(_) => Err(BatchRefusal::within(call.raw.path).into()),
        // Alone they are run by the pipeline.
        Action::WriteBySoap(_) => Err(BatchRefusal::soap_within(call.raw.path).into()),
        Action::Describe(methods) => Ok(Reply::new(204).with("Allow", methods.join(", "))),
        action if action.is_write() => write::run(call, catalog, site, action).await,
        action => read::run(call, catalog, site, action).await,
    }
}
