//! Who is let in: this machine's own callers, pages of listed origins, one process on one folder.

mod cors;
mod hosts;
mod methods;
mod start;
