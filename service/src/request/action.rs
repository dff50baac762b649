//! What a request does: the table of methods and resources.

use odata::{
    path::{FieldKey, FieldTexts, ItemKey, ListKey, ListPart, PropertyPath, Resource, UserKey, ViewKey},
    query::QueryOptions,
    soap::{SoapCall, SoapRead, SoapUpdates},
};
use serde_json::{Map, Value};

use super::{
    Batch, Body, CamlQuery, Method, RequestError, RowsQuery, SchemaXml, ViewRead, ViewWrite, fields, views,
};

type Object = Map<String, Value>;

/// Whose fields are meant.
#[derive(Clone, Debug)]
pub(crate) enum FieldsOf {
    List(ListKey),
    /// The site's columns.
    Site,
    /// The columns of the site and of those above it.
    Available,
}

/// What is rendered from a few properties, each of which has an address of its own.
#[derive(Debug)]
pub(crate) enum Thing {
    Web,
    Site,
    User(UserKey),
    List(ListKey),
    Field(FieldsOf, FieldKey),
    View(ListKey, ViewKey),
    ViewFields(ListKey, ViewKey),
    ContentType(ListKey, String),
    RootFolder(ListKey),
}

/// What a request does.
#[derive(Debug)]
pub(crate) enum Action {
    /// OPTIONS: which methods the resource has.
    Describe(&'static [&'static str]),
    /// What a service has.
    ReadServiceDocument,
    /// Of what types that is.
    ReadMetadata,
    ReadContextInfo,
    /// Several requests, each of which is run as if it came alone.
    Batch(Batch),
    /// Lists are read by `ReadList`, as they have tags.
    ReadThing(Thing, QueryOptions),
    ReadProperty(Thing, PropertyPath),
    /// Another method than a read, by its name: wrong where the thing has the property.
    MisuseProperty(Thing, PropertyPath, String),
    ChangeWeb(Object),
    ReadWebs(QueryOptions),
    AddWeb(Object),
    ReadUsers(QueryOptions),
    EnsureUser(Object),
    ReadLists(QueryOptions),
    CountLists(QueryOptions),
    AddList(Object),
    ReadList(ListKey, QueryOptions),
    ChangeList(ListKey, Object),
    DeleteList(ListKey),
    ReadFields(FieldsOf, QueryOptions),
    CountFields(FieldsOf, QueryOptions),
    AddField(FieldsOf, Object),
    /// Adds a field that shows another field of what a Lookup refers to.
    AddDependentLookup(FieldsOf, Object),
    AddFieldAsXml(FieldsOf, SchemaXml),
    ChangeField(FieldsOf, FieldKey, Object),
    DeleteField(FieldsOf, FieldKey),
    /// Gives a field an index, or takes it away.
    IndexField(FieldsOf, FieldKey, bool),
    ReadViews(ListKey, ViewRead),
    ChangeView(ListKey, ViewWrite),
    ReadContentTypes(ListKey, QueryOptions),
    ReserveItemId(ListKey),
    ReadItems(ListKey, QueryOptions),
    CountItems(ListKey, QueryOptions),
    /// Items by CAML.
    QueryItems(ListKey, CamlQuery, QueryOptions),
    /// Items as they are shown, as an object.
    RenderRows(ListKey, RowsQuery),
    /// The same as a text.
    RenderRowsText(ListKey, RowsQuery),
    AddItem(ListKey, Object),
    ReadItem(ListKey, ItemKey, QueryOptions),
    MergeItem(ListKey, ItemKey, Object),
    ReplaceItem(ListKey, ItemKey, Object),
    DeleteItem(ListKey, ItemKey),
    Increment(ListKey, ItemKey, Object),
    ReadItemProperty(ListKey, ItemKey, PropertyPath),
    /// Another method than a read, by its name: wrong where the item has the property.
    MisuseItemProperty(ListKey, ItemKey, PropertyPath, String),
    ReadParentList(ListKey, ItemKey, QueryOptions),
    ReadFieldTexts(ListKey, ItemKey, FieldTexts, QueryOptions),
    ChangeByForm(ListKey, ItemKey, Object),
    AddByForm(ListKey, Object),
    /// A read of Lists.asmx.
    ReadBySoap(SoapRead),
    /// Writes of Lists.asmx, each of which is run as if it came alone.
    WriteBySoap(SoapUpdates),
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
            (Method::Get | Method::Head, Resource::ServiceDocument(_)) => Self::ReadServiceDocument,
            (Method::Get | Method::Head, Resource::Metadata(_)) => Self::ReadMetadata,
            (Method::Post, Resource::ContextInfo) => Self::ReadContextInfo,
            (Method::Post, Resource::Soap) => {
                match SoapCall::parse(body.content_type, body.soap_action, body.bytes)? {
                    SoapCall::Read(read) => Self::ReadBySoap(read),
                    SoapCall::Update(updates) => Self::WriteBySoap(updates),
                }
            }
            (Method::Post, Resource::Batch) => Self::Batch(Batch::parse(body)?),
            (Method::Get | Method::Head, Resource::Web) => Self::ReadThing(Thing::Web, options()?),
            (Method::Merge, Resource::Web) => Self::ChangeWeb(body.object()?),
            (Method::Get | Method::Head, Resource::Webs) => Self::ReadWebs(options()?),
            (Method::Get | Method::Head, Resource::Site) => Self::ReadThing(Thing::Site, options()?),
            (Method::Get | Method::Head, Resource::Users) => Self::ReadUsers(options()?),
            (Method::Get | Method::Head, Resource::User(key)) => {
                Self::ReadThing(Thing::User(key), options()?)
            }
            (Method::Post, Resource::EnsureUser(None)) => Self::EnsureUser(body.parameters()?),
            (Method::Post, Resource::EnsureUser(Some(logon))) => {
                Self::EnsureUser(Object::from_iter([("logonName".to_owned(), Value::String(logon))]))
            }
            (method, Resource::WebProperty(p)) => property(method, query, p, |p| (Thing::Web, p))?,
            (method, Resource::SiteProperty(p)) => property(method, query, p, |p| (Thing::Site, p))?,
            (method, Resource::UserProperty(key, p)) => {
                property(method, query, p, |p| (Thing::User(key), p))?
            }
            (Method::Post, Resource::AddWeb) => Self::AddWeb(body.parameters()?),
            (Method::Get | Method::Head, Resource::Lists) => Self::ReadLists(options()?),
            (Method::Get | Method::Head, Resource::ListsCount) => Self::CountLists(options()?),
            (Method::Post, Resource::Lists) => Self::AddList(body.object()?),
            (method, Resource::Fields(part)) => fields::parse(method, FieldsOf::Site, part, query, body)?,
            (method, Resource::AvailableFields(part)) => {
                fields::parse(method, FieldsOf::Available, part, query, body)?
            }
            (method, Resource::List { list, part }) => match (method, part) {
                (Method::Get | Method::Head, ListPart::Itself) => Self::ReadList(list, options()?),
                (Method::Merge, ListPart::Itself) => Self::ChangeList(list, body.object()?),
                (Method::Delete, ListPart::Itself) => Self::DeleteList(list),
                (method, ListPart::Fields(part)) => {
                    fields::parse(method, FieldsOf::List(list), part, query, body)?
                }
                (method, ListPart::Views(part)) => views::parse(method, list, part, query, body)?,
                (Method::Get | Method::Head, ListPart::Items) => Self::ReadItems(list, options()?),
                (Method::Get | Method::Head, ListPart::ItemsCount) => Self::CountItems(list, options()?),
                (Method::Post, ListPart::Items) => Self::AddItem(list, body.object()?),
                (Method::Get | Method::Head, ListPart::Item(item)) => Self::ReadItem(list, item, options()?),
                (Method::Merge, ListPart::Item(item)) => Self::MergeItem(list, item, body.object()?),
                (Method::Put, ListPart::Item(item)) => Self::ReplaceItem(list, item, body.object()?),
                (Method::Delete, ListPart::Item(item)) => Self::DeleteItem(list, item),
                (Method::Post, ListPart::Increment(item)) => Self::Increment(list, item, body.object()?),
                (method, ListPart::Property(p)) => property(method, query, p, |p| (Thing::List(list), p))?,
                (method, ListPart::RootFolderProperty(p)) => {
                    property(method, query, p, |p| (Thing::RootFolder(list), p))?
                }
                (Method::Get | Method::Head, ListPart::RootFolder) => {
                    Self::ReadThing(Thing::RootFolder(list), options()?)
                }
                (Method::Get | Method::Head, ListPart::ContentTypes) => {
                    Self::ReadContentTypes(list, options()?)
                }
                (Method::Get | Method::Head, ListPart::ContentType(id)) => {
                    Self::ReadThing(Thing::ContentType(list, id), options()?)
                }
                (Method::Post, ListPart::QueryItems) => {
                    Self::QueryItems(list, CamlQuery::parse(body, query)?, options()?)
                }
                (Method::Post, ListPart::RenderAsStream) => {
                    Self::RenderRows(list, RowsQuery::parse(body, query)?)
                }
                (Method::Post, ListPart::RenderData(view)) => {
                    Self::RenderRowsText(list, RowsQuery::parse_view(view, body)?)
                }
                (Method::Post, ListPart::ReserveItemId) => Self::ReserveItemId(list),
                (Method::Post, ListPart::AddFormItem) => Self::AddByForm(list, body.object()?),
                (Method::Get | Method::Head, ListPart::ItemProperty(item, p)) => {
                    options()?;
                    Self::ReadItemProperty(list, item, p)
                }
                (method, ListPart::ItemProperty(item, p)) => {
                    Self::MisuseItemProperty(list, item, p, method.name().to_owned())
                }
                (Method::Get | Method::Head, ListPart::ParentList(item)) => {
                    Self::ReadParentList(list, item, options()?)
                }
                (Method::Get | Method::Head, ListPart::FieldTexts(item, texts)) => {
                    Self::ReadFieldTexts(list, item, texts, options()?)
                }
                (Method::Post, ListPart::ChangeByForm(item)) => {
                    Self::ChangeByForm(list, item, body.object()?)
                }
                (_, part) => return Err(wrong_method(method, &Resource::List { list, part }, allowed)),
            },
            (_, resource) => return Err(wrong_method(method, &resource, allowed)),
        })
    }

    /// Whether what it gives has a form of its own, whatever format was asked for.
    pub(crate) const fn has_own_form(&self) -> bool {
        match self {
            Self::ReadProperty(_, property) | Self::ReadItemProperty(_, _, property) => property.raw,
            // Metadata is XML for everybody.
            Self::ReadMetadata => true,
            Self::CountItems(..)
            | Self::CountFields(..)
            | Self::CountLists(_)
            | Self::ReadViews(_, ViewRead::Count(_))
            | Self::Batch(_) => true,
            _ => false,
        }
    }

    /// Whether it is a write of one item and of nothing else: what can be undone with others.
    pub(crate) const fn writes_one_item(&self) -> bool {
        matches!(
            self,
            Self::AddItem(..)
                | Self::MergeItem(..)
                | Self::ReplaceItem(..)
                | Self::DeleteItem(..)
                | Self::Increment(..)
        )
    }

    /// Whether it may change something.
    pub(crate) const fn is_write(&self) -> bool {
        !matches!(
            self,
            Self::Describe(_)
                | Self::ReadServiceDocument
                | Self::ReadMetadata
                | Self::ReadContextInfo
                | Self::ReadThing(..)
                | Self::ReadProperty(..)
                | Self::MisuseProperty(..)
                | Self::ReadWebs(_)
                | Self::ReadUsers(_)
                | Self::ReadLists(_)
                | Self::CountLists(_)
                | Self::ReadList(..)
                | Self::ReadFields(..)
                | Self::CountFields(..)
                | Self::ReadViews(..)
                | Self::ReadContentTypes(..)
                | Self::ReadItemProperty(..)
                | Self::MisuseItemProperty(..)
                | Self::ReadParentList(..)
                | Self::ReadFieldTexts(..)
                | Self::ReadItems(..)
                | Self::CountItems(..)
                | Self::QueryItems(..)
                | Self::RenderRows(..)
                | Self::RenderRowsText(..)
                | Self::ReadItem(..)
                | Self::ReadBySoap(_)
        )
    }

    /// Whether it changes nothing whatever its method says, so that a page of another site gains nothing by it.
    pub(crate) const fn changes_nothing(&self) -> bool {
        matches!(self, Self::Describe(_) | Self::ReadContextInfo | Self::ReadBySoap(_))
    }
}

