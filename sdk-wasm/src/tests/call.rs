//! Single requests, by script: what is sent again and what is not, and what older servers want.

use serde_json::{Value, json};

use super::*;
use crate::address::ItemKey;
use crate::call::{Ask, Call, Content, ItemType, Verb};

const TYPED: &str = "GET /_api/web/lists/getbytitle('A')?$select=ListItemEntityTypeFullName";
const NO_TYPE: &str = "An entry without a type name was found, but no expected type was specified.";

fn ask(verb: Verb) -> Ask {
    let site = Site::default_for_tests();
    let item_type = Some(ItemType { list: "A".into(), url: site.item_type("A") });
    let body = Content { json: "{\"Title\":\"t\"}".into(), item_type };
    let is_item = matches!(verb, Verb::Merge | Verb::Replace | Verb::Delete);
    Ask {
        verb,
        url: site.item("A", &ItemKey::Id(7)),
        if_match: is_item.then(|| "\"3\"".to_owned()),
        body: (!matches!(verb, Verb::Read | Verb::Delete)).then_some(body),
    }
}

fn call(verb: Verb) -> Run<Call<Value>> {
    Run::new(Call::new(ask(verb), 5))
}

/// A server that is known to be Matchlist.
fn on_matchlist(verb: Verb) -> Run<Call<Value>> {
    let server = Server { is_matchlist: true, repeatability: true, ..Server::default() };
    Run::on(server, Call::new(ask(verb), 5))
}

#[test]
fn writes_are_tunnelled_under_their_tag() {
    let url = "/_api/web/lists/getbytitle('A')/items(7)";
    for (verb, line) in [
        (Verb::Read, format!("GET {url}")),
        (Verb::Merge, format!("POST[MERGE \"3\"] {url} {{\"Title\":\"t\"}}")),
        (Verb::Replace, format!("POST[PUT \"3\"] {url} {{\"Title\":\"t\"}}")),
        (Verb::Delete, format!("POST[DELETE \"3\"] {url}")),
    ] {
        assert_eq!(call(verb).line(), line);
    }
}

#[test]
fn a_plain_write_is_never_sent_twice_when_it_may_have_run() {
    for verb in [Verb::Add, Verb::Merge, Verb::Replace, Verb::Delete] {
        assert_eq!(call(verb).lost().code(), "unknown-outcome");
        for status in [502, 503, 504] {
            let mut run = call(verb);
            run.replied(status, &[("Retry-After", "7")], Value::Null);
            assert_eq!((run.code(), run.failed().retry_after), ("unknown-outcome", Some(7.0)));
        }
    }
}

#[test]
fn a_repeatable_write_is_sent_again_until_its_tries_are_spent() {
    let mut run = on_matchlist(Verb::Add);
    let first = run.sent().clone();
    for wait in [250.0, 500.0, 1_000.0, 2_000.0] {
        run.lost().sleeps(wait);
        assert_eq!(*run.sent(), first);
    }
    assert_eq!(run.lost().code(), "unknown-outcome");
}

#[test]
fn an_id_once_sent_stays_whatever_is_learnt_meanwhile() {
    let mut run = on_matchlist(Verb::Merge);
    let first = run.sent().clone();
    run.server.distrust();
    run.lost().sleeps(250.0);
    assert_eq!(*run.sent(), first);
}

#[test]
fn a_write_that_was_throttled_first_gets_its_id_when_the_server_shows_itself() {
    let mut run = call(Verb::Add);
    assert_eq!(run.header("Repeatability-Request-ID"), None);
    run.replied(429, &[MATCHLIST, ("Retry-After", "1")], Value::Null).sleeps(1_000.0);
    assert!(run.header("Repeatability-Request-ID").is_some());
}

#[test]
fn a_first_write_gets_its_id_from_what_the_host_asked_before_it() {
    let mut run = call(Verb::Add);
    assert_eq!(run.header("Repeatability-Request-ID"), None);
    run.unsent(&[MATCHLIST, ("Date", "Mon, 07 Nov 1994 09:00:00 GMT")]);
    assert_eq!(run.header("Repeatability-Request-ID").as_deref(), Some("uuid-2"));
    assert_eq!(run.header("Repeatability-First-Sent").as_deref(), Some("Mon, 07 Nov 1994 09:00:00 GMT"));
    let first = run.sent().clone();
    run.lost().sleeps(250.0);
    assert_eq!(*run.sent(), first);
    run.replied(201, &[], json!({"Id": 7})).done();
    // A server without features changes nothing, and a host that never sends is told.
    let mut plain = call(Verb::Merge);
    let first = plain.sent().clone();
    for _ in 0..4 {
        assert_eq!(*plain.unsent(&[]).sent(), first);
    }
    assert_eq!(plain.unsent(&[]).code(), "protocol");
}

