//! Filters and orders by each type, and by what lookups and persons refer to.

use serde_json::json;

use super::*;

/// Items 1 to 4; the last has no value but a title.
fn filled(server: &Server) -> List<'_> {
    let sites = sites(server);
    let list = all_types(server, &sites);
    list.item(full());
    for values in [
        json!({"Count": 2, "Price": 10, "Link": {"Url": "https://B.example/ä"}, "Tags": ["RED"], "SiteId": 1,
               "SitesId": [1, 13], "OwnerId": 3, "OwnersId": [2]}),
        json!({"Code": "00000000-0000-4000-8000-000000000001", "Tags": ["redder", "green"], "SiteId": 3,
               "SitesId": [2], "OwnerId": 1}),
        json!({"Title": "nothing"}),
    ] {
        if values.get("SitesId") == Some(&json!([1, 13])) {
            // 13 must be there, and must not be taken for 1 or 3.
            for _ in 4..=13 {
                sites.item(json!({"Title": "more"}));
            }
        }
        list.item(values);
    }
    list
}

#[test]
fn each_type_is_compared_as_it_is_ordered() {
    let server = server_with_users();
    let list = filled(&server);
    for (filter, expected) in [
        ("Count lt 2", &[1][..]),
        ("Count ge -3", &[1, 2]),
        ("Count eq '2'", &[2]),
        ("Count ne 2", &[1, 3, 4]),
        ("Count gt 1.5", &[2]),
        ("Count eq null", &[3, 4]),
        ("Price gt 4.5", &[2]),
        ("Price le 10.0", &[1, 2]),
        ("not (Price gt 4.5)", &[1, 3, 4]),
        ("Link eq 'HTTPS://a.example/'", &[1]),
        ("startswith(Link,'https://b')", &[2]),
        ("substringof('Ä',Link)", &[2]),
        ("substringof('docs',Link)", &[]),
        ("Link ne null", &[1, 2]),
        ("Link gt 'https://a.example/'", &[2]),
        (&format!("Code eq guid'{GUID}'"), &[1]),
        (&format!("Code eq '{}'", GUID.to_uppercase()), &[1]),
        (&format!("Code lt '{GUID}'"), &[3]),
        ("Code eq null", &[2, 4]),
        ("SiteId eq 2", &[1]),
        ("Site/Id eq 2", &[1]),
        ("Site/ID gt 1", &[1, 3]),
        ("SiteId ne 1", &[1, 3, 4]),
        ("Site/Id eq null", &[4]),
        ("OwnerId eq 3 or OwnerId eq 1", &[2, 3]),
        ("Owner/Id le 2", &[1, 3]),
    ] {
        finds(&list, filter, expected);
    }
    for (order, expected) in [
        ("Count", [3, 4, 1, 2]),
        ("Price desc", [2, 1, 3, 4]),
        ("Link desc", [2, 1, 3, 4]),
        ("Code", [2, 4, 3, 1]),
        ("SiteId desc", [3, 1, 2, 4]),
        ("Owner/Id", [4, 3, 1, 2]),
    ] {
        assert_eq!(ids(&list, &format!("$orderby={order}")), expected, "{order}");
    }
}

#[test]
fn several_values_are_equal_to_each_of_them() {
    let server = server_with_users();
    let list = filled(&server);
    for (filter, expected) in [
        ("Tags eq 'Red'", &[1, 2][..]),
        ("Tags ne 'red'", &[3, 4]),
        ("not (Tags eq 'red')", &[3, 4]),
        ("Tags eq 'red' and Tags eq 'other'", &[1]),
        ("Tags eq null", &[4]),
        ("Tags ne null", &[1, 2, 3]),
        ("Tags eq ''", &[4]),
        ("Tags ne ''", &[1, 2, 3]),
        ("Tags eq 're'", &[]),
        ("Tags eq 'red;%23other'", &[]),
        ("Tags ne 'red;%23other'", &[1, 2, 3, 4]),
        ("Sites/Id eq 3", &[1]),
        ("SitesId eq 1", &[1, 2]),
        ("Sites/Id eq 13", &[2]),
        ("Sites/Id ne 1", &[3, 4]),
        ("not (Sites/Id ne 1)", &[1, 2]),
        ("Sites/Id eq '2'", &[3]),
        ("Sites/Id eq 1.5", &[]),
        ("Owners/Id eq 1", &[1]),
        ("OwnersId ne null", &[1, 2]),
        ("Owners/Id eq 1 or Sites/Id eq 2", &[1, 3]),
    ] {
        finds(&list, filter, expected);
    }
}

