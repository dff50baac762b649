//! The XML of views.

use matchlist_tests::{Options, Server};
use serde_json::{Value, json};

use super::{add, fields, get, merge, post, reason};

#[test]
fn an_xml_gives_a_view_all_its_parts() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps").number("Size");
    let view = add(&list, &json!({"Title": "Mine", "ViewFields": ["LinkTitle"]}));
    let query = "<Where><Gt><FieldRef Name='Size'/><Value Type='Number'>3</Value></Gt></Where>";
    let xml = format!(
        "<View DisplayName='Other' Scope='RecursiveAll'><ViewFields><FieldRef Name='Size'/></ViewFields>\
         <Query>{query}</Query><RowLimit Paged='FALSE'>12</RowLimit>\
         <Aggregations Value='On'><FieldRef Name='Size' Type='SUM'/></Aggregations></View>"
    );
    let path = format!("{view}/SetViewXml");
    let answer = post(&list, &path, &json!({"viewXml": xml})).expect_status(200);
    assert_eq!(answer.json(), json!({"odata.null": true}));
    let read = get(&list, &view);
    for (name, value) in [
        ("Title", json!("Mine")),
        ("ViewQuery", json!(query)),
        ("RowLimit", json!(12)),
        ("Paged", json!(false)),
        ("Scope", json!(2)),
        ("Aggregations", json!("<FieldRef Name='Size' Type='SUM'/>")),
        ("AggregationsStatus", json!("On")),
    ] {
        assert_eq!(read[name], value, "{name}");
    }
    assert_eq!(fields(&list, &view), json!(["Size"]));
    // Its XML makes another view the same.
    let twin = add(&list, &json!({"Title": "Twin"}));
    post(&list, &format!("{twin}/SetViewXml"), &json!({"viewXml": read["ListViewXml"]})).expect_status(200);
    let copy = get(&list, &twin);
    for name in ["ViewQuery", "RowLimit", "Paged", "Scope", "Aggregations", "AggregationsStatus"] {
        assert_eq!(copy[name], read[name], "{name}");
    }
    // ListViewXml is set likewise, and what an XML lacks is empty or as in a new view.
    merge(&list, &twin, &json!({"ListViewXml": "<View/>"})).expect_status(204);
    let bare = get(&list, &twin);
    assert_eq!([&bare["ViewQuery"], &bare["RowLimit"], &bare["Scope"]], [&json!(""), &json!(30), &json!(0)]);
    assert_eq!(fields(&list, &twin), json!([]));
}

#[test]
fn what_is_no_xml_of_a_view_is_400_and_changes_nothing() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps");
    let before = get(&list, "/defaultview");
    let nested = |depth: usize| {
        format!("<View><Query>{}{}</Query></View>", "<And>".repeat(depth), "</And>".repeat(depth))
    };
    let laughs: String =
        (1..=9).map(|n| format!("<!ENTITY l{n} '{}'>", format!("&l{};", n - 1).repeat(10))).collect();
    let laughs = format!("<!DOCTYPE v [<!ENTITY l0 'ha'>{laughs}]><View><Query>&l9;</Query></View>");
    let file =
        "<!DOCTYPE v [<!ENTITY f SYSTEM 'file:///etc/hostname'>]><View><Query>&f;</Query></View>".to_owned();
    for xml in [
        String::new(),
        "<View".into(),
        "<View></Views>".into(),
        "<Query/>".into(),
        "<View/><View/>".into(),
        "<View><ViewFields><FieldRef Name='Colour'/></ViewFields></View>".into(),
        "<View><ViewFields><FieldRef/></ViewFields></View>".into(),
        "<View><RowLimit>all</RowLimit></View>".into(),
        "<View Scope='Everything'/>".into(),
        "<View><Query>a & b</Query></View>".into(),
        "<View><Query>\u{1}</Query></View>".into(),
        nested(1_000),
        nested(8_000),
        laughs,
        file,
        format!("<View><Query>{}</Query></View>", "x".repeat(200_000)),
        format!("<View>{}</View>", "<a/>".repeat(24_000)),
    ] {
        let head: String = xml.chars().take(60).collect();
        let refused = post(&list, "/defaultview/SetViewXml", &json!({"viewXml": xml})).expect_status(400);
        assert!(!reason(&refused).is_empty(), "{head}");
        assert!(!refused.text().contains("haha"), "{head}");
    }
    let refused = |body: &Value| reason(&post(&list, "/defaultview/SetViewXml", body).expect_status(400));
    assert_eq!(refused(&json!({})), "The view cannot be changed so: the body needs viewXml, a text.");
    assert_eq!(
        refused(&json!({"viewXml": 7})),
        "The view cannot be changed so: the body needs viewXml, a text."
    );
    for deep in [nested(1_000), "<View><Query><!DOCTYPE a></Query></View>".into()] {
        merge(&list, "/defaultview", &json!({"ListViewXml": deep})).expect_status(400);
    }
    let deep = format!("{}{}", "<And>".repeat(1_000), "</And>".repeat(1_000));
    merge(&list, "/defaultview", &json!({"ViewQuery": deep})).expect_status(400);
    assert_eq!(get(&list, "/defaultview"), before);
}
