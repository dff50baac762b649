//! The names of ListData.svc, the service of SharePoint 2010: sets and properties are named by the titles of lists
//! and fields, where `_api` has GUIDs and InternalNames. What is asked for under these names is resolved into the
//! same plans, and what is answered is spelt with them.

mod columns;
mod identifier;
mod sets;

pub(crate) use columns::{Column, Columns, Source, column_type};
pub(crate) use sets::{Set, Sets};

/// The namespace of the types.
pub(crate) const NAMESPACE: &str = "Microsoft.SharePoint.DataService";

/// What stands between several values in one text.
pub(crate) const SEPARATOR: &str = ";#";

/// The name of the container of a site's sets.
pub(crate) fn container_name(site: &store::model::Site) -> String {
    format!("{}DataContext", identifier::identifier(&site.title))
}
