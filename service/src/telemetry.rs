//! Logs: to standard error, as `RUST_LOG` says.

use std::io::{IsTerminal as _, stderr};

use tracing_subscriber::EnvFilter;

/// Starts logging. A second call, as tests may make, changes nothing.
pub(crate) fn start() {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("matchlist=info,store=info,warn"));
    let colours = stderr().is_terminal();
    let _ =
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(stderr).try_init();
}
