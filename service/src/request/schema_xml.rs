//! A field as XML, which `CreateFieldAsXml` takes: `<Field Type="Text" Name="Code" DisplayName="Code" />`.
//!
//! It becomes the properties that `POST fields` takes. As in SharePoint, attributes that a type does not have
//! are ignored; a type that is not there is refused by its number. Documents with a DTD are refused, so that
//! there are no entities but XML's own.

use odata::Uuid;
use roxmltree::{Document, Node, ParsingOptions};
use serde_json::{Map, Value};

use super::BodyError;

/// How many nodes a field's XML may have, and how deep they may stand.
const NODES: u32 = 5_000;
const DEPTH: usize = 8;

/// A field that was sent as XML.
#[derive(Debug)]
pub(crate) struct SchemaXml {
    /// The properties, as `POST fields` has them.
    pub(crate) properties: Map<String, Value>,
    /// The InternalName that is asked for.
    pub(crate) name: Option<String>,
    /// The GUID that is asked for.
    pub(crate) id: Option<Uuid>,
}

/// The types that have a number.
const TYPES: [(&str, u32); 18] = [
    ("Integer", 1),
    ("Text", 2),
    ("Note", 3),
    ("DateTime", 4),
    ("Counter", 5),
    ("Choice", 6),
    ("Lookup", 7),
    ("LookupMulti", 7),
    ("Boolean", 8),
    ("Number", 9),
    ("Currency", 10),
    ("URL", 11),
    ("Computed", 12),
    ("Guid", 14),
    ("MultiChoice", 15),
    ("Calculated", 17),
    ("User", 20),
    ("UserMulti", 20),
];

/// The types up to Number by number, of which formulas give some.
const RESULT_TYPES: [&str; 10] =
    ["Invalid", "Integer", "Text", "Note", "DateTime", "Counter", "Choice", "Lookup", "Boolean", "Number"];

/// What an attribute's text becomes.
#[derive(Clone, Copy)]
enum As {
    Text,
    Bool,
    Int,
    Number,
    /// One of these words, which stand for 0, 1 …
    Word(&'static [&'static str]),
}

/// Attributes that every type has, with the properties that they set.
const COMMON: &[(&str, &str, As)] = &[
    ("Required", "Required", As::Bool),
    ("Indexed", "Indexed", As::Bool),
    ("EnforceUniqueValues", "EnforceUniqueValues", As::Bool),
    ("Description", "Description", As::Text),
    ("Group", "Group", As::Text),
    ("Hidden", "Hidden", As::Bool),
    ("ReadOnly", "ReadOnlyField", As::Bool),
    ("CustomFormatter", "CustomFormatter", As::Text),
];

fn attributes_of(type_name: &str) -> &'static [(&'static str, &'static str, As)] {
    match type_name {
        "Text" => &[("MaxLength", "MaxLength", As::Int)],
        "Note" => &[
            ("NumLines", "NumberOfLines", As::Int),
            ("RichText", "RichText", As::Bool),
            ("AppendOnly", "AppendOnly", As::Bool),
        ],
        "DateTime" => &[("Format", "DisplayFormat", As::Word(&["DateOnly", "DateTime"]))],
        "Choice" => &[
            ("FillInChoice", "FillInChoice", As::Bool),
            ("Format", "EditFormat", As::Word(&["Dropdown", "RadioButtons"])),
        ],
        "MultiChoice" => &[("FillInChoice", "FillInChoice", As::Bool)],
        "Number" => &[
            ("Min", "MinimumValue", As::Number),
            ("Max", "MaximumValue", As::Number),
            ("Decimals", "DisplayFormat", As::Int),
            ("Percentage", "ShowAsPercentage", As::Bool),
        ],
        "Integer" => &[("Min", "MinimumValue", As::Number), ("Max", "MaximumValue", As::Number)],
        "Currency" => &[
            ("Min", "MinimumValue", As::Number),
            ("Max", "MaximumValue", As::Number),
            ("Decimals", "DisplayFormat", As::Int),
            ("LCID", "CurrencyLocaleId", As::Int),
        ],
        "URL" => &[("Format", "DisplayFormat", As::Word(&["Hyperlink", "Image"]))],
        "Lookup" | "LookupMulti" => &[
            ("List", "LookupList", As::Text),
            ("ShowField", "LookupField", As::Text),
            ("Mult", "AllowMultipleValues", As::Bool),
            ("FieldRef", "PrimaryFieldId", As::Text),
        ],
        "Calculated" => &[("ResultType", "OutputType", As::Word(&RESULT_TYPES))],
        "User" | "UserMulti" => &[
            ("Mult", "AllowMultipleValues", As::Bool),
            ("UserSelectionMode", "SelectionMode", As::Word(&["PeopleOnly", "PeopleAndGroups"])),
        ],
        _ => &[],
    }
}

impl SchemaXml {
    /// Reads the member `SchemaXml` of a body's parameters.
    pub(crate) fn parse(parameters: &Map<String, Value>) -> Result<Self, BodyError> {
        let text = parameters.get("SchemaXml").and_then(Value::as_str);
        let text = text.ok_or_else(|| wrong("the body needs SchemaXml, a text"))?;
        Self::read(text)
    }

