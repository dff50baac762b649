//! Views of lists: their properties, their XML, and the table that they are shown as.

use std::fmt::Write as _;

use serde_json::{Value, json};
use store::{
    Catalog, RelatedItems,
    model::{FieldKind, Item, List, ListView, Site, VIEW_SETTINGS},
};

use super::{
    Entity, Nested, Property, View,
    content_type::folder_url,
    field::escape_xml,
    field_texts::{TextsOf, plain_texts},
    item::light_values,
    links::list_link,
};

/// The name of the set of views after `$metadata#`.
pub(crate) const VIEWS: &str = "SP.ApiData.Views";

const LINKS: &[&str] = &["ViewFields"];

/// The server-relative address of a view's page.
pub(super) fn view_url(site: &Site, list: &List, view: &ListView) -> String {
    format!("{}/{}", folder_url(site, list), view.url_name)
}

/// A view's properties, in the order of the wire.
pub(crate) fn view_properties(site: &Site, list: &List, view: &ListView) -> Vec<Property> {
    let url = view_url(site, list, view);
    let xml = view_xml(view, &url);
    let status = view.aggregations.as_ref().map(|_| aggregations_status(view));
    let mut properties: Vec<Property> = VIEW_SETTINGS
        .iter()
        .map(|(name, default, _)| (*name, view.setting(name, default)))
        .chain([
            ("Aggregations", view.aggregations.as_deref().into()),
            ("AggregationsStatus", status.into()),
            ("ContentTypeId", json!({"StringValue": "0x"})),
            ("DefaultView", view.is_default.into()),
            ("HtmlSchemaXml", xml.as_str().into()),
            ("Id", view.guid.to_string().into()),
            ("ListViewXml", xml.into()),
            ("Paged", view.paged.into()),
            ("RowLimit", view.row_limit.into()),
            ("Scope", view.scope.number().into()),
            ("ServerRelativePath", json!({"DecodedUrl": url})),
            ("ServerRelativeUrl", url.into()),
            ("Title", view.title.as_str().into()),
            ("ViewQuery", view.query.as_str().into()),
        ])
        .collect();
    properties.sort_by_key(|(name, _)| *name);
    properties
}

const fn aggregations_status(view: &ListView) -> &'static str {
    if view.aggregations_on { "On" } else { "Off" }
}

/// `<FieldRef Name="LinkTitle" />…`.
fn field_refs(view: &ListView) -> String {
    view.fields.iter().map(|name| format!("<FieldRef Name=\"{}\" />", escape_xml(name))).collect()
}

/// The whole XML of a view, of which `SetViewXml` takes the parts over.
fn view_xml(view: &ListView, url: &str) -> String {
    let braced = view.guid.to_string().to_uppercase();
    let mut xml = format!("<View Name=\"{{{braced}}}\"");
    let flag = |name: &str| view.settings.get(name) == Some(&Value::Bool(true));
    let flags = [
        ("DefaultView", view.is_default),
        ("Hidden", flag("Hidden")),
        ("MobileView", flag("MobileView")),
        ("MobileDefaultView", flag("MobileDefaultView")),
    ];
    for (name, _) in flags.iter().filter(|(_, is_set)| *is_set) {
        let _ = write!(xml, " {name}=\"TRUE\"");
    }
    let (title, url) = (escape_xml(&view.title), escape_xml(url));
    let _ = write!(xml, " Type=\"HTML\" DisplayName=\"{title}\" Url=\"{url}\" Level=\"1\" BaseViewID=\"1\"");
    xml.push_str(" ContentTypeID=\"0x\"");
    if !view.scope.name().is_empty() {
        let _ = write!(xml, " Scope=\"{}\"", view.scope.name());
    }
    let _ = write!(xml, "><Query>{}</Query><ViewFields>{}</ViewFields>", view.query, field_refs(view));
    if let Some(sums) = &view.aggregations {
        let value = aggregations_status(view);
        let _ = write!(xml, "<Aggregations Value=\"{value}\">{sums}</Aggregations>");
    }
    let paged = if view.paged { " Paged=\"TRUE\"" } else { "" };
    let _ = write!(xml, "<RowLimit{paged}>{}</RowLimit>", view.row_limit);
    let link = VIEW_SETTINGS.iter().find(|(name, _, _)| *name == "JSLink");
    let link = link.map(|(name, default, _)| view.setting(name, default));
    let link = escape_xml(link.as_ref().and_then(Value::as_str).unwrap_or_default());
    let _ = write!(xml, "<JSLink>{link}</JSLink></View>");
    xml
}

