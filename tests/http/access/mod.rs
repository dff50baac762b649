//! Who may do what: every address for every kind of caller, what those who may not are told, people who sign in with a
//! browser, programs with tokens of this server or another, what a proxy says of either, what a browser must show to
//! write, and how much a caller may ask for.

mod bench;
mod browser;
mod columns;
mod commands;
mod credentials;
mod digest;
mod hidden;
mod hosts;
mod issuer;
mod jwt;
mod keys;
mod leaks;
mod overwrites;
mod owasp;
mod properties;
mod proxies;
mod quota;
mod reach;
mod replays;
mod secure;
mod session;
mod sign_in;
mod sign_in_flood;
mod sign_in_pages;
mod socket;
mod table;
mod tls;
