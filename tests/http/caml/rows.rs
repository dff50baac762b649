//! Rows as `RenderListDataAsStream` and `renderlistdata` give them.

use matchlist_tests::{Options, Server};
use serde_json::{Value, json};

use super::*;

fn view_of(names: &[&str]) -> String {
    let refs: String = names.iter().map(|name| format!("<FieldRef Name='{name}'/>")).collect();
    format!("<View><ViewFields>{refs}</ViewFields></View>")
}

#[test]
fn every_type_is_spelt_for_people() {
    let server = Server::start(Options::default());
    let sites = server.list("Sites");
    sites.item(json!({"Title": "North"}));
    let target = sites.request("GET", "?$select=Id").header("Accept", PLAIN).send().json()["Id"].clone();
    let list = server.list("All").number("Count").boolean("Done").date_time("Due").note("Note");
    let list = list.field("Link", 11, json!({})).field("Tags", 15, json!({"Choices": ["red", "green"]}));
    let list = list.field("Site", 7, json!({"LookupList": target})).field("Owner", 20, json!({}));
    let list = list.field("Sites", 7, json!({"LookupList": target, "AllowMultipleValues": true}));
    let list = list.field("Code", 14, json!({}));
    list.item(json!({
        "Title": "a/b", "Count": 1234.5, "Done": true, "Due": "2024-05-01T20:05:00Z", "Note": "text",
        "Link": {"Url": "https://a.example/", "Description": "Docs"}, "Tags": ["red", "green"], "SiteId": 1,
        "OwnerId": 1, "SitesId": [1], "Code": "7c1d0b52-0000-4000-8000-00000000000f",
    }));
    list.item(json!({}));
    let names = [
        "Title", "Count", "Done", "Due", "Note", "Link", "Tags", "Site", "Owner", "Sites", "Code", "Editor",
        "Modified",
    ];
    let answer = stream(&list, "", json!({"ViewXml": view_of(&names), "RenderOptions": 2}));
    let item = list.read(1).json();
    let person = json!([{"id": "1", "title": "Local owner", "email": "", "sip": "", "picture": ""}]);
    let lookup = json!([{"lookupId": 1, "lookupValue": "North", "isSecretFieldValue": false}]);
    let row = &answer["Row"][0];
    let expected = json!({
        "ID": "1", "PermMask": "0x7fffffffffffffff", "FSObjType": "0", "UniqueId": row["UniqueId"],
        "ContentTypeId": row["ContentTypeId"], "FileRef": "/Lists/All/1_.000", "owshiddenversion": "1",
        "Title": "a/b", "Count": "1,234.5", "Count.": "1234.5", "Done": "Yes", "Done.value": "1",
        "Due": "5/1/2024 8:05 PM", "Due.": "2024-05-01T20:05:00Z", "Note": "text",
        "Link": "https://a.example/", "Link.desc": "Docs", "Tags": ["red", "green"], "Site": lookup,
        "Owner": person, "Sites": lookup, "Code": "{7C1D0B52-0000-4000-8000-00000000000F}", "Editor": person,
        "Modified": row["Modified"], "Modified.": item["Modified"],
    });
    assert_eq!(*row, expected);
    let guid = item["GUID"].as_str().unwrap().to_uppercase();
    assert_eq!(row["UniqueId"], format!("{{{guid}}}"));
    let empty = &answer["Row"][1];
    for (name, value) in [
        ("Title", json!("")),
        ("Count", json!("")),
        ("Count.", json!("")),
        ("Done", json!("")),
        ("Due.", json!("")),
        ("Link.desc", json!("")),
        ("Tags", json!([])),
        ("Site", json!("")),
        ("Owner", json!("")),
        ("Sites", json!([])),
        ("Code", json!("")),
    ] {
        assert_eq!(empty[name], value, "{name}");
    }
}

