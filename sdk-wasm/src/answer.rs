//! Replies, read. Both shapes of SharePoint's JSON are understood, whatever was asked for: verbose (`d`,
//! `results`, `__metadata`) and light (`value`, `odata.etag`, `@odata.etag`).

use crate::json::{Json, whole};

/// A reply, with those of its headers that count here.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reply<J> {
    pub(crate) status: u16,
    pub(crate) etag: Option<String>,
    /// How many milliseconds the server asks to wait.
    pub(crate) retry_after: Option<RetryAfter>,
    /// The server's time, in milliseconds since 1970.
    pub(crate) date: Option<f64>,
    pub(crate) features: Option<String>,
    pub(crate) repeatability_result: Option<String>,
    pub(crate) body: Body<J>,
}

/// When to try again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum RetryAfter {
    /// After so many milliseconds.
    Wait(f64),
    /// At that time by the server's clock, in milliseconds since 1970.
    At(f64),
}

/// A reply's body.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Body<J> {
    Empty,
    Json(J),
    /// HTML of a proxy or a sign-in page, or anything else.
    Other,
}

/// An item with the tag that it was read under.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tagged<J> {
    /// Its properties, without control members.
    pub(crate) item: J,
    pub(crate) etag: Option<String>,
}

impl<J: Json> Reply<J> {
    /// Reads what a transport gives.
    pub(crate) fn read(status: u16, header: impl Fn(&str) -> Option<String>, text: &str) -> Self {
        let body = match text.trim() {
            "" => Body::Empty,
            text => J::parse(text).map_or(Body::Other, Body::Json),
        };
        let header = |name| header(name).filter(|value| !value.is_empty());
        Self {
            status,
            etag: header("ETag"),
            retry_after: header("Retry-After").and_then(|text| retry_after::<J>(text.trim())),
            date: header("Date").and_then(|text| J::parse_http_date(&text)),
            features: header("Matchlist-Features"),
            repeatability_result: header("Repeatability-Result"),
            body,
        }
    }

    pub(crate) const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// The body's value, without the envelope of verbose JSON.
    pub(crate) fn value(&self) -> Option<J> {
        match &self.body {
            Body::Json(json) => Some(json.member("d").unwrap_or_else(|| json.clone()))
                .filter(|value| value.members().is_some()),
            Body::Empty | Body::Other => None,
        }
    }

    /// The item that the body holds, if it is one.
    pub(crate) fn item(&self) -> Option<Tagged<J>> {
        let value = self.value()?;
        // Neither an error nor a collection is an item.
        let is_item = value.member("results").is_none()
            && value.member("error").is_none()
            && value.member("odata.error").is_none()
            && value.member("value").is_none_or(|value| value.elements().is_none());
        if !is_item {
            return None;
        }
        // The body's tag first: a proxy that compresses weakens the header's.
        Some(Tagged { etag: tag(&value).or_else(|| self.etag.clone()), item: properties(&value)? })
    }

    /// The items that the body holds, with the link to the next page, if it is a collection.
    pub(crate) fn page(&self) -> Option<(Vec<Tagged<J>>, Option<String>)> {
        let value = self.value()?;
        // SharePoint 2010's service gives `{"d": […]}`; nobody asks that here.
        let rows = value.member("results").or_else(|| value.member("value"))?.elements()?;
        let items = rows
            .iter()
            .map(|row| Some(Tagged { etag: tag(row), item: properties(row)? }))
            .collect::<Option<Vec<_>>>()?;
        let next = ["__next", "odata.nextLink", "@odata.nextLink"];
        Some((items, next.iter().find_map(|name| value.member(name)?.text())))
    }

    /// The answer to an increment: the last number written, and the first of the block.
    pub(crate) fn increment(&self) -> Option<(i64, i64)> {
        let value = self.value()?;
        let value = value.member("Increment").unwrap_or(value);
        let number = |name| value.member(name)?.number().and_then(whole);
        Some((number("value")?, number("first")?))
    }

