//! Who may do what: every address for every kind of caller, what those who may not are told, people who sign in with a
//! browser, what a browser must show to write, and how much a caller may ask for.

mod bench;
mod browser;
mod columns;
mod commands;
mod credentials;
mod digest;
mod hidden;
mod leaks;
mod overwrites;
mod owasp;
mod properties;
mod quota;
mod replays;
mod session;
mod sign_in;
mod sign_in_flood;
mod sign_in_pages;
mod socket;
mod table;
