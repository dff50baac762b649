//! Where store code runs: short reads in place, long ones on the blocking pool, writes on the engine's
//! writer.

use std::sync::Arc;

use actix_web::web;
use quick_cache::sync::Cache;
use store::{
    Catalog, Engine, ReadOutcome, StoreError, Undone, WriteReply,
    model::Rights,
    plan::{ReadPlan, WritePlan},
};

use crate::ports::Store;

/// For how many sets of rights the catalogs that they let see are kept.
const SEEN: usize = 256;

/// An engine as the pipeline sees it.
pub(super) struct Bridge<E> {
    engine: Arc<E>,
    /// The catalogs that rights let see, each beside the one that it was made of.
    seen: Cache<Rights, (Arc<Catalog>, Arc<Catalog>)>,
}

impl<E: Engine> Bridge<E> {
    pub(super) fn new(engine: Arc<E>) -> Self {
        Self { engine, seen: Cache::new(SEEN) }
    }

    pub(super) fn ready(&self) -> Result<(), StoreError> {
        self.engine.ready()
    }
}

impl<E: Engine> Store for Bridge<E> {
    fn catalog(&self) -> Arc<Catalog> {
        self.engine.catalog()
    }

    fn seen(&self, catalog: &Arc<Catalog>, rights: &Rights) -> Arc<Catalog> {
        if catalog.sees_all(rights) {
            return catalog.clone();
        }
        if let Some((of, seen)) = self.seen.get(rights)
            && Arc::ptr_eq(&of, catalog)
        {
            return seen;
        }
        let seen = catalog.seen_by(rights);
        self.seen.insert(rights.clone(), (catalog.clone(), seen.clone()));
        seen
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

    async fn write_all(&self, plans: Vec<WritePlan>) -> Result<Vec<WriteReply>, Undone> {
        self.engine.write_all(plans).await
    }
}
