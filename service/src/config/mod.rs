//! The command line, as types.

mod access;
mod admin;
mod serve;

pub(crate) use access::{Jwt, Reach};
pub(crate) use admin::{Lists, Password, ScopeText, Token, User};
pub(crate) use serve::{PagesOf, Serve};

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use odata::path::SitePath;
use serde::{Deserialize, Serialize};
use store::model::{Right, Strictness};

/// Lists that never lose an update: a list service that speaks SharePoint's REST dialect of OData.
#[derive(Debug, Parser)]
#[command(name = "matchlist", version, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
#[expect(clippy::large_enum_variant, reason = "there is one of it")]
pub(crate) enum Command {
    /// Serve lists over HTTP until SIGTERM or Ctrl-C.
    Serve(Serve),
    /// Make, show and revoke tokens, by which programs call.
    #[command(subcommand)]
    Token(Token),
    /// Make users, and say what they may do.
    #[command(subcommand)]
    User(User),
    /// Look at lists and change their settings.
    #[command(subcommand)]
    Lists(Lists),
}

/// Where the database is, also while a server runs on it.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// The folder of the database. A server may be running on it.
    #[arg(long, env = "MATCHLIST_DATA", value_name = "DIR", default_value = "data")]
    pub(crate) data: PathBuf,
}

/// A strictness on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub(crate) enum Mode {
    Off,
    Condition,
    Tag,
}

impl From<Mode> for Strictness {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Off => Self::Off,
            Mode::Condition => Self::Condition,
            Mode::Tag => Self::Tag,
        }
    }
}

/// A right on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub(crate) enum Grade {
    /// Read lists and items.
    Read,
    /// Make, change and delete items, too.
    Contribute,
    /// Change lists, fields and the site, too.
    Manage,
}

impl From<Grade> for Right {
    fn from(grade: Grade) -> Self {
        match grade {
            Grade::Read => Self::Read,
            Grade::Contribute => Self::Contribute,
            Grade::Manage => Self::Manage,
        }
    }
}

fn site_path(text: &str) -> Result<SitePath, String> {
    SitePath::parse(text).map_err(|_| format!("'{text}' is no path of a site, such as /sites/demo"))
}
