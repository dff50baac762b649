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

/// Of a password that nobody has, with the costs that new hashes have.
const OF_NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$2uAWdNWTbhUqLzR1z6mYXUYn6k6kf6N3zQ4d7xkJm5Y";

/// Whether a password is the one that a hash is of. Takes as long for no hash at all, so that the time
/// does not tell which users there are.
pub(crate) fn is_password(password: &str, hash: Option<&str>) -> bool {
    let parsed = PasswordHash::new(hash.unwrap_or(OF_NOBODY));
    let fits = parsed.is_ok_and(|parsed| {
        password.len() <= MOST && Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok()
    });
    fits && hash.is_some()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    const RIGHT: &str = "correct horse battery";

    #[test]
    fn a_password_fits_its_own_hash_only() {
        let hash = hash_password(RIGHT).unwrap();
        assert!(is_password(RIGHT, Some(&hash)));
        assert!(!is_password("correct horse batterz", Some(&hash)));
        assert!(!is_password("", Some(&hash)));
        assert!(!is_password(RIGHT, None));
        assert!(!is_password(RIGHT, Some("no hash")));
        assert_ne!(hash, hash_password(RIGHT).unwrap(), "each has a salt of its own");
        assert!(hash_password("too short").is_err() && hash_password(&"x".repeat(MOST + 1)).is_err());
    }

    /// What is compared for no user must be a hash, of the costs of the others: else the time would tell.
    #[test]
    fn a_user_who_is_not_there_costs_as_much_as_one_who_is() {
        let hash = hash_password(RIGHT).unwrap();
        let (nobody, somebody) = (PasswordHash::new(OF_NOBODY).unwrap(), PasswordHash::new(&hash).unwrap());
        assert_eq!(nobody.algorithm, somebody.algorithm);
        assert_eq!(nobody.version, somebody.version);
        assert_eq!(nobody.params, somebody.params);
        assert_eq!(nobody.hash.map(|h| h.as_bytes().len()), somebody.hash.map(|h| h.as_bytes().len()));
        let took = |hash: Option<&str>| {
            let times = (0..5).map(|_| {
                let start = Instant::now();
                assert!(!is_password("wrong", hash));
                start.elapsed()
            });
            times.min().unwrap_or(Duration::MAX)
        };
        let (none, some) = (took(None), took(Some(&hash)));
        assert!(none * 4 > some && some * 4 > none, "{none:?} against {some:?}");
    }
}
