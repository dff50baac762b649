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
