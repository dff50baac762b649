//! A multipart body into the contents of its parts, by its delimiter lines.

use super::BatchError;

/// The contents between the delimiters of a boundary, without the line ends that belong to them.
pub(super) fn parts<'a>(body: &'a [u8], boundary: &str) -> Result<Vec<&'a [u8]>, BatchError> {
    let named = || boundary.to_owned();
    let mut parts = Vec::new();
    let mut begin = None;
    let mut at = 0;
    while at < body.len() {
        let end = body[at..].iter().position(|b| *b == b'\n').map_or(body.len(), |i| at + i + 1);
        if let Some(delimiter) = delimiter(&body[at..end], boundary.as_bytes()) {
            if let Some(begin) = begin {
                parts.push(without_end(&body[begin..at]));
            }
            match delimiter {
                Delimiter::Between => begin = Some(end),
                Delimiter::Close if begin.is_none() => return Err(BatchError::Empty),
                Delimiter::Close if body[end..].trim_ascii().is_empty() => return Ok(parts),
                Delimiter::Close => return Err(BatchError::Trailing { boundary: named() }),
            }
        }
        at = end;
    }
    Err(match begin {
        None => BatchError::NotThere { boundary: named() },
        Some(_) => BatchError::Torn { boundary: named() },
    })
}

enum Delimiter {
    Between,
    Close,
}

/// Reads a line as a delimiter; white space may follow it.
fn delimiter(line: &[u8], boundary: &[u8]) -> Option<Delimiter> {
    let rest = line.strip_prefix(b"--")?.strip_prefix(boundary)?;
    match rest.trim_ascii() {
        b"" => Some(Delimiter::Between),
        b"--" if rest.starts_with(b"--") => Some(Delimiter::Close),
        _ => None,
    }
}

/// The line end before a delimiter belongs to the delimiter.
fn without_end(content: &[u8]) -> &[u8] {
    let content = content.strip_suffix(b"\n").unwrap_or(content);
    content.strip_suffix(b"\r").unwrap_or(content)
}