    fn read(text: &str) -> Result<Self, BodyError> {
        let text = text.trim();
        odata::check_xml(text, DEPTH).map_err(|reason| wrong(&reason))?;
        let options = ParsingOptions { nodes_limit: NODES, ..ParsingOptions::default() };
        let document = Document::parse_with_options(text, options).map_err(|e| wrong(&e.to_string()))?;
        let field = document.root_element();
        if !field.has_tag_name("Field") {
            return Err(wrong("its root is not <Field>"));
        }
        let type_name = field.attribute("Type").ok_or_else(|| wrong("it has no Type"))?;
        let known = TYPES.iter().find(|(name, _)| name.eq_ignore_ascii_case(type_name));
        let (type_name, number) =
            *known.ok_or_else(|| wrong(&format!("the Type '{}' is not supported", cut(type_name))))?;
        let name = field.attribute("Name").or_else(|| field.attribute("StaticName"));
        let name = name.map(str::trim).filter(|n| !n.is_empty());
        let title = field.attribute("DisplayName").or(name);
        let title = title.ok_or_else(|| wrong("it has neither DisplayName nor Name"))?;
        let mut properties = Map::new();
        properties.insert("Title".into(), title.into());
        properties.insert("FieldTypeKind".into(), number.into());
        if type_name.ends_with("Multi") {
            properties.insert("AllowMultipleValues".into(), true.into());
        }
        for (attribute, property, kind) in COMMON.iter().chain(attributes_of(type_name)) {
            if let Some(text) = field.attribute(*attribute) {
                properties.insert((*property).to_owned(), value(attribute, text, *kind)?);
            }
        }
        read_children(field, type_name, &mut properties)?;
        let id = match field.attribute("ID") {
            None => None,
            Some(id) => Some(Uuid::try_parse(id.trim()).map_err(|_| wrong("its ID is no GUID"))?),
        };
        Ok(Self { properties, name: name.map(str::to_owned), id })
    }
}

fn read_children(
    field: Node<'_, '_>,
    type_name: &str,
    properties: &mut Map<String, Value>,
) -> Result<(), BodyError> {
    for child in field.children().filter(Node::is_element) {
        let text = child.text().unwrap_or_default();
        match child.tag_name().name() {
            "CHOICES" if matches!(type_name, "Choice" | "MultiChoice") => {
                let choices = child.children().filter(|c| c.has_tag_name("CHOICE"));
                let choices: Vec<Value> = choices.map(|c| c.text().unwrap_or_default().into()).collect();
                properties.insert("Choices".into(), choices.into());
            }
            "Default" => {
                properties.insert("DefaultValue".into(), text.into());
            }
            "Formula" if type_name == "Calculated" => {
                properties.insert("Formula".into(), text.into());
            }
            "Validation" => return Err(wrong("validation formulas are not supported")),
            _ => {}
        }
    }
    Ok(())
}

fn value(attribute: &str, text: &str, kind: As) -> Result<Value, BodyError> {
    let text = text.trim();
    let found = match kind {
        As::Text => Some(text.into()),
        As::Bool => match text.to_ascii_uppercase().as_str() {
            "TRUE" | "1" => Some(true.into()),
            "FALSE" | "0" => Some(false.into()),
            _ => None,
        },
        As::Int => text.parse::<i64>().ok().map(Value::from),
        As::Number => text.parse::<f64>().ok().filter(|n| n.is_finite()).map(Value::from),
        As::Word(words) => words.iter().position(|w| w.eq_ignore_ascii_case(text)).map(Value::from),
    };
    found.ok_or_else(|| wrong(&format!("{attribute} cannot be '{}'", cut(text))))
}

fn cut(text: &str) -> String {
    text.chars().take(60).collect()
}

fn wrong(reason: &str) -> BodyError {
    BodyError::Schema(reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(xml: &str, reason: &str) {
        let found = SchemaXml::read(xml).map(|f| f.properties).unwrap_err().to_string();
        assert!(found.contains(reason), "{found}");
    }

    #[test]
    fn attributes_and_children_become_properties() {
        let xml = "<Field Type='choice' ID='{7c1d0b52-0000-4000-8000-0000000000ab}' Name='Pump_x0020_state' \
                   DisplayName='Pump &amp; state' Required='TRUE' Format='RadioButtons' MaxLength='9' Whatever='1'>\
                   <CHOICES><CHOICE>on</CHOICE><CHOICE>off &lt;</CHOICE></CHOICES><Default>on</Default></Field>";
        let field = SchemaXml::read(xml).unwrap();
        assert_eq!(field.name.as_deref(), Some("Pump_x0020_state"));
        assert!(field.id.is_some());
        let expected = serde_json::json!({
            "Title": "Pump & state", "FieldTypeKind": 6, "Required": true, "EditFormat": 1,
            "Choices": ["on", "off <"], "DefaultValue": "on",
        });
        assert_eq!(Value::from(field.properties), expected);
    }

    #[test]
    fn what_is_no_field_is_refused() {
        refused("", "cannot be used");
        refused("<Field Type='Text'", "cannot be used");
        refused("<View Type='Text' Name='A'/>", "<Field>");
        refused("<Field Name='A'/>", "no Type");
        refused("<Field Type='TaxonomyFieldType' Name='A'/>", "TaxonomyFieldType");
        refused("<Field Type='Text'/>", "neither");
        refused("<Field Type='Text' Name='A' Required='perhaps'/>", "Required");
        refused("<Field Type='Text' Name='A' ID='x'/>", "GUID");
        refused(
            "<!DOCTYPE f [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><Field Type='Text' Name='&e;'/>",
            "DTD",
        );
        let deep =
            format!("<Field Type='Text' Name='A'>{}{}</Field>", "<a>".repeat(2000), "</a>".repeat(2000));
        refused(&deep, "cannot be used");
        let many = format!("<Field Type='Text' Name='A'>{}</Field>", "<a/>".repeat(6000));
        refused(&many, "cannot be used");
    }
}
