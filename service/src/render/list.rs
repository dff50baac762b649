//! Lists.

use serde_json::{Value, json};
use store::{
    ListState,
    model::{List, SETTINGS, Site},
};

use super::{
    Entity, Nested, Property, View, content_type::root_folder_entity, field::Fields, links::list_link,
    site::web_entity, view::view_url,
};

/// What verbose answers link to.
const LINKS: &[&str] =
    &["ContentTypes", "DefaultView", "Fields", "Items", "ParentWeb", "RootFolder", "Views"];

/// A list's properties, in the order of the wire.
pub(crate) fn list_properties(site: &Site, list: &List, state: &ListState) -> Vec<Property> {
    let parent = if site.path.as_str().is_empty() { "/" } else { site.path.as_str() };
    let ticks = ticks(state.last_modified.max(list.modified).unix());
    let token = format!("1;3;{};{ticks};{}", list.guid, state.last_seq);
    let mut properties: Vec<Property> = SETTINGS
        .iter()
        .map(|(name, default, _)| (*name, list.setting(name, default)))
        .chain([
            ("BaseType", 0.into()),
            ("Created", list.created.to_string().into()),
            ("CurrentChangeToken", json!({"StringValue": token})),
            ("DefaultContentApprovalWorkflowId", "00000000-0000-0000-0000-000000000000".into()),
            ("DefaultViewUrl", list.default_view().map(|view| view_url(site, list, view)).into()),
            ("Description", list.description.as_str().into()),
            ("DocumentTemplateUrl", Value::Null),
            ("EntityTypeName", list.entity_type_name.as_str().into()),
            ("HasExternalDataSource", false.into()),
            ("Id", list.guid.to_string().into()),
            ("ImagePath", json!({"DecodedUrl": "/_layouts/15/images/itgen.png"})),
            ("IsCatalog", false.into()),
            ("IsPrivate", false.into()),
            ("ItemCount", state.item_count.into()),
            ("LastItemDeletedDate", state.last_deleted.to_string().into()),
            ("LastItemModifiedDate", state.last_modified.to_string().into()),
            ("LastItemUserModifiedDate", state.last_modified.to_string().into()),
            ("ListItemEntityTypeFullName", list.item_type_name().into()),
            ("MatchlistStrict", list.strict.name().into()),
            ("ParentWebPath", json!({"DecodedUrl": parent})),
            ("ParentWebUrl", parent.into()),
            ("ServerTemplateCanCreateFolders", true.into()),
            ("TemplateFeatureId", "00bfea71-de22-43b2-a848-c05709900100".into()),
            ("Title", list.title.as_str().into()),
        ])
        .collect();
    // SharePoint orders them by name.
    properties.sort_by_key(|(name, _)| *name);
    properties
}

/// Ticks of 100 nanoseconds since the year 1, as change tokens have them.
fn ticks(unix: i64) -> i64 {
    const EPOCH: i64 = 62_135_596_800;
    unix.saturating_add(EPOCH).saturating_mul(10_000_000)
}

/// A list as an entity.
pub(crate) fn list_entity(site: &Site, list: &List, state: &ListState) -> Entity {
    Entity {
        type_name: "SP.List",
        set: "SP.ApiData.Lists",
        edit_link: list_link(list),
        etag: Some(list.version.to_string()),
        links: LINKS,
        properties: list_properties(site, list, state),
        selected: None,
        nested: Vec::new(),
    }
}

/// A list with what stands round it, for `$expand`.
pub(crate) fn list_entity_with_nested(view: &View, site: &Site, list: &List, state: &ListState) -> Entity {
    let folder = Nested::One(Box::new(root_folder_entity(site, list, state)));
    let web = Nested::One(Box::new(web_entity(view, site)));
    let views = super::view_entities(site, list);
    let default_view =
        list.default_view().map(|view| Nested::One(Box::new(super::view_entity(site, list, view))));
    let mut nested = vec![
        ("Fields", Nested::Many(Fields::of_list(site, list).all())),
        ("ParentWeb", web),
        ("RootFolder", folder),
        ("Views", Nested::Many(views)),
    ];
    nested.extend(default_view.map(|view| ("DefaultView", view)));
    Entity { nested, ..list_entity(site, list, state) }
}
