//! The URLs of a site.
//!
//! They are printed here and not by `odata`, as its printers bring along calendars and the printing of
//! floating-point numbers, some 60 kB that JavaScript has already. The tests hold the two to each other:
//! what is printed here is what `odata` prints, and what the service reads.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What is encoded in a path: all but the unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// In a text within apostrophes, these stay readable.
const IN_TEXT: &AsciiSet = &RESERVED.remove(b'\'');
/// In the value of a query option, so do lists and filters.
const IN_QUERY: &AsciiSet = &IN_TEXT.remove(b',');

/// A site: where its URLs begin.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Site {
    /// Scheme and host; empty for server-relative URLs.
    origin: String,
    /// The site's server-relative path, encoded: empty for the root site.
    path: String,
}

/// How a URL names an item.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ItemKey {
    Id(i64),
    /// `Key='a'`, not yet encoded.
    Field(String),
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
        let mut site = Self { origin: origin.to_owned(), path: String::new() };
        let path = path.strip_suffix('/').unwrap_or(path);
        if path.is_empty() {
            return Some(site);
        }
        for segment in path.strip_prefix('/')?.split('/') {
            let segment = percent_decode_str(segment).decode_utf8().ok()?;
            if segment.is_empty() || segment.starts_with("_api") || segment.contains(NOT_IN_SITES) {
                return None;
            }
            site.path.push('/');
            site.path.extend(utf8_percent_encode(&segment, RESERVED));
        }
        Some(site)
    }

    /// A list, or the part of it that comes after.
    fn list(&self, title: &str, part: &str) -> String {
        let mut url = String::new();
        url += &self.origin;
        url += &self.path;
        url += "/_api/web/lists/getbytitle('";
        url.extend(utf8_percent_encode(&title.replace('\'', "''"), IN_TEXT));
        url += "')";
        url += part;
        url
    }

    /// The property of a list that tells the type of its items.
    pub(crate) fn item_type(&self, list: &str) -> String {
        self.list(list, "?$select=ListItemEntityTypeFullName")
    }

    /// A list's items.
    pub(crate) fn items(&self, list: &str, query: &PageQuery) -> String {
        let mut url = self.list(list, "/items");
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
    pub(crate) fn item(&self, list: &str, key: &ItemKey) -> String {
        let mut url = self.list(list, "/items(");
        match key {
            ItemKey::Id(id) => url += &id.to_string(),
            ItemKey::Field(pair) => match pair.split_once('=') {
                Some((name, value)) => {
                    url.extend(utf8_percent_encode(name, RESERVED));
                    url.push('=');
                    url.extend(utf8_percent_encode(value, IN_TEXT));
                }
                None => url.extend(utf8_percent_encode(pair, RESERVED)),
            },
        }
        url + ")"
    }

    /// Where one item's number is incremented.
    pub(crate) fn increment(&self, list: &str, id: i64) -> String {
        self.item(list, &ItemKey::Id(id)) + "/increment"
    }

    /// The next page, by the link that the server gave. Only its path counts: a server behind a proxy may
    /// not know its own name, and a token must never go to another host than the caller's.
    pub(crate) fn next(&self, link: &str) -> Option<String> {
        let (_, path) = split_origin(link);
        (path.starts_with('/') && !path.starts_with("//") && path.contains("/_api/"))
            .then(|| format!("{}{path}", self.origin))
    }
}

/// No site's path has them; `?` and `#` would end the URL's path.
const NOT_IN_SITES: &[char] = &['\\', '/', ':', '*', '?', '"', '<', '>', '|', '#', '%'];

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
    use odata::Literal;
    use odata::path::{ItemKey as Key, ListKey, ListPart, Resource, ResourcePath, SitePath};
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
            assert_eq!(site.item("A", &ItemKey::Id(7)), item, "{url}");
        }
        for url in ["sites/crm", "/sites/crm?x=1", "/a#b", "/_api", "/a/_api/web", "/a%zz", "https://h?x"] {
            assert_eq!(Site::parse(url), None, "{url}");
        }
    }

    #[test]
    fn prints_what_odata_prints() {
        let texts = ["A", "Bob's R&D / ü", "100% + #1?", "名😀", "a,b;c=d", "''", "~._-", " \t"];
        for title in texts {
            for path in ["", "/sites/R&D 2", "/sites/ü/x'y"] {
                let check = |url: String, part: ListPart| {
                    let list = ListKey::Title(title.to_owned());
                    let site = SitePath::parse(path).unwrap();
                    let resource = ResourcePath { site, resource: Resource::List { list, part } };
                    assert_eq!(url, resource.to_string());
                    assert_eq!(ResourcePath::parse(&url, ""), Ok(resource), "{url}");
                };
                let site = Site::parse(path).unwrap();
                check(site.items(title, &PageQuery::default()), ListPart::Items);
                check(site.item(title, &ItemKey::Id(7)), ListPart::Item(Key::Id(7)));
                check(site.increment(title, 7), ListPart::Increment(Key::Id(7)));
                for text in texts {
                    let key = Key::Field { name: "Key_ü".into(), value: Literal::String(text.into()) };
                    let pair = crate::filter::print_key("Key_ü", &serde_json::Value::from(text)).unwrap();
                    check(site.item(title, &ItemKey::Field(pair)), ListPart::Item(key));
                }
            }
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
