//! Parses what stands after `_api/`.
//!
//! ```text
//! resource  = "" / "$metadata" / "$batch" / "contextinfo" / "SP.Web.GetContextWebInformation" / "web" [ web ] / lists / "site" [ "/rootweb" [ web ] / property ]
//! web       = "/" ( lists / getlist / fields / "webs" [ "/add" ] / user / "ensureuser" ) / property
//! user      = "currentuser" [ property ] / "getuserbyid(" int ")" [ property ]
//!             / "siteusers" [ ( "(" int / text ")" / "/getbyid(" int ")" / "/getbyemail(" text ")"
//!             / "/getbyloginname(" text ")" ) [ property ] ]
//! lists     = "lists" [ "/$count" / "(" id ")" [ part ] / "/getbytitle(" text ")" [ part ] / "/getbyid(" id ")" [ part ]
//!             / "/" title [ part ] ]                                      ; title: after "_api/lists" only
//! getlist   = ( "GetList(" text ")" / "GetListUsingPath(" text ")" ) [ part ]
//! part      = "/" ( fields / views / items / types / rows / "getitembyid(" int ")" / "getitembystringid(" text ")"
//!             / "rootfolder" [ property ] / "AddValidateUpdateItemUsingPath" / "ReserveListItemId" ) / property
//! types     = "contenttypes" [ "(" text ")" / "/getbyid(" text ")" ]
//! items     = "items" [ "/$count" / ( "(" int / name "=" literal ")" / "/getbyid(" int ")" ) [ ofitem ] ]
//! ofitem    = "/" ( "increment" / "ParentList" / "FieldValuesAsText" / "FieldValuesAsHtml"
//!             / "FieldValuesForEdit" / "ValidateUpdateListItem" ) / property
//! property  = "/" name [ "/$value" ]
//! id        = "guid'…'" / text
//! ```
//!
//! `fields` is in `fields.rs`, `views` in `views.rs`, `rows` in `rows.rs`.

use uuid::Uuid;

use super::arguments::{Argument, Cursor};
use super::{FieldTexts, ItemKey, ListKey, ListPart, PathError, PropertyPath, Resource, Service, UserKey};
use crate::Literal;
use crate::encoding::DecodedPath;
use crate::name::{is_name, parse_guid};

/// A method with one parameter.
pub(super) struct Method {
    /// Its name as SharePoint spells it.
    pub(super) name: &'static str,
    /// The names that its parameter has.
    pub(super) parameters: &'static [&'static str],
}

pub(super) const BY_TITLE: Method = Method { name: "GetByTitle", parameters: &["strTitle", "title"] };
pub(super) const BY_ID: Method = Method { name: "GetById", parameters: &["id"] };
const LIST: Method = Method { name: "GetList", parameters: &["strUrl"] };
const LIST_USING_PATH: Method = Method { name: "GetListUsingPath", parameters: &["DecodedUrl"] };
const ITEM_BY_ID: Method = Method { name: "GetItemById", parameters: &["id"] };
const ITEM_BY_STRING_ID: Method = Method { name: "GetItemByStringId", parameters: &["sId", "id"] };
const LISTS_KEY: Method = Method { name: "Lists", parameters: &["id"] };
const TYPES_KEY: Method = Method { name: "ContentTypes", parameters: &["contentTypeId", "id"] };
const USERS_KEY: Method = Method { name: "SiteUsers", parameters: &["id", "loginName"] };
const USER_BY_ID: Method = Method { name: "GetUserById", parameters: &["userId", "id"] };
const ENSURE_USER: Method = Method { name: "EnsureUser", parameters: &["logonName"] };
const BY_EMAIL: Method = Method { name: "GetByEmail", parameters: &["emailAddress", "email"] };
const BY_LOGIN_NAME: Method = Method { name: "GetByLoginName", parameters: &["loginName"] };

