//! Read-only properties: another value is refused, the one that is there may be sent back.

use serde_json::{Value, json};

use super::refusal::{Bench, QUERY, bad};

const FORMATS: [&str; 4] = [
    "application/json;odata=verbose",
    "application/json;odata=minimalmetadata",
    "application/json;odata=nometadata",
    "application/json;odata.metadata=minimal",
];

/// The object as a page holds it: under `d` in verbose, else the body itself.
fn object(body: Value) -> Value {
    match body.get("d") {
        Some(wrapped) => wrapped.clone(),
        None => body,
    }
}

#[test]
fn another_value_for_a_read_only_property_of_an_item_is_400_with_its_name() {
    let bench = Bench::new();
    for (property, value) in [
        ("Id", json!(7)),
        ("ID", json!(7)),
        ("Id", json!("1")),
        ("Modified", json!("2001-01-01T00:00:00Z")),
        ("Created", json!("2001-01-01T00:00:00Z")),
        ("Created", json!(null)),
        ("AuthorId", json!(99)),
        ("EditorId", json!(99)),
        ("GUID", json!("00000000-0000-0000-0000-000000000001")),
        ("OData__UIVersionString", json!("9.0")),
        ("Attachments", json!(true)),
        ("FileSystemObjectType", json!(1)),
        ("ContentTypeId", json!("0x02")),
    ] {
        let body = json!({"Title": "other", "Must": "1", property: value}).to_string();
        for method in ["MERGE", "PUT"] {
            let message = bench.refuses(400, QUERY, &bench.under(method, "/items(1)").json(body.as_bytes()));
            assert!(message.contains(&format!("'{property}' is read-only")), "{message}");
        }
    }
}

#[test]
fn a_new_item_cannot_choose_what_the_service_gives() {
    let bench = Bench::new();
    for (property, value) in [
        ("Id", json!(7)),
        ("ID", json!(7)),
        ("GUID", json!("00000000-0000-0000-0000-000000000001")),
        ("AuthorId", json!(99)),
        ("Created", json!("2001-01-01T00:00:00Z")),
        ("OData__UIVersionString", json!("9.0")),
    ] {
        let body = json!({"Must": "1", property: value}).to_string();
        bench.refuses(400, QUERY, &bench.under("POST", "/items").json(body));
    }
}

#[test]
fn an_item_may_be_put_back_as_it_was_read_in_each_format() {
    let bench = Bench::new();
    let item = format!("{}/items(1)", bench.pumps);
    for (accept, version) in FORMATS.iter().zip(2..) {
        let read = bench.server.request("GET", &item).header("Accept", accept).send().expect_status(200);
        let body = object(read.json());
        let content_type = if accept.contains("verbose") { accept } else { "application/json" };
        let put = bench.server.request("PUT", &item).header("Accept", accept).header("If-Match", read.etag());
        let put = put.header("Content-Type", content_type).json(&body).send().expect_status(204);
        assert_eq!(put.etag(), format!("\"{version}\""), "{accept}");
        let again = bench.server.request("GET", &item).header("Accept", accept).send();
        let again = object(again.json());
        for property in ["Title", "Short", "Notes", "Pressure", "Running", "Since", "State", "Serial", "Must"]
        {
            assert_eq!(again[property], body[property], "{accept} {property}");
        }
    }
}

#[test]
fn the_whole_verbose_answer_may_be_put_back_with_its_wrapper() {
    let bench = Bench::new();
    let item = format!("{}/items(1)", bench.pumps);
    let read = bench.server.request("GET", &item).header("Accept", FORMATS[0]).send().expect_status(200);
    let put = bench.server.request("PUT", &item).header("If-Match", read.etag());
    let put = put.header("Content-Type", FORMATS[0]).json(&read.json()).send().expect_status(204);
    assert_eq!(put.etag(), "\"2\"");
}

#[test]
fn what_was_read_of_an_older_version_cannot_be_put_back_over_a_newer_one() {
    let bench = Bench::new();
    let item = format!("{}/items(1)", bench.pumps);
    let old = bench.server.request("GET", &item).header("Accept", FORMATS[2]).send();
    bench.server.request("MERGE", &item).json(&json!({"Title": "newer"})).send().expect_status(204);
    let before = bench.everything();
    // Its version string is another now, also where no tag is sent.
    let put = bench.server.request("PUT", &item).json(&old.json()).send();
    assert_eq!(put.status, 400, "{put}");
    let put = bench.server.request("PUT", &item).header("If-Match", old.etag()).json(&old.json()).send();
    assert_eq!(put.status, 412, "{put}");
    assert_eq!(bench.everything(), before);
}

#[test]
fn a_list_and_a_field_may_be_merged_back_as_they_were_read_in_each_format() {
    let bench = Bench::new();
    for under in [
        "",
        "/fields/getbytitle('Short')",
        "/fields/getbytitle('Pressure')",
        "/fields/getbytitle('State')",
        "/fields/getbytitle('Since')",
    ] {
        let path = format!("{}{under}", bench.pumps);
        for accept in FORMATS {
            let read = bench.server.request("GET", &path).header("Accept", accept).send().expect_status(200);
            let merge = bench.server.request("MERGE", &path).header("Accept", accept);
            merge.json(&object(read.json())).send().expect_status(204);
        }
    }
}

#[test]
fn another_value_for_a_read_only_property_of_a_list_or_a_field_is_400_with_its_name() {
    let bench = Bench::new();
    for (under, property, value) in [
        ("", "Id", json!("00000000-0000-0000-0000-000000000001")),
        ("", "ItemCount", json!(5)),
        ("", "Created", json!("2001-01-01T00:00:00Z")),
        ("", "EntityTypeName", json!("OtherList")),
        ("", "ParentWebUrl", json!("/sites/demo")),
        ("/fields/getbytitle('Short')", "Id", json!("00000000-0000-0000-0000-000000000001")),
        ("/fields/getbytitle('Short')", "InternalName", json!("Other")),
        ("/fields/getbytitle('Short')", "FieldTypeKind", json!(9)),
        ("/fields/getbytitle('Short')", "TypeAsString", json!("Number")),
    ] {
        let body = json!({property: value}).to_string();
        let message = bench.refuses(400, QUERY, &bench.under("MERGE", under).json(body));
        assert!(message.contains(&format!("'{property}' is read-only")), "{message}");
    }
    let message =
        bench.refuses(400, QUERY, &bad("POST", "/_api/web/lists").json(r#"{"Title":"New","ItemCount":5}"#));
    assert!(message.contains("ItemCount"), "{message}");
}
