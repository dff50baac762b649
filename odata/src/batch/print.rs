//! Prints batches, and the answers to them.

use super::PartRequest;

/// An answer to one request of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartAnswer<'a> {
    /// The status.
    pub status: u16,
    /// What the status is called.
    pub reason: &'a str,
    /// The headers.
    pub headers: Vec<(&'a str, &'a str)>,
    /// The body.
    pub body: &'a [u8],
}

/// Prints a batch whose requests stand in it directly; parsing it gives equal requests. `boundary` stands nowhere
/// within them.
#[must_use]
pub fn print_requests(boundary: &str, requests: &[PartRequest]) -> Vec<u8> {
    let mut out = Vec::new();
    for PartRequest { method, url, headers, body } in requests {
        begin_part(&mut out, boundary);
        out.extend_from_slice(format!("{method} {url} HTTP/1.1\r\n").as_bytes());
        for (name, value) in headers {
            out.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(body);
        out.extend_from_slice(b"\r\n");
    }
    end(&mut out, boundary);
    out
}

/// Prints the answers to a batch as SharePoint does: one part an answer, also to those of change sets, and headers'
/// names in upper case. `boundary` stands nowhere within them.
#[must_use]
pub fn print_answers(boundary: &str, answers: &[PartAnswer<'_>]) -> Vec<u8> {
    let mut out = Vec::with_capacity(answers.iter().map(|a| a.body.len() + 400).sum::<usize>() + 100);
    for PartAnswer { status, reason, headers, body } in answers {
        begin_part(&mut out, boundary);
        out.extend_from_slice(format!("HTTP/1.1 {status} {reason}\r\n").as_bytes());
        for (name, value) in headers {
            let value = value.replace(['\r', '\n'], " ");
            out.extend_from_slice(format!("{}: {value}\r\n", name.to_ascii_uppercase()).as_bytes());
        }
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(body);
        out.extend_from_slice(b"\r\n");
    }
    end(&mut out, boundary);
    out
}

fn begin_part(out: &mut Vec<u8>, boundary: &str) {
    let head = format!(
        "--{boundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    );
    out.extend_from_slice(head.as_bytes());
}

/// The last line has its end: PnPjs fails without.
fn end(out: &mut Vec<u8>, boundary: &str) {
    out.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
}
