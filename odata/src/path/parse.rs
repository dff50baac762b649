//! Parses what stands after `_api/`.
//!
//! ```text
//! resource  = "contextinfo" / "web" [ "/webs/add" / "/" lists / "/" getlist [ part ] ] / lists
//! lists     = "lists" [ "(" id ")" [ part ] / "/getbytitle(" text ")" [ part ] / "/getbyid(" id ")" [ part ]
//!             / "/" title [ part ] ]                                      ; title: after "_api/lists" only
//! getlist   = "GetList(" text ")" / "GetListUsingPath(" text ")"
//! part      = "/" ( fields / items / "getitembyid(" int ")" / "getitembystringid(" text ")" )
//! fields    = "fields" [ "(" id ")" / "/getbytitle(" text ")" / "/getbyinternalnameortitle(" text ")" / "/getbyid(" id ")" ]
//! items     = "items" [ ( "(" int / name "=" literal ")" / "/getbyid(" int ")" ) [ "/increment" ] ]
//! id        = "guid'…'" / text
//! ```

use uuid::Uuid;

use super::arguments::{Argument, Cursor};
use super::{FieldKey, ItemKey, ListKey, ListPart, PathError, Resource};
use crate::Literal;
use crate::encoding::DecodedPath;
use crate::name::parse_guid;

/// A method with one parameter.
struct Method {
    /// Its name as SharePoint spells it.
    name: &'static str,
    /// The names that its parameter has.
    parameters: &'static [&'static str],
}

const BY_TITLE: Method = Method { name: "GetByTitle", parameters: &["strTitle", "title"] };
const BY_NAME_OR_TITLE: Method =
    Method { name: "GetByInternalNameOrTitle", parameters: &["strName", "strTitle", "title"] };
const BY_ID: Method = Method { name: "GetById", parameters: &["id"] };
const LIST: Method = Method { name: "GetList", parameters: &["strUrl"] };
const LIST_USING_PATH: Method = Method { name: "GetListUsingPath", parameters: &["DecodedUrl"] };
const ITEM_BY_ID: Method = Method { name: "GetItemById", parameters: &["id"] };
const ITEM_BY_STRING_ID: Method = Method { name: "GetItemByStringId", parameters: &["sId", "id"] };
const LISTS_KEY: Method = Method { name: "Lists", parameters: &["id"] };
const FIELDS_KEY: Method = Method { name: "Fields", parameters: &["id"] };

/// Parses the text after `_api/`.
pub(super) fn parse_resource(path: &DecodedPath, raw_query: &str) -> Result<Resource, PathError> {
    let mut parser = Parser { cursor: Cursor::new(path, raw_query) };
    let name = parser.cursor.name();
    if is(name, "contextinfo") {
        parser.no_arguments()?;
        return parser.end(Resource::ContextInfo);
    }
    if is(name, "lists") {
        return parser.lists(Root::Api);
    }
    if name.is_empty() {
        return Err(parser.cursor.invalid());
    }
    if !is(name, "web") {
        return Err(parser.cursor.not_found(name));
    }
    parser.no_arguments()?;
    let Some(name) = parser.next_name()? else { return Ok(Resource::Web) };
    if is(name, "lists") {
        parser.lists(Root::Web)
    } else if is(name, "webs") {
        parser.webs(name)
    } else if is(name, "getlist") {
        let url = parser.text(&LIST)?;
        parser.list(ListKey::Url(url))
    } else if is(name, "getlistusingpath") {
        let url = parser.text(&LIST_USING_PATH)?;
        parser.list(ListKey::Url(url))
    } else {
        Err(parser.cursor.not_found(name))
    }
}

/// What `lists` stands under.
#[derive(Clone, Copy, PartialEq)]
enum Root {
    /// `_api/lists`, where any further segment is a list's title.
    Api,
    /// `_api/web/lists`.
    Web,
}

struct Parser<'a> {
    cursor: Cursor<'a>,
}

impl<'a> Parser<'a> {
    fn webs(&mut self, webs: &str) -> Result<Resource, PathError> {
        self.no_arguments()?;
        match self.next_name()? {
            Some(name) if is(name, "add") => {
                self.no_arguments()?;
                self.end(Resource::AddWeb)
            }
            Some(name) => Err(self.cursor.not_found(name)),
            None => Err(self.cursor.not_found(webs)),
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
            Some(name) if is(name, "fields") => self.fields()?,
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
            Some(name) => return Err(self.cursor.not_found(name)),
        };
        Ok(Resource::List { list, part })
    }

    fn fields(&mut self) -> Result<ListPart, PathError> {
        let key = if let Some(id) = self.key(&FIELDS_KEY)? {
            FieldKey::Id(self.guid(id)?)
        } else {
            match self.next_name()? {
                None => return Ok(ListPart::Fields),
                Some(name) if is(name, "getbytitle") => FieldKey::Title(self.text(&BY_TITLE)?),
                Some(name) if is(name, "getbyinternalnameortitle") => {
                    FieldKey::InternalNameOrTitle(self.text(&BY_NAME_OR_TITLE)?)
                }
                Some(name) if is(name, "getbyid") => {
                    let id = self.argument(&BY_ID)?;
                    FieldKey::Id(self.guid(id)?)
                }
                Some(name) => return Err(self.cursor.not_found(name)),
            }
        };
        self.end(ListPart::Field(key))
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
            Some(name) if is(name, "getbyid") => {
                let id = self.argument(&BY_ID)?;
                let key = ItemKey::Id(self.integer(id)?);
                self.item(key)
            }
            Some(name) => Err(self.cursor.not_found(name)),
        }
    }

    fn item(&mut self, key: ItemKey) -> Result<ListPart, PathError> {
        match self.next_name()? {
            None => Ok(ListPart::Item(key)),
            Some(name) if is(name, "increment") => {
                self.no_arguments()?;
                self.end(ListPart::Increment(key))
            }
            Some(name) => Err(self.cursor.not_found(name)),
        }
    }

    /// The name of the next segment, if there is one.
    fn next_name(&mut self) -> Result<Option<&'a str>, PathError> {
        if !self.cursor.next_segment()? {
            return Ok(None);
        }
        match self.cursor.name() {
            "" => Err(self.cursor.invalid()),
            name => Ok(Some(name)),
        }
    }

    /// Ends the path: what is left names nothing.
    fn end<T>(&mut self, found: T) -> Result<T, PathError> {
        match self.next_name()? {
            None => Ok(found),
            Some(name) => Err(self.cursor.not_found(name)),
        }
    }

    fn no_arguments(&mut self) -> Result<(), PathError> {
        if self.cursor.arguments()?.is_empty() { Ok(()) } else { Err(self.cursor.invalid()) }
    }

    /// The one argument of a method.
    fn argument(&mut self, method: &Method) -> Result<Literal, PathError> {
        self.key(method)?.ok_or_else(|| self.cursor.invalid())
    }

    /// The argument of a method, or none.
    fn key(&mut self, method: &Method) -> Result<Option<Literal>, PathError> {
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

    fn text(&mut self, method: &Method) -> Result<String, PathError> {
        match self.argument(method)? {
            Literal::String(text) => Ok(text),
            _ => Err(self.cursor.invalid()),
        }
    }

    fn guid(&self, value: Literal) -> Result<Uuid, PathError> {
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

fn is(name: &str, known: &str) -> bool {
    name.eq_ignore_ascii_case(known)
}
