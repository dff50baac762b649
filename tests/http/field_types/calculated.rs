//! Calculated fields: what a formula over the item's other fields gives.

use super::*;

fn calculated(title: &str, formula: &str, output: u32) -> Value {
    json!({"Title": title, "FieldTypeKind": 17, "Formula": formula, "OutputType": output})
}

/// Items 1 and 2 are there before the Calculated fields, 3 comes after.
fn filled(server: &Server) -> List<'_> {
    let list = server.list("Orders").number("Unit Price").field("Count", 1, json!({}));
    let list = list.field("Due", 4, json!({}));
    list.item(json!({"Title": "a", "Unit_x0020_Price": 2.5, "Count": 4, "Due": "2024-02-28T12:00:00Z"}));
    list.item(json!({"Title": "b", "Count": 0}));
    for (title, formula, output) in [
        ("Total", "=[Unit Price]*[Count]", 9),
        ("Each", "=[Unit_x0020_Price]/[Count]", 9),
        ("Label", "=UPPER([Title])&\" x\"&[Count]", 2),
        ("Big", "=[Unit Price]*[Count]>=10", 8),
        ("Reminder", "=[Due]+2", 4),
    ] {
        post(&list, "/fields", &calculated(title, formula, output)).expect_status(201);
    }
    list.item(json!({"Title": "c", "Unit_x0020_Price": 1, "Count": 2}));
    list
}

const ALL: &str = "?$select=Total,Each,Label,Big,Reminder";

#[test]
fn values_follow_the_item_and_are_there_for_older_items() {
    let server = Server::start(Options::default());
    let list = filled(&server);
    let read = |id: u32| get(&list, &format!("/items({id}){ALL}"));
    let expected = json!({"Total": 10, "Each": 0.625, "Label": "A x4", "Big": true,
                          "Reminder": "2024-03-01T12:00:00Z"});
    assert_eq!(read(1), expected);
    // What fails for an item is null: 0 / 0, a day after none.
    let expected = json!({"Total": 0, "Each": null, "Label": "B x0", "Big": false, "Reminder": null});
    assert_eq!(read(2), expected);
    assert_eq!(read(3)["Total"], 2);
    merge(&list, 3, &json!({"Count": 10})).expect_status(204);
    assert_eq!((&read(3)["Total"], &read(3)["Label"]), (&json!(10), &json!("C x10")));
    let increment = list.request("POST", "/items(3)/increment").json(&json!({"field": "Count", "by": 10}));
    increment.send().expect_status(200);
    assert_eq!(read(3)["Total"], 20);
    list.request("PUT", "/items(3)").json(&json!({"Title": "d"})).send().expect_status(204);
    assert_eq!((&read(3)["Total"], &read(3)["Label"]), (&json!(0), &json!("D x")));
    let whole = get(&list, "/items(1)");
    assert_eq!(whole["Total"], 10, "among all properties: {whole}");
    let texts = get(&list, "/items(1)/FieldValuesAsText");
    assert_eq!((&texts["Big"], &texts["Reminder"]), (&json!("Yes"), &json!("3/1/2024 12:00 PM")));
}

#[test]
fn a_text_of_more_than_255_characters_is_null() {
    let server = Server::start(Options::default());
    let list = server.list("Notes").text("Part");
    post(&list, "/fields", &calculated("Twice", "=[Part]&[Part]&\"x\"", 2)).expect_status(201);
    for (length, known) in [(127, true), (128, false)] {
        // Counted in units of UTF-16: each of these has one.
        let part = "Å".repeat(length);
        let id = list.item(json!({"Part": part}));
        let expected = if known { json!(format!("{part}{part}x")) } else { Value::Null };
        assert_eq!(list.read(id).json()["Twice"], expected, "{length}");
    }
    finds(&list, "Twice eq null", &[2]);
    merge(&list, 2, &json!({"Part": "short"})).expect_status(204);
    assert_eq!(list.read(2).json()["Twice"], "shortshortx");
}

#[test]
fn values_are_filtered_and_ordered_by() {
    let server = Server::start(Options::default());
    let list = filled(&server);
    finds(&list, "Total ge 2", &[1, 3]);
    finds(&list, "Label eq 'b X0'", &[2]);
    finds(&list, "startswith(Label,'c')", &[3]);
    finds(&list, "Big eq true", &[1]);
    finds(&list, "Each eq null", &[2]);
    finds(&list, "Reminder gt datetime'2024-02-29T00:00:00Z'", &[1]);
    finds(&list, "month(Reminder) eq 3", &[1]);
    assert_eq!(ids(&list, "$orderby=Total desc"), [1, 3, 2]);
    list.request("MERGE", "/fields/getbytitle('Total')")
        .json(&json!({"Indexed": true}))
        .send()
        .expect_status(204);
    assert_eq!(ids(&list, "$orderby=Total&$filter=Total gt 0"), [3, 1]);
    let page = get(&list, "/items?$select=Id&$orderby=Total&$top=1");
    assert_eq!(page["value"][0]["Id"], 2);
    let next = page["odata.nextLink"].as_str().unwrap();
    let query = &next[next.find('?').unwrap()..];
    assert_eq!(
        list.request("GET", &format!("/items{query}")).header("Accept", PLAIN).send().json()["value"][0]["Id"],
        3
    );
}

