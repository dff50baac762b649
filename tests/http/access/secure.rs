//! A certificate made for a test, and a client that trusts it: HTTP/1.1 and HTTP/2 as bytes over TLS.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use matchlist_tests::{Options, Server};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, crypto::aws_lc_rs};
use tempfile::TempDir;

/// A certificate in files.
pub(super) struct Identity {
    pub(super) folder: TempDir,
    pub(super) certificate: CertificateDer<'static>,
}

impl Identity {
    pub(super) fn new() -> Identity {
        let folder = tempfile::tempdir().unwrap();
        let certificate = make(folder.path().join("cert.pem"), folder.path().join("key.pem"));
        Identity { folder, certificate }
    }

    /// Replaces the files by those of another certificate.
    pub(super) fn replace(&mut self) {
        self.certificate = make(self.path("cert.pem"), self.path("key.pem"));
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn server(&self, more: &[&str]) -> Server {
        let (certificate, key) = (self.path("cert.pem"), self.path("key.pem"));
        let files = ["--tls-cert", certificate.to_str().unwrap(), "--tls-key", key.to_str().unwrap()];
        Server::start(Options::default().with(&files).with(more))
    }

    /// A connection that speaks one protocol.
    pub(super) fn connect(&self, address: SocketAddr, protocol: &str) -> std::io::Result<Secure> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).unwrap();
        let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        let mut config = builder.with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
        let name = ServerName::try_from("localhost").unwrap();
        let client = ClientConnection::new(Arc::new(config), name).unwrap();
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let mut stream = StreamOwned::new(client, stream);
        stream.flush()?;
        Ok(Secure(stream))
    }
}

fn make(certificate: PathBuf, key: PathBuf) -> CertificateDer<'static> {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(certificate, cert.pem()).unwrap();
    std::fs::write(key, signing_key.serialize_pem()).unwrap();
    cert.der().clone()
}

pub(super) struct Secure(pub(super) StreamOwned<ClientConnection, TcpStream>);

impl Secure {
    /// Sends a request that asks the server to close, and reads to the end.
    pub(super) fn exchange(self, request: &str) -> String {
        let said = self.exchange_if_trusted(request);
        assert_ne!(said, "", "the server was not trusted, or said nothing");
        said
    }

    /// The same; nothing where the server is another.
    pub(super) fn exchange_if_trusted(mut self, request: &str) -> String {
        if self.0.write_all(request.as_bytes()).is_err() {
            return String::new();
        }
        let mut said = Vec::new();
        // The server may close without saying so by TLS.
        let _ = self.0.read_to_end(&mut said);
        String::from_utf8_lossy(&said).into_owned()
    }

    fn read(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.0.read_exact(&mut bytes).unwrap();
        bytes
    }
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const GO_AWAY: u8 = 7;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const ACK: u8 = 1;

/// A connection of HTTP/2 (RFC 9113).
pub(super) struct Http2 {
    secure: Secure,
    next: u32,
}

/// What came of a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    Answer(u16, String),
    Reset,
    GoAway,
}

impl Http2 {
    pub(super) fn new(mut secure: Secure) -> Http2 {
        secure.0.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").unwrap();
        // No table of headers to remember: each answer spells its status.
        let no_table = [0, 1, 0, 0, 0, 0];
        let mut http2 = Http2 { secure, next: 1 };
        http2.send(SETTINGS, 0, 0, &no_table);
        http2
    }

    fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let mut frame = vec![length[1], length[2], length[3], kind, flags];
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        self.secure.0.write_all(&frame).unwrap();
        self.secure.0.flush().unwrap();
    }

    /// Sends the head of a request, and tells its stream.
    pub(super) fn head(&mut self, headers: &[(&str, &str)], ends: bool) -> u32 {
        let mut block = Vec::new();
        for (name, value) in headers {
            block.push(0);
            text(&mut block, name);
            text(&mut block, value);
        }
        let stream = self.next;
        self.next += 2;
        let mut parts = block.chunks(16_384).peekable();
        let (mut kind, mut flags) = (HEADERS, if ends { END_STREAM } else { 0 });
        while let Some(part) = parts.next() {
            let end = if parts.peek().is_none() { END_HEADERS } else { 0 };
            self.send(kind, flags | end, stream, part);
            (kind, flags) = (CONTINUATION, 0);
        }
        stream
    }

    pub(super) fn data(&mut self, stream: u32, body: &[u8], ends: bool) {
        self.send(DATA, if ends { END_STREAM } else { 0 }, stream, body);
    }

    pub(super) fn get(&mut self, authority: &str, path: &str, more: &[(&str, &str)]) -> Said {
        let mut headers =
            vec![(":method", "GET"), (":scheme", "https"), (":path", path), (":authority", authority)];
        headers.push(("accept", super::reach::PLAIN));
        headers.extend(more);
        let stream = self.head(&headers, true);
        self.answer(stream)
    }

    /// Reads until the stream has ended.
    pub(super) fn answer(&mut self, stream: u32) -> Said {
        let (mut status, mut body) = (0, Vec::new());
        loop {
            let head = self.secure.read(9);
            let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
            let (kind, flags) = (head[3], head[4]);
            let on = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
            let payload = self.secure.read(length);
            match kind {
                SETTINGS if flags & ACK == 0 => self.send(SETTINGS, ACK, 0, &[]),
                GO_AWAY => return Said::GoAway,
                RESET if on == stream => return Said::Reset,
                HEADERS if on == stream => status = status_of(&payload),
                DATA if on == stream => body.extend(payload),
                _ => {}
            }
            if on == stream && matches!(kind, HEADERS | DATA) && flags & END_STREAM != 0 {
                return Said::Answer(status, String::from_utf8_lossy(&body).into_owned());
            }
        }
    }
}

/// A text as HPACK has it, without compression (RFC 7541 section 5.2).
fn text(block: &mut Vec<u8>, text: &str) {
    match text.len() {
        short @ 0..127 => block.push(u8::try_from(short).unwrap()),
        long => {
            block.push(127);
            let mut rest = long - 127;
            while rest >= 128 {
                block.push(u8::try_from(rest % 128).unwrap() | 128);
                rest /= 128;
            }
            block.push(u8::try_from(rest).unwrap());
        }
    }
    block.extend(text.as_bytes());
}

/// The status, which is the first header of an answer.
fn status_of(block: &[u8]) -> u16 {
    // An update of the table's size may precede it.
    let at = block.iter().position(|byte| byte & 0b1110_0000 != 0b0010_0000).unwrap();
    let block = &block[at..];
    match block[0] {
        indexed @ 0x88..=0x8e => [200, 204, 206, 304, 400, 404, 500][usize::from(indexed - 0x88)],
        _ => {
            let length = usize::from(block[1] & 127);
            let value = &block[2..2 + length];
            if block[1] & 128 == 0 { String::from_utf8_lossy(value).parse().unwrap() } else { huffman(value) }
        }
    }
}

/// Three digits in HPACK's code: five bits for 0 to 2, six for the others.
fn huffman(bytes: &[u8]) -> u16 {
    let bits: Vec<u16> =
        bytes.iter().flat_map(|byte| (0..8).rev().map(move |at| u16::from(byte >> at & 1))).collect();
    let number = |from: usize, count: usize| bits[from..from + count].iter().fold(0, |n, bit| n * 2 + bit);
    let (mut at, mut status) = (0, 0);
    for _ in 0..3 {
        let (digit, length) = match number(at, 5) {
            short @ 0..=2 => (short, 5),
            _ => (number(at, 6) - 0b01_1001 + 3, 6),
        };
        status = status * 10 + digit;
        at += length;
    }
    status
}
