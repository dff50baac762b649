//! JavaScript's values to our types, and back. What a script passes is checked here, once.

use js_sys::{Array, Date, JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::address::{ItemKey, PageQuery};
use crate::answer::Tagged;
use crate::coalesce::MOST;
use crate::counter::{Returns, Wish};
use crate::failure::{Code, Failure};
use crate::filter::print_key;
use crate::json::{Json, whole};

/// A refusal of what a script passed.
pub(crate) type Refused = Box<Failure<JsValue>>;

impl Json for JsValue {
    fn parse(text: &str) -> Option<Self> {
        JSON::parse(text).ok()
    }

    fn print(&self) -> Option<String> {
        JSON::stringify(self).ok()?.as_string()
    }

    fn member(&self, name: &str) -> Option<Self> {
        if !self.is_object() {
            return None;
        }
        Reflect::get(self, &JsValue::from_str(name)).ok().filter(|value| !value.is_undefined())
    }

    fn members(&self) -> Option<Vec<(String, Self)>> {
        if !self.is_object() || Array::is_array(self) {
            return None;
        }
        let entries = Object::entries(self.unchecked_ref());
        let pairs = entries.iter().map(|entry| {
            let entry: Array = entry.unchecked_into();
            (entry.get(0).as_string().unwrap_or_default(), entry.get(1))
        });
        Some(pairs.collect())
    }

    fn elements(&self) -> Option<Vec<Self>> {
        Array::is_array(self).then(|| self.unchecked_ref::<Array>().iter().collect())
    }

    fn text(&self) -> Option<String> {
        self.as_string()
    }

    fn number(&self) -> Option<f64> {
        self.as_f64()
    }

    fn boolean(&self) -> Option<bool> {
        self.as_bool()
    }

    fn is_null(&self) -> bool {
        self.is_null() || self.is_undefined()
    }

    fn date(&self) -> Option<String> {
        let date = self.dyn_ref::<Date>()?;
        // toISOString throws for a broken date.
        Some(if date.get_time().is_nan() { String::new() } else { date.to_iso_string().into() })
    }

    fn parse_http_date(text: &str) -> Option<f64> {
        Some(Date::parse(text)).filter(|milliseconds| !milliseconds.is_nan())
    }

    fn print_http_date(milliseconds: f64) -> String {
        // The form that RFC 9110 prefers, to the letter (ECMA-262, Date.prototype.toUTCString).
        Date::new(&milliseconds.into()).to_utc_string().into()
    }

    fn object(members: Vec<(String, Self)>) -> Self {
        let entries = members.into_iter().map(|(name, value)| Array::of2(&JsValue::from_str(&name), &value));
        // It fails only for what is no list of pairs. (It defines its members, so that one named
        // `__proto__` is a member and no more.)
        Object::from_entries(&entries.collect::<Array>()).map_or_else(|_| Object::new().into(), Into::into)
    }

    fn array(elements: Vec<Self>) -> Self {
        elements.into_iter().collect::<Array>().into()
    }

    fn string(text: &str) -> Self {
        JsValue::from_str(text)
    }
}

fn invalid(message: impl Into<String>) -> Refused {
    Box::new(Failure::new(Code::Invalid, message))
}

/// Sets a member of an object of our own, which cannot fail.
pub(crate) fn set(object: &JsValue, name: &str, value: &JsValue) {
    let done = Reflect::set(object, &JsValue::from_str(name), value);
    debug_assert!(done.is_ok(), "an object of our own takes any member");
}

/// `{ item, etag }`.
pub(crate) fn tagged(tagged: &Tagged<JsValue>) -> JsValue {
    let object = Object::new().into();
    set(&object, "item", &tagged.item);
    set(&object, "etag", &optional(tagged.etag.as_deref()));
    object
}

/// A text or null.
pub(crate) fn optional(text: Option<&str>) -> JsValue {
    text.map_or(JsValue::NULL, JsValue::from_str)
}

/// A list's title.
pub(crate) fn title(list: &str) -> Result<String, Refused> {
    if list.is_empty() { Err(invalid("A list is named by its title.")) } else { Ok(list.to_owned()) }
}

/// An option; `undefined` and null mean that it was not given.
fn option(options: &JsValue, name: &str) -> Option<JsValue> {
    options.member(name).filter(|value| !value.is_null())
}

fn text_option(options: &JsValue, name: &str, default: &str) -> Result<String, Refused> {
    match option(options, name) {
        None => Ok(default.to_owned()),
        Some(value) => value
            .as_string()
            .filter(|text| !text.is_empty())
            .ok_or_else(|| invalid(format!("The option '{name}' is a text."))),
    }
}

fn whole_option(options: &JsValue, name: &str, bounds: (i64, i64)) -> Result<Option<i64>, Refused> {
    let Some(value) = option(options, name) else { return Ok(None) };
    match value.as_f64().and_then(whole).filter(|number| (bounds.0..=bounds.1).contains(number)) {
        Some(number) => Ok(Some(number)),
        None => Err(invalid(format!(
            "The option '{name}' is a whole number between {} and {}.",
            bounds.0, bounds.1
        ))),
    }
}

fn texts_option(options: &JsValue, name: &str) -> Result<Vec<String>, Refused> {
    let Some(value) = option(options, name) else { return Ok(Vec::new()) };
    let texts = value.elements().and_then(|all| all.iter().map(Json::text).collect());
    texts.ok_or_else(|| invalid(format!("The option '{name}' is an array of texts.")))
}

/// How often is tried at most, if the options say so.
pub(crate) fn attempts(options: &JsValue, default: u32) -> Result<u32, Refused> {
    let asked = whole_option(options, "attempts", (1, 1_000_000))?;
    Ok(asked.and_then(|number| u32::try_from(number).ok()).unwrap_or(default))
}

/// The signal of an `AbortController`, or undefined.
pub(crate) fn signal(options: &JsValue) -> JsValue {
    option(options, "signal").unwrap_or(JsValue::UNDEFINED)
}

fn flag(options: &JsValue, name: &str) -> bool {
    option(options, name).is_some_and(|value| value.is_truthy())
}

/// Whether a call of `getNextSeq` may share a reservation with others.
pub(crate) fn coalesces(options: &JsValue) -> bool {
    flag(options, "coalesce")
}

/// What `getNextSeq` is asked for.
pub(crate) fn wish(abbrev: &str, options: &JsValue) -> Result<Wish, Refused> {
    if abbrev.is_empty() {
        return Err(invalid("getNextSeq needs the name of a sequence, like AAAA."));
    }
    if !(options.is_null() || options.is_undefined() || options.is_object()) {
        return Err(invalid("The options of getNextSeq are an object."));
    }
    let returns = match text_option(options, "returns", "written")?.as_str() {
        "written" => Returns::Written,
        "read" => Returns::Read,
        _ => return Err(invalid("The option 'returns' is \"written\" or \"read\".")),
    };
    let pad = whole_option(options, "pad", (0, 40))?.and_then(|pad| usize::try_from(pad).ok());
    Ok(Wish {
        list: text_option(options, "list", "Configuration")?,
        title: format!("LastSeq{abbrev}"),
        field: text_option(options, "field", "ParamValue")?,
        pad: pad.unwrap_or(4),
        count: whole_option(options, "count", (1, MOST))?.unwrap_or(1),
        create: flag(options, "create"),
        returns,
        rounds: attempts(options, 100)?,
    })
}

/// Which items a page holds, or where the page is.
pub(crate) enum Page {
    Query(PageQuery),
    /// The link that the page before gave.
    Next(String),
}

/// A page that a script asks for.
pub(crate) fn page(query: &JsValue) -> Result<Page, Refused> {
    if let Some(next) = option(query, "next") {
        return next.as_string().map(Page::Next).ok_or_else(|| invalid("A link is a text."));
    }
    let text = |name| match option(query, name).map(|value| value.as_string()) {
        None => Ok(None),
        Some(Some(text)) => Ok(Some(text).filter(|text| !text.is_empty())),
        Some(None) => Err(invalid(format!("The option '{name}' is a text."))),
    };
    Ok(Page::Query(PageQuery {
        select: texts_option(query, "select")?,
        filter: text("filter")?,
        order_by: text("orderby")?,
        top: whole_option(query, "top", (1, 5_000))?.and_then(|top| u32::try_from(top).ok()),
    }))
}

/// How a script names an item.
pub(crate) enum ItemName {
    Id(i64),
    /// By the value of a field.
    Field {
        name: String,
        value: JsValue,
    },
}

/// An item's Id, or `{ field, value }`.
pub(crate) fn item_name(id: &JsValue) -> Result<ItemName, Refused> {
    if let Some(id) = id.as_f64().and_then(whole).filter(|id| *id > 0) {
        return Ok(ItemName::Id(id));
    }
    match (id.member("field").and_then(|field| field.as_string()), id.member("value")) {
        (Some(name), Some(value)) => Ok(ItemName::Field { name, value }),
        _ => Err(invalid("An item is named by its Id, a whole number above 0, or by { field, value }.")),
    }
}

/// The address of an item by the value of a field.
pub(crate) fn key(name: &str, value: &JsValue) -> Result<ItemKey, Refused> {
    print_key(name, value).map(ItemKey::Field).map_err(invalid)
}

/// The tag that a write has to name. There is no write without one: forcing is spelt `*`.
pub(crate) fn tag(etag: &JsValue) -> Result<String, Refused> {
    etag.as_string()
        .filter(|tag| !tag.trim().is_empty() && tag.bytes().all(|byte| matches!(byte, b' '..=b'~')))
        .ok_or_else(|| invalid("A write names the tag of the item that it changes, or \"*\" to force it."))
}

/// The values to write, as JSON text.
pub(crate) fn values(values: &JsValue) -> Result<String, Refused> {
    values
        .print()
        .filter(|_| values.members().is_some())
        .ok_or_else(|| invalid("Values are an object of fields."))
}
