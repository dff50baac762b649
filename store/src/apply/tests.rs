//! Tests of writes inside a transaction.
