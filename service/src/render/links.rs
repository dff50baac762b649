//! Absolute URLs, in the canonical form that servers give out whatever the client used.

use odata::path::SitePath;
use store::model::{ItemId, List};

use crate::request::Origin;

/// Where a site's addresses begin.
#[derive(Clone, Debug)]
pub(crate) struct Links {
    origin: Origin,
    site: String,
}

impl Links {
    pub(crate) fn new(origin: Origin, site: &SitePath) -> Self {
        Self { site: format!("{}{}", origin.as_str(), site.encoded()), origin }
    }

    /// The site's URL, without a slash at its end.
    pub(crate) fn site(&self) -> &str {
        &self.site
    }

    /// The URL that other addresses are relative to: `…/_api`.
    pub(crate) fn api(&self) -> String {
        format!("{}/_api", self.site)
    }

    /// The URL of ListData.svc.
    pub(crate) fn list_data(&self) -> String {
        format!("{}/_vti_bin/ListData.svc", self.site)
    }

    /// The address of an entity from its edit link.
    pub(crate) fn absolute(&self, edit_link: &str) -> String {
        format!("{}/_api/{edit_link}", self.site)
    }

    /// The addresses of another site.
    pub(crate) fn of_site(&self, site: &SitePath) -> Self {
        Self::new(self.origin.clone(), site)
    }

    /// The URL of another site.
    pub(crate) fn beside(&self, site: &SitePath) -> String {
        format!("{}{}", self.origin.as_str(), site.encoded())
    }

    /// The URL of a path as it was requested, with another query.
    pub(crate) fn same_path(&self, raw_path: &str, query: &str) -> String {
        format!("{}{raw_path}?{query}", self.origin.as_str())
    }
}

/// `Web/Lists(guid'…')`.
pub(crate) fn list_link(list: &List) -> String {
    format!("Web/Lists(guid'{}')", list.guid)
}

/// `Web/Lists(guid'…')/Items(1)`.
pub(crate) fn item_link(list: &List, id: ItemId) -> String {
    format!("{}/Items({})", list_link(list), id.0)
}
