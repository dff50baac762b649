//! Writes: as those of `_api`, with the same conditions, strict lists and replay.

use serde_json::{Value, json};

use super::{SERVICE, Wash, item};

#[test]
fn a_new_entity_is_answered_whole_with_tag_and_location() {
    let wash = Wash::new();
    let body = json!({
        "__metadata": {"type": "Microsoft.SharePoint.DataService.WashListItem"},
        "Title": "new", "MaxLoad": "2.500000E+00", "Done": false, "Due": "/Date(1714550400000+0120)/",
        "Tags": "hot;#", "Link": "https://y.test/", "SiteId": 1, "SitesId": "1", "OwnerId": null,
    });
    let added = wash.request("POST", "WashList").json(&body).send().expect_status(201);
    let location = format!("http://{}{SERVICE}/WashList(2)", wash.server.address());
    assert_eq!((added.etag(), added.header("Location")), ("W/\"1\"", Some(location.as_str())));
    let mut expected = item();
    for (name, value) in [
        ("Id", json!(2)),
        ("Title", json!("new")),
        ("MaxLoad", json!(2.5)),
        ("Done", json!(false)),
        ("Tags", json!("hot")),
        ("Link", json!("https://y.test/, https://y.test/")),
        ("Key", Value::Null),
        ("OwnerId", Value::Null),
    ] {
        expected[name] = value;
    }
    expected["__metadata"]["uri"] = "HOST/WashList(2)".into();
    expected["Site"]["__deferred"]["uri"] = "HOST/WashList(2)/Site".into();
    let told: Value = serde_json::from_str(&wash.redacted(&added)).unwrap();
    assert_eq!(told, json!({"d": expected}));
    assert_eq!(wash.get("WashList(2)"), told);
    // The same item by the other service.
    let path = "/sites/demo/_api/lists/wash%20list/items(2)";
    let same = wash.server.request("GET", path).send().expect_status(200);
    assert_eq!((same.etag(), &same.json()["Max_x0020_load"]), ("\"1\"", &json!(2.5)));
}

#[test]
fn a_change_holds_the_tag_against_the_entity() {
    let wash = Wash::new();
    let change = |method: &str, tunnelled: Option<&str>, tag: Option<&str>, title: &str| {
        let mut request = wash.request(method, "WashList(1)");
        request = tunnelled
            .map_or_else(|| wash.request(method, "WashList(1)"), |t| request.header("X-HTTP-Method", t));
        request = match tag {
            Some(tag) => request.header("If-Match", tag),
            None => request,
        };
        request.json(&json!({"Title": title})).send()
    };
    let merged = change("MERGE", None, Some("W/\"1\""), "b").expect_status(204);
    assert_eq!((merged.etag(), merged.header("DataServiceVersion")), ("W/\"2\"", Some("2.0;")));
    let stale = change("MERGE", None, Some("W/\"1\""), "lost").expect_status(412);
    assert_eq!(stale.etag(), "W/\"2\"");
    let message = "The request ETag value 'W/\"1\"' does not match the object's ETag value 'W/\"2\"'.";
    assert_eq!(stale.json()["error"]["message"], json!({"lang": "en-US", "value": message}));
    assert_eq!(change("POST", Some("MERGE"), Some("*"), "c").expect_status(204).etag(), "W/\"3\"");
    assert_eq!(change("PATCH", None, Some("\"3\""), "d").expect_status(204).etag(), "W/\"4\"");
    assert_eq!(wash.get("WashList(1)")["d"]["MaxLoad"], 4.5);
    assert_eq!(change("PUT", None, Some("W/\"4\""), "e").expect_status(204).etag(), "W/\"5\"");
    let replaced = wash.get("WashList(1)");
    assert_eq!((&replaced["d"]["Title"], &replaced["d"]["MaxLoad"]), (&json!("e"), &Value::Null));
    let delete = |tag: &str| wash.request("DELETE", "WashList(1)").header("If-Match", tag).send();
    assert_eq!(delete("W/\"4\"").status, 412);
    assert_eq!(delete("W/\"5\"").expect_status(204).text(), "");
    wash.request("GET", "WashList(1)").send().expect_status(404);
}

