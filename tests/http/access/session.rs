//! What a browser that has signed in is known by, and how long.

use std::fs;

use matchlist_tests::Server;
use serde_json::json;

use super::browser::{ANN, BOB, Browser, PASSWORD, SIGN_IN, cookie, form, server, set_password};

fn set_cookie(server: &Server, scheme: &str) -> String {
    let client = server.client();
    let request = form(server, &client, SIGN_IN, ANN, PASSWORD)
        .header("X-Forwarded-Proto", scheme)
        .header("Sec-Fetch-Site", "same-origin");
    request.send().expect_status(303).header("Set-Cookie").unwrap().to_owned()
}

#[test]
fn the_cookie_is_for_this_host_s_pages_of_this_site_and_not_for_scripts() {
    let server = server(&[]);
    let plain = set_cookie(&server, "http");
    let (value, attributes) = plain.split_once("; ").unwrap();
    assert_eq!(attributes, "HttpOnly; SameSite=Lax; Path=/");
    let secret = value.strip_prefix("matchlist=").unwrap();
    assert_eq!(secret.len(), 43, "256 bits in base64url");
    let secure = set_cookie(&server, "https");
    let (value, attributes) = secure.split_once("; ").unwrap();
    assert_eq!(attributes, "HttpOnly; SameSite=Lax; Secure; Path=/");
    assert!(value.starts_with("__Host-matchlist="), "{value}");
}

#[test]
fn over_tls_only_the_cookie_that_tls_alone_can_set_counts() {
    let server = server(&[]);
    let secret = set_cookie(&server, "https").split([';', '=']).nth(1).unwrap().to_owned();
    let known = |scheme: &str, name: &str| {
        let request = server.request("GET", "/_api/web/currentuser");
        let request = request.header("X-Forwarded-Proto", scheme);
        request.header("Cookie", &format!("{name}={secret}")).send().status
    };
    assert_eq!(known("https", "__Host-matchlist"), 200);
    assert_eq!(known("https", "matchlist"), 401);
    assert_eq!(known("http", "matchlist"), 200);
    assert_eq!(known("http", "__Host-matchlist"), 401);
    assert_eq!(known("http", "MATCHLIST"), 401);
}

#[test]
fn a_session_that_the_browser_had_before_is_never_adopted() {
    let server = server(&[]);
    let client = server.client();
    // One that an attacker made up and planted.
    let planted = format!("matchlist={}", "A".repeat(43));
    let request = form(&server, &client, SIGN_IN, ANN, PASSWORD).header("Cookie", &planted);
    let new = cookie(&request.send().expect_status(303));
    assert_ne!(new, planted);
    let with =
        |cookie: &str| client.request("GET", "/_api/web/currentuser").header("Cookie", cookie).send().status;
    assert_eq!((with(&planted), with(&new)), (401, 200));
    // One that is the attacker's own.
    let bob = Browser::sign_in(&server, BOB);
    let request = form(&server, &client, SIGN_IN, ANN, PASSWORD).header("Cookie", &bob.cookie);
    let third = cookie(&request.send().expect_status(303));
    assert!(![&bob.cookie, &new].contains(&&third));
    assert!(!bob.is_signed_in(), "the old session has ended");
    // A try that fails ends nothing.
    form(&server, &client, SIGN_IN, ANN, "wrong").header("Cookie", &third).send().expect_status(403);
    assert_eq!(with(&third), 200);
}

#[test]
fn of_two_cookies_of_the_name_none_counts() {
    let server = server(&[]);
    let browser = Browser::sign_in(&server, ANN);
    let own = &browser.cookie;
    let status = |cookies: &[&str]| {
        let mut request = server.request("GET", "/_api/web/currentuser");
        for line in cookies {
            request = request.header("Cookie", line);
        }
        request.send().status
    };
    assert_eq!(status(&[&format!("{own}; matchlist=x")]), 401);
    assert_eq!(status(&[&format!("matchlist=x; {own}")]), 401);
    assert_eq!(status(&[&format!("{own}; {own}")]), 401);
    assert_eq!(status(&[own, "matchlist=x"]), 401);
    // Cookies of other programs on the host do no harm, readable or not.
    assert_eq!(status(&[&format!("a=b; nonsense; =c; d=\"; {own} ; xmatchlist=1")]), 200);
    assert_eq!(status(&["a=b", own]), 200);
}

