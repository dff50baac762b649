//! What formulas give, and what of them is refused.

use odata::Uuid;

use super::*;
use crate::model::Bounds;

fn fields() -> Vec<Field> {
    let number = FieldKind::Integer(Bounds::default());
    let text = || FieldKind::Text { max_length: 255 };
    let made = [
        ("Title", "Title", text()),
        ("Unit_x0020_Price", "Unit Price", number.clone()),
        ("Count", "How many", number.clone()),
        ("Due", "Due", FieldKind::DateTime { date_only: false }),
        ("Done", "Done", FieldKind::Boolean),
        ("Gone", "Gone", text()),
        ("Code", "Code", FieldKind::Guid),
        ("Net", "Cost (€) net", number.clone()),
        ("Notes", "Notes", FieldKind::Note { number_of_lines: 6, rich_text: false, append_only: false }),
    ];
    made.into_iter()
        .map(|(name, title, kind)| Field::new(Uuid::nil(), name.into(), title.into(), kind))
        .collect()
}

fn computed(text: &str, output: Output) -> Result<String, String> {
    let fields = fields();
    let formula = Formula::resolve(text, output, fields.iter())?;
    let held = |name: &str| {
        let field = fields.iter().find(|f| f.internal_name == name)?;
        let json = match name {
            "Title" => "\"Öl\"",
            "Unit_x0020_Price" => "3",
            "Count" => "0",
            "Due" => "\"2024-02-28T12:00:00Z\"",
            "Done" => "true",
            _ => "null",
        };
        Some((&field.kind, json))
    };
    Ok(formula.open().unwrap().compute(&held).json)
}

#[track_caller]
fn gives(output: Output, cases: &[(&str, &str)]) {
    for (text, json) in cases {
        assert_eq!(computed(text, output).as_deref(), Ok(*json), "{text}");
    }
}

#[test]
fn formulas_are_computed() {
    gives(
        Output::Number,
        &[
            ("=[Unit Price]*2", "6"),
            ("=[Unit_x0020_Price] + [How many] - 1.5", "1.5"),
            ("=-[Unit Price]/2", "-1.5"),
            ("=1+2*3", "7"),
            ("=(1+2)*3", "9"),
            ("=LEN([Title])", "2"),
            ("=ROUND(2.345, 1)+ABS(-1)", "3.3"),
            ("=MIN(3,[Unit Price],-1)+MAX(1,2)", "1"),
            ("=IF([Done],1,1/0)", "1"),
            ("=[Due]-[Due]", "0"),
            ("=[Gone]+1", "1"),
            ("=ROUND(1254,-2)", "1300"),
            ("=[how MANY]+[Cost (€) net]", "0"),
            // What fails is null.
            ("=1/[How many]", "null"),
            ("=[Title]+1", "null"),
            ("=1E300*1E300", "null"),
            ("=LEFT(\"a\",-1)", "null"),
            ("=[Gone]", "null"),
        ],
    );
    gives(
        Output::Text,
        &[
            ("=[Title]&\"-\"&[Unit Price]", "\"Öl-3\""),
            ("=concatenate(UPPER([Title]),LOWER(\"A\"\"B\"),TRUE)", "\"ÖLa\\\"bTRUE\""),
            ("=LEFT([Title])&RIGHT([Title],9)", "\"ÖÖl\""),
            ("=IF(AND([Unit Price]>=3,NOT([Count]<>0)),\"a\",\"b\")", "\"a\""),
            ("=IF(OR([Title]=\"öl\",FALSE),\"same\",\"other\")", "\"same\""),
            ("=IF(ISBLANK([Gone]),\"blank\",[Gone])", "\"blank\""),
            ("=[Gone]&\"\"", "null"),
        ],
    );
    gives(Output::Boolean, &[("=[Unit Price]>2", "true"), ("=[Title]=3", "false"), ("=[Title]>3", "null")]);
    gives(
        Output::DateTime,
        &[
            ("=[Due]+2", "\"2024-03-01T12:00:00Z\""),
            ("=[Due]-0.5", "\"2024-02-28T00:00:00Z\""),
            ("=[Due]+1E300", "null"),
            ("=[Unit Price]", "null"),
        ],
    );
}

#[test]
fn a_title_with_signs_of_formulas_is_that_field_or_is_refused() {
    for title in [
        "a:b #1 & it's \"x\" - 5%",
        "#All",
        "@Title",
        "A1",
        "A1:B2",
        "1",
        "[x]",
        "a]b",
        "TRUE",
        "Data",
        "Title,Gone",
    ] {
        let number = FieldKind::Integer(Bounds::default());
        let fields = [Field::new(Uuid::nil(), "F".into(), title.into(), number)];
        let made = Formula::resolve(&format!("=[{title}]+1"), Output::Number, fields.iter());
        if let Ok(formula) = made {
            let held = |_: &str| Some((&fields[0].kind, "41"));
            assert_eq!(formula.open().unwrap().compute(&held).json, "42", "{title}");
        }
    }
}

#[test]
fn what_is_not_supported_is_named() {
    for (text, named) in [
        ("=TODAY()", "'TODAY()'"),
        ("=2^3", "'^'"),
        ("=3%", "'%'"),
        ("={1,2}", "'{…}'"),
        ("=A1+1", "'A1'"),
        ("=Title", "'Title'"),
        ("=SUM(A1:B2)", "'SUM()'"),
        ("=[Nothing]", "'Nothing'"),
        ("=[Code]", "Guid field"),
        ("=LEN([Notes])", "Note field"),
        ("=T[Title]", "'T[Title]'"),
        ("=[[Title]]", "[[Title]]"),
        ("=#REF!", "#REF!"),
        ("[Title]", "begin with '='"),
        ("=1+", "cannot be read"),
        ("=\"open", "cannot be read"),
        ("=NOT()", "NOT takes"),
        ("=IF(TRUE,,1)", "argument is missing"),
        ("=\"\u{1}\"", "U+0001"),
        ("=", "cannot be read"),
    ] {
        let told = computed(text, Output::Text).unwrap_err();
        assert!(told.contains(named), "{text}: {told}");
    }
    let deep = format!("={}1{}", "(".repeat(500), ")".repeat(500));
    for text in [deep, format!("={}1", "-".repeat(1000)), format!("=1{}", "+1".repeat(600))] {
        computed(&text, Output::Number).unwrap_err();
    }
}
