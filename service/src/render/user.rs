//! Users.

use serde_json::json;
use store::model::User;

use super::Entity;

/// The name of the set of users after `$metadata#`.
pub(crate) const USERS: &str = "SP.ApiData.Users";

/// A user as an entity; `is_admin` says whether they manage all sites.
pub(crate) fn user_entity(user: &User, is_admin: bool) -> Entity {
    // Claims that begin with `c:` name groups.
    let is_group = user.login.starts_with("c:");
    let name = user.login.rsplit_once('|').map_or(user.login.as_str(), |(_, name)| name);
    Entity {
        type_name: "SP.User",
        set: USERS,
        edit_link: format!("Web/GetUserById({})", user.id.0),
        etag: None,
        links: &[],
        properties: vec![
            ("Id", user.id.0.into()),
            ("IsHiddenInUI", false.into()),
            ("LoginName", user.login.as_str().into()),
            ("Title", user.title.as_str().into()),
            ("PrincipalType", if is_group { 4 } else { 1 }.into()),
            ("Email", user.email.as_str().into()),
            ("Expiration", "".into()),
            ("IsEmailAuthenticationGuestUser", false.into()),
            ("IsShareByEmailGuestUser", false.into()),
            ("IsSiteAdmin", is_admin.into()),
            ("UserId", json!({"NameId": name, "NameIdIssuer": "urn:matchlist"})),
            ("UserPrincipalName", if name.contains('@') { name.into() } else { serde_json::Value::Null }),
        ],
        selected: None,
        nested: Vec::new(),
    }
}
