//! TLS with a certificate of the test's own.

use std::time::{Duration, Instant};

use matchlist_tests::raw;
use serde_json::{Value, json};

use super::reach::{CLIENT, error, no_start};
use super::secure::{Http2, Identity, Said};

fn body_of(said: &str) -> Value {
    let (_, body) = said.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{said:?}"));
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {said}"))
}

#[test]
fn http_1_is_spoken_over_tls_and_links_are_https() {
    let identity = Identity::new();
    let server = identity.server(&[]);
    let port = server.address().port();
    let request = format!(
        "GET /_api/web/lists HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: application/json\r\nConnection: close\r\n\r\n"
    );
    let said = identity.connect(server.address(), "http/1.1").unwrap().exchange(&request);
    assert!(said.starts_with("HTTP/1.1 200 OK\r\n"), "{said}");
    let origin = format!("https://localhost:{port}/_api/$metadata#SP.ApiData.Lists");
    assert_eq!(body_of(&said), json!({"odata.metadata": origin, "value": []}));
    let page = |origin: &str| {
        let origin = format!("Host: localhost:{port}\r\nOrigin: {origin}");
        let request = request.replace(&format!("Host: localhost:{port}"), &origin);
        identity.connect(server.address(), "http/1.1").unwrap().exchange(&request)[9..12].to_owned()
    };
    assert_eq!(page(&format!("https://localhost:{port}")), "200");
    assert_eq!(
        page(&format!("http://localhost:{port}")),
        "403",
        "a page that anybody on the way could have made"
    );
}

#[test]
fn http_2_is_spoken_and_the_door_holds_for_it() {
    let identity = Identity::new();
    let server = identity.server(&["--host", "localhost", "--max-body", "1000"]);
    let own = format!("localhost:{}", server.address().port());
    let mut http = Http2::new(identity.connect(server.address(), "h2").unwrap());
    let lists = |http: &mut Http2| http.get(&own, "/_api/web/lists", &[]);
    let empty = Said::Answer(200, r#"{"value":[]}"#.into());
    assert_eq!(lists(&mut http), empty);
    let not_here = "This server is not reached under that name; 'matchlist serve --host NAME' adds one.";
    let misdirected = Said::Answer(421, error(CLIENT, not_here));
    assert_eq!(http.get("evil.example", "/_api/web/lists", &[]), misdirected);
    assert_eq!(http.get("localhost.evil.example", "/_api/web/lists", &[("host", &own)]), misdirected);
    assert_eq!(http.get(&own, "/_api/web/lists", &[("host", "evil.example")]), misdirected);
    let twice = http.get(&own, "/_api/web/lists", &[("host", &own), ("host", &own)]);
    let no_host = error(CLIENT, "The request does not name its host once.");
    assert_eq!(twice, Said::Answer(400, no_host.clone()));
    let nameless =
        [(":method", "GET"), (":scheme", "https"), (":path", "/_api/web"), ("accept", super::reach::PLAIN)];
    let stream = http.head(&nameless, true);
    assert_eq!(http.answer(stream), Said::Answer(400, no_host));

    let status = |said: Said| match said {
        Said::Answer(status, _) => status,
        other => panic!("{other:?}"),
    };
    assert_eq!(status(http.get(&own, &format!("/_api/web?{}", "x".repeat(33_000 - 20)), &[])), 414);
    let filler = "x".repeat(12_000);
    let large = [("x-a", filler.as_str())];
    assert_eq!(status(http.get(&own, "/_api/web/lists", &large)), 200);
    assert_eq!(status(http.get(&own, "/_api/web/lists", &[large[0]; 3])), 431);
    assert_eq!(status(http.get(&own, "/_api/web/lists", &[("origin", "https://evil.example")])), 403);
    assert_eq!(lists(&mut http), empty, "the connection is in step");
}

fn post<'a>(own: &'a str, path: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut head = vec![(":method", "POST"), (":scheme", "https"), (":path", path), (":authority", own)];
    head.extend([("accept", super::reach::PLAIN), ("content-type", "application/json")]);
    head.extend(more);
    head
}

