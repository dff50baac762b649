//! Numbered migrations. `user_version` holds the number of the last one that was run.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::session::translate;
use crate::{OpenError, sql::COUNT_OBJECTS};

const MIGRATIONS: &[&str] = &[include_str!("../../migrations/sqlite/0001_core.sql")];

/// Marks the file as ours (`Mlst`).
const APPLICATION_ID: i64 = 0x4d6c_7374;

/// The newest schema that this release knows.
const KNOWN: i64 = MIGRATIONS.len() as i64;

/// The file's schema, if it is ours and not a newer release's.
pub(super) fn check(connection: &Connection, file: &Path) -> Result<i64, OpenError> {
    let failed = |e| OpenError::Engine(translate(e));
    let pragma =
        |name: &str| connection.pragma_query_value(None, name, |r| r.get::<_, i64>(0)).map_err(failed);
    let (application, version) = (pragma("application_id")?, pragma("user_version")?);
    let tables: i64 = connection.query_row(COUNT_OBJECTS, [], |r| r.get(0)).map_err(failed)?;
    let file = file.display().to_string();
    if application != APPLICATION_ID && (application != 0 || version != 0 || tables != 0) {
        return Err(OpenError::Foreign { file });
    }
    if version > KNOWN {
        return Err(OpenError::NewerSchema { file, found: version, known: KNOWN });
    }
    Ok(version)
}

/// Runs the migrations that come after `version`.
pub(super) fn migrate(connection: &Connection, version: i64) -> Result<(), OpenError> {
    let failed = |e| OpenError::Engine(translate(e));
    for (number, sql) in (1_i64..).zip(MIGRATIONS).filter(|(number, _)| *number > version) {
        let tx = rusqlite::Transaction::new_unchecked(connection, TransactionBehavior::Immediate);
        let tx = tx.map_err(failed)?;
        tx.execute_batch(sql).map_err(failed)?;
        tx.pragma_update(None, "application_id", APPLICATION_ID).map_err(failed)?;
        tx.pragma_update(None, "user_version", number).map_err(failed)?;
        tx.commit().map_err(failed)?;
    }
    Ok(())
}
