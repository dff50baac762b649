//! The way of a request: bytes, format, request, plan, engine, answer. The whole program on one screen.

use std::sync::Arc;

use odata::{
    Format, Negotiated, NotAcceptable,
    path::{Service, SitePath},
};
use store::{
    StoreError, WriteReply, Written,
    model::{Rights, UserId},
    plan::{Action as Write, WritePlan},
};

use crate::{
    access::{AccessError, Caller, Digests, Identified},
    batch,
    error::Error,
    execute::{self, Call},
    ports::{Rules, Store},
    render::{self, Links, Reply, View},
    request::{self, Action, Headers, RawRequest, Request, RequestError},
};

/// Tells who makes a request, before its body is read. Somebody for whom another vouches becomes a user
/// here.
pub(crate) async fn admit<S: Store>(store: &S, rules: &Rules, raw: &RawRequest<'_>) -> Result<Caller, Reply> {
    let admitted = async {
        if let Some(issuer) = rules.gate.issuer_without_keys(raw).cloned() {
            store.compute(move || issuer.read_keys()).await?;
        }
        let catalog = store.catalog();
        let (identity, proof) = match rules.gate.identify(&catalog, raw, rules.now())? {
            Identified::Caller(caller) => return Ok(caller),
            Identified::Named(identity, proof) => (identity, proof),
        };
        let user = identity.user(&catalog)?;
        if user.id.0 != 0 {
            return Ok(Caller::new(user.id, proof));
        }
        let plan = WritePlan { caller: UserId::LOCAL_OWNER, repeat: None, action: Write::EnsureUser(user) };
        match store.write(plan).await? {
            WriteReply::Done(Written::UserEnsured(user)) => Ok(Caller::new(user.id, proof)),
            _ => Err(StoreError::Internal("a user could not be made".into()).into()),
        }
    };
    admitted.await.map_err(|error: Error| See::new(raw).refuse(&error))
}

/// Answers a request. Each stage has its own way to refuse; the format is found first, as a refusal has
/// one too; no connection is taken before the request makes sense.
pub(crate) async fn answer<S: Store>(
    store: &S,
    rules: &Rules,
    raw: &RawRequest<'_>,
    caller: &Caller,
) -> Reply {
    let mut seen = See::new(raw);
    let outcome = async {
        let request = seen.read(rules, raw)?;
        check_digest(store, rules, &seen.headers, &request, caller)?;
        let call = seen.call((store, rules), raw, &request, caller);
        match &request.action {
            Action::Batch(batch) => batch::run(&call, batch).await,
            Action::WriteBySoap(updates) => execute::run_updates(&call, updates).await,
            _ => execute::run(&call).await,
        }
    };
    let outcome: Result<_, Error> = outcome.await;
    seen.told(outcome)
}

/// Answers a request that stands in a batch, whose digest was good.
pub(crate) async fn answer_within<S: Store>(
    store: &S,
    rules: &Rules,
    raw: &RawRequest<'_>,
    caller: &Caller,
) -> Reply {
    let mut seen = See::new(raw);
    let outcome = async {
        let request = seen.read(rules, raw)?;
        execute::run(&seen.call((store, rules), raw, &request, caller)).await
    };
    let outcome: Result<_, Error> = outcome.await;
    seen.told(outcome)
}

/// Answers requests that stand in a batch and are done together or not at all; or tells which failed, and its
/// answer.
pub(crate) async fn answer_together<S: Store>(
    store: &S,
    rules: &Rules,
    raws: &[RawRequest<'_>],
    caller: &Caller,
) -> Result<Vec<Reply>, (usize, Reply)> {
    let mut seen: Vec<_> = raws.iter().map(See::new).collect();
    let mut requests = Vec::with_capacity(raws.len());
    for (at, (seen, raw)) in seen.iter_mut().zip(raws).enumerate() {
        requests.push(seen.read(rules, raw).map_err(|error| (at, seen.refuse(&error)))?);
    }
    let each = seen.iter().zip(raws).zip(&requests);
    let calls: Vec<_> =
        each.map(|((seen, raw), request)| seen.call((store, rules), raw, request, caller)).collect();
    match execute::run_together(&calls).await {
        Ok(replies) => Ok(replies.into_iter().zip(&seen).map(|(reply, seen)| seen.told(Ok(reply))).collect()),
        Err((at, error)) => Err((at, seen[at].refuse(&error))),
    }
}

/// Whether a request that stands in a batch may be one of a group that is done together.
pub(crate) fn may_be_grouped(rules: &Rules, raw: &RawRequest<'_>) -> bool {
    // One that cannot be read is refused when the group is run.
    See::new(raw).read(rules, raw).map_or(true, |request| request.action.writes_one_item())
}

/// A write whose caller a browser proves by itself needs a digest.
fn check_digest<S: Store>(
    store: &S,
    rules: &Rules,
    headers: &Headers<'_>,
    request: &Request,
    caller: &Caller,
) -> Result<(), AccessError> {
    if !caller.needs_digest() || request.is_safe {
        return Ok(());
    }
    let catalog = store.catalog();
    let secret = catalog.access().secret().ok_or(AccessError::WrongDigest)?;
    Digests { secret }.check(headers.request_digest(), caller, &request.site, rules.now())
}

/// Renders a refusal of a request that is not read at all.
pub(crate) fn refuse(raw: &RawRequest<'_>, refusal: impl Into<Error>) -> Reply {
    See::new(raw).refuse(&refusal.into())
}

/// What is known of a request before it is read.
struct See<'a> {
    headers: Headers<'a>,
    negotiated: Result<Negotiated, NotAcceptable>,
    view: View,
}

