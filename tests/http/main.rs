//! Tests by HTTP on the real server. A module is a noun or a behaviour; each test has a server of its own.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may panic"))]

mod access;
mod addresses;
mod bad_bodies;
mod bad_http;
mod bad_queries;
mod disk;
mod documents;
mod door;
mod expand;
mod field_types;
mod fields;
mod formats;
mod headers;
mod increment;
mod items;
mod lists;
mod methods;
mod pages;
mod paging;
mod preconditions;
mod properties;
mod property_types;
mod query;
mod replay;
mod sequence;
mod set_counts;
mod site_columns;
mod smoke;
mod strict;
mod surroundings;
mod users;
mod views;
mod walk;
