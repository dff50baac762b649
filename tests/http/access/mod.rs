//! Who may do what: every address for every kind of caller, and what those who may not are told.

mod bench;
mod columns;
mod commands;
mod credentials;
mod hidden;
mod leaks;
mod overwrites;
mod owasp;
mod properties;
mod quota;
mod replays;
mod socket;
mod table;
