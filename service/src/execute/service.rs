//! What a service says of itself: its document and its metadata, of what the caller sees.

use odata::path::Service;
use store::{
    Catalog,
    model::{Right, Site},
};

use super::{Call, tag};
use crate::{
    error::Error,
    ports::Store,
    render::{self, Collection, Reply},
};

/// The sets of a service, each of which can be read at its address.
pub(super) fn read_document<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Site,
) -> Result<Reply, Error> {
    let sets = match call.view.service {
        Service::Api | Service::Soap => api_sets(call, catalog, site),
        Service::ListData => {
            let of =
                |set: &crate::list_data::Set| Collection { name: set.name.clone(), url: set.name.clone() };
            call.view.sets.iter().map(of).collect()
        }
    };
    Ok(tag::tagged(call, render::service_document(call.view, &sets)))
}

fn api_sets<S: Store>(call: &Call<'_, S>, catalog: &Catalog, site: &Site) -> Vec<Collection> {
    let of_web = |name: &str, url: &str| Collection { name: name.to_owned(), url: format!("Web/{url}") };
    let mut sets = vec![of_web("Lists", "Lists"), of_web("Webs", "Webs")];
    if call.store.catalog().right_at_site(call.rights, site) >= Some(Right::Read) {
        sets.extend([of_web("Fields", "Fields"), of_web("Users", "SiteUsers")]);
    }
    for list in catalog.lists_of(site.id) {
        let url = format!("Lists(guid'{}')/Items", list.guid);
        sets.push(of_web(&format!("SP.ListData.{}Items", list.entity_type_name), &url));
    }
    sets
}

/// The types of what there is.
pub(super) fn read_metadata<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Site,
) -> Result<Reply, Error> {
    Ok(tag::tagged(call, render::metadata(call.view, catalog, site)))
}
