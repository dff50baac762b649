//! Bearer tokens that another server issues.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use matchlist_tests::{Response, Server};
use serde_json::{Value, json};

use super::issuer::{AUDIENCE, ISSUER, Key, KeyFile, claims, claims_but, now, server};
use super::reach::{ask, no_start, run, turned_away};

const CURRENT: &str = "/_api/web/currentuser";

struct Bench {
    server: Server,
    key: Key,
}

impl Bench {
    fn start(more: &[&str]) -> Bench {
        let key = Key::elliptic("one");
        let file = KeyFile::of(&[&key]);
        let server = server(file.path().to_str().unwrap(), more);
        Bench { server, key }
    }

    fn get(&self, path: &str, token: &str) -> Response {
        ask(&self.server, "GET", path).header("Authorization", &format!("Bearer {token}")).send()
    }

    fn is_taken(&self, token: &str) -> bool {
        self.get(CURRENT, token).status == 200
    }

    /// Who the server says that a token's bearer is.
    #[track_caller]
    fn user(&self, claims: &Value) -> [String; 3] {
        let user = self.get(CURRENT, &self.key.sign(claims)).expect_status(200).json();
        ["LoginName", "Title", "Email"].map(|name| user[name].as_str().unwrap().to_owned())
    }

    fn refuses(&self, claims: &Value) {
        turned_away(&self.get(CURRENT, &self.key.sign(claims)));
    }
}

