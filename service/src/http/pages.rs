//! Folders of pages that came from SharePoint, served at `<site>/SitePages/` so that they are of the
//! same origin as the lists.

use std::path::PathBuf;

use actix_files::Files;
use actix_web::{dev::HttpServiceFactory, middleware::from_fn, web};
use odata::path::SitePath;

use super::admission::guard_pages;

/// A folder of pages and the site that it belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Pages {
    pub(crate) site: SitePath,
    pub(crate) folder: PathBuf,
}

impl Pages {
    /// The service of the folder's files, for those who see the site; hidden files are not served.
    pub(super) fn service(&self) -> impl HttpServiceFactory + use<> {
        let site = self.site.clone();
        let files = Files::new("/", &self.folder).index_file("index.html").prefer_utf8(true);
        web::scope(&format!("{}/SitePages", self.site.encoded()))
            .wrap(from_fn(move |request, next| guard_pages(site.clone(), request, next)))
            .service(files)
    }
}