/// Parses the text after `_api/`.
pub(super) fn parse_resource(path: &DecodedPath, raw_query: &str) -> Result<Resource, PathError> {
    let mut parser = Parser { cursor: Cursor::new(path, raw_query) };
    let name = parser.cursor.name();
    if is(name, "contextinfo") || is(name, "sp.web.getcontextwebinformation") {
        parser.no_arguments()?;
        return parser.end(Resource::ContextInfo);
    }
    if is(name, "$batch") {
        parser.no_arguments()?;
        return parser.end(Resource::Batch);
    }
    if is(name, "$metadata") {
        return parser.method(Resource::Metadata(Service::Api));
    }
    if is(name, "lists") {
        return parser.lists(Root::Api);
    }
    if name.is_empty() {
        return Err(parser.cursor.invalid());
    }
    if is(name, "site") {
        return parser.site();
    }
    if !is(name, "web") {
        return Err(parser.cursor.not_found(name));
    }
    parser.web()
}

/// What `lists` stands under.
#[derive(Clone, Copy, PartialEq)]
enum Root {
    /// `_api/lists`, where any further segment is a list's title.
    Api,
    /// `_api/web/lists`.
    Web,
}

pub(super) struct Parser<'a> {
    pub(super) cursor: Cursor<'a>,
}

impl<'a> Parser<'a> {
    /// What follows `web`.
    fn web(&mut self) -> Result<Resource, PathError> {
        self.no_arguments()?;
        let Some(name) = self.next_name()? else { return Ok(Resource::Web) };
        match name.to_ascii_lowercase().as_str() {
            "lists" => self.lists(Root::Web),
            "webs" => self.webs(),
            "fields" => self.fields().map(Resource::Fields),
            "availablefields" => self.available_fields().map(Resource::AvailableFields),
            "getlist" => {
                let url = self.text(&LIST)?;
                self.list(ListKey::Url(url))
            }
            "getlistusingpath" => {
                let url = self.text(&LIST_USING_PATH)?;
                self.list(ListKey::Url(url))
            }
            "currentuser" => {
                self.no_arguments()?;
                self.user(UserKey::Current)
            }
            "siteusers" => self.users(),
            "getuserbyid" => {
                let id = self.argument(&USER_BY_ID)?;
                let key = UserKey::Id(self.integer(id)?);
                self.user(key)
            }
            "ensureuser" => match self.key(&ENSURE_USER)? {
                None => self.end(Resource::EnsureUser(None)),
                Some(Literal::String(logon)) => self.end(Resource::EnsureUser(Some(logon))),
                Some(_) => Err(self.cursor.invalid()),
            },
            _ => self.property(name).map(Resource::WebProperty),
        }
    }

    /// What follows `site`.
    fn site(&mut self) -> Result<Resource, PathError> {
        self.no_arguments()?;
        match self.next_name()? {
            None => Ok(Resource::Site),
            Some(name) if is(name, "rootweb") => self.web().map(|within| Resource::RootWeb(Box::new(within))),
            Some(name) => self.property(name).map(Resource::SiteProperty),
        }
    }

    fn webs(&mut self) -> Result<Resource, PathError> {
        self.no_arguments()?;
        match self.next_name()? {
            Some(name) if is(name, "add") => self.method(Resource::AddWeb),
            Some(name) => Err(self.cursor.not_found(name)),
            None => Ok(Resource::Webs),
        }
    }

    fn users(&mut self) -> Result<Resource, PathError> {
        let key = match self.key(&USERS_KEY)? {
            Some(Literal::String(login)) => UserKey::Login(login),
            Some(id) => UserKey::Id(self.integer(id)?),
            None => match self.next_name()? {
                None => return Ok(Resource::Users),
                Some(name) if is(name, "getbyid") => {
                    let id = self.argument(&BY_ID)?;
                    UserKey::Id(self.integer(id)?)
                }
                Some(name) if is(name, "getbyemail") => UserKey::Email(self.text(&BY_EMAIL)?),
                Some(name) if is(name, "getbyloginname") => UserKey::Login(self.text(&BY_LOGIN_NAME)?),
                Some(name) => return Err(self.cursor.not_found(name)),
            },
        };
        self.user(key)
    }

    fn user(&mut self, key: UserKey) -> Result<Resource, PathError> {
        match self.next_name()? {
            None => Ok(Resource::User(key)),
            Some(name) => Ok(Resource::UserProperty(key, self.property(name)?)),
        }
    }