/// A token of a header and claims as they are, with a signature as it is.
fn raw_token(header: &Value, claims: &Value, signature: &str) -> String {
    format!("{}.{}.{signature}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()))
}

#[test]
fn the_bearer_of_a_token_is_its_subject_with_the_rights_that_were_granted() {
    let bench = Bench::start(&[]);
    let mut claims = claims("1234567890");
    claims["name"] = json!("Ann Example");
    claims["email"] = json!("ann@example.test");
    claims["email_verified"] = json!(true);
    let token = bench.key.sign(&claims);
    assert_eq!(bench.user(&claims), ["i:05.t|jwt|1234567890", "Ann Example", "ann@example.test"]);
    let lists = bench.get("/_api/web/lists", &token).expect_status(200).json();
    assert_eq!(lists["value"], json!([]), "nothing is granted yet");
    run(&bench.server, &["user", "grant", "i:05.t|jwt|1234567890", "manage", "/sites/demo"]);
    let bearer = format!("Bearer {token}");
    let post = |path: &str, body: Value| {
        ask(&bench.server, "POST", path).header("Authorization", &bearer).json(&body).send()
    };
    let list = json!({"Title": "Pumps", "BaseTemplate": 100});
    assert_eq!(post("/_api/web/lists", list.clone()).status, 403);
    post("/sites/demo/_api/web/lists", list).expect_status(201);
    let items = "/sites/demo/_api/web/lists/getbytitle('Pumps')/items";
    let item = post(items, json!({"Title": "P-101"})).expect_status(201).json();
    let id = bench.get(CURRENT, &token).json()["Id"].clone();
    assert_eq!([&item["AuthorId"], &item["EditorId"]], [&id, &id]);
}

#[test]
fn the_claim_that_names_the_user_is_a_login_or_becomes_one() {
    let bench = Bench::start(&["--jwt-login", "upn"]);
    for (name, login) in [
        ("ann@example.test", "i:0#.f|membership|ann@example.test"),
        ("CORP\\ann", "i:0#.w|corp\\ann"),
        ("i:0#.f|membership|eve@example.test", "i:0#.f|membership|eve@example.test"),
        ("auth0|5f7c8ec7", "i:05.t|jwt|auth0|5f7c8ec7"),
        // A subject has a case, and logins have none.
        ("aB", "i:05.t|jwt|a%42"),
        ("Ab", "i:05.t|jwt|%41b"),
    ] {
        assert_eq!(bench.user(&claims_but("upn", json!(name)))[0], login);
    }
    for nobody in [Value::Null, json!(""), json!(7), json!(["ann"]), json!(" ann"), json!("a\nb")] {
        bench.refuses(&claims_but("upn", nobody));
    }
    // Who sits at the server.
    bench.refuses(&claims_but("upn", json!("i:0#.f|matchlist|local")));
    bench.refuses(&claims_but("upn", json!("I:0#.F|Matchlist|LOCAL")));
}

#[test]
fn an_address_that_the_issuer_has_not_checked_or_that_another_has_is_nobodys() {
    let bench = Bench::start(&[]);
    let with = |subject: &str, checked: Value| {
        let mut claims = claims(subject);
        claims["email"] = json!("boss@example.test");
        claims["email_verified"] = checked;
        bench.user(&claims)[2].clone()
    };
    assert_eq!(with("a", Value::Null), "");
    assert_eq!(with("b", json!(false)), "");
    assert_eq!(with("c", json!(true)), "boss@example.test");
    assert_eq!(with("d", json!(true)), "");
    // What a user is shown as does not change with later tokens.
    assert_eq!(with("a", json!(true)), "");
}

#[test]
fn a_token_named_by_its_address_is_refused_where_the_issuer_has_not_checked_it() {
    let bench = Bench::start(&["--jwt-login", "email"]);
    let mut claims = claims_but("email", json!("ann@example.test"));
    assert_eq!(bench.user(&claims)[0], "i:0#.f|membership|ann@example.test");
    claims["email_verified"] = json!(false);
    bench.refuses(&claims);
    claims["email_verified"] = json!("false");
    bench.refuses(&claims);
}

#[test]
fn a_token_with_a_wrong_claim_is_refused() {
    let bench = Bench::start(&[]);
    for (name, values) in [
        ("exp", vec![Value::Null, json!(now() - 120), json!("soon"), json!(-1), json!(true)]),
        ("nbf", vec![json!(now() + 120), json!("later")]),
        (
            "iss",
            vec![
                Value::Null,
                json!("https://evil.example"),
                json!(""),
                json!([ISSUER]),
                json!(format!("{ISSUER}/")),
            ],
        ),
        (
            "aud",
            vec![Value::Null, json!("other"), json!([]), json!(["other"]), json!(""), json!({AUDIENCE: 1})],
        ),
        ("sub", vec![Value::Null, json!("")]),
    ] {
        for value in values {
            bench.refuses(&claims_but(name, value));
        }
    }
    for (name, value) in
        [("aud", json!(["other", AUDIENCE])), ("nbf", json!(now() - 5)), ("exp", json!(now() as f64 + 60.5))]
    {
        assert!(bench.is_taken(&bench.key.sign(&claims_but(name, value))), "{name}");
    }
}

#[test]
fn clocks_may_be_off_by_as_much_as_is_said() {
    let (usual, exact) = (Bench::start(&[]), Bench::start(&["--jwt-clock-skew", "0"]));
    for late in [claims_but("exp", json!(now() - 20)), claims_but("nbf", json!(now() + 20))] {
        assert!(usual.is_taken(&usual.key.sign(&late)), "{late}");
        exact.refuses(&late);
    }
}

#[test]
fn a_token_that_was_not_signed_by_the_issuers_key_is_refused() {
    let bench = Bench::start(&[]);
    let good = bench.key.sign(&claims("ann"));
    assert!(bench.is_taken(&good));
    let parts: Vec<&str> = good.split('.').collect();
    let other = BASE64.encode(claims("eve").to_string());
    for token in [
        format!("{}.{other}.{}", parts[0], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{}.{}.{}x", parts[0], parts[1], parts[2]),
        format!("{good}.{}", parts[2]),
        format!("{}.{}.{}", parts[0], parts[1], BASE64.encode([0; 64])),
        Key::elliptic("one").sign(&claims("ann")),
        "a.b.c".into(),
        "..".into(),
        "garbage".into(),
    ] {
        turned_away(&bench.get(CURRENT, &token));
    }
}

#[test]
fn a_token_does_not_choose_how_it_is_checked() {
    let bench = Bench::start(&[]);
    let claims = claims("ann");
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        for header in [json!({"alg": alg}), json!({"alg": alg, "typ": "JWT", "kid": "one"})] {
            turned_away(&bench.get(CURRENT, &raw_token(&header, &claims, "")));
            turned_away(&bench.get(CURRENT, &raw_token(&header, &claims, "AAAA")));
        }
    }
    // A public key is no secret.
    let public = bench.key.public();
    let secrets = [
        bench.key.pair.public_key_pem().into_bytes(),
        bench.key.pair.public_key_raw().to_vec(),
        public.to_string().into_bytes(),
        BASE64.decode(public["x"].as_str().unwrap()).unwrap(),
        Vec::new(),
    ];
    for secret in secrets {
        for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            let header = Header { kid: Some("one".into()), ..Header::new(algorithm) };
            let token = encode(&header, &claims, &EncodingKey::from_secret(&secret)).unwrap();
            turned_away(&bench.get(CURRENT, &token));
        }
    }
    // The key, or where it would be, in the token's own words.
    let mine = Key::elliptic("mine");
    let own = Header { jwk: serde_json::from_value(mine.public()).ok(), ..mine.header() };
    let far = Header {
        jku: Some("https://evil.example/keys".into()),
        x5u: Some("https://evil.example/".into()),
        ..mine.header()
    };
    for header in [mine.header(), own, far] {
        turned_away(&bench.get(CURRENT, &mine.sign_as(&header, &claims)));
    }
    let key = &bench.key;
    let crit = |names: &[&str]| Some(names.iter().map(ToString::to_string).collect());
    let mut deflated = key.header();
    deflated.extras.insert("zip", "DEF");
    let kid = |id: &str| Header { kid: Some(id.into()), ..key.header() };
    for header in [
        Header { crit: crit(&["exp"]), ..key.header() },
        Header { crit: crit(&[]), ..key.header() },
        Header { typ: Some("dpop+jwt".into()), ..key.header() },
        Header { typ: Some("secevent+jwt".into()), ..key.header() },
        deflated,
        kid(""),
        kid("ONE"),
        kid("one\0"),
        kid("../../../../dev/null"),
        kid("' OR '1'='1"),
    ] {
        turned_away(&bench.get(CURRENT, &key.sign_as(&header, &claims)));
    }
    for typ in [None, Some("jwt"), Some("at+jwt"), Some("application/at+JWT")] {
        let header = Header { typ: typ.map(str::to_owned), ..key.header() };
        assert!(bench.is_taken(&key.sign_as(&header, &claims)), "{typ:?}");
    }
}

