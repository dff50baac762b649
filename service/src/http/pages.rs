//! Folders of pages that came from SharePoint, served at `<site>/SitePages/` so that they are of the
//! same origin as the lists.

use std::path::PathBuf;

use actix_files::Files;
use odata::path::SitePath;

/// A folder of pages and the site that it belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Pages {
    pub(crate) site: SitePath,
    pub(crate) folder: PathBuf,
}

impl Pages {
    /// The service of the folder's files; hidden files are not served.
    pub(super) fn files(&self) -> Files {
        let at = format!("{}/SitePages", self.site.encoded());
        Files::new(&at, &self.folder).index_file("index.html").prefer_utf8(true)
    }
}
