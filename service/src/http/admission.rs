//! Who has signed in. Everything is asked for it, whatever service answers, except what is for everybody;
//! so that no page that is added can forget it.

use std::net::Ipv4Addr;

use actix_web::{
    Error, HttpMessage as _, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};
use odata::path::{PathError, SitePath};

use super::{
    Served, body,
    routes::{Lines, log_refusal, raw, respond},
};
use crate::{
    access::{AccessError, Caller, is_token_in_url},
    error::Refusal,
    pipeline,
    ports::Store as _,
    quota::Quota,
    render::{self, Reply},
    request::{Address, Headers, RawRequest, RequestError},
};

/// Lets those pass of whom it is known who they are, and who have not asked too often.
pub(super) async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if Address::of(request.uri().path()).is_public() {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    }
    let (caller, quota) = match admit(request.request()).await {
        Ok(admitted) => admitted,
        Err(reply) => return Ok(turn_away(request, reply)),
    };
    request.extensions_mut().insert(caller);
    let mut response = next.call(request).await?.map_into_boxed_body();
    if let Some(quota) = quota {
        tell_quota(response.headers_mut(), quota);
    }
    Ok(response)
}

/// The caller of a request that was let pass.
pub(super) fn caller(request: &HttpRequest) -> Result<Caller, Reply> {
    let caller = request.extensions().get::<Caller>().cloned();
    caller.ok_or_else(|| {
        pipeline::refuse(&raw(request, &Lines(request.headers()), &[]), AccessError::SignInNeeded)
    })
}

async fn admit(request: &HttpRequest) -> Result<(Caller, Option<Quota>), Reply> {
    let lines = Lines(request.headers());
    let raw = raw(request, &lines, &[]);
    let Some(Served { bridge, rules, quotas, .. }) = request.app_data::<Data<Served>>().map(|s| &***s) else {
        return Err(pipeline::refuse(&raw, AccessError::SignInNeeded));
    };
    let too_many =
        |quota: Quota| pipeline::refuse(&raw, Refusal::TooMany { limit: quota.limit, reset: quota.reset });
    let caller = pipeline::admit(bridge, rules, &raw).await.map_err(|refused| {
        let address = request.peer_addr().map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| peer.ip());
        match quotas.take_refused(address) {
            Ok(()) => to_sign_in(request, &raw).unwrap_or(refused),
            Err(quota) => too_many(quota),
        }
    })?;
    let quota = quotas.take(&caller).map_err(too_many)?;
    if let Some(token) = caller.token() {
        rules.ledger.note_use(token, rules.now());
    }
    Ok((caller, quota))
}

fn tell_quota(headers: &mut HeaderMap, quota: Quota) {
    for (name, value) in [
        ("ratelimit-limit", u64::from(quota.limit)),
        ("ratelimit-remaining", u64::from(quota.remaining)),
        ("ratelimit-reset", quota.reset),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
    }
}

/// Where a person who looks at a page signs in. Programs are told what is wrong instead.
fn to_sign_in(request: &HttpRequest, raw: &RawRequest<'_>) -> Option<Reply> {
    let headers = Headers(raw.headers);
    // One URL that holds a token is not made two.
    if is_token_in_url(raw) {
        return None;
    }
    let looks = request.method().is_safe() && headers.accepts_html() && !headers.has_authorization();
    let address = Address::of(request.uri().path());
    let site = address.page_site().filter(|_| looks)?;
    let wanted = request.uri().path_and_query().map_or("/", |wanted| wanted.as_str());
    Some(render::to_sign_in(&site, wanted))
}

fn turn_away(request: ServiceRequest, reply: Reply) -> ServiceResponse<BoxBody> {
    let (request, payload) = request.into_parts();
    let response = body::leave_unread(respond(&request, reply), payload);
    log_refusal(&request, &response);
    ServiceResponse::new(request, response)
}

/// Lets those pass who see a site, to the pages of the site, and sets the headers that pages have. To others
/// the pages are not there.
pub(super) async fn guard_pages(
    site: SitePath,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let sees = caller(request.request()).map(|caller| sees(request.request(), &caller, &site));
    let is_open = request.app_data::<Data<Served>>().is_some_and(|served| served.is_open());
    match sees {
        Ok(true) => {}
        Ok(false) => {
            let lines = Lines(request.headers());
            let not_there = RequestError::Path(PathError::NotApi);
            let reply = pipeline::refuse(&raw(request.request(), &lines, &[]), not_there);
            return Ok(turn_away(request, reply));
        }
        Err(reply) => return Ok(turn_away(request, reply)),
    }
    let mut response = next.call(request).await?.map_into_boxed_body();
    set_headers(response.headers_mut(), is_open);
    Ok(response)
}

fn sees(request: &HttpRequest, caller: &Caller, site: &SitePath) -> bool {
    let Some(served) = request.app_data::<Data<Served>>() else { return false };
    let whole = served.bridge.catalog();
    let rights = caller.rights(&whole, served.rules.now());
    rights.is_ok_and(|rights| served.bridge.seen(&whole, &rights).site(site).is_some())
}

/// The pages are the users' own, from SharePoint: their scripts stand within them, so that no policy
/// about scripts holds.
fn set_headers(headers: &mut HeaderMap, is_open: bool) {
    let is_html = headers.get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    let mut set =
        |name, value| headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    set("x-content-type-options", "nosniff");
    set("referrer-policy", "same-origin");
    set("x-frame-options", "SAMEORIGIN");
    set("content-security-policy", "frame-ancestors 'self'");
    set("cross-origin-opener-policy", "same-origin");
    if !is_open {
        // Whoever has signed out does not come back to a page by the browser's button. Scripts and pictures
        // are asked for again, and need not be sent again.
        set("cache-control", if is_html { "no-store" } else { "private, no-cache" });
    }
}
