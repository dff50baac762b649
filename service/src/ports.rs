//! What a request is run with: the store, and the rules that hold for all requests.

use std::{future::Future, sync::Arc};

use odata::Timestamp;
use store::{
    Catalog, ReadOutcome, StoreError, WriteReply,
    model::{Rights, Strictness},
    plan::{ReadPlan, WritePlan},
};

use crate::{access::Gate, ledger::Ledger};

/// Where plans are run. The bridge to the engine decides on which thread.
pub(crate) trait Store {
    /// The catalog as of the last commit.
    fn catalog(&self) -> Arc<Catalog>;
    /// A catalog without what the rights do not let read.
    fn seen(&self, catalog: &Arc<Catalog>, rights: &Rights) -> Arc<Catalog>;
    /// Runs a read.
    fn read(&self, plan: ReadPlan) -> impl Future<Output = Result<ReadOutcome, StoreError>>;
    /// Runs work that takes long off the serving threads.
    fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> impl Future<Output = Result<T, StoreError>>;
    /// Runs a write; it is durable when the future resolves.
    fn write(&self, plan: WritePlan) -> impl Future<Output = Result<WriteReply, StoreError>>;
}

/// What holds for all requests.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// By what callers are told apart.
    pub(crate) gate: Gate,
    /// What is noted of requests.
    pub(crate) ledger: Arc<Ledger>,
    /// The least strictness of all lists.
    pub(crate) least_strict: Strictness,
    /// The most items that a list may have whose rows a query looks at one by one.
    pub(crate) threshold: Option<u64>,
    /// For how many seconds the outcome of a repeatable request is remembered.
    pub(crate) replay_window: i64,
    /// For how many seconds a browser that has signed in stays so.
    pub(crate) session_seconds: i64,
    /// Milliseconds since 1970.
    pub(crate) clock: fn() -> i64,
}

impl Rules {
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_unix((self.clock)().div_euclid(1000)).unwrap_or(Timestamp::EPOCH)
    }
}