/// A property can be read; nothing else is there.
pub(super) fn property(
    method: &Method,
    query: &str,
    property: PropertyPath,
    of: impl FnOnce(PropertyPath) -> (Thing, PropertyPath),
) -> Result<Action, RequestError> {
    if !matches!(method, Method::Get | Method::Head) {
        let (thing, property) = of(property);
        return Ok(Action::MisuseProperty(thing, property, method.name().to_owned()));
    }
    QueryOptions::parse(query)?;
    let (thing, property) = of(property);
    Ok(Action::ReadProperty(thing, property))
}

fn wrong_method(method: &Method, resource: &Resource, allowed: &'static [&'static str]) -> RequestError {
    RequestError::Method { method: method.name().to_owned(), resource: name(resource).to_owned(), allowed }
}

/// The methods that a resource has.
fn allowed(resource: &Resource) -> &'static [&'static str] {
    match resource {
        Resource::ContextInfo
        | Resource::Soap
        | Resource::Batch
        | Resource::AddWeb
        | Resource::EnsureUser(_) => &["POST", "OPTIONS"],
        Resource::Web => &["GET", "HEAD", "POST", "MERGE", "PATCH", "OPTIONS"],
        Resource::ServiceDocument(_)
        | Resource::Metadata(_)
        | Resource::WebProperty(_)
        | Resource::Webs
        | Resource::Site
        | Resource::SiteProperty(_)
        | Resource::Users
        | Resource::User(_)
        | Resource::UserProperty(..) => &["GET", "HEAD", "OPTIONS"],
        Resource::RootWeb(within) => allowed(within),
        Resource::Fields(part) => fields::allowed(part, true),
        Resource::AvailableFields(part) => fields::allowed(part, false),
        Resource::ListsCount => &["GET", "HEAD", "OPTIONS"],
        Resource::Lists => &["GET", "HEAD", "POST", "OPTIONS"],
        Resource::List { part, .. } => match part {
            ListPart::Fields(part) => fields::allowed(part, true),
            ListPart::Views(part) => views::allowed(part),
            ListPart::Itself => &["GET", "HEAD", "POST", "MERGE", "PATCH", "DELETE", "OPTIONS"],
            ListPart::Item(_) => &["GET", "HEAD", "POST", "MERGE", "PATCH", "PUT", "DELETE", "OPTIONS"],
            ListPart::Items => &["GET", "HEAD", "POST", "OPTIONS"],
            ListPart::ItemsCount => &["GET", "HEAD", "OPTIONS"],
            ListPart::Increment(_)
            | ListPart::AddFormItem
            | ListPart::QueryItems
            | ListPart::RenderAsStream
            | ListPart::RenderData(_)
            | ListPart::ReserveItemId
            | ListPart::ChangeByForm(_) => &["POST", "OPTIONS"],
            ListPart::Property(_)
            | ListPart::ContentTypes
            | ListPart::ContentType(_)
            | ListPart::RootFolder
            | ListPart::RootFolderProperty(_)
            | ListPart::ItemProperty(..)
            | ListPart::ParentList(_)
            | ListPart::FieldTexts(..) => &["GET", "HEAD", "OPTIONS"],
        },
    }
}

