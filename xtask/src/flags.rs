//! The command line. What a chore does is in the file of its name.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::test::step_names;

/// Build chores of Matchlist.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
pub(crate) struct Flags {
    #[command(subcommand)]
    pub(crate) chore: Chore,
}

#[derive(Subcommand)]
pub(crate) enum Chore {
    /// Build the service, start it, and seed the sample list.
    Run(Run),
    /// Run every check there is, in order, up to the first that fails.
    Test(Test),
    /// Run the example pages in a real browser; the SDK has been built.
    Browser,
    /// Run published clients, such as PnPjs, against the real server, and against it with faults put in.
    Clients,
    /// Build and check the npm package of the SDK.
    Npm,
    /// Build the SDK's module for the browser, and hold it to its size.
    Wasm,
    /// Check the house rules that a compiler can't see.
    Tidy,
}

#[derive(Args)]
pub(crate) struct Run {
    /// Where to listen; port 0 picks a free one.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Another port at the same address.
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// The folder that holds the lists [default: `data` in the repository].
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Test {
    /// Run this step only; may be repeated.
    #[arg(long, value_name = "STEP", value_parser = step_names())]
    pub(crate) only: Vec<String>,
    /// Leave this step out; may be repeated.
    #[arg(long, value_name = "STEP", value_parser = step_names())]
    pub(crate) skip: Vec<String>,
    /// Show the steps and run none.
    #[arg(long)]
    pub(crate) list: bool,
}
