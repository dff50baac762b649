//! Rows as `RenderListDataAsStream` gives them: what a page would show, each value a text, in en-US and UTC.

use odata::{path::FieldTexts, query::SkipToken};
use serde_json::{Map, Value, json};
use store::{
    Catalog, RelatedItems,
    model::{Field, FieldKind, Item, List, Site, UserId},
    plan::ViewField,
};

use super::{
    View,
    content_type::folder_url,
    field_texts::{date, field_text, spell},
    item::light_values,
    row_schema::schema,
};

/// What rows are rendered with.
pub(crate) struct Rows<'a> {
    pub(crate) view: &'a View,
    pub(crate) catalog: &'a Catalog,
    pub(crate) site: &'a Site,
    pub(crate) list: &'a List,
    /// The items that the Lookup fields refer to.
    pub(crate) related: &'a RelatedItems,
    /// What is shown of a row.
    pub(crate) fields: &'a [ViewField],
    /// The caller's permissions, high and low.
    pub(crate) permissions: (u32, u32),
}

/// What is told of the page.
pub(crate) struct RowsShown {
    /// The number of its first row.
    pub(crate) first_row: u32,
    pub(crate) row_limit: u32,
    /// Where the next page begins.
    pub(crate) next: Option<SkipToken>,
    /// Where the page before ends.
    pub(crate) previous: Option<SkipToken>,
    /// The filters of the URL.
    pub(crate) filter_link: String,
    /// `RenderOptions`.
    pub(crate) options: u32,
}

/// `RenderOptions`: the rows.
const DATA: u32 = 2;
/// `RenderOptions`: what fields the rows have.
const SCHEMA: u32 = 4;

const NO_VIEW: &str = "00000000-0000-0000-0000-000000000000";

/// The whole answer as JSON text.
pub(crate) fn rows(rows: &Rows<'_>, items: &[Item], shown: &RowsShown) -> String {
    let data = || page(rows, items, shown);
    let only_data = shown.options & !DATA == 0;
    let answer = if only_data {
        data()
    } else {
        let mut parts = Map::new();
        if shown.options & DATA != 0 {
            parts.insert("ListData".into(), data());
        }
        if shown.options & SCHEMA != 0 {
            parts.insert("ListSchema".into(), schema(rows));
        }
        Value::from(parts)
    };
    // As SharePoint has it, so that the text may stand within a page's script.
    answer.to_string().replace('/', "\\u002f")
}

fn page(rows: &Rows<'_>, items: &[Item], shown: &RowsShown) -> Value {
    let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
    let last_row = shown.first_row.saturating_add(count).saturating_sub(1);
    let mask = mask(rows.permissions);
    let href = |token: &SkipToken, first_row: u32| {
        Value::from(format!("?{token}&PageFirstRow={first_row}&View={NO_VIEW}"))
    };
    let mut page = Map::new();
    page.insert("Row".into(), items.iter().map(|item| row(rows, item, &mask)).collect());
    page.insert("FirstRow".into(), shown.first_row.into());
    page.insert("FolderPermissions".into(), mask.as_str().into());
    page.insert("LastRow".into(), last_row.into());
    page.insert("RowLimit".into(), shown.row_limit.into());
    if let Some(token) = &shown.next {
        page.insert("NextHref".into(), href(token, last_row.saturating_add(1)));
    }
    if let Some(token) = &shown.previous {
        let first_row = shown.first_row.saturating_sub(shown.row_limit).max(1);
        page.insert("PrevHref".into(), href(token, first_row));
    }
    page.insert("FilterLink".into(), shown.filter_link.as_str().into());
    page.insert("ForceNoHierarchy".into(), "1".into());
    page.insert("HierarchyHasIndention".into(), "".into());
    page.insert("CurrentFolderSpItemUrl".into(), "".into());
    page.into()
}

/// `0xb008431061`.
fn mask((high, low): (u32, u32)) -> String {
    format!("0x{:x}", u64::from(high) << 32 | u64::from(low))
}

