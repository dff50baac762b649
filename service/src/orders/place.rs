//! Places and people as the command line names them.

use anyhow::{anyhow, bail};
use odata::path::{ListKey, SitePath};
use store::{
    Catalog, Engine, Written,
    model::{Principal, Scope, User, UserId},
    plan::Action,
};

use super::write;

/// The site, or the list of a site, that a path names: `/sites/crm`, `/sites/crm/Lists/Customers`.
pub(super) fn scope(catalog: &Catalog, path: &str) -> anyhow::Result<Scope> {
    if path.is_empty() {
        // An empty variable of a script must not mean everywhere.
        bail!("a place is missing; everywhere is '/'");
    }
    if let Ok(site) = SitePath::parse(path)
        && let Some(site) = catalog.site(&site)
    {
        return Ok(Scope::Site(site.id));
    }
    let at = path.to_ascii_lowercase().rfind("/lists/").ok_or_else(|| anyhow!("there is no site {path}"))?;
    let site = SitePath::parse(&path[..at]).ok().and_then(|site| catalog.site(&site).cloned());
    let site = site.ok_or_else(|| anyhow!("there is no site {}", &path[..at]))?;
    let list = catalog.find_list(&site, &ListKey::Url(path.to_owned()));
    let list =
        list.ok_or_else(|| anyhow!("there is no list {path}; a list's path ends in its URL's name"))?;
    Ok(Scope::List(list.id))
}

/// How a scope is shown.
pub(super) fn show(catalog: &Catalog, scope: Scope) -> String {
    let site = |id| catalog.site_by_id(id).map_or("", |site| site.path.as_str());
    match scope {
        Scope::Site(id) => match site(id) {
            "" => "/".into(),
            path => path.into(),
        },
        Scope::List(id) => catalog.list(id).map_or_else(
            || "a list that is gone".into(),
            |list| format!("{}/Lists/{}", site(list.site), list.url_name),
        ),
    }
}

/// The user of a login, made if need be.
pub(super) async fn ensure_user<E: Engine>(engine: &E, login: &str) -> anyhow::Result<UserId> {
    let user = resolve(&engine.catalog(), login)?;
    if user.id != UserId(0) {
        return Ok(user.id);
    }
    match write(engine, Action::EnsureUser(user)).await? {
        Written::UserEnsured(user) => Ok(user.id),
        _ => bail!("the user could not be made"),
    }
}

/// The user of a login, who is there.
pub(super) fn find_user(catalog: &Catalog, login: &str) -> anyhow::Result<UserId> {
    match resolve(catalog, login)?.id {
        UserId(0) => bail!("there is no user {login}"),
        id => Ok(id),
    }
}

fn resolve(catalog: &Catalog, login: &str) -> anyhow::Result<User> {
    catalog
        .resolve_logon(login)
        .map_err(|_| anyhow!("'{login}' is no login: a claim, an e-mail address or DOMAIN\\name is expected"))
}

/// The user of a login, or everyone.
pub(super) async fn principal<E: Engine>(engine: &E, login: &str) -> anyhow::Result<Principal> {
    match login {
        "everyone" => Ok(Principal::Everyone),
        login => Ok(Principal::User(ensure_user(engine, login).await?)),
    }
}