impl<'a> See<'a> {
    fn new(raw: &RawRequest<'a>) -> Self {
        let headers = Headers(raw.headers);
        let service = Service::of(raw.path).unwrap_or_default();
        let (negotiated, default) = match service {
            Service::Api => (headers.negotiate(), Format::DEFAULT),
            Service::ListData => (headers.negotiate_list_data(), Format::Atom),
            // It has a form of its own, whatever is accepted.
            Service::Soap => (Ok(Negotiated { format: Format::DEFAULT, problem: false }), Format::DEFAULT),
        };
        let view = View {
            format: negotiated.map_or(default, |n| n.format),
            service,
            sets: Arc::default(),
            links: Links::new(raw.way.origin.clone(), &SitePath::ROOT),
            prefer: headers.prefer(),
        };
        Self { headers, negotiated, view }
    }

    /// Reads the request whole.
    fn read(&mut self, rules: &Rules, raw: &RawRequest<'_>) -> Result<Request, Error> {
        if !self.headers.accepts_text() && !self.headers.accepts_parts() {
            self.negotiated.map_err(RequestError::from)?;
        }
        let request = request::parse(raw, rules.now(), rules.replay_window)?;
        if !request.action.has_own_form() {
            self.negotiated.map_err(RequestError::from)?;
        }
        self.view.links = Links::new(raw.way.origin.clone(), &request.site);
        Ok(request)
    }