    fn lists(&mut self, root: Root) -> Result<Resource, PathError> {
        if let Some(id) = self.key(&LISTS_KEY)? {
            let id = self.guid(id)?;
            return self.list(ListKey::Id(id));
        }
        if !self.cursor.next_segment()? {
            return Ok(Resource::Lists);
        }
        let segment = self.cursor.clone();
        let name = self.cursor.name();
        let called = self.cursor.at_arguments();
        if name == "$count" && !called {
            return self.end(Resource::ListsCount);
        }
        let key = if is(name, "getbytitle") && (called || root == Root::Web) {
            ListKey::Title(self.text(&BY_TITLE)?)
        } else if is(name, "getbyid") && (called || root == Root::Web) {
            let id = self.argument(&BY_ID)?;
            ListKey::Id(self.guid(id)?)
        } else if root == Root::Api {
            self.cursor = segment;
            ListKey::Title(self.cursor.plain_segment()?)
        } else if name.is_empty() {
            return Err(self.cursor.invalid());
        } else {
            return Err(self.cursor.not_found(name));
        };
        self.list(key)
    }

    fn list(&mut self, list: ListKey) -> Result<Resource, PathError> {
        let part = match self.next_name()? {
            None => ListPart::Itself,
            Some(name) if is(name, "fields") => ListPart::Fields(self.fields()?),
            Some(name) if is(name, "views") => ListPart::Views(self.views()?),
            Some(name) if is(name, "defaultview") => ListPart::Views(self.default_view()?),
            Some(name) if is(name, "getview") => ListPart::Views(self.get_view()?),
            Some(name) if is(name, "items") => self.items()?,
            Some(name) if is(name, "getitembyid") => {
                let id = self.argument(&ITEM_BY_ID)?;
                let key = ItemKey::Id(self.integer(id)?);
                self.item(key)?
            }
            Some(name) if is(name, "getitembystringid") => {
                let id = self.text(&ITEM_BY_STRING_ID)?;
                let id = Literal::parse_number(&id).ok_or_else(|| self.cursor.invalid())?;
                let key = ItemKey::Id(self.integer(id)?);
                self.item(key)?
            }
            Some(name) if is(name, "contenttypes") => self.content_types()?,
            Some(name) if is(name, "rootfolder") => {
                self.no_arguments()?;
                match self.next_name()? {
                    None => ListPart::RootFolder,
                    Some(name) => ListPart::RootFolderProperty(self.property(name)?),
                }
            }
            Some(name) if is(name, "addvalidateupdateitemusingpath") => self.method(ListPart::AddFormItem)?,
            Some(name) if is(name, "reservelistitemid") => self.method(ListPart::ReserveItemId)?,
            Some(name) => match self.rows(name)? {
                Some(rows) => rows,
                None => ListPart::Property(self.property(name)?),
            },
        };
        Ok(Resource::List { list, part })
    }

    fn content_types(&mut self) -> Result<ListPart, PathError> {
        let id = match self.key(&TYPES_KEY)? {
            Some(Literal::String(id)) => id,
            Some(_) => return Err(self.cursor.invalid()),
            None => match self.next_name()? {
                None => return Ok(ListPart::ContentTypes),
                Some(name) if is(name, "getbyid") => self.text(&TYPES_KEY)?,
                Some(name) => return Err(self.cursor.not_found(name)),
            },
        };
        self.end(ListPart::ContentType(id))
    }

    fn items(&mut self) -> Result<ListPart, PathError> {
        let mut arguments = self.cursor.arguments()?.into_iter();
        match (arguments.next(), arguments.next()) {
            (Some(Argument { name: None, value }), None) => {
                let key = ItemKey::Id(self.integer(value)?);
                return self.item(key);
            }
            (Some(Argument { name: Some(name), value }), None) => {
                return self.item(ItemKey::Field { name, value });
            }
            (Some(_), Some(_)) => return Err(self.cursor.invalid()),
            (None, _) => {}
        }
        match self.next_name()? {
            None => Ok(ListPart::Items),
            Some(name) if is(name, "$count") => self.method(ListPart::ItemsCount),
            Some(name) if is(name, "getbyid") => {
                let id = self.argument(&BY_ID)?;
                let key = ItemKey::Id(self.integer(id)?);
                self.item(key)
            }
            Some(name) => Err(self.cursor.not_found(name)),
        }
    }

