//! An issuer's keys change while the server runs.

use std::time::{Duration, Instant};

use matchlist_tests::{Options, Response, Server};

use super::issuer::{AUDIENCE, ISSUER, Key, KeyFile, KeyServer, claims, reply, server, set};
use super::reach::{ask, logs, run, turned_away};
use super::secure::Identity;

fn get(server: &Server, token: &str) -> Response {
    let request = ask(server, "GET", "/_api/web/currentuser");
    request.header("Authorization", &format!("Bearer {token}")).send()
}

/// Asks until the answer has this status.
#[track_caller]
fn becomes(server: &Server, token: &str, status: u16) {
    let start = Instant::now();
    while get(server, token).status != status {
        assert!(start.elapsed() < Duration::from_secs(20), "it never becomes {status}");
    }
}

#[test]
fn a_file_of_keys_is_read_again_when_it_changes() {
    let (old, new) = (Key::elliptic("old"), Key::elliptic("new"));
    let (by_old, by_new) = (old.sign(&claims("ann")), new.sign(&claims("ann")));
    let file = KeyFile::of(&[&old]);
    let server = server(file.path().to_str().unwrap(), &[]);
    assert_eq!(get(&server, &by_old).status, 200);
    turned_away(&get(&server, &by_new));
    file.put(&set(&[&old, &new]));
    becomes(&server, &by_new, 200);
    assert_eq!(get(&server, &by_old).status, 200);
    // What cannot be read changes nothing.
    file.put("{\"keys\":");
    turned_away(&get(&server, &Key::elliptic("other").sign(&claims("ann"))));
    std::fs::remove_file(file.path()).unwrap();
    assert_eq!([get(&server, &by_old).status, get(&server, &by_new).status], [200, 200]);
    file.put(&set(&[&new]));
    becomes(&server, &by_old, 401);
    assert_eq!(get(&server, &by_new).status, 200);
}

#[test]
fn a_token_without_a_key_id_is_taken_where_one_key_fits() {
    let (one, two) = (Key::elliptic("one"), Key::elliptic("two"));
    let token = one.sign_as(&jsonwebtoken::Header::new(one.algorithm), &claims("ann"));
    let file = KeyFile::of(&[&one]);
    let server = server(file.path().to_str().unwrap(), &[]);
    assert_eq!(get(&server, &token).status, 200);
    file.put(&set(&[&one, &two]));
    becomes(&server, &token, 401);
}

#[test]
fn a_url_of_keys_is_fetched_at_the_start_and_for_an_unknown_key_once_in_a_while() {
    let (old, new, newer) = (Key::elliptic("old"), Key::elliptic("new"), Key::elliptic("newer"));
    let by = |key: &Key| key.sign(&claims("ann"));
    let keys = KeyServer::start(&reply("200 OK", "", &set(&[&old])));
    let server = server(&keys.url(), &[]);
    assert_eq!(keys.asked(), 1);
    assert_eq!(get(&server, &by(&old)).status, 200);
    keys.answer(&reply("200 OK", "", &set(&[&new])));
    assert_eq!(get(&server, &by(&new)).status, 200, "it is fetched before it is refused");
    assert_eq!(keys.asked(), 2);
    turned_away(&get(&server, &by(&old)));
    keys.answer(&reply("200 OK", "", &set(&[&newer])));
    for _ in 0..20 {
        turned_away(&get(&server, &by(&newer)));
    }
    assert_eq!(keys.asked(), 2, "whoever names keys that are not there makes no traffic");
    assert_eq!(get(&server, &by(&new)).status, 200);
}

#[test]
fn keys_are_fetched_by_tls_from_whom_this_machine_trusts() {
    let identity = Identity::new();
    let key = Key::elliptic("one");
    let pages = tempfile::tempdir().unwrap();
    std::fs::write(pages.path().join("keys.json"), set(&[&key])).unwrap();
    let keys = identity.server(&["--pages", &format!("/={}", pages.path().display())]);
    let url = format!("https://localhost:{}/SitePages/keys.json", keys.address().port());
    let status = |trusted: &str| {
        let options = ["--jwt-issuer", ISSUER, "--jwt-audience", AUDIENCE, "--jwt-keys", &url];
        let server = Server::start(Options::on_disk().with(&options).variable("SSL_CERT_FILE", trusted));
        run(&server, &["user", "grant", "everyone", "read", "/"]);
        get(&server, &key.sign(&claims("ann"))).status
    };
    assert_eq!(status(identity.path("cert.pem").to_str().unwrap()), 200);
    assert_eq!(status(Identity::new().path("cert.pem").to_str().unwrap()), 401);
}

#[test]
fn the_keys_stay_where_they_cannot_be_fetched() {
    let key = Key::elliptic("one");
    let large = format!("{{\"pad\":\"{}\",{}", "x".repeat(600_000), &set(&[&key])[1..]);
    let elsewhere = KeyServer::start(&reply("200 OK", "", &set(&[&Key::elliptic("evil")])));
    for answer in [
        reply("500 Internal Server Error", "", &set(&[&Key::elliptic("evil")])),
        reply("302 Found", &format!("Location: {}\r\n", elsewhere.url()), ""),
        reply("200 OK", "", "<html>"),
        reply("200 OK", "", &large),
        reply("200 OK", "", r#"{"keys":[]}"#),
        String::new(),
    ] {
        let keys = KeyServer::start(&reply("200 OK", "", &set(&[&key])));
        let server = server(&keys.url(), &[]);
        keys.answer(&answer);
        turned_away(&get(&server, &Key::elliptic("evil").sign(&claims("ann"))));
        assert_eq!(keys.asked(), 2);
        assert_eq!(get(&server, &key.sign(&claims("ann"))).status, 200);
        logs(&server, "the keys of JWTs cannot be fetched");
    }
    assert_eq!(elsewhere.asked(), 0);
}

#[test]
fn a_server_whose_keys_cannot_be_fetched_starts_and_refuses_all_jwts_until_they_come() {
    let key = Key::elliptic("one");
    let token = key.sign(&claims("ann"));
    let keys = KeyServer::start(&reply("503 Service Unavailable", "", ""));
    let server = server(&keys.url(), &[]);
    logs(&server, "the keys of JWTs cannot be fetched");
    turned_away(&get(&server, "a.b.c"));
    keys.answer(&reply("200 OK", "", &set(&[&key])));
    assert_eq!(get(&server, &token).status, 200);
}
