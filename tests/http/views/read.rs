//! Views as they are read: whole answers, addresses, queries.

use matchlist_tests::{Options, Server};
use serde_json::{Value, json};

use super::{MINIMAL, PLAIN, VERBOSE, add, each, fields, get, merge};

/// What a new list's view has, in the order of the wire, but for what hangs on the list.
fn all_items(url: &str, xml: &str, id: &str) -> Value {
    let first = json!({
        "Aggregations": null, "AggregationsStatus": null, "AssociatedContentTypeId": null, "BaseViewId": "1",
        "CalendarViewStyles": null, "ColumnWidth": null, "ContentTypeId": {"StringValue": "0x"},
        "CustomFormatter": "", "CustomOrder": null, "DefaultView": true, "DefaultViewForContentType": false,
        "EditorModified": false, "Formats": null, "GridLayout": null, "Hidden": false, "HtmlSchemaXml": xml,
        "Id": id, "ImageUrl": "/_layouts/15/images/generic.png", "IncludeRootFolder": false,
        "JSLink": "clienttemplates.js", "ListViewXml": xml,
    });
    let second = json!({
        "Method": null, "MobileDefaultView": false,
        "MobileView": false, "ModerationType": null, "NewDocumentTemplates": null, "OrderedView": false,
        "Paged": true, "PersonalView": false, "ReadOnlyView": false, "RequiresClientIntegration": false,
        "RowLimit": 30, "Scope": 0, "ServerRelativeUrl": url, "StyleId": null, "TabularView": true,
        "Threaded": false, "Title": "All Items", "Toolbar": "", "ToolbarTemplateName": null, "ViewData": null,
        "ViewJoins": null, "ViewProjectedFields": null, "ViewQuery": "<OrderBy><FieldRef Name=\"ID\" /></OrderBy>",
        "ViewType": "HTML", "ViewType2": null, "VisualizationInfo": null,
    });
    serde_json::from_str(&with(first, &second)).unwrap()
}

fn with(first: Value, rest: &Value) -> String {
    let mut all = first;
    all.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    all.to_string()
}

#[test]
fn the_default_view_in_each_format() {
    let server = Server::start(Options::default());
    let list = server.list_in("/sites/demo", "Pumps & co");
    let api = format!("http://{}/sites/demo/_api", server.address());
    let list_id = get(&list, "?$select=Id")["Id"].as_str().unwrap().to_owned();
    let id = get(&list, "/defaultview/Id")["value"].as_str().unwrap().to_owned();
    let url = "/sites/demo/Lists/Pumps  co/AllItems.aspx";
    let xml = format!(
        "<View Name=\"{{{}}}\" DefaultView=\"TRUE\" Type=\"HTML\" DisplayName=\"All Items\" Url=\"{url}\" \
         Level=\"1\" BaseViewID=\"1\" ContentTypeID=\"0x\"><Query><OrderBy><FieldRef Name=\"ID\" /></OrderBy></Query>\
         <ViewFields><FieldRef Name=\"LinkTitle\" /></ViewFields><RowLimit Paged=\"TRUE\">30</RowLimit>\
         <JSLink>clienttemplates.js</JSLink></View>",
        id.to_uppercase()
    );
    let whole = all_items(url, &xml, &id);
    let link = format!("Web/Lists(guid'{list_id}')/Views(guid'{id}')");
    let read = |accept: &str| {
        let request = list.request("GET", "/defaultView").header("Accept", accept);
        request.send().expect_status(200).text()
    };
    assert_eq!(read(PLAIN), whole.to_string());
    let control = json!({
        "odata.metadata": format!("{api}/$metadata#SP.ApiData.Views/@Element"),
        "odata.type": "SP.View", "odata.id": format!("{api}/{link}"), "odata.editLink": link,
    });
    assert_eq!(read(MINIMAL), with(control, &whole));
    let mut verbose = whole.clone();
    verbose["ContentTypeId"] = json!({"__metadata": {"type": "SP.ContentTypeId"}, "StringValue": "0x"});
    let first = json!({
        "__metadata": {"id": format!("{api}/{link}"), "uri": format!("{api}/{link}"), "type": "SP.View"},
        "ViewFields": {"__deferred": {"uri": format!("{api}/{link}/ViewFields")}},
    });
    assert_eq!(read(VERBOSE), format!("{{\"d\":{}}}", with(first, &verbose)));
}

