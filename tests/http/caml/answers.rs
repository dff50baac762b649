//! What `getitems` answers: items, as a read of items gives them.

use matchlist_tests::{Options, Server};
use serde_json::json;

use super::*;

#[test]
fn items_are_given_in_each_format_as_a_read_gives_them() {
    let server = Server::start(Options::default());
    let list = tasks(&server, 4);
    let xml = view(&leaf("Eq", "State", "DONE"));
    for accept in [PLAIN, MINIMAL, VERBOSE] {
        let body =
            json!({"query": {"__metadata": {"type": "SP.CamlQuery"}, "ViewXml": xml, "DatesInUtc": true}});
        let asked = list
            .request("POST", "/GetItems")
            .header("Accept", accept)
            .header("Content-Type", "application/json;odata=verbose")
            .body(body.to_string())
            .send()
            .expect_status(200);
        let read = list.request("GET", "/items?$filter=State%20eq%20'done'").header("Accept", accept).send();
        assert_eq!(asked.json(), read.json(), "{accept}");
        assert_eq!(asked.header("Content-Type"), read.header("Content-Type"));
        assert_eq!(asked.header("ETag"), None);
    }
    let minimal = list.request("POST", "/getitems").json(&json!({"query": {"ViewXml": xml}})).send().json();
    assert_eq!(minimal["value"][0]["odata.etag"], "\"1\"");
}

#[test]
fn a_view_without_a_query_gives_all_items() {
    let server = Server::start(Options::default());
    let list = tasks(&server, 120);
    for query in [json!({}), json!({"ViewXml": ""}), json!({"ViewXml": "<View/>"}), json!({"ViewXml": null})]
    {
        let found = get_items(&list, "", query.clone()).expect_status(200).json();
        assert_eq!(found["value"].as_array().unwrap().len(), 120, "{query}");
    }
    assert_eq!(ids(&list, "<View><Query/><RowLimit>3</RowLimit></View>"), [1, 2, 3]);
    let top = get_items(&list, "?$top=2", json!({"ViewXml": "<View><RowLimit>9</RowLimit></View>"})).json();
    assert_eq!(top["value"].as_array().unwrap().len(), 2);
    let limit = get_items(&list, "?$top=9", json!({"ViewXml": "<View><RowLimit>2</RowLimit></View>"})).json();
    assert_eq!(limit["value"].as_array().unwrap().len(), 2);
}

#[test]
fn view_fields_and_select_say_what_is_given() {
    let server = Server::start(Options::default());
    let list = tasks(&server, 1).field("Owner", 20, json!({}));
    list.request("MERGE", "/items(1)").json(&json!({"OwnerId": 1})).send().expect_status(204);
    let names = ["Title", "Owner", "Editor", "LinkTitle", "DocIcon", "FSObjType", "ContentTypeId"];
    let refs: String = names.map(|name| format!("<FieldRef Name='{name}'/>")).concat();
    let query = json!({"ViewXml": format!("<View><ViewFields>{refs}</ViewFields></View>")});
    let found = get_items(&list, "", query.clone()).expect_status(200).json();
    let id = list.request("GET", "?$select=Id").header("Accept", PLAIN).send().json();
    let type_id = format!("0x0100{}", id["Id"].as_str().unwrap().replace('-', "").to_uppercase());
    let expected = json!({"value": [{
        "FileSystemObjectType": 0, "Id": 1, "ServerRedirectedEmbedUri": null, "ServerRedirectedEmbedUrl": "",
        "Title": "task 1", "OwnerId": 1, "OwnerStringId": "1", "EditorId": 1, "ContentTypeId": type_id, "ID": 1,
    }]});
    assert_eq!(found, expected);
    let selected = get_items(&list, "?$select=Id,Owner/Title&$expand=Owner", query.clone()).json();
    assert_eq!(selected, json!({"value": [{"Id": 1, "Owner": {"Title": "Local owner"}}]}));
    let expanded = get_items(&list, "?$expand=FieldValuesAsText", query).expect_status(200).json();
    assert_eq!(expanded["value"][0]["FieldValuesAsText"]["State"], "open");
    assert_eq!(expanded["value"][0]["Title"], "task 1");
}

#[test]
fn the_query_may_stand_behind_an_alias() {
    let server = Server::start(Options::default());
    let list = tasks(&server, 3);
    for alias in [
        "%7B%22ViewXml%22:%22%3CView%3E%3CRowLimit%3E1%3C/RowLimit%3E%3C/View%3E%22%7D",
        "%7B'ViewXml':'%3CView%3E%3CRowLimit%3E1%3C/RowLimit%3E%3C/View%3E'%7D",
    ] {
        let path = format!("/GetItems(query=@v1)?@v1={alias}");
        let found = list.request("POST", &path).header("Accept", PLAIN).send().expect_status(200).json();
        assert_eq!(found["value"].as_array().unwrap().len(), 1, "{alias}");
    }
}

#[test]
fn it_is_a_read_for_whoever_may_read_and_has_no_replay() {
    let server = Server::start(Options::on_disk());
    let list = tasks(&server, 2);
    let body = json!({"query": {"ViewXml": "<View/>"}});
    let id = "7c1d0b52-0000-4000-8000-00000000000f";
    let asked = list
        .request("POST", "/getitems")
        .header("Repeatability-Request-ID", id)
        .header("Repeatability-First-Sent", "Thu, 01 Jan 2015 00:00:00 GMT")
        .json(&body)
        .send()
        .expect_status(200);
    assert_eq!(asked.header("Repeatability-Result"), None);
    let wrong = list.request("GET", "/getitems").send().expect_status(405);
    assert_eq!(wrong.header("Allow"), Some("POST, OPTIONS"));
    let folder = |url: &str| {
        get_items(&list, "", json!({"ViewXml": "<View/>", "FolderServerRelativeUrl": url})).status
    };
    assert_eq!((folder("/Lists/Tasks"), folder("/lists/tasks/"), folder("/Lists/Other")), (200, 200, 404));
}