fn row(rows: &Rows<'_>, item: &Item, mask: &str) -> Value {
    let Rows { view, catalog, list, .. } = *rows;
    let leaf = format!("{}_.000", item.id.0);
    let mut row = Map::new();
    let mut put = |name: &str, value: Value| {
        row.insert(name.to_owned(), value);
    };
    put("ID", item.id.0.to_string().into());
    put("PermMask", mask.into());
    put("FSObjType", "0".into());
    put("UniqueId", braced(&item.guid.to_string()));
    put("ContentTypeId", list.content_type_id().into());
    put("FileRef", format!("{}/{leaf}", folder_url(rows.site, list)).into());
    put("owshiddenversion", item.version.number().to_string().into());
    let values = light_values(view, catalog, list, item);
    for field in rows.fields {
        match field {
            ViewField::Own(field) => put_field(rows, &mut put, field, &values),
            ViewField::Common(name) => match name.as_str() {
                "Modified" | "Last_x0020_Modified" => {
                    put_time(&mut put, name, &item.modified.to_string(), false)
                }
                "Created" | "Created_x0020_Date" => {
                    put_time(&mut put, name, &item.created.to_string(), false)
                }
                "Author" => put(name, persons(catalog, &[item.author.0])),
                "Editor" => put(name, persons(catalog, &[item.editor.0])),
                "GUID" => put(name, braced(&item.guid.to_string())),
                "FileLeafRef" => put(name, leaf.as_str().into()),
                "FileDirRef" => put(name, folder_url(rows.site, list).into()),
                "ContentType" => put(name, "Item".into()),
                "Attachments" | "_ModerationStatus" | "ItemChildCount" | "FolderChildCount" => {
                    put(name, "0".into())
                }
                "_UIVersion" => put(name, item.version.number().saturating_mul(512).to_string().into()),
                "_UIVersionString" => put(name, format!("{}.0", item.version.number()).into()),
                // What an item of ours has not, and what stands in each row anyway.
                _ => {}
            },
        }
    }
    row.into()
}

/// The value of a field of the list, and what stands beside it.
fn put_field(rows: &Rows<'_>, put: &mut impl FnMut(&str, Value), field: &Field, values: &Map<String, Value>) {
    let name = &*field.internal_name;
    let value = values.get(&field.property_name).unwrap_or(&Value::Null);
    match (field.kind.of_values(), value) {
        (FieldKind::User { multiple, .. }, value) => {
            put(name, several(persons(rows.catalog, &ids(value)), *multiple));
        }
        (FieldKind::Lookup { multiple, .. }, value) => {
            put(name, several(lookups(rows, field, &ids(value)), *multiple));
        }
        (FieldKind::MultiChoice(_), Value::Null) => put(name, Value::Array(Vec::new())),
        (FieldKind::MultiChoice(_), value) => put(name, value.clone()),
        (FieldKind::Url { .. }, value) => {
            let part = |part: &str| value.get(part).and_then(Value::as_str).unwrap_or_default();
            put(name, part("Url").into());
            put(&format!("{name}.desc"), part("Description").into());
        }
        (FieldKind::Boolean, value) => {
            put(name, spell(field, value, FieldTexts::Text).into());
            let number = value.as_bool().map(|yes| if yes { "1" } else { "0" });
            put(&format!("{name}.value"), number.unwrap_or_default().into());
        }
        (FieldKind::DateTime { date_only }, value) => {
            put_time(put, name, value.as_str().unwrap_or_default(), *date_only);
        }
        (FieldKind::Integer(_) | FieldKind::Number { .. } | FieldKind::Currency { .. }, value) => {
            put(name, spell(field, value, FieldTexts::Text).into());
            let number = if value.is_null() { String::new() } else { value.to_string() };
            put(&format!("{name}."), number.into());
        }
        (FieldKind::Guid, Value::String(guid)) => put(name, braced(guid)),
        (_, value) => put(name, spell(field, value, FieldTexts::Text).into()),
    }
}

/// A time as people read it, and as programs do.
fn put_time(put: &mut impl FnMut(&str, Value), name: &str, iso: &str, date_only: bool) {
    let shown = if iso.is_empty() { String::new() } else { date(iso, date_only) };
    put(name, shown.into());
    put(&format!("{name}."), iso.into());
}

/// `{7C1D0B52-…}`.
fn braced(guid: &str) -> Value {
    format!("{{{}}}", guid.to_uppercase()).into()
}

/// A single value that is not there is an empty text; of several that are not there is none.
fn several(values: Value, multiple: bool) -> Value {
    match values {
        Value::Array(values) if values.is_empty() && !multiple => "".into(),
        values => values,
    }
}

fn ids(value: &Value) -> Vec<i64> {
    match value {
        Value::Array(ids) => ids.iter().filter_map(Value::as_i64).collect(),
        value => value.as_i64().into_iter().collect(),
    }
}

fn persons(catalog: &Catalog, ids: &[i64]) -> Value {
    let person = |id: &i64| {
        let user = catalog.user(UserId(*id))?;
        Some(json!({
            "id": id.to_string(), "title": user.title, "email": user.email, "sip": "", "picture": "",
        }))
    };
    ids.iter().filter_map(person).collect()
}

fn lookups(rows: &Rows<'_>, field: &Field, ids: &[i64]) -> Value {
    let FieldKind::Lookup { list, field: shown, .. } = &field.kind else { return Value::Array(Vec::new()) };
    let Some(other) = rows.catalog.list_by_guid(*list) else { return Value::Array(Vec::new()) };
    let lookup = |id: &i64| {
        let values = light_values(rows.view, rows.catalog, other, rows.related.get(&(other.id, *id))?);
        let text = field_text(other, shown, &values, FieldTexts::Text);
        Some(json!({"lookupId": id, "lookupValue": text, "isSecretFieldValue": false}))
    };
    ids.iter().filter_map(lookup).collect()
}
