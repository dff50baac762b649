//! Answers as they are stored for a replay, so that the same bytes can be given again.

use serde::{Deserialize, Serialize};

use super::Reply;

/// What is stored of an answer: everything that is its own. Dates of sending and ids of requests are not.
#[derive(Serialize, Deserialize)]
struct Stored {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

/// The headers that an answer of its own can have.
const NAMES: [&str; 5] = ["Content-Type", "ETag", "Last-Modified", "Location", "Preference-Applied"];

/// The bytes that are stored.
pub(crate) fn to_stored(reply: &Reply) -> Vec<u8> {
    let stored = Stored {
        status: reply.status,
        headers: reply.headers.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect(),
        body: String::from_utf8_lossy(&reply.body).into_owned(),
    };
    serde_json::to_vec(&stored).unwrap_or_default()
}

/// The answer that was stored; `None` where it cannot be read.
pub(crate) fn from_stored(bytes: &[u8]) -> Option<Reply> {
    let stored: Stored = serde_json::from_slice(bytes).ok()?;
    let known = |(name, value): (String, String)| Some((*NAMES.iter().find(|n| **n == name)?, value));
    Some(Reply {
        status: stored.status,
        headers: stored.headers.into_iter().filter_map(known).collect(),
        body: stored.body.into_bytes(),
    })
}
