//! `getNextSeq`, by script.

use serde_json::{Value, json};

use super::*;

const READ: &str = "GET ITEMS?$filter=Title%20eq%20'LastSeqAAAA'&$orderby=Id&$top=1";
const PLAIN_404: (&str, &str) = ("-2130575338, System.ArgumentException", "Item does not exist.");

#[test]
fn the_plain_form_writes_under_the_tag_what_it_read_and_one() {
    let mut run = next_seq(wish());
    assert_eq!(run.line(), READ);
    assert_eq!(run.header("Accept").as_deref(), Some("application/json;odata=minimalmetadata"));
    run.replied(200, &[], counter(3, "\"g,7\"", "3"));
    assert_eq!(run.line(), "POST[MERGE \"g,7\"] ITEMS(3) {\"ParamValue\":\"4\"}");
    assert_eq!(run.header("Content-Type").as_deref(), Some("application/json"));
    for name in ["Prefer", "Repeatability-Request-ID", "Repeatability-First-Sent"] {
        assert_eq!(run.header(name), None, "nothing shows that the server is Matchlist");
    }
    assert_eq!(run.replied(204, &[("ETag", "\"g,8\"")], Value::Null).done(), &4);
}

#[test]
fn a_field_keeps_its_type() {
    let mut run = next_seq(wish());
    run.replied(200, &[], counter(3, "\"7\"", 3));
    assert_eq!(run.line(), "POST[MERGE \"7\"] ITEMS(3) {\"ParamValue\":4}");
}

#[test]
fn the_atomic_form_is_used_where_the_server_shows_it() {
    let mut run = next_seq(wish());
    run.replied(200, &[MATCHLIST], counter(3, "\"7\"", "3"));
    assert_eq!(run.line(), "POST ITEMS(3)/increment {\"field\":\"ParamValue\",\"by\":1}");
    assert_eq!(run.header("Repeatability-Request-ID").as_deref(), Some("uuid-2"));
    assert_eq!(run.header("Repeatability-First-Sent").as_deref(), Some("Sun, 06 Nov 1994 08:49:37 GMT"));
    // Another was faster: the answer counts, not what was read.
    assert_eq!(run.replied(200, &[], json!({"value": 9, "first": 9})).done(), &9);
}

#[test]
fn first_sent_is_by_the_servers_clock() {
    let mut run = next_seq(wish());
    run.replied(200, &[MATCHLIST, ("Date", "Mon, 07 Nov 1994 09:00:00 GMT")], counter(3, "\"7\"", "3"));
    assert_eq!(run.header("Repeatability-First-Sent").as_deref(), Some("Mon, 07 Nov 1994 09:00:00 GMT"));
}

#[test]
fn a_lost_reply_of_a_repeatable_write_is_sent_again_with_the_same_id() {
    let mut run = next_seq(wish());
    run.replied(200, &[MATCHLIST], counter(3, "\"7\"", "3"));
    let first = run.sent().clone();
    run.lost().sleeps(250.0);
    assert_eq!(*run.sent(), first);
    run.replied(503, &[("Retry-After", "2")], Value::Null).sleeps(2_000.0);
    assert_eq!(*run.sent(), first);
    assert_eq!(run.replied(200, &[], json!({"value": 4, "first": 4})).done(), &4);
}

#[test]
fn an_id_that_is_refused_as_old_is_an_unknown_outcome_and_no_lost_race() {
    let mut run = next_seq(wish());
    run.replied(200, &[MATCHLIST], counter(3, "\"7\"", "3"));
    run.replied(412, &[MATCHLIST, ("Repeatability-Result", "rejected")], refusal("-1", "too old"));
    assert_eq!(run.line(), READ);
    run.replied(200, &[MATCHLIST], counter(3, "\"8\"", "4"));
    assert_eq!(run.header("Repeatability-Request-ID"), None, "it would be refused for ever");
    assert_eq!(run.replied(200, &[], json!({"value": 5, "first": 5})).done(), &5);
}

#[test]
fn a_lost_reply_of_a_plain_write_costs_its_number() {
    let mut run = next_seq(wish());
    run.replied(200, &[], counter(3, "\"7\"", "3")).lost();
    assert_eq!(run.line(), READ, "the same number must not be written again");
    // It had been written; had it not, 4 would be written now, and handed out once.
    run.replied(200, &[], counter(3, "\"8\"", "4"));
    assert_eq!(run.line(), "POST[MERGE \"8\"] ITEMS(3) {\"ParamValue\":\"5\"}");
    assert_eq!(run.replied(204, &[], Value::Null).done(), &5);
}

