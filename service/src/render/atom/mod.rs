//! Atom: what asks for XML alone gets. An entry says what the verbose form says of the same thing, with its types
//! told, so that there is one account of what an answer holds.

mod edm;
mod entry;
mod verbose;

pub(super) use edm::Types;
pub(super) use entry::{
    Entry, Feed, Inline, Link, Property, document_of_entry, document_of_feed, write_value,
};
pub(super) use verbose::rendered;

use serde_json::Value;

use super::xml::{Attr, Xml};

pub(super) const ATOM: &str = "http://www.w3.org/2005/Atom";
pub(super) const DATA: &str = "http://schemas.microsoft.com/ado/2007/08/dataservices";
pub(super) const METADATA: &str = "http://schemas.microsoft.com/ado/2007/08/dataservices/metadata";

/// The Content-Type of a document: its root says what it is.
pub(super) fn content_type(body: &str) -> &'static str {
    let root = body.split_once("?>").map_or(body, |(_, rest)| rest);
    if root.starts_with("<entry") {
        "application/atom+xml;type=entry;charset=utf-8"
    } else if root.starts_with("<feed") {
        "application/atom+xml;type=feed;charset=utf-8"
    } else if root.starts_with("<service") {
        "application/atomsvc+xml;charset=utf-8"
    } else {
        "application/xml;charset=utf-8"
    }
}

/// One value as a document: `<d:Title xmlns:d="…">x</d:Title>`.
pub(super) fn property(name: &str, type_name: &str, value: &Value) -> String {
    let mut xml = Xml::new();
    let namespaces: [Attr<'_>; 2] = [("xmlns:d", DATA), ("xmlns:m", METADATA)];
    write_value(&mut xml, &format!("d:{name}"), &namespaces, type_name, value);
    xml.finish()
}