/// `Web/Lists(guid'…')/Views(guid'…')`.
fn view_link(list: &List, view: &ListView) -> String {
    format!("{}/Views(guid'{}')", list_link(list), view.guid)
}

/// A view as an entity, with what stands round it.
pub(crate) fn view_entity(site: &Site, list: &List, view: &ListView) -> Entity {
    let fields = view_fields_entity(list, view);
    Entity {
        type_name: "SP.View",
        set: VIEWS,
        edit_link: view_link(list, view),
        etag: None,
        links: LINKS,
        properties: view_properties(site, list, view),
        selected: None,
        nested: vec![("ViewFields", Nested::One(Box::new(fields)))],
    }
}

/// All views of a list.
pub(crate) fn view_entities(site: &Site, list: &List) -> Vec<Entity> {
    list.views.iter().map(|view| view_entity(site, list, view)).collect()
}

/// The fields of a view as an entity.
pub(crate) fn view_fields_entity(list: &List, view: &ListView) -> Entity {
    Entity {
        type_name: "SP.ViewFieldCollection",
        set: "SP.ApiData.ViewFieldCollections",
        edit_link: format!("{}/ViewFields", view_link(list, view)),
        etag: None,
        links: &[],
        properties: vec![("SchemaXml", field_refs(view).into()), ("Items", view.fields.as_slice().into())],
        selected: None,
        nested: Vec::new(),
    }
}

/// Items as a table with a column for each field of a view. All text is escaped here, and nowhere before.
pub(crate) fn view_html(
    view: &View,
    catalog: &Catalog,
    (list, shown): (&List, &ListView),
    items: &[Item],
    related: &RelatedItems,
) -> String {
    let columns: Vec<_> = shown.fields.iter().filter_map(|name| list.view_field(name)).collect();
    let heads: String =
        columns.iter().map(|c| format!("<th scope=\"col\">{}</th>", escape_xml(c.title))).collect();
    let mut html = format!("<table class=\"ms-listviewtable\"><thead><tr>{heads}</tr></thead><tbody>");
    for item in items {
        let texts = plain_texts(view, &TextsOf { catalog, list, item, related });
        let values = light_values(view, catalog, list, item);
        html.push_str("<tr>");
        for column in &columns {
            let text = texts.iter().find(|(name, _)| name == column.shown).map(|(_, text)| text.as_str());
            let field = list.fields.iter().find(|f| f.internal_name == column.shown);
            let link = field.filter(|f| matches!(f.kind, FieldKind::Url { .. }));
            let link = link.and_then(|f| values.get(&f.property_name)).and_then(web_link);
            let cell = link.unwrap_or_else(|| escape_xml(text.unwrap_or_default()));
            let _ = write!(html, "<td>{}</td>", cell.replace("\r\n", "\n").replace('\n', "<br>"));
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table>");
    html
}

/// An address as a link, if a click can run nothing.
fn web_link(value: &Value) -> Option<String> {
    let url = value.get("Url").and_then(Value::as_str)?;
    let words = value.get("Description").and_then(Value::as_str)?;
    let is_web = ["http://", "https://"].iter().any(|scheme| url.starts_with(scheme));
    is_web.then(|| format!("<a href=\"{}\">{}</a>", escape_xml(url), escape_xml(words)))
}