    /// The error's code and message, in any of the shapes that JSON errors have.
    pub(crate) fn error(&self) -> (Option<String>, Option<String>) {
        let Some(error) = self.error_member() else { return (None, None) };
        let message = error.member("message");
        let text = message.and_then(|message| message.text().or_else(|| message.member("value")?.text()));
        (error.member("code").and_then(|code| code.text()), text)
    }

    /// What a 412 says of the present item.
    pub(crate) fn conflict(&self) -> Option<J> {
        self.error_member()?.member("conflict")
    }

    fn error_member(&self) -> Option<J> {
        match &self.body {
            Body::Json(json) if !self.is_success() => {
                json.member("odata.error").or_else(|| json.member("error"))
            }
            _ => None,
        }
    }

    /// A few words on what came, for a message.
    pub(crate) fn described(&self) -> String {
        let body = match self.body {
            Body::Empty => "no body",
            Body::Json(_) => "other JSON",
            Body::Other => "a body that is not JSON",
        };
        format!("{} with {body}", self.status)
    }
}

fn retry_after<J: Json>(text: &str) -> Option<RetryAfter> {
    match text.parse::<u32>() {
        Ok(seconds) => Some(RetryAfter::Wait(f64::from(seconds) * 1_000.0)),
        // JavaScript reads a bare number as a date too; here it is a number that no wait has.
        Err(_) if text.starts_with(|c: char| !c.is_ascii_alphabetic()) => None,
        Err(_) => J::parse_http_date(text).map(RetryAfter::At),
    }
}

/// The tag that an item carries in itself.
fn tag<J: Json>(item: &J) -> Option<String> {
    let light = item.member("odata.etag").or_else(|| item.member("@odata.etag"));
    light.or_else(|| item.member("__metadata")?.member("etag"))?.text().filter(|tag| !tag.is_empty())
}

/// The properties of an item, alike in both shapes: no control members, no deferred links, and the
/// `results` of a verbose collection as an array. `None` where this is no object.
pub(crate) fn properties<J: Json>(item: &J) -> Option<J> {
    let members = item.members()?;
    let kept = members.into_iter().filter(|(name, value)| {
        name != "__metadata" && !name.contains("odata.") && value.member("__deferred").is_none()
    });
    Some(J::object(kept.map(|(name, value)| (name, plain(value))).collect()))
}

/// A property's value without verbose JSON's wrappings.
fn plain<J: Json>(value: J) -> J {
    if let Some(elements) = value.elements() {
        return J::array(elements.into_iter().map(plain).collect());
    }
    if let Some(results) = value.member("results").and_then(|results| results.elements()) {
        return J::array(results.into_iter().map(plain).collect());
    }
    properties(&value).unwrap_or(value)
}

