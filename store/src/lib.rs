//! Matchlist's data: the nouns, the catalog of lists and fields, plans, SQL, and the engines that run
//! them. Knows no HTTP.
//!
//! The way through: an address and a body are resolved against a [`Catalog`] to a [`plan::ReadPlan`] or
//! a [`plan::WritePlan`]; an [`Engine`] runs it. What one write does inside its transaction is in
//! `apply`, shared by the engines.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may panic"))]

mod apply;
mod catalog;
mod engine;
mod error;
pub mod model;
pub mod plan;
mod sql;
pub mod sqlite;

pub use catalog::{Access, Catalog};
pub use engine::{
    Conflict, Engine, Found, ListState, Page, Present, ReadOutcome, RelatedItems, Replay, Undone, WriteReply,
    Written,
};
pub use error::{OpenError, StoreError};
