//! The catalog as a caller sees it. What a caller may not read is not in it, so that no address, filter
//! or expansion can tell that it is there.

use std::{collections::HashSet, sync::Arc};

use odata::path::SitePath;

use super::Catalog;
use crate::model::{List, Right, Rights, Scope, Site, SiteId, fold};

impl Catalog {
    /// What rights give in a site: those given there or in a site above it.
    #[must_use]
    pub fn right_at_site(&self, rights: &Rights, site: &Site) -> Option<Right> {
        let Rights::Granted(grants) = rights else { return Some(Right::Manage) };
        let holds = |scope: Scope| match scope {
            Scope::Site(id) => id == site.id || self.site_by_id(id).is_some_and(|s| is_above(s, site)),
            Scope::List(_) => false,
        };
        grants.iter().filter(|g| holds(g.scope)).map(|g| g.right).max()
    }

    /// What rights give in a list: those given for it, and those of its site; of a closed list's site only
    /// the right to manage counts.
    #[must_use]
    pub fn right_at_list(&self, rights: &Rights, list: &List) -> Option<Right> {
        let Rights::Granted(grants) = rights else { return Some(Right::Manage) };
        let own = grants.iter().filter(|g| g.scope == Scope::List(list.id)).map(|g| g.right).max();
        let of_site = self.site_by_id(list.site).and_then(|site| self.right_at_site(rights, site));
        own.max(of_site.filter(|right| !list.closed || *right == Right::Manage))
    }

    /// Whether the list's rights are not those of its site: it is closed, or rights are given for it.
    #[must_use]
    pub fn has_own_rights(&self, list: &List) -> bool {
        list.closed || self.access.grants().any(|(_, grant)| grant.scope == Scope::List(list.id))
    }

    /// Whether all there is may be read.
    #[must_use]
    pub fn sees_all(&self, rights: &Rights) -> bool {
        let least = if self.closed == 0 { Right::Read } else { Right::Manage };
        let root = self.site(&SitePath::ROOT);
        root.and_then(|root| self.right_at_site(rights, root)).is_some_and(|right| right >= least)
    }

    /// The catalog without the sites and lists that the rights do not let read. A site is there if
    /// anything of it may be read.
    #[must_use]
    pub fn seen_by(self: &Arc<Self>, rights: &Rights) -> Arc<Self> {
        if self.sees_all(rights) {
            return self.clone();
        }
        let mut seen = Self { users: self.users.clone(), access: self.access.clone(), ..Self::default() };
        for list in self.lists.values().filter(|l| self.right_at_list(rights, l).is_some()) {
            seen.put_list(list.clone());
        }
        let with_lists: HashSet<SiteId> = seen.lists.values().map(|l| l.site).collect();
        let is_seen =
            |site: &&Arc<Site>| with_lists.contains(&site.id) || self.right_at_site(rights, site).is_some();
        for site in self.sites.values().filter(is_seen) {
            seen.put_site(site.clone());
        }
        Arc::new(seen)
    }
}

fn is_above(above: &Site, site: &Site) -> bool {
    let (above, below) = (fold(above.path.as_str()), fold(site.path.as_str()));
    below.strip_prefix(above.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
