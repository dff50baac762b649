//! What becomes of references whose item, list or field is deleted.

use serde_json::{Value, json};

use super::*;

#[test]
fn a_reference_to_a_deleted_item_stays_and_shows_nothing() {
    let server = Server::start(Options::default());
    let sites = sites(&server);
    let list = all_types(&server, &sites);
    list.item(json!({"SiteId": 1, "SitesId": [2, 1]}));
    list.item(json!({"SiteId": 2}));
    sites.request("DELETE", "/items(1)").send().expect_status(200);
    let item = list.read(1).json();
    assert_eq!((&item["SiteId"], &item["SitesId"]), (&json!(1), &json!([2, 1])));
    let path = "/items(1)?$select=SiteId,Site/Title,Sites/Title&$expand=Site,Sites";
    let expected = json!({"SiteId": 1, "Site": null, "Sites": [{"Title": "South"}]});
    assert_eq!(get(&list, path), expected);
    let verbose = get_as(&list, path, VERBOSE)["d"].clone();
    assert!(verbose["Site"]["__deferred"]["uri"].as_str().unwrap().ends_with("/Items(1)/Site"), "{verbose}");
    finds(&list, "Site/Title eq null", &[1]);
    finds(&list, "SiteId eq 1", &[1]);
    assert_eq!(ids(&list, "$orderby=Site/Title desc"), [2, 1]);
    // Ids are not used again, so that a new site is never taken for it.
    assert_eq!(sites.item(json!({"Title": "North"})), 4);
    finds(&list, "Site/Title eq 'North'", &[]);
}

#[test]
fn reads_go_on_where_the_list_is_gone() {
    let server = Server::start(Options::default());
    let sites = sites(&server);
    let list = all_types(&server, &sites);
    list.item(json!({"Title": "x", "SiteId": 1, "SitesId": [2, 1]}));
    let path = "/items(1)?$select=SiteId,Site/Title,Site/Size,Sites/Id&$expand=Site,Sites";
    let tag = |path: &str| list.request("GET", path).send().expect_status(200).etag().to_owned();
    let page = path.replace("(1)", "");
    let before = tag(&page);
    sites.request("DELETE", "").send().expect_status(200);
    assert_ne!(tag(&page), before);
    assert_eq!(get(&list, path), json!({"SiteId": 1, "Site": null, "Sites": []}));
    assert_eq!(get_as(&list, path, VERBOSE)["d"]["Sites"], json!({"results": []}));
    let minimal = get_as(&list, path, MINIMAL);
    assert!(
        minimal["odata.metadata"].as_str().unwrap().ends_with("SiteId,Site/Title,Site/Size,Sites/Id"),
        "{minimal}"
    );
    assert_eq!(list.read(1).json()["SitesId"], json!([2, 1]));
    finds(&list, "Site/Id eq 1 and Sites/Id eq 2", &[1]);
    // No name of it is known: each is null.
    for (filter, found) in [
        ("Site/Title eq 'North'", &[][..]),
        ("Site/Size gt 1", &[]),
        ("Site/Hot", &[]),
        ("startswith(Site/Title, 'N') or Site/Title in ('North','South')", &[]),
        ("Site/Created gt datetime'2001-01-01T00:00:00Z' or year(Site/Due) eq 2024", &[]),
        ("Site/Title eq null and Site/Title ne 'North' and not (Site/Size gt 1)", &[1]),
    ] {
        finds(&list, filter, found);
    }
    list.item(json!({"Title": "y"}));
    assert_eq!(ids(&list, "$orderby=Site/Title desc,Title desc"), [2, 1]);
    let first = get(&list, "/items?$select=Id&$orderby=Site/Title,Title&$top=1");
    let next = first["odata.nextLink"].as_str().unwrap().split_once("/items?").unwrap().1;
    assert_eq!(get(&list, &format!("/items?{next}"))["value"], json!([{"Id": 2}]));
    merge(&list, 1, &json!({"SiteId": 1, "Title": "y"})).expect_status(204);
    merge(&list, 1, &json!({"SiteId": 2})).expect_status(400);
    let read = list.read(1).json();
    list.request("PUT", "/items(1)").json(&read).send().expect_status(204);
    merge(&list, 1, &json!({"SiteId": null, "SitesId": null})).expect_status(204);
    let field = get(&list, "/fields/getbytitle('Site')");
    list.request("MERGE", "/fields/getbytitle('Site')").json(&field).send().expect_status(204);
    // A list of the same title is another one.
    server.list("Sites").item(json!({"Title": "North"}));
    merge(&list, 1, &json!({"SiteId": 1})).expect_status(400);
    list.request("DELETE", "/fields/getbytitle('Site')").send().expect_status(200);
    list.read(1);
}

