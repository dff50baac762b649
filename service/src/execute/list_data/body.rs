//! Bodies of writes to ListData.svc under the names of `_api`, with values as those have them.

use odata::Timestamp;
use serde_json::{Map, Value, json};
use store::{
    model::{FieldKind, List, SystemProperty},
    plan::PlanError,
};

use crate::list_data::{Column, Columns, NAMESPACE, SEPARATOR, Sets, Source};

/// The body, with every name resolved.
pub(super) fn resolve(
    sets: &Sets,
    list: &List,
    sent: &Map<String, Value>,
) -> Result<Map<String, Value>, PlanError> {
    let columns = Columns::of(list);
    let mut body = Map::with_capacity(sent.len());
    for (name, value) in sent {
        if name == "__metadata" || value.get("__deferred").is_some() {
            continue;
        }
        if let Some(column) = columns.find(name) {
            body.insert(column.api_name().to_owned(), read(column, value));
        } else if columns.navigation(sets, name).is_some() {
            return Err(PlanError::Refused {
                reason: format!("'{name}' is not written itself. Set '{name}Id' to the Id of the item."),
            });
        } else {
            let set = sets.of_list(list.id).map(|set| set.type_name()).unwrap_or_default();
            let type_name = format!("{NAMESPACE}.{set}");
            return Err(PlanError::UnknownBodyProperty { name: name.clone(), type_name });
        }
    }
    Ok(body)
}

/// A value as `_api` takes it; one that cannot be read is left, to be refused in its words.
fn read(column: &Column, sent: &Value) -> Value {
    let Some(text) = sent.as_str() else { return sent.clone() };
    let kind = match &column.source {
        Source::System(SystemProperty::Created | SystemProperty::Modified) => {
            return time(text).unwrap_or_else(|| sent.clone());
        }
        Source::System(_) => return sent.clone(),
        Source::Field(field) => field.kind.of_values(),
    };
    let members = || text.split(SEPARATOR).filter(|member| !member.is_empty());
    match kind {
        FieldKind::DateTime { .. } => time(text).unwrap_or_else(|| sent.clone()),
        FieldKind::Boolean => match text {
            "true" => true.into(),
            "false" => false.into(),
            _ => sent.clone(),
        },
        FieldKind::Url { .. } if text.is_empty() => Value::Null,
        FieldKind::Url { .. } => {
            let (url, description) = text.split_once(", ").unwrap_or((text, text));
            json!({"Url": url.trim(), "Description": description.trim()})
        }
        _ if kind.is_multiple() => members().collect::<Vec<_>>().into(),
        // An empty element is no number, no time and no Id.
        _ if text.is_empty() && !kind.is_text() => Value::Null,
        _ => sent.clone(),
    }
}

/// `/Date(1714550400000)/`, also with an offset behind it, which says nothing of the point in time.
fn time(text: &str) -> Option<Value> {
    let inner = text.strip_prefix("/Date(")?.strip_suffix(")/")?;
    let end = inner.get(1..)?.find(['+', '-']).map_or(inner.len(), |at| at + 1);
    let milliseconds: i64 = inner.get(..end)?.parse().ok()?;
    let at = Timestamp::from_unix(milliseconds.div_euclid(1000))?;
    Some(at.to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_in_time_are_milliseconds() {
        let read = |text| time(text).and_then(|v| v.as_str().map(str::to_owned));
        assert_eq!(read("/Date(1714550400000)/").as_deref(), Some("2024-05-01T08:00:00Z"));
        assert_eq!(read("/Date(1714550400999+0120)/").as_deref(), Some("2024-05-01T08:00:00Z"));
        assert_eq!(read("/Date(-1000)/").as_deref(), Some("1969-12-31T23:59:59Z"));
        for text in ["", "/Date()/", "/Date(x)/", "/Date(99999999999999999999)/", "/Date(-)/", "2024-05-01"] {
            assert_eq!(time(text), None, "{text}");
        }
    }
}
