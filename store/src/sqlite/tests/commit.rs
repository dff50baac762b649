//! Group commit: writes that wait share one commit, and none spoils its neighbours.

use std::{
    fs,
    sync::mpsc::{Receiver, Sender, channel},
    time::Duration,
};

use odata::{EntityTag, TagCondition, Version};

use super::*;

const LIMIT: Duration = Duration::from_secs(30);

/// A write that the writer stays in until the gate is opened, so that others have to wait.
fn gate() -> (Repeat, Receiver<()>, Sender<()>) {
    let (enter, entered) = channel();
    let (open, opened) = channel::<()>();
    let record = move |_: &Written| {
        enter.send(()).unwrap();
        opened.recv_timeout(LIMIT).unwrap();
        Vec::new()
    };
    (Repeat { id: guid().to_string(), digest: [0; 32], record: Box::new(record) }, entered, open)
}

/// Runs `queue` while the writer is held in a write of its own, and returns the answers of all that it
/// queued, which the writer finds at once.
fn queued_at_once(
    store: &Store,
    actions: Vec<(Action, Option<Repeat>)>,
) -> Vec<Result<WriteReply, StoreError>> {
    let (repeat, entered, open) = gate();
    let mut first = store.send(store.add_action(&json!({"Title": "gate"})), Some(repeat));
    assert!(is_waiting(&mut first));
    entered.recv_timeout(LIMIT).unwrap();
    let mut others: Vec<_> = actions.into_iter().map(|(action, repeat)| store.send(action, repeat)).collect();
    assert!(others.iter_mut().all(is_waiting));
    open.send(()).unwrap();
    block_on(first).unwrap();
    others.into_iter().map(block_on).collect()
}

/// Sends the write, and tells whether it waits for its answer.
fn is_waiting(answer: &mut Answer<'_>) -> bool {
    answer.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending()
}

/// How many commits the write-ahead log holds: frames that tell the size of the database.
fn commits(store: &Store) -> usize {
    let log = fs::read(store.engine.folder().join("matchlist.db-wal")).unwrap();
    let page = u32::from_be_bytes(log[8..12].try_into().unwrap()) as usize;
    let salt = &log[16..24];
    let frames = log[32..].chunks_exact(24 + page).take_while(|frame| &frame[8..16] == salt);
    frames.filter(|frame| frame[4..8] != [0; 4]).count()
}

#[test]
fn writes_that_wait_share_one_commit() {
    let store = Store::temporary();
    let one = commits(&store);
    store.add(&json!({"Title": "alone"}));
    assert_eq!(commits(&store), one + 1, "a write alone is a commit alone");

    let before = commits(&store);
    let adds = (0..100).map(|n| (store.add_action(&json!({"Title": n.to_string()})), None)).collect();
    let answers = queued_at_once(&store, adds);
    assert_eq!(commits(&store), before + 2, "one for the gate, one for the hundred");
    let ids: Vec<i64> = answers.into_iter().map(|a| item(done(a.unwrap())).id.0).collect();
    assert_eq!(ids, (3..103).collect::<Vec<_>>());
    assert!(ids.into_iter().all(|id| store.find(ItemId(id)).is_some()));
}

