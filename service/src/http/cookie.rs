//! The cookie by which a browser that has signed in is known.
//!
//! Not by `actix-session`: there a cookie's name and `Secure` are fixed when the server starts, and ours
//! hang on how the request came; and what a session holds is the store's, not a map of texts.

use actix_web::cookie::{Cookie, SameSite};
use store::model::Fingerprint;

use crate::{
    access::{SessionSecret, fingerprint},
    request::Headers,
};

/// Over TLS the name says that no other host, and nobody without TLS, can have set the cookie.
const SECURE: &str = "__Host-matchlist";
const PLAIN: &str = "matchlist";

const fn name(is_secure: bool) -> &'static str {
    if is_secure { SECURE } else { PLAIN }
}

/// The session that a request's cookie names. Of several of the name none counts: one of them was put
/// there by another.
pub(super) fn shown(headers: &Headers<'_>, is_secure: bool) -> Option<Fingerprint> {
    // One of another program on this host that cannot be read is none of ours.
    let cookies = headers.cookie_lines().flat_map(|line| line.split(';')).flat_map(Cookie::parse);
    let mut ours = cookies.filter(|cookie| cookie.name() == name(is_secure));
    let first = ours.next()?;
    ours.next().is_none().then(|| fingerprint(first.value()))
}

/// What makes a browser keep a session, until it is closed.
pub(super) fn keep(secret: &SessionSecret, is_secure: bool) -> String {
    cookie(secret.as_str(), is_secure).to_string()
}

/// What makes a browser forget its session.
pub(super) fn forget(is_secure: bool) -> String {
    let mut cookie = cookie("", is_secure);
    cookie.make_removal();
    cookie.to_string()
}

fn cookie(value: &str, is_secure: bool) -> Cookie<'_> {
    Cookie::build(name(is_secure), value)
        .path("/")
        .http_only(true)
        // Not Strict: whoever follows a link to a page from a mail has signed in all the same.
        .same_site(SameSite::Lax)
        .secure(is_secure)
        .finish()
}
