//! Service documents: what a service has, for clients that begin there.

use odata::{Format, Metadata, Protocol, path::Service};
use serde_json::{Value, json};

use super::{Reply, View, atom::ATOM, entity::context_name, xml::Xml};

const APP: &str = "http://www.w3.org/2007/app";

/// A set of a service.
#[derive(Debug)]
pub(crate) struct Collection {
    pub(crate) name: String,
    /// Its address, relative to the service's.
    pub(crate) url: String,
}

/// What a service has: its sets.
pub(crate) fn service_document(view: &View, sets: &[Collection]) -> Reply {
    let base = match view.service {
        Service::Api | Service::Soap => view.links.api(),
        Service::ListData => view.links.list_data(),
    };
    let body = match view.format {
        Format::Atom => workspace(&format!("{base}/"), sets),
        Format::Verbose => {
            // Clients of OData 2 take the names for addresses.
            let names: Vec<&str> = sets.iter().map(|set| set.url.as_str()).collect();
            json!({"d": {"EntitySets": names}}).to_string()
        }
        Format::Light { metadata, protocol } => {
            let mut members: Vec<Value> = sets.iter().map(|set| member(protocol, set, "EntitySet")).collect();
            if protocol == Protocol::V4 {
                let single = |name: &str| Collection { name: name.into(), url: name.into() };
                members.extend(["Web", "Site"].map(|name| member(protocol, &single(name), "Singleton")));
            }
            match metadata {
                Metadata::Minimal => {
                    json!({context_name(protocol): format!("{base}/$metadata"), "value": members})
                }
                Metadata::None => json!({"value": members}),
            }
            .to_string()
        }
    };
    Reply::json(200, view.format, body)
}

fn member(protocol: Protocol, set: &Collection, kind: &str) -> Value {
    match protocol {
        Protocol::V3 => json!({"name": set.name, "url": set.url}),
        Protocol::V4 => json!({"name": set.name, "kind": kind, "url": set.url}),
    }
}

fn workspace(base: &str, sets: &[Collection]) -> String {
    let mut xml = Xml::new();
    xml.open("service", &[("xml:base", base), ("xmlns", APP), ("xmlns:atom", ATOM)]);
    xml.open("workspace", &[]);
    xml.text("atom:title", &[], "Default");
    for set in sets {
        xml.open("collection", &[("href", &set.url)]);
        xml.text("atom:title", &[], &set.name);
        xml.close("collection");
    }
    xml.close("workspace");
    xml.close("service");
    xml.finish()
}
