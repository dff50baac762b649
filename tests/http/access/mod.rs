//! Who may do what: people who sign in with a browser, programs with tokens of this server or another, what a
//! proxy says of either, and how much a caller may ask for.

mod browser;
mod commands;
mod digest;
mod hosts;
mod issuer;
mod jwt;
mod keys;
mod overwrites;
mod proxies;
mod quota;
mod reach;
mod secure;
mod session;
mod sign_in;
mod sign_in_flood;
mod sign_in_pages;
mod tls;
