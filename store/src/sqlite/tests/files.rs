//! The folder and the file: whose they are, what outlives a process, and what does not.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::types::Value as Sql;

use super::*;
use crate::{
    OpenError,
    sqlite::{
        folder::sweep,
        session::{open_writer, set_durability},
    },
};

const AT_ONCE: Duration = Duration::ZERO;

fn database(folder: &Path) -> PathBuf {
    folder.join("matchlist.db")
}

fn open(folder: &Path) -> Result<Sqlite, OpenError> {
    Sqlite::open(&Location::Folder(folder.to_owned()), Options::default())
}

#[test]
fn what_was_written_is_there_when_it_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Folder(folder.path().join("made/for/it"));
    let (list, first) = {
        let store = Store::open(&location, Options::default());
        store.field("Count", NUMBER, Index::Plain);
        let item = store.add(&json!({"Title": "kept", "Count": 7}));
        let deleted = store.add(&json!({"Title": "gone"}));
        let (list, target) = (store.list(), ItemTarget::Id(deleted.id));
        let (preconditions, kind) = (Preconditions::default(), ItemChangeKind::Delete);
        let change = ItemChange { list, target, preconditions, least_strict: Strictness::Off, kind };
        store.write(Action::ChangeItem(change)).unwrap();
        (store.list(), item)
    };
    let store = Store::open(&location, Options::default());
    let again = store.list();
    assert_eq!(
        (again.guid, again.version, again.shape, again.modified),
        (list.guid, list.version, list.shape, list.modified)
    );
    assert_eq!(format!("{:?}", again.fields), format!("{:?}", list.fields));
    assert_eq!(format!("{:?}", store.find(first.id).unwrap()), format!("{first:?}"));
    assert_eq!(store.add(&json!({})).id, ItemId(3), "the Id of a deleted item is not given out again");
}

#[test]
fn a_second_engine_on_one_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path()).unwrap();
    assert!(matches!(open(folder.path()), Err(OpenError::InUse { .. })));
    drop(first);
    open(folder.path()).unwrap();
}

/// Refused, and not a byte of it is changed.
fn refused(folder: &Path) -> OpenError {
    let before = fs::read(database(folder)).unwrap();
    let error = open(folder).err().expect("it must not be opened");
    assert!(before == fs::read(database(folder)).unwrap(), "a file that is refused is not written to");
    error
}

#[test]
fn a_newer_schema_is_refused_with_both_numbers() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()).unwrap());
    Connection::open(database(folder.path())).unwrap().pragma_update(None, "user_version", 1000).unwrap();
    let error = refused(folder.path());
    assert!(matches!(error, OpenError::NewerSchema { found: 1000, known: 1.., .. }), "{error}");
    assert!(error.to_string().contains("1000"), "{error}");
}

#[test]
fn another_programs_file_is_refused() {
    for sql in ["CREATE TABLE items_1 (id INTEGER)", "PRAGMA application_id = 7", "PRAGMA user_version = 1"] {
        let folder = tempfile::tempdir().unwrap();
        Connection::open(database(folder.path())).unwrap().execute_batch(sql).unwrap();
        let error = refused(folder.path());
        assert!(matches!(error, OpenError::Foreign { .. }), "{sql}: {error}");
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(database(folder.path()), "no database at all, ".repeat(100)).unwrap();
    refused(folder.path());
}

#[test]
fn a_throw_away_folder_goes_with_its_engine() {
    let store = Store::temporary();
    let folder = store.engine.folder().to_owned();
    store.add(&json!({"Title": "soon gone"}));
    assert!(database(&folder).is_file());
    drop(store);
    assert!(!folder.exists());
}

#[test]
fn a_folder_of_ones_own_stays() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()).unwrap());
    assert!(database(folder.path()).is_file());
}

#[test]
fn what_a_crash_left_is_swept_and_nothing_else() {
    let parent = tempfile::tempdir().unwrap();
    let folder = |name: &str, has_lock: bool| {
        let folder = parent.path().join(name);
        fs::create_dir(&folder).unwrap();
        if has_lock {
            fs::write(folder.join("matchlist.lock"), "").unwrap();
        }
        folder
    };
    let stale = folder("matchlist-stale", true);
    fs::write(stale.join("matchlist.db"), "").unwrap();
    let others =
        [folder("matchlist-not-ours", false), folder("someone-elses", true), folder("matchlist", true)];
    let in_use = parent.path().join("matchlist-in-use");
    let engine = open(&in_use).unwrap();

    sweep(parent.path(), Duration::from_secs(3600));
    assert!(stale.exists(), "its process may be about to take the lock");
    sweep(parent.path(), AT_ONCE);
    assert!(!stale.exists());
    assert!(others.iter().all(|folder| folder.exists()));
    assert!(database(&in_use).is_file(), "a running engine holds its lock");
    drop(engine);
    sweep(parent.path(), AT_ONCE);
    assert!(!in_use.exists(), "once it is gone, it is stale");
}

#[test]
fn a_commit_is_synced_on_disk_and_not_in_a_throw_away_folder() {
    const OFF: i64 = 0;
    const FULL: i64 = 2;
    let folder = tempfile::tempdir().unwrap();
    for (temporary, expected) in [(false, FULL), (true, OFF)] {
        let connection = open_writer(&database(folder.path())).unwrap();
        set_durability(&connection, temporary).unwrap();
        let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, Sql>(0)).unwrap();
        assert_eq!(pragma("synchronous"), Sql::Integer(expected));
        assert_eq!(pragma("journal_mode"), Sql::Text("wal".into()));
    }
}
