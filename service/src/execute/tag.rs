//! Entity tags of answers that are no single item: they vouch for the caller, the format and the query
//! as well as for the data.

use std::hash::{DefaultHasher, Hash, Hasher};

use odata::{EntityTag, TagCondition};
use store::{Catalog, ListState, model::List};

use super::Call;
use crate::{ports::Store, render::Reply};

/// The opaque part of the tag of a page of items: the list's last change, and what else the answer hangs
/// on.
pub(super) fn of_items<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    list: &List,
    state: &ListState,
    others: &[ListState],
) -> String {
    let mut hash = start(call);
    for other in others {
        let version = catalog.list(other.list).map(|l| l.version);
        (other.list, version, other.last_seq, other.last_modified).hash(&mut hash);
    }
    (list.guid, list.version, state.last_seq, state.last_modified).hash(&mut hash);
    format!("{}-{:016x}", state.last_seq, hash.finish())
}

/// The opaque part of the tag of an answer that is at hand.
fn of_body<S: Store>(call: &Call<'_, S>, body: &[u8]) -> String {
    let mut hash = start(call);
    body.hash(&mut hash);
    format!("b-{:016x}", hash.finish())
}

fn start<S: Store>(call: &Call<'_, S>) -> DefaultHasher {
    let mut hash = DefaultHasher::new();
    (call.caller(), call.view.format, call.raw.path, call.raw.query, call.view.links.site()).hash(&mut hash);
    hash
}

/// Whether the client has the answer with that tag.
pub(super) fn is_known<S: Store>(call: &Call<'_, S>, opaque: &str) -> bool {
    match &call.request.preconditions.if_none_match {
        None => false,
        Some(TagCondition::Any) => true,
        Some(TagCondition::Tags(tags)) => {
            tags.iter().any(|tag| matches!(tag, EntityTag::Foreign(text) if text == opaque))
        }
    }
}

/// The header of that tag; weak, as links within may be spelt otherwise next time.
pub(super) fn header(opaque: &str) -> String {
    format!("W/\"{opaque}\"")
}

/// An answer from the catalog with the tag of its bytes, or 304.
pub(super) fn tagged<S: Store>(call: &Call<'_, S>, reply: Reply) -> Reply {
    let opaque = of_body(call, &reply.body);
    let known = is_known(call, &opaque);
    let reply = reply.with("ETag", header(&opaque));
    if known { reply.not_modified() } else { reply }
}
