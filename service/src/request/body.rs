//! Bodies: JSON, and where it is read, Atom.

use odata::{BodyTypeError, check_body_type, is_xml_body};
use serde_json::{Map, Value, error::Category};

use super::entry_xml;

/// A body with what the client says of it.
pub(crate) struct Body<'a> {
    pub(crate) content_type: Option<&'a str>,
    /// `SOAPAction`.
    pub(crate) soap_action: Option<&'a str>,
    /// Whether it may be an Atom entry.
    pub(crate) may_be_entry: bool,
    pub(crate) bytes: &'a [u8],
}

/// Why a body cannot be read. The messages begin with SharePoint's words.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyError {
    #[error(transparent)]
    Type(#[from] BodyTypeError),
    #[error(
        "A node of type 'EndOfInput' was read from the JSON reader when trying to read the start of an entry. A 'StartObject' node was expected."
    )]
    Empty,
    #[error("Invalid JSON. A token was not recognized in the JSON content. {0}")]
    Syntax(String),
    #[error(
        "A node of type '{0}' was read from the JSON reader when trying to read the start of an entry. A 'StartObject' node was expected."
    )]
    NotAnObject(&'static str),
    /// A parameter of a method that is not there, or is of another type.
    #[error("The parameter {name} has to be {expected}.")]
    Parameter { name: &'static str, expected: &'static str },
    #[error(
        "The property '{name}' does not exist on type '{type_name}'. Make sure to only use property names that are defined by the type."
    )]
    UnknownMember { name: String, type_name: &'static str },
    /// `SchemaXml` of a field.
    #[error("The XML of the field cannot be used: {0}.")]
    Schema(String),
    /// An Atom entry.
    #[error("Error processing request stream. The entry cannot be read: {0}.")]
    Entry(String),
    /// What a method of a view takes.
    #[error("The view cannot be changed so: {0}.")]
    View(String),
}

impl Body<'_> {
    /// The object that the body holds. Older clients wrap it as `{"d":{…}}`.
    pub(crate) fn object(&self) -> Result<Map<String, Value>, BodyError> {
        if self.may_be_entry && is_xml_body(self.content_type) {
            return entry_xml::parse(self.bytes);
        }
        let content = self.bytes.trim_ascii();
        // The type of a body that is not there says nothing.
        if content.is_empty() && self.content_type.is_none_or(|t| check_body_type(Some(t)).is_ok()) {
            return Err(BodyError::Empty);
        }
        check_body_type(self.content_type)?;
        let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
        let value = serde_json::from_slice(content).map_err(|error| match error.classify() {
            Category::Eof if content.is_empty() => BodyError::Empty,
            _ => BodyError::Syntax(format!("({error})")),
        })?;
        let mut object = match value {
            Value::Object(object) => object,
            Value::Array(_) => return Err(BodyError::NotAnObject("StartArray")),
            _ => return Err(BodyError::NotAnObject("PrimitiveValue")),
        };
        if object.len() == 1
            && object.get("d").is_some_and(Value::is_object)
            && let Some(Value::Object(wrapped)) = object.remove("d")
        {
            return Ok(wrapped);
        }
        Ok(object)
    }

    /// The object under `parameters`, or the whole where there is none such.
    pub(crate) fn parameters(&self) -> Result<Map<String, Value>, BodyError> {
        let mut object = self.object()?;
        match object.remove("parameters") {
            Some(Value::Object(parameters)) => Ok(parameters),
            Some(other) => {
                object.insert("parameters".into(), other);
                Ok(object)
            }
            None => Ok(object),
        }
    }
}
