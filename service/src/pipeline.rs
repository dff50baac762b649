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
