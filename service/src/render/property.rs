//! Single values as answers of their own: properties, and what methods return.

use odata::{Format, Metadata, Protocol, path::Service};
use serde_json::{Map, Value, json};

use super::{
    Entity, Reply, View, atom,
    entity::{context_name, control, formatted_as},
    property_type::property_type,
};

/// The bits of `SP.BasePermissions`, as texts.
pub(crate) fn base_permissions((high, low): (u32, u32)) -> Value {
    json!({"High": high.to_string(), "Low": low.to_string()})
}

/// The property of an entity that a path names, with the name that it has.
pub(crate) fn named<'a>(entity: &'a Entity, name: &str) -> Option<(&'a str, &'a Value)> {
    let properties = || entity.properties.iter().map(|(n, v)| (*n, v));
    properties()
        .find(|(n, _)| *n == name)
        .or_else(|| properties().find(|(n, _)| n.eq_ignore_ascii_case(name)))
}

/// A property as an answer: `{"d":{"Title":"x"}}`, `{"value":"x"}`; objects stand bare in the light formats.
pub(crate) fn property(view: &View, name: &str, value: &Value, type_name: &'static str) -> Reply {
    let (metadata, protocol) = match view.format {
        Format::Verbose => {
            let body = json!({"d": {name: formatted_as(view.format, type_name, value)}});
            return Reply::json(200, view.format, body.to_string());
        }
        Format::Atom => {
            return Reply::json(200, view.format, atom::property(name, type_name, value));
        }
        Format::Light { metadata, protocol } => (metadata, protocol),
    };
    let mut members = Map::new();
    if metadata == Metadata::Minimal {
        let type_name = match (type_name, protocol) {
            ("Edm.DateTime", Protocol::V4) => "Edm.DateTimeOffset",
            (type_name, _) => type_name,
        };
        let context = format!("{}/$metadata#{type_name}", view.links.api());
        members.insert(context_name(protocol).into(), context.into());
    }
    match value {
        Value::Null => {
            members.insert(format!("{}null", control(protocol)), true.into());
        }
        Value::Object(own) => members.extend(own.clone()),
        value => {
            members.insert("value".into(), value.clone());
        }
    }
    Reply::json(200, view.format, Value::from(members).to_string())
}

/// The bare text of a property; nothing for null, and `None` for what has no text.
pub(crate) fn raw(value: &Value) -> Option<Reply> {
    let text = match value {
        Value::Null => return Some(Reply::new(204)),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(_) | Value::Object(_) => return None,
    };
    let reply = Reply::new(200).with("Content-Type", "text/plain;charset=utf-8");
    Some(Reply { body: text.into_bytes(), ..reply })
}

/// A number of things: `text/plain`, in every format.
pub(crate) fn count(number: impl std::fmt::Display) -> Reply {
    let reply = Reply::new(200).with("Content-Type", "text/plain;charset=utf-8");
    Reply { body: number.to_string().into_bytes(), ..reply }
}

/// What a method returns: `{"d":{"ReserveListItemId":7}}`, `{"value":7}`. Rows are objects of one type.
pub(crate) fn returned(view: &View, method: &str, rows_type: &str, value: &Value) -> Reply {
    if let (Format::Atom, Value::Array(_)) = (view.format, value) {
        let body = atom::property(method, &format!("Collection({rows_type})"), value);
        return Reply::json(200, view.format, body);
    }
    let (Format::Verbose, Value::Array(rows)) = (view.format, value) else {
        return match (view.format, value) {
            (Format::Light { metadata: Metadata::Minimal, protocol }, Value::Array(_)) => {
                let context = format!("{}/$metadata#Collection({rows_type})", view.links.api());
                let body = json!({context_name(protocol): context, "value": value});
                Reply::json(200, view.format, body.to_string())
            }
            _ => property(view, method, value, property_type(method, value)),
        };
    };
    let typed = |row: &Value| {
        let mut members = Map::from_iter([("__metadata".to_owned(), json!({"type": rows_type}))]);
        members.extend(row.as_object().cloned().unwrap_or_default());
        Value::from(members)
    };
    let results: Vec<Value> = rows.iter().map(typed).collect();
    let collection = json!({
        "__metadata": {"type": format!("Collection({rows_type})")}, "results": results
    });
    Reply::json(200, view.format, json!({"d": {method: collection}}).to_string())
}

/// A view whose answers are bare objects, for reading an entity's values back.
pub(super) fn bare(view: &View) -> View {
    let format = Format::Light { metadata: Metadata::None, protocol: Protocol::V3 };
    View { format, service: Service::Api, ..view.clone() }
}
