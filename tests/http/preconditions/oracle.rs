//! What section 4 of the design says a condition decides. Written from its words; nothing of the service is in it.

/// What a client wants of an item, or (`Add`) of the collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    Read,
    Add,
    Change,
    Delete,
}

/// What `If-Match` or `If-None-Match` says. Known from how the header was made, not found by parsing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tags {
    Unreadable,
    Any,
    Named {
        /// The present version is among them.
        present: bool,
        /// "Must not exist", the all-zero GUID, is among them.
        nothing: bool,
    },
}

/// A date, held against the second in which the present version was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Date {
    Unreadable,
    Before,
    Same,
    After,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Conditions {
    pub(super) if_match: Option<Tags>,
    pub(super) if_none_match: Option<Tags>,
    pub(super) if_unmodified_since: Option<Date>,
    pub(super) if_modified_since: Option<Date>,
}

/// An item that is there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Present {
    /// Its version and the one before it were written in one second.
    pub(super) shares_second: bool,
}

/// What the conditions come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Unreadable,
    NotFound,
    Failed,
    NotModified,
    Done,
}

pub(super) fn verdict(wish: Wish, item: Option<Present>, sent: &Conditions) -> Verdict {
    let reads = wish == Wish::Read;
    let unreadable = [sent.if_match, sent.if_none_match].contains(&Some(Tags::Unreadable))
        || !reads && sent.if_unmodified_since == Some(Date::Unreadable);
    if unreadable {
        return Verdict::Unreadable;
    }
    if wish == Wish::Add {
        // Nothing exists that a tag could name; the collection does, so `*` asks for nothing.
        let asks_for_another = matches!(sent.if_match, Some(Tags::Named { nothing: false, .. }));
        return if asks_for_another { Verdict::Failed } else { Verdict::Done };
    }
    let Some(item) = item else { return Verdict::NotFound };
    if !matches(item, sent) {
        return Verdict::Failed;
    }
    match (excludes(item, sent, reads), reads) {
        (false, _) => Verdict::Done,
        (true, true) => Verdict::NotModified,
        (true, false) => Verdict::Failed,
    }
}

/// If-Match; else If-Unmodified-Since.
fn matches(item: Present, sent: &Conditions) -> bool {
    match (sent.if_match, sent.if_unmodified_since) {
        (Some(Tags::Named { present, .. }), _) => present,
        (Some(_), _) => true,
        (None, Some(Date::Before)) => false,
        (None, Some(Date::Same)) => !item.shares_second,
        (None, _) => true,
    }
}

/// If-None-Match; else, on reads, If-Modified-Since.
fn excludes(item: Present, sent: &Conditions, reads: bool) -> bool {
    match (sent.if_none_match, sent.if_modified_since) {
        // "Must not exist" is said to writes: a read of what exists gets it.
        (Some(Tags::Named { present, nothing }), _) => present || nothing && !reads,
        (Some(_), _) => true,
        (None, Some(Date::Same)) => reads && !item.shares_second,
        (None, Some(Date::After)) => reads,
        (None, _) => false,
    }
}
