//! `EffectiveBasePermissions`: a right as SharePoint's bits.

use store::model::Right;

/// SharePoint's bits for a right, high and low: those of its roles Read, Contribute and Full Control.
pub(crate) const fn permissions(right: Option<Right>) -> (u32, u32) {
    match right {
        None => (0, 0),
        Some(Right::Read) => (176, 138_612_833),
        Some(Right::Contribute) => (432, 1_011_028_719),
        Some(Right::Manage) => (2_147_483_647, 4_294_967_295),
    }
}
