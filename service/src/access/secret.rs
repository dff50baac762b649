//! Tokens: what they look like, and what is kept of them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use percent_encoding::percent_decode_str;
use sha2::{Digest as _, Sha256};
use store::model::Fingerprint;

/// What tokens begin with, so that scanners find one that got into a repository.
const PREFIX: &str = "mlst_";
/// How many characters a token has after that.
const LENGTH: usize = 43;

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

/// Whether a raw path or query holds what has the look of a token, percent-encoded or not.
pub(super) fn holds_token(raw: &str) -> bool {
    let text = percent_decode_str(raw).decode_utf8_lossy();
    let is_part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    text.match_indices(PREFIX).any(|(at, _)| {
        let rest = &text.as_bytes()[at + PREFIX.len()..];
        rest.iter().take_while(|b| is_part(b)).count() >= LENGTH
    })
}

/// A path as it may stand in a log: not at all where it holds a token.
pub(crate) fn loggable(path: &str) -> &str {
    if holds_token(path) { "(withheld: a token is in it)" } else { path }
}
