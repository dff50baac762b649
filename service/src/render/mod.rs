//! Outcomes become answers: status, headers, bytes.

mod catalog;
mod content_type;
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
mod page_script;
mod property;
mod property_type;
mod replay;
mod sign_in;
mod site;
mod user;
mod view;

pub(crate) use catalog::matching;
pub(crate) use content_type::{
    CONTENT_TYPES, content_type_entity, folder_url, is_content_type_of, root_folder_entity,
};
pub(crate) use entity::{Entity, Nested, Property, collection, embedded, single};
pub(crate) use error::{refusal, sign_in_status};
pub(crate) use field::{Fields, field_entity, field_properties, system_field_entity};
pub(crate) use field_texts::{TextsOf, field_texts};
pub(crate) use form::{FormResult, form_results};
pub(crate) use item::{added, changed, conflict_item, increment, item, items, light_values};
pub(crate) use item_writer::{Around, Shown};
pub(crate) use links::Links;
pub(crate) use list::{list_entity, list_entity_with_nested, list_properties};
pub(crate) use page_script::page_script;
pub(crate) use property::{base_permissions, count, named, property, raw, returned};
pub(crate) use property_type::{item_property_type, property_type};
pub(crate) use replay::{from_stored, to_stored};
pub(crate) use sign_in::{sign_in_page, sign_in_style, sign_out_page, signed_in, signed_out, to_sign_in};
pub(crate) use site::{child_web_entity, context_info, site_entity, web_entity, web_entity_with_nested};
pub(crate) use user::{USERS, user_entity};
pub(crate) use view::{VIEWS, view_entities, view_entity, view_fields_entity, view_html, view_properties};

use odata::{Format, Timestamp};

use crate::request::Prefer;

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

/// What an answer is rendered with.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) format: Format,
    pub(crate) links: Links,
    pub(crate) prefer: Prefer,
}

impl Reply {
    pub(crate) fn new(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn json(status: u16, format: Format, body: String) -> Self {
        Self { body: body.into_bytes(), ..Self::new(status).with("Content-Type", format.content_type()) }
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
