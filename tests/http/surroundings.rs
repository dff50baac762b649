//! `$expand` of what stands round lists and items.

use matchlist_tests::{List, Options, Server};
use serde_json::{Value, json};

const PLAIN: &str = "application/json;odata=nometadata";
const MINIMAL: &str = "application/json";
const VERBOSE: &str = "application/json;odata=verbose";

#[track_caller]
fn get(server: &Server, accept: &str, path: &str) -> Value {
    server.request("GET", &path.replace(' ', "%20")).header("Accept", accept).send().expect_status(200).json()
}

#[track_caller]
fn refused(server: &Server, path: &str) -> String {
    let request = server.request("GET", path).header("Accept", PLAIN);
    request.send().expect_status(400).text()
}

fn pumps(server: &Server) -> List<'_> {
    let list = server.list_in("/sites/demo", "Pumps").number("Load");
    list.item(json!({"Title": "P <1>", "Load": 1234.5}));
    list.item(json!({"Title": "P 2"}));
    list
}

const PARENTS: &str = "$select=Id,RootFolder/ServerRelativeUrl,RootFolder/ServerRelativePath,ParentWeb/Url,\
                       ParentWeb/ServerRelativePath&$expand=RootFolder,ParentWeb";

#[test]
fn a_list_expands_its_folder_and_its_site() {
    let server = Server::start(Options::default());
    let list = pumps(&server);
    let id = get(&server, PLAIN, &format!("{}?$select=Id", list.url()))["Id"].clone();
    let site = format!("http://{}/sites/demo", server.address());
    let expected = json!({
        "Id": id,
        "RootFolder": {"ServerRelativeUrl": "/sites/demo/Lists/Pumps",
            "ServerRelativePath": {"DecodedUrl": "/sites/demo/Lists/Pumps"}},
        "ParentWeb": {"Url": site, "ServerRelativePath": {"DecodedUrl": "/sites/demo"}},
    });
    let path = format!("{}?{PARENTS}", list.url());
    assert_eq!(get(&server, PLAIN, &path), expected);
    assert_eq!(
        get(&server, PLAIN, &format!("/sites/demo/_api/web/lists?{PARENTS}"))["value"],
        json!([expected])
    );
    let minimal = get(&server, MINIMAL, &path);
    assert_eq!(minimal["ParentWeb"]["odata.type"], "SP.Web");
    assert_eq!(
        minimal["ParentWeb@odata.navigationLinkUrl"],
        format!("{}/ParentWeb", minimal["odata.editLink"].as_str().unwrap())
    );
    assert_eq!(minimal["RootFolder"]["ServerRelativeUrl"], "/sites/demo/Lists/Pumps");
    let verbose = &get(&server, VERBOSE, &path)["d"];
    assert_eq!(verbose["RootFolder"]["__metadata"]["type"], "SP.Folder");
    assert_eq!(verbose["RootFolder"]["ServerRelativePath"]["__metadata"]["type"], "SP.ResourcePath");
    assert_eq!(verbose["ParentWeb"]["Url"], site);
}

#[test]
fn a_list_expands_whole_objects_and_its_fields() {
    let server = Server::start(Options::default());
    let list = pumps(&server);
    let whole = get(&server, PLAIN, &format!("{}?$expand=RootFolder,Fields", list.url()));
    assert_eq!(whole["Title"], "Pumps");
    assert_eq!(whole["RootFolder"], get(&server, PLAIN, &format!("{}/RootFolder", list.url())));
    assert_eq!(whole["Fields"], get(&server, PLAIN, &format!("{}/fields", list.url()))["value"]);
    let narrow =
        get(&server, PLAIN, &format!("{}?$select=Title,Fields/InternalName&$expand=Fields", list.url()));
    assert_eq!(narrow["Fields"][0], json!({"InternalName": "Title"}));
    assert_eq!(narrow.as_object().unwrap().len(), 2);
    let verbose = &get(&server, VERBOSE, &format!("{}?$expand=Fields", list.url()))["d"];
    assert_eq!(verbose["Fields"]["results"][0]["InternalName"], "Title");
    assert!(verbose["RootFolder"]["__deferred"]["uri"].is_string());
    for wrong in [
        "$expand=Forms",
        "$expand=Views/Fields",
        "$expand=RootFolder/Files",
        "$select=RootFolder/Nothing&$expand=RootFolder",
        "$select=RootFolder/Name",
        "$select=Title/Name&$expand=RootFolder",
        "$select=Fields/Nothing&$expand=Fields",
    ] {
        refused(&server, &format!("{}?{wrong}", list.url()));
    }
    refused(&server, "/sites/demo/_api/web?$expand=Lists");
}

