//! What may be there only once, and what must be there.

use serde_json::json;

use super::refusal::{Bad, Bench, DUPLICATE, TITLE_TAKEN, VALIDATION, bad};

#[test]
fn the_title_of_a_list_is_taken_once_in_a_site_in_any_case() {
    let bench = Bench::new();
    bench.server.list("Valves");
    for title in ["Pumps", "pumps", "PUMPS", " Pumps "] {
        let body = json!({"Title": title, "BaseTemplate": 100}).to_string();
        let add = bad("POST", "/_api/web/lists").json(body.as_bytes());
        let message = bench.refuses(409, TITLE_TAKEN, &add);
        assert_eq!(
            message,
            "A list, survey, discussion board, or document library with the specified title already exists \
             in this Web site.  Please choose another title."
        );
        let rename = bad("MERGE", "/_api/web/lists/getbytitle('Valves')").json(body.as_bytes());
        bench.refuses(409, TITLE_TAKEN, &rename);
    }
    bench.server.list_in("/sites/demo", "Pumps");
    let own = bench.under("MERGE", "").json(r#"{"Title":"PUMPS"}"#);
    bench.send(&own, &[]).expect_status(204);
}

#[test]
fn a_title_beyond_ascii_is_taken_in_any_case_too() {
    let bench = Bench::new();
    bench.server.list("Übergänge");
    let add = bad("POST", "/_api/web/lists").json(json!({"Title": "ÜBERGÄNGE"}).to_string());
    bench.refuses(409, TITLE_TAKEN, &add);
}

/// Each way to give an item the value `A1` or one that differs in case only, which the first item has.
fn duplicates(bench: &Bench) -> Vec<Bad> {
    let mut writes = Vec::new();
    for serial in ["A1", "a1"] {
        let whole = json!({"Title": "twin", "Must": "1", "Serial": serial}).to_string();
        let part = json!({"Serial": serial}).to_string();
        writes.push(bench.under("POST", "/items").json(whole.as_bytes()));
        writes.push(bench.under("MERGE", "/items(2)").json(part.as_bytes()));
        writes.push(bench.under("PATCH", "/items(2)").header("If-Match", "\"1\"").json(part.as_bytes()));
        writes.push(bench.under("PUT", "/items(2)").json(whole.as_bytes()));
        writes.push(bench.under("POST", "/items(2)").header("X-HTTP-Method", "PUT").json(whole.as_bytes()));
    }
    writes
}

#[test]
fn a_unique_value_is_taken_once_in_any_case_by_every_way_to_write() {
    let bench = Bench::new();
    for write in duplicates(&bench) {
        let message = bench.refuses(409, DUPLICATE, &write);
        assert_eq!(
            message,
            "The list item could not be added or updated because duplicate values were found in the \
             following field(s) in the list: [Serial]."
        );
    }
}

#[test]
fn an_item_keeps_its_own_unique_value_and_a_freed_one_is_free() {
    let bench = Bench::new();
    let merge = |id: u64, serial: &str| {
        let request = bench.under("MERGE", &format!("/items({id})"));
        bench.send(&request.json(json!({"Serial": serial}).to_string()), &[]).status
    };
    assert_eq!(merge(1, "A1"), 204, "its own");
    assert_eq!(merge(1, "a1"), 204, "its own in another case");
    assert_eq!(merge(1, "C3"), 204);
    assert_eq!(merge(2, "A1"), 204, "given up by the first");
    bench.server.request("DELETE", &format!("{}/items(1)", bench.pumps)).send().expect_status(200);
    assert_eq!(merge(2, "C3"), 204, "given up by the one deleted");
}

#[test]
fn no_value_is_no_duplicate() {
    let bench = Bench::new();
    for value in [json!(null), json!("")] {
        for _ in 0..2 {
            let body = json!({"Must": "1", "Serial": value}).to_string();
            bench.send(&bench.under("POST", "/items").json(body), &[]).expect_status(201);
        }
    }
    for id in [1, 2] {
        let body = json!({"Serial": null}).to_string();
        bench.send(&bench.under("MERGE", &format!("/items({id})")).json(body), &[]).expect_status(204);
    }
}

#[test]
fn values_that_are_there_twice_keep_a_field_from_becoming_unique() {
    let bench = Bench::new();
    for item in ["/items(1)", "/items(2)"] {
        bench.send(&bench.under("MERGE", item).json(r#"{"Short":"Same"}"#), &[]).expect_status(204);
    }
    let field = "/fields/getbytitle('Short')";
    let unique = r#"{"Indexed":true,"EnforceUniqueValues":true}"#;
    bench.refuses(409, DUPLICATE, &bench.under("MERGE", field).json(unique));
    bench.send(&bench.under("MERGE", "/items(2)").json(r#"{"Short":"SAME"}"#), &[]).expect_status(204);
    bench.refuses(409, DUPLICATE, &bench.under("MERGE", field).json(unique));

    bench.send(&bench.under("MERGE", "/items(2)").json(r#"{"Short":null}"#), &[]).expect_status(204);
    bench.send(&bench.under("MERGE", field).json(unique), &[]).expect_status(204);
    bench.refuses(409, DUPLICATE, &bench.under("MERGE", "/items(2)").json(r#"{"Short":"same"}"#));
}

#[test]
fn a_required_field_cannot_be_left_out_or_emptied() {
    let bench = Bench::new();
    for write in [
        bench.under("POST", "/items").json(r#"{"Title":"a"}"#),
        bench.under("POST", "/items").json(r#"{"Title":"a","Must":null}"#),
        bench.under("POST", "/items").json(r#"{"Title":"a","Must":""}"#),
        bench.under("PUT", "/items(1)").json(r#"{"Title":"a"}"#),
        bench.under("PUT", "/items(1)").json("{}"),
        bench.under("PUT", "/items(1)").json(r#"{"Must":null}"#),
        bench.under("MERGE", "/items(1)").json(r#"{"Must":null}"#),
        bench.under("MERGE", "/items(1)").json(r#"{"Must":""}"#),
    ] {
        let message = bench.refuses(400, VALIDATION, &write);
        assert_eq!(
            message,
            "List data validation failed. 'Must': You must specify a value for this required field."
        );
    }
    bench.send(&bench.under("MERGE", "/items(1)").json("{}"), &[]).expect_status(204);
}
