//! Bytes that are no good HTTP/1.1: refused, and what follows them is never run as something else.

mod framing;
mod head;
mod slow;
mod wire;
