//! A server that is asked by way of hosts, proxies and issuers, and the commands on its folder.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use matchlist_tests::{Options, Request, Response, Server};

pub(super) const PLAIN: &str = "application/json;odata=nometadata";
pub(super) const DENIED: &str = "-2147024891, System.UnauthorizedAccessException";
pub(super) const CLIENT: &str = "-1, Microsoft.SharePoint.Client.ClientServiceException";

/// The body of a refusal in plain JSON.
pub(super) fn error(code: &str, message: &str) -> String {
    format!(r#"{{"odata.error":{{"code":"{code}","message":{{"lang":"en-US","value":"{message}"}}}}}}"#)
}

/// The same without its format: what a client reads of a refusal.
#[track_caller]
pub(super) fn refused(reply: &Response, status: u16, code: &str, message: &str) {
    assert_eq!((reply.status, reply.text()), (status, error(code, message)), "{reply}");
    assert_eq!(
        reply.header("Content-Type"),
        Some("application/json;odata=nometadata;streaming=true;charset=utf-8"),
        "{reply}"
    );
}

/// The answer to whoever shows nothing.
#[track_caller]
pub(super) fn asks_to_sign_in(reply: &Response) {
    let message = "Access denied. You do not have permission to perform this action or access this resource. Send a token as 'Authorization: Bearer …', or sign in.";
    refused(reply, 401, DENIED, message);
    assert_eq!(reply.header("WWW-Authenticate"), Some("Bearer realm=\"Matchlist\""));
}

/// The answer to whoever shows what is not good.
#[track_caller]
pub(super) fn turned_away(reply: &Response) {
    refused(
        reply,
        401,
        DENIED,
        "Access denied. The credentials of the request are not valid, or not any more.",
    );
    let challenge = "Bearer realm=\"Matchlist\", error=\"invalid_token\"";
    assert_eq!(reply.header("WWW-Authenticate"), Some(challenge), "{reply}");
}

pub(super) fn on_disk(arguments: &[&str]) -> Server {
    Server::start(Options::on_disk().with(arguments))
}

/// A request for plain JSON.
pub(super) fn ask<'a>(server: &'a Server, method: &str, path: &str) -> Request<'a> {
    server.request(method, path).header("Accept", PLAIN)
}

/// Runs a command on the folder of a server that runs; gives what it says.
#[track_caller]
pub(super) fn run(server: &Server, arguments: &[&str]) -> String {
    let mut command = Command::new(server.command().get_program());
    command.args(arguments).arg("--data").arg(server.folder().unwrap()).stdin(Stdio::null());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

/// Starts a server that must refuse to; gives the line that says why.
#[track_caller]
pub(super) fn no_start(arguments: &[&str]) -> String {
    let some = Server::start(Options::default());
    let mut command = Command::new(some.command().get_program());
    command.args(["serve", "--listen", "127.0.0.1:0", "--data", ":memory:"]).args(arguments);
    let output = command.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && output.stdout.is_empty(), "{arguments:?}: {said}");
    assert!(!said.contains("panicked"), "{said}");
    said
}

/// The origin of a link in an answer.
pub(super) fn origin(reply: &Response) -> String {
    let url = reply.json()["odata.metadata"].as_str().unwrap().to_owned();
    url.split_once("/_api/").unwrap().0.to_owned()
}

/// Waits until the server has logged a text; its lines come by another way than its answers.
#[track_caller]
pub(super) fn logs(server: &Server, text: &str) {
    let start = Instant::now();
    while !server.log().contains(text) {
        assert!(start.elapsed() < Duration::from_secs(20), "no {text:?} in {}", server.log());
        std::thread::yield_now();
    }
}