    fn item(&mut self, key: ItemKey) -> Result<ListPart, PathError> {
        let Some(name) = self.next_name()? else { return Ok(ListPart::Item(key)) };
        match name.to_ascii_lowercase().as_str() {
            "increment" => self.method(ListPart::Increment(key)),
            "validateupdatelistitem" => self.method(ListPart::ChangeByForm(key)),
            "parentlist" => self.method(ListPart::ParentList(key)),
            "fieldvaluesastext" => self.method(ListPart::FieldTexts(key, FieldTexts::Text)),
            "fieldvaluesashtml" => self.method(ListPart::FieldTexts(key, FieldTexts::Html)),
            "fieldvaluesforedit" => self.method(ListPart::FieldTexts(key, FieldTexts::Edit)),
            _ => self.property(name).map(|property| ListPart::ItemProperty(key, property)),
        }
    }

    /// A segment that takes no arguments and ends the path.
    pub(super) fn method<T>(&mut self, found: T) -> Result<T, PathError> {
        self.no_arguments()?;
        self.end(found)
    }

    /// The property whose name was taken, with `/$value` after it.
    pub(super) fn property(&mut self, name: &str) -> Result<PropertyPath, PathError> {
        if !is_name(name) || self.cursor.at_arguments() {
            return Err(self.cursor.not_found(name));
        }
        match self.next_name()? {
            None => self.end(PropertyPath { name: name.to_owned(), raw: false }),
            Some("$value") => self.end(PropertyPath { name: name.to_owned(), raw: true }),
            Some(_) => Err(self.cursor.not_found(name)),
        }
    }

    /// The name of the next segment, if there is one.
    pub(super) fn next_name(&mut self) -> Result<Option<&'a str>, PathError> {
        if !self.cursor.next_segment()? {
            return Ok(None);
        }
        match self.cursor.name() {
            "" => Err(self.cursor.invalid()),
            name => Ok(Some(name)),
        }
    }

    /// Ends the path: what is left names nothing.
    pub(super) fn end<T>(&mut self, found: T) -> Result<T, PathError> {
        match self.next_name()? {
            None => Ok(found),
            Some(name) => Err(self.cursor.not_found(name)),
        }
    }

    pub(super) fn no_arguments(&mut self) -> Result<(), PathError> {
        if self.cursor.arguments()?.is_empty() { Ok(()) } else { Err(self.cursor.invalid()) }
    }

    /// The one argument of a method.
    pub(super) fn argument(&mut self, method: &Method) -> Result<Literal, PathError> {
        self.key(method)?.ok_or_else(|| self.cursor.invalid())
    }

    /// The argument of a method, or none.
    pub(super) fn key(&mut self, method: &Method) -> Result<Option<Literal>, PathError> {
        let arguments = self.cursor.arguments()?;
        let exists = |name: &str| method.parameters.iter().any(|known| is(name, known));
        if let Some(name) = arguments.iter().filter_map(|a| a.name.as_deref()).find(|name| !exists(name)) {
            let parameter = crate::excerpt::excerpt(name);
            return Err(PathError::UnknownParameter { parameter, method: method.name });
        }
        let mut values = arguments.into_iter().map(|argument| argument.value);
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            _ => Err(self.cursor.invalid()),
        }
    }

    pub(super) fn text(&mut self, method: &Method) -> Result<String, PathError> {
        match self.argument(method)? {
            Literal::String(text) => Ok(text),
            _ => Err(self.cursor.invalid()),
        }
    }

    pub(super) fn guid(&self, value: Literal) -> Result<Uuid, PathError> {
        match value {
            Literal::Guid(guid) => Some(guid),
            Literal::String(text) => parse_guid(&text),
            _ => None,
        }
        .ok_or_else(|| self.cursor.invalid())
    }

    fn integer(&self, value: Literal) -> Result<i64, PathError> {
        match value {
            Literal::Integer(number) => Ok(number),
            _ => Err(self.cursor.invalid()),
        }
    }
}

pub(super) fn is(name: &str, known: &str) -> bool {
    name.eq_ignore_ascii_case(known)
}
