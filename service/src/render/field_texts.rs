//! `FieldValuesAsText` and its kin: an item's values as SharePoint shows them to people, in en-US and UTC.

use odata::{Format, Metadata, path::FieldTexts};
use serde_json::{Map, Value, json};
use store::{
    Catalog, RelatedItems,
    model::{Field, FieldKind, Item, List, Reference, UserId},
};

use super::{
    Reply, View,
    atom::{self, Types},
    context::context_url,
    entity::{context_name, control, type_of},
    field::escape_xml,
    item::light_values,
    links::item_link,
};

/// What stands for that which Ids refer to, where it is there.
struct Names<'a> {
    /// The display name of a user.
    persons: &'a dyn Fn(i64) -> Option<String>,
    /// The text of an item that a Lookup field refers to.
    items: &'a dyn Fn(&Field, i64) -> Option<String>,
}

/// An item whose values are told as texts.
pub(crate) struct TextsOf<'a> {
    pub(crate) catalog: &'a Catalog,
    pub(crate) list: &'a List,
    pub(crate) item: &'a Item,
    /// The items that its Lookup fields refer to.
    pub(crate) related: &'a RelatedItems,
}

const TYPE: &str = "SP.FieldStringValues";

/// The texts of an item's values as an answer; `selected` are the names that are asked for, or none for all.
pub(crate) fn field_texts(view: &View, of: &TextsOf<'_>, texts: FieldTexts, selected: &[String]) -> Reply {
    if view.format == Format::Atom {
        let body = atom::rendered(view, Types::default(), String::new, |view| {
            json!({"d": field_text_members(view, of, texts, selected, true)}).to_string()
        });
        return Reply::json(200, view.format, body);
    }
    let members = field_text_members(view, of, texts, selected, true);
    let body = match view.format {
        Format::Verbose | Format::Atom => json!({"d": members}).to_string(),
        Format::Light { .. } => Value::from(members).to_string(),
    };
    Reply::json(200, view.format, body)
}

/// The texts of an item's values; `whole` says whether they are the whole answer.
pub(super) fn field_text_members(
    view: &View,
    of: &TextsOf<'_>,
    texts: FieldTexts,
    selected: &[String],
    whole: bool,
) -> Map<String, Value> {
    let TextsOf { list, item, .. } = *of;
    let name = match texts {
        FieldTexts::Text => "FieldValuesAsText",
        FieldTexts::Html => "FieldValuesAsHtml",
        FieldTexts::Edit => "FieldValuesForEdit",
    };
    let link = format!("{}/{name}", item_link(list, item.id));
    let uri = view.links.absolute(&link);
    let mut members = Map::new();
    match view.format {
        Format::Verbose | Format::Atom => {
            members.insert("__metadata".into(), json!({"id": uri, "uri": uri, "type": TYPE}));
        }
        Format::Light { metadata: Metadata::Minimal, protocol } => {
            let context = context_url(view, protocol, "SP.ApiData.FieldStringValues", true, None);
            if whole {
                members.insert(context_name(protocol).into(), context.into());
            }
            let prefix = control(protocol);
            members.insert(format!("{prefix}type"), type_of(protocol, TYPE).into());
            members.insert(format!("{prefix}id"), uri.into());
            members.insert(format!("{prefix}editLink"), link.into());
        }
        Format::Light { .. } => {}
    }
    for (name, text) in all_of(view, of, texts) {
        // SharePoint writes `_` as `_x005f_` here; the name that the property has elsewhere is there too.
        let encoded = encoded(&name);
        let plain = if name.starts_with('_') { format!("OData_{name}") } else { name };
        for name in [Some(&encoded), Some(&plain).filter(|p| **p != encoded)].into_iter().flatten() {
            if selected.is_empty() || selected.contains(name) {
                members.insert(name.clone(), text.as_str().into());
            }
        }
    }
    members
}

/// The texts of an item's values by InternalName, without any markup.
pub(super) fn plain_texts(view: &View, of: &TextsOf<'_>) -> Vec<(String, String)> {
    all_of(view, of, FieldTexts::Text)
}

