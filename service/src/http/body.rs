//! Reading a body whole, within limits of size and time.

use std::time::Duration;

use actix_web::{
    HttpRequest,
    http::header::{CONTENT_LENGTH, TRANSFER_ENCODING},
    web::{Bytes, BytesMut, Payload},
};
use futures_util::StreamExt as _;
use tokio::time::{Instant, timeout_at};

use crate::error::Refusal;

/// How long a whole body may take.
const WHOLE: Duration = Duration::from_secs(60);
/// How long the next part of it may take.
const PART: Duration = Duration::from_secs(10);

/// Whether the headers tell the length of the body in one way only. Where they do not, this server and a
/// proxy before it may see different requests.
pub(super) fn check_framing(request: &HttpRequest) -> Result<(), Refusal> {
    let headers = request.headers();
    let lengths = headers.get_all(CONTENT_LENGTH).count();
    let encodings = headers.get_all(TRANSFER_ENCODING).count();
    if lengths > 1 || encodings > 1 || (lengths > 0 && encodings > 0) {
        Err(Refusal::Framing)
    } else {
        Ok(())
    }
}

/// Reads the body of a request.
pub(super) async fn read(
    request: &HttpRequest,
    mut payload: Payload,
    limit: usize,
) -> Result<Bytes, Refusal> {
    let too_large = || Refusal::BodyTooLarge { limit };
    let told = request.headers().get(CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    if told.is_some_and(|length| length > limit as u64) {
        return Err(too_large());
    }
    let end = Instant::now() + WHOLE;
    let mut body = BytesMut::new();
    loop {
        let part = timeout_at(end.min(Instant::now() + PART), payload.next()).await;
        match part.map_err(|_| Refusal::SlowBody)? {
            None => return Ok(body.freeze()),
            Some(Err(_)) => return Err(Refusal::Framing),
            Some(Ok(part)) if body.len() + part.len() > limit => return Err(too_large()),
            Some(Ok(part)) => body.extend_from_slice(&part),
        }
    }
}
