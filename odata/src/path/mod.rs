//! Addresses: `/sites/ops/_api/web/lists/getbytitle('Pumps')/items(1)` and its other spellings.
//!
//! A path is split first, percent-decoded after, and quotes are undone last: a slash inside a list's
//! title is no separator. Names are compared without regard to case.

mod arguments;
mod fields;
mod list_data;
mod parse;
#[cfg(test)]
mod part_tests;
mod print;
mod rows;
mod site;
#[cfg(test)]
mod tests;
mod views;

pub use fields::{DependentLookup, FieldKey, FieldsPart};
pub use site::SitePath;
pub use views::{ViewFieldsPart, ViewKey, ViewsPart};

use uuid::Uuid;

use crate::Literal;
use crate::encoding::{DecodedPath, decode};
use crate::excerpt::excerpt;
use list_data::parse_list_data;
use site::parse_site;

/// What a URL names: a resource of a site.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourcePath {
    /// The site.
    pub site: SitePath,
    /// The resource within it.
    pub resource: Resource,
}

/// Which of a site's services an address belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Service {
    /// `_api`, and its alias `_vti_bin/client.svc`.
    #[default]
    Api,
    /// `_vti_bin/ListData.svc`: the service of SharePoint 2010, OData 2.
    ListData,
    /// `_vti_bin/Lists.asmx`: SOAP.
    Soap,
}

/// A resource of a site.
#[derive(Clone, Debug, PartialEq)]
pub enum Resource {
    /// `_api/`, `_vti_bin/ListData.svc`: what the service has.
    ServiceDocument(Service),
    /// `_api/$metadata`, `_vti_bin/ListData.svc/$metadata`: of what types that is.
    Metadata(Service),
    /// `_vti_bin/Lists.asmx`: what is asked for is in the body.
    Soap,
    /// `_api/contextinfo`, `_api/SP.Web.GetContextWebInformation`.
    ContextInfo,
    /// `_api/$batch`: several requests in one.
    Batch,
    /// `_api/web`.
    Web,
    /// A scalar property of the site: `_api/web/Title`.
    WebProperty(PropertyPath),
    /// `_api/web/webs`.
    Webs,
    /// `_api/web/webs/add`.
    AddWeb,
    /// `_api/site`: the site collection.
    Site,
    /// A scalar property of the site collection.
    SiteProperty(PropertyPath),
    /// `_api/site/rootweb`, and what is within it: never a site collection, nor `contextinfo`.
    RootWeb(Box<Resource>),
    /// `_api/web/siteusers`.
    Users,
    /// A user.
    User(UserKey),
    /// A scalar property of a user.
    UserProperty(UserKey, PropertyPath),
    /// `_api/web/ensureuser`, the login in its parentheses or in the body.
    EnsureUser(Option<String>),
    /// `_api/web/fields`, and what is within: the site's columns.
    Fields(FieldsPart),
    /// `_api/web/availablefields`, and what is within: those of the sites above too, to be read only.
    AvailableFields(FieldsPart),
    /// `_api/web/lists`, `_api/lists`.
    Lists,
    /// `_api/web/lists/$count`: how many lists there are.
    ListsCount,
    /// A list, or something within one.
    List {
        /// Which list.
        list: ListKey,
        /// The list itself or a part of it.
        part: ListPart,
    },
}

/// A property as the last part of an address: `/Title`, `/Title/$value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyPath {
    /// Its name as sent, which is compared without regard to case.
    pub name: String,
    /// Whether its bare text is asked for (`/$value`).
    pub raw: bool,
}

/// How a URL names a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserKey {
    /// `web/currentuser`: the caller.
    Current,
    /// `siteusers(7)`, `siteusers/getbyid(7)`, `web/getuserbyid(7)`.
    Id(i64),
    /// `siteusers('i:0#.f|membership|…')`, `siteusers/getbyloginname('…')`, without regard to case.
    Login(String),
    /// `siteusers/getbyemail('…')`, without regard to case.
    Email(String),
}

/// In which way `FieldValuesAs…` spells the values of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldTexts {
    /// `FieldValuesAsText`.
    Text,
    /// `FieldValuesAsHtml`.
    Html,
    /// `FieldValuesForEdit`.
    Edit,
}

/// How a URL names a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListKey {
    /// `lists/getbytitle('T')`, `/_api/lists/T`: its title, compared without regard to case.
    Title(String),
    /// `lists(guid'…')`, `lists('…')`, `lists/getbyid('…')`.
    Id(Uuid),
    /// `web/GetList('/sites/ops/Lists/Pumps')`, `web/GetListUsingPath(DecodedUrl='…')`: its URL.
    Url(String),
    /// `ListData.svc/ConfigList`: the name that ListData.svc makes of its title.
    EntitySet(String),
}

