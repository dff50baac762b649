//! Batches in parts as clients write them, each deviation that is seen, and the answer byte by byte.

use matchlist_tests::{Options, Server};
use serde_json::json;

use super::*;

/// What PnPjs 4.21 sends for an add, an update with a tag and a delete of items, and two reads.
fn of_pnpjs(host: &str) -> String {
    format!(
        "--batch_G\nContent-Type: multipart/mixed; boundary=\"changeset_C\"\n\n\
         --changeset_C\nContent-Type: application/http\nContent-Transfer-Encoding: binary\n\n\
         POST http://{host}/sites/demo/_api/web/lists/getByTitle('Tasks')/items HTTP/1.1\n\
         accept: application/json\ncontent-type: application/json;charset=utf-8\n\n{{\"Title\":\"three\"}}\n\n\
         --changeset_C\nContent-Type: application/http\nContent-Transfer-Encoding: binary\n\n\
         MERGE http://{host}/sites/demo/_api/web/lists/getByTitle('Tasks')/items(1) HTTP/1.1\n\
         accept: application/json\ncontent-type: application/json;charset=utf-8\n\
         if-match: \"00000000-0000-0000-0000-000000000001,1\"\n\n{{\"Title\":\"never\"}}\n\n\
         --changeset_C\nContent-Type: application/http\nContent-Transfer-Encoding: binary\n\n\
         DELETE http://{host}/sites/demo/_api/web/lists/getByTitle('Tasks')/items(2) HTTP/1.1\n\
         accept: application/json\ncontent-type: application/json;charset=utf-8\nif-match: *\n\n\
         --changeset_C--\n\n--batch_G\nContent-Type: application/http\nContent-Transfer-Encoding: binary\n\n\
         GET http://{host}/sites/demo/_api/web/lists/getByTitle('Tasks')/items?%24select=Id%2CTitle HTTP/1.1\n\
         accept: application/json;odata=nometadata\ncontent-type: application/json;charset=utf-8\n\n\
         --batch_G\nContent-Type: application/http\nContent-Transfer-Encoding: binary\n\n\
         GET http://{host}/sites/demo/_api/web?%24select=Title HTTP/1.1\naccept: application/json;odata=nometadata\n\
         content-type: application/json;charset=utf-8\n\n--batch_G--\n"
    )
}

/// What Office365-REST-Python-Client 3.3 sends for an update and a read: a preamble, LF outside and CRLF inside.
fn of_python(host: &str) -> String {
    format!(
        "Content-Type: multipart/mixed;\n boundary=\"batch_G\"\n\n--batch_G\nContent-Type: multipart/mixed;\n \
         boundary=\"changeset_1a2b3c4d\"\n\n--changeset_1a2b3c4d\nContent-Type: application/http\n\
         Content-Transfer-Encoding: binary\n\nMERGE http://{host}/sites/demo/_api/web/lists/getByTitle('Tasks')/items(1) HTTP/1.1\r\n\
         Accept:application/json;odata=verbose\r\nContent-Type:application/json;odata=verbose\r\n\
         X-HTTP-Method:MERGE\r\nIF-MATCH:*\r\nAuthorization:Bearer nobody's\r\nX-RequestDigest:0xDEAD,1\r\n\r\n\r\n\r\n\
         {{\"Title\": \"eins\", \"__metadata\": {{\"type\": \"SP.Data.TasksListItem\"}}}}\r\n\n\
         --changeset_1a2b3c4d--\n\n--batch_G\nContent-Type: application/http\nContent-Transfer-Encoding: binary\n\n\
         GET http://{host}/sites/demo/_api/web/lists/getByTitle('Tasks')/items(1)?$select=Title HTTP/1.1\r\n\
         Accept:application/json;odata=verbose\r\n\n--batch_G--\n"
    )
}

fn demo() -> Server {
    let server = Server::start(Options::default());
    let tasks = server.list_in("/sites/demo", "Tasks");
    tasks.item(json!({"Title": "one"}));
    tasks.item(json!({"Title": "two"}));
    server
}

fn post(server: &Server, body: &str) -> Vec<Part> {
    let request = server.request("POST", "/sites/demo/_api/$batch").header("Accept", "application/json");
    let request = request.header("Content-Type", "multipart/mixed; boundary=batch_G");
    read(&request.body(body).send().expect_status(200))
}

#[test]
fn a_batch_of_pnpjs_is_answered_flat_and_in_order() {
    let server = demo();
    let parts = post(&server, &of_pnpjs(&server.address().to_string()));
    assert_eq!(statuses(&parts), [201, 412, 200, 200, 200]);
    assert_eq!(parts[0].json()["Title"], "three");
    assert_eq!(parts[0].header("ETAG"), Some("\"1\""));
    assert!(parts[0].header("LOCATION").unwrap().ends_with("/Items(3)"));
    // One request's failure leaves the others of its change set.
    assert_eq!(parts[1].json()["odata.error"]["conflict"]["etag"], "\"1\"");
    assert_eq!(parts[2].body, "");
    let items = json!([{"Id": 1, "Title": "one"}, {"Id": 3, "Title": "three"}]);
    assert_eq!(parts[3].json()["value"], items);
    assert_eq!(parts[4].json(), json!({"Title": "demo"}));
}

