//! Who may do what.

mod overwrites;
mod quota;
