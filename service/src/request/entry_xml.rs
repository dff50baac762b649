//! Atom entries as bodies of writes to ListData.svc. Documents with a DTD are refused, so that there are no entities
//! but XML's own.

use roxmltree::{Document, Node, ParsingOptions};
use serde_json::{Map, Number, Value};

use super::BodyError;

const ATOM: &str = "http://www.w3.org/2005/Atom";
const DATA: &str = "http://schemas.microsoft.com/ado/2007/08/dataservices";
const METADATA: &str = "http://schemas.microsoft.com/ado/2007/08/dataservices/metadata";
const RELATED: &str = "http://schemas.microsoft.com/ado/2007/08/dataservices/related/";
/// How many nodes an entry may have, and how deep its elements may stand.
const NODES: u32 = 20_000;
const DEPTH: usize = 32;

/// The values of an entry, by name: texts, and what their types tell to be numbers and Booleans.
pub(super) fn parse(bytes: &[u8]) -> Result<Map<String, Value>, BodyError> {
    let text = str::from_utf8(bytes).map_err(|_| wrong("it is not UTF-8"))?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(wrong("it is empty"));
    }
    odata::check_xml(text, DEPTH).map_err(|reason| wrong(&reason))?;
    let options = ParsingOptions { nodes_limit: NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| wrong(&error.to_string()))?;
    let entry = document.root_element();
    if !entry.has_tag_name((ATOM, "entry")) {
        return Err(wrong("its root is no entry of Atom"));
    }
    check_links(entry)?;
    let content = entry.children().find(|node| node.has_tag_name((ATOM, "content")));
    let properties = content
        .into_iter()
        .chain([entry])
        .find_map(|node| node.children().find(|child| child.has_tag_name((METADATA, "properties"))));
    let properties = properties.ok_or_else(|| wrong("it has no m:properties"))?;
    let mut values = Map::new();
    for node in properties.children().filter(Node::is_element) {
        if node.tag_name().namespace() != Some(DATA) {
            return Err(wrong("m:properties holds what is no property"));
        }
        let name = node.tag_name().name().to_owned();
        let value = value(node)?;
        if values.insert(name.clone(), value).is_some() {
            return Err(wrong(&format!("'{}' is there twice", cut(&name))));
        }
    }
    Ok(values)
}

/// A link that was read says nothing; one to another entity would bind it.
fn check_links(entry: Node<'_, '_>) -> Result<(), BodyError> {
    for link in entry.children().filter(|node| node.has_tag_name((ATOM, "link"))) {
        let Some(name) = link.attribute("rel").and_then(|rel| rel.strip_prefix(RELATED)) else { continue };
        let href = link.attribute("href").unwrap_or_default();
        if !href.ends_with(&format!("/{name}")) {
            return Err(wrong(&format!("links bind nothing here; set '{}Id'", cut(name))));
        }
    }
    Ok(())
}

fn value(node: Node<'_, '_>) -> Result<Value, BodyError> {
    let is_null = node.attribute((METADATA, "null")).is_some_and(|null| null.eq_ignore_ascii_case("true"));
    if is_null {
        return Ok(Value::Null);
    }
    if node.children().any(|child| child.is_element()) {
        return Err(wrong(&format!("'{}' holds elements, not a value", cut(node.tag_name().name()))));
    }
    let text: String = node.children().filter_map(|child| child.text()).collect();
    let number = |text: &str| {
        let whole = text.trim().parse::<i64>().map(Number::from).ok();
        whole.or_else(|| text.trim().parse().ok().and_then(Number::from_f64))
    };
    Ok(match node.attribute((METADATA, "type")) {
        Some("Edm.Boolean") if matches!(text.trim(), "true" | "1") => true.into(),
        Some("Edm.Boolean") if matches!(text.trim(), "false" | "0") => false.into(),
        Some("Edm.Int16" | "Edm.Int32" | "Edm.Int64" | "Edm.Double" | "Edm.Single" | "Edm.Decimal") => {
            number(&text).map_or_else(|| text.into(), Value::Number)
        }
        _ => text.into(),
    })
}

fn cut(text: &str) -> String {
    text.chars().take(60).collect()
}

fn wrong(reason: &str) -> BodyError {
    BodyError::Entry(reason.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entry(inner: &str) -> String {
        format!(
            "<?xml version='1.0' encoding='utf-8'?><entry xmlns='{ATOM}' xmlns:d='{DATA}' xmlns:m='{METADATA}'>\
             {inner}</entry>"
        )
    }

    fn properties(inner: &str) -> String {
        entry(&format!("<content type='application/xml'><m:properties>{inner}</m:properties></content>"))
    }

    #[test]
    fn values_are_read_with_their_types() {
        let body = properties(
            "<d:Title>a &lt; <![CDATA[b & c]]></d:Title><d:Empty/><d:None m:null='true'/>\
             <d:N m:type='Edm.Double'>4.5</d:N><d:I m:type='Edm.Int32'>7</d:I><d:B m:type='Edm.Boolean'>true</d:B>\
             <d:T m:type='Edm.DateTime'>2024-05-01T08:00:00</d:T><d:X m:type='Edm.Int32'>x</d:X>",
        );
        let expected = json!({"Title": "a < b & c", "Empty": "", "None": null, "N": 4.5, "I": 7, "B": true,
            "T": "2024-05-01T08:00:00", "X": "x"});
        assert_eq!(Value::from(parse(body.as_bytes()).unwrap()), expected);
        let media = entry("<m:properties><d:Title>x</d:Title></m:properties>");
        assert_eq!(Value::from(parse(media.as_bytes()).unwrap()), json!({"Title": "x"}));
    }

    #[test]
    fn a_link_that_was_read_says_nothing_and_one_that_binds_is_refused() {
        let with = |href: &str| {
            entry(&format!(
                "<link rel='{RELATED}Site' href='{href}'/><link rel='edit' href='x'/><m:properties/>"
            ))
        };
        assert!(parse(with("Pumps(1)/Site").as_bytes()).is_ok());
        let refused = parse(with("Sites(3)").as_bytes()).unwrap_err().to_string();
        assert!(refused.contains("set 'SiteId'"), "{refused}");
    }

    #[test]
    fn what_is_no_entry_is_refused() {
        let laughs = "<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><entry xmlns='http://www.w3.org/2005/Atom'>&b;</entry>";
        let deep = properties(&format!("{}{}", "<d:A>".repeat(1000), "</d:A>".repeat(1000)));
        let many = properties(&"<d:A/>".repeat(30_000));
        let attributes: String = (0..50_000).map(|i| format!(" a{i}=''")).collect();
        let wide = properties(&format!("<d:A{attributes}/>"));
        for body in [
            "",
            " ",
            "{}",
            "<entry/>",
            "<entry",
            laughs,
            &deep,
            &many,
            &wide,
            &entry(""),
            &properties("<d:A>1</d:A><d:A>2</d:A>"),
            &properties("<A xmlns='x'/>"),
            &properties("<d:A>&x;</d:A>"),
        ] {
            assert!(matches!(parse(body.as_bytes()), Err(BodyError::Entry(_))), "{body:.200}");
        }
        assert!(parse(b"\xff\xfe").is_err());
    }
}
