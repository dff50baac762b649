//! `GetListItems`, `GetList` and `GetListCollection`.

use serde_json::json;

use super::{LISTITEMS, id, result, start, wash, without_times};

const ALL: &str = "<FieldRef Name='Title'/><FieldRef Name='Max_x0020_load'/><FieldRef Name='done'/><FieldRef Name='Due'/>\
    <FieldRef Name='Tags'/><FieldRef Name='Link'/><FieldRef Name='Site'/><FieldRef Name='Sites'/><FieldRef Name='Owner'/>\
    <FieldRef Name='Author'/>";

#[test]
fn values_have_their_raw_spelling() {
    let server = start();
    let list = wash(&server);
    list.item(json!({}));
    let row = |id: u8, values: &str| {
        format!(
            "<z:row {values}ows__ModerationStatus=\"0\" ows__Level=\"1\" ows_ID=\"{id}\" ows_UniqueId=\"{id};#GUID\" \
             ows_owshiddenversion=\"1\" ows_FSObjType=\"{id};#0\" ows_Created_x0020_Date=\"{id};#TIME\" \
             ows_Created=\"TIME\" ows_Modified=\"TIME\" ows_FileRef=\"{id};#sites/demo/Lists/wash list/{id}_.000\" \
             ows_PermMask=\"0x7fffffffffffffff\"/>"
        )
    };
    let full = "ows_Title=\"a &lt; b\" ows_Max_x0020_load=\"4.50000000000000\" ows_done=\"1\" \
        ows_Due=\"2024-05-01 08:00:00\" ows_Tags=\";#hot;#spare;#\" ows_Link=\"https://x.test/, X\" \
        ows_Site=\"1;#North;; west\" ows_Sites=\"1;#North;; west;#2;#South\" ows_Owner=\"1;#Local owner\" \
        ows_Author=\"1;#Local owner\" ";
    let expected = format!(
        "{LISTITEMS}<rs:data ItemCount=\"2\">{}{}</rs:data></listitems>",
        row(1, full),
        row(2, "ows_Author=\"1;#Local owner\" ")
    );
    for name in ["wash list".to_owned(), format!("{{{}}}", id(&list).to_uppercase())] {
        let inner = format!(
            "<listName>{name}</listName><viewName></viewName><query><Query/></query><viewFields><ViewFields>{ALL}\
             </ViewFields></viewFields><rowLimit>0</rowLimit><queryOptions><QueryOptions/></queryOptions>"
        );
        assert_eq!(without_times(&result(&server, "GetListItems", &inner)), expected);
    }
}

/// The titles that a query finds, and where the next page begins.
fn titles(answer: &str) -> (Vec<&str>, Option<String>) {
    let attribute = |text, name: &str| -> Option<&str> {
        let (_, rest): (&str, &str) = str::split_once(text, &format!("{name}=\""))?;
        rest.split('"').next()
    };
    let next = attribute(answer, "ListItemCollectionPositionNext").map(str::to_owned);
    (answer.split("<z:row ").skip(1).filter_map(|row| attribute(row, "ows_Title")).collect(), next)
}

#[test]
fn a_query_filters_orders_and_is_read_in_pages() {
    let server = start();
    let list = server.list_in("/sites/demo", "Pumps").number("Load");
    for load in 1..=5 {
        list.item(json!({"Title": format!("p{load}"), "Load": load}));
    }
    let query = "<query><Query><Where><Geq><FieldRef Name='Load'/><Value Type='Number'>2</Value></Geq></Where>\
        <OrderBy><FieldRef Name='Load' Ascending='FALSE'/></OrderBy></Query></query>";
    let page = |options: &str| {
        let inner = format!("<listName>Pumps</listName>{query}<rowLimit>3</rowLimit>{options}");
        result(&server, "GetListItems", &inner)
    };
    let first = page("");
    let (found, next) = titles(&first);
    assert_eq!(found, ["p5", "p4", "p3"]);
    let next = next.unwrap();
    let second = page(&format!(
        "<queryOptions><QueryOptions><Paging ListItemCollectionPositionNext=\"{next}\"/></QueryOptions></queryOptions>"
    ));
    assert_eq!(titles(&second), (vec!["p2"], None));
}

#[test]
fn what_is_not_asked_for_the_view_says() {
    let server = start();
    let list = server.list_in("/sites/demo", "Pumps").number("Load");
    for load in 1..=3 {
        list.item(json!({"Title": format!("p{load}"), "Load": load}));
    }
    let view = list.request("POST", "/views").json(&json!({
        "Title": "Heavy", "ViewQuery": "<Where><Gt><FieldRef Name='Load'/><Value Type='Number'>1</Value></Gt></Where>",
    }));
    let view = view.header("Accept", "application/json;odata=nometadata").send().expect_status(201).json();
    let view = format!("<viewName>{{{}}}</viewName>", view["Id"].as_str().unwrap());
    let ask = |more: &str| {
        result(&server, "GetListItems", &format!("<listName>Pumps</listName>{more}<rowLimit>0</rowLimit>"))
    };
    assert_eq!(titles(&ask("")).0, ["p1", "p2", "p3"]);
    let by_view = ask(&view);
    assert_eq!(by_view.matches("<z:row ").count(), 2, "{by_view}");
    let other = ask(&format!("{view}<query><Query/></query>"));
    assert_eq!(other.matches("<z:row ").count(), 3, "a query counts instead of the view's: {other}");
}

#[test]
fn a_list_is_told_with_its_fields_and_lists_without() {
    let server = start();
    let list = server.list_in("/sites/demo", "Pumps & co").number("Load");
    list.item(json!({"Title": "x"}));
    let guid = format!("{{{}}}", id(&list).to_uppercase());
    let told = result(&server, "GetList", "<listName>pumps &amp; CO</listName>");
    for part in [
        "<List DocTemplateUrl=\"\" DefaultViewUrl=\"/sites/demo/Lists/Pumps  co/AllItems.aspx\"",
        &format!(" ID=\"{guid}\" Title=\"Pumps &amp; co\" "),
        &format!(" Name=\"{guid}\" BaseType=\"0\" "),
        " ItemCount=\"1\" ",
        "><Fields><Field Type=\"Text\" Name=\"Title\" ",
        "<Field Type=\"Number\" Name=\"Load\" ",
        "<Field Type=\"Counter\" Name=\"ID\" ",
    ] {
        assert!(told.contains(part), "no {part} in {told}");
    }
    server.list_in("/sites/demo", "Tools");
    let lists = result(&server, "GetListCollection", "");
    assert!(lists.starts_with("<Lists><List ") && lists.ends_with("</List></Lists>"), "{lists}");
    assert_eq!(lists.matches("<List ").count(), 2);
    assert!(lists.contains("Title=\"Pumps &amp; co\"") && lists.contains("Title=\"Tools\""), "{lists}");
}
