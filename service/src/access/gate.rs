//! From what a request shows to who makes it.

use odata::Timestamp;
use percent_encoding::percent_decode_str;
use store::{Catalog, model::UserId};

use super::{AccessError, Caller, Proof, fingerprint, secret::holds_token};
use crate::request::{Headers, RawRequest};

/// By what callers are told apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gate {
    /// Whether callers are trusted as the local owner while no sign-in is configured.
    pub(crate) may_be_open: bool,
}

/// Who a request is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Identified {
    /// A user of this server.
    Caller(Caller),
    /// Somebody for whom another vouches.
    Named(Identity, Proof),
}

/// How another names a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The login: a claim, an e-mail address or `DOMAIN\name`.
    pub(crate) login: String,
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
        match Headers(raw.headers).bearer() {
            Ok(Some(bearer)) => return bearer_of(catalog, bearer, now),
            Ok(None) => {}
            Err(()) => return Err(AccessError::BadCredentials),
        }
        let shown = raw.session.ok_or(AccessError::SignInNeeded)?;
        let session = catalog.access().session(&shown, now).ok_or(AccessError::SignInNeeded)?;
        Ok(Identified::Caller(Caller::new(session.user, Proof::Session(shown))))
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
