//! `renderashtml`: a view as a table.

use matchlist_tests::{List, Options, Server};
use serde_json::{Value, json};

use super::{MINIMAL, VERBOSE, add, call, get, merge, reason};

#[track_caller]
fn html(list: &List, view: &str) -> String {
    get(list, &format!("{view}/renderashtml"))["value"].as_str().unwrap().to_owned()
}

#[test]
fn a_view_is_rendered_as_a_table_of_its_fields() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps").number("Size").date_time("Due").boolean("Hot");
    list.item(json!({"Title": "a", "Size": 1234.5, "Due": "2024-05-01T20:05:00Z", "Hot": true}));
    list.item(json!({"Title": "b"}));
    let view = add(
        &list,
        &json!({"Title": "Table", "ViewFields": ["LinkTitle", "Size", "Due", "Hot", "Author", "ID"]}),
    );
    let table = "<table class=\"ms-listviewtable\"><thead><tr><th scope=\"col\">Title</th><th scope=\"col\">Size</th>\
                 <th scope=\"col\">Due</th><th scope=\"col\">Hot</th><th scope=\"col\">Created By</th>\
                 <th scope=\"col\">ID</th></tr></thead><tbody><tr><td>a</td><td>1,234.5</td><td>5/1/2024 8:05 PM</td>\
                 <td>Yes</td><td>Local owner</td><td>1</td></tr><tr><td>b</td><td></td><td></td><td></td>\
                 <td>Local owner</td><td>2</td></tr></tbody></table>";
    let read = |accept: &str| {
        let request = list.request("GET", &format!("{view}/RenderAsHtml()")).header("Accept", accept);
        request.send().expect_status(200).json()
    };
    assert_eq!(html(&list, &view), table);
    let context = format!("http://{}/_api/$metadata#Edm.String", server.address());
    assert_eq!(read(MINIMAL), json!({"odata.metadata": context, "value": table}));
    assert_eq!(read(VERBOSE), json!({"d": {"RenderAsHtml": table}}));
    let posted = call(&list, &format!("{view}/RenderAsHtml")).expect_status(200);
    assert_eq!(posted.json(), json!({"value": table}));
    merge(&list, "/fields/getbytitle('Size')", &json!({"Title": "How <large>"})).expect_status(204);
    assert!(html(&list, &view).contains("<th scope=\"col\">How &lt;large&gt;</th>"));
}

#[test]
fn a_view_shows_the_items_that_its_query_finds() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps").number("Size");
    for (title, size) in [("a", 1), ("b", 3), ("c", 2)] {
        list.item(json!({"Title": title, "Size": size}));
    }
    let query = "<Where><Gt><FieldRef Name='Size'/><Value Type='Number'>1</Value></Gt></Where>\
                 <OrderBy><FieldRef Name='Size' Ascending='FALSE'/></OrderBy>";
    let view = add(&list, &json!({"Title": "Large", "ViewFields": ["Size"], "ViewQuery": query}));
    let table = "<table class=\"ms-listviewtable\"><thead><tr><th scope=\"col\">Size</th></tr></thead><tbody>\
                 <tr><td>3</td></tr><tr><td>2</td></tr></tbody></table>";
    assert_eq!(html(&list, &view), table);
}

#[test]
fn rows_are_those_of_the_view_that_the_address_names() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps").number("Size");
    for (title, size) in [("a", 1), ("b", 3), ("c", 2)] {
        list.item(json!({"Title": title, "Size": size}));
    }
    let query = "<OrderBy><FieldRef Name='Size' Ascending='FALSE'/></OrderBy>";
    let view = add(
        &list,
        &json!({"Title": "Large", "ViewFields": ["LinkTitle", "Size"], "ViewQuery": query, "RowLimit": 2}),
    );
    let id = get(&list, &format!("{view}?$select=Id"))["Id"].as_str().unwrap().to_owned();
    let rows = |id: &str| {
        let request = list.request("POST", &format!("/RenderListDataAsStream?View={id}"));
        request.json(&json!({"parameters": {"RenderOptions": 2}})).send()
    };
    let shown = rows(&id).expect_status(200).json();
    let titles: Vec<_> = shown["Row"].as_array().unwrap().iter().map(|row| row["Title"].clone()).collect();
    assert_eq!(titles, ["b", "c"]);
    assert_eq!((&shown["RowLimit"], &shown["LastRow"]), (&json!(2), &json!(2)));
    rows("00000000-0000-0000-0000-000000000001").expect_status(404);
}

