//! `$expand` of what lookups and persons refer to.

use matchlist_tests::{List, Options, Response, Server};
use serde_json::{Value, json};

const PLAIN: &str = "application/json;odata=nometadata";
const MINIMAL: &str = "application/json";
const VERBOSE: &str = "application/json;odata=verbose";

/// Sites North and South, and orders that refer to them: 1 to North, 2 to South and to both, 3 to none.
fn lists(server: &Server) -> (List<'_>, List<'_>) {
    let sites = server.list("Sites").number("Size").field("Tags", 15, json!({}));
    sites.item(json!({"Title": "North", "Size": 5, "Tags": ["a"]}));
    sites.item(json!({"Title": "South"}));
    let id = get(&sites, "?$select=Id", PLAIN)["Id"].clone();
    let orders = server.list("Orders").field("Site", 7, json!({"LookupList": id}));
    let orders = orders.field("Sites", 7, json!({"LookupList": id, "AllowMultipleValues": true}));
    let orders =
        orders.field("Owner", 20, json!({})).field("Owners", 20, json!({"AllowMultipleValues": true}));
    orders.item(json!({"Title": "a", "SiteId": 1, "OwnerId": 1}));
    orders.item(json!({"Title": "b", "SiteId": 2, "SitesId": [2, 1], "OwnersId": [1]}));
    orders.item(json!({"Title": "c"}));
    (sites, orders)
}

fn send(list: &List, under: &str, accept: &str, known: Option<&str>) -> Response {
    let request = list.request("GET", &under.replace(' ', "%20")).header("Accept", accept);
    match known {
        Some(known) => request.header("If-None-Match", known).send(),
        None => request.send(),
    }
}

#[track_caller]
fn get(list: &List, under: &str, accept: &str) -> Value {
    send(list, under, accept, None).expect_status(200).json()
}

const OPTIONS: &str =
    "$select=Title,Site/Title,Site/Id,Sites/Title,Owner/Title,Owners/Name&$expand=Site,Sites,Owner,Owners";

#[test]
fn nometadata_has_bare_objects_arrays_and_null() {
    let server = Server::start(Options::default());
    let (_, orders) = lists(&server);
    let local = json!({"Title": "Local owner"});
    let login = json!({"Name": "i:0#.f|matchlist|local"});
    let expected = json!([
        {"Title": "a", "Site": {"Title": "North", "Id": 1}, "Sites": [], "Owner": local, "Owners": []},
        {"Title": "b", "Site": {"Title": "South", "Id": 2}, "Sites": [{"Title": "South"}, {"Title": "North"}],
         "Owner": null, "Owners": [login]},
        {"Title": "c", "Site": null, "Sites": [], "Owner": null, "Owners": []},
    ]);
    assert_eq!(get(&orders, &format!("/items?{OPTIONS}"), PLAIN)["value"], expected);
    for id in 1..=3 {
        assert_eq!(get(&orders, &format!("/items({id})?{OPTIONS}"), PLAIN), expected[id - 1]);
    }
}

#[test]
fn verbose_wraps_several_and_defers_none() {
    let server = Server::start(Options::default());
    let (_, orders) = lists(&server);
    let rows = get(&orders, &format!("/items?{OPTIONS}"), VERBOSE);
    let rows = rows["d"]["results"].as_array().unwrap();
    let site = &rows[0]["Site"];
    assert_eq!(
        (&site["Title"], &site["__metadata"]["type"]),
        (&json!("North"), &json!("SP.Data.SitesListItem"))
    );
    assert!(site["__metadata"]["id"].is_string());
    assert_eq!(rows[0]["Sites"], json!({"results": []}));
    assert_eq!(rows[0]["Owner"]["__metadata"]["type"], "SP.Data.UserInfoItem");
    assert_eq!(rows[1]["Sites"]["results"][1]["Title"], "North");
    assert_eq!(rows[1]["Owners"]["results"][0]["Name"], "i:0#.f|matchlist|local");
    for (row, name) in [(1, "Owner"), (2, "Site"), (2, "Owner")] {
        let uri = rows[row][name]["__deferred"]["uri"].as_str().unwrap();
        assert!(uri.starts_with(&format!("http://{}/_api/Web/Lists(guid'", server.address())), "{uri}");
        assert!(uri.ends_with(&format!("/Items({})/{name}", row + 1)), "{uri}");
    }
    for (i, row) in rows.iter().enumerate() {
        let one = get(&orders, &format!("/items({})?{OPTIONS}", i + 1), VERBOSE);
        assert_eq!(one["d"], *row);
        let same =
            orders.request("MERGE", &format!("/items({})", i + 1)).json(&json!({"Site": row["Site"]})).send();
        // What the item shows, and a deferred link, say nothing.
        assert_eq!(same.status, 204, "{same}");
    }
    let tags = get(&orders, "/items(1)?$select=Site/Tags&$expand=Site", VERBOSE)["d"]["Site"]["Tags"].clone();
    assert_eq!(tags, json!({"__metadata": {"type": "Collection(Edm.String)"}, "results": ["a"]}));
}

