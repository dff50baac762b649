//! HTTP/1.1 as bytes: reading one reply, and sending bytes that no client library would send.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// Longer than any reply takes on a busy machine: what is slower hangs.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

/// A reply as it came, before anything is made of it.
pub(crate) struct RawReply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// The connection ends with this reply.
    pub(crate) closes: bool,
}

/// Sends the bytes, and returns all that the server says until it closes, or until `limit` has passed in silence.
pub fn raw(address: SocketAddr, bytes: &[u8], limit: Duration) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_write_timeout(Some(limit))?;
    // A server that refuses early closes before all is sent; its reply is what counts.
    let _ = stream.write_all(bytes);
    let mut said = Vec::new();
    let mut piece = [0; 4096];
    let deadline = Instant::now() + limit;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        stream.set_read_timeout(Some(left))?;
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => break,
            Ok(count) => said.extend_from_slice(&piece[..count]),
        }
    }
    let _ = stream.shutdown(Shutdown::Both);
    Ok(said)
}

pub(crate) fn read_reply(stream: &mut BufReader<TcpStream>, method: &str) -> io::Result<RawReply> {
    loop {
        let reply = read_one(stream, method)?;
        // 100 and its kind precede the reply.
        if reply.status >= 200 {
            return Ok(reply);
        }
    }
}

fn read_one(stream: &mut BufReader<TcpStream>, method: &str) -> io::Result<RawReply> {
    let first = read_line(stream)?;
    let status = first
        .strip_prefix("HTTP/1.")
        .and_then(|rest| rest.get(2..5)?.parse().ok())
        .ok_or_else(|| malformed(format!("not a status line: {first:?}")))?;
    let headers = read_headers(stream)?;
    let value = |name: &str| {
        headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    };
    let mut closes = value("connection").is_some_and(|token| token.eq_ignore_ascii_case("close"));
    let mut body = Vec::new();
    if method == "HEAD" || matches!(status, 100..=199 | 204 | 304) {
        // No body, whatever Content-Length says.
    } else if value("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        read_chunks(stream, &mut body)?;
    } else if let Some(length) = value("content-length") {
        let length: usize = length.parse().map_err(|_| malformed(format!("Content-Length: {length}")))?;
        body.resize(length, 0);
        stream.read_exact(&mut body)?;
    } else {
        closes = true;
        stream.read_to_end(&mut body)?;
    }
    Ok(RawReply { status, headers, body, closes })
}

fn read_headers(stream: &mut BufReader<TcpStream>) -> io::Result<Vec<(String, String)>> {
    let mut headers = Vec::new();
    loop {
        let line = read_line(stream)?;
        if line.is_empty() {
            return Ok(headers);
        }
        let (name, value) =
            line.split_once(':').ok_or_else(|| malformed(format!("not a header: {line:?}")))?;
        headers.push((name.to_string(), value.trim().to_string()));
    }
}

fn read_chunks(stream: &mut BufReader<TcpStream>, body: &mut Vec<u8>) -> io::Result<()> {
    loop {
        let line = read_line(stream)?;
        let digits = line.split(';').next().unwrap_or_default().trim();
        let length = usize::from_str_radix(digits, 16)
            .map_err(|_| malformed(format!("not a chunk size: {line:?}")))?;
        if length == 0 {
            return read_headers(stream).map(drop);
        }
        let start = body.len();
        body.resize(start + length, 0);
        stream.read_exact(&mut body[start..])?;
        read_line(stream)?;
    }
}

fn read_line(stream: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut line = Vec::new();
    stream.read_until(b'\n', &mut line)?;
    match line.strip_suffix(b"\r\n") {
        Some(line) => Ok(String::from_utf8_lossy(line).into_owned()),
        None if line.is_empty() => Err(io::ErrorKind::UnexpectedEof.into()),
        None => Err(malformed(format!("a line without its end: {:?}", String::from_utf8_lossy(&line)))),
    }
}

fn malformed(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
