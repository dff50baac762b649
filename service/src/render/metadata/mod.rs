//! `$metadata`: the types of what a service has, as EDMX. Made from what answers show, so that neither says what the
//! other does not.

mod api;
mod list_data;
mod samples;
mod schema;

use odata::path::Service;
use store::{
    Catalog,
    model::{List, Site},
};

use super::{Reply, View};
use schema::Document;

/// The metadata of a service of a site, with the types of the lists that the caller sees.
pub(crate) fn metadata(view: &View, catalog: &Catalog, site: &Site) -> Reply {
    let lists = catalog.lists_of(site.id);
    let lists: Vec<&List> = lists.iter().map(|list| &**list).collect();
    let document = match view.service {
        Service::Api | Service::Soap => {
            Document { version: "3.0", schemas: api::schemas(view, catalog, site, &lists) }
        }
        Service::ListData => {
            Document { version: "2.0", schemas: vec![list_data::schema(view, site, &lists)] }
        }
    };
    let reply = Reply::new(200).with("Content-Type", "application/xml;charset=utf-8");
    Reply { body: document.written().into_bytes(), ..reply }
}
