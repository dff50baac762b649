//! Lists.asmx: its reads are those of CAML, its writes the same writes of items that `_api` runs.

mod values;

use std::sync::Arc;

use odata::{
    EntityTag, Preconditions, TagCondition, Version,
    caml::View,
    path::{ItemKey, ListKey, ViewKey},
    query::Top,
    soap::{SoapCommand, SoapMethod, SoapQuery, SoapRead, SoapUpdates},
};
use store::{
    Catalog, Page, StoreError,
    model::{List, Site},
    plan::{Related, ViewField},
};

use super::{Call, caml, find_place, read as lists, run, thing::looked_up};
use crate::{
    access,
    error::{Error, Refusal},
    ports::Store,
    render::{self, MethodResult, Reply, SoapRows},
    request::{Action, BatchRefusal, Repeatable, Request, RequestError},
};

/// How many rows are rendered where requests are served.
const SHORT_PAGE: usize = 100;

/// Runs what changes nothing.
pub(super) async fn read<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Arc<Site>,
    read: &SoapRead,
) -> Result<Reply, Error> {
    match read {
        SoapRead::Items(list, query) => items(call, catalog, site, list, query).await,
        SoapRead::List(key) => {
            let list = catalog.resolve_list(site, key)?;
            Ok(render::soap_list(site, &list, &lists::list_state(call, &list).await?))
        }
        SoapRead::Lists => {
            let all = catalog.lists_of(site.id);
            let states = lists::list_states(call, all.iter().map(|list| list.id).collect()).await?;
            Ok(render::soap_lists(site, &all, &states))
        }
    }
}

/// `GetListItems`. What it does not say, the view says that it names, or the list's default one.
async fn items<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Site,
    key: &ListKey,
    asked: &SoapQuery,
) -> Result<Reply, Error> {
    let list = catalog.resolve_list(site, key)?;
    caml::check_folder(site, &list, asked.folder.as_deref())?;
    let named = match asked.view {
        Some(id) => Some(list.resolve_view(&ViewKey::Id(id))?),
        None => list.default_view(),
    };
    let mut view = named.map_or_else(|| Ok(View::default()), |view| caml::caml_of(view))?;
    if asked.has_query {
        view = View { filter: None, order: Vec::new(), ..view };
    }
    let mut view = view.under(asked.caml.clone());
    let limit = match asked.row_limit {
        // SharePoint's word for no limit; what one answer does not hold, the next ones do.
        Some(0) => Top::MAX,
        Some(rows) => rows.min(Top::MAX),
        None => view.row_limit.unwrap_or(Top::MAX).min(Top::MAX),
    };
    view.row_limit = Some(limit);
    let fields = list.view_fields(view.fields.as_deref().unwrap_or_default())?;
    let is_shown = |related: &Related| {
        fields.iter().any(|f| matches!(f, ViewField::Own(field) if field.guid == related.field.guid))
    };
    let related = looked_up(catalog, &list).into_iter().filter(is_shown).collect();
    let token = asked.paging.as_ref().map(|paging| paging.token.clone());
    let (query, page) = caml::read_page(call, catalog, &list, &view, limit, token, related).await?;
    let Page { items, next, related, .. } = page;
    let next = next.and_then(|keys| items.last().map(|last| query.token(last, &keys).to_string()));
    let right = call.store.catalog().right_at_list(call.rights, &list);
    let long = items.len() > SHORT_PAGE;
    let (shown, users, site) = (call.view.clone(), call.store.catalog(), site.clone());
    let render = move || {
        let rows = SoapRows {
            view: &shown,
            catalog: &users,
            site: &site,
            list: &list,
            related: &related,
            fields: &fields,
            permissions: Some(access::permissions(right)),
        };
        render::soap_items(&rows, &items, next.as_deref())
    };
    Ok(if long { call.store.compute(render).await? } else { render() })
}