fn name(resource: &Resource) -> &'static str {
    match resource {
        Resource::WebProperty(_) | Resource::SiteProperty(_) | Resource::UserProperty(..) => "property",
        Resource::ServiceDocument(_) => "service",
        Resource::Metadata(_) => "$metadata",
        Resource::Webs => "webs",
        Resource::Site => "site",
        Resource::RootWeb(within) => name(within),
        Resource::Users => "siteusers",
        Resource::User(_) => "user",
        Resource::EnsureUser(_) => "ensureuser",
        Resource::ContextInfo => "contextinfo",
        Resource::Soap => "Lists.asmx",
        Resource::Batch => "$batch",
        Resource::Web => "web",
        Resource::AddWeb => "add",
        Resource::Fields(part) | Resource::AvailableFields(part) => fields::name(part),
        Resource::Lists => "lists",
        Resource::ListsCount => "$count",
        Resource::List { part, .. } => match part {
            ListPart::Itself => "list",
            ListPart::Fields(part) => fields::name(part),
            ListPart::Views(part) => views::name(part),
            ListPart::Items => "items",
            ListPart::ItemsCount => "$count",
            ListPart::Item(_) => "item",
            ListPart::Increment(_) => "increment",
            ListPart::Property(_) | ListPart::RootFolderProperty(_) | ListPart::ItemProperty(..) => {
                "property"
            }
            ListPart::ContentTypes => "contenttypes",
            ListPart::ContentType(_) => "contenttype",
            ListPart::RootFolder => "rootfolder",
            ListPart::AddFormItem => "AddValidateUpdateItemUsingPath",
            ListPart::QueryItems => "GetItems",
            ListPart::RenderAsStream => "RenderListDataAsStream",
            ListPart::RenderData(_) => "RenderListData",
            ListPart::ReserveItemId => "ReserveListItemId",
            ListPart::ParentList(_) => "ParentList",
            ListPart::FieldTexts(..) => "FieldValues",
            ListPart::ChangeByForm(_) => "ValidateUpdateListItem",
        },
    }
}
