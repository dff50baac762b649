//! Tests of batches: as clients write them, each deviation, and what is refused.

use proptest::prelude::*;

use super::*;
use crate::path::SitePath;

const TYPE: &str = "multipart/mixed; boundary=b";

fn get(url: &str) -> PartRequest {
    PartRequest { method: "GET".into(), url: url.into(), ..Default::default() }
}

/// One request after `--b` and before `--b--`.
fn one(part: &str) -> Result<PartRequest, BatchError> {
    parse(TYPE, format!("--b\n{part}\n--b--\n").as_bytes()).map(|mut requests| requests.remove(0))
}

fn reason(part: &str) -> &'static str {
    match one(part) {
        Err(BatchError::Part { part: 1, reason }) => reason,
        other => panic!("{part:?} was not refused as a part: {other:?}"),
    }
}

/// As PnPjs 4 sends it: LF, quoted change set, no length.
const PNPJS: &str = "--batch_1\nContent-Type: multipart/mixed; boundary=\"changeset_2\"\n\n\
    --changeset_2\nContent-Type: application/http\nContent-Transfer-Encoding: binary\n\n\
    MERGE http://h/_api/web/lists/getByTitle('X')/items(1) HTTP/1.1\naccept: application/json\n\
    if-match: \"g,1\"\n\n{\"Title\":\"x\"}\n\n--changeset_2\nContent-Type: application/http\n\
    Content-Transfer-Encoding: binary\n\nDELETE http://h/_api/web/lists/getByTitle('X')/items(2) HTTP/1.1\n\
    accept: application/json\n\n--changeset_2--\n\n--batch_1\nContent-Type: application/http\n\
    Content-Transfer-Encoding: binary\n\nGET http://h/_api/web?%24select=Title HTTP/1.1\naccept: a\n\n--batch_1--\n";

#[test]
fn as_pnpjs_sends_it() {
    let found = parse("multipart/mixed; boundary=batch_1", PNPJS.as_bytes()).unwrap();
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let json = header("accept", "application/json");
    assert_eq!(
        found,
        [
            PartRequest {
                method: "MERGE".into(),
                url: "http://h/_api/web/lists/getByTitle('X')/items(1)".into(),
                headers: vec![json.clone(), header("if-match", "\"g,1\"")],
                body: b"{\"Title\":\"x\"}".to_vec(),
            },
            PartRequest {
                method: "DELETE".into(),
                url: "http://h/_api/web/lists/getByTitle('X')/items(2)".into(),
                headers: vec![json],
                body: Vec::new(),
            },
            PartRequest { headers: vec![header("accept", "a")], ..get("http://h/_api/web?%24select=Title") },
        ]
    );
}

#[test]
fn as_python_sends_it() {
    let body = "Content-Type: multipart/mixed;\n boundary=\"b\"\n\n--b\nContent-Type: multipart/mixed;\n \
        boundary=\"c\"\n\n--c\nContent-Type: application/http\nContent-Transfer-Encoding: binary\n\n\
        POST http://h/_api/web/lists/x/items HTTP/1.1\r\nX-HTTP-Method:MERGE\r\nIF-MATCH:*\r\n\r\n\r\n\
        {\"Title\": \"x\"}\r\n\n--c--\n\n--b\nContent-Type: application/http\n\nGET http://h/_api/web HTTP/1.1\r\n\
        Accept:application/json\r\n\n--b--\n";
    let found = parse(TYPE, body.as_bytes()).unwrap();
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].headers, [header("X-HTTP-Method", "MERGE"), header("IF-MATCH", "*")]);
    assert_eq!(found[0].body, b"{\"Title\": \"x\"}");
    assert_eq!(found[1].headers, [header("Accept", "application/json")]);
}