#[test]
fn what_a_lookup_or_a_person_refers_to_is_compared_by_path() {
    let server = server_with_users();
    let list = filled(&server);
    for (filter, expected) in [
        ("Site/Title eq 'NORTH'", &[2][..]),
        ("Site/Title ne 'north'", &[1, 3, 4]),
        ("Site/Title eq null", &[3, 4]),
        ("Site/Title eq null and SiteId ne null", &[3]),
        ("startswith(Site/Title,'s')", &[1]),
        ("not startswith(Site/Title,'s')", &[2, 3, 4]),
        ("substringof('ort',Site/Title)", &[2]),
        ("Site/Size gt 5", &[3]),
        ("Site/Size ge 5", &[2, 3]),
        ("Site/Created gt datetime'2000-01-01T00:00:00Z'", &[1, 2, 3]),
        ("Site/AuthorId eq 1", &[1, 2, 3]),
        ("Author/Title eq 'local owner'", &[1, 2, 3, 4]),
        ("Author/Id eq 1", &[1, 2, 3, 4]),
        ("Editor/Name eq 'i:0%23.f|matchlist|local'", &[1, 2, 3, 4]),
        ("Author/EMail eq null", &[1, 2, 3, 4]),
        ("Owner/Title eq 'ÖL'", &[2]),
        ("Owner/EMail eq 'ada@X.example'", &[1]),
        ("Owner/EMail ne 'ada@x.example'", &[2, 3, 4]),
        ("Owner/EMail eq ''", &[2, 3, 4]),
        ("Owner/Name eq 'ada'", &[1]),
        ("Owner/Title gt 'local'", &[2, 3]),
        ("Owner/Title eq 'ada' or Site/Title eq 'north'", &[1, 2]),
    ] {
        finds(&list, filter, expected);
    }
    for (order, expected) in [
        ("Site/Title", [3, 4, 2, 1]),
        ("Site/Title desc,Id desc", [1, 2, 4, 3]),
        ("Site/Size desc", [3, 2, 1, 4]),
        ("Owner/Title", [4, 1, 3, 2]),
        ("Author/Title,Site/Id desc", [3, 1, 2, 4]),
    ] {
        assert_eq!(ids(&list, &format!("$orderby={order}")), expected, "{order}");
    }
}

#[test]
fn what_has_no_such_order_or_name_is_refused() {
    let server = server_with_users();
    let list = filled(&server);
    for query in [
        "$filter=Tags gt 'a'",
        "$filter=startswith(Tags,'a')",
        "$filter=substringof('1',SitesId)",
        "$filter=Sites/Id gt 1",
        "$filter=Sites/Title eq 'x'",
        "$filter=Owners/Title eq 'x'",
        "$filter=Tags gt null",
        "$filter=Site eq 1",
        "$filter=Owner eq 1",
        "$filter=Site/Nope eq 1",
        "$filter=Owner/Nope eq 1",
        "$filter=Site/Author/Title eq 'x'",
        "$filter=Title/Id eq 1",
        "$filter=Link/Url eq 'x'",
        "$filter=SiteId/Title eq 'x'",
        "$filter=Site/Title eq 1.5 and Site/Size eq 'x'",
        "$filter=Code eq 'x'",
        "$filter=Count eq 'x'",
        "$filter=SiteId eq 'North'",
        "$filter=SiteId",
        "$filter=startswith(Count,'1')",
        "$filter=startswith(Code,'7')",
        "$orderby=Tags",
        "$orderby=SitesId",
        "$orderby=Sites/Title",
        "$orderby=Sites/Id",
        "$orderby=Site",
        "$orderby=Site/Nope",
        "$orderby=Author/Nope",
    ] {
        let refused = list.request("GET", &format!("/items?{}", query.replace(' ', "%20")));
        let refused = refused.header("Accept", VERBOSE).send();
        assert_eq!(refused.status, 400, "{query}: {refused}");
        assert!(refused.json()["error"]["code"].is_string(), "{query}: {refused}");
    }
}
