//! SharePoint's dialect of OData, as types.
//!
//! Text becomes types here, and types become text again: what a client of ours can print,
//! the service can parse (`parse(print(x)) == x`). This crate does no I/O and reads no clock;
//! it builds natively and for `wasm32`.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may panic"))]
#![warn(missing_docs)]

pub mod batch;
pub mod caml;
mod encoding;
mod entity_tag;
mod excerpt;
mod literal;
mod media_type;
mod name;
pub mod path;
mod precondition;
pub mod query;
pub mod soap;
mod span;
mod timestamp;
mod view_xml;
mod xml_guard;

pub use entity_tag::{EntityTag, EntityTagError, Version};
pub use literal::Literal;
pub use media_type::{
    BodyTypeError, Format, Metadata, Negotiated, NotAcceptable, Protocol, accepts_text, check_body_type,
    is_xml_body, negotiate, negotiate_list_data,
};
pub use precondition::{Failed, HeaderError, Outcome, Preconditions, Selected, TagCondition};
pub use span::Span;
pub use timestamp::{Timestamp, TimestampError};
pub use uuid::Uuid;
pub use view_xml::{ViewScope, ViewXml, ViewXmlError, XmlFragment};
pub use xml_guard::check_xml;
