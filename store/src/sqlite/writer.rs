//! The writer: one thread owns the connection that writes. It takes all writes that wait, runs each in a
//! savepoint of its own, commits once, and then answers all of them.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::Ordering,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{
    Shared,
    maintenance::Maintenance,
    session::{Session, translate},
};
use crate::{
    StoreError, WriteReply,
    apply::{Context, apply},
    plan::WritePlan,
};

/// How many writes share a commit at most.
const BATCH: usize = 256;
/// How often old rows are looked for.
const MAINTENANCE: Duration = Duration::from_secs(60);

struct Job {
    plan: WritePlan,
    answer: oneshot::Sender<Result<WriteReply, StoreError>>,
}

pub(super) struct Writer {
    // An Option, so that dropping closes the queue before the thread is waited for.
    queue: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: Connection, shared: Arc<Shared>) -> Result<Self, StoreError> {
        let (queue, jobs) = sync_channel(shared.options.queue);
        let mut state = State { connection, shared, maintenance: Maintenance::default() };
        let thread = std::thread::Builder::new()
            .name("matchlist-writer".into())
            .spawn(move || state.run(&jobs))
            .map_err(|e| StoreError::Internal(e.to_string()))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    pub(super) async fn write(&self, plan: WritePlan) -> Result<WriteReply, StoreError> {
        let (answer, answered) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or(StoreError::Busy)?;
        match queue.try_send(Job { plan, answer }) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(StoreError::Busy),
            Err(TrySendError::Disconnected(_)) => {
                return Err(StoreError::Internal("the writer has ended".into()));
            }
        }
        answered.await.unwrap_or_else(|_| Err(StoreError::Internal("the writer has ended".into())))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct State {
    connection: Connection,
    shared: Arc<Shared>,
    maintenance: Maintenance,
}

impl State {
    fn run(&mut self, jobs: &Receiver<Job>) {
        let mut maintained = Instant::now();
        loop {
            match jobs.recv_timeout(MAINTENANCE) {
                Ok(first) => {
                    let mut batch = vec![first];
                    batch.extend(jobs.try_iter().take(BATCH - 1));
                    self.run_batch(batch);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return self.end(),
            }
            if maintained.elapsed() >= MAINTENANCE {
                if let Err(error) = self.maintain() {
                    tracing::warn!(%error, "old rows could not be removed");
                }
                maintained = Instant::now();
            }
        }
    }

    /// Moves everything into the database file, so that the file alone is whole.
    fn end(&self) {
        let checkpoint = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        if let Err(error) = checkpoint {
            tracing::warn!(%error, "the write-ahead log was left beside the database; it is part of it");
        }
    }

    fn run_batch(&mut self, batch: Vec<Job>) {
        if self.shared.frozen.load(Ordering::Acquire) {
            return fail_all(batch.into_iter().map(|job| job.answer), &Lost::Frozen);
        }
        let mut catalog = self.shared.catalog.load_full();
        if let Err(lost) = self.command("BEGIN IMMEDIATE") {
            return fail_all(batch.into_iter().map(|job| job.answer), &lost);
        }
        let mut outcomes = Vec::with_capacity(batch.len());
        let mut jobs = batch.into_iter();
        while let Some(job) = jobs.next() {
            let before = catalog.clone();
            match self.run_job(&job.plan, &mut catalog) {
                Ok(outcome) => {
                    if outcome.is_err() {
                        catalog = before;
                    }
                    outcomes.push((job.answer, outcome));
                }
                Err(lost) => {
                    self.roll_back();
                    let answers = outcomes.into_iter().map(|(answer, _)| answer);
                    return fail_all(answers.chain([job.answer]).chain(jobs.map(|j| j.answer)), &lost);
                }
            }
        }
        match self.command("COMMIT") {
            Ok(()) => {
                self.shared.catalog.store(catalog);
                for (answer, outcome) in outcomes {
                    // Whoever asked may have gone away; the write stands.
                    let _ = answer.send(outcome);
                }
            }
            Err(lost) => {
                self.roll_back();
                fail_all(outcomes.into_iter().map(|(answer, _)| answer), &lost);
            }
        }
    }

    /// Runs one write in a savepoint. The outer error is one of the whole transaction.
    fn run_job(
        &self,
        plan: &WritePlan,
        catalog: &mut Arc<crate::Catalog>,
    ) -> Result<Result<WriteReply, StoreError>, Lost> {
        self.command("SAVEPOINT one_write")?;
        let mut session = Session(&self.connection);
        let mut context = Context {
            tx: &mut session,
            catalog,
            now_millis: (self.shared.options.clock)(),
            replay_window: self.shared.options.replay_window,
            caller: plan.caller,
        };
        let outcome = catch_unwind(AssertUnwindSafe(|| apply(&mut context, plan)))
            .unwrap_or_else(|_| Err(StoreError::Internal("a write panicked".into())));
        match &outcome {
            Ok(_) => {}
            Err(StoreError::Disk(text)) => return Err(self.freeze(text)),
            // SQLite rolls the whole transaction back when the disk is full.
            Err(StoreError::DiskFull) if self.connection.is_autocommit() => return Err(Lost::Full),
            Err(_) => self.command("ROLLBACK TO one_write")?,
        }
        self.command("RELEASE one_write")?;
        Ok(outcome)
    }

    fn command(&self, sql: &str) -> Result<(), Lost> {
        let done = self.connection.prepare_cached(sql).and_then(|mut s| s.execute([]));
        done.map(drop).map_err(|error| match translate(error) {
            StoreError::DiskFull => Lost::Full,
            StoreError::Busy => {
                tracing::warn!("another program holds the database; writes are refused meanwhile");
                Lost::Busy
            }
            StoreError::Disk(text) => self.freeze(&text),
            other => Lost::Failed(other.to_string()),
        })
    }

    /// After a failed write to the disk nothing more is acknowledged: what it holds is known only to a
    /// process that reads it anew.
    fn freeze(&self, text: &str) -> Lost {
        tracing::error!(error = text, "a write to the disk failed; the store is read-only until a restart");
        self.shared.frozen.store(true, Ordering::Release);
        Lost::Frozen
    }

    fn roll_back(&self) {
        if !self.connection.is_autocommit() && self.command("ROLLBACK").is_err() {
            self.freeze("a transaction could not be rolled back");
        }
    }

    fn maintain(&mut self) -> Result<(), StoreError> {
        if self.shared.frozen.load(Ordering::Acquire) {
            return Ok(());
        }
        self.maintenance.run(&self.connection, &self.shared.options)
    }
}

/// Why a whole transaction was lost, with every write in it.
enum Lost {
    Full,
    Busy,
    Frozen,
    Failed(String),
}

fn fail_all(answers: impl Iterator<Item = oneshot::Sender<Result<WriteReply, StoreError>>>, lost: &Lost) {
    for answer in answers {
        let _ = answer.send(Err(match lost {
            Lost::Full => StoreError::DiskFull,
            Lost::Busy => StoreError::Busy,
            Lost::Frozen => StoreError::Frozen,
            Lost::Failed(text) => StoreError::Internal(text.clone()),
        }));
    }
}