#[test]
fn the_answer_is_bare_whatever_format_is_asked_for() {
    let server = Server::start(Options::default());
    let list = server.list("Tasks");
    let mut expected = json!({
        "Row": [], "FirstRow": 1, "FolderPermissions": "0x7fffffffffffffff", "LastRow": 0, "RowLimit": 30,
        "FilterLink": "?", "ForceNoHierarchy": "1", "HierarchyHasIndention": "", "CurrentFolderSpItemUrl": "",
    });
    for accept in [PLAIN, MINIMAL, VERBOSE] {
        for options in [Value::Null, 0.into(), 2.into()] {
            let body = json!({"parameters": {
                "ViewXml": "<View/>", "RenderOptions": options, "DatesInUtc": true, "AddRequiredFields": true,
                "__metadata": {"type": "SP.RenderListDataParameters"},
            }, "overrideParameters": null});
            let reply =
                list.request("POST", "/RenderListDataAsStream").header("Accept", accept).json(&body).send();
            assert_eq!(reply.header("Content-Type"), Some("application/json;charset=utf-8"));
            assert_eq!(reply.expect_status(200).json(), expected, "{accept}");
        }
    }
    list.item(json!({"Title": "a/b"}));
    let plain = list.request("POST", "/renderlistdataasstream").json(&json!({})).send().expect_status(200);
    assert!(plain.text().contains("a\\u002fb") && !plain.text().contains('/'));
    expected["Row"] = plain.json()["Row"].clone();
    expected["LastRow"] = 1.into();
    assert_eq!(plain.json(), expected);
    assert_eq!(list.request("POST", "/renderlistdataasstream").send().expect_status(200).json(), expected);
}

#[test]
fn more_options_wrap_the_rows_and_tell_of_the_fields() {
    let server = Server::start(Options::default());
    let list = server.list("Tasks").choice("State", &["open", "done"]);
    list.item(json!({"Title": "x"}));
    let parameters = json!({"ViewXml": view_of(&["State", "Modified", "DocIcon"]), "RenderOptions": 6});
    let answer = stream(&list, "", parameters);
    assert_eq!(answer["ListData"]["Row"][0]["State"], "");
    let schema = &answer["ListSchema"];
    assert_eq!((schema["ListTitle"].as_str(), schema["Field"].as_array().unwrap().len()), (Some("Tasks"), 2));
    let state = &schema["Field"][0];
    let told =
        ["Name", "DisplayName", "FieldType", "ReadOnlyField", "Sortable", "Required"].map(|n| &state[n]);
    assert_eq!(json!(told), json!(["State", "State", "Choice", "FALSE", "TRUE", "FALSE"]));
    assert_eq!(state["Choices"], json!(["open", "done"]));
    assert_eq!(schema["Field"][1]["FieldType"], "DateTime");
    assert_eq!(stream(&list, "", json!({"RenderOptions": 4}))["ListData"], Value::Null);
    // What is not served is left out.
    let context = stream(&list, "", json!({"RenderOptions": 1 + 2 + 8}));
    assert_eq!(context.as_object().unwrap().keys().collect::<Vec<_>>(), ["ListData"]);
}

#[test]
fn filters_orders_and_a_search_come_from_the_url_and_from_the_body() {
    let server = Server::start(Options::default());
    let list = tasks(&server, 6);
    for (under, expected) in [
        ("?FilterField1=State&FilterValue1=done", &["3", "6"][..]),
        ("?FilterField1=ID&FilterValue1=5&FilterOp1=Geq", &["5", "6"]),
        ("?FilterField1=State&FilterValue1=open&FilterField2=Rank&FilterValue2=1", &["1", "5"]),
        ("?FilterFields1=ID&FilterValues1=2%3B%234", &["2", "4"]),
        ("?FilterField1=Rank&FilterValue1=", &[]),
        ("?SortField=ID&SortDir=Desc&FilterField1=State&FilterValue1=done", &["6", "3"]),
        ("?InplaceSearchQuery=TASK%203", &["3"]),
        ("?View=00000000-0000-0000-0000-000000000000&FilterField1=State&FilterValue1=done", &["3", "6"]),
    ] {
        assert_eq!(row_ids(&stream(&list, under, json!({"ViewXml": "<View/>"}))), expected, "{under}");
    }
    let both = view(&leaf("Gt", "ID", "3"));
    let under = "?FilterField1=State&FilterValue1=done";
    let answer = stream(&list, under, json!({"ViewXml": both}));
    assert_eq!(row_ids(&answer), ["6"]);
    assert_eq!(answer["FilterLink"], under);
    let parameters = json!({"ViewXml": both, "OverrideViewXml": view(&leaf("Lt", "ID", "3"))});
    assert_eq!(row_ids(&stream(&list, "", parameters)), ["1", "2"]);
    let body = json!({
        "parameters": {"ViewXml": "<View/>"},
        "overrideParameters": {"FilterField1": "State", "FilterValue1": "done", "SortField": "ID", "SortDir": "Desc"},
    });
    let answer = list.request("POST", "/RenderListDataAsStream").json(&body).send().expect_status(200).json();
    assert_eq!(row_ids(&answer), ["6", "3"]);
}

