//! Content negotiation: `Accept` and `OData-Version` to a format; `Content-Type` of bodies.

mod accept;
mod range;
#[cfg(test)]
mod tests;

pub use accept::{negotiate, negotiate_list_data};
use range::MediaRange;
pub(crate) use range::{is_token, parameter, split_unquoted};

/// How much metadata a JSON light answer carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Metadata {
    /// `odata=minimalmetadata`. What asks for `fullmetadata` gets this too, and is told so by the
    /// answer's Content-Type.
    Minimal,
    /// `odata=nometadata`.
    None,
}

/// Which names the control members of JSON light have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// `odata.etag`: OData 3, SharePoint's default.
    V3,
    /// `@odata.etag`: OData 4, for `OData-Version: 4.0` or `odata.metadata=…`.
    V4,
}

/// The format of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// `application/json;odata=verbose`: everything under `d`.
    Verbose,
    /// JSON light.
    Light {
        /// How much metadata.
        metadata: Metadata,
        /// Whose names.
        protocol: Protocol,
    },
    /// `application/atom+xml`: for who asks for XML alone, and what ListData.svc speaks by default.
    Atom,
}

/// What [`negotiate`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Negotiated {
    /// The format of the answer.
    pub format: Format,
    /// Whether errors are wanted as `application/problem+json` (RFC 9457).
    pub problem: bool,
}

/// The client accepts nothing that can be served: 406.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The HTTP header ACCEPT is missing or its value is invalid.")]
pub struct NotAcceptable;

/// A request body whose Content-Type is missing or is none that is read there: 415.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The HTTP header Content-Type is missing or its value is invalid.")]
pub struct BodyTypeError;

impl Format {
    /// What is served where nothing is asked for.
    pub const DEFAULT: Self = Self::Light { metadata: Metadata::Minimal, protocol: Protocol::V3 };

    /// The Content-Type of an answer in this format; of Atom's, entries and feeds have others.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Verbose => "application/json;odata=verbose;charset=utf-8",
            Self::Atom => "application/xml;charset=utf-8",
            Self::Light { metadata: Metadata::Minimal, protocol: Protocol::V3 } => {
                "application/json;odata=minimalmetadata;streaming=true;charset=utf-8"
            }
            Self::Light { metadata: Metadata::None, protocol: Protocol::V3 } => {
                "application/json;odata=nometadata;streaming=true;charset=utf-8"
            }
            Self::Light { metadata: Metadata::Minimal, protocol: Protocol::V4 } => {
                "application/json;odata.metadata=minimal;odata.streaming=true;charset=utf-8"
            }
            Self::Light { metadata: Metadata::None, protocol: Protocol::V4 } => {
                "application/json;odata.metadata=none;odata.streaming=true;charset=utf-8"
            }
        }
    }
}

/// Whether plain text is accepted by name, as the bare values of properties and counts are asked for.
#[must_use]
pub fn accepts_text(accept: Option<&str>) -> bool {
    let is_text = |range: MediaRange| range.quality > 0 && ["text/plain", "text/*"].contains(&&*range.name);
    split_unquoted(accept.unwrap_or_default(), ',').filter_map(MediaRange::parse).any(is_text)
}

/// Checks that a request's body is JSON of some kind, with any parameters.
pub fn check_body_type(content_type: Option<&str>) -> Result<(), BodyTypeError> {
    let is_json = |family: &str, subtype: &str| {
        (family, subtype) == ("application", "json") || is_token(family) && subtype.ends_with("+json")
    };
    if is_body_of(content_type, is_json) { Ok(()) } else { Err(BodyTypeError) }
}

/// Whether a request's body is XML: an Atom entry, as clients of ListData.svc send it.
#[must_use]
pub fn is_xml_body(content_type: Option<&str>) -> bool {
    is_body_of(content_type, |family, subtype| {
        ["application", "text"].contains(&family) && (subtype == "xml" || subtype.ends_with("+xml"))
    })
}

/// Whether a body is of a type, in a charset that is read.
fn is_body_of(content_type: Option<&str>, is_type: impl Fn(&str, &str) -> bool) -> bool {
    let mut parts = split_unquoted(content_type.unwrap_or_default(), ';');
    let name = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_named = name.split_once('/').is_some_and(|(f, s)| is_token(s) && is_type(f, s));
    // "utf8" is no charset's name, but everybody knows what it means.
    let readable = |value: &str| ["utf-8", "utf8", "us-ascii"].iter().any(|c| value.eq_ignore_ascii_case(c));
    is_named && parts.filter_map(parameter).all(|(name, value)| name != "charset" || readable(&value))
}
