//! Rows as `z:row`: each value in SharePoint's raw spelling, none for what is empty.

use odata::path::FieldTexts;
use serde_json::{Map, Value};
use store::{
    Catalog, RelatedItems,
    model::{Field, FieldKind, Item, List, Site, UserId},
    plan::ViewField,
};

use crate::render::{View, field_texts::field_text, folder_url, light_values, xml::Xml};

/// What rows are rendered with.
pub(crate) struct SoapRows<'a> {
    pub(crate) view: &'a View,
    /// Whose users are shown.
    pub(crate) catalog: &'a Catalog,
    pub(crate) site: &'a Site,
    pub(crate) list: &'a List,
    /// The items that the Lookup fields refer to.
    pub(crate) related: &'a RelatedItems,
    /// What is shown of a row.
    pub(crate) fields: &'a [ViewField],
    /// The caller's permissions, high and low, where they are told.
    pub(crate) permissions: Option<(u32, u32)>,
}

/// The row of an item that was written, as a part of a document. What its lookups refer to is not read again: they
/// are their Ids alone.
pub(crate) fn soap_row(view: &View, users: &Catalog, site: &Site, list: &List, item: &Item) -> String {
    let fields: Vec<_> = list.fields.iter().cloned().map(ViewField::Own).collect();
    let related = RelatedItems::default();
    let rows =
        SoapRows { view, catalog: users, site, list, related: &related, fields: &fields, permissions: None };
    let mut xml = Xml::part();
    rows.write(&mut xml, item);
    xml.finish()
}

/// The attributes of a row, each once.
#[derive(Default)]
struct Attributes(Vec<(String, String)>);

impl Attributes {
    fn put(&mut self, name: &str, value: String) {
        let name = format!("ows_{name}");
        if !value.is_empty() && self.0.iter().all(|(known, _)| *known != name) {
            self.0.push((name, value));
        }
    }
}

