//! What each caller is answered at each address, as a table that `docs/access.md` keeps. The test fails where the
//! table is another one; with `WRITE_SNAPSHOTS=1` it writes it.

use std::fmt::Write as _;
use std::fs;
use std::thread;
use std::time::Duration;

use matchlist_tests::Server;
use rusqlite::Connection;

use super::bench::{Bench, DEMO, OTHER, Place, Sample, bearing, samples};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/access.md");
const MANAGE_ALL: &str = "manage:/";

/// What a caller may do: nothing, or one of the rights.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Level {
    Nothing,
    Read,
    Contribute,
    Manage,
}
use Level::{Contribute, Manage, Nothing, Read};

/// Whom a request is from.
struct Caller {
    who: &'static str,
    /// What is shown as a token.
    shows: Shows,
    is_closed: bool,
    at_site: Level,
    at_list: Level,
}

enum Shows {
    None,
    /// A token that was never made.
    Forged,
    /// A token for everything that is not good any more.
    Spoilt,
    /// A token of this scope; none where it is empty.
    Token(&'static str),
}

const fn caller(who: &'static str, scope: &'static str, at_site: Level, at_list: Level) -> Caller {
    Caller { who, shows: Shows::Token(scope), is_closed: false, at_site, at_list }
}

const fn stranger(who: &'static str, shows: Shows) -> Caller {
    Caller { who, shows, is_closed: false, at_site: Nothing, at_list: Nothing }
}

const fn closed(who: &'static str, scope: &'static str, at_site: Level, at_list: Level) -> Caller {
    Caller { who, shows: Shows::Token(scope), is_closed: true, at_site, at_list }
}

const CALLERS: [Caller; 17] = [
    stranger("shows nothing", Shows::None),
    stranger("shows a token that was never made", Shows::Forged),
    stranger("shows an expired token to manage everything", Shows::Spoilt),
    stranger("shows a revoked token to manage everything", Shows::Spoilt),
    stranger("shows a token to manage everything, and its user is blocked", Shows::Spoilt),
    caller("has no right", "", Nothing, Nothing),
    caller("may read another site", "read:/sites/other", Nothing, Nothing),
    caller("may read the list", "read:{url}", Nothing, Read),
    caller("may contribute to the list", "contribute:{url}", Nothing, Contribute),
    caller("may manage the list", "manage:{url}", Nothing, Manage),
    caller("may read the site", "read:/sites/demo", Read, Read),
    caller("may contribute to the site", "contribute:/sites/demo", Contribute, Contribute),
    caller("may manage the site", "manage:/sites/demo", Manage, Manage),
    caller("may manage the root site", MANAGE_ALL, Manage, Manage),
    closed(
        "may contribute to the site, and the list is closed",
        "contribute:/sites/demo",
        Contribute,
        Nothing,
    ),
    closed("may read the list, which is closed", "read:{url}", Nothing, Read),
    closed("may manage the site, and the list is closed", "manage:/sites/demo", Manage, Manage),
];

/// Lists of a caller's own, so that what one caller does changes nothing for another.
fn lists(server: &Server, number: usize) -> Place {
    let names = ["Pumps", "Doomed", "new"].map(|name| format!("{name}{number}"));
    Place::furnish(server, DEMO, names.each_ref().map(String::as_str))
}

/// The caller's token.
fn credentials(bench: &Bench, caller: &Caller, number: usize, place: &Place) -> String {
    let name = format!("caller{number}");
    match &caller.shows {
        Shows::None => String::new(),
        Shows::Forged => format!("mlst_{}", "A".repeat(43)),
        Shows::Spoilt => bench.token(&name, &[MANAGE_ALL]),
        Shows::Token("") => bench.token(&name, &[]),
        // Both lists are the same to the caller.
        Shows::Token(scope) if scope.contains("{url}") => {
            let doomed = Place { list: place.doomed.clone(), ..place.clone() };
            let of = |place: &Place| scope.replace("{url}", &place.url());
            bench.token(&name, &[&of(place), &of(&doomed)])
        }
        Shows::Token(scope) => bench.token(&name, &[scope]),
    }
}

/// Spoils the tokens of the callers 2, 3 and 4: the first has expired, the second is revoked, and the user of the
/// third is blocked.
fn spoil(bench: &mut Bench) {
    bench.run(&["user", "block", "i:0#.f|matchlist|caller4"]);
    assert!(bench.server.stop().success());
    let database = Connection::open(bench.server.folder().unwrap().join("matchlist.db")).unwrap();
    let ended =
        database.execute("UPDATE tokens SET expires = created - 1 WHERE name = 'caller2'", []).unwrap();
    let id: i64 =
        database.query_row("SELECT id FROM tokens WHERE name = 'caller3'", [], |row| row.get(0)).unwrap();
    assert_eq!(ended, 1);
    drop(database);
    bench.run(&["token", "revoke", &id.to_string()]);
    bench.server.restart();
}

/// What a caller must be told, as far as it follows from what the request needs.
fn check(caller: &Caller, sample: &Sample, status: u16) {
    let told = format!("{} {} by one who {}: {status}", sample.method, sample.address, caller.who);
    let is_known = matches!(caller.shows, Shows::Token(_));
    let sees_site = caller.at_site > Nothing || caller.at_list > Nothing;
    if sample.needs.starts_with("none") {
        return assert_eq!(status, 200, "{told}");
    }
    if !is_known {
        return assert_eq!(status, 401, "{told}");
    }
    if sample.needs.starts_with("a sign-in") {
        let expected = if sample.needs.ends_with("not there") { 404 } else { 200 };
        return assert_eq!(status, expected, "{told}");
    }
    let Some((right, place)) = sample.needs.split_once(" in the ") else {
        let is_api = ["/_api/", "/_vti_bin/"].iter().any(|service| sample.address.contains(service));
        let denied = if is_api { no_site(caller) } else { 404 };
        return if sees_site {
            assert!(status < 300 || status == 405, "{told}")
        } else {
            assert_eq!(status, denied, "{told}")
        };
    };
    let needed = match right {
        "read" => Read,
        "contribute" => Contribute,
        _ => Manage,
    };
    let has = if place == "list" { caller.at_list } else { caller.at_site };
    if has >= needed {
        assert!(status < 300 || status == 405, "{told}");
    } else if !sees_site {
        assert_eq!(status, no_site(caller), "{told}");
    } else if place == "list" && has == Nothing {
        assert_eq!(status, 404, "{told}");
    } else {
        assert_eq!(status, 403, "{told}");
    }
}

/// Where nothing at all may be read, no address is told from another.
fn no_site(caller: &Caller) -> u16 {
    if matches!(caller.shows, Shows::Token("")) { 403 } else { 404 }
}

fn page(rows: &[(Sample, Vec<u16>)]) -> String {
    let mut page = String::from(
        "# Who is answered what\n\n\
         Each row is a request, with what it needs; each column is a caller, told by the numbers below. A test sends\n\
         each request as each caller to a list of that caller's own, and compares this page; another test holds the\n\
         requests against everything that a request can be. `{site}` is the address of a site, `{list}`, `{url}` and\n\
         `{guid}` name a list of it, and so does `{doomed}`; `{column}` and `{doomed_column}` are columns of the site.\n\n",
    );
    for (number, caller) in CALLERS.iter().enumerate() {
        writeln!(page, "{number}. {}", caller.who).unwrap();
    }
    let numbers: Vec<String> = (0..CALLERS.len()).map(|n| n.to_string()).collect();
    write!(
        page,
        "\n| request | needs | {} |\n|---|---|{}\n",
        numbers.join(" | "),
        "---|".repeat(numbers.len())
    )
    .unwrap();
    for (sample, statuses) in rows {
        let statuses: Vec<String> = statuses.iter().map(ToString::to_string).collect();
        writeln!(
            page,
            "| `{} {}` | {} | {} |",
            sample.method,
            sample.address,
            sample.needs,
            statuses.join(" | ")
        )
        .unwrap();
    }
    page
}

#[test]
fn every_address_answers_every_caller_as_the_page_says() {
    let mut bench = Bench::start();
    bench.server.list_in(OTHER, "Elsewhere");
    let places: Vec<Place> = (0..CALLERS.len()).map(|number| lists(&bench.server, number)).collect();
    let tokens: Vec<String> = CALLERS
        .iter()
        .zip(&places)
        .enumerate()
        .map(|(number, (caller, place))| credentials(&bench, caller, number, place))
        .collect();
    for (caller, place) in CALLERS.iter().zip(&places).filter(|(caller, _)| caller.is_closed) {
        for title in [&place.list, &place.doomed] {
            bench.run(&["lists", "close", title, "--site", DEMO]);
        }
        assert!(caller.is_closed);
    }
    spoil(&mut bench);
    let mut rows = Vec::new();
    for sample in samples() {
        let mut statuses = Vec::new();
        for ((caller, place), token) in CALLERS.iter().zip(&places).zip(&tokens) {
            let send = || bearing(sample.request(&bench.server, place), token).send().status;
            let mut status = send();
            // Strangers send more in a minute than is let in of theirs.
            while status == 429 {
                thread::sleep(Duration::from_millis(200));
                status = send();
            }
            check(caller, &sample, status);
            statuses.push(status);
        }
        rows.push((sample, statuses));
    }
    let page = page(&rows);
    if std::env::var_os("WRITE_SNAPSHOTS").is_some() {
        fs::write(PAGE, &page).unwrap();
    }
    let kept = fs::read_to_string(PAGE).unwrap_or_default();
    assert!(
        kept == page,
        "docs/access.md is another table; run this test with WRITE_SNAPSHOTS=1, and look at the change"
    );
}
