//! Writes to sites and users.

use std::sync::Arc;

use odata::Preconditions;

use super::Context;
use crate::{
    StoreError, Written,
    model::{Site, SiteId, User, UserId},
    plan::SiteDraft,
    sql,
};

/// Sets a site's title or description.
pub(super) fn change(
    cx: &mut Context<'_>,
    site: SiteId,
    draft: &SiteDraft,
    preconditions: &Preconditions,
) -> Result<Written, StoreError> {
    let mut site = Site::clone(cx.catalog.site_by_id(site).ok_or(StoreError::StaleCatalog)?);
    cx.check_site(preconditions)?;
    site.title = draft.title.clone().unwrap_or(site.title);
    site.description = draft.description.clone().unwrap_or(site.description);
    cx.execute(|d| sql::update_site(d, &site))?;
    Arc::make_mut(cx.catalog).put_site(Arc::new(site));
    Ok(Written::SiteChanged)
}

/// Makes a user, unless one of that login is there by now.
pub(super) fn ensure_user(cx: &mut Context<'_>, user: &User) -> Result<Written, StoreError> {
    if let Some(present) = cx.catalog.user_by_login(&user.login) {
        return Ok(Written::UserEnsured(present.clone()));
    }
    let id = UserId(cx.returning(|d| sql::insert_user(d, user))?);
    let user = Arc::new(User { id, ..user.clone() });
    Arc::make_mut(cx.catalog).put_user(user.clone());
    Ok(Written::UserEnsured(user))
}
