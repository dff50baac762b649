//! The way of a request: bytes, format, request, plan, engine, answer. The whole program on one screen.

use odata::{Format, Negotiated, NotAcceptable, path::SitePath};
use store::{
    StoreError, WriteReply, Written,
    model::{Rights, UserId},
    plan::{Action, WritePlan},
};

use crate::{
    access::{AccessError, Caller, Digests, Identified},
    error::Error,
    execute::{self, Call},
    ports::{Rules, Store},
    render::{self, Links, Reply, View},
    request::{self, Headers, RawRequest, Request, RequestError},
};

/// Tells who makes a request, before its body is read. Somebody for whom another vouches becomes a user
/// here.
pub(crate) async fn admit<S: Store>(store: &S, rules: &Rules, raw: &RawRequest<'_>) -> Result<Caller, Reply> {
    let admitted = async {
        let catalog = store.catalog();
        let (identity, proof) = match rules.gate.identify(&catalog, raw, rules.now())? {
            Identified::Caller(caller) => return Ok(caller),
            Identified::Named(identity, proof) => (identity, proof),
        };
        let user = catalog.resolve_logon(&identity.login)?;
        if user.id.0 != 0 {
            return Ok(Caller::new(user.id, proof));
        }
        let plan = WritePlan { caller: UserId::LOCAL_OWNER, repeat: None, action: Action::EnsureUser(user) };
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
        if !seen.headers.accepts_text() {
            seen.negotiated.map_err(RequestError::from)?;
        }
        let request = request::parse(raw, rules.now(), rules.replay_window)?;
        if !request.action.gives_text() {
            seen.negotiated.map_err(RequestError::from)?;
        }
        seen.view.links = Links::new(seen.headers.origin(raw.from_proxy), &request.site);
        check_digest(store, rules, &seen.headers, &request, caller)?;
        let call =
            Call { store, rules, raw, view: &seen.view, request: &request, caller, rights: &Rights::All };
        execute::run(&call).await
    };
    let outcome = outcome.await;
    match outcome {
        Ok(reply) => reply,
        Err(error) => seen.refuse(&error),
    }
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
        let negotiated = headers.negotiate();
        let view = View {
            format: negotiated.map_or(Format::DEFAULT, |n| n.format),
            links: Links::new(headers.origin(raw.from_proxy), &SitePath::ROOT),
            prefer: headers.prefer(),
        };
        Self { headers, negotiated, view }
    }

    fn refuse(&self, error: &Error) -> Reply {
        let if_match = self.headers.if_match();
        if let Error::Store(StoreError::Internal(cause) | StoreError::Disk(cause)) = error {
            // A cause may quote a whole statement.
            let cause: String = cause.chars().take(1_000).collect();
            tracing::error!(cause, "a request failed");
        }
        let problem = self.negotiated.is_ok_and(|n| n.problem);
        render::refusal(&self.view, problem, if_match.as_deref(), error)
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, sync::Arc};

    use futures_executor::block_on;
    use odata::Uuid;
    use store::{
        Catalog, Engine as _, ReadOutcome,
        model::Strictness,
        plan::{NewSite, ReadPlan},
        sqlite::{Location, Options, Sqlite},
    };

    use super::*;
    use crate::{
        access::{Gate, Proof},
        request::RawHeaders,
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
    }

    struct Json;

    impl RawHeaders for Json {
        fn lines<'a>(&'a self, name: &'static str) -> Box<dyn Iterator<Item = &'a [u8]> + 'a> {
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
            gate: Gate { may_be_open: true },
            ledger: Arc::default(),
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
            from_proxy: false,
            session: None,
        };
        block_on(answer(store, &rules, &raw, &Caller::new(UserId::LOCAL_OWNER, Proof::Open)))
    }

    /// Adds an item to a list of a store whose writes fail from then on: the answer's status, its headers
    /// but for the format, its body, and how often the write was tried.
    fn refused(error: fn() -> StoreError) -> (u16, Vec<(&'static str, String)>, String, u32) {
        let engine = Sqlite::open(&Location::Temporary, Options::default()).unwrap();
        let (guid, path) = (Uuid::new_v4(), SitePath::ROOT);
        let site = NewSite { guid, path, title: "Home".into(), description: String::new() };
        let plan = WritePlan { caller: UserId::LOCAL_OWNER, repeat: None, action: Action::AddSite(site) };
        block_on(engine.write(plan)).unwrap();
        let well = Failing { engine: &engine, error: None, tries: Cell::default() };
        assert_eq!(post(&well, "/_api/web/lists", r#"{"Title":"Pumps"}"#).status, 201);

        let failing = Failing { error: Some(error), tries: Cell::default(), ..well };
        let reply = post(&failing, "/_api/lists/Pumps/items", r#"{"Title":"lost"}"#);
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
    fn a_full_queue_asks_to_try_again() {
        let body = r#"{"odata.error":{"code":"-1, Matchlist.ServiceUnavailableException","message":{"lang":"en-US","value":"Too many requests are waiting. Try again."}}}"#;
        let again = vec![("Retry-After", "1".to_owned())];
        assert_eq!(refused(|| StoreError::Busy), (503, again, body.to_owned(), 1));
    }
}
