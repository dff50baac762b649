//! Values that a field cannot hold.

use serde_json::json;

use super::refusal::{ARGUMENT, Bench, QUERY, TEXT, VALIDATION, bad};

/// Each way to write an item is told the same: add, merge and replace. `Must` is there, as it is required.
#[track_caller]
fn each_write_refuses(bench: &Bench, code: &str, property: &str, value: &str) -> String {
    let body = format!(r#"{{"Must":"there","{property}":{value}}}"#);
    let writes = [("POST", "/items"), ("MERGE", "/items(1)"), ("PUT", "/items(1)")];
    let messages = writes
        .map(|(method, under)| bench.refuses(400, code, &bench.under(method, under).json(body.as_bytes())));
    assert!(messages.iter().all(|message| *message == messages[0]), "{messages:?}");
    messages[0].clone()
}

#[test]
fn a_value_of_the_wrong_type_is_400_with_the_fields_name() {
    let bench = Bench::new();
    let cases: [(&str, &[&str]); 6] = [
        ("Title", &["1", "true", "[]", "{}", r#"{"results":["a"]}"#]),
        ("Notes", &["1", "false", r#"["a"]"#, r#"{"a":"b"}"#]),
        (
            "Pressure",
            &[
                r#""NaN""#,
                r#""Infinity""#,
                r#""-inf""#,
                r#""1e400""#,
                r#""four""#,
                r#""""#,
                r#""0x10""#,
                r#""1,5""#,
                "true",
                "[1]",
                "{}",
            ],
        ),
        ("Running", &[r#""yes""#, r#""""#, "2", "-1", "0.5", "[true]", "{}"]),
        (
            "Since",
            &[
                r#""yesterday""#,
                r#""""#,
                r#""2024-02-30T00:00:00Z""#,
                r#""2024-13-01T00:00:00Z""#,
                r#""2024-05-01T25:00:00Z""#,
                "1714521600",
                "true",
                "{}",
            ],
        ),
        ("State", &["1", "true", r#"["open"]"#, r#"{"results":["open"]}"#]),
    ];
    for (property, values) in cases {
        for value in values {
            let message = each_write_refuses(&bench, QUERY, property, value);
            assert!(message.contains(&format!("'{property}'")), "{property} {value}: {message}");
        }
    }
}

#[test]
fn a_number_that_no_double_holds_is_400() {
    let bench = Bench::new();
    for number in ["1e400", "-1e400", "1e999999999999"] {
        each_write_refuses(&bench, QUERY, "Pressure", number);
    }
}

#[test]
fn a_number_out_of_bounds_is_400_with_the_bounds() {
    let bench = Bench::new();
    for number in ["-0.001", "100.001", "-1", "1e300", r#""101""#, "9223372036854775808"] {
        let message = each_write_refuses(&bench, VALIDATION, "Pressure", number);
        assert!(message.contains("'Pressure': the number is not between 0 and 100"), "{message}");
    }
    for number in ["0", "100", r#""99.5""#] {
        let body = format!(r#"{{"Must":"there","Pressure":{number}}}"#);
        bench.send(&bench.under("PUT", "/items(1)").json(body), &[]).expect_status(204);
    }
}

#[test]
fn a_text_is_measured_in_units_of_utf_16_against_255_or_its_max_length() {
    let bench = Bench::new();
    let text = |unit: &str, count: usize| json!(unit.repeat(count)).to_string();
    for (property, value) in [
        ("Title", text("a", 256)),
        ("Title", text("ü", 256)),
        ("Title", text("😀", 128)),
        ("State", text("a", 256)),
        ("Short", text("a", 11)),
        ("Short", text("😀", 6)),
    ] {
        let message = each_write_refuses(&bench, TEXT, property, &value);
        assert!(
            message.starts_with("Invalid text value.\n\nA text field contains invalid data."),
            "{message}"
        );
        assert!(message.contains(&format!("'{property}'")), "{message}");
    }
    for (property, value) in [
        ("Title", "a".repeat(255)),
        ("Title", "ü".repeat(255)),
        ("Title", format!("{}a", "😀".repeat(127))),
        ("Short", "😀".repeat(5)),
        ("Notes", "a".repeat(100_000)),
    ] {
        let body = json!({property: value}).to_string();
        bench.send(&bench.under("MERGE", "/items(1)").json(body), &[]).expect_status(204);
        let read = bench.send(&bench.under("GET", "/items(1)"), &[]).json();
        assert_eq!(read[property], value);
    }
}

#[test]
fn a_character_that_xml_cannot_hold_is_400_in_every_text_of_an_item() {
    let bench = Bench::new();
    for property in ["Title", "Short", "Notes", "State", "Serial"] {
        for character in ["\\u0000", "\\u0001", "\\u001f", "\\ufffe", "\\uffff", "\u{fffe}"] {
            let message = each_write_refuses(&bench, TEXT, property, &format!("\"a{character}b\""));
            assert!(message.contains(&format!("'{property}'")), "{message}");
        }
        for broken in ["\\ud800", "\\udfff", "\\ud800a", "\\udc00\\ud800"] {
            each_write_refuses(&bench, QUERY, property, &format!("\"a{broken}b\""));
        }
    }
    let fine = r#"{"Notes":"\t\r\n\u0085\ud83d\ude00\ufffd"}"#;
    bench.send(&bench.under("MERGE", "/items(1)").json(fine), &[]).expect_status(204);
    let read = bench.send(&bench.under("GET", "/items(1)"), &[]).json();
    assert_eq!(read["Notes"], "\t\r\n\u{85}😀\u{fffd}");
}

#[test]
fn a_character_that_xml_cannot_hold_is_400_in_every_text_of_lists_and_fields() {
    let bench = Bench::new();
    for character in ["\\u0000", "\\u0001", "\\u000b", "\\ufffe"] {
        for (request, body) in [
            (bad("POST", "/_api/web/lists"), r#"{"Title":"a?b"}"#),
            (bad("POST", "/_api/web/lists"), r#"{"Title":"a","Description":"a?b"}"#),
            (bench.under("MERGE", ""), r#"{"Title":"a?b"}"#),
            (bench.under("MERGE", ""), r#"{"Description":"a?b"}"#),
            (bench.under("POST", "/fields"), r#"{"FieldTypeKind":2,"Title":"a?b"}"#),
            (bench.under("POST", "/fields"), r#"{"FieldTypeKind":2,"Title":"a","Description":"a?b"}"#),
            (bench.under("POST", "/fields"), r#"{"FieldTypeKind":2,"Title":"a","DefaultValue":"a?b"}"#),
            (bench.under("POST", "/fields"), r#"{"FieldTypeKind":6,"Title":"a","Choices":["a?b"]}"#),
            (bench.under("MERGE", "/fields/getbytitle('State')"), r#"{"Choices":["a?b"]}"#),
            (bench.under("MERGE", "/fields/getbytitle('State')"), r#"{"Title":"a?b"}"#),
            (bad("POST", "/_api/web/webs/add"), r#"{"parameters":{"Url":"new","Title":"a?b"}}"#),
            (bad("POST", "/_api/web/webs/add"), r#"{"parameters":{"Url":"new","Description":"a?b"}}"#),
        ] {
            let request = request.json(body.replace('?', character));
            let before = bench.everything();
            let reply = bench.send(&request, &[]);
            assert_eq!(reply.status, 400, "{body} with {character}: {reply}");
            assert_eq!(bench.everything(), before, "{body} with {character}");
        }
    }
}

#[test]
fn a_setting_that_a_field_cannot_have_is_400() {
    let bench = Bench::new();
    let add = |body: &str| bench.under("POST", "/fields").json(body);
    for (code, body) in [
        (ARGUMENT, r#"{"Title":"New"}"#),
        (ARGUMENT, r#"{"Title":"New","FieldTypeKind":"2"}"#),
        (ARGUMENT, r#"{"Title":"New","FieldTypeKind":99}"#),
        (ARGUMENT, r#"{"Title":"New","FieldTypeKind":-1}"#),
        (ARGUMENT, r#"{"FieldTypeKind":2}"#),
        (ARGUMENT, r#"{"Title":" ","FieldTypeKind":2}"#),
        (QUERY, r#"{"Title":1,"FieldTypeKind":2}"#),
        (QUERY, r#"{"Title":"New","FieldTypeKind":2,"Required":"true"}"#),
        (ARGUMENT, r#"{"Title":"New","FieldTypeKind":2,"MaxLength":256}"#),
        (ARGUMENT, r#"{"Title":"New","FieldTypeKind":2,"MaxLength":0}"#),
        (QUERY, r#"{"Title":"New","FieldTypeKind":2,"MaxLength":"9"}"#),
        (ARGUMENT, r#"{"Title":"New","FieldTypeKind":9,"MinimumValue":2,"MaximumValue":1}"#),
        (QUERY, r#"{"Title":"New","FieldTypeKind":9,"MinimumValue":"low"}"#),
        (QUERY, r#"{"Title":"New","FieldTypeKind":9,"DefaultValue":"many"}"#),
        (VALIDATION, r#"{"Title":"New","FieldTypeKind":9,"MaximumValue":5,"DefaultValue":"6"}"#),
        (QUERY, r#"{"Title":"New","FieldTypeKind":8,"DefaultValue":"perhaps"}"#),
        (QUERY, r#"{"Title":"New","FieldTypeKind":6,"Choices":"a"}"#),
        (QUERY, r#"{"Title":"New","FieldTypeKind":6,"Choices":[1]}"#),
        (ARGUMENT, r#"{"Title":"New","FieldTypeKind":3,"Indexed":true}"#),
        (ARGUMENT, r#"{"Title":"New","FieldTypeKind":8,"EnforceUniqueValues":true}"#),
        (ARGUMENT, r#"{"Title":"New","FieldTypeKind":2,"EnforceUniqueValues":true,"Indexed":false}"#),
    ] {
        bench.refuses(400, code, &add(body));
    }
}

#[test]
fn a_setting_that_a_list_cannot_have_is_400() {
    let bench = Bench::new();
    for (code, body) in [
        (ARGUMENT, "{}"),
        (ARGUMENT, r#"{"Title":""}"#),
        (ARGUMENT, r#"{"Title":"  "}"#),
        (ARGUMENT, r#"{"Title":null}"#),
        (QUERY, r#"{"Title":1}"#),
        (ARGUMENT, r#"{"Title":"New","MatchlistStrict":"very"}"#),
        (QUERY, r#"{"Title":"New","Hidden":"yes"}"#),
        (ARGUMENT, r#"{"Title":"New","BaseTemplate":101}"#),
    ] {
        bench.refuses(400, code, &bad("POST", "/_api/web/lists").json(body));
    }
    let long = json!({"Title": "a".repeat(256)}).to_string();
    bench.refuses(400, ARGUMENT, &bad("POST", "/_api/web/lists").json(long.as_bytes()));
    bench.refuses(400, ARGUMENT, &bench.under("MERGE", "").json(long.as_bytes()));
}
