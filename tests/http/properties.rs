//! Single properties by address, and what belongs to sites, lists and items besides them.

use matchlist_tests::{List, Options, Response, Server};
use serde_json::{Value, json};

const PLAIN: &str = "application/json;odata=nometadata";
const MINIMAL: &str = "application/json";
const VERBOSE: &str = "application/json;odata=verbose";

fn get_as(server: &Server, accept: &str, path: &str) -> Response {
    server.request("GET", path).header("Accept", accept).send()
}

#[track_caller]
fn get(server: &Server, path: &str) -> Value {
    get_as(server, PLAIN, path).expect_status(200).json()
}

fn pumps(server: &Server) -> List<'_> {
    let list = server
        .list_in("/sites/demo", "Pumps")
        .number("Max load")
        .boolean("Hot")
        .date_time("Due")
        .note("Notes");
    let list = list.field("Day", 4, json!({"DisplayFormat": 0}));
    let list = list.field("Share", 9, json!({"ShowAsPercentage": true, "DisplayFormat": 1}));
    list.item(json!({
        "Title": "P-101 <a>", "Max_x0020_load": 1234.5, "Hot": true, "Due": "2018-06-23T22:15:00Z",
        "Day": "2018-06-23T00:00:00Z", "Share": 0.125, "Notes": "a & b\nc",
    }));
    list.item(json!({"Title": "P-102"}));
    list
}

#[test]
fn a_property_of_an_item_has_each_formats_shape() {
    let server = Server::start(Options::default());
    let list = pumps(&server);
    let api = format!("http://{}/sites/demo/_api", server.address());
    let title = format!("{}/Title", list.item_url(1));
    assert_eq!(get(&server, &title), json!({"value": "P-101 <a>"}));
    let minimal = get_as(&server, MINIMAL, &title).expect_status(200);
    assert_eq!(
        minimal.json(),
        json!({"odata.metadata": format!("{api}/$metadata#Edm.String"), "value": "P-101 <a>"})
    );
    assert_eq!(get_as(&server, VERBOSE, &title).json(), json!({"d": {"Title": "P-101 <a>"}}));
    let v4 = server.request("GET", &title).header("Accept", MINIMAL).header("OData-Version", "4.0").send();
    assert_eq!(v4.json()["@odata.context"], format!("{api}/$metadata#Edm.String"));
    for (path, value) in [
        ("title", json!("P-101 <a>")),
        ("Max_x0020_load", json!(1234.5)),
        ("hot", json!(true)),
        ("Id", json!(1)),
        ("ID", json!(1)),
        ("AuthorId", json!(1)),
        ("OData__UIVersionString", json!("1.0")),
        ("owshiddenversion", json!(1)),
        ("Due", json!("2018-06-23T22:15:00Z")),
    ] {
        assert_eq!(get(&server, &format!("{}/{path}", list.item_url(1))), json!({"value": value}), "{path}");
    }
    let empty = format!("{}/Hot", list.item_url(2));
    assert_eq!(get(&server, &empty), json!({"odata.null": true}));
    assert_eq!(get_as(&server, VERBOSE, &empty).json(), json!({"d": {"Hot": null}}));
    get_as(&server, PLAIN, &format!("{empty}/$value")).expect_status(204);
}

#[test]
fn a_raw_value_is_plain_text() {
    let server = Server::start(Options::default());
    let list = pumps(&server);
    for (path, text) in [
        (format!("{}/Title/$value", list.item_url(1)), "P-101 <a>"),
        (format!("{}/title/%24value", list.item_url(1)), "P-101 <a>"),
        (format!("{}/Max_x0020_load/$value", list.item_url(1)), "1234.5"),
        (format!("{}/Hot/$value", list.item_url(1)), "true"),
        (format!("{}/Title/$value", list.url()), "Pumps"),
        (format!("{}/ItemCount/$value", list.url()), "2"),
        ("/sites/demo/_api/web/ServerRelativeUrl/$value".to_owned(), "/sites/demo"),
    ] {
        for accept in [PLAIN, VERBOSE] {
            let raw = get_as(&server, accept, &path).expect_status(200);
            assert_eq!(raw.header("Content-Type"), Some("text/plain;charset=utf-8"), "{path}");
            assert_eq!(raw.text(), text, "{path}");
        }
    }
    // A page that has the answer is told so.
    let path = format!("{}/ItemCount", list.url());
    let first = get_as(&server, PLAIN, &path);
    let again = |tag: &str| {
        server.request("GET", &path).header("Accept", PLAIN).header("If-None-Match", tag).send().status
    };
    assert_eq!(again(first.etag()), 304);
    list.item(json!({"Title": "P-103"}));
    assert_eq!(again(first.etag()), 200);
}

