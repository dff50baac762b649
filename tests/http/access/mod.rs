//! Who may do what: people who sign in with a browser, and what a browser must show to write.

mod browser;
mod digest;
mod session;
mod sign_in;
mod sign_in_flood;
mod sign_in_pages;
