//! The JSON form of batches: OData JSON Format 4.01, section 19.
//!
//! ```text
//! batch   = { "requests": [ request, … ] }
//! request = { "id", "method", "url", "headers"?, "body"?, "atomicityGroup"?, "dependsOn"? }
//! url     = absolute / relative / "$" id [ rest ]                   ; id of a request before
//! ```

use std::collections::HashSet;

use odata::{
    batch::{BatchError, MAX_REQUESTS, PartRequest},
    check_body_type,
};
use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};

use super::{Batch, BatchForm, BatchRefusal, BatchRequest};
use crate::request::{Body, BodyError, RequestError};

/// A member that is not known may be one that is mistyped, such as a group: it is refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    requests: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Entry {
    id: String,
    method: String,
    url: String,
    #[serde(default)]
    headers: Option<Map<String, Value>>,
    #[serde(default)]
    body: Option<Box<RawValue>>,
    #[serde(default)]
    atomicity_group: Option<String>,
    #[serde(default)]
    depends_on: Option<Vec<String>>,
    #[serde(default)]
    r#if: Option<Value>,
}

/// Headers whose value may be `$<id>`: the entity tag of another request's answer.
const TAGS: [&str; 2] = ["if-match", "if-none-match"];

pub(super) fn parse(body: &Body<'_>) -> Result<Batch, RequestError> {
    check_body_type(body.content_type).map_err(BodyError::from)?;
    let content = body.bytes.trim_ascii();
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    if content.is_empty() {
        return Err(BodyError::Empty.into());
    }
    let Envelope { requests: entries } = serde_json::from_slice(content).map_err(BodyError::from)?;
    if entries.is_empty() {
        return Err(BatchRefusal::Parts(BatchError::Empty).into());
    }
    if entries.len() > MAX_REQUESTS {
        return Err(BatchRefusal::Parts(BatchError::TooMany { limit: MAX_REQUESTS }).into());
    }
    let mut requests: Vec<BatchRequest> = Vec::with_capacity(entries.len());
    for entry in entries {
        let id = entry.id.clone();
        let read = read(entry, &requests).map_err(|reason| BatchRefusal::Request { id, reason })?;
        requests.push(read);
    }
    let ids: HashSet<&str> = requests.iter().map(|r| r.id.as_str()).collect();
    if let Some(both) = requests.iter().find(|r| r.group.as_deref().is_some_and(|g| ids.contains(g))) {
        let reason = "its atomicityGroup has the name of a request".to_owned();
        return Err(BatchRefusal::Request { id: both.id.clone(), reason }.into());
    }
    Ok(Batch { form: BatchForm::Json, requests })
}

/// Reads one request; `before` are those before it.
fn read(entry: Entry, before: &[BatchRequest]) -> Result<BatchRequest, String> {
    let Entry { id, method, url, headers, body, atomicity_group: group, depends_on, r#if } = entry;
    if id.is_empty() || before.iter().any(|r| r.id == id) {
        return Err("its id is empty, or another's".to_owned());
    }
    if r#if.is_some() {
        return Err("'if' is not supported".to_owned());
    }
    if group.as_deref() == Some("") {
        return Err("its atomicityGroup is empty".to_owned());
    }
    if group.is_some()
        && before.last().is_some_and(|last| last.group != group)
        && before.iter().any(|r| r.group == group)
    {
        return Err("the requests of an atomicityGroup stand together".to_owned());
    }
    let mut needs = Vec::new();
    let mut seen = HashSet::new();
    for name in depends_on.iter().flatten() {
        // A group of a hundred that is named a hundred thousand times is needed once.
        if !seen.insert(name) {
            continue;
        }
        let named = |r: &BatchRequest| r.id == *name || r.group.as_ref() == Some(name);
        let found = needs.len();
        needs.extend((0..before.len()).filter(|at| named(&before[*at])));
        if needs.len() == found {
            return Err(format!("'{name}' in dependsOn is no request and no group before it"));
        }
    }
    let mut headers = read_headers(headers.unwrap_or_default())?;
    let has_type = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if body.is_some() && !has_type {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    let (under, url) = match reference(&url, before) {
        Some((at, rest)) => (Some(at), rest.to_owned()),
        None if refers_to_none(&url) => {
            return Err("its URL begins with '$' and the id of no request before it".into());
        }
        None => (None, url),
    };
    let is_tag = |name: &str| TAGS.iter().any(|tag| name.eq_ignore_ascii_case(tag));
    let tag_of = |(place, (name, value)): (usize, &(String, String))| {
        let (at, rest) = reference(value, before).filter(|_| is_tag(name))?;
        rest.is_empty().then_some((place, at))
    };
    let tags_of: Vec<_> = headers.iter().enumerate().filter_map(tag_of).collect();
    for at in under.iter().chain(tags_of.iter().map(|(_, at)| at)) {
        if group.is_some() && before[*at].group == group {
            return Err(format!(
                "'${}' is of the same atomicityGroup, whose requests are done at once",
                before[*at].id
            ));
        }
        needs.push(*at);
    }
    let body = body.map(|raw| raw.get().as_bytes().to_vec()).unwrap_or_default();
    let request = PartRequest { method, url, headers, body };
    Ok(BatchRequest { id, request, under, group, needs, tags_of })
}

/// The names under `$` that are addresses, whatever requests are called.
const ADDRESSES: [&str; 7] = ["batch", "crossjoin", "all", "entity", "root", "id", "metadata"];

/// `$<id>` and what follows.
fn named(text: &str) -> Option<(&str, &str)> {
    let named = text.strip_prefix('$')?;
    Some(named.split_at(named.find(['/', '?']).unwrap_or(named.len())))
}

fn refers_to_none(url: &str) -> bool {
    named(url).is_some_and(|(id, _)| !ADDRESSES.iter().any(|known| id.eq_ignore_ascii_case(known)))
}

/// The request that `$<id>` names, and what follows; `None` where no request before has that id, or it is an
/// address.
fn reference<'a>(text: &'a str, before: &[BatchRequest]) -> Option<(usize, &'a str)> {
    let (id, rest) = named(text)?;
    let at = before.iter().position(|r| r.id == id)?;
    (!ADDRESSES.contains(&id)).then_some((at, rest))
}

fn read_headers(headers: Map<String, Value>) -> Result<Vec<(String, String)>, String> {
    let read = |(name, value): (String, Value)| match value {
        Value::String(value) if !value.contains(char::is_control) => Ok((name, value)),
        _ => Err(format!("the header '{name}' is no text of one line")),
    };
    headers.into_iter().map(read).collect()
}
