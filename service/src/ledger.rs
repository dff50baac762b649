//! What is noted of requests and written down now and then, so that no request waits for it: when tokens
//! were last used, and who overwrites items without saying what version they saw. A crash loses the last
//! minute of it.

use std::{
    collections::HashMap,
    mem::take,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use odata::{Preconditions, TagCondition, Timestamp};
use store::{
    Engine, StoreError,
    model::{ListId, TokenId, UserId},
    plan::{AccessChange, Action, Overwrite, OverwriteKind, WritePlan},
};

/// How often what was noted is written down.
pub(crate) const EVERY: Duration = Duration::from_secs(60);
/// How many kinds of overwrites are noted apart between two times.
const MOST: usize = 10_000;
/// How much of a program's name is kept, in characters.
const AGENT: usize = 120;

/// Whose overwrites: a list, a caller, a program and a kind.
type Key = (ListId, UserId, String, OverwriteKind);

/// What was noted since it was last written down.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    uses: Mutex<HashMap<TokenId, Timestamp>>,
    overwrites: Mutex<HashMap<Key, (i64, Timestamp, Timestamp)>>,
}

/// How a write with these conditions overwrites what it did not see, if it does.
pub(crate) fn overwrite_kind(conditions: &Preconditions) -> Option<OverwriteKind> {
    match &conditions.if_match {
        Some(TagCondition::Any) => Some(OverwriteKind::Any),
        Some(TagCondition::Tags(_)) => None,
        None => conditions.if_unmodified_since.is_none().then_some(OverwriteKind::None),
    }
}

impl Ledger {
    /// Notes that a token is used.
    pub(crate) fn note_use(&self, token: TokenId, now: Timestamp) {
        self.uses.lock().unwrap_or_else(PoisonError::into_inner).insert(token, now);
    }

    /// Notes that an item was overwritten.
    pub(crate) fn note_overwrite(
        &self,
        (list, caller, kind): (ListId, UserId, OverwriteKind),
        user_agent: &str,
        now: Timestamp,
    ) {
        let agent = user_agent.chars().filter(|c| !c.is_control()).take(AGENT).collect();
        let mut noted = self.overwrites.lock().unwrap_or_else(PoisonError::into_inner);
        let room = noted.len() < MOST;
        match noted.entry((list, caller, agent, kind)) {
            std::collections::hash_map::Entry::Occupied(mut entry) => {
                let (count, _, last) = entry.get_mut();
                *count += 1;
                *last = now;
            }
            std::collections::hash_map::Entry::Vacant(entry) if room => {
                entry.insert((1, now, now));
            }
            std::collections::hash_map::Entry::Vacant(_) => {}
        }
    }

    /// Writes down what was noted.
    ///
    /// # Errors
    /// Where the engine does not take it; then it is lost.
    pub(crate) async fn write_down<E: Engine>(&self, engine: &E) -> Result<(), StoreError> {
        let uses = take(&mut *self.uses.lock().unwrap_or_else(PoisonError::into_inner));
        let overwrites = take(&mut *self.overwrites.lock().unwrap_or_else(PoisonError::into_inner));
        let write = |action| engine.write(WritePlan { caller: UserId::LOCAL_OWNER, repeat: None, action });
        if !uses.is_empty() {
            write(Action::ChangeAccess(AccessChange::NoteUse(uses.into_iter().collect()))).await?;
        }
        if !overwrites.is_empty() {
            let counts = overwrites.into_iter().map(|((list, caller, user_agent, kind), noted)| {
                let (count, first, last) = noted;
                Overwrite { list, caller, user_agent, kind, count, first, last }
            });
            write(Action::CountOverwrites(counts.collect())).await?;
        }
        Ok(())
    }
}