#[test]
fn only_the_algorithms_that_are_named_are_taken() {
    let (rsa, elliptic) = (Key::rsa("rsa"), Key::elliptic("ec"));
    let file = KeyFile::of(&[&rsa, &elliptic]);
    let path = file.path();
    let statuses = |more: &[&str]| {
        let server = server(path.to_str().unwrap(), more);
        let status = |token: String| {
            ask(&server, "GET", CURRENT).header("Authorization", &format!("Bearer {token}")).send().status
        };
        let mut public = rsa.public();
        public.as_object_mut().unwrap().remove("alg");
        let as_pss = Header { alg: Algorithm::PS256, ..rsa.header() };
        [rsa.sign(&claims("a")), elliptic.sign(&claims("a")), rsa.sign_as(&as_pss, &claims("a"))].map(status)
    };
    assert_eq!(statuses(&[]), [200, 200, 401]);
    assert_eq!(statuses(&["--jwt-algorithm", "RS256"]), [200, 401, 401]);
    // The key says that it signs by RS256.
    assert_eq!(statuses(&["--jwt-algorithm", "PS256", "--jwt-algorithm", "ES256"]), [401, 200, 401]);
}

#[test]
fn a_huge_token_is_refused() {
    let bench = Bench::start(&[]);
    let large = |bytes: usize| bench.key.sign(&claims_but("pad", json!("x".repeat(bytes))));
    assert!(bench.is_taken(&large(8_000)));
    turned_away(&bench.get(CURRENT, &large(16_000)));
    assert_eq!(bench.get(CURRENT, &large(64_000)).status, 431);
}

#[test]
fn tokens_of_this_server_are_taken_beside_and_nobody_is_the_owner() {
    let bench = Bench::start(&[]);
    super::reach::asks_to_sign_in(&ask(&bench.server, "GET", CURRENT).send());
    let own = run(&bench.server, &["token", "create", "robot", "--scope", "read"]);
    assert!(bench.is_taken(&own));
    turned_away(&bench.get(CURRENT, "mlst_garbage"));
    turned_away(&ask(&bench.server, "GET", CURRENT).header("Authorization", "Basic YTpi").send());
    let jwt = bench.key.sign(&claims("ann"));
    let in_url = ask(&bench.server, "GET", &format!("{CURRENT}?access_token={jwt}")).send();
    assert_eq!(in_url.status, 400, "{in_url}");
}

#[test]
fn a_user_who_is_blocked_is_refused_whatever_the_token_says() {
    let bench = Bench::start(&[]);
    let token = bench.key.sign(&claims("ann"));
    assert!(bench.is_taken(&token));
    run(&bench.server, &["user", "block", "i:05.t|jwt|ann"]);
    turned_away(&bench.get(CURRENT, &token));
    run(&bench.server, &["user", "unblock", "i:05.t|jwt|ann"]);
    assert!(bench.is_taken(&token));
}

#[test]
fn what_would_not_be_safe_keeps_the_server_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let good = file("good", &super::issuer::set(&[&Key::elliptic("a")]));
    let none = file("none", r#"{"keys":[]}"#);
    let secret = file("secret", r#"{"keys":[{"kty":"oct","k":"c2VjcmV0","alg":"HS256"}]}"#);
    let lost = folder.path().join("lost").to_str().unwrap().to_owned();
    let all = |keys: &str, more: &[&str]| {
        let mut arguments = vec!["--jwt-issuer", ISSUER, "--jwt-audience", AUDIENCE, "--jwt-keys", keys];
        arguments.extend(more);
        no_start(&arguments)
    };
    for (keys, why) in [(&none, "no public key"), (&secret, "no public key"), (&lost, "lost")] {
        let said = all(keys, &[]);
        assert!(said.contains(why) && said.contains("--jwt-keys") && said.lines().count() == 1, "{said}");
    }
    assert!(all("http://id.example.test/keys", &[]).contains("no URL of https"));
    for algorithm in ["HS256", "none", "RS1"] {
        assert!(all(&good, &["--jwt-algorithm", algorithm]).contains("is none of RS256"), "{algorithm}");
    }
    assert!(no_start(&["--jwt-issuer", ISSUER, "--jwt-keys", &good]).contains("--jwt-audience"));
    assert!(no_start(&["--jwt-keys", &good]).contains("--jwt-issuer"));
    assert!(all(&good, &["--jwt-audience", ""]).contains("--jwt-audience"));
}
