//! What conditions find.

use matchlist_tests::{List, Options, Server};
use serde_json::json;

use super::*;

#[track_caller]
fn finds(list: &List, condition: &str, expected: &[u64]) {
    assert_eq!(ids(list, &view(condition)), expected, "{condition}");
}

fn typed(operator: &str, field: &str, value: &str) -> String {
    format!("<{operator}><FieldRef Name='{field}'/>{value}</{operator}>")
}

#[test]
fn every_operator_finds_what_it_says() {
    let server = Server::start(Options::default());
    let list = server.list("All").number("Count").boolean("Done").note("Note");
    let list = list.field("Tags", 15, json!({"Choices": ["red", "green"]}));
    for values in [
        json!({"Title": "Alpha", "Count": 1, "Done": true, "Tags": ["red", "green"], "Note": "long TEXT"}),
        json!({"Title": "beta & co", "Count": 2.5, "Done": false, "Tags": ["dark red"]}),
        json!({"Count": -3}),
    ] {
        list.item(values);
    }
    for (condition, expected) in [
        (leaf("Eq", "Title", "ALPHA"), &[1][..]),
        (leaf("Eq", "Title", ""), &[3]),
        (leaf("Neq", "Title", "alpha"), &[2, 3]),
        (leaf("Eq", "Title", "beta &amp; co"), &[2]),
        (leaf("Gt", "Title", "alpha"), &[2]),
        (leaf("Geq", "Title", "alpha"), &[1, 2]),
        (leaf("Lt", "Count", "1"), &[3]),
        (leaf("Leq", "Count", " 1 "), &[1, 3]),
        (leaf("BeginsWith", "Title", "al"), &[1]),
        (leaf("Contains", "Title", "ETA"), &[2]),
        (leaf("Contains", "Note", "text"), &[1]),
        (leaf("Eq", "Done", "1"), &[1]),
        (leaf("Eq", "Done", "TRUE"), &[1]),
        (leaf("Eq", "Done", "0"), &[2]),
        (leaf("Neq", "Done", "1"), &[2, 3]),
        (leaf("Eq", "Tags", "RED"), &[1]),
        (leaf("Includes", "Tags", "green"), &[1]),
        (leaf("NotIncludes", "Tags", "green"), &[2, 3]),
        (leaf("Contains", "Tags", "red"), &[1, 2]),
        ("<IsNull><FieldRef Name='Tags'/></IsNull>".into(), &[3]),
        ("<IsNotNull><FieldRef Name='Note'/></IsNotNull>".into(), &[1]),
        ("<IsNull><FieldRef Name='Modified'/></IsNull>".into(), &[]),
        ("<IsNotNull><FieldRef Name='ID'/></IsNotNull>".into(), &[1, 2, 3]),
        (
            "<In><FieldRef Name='Title'/><Values><Value Type='Text'>alpha</Value><Value Type='Text'/></Values></In>"
                .into(),
            &[1, 3],
        ),
        (
            "<In><FieldRef Name='Tags'/><Values><Value Type='Text'>red</Value><Value Type='Text'>dark red</Value></Values></In>"
                .into(),
            &[1, 2],
        ),
        (format!("<Or>{}{}</Or>", leaf("Eq", "Count", "1"), leaf("Eq", "Count", "2.5")), &[1, 2]),
        (format!("<And>{}{}</And>", leaf("Gt", "Count", "0"), leaf("Eq", "Done", "0")), &[2]),
        (leaf("Eq", "OData_Title", "alpha"), &[1]),
        (leaf("Eq", "LinkTitle", "alpha"), &[1]),
        (leaf("Geq", "ID", "2"), &[2, 3]),
        (leaf("Eq", "owshiddenversion", "1"), &[1, 2, 3]),
        (leaf("Eq", "FSObjType", "0"), &[1, 2, 3]),
        (leaf("Eq", "FSObjType", "1"), &[]),
        (leaf("Neq", "FSObjType", "1"), &[1, 2, 3]),
        (leaf("BeginsWith", "ContentTypeId", "0x01"), &[1, 2, 3]),
        (leaf("Eq", "ContentType", "Item"), &[1, 2, 3]),
        (leaf("Eq", "Attachments", "TRUE"), &[]),
    ] {
        finds(&list, &condition, expected);
    }
}

