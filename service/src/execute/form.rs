//! Writes whose values are the texts of a form: `validateUpdateListItem` and its kin.

use std::sync::Arc;

use odata::{Uuid, path::ItemKey};
use serde_json::{Map, Value};
use store::{
    Catalog, StoreError,
    model::{List, Site, fold},
    plan::{Action as Write, ItemChange, ItemChangeKind, ItemValues, NewItem, PlanError},
};

use super::{Call, thing::find_item};
use crate::{
    error::Error,
    ports::Store,
    render::{self, FormResult, Reply, View},
};

type Object = Map<String, Value>;

/// A form that was sent for an item, or for a new one.
#[derive(Clone, Debug)]
pub(super) struct Form {
    pub(super) method: &'static str,
    pub(super) results: Vec<FormResult>,
}

impl Form {
    /// The answer after the write, or without one where a value failed. A new item's Id is an entry too.
    pub(super) fn render(&self, view: &View, item: i64) -> Reply {
        let mut results = self.results.clone();
        if self.method == ADD && item > 0 {
            results.push(FormResult { name: "Id".into(), value: Some(item.to_string()), error: None });
        }
        render::form_results(view, self.method, item, &results)
    }

    /// The form with the store's refusal as an error of the field that it is about; `None` where it is about
    /// no field that was sent.
    pub(super) fn refused(&self, list: &List, error: &StoreError) -> Option<Self> {
        let (field, told) = match error {
            StoreError::Duplicate { field } => (field, "This value already exists in the list."),
            StoreError::Required { field } => (field, "You can't leave this blank."),
            _ => return None,
        };
        let field = list.fields.iter().find(|f| f.internal_name == *field || f.title == *field)?;
        let mut form = self.clone();
        let error = Some(told.to_owned());
        match form.results.iter_mut().find(|r| fold(&r.name) == fold(&field.internal_name)) {
            Some(result) => result.error = error,
            None => {
                form.results.push(FormResult { name: field.internal_name.clone(), value: None, error });
            }
        }
        Some(form)
    }
}

const CHANGE: &str = "ValidateUpdateListItem";
const ADD: &str = "AddValidateUpdateItemUsingPath";

/// What a form leads to.
pub(super) enum Resolved {
    Write(Box<Write>, Form),
    /// A value failed: nothing is written.
    Failed(Reply),
}

/// A form for an item that is there; `change` says which, and under which conditions.
pub(super) async fn change<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    mut change: ItemChange,
    key: &ItemKey,
    body: &Object,
) -> Result<Resolved, Error> {
    let (form, values) = read(catalog, &change.list, CHANGE, body)?;
    let Some(values) = values else {
        let item = find_item(call, &change.list, key).await?;
        return Ok(Resolved::Failed(form.render(call.view, item.id.0)));
    };
    change.kind = ItemChangeKind::Merge(values);
    Ok(Resolved::Write(Box::new(Write::ChangeItem(change)), form))
}

/// A form for a new item.
pub(super) fn add<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Site,
    list: Arc<List>,
    body: &Object,
) -> Result<Resolved, Error> {
    let refused = |reason: &str| PlanError::Refused { reason: reason.to_owned() };
    let place = body.get("listItemCreateInfo").unwrap_or(&Value::Null);
    if place.get("UnderlyingObjectType").and_then(Value::as_i64).unwrap_or(0) != 0 {
        return Err(refused("Only items can be made: UnderlyingObjectType is 0.").into());
    }
    let folder = place.pointer("/FolderPath/DecodedUrl").and_then(Value::as_str).unwrap_or_default();
    let folder = fold(folder.trim_end_matches('/'));
    // The folder may be named by its whole URL, or relative to the server.
    let root = fold(&render::folder_url(site, &list));
    if !folder.is_empty()
        && folder != root
        && folder != fold(call.view.links.site()) + "/lists/" + &fold(&list.url_name)
    {
        return Err(refused("Items are made in the list's root folder: there are no others.").into());
    }
    let (form, values) = read(catalog, &list, ADD, body)?;
    let Some(values) = values else { return Ok(Resolved::Failed(form.render(call.view, 0))) };
    let values = values.for_new_item(&list)?;
    let preconditions = call.request.preconditions.clone();
    let write = Write::AddItem(NewItem { list, guid: Uuid::new_v4(), values, preconditions });
    Ok(Resolved::Write(Box::new(write), form))
}

/// Reads the texts; there are values only where all could be read.
fn read(
    catalog: &Catalog,
    list: &List,
    method: &'static str,
    body: &Object,
) -> Result<(Form, Option<ItemValues>), PlanError> {
    let refused = || PlanError::Refused {
        reason: "The body needs formValues: [{\"FieldName\":\"Title\",\"FieldValue\":\"x\"}, …].".into(),
    };
    let sent = body.get("formValues").ok_or_else(refused)?;
    let sent = sent.get("results").unwrap_or(sent).as_array().ok_or_else(refused)?;
    let find_user = |login: &str| {
        let found = catalog.user_by_login(login).or_else(|| catalog.user_by_email(login));
        found.map(|user| user.id.0)
    };
    let mut results = Vec::with_capacity(sent.len());
    let mut values = ItemValues::default();
    for one in sent {
        let name = one.get("FieldName").and_then(Value::as_str).ok_or_else(refused)?;
        let text = match one.get("FieldValue") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.as_str()),
            Some(_) => return Err(refused()),
        };
        let error = match list.read_form_text(name, text, &find_user) {
            Ok(value) => {
                values.fields.extend(value);
                None
            }
            Err(error) => Some(error),
        };
        results.push(FormResult { name: name.to_owned(), value: text.map(str::to_owned), error });
    }
    let failed = results.iter().any(|r| r.error.is_some());
    Ok((Form { method, results }, (!failed).then_some(values)))
}