#[test]
fn lists_fields_and_sites_have_their_properties_by_address() {
    let server = Server::start(Options::default());
    let list = pumps(&server);
    assert_eq!(get(&server, &format!("{}/ItemCount", list.url())), json!({"value": 2}));
    let entity = get(&server, list.url());
    for (name, value) in entity.as_object().unwrap() {
        let found = get(&server, &format!("{}/{name}", list.url()));
        let expected = match value {
            Value::Null => json!({"odata.null": true}),
            Value::Object(_) => value.clone(),
            value => json!({"value": value}),
        };
        assert_eq!(found, expected, "{name}");
    }
    let field = format!("{}/fields/getbytitle('Max%20load')", list.url());
    assert_eq!(get(&server, &format!("{field}/InternalName")), json!({"value": "Max_x0020_load"}));
    assert_eq!(get(&server, "/sites/demo/_api/web/title"), json!({"value": "demo"}));
    get_as(&server, PLAIN, &format!("{}/ParentWebPath/$value", list.url())).expect_status(404);
}

#[test]
fn what_is_no_property_is_404_with_its_name() {
    let server = Server::start(Options::default());
    let list = pumps(&server);
    for (path, name) in [
        (format!("{}/Nothing", list.item_url(1)), "Nothing"),
        (format!("{}/Nothing", list.url()), "Nothing"),
        (format!("{}/views/Nothing", list.url()), "Nothing"),
        (format!("{}/defaultview/Nothing", list.url()), "Nothing"),
        (format!("{}/versions", list.item_url(1)), "versions"),
        (format!("{}/contenttypes('0x0101')", list.url()), "contenttypes"),
        ("/sites/demo/_api/web/nothing".to_owned(), "nothing"),
        ("/sites/demo/_api/site/nothing".to_owned(), "nothing"),
    ] {
        for (accept, error) in [(PLAIN, "odata.error"), (MINIMAL, "odata.error"), (VERBOSE, "error")] {
            let missing = get_as(&server, accept, &path).expect_status(404).json();
            let code = "-1, Microsoft.SharePoint.Client.ResourceNotFoundException";
            assert_eq!(missing[error]["code"], code, "{path}");
            let message = format!("Cannot find resource for the request {name}.");
            assert_eq!(missing[error]["message"]["value"], message, "{path}");
        }
    }
    for path in [list.item_url(1), list.url().to_owned(), "/sites/demo/_api/web".into()] {
        server.request("POST", &format!("{path}/Nothing")).send().expect_status(404);
    }
    let code = "-1, Microsoft.SharePoint.Client.ClientServiceException";
    for path in [list.url(), &list.item_url(1), "/sites/demo/_api/web", "/sites/demo/_api/web/currentuser"] {
        for method in ["POST", "PUT", "MERGE", "PATCH", "DELETE"] {
            let request = server.request(method, &format!("{path}/Title")).header("If-Match", "\"9\"");
            let wrong =
                request.header("Accept", PLAIN).json(&json!({"value": "x"})).send().expect_status(405);
            assert_eq!(wrong.header("Allow"), Some("GET, HEAD, OPTIONS"), "{method} {path}");
            let shown = if method == "PATCH" { "MERGE" } else { method };
            let text = format!("The HTTP method '{shown}' cannot be used to access the resource 'property'.");
            let error = json!({"code": code, "message": {"lang": "en-US", "value": text}});
            assert_eq!(wrong.json(), json!({"odata.error": error}), "{method} {path}");
        }
    }
    for under in ["Title/$value", "title", "ContentType", "Due"] {
        let path = format!("{}/{under}", list.item_url(1));
        let wrong = server.request("PUT", &path).json(&json!({"value": "x"})).send().expect_status(405);
        assert_eq!(wrong.header("Allow"), Some("GET, HEAD, OPTIONS"), "{under}");
    }
    assert_eq!(list.read(1).etag(), "\"1\"");
    for method in ["POST", "PUT", "MERGE", "DELETE"] {
        server.request(method, &format!("{}/Nothing", list.item_url(1))).send().expect_status(404);
        server.request(method, &format!("{}/Title", list.item_url(99))).send().expect_status(404);
    }
    get_as(&server, PLAIN, &format!("{}/Title", list.item_url(99))).expect_status(404);
    get_as(&server, PLAIN, &format!("{}/ParentList", list.item_url(99))).expect_status(404);
}

#[test]
fn an_items_list_is_read_before_python_writes() {
    let server = Server::start(Options::default());
    let list = pumps(&server);
    let path = format!("{}/ParentList?$select=ListItemEntityTypeFullName,Id", list.item_url(1));
    let parent = get_as(&server, VERBOSE, &path).expect_status(200).json();
    assert_eq!(parent["d"]["ListItemEntityTypeFullName"], "SP.Data.PumpsListItem");
    assert_eq!(parent["d"]["Id"], get(&server, list.url())["Id"]);
}

