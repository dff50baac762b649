//! From the framework's request to ours, and from our answer to the framework's.

use std::time::Instant;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Data, Payload},
};
use odata::{Uuid, path::SitePath};

use super::{Served, admission, body, cookie, sign_in};
use crate::{
    access::{Caller, loggable, request_digest},
    pipeline,
    ports::Store as _,
    render::{self, Links, Reply},
    request::{Address, Headers, RawHeaders, RawRequest},
};

/// What this service offers beyond SharePoint; clients use it only where they see it.
const FEATURES: &str = "repeatability, next-sequence";

/// What the answers' protocol is, as old clients look for it.
const SERVER_VERSION: &str = "16.0.0.10417";

pub(super) struct Lines<'a>(pub(super) &'a header::HeaderMap);

impl RawHeaders for Lines<'_> {
    fn lines<'a>(&'a self, name: &'static str) -> Box<dyn Iterator<Item = &'a [u8]> + 'a> {
        Box::new(self.0.get_all(name).map(header::HeaderValue::as_bytes))
    }
}

/// Serves one request.
pub(super) async fn route(request: HttpRequest, mut payload: Payload, served: Data<Served>) -> HttpResponse {
    let started = Instant::now();
    let lines = Lines(request.headers());
    let response = match answer(&request, &mut payload, &served, &lines).await {
        Ok(reply) => respond(&request, reply),
        Err(reply) => body::leave_unread(respond(&request, reply), payload.into_inner()),
    };
    log(&request, &response, started);
    response
}

/// Answers a request; the answer to one whose body was not read is an error.
async fn answer(
    request: &HttpRequest,
    payload: &mut Payload,
    served: &Served,
    lines: &Lines<'_>,
) -> Result<Reply, Reply> {
    let Served { bridge, rules, door, .. } = served;
    let address = Address::of(request.uri().path());
    match &address {
        Address::Health => return Err(text(200, "ok\n")),
        Address::Readiness => return Err(readiness(served)),
        Address::SignIn(_) => return sign_in::sign_in(request, payload, served).await,
        Address::SignOut(site) => return Err(sign_in::sign_out(request, served, site).await),
        Address::Style => return Err(render::sign_in_style()),
        Address::Home | Address::Script(_) | Address::Page(_) | Address::Other => {}
    }
    let head = raw(request, lines, &[]);
    let caller = admission::caller(request)?;
    match &address {
        Address::Home => return Err(text(200, HOME)),
        Address::Script(site) => {
            if let Some(reply) = script(request, served, &caller, site) {
                return Err(reply);
            }
        }
        _ => {}
    }
    let body = body::read(request, payload, door.limits.body).await;
    let body = body.map_err(|refusal| pipeline::refuse(&head, refusal))?;
    Ok(pipeline::answer(bridge, rules, &raw(request, lines, &body), &caller).await)
}

/// The request as the pipeline reads it.
pub(super) fn raw<'a>(request: &'a HttpRequest, headers: &'a Lines<'a>, body: &'a [u8]) -> RawRequest<'a> {
    let from_proxy = request.peer_addr().is_some_and(|peer| peer.ip().is_loopback());
    let headers_of = Headers(headers);
    let is_secure = headers_of.origin(from_proxy).is_secure();
    RawRequest {
        method: request.method().as_str(),
        path: request.uri().path(),
        query: request.uri().query().unwrap_or_default(),
        headers,
        body,
        from_proxy,
        session: cookie::shown(&headers_of, is_secure),
    }
}

fn text(status: u16, text: &str) -> Reply {
    let reply = Reply::new(status).with("Content-Type", "text/plain;charset=utf-8");
    Reply { body: text.as_bytes().to_vec(), ..reply }
}

fn readiness(served: &Served) -> Reply {
    match served.bridge.ready() {
        Ok(()) => text(200, "ready\n"),
        Err(why) => text(503, &format!("not ready: {why}\n")),
    }
}

/// The script of a site's pages.
fn script(request: &HttpRequest, served: &Served, caller: &Caller, site: &SitePath) -> Option<Reply> {
    let now = served.rules.now();
    let whole = served.bridge.catalog();
    let catalog = served.bridge.seen(&whole, &caller.rights(&whole, now).ok()?);
    let (site, user) = (catalog.site(site)?, catalog.user(caller.user)?);
    let lines = Lines(request.headers());
    let raw = raw(request, &lines, &[]);
    let links = Links::new(Headers(&lines).origin(raw.from_proxy), &site.path);
    let digest = request_digest(&whole, caller, &site.path, now);
    Some(render::page_script(&links, site, user, &digest))
}

const HOME: &str = "Matchlist: lists that never lose an update.\n\n\
    The lists of the root site:  /_api/web/lists\n\
    The items of a list:         /_api/lists/<title>/items\n\
    The lists of another site:   /sites/<name>/_api/web/lists\n";

/// The answer as the framework sends it, with the headers that every answer has.
pub(super) fn respond(request: &HttpRequest, reply: Reply) -> HttpResponse {
    // Statuses have three digits: those of answers and of the error table, and of stored answers made of them.
    let status = StatusCode::from_u16(reply.status).unwrap_or_default();
    let mut response = HttpResponse::build(status);
    let id = Uuid::new_v4().to_string();
    let lines = Lines(request.headers());
    if let Some(correlation) = Headers(&lines).correlation() {
        response.insert_header(("client-request-id", correlation));
    }
    response
        .insert_header(("request-id", id.as_str()))
        .insert_header(("SPRequestGuid", id.as_str()))
        .insert_header(("MicrosoftSharePointTeamServices", SERVER_VERSION))
        .insert_header(("DataServiceVersion", "3.0"))
        .insert_header(("Matchlist-Features", FEATURES))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .insert_header(("Cache-Control", "private, max-age=0"))
        .insert_header(("Vary", "Accept, OData-Version"));
    if reply.headers.iter().any(|(name, _)| *name == "Last-Modified") {
        // The framework's Date may be half a second old, and a Last-Modified must not be later (RFC 9110,
        // section 8.8.2.1).
        if let Some(served) = request.app_data::<Data<Served>>() {
            response.insert_header(("Date", served.rules.now().to_http()));
        }
    }
    for (name, value) in reply.headers {
        if name == "Connection" {
            response.force_close();
        }
        response.insert_header((name, value));
    }
    response.body(reply.body)
}

/// Logs a request that no route was asked for.
pub(super) fn log_refusal(request: &HttpRequest, response: &HttpResponse) {
    log(request, response, Instant::now());
}

fn log(request: &HttpRequest, response: &HttpResponse, started: Instant) {
    let status = response.status().as_u16();
    let id = response.headers().get("request-id").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let method = request.method().as_str();
    let path = loggable(request.uri().path());
    let duration_ms = started.elapsed().as_millis();
    match status {
        500.. => tracing::error!(id, method, path, status, duration_ms, "request"),
        400.. => tracing::info!(id, method, path, status, duration_ms, "request"),
        _ => tracing::debug!(id, method, path, status, duration_ms, "request"),
    }
}
