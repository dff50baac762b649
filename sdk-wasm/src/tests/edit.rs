//! `editItem`, by script.

use serde_json::{Value, json};

use super::*;
use crate::address::ItemKey;
use crate::answer::Tagged;
use crate::edit::{Edit, Turn};

fn edit(rounds: u32) -> Run<Edit<Value>> {
    let site = Site::default_for_tests();
    Run::new(Edit::new(site, "Configuration".into(), ItemKey::Id(3), rounds))
}

fn item(tag: &str, value: &str) -> Value {
    json!({"odata.etag": tag, "Id": 3, "ParamValue": value})
}

/// What the caller is given to change.
fn given(run: &Run<Edit<Value>>) -> (Value, String) {
    match run.done() {
        Turn::Change(tagged) => (tagged.item["ParamValue"].clone(), tagged.etag.clone().unwrap()),
        Turn::Done(_) => panic!("it is done"),
    }
}

fn change(run: &mut Run<Edit<Value>>, value: &str) {
    run.machine.changed(json!({"ParamValue": value})).unwrap();
    run.event(Event::Begin);
}

#[test]
fn reads_asks_and_writes_under_the_tag() {
    let mut run = edit(10);
    assert_eq!(run.line(), "GET ITEMS(3)");
    run.replied(200, &[], item("\"7\"", "a"));
    assert_eq!(given(&run), (json!("a"), "\"7\"".into()));
    change(&mut run, "b");
    assert_eq!(run.line(), "POST[MERGE \"7\"] ITEMS(3) {\"ParamValue\":\"b\"}");
    run.replied(204, &[("ETag", "\"8\"")], Value::Null);
    let written = Tagged { item: json!({"Id": 3, "ParamValue": "b"}), etag: Some("\"8\"".into()) };
    assert_eq!(*run.done(), Turn::Done(written));
}

#[test]
fn a_lost_race_asks_again_with_the_item_in_hand_or_a_read() {
    let mut run = edit(10);
    run.replied(200, &[MATCHLIST], item("\"7\"", "a"));
    change(&mut run, "b");
    run.replied(412, &[("ETag", "\"8\"")], conflict("\"8\"", "c"));
    assert_eq!(given(&run), (json!("c"), "\"8\"".into()));
    change(&mut run, "d");
    run.replied(412, &[], refusal("-1", "changed")).sleeps(5.0);
    assert_eq!(run.line(), "GET ITEMS(3)");
    run.replied(200, &[], item("\"9\"", "e"));
    change(&mut run, "f");
    run.replied(200, &[("ETag", "\"10\"")], json!({"odata.etag": "\"10\"", "Id": 3, "ParamValue": "F"}));
    let written = Tagged { item: json!({"Id": 3, "ParamValue": "F"}), etag: Some("\"10\"".into()) };
    assert_eq!(*run.done(), Turn::Done(written));
}

#[test]
fn attempts_end() {
    let mut run = edit(2);
    for tag in ["\"7\"", "\"8\""] {
        run.replied(200, &[], item(tag, "a"));
        change(&mut run, "b");
        run.replied(412, &[], refusal("-1", "changed"));
    }
    assert_eq!(run.code(), "attempts");
}

#[test]
fn an_unknown_outcome_is_the_callers_to_judge() {
    let mut run = edit(10);
    run.replied(200, &[], item("\"7\"", "a"));
    change(&mut run, "b");
    assert_eq!(run.lost().code(), "unknown-outcome");
}

#[test]
fn refuses_what_is_no_change_and_items_without_tags() {
    let mut run = edit(10);
    run.replied(200, &[], item("\"7\"", "a"));
    for wrong in [json!("b"), json!([]), json!(3)] {
        assert_eq!(run.machine.changed(wrong).unwrap_err().code.name(), "invalid");
    }
    assert_eq!(edit(10).replied(200, &[], json!({"Id": 3})).code(), "protocol");
    assert_eq!(edit(10).replied(404, &[], refusal("-2130575338, x", "gone")).code(), "not-found");
}
