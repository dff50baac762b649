//! The names of fields that refer to others: `Site` in paths, `SiteId` and `OwnerStringId` in values.

use std::collections::BTreeSet;

use serde_json::json;

use super::*;

#[test]
fn no_two_values_of_an_item_share_a_name() {
    let server = Server::start(Options::default());
    let (sites, list) = (sites(&server), server.list("Names"));
    let mut list = list.text("SiteId").text("OwnerStringId").text("ownersId");
    let lookup = json!({"LookupList": id_of(&sites)});
    let titles = [
        ("Site", 7),
        ("Owner", 20),
        ("Owners", 20),
        ("Ref", 7),
        ("RefId", 2),
        ("Who", 20),
        ("WhoStringId", 2),
        ("whoid", 9),
        ("Author", 7),
        ("1st", 7),
        ("OData__x0031_stId", 2),
        ("Title", 7),
    ];
    for (title, kind) in titles {
        let settings = if kind == 7 { lookup.clone() } else { json!({}) };
        list = list.field(title, kind, settings);
    }
    let id = list.item(json!({}));
    let text = list.read(id).text();
    let item = list.read(id).json();
    let names = item.as_object().unwrap();
    let different: BTreeSet<String> = names.keys().map(|name| name.to_lowercase()).collect();
    // Id and ID are one name but for case, as in SharePoint.
    assert_eq!(different.len() + 1, names.len(), "{text}");
    for name in names.keys() {
        assert_eq!(text.matches(&format!("\"{name}\":")).count(), 1, "{name} in {text}");
    }
    for (name, value) in
        [("Site0Id", json!(1)), ("Owner0Id", json!(1)), ("RefId", json!(1)), ("RefId0", json!("t"))]
    {
        merge(&list, id, &json!({name: value})).expect_status(204);
        assert_eq!(list.read(id).json()[name], value, "{name}");
    }
    assert_eq!(list.read(id).json()["SiteId"], json!(null), "the text, not the lookup");
}

#[test]
fn encoded_names_have_their_suffix_too() {
    let server = Server::start(Options::default());
    let sites = sites(&server);
    let lookup = json!({"LookupList": id_of(&sites)});
    let list = server.list("Names").field("Main site", 7, lookup.clone()).field("1st", 7, lookup);
    let id = list.item(json!({"Main_x0020_siteId": 1, "OData__x0031_stId": 2}));
    let path = format!("/items({id})?$select=Main_x0020_site/Title,OData__x0031_st/Title");
    let shown = get(&list, &format!("{path}&$expand=Main_x0020_site,OData__x0031_st"));
    let expected = json!({"Main_x0020_site": {"Title": "North"}, "OData__x0031_st": {"Title": "South"}});
    assert_eq!(shown, expected);
    finds(&list, "OData__x0031_st/Title eq 'South' and Main_x0020_siteId eq 1", &[id]);
    let page = "$top=1&$orderby=OData__x0031_st/Title,Main_x0020_site/Title";
    list.item(json!({"OData__x0031_stId": 1}));
    let first = get(&list, &format!("/items?{page}"));
    let next = first["odata.nextLink"].as_str().unwrap().split_once("/items?").unwrap().1;
    assert_eq!(ids(&list, next), [id]);
}

#[test]
fn a_name_from_xml_leaves_the_names_of_values_to_others_too() {
    let server = Server::start(Options::default());
    let target = id_of(&sites(&server));
    let list = server.list("Names").text("SiteId");
    let xml = format!("<Field Type='Lookup' Name='Site' DisplayName='Place' List='{{{target}}}'/>");
    let made = post(&list, "/fields/CreateFieldAsXml", &json!({"parameters": {"SchemaXml": xml}}));
    assert_eq!(made.expect_status(200).json()["InternalName"], "Site0");
    let id = list.item(json!({"SiteId": "text", "Site0Id": 1}));
    let item = list.read(id).json();
    assert_eq!((&item["SiteId"], &item["Site0Id"]), (&json!("text"), &json!(1)));
}