#[test]
fn after_a_lost_reply_a_refusal_for_another_reason_tells_nothing_of_the_first_sending() {
    for (status, code) in [
        (401, "unknown-outcome"),
        (403, "unknown-outcome"),
        (422, "unknown-outcome"),
        (500, "unknown-outcome"),
        (507, "unknown-outcome"),
        (404, "not-found"),
        (412, "conflict"),
        (428, "precondition-required"),
    ] {
        let mut run = on_matchlist(Verb::Merge);
        run.lost().sleeps(250.0);
        assert_eq!(run.replied(status, &[], refusal("c", "m")).code(), code, "{status}");
        assert_eq!(run.failed().status, Some(status));
        assert_ne!(on_matchlist(Verb::Merge).replied(status, &[], Value::Null).code(), "unknown-outcome");
    }
}

#[test]
fn throttling_ends_with_what_the_server_asked_for() {
    let mut run = call(Verb::Merge);
    for _ in 0..4 {
        run.replied(429, &[("Retry-After", "30")], Value::Null).sleeps(30_000.0);
    }
    run.replied(429, &[("Retry-After", "30")], refusal("-1", "busy"));
    assert_eq!((run.code(), run.failed().retry_after), ("throttled", Some(30.0)));
    let mut patient = call(Verb::Read);
    patient.replied(503, &[("Retry-After", "86400")], Value::Null);
    assert_eq!((patient.code(), patient.failed().retry_after), ("throttled", Some(86_400.0)));
}

#[test]
fn retry_after_is_read_leniently() {
    for (text, wait) in [
        ("0", 0.0),
        (" 12 ", 12_000.0),
        ("Sun, 06 Nov 1994 08:49:47 GMT", 10_000.0),
        ("Sun, 06 Nov 1994 08:00:00 GMT", 0.0),
        ("soon", 250.0),
        ("-5", 250.0),
        ("1.5", 250.0),
    ] {
        let mut run = call(Verb::Read);
        run.replied(429, &[("Retry-After", text)], Value::Null).sleeps(wait);
    }
    // A date counts by the server's clock.
    let mut run = call(Verb::Read);
    let headers =
        [("Retry-After", "Mon, 07 Nov 1994 10:00:05 GMT"), ("Date", "Mon, 07 Nov 1994 10:00:00 GMT")];
    run.replied(429, &headers, Value::Null).sleeps(5_000.0);
}

#[test]
fn an_old_server_is_asked_for_verbose_json_from_then_on() {
    let mut run = call(Verb::Read);
    run.replied(406, &[], Value::Null);
    assert_eq!(run.header("Accept").as_deref(), Some("application/json;odata=verbose"));
    run.replied(200, &[], json!({"d": {"Id": 7}})).done();
    assert!(run.server.verbose_only);
    assert_eq!(
        call(Verb::Read).replied(406, &[], Value::Null).replied(406, &[], Value::Null).code(),
        "invalid"
    );
}

#[test]
fn a_type_is_named_where_the_server_wants_it_and_remembered() {
    for (status, code, message) in [
        (400, "-1, Microsoft.SharePoint.Client.InvalidClientQueryException", "Ein Eintrag ohne Typ."),
        (400, "-1", NO_TYPE),
        (415, "-1", "The HTTP header Content-Type is missing or its value is invalid."),
    ] {
        let mut run = call(Verb::Merge);
        run.replied(status, &[], refusal(code, message));
        assert_eq!(run.line(), TYPED);
        run.replied(200, &[], json!({"d": {"ListItemEntityTypeFullName": "SP.Data.AListItem"}}));
        let body = "{\"__metadata\":{\"type\":\"SP.Data.AListItem\"},\"Title\":\"t\"}";
        assert_eq!(run.sent().body.as_deref(), Some(body));
        assert_eq!(run.header("Content-Type").as_deref(), Some("application/json;odata=verbose"));
        assert_eq!(run.header("IF-MATCH").as_deref(), Some("\"3\""));
        run.replied(204, &[("ETag", "\"4\"")], Value::Null).done();
        let next = Run::on(run.server, Call::new(ask(Verb::Add), 5));
        assert_eq!(next.sent().body.as_deref(), Some(body));
    }
}

