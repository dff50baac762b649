//! Bodies that are no good: not JSON, of the wrong type, too large, or with values that cannot be.

mod json;
mod read_only;
pub(crate) mod refusal;
mod size;
mod unique;
mod values;
