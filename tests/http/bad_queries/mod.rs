//! Requests whose line or headers are no good: addresses, methods, query options, conditions.

mod addresses;
mod conditions;
mod filters;
mod methods;
mod options;
mod sql;
