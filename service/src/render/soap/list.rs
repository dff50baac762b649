//! Lists as `GetList` and `GetListCollection` give them.

use std::sync::Arc;

use store::{
    ListState,
    model::{List, SYSTEM_FIELDS, Site},
};

use super::answer;
use crate::render::{Reply, field_kind::schema_xml, folder_url, view::view_url, xml::Xml};

/// `GetList`: a list with its fields.
pub(crate) fn soap_list(site: &Site, list: &List, state: &ListState) -> Reply {
    answer("GetList", |xml| {
        open(xml, site, list, state);
        xml.open("Fields", &[]);
        for field in &list.fields {
            xml.raw(&schema_xml(field));
        }
        for field in SYSTEM_FIELDS {
            let (id, hidden) = (braced(&field.guid.to_string()), if field.hidden { "TRUE" } else { "FALSE" });
            xml.empty(
                "Field",
                &[
                    ("Type", field.kind.1),
                    ("Name", field.internal_name),
                    ("StaticName", field.internal_name),
                    ("DisplayName", field.title),
                    ("ID", id.as_str()),
                    ("ReadOnly", "TRUE"),
                    ("Hidden", hidden),
                ],
            );
        }
        xml.close("Fields");
        xml.close("List");
    })
}

/// `GetListCollection`.
pub(crate) fn soap_lists(site: &Site, lists: &[Arc<List>], states: &[ListState]) -> Reply {
    answer("GetListCollection", |xml| {
        xml.open("Lists", &[]);
        for state in states {
            if let Some(list) = lists.iter().find(|list| list.id == state.list) {
                open(xml, site, list, state);
                xml.close("List");
            }
        }
        xml.close("Lists");
    })
}

fn open(xml: &mut Xml, site: &Site, list: &List, state: &ListState) {
    let id = braced(&list.guid.to_string());
    let url = list.default_view().map(|view| view_url(site, list, view)).unwrap_or_default();
    let (folder, web) = (folder_url(site, list), site.path.as_str());
    let web = if web.is_empty() { "/" } else { web };
    let times = [list.created, state.last_modified.max(list.modified), state.last_deleted]
        .map(|t| stamp(&t.to_string()));
    let (version, count) = (list.version.number().to_string(), state.item_count.to_string());
    let web_id = braced(&site.guid.to_string());
    xml.open(
        "List",
        &[
            ("DocTemplateUrl", ""),
            ("DefaultViewUrl", &url),
            ("MobileDefaultViewUrl", ""),
            ("ID", &id),
            ("Title", &list.title),
            ("Description", &list.description),
            ("ImageUrl", "/_layouts/15/images/itgen.png"),
            ("Name", &id),
            ("BaseType", "0"),
            ("FeatureId", "00bfea71-de22-43b2-a848-c05709900100"),
            ("ServerTemplate", "100"),
            ("Created", &times[0]),
            ("Modified", &times[1]),
            ("LastDeleted", &times[2]),
            ("Version", &version),
            ("Direction", "none"),
            ("ItemCount", &count),
            ("EnableAttachments", "False"),
            ("EnableVersioning", "False"),
            ("EnableMinorVersion", "False"),
            ("RequireCheckout", "False"),
            ("WebFullUrl", web),
            ("WebId", &web_id),
            ("RootFolder", &folder),
        ],
    );
}

fn braced(guid: &str) -> String {
    format!("{{{}}}", guid.to_uppercase())
}

/// `20240501 08:00:00`, as lists have times.
fn stamp(iso: &str) -> String {
    let (date, time) = iso.split_once('T').unwrap_or((iso, ""));
    format!("{} {}", date.replace('-', ""), time.trim_end_matches('Z'))
}
