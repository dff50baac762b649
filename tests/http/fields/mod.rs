//! Fields: made, read, changed and deleted as clients do it.

mod values;

use matchlist_tests::{List, Options, Response, Server};
use serde_json::{Value, json};

const PLAIN: &str = "application/json;odata=nometadata";
const VERBOSE: &str = "application/json;odata=verbose";

fn get(list: &List, under: &str) -> Value {
    list.request("GET", under).header("Accept", PLAIN).send().expect_status(200).json()
}

fn create(list: &List, body: Value) -> Response {
    list.request("POST", "/fields").header("Accept", PLAIN).json(&body).send()
}

fn field(list: &List, title: &str) -> Value {
    get(list, &format!("/fields/getbytitle('{title}')").replace(' ', "%20"))
}

fn merge(list: &List, title: &str, body: Value) -> Response {
    list.request("MERGE", &format!("/fields/getbytitle('{title}')").replace(' ', "%20")).json(&body).send()
}

fn delete(list: &List, title: &str) -> Response {
    let request = list.request("POST", &format!("/fields/getbytitle('{title}')").replace(' ', "%20"));
    request.header("X-HTTP-Method", "DELETE").send()
}

fn add(list: &List, body: Value) -> Response {
    list.request("POST", "/items").header("Accept", PLAIN).json(&body).send()
}

fn ids(list: &List, filter: &str) -> Vec<u64> {
    let found = get(list, &format!("/items?$filter={}", filter.replace(' ', "%20")));
    found["value"].as_array().unwrap().iter().map(|item| item["Id"].as_u64().unwrap()).collect()
}

#[test]
fn pnpjs_makes_each_type_with_its_verbose_body() {
    let server = Server::start(Options::default());
    let list = server.list("All");
    for (name, kind, type_name, settings) in [
        ("Text", 2, "SP.FieldText", json!({"MaxLength": 100})),
        (
            "Note",
            3,
            "SP.FieldMultiLineText",
            json!({"AllowHyperlink": true, "AppendOnly": false, "NumberOfLines": 4, "RestrictedMode": false, "RichText": true}),
        ),
        (
            "DateTime",
            4,
            "SP.FieldDateTime",
            json!({"DateTimeCalendarType": 1, "DisplayFormat": 0, "FriendlyDisplayFormat": 1}),
        ),
        (
            "Choice",
            6,
            "SP.FieldChoice",
            json!({"Choices": ["a", "b"], "FillInChoice": true, "EditFormat": 1}),
        ),
        ("Boolean", 8, "SP.Field", json!({})),
        ("Number", 9, "SP.FieldNumber", json!({"MinimumValue": -1, "MaximumValue": 4.5})),
    ] {
        let mut body = json!({"__metadata": {"type": type_name}, "Title": name, "FieldTypeKind": kind});
        let settings = settings.as_object().unwrap();
        for (setting, value) in settings {
            body[setting] = if value.is_array() { json!({"results": value}) } else { value.clone() };
        }
        let request = list.request("POST", "/fields").header("Accept", VERBOSE);
        let made = request.header("Content-Type", VERBOSE).json(&body).send().expect_status(201);
        let made = made.json()["d"].clone();
        assert_eq!(made["__metadata"]["type"], type_name);
        assert_eq!((&made["TypeAsString"], &made["FieldTypeKind"]), (&json!(name), &json!(kind)));
        let read = field(&list, name);
        for (setting, value) in settings {
            assert_eq!(
                read[setting].as_f64().map(Value::from),
                value.as_f64().map(Value::from),
                "{name}.{setting}"
            );
            if !value.is_number() {
                assert_eq!(read[setting], *value, "{name}.{setting}");
            }
            let verbose = made[setting].get("results").unwrap_or(&made[setting]);
            assert_eq!(*verbose, read[setting], "{name}.{setting}");
        }
        let by_id = get(&list, &format!("/fields(guid'{}')", made["Id"].as_str().unwrap()));
        assert_eq!(by_id, read);
    }
}

