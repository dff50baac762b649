//! Filters from a tree that scripts build: `{op:"eq",field,value}`, `{and:[…]}`, `{or:[…]}`, `{not:…}`,
//! `{startswith:[field,text]}`, `{contains:[field,text]}`.
//!
//! Printed here and not by `odata`, for the reason that `address.rs` gives; the tests hold the two to each
//! other. The grammar is in `odata/src/query/filter/mod.rs`.

use crate::json::Json;

/// How deep filters are nested at most, in the service.
const MAX_DEPTH: usize = 100;

/// Words that the grammar takes for something else than a property.
const KEYWORDS: [&str; 12] =
    ["and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "true", "false", "null"];

/// Prints a tree as the text of `$filter`; the error says what is wrong with the tree.
pub(crate) fn print_filter<J: Json>(tree: &J) -> Result<String, String> {
    let mut text = String::new();
    print(tree, Within::Nothing, 0, &mut text)?;
    Ok(text)
}

/// `field eq value`, for a lookup by one field.
pub(crate) fn print_equal<J: Json>(field: &str, value: &J) -> Result<String, String> {
    Ok(name(field)?.to_owned() + " eq " + &literal(value)?)
}

/// `field=value`, the address of an item by a field.
pub(crate) fn print_key<J: Json>(field: &str, value: &J) -> Result<String, String> {
    Ok(name(field)?.to_owned() + "=" + &literal(value)?)
}

/// What an expression stands in: it tells whether parentheses are needed.
#[derive(Clone, Copy, PartialEq)]
enum Within {
    Nothing,
    Members,
    Not,
}

fn print<J: Json>(tree: &J, within: Within, depth: usize, out: &mut String) -> Result<(), String> {
    if depth >= MAX_DEPTH {
        return Err("The filter is nested too deeply.".to_owned());
    }
    if tree.member("op").is_some() {
        return print_in(within == Within::Not, out, |out| compare(tree, out));
    }
    for (member, between) in [("and", " and "), ("or", " or ")] {
        if let Some(members) = tree.member(member) {
            return join(&members, between, within, depth, out);
        }
    }
    if let Some(inner) = tree.member("not") {
        out.push_str("not ");
        return print(&inner, Within::Not, depth + 1, out);
    }
    if let Some(pair) = tree.member("startswith") {
        let (field, text) = field_and_text(&pair)?;
        out.extend(["startswith(", &field, ",", &text, ")"]);
        return Ok(());
    }
    let pair = tree.member("contains");
    let pair =
        pair.ok_or("A filter is {op, field, value}, {and}, {or}, {not}, {startswith} or {contains}.")?;
    let (field, text) = field_and_text(&pair)?;
    // The only spelling that every SharePoint knows.
    out.extend(["substringof(", &text, ",", &field, ")"]);
    Ok(())
}

fn print_in(
    parentheses: bool,
    out: &mut String,
    print: impl FnOnce(&mut String) -> Result<(), String>,
) -> Result<(), String> {
    if !parentheses {
        return print(out);
    }
    out.push('(');
    print(out)?;
    out.push(')');
    Ok(())
}

fn join<J: Json>(
    members: &J,
    between: &str,
    within: Within,
    depth: usize,
    out: &mut String,
) -> Result<(), String> {
    let members = members.elements().filter(|members| !members.is_empty());
    let members = members.ok_or("'and' and 'or' have an array of at least one member.")?;
    if let [only] = members.as_slice() {
        return print(only, within, depth + 1, out);
    }
    let parentheses = within == Within::Not || (within == Within::Members && between == " or ");
    print_in(parentheses, out, |out| {
        for (index, member) in members.iter().enumerate() {
            if index > 0 {
                out.push_str(between);
            }
            print(member, Within::Members, depth + 1, out)?;
        }
        Ok(())
    })
}

fn compare<J: Json>(tree: &J, out: &mut String) -> Result<(), String> {
    let text = |name: &str| tree.member(name).and_then(|member| member.text()).unwrap_or_default();
    let (op, field) = (text("op"), text("field"));
    if !["eq", "ne", "lt", "le", "gt", "ge"].contains(&op.as_str()) {
        return Err(format!("'{op}' is no comparison: use eq, ne, lt, le, gt or ge."));
    }
    // A forgotten value must not silently ask for null.
    let value = tree.member("value").ok_or("A comparison has a value; null is one.")?;
    out.extend([name(&field)?, " ", &op, " ", &literal(&value)?]);
    Ok(())
}

fn field_and_text<J: Json>(pair: &J) -> Result<(String, String), String> {
    let texts = pair.elements().unwrap_or_default().iter().map(Json::text).collect::<Option<Vec<_>>>();
    match texts.as_deref() {
        Some([field, text]) => Ok((name(field)?.to_owned(), quoted(text))),
        _ => Err("'startswith' and 'contains' take [field, text].".to_owned()),
    }
}

/// A property's name, or a path of them: nothing that would be read as more.
fn name(text: &str) -> Result<&str, String> {
    let begins = |c: char| c == '_' || c.is_alphabetic();
    let is_name =
        |name: &str| name.starts_with(begins) && name.chars().all(|c| begins(c) || c.is_alphanumeric());
    if text.split('/').all(is_name) && !KEYWORDS.contains(&text) {
        return Ok(text);
    }
    Err(format!("'{text}' is not a property's name."))
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A value's spelling in URLs.
fn literal<J: Json>(value: &J) -> Result<String, String> {
    if let Some(text) = value.text() {
        return Ok(quoted(&text));
    }
    match value.date() {
        Some(date) if date.is_empty() => return Err("A date in a filter is a valid one.".to_owned()),
        Some(date) => return Ok(format!("datetime'{date}'")),
        None => {}
    }
    let is_finite = value.number().is_some_and(f64::is_finite);
    // Numbers, booleans and null are spelt as in JSON.
    match value.print() {
        Some(text) if is_finite || value.boolean().is_some() || value.is_null() => Ok(text),
        _ => Err("A value in a filter is a text, a finite number, a boolean, a Date or null.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use odata::query::Expr;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn prints_what_the_service_parses() {
        for (tree, text) in [
            (json!({"op": "eq", "field": "City", "value": "O'Brien"}), "City eq 'O''Brien'"),
            (json!({"op": "ge", "field": "Author/Id", "value": 3}), "Author/Id ge 3"),
            (json!({"op": "lt", "field": "Load", "value": 0.5}), "Load lt 0.5"),
            (json!({"op": "ne", "field": "Done", "value": true}), "Done ne true"),
            (json!({"op": "eq", "field": "City", "value": null}), "City eq null"),
            (json!({"startswith": ["Title", "a"]}), "startswith(Title,'a')"),
            (json!({"contains": ["Title", "a"]}), "substringof('a',Title)"),
            (json!({"not": {"op": "eq", "field": "A", "value": 1}}), "not (A eq 1)"),
            (json!({"and": [{"op": "eq", "field": "A", "value": 1}]}), "A eq 1"),
            (json!({"op": "eq", "field": "Größe", "value": 1.5}), "Größe eq 1.5"),
            (json!({"not": {"not": {"startswith": ["A", "x"]}}}), "not not startswith(A,'x')"),
            (
                json!({"not": {"or": [{"startswith": ["A", "x"]}, {"op": "eq", "field": "A", "value": -1}]}}),
                "not (startswith(A,'x') or A eq -1)",
            ),
            (
                json!({"and": [
                    {"or": [{"op": "eq", "field": "A", "value": 1}, {"op": "gt", "field": "B", "value": 2}]},
                    {"contains": ["C", "x"]},
                ]}),
                "(A eq 1 or B gt 2) and substringof('x',C)",
            ),
        ] {
            assert_eq!(print_filter(&tree).as_deref(), Ok(text));
            // It is what odata prints, once it has read it.
            assert_eq!(Expr::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn refuses_what_is_no_filter() {
        let mut deep = json!({"op": "eq", "field": "A", "value": 1});
        for _ in 0..MAX_DEPTH + 1 {
            deep = json!({"not": deep});
        }
        for tree in [
            Value::Null,
            json!("Title eq 'a'"),
            json!({}),
            json!({"op": "like", "field": "A", "value": 1}),
            json!({"op": "eq", "field": "A"}),
            json!({"op": "eq", "field": "A eq 1 or B", "value": 1}),
            json!({"op": "eq", "field": "true", "value": 1}),
            json!({"op": "eq", "field": "", "value": 1}),
            json!({"op": "eq", "field": "A", "value": [1]}),
            json!({"and": []}),
            json!({"or": {}}),
            json!({"startswith": ["A", 1]}),
            json!({"contains": ["A"]}),
            deep,
        ] {
            assert!(print_filter(&tree).is_err(), "{tree}");
        }
    }

    #[test]
    fn names_are_those_that_the_grammar_reads_as_one_property() {
        for text in [
            "Title",
            "A/B",
            "_x0031_st",
            "名",
            "a1",
            "and",
            "or",
            "eq",
            "guid",
            "startswith",
            "True",
            "not",
            "true",
            "false",
            "null",
            "",
            "1a",
            "a b",
            "a\u{a0}b",
            "a.b",
            "a-b",
            "a/",
            "/a",
            "a'",
            "$a",
            "*",
            "a(b)",
        ] {
            let reads =
                matches!(Expr::parse(text), Ok(Expr::Holds(property)) if property.to_string() == text);
            assert_eq!(name(text).is_ok(), reads, "{text:?}");
        }
    }

    #[test]
    fn huge_numbers_are_spelt_as_json_has_them() {
        let text = print_equal("A", &json!(1e300)).unwrap();
        assert_eq!(Expr::parse(&text).unwrap().to_string(), "A eq 1e300");
    }

    #[test]
    fn the_deepest_filter_is_one_that_the_service_reads() {
        let mut tree = json!({"startswith": ["A", "x"]});
        for _ in 1..MAX_DEPTH {
            tree = json!({"not": tree});
        }
        assert!(Expr::parse(&print_filter(&tree).unwrap()).is_ok());
        assert!(print_filter(&json!({"not": tree})).is_err());
    }

    #[test]
    fn one_field_is_looked_up_by_its_value() {
        assert_eq!(print_equal("Key", &json!("a'b")).as_deref(), Ok("Key eq 'a''b'"));
        assert!(print_equal("Key or A", &json!(1)).is_err());
    }
}
