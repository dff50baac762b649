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
    http::header::{HOST, HeaderMap, ORIGIN},
    middleware::Next,
    web::Data,
};

use super::{
    Served, body,
    routes::{Lines, raw, respond},
};
use crate::{error::Refusal, pipeline, request::Headers};

/// What is let in.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    /// Whether only this machine may call while no sign-in is configured.
    pub(crate) local_only: bool,
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
        Self { body: 2 * 1024 * 1024, url: 32 * 1024, headers: 32 * 1024 }
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
            let reply = pipeline::refuse(&raw(&request, &Lines(request.headers()), &[]), refusal);
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
        let host = one(request.headers(), &HOST).unwrap_or_default();
        // A target such as http://evil.example/_api/web overrides Host (RFC 9112 section 3.2.2).
        let target = request.uri().authority().map(|authority| authority.as_str().to_ascii_lowercase());
        if self.local_only
            && is_open
            && ![Some(&host), target.as_ref()].into_iter().flatten().all(|h| is_local(h))
        {
            return Err(Refusal::ForeignHost);
        }
        let mut origins = request.headers().get_all(ORIGIN).peekable();
        if origins.peek().is_none() {
            return Ok(());
        }
        let known = |origin: &str| {
            let origin = origin.to_ascii_lowercase();
            self.cors.contains(&origin) || is_own(&origin, &host)
        };
        match origins.all(|origin| origin.to_str().is_ok_and(known)) {
            true => Ok(()),
            false => Err(Refusal::ForeignOrigin),
        }
    }
}

/// A header that must not come twice.
fn one(headers: &HeaderMap, name: &actix_web::http::header::HeaderName) -> Option<String> {
    let mut lines = headers.get_all(name);
    let first = lines.next()?.to_str().ok()?.trim().to_ascii_lowercase();
    lines.next().is_none().then_some(first)
}

/// Whether a Host names this machine: `localhost`, a name under it, or an address of the loopback.
fn is_local(host: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b".-_:[]".contains(&b);
    if !host.bytes().all(plain) {
        return false;
    }
    let (name, _) = split_port(host);
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost"
        || name.ends_with(".localhost")
        || address.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether a page of this very server made the browser send a request. Browsers tell it by either header.
pub(super) fn is_own_page(request: &HttpRequest) -> bool {
    let headers = request.headers();
    match Headers(&Lines(headers)).fetch_site() {
        Some(site) => site == "same-origin",
        None => match (one(headers, &ORIGIN), one(headers, &HOST)) {
            (Some(origin), Some(host)) => is_own(&origin, &host),
            _ => false,
        },
    }
}

/// Whether an origin is the one that the request went to.
fn is_own(origin: &str, host: &str) -> bool {
    let (default_port, rest) = match origin.split_once("://") {
        Some(("http", rest)) => ("80", rest),
        Some(("https", rest)) => ("443", rest),
        _ => return false,
    };
    let (name, port) = split_port(rest);
    let (own_name, own_port) = split_port(host);
    name == own_name && port.unwrap_or(default_port) == own_port.unwrap_or(default_port)
}

/// A host and its port; brackets of an IPv6 address are kept.
fn split_port(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !name.ends_with(':') => {
            (name, Some(port).filter(|p| !p.is_empty()))
        }
        _ => (host, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_this_machine() {
        let local =
            ["localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080", "127.1.2.3", "a.localhost:1"];
        assert!(local.into_iter().all(is_local));
        let foreign = [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:80",
            "evil.example/.localhost",
            "evil.example?.localhost",
            "10.0.0.1",
            "[::2]",
        ];
        assert!(!foreign.into_iter().any(is_local));
    }

    #[test]
    fn own_origins() {
        assert!(is_own("http://127.0.0.1:8080", "127.0.0.1:8080"));
        assert!(is_own("http://localhost", "localhost:80"));
        assert!(is_own("https://localhost", "localhost"));
        assert!(!is_own("http://localhost:3000", "localhost:8080"));
        assert!(!is_own("null", "localhost:8080"));
        assert!(!is_own("http://evil.example", "localhost:8080"));
        assert!(!is_own("http://127.0.0.1:8080", "localhost:8080"));
    }
}
