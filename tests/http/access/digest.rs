//! What a page must show besides the cookie to write.

use matchlist_tests::{Request, Server};
use serde_json::{Value, json};

use super::browser::{ANN, BOB, Browser, server};

const WORDS: &str = "The security validation for this page is invalid and might be corrupted. \
                     Please use your web browser's Back button to try your operation again.";
const WRONG: &str = "-2130575251, Microsoft.SharePoint.SPException";
const OLD: &str = "-2130575252, Microsoft.SharePoint.SPException";
const ITEMS: &str = "/sites/demo/_api/web/lists/getbytitle('Tasks')/items";

/// A list with an item, made by ann.
fn tasks(server: &Server) -> Browser {
    let ann = Browser::sign_in(server, ANN);
    let digest = ann.digest("/sites/demo");
    let post = |path: &str, body: Value| {
        ann.request("POST", path).header("X-RequestDigest", &digest).json(&body).send().expect_status(201);
    };
    post("/sites/demo/_api/web/lists", json!({"Title": "Tasks", "BaseTemplate": 100}));
    post(ITEMS, json!({"Title": "wash up"}));
    ann
}

#[track_caller]
fn refused(request: Request<'_>, code: &str) {
    let response = request.header("Accept", "application/json;odata=verbose").send().expect_status(403);
    let expected = json!({"error": {"code": code, "message": {"lang": "en-US", "value": WORDS}}});
    assert_eq!(response.json(), expected);
}

fn titles(browser: &Browser) -> Value {
    browser.get(&format!("{ITEMS}?$select=Title")).expect_status(200).json()["value"].clone()
}

#[test]
fn a_digest_is_of_one_user_one_session_and_one_site() {
    let server = server(&[]);
    let ann = tasks(&server);
    let (again, bob) = (Browser::sign_in(&server, ANN), Browser::sign_in(&server, BOB));
    let good = bob.digest("/sites/demo");
    let (tag, time) = good.split_once(',').unwrap();
    let refuse = |digest: &str| {
        let add = bob.request("POST", ITEMS).header("X-RequestDigest", digest).json(&json!({"Title": "no"}));
        refused(add, WRONG);
    };
    refuse(&ann.digest("/sites/demo"));
    refuse("");
    refuse("0x");
    refuse("formDigestValue");
    refuse(tag);
    refuse(&format!("{tag},"));
    refuse(&format!("{tag},01 May 2037 08:00:00 -0000"));
    refuse(&format!("{},{time}", &tag[..tag.len() - 2]));
    refuse(&format!("{tag}0,{time}"));
    refuse(&format!("0x{},{time}", "0".repeat(64)));
    refuse(&format!("{good},{time}"));
    let other = again.request("POST", ITEMS).header("X-RequestDigest", &ann.digest("/sites/demo"));
    refused(other.json(&json!({"Title": "no"})), WRONG);
    let other = ann.request("POST", ITEMS).header("X-RequestDigest", &ann.digest(""));
    refused(other.json(&json!({"Title": "no"})), WRONG);
    assert_eq!(titles(&ann), json!([{"Title": "wash up"}]), "nothing was written");
    let add = bob.request("POST", ITEMS).header("X-RequestDigest", &good).json(&json!({"Title": "yes"}));
    add.send().expect_status(201);
    // Another case of the site's path names the same site.
    let path = ITEMS.replace("/sites/demo", "/Sites/DEMO");
    let add = bob.request("POST", &path).header("X-RequestDigest", &bob.digest("/SITES/demo"));
    add.json(&json!({"Title": "and yes"})).send().expect_status(201);
}

