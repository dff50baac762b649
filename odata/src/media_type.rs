//! Content negotiation: `Accept` and `OData-Version` to a format; `Content-Type` of bodies.

/// How much metadata a JSON light answer carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Metadata {
    /// `odata=minimalmetadata`. What asks for `fullmetadata` gets this too, and is told so by the
    /// answer's Content-Type.
    Minimal,
    /// `odata=nometadata`.
    None,
}

/// Which names the control members of JSON light have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// `odata.etag`: OData 3, SharePoint's default.
    V3,
    /// `@odata.etag`: OData 4, for `OData-Version: 4.0` or `odata.metadata=…`.
    V4,
}

/// The format of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// `application/json;odata=verbose`: everything under `d`.
    Verbose,
    /// JSON light.
    Light {
        /// How much metadata.
        metadata: Metadata,
        /// Whose names.
        protocol: Protocol,
    },
}

/// What [`negotiate`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Negotiated {
    /// The format of the answer.
    pub format: Format,
    /// Whether errors are wanted as `application/problem+json` (RFC 9457).
    pub problem: bool,
}

/// The client accepts nothing that can be served: 406.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The HTTP header ACCEPT is missing or its value is invalid.")]
pub struct NotAcceptable;

/// A request body whose Content-Type is missing or is not JSON: 415.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The HTTP header Content-Type is missing or its value is invalid.")]
pub struct BodyTypeError;

impl Format {
    /// What is served where nothing is asked for.
    pub const DEFAULT: Self = Self::Light { metadata: Metadata::Minimal, protocol: Protocol::V3 };

    /// The Content-Type of an answer in this format.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Verbose => "application/json;odata=verbose;charset=utf-8",
            Self::Light { metadata: Metadata::Minimal, protocol: Protocol::V3 } => {
                "application/json;odata=minimalmetadata;streaming=true;charset=utf-8"
            }
            Self::Light { metadata: Metadata::None, protocol: Protocol::V3 } => {
                "application/json;odata=nometadata;streaming=true;charset=utf-8"
            }
            Self::Light { metadata: Metadata::Minimal, protocol: Protocol::V4 } => {
                "application/json;odata.metadata=minimal;odata.streaming=true;charset=utf-8"
            }
            Self::Light { metadata: Metadata::None, protocol: Protocol::V4 } => {
                "application/json;odata.metadata=none;odata.streaming=true;charset=utf-8"
            }
        }
    }
}

/// Chooses the format of the answer from the values of `Accept` and `OData-Version`.
///
/// No `Accept`, `*/*` and a browser's list get [`Format::DEFAULT`]; XML alone is refused, as the
/// Atom format is not served.
pub fn negotiate(accept: Option<&str>, odata_version: Option<&str>) -> Result<Negotiated, NotAcceptable> {
    let asks_v4 = odata_version.is_some_and(|version| version.trim().starts_with('4'));
    let protocol = if asks_v4 { Protocol::V4 } else { Protocol::V3 };
    let default = Format::Light { metadata: Metadata::Minimal, protocol };
    let accept = accept.unwrap_or_default();
    if accept.trim_matches([' ', '\t', ',']).is_empty() {
        return Ok(Negotiated { format: default, problem: false });
    }
    let mut problem = false;
    // How specific the ranges are that refuse (q=0) JSON as such.
    let mut refused = None;
    let mut wishes = Vec::new();
    for range in split_unquoted(accept, ',').filter_map(MediaRange::parse) {
        let (specific, format) = match range.name.as_str() {
            "application/problem+json" => {
                problem |= range.quality > 0;
                continue;
            }
            "application/json" => (Specific::Type, range.format(protocol)),
            "application/*" => (Specific::Family, None),
            "*/*" => (Specific::Any, None),
            _ => continue,
        };
        if range.quality > 0 {
            wishes.push((range.quality, specific, format.unwrap_or(default)));
        } else if format.is_none() {
            refused = refused.max(Some(specific));
        }
    }
    wishes.retain(|(_, specific, _)| *specific == Specific::Type || Some(*specific) > refused);
    // The first of the best: max_by_key takes the last of equals.
    let best = wishes
        .iter()
        .rev()
        .max_by_key(|(quality, specific, _)| (*quality, *specific == Specific::Type))
        .map(|(.., format)| *format);
    let format = best.or(problem.then_some(default)).ok_or(NotAcceptable)?;
    Ok(Negotiated { format, problem })
}

/// Whether plain text is accepted by name, as the bare values of properties and counts are asked for.
#[must_use]
pub fn accepts_text(accept: Option<&str>) -> bool {
    let is_text = |range: MediaRange| range.quality > 0 && ["text/plain", "text/*"].contains(&&*range.name);
    split_unquoted(accept.unwrap_or_default(), ',').filter_map(MediaRange::parse).any(is_text)
}

