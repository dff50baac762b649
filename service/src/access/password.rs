//! Passwords: hashed with argon2id, compared in constant time.

use anyhow::{anyhow, bail};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};

/// How many characters a password has at least.
const LEAST: usize = 12;
/// And at most, in bytes: hashing takes time.
const MOST: usize = 1024;

/// A password's hash, as a PHC string.
///
/// # Errors
/// Where the password is too short or too long.
pub(crate) fn hash_password(password: &str) -> anyhow::Result<String> {
    if password.chars().count() < LEAST || password.len() > MOST {
        bail!("a password has at least {LEAST} characters, and at most {MOST} bytes");
    }
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|e| anyhow!("the password cannot be hashed: {e}"))
}

/// Whether a password is the one that a hash is of. Takes as long for no hash at all, so that the time
/// does not tell which users there are.
pub(crate) fn is_password(password: &str, hash: Option<&str>) -> bool {
    // Of a random password that nobody knows.
    const OF_NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$2uAWdNWTbhUqLzR1z6mYXUYn6k6kf6N3zQ4d7xkJm5Y";
    let parsed = PasswordHash::new(hash.unwrap_or(OF_NOBODY));
    let fits = parsed.is_ok_and(|parsed| {
        password.len() <= MOST && Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok()
    });
    fits && hash.is_some()
}