/// An item after values were written to it.
pub(crate) fn merged<J: Json>(item: &J, values: &J) -> J {
    let mut members = item.members().unwrap_or_default();
    for (name, value) in values.members().unwrap_or_default() {
        match members.iter_mut().find(|(known, _)| *known == name) {
            Some(member) => member.1 = value,
            None => members.push((name, value)),
        }
    }
    J::object(members)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn reply(status: u16, headers: &[(&str, &str)], body: &Value) -> Reply<Value> {
        let header = |name: &str| headers.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        Reply::read(status, header, &if body.is_null() { String::new() } else { body.to_string() })
    }

    #[test]
    fn an_item_reads_alike_in_every_shape() {
        let plain = json!({"Id": 1, "Title": "P", "Tags": ["hot"], "Link": {"Url": "u"}, "Nothing": null});
        for body in [
            json!({"odata.metadata": "m", "odata.etag": "\"3\"", "Id": 1, "Title": "P", "Tags@odata.type": "t",
                   "Tags": ["hot"], "Link": {"Url": "u"}, "Nothing": null}),
            json!({"@odata.context": "c", "@odata.etag": "\"3\"", "Id": 1, "Title": "P", "Tags": ["hot"],
                   "Link": {"Url": "u"}, "Nothing": null}),
            json!({"d": {"__metadata": {"etag": "\"3\""}, "File": {"__deferred": {"uri": "u"}}, "Id": 1,
                   "Title": "P", "Tags": {"__metadata": {"type": "t"}, "results": ["hot"]},
                   "Link": {"__metadata": {"type": "SP.FieldUrlValue"}, "Url": "u"}, "Nothing": null}}),
        ] {
            let found = reply(200, &[("ETag", "W/\"3\"")], &body).item().unwrap();
            assert_eq!(found, Tagged { item: plain.clone(), etag: Some("\"3\"".into()) }, "{body}");
        }
        let bare = reply(200, &[("ETag", "\"g,3\"")], &json!({"Id": 1})).item().unwrap();
        assert_eq!(bare.etag.as_deref(), Some("\"g,3\""));
    }

    #[test]
    fn what_is_no_item_is_none() {
        for body in [
            json!([]),
            json!("text"),
            json!({"value": []}),
            json!({"d": {"results": []}}),
            json!({"error": {"code": "c"}}),
            json!({"odata.error": {}}),
        ] {
            assert_eq!(reply(200, &[], &body).item(), None, "{body}");
        }
        assert_eq!(reply(200, &[], &Value::Null).item(), None);
        assert_eq!(Reply::<Value>::read(200, |_| None, "<html>").body, Body::Other);
    }

    #[test]
    fn pages_read_alike_in_every_shape() {
        let rows = |tag: Value| json!([tag]);
        for body in [
            json!({"odata.nextLink": "n", "value": rows(json!({"odata.etag": "\"3\"", "Id": 1}))}),
            json!({"@odata.nextLink": "n", "value": rows(json!({"@odata.etag": "\"3\"", "Id": 1}))}),
            json!({"d": {"results": rows(json!({"__metadata": {"etag": "\"3\""}, "Id": 1})), "__next": "n"}}),
        ] {
            let (items, next) = reply(200, &[], &body).page().unwrap();
            assert_eq!(items, [Tagged { item: json!({"Id": 1}), etag: Some("\"3\"".into()) }]);
            assert_eq!(next.as_deref(), Some("n"));
        }
        for body in [json!({"Id": 1}), json!({"value": 3}), json!({"value": [3]}), json!([])] {
            assert_eq!(reply(200, &[], &body).page(), None, "{body}");
        }
    }

    #[test]
    fn errors_read_alike_in_every_shape() {
        let message = json!({"lang": "en-US", "value": "m"});
        for body in [
            json!({"error": {"code": "c", "message": message}}),
            json!({"odata.error": {"code": "c", "message": message}}),
            json!({"error": {"code": "c", "message": "m"}}),
        ] {
            assert_eq!(reply(400, &[], &body).error(), (Some("c".into()), Some("m".into())), "{body}");
        }
        assert_eq!(reply(400, &[], &json!({"d": 1})).error(), (None, None));
    }

    #[test]
    fn increments_are_whole_numbers() {
        for body in [json!({"value": 6, "first": 4}), json!({"d": {"Increment": {"value": 6, "first": 4}}})] {
            assert_eq!(reply(200, &[], &body).increment(), Some((6, 4)));
        }
        for body in
            [json!({"value": 6}), json!({"value": "6", "first": 4}), json!({"value": 6.5, "first": 4})]
        {
            assert_eq!(reply(200, &[], &body).increment(), None, "{body}");
        }
    }

    #[test]
    fn written_values_replace_and_add() {
        let item = merged(&json!({"Id": 1, "A": 1}), &json!({"A": 2, "B": 3}));
        assert_eq!(item, json!({"Id": 1, "A": 2, "B": 3}));
    }
}
