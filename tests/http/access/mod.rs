//! Who may do what: every address for every kind of caller, and what those who may not are told.

mod bench;
mod hidden;
mod leaks;
mod properties;
mod replays;
mod table;
