//! Clients that open connections and let them starve.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use matchlist_tests::raw;
use serde_json::{Value, json};

use super::wire::{ITEM, Wire};

/// The server's time-outs are 10 seconds, for a head and for each part of a body; then it lingers a little.
const ENDED: Duration = Duration::from_secs(15);

/// When the connection was ended by the server, counted from `start`.
fn ended(mut stream: TcpStream, start: Instant) -> Option<Duration> {
    let mut piece = [0; 4096];
    loop {
        let left = (start + ENDED).checked_duration_since(Instant::now())?;
        stream.set_read_timeout(Some(left.max(Duration::from_millis(1)))).ok()?;
        match stream.read(&mut piece) {
            Ok(0) => return Some(start.elapsed()),
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {
                return Some(start.elapsed());
            }
            Err(_) => return None,
        }
    }
}

#[test]
fn fifty_starving_connections_do_not_keep_others_waiting_and_are_ended() {
    let wire = Wire::new();
    let starts = [
        "GET".to_owned(),
        wire.get("GET /_api/web/lists HTTP/1.1", &wire.host).trim_end().to_owned(),
        wire.add("Content-Length: 13\r\n", "{\"Title\""),
        wire.add("Transfer-Encoding: chunked\r\n", ""),
        wire.add("Transfer-Encoding: chunked\r\n", &format!("d\r\n{ITEM}\r\n")),
    ];
    let start = Instant::now();
    let streams: Vec<TcpStream> = (0..50)
        .map(|n| {
            let mut stream = TcpStream::connect(wire.server.address()).unwrap();
            stream.write_all(starts[n % starts.len()].as_bytes()).unwrap();
            stream
        })
        .collect();

    for round in 0..100 {
        let asked = Instant::now();
        let client = wire.server.client();
        client.get("/_api/web/lists").expect_status(200);
        let added = client.request("POST", "/_api/lists/Pumps/items");
        added.json(&serde_json::json!({"Title": "served"})).send().expect_status(201);
        assert!(asked.elapsed() < Duration::from_secs(2), "round {round} took {:?}", asked.elapsed());
    }
    assert!(start.elapsed() < Duration::from_secs(9), "all rounds ran beside the starving connections");

    let waiting: Vec<_> =
        streams.into_iter().map(|stream| thread::spawn(move || ended(stream, start))).collect();
    let times: Vec<_> = waiting.into_iter().map(|thread| thread.join().unwrap()).collect();
    for (n, time) in times.iter().enumerate() {
        assert!(time.is_some(), "still open after {ENDED:?}: {:?}", starts[n % starts.len()]);
    }
    assert!(wire.titles().iter().all(|title| title == "served"), "no half request was run");
}

#[test]
fn a_body_that_does_not_come_is_408_and_the_connection_ends() {
    let wire = Wire::new();
    let said = raw(wire.server.address(), wire.add("Content-Length: 13\r\n", "{\"Title\"").as_bytes(), ENDED);
    let said = String::from_utf8(said.unwrap()).unwrap();
    let (head, body) = said.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{said}");
    assert!(head.to_lowercase().contains("\r\nconnection: close"), "{said}");
    let code = "-1, Microsoft.SharePoint.Client.ClientServiceException";
    let text = "The body did not arrive in time.";
    let error = json!({"odata.error": {"code": code, "message": {"lang": "en-US", "value": text}}});
    assert_eq!(serde_json::from_str::<Value>(body).unwrap(), error);
    assert_eq!(wire.titles(), Vec::<&str>::new());
}

#[test]
fn a_client_that_half_closes_after_its_request_is_answered() {
    let wire = Wire::new();
    let mut stream = TcpStream::connect(wire.server.address()).unwrap();
    stream.write_all(wire.add("Content-Length: 13\r\n", ITEM).as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    stream.set_read_timeout(Some(ENDED)).unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).unwrap();
    assert!(said.starts_with("HTTP/1.1 201 "), "{said}");
    assert_eq!(wire.titles(), ["a"]);
}

#[test]
fn an_upload_without_end_is_cut_off_after_its_refusal() {
    let wire = Wire::new();
    let mut stream = TcpStream::connect(wire.server.address()).unwrap();
    stream.set_write_timeout(Some(ENDED)).unwrap();
    stream.write_all(wire.add("Transfer-Encoding: chunked\r\n", "").as_bytes()).unwrap();
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    let start = Instant::now();
    while stream.write_all(chunk.as_bytes()).is_ok() {
        assert!(start.elapsed() < ENDED, "still read after {ENDED:?}");
    }
    assert_eq!(wire.titles(), Vec::<&str>::new());
}