#[test]
fn what_another_call_learnt_meanwhile_is_used_and_not_taken_for_said() {
    let mut run = call(Verb::Merge);
    run.server.learn_item_type("A", "SP.Data.AListItem");
    run.replied(400, &[], refusal("-1", NO_TYPE));
    assert!(run.sent().body.as_ref().unwrap().contains("SP.Data.AListItem"));
    assert_eq!(run.replied(400, &[], refusal("-1", NO_TYPE)).code(), "invalid");
    let mut read = call(Verb::Read);
    read.server.verbose_only = true;
    read.replied(406, &[], Value::Null);
    assert_eq!(read.header("Accept").as_deref(), Some("application/json;odata=verbose"));
}

#[test]
fn a_body_that_is_wrong_in_itself_stays_refused() {
    let wrong =
        || refusal("-1, Microsoft.SharePoint.Client.InvalidClientQueryException", "No such property.");
    let mut typed = call(Verb::Merge);
    typed.replied(400, &[], wrong());
    typed.replied(200, &[], json!({"ListItemEntityTypeFullName": "T"}));
    assert_eq!(typed.replied(400, &[], wrong()).code(), "invalid");
    assert_eq!(typed.server.item_type("A"), None);
    let mut untold = call(Verb::Merge);
    untold.replied(400, &[], wrong()).replied(404, &[], Value::Null);
    assert_eq!(untold.failed().server_message.as_deref(), Some("No such property."));
    assert_eq!(on_matchlist(Verb::Merge).replied(400, &[], wrong()).code(), "invalid");
}

#[test]
fn refusals_have_their_codes() {
    for (status, code) in [
        (400, "invalid"),
        (401, "forbidden"),
        (403, "forbidden"),
        (404, "not-found"),
        (409, "invalid"),
        (412, "conflict"),
        (422, "invalid"),
        (428, "precondition-required"),
        (500, "server"),
        (507, "server"),
        (302, "protocol"),
        (0, "protocol"),
    ] {
        let mut run = call(Verb::Merge);
        run.replied(status, &[], refusal("c", "m"));
        let failure = run.failed();
        assert_eq!((run.code(), failure.status), (code, Some(status)));
        assert_eq!(failure.server_code.as_deref(), Some("c"));
        assert_eq!(failure.server_message.as_deref(), Some("m"));
    }
}

#[test]
fn a_conflict_tells_who_changed_what_and_when() {
    let mut run = on_matchlist(Verb::Merge);
    run.replied(412, &[("ETag", "\"8\"")], conflict("\"8\"", "4"));
    let told = run.failed().conflict.as_ref().unwrap();
    assert_eq!(told.current, Some(json!({"Id": 3, "Title": "LastSeqAAAA", "ParamValue": "4"})));
    assert_eq!((told.etag.as_deref(), told.by.as_deref()), (Some("\"8\""), Some("ada")));
    assert_eq!(
        (told.at.as_deref(), &told.fields),
        (Some("2024-05-01T08:00:00Z"), &Some(json!(["ParamValue"])))
    );
    // A proxy that compresses weakens the header's tag, under which nothing could be written.
    let mut weak = on_matchlist(Verb::Merge);
    weak.replied(412, &[("ETag", "W/\"8\"")], conflict("\"8\"", "4"));
    assert_eq!(weak.failed().conflict.as_ref().unwrap().etag.as_deref(), Some("\"8\""));
    let mut bare = call(Verb::Merge);
    bare.replied_text(412, &[], "<html>");
    assert_eq!(bare.failed().conflict.as_ref().map(|told| told.etag.clone()), Some(None));
}

#[test]
fn success_is_what_such_a_success_brings() {
    let item = || json!({"odata.etag": "\"4\"", "Id": 7});
    let tag = [("ETag", "\"4\"")];
    for (verb, status, headers, body, is_success) in [
        (Verb::Read, 200, &[][..], item(), true),
        (Verb::Read, 200, &[], Value::Null, false),
        (Verb::Add, 201, &[], item(), true),
        (Verb::Add, 201, &[], Value::Null, false),
        (Verb::Merge, 204, &[], Value::Null, true),
        (Verb::Merge, 200, &[], item(), true),
        (Verb::Merge, 200, &tag, Value::Null, true),
        (Verb::Merge, 200, &[], Value::Null, false),
        (Verb::Replace, 201, &[], item(), true),
        (Verb::Delete, 200, &[], Value::Null, true),
        (Verb::Delete, 204, &[], Value::Null, true),
    ] {
        let mut run = call(verb);
        run.replied(status, headers, body);
        match is_success {
            true => assert_eq!(run.done().status, status),
            false => assert_eq!(run.code(), "protocol"),
        }
    }
    for verb in [Verb::Read, Verb::Add, Verb::Merge, Verb::Replace, Verb::Delete] {
        assert_eq!(call(verb).replied_text(200, &tag, "<html>Sign in</html>").code(), "protocol");
    }
}
