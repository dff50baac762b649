//! Request headers: the only place that spells their names.

use std::net::IpAddr;

use odata::{
    HeaderError, Negotiated, NotAcceptable, Preconditions, TagCondition, Timestamp, accepts_text, negotiate,
};

use super::{Method, RawHeaders};

/// Every request header that means something here, for CORS: what a page of another origin may send.
pub(crate) const ALLOWED: [&str; 21] = [
    "if-match",
    "if-none-match",
    "if-modified-since",
    "if-unmodified-since",
    "x-http-method",
    "x-requestdigest",
    "x-requested-with",
    "accept",
    "content-type",
    "authorization",
    "prefer",
    "odata-version",
    "odata-maxversion",
    "client-request-id",
    "x-clientservice-clienttag",
    "x-pnpjs-requestid",
    "idempotency-key",
    "repeatability-request-id",
    "repeatability-first-sent",
    "repeatability-client-id",
    "last-event-id",
];

/// `Prefer: return=…` (RFC 7240).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Prefer {
    /// Nothing was preferred.
    #[default]
    None,
    /// The representation shall be in the answer.
    Representation,
    /// It shall not.
    Minimal,
}

/// Where the client sees the service: what absolute URLs begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin(String);

impl Origin {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the client speaks TLS.
    pub(crate) fn is_secure(&self) -> bool {
        self.0.starts_with("https://")
    }
}

/// The headers of a request, by meaning.
pub(crate) struct Headers<'a>(pub(crate) &'a dyn RawHeaders);

impl<'a> Headers<'a> {
    /// The only line of a header, or `None`; of several lines the first, as they are the client's to
    /// send once.
    fn one(&self, name: &'static str) -> Option<&'a str> {
        let line = self.0.lines(name).next()?;
        str::from_utf8(line).ok().map(str::trim)
    }

    /// The only line of a header whose meaning hangs on there being one; `Err` where there are several, or
    /// it is not text.
    fn only(&self, name: &'static str) -> Result<Option<&'a str>, ()> {
        let mut lines = self.0.lines(name);
        let Some(line) = lines.next() else { return Ok(None) };
        match (str::from_utf8(line), lines.next()) {
            (Ok(text), None) => Ok(Some(text.trim())),
            _ => Err(()),
        }
    }

    /// All lines of a header that is a list.
    fn list(&self, name: &'static str) -> Option<String> {
        let lines: Vec<_> = self.0.lines(name).map(String::from_utf8_lossy).collect();
        (!lines.is_empty()).then(|| lines.join(","))
    }

    pub(crate) fn negotiate(&self) -> Result<Negotiated, NotAcceptable> {
        negotiate(self.list("accept").as_deref(), self.one("odata-version"))
    }

    /// Whether plain text is accepted, which some addresses answer in whatever else is.
    pub(crate) fn accepts_text(&self) -> bool {
        accepts_text(self.list("accept").as_deref())
    }

    pub(crate) fn method(&self, line: &str) -> Method {
        Method::parse(line, self.one("x-http-method"))
    }

    /// `If-Match` as sent, for the words of a refusal.
    pub(crate) fn if_match(&self) -> Option<String> {
        self.list("if-match")
    }

    /// The token of `Authorization: Bearer …`; `Err` where the header is of another scheme, or there
    /// are several.
    pub(crate) fn bearer(&self) -> Result<Option<&'a str>, ()> {
        let Some(value) = self.only("authorization")? else { return Ok(None) };
        let (scheme, token) = value.split_once(' ').ok_or(())?;
        let token = token.trim();
        if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() { Ok(Some(token)) } else { Err(()) }
    }

    /// Whether credentials are sent by header, readable or not.
    pub(crate) fn has_authorization(&self) -> bool {
        self.0.lines("authorization").next().is_some()
    }

    /// All lines of cookies.
    pub(crate) fn cookie_lines(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.0.lines("cookie").filter_map(|line| str::from_utf8(line).ok())
    }

    /// `Sec-Fetch-Site`: of which site the page is that makes a browser send the request.
    pub(crate) fn fetch_site(&self) -> Option<&'a str> {
        self.only("sec-fetch-site").unwrap_or(Some(""))
    }

    /// Whether somebody looks at the answer, in a browser.
    pub(crate) fn accepts_html(&self) -> bool {
        let html =
            |range: &str| range.split(';').next().is_some_and(|r| r.trim().eq_ignore_ascii_case("text/html"));
        self.list("accept").is_some_and(|accept| accept.split(',').any(html))
    }

