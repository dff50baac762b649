//! What the requests of a batch mean together: where each goes, and which are done as one. All of it is decided
//! before any is run.

use odata::{
    batch::Target,
    path::{Resource, ResourcePath, SitePath, site_of},
};
use store::model::fold;

use crate::request::{Batch, BatchRefusal, BatchRequest};

/// Where a request of a batch goes.
pub(super) enum Address {
    At {
        path: String,
        query: String,
    },
    /// Below the resource that another request made, or went to.
    Under {
        request: usize,
        path: String,
        query: String,
    },
}

/// Requests that are run in one step: one, or those of a group.
pub(super) struct Step {
    pub(super) first: usize,
    pub(super) count: usize,
}

/// The address of each request. All are of the batch's own site, as SharePoint has it, and none is a batch.
pub(super) fn addresses(batch: &Batch, site: &SitePath, origin: &str) -> Result<Vec<Address>, BatchRefusal> {
    let own = Target::parse(origin, &SitePath::ROOT).and_then(|target| target.host);
    let address = |request: &BatchRequest| {
        let refused =
            |reason: &str| BatchRefusal::Request { id: request.id.clone(), reason: reason.to_owned() };
        let url = &request.request.url;
        if let Some(under) = request.under {
            let (path, query) = url.split_once('?').unwrap_or((url, ""));
            return Ok(Address::Under { request: under, path: path.to_owned(), query: query.to_owned() });
        }
        let Target { host, path, query } =
            Target::parse(url, site).ok_or_else(|| refused("its URL cannot be read"))?;
        if host.is_some() && host != own {
            return Err(refused("its URL is not of this server"));
        }
        if site_of(&path).is_none() {
            return Err(refused("its URL is no address of the API of a site"));
        }
        if !is_of(site, &path) {
            return Err(refused("its URL is not of the site that the batch was sent to"));
        }
        if ResourcePath::parse(&path, &query).is_ok_and(|path| path.resource == Resource::Batch) {
            return Err(refused("a batch does not stand within a batch"));
        }
        Ok(Address::At { path, query })
    };
    batch.requests.iter().map(address).collect()
}

/// Whether a path is of a site.
pub(super) fn is_of(site: &SitePath, path: &str) -> bool {
    site_of(path).is_some_and(|of| fold(of.as_str()) == fold(site.as_str()))
}

/// The steps of a batch, in order.
pub(super) fn steps(batch: &Batch) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (at, request) in batch.requests.iter().enumerate() {
        match steps.last_mut() {
            Some(last) if request.group.is_some() && batch.requests[last.first].group == request.group => {
                last.count += 1;
            }
            _ => steps.push(Step { first: at, count: 1 }),
        }
    }
    steps
}