#[test]
fn enumerating_gives_own_and_system_fields_with_their_well_known_ids() {
    let server = Server::start(Options::default());
    let list = server.list("Tasks").number("Max load");
    let fields = get(&list, "/fields");
    let fields = fields["value"].as_array().unwrap();
    let id_of =
        |name: &str| fields.iter().find(|f| f["InternalName"] == name).map(|f| f["Id"].as_str().unwrap());
    for (name, id) in [
        ("ID", "1d22ea11-1e32-424e-89ab-9fedbadb6ce1"),
        ("ContentTypeId", "03e45e84-1992-4d42-9116-26f756012634"),
        ("Title", "fa564e0f-0c70-4ab9-b863-0177e6ddd247"),
        ("Modified", "28cf69c5-fa48-462a-b5cd-27b6f9d2bd5f"),
        ("Created", "8c06beca-0777-48f7-91c7-6da68bc07b69"),
        ("Author", "1df5e554-ec7e-46a6-901d-d85a3881cb18"),
        ("Editor", "d31655d1-1d5b-4511-95a1-7a09e9b75bf2"),
        ("Attachments", "67df98f4-9dec-48ff-a553-29bece9c5bf4"),
        ("owshiddenversion", "d4e44a66-ee3a-4d02-88c9-4ec5ff3f4cd5"),
        ("_UIVersion", "7841bf41-43d0-4434-9f50-a673baef7631"),
        ("_UIVersionString", "dce8262a-3ae9-45aa-aab4-83bd75fb738a"),
    ] {
        assert_eq!(id_of(name), Some(id), "{name}");
        assert_eq!(get(&list, &format!("/fields(guid'{id}')"))["InternalName"], name);
    }
    assert!(id_of("Max_x0020_load").is_some());
    let custom = get(&list, "/fields?$filter=Group%20eq%20'Custom%20Columns'&$select=Title,FieldTypeKind");
    assert_eq!(custom, json!({"value": [{"Title": "Max load", "FieldTypeKind": 9}]}));
    let defaults = get(&list, "/fields?$orderby=DefaultValue&$select=DefaultValue");
    assert_eq!(defaults["value"].as_array().unwrap().len(), fields.len());
    for name in ["Created", "ID"] {
        delete(&list, name).expect_status(400);
        merge(&list, name, json!({"Title": "x"})).expect_status(400);
    }
    assert_eq!(delete(&list, "Title").status, 400, "a list needs it");
}

#[test]
fn nulls_come_first_where_fields_are_ordered() {
    let server = Server::start(Options::default());
    let list = server.list("Tasks");
    let list = list.field("A", 2, json!({"DefaultValue": "b"})).text("B").field(
        "C",
        2,
        json!({"DefaultValue": "a"}),
    );
    let own = "/fields?$filter=Group%20eq%20'Custom%20Columns'&$select=Title&$orderby=DefaultValue";
    let titles = |order: &str| get(&list, &format!("{own}{order}"))["value"].clone();
    assert_eq!(titles(""), json!([{"Title": "B"}, {"Title": "C"}, {"Title": "A"}]));
    assert_eq!(titles("%20desc"), json!([{"Title": "A"}, {"Title": "C"}, {"Title": "B"}]));
}

#[test]
fn internal_names_are_made_of_titles_once() {
    let server = Server::start(Options::default());
    let list = server.list("Names");
    for (title, internal, property) in [
        ("Max load", "Max_x0020_load", "Max_x0020_load"),
        ("Max-load", "Max_x002d_load", "Max_x002d_load"),
        ("Größe", "Gr_x00f6__x00df_e", "Gr_x00f6__x00df_e"),
        ("1st", "_x0031_st", "OData__x0031_st"),
        ("_private", "_private", "OData__private"),
        ("Id", "Id0", "Id0"),
        ("Author", "Author0", "Author0"),
        ("modified", "modified0", "modified0"),
        ("title", "title0", "title0"),
        ("😀", "_xd83d__xde00_", "OData__xd83d__xde00_"),
    ] {
        let made = create(&list, json!({"Title": title, "FieldTypeKind": 2})).expect_status(201).json();
        assert_eq!(made["InternalName"], internal, "{title}");
        assert_eq!((&made["StaticName"], &made["EntityPropertyName"]), (&json!(internal), &json!(property)));
        let id = list.item(json!({property: title}));
        assert_eq!(list.read(id).json()[property], title);
        assert_eq!(ids(&list, &format!("{property} ne null")), [id]);
    }
    let long = create(&list, json!({"Title": "x".repeat(40), "FieldTypeKind": 2})).json();
    assert_eq!(long["InternalName"], "x".repeat(32));
    let longer = create(&list, json!({"Title": "x".repeat(41), "FieldTypeKind": 2})).json();
    assert_eq!(longer["InternalName"], format!("{}0", "x".repeat(31)));
}

#[test]
fn no_two_fields_share_a_name_in_json() {
    let server = Server::start(Options::default());
    let list = server.list("Names").text("1st").text("OData__x0031_st");
    let fields = get(&list, "/fields?$select=EntityPropertyName");
    let mut names: Vec<String> =
        fields["value"].as_array().unwrap().iter().map(|f| f["EntityPropertyName"].to_string()).collect();
    names.sort();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all, "{names:?}");
}

