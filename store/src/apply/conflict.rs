//! Preconditions inside the transaction: what they are held against, and what a refused client is told.

use std::sync::Arc;

use odata::{Failed, Outcome, Preconditions, Selected, Timestamp, Uuid, Version};

use super::{Context, Transaction, seconds};
use crate::{
    Catalog, Conflict, ListState, Present, StoreError,
    model::{FieldOwner, Item, List, ListId, UserId},
    sql::{self, Columns},
};

/// Whether the item's present version was written in the same second as the one before it, or may have
/// been.
pub(crate) fn read_shared_second(
    tx: &mut dyn Transaction,
    list: ListId,
    item: &Item,
    preconditions: &Preconditions,
) -> Result<bool, StoreError> {
    if !preconditions.asks_about_second(item.modified) || item.version <= Version::FIRST {
        return Ok(false);
    }
    let before = Version::new(item.version.number() - 1);
    let sql = sql::select_change_time(tx.dialect(), list, item.id, before);
    match tx.query_one(&sql)? {
        Some(row) => Ok(seconds(Columns::new(row).integer()?) >= item.modified),
        None => Ok(true),
    }
}

/// A list's state.
pub(crate) fn read_state(tx: &mut dyn Transaction, list: ListId) -> Result<Option<ListState>, StoreError> {
    let sql = sql::select_state(tx.dialect(), list);
    let Some(row) = tx.query_one(&sql)? else { return Ok(None) };
    let mut columns = Columns::new(row);
    columns.integer()?;
    let item_count = columns.integer()?;
    let last_seq = columns.integer()?;
    let time = |unix| Timestamp::from_unix(unix).unwrap_or(Timestamp::EPOCH);
    let last_modified = time(columns.integer()?);
    let last_deleted = time(columns.integer()?);
    Ok(Some(ListState { list, item_count, last_seq, last_modified, last_deleted }))
}

/// The fields of an item that were changed since the newest version that If-Match names, if it names an
/// older one and every change since is known.
pub(crate) fn read_changed_fields(
    tx: &mut dyn Transaction,
    list: ListId,
    item: &Item,
    preconditions: &Preconditions,
) -> Result<Option<Vec<String>>, StoreError> {
    let named = preconditions.if_match.as_ref().and_then(|t| t.newest_named_before(item.guid, item.version));
    let Some(named) = named.filter(|version| version.number() > 0) else { return Ok(None) };
    let sql = sql::select_changes(tx.dialect(), list, item.id, named);
    let rows = tx.query(&sql)?;
    if rows.len() as u64 != item.version.number() - named.number() {
        return Ok(None);
    }
    let mut fields = Vec::new();
    for row in rows {
        let mut columns = Columns::new(row);
        columns.integer()?;
        let names: Vec<String> = serde_json::from_str(&columns.text()?)
            .map_err(|e| StoreError::Internal(format!("a change row cannot be read: {e}")))?;
        for name in names {
            if !fields.contains(&name) {
                fields.push(name);
            }
        }
    }
    Ok(Some(fields))
}

/// A failed condition as an error.
fn failed(failed: Failed, present: Option<Present>) -> StoreError {
    StoreError::PreconditionFailed(Box::new(Conflict { failed, present }))
}

impl Present {
    /// The present state of an item.
    #[must_use]
    pub fn item(catalog: &Catalog, list: Arc<List>, item: Item, fields: Option<Vec<String>>) -> Self {
        let by = name(catalog, item.editor);
        let (version, at) = (item.version, item.modified);
        Self { list, version, by, at, item: Some(Box::new(item)), fields }
    }

    /// The present state of a list's own settings and fields.
    #[must_use]
    pub fn list(catalog: &Catalog, list: Arc<List>) -> Self {
        let by = name(catalog, list.editor);
        let (version, at) = (list.version, list.modified);
        Self { list, version, by, at, item: None, fields: None }
    }
}

fn name(catalog: &Catalog, user: UserId) -> String {
    catalog.user(user).map_or_else(String::new, |u| u.title.clone())
}

impl Context<'_> {
    /// Holds the conditions against an item that was read under its lock.
    pub(super) fn check_item(
        &mut self,
        list: &Arc<List>,
        item: &Item,
        preconditions: &Preconditions,
    ) -> Result<(), StoreError> {
        let shares_second = read_shared_second(self.tx, list.id, item, preconditions)?;
        let selected =
            Selected { guid: item.guid, version: item.version, modified: item.modified, shares_second };
        let Outcome::Failed(why) = preconditions.for_write(Some(&selected)) else {
            return Ok(());
        };
        let fields = match why {
            Failed::IfMatch => read_changed_fields(self.tx, list.id, item, preconditions)?,
            Failed::IfUnmodifiedSince | Failed::IfNoneMatch => None,
        };
        Err(failed(why, Some(Present::item(self.catalog, list.clone(), item.clone(), fields))))
    }

    /// Holds the conditions against something that does not exist yet.
    pub(super) fn check_absent(&self, preconditions: &Preconditions) -> Result<(), StoreError> {
        match preconditions.for_write(None) {
            Outcome::Failed(why) => Err(failed(why, None)),
            _ => Ok(()),
        }
    }

    /// Holds the conditions against a list's own version. Whether two of its versions share a second is
    /// not recorded, so that a date in the second of its last change does not hold.
    pub(super) fn check_list(
        &self,
        list: &Arc<List>,
        preconditions: &Preconditions,
    ) -> Result<(), StoreError> {
        let selected = Selected {
            guid: list.guid,
            version: list.version,
            modified: list.modified,
            shares_second: list.version > Version::FIRST,
        };
        match preconditions.for_write(Some(&selected)) {
            Outcome::Failed(why) => Err(failed(why, Some(Present::list(self.catalog, list.clone())))),
            _ => Ok(()),
        }
    }

    /// Holds the conditions against a field, which has no tag: none can be matched but `*`.
    pub(super) fn check_field(
        &self,
        owner: &FieldOwner,
        preconditions: &Preconditions,
    ) -> Result<(), StoreError> {
        // Columns of sites are not dated: they may have changed just now.
        let modified = owner.list().map_or_else(|| self.now(), |list| list.modified);
        Self::check_without_tag(modified, preconditions)
    }

    /// Holds the conditions against a site, which has neither tag nor date.
    pub(super) fn check_site(&self, preconditions: &Preconditions) -> Result<(), StoreError> {
        Self::check_without_tag(self.now(), preconditions)
    }

    fn check_without_tag(modified: Timestamp, preconditions: &Preconditions) -> Result<(), StoreError> {
        let selected =
            Selected { guid: Uuid::nil(), version: Version::new(u64::MAX), modified, shares_second: true };
        match preconditions.for_write(Some(&selected)) {
            Outcome::Failed(why) => Err(failed(why, None)),
            _ => Ok(()),
        }
    }
}
