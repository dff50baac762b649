//! From the client's wishes to one format.

use super::range::{MediaRange, split_unquoted};
use super::{Format, Metadata, Negotiated, NotAcceptable, Protocol};

/// Chooses the format of the answer from the values of `Accept` and `OData-Version`.
///
/// No `Accept`, `*/*` and a browser's list get [`Format::DEFAULT`]; who asks for XML alone gets Atom.
pub fn negotiate(accept: Option<&str>, odata_version: Option<&str>) -> Result<Negotiated, NotAcceptable> {
    let asks_v4 = odata_version.is_some_and(|version| version.trim().starts_with('4'));
    let protocol = if asks_v4 { Protocol::V4 } else { Protocol::V3 };
    let default = Format::Light { metadata: Metadata::Minimal, protocol };
    let accept = accept.unwrap_or_default();
    if accept.trim_matches([' ', '\t', ',']).is_empty() {
        return Ok(Negotiated { format: default, problem: false });
    }
    let (mut problem, mut atom) = (false, false);
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
            name => {
                atom |= range.quality > 0 && XML.contains(&name);
                continue;
            }
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
    let other = if atom { Some(Format::Atom) } else { problem.then_some(default) };
    let format = best.or(other).ok_or(NotAcceptable)?;
    Ok(Negotiated { format, problem })
}

/// Chooses the format of an answer of ListData.svc: OData 2's JSON (which is [`Format::Verbose`]) for who asks for
/// JSON, whatever its parameters say, and Atom for everybody else.
pub fn negotiate_list_data(accept: Option<&str>) -> Result<Negotiated, NotAcceptable> {
    let accept = accept.unwrap_or_default();
    if accept.trim_matches([' ', '\t', ',']).is_empty() {
        return Ok(Negotiated { format: Format::Atom, problem: false });
    }
    let mut problem = false;
    let mut best: Option<(u16, Format)> = None;
    for range in split_unquoted(accept, ',').filter_map(MediaRange::parse).filter(|range| range.quality > 0) {
        let format = match range.name.as_str() {
            "application/problem+json" => {
                problem = true;
                continue;
            }
            "application/json" => Format::Verbose,
            "application/*" | "text/*" | "*/*" => Format::Atom,
            name if XML.contains(&name) => Format::Atom,
            _ => continue,
        };
        if best.is_none_or(|(quality, _)| range.quality > quality) {
            best = Some((range.quality, format));
        }
    }
    let format =
        best.map(|(_, format)| format).or(problem.then_some(Format::Verbose)).ok_or(NotAcceptable)?;
    Ok(Negotiated { format, problem })
}

/// The names that Atom is asked for by.
const XML: [&str; 4] = ["application/atom+xml", "application/atomsvc+xml", "application/xml", "text/xml"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Specific {
    Any,
    Family,
    Type,
}