#[test]
fn a_batch_of_python_is_read_with_its_preamble_and_its_line_ends() {
    let server = demo();
    let parts = post(&server, &of_python(&server.address().to_string()));
    assert_eq!(statuses(&parts), [204, 200]);
    assert_eq!((parts[0].header("ETAG"), parts[0].body.as_str()), (Some("\"2\""), ""));
    assert_eq!(parts[1].json()["d"]["Title"], "eins");
}

#[test]
fn each_deviation_is_read_as_the_same_batch() {
    let host = "HOST";
    let plain = of_pnpjs(host);
    let deviations: [(&str, String); 12] = [
        ("CRLF", plain.replace('\n', "\r\n")),
        ("a preamble", format!("This is a batch.\n\n{plain}")),
        ("no space after colons", plain.replace(": ", ":")),
        ("boundaries without quotes", plain.replace("\"changeset_C\"", "changeset_C")),
        ("more blank lines", plain.replace("\n\n", "\n\n\n")),
        ("a missing blank line before bodies", plain.replace("\n\n{", "\n{")),
        (
            "a wrong length",
            plain.replace("accept: application/json\n", "accept: application/json\nContent-Length: 7\n"),
        ),
        ("addresses on the server", plain.replace("http://HOST", "")),
        ("addresses in the site", plain.replace("http://HOST/sites/demo/_api/", "")),
        ("another case", plain.replace("/sites/demo/_api/web", "/Sites/Demo/_API/Web")),
        ("TLS before the server", plain.replace("http://", "https://")),
        ("POST with X-HTTP-Method", {
            let tunnelled = plain.replace("MERGE http", "POST http").replace("DELETE http", "POST http");
            let merged = tunnelled.replacen("if-match: \"", "X-HTTP-Method: MERGE\nif-match: \"", 1);
            merged.replace("if-match: *", "X-HTTP-Method: DELETE\nif-match: *")
        }),
    ];
    for (what, body) in deviations {
        let server = demo();
        let parts = post(&server, &body.replace("HOST", &server.address().to_string()));
        assert_eq!(statuses(&parts), [201, 412, 200, 200, 200], "{what}: {parts:?}");
        assert_eq!(parts[3].json()["value"][1]["Title"], "three", "{what}");
    }
}

#[test]
fn the_answer_is_spelt_as_sharepoint_s() {
    let server = demo();
    let body = batch(&[
        request("MERGE", "/sites/demo/_api/lists/Tasks/items(1)", &["If-Match: *"], "{\"Title\":\"x\"}"),
        request("DELETE", "/sites/demo/_api/lists/Tasks/items(2)", &[], ""),
        request("GET", "/sites/demo/_api/web?$select=Title", &[LIGHT], ""),
    ]);
    let answer = in_parts(&server, "/sites/demo/_api/$batch", &body).send().expect_status(200);
    let boundary = answer.header("Content-Type").unwrap().split_once('=').unwrap().1.to_owned();
    let head = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n";
    let modified = read(&answer)[0].header("LAST-MODIFIED").unwrap().to_owned();
    let tag = read(&answer)[2].header("ETAG").unwrap().to_owned();
    assert_eq!(
        answer.text(),
        format!(
            "--{boundary}\r\n{head}HTTP/1.1 204 No Content\r\nETAG: \"2\"\r\nLAST-MODIFIED: {modified}\r\n\r\n\r\n\
             --{boundary}\r\n{head}HTTP/1.1 200 OK\r\n\r\n\r\n\
             --{boundary}\r\n{head}HTTP/1.1 200 OK\r\n\
             CONTENT-TYPE: application/json;odata=nometadata;streaming=true;charset=utf-8\r\nETAG: {tag}\r\n\r\n\
             {{\"Title\":\"demo\"}}\r\n--{boundary}--\r\n"
        )
    );
}

#[test]
fn the_address_has_any_case_and_encoding_and_takes_post_alone() {
    let server = demo();
    let body = batch(&[request("GET", "/_api/web", &[], "")]);
    for path in
        ["/_api/$batch", "/_API/$Batch", "/_api/%24batch", "/_vti_bin/client.svc/$batch", "/_api/$batch/"]
    {
        assert_eq!(
            statuses(&read(&in_parts(&server, path, &body).send().expect_status(200))),
            [200],
            "{path}"
        );
    }
    for accept in ["multipart/mixed", "*/*", "application/json", "text/plain"] {
        let request = in_parts(&server, BATCH, &body).header("Accept", accept);
        assert_eq!(statuses(&read(&request.send().expect_status(200))), [200], "{accept}");
    }
    let refused = server.request("GET", BATCH).send().expect_status(405);
    assert_eq!(refused.header("Allow"), Some("POST, OPTIONS"));
    let described = server.request("OPTIONS", BATCH).send().expect_status(204);
    assert_eq!(described.header("Allow"), Some("POST, OPTIONS"));
}
