//! SOAP 1.1, as `_vti_bin/Lists.asmx` has it.
//!
//! ```text
//! envelope = "<Envelope>" [ "<Header>" … "</Header>" ] "<Body>" call "</Body>" "</Envelope>"
//! call     = "<GetListItems>" listName [ viewName ] [ query ] [ viewFields ] [ rowLimit ] [ queryOptions ] "</GetListItems>"
//!          / "<UpdateListItems>" listName "<updates>" batch "</updates>" "</UpdateListItems>"
//!          / "<GetList>" listName "</GetList>"
//!          / "<GetListCollection />"                       ; parameters in any order
//! batch    = "<Batch OnError='Return' ListVersion='…'>" *method "</Batch>"
//! method   = "<Method ID='1' Cmd='New'>" *"<Field Name='…'>" text "</Field>" "</Method>"      ; Update Delete
//! ```
//!
//! What `query`, `viewFields` and `updates` hold may stand there as elements or as text. Parameters that are not
//! named here say nothing. Documents with a DTD are refused, so that there are no entities but XML's own.

mod read;
#[cfg(test)]
mod tests;

use uuid::Uuid;

use crate::caml::{CamlError, PagingError, PagingInfo, View};
use crate::path::ListKey;

/// The namespace of the operations.
pub const LISTS_NAMESPACE: &str = "http://schemas.microsoft.com/sharepoint/soap/";

/// The most bytes of an envelope.
pub const MAX_SOAP_BYTES: usize = 4 * 1024 * 1024;

/// The most methods of an `UpdateListItems`.
pub const MAX_METHODS: usize = 200;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SoapCall {
    /// `GetListItems`, `GetList`, `GetListCollection`.
    Read(SoapRead),
    /// `UpdateListItems`.
    Update(SoapUpdates),
}

/// What changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SoapRead {
    /// `GetListItems`.
    Items(ListKey, Box<SoapQuery>),
    /// `GetList`.
    List(ListKey),
    /// `GetListCollection`.
    Lists,
}

/// Which items, in which order, and what of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SoapQuery {
    /// `viewName`: the view that tells what is not told here; the default one where there is none.
    pub view: Option<Uuid>,
    /// Whether there is a `<Query>`, which then counts instead of the view's.
    pub has_query: bool,
    /// `query` and `viewFields`.
    pub caml: View,
    /// `rowLimit`; 0 is SharePoint's word for none.
    pub row_limit: Option<u32>,
    /// `<Paging ListItemCollectionPositionNext='…'>`.
    pub paging: Option<PagingInfo>,
    /// `<Folder>`, where it is not empty.
    pub folder: Option<String>,
}

/// Writes of a list's items, each by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoapUpdates {
    /// Whose items.
    pub list: ListKey,
    /// Whether those after one that fails are done all the same.
    pub continues: bool,
    /// The writes, in order.
    pub methods: Vec<SoapMethod>,
}

/// One write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoapMethod {
    /// Its name, which the answer repeats.
    pub id: String,
    /// What it does.
    pub command: SoapCommand,
    /// The texts of fields, by InternalName, but for `ID` and `owshiddenversion`.
    pub fields: Vec<(String, String)>,
}

/// What a write does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoapCommand {
    /// `New`.
    New,
    /// `Update` of the item with that Id, if it has that version.
    Update(i64, Option<u64>),
    /// `Delete` of the item with that Id, if it has that version.
    Delete(i64, Option<u64>),
}

/// Why an envelope cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SoapError {
    /// Its type is none of SOAP 1.1, or its characters are not UTF-8: 415.
    #[error("The request cannot be read: its Content-Type has to be text/xml, in UTF-8.")]
    Type,
    /// It is no XML that can be used.
    #[error("The request cannot be read: {0}.")]
    Xml(String),
    /// It is XML of another kind.
    #[error("The request is no envelope of SOAP 1.1 with one operation in its body.")]
    NotEnvelope,
    /// A header that has to be understood, and is not.
    #[error("The header '{0}' of the envelope is not understood.")]
    Header(String),
    /// An operation that is not there.
    #[error(
        "The operation '{0}' is not there. Lists.asmx has GetListItems, UpdateListItems, GetList and GetListCollection."
    )]
    Operation(String),
    /// `SOAPAction` names another operation than the body.
    #[error("Server did not recognize the value of HTTP Header SOAPAction: {0}.")]
    Action(String),
    /// A parameter that cannot be read, or is not there.
    #[error("The parameter {name} of {operation} has to be {expected}.")]
    Parameter {
        /// The operation.
        operation: &'static str,
        /// The parameter.
        name: &'static str,
        /// What it has to be.
        expected: &'static str,
    },
    /// A method of a batch that cannot be read.
    #[error("The method '{id}' cannot be run: {reason}.")]
    Method {
        /// Its `ID`, cut to a printable length.
        id: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// The query, or the fields.
    #[error(transparent)]
    Caml(#[from] CamlError),
    /// Where the page begins.
    #[error(transparent)]
    Paging(#[from] PagingError),
}

impl SoapCall {
    /// Reads an envelope, under what its headers `Content-Type` and `SOAPAction` say of it.
    ///
    /// # Errors
    /// [`SoapError`].
    pub fn parse(content_type: Option<&str>, action: Option<&str>, body: &[u8]) -> Result<Self, SoapError> {
        check_type(content_type)?;
        let call = read::call(body)?;
        // Where nothing is said, the body says it; `""` is such a nothing (SOAP 1.1, section 6.1.1).
        let sent = action.map(|action| action.trim().trim_matches('"')).unwrap_or_default();
        let agrees = sent.strip_prefix(LISTS_NAMESPACE).is_some_and(|name| name == call.operation());
        if sent.is_empty() || agrees {
            Ok(call)
        } else {
            Err(SoapError::Action(crate::excerpt::excerpt(sent)))
        }
    }

    /// The operation's name.
    #[must_use]
    pub const fn operation(&self) -> &'static str {
        match self {
            Self::Read(SoapRead::Items(..)) => "GetListItems",
            Self::Read(SoapRead::List(_)) => "GetList",
            Self::Read(SoapRead::Lists) => "GetListCollection",
            Self::Update(_) => "UpdateListItems",
        }
    }
}

/// `text/xml;charset='utf-8'`: SPServices puts the name of the characters in apostrophes.
fn check_type(content_type: Option<&str>) -> Result<(), SoapError> {
    let content_type = content_type.ok_or(SoapError::Type)?;
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let is_xml = ["text/xml", "application/xml"].iter().any(|known| essence.eq_ignore_ascii_case(known));
    let charset = content_type.split(';').skip(1).find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']))
    });
    let is_utf8 = charset.is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8"));
    if is_xml && is_utf8 { Ok(()) } else { Err(SoapError::Type) }
}
