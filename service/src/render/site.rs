//! Sites, and what `contextinfo` tells.

use odata::{Format, Metadata};
use serde_json::json;
use store::model::Site;

use super::{
    Entity, Fields, Nested, View, atom,
    entity::{context_name, quoted},
};
use crate::access::VALID_SECONDS;

const LIBRARY: &str = "16.0.7730.1208";

/// A site as an entity.
pub(crate) fn web_entity(view: &View, site: &Site) -> Entity {
    let path = site.path.as_str();
    Entity {
        type_name: "SP.Web",
        set: "SP.ApiData.Webs",
        edit_link: "Web".into(),
        etag: None,
        links: &["AvailableFields", "Fields", "Lists", "Webs"],
        properties: vec![
            ("Created", site.created.to_string().into()),
            ("Description", site.description.as_str().into()),
            ("Id", site.guid.to_string().into()),
            ("Language", 1033.into()),
            ("ServerRelativePath", json!({"DecodedUrl": if path.is_empty() { "/" } else { path }})),
            ("ServerRelativeUrl", if path.is_empty() { "/" } else { path }.into()),
            ("Title", site.title.as_str().into()),
            ("UIVersion", 15.into()),
            ("Url", view.links.site().into()),
            ("WebTemplate", "STS".into()),
        ],
        selected: None,
        nested: Vec::new(),
    }
}

/// A site with what stands round it, for `$expand`; `available` are the columns of it and of those above.
pub(crate) fn web_entity_with_nested(view: &View, site: &Site, available: Vec<Entity>) -> Entity {
    let nested = vec![
        ("AvailableFields", Nested::Many(available)),
        ("Fields", Nested::Many(Fields::of_site(site).all())),
    ];
    Entity { nested, ..web_entity(view, site) }
}

/// A site as a member of the sites under another: its own URL, and an address that reads it.
pub(crate) fn child_web_entity(view: &View, site: &Site) -> Entity {
    let links = view.links.of_site(&site.path);
    web_entity(&View { links, ..view.clone() }, site)
}

/// A site collection as an entity; `root` is its first site.
pub(crate) fn site_entity(view: &View, root: &Site) -> Entity {
    let path = root.path.as_str();
    let url = view.links.beside(&root.path);
    Entity {
        type_name: "SP.Site",
        set: "SP.ApiData.Sites",
        edit_link: "Site".into(),
        etag: None,
        links: &["RootWeb"],
        properties: vec![
            ("CompatibilityLevel", 15.into()),
            ("Id", root.guid.to_string().into()),
            ("PrimaryUri", url.as_str().into()),
            ("ReadOnly", false.into()),
            ("ServerRelativeUrl", if path.is_empty() { "/" } else { path }.into()),
            ("Url", url.into()),
        ],
        selected: None,
        nested: Vec::new(),
    }
}

/// The answer to `contextinfo`: what a page needs before it writes.
pub(crate) fn context_info(view: &View, digest: &str) -> String {
    let mut info = json!({
        "FormDigestTimeoutSeconds": VALID_SECONDS,
        "FormDigestValue": digest,
        "LibraryVersion": LIBRARY,
        "SiteFullUrl": view.links.site(),
        "SupportedSchemaVersions": ["14.0.0.0", "15.0.0.0"],
        "WebFullUrl": view.links.site(),
    });
    match view.format {
        Format::Verbose => {
            info["__metadata"] = json!({"type": "SP.ContextWebInformation"});
            info["SupportedSchemaVersions"] = json!({
                "__metadata": {"type": "Collection(Edm.String)"}, "results": ["14.0.0.0", "15.0.0.0"]
            });
            json!({"d": {"GetContextWebInformation": info}}).to_string()
        }
        Format::Atom => atom::property("GetContextWebInformation", "SP.ContextWebInformation", &info),
        Format::Light { metadata: Metadata::Minimal, protocol } => {
            let context = format!("{}/$metadata#SP.ContextWebInformation", view.links.api());
            let text = info.to_string();
            format!("{{{}:{},{}", quoted(context_name(protocol)), quoted(&context), &text[1..])
        }
        Format::Light { .. } => info.to_string(),
    }
}
