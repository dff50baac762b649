//! An item that was read with what it refers to, and is sent back as it was read.

use super::*;

const EXPANDED: &str = "/items(1)?$select=*,Site/Id,Site/Title,Site/Size,Sites/Title,Owner/Title,Owner/EMail,\
                        Owners/Name,Author/Title,Author/Id,Editor/Title&$expand=Site,Sites,Owner,Owners,Author,Editor";

fn lists(server: &Server) -> (List<'_>, List<'_>) {
    let sites = sites(server);
    let list = all_types(server, &sites);
    list.item(full());
    (sites, list)
}

fn put(list: &List, body: &Value) -> Response {
    list.request("PUT", "/items(1)").header("Accept", PLAIN).json(body).send()
}

#[test]
fn what_is_as_it_was_read_says_nothing() {
    let server = server_with_users();
    let (_, list) = lists(&server);
    let own = |read: &Value| -> Vec<Value> {
        ["Title", "SiteId", "SitesId", "OwnerId", "OwnersId", "Tags"]
            .iter()
            .map(|n| read[n].clone())
            .collect()
    };
    let before = own(&list.read(1).json());
    for (accept, version) in [PLAIN, MINIMAL, VERBOSE].iter().zip(2..) {
        let read = get_as(&list, EXPANDED, accept);
        let body = read.get("d").unwrap_or(&read);
        assert!(body["Site"].is_object() && body["Author"].is_object(), "{body}");
        put(&list, body).expect_status(204);
        let now = list.read(1);
        assert_eq!((own(&now.json()), now.etag()), (before.clone(), &*format!("\"{version}\"")), "{accept}");
    }
    // Another value, with the expansion as it was: the Id is what is written.
    let mut body = get(&list, EXPANDED);
    body["SiteId"] = json!(1);
    body["OwnersId"] = json!([2]);
    put(&list, &body).expect_status(204);
    let now = list.read(1).json();
    assert_eq!((&now["SiteId"], &now["OwnersId"]), (&json!(1), &json!([2])));
    put(&list, &body).expect_status(400);
    // An expansion of what the item gets fits too.
    merge(&list, 1, &json!({"SiteId": 2, "Site": {"Title": "South", "Id": 2}})).expect_status(204);
}

#[test]
fn a_part_keeps_the_field_of_which_it_shows_something() {
    let server = server_with_users();
    let (_, list) = lists(&server);
    let read = get(&list, "/items(1)?$select=Title,Site/Title,Owners/Title&$expand=Site,Owners");
    put(&list, &read).expect_status(204);
    let now = list.read(1).json();
    assert_eq!((&now["SiteId"], &now["OwnersId"]), (&json!(2), &json!([3, 1])));
    assert_eq!((&now["SitesId"], &now["OwnerId"], &now["Tags"]), (&Value::Null, &Value::Null, &Value::Null));
    let nothing = get(&list, "/items(1)?$select=Title,Sites/Title,Owner/Title&$expand=Sites,Owner");
    assert_eq!(nothing, json!({"Title": "x", "Sites": [], "Owner": null}));
    put(&list, &nothing).expect_status(204);
    let added = post(&list, "/items", &nothing).expect_status(201).json();
    assert_eq!((&added["SitesId"], &added["OwnerId"]), (&Value::Null, &Value::Null));
}

#[test]
fn what_stands_round_an_item_says_nothing_of_it() {
    let server = server_with_users();
    let (_, list) = lists(&server);
    let around = "ParentList,ContentType,FieldValuesAsText,FieldValuesAsHtml,FieldValuesForEdit";
    let before = list.read(1).json();
    let mut version = 1;
    for accept in [PLAIN, MINIMAL, VERBOSE] {
        for method in ["PUT", "MERGE"] {
            let read = get_as(&list, &format!("/items(1)?$expand={around}"), accept);
            let mut body = read.get("d").unwrap_or(&read).clone();
            assert!(around.split(',').all(|name| body[name].is_object()), "{body}");
            // What stands there is of the item as it was read.
            body["Title"] = json!(format!("{method} {accept}"));
            list.request(method, "/items(1)").json(&body).send().expect_status(204);
            version += 1;
            let now = list.read(1);
            assert_eq!((&now.json()["Title"], now.etag()), (&body["Title"], &*format!("\"{version}\"")));
        }
    }
    let part = get(&list, "/items(1)?$select=Title,ParentList/Title,ParentList/Id&$expand=ParentList");
    merge(&list, 1, &part).expect_status(204);
    for nothing in around.split(',').chain(["RoleAssignments", "AttachmentFiles", "Folder", "Versions"]) {
        merge(&list, 1, &json!({nothing: null})).expect_status(204);
        merge(&list, 1, &json!({nothing: {"__deferred": {"uri": "x"}}})).expect_status(204);
        post(&list, "/items", &json!({nothing: null})).expect_status(201);
    }
    merge(&list, 1, &json!({"Title": before["Title"]})).expect_status(204);
    let mut now = list.read(1).json();
    for changed in ["Modified", "OData__UIVersionString"] {
        now[changed] = before[changed].clone();
    }
    assert_eq!(now, before);
}

