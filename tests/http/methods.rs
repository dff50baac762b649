//! Methods of lists and items: fields by other ways, forms, and Ids in advance.

use matchlist_tests::{List, Options, Response, Server};
use serde_json::{Value, json};

const PLAIN: &str = "application/json;odata=nometadata";
const VERBOSE: &str = "application/json;odata=verbose";
const LIST: &str = "/sites/demo/Lists/Pumps";

fn post(list: &List, under: &str, body: &Value) -> Response {
    list.request("POST", under).header("Accept", PLAIN).json(body).send()
}

fn xml(list: &List, schema: &str) -> Response {
    post(list, "/fields/createFieldAsXml", &json!({"parameters": {"SchemaXml": schema}}))
}

fn form(values: &[(&str, &str)]) -> Value {
    let values: Vec<Value> =
        values.iter().map(|(name, value)| json!({"FieldName": name, "FieldValue": value})).collect();
    json!({"formValues": values, "bNewDocumentUpdate": false})
}

fn pumps(server: &Server) -> List<'_> {
    let list = server.list_in("/sites/demo", "Pumps").number("Load").boolean("Hot").date_time("Due");
    let list = list.choice("State", &["on", "off"]).field("Serial", 2, json!({"EnforceUniqueValues": true}));
    let list = list.field("Must", 2, json!({"Required": true}));
    list.item(json!({"Title": "P-101", "Serial": "S1", "Must": "x"}));
    list
}

#[test]
fn an_index_is_made_and_dropped_by_its_method() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps").number("Load");
    let field = "/fields/getbyinternalnameortitle('Load')";
    let indexed = || list.request("GET", &format!("{field}/Indexed")).header("Accept", PLAIN).send().json();
    assert_eq!(indexed(), json!({"value": false}));
    for (method, on) in [("EnableIndex", true), ("enableIndex()", true), ("DisableIndex", false)] {
        let did = list.request("POST", &format!("{field}/{method}")).header("Accept", PLAIN).send();
        assert_eq!(did.expect_status(200).json(), json!({"value": true}), "{method}");
        assert_eq!(indexed(), json!({"value": on}), "{method}");
    }
    let verbose = list.request("POST", &format!("{field}/EnableIndex")).header("Accept", VERBOSE).send();
    assert_eq!(verbose.expect_status(200).json(), json!({"d": {"EnableIndex": true}}));
    list.request("GET", &format!("{field}/EnableIndex")).send().expect_status(405);
    let missing = list.request("POST", "/fields/getbytitle('Nowhere')/EnableIndex").send();
    assert!((400..500).contains(&missing.status), "{}", missing.status);
    let notes = list.note("Notes");
    notes.request("POST", "/fields/getbytitle('Notes')/EnableIndex").send().expect_status(400);
    let info = server.request("POST", "/_api/SP.Web.GetContextWebInformation").header("Accept", VERBOSE);
    let info = info.send().expect_status(200).json();
    assert!(info["d"]["GetContextWebInformation"]["FormDigestValue"].is_string());
}

#[test]
fn python_and_pnpjs_add_fields_by_their_creation_information() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps");
    let body = json!({"parameters": {
        "Title": "State", "FieldTypeKind": 6, "Required": false,
        "Choices": {"results": ["on", "off"], "__metadata": {"type": "Collection(Edm.String)"}},
        "__metadata": {"type": "SP.FieldCreationInformation"},
    }});
    let request = list.request("POST", "/Fields/AddField").header("Accept", VERBOSE);
    let made = request.header("Content-Type", VERBOSE).json(&body).send().expect_status(201).json();
    assert_eq!(made["d"]["__metadata"]["type"], "SP.FieldChoice");
    assert_eq!(made["d"]["Choices"]["results"], json!(["on", "off"]));
    let plain = json!({"parameters": {"Title": "Max load", "FieldTypeKind": 9, "LookupListId": null}});
    let made = post(&list, "/fields/addfield", &plain).expect_status(201).json();
    assert_eq!(made["InternalName"], "Max_x0020_load");
    post(&list, "/fields/AddField", &json!({"parameters": {"Title": "x"}})).expect_status(400);
    list.request("GET", "/fields/AddField").send().expect_status(405);
}

