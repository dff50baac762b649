//! Writes that are done together or not at all.

use odata::{EntityTag, TagCondition, Version};

use super::*;
use crate::Undone;

impl Store {
    fn write_all(&self, actions: Vec<(Action, Option<Repeat>)>) -> Result<Vec<WriteReply>, Undone> {
        let plan = |(action, repeat)| WritePlan { caller: UserId::LOCAL_OWNER, repeat, action };
        block_on(Box::pin(self.engine.write_all(actions.into_iter().map(plan).collect())))
    }

    fn title(&self, id: i64) -> Option<String> {
        let item = self.find(ItemId(id))?;
        serde_json::from_str::<Value>(&item.doc).unwrap()["Title"].as_str().map(str::to_owned)
    }
}

fn if_match(version: u64) -> Preconditions {
    let tag = EntityTag::Version(Version::new(version));
    Preconditions { if_match: Some(TagCondition::Tags(vec![tag])), ..Default::default() }
}

fn repeat(id: &str) -> Option<Repeat> {
    Some(Repeat { id: id.into(), digest: [1; 32], record: Box::new(|_| b"answer".to_vec()) })
}

#[test]
fn a_group_is_done_whole_in_its_order() {
    let store = Store::temporary();
    let id = store.add(&json!({"Title": "a"})).id;
    let replies = store.write_all(vec![
        (store.merge_action(id, &json!({"Title": "b"}), if_match(1)), None),
        (store.add_action(&json!({"Title": "new"})), None),
        // It sees what the first one wrote.
        (store.merge_action(id, &json!({"Title": "c"}), if_match(2)), None),
    ]);
    let written: Vec<_> = replies.unwrap().into_iter().map(|reply| item(done(reply)).version).collect();
    assert_eq!(written, [2, 1, 3].map(Version::new));
    assert_eq!((store.title(1), store.title(2)), (Some("c".into()), Some("new".into())));
}

#[test]
fn of_a_group_with_one_bad_write_nothing_stands_and_its_neighbours_do() {
    let store = Store::temporary();
    let id = store.add(&json!({"Title": "a"})).id;
    let undone = store.write_all(vec![
        (store.merge_action(id, &json!({"Title": "b"}), if_match(1)), repeat("one")),
        (store.add_action(&json!({"Title": "new"})), repeat("two")),
        (store.merge_action(id, &json!({"Title": "c"}), if_match(1)), repeat("three")),
    ]);
    let undone = undone.unwrap_err();
    assert_eq!(undone.at, 2);
    assert!(matches!(undone.error, StoreError::PreconditionFailed(_)), "{:?}", undone.error);
    assert_eq!((store.title(1), store.title(2)), (Some("a".into()), None));
    // No answer was stored either, and the Id that the new item had is free.
    let again = store.write_all(vec![(store.add_action(&json!({"Title": "next"})), repeat("two"))]);
    assert_eq!(item(done(again.unwrap().remove(0))).id, ItemId(2));
}

#[test]
fn a_group_that_is_sent_again_is_answered_as_the_first_time() {
    let store = Store::temporary();
    let group = |ids: [&str; 2]| {
        let add = |title: &str, id| (store.add_action(&json!({ "Title": title })), repeat(id));
        store.write_all(vec![add("a", ids[0]), add("b", ids[1])])
    };
    assert!(matches!(group(["one", "two"]).unwrap()[..], [WriteReply::Done(_), WriteReply::Done(_)]));
    let again = group(["one", "two"]).unwrap();
    assert!(again.iter().all(|reply| matches!(reply, WriteReply::Repeated(bytes) if bytes == b"answer")));
    // A half of it beside another write is another request.
    for (ids, at) in [(["one", "three"], 0), (["three", "two"], 1)] {
        let undone = group(ids).unwrap_err();
        assert!(matches!(undone, Undone { error: StoreError::RepeatMismatch, at: found } if found == at));
    }
    assert_eq!((store.title(2), store.title(3)), (Some("b".into()), None));
}

#[test]
fn a_plan_that_another_of_its_group_made_stale_undoes_the_group() {
    let store = Store::temporary();
    let field = Field::new(guid(), "Code".into(), "Code".into(), FieldKind::Text { max_length: 255 });
    let undone = store.write_all(vec![
        (Action::AddField(FieldOwner::List(store.list()), field), None),
        (store.add_action(&json!({"Title": "a"})), None),
    ]);
    assert!(matches!(undone.unwrap_err(), Undone { at: 1, error: StoreError::StaleCatalog }));
    assert_eq!(store.list().version, Version::FIRST);
    store.add(&json!({"Title": "b"}));
}