impl SoapRows<'_> {
    /// Writes a row.
    pub(super) fn write(&self, xml: &mut Xml, item: &Item) {
        let values = light_values(self.view, self.catalog, self.list, item);
        let mut row = Attributes::default();
        for field in self.fields {
            match field {
                ViewField::Own(field) => row.put(&field.internal_name, self.value(field, &values)),
                ViewField::Common(name) => row.put(name, self.common(name, item)),
            }
        }
        // What every row has, whatever was asked for.
        for name in ["_ModerationStatus", "_Level", "ID", "UniqueId", "owshiddenversion", "FSObjType"] {
            row.put(name, self.common(name, item));
        }
        for name in ["Created_x0020_Date", "Created", "Modified", "FileRef"] {
            row.put(name, self.common(name, item));
        }
        if let Some((high, low)) = self.permissions {
            row.put("PermMask", format!("0x{:x}", u64::from(high) << 32 | u64::from(low)));
        }
        let attributes: Vec<_> = row.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        xml.empty("z:row", &attributes);
    }

    /// What every list of SharePoint has.
    fn common(&self, name: &str, item: &Item) -> String {
        let id = item.id.0;
        let with_id = |text: String| format!("{id};#{text}");
        let folder = || folder_url(self.site, self.list).trim_start_matches('/').to_owned();
        match name {
            "ID" => id.to_string(),
            "Modified" => time(&item.modified.to_string()),
            "Created" => time(&item.created.to_string()),
            "Last_x0020_Modified" => with_id(time(&item.modified.to_string())),
            "Created_x0020_Date" => with_id(time(&item.created.to_string())),
            "Author" => self.person(item.author.0),
            "Editor" => self.person(item.editor.0),
            "GUID" => braced(&item.guid.to_string()),
            "UniqueId" => with_id(braced(&item.guid.to_string())),
            "ContentTypeId" => self.list.content_type_id(),
            "ContentType" => "Item".into(),
            "FSObjType" => with_id("0".into()),
            "FileLeafRef" => with_id(format!("{id}_.000")),
            "FileDirRef" => with_id(folder()),
            "FileRef" => with_id(format!("{}/{id}_.000", folder())),
            "Attachments" | "_ModerationStatus" | "ItemChildCount" | "FolderChildCount" => "0".into(),
            "_Level" => "1".into(),
            "owshiddenversion" => item.version.number().to_string(),
            "_UIVersion" => item.version.number().saturating_mul(512).to_string(),
            "_UIVersionString" => format!("{}.0", item.version.number()),
            "LinkTitle" | "LinkTitleNoMenu" => light_values(self.view, self.catalog, self.list, item)
                .get("Title")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            // What an item of ours has not.
            _ => String::new(),
        }
    }

    fn value(&self, field: &Field, values: &Map<String, Value>) -> String {
        let value = values.get(&field.property_name).unwrap_or(&Value::Null);
        let plain = self.plain(field, value);
        match &field.kind {
            FieldKind::Calculated(_) if !plain.is_empty() => {
                let kind = match field.kind.of_values() {
                    FieldKind::Number { .. } | FieldKind::Currency { .. } | FieldKind::Integer(_) => "float",
                    FieldKind::DateTime { .. } => "datetime",
                    FieldKind::Boolean => "boolean",
                    _ => "string",
                };
                format!("{kind};#{plain}")
            }
            _ => plain,
        }
    }

    fn plain(&self, field: &Field, value: &Value) -> String {
        if value.is_null() {
            return String::new();
        }
        match field.kind.of_values() {
            FieldKind::User { .. } => joined(ids(value).into_iter().map(|id| self.person(id))),
            FieldKind::Lookup { .. } => joined(ids(value).into_iter().map(|id| self.lookup(field, id))),
            FieldKind::MultiChoice(_) => {
                let texts: Vec<_> =
                    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                if texts.is_empty() { String::new() } else { format!(";#{};#", texts.join(";#")) }
            }
            FieldKind::Url { .. } => {
                let part = |part: &str| value.get(part).and_then(Value::as_str).unwrap_or_default();
                // A comma in the address is doubled, so that the one before the description is found.
                format!("{}, {}", part("Url").replace(',', ",,"), part("Description"))
            }
            FieldKind::Boolean => if value.as_bool() == Some(true) { "1" } else { "0" }.into(),
            FieldKind::DateTime { .. } => time(value.as_str().unwrap_or_default()),
            FieldKind::Integer(_) => value.to_string(),
            FieldKind::Number { .. } | FieldKind::Currency { .. } => {
                value.as_f64().map(number).unwrap_or_default()
            }
            FieldKind::Guid => braced(value.as_str().unwrap_or_default()),
            _ => value.as_str().unwrap_or_default().to_owned(),
        }
    }

    /// `5;#Ann`.
    fn person(&self, id: i64) -> String {
        let title = self.catalog.user(UserId(id)).map(|user| user.title.as_str());
        format!("{id};#{}", doubled(title.unwrap_or_default()))
    }

    /// `5;#North`.
    fn lookup(&self, field: &Field, id: i64) -> String {
        let shown = || {
            let FieldKind::Lookup { list, field: shown, .. } = &field.kind else { return None };
            let other = self.catalog.list_by_guid(*list)?;
            let item = self.related.get(&(other.id, id))?;
            let values = light_values(self.view, self.catalog, other, item);
            Some(field_text(other, shown, &values, FieldTexts::Text))
        };
        format!("{id};#{}", doubled(&shown().unwrap_or_default()))
    }
}

/// Texts between `;#` have each semicolon doubled.
fn doubled(text: &str) -> String {
    text.replace(';', ";;")
}

fn joined(values: impl Iterator<Item = String>) -> String {
    values.collect::<Vec<_>>().join(";#")
}

fn ids(value: &Value) -> Vec<i64> {
    match value {
        Value::Array(ids) => ids.iter().filter_map(Value::as_i64).collect(),
        value => value.as_i64().into_iter().collect(),
    }
}

/// `{7C1D0B52-…}`.
fn braced(guid: &str) -> String {
    format!("{{{}}}", guid.to_uppercase())
}

/// `2024-05-01 08:00:00`.
fn time(iso: &str) -> String {
    iso.trim_end_matches('Z').replace('T', " ")
}

/// 15 significant digits: `4.50000000000000`.
fn number(n: f64) -> String {
    if n == 0.0 {
        return "0".into();
    }
    let whole = format!("{:.0}", n.abs().trunc());
    let digits = if whole == "0" { 0 } else { whole.len() };
    format!("{n:.*}", 15_usize.saturating_sub(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_fifteen_digits_and_times_a_space() {
        for (n, text) in [
            (4.5, "4.50000000000000"),
            (0.0, "0"),
            (42.0, "42.0000000000000"),
            (-0.25, "-0.250000000000000"),
            (1e15, "1000000000000000"),
            (1e20, "100000000000000000000"),
        ] {
            assert_eq!(number(n), text);
        }
        assert_eq!(time("2024-05-01T08:00:00Z"), "2024-05-01 08:00:00");
        assert_eq!(doubled("a;b"), "a;;b");
    }
}
