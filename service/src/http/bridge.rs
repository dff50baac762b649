//! Where store code runs: short reads in place, long ones on the blocking pool, writes on the engine's
//! writer.

use std::sync::Arc;

use actix_web::web;
use store::{
    Catalog, Engine, ReadOutcome, StoreError, WriteReply,
    plan::{ReadPlan, WritePlan},
};

use crate::ports::Store;

/// An engine as the pipeline sees it.
pub(super) struct Bridge<E> {
    engine: Arc<E>,
}

impl<E: Engine> Bridge<E> {
    pub(super) const fn new(engine: Arc<E>) -> Self {
        Self { engine }
    }

    pub(super) fn ready(&self) -> Result<(), StoreError> {
        self.engine.ready()
    }
}

impl<E: Engine> Store for Bridge<E> {
    fn catalog(&self) -> Arc<Catalog> {
        self.engine.catalog()
    }

    async fn read(&self, plan: ReadPlan) -> Result<ReadOutcome, StoreError> {
        if plan.is_short() {
            return self.engine.read(&plan);
        }
        let engine = self.engine.clone();
        self.compute(move || engine.read(&plan)).await?
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        web::block(work).await.map_err(|e| StoreError::Internal(e.to_string()))
    }

    async fn write(&self, plan: WritePlan) -> Result<WriteReply, StoreError> {
        self.engine.write(plan).await
    }
}
