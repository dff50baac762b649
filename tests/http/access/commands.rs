//! Tokens and what opens and closes, by the command line: beside a running server and without one.

use std::fs;

use matchlist_tests::{Options, Response, Server};
use serde_json::json;

use super::bench::{Bench, DEMO, PLAIN, bearing};

const LISTS: &str = "/sites/demo/_api/web/lists";
const PUMPS: &str = "/sites/demo/_api/web/lists/getbytitle('Pumps')";

fn status(bench: &Bench, token: &str, path: &str) -> u16 {
    bench.get(token, path).status
}

/// The rows of a table that a command shows, without its head.
fn rows(bench: &Bench, command: &str) -> Vec<String> {
    bench.run(&[command, "list"]).lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn the_first_token_closes_an_open_server_at_once_and_revoking_the_last_does_not_open_it() {
    let bench = Bench::start();
    assert_eq!(status(&bench, "", LISTS), 200);
    let output = bench.server.run(&["token", "create", "first", "--scope", "manage:/"]);
    let (token, notes) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    let token = token.trim_end();
    assert!(token.starts_with("mlst_") && token.len() == 48 && !token.contains('\n'), "{token}");
    assert!(notes.contains("asks every caller"), "{notes}");
    assert_eq!((status(&bench, "", LISTS), status(&bench, token, LISTS)), (401, 200));
    assert_eq!(bench.run(&["token", "revoke", "1"]), "token 1 is revoked");
    assert_eq!((status(&bench, "", LISTS), status(&bench, token, LISTS)), (401, 401));
}

#[test]
fn what_was_closed_stays_closed_over_a_restart() {
    let mut bench = Bench::start();
    let token = bench.token("first", &["read:/sites/demo"]);
    bench.run(&["token", "revoke", "1"]);
    let second = bench.token("second", &["read:/sites/demo"]);
    assert!(bench.server.stop().success());
    bench.server.restart();
    assert_eq!(
        (status(&bench, "", LISTS), status(&bench, &token, LISTS), status(&bench, &second, LISTS)),
        (401, 401, 200)
    );
}

#[test]
fn tokens_are_made_shown_and_revoked_with_and_without_a_server() {
    let mut bench = Bench::start();
    let first = bench.token("beside", &["read:/sites/demo"]);
    assert!(bench.server.stop().success());
    let second = bench.token("alone", &["contribute:/"]);
    bench.run(&["token", "create", "forever", "--days", "0", "--user", "ann@example.test"]);
    let shown = rows(&bench, "token");
    assert_eq!(shown.len(), 3, "{shown:?}");
    let cells: Vec<Vec<&str>> = shown.iter().map(|row| row.split('\t').collect()).collect();
    assert_eq!(cells[0][..4], ["1", "beside", "i:0#.f|matchlist|beside", "read:/sites/demo"]);
    assert_eq!(cells[1][..4], ["2", "alone", "i:0#.f|matchlist|alone", "contribute:/"]);
    assert_eq!(cells[2][..4], ["3", "forever", "i:0#.f|membership|ann@example.test", "as its user"]);
    assert_eq!(cells[2][5], "never");
    assert_ne!(cells[1][5], "never", "90 days are the default");
    bench.run(&["token", "revoke", "1"]);
    bench.server.restart();
    assert_eq!(cells[1].last(), Some(&"never"), "it was not used yet");
    assert_eq!((status(&bench, &first, LISTS), status(&bench, &second, LISTS)), (401, 200));
    assert!(!rows(&bench, "token")[1].ends_with("\tnever"), "{:?}", rows(&bench, "token"));
    assert!(rows(&bench, "token")[0].contains("\trevoked "));
    bench.run(&["token", "revoke", "2"]);
    assert_eq!(status(&bench, &second, LISTS), 401);
    let again = bench.run(&["token", "revoke", "2"]);
    assert_eq!(again, "token 2 is revoked");
    for secret in [&first, &second] {
        assert!(!bench.run(&["token", "list"]).contains(&secret[5..]));
    }
}

#[test]
fn what_is_no_token_is_one_line_and_nothing_is_made() {
    let bench = Bench::start();
    let long = "x".repeat(101);
    for arguments in [
        &["--scope", "read:/nowhere"][..],
        &["--scope", "read:/sites/demo", "--scope", "read:/sites/demo/Lists/None"],
        &["--scope", "read:nowhere"],
        &["--scope", "read:"],
        &["--scope", "read:/sites/demo/Lists/"],
        &["--scope", "read:/sites/../sites/demo"],
        &["--user", "nobody at all"],
        &["--user", ""],
    ] {
        let said = bench.refused(&[&["token", "create", "ci"], arguments].concat());
        assert_eq!(said.lines().count(), 1, "{arguments:?}: {said}");
    }
    for name in ["", "a|b", "a\nb", "a\tb", &long] {
        let said = bench.refused(&["token", "create", name]);
        assert_eq!(said.lines().count(), 1, "{name}: {said}");
    }
    for arguments in
        [&["--scope", "own:/"][..], &["--scope", "read/"], &["--days", "-1"], &["--days", "36501"]]
    {
        bench.refused(&[&["token", "create", "ci"], arguments].concat());
    }
    assert_eq!(bench.refused(&["token", "revoke", "1"]).lines().count(), 1);
    assert_eq!(
        (rows(&bench, "token").len(), rows(&bench, "user").len()),
        (0, 2),
        "{:?}",
        rows(&bench, "user")
    );
    assert_eq!(status(&bench, "", LISTS), 200, "the server is as open as it was");
}

/// Neither in the database nor in its log, its lock or the server's log.
#[test]
fn the_secret_is_kept_nowhere() {
    let mut bench = Bench::with(&[]);
    bench.server.list_in(DEMO, "Pumps");
    let token = bench.token("ci", &["contribute:/sites/demo"]);
    let wrong = format!("mlst_{}", "Z".repeat(43));
    for shown in [&token, &wrong] {
        bench.get(shown, LISTS);
        let request =
            bench.as_caller(shown, "POST", &format!("{PUMPS}/items")).header("Idempotency-Key", "k");
        request.json(&json!({"Title": "one"})).send();
        bearing(bench.server.request("POST", "/nothing"), shown).send();
        bench.server.request("GET", &format!("{LISTS}?access_token={shown}")).send().expect_status(400);
        bench.server.request("GET", &format!("/sites/demo/_api/lists/{shown}")).send();
    }
    let holds = |bench: &Bench, secret: &str| {
        fs::read_dir(bench.server.folder().unwrap()).unwrap().filter_map(Result::ok).any(|entry| {
            let bytes = fs::read(entry.path()).unwrap_or_default();
            bytes.windows(secret.len()).any(|bytes| bytes == secret.as_bytes())
        })
    };
    for secret in [&token[5..], &wrong[5..]] {
        assert!(!holds(&bench, secret), "while the server runs");
        assert!(!bench.server.log().contains(secret), "{}", bench.server.log());
    }
    assert!(bench.server.stop().success());
    for secret in [&token[5..], &wrong[5..]] {
        assert!(!holds(&bench, secret), "when it has ended");
        assert!(!bench.server.log().contains(secret));
    }
}

/// A list's number is never given again, so that a right for a list ends with it.
#[test]
fn a_token_of_a_deleted_list_opens_no_other() {
    let bench = Bench::start();
    bench.server.list_in(DEMO, "Pumps");
    let manager = bench.token("manager", &["manage:/sites/demo"]);
    let token = bench.token("reader", &["contribute:/sites/demo/Lists/Pumps"]);
    bench.run(&["user", "grant", "everyone", "read", "/sites/demo/Lists/Pumps"]);
    let other = bench.run(&["token", "create", "as its user"]);
    assert_eq!((status(&bench, &token, PUMPS), status(&bench, &other, PUMPS)), (200, 200));
    bench.as_caller(&manager, "DELETE", PUMPS).send().expect_status(200);
    assert_eq!((status(&bench, &token, PUMPS), status(&bench, &other, PUMPS)), (403, 403));
    assert!(rows(&bench, "token")[1].contains("a list that is gone"));
    let made = bench.as_caller(&manager, "POST", LISTS).json(&json!({"Title": "Pumps"})).send();
    made.expect_status(201);
    assert_eq!((status(&bench, &token, PUMPS), status(&bench, &other, PUMPS)), (403, 403));
    assert_eq!(status(&bench, &manager, PUMPS), 200);
}

#[test]
fn a_list_is_closed_and_opened_at_once() {
    let bench = Bench::start();
    bench.server.list_in(DEMO, "Pumps");
    let site = bench.token("site", &["contribute:/sites/demo"]);
    let manager = bench.token("manager", &["manage:/"]);
    let own = bench.token("own", &["read:/sites/demo/Lists/Pumps"]);
    let seen = || [&site, &manager, &own].map(|token| status(&bench, token, PUMPS));
    assert_eq!(seen(), [200, 200, 200]);
    bench.run(&["lists", "close", "Pumps", "--site", DEMO]);
    assert_eq!(seen(), [404, 200, 200]);
    bench.run(&["user", "grant", "i:0#.f|matchlist|site", "read", "/sites/demo/Lists/Pumps"]);
    assert_eq!(seen(), [404, 200, 200], "a token may what its scopes say, not what its user may");
    bench.run(&["lists", "open", "pumps", "--site", "/Sites/Demo"]);
    assert_eq!(seen(), [200, 200, 200]);
    for arguments in [["lists", "close", "None"], ["lists", "open", "Pumps"]] {
        assert_eq!(bench.refused(&arguments).lines().count(), 1, "{arguments:?}");
    }
    assert_eq!(bench.refused(&["lists", "close", "Pumps", "--site", "/nowhere"]).lines().count(), 1);
}

#[test]
fn rights_of_users_hold_and_end_at_once() {
    let bench = Bench::start();
    bench.server.list_in(DEMO, "Pumps");
    let token = bench.run(&["token", "create", "ann", "--user", "ann@example.test"]);
    let add = || -> Response {
        let request = bench.as_caller(&token, "POST", &format!("{PUMPS}/items")).header("Accept", PLAIN);
        request.json(&json!({"Title": "one"})).send()
    };
    add().expect_status(403);
    for (arguments, expected) in [
        (&["user", "grant", "everyone", "read", "/sites/demo"][..], 403),
        (&["user", "grant", "ann@example.test", "contribute", "/sites/demo/Lists/Pumps"], 201),
        (&["user", "ungrant", "everyone", "/sites/demo"], 201),
        (&["user", "block", "ann@example.test"], 401),
        (&["user", "unblock", "ann@example.test"], 201),
        (&["user", "ungrant", "ann@example.test", "/sites/demo/Lists/Pumps"], 403),
        (&["user", "grant", "ann@example.test", "contribute"], 201),
        (&["user", "grant", "ann@example.test", "read"], 403),
    ] {
        bench.run(arguments);
        add().expect_status(expected);
    }
    for arguments in [
        &["user", "grant", "nobody at all", "read"][..],
        &["user", "ungrant", "new@example.test"],
        &["user", "block", "new@example.test"],
        &["user", "grant", "ann@example.test", "read", "/nowhere"],
        &["user", "grant", "ann@example.test", "read", ""],
        &["user", "ungrant", "ann@example.test", ""],
    ] {
        assert_eq!(bench.refused(arguments).lines().count(), 1, "{arguments:?}");
    }
}

#[test]
fn rights_may_be_given_before_the_first_start() {
    let mut server = Server::start(Options::on_disk());
    // From its first answer on it hears that it shall end.
    server.request("GET", "/healthz").send().expect_status(200);
    assert!(server.stop().success());
    for entry in std::fs::read_dir(server.folder().unwrap()).unwrap() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
    let granted = server.run(&["user", "grant", "ann@example.test", "manage"]);
    assert_eq!(String::from_utf8_lossy(&granted.stdout), "ann@example.test may manage in /\n");
    let folder = server.folder().unwrap().display().to_string();
    let told = format!("matchlist: a new database was made in {folder}\n");
    assert_eq!(String::from_utf8_lossy(&granted.stderr), told);
    let token = server.bearer("ann's script", &["--user", "ann@example.test"]);
    server.restart();
    server.request("GET", "/_api/web").header("Authorization", &token).send().expect_status(200);
    server.request("GET", "/_api/web").send().expect_status(401);
}