#[test]
fn the_fields_of_a_view_in_each_format() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps").text("Code");
    let view = add(&list, &json!({"Title": "Codes", "ViewFields": ["Code", "LinkTitle"]}));
    let api = format!("http://{}/_api", server.address());
    let list_id = get(&list, "?$select=Id")["Id"].as_str().unwrap().to_owned();
    let link = format!("Web/Lists(guid'{list_id}')/Views(guid{})/ViewFields", &view[7..view.len() - 1]);
    let xml = "<FieldRef Name=\"Code\" /><FieldRef Name=\"LinkTitle\" />";
    let read = |accept: &str| {
        let request = list.request("GET", &format!("{view}/ViewFields")).header("Accept", accept);
        request.send().expect_status(200).json()
    };
    assert_eq!(read(PLAIN), json!({"SchemaXml": xml, "Items": ["Code", "LinkTitle"]}));
    assert_eq!(
        read(MINIMAL),
        json!({
            "odata.metadata": format!("{api}/$metadata#SP.ApiData.ViewFieldCollections/@Element"),
            "odata.type": "SP.ViewFieldCollection", "odata.id": format!("{api}/{link}"), "odata.editLink": link,
            "SchemaXml": xml, "Items": ["Code", "LinkTitle"],
        })
    );
    let uri = format!("{api}/{link}");
    assert_eq!(
        read(VERBOSE),
        json!({"d": {
            "__metadata": {"id": uri, "uri": uri, "type": "SP.ViewFieldCollection"}, "SchemaXml": xml,
            "Items": {"__metadata": {"type": "Collection(Edm.String)"}, "results": ["Code", "LinkTitle"]},
        }})
    );
    assert_eq!(get(&list, &format!("{view}/viewfields/schemaxml")), json!({"value": xml}));
    assert_eq!(get(&list, &format!("{view}/viewfields/items")), json!({"value": ["Code", "LinkTitle"]}));
}

#[test]
fn every_spelling_of_a_view_names_it() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps");
    let whole = get(&list, "/defaultview");
    let id = whole["Id"].as_str().unwrap();
    for path in [
        "/DefaultView()".to_owned(),
        format!("/views('{id}')"),
        format!("/views(guid'{id}')"),
        format!("/Views('{{{}}}')", id.to_uppercase()),
        format!("/views/getById('{id}')"),
        "/views/getbytitle('all items')".to_owned(),
        "/views/GetByTitle(@t)?@t='All Items'".to_owned(),
        format!("/getView('{id}')"),
    ] {
        assert_eq!(get(&list, &path), whole, "{path}");
    }
    for (path, value) in [
        ("/defaultview/rowlimit", json!({"value": 30})),
        ("/defaultview/ServerRelativePath", json!({"DecodedUrl": "/Lists/Pumps/AllItems.aspx"})),
        ("/DefaultViewUrl", json!({"value": "/Lists/Pumps/AllItems.aspx"})),
    ] {
        assert_eq!(get(&list, path), value, "{path}");
    }
    let raw = list.request("GET", "/views/getbytitle('All%20Items')/ViewQuery/$value").send();
    assert_eq!(raw.expect_status(200).text(), "<OrderBy><FieldRef Name=\"ID\" /></OrderBy>");
    let typed = list.request("GET", "/defaultview/Id").header("Accept", MINIMAL).send().json();
    assert!(typed["odata.metadata"].as_str().unwrap().ends_with("$metadata#Edm.Guid"));
}