#[test]
fn unavailable_is_an_unknown_outcome_of_a_plain_write_too() {
    for status in [502, 503, 504] {
        let mut run = next_seq(wish());
        run.replied(200, &[], counter(3, "\"7\"", "3")).replied(status, &[], Value::Null);
        assert_eq!(run.line(), READ, "{status}");
    }
}

#[test]
fn throttling_is_waited_out_whatever_was_sent() {
    let mut run = next_seq(wish());
    run.replied(429, &[("Retry-After", "3")], Value::Null).sleeps(3_000.0);
    run.replied(200, &[], counter(3, "\"7\"", "3"));
    let write = run.sent().clone();
    run.replied(429, &[("Retry-After", "Sun, 06 Nov 1994 08:49:41 GMT")], Value::Null).sleeps(4_000.0);
    assert_eq!(*run.sent(), write);
    run.replied(429, &[], Value::Null).sleeps(500.0);
    assert_eq!(run.replied(204, &[], Value::Null).done(), &4);
}

#[test]
fn a_storm_of_lost_races_rests_with_full_jitter_and_ends() {
    let mut run = next_seq(Wish { rounds: 4, ..wish() });
    for (tag, wait) in [("\"7\"", 0.0), ("\"8\"", 5.0), ("\"9\"", 10.0)] {
        run.replied(200, &[], counter(3, tag, "3")).replied(412, &[], refusal("-1", "changed"));
        if wait > 0.0 {
            run.sleeps(wait);
        }
        assert_eq!(run.line(), READ);
    }
    run.replied(200, &[], counter(3, "\"10\"", "6")).replied(412, &[], refusal("-1", "changed"));
    assert_eq!((run.code(), run.failed().status), ("attempts", Some(412)));
}

#[test]
fn the_item_that_a_refusal_brings_saves_the_read() {
    let server = Server { is_matchlist: true, ..Server::default() };
    let mut run = Run::on(server, NextSeq::new(Site::default_for_tests(), wish()));
    run.replied(200, &[], counter(3, "\"7\"", "3"));
    assert_eq!(run.header("Prefer").as_deref(), Some("return=representation"));
    run.replied(412, &[("ETag", "\"8\"")], conflict("\"8\"", "4"));
    assert_eq!(run.line(), "POST[MERGE \"8\"] ITEMS(3) {\"ParamValue\":\"5\"}");
    // After a wait what is in hand is old; the refusal that follows is acted upon at once.
    run.replied(412, &[("ETag", "\"9\"")], conflict("\"9\"", "5")).sleeps(5.0);
    assert_eq!(run.line(), "POST[MERGE \"9\"] ITEMS(3) {\"ParamValue\":\"6\"}");
    run.replied(412, &[("ETag", "\"12\"")], conflict("\"12\"", "8"));
    assert_eq!(run.line(), "POST[MERGE \"12\"] ITEMS(3) {\"ParamValue\":\"9\"}");
    assert_eq!(run.replied(204, &[], Value::Null).done(), &9);
}

#[test]
fn sharepoints_save_conflict_is_a_lost_race() {
    let mut run = next_seq(wish());
    run.replied(200, &[], counter(3, "\"7\"", "3")).replied(
        409,
        &[],
        refusal("-2130575305", "Save Conflict."),
    );
    assert_eq!(run.line(), READ);
}

#[test]
fn blocks_and_conventions() {
    for (count, returns, written, handed_out) in [
        (1, Returns::Written, 4, 4),
        (5, Returns::Written, 8, 4),
        (1, Returns::Read, 4, 3),
        (5, Returns::Read, 8, 3),
    ] {
        let wish = Wish { count, returns, ..wish() };
        let mut plain = next_seq(wish.clone());
        plain.replied(200, &[], counter(3, "\"7\"", "3"));
        assert_eq!(plain.sent().body, Some(format!("{{\"ParamValue\":\"{written}\"}}")));
        assert_eq!(plain.replied(204, &[], Value::Null).done(), &handed_out);
        let mut atomic = next_seq(wish);
        atomic.replied(200, &[MATCHLIST], counter(3, "\"7\"", "3"));
        assert_eq!(atomic.sent().body, Some(format!("{{\"field\":\"ParamValue\",\"by\":{count}}}")));
        assert_eq!(atomic.replied(200, &[], json!({"value": written, "first": 4})).done(), &handed_out);
    }
}

#[test]
fn the_two_conventions_mixed_on_one_counter_give_a_number_twice() {
    let give = |returns, held: &str| {
        let mut run = next_seq(Wish { returns, ..wish() });
        run.replied(200, &[], counter(3, "\"7\"", held));
        *run.replied(204, &[], Value::Null).done()
    };
    assert_eq!(give(Returns::Written, "3"), 4);
    assert_eq!(give(Returns::Read, "4"), 4);
}