#[test]
fn without_one_digest_nothing_is_written_by_any_method() {
    let server = server(&[]);
    let ann = tasks(&server);
    let good = ann.digest("/sites/demo");
    let item = format!("{ITEMS}(1)");
    let change = json!({"Title": "changed"});
    for method in ["PUT", "PATCH", "MERGE", "DELETE"] {
        refused(ann.request(method, &item).header("If-Match", "*").json(&change), WRONG);
        let tunnelled = ann.request("POST", &item).header("X-HTTP-Method", method).header("If-Match", "*");
        refused(tunnelled.json(&change), WRONG);
    }
    refused(ann.request("POST", ITEMS).json(&change), WRONG);
    refused(ann.request("POST", "/sites/demo/_api/web/ensureuser('eve@example.test')"), WRONG);
    // Sent twice it is no digest, even if both are good.
    let twice = ann.request("POST", ITEMS).header("X-RequestDigest", &good).header("X-RequestDigest", &good);
    refused(twice.json(&change), WRONG);
    // In the body or in the query it does not count: a form could send it.
    refused(
        ann.request("POST", &format!("{ITEMS}?X-RequestDigest={good}").replace(' ', "%20")).json(&change),
        WRONG,
    );
    assert_eq!(titles(&ann), json!([{"Title": "wash up"}]));
    let merge = ann.request("POST", &item).header("X-HTTP-Method", "MERGE").header("If-Match", "\"1\"");
    merge.header("X-RequestDigest", &good).json(&change).send().expect_status(204);
    let delete = ann.request("DELETE", &item).header("If-Match", "\"2\"").header("X-RequestDigest", &good);
    delete.send().expect_status(200);
}

#[test]
fn a_page_of_another_origin_writes_nothing_with_the_browser_s_cookie() {
    let server = server(&[]);
    let ann = tasks(&server);
    let good = ann.digest("/sites/demo");
    // What a form or a script elsewhere makes a browser send: the cookie, and its own Origin.
    for digest in [None, Some(&good)] {
        for origin in ["http://evil.example", "null", "https://localhost:1"] {
            let mut add = ann.request("POST", ITEMS).header("Origin", origin).json(&json!({"Title": "no"}));
            if let Some(digest) = digest {
                add = add.header("X-RequestDigest", digest);
            }
            let code = add.send().expect_status(403).json()["odata.error"]["code"].clone();
            assert_eq!(code, "-2147024891, System.UnauthorizedAccessException");
        }
    }
    // Of a browser that tells no Origin: forms have no types but these, and no headers.
    let form = |kind: &str, body: &str| {
        let form = ann.request("POST", ITEMS).header("Content-Type", kind);
        form.body(body).send().status
    };
    assert_eq!(form("text/plain", "{\"Title\":\"no\"}"), 415);
    assert_eq!(form("application/x-www-form-urlencoded", "Title=no"), 415);
    assert_eq!(titles(&ann), json!([{"Title": "wash up"}]));
    // A script tag elsewhere on this host does not run what holds a digest.
    let script = ann.get("/sites/demo/_layouts/15/matchlist.js").expect_status(200);
    assert_eq!(script.header("Cross-Origin-Resource-Policy"), Some("same-origin"));
}

