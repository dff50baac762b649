//! The catalog: sites, lists, fields, users and who may do what, as one immutable snapshot.

mod access;
mod seen;
#[cfg(test)]
mod seen_tests;

pub use access::Access;

use std::{collections::HashMap, sync::Arc};

use odata::{
    Uuid,
    path::{ListKey, SitePath},
};

use crate::model::{List, ListId, Site, SiteId, User, UserId, fold};

/// A snapshot of everything that requests are resolved against. Cheap to read from any thread; a change
/// makes a new one.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    sites: HashMap<String, Arc<Site>>,
    site_by_id: HashMap<SiteId, Arc<Site>>,
    lists: HashMap<ListId, Arc<List>>,
    by_title: HashMap<(SiteId, String), ListId>,
    /// How many lists are closed.
    closed: usize,
    users: Arc<Users>,
    access: Arc<Access>,
}

#[derive(Clone, Debug, Default)]
struct Users {
    by_id: HashMap<UserId, Arc<User>>,
    by_login: HashMap<String, UserId>,
    by_email: HashMap<String, UserId>,
}

impl Catalog {
    /// The site with that path, compared without regard to case.
    #[must_use]
    pub fn site(&self, path: &SitePath) -> Option<&Arc<Site>> {
        self.sites.get(path.as_str()).or_else(|| self.sites.get(&fold(path.as_str())))
    }

    /// Whether there is any site.
    #[must_use]
    pub fn has_sites(&self) -> bool {
        !self.sites.is_empty()
    }

    /// The site with that number.
    #[must_use]
    pub fn site_by_id(&self, id: SiteId) -> Option<&Arc<Site>> {
        self.site_by_id.get(&id)
    }

    /// The list with that number.
    #[must_use]
    pub fn list(&self, id: ListId) -> Option<&Arc<List>> {
        self.lists.get(&id)
    }

    /// The list with that GUID.
    #[must_use]
    pub fn list_by_guid(&self, guid: Uuid) -> Option<&Arc<List>> {
        self.lists.values().find(|l| l.guid == guid)
    }

    /// The list of a site that a URL names.
    #[must_use]
    pub fn find_list(&self, site: &Site, key: &ListKey) -> Option<&Arc<List>> {
        match key {
            ListKey::Title(title) => self.list(*self.by_title.get(&(site.id, fold(title)))?),
            ListKey::Id(guid) => self.lists.values().find(|l| l.site == site.id && l.guid == *guid),
            ListKey::Url(url) => {
                let url = fold(url.trim_end_matches('/'));
                let here = fold(site.path.as_str());
                let within = url.strip_prefix(&here).unwrap_or(&url);
                let name = within.trim_start_matches('/').strip_prefix("lists/")?;
                self.lists.values().find(|l| l.site == site.id && fold(&l.url_name) == name)
            }
        }
    }

    /// A site's lists, ordered by title.
    #[must_use]
    pub fn lists_of(&self, site: SiteId) -> Vec<Arc<List>> {
        let mut lists: Vec<_> = self.lists.values().filter(|l| l.site == site).cloned().collect();
        lists.sort_by_cached_key(|l| fold(&l.title));
        lists
    }

    /// All lists.
    pub fn all_lists(&self) -> impl Iterator<Item = &Arc<List>> {
        self.lists.values()
    }

    /// The user with that Id.
    #[must_use]
    pub fn user(&self, id: UserId) -> Option<&Arc<User>> {
        self.users.by_id.get(&id)
    }

    /// The user with that login name, compared without regard to case.
    #[must_use]
    pub fn user_by_login(&self, login: &str) -> Option<&Arc<User>> {
        self.user(*self.users.by_login.get(&fold(login))?)
    }

    /// The first user with that e-mail address, compared without regard to case.
    #[must_use]
    pub fn user_by_email(&self, email: &str) -> Option<&Arc<User>> {
        self.user(*self.users.by_email.get(&fold(email))?)
    }

    /// All users, in the order of their Ids.
    #[must_use]
    pub fn users(&self) -> Vec<Arc<User>> {
        let mut users: Vec<_> = self.users.by_id.values().cloned().collect();
        users.sort_by_key(|u| u.id);
        users
    }

    /// The root of the site's collection: `/sites/ops` for `/sites/ops/pumps`, where there is one, else
    /// the root site.
    #[must_use]
    pub fn root_of(&self, site: &Arc<Site>) -> Arc<Site> {
        let root = collection_path(&fold(site.path.as_str())).and_then(|path| self.sites.get(&path));
        root.or_else(|| self.sites.get("")).unwrap_or(site).clone()
    }

    /// The sites right under a site, of its collection, ordered by path.
    #[must_use]
    pub fn sites_under(&self, parent: &Arc<Site>) -> Vec<Arc<Site>> {
        let mut sites: Vec<_> =
            self.sites.values().filter(|s| self.parent_of(s).is_some_and(|p| p.id == parent.id)).collect();
        sites.sort_by_cached_key(|s| fold(s.path.as_str()));
        sites.into_iter().cloned().collect()
    }

    /// The sites above a site in its collection, the nearest first.
    #[must_use]
    pub fn sites_above(&self, site: &Arc<Site>) -> Vec<Arc<Site>> {
        std::iter::successors(self.parent_of(site), |above| self.parent_of(above)).cloned().collect()
    }

    /// The nearest site above a site in its collection.
    fn parent_of(&self, site: &Arc<Site>) -> Option<&Arc<Site>> {
        let path = fold(site.path.as_str());
        // Where the collection's root is not there, or not to be seen, those between still are.
        let root = collection_path(&path).filter(|path| self.sites.contains_key(path)).unwrap_or_default();
        let mut above = path.as_str();
        while above != root {
            above = above.rsplit_once('/')?.0;
            if let Some(parent) = self.sites.get(above) {
                return Some(parent);
            }
        }
        None
    }

    /// Who may do what.
    #[must_use]
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// Who may do what, to be changed.
    pub(crate) fn access_mut(&mut self) -> &mut Access {
        Arc::make_mut(&mut self.access)
    }

    /// Adds a site, or puts another in the place of the one with its path.
    pub(crate) fn put_site(&mut self, site: Arc<Site>) {
        self.site_by_id.insert(site.id, site.clone());
        self.sites.insert(fold(site.path.as_str()), site);
    }

    /// Adds a user, or puts another in the place of the one with its Id.
    pub(crate) fn put_user(&mut self, user: Arc<User>) {
        let users = Arc::make_mut(&mut self.users);
        users.by_login.insert(fold(&user.login), user.id);
        if !user.email.is_empty() {
            users.by_email.entry(fold(&user.email)).or_insert(user.id);
        }
        users.by_id.insert(user.id, user);
    }

    /// Adds a list, or puts another in the place of the one with its number.
    pub(crate) fn put_list(&mut self, list: Arc<List>) {
        self.remove_list(list.id);
        self.by_title.insert((list.site, fold(&list.title)), list.id);
        self.closed += usize::from(list.closed);
        self.lists.insert(list.id, list);
    }

    /// Takes a list out.
    pub(crate) fn remove_list(&mut self, id: ListId) {
        if let Some(old) = self.lists.remove(&id) {
            self.by_title.remove(&(old.site, fold(&old.title)));
            self.closed -= usize::from(old.closed);
        }
    }
}

/// The path that a folded site path's collection has under `/sites` or `/teams`.
fn collection_path(path: &str) -> Option<String> {
    let mut segments = path.split('/').skip(1);
    let managed = segments.next().filter(|s| matches!(*s, "sites" | "teams"))?;
    Some(format!("/{managed}/{}", segments.next()?))
}