#[test]
fn what_holds_no_number_is_refused_and_left_alone() {
    for value in [json!("abc"), json!("3.5"), json!(3.5), json!(null), json!(""), json!(true)] {
        for headers in [&[][..], &[MATCHLIST]] {
            let mut run = next_seq(wish());
            run.replied(200, headers, counter(3, "\"7\"", value.clone()));
            assert_eq!(run.code(), "not-a-number", "{value}");
        }
    }
    let mut absent = next_seq(wish());
    absent.replied(200, &[], json!({"value": [{"odata.etag": "\"1\"", "Id": 3}]}));
    assert_eq!(
        absent.failed().message,
        "The field 'ParamValue' of 'LastSeqAAAA' in the list 'Configuration' holds no whole number, but nothing."
    );
}

#[test]
fn numbers_that_javascript_rounds_take_the_plain_form() {
    let mut run = next_seq(wish());
    run.replied(200, &[MATCHLIST], counter(3, "\"7\"", "9007199254740991"));
    assert_eq!(run.line(), "POST[MERGE \"7\"] ITEMS(3) {\"ParamValue\":\"9007199254740992\"}");
}

#[test]
fn a_missing_item_says_how_to_create_it() {
    let mut run = next_seq(wish());
    run.replied(200, &[], json!({"value": []}));
    assert_eq!((run.code(), run.failed().missing.map(|m| m.name())), ("not-found", Some("item")));
    assert_eq!(
        run.failed().message,
        "There is no 'LastSeqAAAA': create an item titled LastSeqAAAA in list Configuration with ParamValue \"0\", or pass create: true."
    );
}

#[test]
fn a_missing_list_says_so_in_any_language() {
    let mut run = next_seq(wish());
    run.replied(404, &[], refusal("-1, System.ArgumentException", "Die Liste gibt es nicht."));
    assert_eq!((run.code(), run.failed().missing.map(|m| m.name())), ("not-found", Some("list")));
    assert!(run.failed().message.contains("no list 'Configuration'"));
}

#[test]
fn a_created_item_is_read_again_and_the_lowest_id_wins() {
    let mut run = next_seq(Wish { create: true, ..wish() });
    run.replied(200, &[], json!({"value": []}));
    assert_eq!(run.line(), "POST ITEMS {\"Title\":\"LastSeqAAAA\",\"ParamValue\":\"0\"}");
    run.replied(201, &[], json!({"odata.etag": "\"1\"", "Id": 6, "ParamValue": "0"}));
    assert_eq!(run.line(), READ);
    let rival = json!({"odata.etag": "\"2\"", "Id": 5, "ParamValue": "1"});
    run.replied(200, &[], json!({"value": [{"odata.etag": "\"1\"", "Id": 6, "ParamValue": "0"}, rival]}));
    assert_eq!(run.line(), "POST[MERGE \"2\"] ITEMS(5) {\"ParamValue\":\"2\"}");
    assert_eq!(run.replied(204, &[], Value::Null).done(), &2);
}

#[test]
fn a_lost_creation_is_looked_for_before_another() {
    let mut run = next_seq(Wish { create: true, ..wish() });
    run.replied(200, &[], json!({"value": []})).lost();
    assert_eq!(run.line(), READ);
    run.replied(200, &[], counter(5, "\"1\"", "0"));
    assert_eq!(run.line(), "POST[MERGE \"1\"] ITEMS(5) {\"ParamValue\":\"1\"}");
}

#[test]
fn a_field_for_numbers_is_created_as_a_number() {
    let mut run = next_seq(Wish { create: true, ..wish() });
    let empty = || json!({"value": []});
    run.replied(200, &[], empty()).replied(400, &[], refusal("-1", "no text"));
    assert_eq!(run.line(), READ, "perhaps a rival made it, and titles are unique");
    run.replied(200, &[], empty());
    assert_eq!(run.line(), "POST ITEMS {\"Title\":\"LastSeqAAAA\",\"ParamValue\":0}");
    run.replied(400, &[], refusal("-1", "no number")).replied(200, &[], empty());
    assert_eq!((run.code(), run.failed().server_message.as_deref()), ("invalid", Some("no number")));
}

#[test]
fn a_rival_of_a_unique_title_is_found_however_the_server_says_it() {
    for status in [400, 409, 500] {
        let mut run = next_seq(Wish { create: true, ..wish() });
        let code = "-2130575169, Microsoft.SharePoint.SPDuplicateValuesFoundException";
        run.replied(200, &[], json!({"value": []})).replied(status, &[], refusal(code, "duplicate"));
        run.replied(200, &[], counter(5, "\"2\"", "1"));
        assert_eq!(run.line(), "POST[MERGE \"2\"] ITEMS(5) {\"ParamValue\":\"2\"}");
    }
}