#[test]
fn reads_and_contextinfo_need_none() {
    let server = server(&[]);
    let ann = tasks(&server);
    for (accept, pointer) in [
        ("application/json;odata=verbose", "/d/GetContextWebInformation/FormDigestValue"),
        ("application/json;odata=minimalmetadata", "/FormDigestValue"),
        ("application/json;odata=nometadata", "/FormDigestValue"),
    ] {
        let info = ann.request("POST", "/sites/demo/_api/contextinfo").header("Accept", accept).send();
        let digest = info.expect_status(200).json().pointer(pointer).unwrap().as_str().unwrap().to_owned();
        let add = ann.request("POST", ITEMS).header("X-RequestDigest", &digest);
        add.json(&json!({"Title": accept})).send().expect_status(201);
    }
    ann.request("HEAD", ITEMS).send().expect_status(200);
    ann.request("OPTIONS", ITEMS).send().expect_status(204);
    let shown = ann.get("/sites/demo/_layouts/15/matchlist.js").expect_status(200).text();
    let digest = shown.split("\"formDigestValue\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let add = ann.request("POST", ITEMS).header("X-RequestDigest", &digest);
    add.json(&json!({"Title": "from the script"})).send().expect_status(201);
}

#[test]
fn a_digest_counts_for_half_an_hour() {
    let mut server = server(&[]);
    let ann = tasks(&server);
    let digest = ann.digest("/sites/demo");
    server.stop();
    server.restart_with(&["--clock-ahead", "1790"]);
    let ann = ann.follow(&server);
    let add = |ann: &Browser| {
        let body = json!({"Title": "late"});
        ann.request("POST", ITEMS).header("X-RequestDigest", &digest).json(&body).send().status
    };
    assert_eq!(add(&ann), 201);
    server.stop();
    server.restart_with(&["--clock-ahead", "1801"]);
    let ann = ann.follow(&server);
    refused(ann.request("POST", ITEMS).header("X-RequestDigest", &digest).json(&json!({"Title": "no"})), OLD);
    // A digest of another is not called old: it never was the caller's.
    let bob = Browser::sign_in(&server, BOB);
    refused(
        bob.request("POST", ITEMS).header("X-RequestDigest", &digest).json(&json!({"Title": "no"})),
        WRONG,
    );
    assert_eq!(titles(&ann).as_array().unwrap().len(), 2);
}

#[test]
fn a_batch_needs_one_outside_and_what_stands_within_is_none() {
    let server = server(&[]);
    let ann = tasks(&server);
    let good = ann.digest("/sites/demo");
    let batch = |method: &str, path: &str, inner: &str| {
        let body = format!(
            "--b\r\nContent-Type: application/http\r\n\r\n{method} {path} HTTP/1.1\r\nX-RequestDigest: {inner}\r\n\
             Content-Type: application/json\r\n\r\n{{\"Title\":\"batched\"}}\r\n--b--\r\n"
        );
        let request = ann.request("POST", "/sites/demo/_api/$batch");
        request.header("Content-Type", "multipart/mixed; boundary=b").body(body)
    };
    let in_json = |method: &str| {
        let request =
            json!({"id": "1", "method": method, "url": "lists/Tasks/items", "body": {"Title": "batched"}});
        ann.request("POST", "/sites/demo/_api/$batch").json(&json!({ "requests": [request] }))
    };
    // Also where it only reads: whoever could send one without a digest would learn which there are.
    refused(batch("POST", ITEMS, &good), WRONG);
    refused(batch("GET", ITEMS, &good), WRONG);
    refused(in_json("POST"), WRONG);
    refused(in_json("GET"), WRONG);
    refused(batch("POST", ITEMS, &good).header("X-RequestDigest", &ann.digest("")), WRONG);
    assert_eq!(titles(&ann), json!([{"Title": "wash up"}]));
    let batched = batch("POST", ITEMS, "0xDEAD").header("X-RequestDigest", &good).send().expect_status(200);
    assert!(batched.text().contains("HTTP/1.1 201 Created"), "{batched}");
    let batched = in_json("POST").header("X-RequestDigest", &good).send().expect_status(200);
    assert_eq!(batched.json()["responses"][0]["status"], 201);
    // With a digest of its site a batch reaches no other site.
    let elsewhere = batch("POST", "/_api/web/lists", &ann.digest("")).header("X-RequestDigest", &good);
    elsewhere.send().expect_status(400);
    assert_eq!(titles(&ann), json!(["wash up", "batched", "batched"].map(|title| json!({ "Title": title }))));
}

#[test]
fn soap_that_writes_needs_a_digest_and_soap_that_reads_does_not() {
    let server = server(&[]);
    let ann = tasks(&server);
    let ask = |operation: &str, inner: &str| {
        let body = format!(
            "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><{operation} \
             xmlns='http://schemas.microsoft.com/sharepoint/soap/'><listName>Tasks</listName>{inner}</{operation}>\
             </e:Body></e:Envelope>"
        );
        let request = ann.request("POST", "/sites/demo/_vti_bin/Lists.asmx");
        request.header("Content-Type", "text/xml").body(body)
    };
    for operation in ["GetListItems", "GetList", "GetListCollection"] {
        ask(operation, "").send().expect_status(200);
    }
    let add = || {
        let new = "<Method ID='1' Cmd='New'><Field Name='Title'>dry</Field></Method>";
        ask("UpdateListItems", &format!("<updates><Batch>{new}</Batch></updates>"))
    };
    let refused = add().send().expect_status(403).text();
    assert!(refused.contains("The security validation for this page is invalid"), "{refused}");
    assert_eq!(titles(&ann), json!([{"Title": "wash up"}]));
    add().header("X-RequestDigest", &ann.digest("/sites/demo")).send().expect_status(200);
    assert_eq!(titles(&ann), json!([{"Title": "wash up"}, {"Title": "dry"}]));
}
