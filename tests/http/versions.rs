//! Which version of the protocol an answer says that it speaks, and how OData 4 names what it holds.

use matchlist_tests::{Options, Response, Server};
use serde_json::json;

const JSON: &str = "application/json";

fn ask(server: &Server, method: &str, under: &str, version: &str) -> Response {
    let request =
        server.request(method, &format!("/sites/demo/_api/{under}")).header("OData-Version", version);
    let request = request.header("Accept", JSON);
    if method == "MERGE" { request.json(&json!({"Title": "b"})) } else { request }.send()
}

#[test]
fn every_answer_in_odata_4_says_so() {
    let server = Server::start(Options::default());
    server.list_in("/sites/demo", "Pumps").item(json!({"Title": "a"}));
    for (method, under, status) in [
        ("GET", "web", 200),
        ("GET", "lists/Pumps/items", 200),
        ("GET", "lists/Pumps/items(1)", 200),
        ("GET", "lists/Pumps/items(1)/Title", 200),
        ("GET", "", 200),
        ("MERGE", "lists/Pumps/items(1)", 204),
        ("POST", "contextinfo", 200),
        ("GET", "lists/None", 404),
    ] {
        let fourth = ask(&server, method, under, "4.0").expect_status(status);
        assert_eq!(fourth.header("OData-Version"), Some("4.0"), "{method} {under}");
        assert_eq!(ask(&server, method, under, "3.0").header("OData-Version"), None, "{method} {under}");
    }
}

#[test]
fn contexts_of_odata_4_are_those_of_the_standard() {
    let server = Server::start(Options::default());
    let list = server.list_in("/sites/demo", "Pumps");
    list.item(json!({"Title": "a"}));
    let base = format!("http://{}/sites/demo/_api/$metadata#", server.address());
    let items = "SP.ListData.PumpsListItems";
    for (under, expected) in [
        ("web", "SP.ApiData.Webs/$entity".to_owned()),
        ("web?$select=Title,Id", "SP.ApiData.Webs(Title,Id)/$entity".to_owned()),
        ("web/lists", "SP.ApiData.Lists".to_owned()),
        ("lists/Pumps/items", items.to_owned()),
        ("lists/Pumps/items(1)", format!("{items}/$entity")),
        ("lists/Pumps/items?$select=Title", format!("{items}(Title)")),
        (
            "lists/Pumps/items(1)?$select=Title,Author/Id,Author/Title&$expand=Author",
            format!("{items}(Title,Author(Id,Title))/$entity"),
        ),
        ("lists/Pumps/items(1)/FieldValuesAsText", "SP.ApiData.FieldStringValues/$entity".to_owned()),
        ("lists/Pumps/items(1)/Created", "Edm.DateTimeOffset".to_owned()),
    ] {
        let answer = ask(&server, "GET", under, "4.0").expect_status(200).json();
        assert_eq!(answer["@odata.context"], json!(format!("{base}{expected}")), "{under}");
    }
    let counted = ask(&server, "GET", "lists/Pumps/items?$count=true", "4.0").json();
    assert_eq!(
        (&counted["@odata.count"], &counted["value"][0]["@odata.type"]),
        (&json!(1), &json!("#SP.Data.PumpsListItem"))
    );
}