#[test]
fn dates_are_days_unless_the_time_is_asked_for() {
    let server = Server::start(Options::default());
    let list = server.list("All").date_time("Due");
    for due in ["2024-05-01T08:00:00Z", "2024-05-01T23:59:59Z", "2024-05-02T00:00:00Z"] {
        list.item(json!({"Due": due}));
    }
    list.item(json!({}));
    let day = |operator: &str, value: &str| {
        typed(operator, "Due", &format!("<Value Type='DateTime'>{value}</Value>"))
    };
    let time = |operator: &str, value: &str| {
        typed(operator, "Due", &format!("<Value Type='DateTime' IncludeTimeValue='TRUE'>{value}</Value>"))
    };
    for (condition, expected) in [
        (day("Eq", "2024-05-01T12:34:56Z"), &[1, 2][..]),
        (day("Eq", "2024-05-01"), &[1, 2]),
        (day("Neq", "2024-05-01"), &[3, 4]),
        (day("Lt", "2024-05-02"), &[1, 2]),
        (day("Leq", "2024-05-01"), &[1, 2]),
        (day("Gt", "2024-05-01"), &[3]),
        (day("Geq", "2024-05-01T23:00:00Z"), &[1, 2, 3]),
        (day("Leq", "9999-12-31"), &[1, 2, 3]),
        (day("Gt", "9999-12-31"), &[]),
        (day("Eq", "9999-12-31"), &[]),
        (time("Eq", "2024-05-01T08:00:00Z"), &[1]),
        (time("Gt", "2024-05-01T08:00:00Z"), &[2, 3]),
        (time("Leq", "2024-05-01T10:00:00+02:00"), &[1]),
        (
            typed(
                "In",
                "Due",
                "<Values><Value Type='DateTime'>2024-05-01</Value><Value Type='DateTime'>2024-05-03</Value></Values>",
            ),
            &[1, 2],
        ),
        (
            typed(
                "In",
                "Due",
                "<Values><Value Type='DateTime' IncludeTimeValue='TRUE'>2024-05-01T08:00:00Z</Value></Values>",
            ),
            &[1],
        ),
    ] {
        finds(&list, &condition, expected);
    }
}

#[test]
fn today_and_now_are_the_servers() {
    let server = Server::start(Options::default());
    let list = server.list("All").date_time("Due");
    for due in ["2001-01-01T00:00:00Z", "2999-01-01T00:00:00Z"] {
        list.item(json!({"Due": due}));
    }
    let asks = |operator: &str, field: &str, inner: &str| {
        typed(operator, field, &format!("<Value Type='DateTime'>{inner}</Value>"))
    };
    finds(&list, &asks("Lt", "Due", "<Today/>"), &[1]);
    finds(&list, &asks("Geq", "Due", "<Now/>"), &[2]);
    finds(&list, &asks("Geq", "Created", "<Today OffsetDays='-1'/>"), &[1, 2]);
    finds(&list, &asks("Leq", "Created", "<Today OffsetDays='-1'/>"), &[]);
    finds(&list, &asks("Leq", "Modified", "<Today Offset='1'/>"), &[1, 2]);
}

