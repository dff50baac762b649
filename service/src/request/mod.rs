//! A request as text becomes a request as types. What leaves here is not checked again for its form;
//! whether it makes sense against the catalog is the plan's question.

mod action;
mod address;
mod batch;
mod body;
mod caml;
mod entry_xml;
mod fields;
mod headers;
mod hosts;
mod method;
mod repeat;
mod schema_xml;
mod sign_in;
mod views;
mod way;

pub(crate) use action::{Action, FieldsOf, Thing};
pub(crate) use address::Address;
pub(crate) use batch::{Batch, BatchForm, BatchRefusal, BatchRequest, Within};
pub(crate) use body::{Body, BodyError};
pub(crate) use caml::{CamlQuery, RowsQuery};
pub(crate) use headers::{ALLOWED, Headers, Prefer};
pub(crate) use hosts::{Name, Names, is_local, is_own};
pub(crate) use method::Method;
pub(crate) use repeat::{RepeatError, Repeatable};
pub(crate) use schema_xml::SchemaXml;
pub(crate) use sign_in::{ReturnUrl, SignInForm, return_query};
pub(crate) use views::{ViewRead, ViewWrite};
pub(crate) use way::{Arrival, Origin, Proxies, Way, WayError};

use odata::{
    HeaderError, NotAcceptable, Preconditions, Timestamp,
    caml::{CamlError, PagingError},
    path::{PathError, Resource, ResourcePath, Service, SitePath},
    query::QueryError,
    soap::SoapError,
};
use store::model::Fingerprint;

/// The headers of a request, wherever they come from.
pub(crate) trait RawHeaders {
    /// The values of all lines of a header; its name is in lower case.
    fn lines<'a>(&'a self, name: &str) -> Box<dyn Iterator<Item = &'a [u8]> + 'a>;
}

/// A request as it came over the wire, its body read whole.
pub(crate) struct RawRequest<'a> {
    /// The method of the request line.
    pub(crate) method: &'a str,
    /// The raw path.
    pub(crate) path: &'a str,
    /// The raw query, without `?`.
    pub(crate) query: &'a str,
    /// The headers.
    pub(crate) headers: &'a dyn RawHeaders,
    /// The body.
    pub(crate) body: &'a [u8],
    /// By which way it came.
    pub(crate) way: Way,
    /// The session that the request's cookie names.
    pub(crate) session: Option<Fingerprint>,
}

/// A request as types.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) site: SitePath,
    /// Whether the root of the site's collection is meant instead.
    pub(crate) root_web: bool,
    /// Whose names its action has.
    pub(crate) service: Service,
    pub(crate) action: Action,
    /// Whether it changes nothing by its method, or is the one that asks for a digest.
    pub(crate) is_safe: bool,
    pub(crate) preconditions: Preconditions,
    pub(crate) repeat: Option<Repeatable>,
}

/// Why a request cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RequestError {
    #[error(transparent)]
    NotAcceptable(#[from] NotAcceptable),
    #[error(transparent)]
    Path(#[from] PathError),
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error(transparent)]
    Caml(#[from] CamlError),
    #[error(transparent)]
    Paging(#[from] PagingError),
    #[error(transparent)]
    Header(#[from] HeaderError),
    #[error("The header {header} has the value '{value}'. This service speaks version 2.0 of the protocol.")]
    Version { header: &'static str, value: String },
    #[error(transparent)]
    Body(#[from] body::BodyError),
    #[error("The HTTP method '{method}' cannot be used to access the resource '{resource}'.")]
    Method { method: String, resource: String, allowed: &'static [&'static str] },
    #[error(transparent)]
    Batch(Box<BatchRefusal>),
    #[error(transparent)]
    Soap(#[from] SoapError),
    #[error(transparent)]
    Repeat(#[from] repeat::RepeatError),
}

/// Reads a request whose format has been negotiated.
pub(crate) fn parse(raw: &RawRequest<'_>, now: Timestamp, window: i64) -> Result<Request, RequestError> {
    let headers = Headers(raw.headers);
    let path = ResourcePath::parse(raw.path, raw.query)?;
    let method = headers.method(raw.method);
    let service = Service::of(raw.path).unwrap_or_default();
    let may_be_entry = service == Service::ListData;
    if may_be_entry {
        headers.check_data_service_version()?;
    }
    let body = Body {
        content_type: headers.content_type(),
        soap_action: headers.soap_action(),
        may_be_entry,
        bytes: raw.body,
    };
    let preconditions = headers.preconditions(&method)?;
    let (root_web, resource) = match path.resource {
        Resource::RootWeb(within) => (true, *within),
        resource => (false, resource),
    };
    let action = Action::parse(&method, resource, raw.query, &body)?;
    let repeat =
        if action.is_write() { Repeatable::parse(&headers, raw, &method, now, window)? } else { None };
    let is_safe = method.is_safe() || action.changes_nothing();
    Ok(Request { site: path.site, root_web, service, action, is_safe, preconditions, repeat })
}