#[test]
fn what_was_read_may_be_sent_back() {
    let wash = Wash::new();
    let read = wash.request("GET", "WashList(1)").send().json();
    let put = wash.request("PUT", "WashList(1)").header("If-Match", "W/\"1\"").json(&read["d"]).send();
    assert_eq!(put.expect_status(204).etag(), "W/\"2\"");
    let again = wash.get("WashList(1)");
    assert_eq!((&again["d"]["Tags"], &again["d"]["Link"]), (&item()["Tags"], &item()["Link"]));
    let entry = wash.atom("GET", "WashList(1)").send().text();
    let request = wash.atom("PUT", "WashList(1)").header("If-Match", "W/\"2\"");
    let put = request.header("Content-Type", "application/atom+xml;type=entry").body(entry).send();
    assert_eq!(put.expect_status(204).etag(), "W/\"3\"");
    let again = wash.get("WashList(1)");
    assert_eq!((&again["d"]["Due"], &again["d"]["MaxLoad"]), (&item()["Due"], &item()["MaxLoad"]));
    // What is read-only must be what it is.
    let wrong = wash.request("MERGE", "WashList(1)").json(&json!({"Owshiddenversion": 99})).send();
    wrong.expect_status(400);
}

#[test]
fn an_entry_of_atom_is_a_body_too() {
    let wash = Wash::new();
    let entry = r#"<?xml version="1.0" encoding="utf-8"?>
        <entry xmlns="http://www.w3.org/2005/Atom" xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices"
               xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
          <category term="Microsoft.SharePoint.DataService.WashListItem" scheme="http://schemas.microsoft.com/ado/2007/08/dataservices/scheme"/>
          <title/><updated>2024-05-01T00:00:00Z</updated><author><name/></author>
          <content type="application/xml"><m:properties>
            <d:Title>a &amp; b</d:Title><d:MaxLoad m:type="Edm.Double">2.5</d:MaxLoad><d:Done m:type="Edm.Boolean">false</d:Done>
            <d:Due m:type="Edm.DateTime">2024-05-01T08:00:00</d:Due><d:SiteId m:type="Edm.Int32">1</d:SiteId>
            <d:OwnerId m:type="Edm.Int32" m:null="true"/>
          </m:properties></content>
        </entry>"#;
    let request = wash.atom("POST", "WashList").header("Content-Type", "application/atom+xml");
    let added = request.body(entry).send().expect_status(201);
    assert_eq!(added.header("Content-Type"), Some("application/atom+xml;type=entry;charset=utf-8"));
    assert!(added.text().contains("<d:Title>a &amp; b</d:Title>"), "{added}");
    let read = &wash.get("WashList(2)")["d"];
    assert_eq!(
        (&read["Title"], &read["MaxLoad"], &read["Done"], &read["Due"], &read["SiteId"], &read["OwnerId"]),
        (
            &json!("a & b"),
            &json!(2.5),
            &json!(false),
            &json!("/Date(1714550400000)/"),
            &json!(1),
            &Value::Null
        )
    );
}

#[test]
fn a_strict_list_and_a_replayed_write_are_as_everywhere() {
    let wash = Wash::new();
    let list = "/sites/demo/_api/lists/wash%20list";
    wash.server.request("MERGE", list).json(&json!({"MatchlistStrict": "tag"})).send().expect_status(204);
    let merge = |tag: Option<&str>| {
        let request = wash.request("MERGE", "WashList(1)");
        let request = tag.into_iter().fold(request, |r, tag| r.header("If-Match", tag));
        request.json(&json!({"Title": "b"})).send().status
    };
    assert_eq!([merge(None), merge(Some("*")), merge(Some("W/\"1\""))], [428, 428, 204]);
    let add = |title: &str| {
        let request = wash.request("POST", "WashList").header("Idempotency-Key", "k-1");
        request.json(&json!({"Title": title})).send()
    };
    let (first, again) = (add("once").expect_status(201), add("once").expect_status(201));
    assert_eq!((first.text(), first.header("ETag")), (again.text(), again.header("ETag")));
    assert_eq!(first.header("Content-Type"), again.header("Content-Type"));
    assert_eq!(add("other").status, 422);
    assert_eq!(wash.request("GET", "WashList/$count").send().text(), "2");
}
