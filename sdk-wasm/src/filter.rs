//! Filters from a tree that scripts build: `{op:"eq",field,value}`, `{and:[…]}`, `{or:[…]}`, `{not:…}`,
//! `{startswith:[field,text]}`, `{contains:[field,text]}`. The text is `odata`'s, and `odata` has to read it.

use odata::query::filter::MAX_DEPTH;
use odata::query::{Comparison, Expr, Property, TextMatch};
use odata::{Literal, Span, Timestamp};

use crate::json::{Json, whole};

/// Prints a tree as the text of `$filter`; the error says what is wrong with the tree.
pub(crate) fn print_filter<J: Json>(tree: &J) -> Result<String, String> {
    let text = build(tree, 0)?.to_string();
    // What the grammar refuses (too deep, a name that is a keyword) must not reach a server.
    Expr::parse(&text).map(|_| text).map_err(|error| error.to_string())
}

/// `field eq value`, for a lookup by one field.
pub(crate) fn print_equal<J: Json>(field: &str, value: &J) -> Result<String, String> {
    let (property, value) = (property(field)?, literal(value)?);
    Ok(Expr::Compare { property, comparison: Comparison::Equal, value, span: Span::default() }.to_string())
}

fn build<J: Json>(tree: &J, depth: usize) -> Result<Expr, String> {
    if depth > MAX_DEPTH {
        return Err("The filter is nested too deeply.".to_owned());
    }
    if let Some(name) = tree.member("op") {
        return compare(tree, &name);
    }
    if let Some(members) = tree.member("and") {
        return Ok(join(&members, depth, Expr::And)?);
    }
    if let Some(members) = tree.member("or") {
        return Ok(join(&members, depth, Expr::Or)?);
    }
    if let Some(inner) = tree.member("not") {
        return Ok(Expr::Not(Box::new(build(&inner, depth + 1)?)));
    }
    if let Some(pair) = tree.member("startswith") {
        return seek(&pair, TextMatch::Start);
    }
    match tree.member("contains") {
        Some(pair) => seek(&pair, TextMatch::Anywhere),
        None => Err("A filter is {op, field, value}, {and}, {or}, {not}, {startswith} or {contains}.".into()),
    }
}

fn compare<J: Json>(tree: &J, name: &J) -> Result<Expr, String> {
    let comparison = match name.text().unwrap_or_default().as_str() {
        "eq" => Comparison::Equal,
        "ne" => Comparison::NotEqual,
        "lt" => Comparison::Less,
        "le" => Comparison::LessOrEqual,
        "gt" => Comparison::Greater,
        "ge" => Comparison::GreaterOrEqual,
        other => return Err(format!("'{other}' is no comparison: use eq, ne, lt, le, gt or ge.")),
    };
    let field = tree.member("field").and_then(|field| field.text());
    let property = property(&field.ok_or("A comparison has a field.")?)?;
    // A forgotten value must not silently ask for null.
    let value = tree.member("value").ok_or("A comparison has a value; null is one.")?;
    Ok(Expr::Compare { property, comparison, value: literal(&value)?, span: Span::default() })
}

fn join<J: Json>(members: &J, depth: usize, of: fn(Vec<Expr>) -> Expr) -> Result<Expr, String> {
    let members = members.elements().ok_or("The members of 'and' and 'or' are an array.")?;
    let mut members = members.iter().map(|member| build(member, depth + 1)).collect::<Result<Vec<_>, _>>()?;
    match members.len() {
        0 => Err("'and' and 'or' have at least one member.".to_owned()),
        1 => Ok(members.remove(0)),
        _ => Ok(of(members)),
    }
}

fn seek<J: Json>(pair: &J, matching: TextMatch) -> Result<Expr, String> {
    let texts = pair.elements().unwrap_or_default().iter().map(Json::text).collect::<Option<Vec<_>>>();
    match texts.as_deref() {
        Some([field, text]) => Ok(Expr::Text { property: property(field)?, matching, text: text.clone() }),
        _ => Err("'startswith' and 'contains' take [field, text].".to_owned()),
    }
}

/// A name that the grammar reads as one property, and as nothing else.
fn property(name: &str) -> Result<Property, String> {
    match Expr::parse(name) {
        Ok(Expr::Holds(property)) if property.to_string() == name => Ok(property),
        _ => Err(format!("'{name}' is not a property's name.")),
    }
}

/// A value's spelling in URLs.
pub(crate) fn literal<J: Json>(value: &J) -> Result<Literal, String> {
    if let Some(text) = value.text() {
        return Ok(Literal::String(text));
    }
    if let Some(value) = value.boolean() {
        return Ok(Literal::Boolean(value));
    }
    if let Some(milliseconds) = value.instant() {
        // Whole seconds, as SharePoint keeps them. A broken Date is NaN.
        let seconds = whole((milliseconds / 1_000.0).floor());
        return seconds
            .and_then(Timestamp::from_unix)
            .map(Literal::DateTime)
            .ok_or("This is not a date between the years 1 and 9999.".to_owned());
    }
    match value.number() {
        Some(number) if !number.is_finite() => Err("A number in a filter is finite.".to_owned()),
        Some(number) => Ok(whole(number).map_or(Literal::Number(number), Literal::Integer)),
        None if value.is_null() => Ok(Literal::Null),
        None => Err("A value in a filter is a text, a number, a boolean, a Date or null.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
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
            (
                json!({"and": [
                    {"or": [{"op": "eq", "field": "A", "value": 1}, {"op": "gt", "field": "B", "value": 2}]},
                    {"contains": ["C", "x"]},
                ]}),
                "(A eq 1 or B gt 2) and substringof('x',C)",
            ),
        ] {
            assert_eq!(print_filter(&tree).as_deref(), Ok(text));
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
    fn one_field_is_looked_up_by_its_value() {
        assert_eq!(print_equal("Key", &json!("a'b")).as_deref(), Ok("Key eq 'a''b'"));
        assert!(print_equal("Key or A", &json!(1)).is_err());
    }
}