/// A list itself or a part of it.
#[derive(Clone, Debug, PartialEq)]
pub enum ListPart {
    /// The list.
    Itself,
    /// A scalar property of the list: `/ItemCount`.
    Property(PropertyPath),
    /// `/fields`, and what is within.
    Fields(FieldsPart),
    /// `/views`, `/defaultview`, `/getview('…')`, and what is within.
    Views(ViewsPart),
    /// `/contenttypes`.
    ContentTypes,
    /// `/contenttypes('0x01')`, `/contenttypes/getbyid('0x01')`.
    ContentType(String),
    /// `/rootFolder`.
    RootFolder,
    /// A scalar property of the root folder.
    RootFolderProperty(PropertyPath),
    /// `/AddValidateUpdateItemUsingPath`.
    AddFormItem,
    /// `/ReserveListItemId`.
    ReserveItemId,
    /// `/getitems`: items by CAML, which is in the body or in an alias.
    QueryItems,
    /// `/RenderListDataAsStream`.
    RenderAsStream,
    /// `/renderlistdata('<View/>')`, the view in its parentheses or in the body.
    RenderData(Option<String>),
    /// `/items`.
    Items,
    /// `/items/$count`: how many items there are.
    ItemsCount,
    /// One item.
    Item(ItemKey),
    /// A property of an item: `/items(1)/Title`.
    ItemProperty(ItemKey, PropertyPath),
    /// `/items(1)/ParentList`.
    ParentList(ItemKey),
    /// `/items(1)/FieldValuesAsText` and its kin.
    FieldTexts(ItemKey, FieldTexts),
    /// `/items(1)/ValidateUpdateListItem`.
    ChangeByForm(ItemKey),
    /// `/items(1)/increment`.
    Increment(ItemKey),
}

/// How a URL names an item.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemKey {
    /// `items(1)`, `items/getbyid(1)`, `getitembyid(1)`, `getitembystringid('1')`.
    Id(i64),
    /// `items(Key='bobs_address')`: the item whose unique field has that value.
    Field {
        /// The field's property name.
        name: String,
        /// Its value.
        value: Literal,
    },
}

/// Why a path names nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// There is no `/_api` in the path: it is no address of the service's API.
    #[error("There is no page of that address. The API is under /_api, or <site>/_api.")]
    NotApi,
    /// It cannot be read: 400. Holds the decoded text after `_api/` (the site's path where that is at
    /// fault), cut to a printable length.
    #[error("The expression \"{expression}\" is not valid.")]
    Invalid {
        /// The text.
        expression: String,
    },
    /// A parameter of a method that the method does not have: 400.
    #[error("The parameter {parameter} does not exist in method {method}.")]
    UnknownParameter {
        /// The parameter's name as sent.
        parameter: String,
        /// The method's name as SharePoint spells it.
        method: &'static str,
    },
    /// A segment that names nothing: 404.
    #[error("Cannot find resource for the request {segment}.")]
    NotFound {
        /// The segment, decoded.
        segment: String,
    },
}

impl ResourcePath {
    /// Parses the raw path and query of a request target, as they came over the wire.
    ///
    /// The query is looked at for parameter aliases only (`@v='…'`).
    pub fn parse(raw_path: &str, raw_query: &str) -> Result<Self, PathError> {
        let (raw_site, service, raw_api) = split_at_service(raw_path).ok_or(PathError::NotApi)?;
        let site = parse_site(raw_site)?;
        let invalid = |text: &str| PathError::Invalid { expression: excerpt(text) };
        let api = DecodedPath::parse(raw_api)
            .ok_or_else(|| invalid(&percent_encoding::percent_decode_str(raw_api).decode_utf8_lossy()))?;
        if api.text.contains('\0') {
            return Err(invalid(&api.text));
        }
        let resource = match service {
            Service::Soap if api.text.is_empty() => Resource::Soap,
            Service::Soap => return Err(PathError::NotFound { segment: excerpt(&api.text) }),
            _ if api.text.is_empty() => Resource::ServiceDocument(service),
            Service::Api => parse::parse_resource(&api, raw_query)?,
            Service::ListData => parse_list_data(&api, raw_query)?,
        };
        Ok(Self { site, resource })
    }
}

/// The site of a raw path, whatever stands after `_api`; `None` where the path names none.
#[must_use]
pub fn site_of(raw_path: &str) -> Option<SitePath> {
    let (raw_site, _, _) = split_at_service(raw_path)?;
    parse_site(raw_site).ok()
}

impl Service {
    /// The service that a raw path belongs to, whether it names anything there or not.
    #[must_use]
    pub fn of(raw_path: &str) -> Option<Self> {
        split_at_service(raw_path).map(|(_, service, _)| service)
    }
}

/// Splits a raw path at `_api`, its alias `_vti_bin/client.svc` or another service, in any case and encoding.
fn split_at_service(raw_path: &str) -> Option<(&str, Service, &str)> {
    let is = |raw: &str, name| decode(raw).is_some_and(|segment| segment.eq_ignore_ascii_case(name));
    let mut site_end = 0;
    let mut rest = raw_path;
    loop {
        let (segment, after) = rest.split_once('/').unwrap_or((rest, ""));
        if is(segment, "_api") {
            return Some((raw_path.get(..site_end)?, Service::Api, after));
        }
        if is(segment, "_vti_bin") {
            let (next, after) = after.split_once('/').unwrap_or((after, ""));
            let services = [
                ("client.svc", Service::Api),
                ("listdata.svc", Service::ListData),
                ("lists.asmx", Service::Soap),
            ];
            if let Some((_, service)) = services.into_iter().find(|(name, _)| is(next, name)) {
                return Some((raw_path.get(..site_end)?, service, after));
            }
        }
        if segment.len() == rest.len() {
            return None;
        }
        site_end += segment.len() + 1;
        rest = after;
    }
}
