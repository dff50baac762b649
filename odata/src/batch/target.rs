//! Where a request of a batch goes.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::path::SitePath;

/// What a URL does not hold as it is. Clients that write batches by hand leave spaces as they are, and HTTP's own
/// request line does not bound a URL there.
const UNFIT: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>');

/// A URL of a batch, resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The host of an absolute URL, with its port where it has one that is not the scheme's own.
    pub host: Option<String>,
    /// The raw path.
    pub path: String,
    /// The raw query, without `?`.
    pub query: String,
}

impl Target {
    /// Resolves a URL: absolute, relative to the server (`/sites/ops/_api/web`), or relative to the site's
    /// `_api/` (`web/lists`). `None` where it is none of these.
    #[must_use]
    pub fn parse(url: &str, site: &SitePath) -> Option<Self> {
        let url = url.split_once('#').map_or(url, |(url, _)| url);
        let (host, rest) = match split_scheme(url) {
            Some((scheme, rest)) => {
                let end = rest.find(['/', '?']).unwrap_or(rest.len());
                let (authority, rest) = rest.split_at_checked(end)?;
                (Some(host_of(scheme, authority)?), rest.to_owned())
            }
            None if url.starts_with("//") || url.is_empty() => return None,
            None if url.starts_with('/') => (None, url.to_owned()),
            None => (None, format!("{}/_api/{url}", site.encoded())),
        };
        let (path, query) = rest.split_once('?').unwrap_or((&rest, ""));
        let encoded = |text: &str| utf8_percent_encode(text, UNFIT).to_string();
        let path = if path.is_empty() { "/".to_owned() } else { encoded(path) };
        Some(Self { host, path, query: encoded(query) })
    }
}

fn split_scheme(url: &str) -> Option<(&'static str, &str)> {
    ["http", "https"].into_iter().find_map(|scheme| {
        let (named, rest) = url.split_at_checked(scheme.len())?;
        let rest = rest.strip_prefix("://")?;
        named.eq_ignore_ascii_case(scheme).then_some((scheme, rest))
    })
}

/// The host of an authority, in lower case; none that has a user in it.
fn host_of(scheme: &str, authority: &str) -> Option<String> {
    if authority.is_empty() || authority.contains(['@', ' ', '\\']) {
        return None;
    }
    let own = if scheme == "https" { ":443" } else { ":80" };
    Some(authority.strip_suffix(own).unwrap_or(authority).to_ascii_lowercase())
}
