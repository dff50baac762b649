//! `matchlist token`, `user` and `lists`: what is done to a database, whether a server runs on it or not.

use std::str::FromStr;

use clap::{Args, Subcommand};
use odata::path::SitePath;
use serde::{Deserialize, Serialize};

use super::{Grade, Mode, Place, site_path};

#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Make a token, and print it: this once.
    Create {
        /// What it is for.
        name: String,
        /// As whom it acts: a login, an e-mail address or DOMAIN\name. Without it, a user of the token's
        /// name.
        #[arg(long, value_name = "LOGIN")]
        user: Option<String>,
        /// What it may do: read, contribute or manage, and where, such as read:/sites/crm or
        /// contribute:/sites/crm/Lists/Customers; without a place everywhere. May be repeated. Without
        /// it, what its user may do.
        #[arg(long = "scope", value_name = "RIGHT[:PATH]")]
        scopes: Vec<ScopeText>,
        /// After how many days it ends; 0 for never.
        #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(..=36500))]
        days: u32,
        #[command(flatten)]
        place: Place,
    },
    /// Show all tokens, and when they were last used.
    List {
        #[command(flatten)]
        place: Place,
    },
    /// End a token, at once.
    Revoke {
        /// Its number, as `list` shows it.
        id: i64,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Make a user, or set the password of one.
    Add {
        /// The login, an e-mail address or DOMAIN\name.
        login: String,
        #[command(flatten)]
        password: Password,
        #[command(flatten)]
        place: Place,
    },
    /// Show all users, and what they were granted.
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Let a user do something.
    Grant {
        /// The login, or 'everyone' for all who have signed in.
        login: String,
        /// What.
        right: Grade,
        /// Where: a site, or a list such as /sites/crm/Lists/Customers.
        #[arg(default_value = "/")]
        path: String,
        #[command(flatten)]
        place: Place,
    },
    /// Take back what a user was granted at a place.
    Ungrant {
        /// The login, or 'everyone'.
        login: String,
        /// Where: a site, or a list.
        #[arg(default_value = "/")]
        path: String,
        #[command(flatten)]
        place: Place,
    },
    /// Do not let a user call any more; sessions and tokens of theirs end at once.
    Block {
        /// The login.
        login: String,
        #[command(flatten)]
        place: Place,
    },
    /// Let a user call again.
    Unblock {
        /// The login.
        login: String,
        #[command(flatten)]
        place: Place,
    },
}

/// Whether the user has a password, for the sign-in page.
#[derive(Clone, Copy, Debug, Args)]
#[group(multiple = false)]
pub(crate) struct Password {
    /// Ask for a password.
    #[arg(long = "password")]
    pub(crate) ask: bool,
    /// Take the password from the first line of standard input.
    #[arg(long = "password-stdin")]
    pub(crate) from_stdin: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Lists {
    /// Set which updates and deletes of a list's items must say what version they saw.
    Strict {
        /// The list's title.
        title: String,
        #[command(flatten)]
        strictness: StrictnessArgs,
        #[command(flatten)]
        list: ListPlace,
    },
    /// Close a list: only rights that are given for it hold in it, and those to manage its site.
    Close {
        /// The list's title.
        title: String,
        #[command(flatten)]
        list: ListPlace,
    },
    /// Let the rights of its site hold in a list again.
    Open {
        /// The list's title.
        title: String,
        #[command(flatten)]
        list: ListPlace,
    },
    /// Show which callers and programs overwrite items without saying what version they saw.
    Overwrites {
        /// The list's title; without it, all lists of the site.
        title: Option<String>,
        #[command(flatten)]
        list: ListPlace,
    },
}

/// Where a list is.
#[derive(Debug, Args)]
pub(crate) struct ListPlace {
    #[command(flatten)]
    pub(crate) place: Place,
    /// The list's site.
    #[arg(long, value_name = "PATH", value_parser = site_path, default_value = "/")]
    pub(crate) site: SitePath,
}

/// How strict a list shall be.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct StrictnessArgs {
    /// off: none; condition: those without any condition are refused; tag: those with '*' too.
    mode: Option<Mode>,
    /// The same as 'condition'.
    #[arg(long)]
    on: bool,
    /// The same as 'off'.
    #[arg(long)]
    off: bool,
}

impl StrictnessArgs {
    pub(crate) const fn mode(&self) -> Mode {
        match self.mode {
            Some(mode) => mode,
            None if self.on => Mode::Condition,
            None => Mode::Off,
        }
    }
}

/// `--scope`: a right, and the path of a place that is looked up later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ScopeText {
    pub(crate) right: Grade,
    pub(crate) path: String,
}

impl FromStr for ScopeText {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (right, path) = text.split_once(':').unwrap_or((text, "/"));
        let right = clap::ValueEnum::from_str(right, true)
            .map_err(|_| format!("'{right}' is none of read, contribute and manage"))?;
        Ok(Self { right, path: path.to_owned() })
    }
}
