//! What a request does: the table of methods and resources.

use odata::{
    path::{FieldKey, ItemKey, ListKey, ListPart, Resource},
    query::QueryOptions,
};
use serde_json::{Map, Value};

use super::{Body, Method, RequestError};

type Object = Map<String, Value>;

/// What a request does.
#[derive(Debug)]
pub(crate) enum Action {
    /// OPTIONS: which methods the resource has.
    Describe(&'static [&'static str]),
    ReadContextInfo,
    ReadWeb(QueryOptions),
    AddWeb(Object),
    ReadLists(QueryOptions),
    AddList(Object),
    ReadList(ListKey, QueryOptions),
    ChangeList(ListKey, Object),
    DeleteList(ListKey),
    ReadFields(ListKey, QueryOptions),
    AddField(ListKey, Object),
    ReadField(ListKey, FieldKey, QueryOptions),
    ChangeField(ListKey, FieldKey, Object),
    DeleteField(ListKey, FieldKey),
    ReadItems(ListKey, QueryOptions),
    AddItem(ListKey, Object),
    ReadItem(ListKey, ItemKey, QueryOptions),
    MergeItem(ListKey, ItemKey, Object),
    ReplaceItem(ListKey, ItemKey, Object),
    DeleteItem(ListKey, ItemKey),
    Increment(ListKey, ItemKey, Object),
}

impl Action {
    /// Reads what a method means for a resource.
    pub(crate) fn parse(
        method: &Method,
        resource: Resource,
        query: &str,
        body: &Body<'_>,
    ) -> Result<Self, RequestError> {
        let allowed = allowed(&resource);
        if *method == Method::Options {
            return Ok(Self::Describe(allowed));
        }
        let options = || QueryOptions::parse(query);
        Ok(match (method, resource) {
            (Method::Post, Resource::ContextInfo) => Self::ReadContextInfo,
            (Method::Get | Method::Head, Resource::Web) => Self::ReadWeb(options()?),
            (Method::Post, Resource::AddWeb) => Self::AddWeb(body.parameters()?),
            (Method::Get | Method::Head, Resource::Lists) => Self::ReadLists(options()?),
            (Method::Post, Resource::Lists) => Self::AddList(body.object()?),
            (method, Resource::List { list, part }) => match (method, part) {
                (Method::Get | Method::Head, ListPart::Itself) => Self::ReadList(list, options()?),
                (Method::Merge, ListPart::Itself) => Self::ChangeList(list, body.object()?),
                (Method::Delete, ListPart::Itself) => Self::DeleteList(list),
                (Method::Get | Method::Head, ListPart::Fields) => Self::ReadFields(list, options()?),
                (Method::Post, ListPart::Fields) => Self::AddField(list, body.parameters()?),
                (Method::Get | Method::Head, ListPart::Field(field)) => {
                    Self::ReadField(list, field, options()?)
                }
                (Method::Merge, ListPart::Field(field)) => Self::ChangeField(list, field, body.object()?),
                (Method::Delete, ListPart::Field(field)) => Self::DeleteField(list, field),
                (Method::Get | Method::Head, ListPart::Items) => Self::ReadItems(list, options()?),
                (Method::Post, ListPart::Items) => Self::AddItem(list, body.object()?),
                (Method::Get | Method::Head, ListPart::Item(item)) => Self::ReadItem(list, item, options()?),
                (Method::Merge, ListPart::Item(item)) => Self::MergeItem(list, item, body.object()?),
                (Method::Put, ListPart::Item(item)) => Self::ReplaceItem(list, item, body.object()?),
                (Method::Delete, ListPart::Item(item)) => Self::DeleteItem(list, item),
                (Method::Post, ListPart::Increment(item)) => Self::Increment(list, item, body.object()?),
                (_, part) => return Err(wrong_method(method, &Resource::List { list, part }, allowed)),
            },
            (_, resource) => return Err(wrong_method(method, &resource, allowed)),
        })
    }

    /// Whether it may change something.
    pub(crate) const fn is_write(&self) -> bool {
        !matches!(
            self,
            Self::Describe(_)
                | Self::ReadContextInfo
                | Self::ReadWeb(_)
                | Self::ReadLists(_)
                | Self::ReadList(..)
                | Self::ReadFields(..)
                | Self::ReadField(..)
                | Self::ReadItems(..)
                | Self::ReadItem(..)
        )
    }
}

fn wrong_method(method: &Method, resource: &Resource, allowed: &'static [&'static str]) -> RequestError {
    RequestError::Method { method: method.name().to_owned(), resource: name(resource).to_owned(), allowed }
}

/// The methods that a resource has.
fn allowed(resource: &Resource) -> &'static [&'static str] {
    match resource {
        Resource::ContextInfo | Resource::AddWeb => &["POST", "OPTIONS"],
        Resource::Web => &["GET", "HEAD", "OPTIONS"],
        Resource::Lists => &["GET", "HEAD", "POST", "OPTIONS"],
        Resource::List { part, .. } => match part {
            ListPart::Itself | ListPart::Field(_) => {
                &["GET", "HEAD", "POST", "MERGE", "PATCH", "DELETE", "OPTIONS"]
            }
            ListPart::Item(_) => &["GET", "HEAD", "POST", "MERGE", "PATCH", "PUT", "DELETE", "OPTIONS"],
            ListPart::Fields | ListPart::Items => &["GET", "HEAD", "POST", "OPTIONS"],
            ListPart::Increment(_) => &["POST", "OPTIONS"],
        },
    }
}

fn name(resource: &Resource) -> &'static str {
    match resource {
        Resource::ContextInfo => "contextinfo",
        Resource::Web => "web",
        Resource::AddWeb => "add",
        Resource::Lists => "lists",
        Resource::List { part, .. } => match part {
            ListPart::Itself => "list",
            ListPart::Fields => "fields",
            ListPart::Field(_) => "field",
            ListPart::Items => "items",
            ListPart::Item(_) => "item",
            ListPart::Increment(_) => "increment",
        },
    }
}