#[test]
fn a_view_of_another_list_and_one_that_is_not_there_are_404() {
    let server = Server::start(Options::default());
    let (list, other) = (server.list("Pumps"), server.list("Tanks"));
    let id = get(&other, "/defaultview/Id")["value"].as_str().unwrap().to_owned();
    for path in [
        format!("/views('{id}')"),
        format!("/getview('{id}')/renderashtml"),
        "/views/getbytitle('none')".into(),
        "/views(guid'00000000-0000-0000-0000-00000000dead')/viewfields".into(),
    ] {
        let refused = list.request("GET", &path).send().expect_status(404).json();
        assert_eq!(
            refused,
            json!({"odata.error": {"code": "-2147024809, System.ArgumentException", "message": {
                "lang": "en-US",
                "value": "View does not exist.\n\nThe page you selected contains a view that does not exist. It may \
                          have been deleted by another user.",
            }}}),
            "{path}"
        );
    }
    merge(&list, &format!("/views('{id}')"), &json!({"Title": "x"})).expect_status(404);
    list.request("GET", "/views('x')").send().expect_status(400);
    list.request("GET", "/defaultview/nothing").send().expect_status(404);
    assert_eq!(each(&other, "Title"), ["All Items"]);
}

#[test]
fn views_are_queried_as_other_collections_are() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps").text("Code");
    add(&list, &json!({"Title": "b", "RowLimit": 5, "ViewFields": ["Code"]}));
    add(&list, &json!({"Title": "A", "RowLimit": 50, "Hidden": true}));
    let titles = |query: &str| -> Vec<Value> {
        let found = get(&list, &format!("/views?$select=Title&{query}"));
        found["value"].as_array().unwrap().iter().map(|v| v["Title"].clone()).collect()
    };
    assert_eq!(titles(""), ["All Items", "b", "A"]);
    assert_eq!(titles("$orderby=Title desc"), ["b", "All Items", "A"]);
    assert_eq!(titles("$filter=RowLimit gt 10 and Hidden eq false"), ["All Items"]);
    assert_eq!(titles("$filter=DefaultView eq false&$top=1&$skip=1"), ["A"]);
    let count = |query: &str| list.request("GET", &format!("/views/$count{query}")).send().text();
    assert_eq!((count("").as_str(), count("?$filter=Hidden%20eq%20true").as_str()), ("3", "1"));
    let expanded = get(&list, "/views?$select=Title,ViewFields&$expand=ViewFields&$filter=Title eq 'b'");
    let of_b = json!({"SchemaXml": "<FieldRef Name=\"Code\" />", "Items": ["Code"]});
    assert_eq!(expanded, json!({"value": [{"ViewFields": of_b, "Title": "b"}]}));
    for wrong in ["?$filter=Colour%20eq%201", "?$expand=Fields", "?$select=Colour"] {
        list.request("GET", &format!("/views{wrong}")).send().expect_status(400);
    }
}

#[test]
fn a_list_expands_its_views() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps").text("Code");
    add(&list, &json!({"Title": "Codes", "ViewFields": ["Code"], "DefaultView": true}));
    let found = get(
        &list,
        "?$select=Title,DefaultViewUrl,DefaultView/Title,Views/Title,Views/ViewFields/Items\
         &$expand=DefaultView,Views,Views/ViewFields",
    );
    assert_eq!(
        found,
        json!({
            "Views": [
                {"ViewFields": {"Items": ["LinkTitle"]}, "Title": "All Items"},
                {"ViewFields": {"Items": ["Code"]}, "Title": "Codes"},
            ],
            "DefaultView": {"Title": "Codes"},
            "DefaultViewUrl": "/Lists/Pumps/Codes.aspx",
            "Title": "Pumps",
        })
    );
    assert_eq!(get(&list, "").get("DefaultViewUrl"), None, "where it is selected");
    assert_eq!(fields(&list, "/defaultview"), json!(["Code"]));
}
