//! Tests of writes inside a transaction, on one that answers as it is told.

use std::sync::Arc;

use odata::{EntityTag, Preconditions, TagCondition, Timestamp, Uuid, Version};
use serde_json::json;

use super::*;
use crate::{
    model::{Field, FieldKind, ItemId, List, ListId, SiteId, Strictness},
    plan::{ItemChange, ItemChangeKind, ItemTarget, ItemValues, Repeat},
    sql::Value,
};

/// A transaction in which another writer got in between the read of a row and its update.
struct Overtaken {
    row: Row,
    executed: Vec<String>,
}

impl Transaction for Overtaken {
    fn dialect(&self) -> &dyn Dialect {
        &sql::Sqlite
    }

    fn query(&mut self, sql: &Statement) -> Result<Vec<Row>, StoreError> {
        match sql.text.split(' ').next() {
            Some("SELECT") if sql.text.contains(" FROM items_7 ") => Ok(vec![self.row.clone()]),
            Some("SELECT") => Ok(Vec::new()),
            _ => panic!("no row was written, and this was asked: {}", sql.text),
        }
    }

    fn execute(&mut self, sql: &Statement) -> Result<usize, StoreError> {
        self.executed.push(sql.text.clone());
        Ok(0)
    }
}

fn list() -> Arc<List> {
    let number = FieldKind::Number {
        bounds: crate::model::Bounds { minimum: None, maximum: None },
        decimals: -1,
        percentage: false,
    };
    let count = Field::new(Uuid::nil(), "Count".into(), "Count".into(), number);
    Arc::new(List {
        id: ListId(7),
        site: SiteId(1),
        guid: Uuid::nil(),
        title: "Tasks".into(),
        url_name: "Tasks".into(),
        entity_type_name: "TasksList".into(),
        view_name: "list_Tasks".into(),
        description: String::new(),
        created: Timestamp::EPOCH,
        editor: crate::model::UserId::LOCAL_OWNER,
        modified: Timestamp::EPOCH,
        version: Version::FIRST,
        shape: 1,
        strict: Strictness::Off,
        closed: false,
        settings: Default::default(),
        fields: vec![Arc::new(Field::title()), Arc::new(count)],
        views: Vec::new(),
    })
}

/// The item's row, of version 3.
fn row() -> Row {
    let integer = Value::Integer;
    let doc = r#"{"Title":"a","Count":4}"#;
    vec![
        integer(1),
        integer(3),
        Value::Text(Uuid::nil().to_string()),
        integer(0),
        integer(0),
        integer(1),
        integer(1),
        integer(1),
        Value::Text(doc.into()),
        Value::Text(doc.into()),
    ]
}

fn run_overtaken(
    kind: ItemChangeKind,
    preconditions: Preconditions,
) -> (Result<WriteReply, StoreError>, Overtaken) {
    let mut tx = Overtaken { row: row(), executed: Vec::new() };
    let mut catalog = Catalog::default();
    catalog.put_list(list());
    let mut catalog = Arc::new(catalog);
    let caller = UserId::LOCAL_OWNER;
    let mut cx = Context { tx: &mut tx, catalog: &mut catalog, now_millis: 5_000, replay_window: 60, caller };
    let record = Box::new(|_: &Written| panic!("no answer is rendered for a write that failed"));
    let repeat = Some(Repeat { id: "id".into(), digest: [0; 32], record });
    let (target, least_strict) = (ItemTarget::Id(ItemId(1)), Strictness::Off);
    let change = ItemChange { list: list(), target, preconditions, least_strict, kind };
    let outcome = apply(&mut cx, &WritePlan { caller, repeat, action: Action::ChangeItem(change) });
    (outcome, tx)
}

fn kinds() -> Vec<ItemChangeKind> {
    let list = list();
    let values = || ItemValues::resolve(&list, json!({"Title": "b"}).as_object().unwrap()).unwrap();
    let field = list.field_by_property("Count").unwrap().clone();
    vec![
        ItemChangeKind::Merge(values()),
        ItemChangeKind::Replace(values(), Uuid::nil()),
        ItemChangeKind::Increment { field, by: 1 },
        ItemChangeKind::Delete,
    ]
}

#[test]
fn a_version_that_changed_under_the_lock_is_an_error_of_ours_and_nothing_is_noted() {
    for kind in kinds() {
        let (outcome, tx) = run_overtaken(kind, Preconditions::default());
        assert!(matches!(outcome, Err(StoreError::Internal(_))), "{outcome:?}");
        let [only] = &tx.executed[..] else { panic!("{:?}", tx.executed) };
        assert!(only.contains(" WHERE id = ") && only.contains(" AND version = "), "{only}");
    }
}

#[test]
fn a_condition_that_fails_touches_no_row() {
    let tags = vec![EntityTag::Version(Version::new(2))];
    let stale = Preconditions { if_match: Some(TagCondition::Tags(tags)), ..Preconditions::default() };
    for kind in kinds() {
        let (outcome, tx) = run_overtaken(kind, stale.clone());
        let Err(StoreError::PreconditionFailed(conflict)) = outcome else { panic!("{outcome:?}") };
        let present = conflict.present.unwrap();
        assert_eq!((present.version, present.fields), (Version::new(3), None), "no change row was found");
        assert_eq!(tx.executed, [""; 0]);
    }
}

#[test]
fn a_plan_of_an_older_catalog_is_resolved_again() {
    let mut tx = Overtaken { row: row(), executed: Vec::new() };
    let mut catalog = Catalog::default();
    catalog.put_list(Arc::new(List { version: Version::new(2), ..List::clone(&list()) }));
    let mut catalog = Arc::new(catalog);
    let caller = UserId::LOCAL_OWNER;
    let mut cx = Context { tx: &mut tx, catalog: &mut catalog, now_millis: 5_000, replay_window: 60, caller };
    let action = Action::DeleteList(list(), Preconditions::default());
    let outcome = apply(&mut cx, &WritePlan { caller, repeat: None, action });
    assert!(matches!(outcome, Err(StoreError::StaleCatalog)), "{outcome:?}");
    assert_eq!(tx.executed, [""; 0]);
}

#[test]
fn times_of_whole_seconds_are_rounded_down() {
    assert_eq!(seconds(1_999).unix(), 1);
    assert_eq!(seconds(-1).unix(), -1);
}
