//! Batches as types: what `_api/$batch` holds, in either of its two forms, each of its requests still as text.
//! Whether the requests may stand in one batch is the question of `crate::batch`.

mod json;
mod within;

pub(crate) use within::Within;

use odata::batch::{BatchError, PartRequest, is_multipart, parse};

use super::{Body, BodyError, RequestError};

/// A batch.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) form: BatchForm,
    pub(crate) requests: Vec<BatchRequest>,
}

/// In which form a batch came, and is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BatchForm {
    /// multipart/mixed, as SharePoint has it.
    Parts,
    /// JSON (OData 4.01).
    Json,
}

/// One request of a batch. What it refers to stands before it.
#[derive(Debug)]
pub(crate) struct BatchRequest {
    /// What it is called; in parts its number.
    pub(crate) id: String,
    pub(crate) request: PartRequest,
    /// What its URL begins with, if that is another request's resource: then the URL is the rest.
    pub(crate) under: Option<usize>,
    /// The group with which it is done, or not at all.
    pub(crate) group: Option<String>,
    /// The requests without whose success it is not run.
    pub(crate) needs: Vec<usize>,
    /// The headers, by place, whose value is the entity tag of another request's answer.
    pub(crate) tags_of: Vec<(usize, usize)>,
}

/// Why a batch cannot be read, or not be run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BatchRefusal {
    #[error(transparent)]
    Parts(#[from] BatchError),
    #[error("Request '{id}' of the batch: {reason}.")]
    Request { id: String, reason: String },
    /// A header of the whole that speaks of one write.
    #[error("The header {0} belongs to the requests within a batch, not to the batch.")]
    Header(&'static str),
    /// Such a header on an UpdateListItems.
    #[error(
        "If-Match and its kin say something of one item. Here each method has a condition of its own: the field owshiddenversion."
    )]
    UpdatesHeader,
}

impl BatchRefusal {
    /// Writes by SOAP within a batch.
    pub(crate) fn soap_within(id: &str) -> RequestError {
        let reason = "an UpdateListItems does not stand within a batch".to_owned();
        Self::Request { id: id.to_owned(), reason }.into()
    }

    /// A batch within a batch.
    pub(crate) fn within(id: &str) -> RequestError {
        let reason = "a batch does not stand within a batch".to_owned();
        Self::Request { id: id.to_owned(), reason }.into()
    }
}

impl Batch {
    pub(super) fn parse(body: &Body<'_>) -> Result<Self, RequestError> {
        let content_type = body.content_type.unwrap_or_default();
        if !is_multipart(content_type) {
            return json::parse(body);
        }
        let parts = parse(content_type, body.bytes).map_err(BatchRefusal::from)?;
        let request = |(at, request): (usize, PartRequest)| BatchRequest {
            id: (at + 1).to_string(),
            request,
            under: None,
            group: None,
            needs: Vec::new(),
            tags_of: Vec::new(),
        };
        let requests = parts.into_iter().enumerate().map(request).collect();
        Ok(Self { form: BatchForm::Parts, requests })
    }
}

impl From<BatchRefusal> for RequestError {
    fn from(refusal: BatchRefusal) -> Self {
        Self::Batch(Box::new(refusal))
    }
}

impl From<serde_json::Error> for BodyError {
    fn from(error: serde_json::Error) -> Self {
        Self::Syntax(format!("({error})"))
    }
}

#[cfg(test)]
mod tests;