#[test]
fn what_stands_round_another_item_is_refused() {
    let server = server_with_users();
    let (sites, list) = lists(&server);
    let wrong = "-1, Microsoft.SharePoint.Client.InvalidClientQueryException";
    for values in [
        json!({"ParentList": {"Id": id_of(&sites)}}),
        json!({"ParentList": {"Id": "x"}}),
        json!({"ParentList": "All"}),
        json!({"ParentList": []}),
        json!({"FieldValuesAsText": "x"}),
        json!({"parentlist": {}}),
        json!({"RoleAssignments": {"results": []}}),
        json!({"Versions": [{"VersionId": 512}]}),
    ] {
        refused(&list, &values, 400, wrong);
    }
    // A new item stands nowhere yet.
    let read = get(&list, "/items(1)?$select=Title,ParentList/Id&$expand=ParentList");
    post(&list, "/items", &read).expect_status(400);
    let texts = get(&list, "/items(1)?$select=Title,FieldValuesAsText/Title&$expand=FieldValuesAsText");
    post(&list, "/items", &texts).expect_status(400);
}

#[test]
fn another_object_is_refused_and_changes_nothing() {
    let server = server_with_users();
    let (sites, list) = lists(&server);
    for (name, value) in [
        ("Site", json!({"Title": "North"})),
        ("Site", json!({"Id": 1, "Title": "South"})),
        ("Site", json!({"Title": "South", "Nothing": 1})),
        ("Site", json!({"Title": "South", "Size": 1})),
        ("Site", json!("South")),
        ("Site", json!(2)),
        ("Site", json!([{"Title": "South"}, {"Title": "South"}])),
        ("Sites", json!([{"Title": null}])),
        ("Sites", json!([{"Title": "North"}, {"Title": null}])),
        ("Sites", json!(["x", "y"])),
        ("Owner", json!({"Title": "Local owner"})),
        ("Owner", json!({"Department": "x"})),
        ("Owners", json!([{"Title": "Öl"}])),
        ("Author", json!({"Title": "Ada"})),
        ("Editor", json!({"Id": 2})),
        ("Tags", json!({"Title": "x"})),
        ("Nothing", json!({"Title": "x"})),
    ] {
        refused(
            &list,
            &json!({"Title": "new", name: value}),
            400,
            "-1, Microsoft.SharePoint.Client.InvalidClientQueryException",
        );
    }
    // A new item refers to nothing yet; this one does.
    for values in [
        json!({"Site": null}),
        json!({"Site": []}),
        json!({"Sites": {"results": []}}),
        json!({"Author": null}),
    ] {
        merge(&list, 1, &values).expect_status(400);
        put(&list, &values).expect_status(400);
    }
    post(&list, "/items", &json!({"SiteId": 2, "Site": {"Title": "South"}})).expect_status(400);
    assert_eq!(list.read(1).etag(), "\"1\"");
    // What it refers to has changed since.
    let read = get(&list, "/items(1)?$select=Site/Title&$expand=Site");
    merge(&sites, 2, &json!({"Title": "Southern"})).expect_status(204);
    merge(&list, 1, &read).expect_status(400);
    sites.request("DELETE", "/items(2)").send().expect_status(200);
    merge(&list, 1, &json!({"Site": {"Title": "Southern"}})).expect_status(400);
    let read = get(&list, "/items(1)?$select=Site/Title&$expand=Site");
    assert_eq!(read, json!({"Site": null}));
    merge(&list, 1, &read).expect_status(204);
    put(&list, &read).expect_status(204);
    assert_eq!(list.read(1).json()["SiteId"], 2, "the Id stays");
}
