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
        "$expand=Views",
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
