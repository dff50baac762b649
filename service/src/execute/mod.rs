//! Requests are resolved against the catalog, run, and their outcomes rendered.

mod around;
mod fields;
mod form;
mod read;
mod tag;
mod thing;
mod views;
mod write;

use std::sync::Arc;

use odata::Timestamp;
use store::{
    Catalog, ReadOutcome, StoreError,
    model::{Rights, Site, UserId},
    plan::{PlanError, ReadPlan},
};

use crate::{
    access::{self, AccessError, Caller},
    error::Error,
    ports::{Rules, Store},
    render::{self, Reply, View},
    request::{Action, Headers, Origin, RawRequest, Repeatable, Request},
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
        Headers(self.raw.headers).origin(self.raw.from_proxy)
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

/// The stored answer, for a caller who may still do what is asked.
async fn replayed<S: Store>(call: &Call<'_, S>, repeat: &Repeatable) -> Result<Option<Reply>, Error> {
    let whole = call.store.catalog();
    let rights = call.caller.rights(&whole, call.now())?;
    let site = whole.site(&call.request.site).cloned();
    let site = if call.request.root_web { site.map(|site| whole.root_of(&site)) } else { site };
    // Of a list that is gone nobody has rights; that it is gone may be what the answer tells.
    let may = |site: &Site| access::check(call.request.action.rule(), &rights, &whole, &whole, site).is_ok();
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
    let whole = call.store.catalog();
    let rights = call.caller.rights(&whole, call.now())?;
    let catalog = call.store.seen(&whole, &rights);
    let call = &Call { rights: &rights, ..*call };
    let path = &call.request.site;
    if !catalog.has_sites() {
        // Whatever the address: what a caller without any right is told depends on nothing that is there.
        return Err(AccessError::Denied.into());
    }
    let site: &Arc<Site> =
        catalog.site(path).ok_or_else(|| PlanError::SiteNotFound { path: path.as_str().to_owned() })?;
    if !call.request.root_web {
        return run_in(call, &whole, &catalog, site).await;
    }
    let root = catalog.root_of(site);
    let view = View { links: call.view.links.of_site(&root.path), ..call.view.clone() };
    run_in(&Call { view: &view, ..*call }, &whole, &catalog, &root).await
}

async fn run_in<S: Store>(
    call: &Call<'_, S>,
    whole: &Catalog,
    catalog: &Catalog,
    site: &Arc<Site>,
) -> Result<Reply, Error> {
    access::check(call.request.action.rule(), call.rights, whole, catalog, site)?;
    match &call.request.action {
        Action::Describe(methods) => Ok(Reply::new(204).with("Allow", methods.join(", "))),
        action if action.is_write() => write::run(call, catalog, site, action).await,
        action => read::run(call, catalog, site, action).await,
    }
}
