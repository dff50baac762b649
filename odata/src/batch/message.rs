//! One part of a batch: its headers, and the request that it holds.

use super::{PartRequest, boundary};
use crate::media_type::is_token;

/// What a part holds.
pub(super) enum Kind {
    Request,
    /// Several requests, with this boundary between them.
    ChangeSet(String),
}

type Header = (String, String);

/// Reads what a part's headers say of it.
pub(super) fn kind(headers: &[Header]) -> Result<Kind, &'static str> {
    let mut types = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let content_type = types.next().map(|(_, value)| value.as_str()).ok_or("it has no Content-Type")?;
    if types.next().is_some() {
        return Err("it has two Content-Types");
    }
    let coded = |(name, value): &Header| {
        name.eq_ignore_ascii_case("content-transfer-encoding")
            && !["binary", "8bit", "7bit"].iter().any(|plain| value.eq_ignore_ascii_case(plain))
    };
    if headers.iter().any(coded) {
        return Err("its Content-Transfer-Encoding is not 'binary'");
    }
    if boundary::is(content_type, "application/http") {
        return Ok(Kind::Request);
    }
    if !boundary::is_multipart(content_type) {
        return Err("its Content-Type is neither application/http nor multipart/mixed");
    }
    boundary::of(content_type).map(Kind::ChangeSet).ok_or("its Content-Type names no boundary")
}

/// Reads the headers of a part; what follows them is returned. Blank lines may stand before, and after there may
/// be none or several.
pub(super) fn part_headers(content: &[u8]) -> Result<(Vec<Header>, &[u8]), &'static str> {
    let (headers, rest) = headers(without_blank_lines(content))?;
    Ok((headers, without_blank_lines(rest)))
}

/// Reads a request.
pub(super) fn request(content: &[u8]) -> Result<PartRequest, &'static str> {
    let (line, rest) = first_line(content);
    let line = text(line).map_err(|()| "its request line is not UTF-8")?;
    let not_read = "its request line is not 'METHOD url HTTP/1.1'";
    let (method, rest_of_line) = line.trim_end().split_once([' ', '\t']).ok_or(not_read)?;
    let (url, version) = rest_of_line.trim().rsplit_once([' ', '\t']).ok_or(not_read)?;
    let is_version = version.len() == 8 && version.starts_with("HTTP/1.") && version.is_ascii();
    if !is_token(method) || !is_version || url.trim().is_empty() {
        return Err(not_read);
    }
    let (headers, rest) = headers(rest)?;
    let (after, _) = first_line(rest);
    // A header without its colon must not count as the body: it may have been a condition.
    let begins_json = after.trim_ascii_start().starts_with(b"{");
    if !after.trim_ascii().is_empty() && !begins_json {
        return Err("one of its headers cannot be read");
    }
    let body = without_blank_lines(rest);
    // Nor one after a blank line too many: no body of ours begins so.
    if begins_with_header(body) {
        return Err("one of its headers stands after a blank line");
    }
    let end = body.iter().rposition(|b| !matches!(b, b'\r' | b'\n')).map_or(0, |i| i + 1);
    let body = body[..end].to_vec();
    Ok(PartRequest { method: method.to_owned(), url: url.trim().to_owned(), headers, body })
}

/// Reads lines for as long as they are headers. A line that begins with white space goes on with the one before
/// it.
fn headers(mut rest: &[u8]) -> Result<(Vec<Header>, &[u8]), &'static str> {
    let mut headers: Vec<Header> = Vec::new();
    loop {
        let (line, after) = first_line(rest);
        let is_blank = line.trim_ascii().is_empty();
        if is_blank {
            return Ok((headers, rest));
        }
        if let (Some(b' ' | b'\t'), Some((_, value))) = (line.first(), headers.last_mut()) {
            let more = text(line).map_err(|()| "one of its headers is not UTF-8")?;
            if has_control(more) {
                return Err("one of its headers holds a control character");
            }
            *value = format!("{value} {}", more.trim()).trim_start().to_owned();
        } else {
            let Some(colon) = line.iter().position(|b| *b == b':') else { return Ok((headers, rest)) };
            let Ok(name) = text(&line[..colon]) else { return Ok((headers, rest)) };
            if !is_token(name) {
                return Ok((headers, rest));
            }
            let value = text(&line[colon + 1..]).map_err(|()| "one of its headers is not UTF-8")?.trim();
            if has_control(value) {
                return Err("one of its headers holds a control character");
            }
            headers.push((name.to_owned(), value.to_owned()));
        }
        rest = after;
    }
}

/// Whether a body begins with a line that is a header.
fn begins_with_header(body: &[u8]) -> bool {
    let (line, _) = first_line(body);
    let name = line.iter().position(|b| *b == b':').map(|colon| &line[..colon]);
    name.and_then(|name| text(name).ok()).is_some_and(is_token)
}

/// The first line without its end, and what follows.
fn first_line(content: &[u8]) -> (&[u8], &[u8]) {
    match content.iter().position(|b| *b == b'\n') {
        None => (content.strip_suffix(b"\r").unwrap_or(content), &[]),
        Some(at) => (content[..at].strip_suffix(b"\r").unwrap_or(&content[..at]), &content[at + 1..]),
    }
}

fn without_blank_lines(mut content: &[u8]) -> &[u8] {
    loop {
        let (line, after) = first_line(content);
        if content.is_empty() || !line.trim_ascii().is_empty() {
            return content;
        }
        content = after;
    }
}

fn has_control(text: &str) -> bool {
    text.contains(|c: char| c.is_control() && c != '\t')
}

fn text(bytes: &[u8]) -> Result<&str, ()> {
    str::from_utf8(bytes).map_err(|_| ())
}
