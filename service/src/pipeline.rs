//! The way of a request: bytes, format, request, plan, engine, answer. The whole program on one screen.

use odata::{Format, Negotiated, NotAcceptable, path::SitePath};
use store::StoreError;

use crate::{
    error::{Error, Refusal},
    execute::{self, Call},
    ports::{Rules, Store},
    render::{self, Links, Reply, View},
    request::{self, Headers, RawRequest, RequestError},
};

/// Answers a request. Each stage has its own way to refuse; the format is found first, as a refusal has
/// one too; no connection is taken before the request makes sense.
pub(crate) async fn answer<S: Store>(store: &S, rules: &Rules, raw: &RawRequest<'_>) -> Reply {
    let mut seen = See::new(raw);
    let outcome = async {
        if !seen.headers.accepts_text() {
            seen.negotiated.map_err(RequestError::from)?;
        }
        let request = request::parse(raw, rules.now(), rules.replay_window)?;
        if !request.action.gives_text() {
            seen.negotiated.map_err(RequestError::from)?;
        }
        seen.view.links = Links::new(seen.headers.origin(raw.from_local_proxy), &request.site);
        execute::run(&Call { store, rules, raw, view: &seen.view, request: &request }).await
    };
    let outcome = outcome.await;
    match outcome {
        Ok(reply) => reply,
        Err(error) => seen.refuse(&error),
    }
}

/// Renders a refusal of a request that is not read at all.
pub(crate) fn refuse(raw: &RawRequest<'_>, refusal: Refusal) -> Reply {
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
            links: Links::new(headers.origin(raw.from_local_proxy), &SitePath::ROOT),
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