/// The texts of an item's values by InternalName.
fn all_of(view: &View, of: &TextsOf<'_>, texts: FieldTexts) -> Vec<(String, String)> {
    let TextsOf { catalog, list, item, related } = *of;
    let own = light_values(view, catalog, list, item);
    let persons = |id| catalog.user(UserId(id)).map(|user| user.title.clone());
    let items = |field: &Field, id| {
        let FieldKind::Lookup { list, field: shown, .. } = &field.kind else { return None };
        let list = catalog.list_by_guid(*list)?;
        let values = light_values(view, catalog, list, related.get(&(list.id, id))?);
        Some(field_text(list, shown, &values, texts))
    };
    let names = Names { persons: &persons, items: &items };
    all(list, item, &own, texts, &names)
}

/// The text of one field or property of an item, by InternalName.
pub(super) fn field_text(
    list: &List,
    internal_name: &str,
    values: &Map<String, Value>,
    texts: FieldTexts,
) -> String {
    let held = |name: &str| values.get(name).unwrap_or(&Value::Null);
    match list.fields.iter().find(|field| field.internal_name == internal_name) {
        Some(field) => spell(field, held(&field.property_name), texts),
        None => plain(held(internal_name)),
    }
}

/// The texts by InternalName.
fn all(
    list: &List,
    item: &Item,
    values: &Map<String, Value>,
    texts: FieldTexts,
    names: &Names<'_>,
) -> Vec<(String, String)> {
    let held = |name: &str| values.get(name).unwrap_or(&Value::Null);
    let person = |id: i64| escaped(&(names.persons)(id).unwrap_or_else(|| id.to_string()), texts);
    let mut all = vec![("ContentTypeId".to_owned(), plain(held("ContentTypeId")))];
    for field in &list.fields {
        // A field whose values are Ids has them under a name of their own.
        let ids = format!("{}Id", field.property_name);
        let value = values.get(&field.property_name).or_else(|| values.get(&ids)).unwrap_or(&Value::Null);
        let text = match field.kind.reference() {
            Some(reference) => {
                let ids = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
                let named = ids.iter().filter_map(Value::as_i64).filter_map(|id| match reference {
                    Reference::Users => Some(person(id)),
                    Reference::Items(_) => (names.items)(field, id),
                });
                named.collect::<Vec<_>>().join("; ")
            }
            None => spell(field, value, texts),
        };
        all.push((field.internal_name.clone(), text));
    }
    let number = item.version.number();
    all.extend([
        ("ID".to_owned(), item.id.0.to_string()),
        ("Modified".into(), date(&item.modified.to_string(), false)),
        ("Created".into(), date(&item.created.to_string(), false)),
        ("Author".into(), person(item.author.0)),
        ("Editor".into(), person(item.editor.0)),
        ("_UIVersionString".into(), format!("{number}.0")),
        ("_UIVersion".into(), number.saturating_mul(512).to_string()),
        ("owshiddenversion".into(), number.to_string()),
        ("Attachments".into(), if *held("Attachments") == true { "True" } else { "False" }.into()),
        ("GUID".into(), item.guid.to_string()),
        ("FSObjType".into(), "0".into()),
    ]);
    all
}

/// A value as it is, for what has no field.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// A value of a field as people read it.
pub(super) fn spell(field: &Field, value: &Value, texts: FieldTexts) -> String {
    match (field.kind.of_values(), value) {
        (_, Value::Null) => String::new(),
        (FieldKind::DateTime { date_only }, Value::String(at)) => date(at, *date_only),
        (FieldKind::Number { decimals, percentage, .. }, Value::Number(n)) => {
            number(n.as_f64().unwrap_or_default(), *decimals, *percentage, texts)
        }
        (FieldKind::Note { rich_text: true, .. }, Value::String(html)) => html.clone(),
        (FieldKind::Note { .. }, Value::String(text)) if texts == FieldTexts::Html => {
            escaped(text, texts).replace("\r\n", "\n").replace('\n', "<br>")
        }
        (_, Value::String(text)) => escaped(text, texts),
        (_, Value::Bool(yes)) => if *yes { "Yes" } else { "No" }.into(),
        (_, Value::Number(n)) => number(n.as_f64().unwrap_or_default(), -1, false, texts),
        (_, Value::Array(members)) => {
            let members = || members.iter().map(|m| spell(field, m, texts));
            match texts {
                FieldTexts::Edit => format!(";#{}", members().map(|m| m + ";#").collect::<String>()),
                _ => members().collect::<Vec<_>>().join(", "),
            }
        }
        (_, Value::Object(link)) => {
            let part = |name: &str| link.get(name).and_then(Value::as_str).unwrap_or_default();
            let (url, words) = (escaped(part("Url"), texts), escaped(part("Description"), texts));
            match texts {
                // Only what a click cannot run is a link.
                FieldTexts::Html if url.starts_with("http://") || url.starts_with("https://") => {
                    format!("<a href=\"{url}\">{words}</a>")
                }
                _ => format!("{url}, {words}"),
            }
        }
    }
}