#[test]
fn a_field_is_made_of_xml() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps");
    let made = xml(
        &list,
        "<Field Type=\"Choice\" ID=\"{7C1D0B52-0000-4000-8000-0000000000AB}\" Name=\"PumpState\" \
         DisplayName=\"State &amp; mode\" Required=\"TRUE\" Format=\"RadioButtons\" FillInChoice=\"FALSE\" \
         Description=\"How it is\" Group=\"Pumps\" Indexed=\"TRUE\">\
         <CHOICES><CHOICE>on</CHOICE><CHOICE>off</CHOICE></CHOICES><Default>off</Default></Field>",
    );
    let made = made.expect_status(200).json();
    for (name, value) in [
        ("InternalName", json!("PumpState")),
        ("StaticName", json!("PumpState")),
        ("EntityPropertyName", json!("PumpState")),
        ("Title", json!("State & mode")),
        ("Id", json!("7c1d0b52-0000-4000-8000-0000000000ab")),
        ("TypeAsString", json!("Choice")),
        ("Required", json!(true)),
        ("Indexed", json!(true)),
        ("EditFormat", json!(1)),
        ("FillInChoice", json!(false)),
        ("Description", json!("How it is")),
        ("Group", json!("Pumps")),
        ("Choices", json!(["on", "off"])),
        ("DefaultValue", json!("off")),
    ] {
        assert_eq!(made[name], value, "{name}");
    }
    let id = list.item(json!({"Title": "P-101", "PumpState": "on"}));
    assert_eq!(list.read(id).json()["PumpState"], "on");
    let number = xml(
        &list,
        "<Field Type='Number' Name='Load' DisplayName='Max load' Min='-1.5' Max='10' Decimals='2'/>",
    );
    let number = number.expect_status(200).json();
    assert_eq!((&number["InternalName"], &number["Title"]), (&json!("Load"), &json!("Max load")));
    assert_eq!((&number["MinimumValue"], &number["MaximumValue"]), (&json!(-1.5), &json!(10)));
    let day = xml(
        &list,
        "<Field Type='DateTime' DisplayName='Due on' Format='DateOnly'><Default>[today]</Default></Field>",
    );
    let day = day.expect_status(200).json();
    assert_eq!((&day["InternalName"], &day["DisplayFormat"]), (&json!("Due_x0020_on"), &json!(0)));
    let again = xml(
        &list,
        "<Field Type='Text' Name='Load' DisplayName='Load' MaxLength='10' EnforceUniqueValues='TRUE' Indexed='TRUE'/>",
    );
    let again = again.expect_status(200).json();
    assert_eq!((&again["InternalName"], &again["MaxLength"]), (&json!("Load0"), &json!(10)));
    // What a field tells of itself makes the same field elsewhere.
    let other = server.list("Valves");
    let copied = xml(&other, made["SchemaXml"].as_str().unwrap()).expect_status(200).json();
    assert_eq!(copied["SchemaXml"], made["SchemaXml"]);
}

#[test]
fn xml_that_makes_no_field_is_refused_and_makes_none() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps");
    let count = || {
        list.request("GET", "/fields").header("Accept", PLAIN).send().json()["value"]
            .as_array()
            .unwrap()
            .len()
    };
    let before = count();
    for schema in [
        "",
        "<Field Type='Text'",
        "<List/>",
        "<Field Name='x'/>",
        "<Field Type='Text'/>",
        "<Field Type='TaxonomyFieldType' Name='x'/>",
        "<Field Type='Text' Name='x' Required='perhaps'/>",
        "<Field Type='Text' Name='x' MaxLength='9999'/>",
        "<Field Type='Text' Name='x' ID='{fa564e0f-0c70-4ab9-b863-0177e6ddd247}'/>",
        "<Field Type='Number' Name='x'><Validation>=1</Validation></Field>",
        "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><Field Type='Text' Name='x' DisplayName='&e;'/>",
    ] {
        let refused = xml(&list, schema).expect_status(400).json();
        assert_eq!(refused["odata.error"]["code"], "-2147024809, System.ArgumentException", "{schema}");
    }
    post(&list, "/fields/createfieldasxml", &json!({"parameters": {}})).expect_status(400);
    post(&list, "/fields/createfieldasxml", &json!({"parameters": {"SchemaXml": 1}})).expect_status(400);
    assert_eq!(count(), before);
}

