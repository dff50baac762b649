//! The risks that lie in who may do what: objects, credentials, properties and functions.

use matchlist_tests::Request;
use serde_json::json;

use super::{
    super::bench::{Bench, DEMO, Place, samples},
    PUMPS, SALARIES, bench, send,
};

#[test]
fn api1_broken_object_level_authorization() {
    let (bench, writer) = bench();
    let manager = bench.token("manager", &["manage:/sites/demo"]);
    let read = |path: &str| bench.get(&manager, path).expect_status(200).json();
    let before = read(&format!("{SALARIES}/items(1)"));
    let guid = read(&format!("{SALARIES}/Id"))["value"].as_str().unwrap().to_owned();
    let folder = "/sites/demo/Lists/Salaries";
    for list in [
        SALARIES.to_owned(),
        format!("{DEMO}/_api/web/lists(guid'{guid}')"),
        format!("{DEMO}/_api/web/lists/getbyid('{guid}')"),
        format!("{DEMO}/_api/web/GetList('{folder}')"),
        format!("{DEMO}/_api/web/GetListUsingPath(DecodedUrl='{folder}')"),
        format!("{DEMO}/_api/web/GetList(@v)/?@v='{folder}'").replace("/?@v", "?@v"),
        format!("{DEMO}/_api/lists/Salaries"),
        format!("{DEMO}/_api/site/rootweb/lists/getbytitle('Salaries')"),
        format!("{DEMO}/_vti_bin/client.svc/web/lists/getbytitle('SALARIES')"),
    ] {
        assert_eq!(bench.get(&writer, &list).status, 404, "{list}");
        assert_eq!(bench.get(&manager, &list).status, 200, "{list}");
        if list.contains('?') {
            continue;
        }
        let item = format!("{list}/items(1)");
        assert_eq!(bench.get(&writer, &item).status, 404);
        assert_eq!(bench.get(&writer, &format!("{list}/getitembyid(1)")).status, 404);
        for method in ["MERGE", "PATCH", "PUT", "DELETE"] {
            assert_eq!(
                send(&bench, &writer, method, &item, &json!({"Title": "theirs"})).status,
                404,
                "{method} {item}"
            );
        }
        assert_eq!(
            send(&bench, &writer, "POST", &format!("{list}/items"), &json!({"Title": "x"})).status,
            404
        );
    }
    assert_eq!(read(&format!("{SALARIES}/items(1)")), before);
    assert_eq!(bench.get(&manager, &format!("{SALARIES}/items/$count")).text(), "1");
}

#[test]
fn api2_broken_authentication() {
    let (bench, writer) = bench();
    let url = format!("{PUMPS}/items");
    let last = if writer.ends_with('A') { "B" } else { "A" };
    let near = format!("{}{last}", &writer[..writer.len() - 1]);
    for wrong in
        ["", &near, &writer.to_uppercase(), "mlst_", "null", "undefined", "' OR 1=1 --", "*", "local"]
    {
        let refused = bench.get(wrong, &url);
        assert_eq!(refused.status, 401, "{wrong}: {refused}");
        assert!(refused.header("WWW-Authenticate").is_some(), "{refused}");
    }
    // No other header says who somebody is.
    for (name, value) in [
        ("X-Remote-User", "local"),
        ("Remote-User", "local"),
        ("X-Forwarded-User", "i:0#.f|matchlist|local"),
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Original-URL", "/healthz"),
        ("Cookie", "session=1; FedAuth=x; rtFa=x"),
        ("X-RequestDigest", "0x00,01 May 2024 08:00:00 -0000"),
        ("X-API-Key", &writer),
        ("Proxy-Authorization", &format!("Bearer {writer}")),
    ] {
        let request = bench.server.request("GET", &url).header(name, value);
        assert_eq!(request.send().status, 401, "{name}");
    }
    // A token needs no digest, and none replaces it.
    let digest =
        send(&bench, &writer, "POST", "/sites/demo/_api/contextinfo", &json!({})).expect_status(200).json();
    let digest = digest["FormDigestValue"].as_str().unwrap().to_owned();
    let request = bench.server.request("POST", &url).header("X-RequestDigest", &digest);
    request.json(&json!({"Title": "x"})).send().expect_status(401);
    send(&bench, &writer, "POST", &url, &json!({"Title": "x"})).expect_status(201);
}

#[test]
fn api3_broken_object_property_level_authorization() {
    let (bench, writer) = bench();
    let item = format!("{PUMPS}/items(1)");
    let before = bench.get(&writer, &item).json();
    for property in ["AuthorId", "EditorId", "Id", "GUID", "Created", "Modified", "OData__UIVersionString"] {
        let other = if before[property].is_number() { json!(99) } else { json!("2001-01-01T00:00:00Z") };
        assert_eq!(
            send(&bench, &writer, "MERGE", &item, &json!({"Title": "x", property: other})).status,
            400,
            "{property}"
        );
    }
    assert_eq!(bench.get(&writer, &item).json(), before);
    // No answer holds more of a user than pages show: no hash, no token, no right of another.
    let user = bench.get(&writer, "/sites/demo/_api/web/siteusers").expect_status(200).text().to_lowercase();
    for word in ["password", "argon", "mlst_", "secret", "grant", "blocked", "fingerprint"] {
        assert!(!user.contains(word), "{word}: {user}");
    }
    // Whoever has one list has not the people of the site.
    let one = bench.token("one", &["manage:/sites/demo/Lists/Pumps"]);
    assert_eq!(bench.get(&one, "/sites/demo/_api/web/siteusers").status, 403);
    assert_eq!(send(&bench, &one, "MERGE", PUMPS, &json!({"Title": "Renamed"})).status, 403);
}

#[test]
fn api5_broken_function_level_authorization() {
    let bench = Bench::start();
    bench.server.list_in(DEMO, "Pumps").item(json!({"Title": "Pumps"}));
    let place = Place::furnish(&bench.server, DEMO, ["Tanks", "Doomed", "new"]);
    let writer = bench.token("writer", &["contribute:/sites/demo"]);
    let reader = bench.token("reader", &["read:/sites/demo"]);
    let bear = |request: Request<'_>, token: &str| super::super::bench::bearing(request, token).send().status;
    let mut refused = 0;
    for sample in samples() {
        let (managing, contributing) =
            (sample.needs.starts_with("manage"), sample.needs.starts_with("contribute"));
        if managing {
            assert_eq!(bear(sample.request(&bench.server, &place), &writer), 403, "{}", sample.address);
        }
        if managing || contributing {
            assert_eq!(bear(sample.request(&bench.server, &place), &reader), 403, "{}", sample.address);
            refused += 1;
        }
    }
    assert!(refused > 20, "{refused}");
    // Nor is a method another by a header.
    for (line, tunnelled, expected) in [
        ("POST", "DELETE", 403),
        ("POST", "MERGE", 403),
        ("POST", "PUT", 403),
        ("GET", "DELETE", 200),
        ("HEAD", "DELETE", 200),
        ("OPTIONS", "DELETE", 204),
    ] {
        for name in ["X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override"] {
            let request =
                bench.as_caller(&reader, line, &format!("{PUMPS}/items(1)")).header(name, tunnelled);
            let status = request
                .header("Content-Type", "application/json")
                .body(json!({"Title": "x"}).to_string())
                .send()
                .status;
            let expected = if name == "X-HTTP-Method" || line != "POST" { expected } else { 405 };
            assert_eq!(status, expected, "{line} {name}: {tunnelled}");
        }
    }
    assert_eq!(bench.get(&reader, &format!("{PUMPS}/items(1)/Title")).json()["value"], "Pumps");
}