#[test]
fn line_ends_blank_lines_and_lengths_are_read_kindly() {
    let plain = "Content-Type: application/http\n\nPOST /x HTTP/1.1\nA: 1\n\n{\"b\":2}";
    let expected = PartRequest {
        method: "POST".into(),
        url: "/x".into(),
        headers: vec![("A".into(), "1".into())],
        body: b"{\"b\":2}".to_vec(),
    };
    for part in [
        plain.to_owned(),
        plain.replace('\n', "\r\n"),
        plain.replace("\n\n", "\n\n\n"),
        plain.replace("\n\n", "\r\n \n\t\n"),
        plain.replace("\n\n", "\n"),
        plain.replace(": ", ":"),
        plain.replace("application/http", "Application/HTTP; msgtype=request"),
        plain.replace("HTTP/1.1", "HTTP/1.0"),
        plain.replace("POST /x ", "POST  /x\t"),
        plain.replace("A: 1", "A:\n  1"),
        format!("\n{plain}\n\n"),
        plain.replace("\n\nPOST", "\nContent-Transfer-Encoding:Binary\n\nPOST"),
    ] {
        assert_eq!(one(&part), Ok(expected.clone()), "{part:?}");
    }
    let mut with_length = one(&plain.replace("A: 1", "Content-Length: 99")).unwrap();
    assert_eq!(with_length.headers.pop(), Some(("Content-Length".into(), "99".into())));
    assert_eq!(with_length.body, expected.body);
}

#[test]
fn boundaries() {
    let body = b"--b \nContent-Type: application/http\n\nGET /x HTTP/1.1\n--b--\t\n\n";
    for content_type in [
        "multipart/mixed; boundary=b",
        "Multipart/Mixed;BOUNDARY=\"b\"",
        "multipart/mixed; charset=utf-8 ; boundary = b",
    ] {
        assert_eq!(parse(content_type, body), Ok(vec![get("/x")]), "{content_type}");
    }
    for content_type in [
        "",
        "multipart/mixed",
        "multipart/mixed; boundary=",
        "multipart/mixed; boundary=\"\"",
        "multipart/mixed; boundary=\"b \"",
        "multipart/mixed; boundary=\"b\nc\"",
        "multipart/mixed; boundary=b; boundary=c",
        "multipart/form-data; boundary=b",
        &format!("multipart/mixed; boundary={}", "b".repeat(71)),
    ] {
        assert_eq!(parse(content_type, body), Err(BatchError::NoBoundary), "{content_type}");
    }
    // A longer line is none, nor is one within a line.
    let longer = b"--bb\n--b\nContent-Type: application/http\n\nGET /x HTTP/1.1\nA: --b\nB: 2\n--b--";
    assert_eq!(parse(TYPE, longer).unwrap()[0].headers.len(), 2);
}

#[test]
fn what_is_torn_is_refused() {
    let part = "Content-Type: application/http\n\nGET /x HTTP/1.1\n";
    let named = || "b".to_owned();
    for (body, error) in [
        (String::new(), BatchError::NotThere { boundary: named() }),
        ("garbage".to_owned(), BatchError::NotThere { boundary: named() }),
        (format!("--c\n{part}\n--c--\n"), BatchError::NotThere { boundary: named() }),
        (format!("--b\n{part}"), BatchError::Torn { boundary: named() }),
        (format!("--b\n{part}\n--b"), BatchError::Torn { boundary: named() }),
        (format!("--b\n{part}\n--b-"), BatchError::Torn { boundary: named() }),
        (format!("--b\n{part}\n--b --\n"), BatchError::Torn { boundary: named() }),
        (format!("--b\n{part}\n--b--\nx"), BatchError::Trailing { boundary: named() }),
        (format!("--b\n{part}\n--b--\n--b\n{part}--b--"), BatchError::Trailing { boundary: named() }),
        ("--b--\n".to_owned(), BatchError::Empty),
        (
            format!("--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n{part}\n--b--\n"),
            BatchError::Torn { boundary: "c".into() },
        ),
        (
            format!("--b\nContent-Type: multipart/mixed; boundary=c\n\n{part}\n--b--\n"),
            BatchError::NotThere { boundary: "c".into() },
        ),
        ("--b\nContent-Type: multipart/mixed; boundary=c\n\n--c--\n--b--\n".into(), BatchError::Empty),
    ] {
        assert_eq!(parse(TYPE, body.as_bytes()), Err(error), "{body:?}");
    }
}