#[test]
fn values_are_read_only() {
    let server = Server::start(Options::default());
    let list = filled(&server);
    refused(&list, &json!({"Total": 11}), 400, "-1");
    let read = list.read(1).json();
    merge(&list, 1, &json!({"Total": read["Total"], "Count": 8})).expect_status(204);
    assert_eq!(get(&list, "/items(1)?$select=Total")["Total"], 20);
    list.request("POST", "/items(1)/increment").json(&json!({"field": "Total"})).send().expect_status(400);
}

#[test]
fn a_field_shows_its_formula_and_keeps_it() {
    let server = Server::start(Options::default());
    let list = filled(&server);
    let body = json!({"__metadata": {"type": "SP.FieldCalculated"}, "Title": "Twice", "FieldTypeKind": 17,
                      "Formula": "=[Count]*2", "OutputType": 9, "DateFormat": 0});
    let request = list.request("POST", "/fields").header("Accept", VERBOSE).header("Content-Type", VERBOSE);
    let made = request.json(&body).send().expect_status(201).json()["d"].clone();
    assert_eq!(made["__metadata"]["type"], "SP.FieldCalculated");
    let (read, path) = (get(&list, "/fields/getbytitle('Twice')"), "/fields/getbytitle('Twice')");
    for (name, value) in [
        ("TypeAsString", json!("Calculated")),
        ("Formula", json!("=[Count]*2")),
        ("OutputType", json!(9)),
        ("ReadOnlyField", json!(true)),
    ] {
        assert_eq!(read[name], value, "{name}");
    }
    list.request("MERGE", path).json(&read).send().expect_status(204);
    for change in [
        json!({"Formula": "=1"}),
        json!({"OutputType": 2}),
        json!({"ReadOnlyField": false}),
        json!({"Required": true}),
        json!({"DefaultValue": "1"}),
        json!({"EnforceUniqueValues": true}),
    ] {
        list.request("MERGE", path).json(&change).send().expect_status(400);
    }
    // A new title of what it uses changes nothing, and what it uses cannot be deleted.
    let count = "/fields/getbytitle('Count')";
    list.request("DELETE", count).send().expect_status(400);
    list.request("MERGE", count).json(&json!({"Title": "Pieces"})).send().expect_status(204);
    list.item(json!({"Title": "e", "Count": 21}));
    assert_eq!(get(&list, "/items(4)?$select=Twice")["Twice"], 42);
    list.request("DELETE", path).send().expect_status(200);
    let xml = "<Field Type=\"Calculated\" DisplayName=\"Thrice\" ResultType=\"Number\"><Formula>=[Count]*3</Formula></Field>";
    let made = post(&list, "/fields/CreateFieldAsXml", &json!({"parameters": {"SchemaXml": xml}}));
    assert_eq!(made.json()["OutputType"], 9, "{made}");
    assert_eq!(get(&list, "/items(4)?$select=Thrice")["Thrice"], 63);
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    let server = Server::start(Options::default());
    let list = filled(&server);
    for (formula, output, named) in [
        ("=TODAY()", 4, "TODAY()"),
        ("=[Count]^2", 9, "'^'"),
        ("=[Nothing]", 2, "Nothing"),
        ("=[Total]", 9, "Calculated field as 'Total'"),
        ("=A1", 9, "A1"),
        ("=1+", 9, "cannot be read"),
        ("1", 9, "'='"),
        ("=1", 3, "OutputType 3"),
    ] {
        let answer = post(&list, "/fields", &calculated("New", formula, output)).expect_status(400);
        assert!(answer.text().contains(named), "{formula}: {answer}");
    }
    let none = json!({"Title": "New", "FieldTypeKind": 17});
    post(&list, "/fields", &none).expect_status(400);
    list.request("GET", "/fields/getbytitle('New')").send().expect_status(404);
}

#[test]
fn all_of_many_older_items_are_computed_and_keep_their_tags() {
    let server = Server::start(Options::default());
    let list = server.list("Many").number("Count");
    for n in 1..=401 {
        list.item(json!({"Count": n}));
    }
    let tag = list.read(401).etag().to_owned();
    post(&list, "/fields", &calculated("Twice", "=[Count]*2", 9)).expect_status(201);
    finds(&list, "Twice eq 2 or Twice eq 400 or Twice eq 402 or Twice eq 802", &[1, 200, 201, 401]);
    finds(&list, "Twice eq null", &[]);
    assert_eq!(list.read(401).etag(), tag);
}
