//! The texts of `<Field>` become the body that `_api` takes.

use serde_json::{Map, Value, json};
use store::{
    Catalog,
    model::{Field, FieldKind, List},
};

/// The body, by the names of `_api`. A field that is not there keeps its name, and a text that cannot be read stays
/// one, to be refused in the words of `_api`.
pub(super) fn resolve(users: &Catalog, list: &List, fields: &[(String, String)]) -> Map<String, Value> {
    let find = |name: &str| list.fields.iter().find(|field| field.internal_name == *name);
    let value = |(name, text): &(String, String)| match find(name) {
        Some(field) => (field.property_name.clone(), read(users, field, text)),
        None => (name.clone(), text.as_str().into()),
    };
    fields.iter().map(value).collect()
}

fn read(users: &Catalog, field: &Field, text: &str) -> Value {
    if text.is_empty() {
        return Value::Null;
    }
    let bare = text.trim();
    match field.kind.of_values() {
        FieldKind::Boolean => match bare.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "-1" => true.into(),
            "0" | "false" | "no" => false.into(),
            _ => text.into(),
        },
        FieldKind::Integer(_) | FieldKind::Number { .. } | FieldKind::Currency { .. } => number(bare),
        FieldKind::DateTime { .. } => time(bare).into(),
        FieldKind::MultiChoice(_) => {
            bare.split(";#").filter(|part| !part.is_empty()).collect::<Vec<_>>().into()
        }
        FieldKind::Url { .. } => {
            let (url, description) = split_url(bare);
            json!({"Url": url, "Description": description})
        }
        FieldKind::Guid => bare.trim_matches(['{', '}']).into(),
        FieldKind::Lookup { multiple, .. } => referred(bare, *multiple, |_| None),
        FieldKind::User { multiple, .. } => referred(bare, *multiple, |login| {
            users.user_by_login(login).or_else(|| users.user_by_email(login)).map(|user| user.id.0)
        }),
        _ => text.into(),
    }
}

/// `5`, `5;#North`, `5;#North;#6;#South`. A person may be `-1;#login`.
fn referred(text: &str, multiple: bool, find: impl Fn(&str) -> Option<i64>) -> Value {
    let parts: Vec<_> = text.split(";#").collect();
    let one = |pair: &[&str]| {
        let id = pair.first().map(|id| id.trim())?;
        Some(match id.parse::<i64>() {
            Ok(-1) => find(pair.get(1)?.trim()).map_or_else(|| id.into(), Value::from),
            Ok(id) => id.into(),
            Err(_) => id.into(),
        })
    };
    let ids: Vec<Value> =
        parts.chunks(2).filter(|pair| pair.iter().any(|part| !part.is_empty())).filter_map(one).collect();
    match multiple {
        true => ids.into(),
        false if ids.len() > 1 => text.into(),
        false => ids.into_iter().next().unwrap_or(Value::Null),
    }
}

fn number(text: &str) -> Value {
    // What is beyond these is a number of no field.
    const WHOLE: f64 = 9_007_199_254_740_992.0;
    if let Ok(whole) = text.parse::<i64>() {
        return whole.into();
    }
    match text.parse::<f64>() {
        Ok(n) if n.fract() == 0.0 && n.abs() < WHOLE => {
            format!("{n:.0}").parse::<i64>().map_or(n.into(), Value::from)
        }
        Ok(n) if n.is_finite() => n.into(),
        _ => text.into(),
    }
}

/// `2024-05-01 08:00:00` is a point in time too.
fn time(text: &str) -> String {
    let text = text.replacen(' ', "T", 1);
    let has_zone = text.get(10..).is_none_or(|rest| rest.is_empty() || rest.contains(['Z', 'z', '+', '-']));
    if has_zone { text } else { text + "Z" }
}

/// `https://x.test/, X`; a comma in the address is doubled.
fn split_url(text: &str) -> (String, String) {
    let (url, description) = text.split_once(", ").unwrap_or((text, text));
    (url.trim().replace(",,", ","), description.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_values() {
        let none = |_: &str| None;
        assert_eq!(referred("5", false, none), json!(5));
        assert_eq!(referred("5;#North", false, none), json!(5));
        assert_eq!(referred("5;#North;#6;#South", true, none), json!([5, 6]));
        assert_eq!(referred("5;#;#6;#", true, none), json!([5, 6]));
        assert_eq!(referred("-1;#ann", false, |login| (login == "ann").then_some(7)), json!(7));
        assert_eq!(referred("North", false, none), json!("North"));
        assert_eq!(referred("5;#a;#6;#b", false, none), json!("5;#a;#6;#b"));
        assert_eq!((number("4.50000000000000"), number("42.0000000000000")), (json!(4.5), json!(42)));
        assert_eq!((number("x"), number("1e999")), (json!("x"), json!("1e999")));
        assert_eq!(time("2024-05-01 08:00:00"), "2024-05-01T08:00:00Z");
        assert_eq!(time("2024-05-01T08:00:00+02:00"), "2024-05-01T08:00:00+02:00");
        assert_eq!(time("2024-05-01"), "2024-05-01");
        assert_eq!(split_url("https://x/?a,,b, X, Y"), ("https://x/?a,b".into(), "X, Y".into()));
    }
}
