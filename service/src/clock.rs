//! The clock of a server. Tests set it ahead of the system's, to see what ends after a while.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

static AHEAD: AtomicI64 = AtomicI64::new(0);

/// Sets the clock ahead by as many seconds.
pub(crate) fn set_ahead(seconds: u32) {
    AHEAD.store(i64::from(seconds) * 1000, Ordering::Relaxed);
}

/// Milliseconds since 1970.
pub(crate) fn millis() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX));
    now.saturating_add(AHEAD.load(Ordering::Relaxed))
}
