//! The socket by which commands reach a running server: whose it is, and that nothing said on it, or left unsaid,
//! stops the server or other commands.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead as _, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::bench::Bench;

fn path(bench: &Bench) -> PathBuf {
    bench.server.folder().unwrap().join("control.sock")
}

fn connect(bench: &Bench) -> UnixStream {
    let stream = UnixStream::connect(path(bench)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream
}

/// What the server answers to these bytes, where it hears no more.
fn say(bench: &Bench, bytes: &[u8]) -> String {
    let mut stream = connect(bench);
    // The server may have heard enough before all is sent.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn mode(path: &std::path::Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn only_the_server_s_own_user_reaches_it() {
    let mut bench = Bench::start();
    assert_eq!(mode(&path(&bench)), 0o600);
    bench.server.request("GET", "/_api/web").send().expect_status(200);
    assert!(bench.server.stop().success());
    assert!(!path(&bench).exists(), "it goes with the server");
    // A folder that is made is for its owner alone: it holds hashes of passwords, and the items.
    let made = bench.server.folder().unwrap().join("made");
    let binary = bench.server.command().get_program().to_owned();
    let output =
        std::process::Command::new(binary).args(["user", "list", "--data"]).arg(&made).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(mode(&made), 0o700);
    // In a folder that was there with rights for all, what the server makes is its own.
    let open = bench.server.folder().unwrap().join("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
    let binary = bench.server.command().get_program().to_owned();
    let mut command = std::process::Command::new(binary);
    let mut server = command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&open);
    server = server.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut server = server.spawn().unwrap();
    let mut line = String::new();
    std::io::BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let files = ["matchlist.db", "matchlist.db-wal", "matchlist.db-shm", "control.sock"];
    let modes = files.map(|file| mode(&open.join(file)));
    server.kill().unwrap();
    server.wait().unwrap();
    assert_eq!(modes, [0o600; 4], "{line}");
}

#[test]
fn what_is_no_order_is_refused_and_the_next_one_is_heard() {
    let bench = Bench::start();
    let huge = "x".repeat(1 << 20);
    let deep = format!("{}{}\n", "[".repeat(60_000), "]".repeat(100));
    for bytes in [
        &b""[..],
        b"\n",
        b"garbage\n",
        b"{}\n",
        b"null\n",
        b"\xff\xfe\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"{\"Token\":{\"Revoke\":\"all\"}}\n",
        b"{\"Token\":\"List\"",
        b"{\"Token\":\"Shutdown\"}\n",
        huge.as_bytes(),
        deep.as_bytes(),
    ] {
        let answer = say(&bench, bytes);
        assert!(!answer.contains("\"Ok\""), "{answer}");
    }
    assert_eq!(bench.run(&["token", "list"]).lines().count(), 1);
    bench.server.request("GET", "/_api/web").send().expect_status(200);
    // An order that is spelt right is one.
    assert!(say(&bench, b"{\"Token\":\"List\"}\n").contains("\"Ok\""));
}

#[test]
fn who_says_nothing_holds_nobody_up() {
    let bench = Bench::start();
    let silent: Vec<UnixStream> = (0..20).map(|_| connect(&bench)).collect();
    let mut slow = connect(&bench);
    slow.write_all(b"{\"Token\":").unwrap();
    let start = Instant::now();
    bench.token("ci", &["read:/"]);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    // And is not waited for when the server ends.
    let mut bench = bench;
    let start = Instant::now();
    assert!(bench.server.stop().success());
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    drop((silent, slow));
}

/// As many as may be heard at once are heard; more wait for those, and the server lives on.
#[test]
fn a_crowd_waits_and_the_server_lives_on() {
    let bench = Bench::start();
    let crowd: Vec<UnixStream> = (0..200).map(|_| connect(&bench)).collect();
    bench.server.request("GET", "/_api/web").send().expect_status(200);
    drop(crowd);
    bench.token("ci", &["read:/"]);
}

#[test]
fn orders_at_once_are_all_done() {
    let bench = Bench::start();
    let names: Vec<String> = (0..8).map(|n| format!("ci{n}")).collect();
    let running: Vec<_> = names
        .iter()
        .map(|name| {
            let mut command = bench.prepared(&["token", "create", name, "--scope", "read:/"]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let mut secrets = Vec::new();
    for child in running {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        secrets.push(String::from_utf8(output.stdout).unwrap().trim_end().to_owned());
    }
    for secret in &secrets {
        bench.get(secret, "/_api/web").expect_status(200);
    }
    secrets.sort();
    secrets.dedup();
    assert_eq!((secrets.len(), bench.run(&["token", "list"]).lines().count()), (8, 9));
}

/// A socket that a crash left is replaced.
#[test]
fn a_socket_of_a_server_that_was_killed_is_replaced() {
    let mut bench = Bench::start();
    bench.server.kill();
    assert!(path(&bench).exists());
    bench.token("without", &["read:/"]);
    bench.server.restart();
    bench.token("beside", &["read:/"]);
    assert_eq!(mode(&path(&bench)), 0o600);
}
