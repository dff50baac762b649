//! Counts of writes that named no version.

use super::Context;
use crate::{StoreError, Written, plan::Overwrite, sql, sql::Columns};

/// How many rows a list has at most; programs beyond are counted as one.
const MOST: i64 = 500;
const OTHERS: &str = "(others)";

pub(super) fn count(cx: &mut Context<'_>, counts: &[Overwrite]) -> Result<Written, StoreError> {
    for count in counts {
        if cx.catalog.list(count.list).is_none() {
            continue;
        }
        if cx.execute(|d| sql::raise_overwrites(d, count))? > 0 {
            continue;
        }
        let row = cx.query_one(|d| sql::count_overwrite_rows(d, count.list))?;
        let rows = row.map_or(Ok(0), |row| Columns::new(row).integer())?;
        let others = Overwrite { user_agent: OTHERS.to_owned(), ..count.clone() };
        let count = if rows < MOST { count } else { &others };
        if cx.execute(|d| sql::raise_overwrites(d, count))? == 0 {
            cx.execute(|d| sql::insert_overwrites(d, count))?;
        }
    }
    Ok(Written::OverwritesCounted)
}
