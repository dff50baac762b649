//! What a lookup or a person refers to must be there when it is written.

use serde_json::json;

use super::*;

const OUT_OF_RANGE: &str = "-2147024809, System.ArgumentException";

#[test]
fn an_item_or_a_user_that_is_not_there_is_refused() {
    let server = server_with_users();
    let sites = sites(&server);
    let list = all_types(&server, &sites);
    list.item(full());
    for values in [
        json!({"SiteId": 4}),
        json!({"SiteId": 2_147_483_647}),
        json!({"SitesId": [1, 4]}),
        json!({"SitesId": {"results": [4]}}),
        json!({"OwnerId": 4}),
        json!({"OwnersId": [1, 4]}),
    ] {
        refused(&list, &values, 400, OUT_OF_RANGE);
    }
    let answer = post(&list, "/items", &json!({"SiteId": 4})).json();
    let message = answer["odata.error"]["message"]["value"].as_str().unwrap();
    assert!(message.contains("'Site'"), "it says which field: {message}");
    // An Id that was given once and is free again is not there either.
    sites.request("DELETE", "/items(3)").send().expect_status(200);
    post(&list, "/items", &json!({"SiteId": 3})).expect_status(400);
}

#[test]
fn thousands_of_references_are_checked_in_one_write() {
    let server = Server::start(Options::default());
    let sites = sites(&server);
    let list = all_types(&server, &sites);
    let id = list.item(json!({"SitesId": vec![1; 40_000]}));
    assert_eq!(list.read(id).json()["SitesId"].as_array().unwrap().len(), 40_000);
    let many: Vec<u32> = (1..=40_000).collect();
    merge(&list, id, &json!({"SitesId": many})).expect_status(400);
}

#[test]
fn what_an_item_refers_to_already_may_stay_though_it_is_gone() {
    let server = server_with_users();
    let sites = sites(&server);
    let list = all_types(&server, &sites);
    let id = list.item(json!({"SiteId": 2, "SitesId": [2, 3]}));
    sites.request("DELETE", "/items(2)").send().expect_status(200);
    for (values, status) in [
        (json!({"SiteId": 2}), 204),
        (json!({"SitesId": [2, 3]}), 204),
        (json!({"SitesId": [1, 2, 3]}), 204),
        (json!({"SitesId": [1, 2, 3, 4]}), 400),
        (json!({"SiteId": 1}), 204),
        (json!({"SiteId": 2}), 400),
        (json!({"SitesId": [1]}), 204),
        (json!({"SitesId": [1, 2]}), 400),
    ] {
        let answer = merge(&list, id, &values);
        assert_eq!(answer.status, status, "{values}: {answer}");
    }
}

#[test]
fn a_list_may_refer_to_itself_also_in_a_circle() {
    let server = Server::start(Options::default());
    let list = server.list("Tree");
    let own = id_of(&list);
    let list = list.field("Parent", 7, json!({"LookupList": own}));
    let list = list.field("Near", 7, json!({"LookupList": own, "AllowMultipleValues": true}));
    let root = list.item(json!({"Title": "root"}));
    let leaf = list.item(json!({"Title": "leaf", "ParentId": root, "NearId": [root]}));
    assert_eq!(
        post(&list, "/items", &json!({"ParentId": leaf + 1})).status,
        400,
        "not to itself before it is there"
    );
    merge(&list, root, &json!({"ParentId": leaf})).expect_status(204);
    merge(&list, leaf, &json!({"ParentId": leaf})).expect_status(204);
    finds(&list, "Parent/Title eq 'leaf'", &[root, leaf]);
    finds(&list, "Title eq 'root' and Parent/Title eq 'leaf'", &[root]);
    finds(&list, "Parent/ParentId eq 2", &[root, leaf]);
    merge(&list, leaf, &json!({"ParentId": root})).expect_status(204);
    assert_eq!(ids(&list, "$orderby=Parent/Title"), [root, leaf]);
    assert_eq!(ids(&list, "$orderby=Parent/Title desc"), [leaf, root]);
    let shown = get(&list, "/items?$select=Title,Parent/Title,Near/Title&$expand=Parent,Near");
    let expected = json!([
        {"Title": "root", "Parent": {"Title": "leaf"}, "Near": []},
        {"Title": "leaf", "Parent": {"Title": "root"}, "Near": [{"Title": "root"}]},
    ]);
    assert_eq!(shown["value"], expected);
    list.request("DELETE", &format!("/items({root})")).send().expect_status(200);
    assert_eq!(get(&list, "/items?$select=Parent/Title&$expand=Parent")["value"], json!([{"Parent": null}]));
    list.request("DELETE", "").send().expect_status(200);
}

#[test]
fn a_required_reference_must_be_given() {
    let server = Server::start(Options::default());
    let sites = sites(&server);
    let target = id_of(&sites);
    let list = server.list("Tasks").field("Site", 7, json!({"LookupList": target, "Required": true}));
    let list = list.field("Tags", 15, json!({"Required": true}));
    list.item(json!({"SiteId": 1, "Tags": ["a"]}));
    for values in [json!({"SiteId": null, "Tags": ["a"]}), json!({"SiteId": 1, "Tags": []})] {
        refused(&list, &values, 400, "-2130575162, ");
    }
}
