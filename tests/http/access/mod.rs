//! Who may do what, and how the server is reached.

mod hosts;
mod issuer;
mod jwt;
mod keys;
mod proxies;
mod reach;
mod secure;
mod tls;