/// Checks that a request's body is JSON of some kind, with any parameters.
pub fn check_body_type(content_type: Option<&str>) -> Result<(), BodyTypeError> {
    let mut parts = split_unquoted(content_type.unwrap_or_default(), ';');
    let name = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let (family, subtype) = name.split_once('/').ok_or(BodyTypeError)?;
    let is_json = name == "application/json" || is_token(family) && subtype.ends_with("+json");
    if !is_json || !is_token(subtype) {
        return Err(BodyTypeError);
    }
    for (name, value) in parts.filter_map(parameter) {
        // "utf8" is no charset's name, but everybody knows what it means.
        let readable = ["utf-8", "utf8", "us-ascii"].iter().any(|known| value.eq_ignore_ascii_case(known));
        if name == "charset" && !readable {
            return Err(BodyTypeError);
        }
    }
    Ok(())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Specific {
    Any,
    Family,
    Type,
}

/// One member of `Accept`.
struct MediaRange {
    /// `type/subtype` in lower case.
    name: String,
    /// The names in lower case, the values unquoted.
    parameters: Vec<(String, String)>,
    /// `q` in thousandths.
    quality: u16,
}

impl MediaRange {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = split_unquoted(text, ';');
        let name = parts.next()?.trim().to_ascii_lowercase();
        let (family, subtype) = name.split_once('/')?;
        if !is_token(family) || !is_token(subtype) {
            return None;
        }
        let parameters: Vec<_> = parts.filter_map(parameter).collect();
        let quality = match parameters.iter().find(|(name, _)| name == "q") {
            Some((_, value)) => parse_quality(value)?,
            None => 1_000,
        };
        Some(Self { name, parameters, quality })
    }

    /// The format that the parameters name, if they name one.
    fn format(&self, protocol: Protocol) -> Option<Format> {
        self.parameters.iter().find_map(|(name, value)| {
            let is = |known: &str| value.eq_ignore_ascii_case(known);
            let light = |metadata, protocol| Some(Format::Light { metadata, protocol });
            match name.as_str() {
                "odata" if is("verbose") => Some(Format::Verbose),
                "odata" if is("minimalmetadata") || is("fullmetadata") => light(Metadata::Minimal, protocol),
                "odata" if is("nometadata") => light(Metadata::None, protocol),
                "odata.metadata" if is("minimal") || is("full") => light(Metadata::Minimal, Protocol::V4),
                "odata.metadata" if is("none") => light(Metadata::None, Protocol::V4),
                _ => None,
            }
        })
    }
}

/// `0`, `1`, `0.5`: in thousandths, further digits cut off.
fn parse_quality(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths = fraction.bytes().chain(*b"000").take(3).fold(0, |n, b| n * 10 + u16::from(b - b'0'));
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(1_000),
        _ => None,
    }
}

/// Reads `name=value`, with the value as a token or in quotes.
pub(crate) fn parameter(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=')?;
    let value = value.trim();
    let value = match value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(quoted) => quoted.replace('\\', ""),
        None => value.to_owned(),
    };
    Some((name.trim().to_ascii_lowercase(), value))
}

