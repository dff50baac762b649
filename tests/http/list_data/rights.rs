//! Who may do what: what a caller may not read is neither in the service document nor in the metadata.

use matchlist_tests::{Options, Server};
use serde_json::json;

fn sets(server: &Server, token: &str, service: &str) -> Vec<String> {
    let path = format!("/sites/demo/{service}/");
    let request = server.request("GET", &path).header("Authorization", token);
    let document = request.header("Accept", "application/xml").send().expect_status(200).text();
    document.split("<atom:title>").skip(2).map(|t| t.split('<').next().unwrap().to_owned()).collect()
}

#[test]
fn what_may_not_be_read_is_nowhere() {
    let server = Server::start(Options::on_disk());
    let open = server.list_in("/sites/demo", "Open one");
    let secret = server.list_in("/sites/demo", "Secret one");
    let target = super::id(&secret);
    let open = open.field("Site", 7, json!({"LookupList": target}));
    secret.item(json!({"Title": "hidden"}));
    open.item(json!({"Title": "seen", "SiteId": 1}));
    let reader = server.bearer("reader", &["--scope", "read:/sites/demo/Lists/Open one"]);
    let all = server.bearer("all", &["--scope", "contribute"]);
    assert_eq!(sets(&server, &reader, "_vti_bin/ListData.svc"), ["OpenOne"]);
    assert_eq!(sets(&server, &all, "_vti_bin/ListData.svc"), ["OpenOne", "SecretOne"]);
    let open_items = "SP.ListData.Open_x0020_oneListItems";
    assert_eq!(sets(&server, &reader, "_api"), ["Lists", "Webs", open_items]);
    let secret_items = "SP.ListData.Secret_x0020_oneListItems";
    assert_eq!(sets(&server, &all, "_api"), ["Lists", "Webs", "Fields", "Users", open_items, secret_items]);
    let ask = |token: &str, method: &str, under: &str| {
        let path = format!("/sites/demo/{under}");
        server.request(method, &path).header("Authorization", token)
    };
    for service in ["_api", "_vti_bin/ListData.svc"] {
        let metadata = ask(&reader, "GET", &format!("{service}/$metadata")).send().expect_status(200).text();
        assert!(!metadata.contains("Secret"), "{metadata}");
        assert!(ask(&all, "GET", &format!("{service}/$metadata")).send().text().contains("Secret"));
    }
    let status = |token: &str, under: &str| ask(token, "GET", under).send().status;
    let data = "_vti_bin/ListData.svc";
    assert_eq!(status(&reader, &format!("{data}/SecretOne")), 404);
    assert_eq!(status(&reader, &format!("{data}/OpenOne(1)/Site")), 404);
    assert_eq!(status(&reader, &format!("{data}/OpenOne?$expand=Site")), 400);
    assert_eq!(status(&all, &format!("{data}/OpenOne(1)/Site")), 200);
    let json = ask(&reader, "GET", &format!("{data}/OpenOne(1)")).header("Accept", "application/json").send();
    assert_eq!(json.json()["d"].get("Site"), None, "{json}");
    assert_eq!(json.json()["d"]["SiteId"], 1);
    let write = |token: &str| {
        let request = ask(token, "MERGE", &format!("{data}/OpenOne(1)"));
        request.json(&json!({"Title": "x"})).send().status
    };
    assert_eq!((write(&reader), write(&all)), (403, 204));
    assert_eq!(server.request("GET", "/sites/demo/_vti_bin/ListData.svc/").send().status, 401);
    assert_eq!(server.request("GET", "/sites/demo/_api/$metadata").send().status, 401);
}
