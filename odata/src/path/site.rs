//! A site's path: what stands before `_api`.

use super::{PathError, print};
use crate::encoding::decode;
use crate::excerpt::excerpt;

/// A site's server-relative path, decoded: empty for the root site, else `/sites/ops`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct SitePath(String);

/// The segments that a site's path cannot have, in any case.
const RESERVED_SEGMENTS: [&str; 5] = [".", "..", "_api", "_vti_bin", "_layouts"];
const RESERVED_CHARACTERS: &[char] = &['\\', '/', ':', '*', '?', '"', '<', '>', '|', '#', '%'];

impl SitePath {
    /// The root site's path.
    pub const ROOT: Self = Self(String::new());
    /// The most characters that a path has.
    pub const MAX_LENGTH: usize = 400;

    /// Parses a decoded server-relative path, with or without a trailing slash: `/`, `/sites/ops`.
    ///
    /// No segment is empty, `.`, `..`, `_api`, `_vti_bin` or `_layouts` (in any case), and none holds
    /// a control character or one of `\ : * ? " < > | # %`. The whole has at most 400 characters.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        if text.is_empty() {
            return Ok(Self::ROOT);
        }
        let invalid = || PathError::Invalid { expression: excerpt(text) };
        let path = text.strip_prefix('/').ok_or_else(invalid)?;
        if path.is_empty() {
            return Ok(Self::ROOT);
        }
        Self::from_segments(path.strip_suffix('/').unwrap_or(path).split('/')).ok_or_else(invalid)
    }

    /// The path: empty for the root site, else with a leading and no trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path as it stands in URLs.
    pub fn encoded(&self) -> impl std::fmt::Display + '_ {
        print::Encoded(self)
    }

    fn from_segments<'a>(segments: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut path = String::new();
        for segment in segments {
            let reserved = RESERVED_SEGMENTS.iter().any(|name| segment.eq_ignore_ascii_case(name));
            if segment.is_empty() || reserved || segment.contains(RESERVED_CHARACTERS) {
                return None;
            }
            path.push('/');
            path.push_str(segment);
        }
        let printable = !path.contains(char::is_control);
        (printable && path.chars().count() <= Self::MAX_LENGTH).then_some(Self(path))
    }
}

/// Parses what stands before `_api`: `/`, or `/sites/ops/`.
pub(super) fn parse_site(raw_site: &str) -> Result<SitePath, PathError> {
    let path = raw_site.strip_prefix('/').unwrap_or(raw_site);
    if path.is_empty() {
        return Ok(SitePath::ROOT);
    }
    let segments: Option<Vec<_>> = path.strip_suffix('/').unwrap_or(path).split('/').map(decode).collect();
    segments.and_then(|segments| SitePath::from_segments(segments.iter().map(String::as_str))).ok_or_else(
        || PathError::Invalid {
            expression: excerpt(&percent_encoding::percent_decode_str(raw_site).decode_utf8_lossy()),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::{Resource, ResourcePath};

    #[test]
    fn sites() {
        for (path, site) in [
            ("/_api/web", ""),
            ("_api/web", ""),
            ("/_API/web", ""),
            ("/%5fapi/web", ""),
            ("/sites/ops/_api/web", "/sites/ops"),
            ("/Sites/R%26D%20%C3%BC/sub/_api/web", "/Sites/R&D ü/sub"),
            ("/sites/ops/_vti_bin/client.svc/web", "/sites/ops"),
            ("/_VTI_BIN/Client.svc/web/", ""),
        ] {
            let found = ResourcePath::parse(path, "").unwrap();
            assert_eq!((found.site.as_str(), found.resource), (site, Resource::Web), "{path}");
        }
        for path in
            ["", "/", "/sites/ops", "/api/web", "/_vti_bin/webs.asmx", "/_vti_bin", "/x/_apis/web", "/%zz"]
        {
            assert_eq!(ResourcePath::parse(path, ""), Err(PathError::NotApi), "{path}");
        }
        for path in [
            "//_api/web",
            "/sites//_api/web",
            "//sites/_api/web",
            "/sites/../_api/web",
            "/sites/%2e/_api/web",
            "/sites%2Fops/_api/web",
            "/a%00/_api/web",
            "/a%0a/_api/web",
            "/a:b/_api/web",
            "/%zz/_api/web",
            "/%ff/_api/web",
            "/_layouts/_api/web",
            "/_vti_bin/_api/web",
        ] {
            let found = ResourcePath::parse(path, "");
            assert!(matches!(found, Err(PathError::Invalid { .. })), "{path}: {found:?}");
        }
    }

    #[test]
    fn site_paths() {
        let parse = |text: &str| SitePath::parse(text).map(|site| site.as_str().to_owned());
        for (text, expected) in [
            ("", ""),
            ("/", ""),
            ("/sites/ops", "/sites/ops"),
            ("/Sites/Ops/", "/Sites/Ops"),
            ("/R&D ü", "/R&D ü"),
        ] {
            assert_eq!(parse(text).as_deref(), Ok(expected));
        }
        let longest = format!("/{}", "ü".repeat(399));
        assert_eq!(parse(&longest), Ok(longest.clone()));
        let mut bad = vec![format!("{longest}x"), "/a\u{85}".to_owned()];
        bad.extend("\\:*?\"<>|#%\n".chars().map(|c| format!("/a{c}")));
        bad.extend(
            ["sites", "//", "/a//b", "/a//", "/.", "/a/..", "/_API", "/a/_vti_bin/b", "/_Layouts"]
                .map(str::to_owned),
        );
        for text in bad {
            assert!(matches!(parse(&text), Err(PathError::Invalid { .. })), "{text}");
        }
    }
}
