//! Outcomes become answers: status, headers, bytes.

mod atom;
mod batch;
mod catalog;
mod content_type;
mod context;
mod entity;
mod error;
mod error_body;
mod field;
mod field_kind;
mod field_texts;
mod form;
mod item;
mod item_writer;
mod links;
mod list;
mod list_data;
mod metadata;
mod page_script;
mod property;
mod property_type;
mod replay;
mod row_schema;
mod rows;
mod service_document;
mod sign_in;
mod site;
mod soap;
mod user;
mod view;
mod xml;

pub(crate) use batch::{batch_in_json, batch_in_parts};
pub(crate) use catalog::matching;
pub(crate) use content_type::{
    CONTENT_TYPES, content_type_entity, folder_url, is_content_type_of, root_folder_entity,
};
pub(crate) use entity::{Entity, Nested, Property, collection, embedded, single};
pub(crate) use error::{error_code, refusal, sign_in_status};
pub(crate) use field::{Fields, field_entity, field_properties, system_field_entity};
pub(crate) use field_texts::{TextsOf, field_texts};
pub(crate) use form::{FormResult, form_results};
pub(crate) use item::{added, changed, conflict_item, increment, item, items, light_values};
pub(crate) use item_writer::{Around, Shown};
pub(crate) use links::Links;
pub(crate) use list::{list_entity, list_entity_with_nested, list_properties};
pub(crate) use list_data::{data_property, data_value};
pub(crate) use metadata::metadata;
pub(crate) use page_script::page_script;
pub(crate) use property::{base_permissions, count, named, property, raw, returned};
pub(crate) use property_type::{item_property_type, property_type};
pub(crate) use replay::{from_stored, to_stored};
pub(crate) use rows::{Rows, RowsShown, rows};
pub(crate) use service_document::{Collection, service_document};
pub(crate) use sign_in::{sign_in_page, sign_in_style, sign_out_page, signed_in, signed_out, to_sign_in};
pub(crate) use site::{child_web_entity, context_info, site_entity, web_entity, web_entity_with_nested};
pub(crate) use soap::{MethodResult, SoapRows, soap_items, soap_list, soap_lists, soap_results, soap_row};
pub(crate) use user::{USERS, user_entity};
pub(crate) use view::{VIEWS, view_entities, view_entity, view_fields_entity, view_html, view_properties};

use std::sync::Arc;

use odata::{Format, Protocol, Timestamp, Version, path::Service};

use crate::{list_data::Sets, quota::Quota, request::Prefer};

/// An answer.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    /// The status.
    pub(crate) status: u16,
    /// The headers that are this answer's own.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

/// An answer with the version of the protocol that it speaks, where that is not the one of all others.
pub(crate) fn versioned(view: &View, mut reply: Reply) -> Reply {
    match (view.service, view.format) {
        (Service::ListData, _) => {
            let types = reply.headers.iter_mut().filter(|(name, _)| *name == "Content-Type");
            for (_, value) in types.filter(|(_, value)| value == Format::Verbose.content_type()) {
                // OData 2 has one JSON, without a name of its own.
                *value = "application/json;charset=utf-8".into();
            }
            reply.with("DataServiceVersion", "2.0;")
        }
        (Service::Api, Format::Light { protocol: Protocol::V4, .. }) => reply.with("OData-Version", "4.0"),
        _ => reply,
    }
}

/// What an answer is rendered with.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) format: Format,
    /// Whose names and addresses are used.
    pub(crate) service: Service,
    /// The sets of ListData.svc, where that is asked.
    pub(crate) sets: Arc<Sets>,
    pub(crate) links: Links,
    pub(crate) prefer: Prefer,
}

impl View {
    /// An item's tag, as the service spells it.
    pub(crate) fn tag(&self, version: Version) -> String {
        match self.service {
            Service::Api | Service::Soap => version.to_string(),
            // SharePoint 2010 calls them weak.
            Service::ListData => format!("W/{version}"),
        }
    }
}

impl Reply {
    pub(crate) fn new(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// A body in the format that was asked for: JSON, or an Atom document.
    pub(crate) fn json(status: u16, format: Format, body: String) -> Self {
        let content_type = match format {
            Format::Atom => atom::content_type(&body),
            format => format.content_type(),
        };
        Self { body: body.into_bytes(), ..Self::new(status).with("Content-Type", content_type) }
    }

    /// With what is left to the caller.
    pub(crate) fn with_quota(self, quota: Quota) -> Self {
        self.with("RateLimit-Limit", quota.limit.to_string())
            .with("RateLimit-Remaining", quota.remaining.to_string())
            .with("RateLimit-Reset", quota.reset.to_string())
    }

    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn modified(self, at: Timestamp) -> Self {
        self.with("Last-Modified", at.to_http())
    }

    /// The same without a body: 304 carries the headers that 200 would have had.
    pub(crate) fn not_modified(mut self) -> Self {
        self.headers.retain(|(name, _)| *name != "Content-Type");
        Self { status: 304, body: Vec::new(), ..self }
    }
}
