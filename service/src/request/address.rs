//! The addresses that are none of the API: what is asked for before it is asked who calls.

use odata::path::{ResourcePath, SitePath};

const LAYOUTS: &str = "/_layouts/15/";
const PAGES: &str = "/sitepages";

/// An address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    /// `/healthz`.
    Health,
    /// `/readyz`.
    Readiness,
    /// `/`.
    Home,
    /// `<site>/_layouts/15/signin`, or SharePoint's `authenticate.aspx`.
    SignIn(SitePath),
    /// `<site>/_layouts/15/signout`.
    SignOut(SitePath),
    /// The style sheet of both.
    Style,
    /// `<site>/_layouts/15/matchlist.js`.
    Script(SitePath),
    /// Another page of a site.
    Page(SitePath),
    /// The API, or nothing.
    Other,
}

impl Address {
    /// Reads a raw path. One that is percent-encoded where it need not be is [`Address::Other`], which
    /// everybody must have signed in for.
    pub(crate) fn of(path: &str) -> Self {
        match path {
            "/healthz" => return Self::Health,
            "/readyz" => return Self::Readiness,
            "/" => return Self::Home,
            _ => {}
        }
        let folded = path.to_ascii_lowercase();
        let place = |name: &str| {
            let at = folded.find(name)?;
            let rest = &folded[at + name.len()..];
            if folded[..at].split('/').any(|segment| matches!(segment, "_api" | "_vti_bin")) {
                return None;
            }
            let site = ResourcePath::parse(&format!("{}/_api/web", &path[..at]), "").ok()?.site;
            Some((site, rest))
        };
        let (layouts, pages) = (folded.find(LAYOUTS), folded.find(PAGES));
        // Below the pages everything is a page.
        if pages.is_some_and(|at| layouts.is_none_or(|other| at < other))
            && let Some((site, rest)) = place(PAGES)
            && (rest.is_empty() || rest.starts_with('/'))
        {
            return Self::Page(site);
        }
        match place(LAYOUTS) {
            Some((site, "signin" | "authenticate.aspx")) => Self::SignIn(site),
            Some((site, "signout" | "signout.aspx")) => Self::SignOut(site),
            Some((_, "matchlist.css")) => Self::Style,
            Some((site, "matchlist.js")) => Self::Script(site),
            Some((site, _)) => Self::Page(site),
            None => Self::Other,
        }
    }

    /// Whether it is there for everybody.
    pub(crate) const fn is_public(&self) -> bool {
        match self {
            Self::Health | Self::Readiness | Self::SignIn(_) | Self::SignOut(_) | Self::Style => true,
            Self::Home | Self::Script(_) | Self::Page(_) | Self::Other => false,
        }
    }

    /// The site of a page that a person looks at.
    pub(crate) fn page_site(&self) -> Option<SitePath> {
        match self {
            Self::Home => Some(SitePath::ROOT),
            Self::Page(site) => Some(site.clone()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_pages() {
        let site = || SitePath::parse("/sites/a").unwrap();
        let root = || SitePath::ROOT;
        for (path, address) in [
            ("/healthz", Address::Health),
            ("/_layouts/15/signin", Address::SignIn(root())),
            ("/sites/a/_layouts/15/Authenticate.aspx", Address::SignIn(site())),
            ("/sites/a/_layouts/15/SignOut.aspx", Address::SignOut(site())),
            ("/sites/a/_layouts/15/matchlist.js", Address::Script(site())),
            ("/sites/a/_layouts/15/settings.aspx", Address::Page(site())),
            ("/sites/a/SitePages", Address::Page(site())),
            ("/sites/a/SitePages/_layouts/15/b", Address::Page(site())),
            ("/sites/a/SitePages/_layouts/15/signin", Address::Page(site())),
            ("/SitePages/a/b.html", Address::Page(root())),
            ("/SitePagesX/a", Address::Other),
            ("/sites/a/_api/web", Address::Other),
            ("/%73ign", Address::Other),
            ("/_layouts/15/%73ignin", Address::Page(root())),
            ("/healthz/", Address::Other),
            ("/_api/web/lists/getbytitle('/_layouts/15/signin')", Address::Other),
            ("/_api/web/lists/getbytitle('x')/_layouts/15/signin", Address::Other),
        ] {
            assert_eq!(Address::of(path), address, "{path}");
        }
    }
}