#[test]
fn bodies_of_http_2_are_limited_and_leave_the_connection_in_step() {
    let identity = Identity::new();
    let server = identity.server(&["--max-body", "1000"]);
    let own = format!("localhost:{}", server.address().port());
    let mut http = Http2::new(identity.connect(server.address(), "h2").unwrap());
    let list = br#"{"Title":"Pumps","BaseTemplate":100}"#;
    let stream = http.head(&post(&own, "/_api/web/lists", &[]), false);
    http.data(stream, list, true);
    assert!(matches!(http.answer(stream), Said::Answer(201, _)));

    let items = "/_api/web/lists/getbytitle('Pumps')/items";
    let too_large = Said::Answer(413, error(CLIENT, "The body is larger than 1000 bytes."));
    // Told before, and found out.
    let stream = http.head(&post(&own, items, &[("content-length", "5000")]), false);
    assert_eq!(http.answer(stream), too_large);
    let stream = http.head(&post(&own, items, &[]), false);
    http.data(stream, &[b'x'; 1500], false);
    assert_eq!(http.answer(stream), too_large);
    // A body of another length than was told, and headers of HTTP/1.
    for (more, body) in [
        (&[("content-length", "3")][..], r#"{"Title":"a"}"#),
        (&[("content-length", "100")], r#"{"Title":"b"}"#),
        (&[("transfer-encoding", "chunked")], "d\r\n{\"Title\":\"c\"}\r\n0\r\n\r\n"),
        (&[("connection", "close")], r#"{"Title":"d"}"#),
    ] {
        let stream = http.head(&post(&own, items, more), false);
        http.data(stream, body.as_bytes(), true);
        let said = http.answer(stream);
        assert!(matches!(said, Said::Reset | Said::Answer(400, _)), "{more:?}: {said:?}");
    }
    let both = [("content-length", "13"), ("content-length", "13")];
    let stream = http.head(&post(&own, items, &both), false);
    http.data(stream, br#"{"Title":"e"}"#, true);
    let said = http.answer(stream);
    assert!(matches!(said, Said::Reset | Said::Answer(400, _)), "{said:?}");
    assert_eq!(http.get(&own, items, &[]), Said::Answer(200, r#"{"value":[]}"#.into()));
}

#[test]
fn a_slow_body_of_http_2_is_given_up_and_other_requests_go_on() {
    let identity = Identity::new();
    let server = identity.server(&[]);
    let own = format!("localhost:{}", server.address().port());
    let mut http = Http2::new(identity.connect(server.address(), "h2").unwrap());
    let slow = http.head(&post(&own, "/_api/web/lists", &[("content-length", "100")]), false);
    http.data(slow, b"{", false);
    assert_eq!(http.get(&own, "/_api/web/lists", &[]), Said::Answer(200, r#"{"value":[]}"#.into()));
    let late = error(CLIENT, "The body did not arrive in time.");
    assert_eq!(http.answer(slow), Said::Answer(408, late));
    assert_eq!(http.get(&own, "/_api/web/lists", &[]), Said::Answer(200, r#"{"value":[]}"#.into()));
}

#[test]
fn a_handshake_that_stalls_is_given_up() {
    let identity = Identity::new();
    let server = identity.server(&[]);
    // A record of TLS that announces more than it brings.
    for bytes in [&b""[..], &[22, 3, 1, 2, 0, 1, 0, 1]] {
        let start = Instant::now();
        raw(server.address(), bytes, Duration::from_secs(25)).unwrap();
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    }
}

#[test]
fn whoever_speaks_without_tls_is_not_answered() {
    let identity = Identity::new();
    let server = identity.server(&[]);
    let said =
        raw(server.address(), b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", Duration::from_secs(20));
    let said = String::from_utf8_lossy(&said.unwrap()).into_owned();
    assert!(!said.contains("HTTP/"), "{said}");
}

#[test]
fn a_certificate_that_changes_is_read_again() {
    let mut identity = Identity::new();
    let server = identity.server(&[]);
    let port = server.address().port();
    let request = format!("GET /healthz HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
    let is_answered = |identity: &Identity| {
        let connected = identity.connect(server.address(), "http/1.1");
        connected.is_ok_and(|secure| secure.exchange_if_trusted(&request).contains("200 OK"))
    };
    assert!(is_answered(&identity));
    // A file that is no key changes nothing.
    std::fs::write(identity.path("key.pem"), "garbage").unwrap();
    assert!(is_answered(&identity));
    identity.replace();
    let start = Instant::now();
    while !is_answered(&identity) {
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "the new certificate is not served: {}",
            server.log()
        );
    }
}

#[test]
fn a_certificate_that_is_none_keeps_the_server_from_starting() {
    let (identity, other) = (Identity::new(), Identity::new());
    let garbage = identity.path("garbage");
    std::fs::write(&garbage, "garbage").unwrap();
    let path = |identity: &Identity, name: &str| identity.path(name).to_str().unwrap().to_owned();
    let (certificate, key) = (path(&identity, "cert.pem"), path(&identity, "key.pem"));
    let garbage = garbage.to_str().unwrap();
    for (certificate, key, why) in [
        (certificate.as_str(), garbage, "--tls-key"),
        (garbage, &key, "--tls-cert"),
        (&certificate, "/nowhere/key.pem", "--tls-key /nowhere/key.pem"),
        ("/nowhere/cert.pem", &key, "--tls-cert /nowhere/cert.pem"),
        (&key, &key, "there is no certificate in it"),
        (&certificate, &path(&other, "key.pem"), "is no key of the certificate"),
    ] {
        let said = no_start(&["--tls-cert", certificate, "--tls-key", key]);
        assert!(said.contains(why) && said.lines().count() == 1, "{said}");
    }
    assert!(no_start(&["--tls-cert", &certificate]).contains("--tls-key"));
    assert!(no_start(&["--tls-key", &key]).contains("--tls-cert"));
}