/// A token of RFC 9110 section 5.6.2.
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Splits at a separator that does not stand within double quotes.
pub(crate) fn split_unquoted(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |c| {
        if escaped {
            escaped = false;
        } else if quoted && c == '\\' {
            escaped = true;
        } else if c == '"' {
            quoted = !quoted;
        }
        c == separator && !quoted
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NONE: Format = Format::Light { metadata: Metadata::None, protocol: Protocol::V3 };
    const MINIMAL_4: Format = Format::Light { metadata: Metadata::Minimal, protocol: Protocol::V4 };
    const NONE_4: Format = Format::Light { metadata: Metadata::None, protocol: Protocol::V4 };

    #[test]
    fn plain_text_is_accepted_by_name() {
        let accepted = |accept| accepts_text(Some(accept));
        assert!(["text/plain", "Text/*;q=0.1", "a/b, text/plain;x=y"].into_iter().all(accepted));
        assert!(!["", "*/*", "text/html", "text/plain;q=0", "text"].into_iter().any(accepted));
    }

    #[test]
    fn formats() {
        for (accept, expected) in [
            ("", Format::DEFAULT),
            (" , ", Format::DEFAULT),
            ("*/*", Format::DEFAULT),
            ("application/*", Format::DEFAULT),
            ("application/json", Format::DEFAULT),
            ("Application/JSON;charset=utf-16", Format::DEFAULT),
            ("application/json;odata=verbose", Format::Verbose),
            ("application/json; odata=verbose", Format::Verbose),
            ("application/json ;\tOData=\"Verbose\" ; charset=utf-8", Format::Verbose),
            ("application/json;odata=minimalmetadata", Format::DEFAULT),
            ("application/json;odata=fullmetadata", Format::DEFAULT),
            ("application/json;odata=nometadata", NONE),
            ("application/json;odata=something", Format::DEFAULT),
            ("application/json;odata.metadata=none", NONE_4),
            ("application/json;odata.metadata=minimal;odata.streaming=true", MINIMAL_4),
            ("application/json;odata.metadata=FULL", MINIMAL_4),
            ("application/json, text/javascript, */*; q=0.01", Format::DEFAULT),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Format::DEFAULT),
            ("*/*, application/json;odata=verbose", Format::Verbose),
            ("application/json;odata=nometadata, application/json;odata=verbose", NONE),
            (
                "application/json;odata=nometadata;q=0.5, application/json;odata=verbose;q=0.51",
                Format::Verbose,
            ),
            ("application/json;odata=verbose;q=0.5, */*", Format::DEFAULT),
            ("application/json;odata=verbose;q=0, */*", Format::DEFAULT),
            ("application/json;q=0, application/json;odata=verbose;q=0.1", Format::Verbose),
            ("application/atom+xml, application/json;odata=verbose;q=0.1", Format::Verbose),
            ("text/plain;a=\"x, application/json;odata=verbose\", application/json;odata=nometadata", NONE),
            ("application/json;a=\";odata=verbose;\\\";\";odata=nometadata", NONE),
            ("garbage, /, a/, application/json;q=x, application/json;odata=verbose", Format::Verbose),
        ] {
            assert_eq!(
                negotiate(Some(accept), None),
                Ok(Negotiated { format: expected, problem: false }),
                "{accept}"
            );
        }
        assert_eq!(negotiate(None, None).map(|found| found.format), Ok(Format::DEFAULT));
    }

    #[test]
    fn odata_version_4_selects_the_names() {
        for (accept, version, expected) in [
            (None, "4.0", MINIMAL_4),
            (Some("application/json"), " 4.0 ", MINIMAL_4),
            (Some("*/*"), "4.01", MINIMAL_4),
            (Some("application/json;odata=nometadata"), "4.0", NONE_4),
            (Some("application/json;odata=verbose"), "4.0", Format::Verbose),
            (Some("application/json"), "3.0", Format::DEFAULT),
            (Some("application/json"), "", Format::DEFAULT),
        ] {
            assert_eq!(
                negotiate(accept, Some(version)).map(|found| found.format),
                Ok(expected),
                "{accept:?} {version}"
            );
        }
    }

    #[test]
    fn problem_details() {
        let found = |accept| negotiate(Some(accept), None);
        let problem = |format| Ok(Negotiated { format, problem: true });
        assert_eq!(found("application/problem+json"), problem(Format::DEFAULT));
        assert_eq!(found("application/problem+json, text/html"), problem(Format::DEFAULT));
        assert_eq!(
            found("application/json;odata=verbose, application/problem+json;q=0.1"),
            problem(Format::Verbose)
        );
        assert_eq!(found("application/problem+json;q=0"), Err(NotAcceptable));
    }

    #[test]
    fn nothing_acceptable() {
        for accept in [
            "application/atom+xml",
            "application/xml",
            "text/csv",
            "text/html",
            "text/*",
            "garbage",
            "application/json;q=0",
            "application/json;q=0.000, */*",
            "application/*;q=0, */*",
            "application/json;q=2",
            "application/json;q=-1",
            "\"application/json",
            "application/json/x",
        ] {
            assert_eq!(negotiate(Some(accept), None), Err(NotAcceptable), "{accept}");
        }
    }

    #[test]
    fn bodies() {
        for good in [
            "application/json",
            "Application/JSON;odata=verbose",
            "application/json; charset=UTF-8; odata=verbose",
            "application/json;charset=\"utf-8\"",
            "application/json;charset=us-ascii",
            "application/merge-patch+json",
            "application/json;",
        ] {
            assert_eq!(check_body_type(Some(good)), Ok(()), "{good}");
        }
        for bad in [
            "",
            "json",
            "text/plain",
            "text/json",
            "application/xml",
            "application/json, application/json",
            "application/jsonx",
            "application/json;charset=utf-16",
            "application/json;charset=",
            "a b/x+json",
            "/x+json",
        ] {
            assert_eq!(check_body_type(Some(bad)), Err(BodyTypeError), "{bad}");
        }
        assert_eq!(check_body_type(None), Err(BodyTypeError));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".*", close in "[application/json;*=odta\"\\\\,q0.1 ]{0,40}") {
            for text in [text, close] {
                let _ = (negotiate(Some(&text), Some(&text)), check_body_type(Some(&text)));
            }
        }
    }
}