/// `UpdateListItems`: each method is run as if it came alone, in order; not a transaction.
pub(crate) async fn run_updates<S: Store>(call: &Call<'_, S>, updates: &SoapUpdates) -> Result<Reply, Error> {
    let Preconditions { if_match, if_none_match, if_unmodified_since, .. } = &call.request.preconditions;
    if if_match.is_some() || if_none_match.is_some() || if_unmodified_since.is_some() {
        return Err(RequestError::from(BatchRefusal::UpdatesHeader).into());
    }
    let place = find_place(call)?;
    let list = place.catalog.resolve_list(&place.site, &updates.list)?;
    let count = u32::try_from(updates.methods.len()).unwrap_or(u32::MAX);
    let quota = call.rules.quotas.take_many(call.caller, count).map_err(Refusal::from)?;
    let mut results = Vec::with_capacity(updates.methods.len());
    for (at, method) in updates.methods.iter().enumerate() {
        let request = request(call, &place.whole, &list, at, method);
        let outcome = run(&Call { request: &request, ..*call }).await;
        let failed = outcome.is_err();
        results.push(result(call, &place.site, method, outcome));
        if failed && !updates.continues {
            break;
        }
    }
    let reply = render::soap_results(&results);
    Ok(match quota {
        Some(quota) => reply.with_quota(quota),
        None => reply,
    })
}

/// A method as the request of `_api` that does the same.
fn request<S: Store>(
    call: &Call<'_, S>,
    users: &Catalog,
    list: &List,
    at: usize,
    method: &SoapMethod,
) -> Request {
    let key = ListKey::Id(list.guid);
    let body = || values::resolve(users, list, &method.fields);
    let (action, version) = match method.command {
        SoapCommand::New => (Action::AddItem(key, body()), None),
        SoapCommand::Update(id, version) => (Action::MergeItem(key, ItemKey::Id(id), body()), version),
        SoapCommand::Delete(id, version) => (Action::DeleteItem(key, ItemKey::Id(id)), version),
    };
    let if_match = version.map(|version| TagCondition::Tags(vec![EntityTag::Version(Version::new(version))]));
    // Each write of a request that may be sent again has an answer of its own, so that one which was cut off is
    // taken up where it ended.
    let repeat = call.request.repeat.as_ref();
    let repeat = repeat.map(|repeat| Repeatable { id: format!("{} {at}", repeat.id), ..repeat.clone() });
    Request {
        site: call.request.site.clone(),
        root_web: false,
        service: call.request.service,
        action,
        is_safe: false,
        preconditions: Preconditions { if_match, ..Preconditions::default() },
        repeat,
    }
}

fn result<S: Store>(
    call: &Call<'_, S>,
    site: &Site,
    method: &SoapMethod,
    outcome: Result<Reply, Error>,
) -> MethodResult {
    let (command, version) = match method.command {
        SoapCommand::New => ("New", None),
        SoapCommand::Update(_, version) => ("Update", version),
        SoapCommand::Delete(_, version) => ("Delete", version),
    };
    let id = format!("{},{command}", method.id);
    let error = match outcome {
        Ok(reply) => {
            let row = String::from_utf8(reply.body).unwrap_or_default();
            return MethodResult { id, error: None, row };
        }
        Err(error) => error,
    };
    if let Error::Store(StoreError::Internal(cause) | StoreError::Disk(cause)) = &error {
        let cause: String = cause.chars().take(1_000).collect();
        tracing::error!(cause, "a method of an UpdateListItems failed");
    }
    let sent = version.map(|version| format!("\"{version}\""));
    let told = render::error_code(call.view, sent.as_deref(), &error);
    // As SharePoint does, a conflict shows what is there.
    let present = match &error {
        Error::Store(StoreError::PreconditionFailed(conflict)) => conflict.present.as_ref(),
        _ => None,
    };
    let row = present.and_then(|present| {
        let item = present.item.as_deref()?;
        Some(render::soap_row(call.view, &call.store.catalog(), site, &present.list, item))
    });
    MethodResult { id, error: Some(told), row: row.unwrap_or_default() }
}
