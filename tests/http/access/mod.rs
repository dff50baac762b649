//! Who may do what: people who sign in with a browser, what a browser must show to write, and how much a
//! caller may ask for.

mod browser;
mod digest;
mod overwrites;
mod quota;
mod session;
mod sign_in;
mod sign_in_flood;
mod sign_in_pages;
