//! Request digests: what a page of this site can have and a page of another cannot. Each is bound to the
//! user, the session, the site and the time.

use hmac::{Hmac, KeyInit as _, Mac as _};
use odata::{Timestamp, path::SitePath};
use sha2::Sha256;
use store::model::fold;

use super::{AccessError, Caller, Proof};

/// For how many seconds a digest counts.
pub(crate) const VALID_SECONDS: u32 = 1800;
/// How many seconds the clocks of two nodes may be apart.
const SKEW: i64 = 60;

/// The request digests of a server.
#[derive(Clone, Copy)]
pub(crate) struct Digests<'a> {
    pub(crate) secret: &'a [u8; 32],
}

impl Digests<'_> {
    /// A digest: `0x<hex>,01 May 2024 08:00:00 -0000`.
    pub(crate) fn issue(&self, caller: &Caller, site: &SitePath, now: Timestamp) -> String {
        let time = time_text(now);
        let tag = self.mac(caller, site, &time).finalize().into_bytes();
        let hex: String = tag.iter().map(|byte| format!("{byte:02X}")).collect();
        format!("0x{hex},{time}")
    }

    /// Whether a digest is this caller's for this site, and not too old.
    ///
    /// # Errors
    /// [`AccessError::WrongDigest`], [`AccessError::OldDigest`].
    pub(crate) fn check(
        &self,
        digest: Option<&str>,
        caller: &Caller,
        site: &SitePath,
        now: Timestamp,
    ) -> Result<(), AccessError> {
        let wrong = AccessError::WrongDigest;
        let (tag, time) = digest.and_then(|d| d.split_once(',')).ok_or(wrong.clone())?;
        let tag = tag.strip_prefix("0x").and_then(bytes_of).ok_or(wrong.clone())?;
        self.mac(caller, site, time).verify_slice(&tag).map_err(|_| wrong.clone())?;
        let issued = time_of(time).ok_or(wrong.clone())?;
        match now.unix() - issued.unix() {
            age if age < -SKEW => Err(wrong),
            age if age > i64::from(VALID_SECONDS) => Err(AccessError::OldDigest),
            _ => Ok(()),
        }
    }

    fn mac(&self, caller: &Caller, site: &SitePath, time: &str) -> Hmac<Sha256> {
        // HMAC takes keys of any length.
        #[expect(clippy::unwrap_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret).unwrap();
        let session = match caller.proof() {
            Proof::Session(fingerprint) => fingerprint.0,
            Proof::Open | Proof::Token(..) | Proof::Issued(_) | Proof::Proxy => [0; 32],
        };
        mac.update(b"request digest");
        mac.update(&session);
        mac.update(&caller.user.0.to_le_bytes());
        mac.update(time.as_bytes());
        mac.update(b"\0");
        mac.update(fold(site.as_str()).as_bytes());
        mac
    }
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    if !hex.len().is_multiple_of(2) || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok()).collect()
}

/// The time that a text of [`time_text`] tells. It has no day of the week, and an HTTP date has the right one.
fn time_of(text: &str) -> Option<Timestamp> {
    let date = text.strip_suffix(" -0000")?;
    let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    days.iter().find_map(|day| Timestamp::parse_http(&format!("{day}, {date} GMT")).ok())
}

/// `01 May 2024 08:00:00 -0000`, from the HTTP date `Wed, 01 May 2024 08:00:00 GMT`.
fn time_text(now: Timestamp) -> String {
    let http = now.to_http();
    let after_day = http.split_once(", ").map_or(http.as_str(), |(_, rest)| rest);
    format!("{} -0000", after_day.trim_end_matches(" GMT"))
}

#[cfg(test)]
mod tests {
    use store::model::{Fingerprint, UserId};

    use super::*;

    const NOON: i64 = 1_714_550_400;
    const SECRET: [u8; 32] = [7; 32];

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(seconds).unwrap()
    }

    fn caller(user: i64, session: u8) -> Caller {
        Caller::new(UserId(user), Proof::Session(Fingerprint([session; 32])))
    }

    fn check(digest: &str, caller: &Caller, site: &str, now: i64) -> Result<(), AccessError> {
        let site = SitePath::parse(site).unwrap();
        Digests { secret: &SECRET }.check(Some(digest), caller, &site, at(now))
    }

    fn issue(now: i64) -> String {
        Digests { secret: &SECRET }.issue(&caller(1, 1), &SitePath::parse("/sites/a").unwrap(), at(now))
    }

    #[test]
    fn a_digest_counts_on_each_day_of_the_week() {
        for day in 0..7 {
            let now = NOON + day * 86_400;
            assert_eq!(check(&issue(now), &caller(1, 1), "/sites/a", now), Ok(()), "{}", issue(now));
        }
    }

    #[test]
    fn a_digest_counts_for_its_time() {
        let digest = issue(NOON);
        assert!(digest.starts_with("0x") && digest.ends_with(",01 May 2024 08:00:00 -0000"), "{digest}");
        let valid = i64::from(VALID_SECONDS);
        for (age, expected) in [
            (-SKEW - 1, Err(AccessError::WrongDigest)),
            (-SKEW, Ok(())),
            (valid, Ok(())),
            (valid + 1, Err(AccessError::OldDigest)),
        ] {
            assert_eq!(check(&digest, &caller(1, 1), "/sites/a", NOON + age), expected, "{age}");
        }
    }

    #[test]
    fn a_digest_is_bound_to_all_that_it_was_made_for() {
        let digest = issue(NOON);
        let wrong = Err(AccessError::WrongDigest);
        assert_eq!(check(&digest, &caller(2, 1), "/sites/a", NOON), wrong);
        assert_eq!(check(&digest, &caller(1, 2), "/sites/a", NOON), wrong);
        assert_eq!(check(&digest, &caller(1, 1), "/sites/b", NOON), wrong);
        assert_eq!(check(&digest, &caller(1, 1), "", NOON), wrong);
        assert_eq!(check(&digest.replace("08:00:00", "08:00:01"), &caller(1, 1), "/sites/a", NOON), wrong);
        let site = SitePath::parse("/sites/a").unwrap();
        let other = Digests { secret: &[8; 32] }.check(Some(&digest), &caller(1, 1), &site, at(NOON));
        assert_eq!(other, wrong);
        assert_eq!(check(&digest, &caller(1, 1), "/Sites/A", NOON), Ok(()), "one site in another case");
    }
}
