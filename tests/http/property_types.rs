//! The types that metadata URLs name for single properties.

use matchlist_tests::{Options, Server};
use serde_json::{Value, json};

const MINIMAL: &str = "application/json";

/// The type of the property at an address, and its value.
#[track_caller]
fn of(server: &Server, path: &str, version: &str) -> (String, Value) {
    let request = server.request("GET", path).header("Accept", MINIMAL).header("OData-Version", version);
    let read = request.send().expect_status(200).json();
    let context = read.get("odata.metadata").or_else(|| read.get("@odata.context")).unwrap();
    let (base, name) = context.as_str().unwrap().split_once('#').unwrap();
    assert!(base.ends_with("/_api/$metadata"), "{context}");
    (name.to_owned(), read["value"].clone())
}

#[test]
fn an_items_property_has_the_type_of_its_field() {
    let server = Server::start(Options::default());
    let list = server
        .list("All")
        .number("Size")
        .boolean("Hot")
        .date_time("Due")
        .note("Notes")
        .choice("Pick", &["a"]);
    let id = server.request("GET", &format!("{}/Id", list.url())).send().json()["value"].clone();
    let list = list.field("Count", 1, json!({})).field("Price", 10, json!({})).field("Code", 14, json!({}));
    let list = list.field("Link", 11, json!({})).field("Tags", 15, json!({})).field(
        "Up",
        7,
        json!({"LookupList": id}),
    );
    let list = list.field("Ups", 7, json!({"LookupList": id, "AllowMultipleValues": true}));
    let list = list.field("Owner", 20, json!({})).field(
        "Twice",
        17,
        json!({"Formula": "=[Size]*2", "OutputType": 9}),
    );
    list.item(json!({"Title": "x"}));
    list.item(json!({
        "Title": "2024-05-01T08:00:00Z", "Size": 2, "Hot": true, "Due": "2024-05-01T08:00:00Z", "Notes": "n", "Pick": "a",
        "Count": 3, "Price": 4, "Code": "7c1d0b52-0000-4000-8000-00000000000f", "Link": {"Url": "https://a.example/"},
        "Tags": ["a"], "UpId": 1, "UpsId": [1], "OwnerId": 1,
    }));
    for (name, v3) in [
        ("Title", "Edm.String"),
        ("Size", "Edm.Double"),
        ("Hot", "Edm.Boolean"),
        ("due", "Edm.DateTime"),
        ("Notes", "Edm.String"),
        ("Pick", "Edm.String"),
        ("Count", "Edm.Int32"),
        ("Price", "Edm.Double"),
        ("Code", "Edm.Guid"),
        ("Link", "SP.FieldUrlValue"),
        ("Tags", "Collection(Edm.String)"),
        ("UpId", "Edm.Int32"),
        ("UpsId", "Collection(Edm.Int32)"),
        ("OwnerId", "Edm.Int32"),
        ("OwnerStringId", "Edm.String"),
        ("Twice", "Edm.Double"),
        ("Id", "Edm.Int32"),
        ("AuthorId", "Edm.Int32"),
        ("Created", "Edm.DateTime"),
        ("Modified", "Edm.DateTime"),
        ("GUID", "Edm.Guid"),
        ("Attachments", "Edm.Boolean"),
        ("OData__UIVersionString", "Edm.String"),
        ("ContentTypeId", "Edm.String"),
        ("owshiddenversion", "Edm.Int32"),
    ] {
        let path = format!("{}/{name}", list.item_url(2));
        assert_eq!(of(&server, &path, "3.0").0, v3, "{name}");
        let v4 = if v3 == "Edm.DateTime" { "Edm.DateTimeOffset" } else { v3 };
        assert_eq!(of(&server, &path, "4.0").0, v4, "{name}");
    }
    for name in ["Size", "Due", "Link", "Tags", "UpId"] {
        assert_eq!(of(&server, &format!("{}/{name}", list.item_url(1)), "3.0").0, "Edm.Null", "{name}");
    }
    let verbose = |name: &str| {
        let request = server.request("GET", &format!("{}/{name}", list.item_url(2)));
        request.header("Accept", "application/json;odata=verbose").send().expect_status(200).json()["d"][name]
            .clone()
    };
    assert_eq!(verbose("UpsId"), json!({"__metadata": {"type": "Collection(Edm.Int32)"}, "results": [1]}));
    assert_eq!(verbose("Tags"), json!({"__metadata": {"type": "Collection(Edm.String)"}, "results": ["a"]}));
    assert_eq!(verbose("Link")["__metadata"], json!({"type": "SP.FieldUrlValue"}));
}

#[test]
fn properties_of_sites_lists_fields_and_users_have_their_types() {
    let server = Server::start(Options::default());
    let list = server
        .list("All")
        .field("Size", 9, json!({"MinimumValue": 1, "MaximumValue": 3}))
        .choice("Pick", &["a"]);
    let (list, field) = (list.url(), format!("{}/fields/getbytitle('Size')", list.url()));
    for (path, expected) in [
        ("/_api/web/Id".to_owned(), "Edm.Guid"),
        ("/_api/web/Created".into(), "Edm.DateTime"),
        ("/_api/web/Title".into(), "Edm.String"),
        ("/_api/web/Language".into(), "Edm.Int32"),
        ("/_api/web/ServerRelativePath".into(), "SP.ResourcePath"),
        ("/_api/site/Id".into(), "Edm.Guid"),
        ("/_api/web/currentuser/Id".into(), "Edm.Int32"),
        (format!("{list}/Id"), "Edm.Guid"),
        (format!("{list}/LastItemModifiedDate"), "Edm.DateTime"),
        (format!("{list}/TemplateFeatureId"), "Edm.Guid"),
        (format!("{list}/ItemCount"), "Edm.Int32"),
        (format!("{list}/Hidden"), "Edm.Boolean"),
        (format!("{list}/CurrentChangeToken"), "SP.ChangeToken"),
        (format!("{field}/Id"), "Edm.Guid"),
        (format!("{field}/MinimumValue"), "Edm.Double"),
        (format!("{field}/FieldTypeKind"), "Edm.Int32"),
        (format!("{field}/Required"), "Edm.Boolean"),
        (format!("{field}/DefaultValue"), "Edm.Null"),
        (format!("{list}/fields/getbytitle('Pick')/Choices"), "Collection(Edm.String)"),
    ] {
        assert_eq!(of(&server, &path, "3.0").0, expected, "{path}");
    }
    assert_eq!(of(&server, &format!("{field}/MinimumValue"), "3.0").1, json!(1));
}