#[test]
fn minimal_links_to_what_it_shows() {
    let server = Server::start(Options::default());
    let (_, orders) = lists(&server);
    let page = get(&orders, &format!("/items?{OPTIONS}"), MINIMAL);
    let metadata = page["odata.metadata"].as_str().unwrap();
    let selected = "&$select=Title,Site/Title,Site/Id,Sites/Title,Owner/Title,Owners/Name";
    assert!(metadata.ends_with(selected), "{metadata}");
    let row = &page["value"][0];
    let site = &row["Site"];
    assert_eq!((&site["odata.type"], &site["Title"]), (&json!("SP.Data.SitesListItem"), &json!("North")));
    assert!(site["odata.id"].is_string() && site.get("odata.metadata").is_none(), "{site}");
    assert_eq!(row["Owner"]["odata.type"], "SP.Data.UserInfoItem");
    let link = row["Site@odata.navigationLinkUrl"].as_str().unwrap();
    assert!(link.starts_with("Web/Lists(guid'") && link.ends_with("/Items(1)/Site"), "{link}");
    assert_eq!((&page["value"][2]["Site"], &page["value"][2]["Sites"]), (&Value::Null, &json!([])));
    let v4 =
        orders.request("GET", &format!("/items(1)?{OPTIONS}")).header("OData-Version", "4.0").send().json();
    assert_eq!(v4["Site"]["@odata.type"], "#SP.Data.SitesListItem");
    assert!(v4["Site@odata.navigationLink"].is_string(), "{v4}");
}

#[test]
fn the_star_comes_with_what_is_expanded() {
    let server = Server::start(Options::default());
    let (_, orders) = lists(&server);
    for accept in [PLAIN, MINIMAL, VERBOSE] {
        let whole = get(&orders, "/items(1)", accept);
        for query in [
            "$select=*,Author/Title,Author/EMail&$expand=Author",
            "$select=Author/Title,*,Author/EMail&$expand=Author",
        ] {
            let shown = get(&orders, &format!("/items(1)?{query}"), accept);
            let (whole, shown) = (whole.get("d").unwrap_or(&whole), shown.get("d").unwrap_or(&shown));
            assert_eq!(
                (&shown["Author"]["Title"], &shown["Author"]["EMail"]),
                (&json!("Local owner"), &json!(""))
            );
            for (name, value) in whole.as_object().unwrap() {
                let link = name.starts_with("odata.") || value.get("__deferred").is_some();
                assert!(link || shown.get(name) == Some(value), "{accept}: {name}");
            }
        }
    }
    let shown = get(&orders, "/items(1)?$select=Editor/Id&$expand=Editor", PLAIN);
    assert_eq!(shown, json!({"Editor": {"Id": 1}}));
}

#[test]
fn a_name_that_is_selected_twice_is_given_once() {
    let server = Server::start(Options::default());
    let (_, orders) = lists(&server);
    let query = "$select=Title,Author/Title,Author/Title,Author/Id,Author/ID,Site/Title,Title,Site/Title,SiteId,SiteId";
    let answer = send(&orders, &format!("/items(1)?{query}&$expand=Author,Site,Author"), PLAIN, None);
    let answer = answer.expect_status(200).text();
    let expected =
        r#"{"Title":"a","Author":{"Title":"Local owner","Id":1},"Site":{"Title":"North"},"SiteId":1}"#;
    assert_eq!(answer, expected);
}

