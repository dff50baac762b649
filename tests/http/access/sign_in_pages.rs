//! Pages ask for a sign-in, and programs are told that one is needed.

use std::fs;

use matchlist_tests::{Options, Response, Server};
use tempfile::TempDir;

use super::browser::{ANN, BOB, Browser, server, set_password};

fn pages() -> (TempDir, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a b.html"), "<title>secret</title>").unwrap();
    fs::write(folder.path().join("a.js"), "let secret").unwrap();
    let place = |site: &str| format!("{site}={}", folder.path().display());
    let arguments = ["--site", "/sites/classic", "--pages", &place("/sites/classic"), "--pages", &place("/")];
    let arguments = arguments.map(str::to_owned).to_vec();
    (folder, arguments)
}

fn started(arguments: &[String]) -> Server {
    server(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
}

const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

fn look(server: &Server, path: &str) -> Response {
    server.request("GET", path).header("Accept", HTML).send()
}

#[test]
fn a_person_who_looks_at_a_page_is_sent_to_sign_in_and_back() {
    let (_folder, arguments) = pages();
    let server = started(&arguments);
    for (path, location) in [
        ("/", "/_layouts/15/signin?ReturnUrl=%2F"),
        (
            "/sites/classic/SitePages/a%20b.html?x=1&y=%26",
            "/sites/classic/_layouts/15/signin?ReturnUrl=%2Fsites%2Fclassic%2FSitePages%2Fa%2520b.html%3Fx%3D1%26y%3D%2526",
        ),
        (
            "/sites/none/SitePages/x.html",
            "/sites/none/_layouts/15/signin?ReturnUrl=%2Fsites%2Fnone%2FSitePages%2Fx.html",
        ),
        ("/_layouts/15/settings.aspx", "/_layouts/15/signin?ReturnUrl=%2F_layouts%2F15%2Fsettings.aspx"),
    ] {
        let sent = look(&server, path).expect_status(302);
        assert_eq!(
            (sent.header("Location"), sent.header("Cache-Control")),
            (Some(location), Some("no-store"))
        );
        server.request("HEAD", path).header("Accept", HTML).send().expect_status(302);
        // A program, or whoever shows a token.
        let told = server.client().get(path).expect_status(401);
        assert!(told.header("WWW-Authenticate").unwrap().starts_with("Bearer "));
        let token = server.request("GET", path).header("Accept", HTML).header("Authorization", "Bearer x");
        token.send().expect_status(401);
        server.request("POST", path).header("Accept", HTML).send().expect_status(401);
    }
}

#[test]
fn the_api_and_scripts_answer_401_to_browsers_as_well() {
    let (_folder, arguments) = pages();
    let server = started(&arguments);
    for path in
        ["/_api/web", "/sites/demo/_api/contextinfo", "/_layouts/15/matchlist.js", "/sites/none/_api/web"]
    {
        let told = look(&server, path).expect_status(401);
        assert_eq!(told.header("WWW-Authenticate"), Some("Bearer realm=\"Matchlist\""));
    }
    for path in ["/healthz", "/readyz", "/_layouts/15/matchlist.css", "/sites/classic/_layouts/15/signout"] {
        server.client().get(path).expect_status(200);
    }
}

#[test]
fn no_spelling_of_a_page_s_address_gets_by() {
    let (_folder, arguments) = pages();
    let server = started(&arguments);
    let base = "/sites/classic/SitePages";
    for path in [
        format!("{base}/a%20b.html"),
        "/sites/classic/%53itePages/a%20b.html".to_owned(),
        "/sites%2Fclassic/SitePages/a%20b.html".to_owned(),
        "/SITES/classic/SitePages/a%20b.html".to_owned(),
        format!("/{base}/a%20b.html"),
        format!("{base}//a%20b.html"),
        format!("{base}/./a%20b.html"),
        format!("{base}/../SitePages/a%20b.html"),
        format!("/healthz/..{base}/a%20b.html"),
        format!("{base}/_layouts/15/../../a%20b.html"),
        format!("{base}/x/_layouts/15/signin/../../../../a%20b.html"),
        "/_layouts/15/signin/../../../SitePages/a%20b.html".to_owned(),
        format!("http://{}{base}/a%20b.html", server.address()),
    ] {
        let response = server.client().get(&path);
        assert!([400, 401, 404].contains(&response.status), "{path}: {response}");
        assert!(!response.text().contains("secret"), "{path}");
    }
}

#[test]
fn pages_are_for_those_who_see_the_site() {
    let (_folder, arguments) = pages();
    let server = started(&arguments);
    let (ann, bob) = (Browser::sign_in(&server, ANN), Browser::sign_in(&server, BOB));
    let page = ann.get("/sites/classic/SitePages/a%20b.html").expect_status(200);
    for (name, value) in [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("X-Frame-Options", "SAMEORIGIN"),
        ("Content-Security-Policy", "frame-ancestors 'self'"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ] {
        assert_eq!(page.header(name), Some(value), "{name}");
    }
    let script = ann.get("/sites/classic/SitePages/a.js").expect_status(200);
    assert_eq!(script.header("Cache-Control"), Some("private, no-cache"));
    ann.get("/SitePages/a%20b.html").expect_status(200);
    ann.get("/sites/classic/_layouts/15/matchlist.js").expect_status(200);
    // Bob sees another site only: these are not there, as are those of a site that is not there.
    let told = |path: &str| bob.get(path).expect_status(404).json();
    let expected = told("/sites/none/SitePages/a%20b.html");
    assert_eq!(told("/sites/classic/SitePages/a%20b.html"), expected);
    assert_eq!(told("/sites/classic/SitePages/none.html"), expected);
    assert_eq!(told("/SitePages/a%20b.html"), expected);
    assert_eq!(told("/sites/classic/_layouts/15/matchlist.js"), told("/sites/none/_layouts/15/matchlist.js"));
    let token = server.order(&["token", "create", "job", "--user", ANN]);
    let by_token =
        server.request("GET", "/SitePages/a%20b.html").header("Authorization", &format!("Bearer {token}"));
    by_token.send().expect_status(200);
}

#[test]
fn an_open_server_asks_nobody_until_somebody_can_sign_in() {
    let (_folder, arguments) = pages();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let server = Server::start(Options::on_disk().with(&arguments));
    let page = look(&server, "/sites/classic/SitePages/a%20b.html").expect_status(200);
    assert_eq!(page.header("Cache-Control"), None);
    assert!(look(&server, "/").expect_status(200).text().starts_with("Matchlist"));
    set_password(&server, ANN, "correct horse battery");
    look(&server, "/sites/classic/SitePages/a%20b.html").expect_status(302);
}
