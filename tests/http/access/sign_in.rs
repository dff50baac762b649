//! The sign-in page: what it takes, what it answers, and how often.

use matchlist_tests::{Response, Server};

use super::browser::{ANN, BOB, PASSWORD, SIGN_IN, encoded, form, server};

#[test]
fn the_page_works_without_scripts_and_lets_none_in() {
    let server = server(&[]);
    for path in
        [SIGN_IN, "/sites/demo/_layouts/15/Authenticate.aspx", "/sites/none/_layouts/15/signin?ReturnUrl=/x"]
    {
        let page = server.client().get(path).expect_status(200);
        let header = |name: &str| page.header(name).unwrap_or_default().to_owned();
        assert_eq!(header("Content-Type"), "text/html;charset=utf-8");
        assert_eq!(
            header("Content-Security-Policy"),
            "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        );
        assert_eq!(header("Cache-Control"), "no-store");
        assert_eq!(header("X-Frame-Options"), "DENY");
        assert_eq!(header("X-Content-Type-Options"), "nosniff");
        assert_eq!(header("Referrer-Policy"), "same-origin");
        assert_eq!(header("Cross-Origin-Opener-Policy"), "same-origin");
        let text = page.text();
        for part in [
            "<form method=\"post\">",
            "<label for=\"login\">",
            "autocomplete=\"username\"",
            "<label for=\"password\">",
            "autocomplete=\"current-password\"",
            "<link rel=\"stylesheet\" href=\"matchlist.css\">",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("<script") && !text.contains("style=") && !text.contains("role=\"alert\""));
    }
    let style = server.client().get("/sites/demo/_layouts/15/matchlist.css").expect_status(200);
    assert_eq!(style.header("Content-Type"), Some("text/css;charset=utf-8"));
    server.request("HEAD", SIGN_IN).send().expect_status(200);
    let wrong = server.request("PUT", SIGN_IN).send().expect_status(405);
    assert_eq!(wrong.header("Allow"), Some("GET, HEAD, POST"));
}

/// An answer without what differs from request to request.
fn plain(response: &Response, login: &str) -> (u16, Vec<String>, String) {
    let own = ["request-id", "sprequestguid", "date", "content-length"];
    let headers =
        response.headers.iter().filter(|(name, _)| !own.contains(&name.to_ascii_lowercase().as_str()));
    let mut headers: Vec<_> = headers.map(|(name, value)| format!("{name}: {value}")).collect();
    headers.sort();
    (response.status, headers, response.text().replace(login, "LOGIN"))
}

#[test]
fn the_answer_does_not_tell_which_users_there_are() {
    let server = server(&[]);
    let client = server.client();
    server.order(&["user", "add", "nopassword@example.test"]);
    server.order(&["user", "block", BOB]);
    let try_as =
        |login: &str, password: &str| plain(&form(&server, &client, SIGN_IN, login, password).send(), login);
    let expected = try_as(ANN, "wrong horse battery");
    assert_eq!(expected.0, 403);
    assert!(
        expected.2.contains("role=\"alert\"")
            && expected.2.contains("The name or the password is not right.")
    );
    assert!(expected.2.contains("value=\"LOGIN\""), "the login need not be typed again");
    for login in ["nobody@example.test", "nopassword@example.test", "EXAMPLE\\nobody", "nobody"] {
        assert_eq!(try_as(login, PASSWORD), expected, "{login}");
    }
    assert_eq!(try_as(BOB, PASSWORD), expected, "one who is blocked");
    assert_eq!(try_as(ANN, ""), expected);
    assert_eq!(try_as(ANN, &"x".repeat(2000)), expected);
}

#[test]
fn a_user_signs_in_by_any_spelling_of_the_login_and_goes_where_the_page_was_asked_for() {
    let server = server(&[]);
    let client = server.client();
    for login in [ANN, "ANN@Example.TEST", " ann@example.test ", "i:0#.f|membership|ann@example.test"] {
        let path = "/sites/demo/_layouts/15/signin?ReturnUrl=%2Fsites%2Fdemo%2FSitePages%2Fa%20b.html%3Fx%3D1%26y%3D2";
        let done = form(&server, &client, path, login, PASSWORD).send().expect_status(303);
        assert_eq!(done.header("Location"), Some("/sites/demo/SitePages/a%20b.html?x=1&y=2"));
        assert_eq!((done.header("Cache-Control"), done.text().as_str()), (Some("no-store"), ""));
    }
}

#[test]
fn nobody_is_sent_to_another_server() {
    let server = server(&[]);
    let client = server.client();
    for elsewhere in [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "/\t/evil.example",
        "/.//evil.example",
        "javascript:alert(1)",
        "/x\r\nSet-Cookie: a=b",
        "evil.example",
        "",
    ] {
        let path = format!("{SIGN_IN}?ReturnUrl={}", encoded(elsewhere));
        let done = form(&server, &client, &path, ANN, PASSWORD).send().expect_status(303);
        assert_eq!(done.header("Location"), Some("/"), "{elsewhere:?}");
    }
}

#[test]
fn a_form_of_another_site_signs_nobody_in() {
    let server = server(&[]);
    let client = server.client();
    let body = format!("login={}&password={}", encoded(ANN), encoded(PASSWORD));
    let own = format!("http://{}", server.address());
    let send = |headers: &[(&str, &str)]| {
        let mut request = client.request("POST", SIGN_IN).body(body.clone());
        request = request.header("Content-Type", "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let response = request.send();
        assert_eq!(response.header("Set-Cookie").is_some(), response.status == 303);
        response.status
    };
    assert_eq!(send(&[]), 403, "a browser sends one of both headers");
    assert_eq!(send(&[("Origin", "http://evil.example")]), 403);
    assert_eq!(send(&[("Origin", "null")]), 403);
    assert_eq!(send(&[("Sec-Fetch-Site", "cross-site")]), 403);
    assert_eq!(send(&[("Sec-Fetch-Site", "same-site"), ("Origin", &own)]), 403);
    assert_eq!(send(&[("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "same-origin")]), 403);
    assert_eq!(send(&[("Origin", &own)]), 303);
    assert_eq!(send(&[("Sec-Fetch-Site", "same-origin"), ("Origin", &own)]), 303);
}

#[test]
fn an_origin_that_may_call_the_api_may_not_sign_people_in() {
    let server = server(&["--cors", "http://app.example"]);
    let client = server.client();
    let request = client.request("POST", SIGN_IN).header("Origin", "http://app.example");
    let request = request.header("Content-Type", "application/x-www-form-urlencoded");
    request.body(format!("login={}&password={}", encoded(ANN), encoded(PASSWORD))).send().expect_status(403);
}

#[test]
fn what_is_no_sign_in_form_is_refused() {
    let server = server(&[]);
    let client = server.client();
    let own = format!("http://{}", server.address());
    let send = |kind: &str, body: &str| {
        let request = client.request("POST", SIGN_IN).header("Origin", &own).header("Content-Type", kind);
        request.body(body).send().status
    };
    let form = "application/x-www-form-urlencoded";
    assert_eq!(send("application/json", "{\"login\":\"a\",\"password\":\"b\"}"), 400);
    assert_eq!(send("text/plain", "login=a&password=b"), 400);
    assert_eq!(send(form, ""), 400);
    assert_eq!(send(form, "login=a"), 400);
    assert_eq!(send(form, "login=a&password=b&password=c"), 400);
    assert_eq!(send(form, &format!("login=a&password={}", "x".repeat(20_000))), 413);
    assert_eq!(send(form, "login=%FF%00&password=%FF"), 403, "text of no user");
}

/// Tries until a try does not count, and gives back how many did.
fn tries(server: &Server, login: &str) -> (usize, Response) {
    let client = server.client();
    let mut count = 0;
    loop {
        let response = form(server, &client, SIGN_IN, login, "wrong").send();
        if response.status != 403 {
            return (count, response.expect_status(429));
        }
        count += 1;
        assert!(count < 100);
    }
}

#[test]
fn an_account_is_tried_ten_times_and_then_slowly() {
    let server = server(&[]);
    let client = server.client();
    let (count, refused) = tries(&server, ANN);
    assert!((10..=11).contains(&count), "{count}");
    let wait: u64 = refused.header("Retry-After").unwrap().parse().unwrap();
    assert!((1..=6).contains(&wait), "{wait}");
    let text = refused.text();
    assert!(text.contains("That was tried too often. Please wait ") && text.contains(ANN), "{text}");
    // Neither the right password nor another name of the account changes that; another account is not concerned.
    let too_often =
        |login: &str, password: &str| form(&server, &client, SIGN_IN, login, password).send().status == 429;
    assert!(too_often("i:0#.f|membership|Ann@example.test", PASSWORD));
    assert!(!too_often(BOB, PASSWORD));
    // The account of nobody is counted as well.
    let (count, _) = tries(&server, "nobody@example.test");
    assert!((10..=11).contains(&count), "{count}");
}

#[test]
fn an_address_has_thirty_tries_in_a_minute() {
    let server = server(&[]);
    let client = server.client();
    let limit = (0..100).find(|n| {
        let login = format!("user{n}@example.test");
        form(&server, &client, SIGN_IN, &login, "wrong").send().status == 429
    });
    assert!((30..40).contains(&limit.unwrap()), "{limit:?}");
}