#[test]
fn a_field_that_is_made_again_begins_empty() {
    let server = server_with_users();
    let sites = sites(&server);
    let target = id_of(&sites);
    let mut list = all_types(&server, &sites);
    let id = list.item(full());
    let names = ["Site", "Sites", "Owner", "Owners", "Tags", "Link"];
    for name in names {
        list.request("DELETE", &format!("/fields/getbytitle('{name}')")).send().expect_status(200);
    }
    let item = list.read(id).json();
    for gone in ["SiteId", "SitesId", "OwnerId", "OwnerStringId", "OwnersStringId", "Tags", "Link"] {
        assert_eq!(item.get(gone), None, "{gone}");
    }
    for query in [
        "$filter=Site/Title eq 'x'",
        "$select=Site/Title&$expand=Site",
        "$orderby=SiteId",
        "$select=OwnerStringId",
    ] {
        list.request("GET", &format!("/items?{}", query.replace(' ', "%20"))).send().expect_status(400);
    }
    merge(&list, id, &json!({"SiteId": 1})).expect_status(400);
    // Each with another multiplicity than before.
    for (name, kind, settings) in [
        ("Site", 7, json!({"LookupList": target, "AllowMultipleValues": true})),
        ("Sites", 7, json!({"LookupList": target})),
        ("Owner", 20, json!({"AllowMultipleValues": true})),
        ("Owners", 20, json!({})),
        ("Tags", 15, json!({})),
        ("Link", 11, json!({})),
    ] {
        list = list.field(name, kind, settings);
    }
    for accept in [PLAIN, VERBOSE] {
        let item = get_as(&list, &format!("/items({id})"), accept);
        let item = item.get("d").unwrap_or(&item);
        for name in ["SiteId", "SitesId", "OwnerId", "OwnerStringId", "OwnersStringId", "Tags", "Link"] {
            assert_eq!(item.get(name), Some(&Value::Null), "{name} in {item}");
        }
    }
    finds(&list, "Site/Id eq null and Sites/Id eq null and Tags eq null", &[id]);
    let path = format!("/items({id})?$select=Site/Title,Sites/Title&$expand=Site,Sites");
    assert_eq!(get(&list, &path), json!({"Site": [], "Sites": null}));
    merge(&list, id, &json!({"Title": "again"})).expect_status(204);
    assert_eq!(list.read(id).json()["OwnerStringId"], Value::Null);
}

#[test]
fn the_field_that_a_lookup_shows_may_go() {
    let server = Server::start(Options::default());
    let sites = sites(&server);
    let list = server.list("Tasks");
    let list = list.field("Site", 7, json!({"LookupList": id_of(&sites), "LookupField": "Size"}));
    let id = list.item(json!({"SiteId": 1}));
    sites.request("DELETE", "/fields/getbytitle('Size')").send().expect_status(200);
    assert_eq!(
        get(&list, &format!("/items({id})?$select=Site/Title&$expand=Site")),
        json!({"Site": {"Title": "North"}})
    );
    let gone = list.request("GET", "/items?$select=Site/Size&$expand=Site").send();
    gone.expect_status(400);
    assert_eq!(get(&list, "/fields/getbytitle('Site')")["LookupField"], "Size");
}