#[test]
fn values_as_text_are_spelt_for_people() {
    let server = Server::start(Options::default());
    let list = pumps(&server);
    let read = |name: &str| get(&server, &format!("{}/{name}", list.item_url(1)));
    let text = read("FieldValuesAsText");
    for (name, value) in [
        ("Title", "P-101 <a>"),
        ("Max_x005f_x0020_x005f_load", "1,234.5"),
        ("Max_x0020_load", "1,234.5"),
        ("Hot", "Yes"),
        ("Due", "6/23/2018 10:15 PM"),
        ("Day", "6/23/2018"),
        ("Share", "12.5%"),
        ("Notes", "a & b\nc"),
        ("ID", "1"),
        ("Author", "Local owner"),
        ("Editor", "Local owner"),
        ("OData__x005f_UIVersionString", "1.0"),
        ("Attachments", "False"),
    ] {
        assert_eq!(text[name], value, "{name}");
    }
    assert!(text.as_object().unwrap().values().all(Value::is_string), "{text}");
    let html = read("fieldvaluesashtml");
    assert_eq!(html["Title"], "P-101 &lt;a&gt;");
    assert_eq!(html["Notes"], "a &amp; b<br>c");
    assert_eq!(read("FieldValuesForEdit")["Max_x0020_load"], "1234.5");
    let empty = get(&server, &format!("{}/FieldValuesAsText?$select=Hot,Due", list.item_url(2)));
    assert_eq!(empty, json!({"Hot": "", "Due": ""}));
    let verbose = get_as(&server, VERBOSE, &format!("{}/FieldValuesAsText", list.item_url(1))).json();
    assert_eq!(verbose["d"]["__metadata"]["type"], "SP.FieldStringValues");
    let minimal = get_as(&server, MINIMAL, &format!("{}/FieldValuesAsText", list.item_url(1))).json();
    assert!(minimal["odata.editLink"].as_str().unwrap().ends_with("/Items(1)/FieldValuesAsText"));
}

#[test]
fn rich_text_stands_as_html_in_each_of_the_three() {
    let server = Server::start(Options::default());
    let list = server.list("Pages").field("Body", 3, json!({"RichText": true}));
    let html = "<div class=\"x\"><p>a &amp; b</p>\n<b>c</b></div>";
    list.item(json!({"Body": html}));
    list.item(json!({"Title": "none"}));
    for name in ["FieldValuesAsText", "FieldValuesAsHtml", "FieldValuesForEdit"] {
        let read = |id| get(&server, &format!("{}/{name}?$select=Body", list.item_url(id)));
        assert_eq!((read(1), read(2)), (json!({"Body": html}), json!({"Body": ""})), "{name}");
    }
}

#[test]
fn permissions_are_two_halves_as_texts() {
    let server = Server::start(Options::default());
    let list = pumps(&server);
    let all = json!({"High": "2147483647", "Low": "4294967295"});
    for base in [list.item_url(1), list.url().to_owned(), "/sites/demo/_api/web".to_owned()] {
        let path = format!("{base}/EffectiveBasePermissions");
        assert_eq!(get(&server, &path), all);
        let verbose = get_as(&server, VERBOSE, &path).json();
        let verbose = &verbose["d"]["EffectiveBasePermissions"];
        assert_eq!((&verbose["High"], &verbose["Low"]), (&all["High"], &all["Low"]));
        assert_eq!(verbose["__metadata"]["type"], "SP.BasePermissions");
    }
    get_as(&server, PLAIN, &format!("{}/EffectiveBasePermissions", list.item_url(99))).expect_status(404);
}

#[test]
fn a_list_has_one_content_type_and_a_folder() {
    let server = Server::start(Options::default());
    let list = pumps(&server);
    let id = get(&server, list.url())["Id"].as_str().unwrap().replace('-', "").to_uppercase();
    let types = get(&server, &format!("{}/contenttypes", list.url()));
    let id = format!("0x0100{id}");
    assert_eq!(types["value"][0]["StringId"], id);
    for key in ["('0x01')", "('0x0100')", "/getById('0X01')", &format!("('{id}')")] {
        let one = get(&server, &format!("{}/contentTypes{key}", list.url()));
        assert_eq!((&one["Name"], &one["Id"]["StringValue"]), (&json!("Item"), &json!(id)), "{key}");
    }
    let of_item = get(&server, &format!("{}/ContentType", list.item_url(1)));
    assert_eq!(of_item["StringId"], id);
    assert_eq!(get(&server, &list.item_url(1))["ContentTypeId"], id);
    // A page may send it back.
    list.request("MERGE", "/items(1)").json(&json!({"ContentTypeId": id})).send().expect_status(204);
    let folder = get(&server, &format!("{}/rootFolder", list.url()));
    assert_eq!(
        (&folder["Name"], &folder["ServerRelativeUrl"]),
        (&json!("Pumps"), &json!("/sites/demo/Lists/Pumps"))
    );
    let url = get(&server, &format!("{}/RootFolder/ServerRelativeUrl", list.url()));
    assert_eq!(url, json!({"value": "/sites/demo/Lists/Pumps"}));
}

