//! The risks that lie in the server itself: what it spends, calls, tells and offers.

use std::fs;

use serde_json::{Value, json};

use super::{
    super::bench::{DEMO, PLAIN, samples},
    PUMPS, bench, send, trap,
};

#[test]
fn api4_unrestricted_resource_consumption() {
    let (bench, writer) = bench();
    let items = format!("{PUMPS}/items");
    let get = |query: &str| bench.get(&writer, &format!("{items}?{query}"));
    let nested = |depth: usize| format!("$filter={}Id%20eq%201{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(
        (get(&nested(100)).status, get(&nested(101)).status, get(&nested(10_000)).status),
        (200, 400, 400)
    );
    let keys = ["Title"; 11].join(",");
    assert_eq!(get(&format!("$orderby={keys}")).status, 400, "keys of an order");
    assert_eq!(
        get("$expand=Author/Manager/Manager&$select=Author/Manager/Manager/Title").status,
        400,
        "steps of an expansion"
    );
    assert_eq!(get("$top=1000000000").status, 200, "the largest page is the largest");
    assert_eq!(get("$top=99999999999999999999").status, 200);
    assert_eq!(get(&format!("$filter=Title%20eq%20'{}'", "x".repeat(40_000))).status, 414, "the URL");
    let long = bench.as_caller(&writer, "GET", &items).header("X-Long", &"x".repeat(40_000)).send();
    assert!([400, 431].contains(&long.status), "{long}");
    let body = json!({"Title": "x".repeat(3 << 20)});
    // It may be closed on before all is sent.
    if let Ok(refused) = bench.as_caller(&writer, "POST", &items).json(&body).try_send() {
        assert_eq!(refused.status, 413, "{refused}");
    }
    let deep = format!("{{\"Title\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let deep =
        bench.as_caller(&writer, "POST", &items).header("Content-Type", "application/json").body(deep).send();
    assert_eq!(deep.status, 400, "{deep}");
    let forms: Vec<Value> = (0..20_000).map(|_| json!({"FieldName": "Title", "FieldValue": "x"})).collect();
    let form = send(
        &bench,
        &writer,
        "POST",
        &format!("{PUMPS}/AddValidateUpdateItemUsingPath"),
        &json!({"formValues": forms}),
    );
    assert!(form.status < 500, "{form}");
    // An unknown caller costs less: nothing of the body is read.
    let unknown = bench.server.request("POST", &items).json(&body).try_send();
    assert!(unknown.is_err() || unknown.is_ok_and(|refused| refused.status == 401));
    bench.get(&writer, &items).expect_status(200);
}

/// The flow that this server is there for is the drawing of numbers: each is drawn once, by who may.
#[test]
fn api6_unrestricted_access_to_sensitive_business_flows() {
    let (bench, writer) = bench();
    let reader = bench.token("reader", &["read:/sites/demo"]);
    let draw = |token: &str, body: &Value, key: Option<&str>| {
        let request =
            bench.as_caller(token, "POST", &format!("{PUMPS}/items(1)/increment")).header("Accept", PLAIN);
        let request = match key {
            Some(key) => request.header("Idempotency-Key", key),
            None => request,
        };
        request.json(body).send()
    };
    let one = json!({"field": "Count"});
    assert_eq!(draw(&reader, &one, None).status, 403);
    let first = draw(&writer, &one, Some("k")).expect_status(200);
    assert_eq!(
        draw(&writer, &one, Some("k")).expect_status(200).text(),
        first.text(),
        "sent again, drawn once"
    );
    for by in [json!(0), json!(-1), json!(1.5), json!("1"), json!(1_u64 << 60), json!(null)] {
        assert_eq!(draw(&writer, &json!({"field": "Count", "by": by}), None).status, 400, "{by}");
    }
    for field in ["Title", "Id", "OData__UIVersionString", "AuthorId", "None"] {
        assert_eq!(draw(&writer, &json!({"field": field}), None).status, 400, "{field}");
    }
    assert_eq!(bench.get(&writer, &format!("{PUMPS}/items(1)/Count")).json()["value"], 2);
    // A strict list is not overwritten by who did not look.
    bench.run(&["lists", "strict", "Pumps", "tag", "--site", DEMO]);
    assert_eq!(
        send(&bench, &writer, "MERGE", &format!("{PUMPS}/items(1)"), &json!({"Count": 1})).status,
        428
    );
}

/// The server calls nobody: no address that a client sends is fetched.
#[test]
fn api7_server_side_request_forgery() {
    let (bench, writer) = bench();
    let manager = bench.token("manager", &["manage:/"]);
    let (trap, url) = trap();
    let items = format!("{PUMPS}/items");
    let link = json!({"Title": url, "Link": {"Url": url, "Description": "here"}});
    send(&bench, &writer, "POST", &items, &link).expect_status(201);
    for path in [
        "items(2)",
        "items(2)/FieldValuesAsHtml",
        "items(2)/Link",
        "fields",
        "rootFolder",
        "?$expand=RootFolder,ParentWeb",
    ] {
        bench.get(&writer, &format!("{PUMPS}/{path}").replace("/?", "?")).expect_status(200);
    }
    let entity = format!("<!DOCTYPE f [<!ENTITY x SYSTEM \"{url}\">]><Field Type='Text' DisplayName='&x;'/>");
    let file =
        "<!DOCTYPE f [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><Field Type='Text' DisplayName='&x;'/>";
    let source =
        format!("<Field Type='Lookup' DisplayName='L' List='{url}' SourceID='{url}' WebId='{url}'/>");
    for xml in [entity.as_str(), file, &source] {
        let body = json!({"parameters": {"SchemaXml": xml}});
        let answer = send(&bench, &manager, "POST", &format!("{PUMPS}/fields/CreateFieldAsXml"), &body);
        assert!((400..500).contains(&answer.status) && !answer.text().contains("root:"), "{answer}");
    }
    send(&bench, &manager, "POST", "/sites/demo/_api/web/webs/add", &json!({"parameters": {"Url": url}}))
        .expect_status(400);
    let host = url.trim_start_matches("http://").trim_end_matches('/');
    for name in
        ["Host", "X-Forwarded-Host", "Forwarded", "Referer", "From", "X-Original-URL", "Location", "Via"]
    {
        let value = if name == "Forwarded" { format!("host={host}") } else { host.to_owned() };
        let answer = bench.as_caller(&writer, "GET", &items).header(name, &value).send();
        assert!(answer.status < 500, "{name}: {answer}");
    }
    bench.get(&writer, &format!("{DEMO}/_api/web/GetList('{}')", url.replace('/', "%2F"))).expect_status(404);
    assert!(trap.accept().is_err(), "the server called {url}");
}

#[test]
fn api8_security_misconfiguration() {
    let (bench, writer) = bench();
    let items = format!("{PUMPS}/items");
    // What goes wrong tells no internals.
    for (method, path, body) in [
        ("GET", format!("{items}?$filter=Title%20eq%20'%00"), ""),
        ("GET", format!("{items}(99999999999999999999)"), ""),
        ("POST", items.clone(), "{\"Title\": "),
        ("POST", items.clone(), "{\"Title\": {\"a\": [1]}}"),
        ("MERGE", format!("{items}(1)"), "\u{0}"),
        ("TRACE", items.clone(), ""),
        ("GET", "/%2e%2e/%2e%2e/etc/passwd".to_owned(), ""),
        ("GET", format!("{DEMO}/_api/web/lists/getbytitle('x%27%20OR%201=1')"), ""),
    ] {
        let request = bench.as_caller(&writer, method, &path).header("Content-Type", "application/json");
        let answer = if body.is_empty() { request.send() } else { request.body(body).send() };
        assert!((400..500).contains(&answer.status), "{method} {path}: {answer}");
        let text = answer.text().to_lowercase();
        for word in [
            "sqlite",
            "panicked",
            "backtrace",
            ".rs:",
            "select ",
            "src/",
            "/tmp",
            "stack",
            "actix",
            "rusqlite",
        ] {
            assert!(!text.contains(word), "{method} {path} tells '{word}': {answer}");
        }
        assert!(answer.header("Server").is_none() && answer.header("X-Powered-By").is_none(), "{answer}");
    }
    let answer = bench.get(&writer, &items).expect_status(200);
    assert_eq!(answer.header("X-Content-Type-Options"), Some("nosniff"));
    assert!(answer.header("Cache-Control").unwrap().contains("private"));
    assert!(answer.header("Access-Control-Allow-Origin").is_none());
    // No other origin is let in, with a good token or without.
    for origin in ["https://evil.example", "null", "http://localhost.evil.example"] {
        for method in ["GET", "OPTIONS"] {
            let request = bench.as_caller(&writer, method, &items).header("Origin", origin);
            let refused = request.header("Access-Control-Request-Method", "GET").send();
            assert_eq!(refused.status, 403, "{method} {origin}");
            assert!(refused.header("Access-Control-Allow-Origin").is_none(), "{refused}");
        }
    }
}

/// What is not on the page is not there, for callers who may do everything as well.
#[test]
fn api9_improper_inventory_management() {
    let (bench, _) = bench();
    let manager = bench.token("manager", &["manage:/"]);
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/access.md")).unwrap();
    for sample in samples() {
        assert!(page.contains(&format!("`{} {}`", sample.method, sample.address)), "{}", sample.address);
    }
    for path in [
        "/_api/v2.0/sites",
        "/_api/lists/Pumps/debug",
        "/_vti_bin/webs.asmx",
        "/_vti_bin/client.svc/ProcessQuery",
        "/_layouts/15/start.aspx",
        "/admin",
        "/debug",
        "/metrics",
        "/actuator/health",
        "/.env",
        "/.git/config",
        "/swagger.json",
        "/openapi.json",
        "/server-status",
        "/matchlist.db",
        "/control.sock",
        "/sites/demo/_api/web/roleassignments",
        "/sites/demo/_api/web/sitegroups",
        "/sites/demo/_api/web/tokens",
        "/sites/demo/_api/web/lists/getbytitle('Pumps')/roleassignments",
    ] {
        assert_eq!(bench.get("", path).status, 401, "{path}");
        assert_eq!(bench.get(&manager, path).status, 404, "{path}");
    }
}

/// All that this server takes from another is the keys of whoever issues its callers' tokens, and only where it was
/// told to. A token that names keys of its own, or none, counts for nothing and has nothing fetched.
#[test]
fn api10_unsafe_consumption_of_apis() {
    let (bench, _) = bench();
    let (trap, url) = trap();
    // {"alg":"none"}, {"alg":"HS256"} and keys at the trap, each with {"sub":"local","exp":4102444800}.
    let encode = |text: &str| {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let bits: String = text.bytes().map(|byte| format!("{byte:08b}")).collect();
        let groups = bits.as_bytes().chunks(6).map(|group| {
            let group = format!("{:0<6}", String::from_utf8_lossy(group));
            char::from(DIGITS[usize::from_str_radix(&group, 2).unwrap()])
        });
        groups.collect::<String>()
    };
    let claims = encode(r#"{"sub":"local","upn":"local","exp":4102444800}"#);
    for header in [
        r#"{"alg":"none"}"#.to_owned(),
        r#"{"alg":"HS256","typ":"JWT"}"#.to_owned(),
        format!(r#"{{"alg":"RS256","jku":"{url}","kid":"1"}}"#),
        format!(r#"{{"alg":"RS256","x5u":"{url}"}}"#),
        format!(r#"{{"alg":"RS256","kid":"{url}"}}"#),
    ] {
        for signature in ["", "AAAA"] {
            let token = format!("{}.{claims}.{signature}", encode(&header));
            assert_eq!(bench.get(&token, &format!("{PUMPS}/items")).status, 401, "{header}");
        }
    }
    assert!(trap.accept().is_err(), "the server called {url}");
}
