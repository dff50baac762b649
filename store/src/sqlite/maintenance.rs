//! What old rows go, and when: stored answers after their window, change rows after their retention.

use rusqlite::Connection;

use super::{Options, session::Session};
use crate::{
    StoreError,
    apply::{Transaction, seconds},
    sql::{self, Value},
};

/// How many change rows one look goes through.
const CHANGES_A_LOOK: i64 = 5_000;

/// Looks through the change rows from the oldest on, some at a time, and begins anew when it meets young
/// ones.
#[derive(Default)]
pub(super) struct Maintenance {
    /// Change rows up to this number were looked at.
    swept_to: i64,
}

impl Maintenance {
    /// Removes stored answers and change rows that are too old.
    pub(super) fn run(&mut self, connection: &Connection, options: &Options) -> Result<(), StoreError> {
        let now = (options.clock)();
        let mut session = Session(connection);
        let before = seconds(now - options.replay_window.saturating_mul(1000));
        while session.execute(&sql::delete_old_replays(session.dialect(), before))? > 0 {}
        let before = now - options.change_retention.saturating_mul(1000);
        let next = sql::select_next_changes(session.dialect(), self.swept_to, CHANGES_A_LOOK);
        let mut next = session.query_one(&next)?.unwrap_or_default().into_iter();
        self.swept_to = match (next.next(), next.next()) {
            (Some(Value::Integer(to)), Some(Value::Integer(oldest))) if oldest < before => {
                session.execute(&sql::delete_old_changes(session.dialect(), before, self.swept_to, to))?;
                to
            }
            _ => 0,
        };
        Ok(())
    }
}
