//! `_layouts/15/matchlist.js`: what SharePoint gives its pages.

use serde_json::json;
use store::model::{Site, User};

use super::{Links, Reply};
use crate::access::VALID_SECONDS;

const SCRIPT: &str = include_str!("../../assets/matchlist.js");

/// The script of a site's pages: it sets `_spPageContextInfo` and `#__REQUESTDIGEST`.
///
/// The root's relative URL is an empty text there: pages put it before `/_api`, and `//_api` would be
/// another host.
pub(crate) fn page_script(links: &Links, site: &Site, user: &User, digest: &str) -> Reply {
    let path = site.path.as_str();
    let context = json!({
        "webServerRelativeUrl": path,
        "siteServerRelativeUrl": path,
        "webAbsoluteUrl": links.site(),
        "siteAbsoluteUrl": links.site(),
        "webTitle": site.title,
        "webId": format!("{{{}}}", site.guid),
        "siteId": format!("{{{}}}", site.guid),
        "userId": user.id.0,
        "userLoginName": user.login,
        "userDisplayName": user.title,
        "userEmail": user.email,
        "webLanguage": 1033,
        "currentLanguage": 1033,
        "currentUICultureName": "en-US",
        "currentCultureName": "en-US",
        "webUIVersion": 15,
        "layoutsUrl": "_layouts/15",
        "env": "matchlist",
        "formDigestValue": digest,
        "formDigestTimeoutSeconds": VALID_SECONDS,
    });
    // Within a script `<` could end it.
    let context = context.to_string().replace('<', "\\u003c");
    let body = SCRIPT.replacen("/*context*/ {}", &context, 1);
    let reply = Reply::new(200)
        .with("Content-Type", "text/javascript;charset=utf-8")
        .with("Cache-Control", "no-store")
        // It holds a digest: a page of another origin must not run it, not even one of this host.
        .with("Cross-Origin-Resource-Policy", "same-origin");
    Reply { body: body.into_bytes(), ..reply }
}