#[test]
fn a_merge_needs_no_condition_and_a_new_title_changes_no_name() {
    let server = Server::start(Options::default());
    let list = server.list("Tasks").text("State");
    let id = list.item(json!({"State": "open"}));
    let before = field(&list, "State");
    let changes =
        json!({"Title": "New state", "Description": "d", "Group": "Mine", "MaxLength": 10, "Indexed": true});
    merge(&list, "State", changes.clone()).expect_status(204);
    let after = field(&list, "New state");
    for (name, value) in after.as_object().unwrap() {
        let expected = changes.get(name).unwrap_or(&before[name]);
        assert!(name == "SchemaXml" || value == expected, "{name}: {value} for {expected}");
    }
    assert_eq!(get(&list, "/fields/getbyinternalnameortitle('State')")["Id"], before["Id"]);
    list.request("GET", "/fields/getbytitle('State')").send().expect_status(404);
    assert_eq!(list.read(id).json()["State"], "open");
    assert_eq!(ids(&list, "State eq 'open'"), [id]);
    for format in [PLAIN, VERBOSE] {
        let read =
            list.request("GET", "/fields/getbytitle('New%20state')").header("Accept", format).send().json();
        let same = list.request("MERGE", "/fields/getbytitle('New%20state')").header("Content-Type", format);
        same.json(read.get("d").unwrap_or(&read)).send().expect_status(204);
    }
    for refused in [
        json!({"InternalName": "Other"}),
        json!({"FieldTypeKind": 9}),
        json!({"NoSuchProperty": 1}),
        json!({"MaxLength": 0}),
        json!({"MaxLength": 256}),
        json!({"Title": ""}),
    ] {
        merge(&list, "New state", refused).expect_status(400);
    }
}

#[test]
fn a_custom_formatter_is_kept_and_given_back() {
    let server = Server::start(Options::default());
    let list = server.list("Tasks").text("State");
    assert_eq!(field(&list, "State")["CustomFormatter"], Value::Null);
    let formatter = "{\r\n\t\"elmType\": \"div\",\n  \"txtContent\": \"@currentField & <b>\"}";
    merge(&list, "State", json!({"CustomFormatter": formatter})).expect_status(204);
    let read = field(&list, "State");
    assert_eq!(read["CustomFormatter"], formatter);
    let schema = read["SchemaXml"].as_str().unwrap().replace("State", "Copy");
    let id = read["Id"].as_str().unwrap();
    let schema =
        json!({"parameters": {"SchemaXml": schema.replace(id, "7c1d0b52-0000-4000-8000-0000000000ab")}});
    let copy = list.request("POST", "/fields/CreateFieldAsXml").header("Accept", PLAIN).json(&schema).send();
    assert_eq!(copy.expect_status(200).json()["CustomFormatter"], formatter);
    merge(&list, "State", json!({"Title": "State now"})).expect_status(204);
    merge(&list, "State now", field(&list, "State now")).expect_status(204);
    merge(&list, "State now", json!({"Title": "State"})).expect_status(204);
    assert_eq!(field(&list, "State")["CustomFormatter"], formatter);
    for wrong in [json!(1), json!({}), json!([formatter])] {
        merge(&list, "State", json!({"CustomFormatter": wrong})).expect_status(400);
    }
    for none in [json!(null), json!("")] {
        merge(&list, "State", json!({"CustomFormatter": formatter})).expect_status(204);
        merge(&list, "State", json!({"CustomFormatter": none})).expect_status(204);
        assert_eq!(field(&list, "State")["CustomFormatter"], Value::Null);
    }
}

#[test]
fn settings_that_only_forms_heed_are_kept_and_can_be_changed() {
    let mut server = Server::start(Options::on_disk());
    let list = server.list("Tasks").choice("Pick", &["a"]).text("T");
    let url = list.url().to_owned();
    assert_eq!(field(&list, "Pick")["EditFormat"], 0);
    merge(&list, "Pick", json!({"EditFormat": 1})).expect_status(204);
    merge(&list, "Pick", json!({"EditFormat": "radio"})).expect_status(400);
    merge(&list, "Pick", json!({"Choices": {"results": ["b", "c"]}})).expect_status(204);
    merge(&list, "T", json!({"EditFormat": 1})).expect_status(400);
    server.stop();
    server.restart();
    let read = server.request("GET", &format!("{url}/fields/getbytitle('Pick')")).header("Accept", PLAIN);
    let read = read.send().expect_status(200).json();
    assert_eq!((&read["EditFormat"], &read["Choices"]), (&json!(1), &json!(["b", "c"])));
}
