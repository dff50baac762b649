//! Who may do what.

use matchlist_tests::{Options, Server};
use serde_json::json;

use super::{envelope, fault, post};

#[test]
fn a_list_that_may_not_be_read_is_as_one_that_is_not_there() {
    let server = Server::start(Options::on_disk());
    let open = server.list_in("/sites/demo", "Open one");
    let secret = server.list_in("/sites/demo", "Secret one");
    secret.item(json!({"Title": "North sea"}));
    let target = super::id(&secret);
    let open = open.field("Site", 7, json!({"LookupList": target}));
    open.item(json!({"Title": "seen", "SiteId": 1}));
    let reader = server.bearer("reader", &["--scope", "read:/sites/demo/Lists/Open one"]);
    let ask = |operation: &str, list: &str, more: &str| {
        let body = envelope(operation, &format!("<listName>{list}</listName>{more}"));
        post(&server, &body).header("Authorization", &reader).send()
    };
    let update =
        "<updates><Batch><Method ID='1' Cmd='New'><Field Name='Title'>x</Field></Method></Batch></updates>";
    for (operation, more) in [("GetListItems", ""), ("GetList", ""), ("UpdateListItems", update)] {
        let (hidden, missing) = (ask(operation, "Secret one", more), ask(operation, "Absent one", more));
        let missing = fault(&missing);
        assert_eq!(fault(&hidden), (missing.0, missing.1, missing.2.replace("Absent", "Secret")));
        let (hidden, missing) =
            (ask(operation, &target, more), ask(operation, "7a5c4a44-9d0b-4a1b-8c3d-4e5f5f3a2f8e", more));
        assert_eq!(fault(&hidden), fault(&missing));
    }
    let lists = ask("GetListCollection", "", "").expect_status(200).text();
    assert!(lists.contains("Open one") && !lists.contains("Secret"), "{lists}");
    let fields =
        "<viewFields><ViewFields><FieldRef Name='Title'/><FieldRef Name='Site'/></ViewFields></viewFields>";
    let rows = ask("GetListItems", "Open one", fields).expect_status(200).text();
    assert!(rows.contains("ows_Title=\"seen\"") && !rows.contains("North"), "{rows}");
    assert_eq!(fault(&ask("UpdateListItems", "Open one", update)).0, 403);
    let nobody = post(&server, &envelope("GetListCollection", "")).send();
    assert_eq!((fault(&nobody).0, nobody.header("WWW-Authenticate").is_some()), (401, true));
}
