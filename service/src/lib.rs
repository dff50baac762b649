//! Matchlist over HTTP: what the binary `matchlist` is made of.
//!
//! Read `pipeline` first: it shows the whole way of a request.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may panic"))]

mod access;
mod app;
mod clock;
mod commands;
mod config;
mod error;
mod execute;
mod http;
mod ledger;
mod orders;
mod pipeline;
mod ports;
mod quota;
mod render;
mod request;
mod sign_in;
mod telemetry;

pub use commands::run;
pub use config::Cli;
