//! Batches: several requests in the body of one, as multipart/mixed (OData v3 Batch Processing), and the
//! answers to them.
//!
//! ```text
//! batch     = *line *( delimiter part ) close                  ; lines before the first delimiter say nothing
//! part      = headers ( request / changeset )                  ; the headers tell which
//! changeset = *line *( delimiter headers request ) close
//! request   = method SP url SP "HTTP/1." digit EOL headers *EOL body
//! headers   = *( name ":" value EOL ) *EOL
//! delimiter = "--" boundary EOL
//! close     = "--" boundary "--" [ EOL ]
//! EOL       = LF / CR LF
//! ```
//!
//! Read kindly where nothing is unclear: either line end, blank lines too many or too few, no space after a
//! colon, a length that is wrong. What is torn is refused whole, as nobody can tell what the rest was.

mod boundary;
mod message;
mod print;
mod split;
mod target;
#[cfg(test)]
mod tests;

pub use boundary::is_multipart;
pub use print::{PartAnswer, print_answers, print_requests};
pub use target::Target;

/// One request of a batch, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartRequest {
    /// The method of its request line.
    pub method: String,
    /// The URL of its request line.
    pub url: String,
    /// Its headers; the names as sent, several lines of one name in their order.
    pub headers: Vec<(String, String)>,
    /// Its body, without blank lines before and line ends after it.
    pub body: Vec<u8>,
}

/// Why a batch cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// The Content-Type names no boundary, or an impossible one.
    #[error("The Content-Type of the batch names no boundary.")]
    NoBoundary,
    /// No line is the boundary that was named.
    #[error("The body of the batch has no line '--{boundary}', which its Content-Type names.")]
    NotThere {
        /// The boundary.
        boundary: String,
    },
    /// The closing delimiter is missing.
    #[error("The batch is torn: the line '--{boundary}--' is missing.")]
    Torn {
        /// The boundary.
        boundary: String,
    },
    /// Something follows the closing delimiter.
    #[error("The batch is torn: there is text after the line '--{boundary}--'.")]
    Trailing {
        /// The boundary.
        boundary: String,
    },
    /// A part is no request.
    #[error("Part {part} of the batch cannot be read: {reason}.")]
    Part {
        /// Which, from 1 on; those of change sets are counted too.
        part: usize,
        /// Why.
        reason: &'static str,
    },
    /// There is nothing in it.
    #[error("The batch holds no request.")]
    Empty,
    /// There is too much in it.
    #[error("A batch holds at most {limit} requests.")]
    TooMany {
        /// The most.
        limit: usize,
    },
}

/// How many requests a batch may hold.
pub const MAX_REQUESTS: usize = 100;

/// Reads a batch whole: the requests in their order, those of change sets among them.
///
/// # Errors
/// Where anything of it cannot be read, or there are more than [`MAX_REQUESTS`].
pub fn parse(content_type: &str, body: &[u8]) -> Result<Vec<PartRequest>, BatchError> {
    let boundary = boundary::of(content_type).ok_or(BatchError::NoBoundary)?;
    let mut requests = Vec::new();
    for content in split::parts(body, &boundary)? {
        read_part(content, Place::InBatch, &mut requests)?;
    }
    if requests.is_empty() { Err(BatchError::Empty) } else { Ok(requests) }
}

/// Where a part stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    InBatch,
    InChangeSet,
}

fn read_part(content: &[u8], stands: Place, requests: &mut Vec<PartRequest>) -> Result<(), BatchError> {
    let part = requests.len() + 1;
    let wrong = move |reason| BatchError::Part { part, reason };
    let (headers, content) = message::part_headers(content).map_err(wrong)?;
    match message::kind(&headers).map_err(wrong)? {
        message::Kind::Request if part > MAX_REQUESTS => {
            return Err(BatchError::TooMany { limit: MAX_REQUESTS });
        }
        message::Kind::Request => requests.push(message::request(content).map_err(wrong)?),
        message::Kind::ChangeSet(_) if stands == Place::InChangeSet => {
            return Err(wrong("a change set stands within another"));
        }
        message::Kind::ChangeSet(boundary) => {
            for content in split::parts(content, &boundary)? {
                read_part(content, Place::InChangeSet, requests)?;
            }
        }
    }
    Ok(())
}