fn escaped(text: &str, texts: FieldTexts) -> String {
    if texts == FieldTexts::Html { escape_xml(text) } else { text.to_owned() }
}

/// `2024-05-01T20:05:00Z` as `5/1/2024 8:05 PM`.
pub(super) fn date(iso: &str, date_only: bool) -> String {
    let part =
        |from: usize, to: usize| iso.get(from..to).and_then(|p| p.parse::<u32>().ok()).unwrap_or_default();
    let day = format!("{}/{}/{}", part(5, 7), part(8, 10), part(0, 4));
    if date_only {
        return day;
    }
    let (hour, half) = match part(11, 13) {
        hour @ 0..12 => (hour, "AM"),
        hour => (hour - 12, "PM"),
    };
    format!("{day} {}:{:02} {half}", if hour == 0 { 12 } else { hour }, part(14, 16))
}

/// A number with its decimals, in groups of three digits but where it is edited.
fn number(number: f64, decimals: i32, percentage: bool, texts: FieldTexts) -> String {
    let shown = if percentage { number * 100.0 } else { number };
    let digits = match usize::try_from(decimals) {
        Ok(decimals) => format!("{:.decimals$}", shown.abs()),
        // As many decimals as there are, but for those that a product of doubles brings.
        Err(_) => {
            let rounded = format!("{:.10}", shown.abs());
            let rounded = rounded.trim_end_matches('0').trim_end_matches('.');
            if percentage { rounded.to_owned() } else { shown.abs().to_string() }
        }
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let mut out =
        String::from(if shown < 0.0 && digits.bytes().any(|b| matches!(b, b'1'..=b'9')) { "-" } else { "" });
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 && texts != FieldTexts::Edit {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.extend([".", fraction]);
    }
    if percentage {
        out.push('%');
    }
    out
}

/// A name as `FieldValuesAsText` has it: `Max_x0020_load` is `Max_x005f_x0020_x005f_load`.
fn encoded(internal_name: &str) -> String {
    let prefix = if internal_name.starts_with('_') { "OData_" } else { "" };
    format!("{prefix}{}", internal_name.replace('_', "_x005f_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_numbers_are_spelt_as_in_the_united_states() {
        assert_eq!(date("2024-05-01T00:00:00Z", true), "5/1/2024");
        assert_eq!(date("2024-05-01T00:05:00Z", false), "5/1/2024 12:05 AM");
        assert_eq!(date("2018-12-23T12:00:00Z", false), "12/23/2018 12:00 PM");
        assert_eq!(date("2018-12-23T22:15:59Z", false), "12/23/2018 10:15 PM");
        let text = |n, decimals, percentage| number(n, decimals, percentage, FieldTexts::Text);
        assert_eq!(text(1_234_567.5, -1, false), "1,234,567.5");
        assert_eq!(text(-1234.0, 2, false), "-1,234.00");
        assert_eq!(text(-0.001, 2, false), "0.00");
        assert_eq!(text(999.0, -1, false), "999");
        assert_eq!(text(0.07, -1, true), "7%");
        assert_eq!(number(1234.5, -1, false, FieldTexts::Edit), "1234.5");
        assert_eq!(encoded("_UIVersion"), "OData__x005f_UIVersion");
        assert_eq!(encoded("Max_x0020_load"), "Max_x005f_x0020_x005f_load");
    }
}