#[test]
fn an_increment_whose_reply_stays_lost_costs_its_number() {
    let mut run = next_seq(wish());
    run.replied(200, &[MATCHLIST], counter(3, "\"7\"", "3"));
    for wait in [250.0, 500.0, 1_000.0, 2_000.0] {
        run.lost().sleeps(wait);
    }
    let first = run.header("Repeatability-Request-ID");
    assert_eq!(run.lost().line(), READ);
    run.replied(200, &[MATCHLIST], counter(3, "\"8\"", "4"));
    assert_ne!(run.header("Repeatability-Request-ID"), first, "it is another write");
    assert_eq!(run.replied(200, &[], json!({"value": 5, "first": 5})).done(), &5);
    // Without ids it is never sent again.
    let mut plain = next_seq(wish());
    let feature = ("Matchlist-Features", "next-sequence");
    plain.replied(200, &[feature], counter(3, "\"7\"", "3"));
    assert_eq!(plain.lost().line(), READ);
}

#[test]
fn texts_with_spaces_and_zeros_are_numbers_and_a_lower_value_is_taken_as_it_is() {
    for (held, written) in [(" 3 ", 4), ("0003", 4), ("\u{a0}12", 13), ("+7", 8), ("-1", 0)] {
        let mut run = next_seq(wish());
        run.replied(200, &[], counter(3, "\"7\"", held));
        assert_eq!(run.sent().body, Some(format!("{{\"ParamValue\":\"{written}\"}}")));
    }
    // Set back by hand between the read and the write: the tag shows it.
    let mut run = next_seq(wish());
    run.replied(200, &[], counter(3, "\"7\"", "30")).replied(412, &[], refusal("-1", "changed"));
    run.replied(200, &[], counter(3, "\"8\"", "2"));
    assert_eq!(run.replied(204, &[], Value::Null).done(), &3);
}

#[test]
fn creating_ends_where_it_is_in_vain() {
    let mut run = next_seq(Wish { create: true, ..wish() });
    for _ in 0..5 {
        run.replied(200, &[], json!({"value": []})).replied(201, &[], json!({"Id": 6}));
    }
    assert_eq!(run.replied(200, &[], json!({"value": []})).code(), "protocol");
}

#[test]
fn an_item_that_was_deleted_meanwhile_is_looked_for_again() {
    for headers in [&[][..], &[MATCHLIST]] {
        let mut run = next_seq(wish());
        run.replied(200, headers, counter(3, "\"7\"", "3"));
        run.replied(404, &[], refusal(PLAIN_404.0, PLAIN_404.1));
        assert_eq!(run.line(), READ);
    }
}

#[test]
fn what_is_no_answer_gives_no_number() {
    let mut html = next_seq(wish());
    assert_eq!(html.replied_text(200, &[], "<html>Sign in</html>").code(), "protocol");
    assert_eq!(next_seq(wish()).replied(200, &[], Value::Null).code(), "protocol");
    assert_eq!(next_seq(wish()).replied(200, &[], json!({"Id": 3})).code(), "protocol");
    for text in ["", "<html>Sign in</html>", "{\"odata.error\":{}}"] {
        let mut plain = next_seq(wish());
        plain.replied(200, &[], counter(3, "\"7\"", "3"));
        assert_eq!(plain.replied_text(200, &[], text).code(), "protocol", "{text}");
        let mut atomic = next_seq(wish());
        atomic.replied(200, &[MATCHLIST], counter(3, "\"7\"", "3"));
        assert_eq!(atomic.replied_text(200, &[], text).code(), "protocol", "{text}");
    }
    let mut short = next_seq(Wish { count: 5, ..wish() });
    short.replied(200, &[MATCHLIST], counter(3, "\"7\"", "3"));
    assert_eq!(short.replied(200, &[], json!({"value": 4, "first": 4})).code(), "protocol");
}

#[test]
fn without_a_tag_nothing_is_written() {
    let mut run = next_seq(wish());
    run.replied(200, &[], json!({"value": [{"Id": 3, "ParamValue": "3"}]}));
    assert_eq!(run.code(), "protocol");
}

#[test]
fn reads_without_a_reply_end_as_network() {
    let mut run = next_seq(wish());
    for wait in [250.0, 500.0, 1_000.0, 2_000.0] {
        run.lost().sleeps(wait);
    }
    run.lost();
    assert_eq!((run.code(), run.failed().message.as_str()), ("network", "No reply came: Failed to fetch."));
    let mut once = next_seq(Wish { rounds: 1, ..wish() });
    assert_eq!(once.lost().code(), "network");
}
