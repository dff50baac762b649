//! Tests of batches as types, and of the headers within.

use odata::Timestamp;

use super::*;
use crate::request::{Action, Arrival, RawHeaders, RawRequest, Way, parse};

struct Lines(Vec<(&'static str, &'static str)>);

impl RawHeaders for Lines {
    fn lines<'a>(&'a self, name: &str) -> Box<dyn Iterator<Item = &'a [u8]> + 'a> {
        let named: Vec<_> =
            self.0.iter().filter(|(n, _)| *n == name).map(|(_, value)| value.as_bytes()).collect();
        Box::new(named.into_iter())
    }
}

fn raw<'a>(method: &'a str, headers: &'a Lines, body: &'a [u8]) -> RawRequest<'a> {
    let path = "/_api/$batch";
    let way = Way::unknown(&Arrival { headers, target: None, peer: None, is_tls: false });
    RawRequest { method, path, query: "", headers, body, way, session: None }
}

#[test]
fn a_batch_needs_a_digest_and_its_parts_have_no_say() {
    // Reads alone, and tunnelled or not: a batch is never taken for a read.
    let body = b"{\"requests\":[{\"id\":\"1\",\"method\":\"GET\",\"url\":\"web\"}]}";
    let headers = Lines(vec![("content-type", "application/json"), ("x-requestdigest", "outer")]);
    let request = parse(&raw("POST", &headers, body), Timestamp::EPOCH, 60).unwrap();
    assert!(!request.is_safe);
    assert!(matches!(request.action, Action::Batch(_)));
    let tunnelled = Lines(vec![("content-type", "application/json"), ("x-http-method", "GET")]);
    assert!(parse(&raw("POST", &tunnelled, body), Timestamp::EPOCH, 60).is_err());

    let own = ["X-RequestDigest", "authorization", "HOST", "X-Forwarded-Host", "Origin", "If-Match"];
    let own: Vec<_> = own.iter().map(|name| ((*name).to_owned(), "inner".to_owned())).collect();
    let within = Within { own: &own, outer: &headers, form: BatchForm::Parts };
    let value = |name| within.lines(name).next();
    assert_eq!(value("x-requestdigest"), Some(&b"outer"[..]));
    assert_eq!(["authorization", "host", "x-forwarded-host", "origin"].map(value), [None; 4]);
    assert_eq!(value("if-match"), Some(&b"inner"[..]));
}

#[test]
fn odata_version_of_the_whole_holds_within_json_alone() {
    let headers = Lines(vec![("odata-version", "4.0"), ("accept", "application/json"), ("prefer", "x")]);
    let version = |own: &[(String, String)], form| {
        let within = Within { own, outer: &headers, form };
        assert_eq!((within.lines("accept").count(), within.lines("prefer").count()), (0, 0));
        within.lines("odata-version").map(|v| String::from_utf8_lossy(v).into_owned()).collect::<Vec<_>>()
    };
    let own = [("OData-Version".to_owned(), "3.0".to_owned())];
    assert_eq!(version(&[], BatchForm::Json), ["4.0"]);
    assert_eq!(version(&own, BatchForm::Json), ["3.0"]);
    assert!(version(&[], BatchForm::Parts).is_empty());
}

/// Else half a million names of one group would take hundreds of megabytes.
#[test]
fn what_is_named_often_is_needed_once() {
    let group = |id| format!(r#"{{"id":"{id}","method":"DELETE","url":"x","atomicityGroup":"g"}}"#);
    let last = format!(
        r#"{{"id":"3","method":"GET","url":"web","dependsOn":["g",{}"1"]}}"#,
        r#""g","2","#.repeat(1_000)
    );
    let body = format!(r#"{{"requests":[{},{},{last}]}}"#, group(1), group(2));
    let headers = Lines(vec![("content-type", "application/json")]);
    let request = parse(&raw("POST", &headers, body.as_bytes()), Timestamp::EPOCH, 60).unwrap();
    let Action::Batch(batch) = request.action else { panic!("no batch") };
    assert_eq!(batch.requests[2].needs, [0, 1, 1, 0], "of the group, and by their own ids");
}
