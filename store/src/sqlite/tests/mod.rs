//! Tests of the engine as a whole: what it does to its files, its statements and its clock.

mod commit;
mod files;
mod group;
mod indexes;
mod pages;
mod retention;
mod sessions;
mod view;

use std::{
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
};

use odata::{Preconditions, Timestamp, Uuid, path::SitePath};
use rusqlite::Connection;
use serde_json::{Value, json};

use super::{Location, Options, Sqlite};
use crate::{
    Engine, Found, ReadOutcome, StoreError, WriteReply, Written,
    model::{Field, FieldKind, FieldOwner, Item, ItemId, List, SiteId, Strictness, UserId},
    plan::{
        Action, ItemChange, ItemChangeKind, ItemTarget, ItemValues, NewItem, NewList, NewSite, ReadPlan,
        Repeat, WritePlan,
    },
};

type Answer<'a> = Pin<Box<dyn Future<Output = Result<WriteReply, StoreError>> + Send + 'a>>;

/// An engine with a site and a list.
struct Store {
    engine: Sqlite,
}

impl Store {
    fn open(location: &Location, options: Options) -> Store {
        let store = Store { engine: Sqlite::open(location, options).unwrap() };
        if store.engine.catalog().all_lists().next().is_none() {
            let (path, title) = (SitePath::ROOT, "Home".to_owned());
            store
                .write(Action::AddSite(NewSite { guid: guid(), path, title, description: String::new() }))
                .unwrap();
            store.write(add_list("Tasks")).unwrap();
        }
        store
    }

    fn temporary() -> Store {
        Store::open(&Location::Temporary, Options::default())
    }

    fn list(&self) -> Arc<List> {
        self.engine.catalog().all_lists().find(|l| l.title == "Tasks").unwrap().clone()
    }

    fn send(&self, action: Action, repeat: Option<Repeat>) -> Answer<'_> {
        Box::pin(self.engine.write(WritePlan { caller: UserId::LOCAL_OWNER, repeat, action }))
    }

    fn write(&self, action: Action) -> Result<Written, StoreError> {
        block_on(self.send(action, None)).map(done)
    }

    fn field(&self, name: &str, kind: FieldKind, index: Index) {
        let field = Field {
            indexed: index != Index::None,
            unique: index == Index::Unique,
            ..Field::new(guid(), name.into(), name.into(), kind)
        };
        self.write(Action::AddField(FieldOwner::List(self.list()), field)).unwrap();
    }

    fn add_action(&self, body: &Value) -> Action {
        let list = self.list();
        let values = values(&list, body);
        Action::AddItem(NewItem { list, guid: guid(), values, preconditions: Preconditions::default() })
    }

    fn add(&self, body: &Value) -> Item {
        item(self.write(self.add_action(body)).unwrap())
    }

    fn merge_action(&self, id: ItemId, body: &Value, preconditions: Preconditions) -> Action {
        let list = self.list();
        let kind = ItemChangeKind::Merge(values(&list, body));
        let target = ItemTarget::Id(id);
        Action::ChangeItem(ItemChange { list, target, preconditions, least_strict: Strictness::Off, kind })
    }

    fn merge(&self, id: ItemId, body: &Value) -> Item {
        item(self.write(self.merge_action(id, body, Preconditions::default())).unwrap())
    }

    fn find(&self, id: ItemId) -> Option<Item> {
        let (list, target) = (self.list(), ItemTarget::Id(id));
        let plan =
            ReadPlan::Item { list, target, preconditions: Preconditions::default(), related: Vec::new() };
        match self.engine.read(&plan).unwrap() {
            ReadOutcome::Item(found) => found.map(|Found { item, .. }| item),
            other => panic!("{other:?}"),
        }
    }

    /// A connection as any tool would open it.
    fn plain(&self) -> Connection {
        Connection::open(self.engine.folder().join("matchlist.db")).unwrap()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Index {
    None,
    Plain,
    Unique,
}

const TEXT: FieldKind = FieldKind::Text { max_length: 255 };
const NUMBER: FieldKind = FieldKind::Number {
    bounds: crate::model::Bounds { minimum: None, maximum: None },
    decimals: -1,
    percentage: false,
};

fn guid() -> Uuid {
    uuid::Uuid::new_v4()
}

fn add_list(title: &str) -> Action {
    Action::AddList(
        SiteId(1),
        NewList {
            guid: guid(),
            view: uuid::Uuid::new_v4(),
            title: title.into(),
            description: String::new(),
            strict: Strictness::Off,
            settings: Default::default(),
        },
    )
}

fn values(list: &List, body: &Value) -> ItemValues {
    ItemValues::resolve(list, body.as_object().unwrap()).unwrap()
}

fn done(reply: WriteReply) -> Written {
    match reply {
        WriteReply::Done(written) => written,
        WriteReply::Repeated(_) => panic!("it was done before"),
    }
}

fn item(written: Written) -> Item {
    match written {
        Written::ItemAdded(_, item) | Written::ItemChanged(_, item) => item,
        other => panic!("no item: {other:?}"),
    }
}

fn field(item: &Item, name: &str) -> Value {
    serde_json::from_str::<Value>(&item.doc).unwrap()[name].clone()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// A clock of one test: `set` moves it, `read` is what an engine takes.
macro_rules! clock {
    ($name:ident, $seconds:expr) => {
        mod $name {
            use std::sync::atomic::{AtomicI64, Ordering};
            static NOW: AtomicI64 = AtomicI64::new($seconds * 1000);
            pub(super) fn read() -> i64 {
                NOW.load(Ordering::SeqCst)
            }
            pub(super) fn set(seconds: i64) {
                NOW.store(seconds * 1000, Ordering::SeqCst);
            }
        }
    };
}
use clock;

clock!(set_back, 1_000_000);

#[test]
fn a_clock_set_back_never_makes_modified_go_back() {
    let store = Store::open(&Location::Temporary, Options { clock: set_back::read, ..Options::default() });
    let first = store.add(&json!({"Title": "a"}));
    set_back::set(500_000);
    let second = store.merge(first.id, &json!({"Title": "b"}));
    assert_eq!((second.version.number(), second.modified), (2, at(1_000_000)));
    store.field("Status", TEXT, Index::None);
    assert_eq!(store.list().modified, at(1_000_000));
    let times: Vec<i64> = {
        let plain = store.plain();
        let mut rows = plain.prepare("SELECT at FROM changes ORDER BY seq").unwrap();
        rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert_eq!(times, [1_000_000_000, 1_000_000_000]);
    let list = store.list();
    let ReadOutcome::ListStates(states) = store.engine.read(&ReadPlan::ListStates(vec![list.id])).unwrap()
    else {
        panic!("no states");
    };
    assert_eq!(states[0].last_modified, at(1_000_000));

    set_back::set(2_000_000);
    assert_eq!(store.merge(first.id, &json!({})).modified, at(2_000_000));
}

#[test]
fn a_deleted_list_leaves_no_rows() {
    let store = Store::temporary();
    store.field("Code", TEXT, Index::Unique);
    store.add(&json!({"Code": "a"}));
    store.write(Action::DeleteList(store.list(), Preconditions::default())).unwrap();
    let plain = store.plain();
    for table in ["lists", "fields", "list_states", "changes"] {
        let rows: i64 =
            plain.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 0, "{table}");
    }
    let sql = "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'items_1%'";
    assert_eq!(plain.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
    assert!(store.engine.catalog().all_lists().next().is_none());
}
