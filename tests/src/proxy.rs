//! A proxy that loses replies: the server hears each request and answers it, and the client hears nothing.

use std::io::{self, BufReader};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use crate::client::{Client, Request, Response};
use crate::wire::{LIMIT, read_reply};

/// Forwards to one server until the test ends.
pub struct Proxy {
    client: Client,
    /// The replies as the server gave them.
    lost: Receiver<Response>,
}

impl Proxy {
    pub fn to(server: SocketAddr) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap_or_else(|error| panic!("no proxy: {error}"));
        let address = listener.local_addr().unwrap_or_else(|error| panic!("no proxy: {error}"));
        let (tell, lost) = channel();
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                // The test sees by the missing reply that this failed.
                let _ = lose_reply(&client, server, &tell);
            }
        });
        Proxy { client: Client::new(address), lost }
    }

    pub fn request(&self, method: &str, path: &str) -> Request<'_> {
        self.client.request(method, path)
    }

    /// Sends a request of this proxy, and returns the reply that its client never saw.
    #[track_caller]
    pub fn lose(&self, request: Request<'_>) -> Response {
        match request.try_send() {
            Ok(seen) => panic!("the reply came through: {seen}"),
            Err(_) => self.lost.recv_timeout(LIMIT).unwrap_or_else(|_| panic!("the server gave no reply")),
        }
    }
}

/// Cuts the client off as soon as the server's reply is whole: what it answers, it has committed.
fn lose_reply(client: &TcpStream, server: SocketAddr, tell: &Sender<Response>) -> io::Result<()> {
    let server = TcpStream::connect(server)?;
    server.set_read_timeout(Some(LIMIT))?;
    let (mut from, mut to) = (client.try_clone()?, server.try_clone()?);
    let forward = thread::spawn(move || io::copy(&mut from, &mut to));
    let reply = read_reply(&mut BufReader::new(server.try_clone()?), "POST");
    client.shutdown(Shutdown::Both)?;
    server.shutdown(Shutdown::Both)?;
    let _ = forward.join();
    let reply = reply?;
    let _ = tell.send(Response { status: reply.status, headers: reply.headers, body: reply.body });
    Ok(())
}