#[test]
fn a_bad_write_does_not_spoil_its_neighbours() {
    let store = Store::temporary();
    store.field("Code", TEXT, Index::Unique);
    let taken = store.add(&json!({"Title": "taken", "Code": "a"}));
    let panicking = Repeat {
        id: "panics".into(),
        digest: [0; 32],
        record: Box::new(|_| panic!("on purpose, in the middle of a write")),
    };
    let version = Version::new(9);
    let stale = Preconditions {
        if_match: Some(TagCondition::Tags(vec![EntityTag::Version(version)])),
        ..Preconditions::default()
    };
    let mut answers = queued_at_once(
        &store,
        vec![
            (store.add_action(&json!({"Title": "first"})), None),
            (store.merge_action(taken.id, &json!({"Title": "lost"}), stale), None),
            (store.add_action(&json!({"Title": "second"})), None),
            (store.add_action(&json!({"Code": "A"})), None),
            (store.merge_action(ItemId(99), &json!({}), Preconditions::default()), None),
            (add_list("Tasks"), None),
            (add_list("Whole"), None),
            (add_list("Half made"), Some(panicking)),
            (store.add_action(&json!({"Title": "third"})), None),
        ],
    )
    .into_iter();
    let mut next = || answers.next().unwrap();
    assert_eq!(item(done(next().unwrap())).id, ItemId(3));
    assert!(matches!(next(), Err(StoreError::PreconditionFailed(_))));
    assert_eq!(item(done(next().unwrap())).id, ItemId(4));
    assert!(matches!(next(), Err(StoreError::Duplicate { field }) if field == "Code"));
    assert!(matches!(next(), Err(StoreError::ItemNotFound)));
    assert!(matches!(next(), Err(StoreError::TitleTaken)));
    assert!(matches!(next(), Ok(WriteReply::Done(Written::ListAdded(..)))));
    assert!(matches!(next(), Err(StoreError::Internal(_))), "the panic");
    let third = item(done(next().unwrap()));
    assert_eq!(third.id, ItemId(5), "a refused add takes no Id");

    assert_eq!(field(&store.find(taken.id).unwrap(), "Title"), "taken");
    assert_eq!(field(&store.find(third.id).unwrap(), "Title"), "third");
    let mut titles: Vec<_> = store.engine.catalog().all_lists().map(|l| l.title.clone()).collect();
    titles.sort();
    assert_eq!(titles, ["Tasks", "Whole"]);
    store.write(add_list("Half made")).expect("nothing of the panicking write is left");
}

#[test]
fn a_full_queue_is_busy_and_what_waits_is_done() {
    let store = Store::open(&Location::Temporary, Options { queue: 2, ..Options::default() });
    let (repeat, entered, open) = gate();
    let mut first = store.send(store.add_action(&json!({"Title": "gate"})), Some(repeat));
    assert!(is_waiting(&mut first));
    entered.recv_timeout(LIMIT).unwrap();
    let mut waiting = [(); 2].map(|()| store.send(store.add_action(&json!({"Title": "waits"})), None));
    assert!(waiting.iter_mut().all(is_waiting));
    assert!(matches!(block_on(store.send(store.add_action(&json!({})), None)), Err(StoreError::Busy)));

    open.send(()).unwrap();
    block_on(first).unwrap();
    let ids = waiting.map(|answer| item(done(block_on(answer).unwrap())).id.0);
    assert_eq!(ids, [2, 3]);
    assert_eq!(store.add(&json!({})).id, ItemId(4), "the one refused took no Id");
}

#[test]
fn twins_in_one_batch_have_one_effect_and_one_answer() {
    let store = Store::temporary();
    let repeat = || Repeat {
        id: "twin".into(),
        digest: [7; 32],
        record: Box::new(|written| match written {
            Written::ItemAdded(_, item) => item.id.0.to_be_bytes().to_vec(),
            _ => Vec::new(),
        }),
    };
    let other = Repeat { digest: [8; 32], ..repeat() };
    let add = || store.add_action(&json!({"Title": "once"}));
    let answers =
        queued_at_once(&store, vec![(add(), Some(repeat())), (add(), Some(repeat())), (add(), Some(other))]);
    let [Ok(WriteReply::Done(Written::ItemAdded(_, item))), Ok(WriteReply::Repeated(reply)), mismatch] =
        &answers[..]
    else {
        panic!("{answers:?}")
    };
    assert_eq!(reply[..], item.id.0.to_be_bytes());
    assert!(matches!(mismatch, Err(StoreError::RepeatMismatch)));
    assert_eq!(store.add(&json!({})).id.0, item.id.0 + 1, "nothing was added for the others");
}