#[test]
fn a_site_collection_has_a_root_and_sites_below() {
    let server = Server::start(Options::default());
    let add = |parent: &str, url: &str| {
        let body = json!({"parameters": {"Title": url, "Url": url}});
        server.request("POST", &format!("{parent}/_api/web/webs/add")).json(&body).send().expect_status(201);
    };
    add("/sites/demo", "sub");
    add("/sites/demo/sub", "deep");
    add("", "team");
    let host = format!("http://{}", server.address());
    for from in ["/sites/demo", "/sites/demo/sub", "/sites/demo/sub/deep"] {
        let site = get(&server, &format!("{from}/_api/site"));
        assert_eq!(site["Url"], format!("{host}/sites/demo"));
        assert_eq!(site["ServerRelativeUrl"], "/sites/demo");
        let root = get(&server, &format!("{from}/_api/site/RootWeb"));
        assert_eq!((&root["Title"], &root["Url"]), (&json!("demo"), &site["Url"]));
        assert_eq!(get(&server, &format!("{from}/_api/Site/Id"))["value"], site["Id"]);
    }
    assert_eq!(get(&server, "/_api/site")["ServerRelativeUrl"], "/");
    let urls = |from: &str| -> Vec<String> {
        let webs = get(&server, &format!("{from}/_api/web/webs?$select=ServerRelativeUrl"));
        let webs = webs["value"].as_array().unwrap().clone();
        webs.iter().map(|w| w["ServerRelativeUrl"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(urls("/sites/demo"), ["/sites/demo/sub"]);
    assert_eq!(urls("/sites/demo/sub"), ["/sites/demo/sub/deep"]);
    assert_eq!(urls(""), ["/team"]);
    let list = server.list_in("/sites/demo", "Pumps");
    list.item(json!({"Title": "x"}));
    let path = "/sites/demo/sub/_api/site/rootweb/lists/getbytitle('Pumps')/items(1)";
    let item = get_as(&server, MINIMAL, path).expect_status(200).json();
    assert!(
        item["odata.metadata"].as_str().unwrap().starts_with(&format!("{host}/sites/demo/_api/$metadata"))
    );
}

#[test]
fn a_managed_path_is_the_root_of_a_collection() {
    let server =
        Server::start(Options::default().with(&["--site", "/teams/ops", "--site", "/teams/ops/sub"]));
    let host = format!("http://{}", server.address());
    for from in ["/teams/ops", "/teams/ops/sub"] {
        let site = get(&server, &format!("{from}/_api/site?$select=Url,ServerRelativeUrl"));
        let expected = json!({"Url": format!("{host}/teams/ops"), "ServerRelativeUrl": "/teams/ops"});
        assert_eq!(site, expected, "{from}");
        let root = get(&server, &format!("{from}/_api/site/rootweb?$select=Title,ServerRelativeUrl"));
        assert_eq!(root, json!({"Title": "ops", "ServerRelativeUrl": "/teams/ops"}), "{from}");
    }
    let below = |from: &str| get(&server, &format!("{from}/_api/web/webs?$select=ServerRelativeUrl"));
    assert_eq!(below("/teams/ops"), json!({"value": [{"ServerRelativeUrl": "/teams/ops/sub"}]}));
    assert_eq!(below(""), json!({"value": []}), "those of another collection are not below");
    assert_eq!(get(&server, "/_api/site?$select=ServerRelativeUrl"), json!({"ServerRelativeUrl": "/"}));
}

#[test]
fn a_site_is_renamed() {
    let mut server = Server::start(Options::on_disk());
    let merge = |body: Value| {
        let request = server.request("POST", "/sites/demo/_api/web").header("X-HTTP-Method", "MERGE");
        request.json(&body).send()
    };
    merge(json!({"Title": " Plant ", "Description": "Pumps"})).expect_status(204);
    merge(json!({"__metadata": {"type": "SP.Web"}, "Description": "All pumps"})).expect_status(204);
    merge(json!({"Title": " "})).expect_status(400);
    merge(json!({"Titel": "x"})).expect_status(400);
    merge(json!({"Id": "7c1d0b52-0000-4000-8000-0000000000ab"})).expect_status(400);
    server.restart();
    let web = get(&server, "/sites/demo/_api/web");
    assert_eq!((&web["Title"], &web["Description"]), (&json!("Plant"), &json!("All pumps")));
}
