//! From the framework's request to ours, and from our answer to the framework's.

use std::{net::IpAddr, time::Instant};

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
    request::{Address, Arrival, Headers, RawHeaders, RawRequest, Way},
};

/// What this service offers beyond SharePoint; clients use it only where they see it.
const FEATURES: &str = "repeatability, next-sequence, json-batch";

/// What the answers' protocol is, as old clients look for it.
const SERVER_VERSION: &str = "16.0.0.10417";

pub(super) struct Lines<'a>(pub(super) &'a header::HeaderMap);

impl RawHeaders for Lines<'_> {
    fn lines<'a>(&'a self, name: &str) -> Box<dyn Iterator<Item = &'a [u8]> + 'a> {
        Box::new(self.0.get_all(name).map(header::HeaderValue::as_bytes))
    }
}

/// Serves one request.
pub(super) async fn route(request: HttpRequest, mut payload: Payload, served: Data<Served>) -> HttpResponse {
    let started = Instant::now();
    let lines = Lines(request.headers());
    let head = raw(&request, &lines);
    let client = head.way.client;
    let response = match answer(&request, &mut payload, &served, head).await {
        Ok(reply) => respond(&request, reply),
        Err(reply) => body::leave_unread(respond(&request, reply), payload.into_inner()),
    };
    log(&request, &response, client, started);
    response
}

/// Answers a request; the answer to one whose body was not read is an error.
async fn answer(
    request: &HttpRequest,
    payload: &mut Payload,
    served: &Served,
    head: RawRequest<'_>,
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
    let caller = admission::caller(request)?;
    match &address {
        Address::Home => return Err(text(200, HOME)),
        Address::Script(site) => {
            if let Some(reply) = script(&head, served, &caller, site) {
                return Err(reply);
            }
        }
        _ => {}
    }
    let body = body::read(request, payload, door.limits.body).await;
    let body = body.map_err(|refusal| pipeline::refuse(&head, refusal))?;
    Ok(pipeline::answer(bridge, rules, &RawRequest { body: &body, ..head }, &caller).await)
}

/// What the connection tells of a request.
pub(super) fn arrival<'a>(request: &'a HttpRequest, headers: &'a Lines<'a>) -> Arrival<'a> {
    Arrival {
        headers,
        target: request.uri().authority().map(|authority| authority.as_str()),
        peer: request.peer_addr().map(|peer| peer.ip()),
        is_tls: request.app_config().secure(),
    }
}

/// The request as the pipeline reads it, without its body.
pub(super) fn raw<'a>(request: &'a HttpRequest, headers: &'a Lines<'a>) -> RawRequest<'a> {
    let arrival = arrival(request, headers);
    let served = request.app_data::<Data<Served>>();
    let way = served.and_then(|served| Way::read(&arrival, &served.door.proxies).ok());
    let way = way.unwrap_or_else(|| Way::unknown(&arrival));
    let session = cookie::shown(&Headers(headers), way.origin.is_https());
    RawRequest {
        method: request.method().as_str(),
        path: request.uri().path(),
        query: request.uri().query().unwrap_or_default(),
        headers,
        body: &[],
        way,
        session,
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
fn script(raw: &RawRequest<'_>, served: &Served, caller: &Caller, site: &SitePath) -> Option<Reply> {
    let now = served.rules.now();
    let whole = served.bridge.catalog();
    let catalog = served.bridge.seen(&whole, &caller.rights(&whole, now).ok()?);
    let (site, user) = (catalog.site(site)?, catalog.user(caller.user)?);
    let links = Links::new(raw.way.origin.clone(), &site.path);
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
pub(super) fn log_refusal(request: &HttpRequest, response: &HttpResponse, client: IpAddr) {
    log(request, response, client, Instant::now());
}

fn log(request: &HttpRequest, response: &HttpResponse, client: IpAddr, started: Instant) {
    let status = response.status().as_u16();
    let id = response.headers().get("request-id").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let method = request.method().as_str();
    let path = loggable(request.uri().path());
    let duration_ms = started.elapsed().as_millis();
    match status {
        500.. => tracing::error!(id, %client, method, path, status, duration_ms, "request"),
        400.. => tracing::info!(id, %client, method, path, status, duration_ms, "request"),
        _ => tracing::debug!(id, %client, method, path, status, duration_ms, "request"),
    }
}
