//! What goes with time: stored answers, and change rows but the newest of each item.

use odata::{EntityTag, TagCondition, Version};

use super::*;
use crate::{Conflict, sqlite::maintenance::Maintenance};

const DAY: i64 = 24 * 3600;
const START: i64 = 1_700_000_000;

fn options(clock: fn() -> i64) -> Options {
    Options { replay_window: DAY, change_retention: 60 * DAY, clock, ..Options::default() }
}

fn maintain(store: &Store, clock: fn() -> i64) {
    Maintenance::default().run(&store.plain(), &options(clock)).unwrap();
}

/// The change rows, as item and version.
fn changes(store: &Store) -> Vec<(i64, i64)> {
    let plain = store.plain();
    let mut rows = plain.prepare("SELECT item_id, version FROM changes ORDER BY seq").unwrap();
    rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
}

fn conflict(store: &Store, item: &Item, preconditions: Preconditions) -> Conflict {
    match store.write(store.merge_action(item.id, &json!({"Title": "late"}), preconditions)) {
        Err(StoreError::PreconditionFailed(conflict)) => *conflict,
        other => panic!("{other:?}"),
    }
}

fn if_match(version: u64) -> Preconditions {
    let tags = vec![EntityTag::Version(Version::new(version))];
    Preconditions { if_match: Some(TagCondition::Tags(tags)), ..Preconditions::default() }
}

fn unmodified_since(time: Timestamp) -> Preconditions {
    Preconditions { if_unmodified_since: Some(time), ..Preconditions::default() }
}

clock!(pruning, super::START);

#[test]
fn old_change_rows_go_and_the_newest_of_each_item_stays() {
    let store = Store::open(&Location::Temporary, options(pruning::read));
    store.field("Status", TEXT, Index::None);
    let (quiet, busy) = (store.add(&json!({"Title": "quiet"})), store.add(&json!({"Title": "busy"})));
    store.merge(busy.id, &json!({"Title": "busy 2"}));
    pruning::set(START + 30 * DAY);
    let third = store.merge(busy.id, &json!({"Status": "3"}));
    let fields = |named| conflict(&store, &busy, if_match(named)).present.unwrap().fields;

    pruning::set(START + 60 * DAY);
    maintain(&store, pruning::read);
    assert_eq!(changes(&store), [(1, 1), (2, 1), (2, 2), (2, 3)], "none is older than it may be");
    assert_eq!(fields(1), Some(vec!["Title".into(), "Status".into()]));
    store.write(store.merge_action(busy.id, &json!({}), unmodified_since(third.modified))).unwrap();

    pruning::set(START + 61 * DAY);
    maintain(&store, pruning::read);
    assert_eq!(changes(&store), [(1, 1), (2, 3), (2, 4)]);
    assert_eq!(fields(1), None, "where a row is gone, it cannot be told");
    assert_eq!(fields(2), Some(vec!["Status".into()]), "the rows after the version named are there");

    pruning::set(START + 1000 * DAY);
    maintain(&store, pruning::read);
    assert_eq!(changes(&store), [(1, 1), (2, 4)]);
    assert_eq!(fields(3), Some(vec![]), "the last write changed nothing");
    assert_eq!(conflict(&store, &quiet, if_match(9)).present.unwrap().version, Version::FIRST);
}

clock!(judging, super::START);

#[test]
fn a_date_that_cannot_be_judged_fails() {
    let store = Store::open(&Location::Temporary, options(judging::read));
    let item = store.add(&json!({"Title": "a"}));
    judging::set(START + 10);
    let second = store.merge(item.id, &json!({"Title": "b"}));
    judging::set(START + 100 * DAY);
    store.plain().execute("DELETE FROM changes WHERE version = 1", []).unwrap();
    let failed = conflict(&store, &item, unmodified_since(second.modified));
    assert_eq!(failed.failed, odata::Failed::IfUnmodifiedSince);
    assert_eq!(store.find(item.id).unwrap().version, second.version, "nothing was changed");
    let later = unmodified_since(at(START + 11));
    store.write(store.merge_action(item.id, &json!({}), later)).expect("a later second needs no older row");
}

clock!(replays, super::START);

#[test]
fn stored_answers_go_when_their_window_is_over() {
    let store = Store::open(&Location::Temporary, options(replays::read));
    let send = |id: &str| {
        let repeat = Repeat { id: id.into(), digest: [1; 32], record: Box::new(|_| b"answer".to_vec()) };
        block_on(store.send(store.add_action(&json!({})), Some(repeat))).unwrap()
    };
    let stored = || -> Vec<String> {
        let plain = store.plain();
        let mut rows = plain.prepare("SELECT id FROM replays ORDER BY id").unwrap();
        rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    done(send("old"));
    replays::set(START + DAY);
    done(send("young"));
    maintain(&store, replays::read);
    assert_eq!(stored(), ["old", "young"]);
    assert!(matches!(send("old"), WriteReply::Repeated(answer) if answer == b"answer"));

    replays::set(START + DAY + 1);
    done(send("old"));
    replays::set(START + 2 * DAY + 1);
    maintain(&store, replays::read);
    assert_eq!(stored(), ["old"], "its second answer is younger than that of the other");
}

clock!(sweeping, super::START);

#[test]
fn every_old_row_is_reached_however_many_and_whatever_their_numbers() {
    const ROWS: i64 = 12_000;
    const GAP: i64 = 1_000_000;
    let store = Store::open(&Location::Temporary, options(sweeping::read));
    let list = store.list().id.0;
    // What years of writes leave: numbers that begin far from 1, and the newest rows of quiet items between.
    store
        .plain()
        .execute(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1) \
             INSERT INTO changes SELECT ?2 + i, ?3, 1 + i % 100, i / 100, 2, '[]', ?4, 1 FROM n",
            [ROWS, GAP, list, START * 1000],
        )
        .unwrap();
    sweeping::set(START + 61 * DAY);
    let mut maintenance = Maintenance::default();
    let plain = store.plain();
    for _ in 0..4 {
        maintenance.run(&plain, &options(sweeping::read)).unwrap();
    }
    assert_eq!(changes(&store).len(), 100, "the newest of each item");
}
