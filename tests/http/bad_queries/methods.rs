//! Methods that a resource does not have.

use crate::bad_bodies::refusal::{Bench, CLIENT, bad};

#[test]
fn a_method_that_a_resource_does_not_have_is_405_and_allow_tells_which_it_has() {
    let bench = Bench::new();
    let pumps = bench.pumps.as_str();
    for (path, methods, allow) in [
        ("/_api/contextinfo".to_owned(), &["GET", "PUT", "DELETE"][..], "POST, OPTIONS"),
        ("/_api/web".to_owned(), &["POST", "PUT", "DELETE"], "GET, HEAD, POST, MERGE, PATCH, OPTIONS"),
        ("/_api/site".to_owned(), &["POST", "PUT", "MERGE", "DELETE"], "GET, HEAD, OPTIONS"),
        ("/_api/web/ensureuser".to_owned(), &["GET", "PUT", "DELETE"], "POST, OPTIONS"),
        ("/_api/web/webs/add".to_owned(), &["GET", "PUT", "DELETE"], "POST, OPTIONS"),
        ("/_api/web/lists".to_owned(), &["PUT", "MERGE", "DELETE"], "GET, HEAD, POST, OPTIONS"),
        (pumps.to_owned(), &["PUT"], "GET, HEAD, POST, MERGE, PATCH, DELETE, OPTIONS"),
        (format!("{pumps}/fields"), &["PUT", "MERGE", "DELETE"], "GET, HEAD, POST, OPTIONS"),
        (format!("{pumps}/items"), &["PUT", "MERGE", "DELETE"], "GET, HEAD, POST, OPTIONS"),
        (
            format!("{pumps}/fields/getbytitle('Short')"),
            &["PUT"],
            "GET, HEAD, POST, MERGE, PATCH, DELETE, OPTIONS",
        ),
        (format!("{pumps}/items(1)/increment"), &["GET", "PUT", "DELETE"], "POST, OPTIONS"),
        (format!("{pumps}/items(1)"), &["POST"], "GET, HEAD, POST, MERGE, PATCH, PUT, DELETE, OPTIONS"),
    ] {
        for method in methods.iter().chain(&["FOO", "TRACE", "PROPFIND", "M-SEARCH"]) {
            let request = bad(method, &path).json("{}");
            let message = bench.refuses(405, CLIENT, &request);
            assert!(message.starts_with(&format!("The HTTP method '{method}' cannot be used")), "{message}");
            assert_eq!(bench.send(&request, &[]).header("Allow"), Some(allow), "{method} {path}");
        }
        let tunnelled = bad("POST", &path).header("X-HTTP-Method", "FOO").json("{}");
        let message = bench.refuses(405, CLIENT, &tunnelled);
        assert!(message.starts_with("The HTTP method 'FOO' cannot be used"), "{message}");
        assert_eq!(bench.send(&tunnelled, &[]).header("Allow"), Some(allow), "tunnelled {path}");
    }
}

#[test]
fn an_empty_tunnelled_method_is_405_and_never_an_add() {
    let bench = Bench::new();
    for method in ["", " ", "MERGE, DELETE", "\u{e9}"] {
        let request = bench.under("POST", "/items").header("X-HTTP-Method", method);
        bench.refuses(405, CLIENT, &request.json(r#"{"Title":"a","Must":"1"}"#));
    }
}

#[test]
fn a_tunnelled_method_counts_on_post_only() {
    let bench = Bench::new();
    let read = bench.under("GET", "/items(1)").header("X-HTTP-Method", "DELETE");
    let before = bench.everything();
    bench.send(&read, &[]).expect_status(200);
    assert_eq!(bench.everything(), before);
}