#[test]
fn selecting_and_expanding_need_each_other() {
    let server = Server::start(Options::default());
    let (_, orders) = lists(&server);
    let unselected = |name: &str| {
        format!(
            "The query to field '{name}' is not valid. The $select query string must specify the target fields and \
             the $expand query string must contains {name}."
        )
    };
    let unknown = |name: &str| format!("The field or property '{name}' does not exist.");
    for (query, message) in [
        ("$select=Site", unselected("Site")),
        ("$select=Site&$expand=Site", unselected("Site")),
        ("$select=Author", unselected("Author")),
        ("$select=Owners", unselected("Owners")),
        ("$expand=Site", unselected("Site")),
        ("$select=Title&$expand=Site", unselected("Site")),
        ("$select=*&$expand=Site", unselected("Site")),
        ("$select=SiteId&$expand=Site", unselected("Site")),
        ("$select=Site/Title", unselected("Site")),
        ("$select=Site/Title,Sites/Title&$expand=Site", unselected("Sites")),
        ("$select=Site/Title&$expand=Site,Sites", unselected("Sites")),
        ("$select=Site/Nope&$expand=Site", unknown("Site/Nope")),
        ("$select=Author/Nope&$expand=Author", unknown("Author/Nope")),
        ("$select=Site/Author&$expand=Site", unknown("Site/Author")),
        ("$select=Site/Author/Title&$expand=Site", unknown("Site/Author/Title")),
        ("$select=Site/Author/Title&$expand=Site/Author", unknown("Site/Author")),
        ("$select=Title/Id&$expand=Title", unknown("Title")),
        ("$select=Title/Id", unknown("Title/Id")),
        ("$select=Nope/Id&$expand=Nope", unknown("Nope")),
        ("$select=site/Title&$expand=site", unknown("site")),
        ("$select=SiteId/Title&$expand=SiteId", unknown("SiteId")),
    ] {
        for under in ["/items", "/items(1)"] {
            for (accept, pointer) in
                [(VERBOSE, "/error/message/value"), (PLAIN, "/odata.error/message/value")]
            {
                let refused = send(&orders, &format!("{under}?{query}"), accept, None);
                assert_eq!(refused.status, 400, "{query}: {refused}");
                assert_eq!(refused.json().pointer(pointer), Some(&json!(message)), "{query}");
            }
        }
    }
}

/// All Ids of the pages that a query leads through.
fn walk(server: &Server, list: &List, query: &str, accept: &str) -> Vec<u64> {
    let mut path = format!("{}/items?{}", list.url(), query.replace(' ', "%20"));
    let mut found = Vec::new();
    loop {
        let page = server.request("GET", &path).header("Accept", accept).send().expect_status(200).json();
        let body = page.get("d").unwrap_or(&page);
        for row in body.get("results").or(body.get("value")).unwrap().as_array().unwrap() {
            assert!(
                row.get("Site").is_some_and(|site| site.get("Title").is_some() || row["SiteId"].is_null()),
                "{row}"
            );
            found.push(row["Id"].as_u64().unwrap());
        }
        assert!(found.len() < 1000, "{query} leads on for ever");
        let Some(next) = body.get("__next").or(body.get("odata.nextLink")) else { return found };
        let host = format!("http://{}", server.address());
        path = next.as_str().unwrap().strip_prefix(host.as_str()).unwrap().to_owned();
        assert!(path.contains("$expand=Site"), "{path}");
    }
}

