//! Preconditions inside the transaction: what they are held against, and what a refused client is told.

use std::sync::Arc;

use odata::{Failed, Outcome, Preconditions, Selected, TagCondition, Timestamp, Uuid, Version};

use super::{Context, Transaction, seconds};
use crate::{
    Conflict, ListState, Present, StoreError,
    model::{Item, List, ListId},
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
        let Outcome::Failed(failed) = preconditions.for_write(Some(&selected)) else {
            return Ok(());
        };
        let fields = match (&preconditions.if_match, failed) {
            (Some(tags), Failed::IfMatch) => self.changed_since(list.id, item, tags)?,
            _ => None,
        };
        let by = self.catalog.user(item.editor).map_or_else(String::new, |u| u.title.clone());
        Err(StoreError::PreconditionFailed(Box::new(Conflict {
            failed,
            present: Some(Present {
                list: list.clone(),
                version: item.version,
                guid: item.guid,
                item: Some(Box::new((item.clone(), by))),
                fields,
            }),
        })))
    }

    /// The fields that were changed since the newest version named, if every change since is known.
    fn changed_since(
        &mut self,
        list: ListId,
        item: &Item,
        tags: &TagCondition,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let Some(named) = tags.newest_named_before(item.guid, item.version).filter(|v| v.number() > 0) else {
            return Ok(None);
        };
        let sql = sql::select_changes(self.tx.dialect(), list, item.id, named);
        let rows = self.tx.query(&sql)?;
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

    /// Holds the conditions against something that does not exist yet.
    pub(super) fn check_absent(&self, preconditions: &Preconditions) -> Result<(), StoreError> {
        match preconditions.for_write(None) {
            Outcome::Failed(failed) => {
                Err(StoreError::PreconditionFailed(Box::new(Conflict { failed, present: None })))
            }
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
            Outcome::Failed(failed) => Err(StoreError::PreconditionFailed(Box::new(Conflict {
                failed,
                present: Some(Present {
                    list: list.clone(),
                    version: list.version,
                    guid: list.guid,
                    item: None,
                    fields: None,
                }),
            }))),
            _ => Ok(()),
        }
    }

    /// Holds the conditions against a field, which has no tag: none can be matched but `*`.
    pub(super) fn check_field(&self, list: &List, preconditions: &Preconditions) -> Result<(), StoreError> {
        let selected = Selected {
            guid: Uuid::nil(),
            version: Version::new(u64::MAX),
            modified: list.modified,
            shares_second: true,
        };
        match preconditions.for_write(Some(&selected)) {
            Outcome::Failed(failed) => {
                Err(StoreError::PreconditionFailed(Box::new(Conflict { failed, present: None })))
            }
            _ => Ok(()),
        }
    }
}
