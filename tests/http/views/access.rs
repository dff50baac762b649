//! Who may read views, and who may change them.

use matchlist_tests::{Options, Server};
use serde_json::json;

#[test]
fn views_are_read_by_who_reads_the_list_and_changed_by_who_manages_it() {
    let server = Server::start(Options::on_disk());
    let manager = server.bearer("manager", &["--scope", "manage"]);
    let [reader, writer] = ["read", "contribute"].map(|scope| server.bearer(scope, &["--scope", scope]));
    let request = |who: &str, method: &str, path: &str, body: Option<serde_json::Value>| {
        let request = server.request(method, &format!("/_api/web/lists{path}")).header("Authorization", who);
        match body {
            Some(body) => request.json(&body),
            None => request,
        }
        .send()
        .status
    };
    let pumps = json!({"Title": "Pumps", "BaseTemplate": 100});
    assert_eq!(request(&manager, "POST", "", Some(pumps)), 201);
    let view = "/getbytitle('Pumps')/defaultview";
    for who in [&reader, &writer, &manager] {
        for path in ["", "/Title", "/viewfields", "/renderashtml"] {
            assert_eq!(request(who, "GET", &format!("{view}{path}"), None), 200, "{path}");
        }
        assert_eq!(request(who, "GET", "/getbytitle('Pumps')/views/$count", None), 200);
    }
    let writes = [
        ("POST", "/getbytitle('Pumps')/views", json!({"Title": "x"}), 201),
        ("MERGE", "/getbytitle('Pumps')/views/getbytitle('x')", json!({"RowLimit": 5}), 204),
        ("POST", "/getbytitle('Pumps')/defaultview/SetViewXml", json!({"viewXml": "<View/>"}), 200),
        ("POST", "/getbytitle('Pumps')/defaultview/viewfields/addviewfield", json!({"strField": "ID"}), 200),
        ("DELETE", "/getbytitle('Pumps')/views/getbytitle('x')", json!({}), 200),
    ];
    for (method, path, body, status) in writes {
        for who in [&reader, &writer] {
            assert_eq!(request(who, method, path, Some(body.clone())), 403, "{method} {path}");
        }
        assert_eq!(request(&manager, method, path, Some(body)), status, "{method} {path}");
    }
    // A list that may not be read is not there, nor are its views.
    server.order(&["lists", "close", "Pumps"]);
    for path in ["", "/viewfields", "/renderashtml"] {
        assert_eq!(request(&reader, "GET", &format!("{view}{path}"), None), 404, "{path}");
    }
    assert_eq!(request(&writer, "POST", "/getbytitle('Pumps')/views", Some(json!({"Title": "y"}))), 404);
    assert_eq!(request(&manager, "GET", view, None), 200);
}
