//! Reading a body whole, within limits of size and time, or leaving it unread.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::{
    Error, HttpRequest, HttpResponse,
    body::{BodySize, BoxBody, MessageBody},
    dev,
    http::{
        Method,
        header::{CONTENT_LENGTH, HeaderValue, TRANSFER_ENCODING, UPGRADE},
    },
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
    let is_web_socket = |line: &HeaderValue| line.as_bytes().trim_ascii().eq_ignore_ascii_case(b"websocket");
    if request.method() == Method::CONNECT || headers.get_all(UPGRADE).any(is_web_socket) {
        return Err(Refusal::Tunnel);
    }
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
    payload: &mut Payload,
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

/// An answer to a request whose body was not read to its end, which it holds until it is sent. Then the
/// framework closes the connection; of a chunked body that was dropped it would await the end, which may
/// never come.
struct Unread {
    answer: BoxBody,
    _request: dev::Payload,
}

/// Leaves a request's body unread.
pub(super) fn leave_unread(response: HttpResponse, request: dev::Payload) -> HttpResponse {
    response.map_body(|_, answer| BoxBody::new(Unread { answer, _request: request }))
}

impl MessageBody for Unread {
    type Error = Error;

    fn size(&self) -> BodySize {
        self.answer.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.get_mut().answer).poll_next(context).map_err(Error::from)
    }
}
