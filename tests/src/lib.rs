//! The harness: starts the real `matchlist` binary and speaks real HTTP with it.
//! Nothing of the service is linked in, so a test sees what a client sees. A harness that cannot do its work panics.

mod builders;
mod client;
mod proxy;
mod server;
mod wire;

pub use builders::List;
pub use client::{Client, Request, Response};
pub use proxy::Proxy;
pub use server::{Options, Server};
pub use wire::raw;