#[test]
fn signing_out_ends_the_session_and_not_only_the_cookie() {
    let server = server(&[]);
    let (browser, other) = (Browser::sign_in(&server, ANN), Browser::sign_in(&server, ANN));
    let page = browser.get("/sites/demo/_layouts/15/SignOut.aspx").expect_status(200);
    assert!(page.text().contains("<button autofocus>Sign out</button>"));
    assert!(browser.is_signed_in(), "looking at the page signs nobody out");
    for (name, value) in [("Origin", "http://evil.example"), ("Sec-Fetch-Site", "cross-site"), ("X-None", "")]
    {
        browser.request("POST", "/_layouts/15/signout").header(name, value).send().expect_status(403);
    }
    assert!(browser.is_signed_in(), "a page of another site signs nobody out");
    let own = format!("http://{}", server.address());
    let out = browser.request("POST", "/sites/demo/_layouts/15/signout").header("Origin", &own).send();
    assert_eq!(out.header("Location"), Some("/sites/demo/_layouts/15/signin"));
    let cleared = out.expect_status(303).header("Set-Cookie").unwrap().to_owned();
    assert!(
        cleared.starts_with("matchlist=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0; Expires="),
        "{cleared}"
    );
    assert!(!browser.is_signed_in());
    assert!(other.is_signed_in(), "another browser is not concerned");
}

#[test]
fn a_session_survives_a_restart_and_ends_after_its_hours_whatever_is_done_with_it() {
    let mut server = server(&["--session-hours", "2"]);
    let browser = Browser::sign_in(&server, ANN);
    server.stop();
    server.restart_with(&["--clock-ahead", "7100"]);
    let browser = browser.follow(&server);
    assert!(browser.is_signed_in());
    server.stop();
    server.restart_with(&["--clock-ahead", "7201"]);
    let browser = browser.follow(&server);
    assert!(!browser.is_signed_in(), "use does not make it longer");
}

#[test]
fn blocking_a_user_and_a_new_password_end_all_sessions_of_the_user() {
    let server = server(&[]);
    let (ann, bobs) = (Browser::sign_in(&server, ANN), [(); 2].map(|()| Browser::sign_in(&server, BOB)));
    server.order(&["user", "block", BOB]);
    assert!(bobs.iter().all(|bob| !bob.is_signed_in()));
    let client = server.client();
    form(&server, &client, SIGN_IN, BOB, PASSWORD).send().expect_status(403);
    server.order(&["user", "unblock", BOB]);
    assert!(bobs.iter().all(|bob| !bob.is_signed_in()), "they do not come back");
    let bob = Browser::sign_in(&server, BOB);
    set_password(&server, BOB, "another horse battery");
    assert!(!bob.is_signed_in() && ann.is_signed_in());
    form(&server, &client, SIGN_IN, BOB, PASSWORD).send().expect_status(403);
    form(&server, &client, SIGN_IN, BOB, "another horse battery").send().expect_status(303);
}

#[test]
fn a_bearer_token_goes_before_a_cookie() {
    let server = server(&[]);
    let bob = Browser::sign_in(&server, BOB);
    let token = server.order(&["token", "create", "job", "--user", ANN]);
    let bearer = format!("Bearer {token}");
    let who = bob.request("GET", "/sites/demo/_api/web/currentuser").header("Authorization", &bearer);
    let who = who.header("Accept", "application/json;odata=nometadata").send().expect_status(200);
    assert_eq!(who.json()["Email"], ANN);
    // A page of another site can't send the header: no digest is needed.
    let list = json!({"Title": "Made by a job", "BaseTemplate": 100});
    let made = bob.request("POST", "/_api/web/lists").header("Authorization", &bearer).json(&list);
    made.send().expect_status(201);
    let wrong = bob.request("GET", "/sites/demo/_api/web/currentuser").header("Authorization", "Bearer x");
    wrong.send().expect_status(401);
}

#[test]
fn the_database_does_not_hold_what_the_cookie_holds() {
    let mut server = server(&[]);
    let browser = Browser::sign_in(&server, ANN);
    server.stop();
    let secret = browser.cookie.strip_prefix("matchlist=").unwrap().as_bytes();
    for file in fs::read_dir(server.folder().unwrap()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap_or_default();
        assert!(!bytes.windows(secret.len()).any(|part| part == secret));
        assert!(!bytes.windows(PASSWORD.len()).any(|part| part == PASSWORD.as_bytes()));
    }
}
