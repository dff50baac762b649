//! What keeps the server from starting, told in one clear line.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use matchlist_tests::{Client, Options, Server};
use rusqlite::Connection;
use serde_json::json;

/// Runs to its end, which must be a refusal; returns what it said.
#[track_caller]
fn refused(command: &mut Command) -> String {
    let mut child = command.spawn().unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > Duration::from_secs(20) {
            child.kill().unwrap();
            panic!("it started, or hangs");
        }
        std::thread::yield_now();
    }
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{said}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "it must not say that it listens");
    assert!(!said.contains("panicked") && !said.contains("RUST_BACKTRACE"), "{said}");
    said
}

/// A command that would start on a folder, with `--listen` as the last of the command line.
fn serve(server: &Server, folder: &Path, listen: &str) -> Command {
    let mut command = Command::new(server.command().get_program());
    command.args(["serve", "--data"]).arg(folder).args(["--listen", listen]);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    command
}

#[test]
fn an_address_that_others_reach_is_refused_unless_it_is_said_to_be_insecure() {
    let server = Server::start(Options::on_disk());
    let folder = tempfile::tempdir().unwrap();
    for listen in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let said = refused(&mut serve(&server, folder.path(), listen));
        assert!(said.contains("--insecure") && said.contains(listen), "{said}");
        assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was made");
}

#[test]
fn a_port_that_is_taken_is_told() {
    let server = Server::start(Options::on_disk());
    let folder = tempfile::tempdir().unwrap();
    let taken = server.address().to_string();
    let said = refused(&mut serve(&server, folder.path(), &taken));
    assert!(said.contains(&format!("cannot listen on {taken}")), "{said}");
    server.request("GET", "/healthz").send().expect_status(200);
}

#[test]
fn a_folder_that_is_taken_is_told_with_its_name() {
    let server = Server::start(Options::on_disk());
    let said = refused(&mut server.command());
    assert!(said.contains(&server.folder().unwrap().display().to_string()), "{said}");
    server.request("GET", "/_api/web").send().expect_status(200);
}

#[test]
fn what_is_no_site_no_address_or_no_number_is_refused_on_the_command_line() {
    let server = Server::start(Options::default());
    for (name, values) in [
        ("--site", &["garbage", "sites/demo", "/sites//demo", "/_api", "/sites/../demo", "/sites/%41"][..]),
        ("--strict", &["very"]),
        ("--max-body", &["-1", "many"]),
        ("--query-seconds", &["0", "-1", "3601", "many"]),
    ] {
        for value in values {
            let said = refused(server.command().arg(format!("{name}={value}")));
            assert!(said.contains(value) && said.contains(name), "{name} {value}: {said}");
        }
    }
    for listen in ["garbage", "127.0.0.1", "localhost:99999", "127.0.0.1:-1"] {
        let said = refused(&mut serve(&server, Path::new(":memory:"), listen));
        assert!(said.contains(listen) && said.contains("--listen"), "{listen}: {said}");
    }
    let said = refused(server.command().arg("--nothing"));
    assert!(said.contains("--nothing"), "{said}");
}

#[test]
fn a_database_of_a_newer_release_is_refused_and_untouched() {
    let mut server = Server::start(Options::on_disk());
    server.list("Pumps");
    assert!(server.stop().success());
    let file = server.folder().unwrap().join("matchlist.db");
    let database = Connection::open(&file).unwrap();
    database.pragma_update(None, "user_version", 999).unwrap();
    drop(database);
    let before = fs::read(&file).unwrap();
    let said = refused(&mut server.command());
    assert!(said.contains("matchlist.db") && said.contains("999"), "{said}");
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn a_database_of_another_program_is_refused_and_untouched() {
    let server = Server::start(Options::default());
    for pragma in ["application_id", "user_version", "cache_size"] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("matchlist.db");
        let database = Connection::open(&file).unwrap();
        database.execute_batch("CREATE TABLE mine(a); INSERT INTO mine VALUES (1);").unwrap();
        database.pragma_update(None, pragma, 7).unwrap();
        drop(database);
        let before = fs::read(&file).unwrap();
        let said = refused(&mut serve(&server, folder.path(), "127.0.0.1:0"));
        assert!(said.contains("matchlist.db"), "{said}");
        assert!(fs::read(&file).unwrap() == before, "{pragma}: the file was changed");
    }
}

#[test]
fn a_file_that_is_no_database_is_refused_and_untouched() {
    let server = Server::start(Options::default());
    for content in
        [&b"This is no database, but somebody wrote it.".repeat(100)[..], b"short", b"SQLite format 3\0"]
    {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("matchlist.db");
        fs::write(&file, content).unwrap();
        let said = refused(&mut serve(&server, folder.path(), "127.0.0.1:0"));
        assert_ne!(said.trim(), "", "it must say why");
        assert_eq!(fs::read(&file).unwrap(), content, "{said}");
    }
}

#[test]
fn a_folder_that_is_a_file_is_told() {
    let server = Server::start(Options::default());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "mine").unwrap();
    let said = refused(&mut serve(&server, &file, "127.0.0.1:0"));
    assert!(said.contains(&file.display().to_string()), "{said}");
    assert_eq!(fs::read(&file).unwrap(), b"mine");
}

/// Ends the process with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn an_insecure_server_lets_any_host_in_and_a_foreign_origin_still_not() {
    let server = Server::start(Options::default());
    let folder = tempfile::tempdir().unwrap();
    let mut command = serve(&server, folder.path(), "0.0.0.0:0");
    let mut running = Running(command.arg("--insecure").spawn().unwrap());
    let mut line = String::new();
    BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address =
        line.trim_end().strip_prefix("listening on http://0.0.0.0:").unwrap_or_else(|| panic!("{line:?}"));
    let client = Client::new(SocketAddr::from(([127, 0, 0, 1], address.parse().unwrap())));

    let host = "lists.example:80";
    let ask = |method: &str, origin: &str| {
        let request = client.request(method, "/_api/web/lists").header("Host", host);
        let request = if origin.is_empty() { request } else { request.header("Origin", origin) };
        if method == "POST" { request.json(&json!({"Title": "Pumps"})).send() } else { request.send() }
    };
    ask("GET", "").expect_status(200);
    ask("GET", "http://lists.example").expect_status(200);
    for origin in ["http://evil.example", "null", "http://lists.example:81", "https://lists.example:80x"] {
        ask("GET", origin).expect_status(403);
        ask("POST", origin).expect_status(403);
    }
    assert_eq!(ask("GET", "").json()["value"].as_array().map(Vec::len), Some(0));
}
