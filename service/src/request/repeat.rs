//! Writes that may be sent again: OASIS Repeatable Requests 1.0, and `Idempotency-Key`.

use odata::{Timestamp, Uuid};
use sha2::{Digest, Sha256};

use super::{Headers, Method, RawRequest};

/// The id of a write that may be sent again, with a digest of what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Repeatable {
    pub(crate) id: String,
    pub(crate) digest: [u8; 32],
}

/// How many seconds a client's clock may be ahead. One that is further ahead would outlive what is
/// remembered, and could run twice.
const SKEW: i64 = 3600;

/// Why the headers cannot be taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RepeatError {
    #[error("Repeatability-Request-ID is not a UUID.")]
    NotUuid,
    #[error("Repeatability-Request-ID and Repeatability-First-Sent belong together: one is missing.")]
    Incomplete,
    #[error("Repeatability-First-Sent is not an HTTP date.")]
    NotDate,
    #[error("Repeatability-First-Sent lies in the future.")]
    Future,
    #[error("Idempotency-Key has 1 to 255 visible characters of ASCII.")]
    NotKey,
    #[error("Idempotency-Key and Repeatability-Request-ID name different ids: send one of them.")]
    Ambiguous,
    #[error(
        "Of the requests of an atomicity group all have a Repeatability-Request-ID or an Idempotency-Key, or none."
    )]
    NotAll,
    /// The request is older than what is remembered: whether it was run is unknown.
    #[error(
        "Repeatability-First-Sent is older than the time for which answers are kept ({hours} hours), so that it cannot be told whether the request was run before. It was not run now."
    )]
    TooOld { hours: i64 },
}

impl Repeatable {
    /// Reads the headers of a write; `window` is for how many seconds answers are kept.
    pub(crate) fn parse(
        headers: &Headers<'_>,
        raw: &RawRequest<'_>,
        method: &Method,
        now: Timestamp,
        window: i64,
    ) -> Result<Option<Self>, RepeatError> {
        let first_sent = headers.repeatability_first_sent().map_err(|()| RepeatError::NotDate)?;
        let id = headers.repeatability_request_id().map_err(|()| RepeatError::NotUuid)?;
        let standard = match (id, first_sent) {
            (None, None) => None,
            (Some(id), Some(_)) => Some(Uuid::try_parse(id).map_err(|_| RepeatError::NotUuid)?.to_string()),
            _ => return Err(RepeatError::Incomplete),
        };
        if let Some(first_sent) = first_sent {
            let sent = Timestamp::parse_http(first_sent).map_err(|_| RepeatError::NotDate)?;
            if sent.unix() > now.unix() + SKEW {
                return Err(RepeatError::Future);
            }
            if sent.unix() < now.unix() - window {
                return Err(RepeatError::TooOld { hours: window / 3600 });
            }
        }
        let key = headers.idempotency_key().map_err(|()| RepeatError::NotKey)?.map(key_of).transpose()?;
        let id = match (standard, key) {
            (None, None) => return Ok(None),
            (Some(id), None) | (None, Some(id)) => id,
            (Some(id), Some(key)) if key.eq_ignore_ascii_case(&id) => id,
            _ => return Err(RepeatError::Ambiguous),
        };
        Ok(Some(Self { id, digest: digest(headers, raw, method) }))
    }
}

/// A key may be a structured field's string (in quotes) or plain. One that is a UUID is the same id as
/// that UUID in the standard's header.
fn key_of(sent: &str) -> Result<String, RepeatError> {
    let key = sent.strip_prefix('"').and_then(|k| k.strip_suffix('"')).unwrap_or(sent);
    if key.is_empty() || key.len() > 255 || !key.bytes().all(|b| b.is_ascii_graphic() || b == b' ') {
        return Err(RepeatError::NotKey);
    }
    Ok(Uuid::try_parse(key).map_or_else(|_| key.to_owned(), |uuid| uuid.to_string()))
}

/// Method, path, query, conditions, Accept, Content-Type and body; each with its length, so that no two
/// requests run into one another.
fn digest(headers: &Headers<'_>, raw: &RawRequest<'_>, method: &Method) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut add = |part: &[u8]| {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    };
    add(method.name().as_bytes());
    add(raw.path.as_bytes());
    add(raw.query.as_bytes());
    for (name, value) in headers.conditions() {
        add(name.as_bytes());
        add(value.as_bytes());
    }
    add(headers.accept().unwrap_or_default().as_bytes());
    add(headers.content_type().unwrap_or_default().as_bytes());
    add(raw.body);
    hash.finalize().into()
}
