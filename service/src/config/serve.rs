//! `matchlist serve`.

use std::{net::SocketAddr, path::PathBuf, str::FromStr};

use clap::Args;
use odata::path::SitePath;
use store::sqlite::Location;

use super::{Mode, site_path};

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Where to listen; port 0 picks a free one.
    #[arg(long, env = "MATCHLIST_LISTEN", value_name = "ADDR:PORT", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// The folder of the database, or ':memory:' for a throw-away one.
    #[arg(long, env = "MATCHLIST_DATA", value_name = "DIR", default_value = "data")]
    pub(crate) data: Data,
    /// A site that shall be there, such as /sites/demo; may be repeated. The root site always is.
    #[arg(long = "site", value_name = "PATH", value_parser = site_path)]
    pub(crate) sites: Vec<SitePath>,
    /// The least strictness of all lists: which updates and deletes must say what version they saw.
    #[arg(long, value_name = "MODE", default_value = "off")]
    pub(crate) strict: Mode,
    /// Refuse queries that no index leads to, of lists with more items, as SharePoint does with 5000.
    #[arg(long, value_name = "ITEMS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) threshold: Option<u64>,
    /// How many seconds a query of items may run; one that takes longer is refused.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub(crate) query_seconds: u32,
    /// How many requests a caller may make in a minute; 0 for as many as it likes. Without it, 12000 where
    /// sign-in is configured.
    #[arg(long, value_name = "REQUESTS")]
    pub(crate) rate_limit: Option<u32>,
    /// An origin whose pages may call the service, such as https://app.example; may be repeated.
    #[arg(long = "cors", value_name = "ORIGIN", value_parser = origin)]
    pub(crate) cors: Vec<String>,
    /// Listen on an address that other machines reach, although anybody may do anything.
    #[arg(long)]
    pub(crate) insecure: bool,
    /// A folder of pages that is served at <SITE>/SitePages/; may be repeated. Without a site it is the
    /// one that --site names, else the root.
    #[arg(long = "pages", value_name = "[SITE=]DIR", value_parser = pages)]
    pub(crate) pages: Vec<PagesOf>,
    /// For how many hours a browser that has signed in stays so.
    #[arg(long, value_name = "HOURS", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=8760))]
    pub(crate) session_hours: u32,
    /// By how many seconds the clock is ahead, for tests of what ends after a while.
    #[arg(long, value_name = "SECONDS", default_value_t = 0, hide = true, overrides_with = "clock_ahead")]
    pub(crate) clock_ahead: u32,
    /// The largest body of a request, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = 2 * 1024 * 1024)]
    pub(crate) max_body: usize,
    /// For how many hours the outcome of a repeatable request is remembered.
    #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=8760))]
    pub(crate) replay_window: u32,
    /// For how many days change records are kept; the newest of each item always is.
    #[arg(long, value_name = "DAYS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=36500))]
    pub(crate) change_retention: u32,
}

/// `--data`.
#[derive(Clone, Debug)]
pub(crate) struct Data(pub(crate) Location);

impl FromStr for Data {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "" => Err("a folder, or ':memory:', is expected"),
            ":memory:" => Ok(Self(Location::Temporary)),
            folder => Ok(Self(Location::Folder(folder.into()))),
        }
    }
}

/// `--pages`.
#[derive(Clone, Debug)]
pub(crate) struct PagesOf {
    pub(crate) site: Option<SitePath>,
    pub(crate) folder: PathBuf,
}

fn pages(text: &str) -> Result<PagesOf, String> {
    let (site, folder) = match text.split_once('=') {
        Some((site, folder)) => (Some(site_path(site)?), folder),
        None => (None, text),
    };
    let folder = PathBuf::from(folder);
    if folder.is_dir() {
        Ok(PagesOf { site, folder })
    } else {
        Err(format!("there is no folder '{}'", folder.display()))
    }
}

/// Checks an origin as browsers send it: scheme, host, and a port that is not the scheme's own.
fn origin(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let plain = |h: &str| {
        !h.is_empty()
            && h.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']'))
    };
    match host {
        Some(host) if plain(host) => Ok(text.to_ascii_lowercase()),
        _ => Err(format!("'{text}' is no origin, such as https://app.example or http://localhost:3000")),
    }
}
