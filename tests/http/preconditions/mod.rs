//! Conditions on requests: what they decide, what a refused client is told, and that a refusal changes nothing.

mod cases;
mod collections;
mod conflict;
mod lists;
mod oracle;
mod seconds;
mod table;
