//! The URLs of a site, printed by `odata`, so that the service parses whatever is printed here.

use odata::path::{ItemKey, ListKey, ListPart, Resource, ResourcePath, SitePath};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What is encoded in the value of a query option: all but the unreserved characters, and those that keep
/// a filter readable in a log.
const IN_QUERY: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'\'').remove(b',');

/// A site: where its URLs begin.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Site {
    /// Scheme and host; empty for server-relative URLs.
    origin: String,
    path: SitePath,
}

/// Which rows of a list a page holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PageQuery {
    /// The properties; empty for those that are given by default.
    pub(crate) select: Vec<String>,
    pub(crate) filter: Option<String>,
    pub(crate) order_by: Option<String>,
    pub(crate) top: Option<u32>,
}

impl Site {
    /// Reads `https://host/sites/crm`, `/sites/crm` or an empty text, percent-encoded or not.
    pub(crate) fn parse(url: &str) -> Option<Self> {
        let (origin, path) = split_origin(url);
        let api = format!("{}/_api/web", path.strip_suffix('/').unwrap_or(path));
        if api.contains(['?', '#']) {
            return None;
        }
        match ResourcePath::parse(&api, "") {
            Ok(ResourcePath { site, resource: Resource::Web }) => {
                Some(Self { origin: origin.to_owned(), path: site })
            }
            _ => None,
        }
    }

    /// A list, or a part of it.
    fn list(&self, title: &str, part: ListPart) -> String {
        let list = ListKey::Title(title.to_owned());
        let path = ResourcePath { site: self.path.clone(), resource: Resource::List { list, part } };
        format!("{}{path}", self.origin)
    }

    /// The property of a list that tells the type of its items.
    pub(crate) fn item_type(&self, list: &str) -> String {
        self.list(list, ListPart::Itself) + "?$select=ListItemEntityTypeFullName"
    }

    /// A list's items.
    pub(crate) fn items(&self, list: &str, query: &PageQuery) -> String {
        let mut url = self.list(list, ListPart::Items);
        let mut between = '?';
        let mut option = |name: &str, value: &str| {
            url.push(between);
            url.push_str(name);
            url.extend(utf8_percent_encode(value, IN_QUERY));
            between = '&';
        };
        if !query.select.is_empty() {
            option("$select=", &query.select.join(","));
        }
        if let Some(filter) = &query.filter {
            option("$filter=", filter);
        }
        if let Some(order_by) = &query.order_by {
            option("$orderby=", order_by);
        }
        if let Some(top) = query.top {
            option("$top=", &top.to_string());
        }
        url
    }

    /// One item.
    pub(crate) fn item(&self, list: &str, key: ItemKey) -> String {
        self.list(list, ListPart::Item(key))
    }

    /// Where one item's number is incremented.
    pub(crate) fn increment(&self, list: &str, id: i64) -> String {
        self.list(list, ListPart::Increment(ItemKey::Id(id)))
    }

    /// The next page, by the link that the server gave. Only its path counts: a server behind a proxy may
    /// not know its own name, and a token must never go to another host than the caller's.
    pub(crate) fn next(&self, link: &str) -> Option<String> {
        let (_, path) = split_origin(link);
        (path.starts_with('/') && !path.starts_with("//") && path.contains("/_api/"))
            .then(|| format!("{}{path}", self.origin))
    }
}

/// Scheme and host, and the rest.
fn split_origin(url: &str) -> (&str, &str) {
    let host = match url.split_once("://") {
        Some((scheme, _)) if !scheme.contains(['/', '?', '#']) => scheme.len() + 3,
        _ => return ("", url),
    };
    let end = url[host..].find(['/', '?', '#']).map_or(url.len(), |at| host + at);
    url.split_at(end)
}

#[cfg(test)]
mod tests {
    use odata::query::QueryOptions;

    use super::*;

    #[test]
    fn reads_absolute_and_relative_sites() {
        for (url, item) in [
            ("", "/_api/web/lists/getbytitle('A')/items(7)"),
            ("/", "/_api/web/lists/getbytitle('A')/items(7)"),
            ("/sites/crm/", "/sites/crm/_api/web/lists/getbytitle('A')/items(7)"),
            ("/sites/R&D 2", "/sites/R%26D%202/_api/web/lists/getbytitle('A')/items(7)"),
            ("/sites/R%26D%202", "/sites/R%26D%202/_api/web/lists/getbytitle('A')/items(7)"),
            ("https://h:8/sites/crm", "https://h:8/sites/crm/_api/web/lists/getbytitle('A')/items(7)"),
            ("https://h", "https://h/_api/web/lists/getbytitle('A')/items(7)"),
        ] {
            let site = Site::parse(url).unwrap();
            assert_eq!(site.item("A", ItemKey::Id(7)), item, "{url}");
        }
        for url in ["sites/crm", "/sites/crm?x=1", "/a#b", "/_api", "/a/_api/web", "/a%zz", "https://h?x"] {
            assert_eq!(Site::parse(url), None, "{url}");
        }
    }

    #[test]
    fn the_service_reads_the_queries() {
        let query = PageQuery {
            select: vec!["Id".into(), "Author/Title".into()],
            filter: Some("Title eq 'O''B & + #50%'".into()),
            order_by: Some("Title desc,Id".into()),
            top: Some(20),
        };
        let url = Site::default_for_tests().items("Bob's", &query);
        let (path, printed) = url.split_once('?').unwrap();
        assert_eq!(path, "/_api/web/lists/getbytitle('Bob''s')/items");
        let read = QueryOptions::parse(printed).unwrap();
        assert_eq!(read.select.len(), 2);
        assert_eq!(read.filter.unwrap().to_string(), query.filter.unwrap());
        assert_eq!(read.order_by.len(), 2);
        assert_eq!(read.top.map(odata::query::Top::rows), Some(20));
        assert!(!Site::default_for_tests().items("A", &PageQuery::default()).contains('?'));
    }

    #[test]
    fn links_stay_with_the_callers_host() {
        let link = "http://inside:8080/sites/a/_api/web/lists/getbytitle('A')/items?%24skiptoken=x";
        let path = "/sites/a/_api/web/lists/getbytitle('A')/items?%24skiptoken=x";
        let absolute = Site::parse("https://h/sites/a").unwrap();
        assert_eq!(absolute.next(link), Some(format!("https://h{path}")));
        assert_eq!(absolute.next(path), Some(format!("https://h{path}")));
        assert_eq!(Site::default_for_tests().next(link), Some(path.to_owned()));
        for link in ["", "//evil/_api/x", "https://evil", "javascript:alert(1)", "/other"] {
            assert_eq!(absolute.next(link), None, "{link}");
        }
    }

    impl Site {
        pub(crate) fn default_for_tests() -> Self {
            Self::parse("").unwrap()
        }
    }
}