#[test]
fn text_cannot_become_markup() {
    let server = Server::start(Options::default());
    let attack = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>&lt;b&gt;";
    let other = server.list("Sites").text("Code");
    other.item(json!({"Title": attack}));
    let other_id = get(&other, "?$select=Id")["Id"].clone();
    let list = server
        .list("Pumps")
        .note("Plain")
        .field("Rich", 3, json!({"RichText": true}))
        .choice("Kind", &[attack])
        .field("Kinds", 15, json!({"Choices": [attack]}))
        .field("Link", 11, json!({}))
        .field("Bad link", 11, json!({}))
        .field("Site", 7, json!({"LookupList": other_id, "LookupField": "Title"}))
        .text("</th><script>");
    list.item(json!({
        "Title": attack, "Plain": format!("{attack}\n\u{e9}"), "Rich": format!("<p>{attack}</p>"), "Kind": attack,
        "Kinds": [attack], "SiteId": 1,
        "Link": {"Url": "https://example.test/?a=1&b=\"><script>", "Description": attack},
        "Bad_x0020_link": {"Url": "javascript:alert(1)", "Description": "click"},
    }));
    let names = get(&list, "/fields?$select=InternalName&$filter=FromBaseType eq false");
    for field in names["value"].as_array().unwrap() {
        let name = field["InternalName"].as_str().unwrap();
        call(&list, &format!("/defaultview/viewfields/addviewfield('{name}')")).expect_status(200);
    }
    let html = html(&list, "/defaultview");
    let escaped =
        attack.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    for cell in [
        format!("<td>{escaped}</td>"),
        format!("<td>{escaped}<br>\u{e9}</td>"),
        format!("<td>&lt;p&gt;{escaped}&lt;/p&gt;</td>"),
        format!(
            "<td><a href=\"https://example.test/?a=1&amp;b=&quot;&gt;&lt;script&gt;\">{escaped}</a></td>"
        ),
        "<td>javascript:alert(1), click</td>".into(),
        "<th scope=\"col\">&lt;/th&gt;&lt;script&gt;</th>".into(),
    ] {
        assert!(html.contains(&cell), "{cell} is not in {html}");
    }
    assert_eq!(html.matches(&format!("<td>{escaped}</td>")).count(), 4, "Title, Kind, Kinds, Site");
    // All tags that there are.
    let tags: Vec<&str> = html.split('<').skip(1).map(|tag| tag.split(['>', ' ']).next().unwrap()).collect();
    let known = ["table", "thead", "tbody", "tr", "th", "td", "a", "br"];
    assert!(tags.iter().all(|tag| known.contains(&tag.trim_start_matches('/'))), "{tags:?}");
}

/// The cells of the first column.
fn first_cells(html: &str) -> Vec<Value> {
    let rows = html.split("<tr><td>").skip(1);
    rows.map(|row| row.split("</td>").next().unwrap().into()).collect()
}

#[test]
fn rows_come_in_the_order_of_the_query_and_as_many_as_the_limit() {
    let server = Server::start(Options::default());
    let sites = server.list("Sites");
    sites.item(json!({"Title": "South"}));
    sites.item(json!({"Title": "North"}));
    let sites_id = get(&sites, "?$select=Id")["Id"].clone();
    let list = server.list("Pumps").number("Size").field(
        "Site",
        7,
        json!({"LookupList": sites_id, "LookupField": "Title"}),
    );
    for (title, size, site) in [("a", 2, 1), ("b", 1, 2), ("c", 2, 2), ("d", 3, 1)] {
        list.item(json!({"Title": title, "Size": size, "SiteId": site}));
    }
    let view = add(&list, &json!({"Title": "x", "ViewFields": ["LinkTitle"]}));
    for (query, limit, expected) in [
        ("", 30, "abcd"),
        ("", 2, "ab"),
        ("<OrderBy><FieldRef Name='ID' Ascending='FALSE'/></OrderBy>", 3, "dcb"),
        (
            "<OrderBy><FieldRef Name='Size' Ascending='false'/><FieldRef Name='LinkTitle'/></OrderBy>",
            30,
            "dacb",
        ),
        ("<OrderBy><FieldRef Name='Site'/><FieldRef Name='Size'/></OrderBy>", 30, "bcad"),
        ("<GroupBy Collapse='TRUE'><FieldRef Name='Size'/></GroupBy><Where/>", 30, "bacd"),
        ("<OrderBy><FieldRef Name='Author'/><FieldRef Name='Modified'/></OrderBy>", 1, "a"),
    ] {
        merge(&list, &view, &json!({"ViewQuery": query, "RowLimit": limit})).expect_status(204);
        let cells: String = first_cells(&html(&list, &view)).iter().map(|c| c.as_str().unwrap()).collect();
        assert_eq!(cells, expected, "{query}");
    }
}

#[test]
fn a_query_that_cannot_be_run_is_refused_clearly() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps").note("Notes").text("Code");
    for (query, why) in [
        (
            "<OrderBy><FieldRef Name='Colour'/></OrderBy>",
            "One or more field types are not installed properly. Go to the list settings page to delete these fields. \
             The list has no field 'Colour'.",
        ),
        ("<OrderBy><FieldRef/></OrderBy>", "The query is not valid. <FieldRef> needs a Name."),
    ] {
        merge(&list, "/defaultview", &json!({"ViewQuery": query})).expect_status(204);
        let refused = list.request("GET", "/defaultview/renderashtml").send().expect_status(400);
        assert_eq!(reason(&refused), why);
    }
    merge(&list, "/defaultview", &json!({"ViewQuery": "<OrderBy><FieldRef Name='Notes'/></OrderBy>"}))
        .expect_status(204);
    list.request("GET", "/defaultview/renderashtml").send().expect_status(400);
    list.request("GET", "/defaultview/renderashtml?$colour=1").send().expect_status(400);
}