#[test]
fn renderlistdata_gives_the_same_as_a_text() {
    let server = Server::start(Options::default());
    let list = tasks(&server, 2);
    let xml = "<View><RowLimit>1</RowLimit></View>";
    let expected = stream(&list, "", json!({"ViewXml": xml}));
    let in_alias =
        "/renderlistdata(@viewXml)?%40viewXml='%3CView%3E%3CRowLimit%3E1%3C/RowLimit%3E%3C/View%3E'";
    let in_path = "/RenderListData('%3CView%3E%3CRowLimit%3E1%3C%2FRowLimit%3E%3C%2FView%3E')";
    for path in [in_alias, in_path] {
        let answer = list.request("POST", path).header("Accept", PLAIN).send().expect_status(200).json();
        let text: Value = serde_json::from_str(answer["value"].as_str().unwrap()).unwrap();
        assert_eq!(text, expected, "{path}");
    }
    let body = json!({"viewXml": xml});
    let verbose = list.request("POST", "/RenderListData").header("Accept", VERBOSE).json(&body).send();
    let verbose = verbose.expect_status(200).json();
    let text: Value = serde_json::from_str(verbose["d"]["RenderListData"].as_str().unwrap()).unwrap();
    assert_eq!(text, expected);
}

#[test]
fn the_mask_is_what_the_caller_may_do() {
    let server = Server::start(Options::on_disk());
    let list = tasks(&server, 1);
    let read = server.bearer("reader", &["--scope", "read"]);
    let asked = |body: Value, path: &str, bearer: &str| {
        list.request("POST", path).header("Authorization", bearer).header("Accept", PLAIN).json(&body).send()
    };
    let answer = asked(json!({}), "/RenderListDataAsStream", &read).expect_status(200).json();
    assert_eq!(
        (&answer["FolderPermissions"], &answer["Row"][0]["PermMask"]),
        (&json!("0xb008431061"), &json!("0xb008431061"))
    );
    let found = asked(json!({"query": {"ViewXml": "<View/>"}}), "/getitems", &read).expect_status(200).json();
    assert_eq!(found["value"].as_array().unwrap().len(), 1);
}

#[test]
fn what_stands_in_a_list_that_the_caller_may_not_read_is_neither_shown_nor_found() {
    let server = Server::start(Options::on_disk());
    let sites = server.list("Sites");
    sites.item(json!({"Title": "North"}));
    let target = sites.request("GET", "?$select=Id").header("Accept", PLAIN).send().json()["Id"].clone();
    let list = server.list("Pumps").field("Site", 7, json!({"LookupList": target}));
    let list = list.field("Sites", 7, json!({"LookupList": target, "AllowMultipleValues": true}));
    list.item(json!({"SiteId": 1, "SitesId": [1]}));
    let only_pumps = server.bearer("pumps", &["--scope", "read:/Lists/Pumps"]);
    let both = server.bearer("both", &["--scope", "read"]);
    let asked = |bearer: &str, xml: &str| {
        let body = json!({"parameters": {"ViewXml": xml}});
        let request = list.request("POST", "/RenderListDataAsStream").header("Authorization", bearer);
        request.json(&body).send().expect_status(200).json()
    };
    let all = |bearer: &str| asked(bearer, &view_of(&["Site", "Sites"]))["Row"][0].clone();
    assert_eq!(all(&both)["Site"][0]["lookupValue"], "North");
    assert_eq!((&all(&only_pumps)["Site"], &all(&only_pumps)["Sites"]), (&json!(""), &json!([])));
    for field in ["Site", "Sites"] {
        let (north, other) = (view(&leaf("Eq", field, "North")), view(&leaf("Eq", field, "Other")));
        let none = |bearer: &str, xml: &str| row_ids(&asked(bearer, xml)).is_empty();
        assert!(!none(&both, &north) && none(&both, &other));
        assert!(none(&only_pumps, &north) && none(&only_pumps, &other));
    }
}
