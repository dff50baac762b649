//! From what a request shows to who makes it.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use odata::Timestamp;
use percent_encoding::percent_decode_str;
use store::{Catalog, model::UserId};

use super::{
    AccessError, Caller, Identity, Issuer, Proof, Voucher, fingerprint,
    secret::{PREFIX, holds_token},
};
use crate::request::{Headers, RawRequest};

/// By what callers are told apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gate {
    /// Whether callers are trusted as the local owner while no sign-in is configured.
    pub(crate) may_be_open: bool,
    /// Whose JWTs are taken.
    pub(crate) issuer: Option<Issuer>,
    /// The header in which a trusted proxy names the user.
    pub(crate) trust_header: Option<String>,
}

/// Who a request is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Identified {
    /// A user of this server.
    Caller(Caller),
    /// Somebody for whom another vouches.
    Named(Identity, Proof),
}

impl Gate {
    /// Whether anybody may do anything.
    pub(crate) fn is_open(&self, catalog: &Catalog) -> bool {
        self.may_be_open && !catalog.access().is_configured()
    }

    /// Tells who makes a request.
    ///
    /// # Errors
    /// Where it shows nothing, or what it shows is not good.
    pub(crate) fn identify(
        &self,
        catalog: &Catalog,
        raw: &RawRequest<'_>,
        now: Timestamp,
    ) -> Result<Identified, AccessError> {
        if self.is_open(catalog) {
            return Ok(Identified::Caller(Caller::new(UserId::LOCAL_OWNER, Proof::Open)));
        }
        if is_token_in_url(raw) {
            return Err(AccessError::TokenInUrl);
        }
        let bearer = Headers(raw.headers).bearer();
        if let Ok(Some(bearer)) = bearer {
            return match &self.issuer {
                Some(issuer) if !bearer.starts_with(PREFIX) => issuer.identify(bearer),
                _ => bearer_of(catalog, bearer, now),
            };
        }
        // A proxy may leave there by what the user has signed in to it.
        if let Some(identity) = self.named_by_proxy(raw)? {
            return Ok(Identified::Named(identity, Proof::Proxy));
        }
        bearer.map_err(|()| AccessError::BadCredentials)?;
        let shown = raw.session.ok_or(AccessError::SignInNeeded)?;
        let session = catalog.access().session(&shown, now).ok_or(AccessError::SignInNeeded)?;
        Ok(Identified::Caller(Caller::new(session.user, Proof::Session(shown))))
    }

    /// The issuer, where its keys should be read again before the request's token is looked at.
    pub(crate) fn issuer_without_keys(&self, raw: &RawRequest<'_>) -> Option<&Issuer> {
        let issuer = self.issuer.as_ref()?;
        let bearer = Headers(raw.headers).bearer().ok().flatten()?;
        (!bearer.starts_with(PREFIX) && issuer.wants_keys(bearer)).then_some(issuer)
    }

    /// Whom a trusted proxy names.
    fn named_by_proxy(&self, raw: &RawRequest<'_>) -> Result<Option<Identity>, AccessError> {
        let Some(header) = &self.trust_header else { return Ok(None) };
        let named = Headers(raw.headers).user_of_proxy(header);
        if !raw.way.from_proxy {
            // Whoever sends it tries to be somebody, and is nobody.
            return match named {
                Ok(None) => Ok(None),
                _ => {
                    warn_of_spoofing(header, raw);
                    Err(AccessError::SignInNeeded)
                }
            };
        }
        let login = named.map_err(|()| AccessError::BadCredentials)?;
        Ok(login.map(|login| Identity {
            by: Voucher::Proxy,
            login: login.to_owned(),
            name: None,
            email: None,
        }))
    }
}

/// Tells that somebody passes by the proxy, once a minute at most.
fn warn_of_spoofing(header: &str, raw: &RawRequest<'_>) {
    static LAST: Mutex<Option<Instant>> = Mutex::new(None);
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if last.is_none_or(|last| last.elapsed() >= Duration::from_secs(60)) {
        *last = Some(Instant::now());
        tracing::warn!(header, client = %raw.way.client, "a user was named by somebody who is no trusted proxy");
    }
}

fn bearer_of(catalog: &Catalog, bearer: &str, now: Timestamp) -> Result<Identified, AccessError> {
    let shown = fingerprint(bearer);
    let token = catalog.access().token(&shown, now).ok_or(AccessError::BadCredentials)?;
    Ok(Identified::Caller(Caller::new(token.user, Proof::Token(token.id, shown))))
}

/// Whether a URL carries a token, in the query (RFC 6750 section 2.3, which RFC 9700 forbids) or anywhere else.
pub(crate) fn is_token_in_url(raw: &RawRequest<'_>) -> bool {
    let is_named = |option: &str| {
        let name = option.split_once('=').map_or(option, |(name, _)| name);
        percent_decode_str(name).decode_utf8_lossy().eq_ignore_ascii_case("access_token")
    };
    raw.query.split('&').any(is_named) || holds_token(raw.query) || holds_token(raw.path)
}