#[test]
fn an_item_expands_its_list_its_content_type_and_its_texts() {
    let server = Server::start(Options::default());
    let list = pumps(&server);
    let item = list.item_url(1);
    let own = get(&server, PLAIN, &format!("{item}?$select=Id,ParentList/Title&$expand=ParentList"));
    assert_eq!(own, json!({"ParentList": {"Title": "Pumps"}, "Id": 1}));
    let own = get(&server, PLAIN, &format!("{item}?$select=ParentList/Title&$expand=ParentList"));
    assert_eq!(own, json!({"ParentList": {"Title": "Pumps"}}));
    let deep = "$select=Id,ParentList/RootFolder/ServerRelativeUrl,ParentList/ParentWeb/ServerRelativePath\
                &$expand=ParentList,ParentList/RootFolder,ParentList/ParentWeb";
    let deep = get(&server, PLAIN, &format!("{item}?{deep}"));
    assert_eq!(deep["ParentList"]["RootFolder"], json!({"ServerRelativeUrl": "/sites/demo/Lists/Pumps"}));
    let path = json!({"ServerRelativePath": {"DecodedUrl": "/sites/demo"}});
    assert_eq!(deep["ParentList"]["ParentWeb"], path);

    let all = "$expand=ParentList,ContentType,FieldValuesAsText,FieldValuesAsHtml,FieldValuesForEdit";
    let whole = get(&server, PLAIN, &format!("{item}?{all}"));
    assert_eq!(whole["Title"], "P <1>");
    assert_eq!(whole["ParentList"], get(&server, PLAIN, list.url()));
    for name in ["ContentType", "FieldValuesAsText", "FieldValuesAsHtml", "FieldValuesForEdit"] {
        assert_eq!(whole[name], get(&server, PLAIN, &format!("{item}/{name}")), "{name}");
    }
    let rows = get(&server, PLAIN, &format!("{}/items?{all}", list.url()));
    assert_eq!(rows["value"][0], whole);
    assert_eq!(rows["value"][1]["FieldValuesAsText"]["Title"], "P 2");

    let texts = "$select=Title,FieldValuesAsText/Load,FieldValuesAsHtml/Title\
                 &$expand=FieldValuesAsText,FieldValuesAsHtml";
    let plain = get(&server, PLAIN, &format!("{item}?{texts}"));
    let html = json!({"Title": "P &lt;1&gt;"});
    assert_eq!(
        plain,
        json!({"Title": "P <1>", "FieldValuesAsText": {"Load": "1,234.5"}, "FieldValuesAsHtml": html})
    );
    let minimal = get(&server, MINIMAL, &format!("{item}?{texts}"));
    assert_eq!(minimal["FieldValuesAsText"]["odata.type"], "SP.FieldStringValues");
    let context = minimal["odata.metadata"].as_str().unwrap();
    assert!(context.ends_with("&$select=Title,FieldValuesAsText/Load,FieldValuesAsHtml/Title"), "{context}");
    let link = minimal["FieldValuesAsText@odata.navigationLinkUrl"].as_str().unwrap();
    assert!(link.ends_with("/Items(1)/FieldValuesAsText"), "{link}");
    let verbose = &get(&server, VERBOSE, &format!("{item}?$expand=ParentList,FieldValuesAsText"))["d"];
    assert_eq!(verbose["ParentList"]["__metadata"]["type"], "SP.List");
    assert_eq!(verbose["FieldValuesAsText"]["__metadata"]["type"], "SP.FieldStringValues");
    assert!(verbose["ContentType"]["__deferred"]["uri"].is_string());
}

#[test]
fn what_does_not_stand_round_an_item_is_refused() {
    let server = Server::start(Options::default());
    let list = pumps(&server);
    for wrong in [
        "$expand=File",
        "$expand=parentlist",
        "$select=ParentList/Title",
        "$select=ParentList/Nothing&$expand=ParentList",
        "$expand=ParentList,ParentList/Fields",
        "$expand=ParentList/RootFolder/Files",
        "$expand=ContentType/Fields",
        "$expand=FieldValuesAsText/Title",
        "$filter=ParentList/Title%20eq%20'x'&$expand=ParentList",
    ] {
        for under in ["/items", "/items(1)"] {
            if !(wrong.contains("filter") && under == "/items(1)") {
                refused(&server, &format!("{}{under}?{wrong}", list.url()));
            }
        }
    }
}

#[test]
fn an_order_through_several_values_is_named() {
    let server = Server::start(Options::default());
    let list = pumps(&server);
    let id = get(&server, PLAIN, &format!("{}?$select=Id", list.url()))["Id"].clone();
    let list = list.field("Others", 7, json!({"LookupList": id, "AllowMultipleValues": true}));
    let order = refused(&server, &format!("{}/items?$orderby=Others/Title", list.url()));
    assert!(order.contains("$orderby") && !order.contains("$filter"), "{order}");
    let filter = refused(&server, &format!("{}/items?$filter=Others/Title%20eq%20'x'", list.url()));
    assert!(filter.contains("$filter") && !filter.contains("$orderby"), "{filter}");
}