#[test]
fn a_form_changes_an_item_by_texts() {
    let server = Server::start(Options::default());
    let list = pumps(&server);
    let values = form(&[
        ("Title", "P-102"),
        ("Load", "1,234.5"),
        ("Hot", "Yes"),
        ("Due", "6/23/2018 10:15 PM"),
        ("State", "on"),
        ("ContentType", "Item"),
    ]);
    let done = post(&list, "/items(1)/validateUpdateListItem()", &values).expect_status(200);
    assert_eq!(done.etag(), "\"2\"");
    let results = done.json()["value"].as_array().unwrap().clone();
    assert_eq!(
        results[1],
        json!({"ErrorCode": 0, "ErrorMessage": null, "FieldName": "Load", "FieldValue": "1,234.5", "HasException": false, "ItemId": 1})
    );
    let item = list.read(1).json();
    for (name, value) in [
        ("Title", json!("P-102")),
        ("Load", json!(1234.5)),
        ("Hot", json!(true)),
        ("Due", json!("2018-06-23T22:15:00Z")),
        ("State", json!("on")),
        ("Serial", json!("S1")),
    ] {
        assert_eq!(item[name], value, "{name}");
    }
    let cleared = form(&[("Hot", "0"), ("Due", ""), ("Load", "-3")]);
    let verbose = list.request("POST", "/items(1)/ValidateUpdateListItem").header("Accept", VERBOSE);
    let verbose = verbose.json(&cleared).send().expect_status(200).json();
    assert_eq!(verbose["d"]["ValidateUpdateListItem"]["results"].as_array().map(Vec::len), Some(3));
    let item = list.read(1).json();
    assert_eq!((&item["Hot"], &item["Due"], &item["Load"]), (&json!(false), &Value::Null, &json!(-3)));
}

#[test]
fn a_form_with_one_wrong_value_writes_nothing() {
    let server = Server::start(Options::default());
    let list = pumps(&server);
    list.item(json!({"Title": "P-102", "Serial": "S2", "Must": "x"}));
    for (name, value, message) in [
        ("Load", "much", "Only numbers can go here."),
        ("Hot", "perhaps", "Enter Yes or No."),
        ("Due", "23/6/2018", "Enter a date like this: 2/23/2012"),
        ("State", "broken", "The choice is not one of those that the column has."),
        ("Nothing", "x", "Column 'Nothing' does not exist. It may have been deleted by another user."),
        ("Created", "6/23/2018", "The column cannot be updated. It is read-only."),
        ("Must", "", "You can't leave this blank."),
        ("Serial", "s2", "This value already exists in the list."),
    ] {
        let values = form(&[("Title", "changed"), (name, value)]);
        let answer = post(&list, "/items(1)/validateupdatelistitem", &values).expect_status(200).json();
        let (fine, failed) = (&answer["value"][0], &answer["value"][1]);
        assert_eq!((&fine["HasException"], &fine["ErrorCode"]), (&json!(false), &json!(0)), "{name}");
        assert_eq!((&failed["FieldName"], &failed["HasException"]), (&json!(name), &json!(true)));
        assert_eq!((&failed["ErrorCode"], &failed["ErrorMessage"]), (&json!(-2146232832), &json!(message)));
    }
    let item = list.read(1);
    assert_eq!((item.etag(), &item.json()["Title"]), ("\"1\"", &json!("P-101")));
    post(&list, "/items(99)/validateupdatelistitem", &form(&[("Load", "much")])).expect_status(404);
    post(&list, "/items(99)/validateupdatelistitem", &form(&[("Load", "1")])).expect_status(404);
    for body in [json!({}), json!({"formValues": 1}), json!({"formValues": [{"FieldValue": "x"}]})] {
        post(&list, "/items(1)/validateupdatelistitem", &body).expect_status(400);
    }
    let stale = list.request("POST", "/items(1)/validateupdatelistitem").header("If-Match", "\"7\"");
    stale.json(&form(&[("Title", "x")])).send().expect_status(412);
}

