//! Who is let in before anything is read: limits of size, and on an open local server only callers that
//! are on this machine and mean it.
//!
//! Such a server trusts whoever reaches it. A web page that the user happens to visit reaches it too: by a
//! form or a script of its own origin (told by `Origin`), or by a name that was bound anew to 127.0.0.1
//! (told by `Host`).

use actix_web::{
    Error, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{Version, header::ORIGIN},
    middleware::Next,
    web::Data,
};

use super::{
    Served, body,
    routes::{Lines, arrival, raw, respond},
};
use crate::batch::{MAX_HEADERS, MAX_URL};
use crate::{
    error::Refusal,
    pipeline,
    request::{Headers, Names, Proxies, RawRequest, Way, WayError, is_local, is_own},
};

/// What is let in.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    /// Whether only this machine may call while no sign-in is configured.
    pub(crate) local_only: bool,
    /// The names under which the server is reached.
    pub(crate) names: Names,
    /// The proxies whose word counts.
    pub(crate) proxies: Proxies,
    /// Other origins whose pages may call.
    pub(crate) cors: Vec<String>,
    /// The limits.
    pub(crate) limits: Limits,
}

/// How large requests may be, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) body: usize,
    pub(crate) url: usize,
    pub(crate) headers: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { body: 2 * 1024 * 1024, url: MAX_URL, headers: MAX_HEADERS }
    }
}

/// Refuses what may not come in, and lets the rest pass.
pub(super) async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let refusal = {
        let served = request.app_data::<Data<Served>>();
        served.and_then(|served| served.door.check(request.request(), served.is_open()).err())
    };
    match refusal {
        None => next.call(request).await.map(ServiceResponse::map_into_boxed_body),
        Some(refusal) => {
            let (request, payload) = request.into_parts();
            let lines = Lines(request.headers());
            let reply = pipeline::refuse(&raw(&request, &lines), refusal);
            let response = body::leave_unread(respond(&request, reply), payload);
            Ok(ServiceResponse::new(request, response))
        }
    }
}

impl Door {
    fn check(&self, request: &HttpRequest, is_open: bool) -> Result<(), Refusal> {
        let Limits { url, headers, .. } = self.limits;
        body::check_framing(request)?;
        if request.uri().to_string().len() > url {
            return Err(Refusal::UrlTooLong { limit: url });
        }
        let size: usize = request.headers().iter().map(|(n, v)| n.as_str().len() + v.len() + 4).sum();
        if size > headers {
            return Err(Refusal::HeadersTooLarge { limit: headers });
        }
        let way = self.check_host(request, is_open)?;
        let mut origins = request.headers().get_all(ORIGIN).peekable();
        if origins.peek().is_none() {
            return Ok(());
        }
        let known = |origin: &str| {
            let origin = origin.to_ascii_lowercase();
            self.cors.contains(&origin) || is_own(&origin, &way.origin)
        };
        match origins.all(|origin| origin.to_str().is_ok_and(known)) {
            true => Ok(()),
            false => Err(Refusal::ForeignOrigin),
        }
    }

    /// Whether the request is for this server: by each name that its connection tells, or by the one that a
    /// trusted proxy was asked for.
    fn check_host(&self, request: &HttpRequest, is_open: bool) -> Result<Way, Refusal> {
        let lines = Lines(request.headers());
        let arrival = arrival(request, &lines);
        let host = Headers(&lines).host().map_err(|()| Refusal::Host)?;
        if host.is_none() && arrival.target.is_none() && request.version() >= Version::HTTP_11 {
            return Err(Refusal::Host);
        }
        let nameless = host.or(arrival.target).is_none().then_some("");
        let direct = [nameless, host, arrival.target];
        let mut direct = direct.into_iter().flatten().map(str::to_ascii_lowercase);
        let only_local = self.local_only && is_open && self.names.is_empty();
        if only_local && !direct.clone().all(|name| is_local(&name)) {
            return Err(Refusal::ForeignHost);
        }
        let way = Way::read(&arrival, &self.proxies).map_err(|error| match error {
            WayError::Host => Refusal::Host,
            WayError::Proxy => Refusal::Forwarded,
        })?;
        let asked_for = way.origin.host().to_ascii_lowercase();
        if only_local && !is_local(&asked_for) {
            return Err(Refusal::ForeignHost);
        }
        if self.local_only && is_open && !way.client.is_loopback() {
            return Err(Refusal::ForeignClient);
        }
        let known = |name: &str| self.names.have(name, way.origin.is_https());
        let is_known = match way.is_host_told {
            true => known(&asked_for),
            false => direct.all(|name| known(&name)),
        };
        if is_known || self.names.is_empty() { Ok(way) } else { Err(Refusal::OtherHost) }
    }
}

/// Whether a page of this very server made the browser send a request. Browsers tell it by either header.
pub(super) fn is_own_page(raw: &RawRequest<'_>) -> bool {
    let headers = Headers(raw.headers);
    match headers.fetch_site() {
        Some(site) => site == "same-origin",
        None => headers.page_origin().is_some_and(|origin| is_own(&origin, &raw.way.origin)),
    }
}