#[test]
fn parts_that_are_no_requests_are_refused() {
    for (part, why) in [
        ("", "it has no Content-Type"),
        ("GET /x HTTP/1.1", "it has no Content-Type"),
        (
            "Content-Type: application/http\nContent-Type: application/http\n\nGET /x HTTP/1.1",
            "it has two Content-Types",
        ),
        (
            "Content-Type: text/plain\n\nGET /x HTTP/1.1",
            "its Content-Type is neither application/http nor multipart/mixed",
        ),
        ("Content-Type: multipart/mixed\n\nx", "its Content-Type names no boundary"),
        (
            "Content-Type: application/http\nContent-Transfer-Encoding: base64\n\nR0VU",
            "its Content-Transfer-Encoding is not 'binary'",
        ),
        // Not taken for a body: it would change the item whatever its version.
        (
            "Content-Type: application/http\n\nDELETE /x HTTP/1.1\nIf-Match \"3\"\n\n",
            "one of its headers cannot be read",
        ),
        (
            "Content-Type: application/http\n\nDELETE /x HTTP/1.1\nIf Match: \"3\"",
            "one of its headers cannot be read",
        ),
        (
            "Content-Type: application/http\n\nDELETE /x HTTP/1.1\n\nIf-Match: \"3\"",
            "one of its headers stands after a blank line",
        ),
        (
            "Content-Type: application/http\n\nDELETE /x HTTP/1.1\nAccept: */*\n\nIf-Match: \"3\"\n",
            "one of its headers stands after a blank line",
        ),
        (
            "Content-Type: application/http\n\nDELETE /x HTTP/1.1\nA: \u{1}",
            "one of its headers holds a control character",
        ),
        (
            "Content-Type: multipart/mixed; boundary=c\n\n--c\nContent-Type: multipart/mixed; boundary=d\n\n--d--\n--c--",
            "a change set stands within another",
        ),
    ] {
        assert_eq!(reason(part), why, "{part:?}");
    }
    for line in ["", "GET", "GET /x", "GET /x HTTP/2", "GET HTTP/1.1", "G(T /x HTTP/1.1", "/x HTTP/1.1", "{}"]
    {
        let found = reason(&format!("Content-Type: application/http\n\n{line}"));
        assert_eq!(found, "its request line is not 'METHOD url HTTP/1.1'", "{line:?}");
    }
}

#[test]
fn a_hundred_requests_and_no_more() {
    let part = "--b\nContent-Type: application/http\n\nGET /x HTTP/1.1\n";
    let batch = |n: usize| format!("{}--b--\n", part.repeat(n));
    assert_eq!(parse(TYPE, batch(100).as_bytes()).unwrap().len(), 100);
    assert_eq!(parse(TYPE, batch(101).as_bytes()), Err(BatchError::TooMany { limit: 100 }));
    let set = |n| format!("--a\nContent-Type: multipart/mixed; boundary=b\n\n{}--a--\n", batch(n));
    let of_a = "multipart/mixed; boundary=a";
    assert_eq!(parse(of_a, set(100).as_bytes()).unwrap().len(), 100);
    assert_eq!(parse(of_a, set(101).as_bytes()), Err(BatchError::TooMany { limit: 100 }));
}

