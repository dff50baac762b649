//! Tokens: what they look like, and what is kept of them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use store::model::Fingerprint;

/// What tokens begin with, so that scanners find one that got into a repository.
pub(super) const PREFIX: &str = "mlst_";

/// A new token. It is shown once and not kept.
pub(crate) struct TokenSecret(String);

impl TokenSecret {
    /// A token of 256 random bits.
    ///
    /// # Errors
    /// Where the system gives no random bits.
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        Ok(Self(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random()?))))
    }

    /// The token as callers send it.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        fingerprint(&self.0)
    }
}

/// A new session's secret, which its browser keeps as a cookie.
pub(crate) struct SessionSecret(String);

impl SessionSecret {
    /// A secret of 256 random bits.
    ///
    /// # Errors
    /// Where the system gives no random bits.
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        Ok(Self(URL_SAFE_NO_PAD.encode(random()?)))
    }

    /// The value of the cookie.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        fingerprint(&self.0)
    }
}

/// What a secret that a caller shows is looked up by. As the secrets have 256 random bits, a plain hash
/// cannot be turned back, and the time that a look-up takes tells nothing of them.
pub(crate) fn fingerprint(secret: &str) -> Fingerprint {
    Fingerprint(Sha256::digest(secret).into())
}

/// 256 random bits of the system.
pub(crate) fn random() -> Result<[u8; 32], getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