#[test]
fn lookups_are_compared_by_what_they_show_or_by_their_ids() {
    let server = Server::start(Options::default());
    let sites = server.list("Sites").number("Size");
    for values in [json!({"Title": "North", "Size": 5}), json!({"Title": "South", "Size": 7})] {
        sites.item(values);
    }
    let target = sites.request("GET", "?$select=Id").header("Accept", PLAIN).send().json()["Id"].clone();
    let list = server.list("Pumps").field("Site", 7, json!({"LookupList": target}));
    let list = list.field("Size", 7, json!({"LookupList": target, "LookupField": "Size"}));
    let list = list.field("Sites", 7, json!({"LookupList": target, "AllowMultipleValues": true}));
    for values in [
        json!({"SiteId": 1, "SizeId": 1, "SitesId": [1, 2]}),
        json!({"SiteId": 2, "SizeId": 2, "SitesId": [2]}),
        json!({}),
    ] {
        list.item(values);
    }
    let by_id = |operator: &str, field: &str, id: &str| {
        format!(
            "<{operator}><FieldRef Name='{field}' LookupId='TRUE'/><Value Type='Integer'>{id}</Value></{operator}>"
        )
    };
    for (condition, expected) in [
        (leaf("Eq", "Site", "north"), &[1][..]),
        (leaf("Neq", "Site", "north"), &[2, 3]),
        (leaf("Contains", "Site", "th"), &[1, 2]),
        (leaf("Gt", "Size", "5"), &[2]),
        (by_id("Eq", "Site", "2"), &[2]),
        (by_id("Neq", "Site", "2"), &[1, 3]),
        (
            by_id("In", "Site", "x").replace(
                "<Value Type='Integer'>x</Value>",
                "<Values><Value>1</Value><Value>2</Value></Values>",
            ),
            &[1, 2],
        ),
        (leaf("Eq", "Sites", "north"), &[1]),
        (leaf("Includes", "Sites", "SOUTH"), &[1, 2]),
        (leaf("NotIncludes", "Sites", "north"), &[2, 3]),
        (leaf("Neq", "Sites", "north"), &[2, 3]),
        (leaf("BeginsWith", "Sites", "no"), &[1]),
        (leaf("Includes", "Sites", "west"), &[]),
        (by_id("Includes", "Sites", "1"), &[1]),
        (by_id("NotIncludes", "Sites", "1"), &[2, 3]),
        (leaf("Eq", "Sites", ""), &[3]),
        ("<IsNull><FieldRef Name='Site'/></IsNull>".into(), &[3]),
    ] {
        finds(&list, &condition, expected);
    }
    let order = "<Query><OrderBy><FieldRef Name='Site' Ascending='FALSE'/></OrderBy></Query>";
    assert_eq!(ids(&list, order), [2, 1, 3]);
    sites.request("DELETE", "/items(2)").header("If-Match", "*").send().expect_status(200);
    finds(&list, &leaf("Includes", "Sites", "south"), &[]);
    finds(&list, &by_id("Includes", "Sites", "2"), &[1, 2]);
    sites.request("DELETE", "").header("If-Match", "*").send().expect_status(200);
    finds(&list, &leaf("Includes", "Sites", "north"), &[]);
    finds(&list, &leaf("NotIncludes", "Sites", "north"), &[1, 2, 3]);
    finds(&list, &leaf("Eq", "Site", "north"), &[]);
}

#[test]
fn persons_are_compared_by_name_by_id_and_with_the_caller() {
    let server = Server::start(Options::default());
    for name in ["ada@x.example", "bob@x.example"] {
        let body = json!({"logonName": name});
        server.request("POST", "/_api/web/ensureuser").json(&body).send().expect_status(200);
    }
    let list = server.list("All").field("Owner", 20, json!({}));
    let list = list.field("Owners", 20, json!({"AllowMultipleValues": true}));
    for values in
        [json!({"OwnerId": 1, "OwnersId": [1, 2]}), json!({"OwnerId": 2, "OwnersId": [3]}), json!({})]
    {
        list.item(values);
    }
    let me = |field: &str| typed("Eq", field, "<Value Type='Integer'><UserID Type='Integer'/></Value>");
    for (condition, expected) in [
        (me("Owner"), &[1][..]),
        (me("Owners"), &[1]),
        (me("Author"), &[1, 2, 3]),
        (leaf("Eq", "Owner", "ada@x.example"), &[2]),
        (leaf("Neq", "Owner", "ada@x.example"), &[1, 3]),
        (leaf("Eq", "Owners", "ada@x.example"), &[1]),
        (leaf("Includes", "Owners", "BOB@x.example"), &[2]),
        (leaf("Contains", "Owners", "x.example"), &[1, 2]),
        (leaf("NotIncludes", "Owners", "ada@x.example"), &[2, 3]),
        (leaf("Eq", "Owners", "nobody"), &[]),
        (typed("Eq", "Owner", "<Value Type='Integer'>2</Value>"), &[2]),
        (typed("Includes", "Owners", "<Value Type='Integer'>2</Value>"), &[1]),
        (typed("Eq", "Author", "<Value Type='Integer'>2</Value>"), &[]),
        (leaf("Eq", "Editor", "local owner"), &[1, 2, 3]),
        ("<Eq><FieldRef Name='Owner' LookupId='TRUE'/><Value Type='Integer'>2</Value></Eq>".into(), &[2]),
    ] {
        finds(&list, &condition, expected);
    }
}
