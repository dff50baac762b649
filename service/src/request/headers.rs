//! Request headers: the only place that spells their names.

use odata::{
    HeaderError, Negotiated, NotAcceptable, Preconditions, TagCondition, Timestamp, accepts_text, negotiate,
    negotiate_list_data,
};

use super::{Method, RawHeaders, RequestError};

/// Every request header that means something here, for CORS: what a page of another origin may send.
pub(crate) const ALLOWED: [&str; 24] = [
    "if-match",
    "if-none-match",
    "if-modified-since",
    "if-unmodified-since",
    "x-http-method",
    "x-requestdigest",
    "soapaction",
    "x-requested-with",
    "accept",
    "content-type",
    "authorization",
    "prefer",
    "odata-version",
    "odata-maxversion",
    "dataserviceversion",
    "maxdataserviceversion",
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
    fn only(&self, name: &str) -> Result<Option<&'a str>, ()> {
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

    /// The format of an answer of ListData.svc.
    pub(crate) fn negotiate_list_data(&self) -> Result<Negotiated, NotAcceptable> {
        negotiate_list_data(self.list("accept").as_deref())
    }

    /// Checks that a client of ListData.svc speaks OData 2: `DataServiceVersion` says what its request is,
    /// `MaxDataServiceVersion` what it can read.
    pub(crate) fn check_data_service_version(&self) -> Result<(), RequestError> {
        let refused = |header, value: &str| {
            let value = value.chars().take(40).collect();
            Err(RequestError::Version { header, value })
        };
        match self.one("dataserviceversion") {
            Some(sent) if major_version(sent).is_none_or(|major| major > 2) => {
                return refused("DataServiceVersion", sent);
            }
            _ => {}
        }
        match self.one("maxdataserviceversion") {
            Some(sent) if major_version(sent).is_none_or(|major| major < 2) => {
                refused("MaxDataServiceVersion", sent)
            }
            _ => Ok(()),
        }
    }

    /// Whether plain text is accepted, which some addresses answer in whatever else is.
    pub(crate) fn accepts_text(&self) -> bool {
        accepts_text(self.list("accept").as_deref())
    }

    /// Whether a batch's answer in parts is accepted by name.
    pub(crate) fn accepts_parts(&self) -> bool {
        self.list("accept").is_some_and(|accept| accept.to_ascii_lowercase().contains("multipart/mixed"))
    }

    /// Whether a batch goes on after a request that failed (OData 4.01 part 1, section 8.2.8.3).
    pub(crate) fn continues_on_error(&self) -> bool {
        let value = self.list("prefer").unwrap_or_default().to_ascii_lowercase();
        value.split([',', ';']).any(|preference| {
            let (name, value) = preference.split_once('=').unwrap_or((preference, "true"));
            matches!(name.trim(), "odata.continue-on-error" | "continue-on-error")
                && value.trim().trim_matches('"') == "true"
        })
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

    /// `Origin`, in small letters: where the page is from that a browser shows; of several none counts.
    pub(crate) fn page_origin(&self) -> Option<String> {
        self.only("origin").ok().flatten().map(str::to_ascii_lowercase)
    }

    /// Whether somebody looks at the answer, in a browser.
    pub(crate) fn accepts_html(&self) -> bool {
        let html =
            |range: &str| range.split(';').next().is_some_and(|r| r.trim().eq_ignore_ascii_case("text/html"));
        self.list("accept").is_some_and(|accept| accept.split(',').any(html))
    }

    /// `User-Agent`: the program that a client says it is.
    pub(crate) fn user_agent(&self) -> &'a str {
        self.one("user-agent").unwrap_or_default()
    }

    /// `X-RequestDigest`; of several none counts.
    pub(crate) fn request_digest(&self) -> Option<&'a str> {
        self.only("x-requestdigest").ok().flatten()
    }

    pub(crate) fn soap_action(&self) -> Option<&'a str> {
        self.one("soapaction")
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

    /// `Host`; `Err` where there are several.
    pub(crate) fn host(&self) -> Result<Option<&'a str>, ()> {
        self.only("host")
    }

    pub(crate) fn forwarded(&self) -> Option<String> {
        self.list("forwarded")
    }

    pub(crate) fn forwarded_for(&self) -> Option<String> {
        self.list("x-forwarded-for")
    }

    pub(crate) fn forwarded_host(&self) -> Option<String> {
        self.list("x-forwarded-host")
    }

    pub(crate) fn forwarded_proto(&self) -> Option<String> {
        self.list("x-forwarded-proto")
    }

    /// The header in which a proxy names the user; `Err` where there are several.
    pub(crate) fn user_of_proxy(&self, name: &str) -> Result<Option<&'a str>, ()> {
        Ok(self.only(name)?.filter(|user| !user.is_empty()))
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

/// The whole part of a version: `2.0;NetFx` is 2.
fn major_version(text: &str) -> Option<u32> {
    let (version, _) = text.split_once(';').unwrap_or((text, ""));
    let (major, minor) = version.trim().split_once('.')?;
    minor.bytes().all(|b| b.is_ascii_digit()).then(|| major.parse().ok())?
}
