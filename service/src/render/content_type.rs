//! What stands round a list: its one content type, and its folder.

use serde_json::json;
use store::{
    ListState,
    model::{List, Site},
};

use super::{Entity, links::list_link};

/// The name of the set of content types after `$metadata#`.
pub(crate) const CONTENT_TYPES: &str = "SP.ApiData.ContentTypes";

/// The content type that an id names: the list's own by its id or by that of its parent.
pub(crate) fn is_content_type_of(list: &List, id: &str) -> bool {
    ["0x01", "0x0100", &list.content_type_id()].iter().any(|known| known.eq_ignore_ascii_case(id))
}

/// A list's content type as an entity.
pub(crate) fn content_type_entity(site: &Site, list: &List) -> Entity {
    let id = list.content_type_id();
    Entity {
        type_name: "SP.ContentType",
        set: CONTENT_TYPES,
        edit_link: format!("{}/ContentTypes('{id}')", list_link(list)),
        etag: None,
        links: &[],
        properties: vec![
            ("Description", "Create a new list item.".into()),
            ("DisplayFormTemplateName", "ListForm".into()),
            ("DisplayFormUrl", "".into()),
            ("DocumentTemplate", "".into()),
            ("DocumentTemplateUrl", "".into()),
            ("EditFormTemplateName", "ListForm".into()),
            ("EditFormUrl", "".into()),
            ("Group", "List Content Types".into()),
            ("Hidden", false.into()),
            ("Id", json!({"StringValue": id})),
            ("JSLink", "".into()),
            ("Name", "Item".into()),
            ("NewFormTemplateName", "ListForm".into()),
            ("NewFormUrl", "".into()),
            ("ReadOnly", false.into()),
            ("Scope", folder_url(site, list).into()),
            ("Sealed", false.into()),
            ("StringId", id.into()),
        ],
        selected: None,
        nested: Vec::new(),
    }
}

/// A list's folder as an entity.
pub(crate) fn root_folder_entity(site: &Site, list: &List, state: &ListState) -> Entity {
    let url = folder_url(site, list);
    Entity {
        type_name: "SP.Folder",
        set: "SP.ApiData.Folders",
        edit_link: format!("{}/RootFolder", list_link(list)),
        etag: None,
        links: &[],
        properties: vec![
            ("Exists", true.into()),
            ("IsWOPIEnabled", false.into()),
            ("ItemCount", state.item_count.into()),
            ("Name", list.url_name.as_str().into()),
            ("ProgID", serde_json::Value::Null),
            ("ServerRelativePath", json!({"DecodedUrl": url})),
            ("ServerRelativeUrl", url.into()),
            ("TimeCreated", list.created.to_string().into()),
            ("TimeLastModified", state.last_modified.max(list.modified).to_string().into()),
            ("UniqueId", list.guid.to_string().into()),
            ("WelcomePage", "".into()),
        ],
        selected: None,
        nested: Vec::new(),
    }
}

/// `/sites/ops/Lists/Pumps`.
pub(crate) fn folder_url(site: &Site, list: &List) -> String {
    format!("{}/Lists/{}", site.path.as_str(), list.url_name)
}