    /// Who spoke to the nearest proxy, as that says.
    pub(crate) fn forwarded_for(&self) -> Option<IpAddr> {
        self.list("x-forwarded-for")?.rsplit(',').next()?.trim().parse().ok()
    }

    /// `User-Agent`: the program that a client says it is.
    pub(crate) fn user_agent(&self) -> &'a str {
        self.one("user-agent").unwrap_or_default()
    }

    /// `X-RequestDigest`; of several none counts.
    pub(crate) fn request_digest(&self) -> Option<&'a str> {
        self.only("x-requestdigest").ok().flatten()
    }

    pub(crate) fn content_type(&self) -> Option<&'a str> {
        self.one("content-type")
    }

    pub(crate) fn accept(&self) -> Option<String> {
        self.list("accept")
    }

    pub(crate) fn prefer(&self) -> Prefer {
        let value = self.list("prefer").unwrap_or_default().to_ascii_lowercase();
        let returns = value.split([',', ';']).find_map(|p| p.trim().strip_prefix("return"));
        match returns.map(|r| r.trim_start_matches([' ', '=']).trim_matches(['"', ' '])) {
            Some("representation") => Prefer::Representation,
            Some("minimal") => Prefer::Minimal,
            _ => Prefer::None,
        }
    }

    pub(crate) fn preconditions(&self, method: &Method) -> Result<Preconditions, HeaderError> {
        Ok(Preconditions {
            if_match: TagCondition::parse("If-Match", self.0.lines("if-match"))?,
            if_none_match: TagCondition::parse("If-None-Match", self.0.lines("if-none-match"))?,
            if_unmodified_since: self.if_unmodified_since(method)?,
            // RFC 9110: a date that cannot be read is no condition; it only costs a whole answer.
            if_modified_since: self.date("if-modified-since").and_then(Result::ok),
        })
    }

    /// Stricter than RFC 9110 on writes: what cannot be read must not mean "overwrite".
    fn if_unmodified_since(&self, method: &Method) -> Result<Option<Timestamp>, HeaderError> {
        match self.date("if-unmodified-since") {
            Some(Ok(date)) => Ok(Some(date)),
            Some(Err(value)) if !method.is_safe() => {
                Err(HeaderError { header: "If-Unmodified-Since", value })
            }
            _ => Ok(None),
        }
    }

    fn date(&self, name: &'static str) -> Option<Result<Timestamp, String>> {
        let lines: Vec<_> = self.0.lines(name).collect();
        let text = match lines.as_slice() {
            [] => return None,
            [line] => String::from_utf8_lossy(line).trim().to_owned(),
            more => String::from_utf8_lossy(&more.join(&b", "[..])).into_owned(),
        };
        Some(Timestamp::parse_http(&text).map_err(|e| e.text))
    }

    /// `client-request-id`, echoed so that a client finds its own calls in a log.
    pub(crate) fn correlation(&self) -> Option<&'a str> {
        let plain = |id: &&str| {
            !id.is_empty() && id.len() <= 128 && id.bytes().all(|b| b.is_ascii_graphic() || b == b' ')
        };
        self.one("client-request-id").filter(plain)
    }

    /// What absolute URLs begin with.
    pub(crate) fn origin(&self, from_proxy: bool) -> Origin {
        // Of several proxies the first is the one that the client spoke to.
        let first = |list: &'a str| list.split(',').next().map(str::trim);
        let forwarded = |name| self.one(name).and_then(first).filter(|v| from_proxy && is_host(v));
        let scheme = if forwarded("x-forwarded-proto") == Some("https") { "https" } else { "http" };
        let host = forwarded("x-forwarded-host").or_else(|| self.one("host").filter(|h| is_host(h)));
        Origin(format!("{scheme}://{}", host.unwrap_or("localhost")))
    }

    pub(crate) fn repeatability_request_id(&self) -> Result<Option<&'a str>, ()> {
        self.only("repeatability-request-id")
    }

    pub(crate) fn repeatability_first_sent(&self) -> Result<Option<&'a str>, ()> {
        self.only("repeatability-first-sent")
    }

    pub(crate) fn idempotency_key(&self) -> Result<Option<&'a str>, ()> {
        self.only("idempotency-key")
    }

    /// The conditions as sent, for a digest.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = (&'static str, String)> + use<'a, '_> {
        ["if-match", "if-none-match", "if-unmodified-since", "if-modified-since"]
            .into_iter()
            .filter_map(|name| Some((name, self.list(name)?)))
    }
}

/// Whether a text can be a host with a port: it is copied into answers.
fn is_host(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']');
    !text.is_empty() && text.len() <= 260 && text.bytes().all(plain)
}