    fn call<'c, S>(
        &'c self,
        (store, rules): (&'c S, &'c Rules),
        raw: &'c RawRequest<'c>,
        request: &'c Request,
        caller: &'c Caller,
    ) -> Call<'c, S> {
        Call { store, rules, raw, view: &self.view, request, caller, rights: &Rights::All }
    }

    fn told(&self, outcome: Result<Reply, Error>) -> Reply {
        match outcome {
            Ok(reply) => render::versioned(&self.view, reply),
            Err(error) => self.refuse(&error),
        }
    }

    fn refuse(&self, error: &Error) -> Reply {
        let if_match = self.headers.if_match();
        if let Error::Store(StoreError::Internal(cause) | StoreError::Disk(cause)) = error {
            // A cause may quote a whole statement.
            let cause: String = cause.chars().take(1_000).collect();
            tracing::error!(cause, "a request failed");
        }
        let problem = self.negotiated.is_ok_and(|n| n.problem);
        render::versioned(&self.view, render::refusal(&self.view, problem, if_match.as_deref(), error))
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, sync::Arc};

    use futures_executor::block_on;
    use odata::Uuid;
    use store::{
        Catalog, Engine as _, ReadOutcome, Undone,
        model::Strictness,
        plan::{NewSite, ReadPlan},
        sqlite::{Location, Options, Sqlite},
    };

    use super::*;
    use crate::{
        access::{Gate, Proof},
        quota::Quotas,
        request::RawHeaders,
        request::{Arrival, Way},
    };

    /// A store whose writes fail, all in the same way.
    struct Failing<'e> {
        engine: &'e Sqlite,
        error: Option<fn() -> StoreError>,
        tries: Cell<u32>,
    }

    impl Store for Failing<'_> {
        fn catalog(&self) -> Arc<Catalog> {
            self.engine.catalog()
        }

        fn seen(&self, catalog: &Arc<Catalog>, _: &Rights) -> Arc<Catalog> {
            catalog.clone()
        }

        async fn read(&self, plan: ReadPlan) -> Result<ReadOutcome, StoreError> {
            self.engine.read(&plan)
        }

        async fn compute<T: Send + 'static>(
            &self,
            work: impl FnOnce() -> T + Send + 'static,
        ) -> Result<T, StoreError> {
            Ok(work())
        }

        async fn write(&self, plan: WritePlan) -> Result<WriteReply, StoreError> {
            self.tries.set(self.tries.get() + 1);
            match self.error {
                Some(error) => Err(error()),
                None => self.engine.write(plan).await,
            }
        }

        async fn write_all(&self, plans: Vec<WritePlan>) -> Result<Vec<WriteReply>, Undone> {
            self.tries.set(self.tries.get() + 1);
            match self.error {
                Some(error) => Err(Undone { at: plans.len() - 1, error: error() }),
                None => self.engine.write_all(plans).await,
            }
        }
    }

    struct Json;

    impl RawHeaders for Json {
        fn lines<'a>(&'a self, name: &str) -> Box<dyn Iterator<Item = &'a [u8]> + 'a> {
            let line: Option<&[u8]> = match name {
                "accept" => Some(b"application/json;odata=nometadata"),
                "content-type" => Some(b"application/json"),
                _ => None,
            };
            Box::new(line.into_iter())
        }
    }

    fn post(store: &Failing<'_>, path: &str, body: &str) -> Reply {
        let rules = Rules {
            gate: Gate { may_be_open: true, ..Gate::default() },
            ledger: Arc::default(),
            quotas: Arc::new(Quotas::new(None)),
            least_strict: Strictness::Off,
            threshold: None,
            session_seconds: 60,
            replay_window: 1,
            clock: || 0,
        };
        let raw = RawRequest {
            method: "POST",
            path,
            query: "",
            headers: &Json,
            body: body.as_bytes(),
            way: Way::unknown(&Arrival { headers: &Json, target: None, peer: None, is_tls: false }),
            session: None,
        };
        block_on(answer(store, &rules, &raw, &Caller::new(UserId::LOCAL_OWNER, Proof::Open)))
    }

    /// Adds an item to a list of a store whose writes fail from then on: the answer's status, its headers
    /// but for the format, its body, and how often the write was tried.
    fn refused(error: fn() -> StoreError) -> (u16, Vec<(&'static str, String)>, String, u32) {
        refused_post(error, "/_api/lists/Pumps/items", r#"{"Title":"lost"}"#)
    }

    fn refused_post(
        error: fn() -> StoreError,
        path: &str,
        body: &str,
    ) -> (u16, Vec<(&'static str, String)>, String, u32) {
        let asked = (path, body);
        let engine = Sqlite::open(&Location::Temporary, Options::default()).unwrap();
        let (guid, path) = (Uuid::new_v4(), SitePath::ROOT);
        let site = NewSite { guid, path, title: "Home".into(), description: String::new() };
        let plan = WritePlan { caller: UserId::LOCAL_OWNER, repeat: None, action: Write::AddSite(site) };
        block_on(engine.write(plan)).unwrap();
        let well = Failing { engine: &engine, error: None, tries: Cell::default() };
        assert_eq!(post(&well, "/_api/web/lists", r#"{"Title":"Pumps"}"#).status, 201);

        let failing = Failing { error: Some(error), tries: Cell::default(), ..well };
        let reply = post(&failing, asked.0, asked.1);
        let headers = reply.headers.into_iter().filter(|(name, _)| *name != "Content-Type");
        (reply.status, headers.collect(), String::from_utf8(reply.body).unwrap(), failing.tries.get())
    }

    #[test]
    fn a_write_that_other_changes_of_the_list_always_overtake_is_a_save_conflict() {
        let text = "Save Conflict.\\n\\nYour changes conflict with those made concurrently by another user. If you \
                    want your changes to be applied, click Back in your Web browser, refresh the page, and \
                    resubmit your changes.";
        let body = format!(
            r#"{{"odata.error":{{"code":"-2130575305, Microsoft.SharePoint.SPException","message":{{"lang":"en-US","value":"{text}"}}}}}}"#
        );
        assert_eq!(refused(|| StoreError::StaleCatalog), (409, vec![], body, 256));
    }

    #[test]
    fn a_group_that_other_changes_always_overtake_is_undone_and_says_so() {
        let add = |id| {
            format!(
                r#"{{"id":"{id}","atomicityGroup":"g","method":"POST","url":"lists/Pumps/items","body":{{"Title":"x"}}}}"#
            )
        };
        let batch = format!(r#"{{"requests":[{},{}]}}"#, add(1), add(2));
        let (status, _, body, tries) = refused_post(|| StoreError::StaleCatalog, "/_api/$batch", &batch);
        let statuses: Vec<_> = body.split("\"status\":").skip(1).map(|rest| &rest[..3]).collect();
        assert_eq!((status, statuses, tries), (200, vec!["424", "409"], 256), "{body}");
    }

    #[test]
    fn a_full_queue_asks_to_try_again() {
        let body = r#"{"odata.error":{"code":"-1, Matchlist.ServiceUnavailableException","message":{"lang":"en-US","value":"Too many requests are waiting. Try again."}}}"#;
        let again = vec![("Retry-After", "1".to_owned())];
        assert_eq!(refused(|| StoreError::Busy), (503, again, body.to_owned(), 1));
    }
}
