//! The members of `Accept`, and what stands within them.

use super::{Format, Metadata, Protocol};

/// One member of `Accept`.
pub(super) struct MediaRange {
    /// `type/subtype` in lower case.
    pub(super) name: String,
    /// The names in lower case, the values unquoted.
    parameters: Vec<(String, String)>,
    /// `q` in thousandths.
    pub(super) quality: u16,
}

impl MediaRange {
    pub(super) fn parse(text: &str) -> Option<Self> {
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
    pub(super) fn format(&self, protocol: Protocol) -> Option<Format> {
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