#[test]
fn targets() {
    let site = SitePath::parse("/sites/R&D").unwrap();
    let target = |host: Option<&str>, path: &str, query: &str| {
        Some(Target { host: host.map(str::to_owned), path: path.into(), query: query.into() })
    };
    for (url, expected) in [
        ("http://Host:80/_api/web?a=b", target(Some("host"), "/_api/web", "a=b")),
        ("HTTPS://host:443/x", target(Some("host"), "/x", "")),
        ("https://host:80/x", target(Some("host:80"), "/x", "")),
        ("http://[::1]:8080?x", target(Some("[::1]:8080"), "/", "x")),
        ("/sites/a/_api/web#f", target(None, "/sites/a/_api/web", "")),
        ("web/lists?$top=1", target(None, "/sites/R%26D/_api/web/lists", "$top=1")),
        ("/x?$filter=Title eq 'ü'", target(None, "/x", "$filter=Title%20eq%20'%C3%BC'")),
        ("//evil/_api/web", None),
        ("", None),
        ("http://", None),
        ("http:///x", None),
        ("http://user@host/x", None),
    ] {
        assert_eq!(Target::parse(url, &site), expected, "{url}");
    }
}

#[test]
fn answers_are_flat_in_order_and_end_their_last_line() {
    let answers = [
        PartAnswer { status: 204, reason: "No Content", headers: vec![("ETag", "\"766\"")], body: b"" },
        PartAnswer {
            status: 200,
            reason: "OK",
            headers: vec![("Content-Type", "a"), ("Location", "x\r\ny")],
            body: b"{}",
        },
    ];
    let head =
        "--batchresponse_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n";
    let expected = format!(
        "{head}HTTP/1.1 204 No Content\r\nETAG: \"766\"\r\n\r\n\r\n\
         {head}HTTP/1.1 200 OK\r\nCONTENT-TYPE: a\r\nLOCATION: x  y\r\n\r\n{{}}\r\n--batchresponse_1--\r\n"
    );
    assert_eq!(String::from_utf8(print_answers("batchresponse_1", &answers)).unwrap(), expected);
}

fn any_request() -> impl Strategy<Value = PartRequest> {
    let header = ("[A-Za-z][A-Za-z-]{0,12}", "([!-~üé][ -~üé]{0,20}[!-~]|[!-~]?)");
    // None begins as a header does: that is refused.
    let body = prop_oneof![Just(String::new()), "[{<\"é][^\r\n]{0,30}(\r?\n[^\r\n]{1,9}[a-z]){0,3}[a-z]"];
    ("[A-Z]{1,7}", "/[!-~]{0,30}", prop::collection::vec(header, 0..4), body).prop_map(
        |(method, url, headers, body)| PartRequest { method, url, headers, body: body.into_bytes() },
    )
}

proptest! {
    #[test]
    fn what_is_printed_is_read(requests in prop::collection::vec(any_request(), 1..5)) {
        // A boundary of a line that no part has.
        let boundary = "batch_0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
        let printed = print_requests(boundary, &requests);
        let content_type = format!("multipart/mixed; boundary=\"{boundary}\"");
        prop_assert_eq!(parse(&content_type, &printed), Ok(requests.clone()));
        // The same with the line ends of Unix, where no body has the other kind.
        if requests.iter().all(|r| !r.body.contains(&b'\r')) {
            let unix = String::from_utf8(printed).unwrap().replace("\r\n", "\n");
            prop_assert_eq!(parse(&content_type, unix.as_bytes()), Ok(requests));
        }
    }

    #[test]
    fn no_bytes_panic(
        content_type in ".*",
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        close in "(--b|--b--|--c|--c--|Content-Type: application/http|Content-Type: multipart/mixed; boundary=c|GET /x HTTP/1.1|A:1| |\\{\\}|\r?\n){0,20}",
    ) {
        let _ = parse(&content_type, &bytes);
        let _ = (parse(TYPE, &bytes), parse(TYPE, close.as_bytes()));
        let _ = Target::parse(&content_type, &SitePath::ROOT);
    }

    #[test]
    fn a_batch_that_is_cut_anywhere_is_refused_whole(cut in 0..PNPJS.len() - 1) {
        // Without the last line's end it is whole.
        prop_assert!(parse("multipart/mixed; boundary=batch_1", &PNPJS.as_bytes()[..cut]).is_err());
    }
}
