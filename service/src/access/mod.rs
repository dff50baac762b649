//! Who calls, and what they may do. The only place that decides it: `identify` before the body is read,
//! `rule` once it is known what is asked for.

mod digest;
mod gate;
mod password;
mod permission;
mod rule;
#[cfg(test)]
mod samples;
mod secret;

pub(crate) use digest::{Digests, VALID_SECONDS};
pub(crate) use gate::{Gate, Identified, Identity, is_token_in_url};
pub(crate) use password::{hash_password, is_password};
pub(crate) use permission::permissions;
pub(crate) use rule::{Rule, check};
pub(crate) use secret::{SessionSecret, TokenSecret, fingerprint, loggable, random};

use odata::{Timestamp, path::SitePath};
use store::{
    Catalog,
    model::{Fingerprint, Right, Rights, TokenId, UserId},
};

/// Why a caller may not make a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AccessError {
    /// Nobody has signed in.
    #[error(
        "Access denied. You do not have permission to perform this action or access this resource. Send a token as 'Authorization: Bearer …', or sign in."
    )]
    SignInNeeded,
    /// What was shown is no credential, or not any more.
    #[error("Access denied. The credentials of the request are not valid, or not any more.")]
    BadCredentials,
    /// A token stands in the URL, where logs and histories keep it.
    #[error(
        "A token is sent in the Authorization header, never in a URL. Revoke this one: it may be in logs by now."
    )]
    TokenInUrl,
    /// The caller has not that right there.
    #[error("Access denied. You do not have permission to perform this action or access this resource.")]
    Denied,
    /// The digest is missing, or of another user, site or session.
    #[error(
        "The security validation for this page is invalid and might be corrupted. Please use your web browser's Back button to try your operation again."
    )]
    WrongDigest,
    /// The digest is too old.
    #[error(
        "The security validation for this page is invalid and might be corrupted. Please use your web browser's Back button to try your operation again."
    )]
    OldDigest,
}

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    /// The user that acts.
    pub(crate) user: UserId,
    proof: Proof,
}

/// By what a caller is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Proof {
    /// By nothing: the server is open.
    Open,
    /// By a token of this server.
    Token(TokenId, Fingerprint),
    /// By a token that another issued, good until then.
    Issued(Timestamp),
    /// By the cookie of a browser that has signed in.
    Session(Fingerprint),
    /// By a proxy's word.
    Proxy,
}

impl Caller {
    pub(crate) const fn new(user: UserId, proof: Proof) -> Self {
        Self { user, proof }
    }

    /// By what the caller is known.
    pub(crate) const fn proof(&self) -> Proof {
        self.proof
    }

    /// The token that the caller is known by.
    pub(crate) const fn token(&self) -> Option<TokenId> {
        match self.proof {
            Proof::Token(id, _) => Some(id),
            Proof::Open | Proof::Issued(_) | Proof::Session(_) | Proof::Proxy => None,
        }
    }

    /// What the caller may do by now, if the credentials are still good.
    ///
    /// # Errors
    /// Where they were revoked or have ended since the caller was identified.
    pub(crate) fn rights(&self, catalog: &Catalog, now: Timestamp) -> Result<Rights, AccessError> {
        let access = catalog.access();
        let is_good = match &self.proof {
            Proof::Open => return Ok(Rights::All),
            Proof::Token(_, shown) => {
                let token = access.token(shown, now).ok_or(AccessError::BadCredentials)?;
                return Ok(access.rights_of_token(token));
            }
            Proof::Issued(expires) => now < *expires && !access.is_blocked(self.user),
            Proof::Session(shown) => access.session(shown, now).is_some(),
            Proof::Proxy => !access.is_blocked(self.user),
        };
        is_good.then(|| access.rights_of(self.user)).ok_or(AccessError::BadCredentials)
    }

    /// Whether a browser sends what proves the caller by itself, also for a page of another site: then a
    /// write needs a digest, which only a page of this site can have.
    pub(crate) const fn needs_digest(&self) -> bool {
        matches!(self.proof, Proof::Session(_) | Proof::Proxy)
    }

    /// What replay ids of the caller begin with: a token sees only what was done by it, and nobody what was
    /// done by a token. What else a user calls by is one caller.
    pub(crate) fn replay_prefix(&self) -> String {
        match &self.proof {
            Proof::Token(id, _) => format!("token {}: ", id.0),
            Proof::Open | Proof::Issued(_) | Proof::Session(_) | Proof::Proxy => "user: ".to_owned(),
        }
    }
}

/// Whether a user manages all sites.
pub(crate) fn is_admin(catalog: &Catalog, user: UserId) -> bool {
    let root = catalog.site(&SitePath::ROOT);
    let right = root.and_then(|root| catalog.right_at_site(&catalog.access().rights_of(user), root));
    user == UserId::LOCAL_OWNER || right == Some(Right::Manage)
}

/// A digest for a caller's writes in a site.
pub(crate) fn request_digest(catalog: &Catalog, caller: &Caller, site: &SitePath, now: Timestamp) -> String {
    // Only a server that is not yet set up has no secret, and it takes any digest.
    let secret = catalog.access().secret().unwrap_or(&[0; 32]);
    Digests { secret }.issue(caller, site, now)
}