#[test]
fn pages_in_the_order_of_lookups_hold_each_item_once() {
    let server = Server::start(Options::default());
    let (sites, orders) = lists(&server);
    sites.item(json!({"Title": null, "Size": 5}));
    sites.item(json!({"Title": "a&b=c + 'd'", "Size": -1.5}));
    let mut titles = vec![Some("north"), Some("south"), None];
    let names = [Some("north"), Some("south"), None, Some("a&b=c + 'd'")];
    for i in 0..20_usize {
        let site = [1, 2, 3, 4, 0, 1][i % 6];
        orders.item(json!({"SiteId": if site == 0 { Value::Null } else { site.into() }}));
        titles.push(if site == 0 { None } else { names[site - 1] });
    }
    for accept in [PLAIN, VERBOSE] {
        for top in [1, 2, 3, 7] {
            for (order, descending) in [("Site/Title", false), ("Site/Title desc", true)] {
                let mut expected: Vec<u64> = (1..=23).collect();
                let title = |id: &u64| titles[usize::try_from(*id).unwrap() - 1];
                expected.sort_by(|a, b| {
                    let by_title = title(a).cmp(&title(b));
                    if descending { by_title.reverse() } else { by_title }.then(a.cmp(b))
                });
                let query = format!("$select=Id,SiteId,Site/Title&$expand=Site&$top={top}&$orderby={order}");
                assert_eq!(walk(&server, &orders, &query, accept), expected, "{query}");
            }
            for order in
                ["Site/Size desc,Site/Title", "Author/Title,Site/Created desc,SiteId", "Site/Size,Id desc"]
            {
                let query = format!("$select=Id,SiteId,Site/Title&$expand=Site&$top={top}&$orderby={order}");
                let mut found = walk(&server, &orders, &query, accept);
                let whole =
                    walk(&server, &orders, &query.replace(&format!("$top={top}"), "$top=100"), accept);
                assert_eq!(found, whole, "{query}");
                found.sort_unstable();
                assert_eq!(found, (1..=23).collect::<Vec<_>>(), "{query}");
            }
        }
    }
    let query =
        "$select=Id,SiteId,Site/Title&$expand=Site&$top=2&$filter=Site/Size eq 5&$orderby=Site/Title desc";
    let found = walk(&server, &orders, query, PLAIN);
    let of = |site: u64| format!("/items?$select=Id&$filter=SiteId eq {site}");
    let of = |site: u64| get(&orders, &of(site), PLAIN)["value"].as_array().unwrap().clone();
    let expected: Vec<u64> = of(1).iter().chain(&of(3)).map(|row| row["Id"].as_u64().unwrap()).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_page_is_another_when_what_it_refers_to_changes() {
    let server = Server::start(Options::default());
    let (sites, orders) = lists(&server);
    let looking = [
        "/items?$select=Site/Size&$expand=Site",
        "/items?$select=Sites/Size&$expand=Sites",
        "/items?$filter=Site/Size eq 5",
        "/items?$orderby=Site/Size",
    ];
    let own = "/items?$filter=SiteId eq 1";
    for (method, under, body, status) in [
        ("MERGE", "/items(1)", json!({"Size": 6}), 204),
        ("POST", "/items", json!({"Title": "West"}), 201),
        ("DELETE", "/items(2)", json!({}), 200),
        ("DELETE", "/fields/getbytitle('Size')", json!({}), 200),
    ] {
        let tags: Vec<String> =
            looking.iter().map(|path| send(&orders, path, PLAIN, None).etag().to_owned()).collect();
        let own_tag = send(&orders, own, PLAIN, None).etag().to_owned();
        for (path, tag) in looking.iter().zip(&tags) {
            assert_eq!(send(&orders, path, PLAIN, Some(tag)).status, 304, "{path}");
        }
        sites.request(method, under).json(&body).send().expect_status(status);
        if under.starts_with("/fields") {
            // The field is made again, so that the query has a meaning, and other values.
            let size = json!({"Title": "Size", "FieldTypeKind": 9});
            sites.request("POST", "/fields").json(&size).send().expect_status(201);
        }
        for (path, tag) in looking.iter().zip(&tags) {
            let again = send(&orders, path, PLAIN, Some(tag));
            assert_eq!(again.status, 200, "{method} {under}: {path}");
            assert_ne!(again.etag(), tag);
        }
        assert_eq!(send(&orders, own, PLAIN, Some(&own_tag)).status, 304, "it does not look there");
    }
}

#[test]
fn an_item_with_what_it_refers_to_is_sent_whatever_tag_is_known() {
    let server = Server::start(Options::default());
    let (sites, orders) = lists(&server);
    let plain = send(&orders, "/items(1)", PLAIN, None);
    let modified = plain.header("Last-Modified").unwrap();
    assert_eq!(send(&orders, "/items(1)", PLAIN, Some("\"1\"")).status, 304);
    let path = "/items(1)?$select=Site/Title&$expand=Site";
    sites.request("MERGE", "/items(1)").json(&json!({"Title": "Far north"})).send().expect_status(204);
    for known in ["\"1\"", "*", "W/\"1\""] {
        let sent = send(&orders, path, PLAIN, Some(known)).expect_status(200);
        assert_eq!(sent.json(), json!({"Site": {"Title": "Far north"}}));
    }
    let since = orders.request("GET", path).header("If-Modified-Since", modified).send();
    since.expect_status(200);
    assert_eq!(orders.request("HEAD", path).header("If-None-Match", "\"1\"").send().status, 200);
    // A version is a version: If-Match means what it always means.
    let stale = orders.request("GET", path).header("If-Match", "\"7\"").send();
    stale.expect_status(412);
}