#[test]
fn a_form_makes_an_item_and_tells_its_id() {
    let server = Server::start(Options::default());
    let list = pumps(&server);
    let at = |folder: &str, values: &[(&str, &str)]| {
        let mut body = form(values);
        body["listItemCreateInfo"] = json!({"FolderPath": {"DecodedUrl": folder}, "UnderlyingObjectType": 0});
        body
    };
    let method = "/AddValidateUpdateItemUsingPath()";
    let made = post(&list, method, &at(LIST, &[("Title", "P-102"), ("Must", "x")])).expect_status(200).json();
    let results = made["value"].as_array().unwrap().clone();
    assert_eq!(results.len(), 3);
    let id = &results[2];
    assert_eq!((&id["FieldName"], &id["FieldValue"], &id["ItemId"]), (&json!("Id"), &json!("2"), &json!(2)));
    assert_eq!(list.read(2).json()["Title"], "P-102");
    let failed = post(&list, method, &at("", &[("Title", "P-103")])).expect_status(200).json();
    let required =
        failed["value"].as_array().unwrap().iter().find(|r| r["FieldName"] == "Must").unwrap().clone();
    assert_eq!(required["ErrorMessage"], "You can't leave this blank.");
    let failed = post(&list, method, &at(LIST, &[("Load", "x"), ("Must", "x")])).expect_status(200).json();
    assert_eq!(failed["value"].as_array().map(Vec::len), Some(2), "no Id: {failed}");
    post(&list, method, &at("/sites/demo/Lists/Pumps/deep", &[("Must", "x")])).expect_status(400);
    let count = list.request("GET", "/ItemCount").header("Accept", PLAIN).send().json();
    assert_eq!(count["value"], 2);
}

#[test]
fn a_form_is_done_once_however_often_it_is_sent() {
    let server = Server::start(Options::default());
    let list = pumps(&server);
    let send = || {
        let request = list.request("POST", "/AddValidateUpdateItemUsingPath").header("Accept", PLAIN);
        request.header("Idempotency-Key", "\"one\"").json(&form(&[("Title", "P-102"), ("Must", "x")])).send()
    };
    let (first, second) = (send().expect_status(200), send().expect_status(200));
    assert_eq!(first.body, second.body);
    assert_eq!(second.header("Repeatability-Result"), Some("accepted"));
}

#[test]
fn an_id_that_is_reserved_is_given_to_no_item() {
    let server = Server::start(Options::default());
    let list = pumps(&server);
    let reserved = post(&list, "/reserveListItemId", &json!({})).expect_status(200).json();
    assert_eq!(reserved, json!({"value": 2}));
    let verbose = list.request("POST", "/ReserveListItemId()").header("Accept", VERBOSE).send();
    assert_eq!(verbose.expect_status(200).json(), json!({"d": {"ReserveListItemId": 3}}));
    assert_eq!(list.item(json!({"Title": "P-102", "Must": "x"})), 4);
    list.request("GET", "/reserveListItemId").send().expect_status(405);
}

#[test]
fn pnpjs_ensures_a_list_by_reading_and_merging_or_adding() {
    let server = Server::start(Options::default());
    let settings = |title: &str| json!({"Title": title, "Description": "All", "ContentTypesEnabled": false, "AllowContentTypes": false, "BaseTemplate": 100});
    let path = "/sites/demo/_api/web/lists/getByTitle('Pumps')?%24select=Title";
    server.request("GET", path).header("Accept", PLAIN).send().expect_status(404);
    let add = |body: &Value| server.request("POST", "/sites/demo/_api/web/lists").json(body).send();
    add(&settings("Pumps")).expect_status(201);
    let found = server.request("GET", path).header("Accept", PLAIN).send().expect_status(200);
    assert_eq!(found.json(), json!({"Title": "Pumps"}));
    let merge = |body: &Value| {
        let request = server.request("POST", path).header("X-HTTP-Method", "MERGE").header("If-Match", "*");
        request.json(body).send()
    };
    merge(&settings("Pumps")).expect_status(204);
    // What no list has fails in the merge, and in the add that follows.
    let mut unknown = settings("Pumps");
    unknown["Colour"] = json!("red");
    merge(&unknown).expect_status(400);
    add(&settings("Pumps")).expect_status(409);
}
