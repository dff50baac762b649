//! An HTTP client that sends exactly what it is told: no default but Host and Content-Length, no redirect,
//! and never a second try. Tests of lost replies count requests, so one `send` is one request on the wire.

use std::io::{self, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use crate::wire::{LIMIT, RawReply, read_reply};

/// One connection, kept alive between requests. Threads that shall not wait for each other have one each.
pub struct Client {
    address: SocketAddr,
    connection: Mutex<Option<BufReader<TcpStream>>>,
}

pub struct Request<'a> {
    client: &'a Client,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

#[derive(Debug, Clone)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Client {
    pub fn new(address: SocketAddr) -> Client {
        Client { address, connection: Mutex::new(None) }
    }

    /// `path` goes out as it is: what must be percent-encoded is so already.
    pub fn request(&self, method: &str, path: &str) -> Request<'_> {
        Request { client: self, method: method.into(), path: path.into(), headers: Vec::new(), body: None }
    }

    pub fn get(&self, path: &str) -> Response {
        self.request("GET", path).send()
    }

    fn exchange(&self, method: &str, bytes: &[u8]) -> io::Result<RawReply> {
        let mut kept = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let mut stream = match kept.take().filter(is_open) {
            Some(stream) => stream,
            None => connect(self.address)?,
        };
        // A server that refuses before it has read all (413) has its reply on the way.
        let sent = stream.get_mut().write_all(bytes);
        let reply = read_reply(&mut stream, method);
        let reply = match (reply, sent) {
            (Err(_), Err(sending)) => return Err(sending),
            (reply, _) => reply?,
        };
        if !reply.closes {
            *kept = Some(stream);
        }
        Ok(reply)
    }
}

fn connect(address: SocketAddr) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    Ok(BufReader::new(stream))
}

/// Whether the server has left a kept connection open. Asked before sending, as a request is never sent twice.
fn is_open(stream: &BufReader<TcpStream>) -> bool {
    let stream = stream.get_ref();
    let silent = stream.set_nonblocking(true).is_ok()
        && matches!(stream.peek(&mut [0]), Err(error) if error.kind() == io::ErrorKind::WouldBlock);
    stream.set_nonblocking(false).is_ok() && silent
}

impl Request<'_> {
    /// Appended; a name may come twice. Host and Content-Length replace the client's own.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// The body, as `application/json` unless a Content-Type is given before.
    pub fn json(self, value: &Value) -> Self {
        let typed =
            if self.has("content-type") { self } else { self.header("Content-Type", "application/json") };
        typed.body(value.to_string())
    }

    /// Panics where there is no reply; see `try_send`.
    pub fn send(self) -> Response {
        let line = format!("{} {}", self.method, self.path);
        self.try_send().unwrap_or_else(|error| panic!("no reply to {line}: {error}"))
    }

    /// For tests in which the connection is meant to fail.
    pub fn try_send(self) -> io::Result<Response> {
        let reply = self.client.exchange(&self.method, &self.bytes())?;
        Ok(Response { status: reply.status, headers: reply.headers, body: reply.body })
    }

    fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(found, _)| found.eq_ignore_ascii_case(name))
    }

    fn bytes(&self) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        if !self.has("host") {
            head.push_str(&format!("Host: {}\r\n", self.client.address));
        }
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        // Without a body, methods that may have one say so, as browsers do.
        let length = match &self.body {
            Some(body) => Some(body.len()),
            None => (!["GET", "HEAD", "OPTIONS"].contains(&self.method.as_str())).then_some(0),
        };
        if let Some(length) = length.filter(|_| !self.has("content-length") && !self.has("transfer-encoding"))
        {
            head.push_str(&format!("Content-Length: {length}\r\n"));
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(self.body.as_deref().unwrap_or_default());
        bytes
    }
}

impl Response {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The ETag; panics where there is none.
    pub fn etag(&self) -> &str {
        self.header("ETag").unwrap_or_else(|| panic!("no ETag in {self}"))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("no JSON ({error}) in {self}"))
    }

    /// The response, if it has this status; panics, with the whole response, if it has another.
    #[track_caller]
    pub fn expect_status(self, status: u16) -> Response {
        assert!(self.status == status, "expected status {status}, got {self}");
        self
    }
}

impl std::fmt::Display for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.status)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {value}")?;
        }
        write!(f, "\n{}", self.text())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::TcpListener;
    use std::thread::{self, JoinHandle};

    use super::*;

    /// Answers the connections in turn, each with these replies, and returns all the bytes that came.
    fn server(
        connections: Vec<Vec<&'static str>>,
    ) -> io::Result<(SocketAddr, JoinHandle<io::Result<String>>)> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let server = thread::spawn(move || {
            let mut came = String::new();
            for replies in connections {
                let (mut stream, _) = listener.accept()?;
                for reply in replies {
                    let mut piece = [0; 4096];
                    let count = stream.read(&mut piece)?;
                    came.push_str(&String::from_utf8_lossy(&piece[..count]));
                    stream.write_all(reply.as_bytes())?;
                }
            }
            Ok(came)
        });
        Ok((address, server))
    }

    fn joined(server: JoinHandle<io::Result<String>>) -> String {
        server
            .join()
            .map_or_else(|_| "panicked".into(), |came| came.unwrap_or_else(|error| error.to_string()))
    }

    #[test]
    fn the_bytes_of_path_method_headers_and_body_go_out_as_given() -> io::Result<()> {
        let (address, server) = server(vec![vec!["HTTP/1.1 204 No Content\r\nETag: \"2\"\r\n\r\n"]])?;
        let client = Client::new(address);
        let path = "/_api/../lists/getbytitle('O''Brien')//items(1)?$filter=a%2Fb%zz";
        let request =
            client.request("MERGE", path).header("IF-MATCH", "\"1\"").header("Host", "evil.example");
        let response = request.json(&serde_json::json!({"a": 1})).send();
        assert_eq!((response.status, response.etag()), (204, "\"2\""));
        let sent = format!(
            "MERGE {path} HTTP/1.1\r\nIF-MATCH: \"1\"\r\nHost: evil.example\r\n\
             Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{{\"a\":1}}"
        );
        assert_eq!(joined(server), sent);
        Ok(())
    }

    #[test]
    fn chunked_sized_and_empty_bodies_are_read_over_one_connection() -> io::Result<()> {
        let (address, server) = server(vec![vec![
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\r\nto the end",
        ]])?;
        let client = Client::new(address);
        let bodies: Vec<String> = (0..4).map(|_| client.get("/").text()).collect();
        assert_eq!(bodies, ["abcde", "hi", "", "to the end"]);
        joined(server);
        Ok(())
    }

    #[test]
    fn a_lost_reply_is_an_error_and_the_request_is_not_sent_again() -> io::Result<()> {
        let (address, server) = server(vec![vec![""], vec!["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]])?;
        let client = Client::new(address);
        assert!(client.request("POST", "/first").try_send().is_err());
        assert_eq!(client.get("/second").status, 200);
        let came = joined(server);
        assert_eq!((came.matches("/first").count(), came.matches("/second").count()), (1, 1), "{came}");
        Ok(())
    }
}
