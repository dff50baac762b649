//! A browser as far as signing in goes: forms of the server's own pages, and one cookie.

use matchlist_tests::{Client, Options, Request, Response, Server};
use serde_json::Value;

pub(super) const ANN: &str = "ann@example.test";
pub(super) const BOB: &str = "bob@example.test";
pub(super) const PASSWORD: &str = "correct horse battery";

/// A server where ann manages everything and bob may contribute to `/sites/demo`; both have the password.
pub(super) fn server(arguments: &[&str]) -> Server {
    let server = Server::start(Options::on_disk().with(arguments));
    for (login, right, place) in [(ANN, "manage", "/"), (BOB, "contribute", "/sites/demo")] {
        set_password(&server, login, PASSWORD);
        server.order(&["user", "grant", login, right, place]);
    }
    server
}

pub(super) fn set_password(server: &Server, login: &str, password: &str) {
    server.order_with_input(&["user", "add", login, "--password-stdin"], &format!("{password}\n"));
}

/// A text in a form or a query.
pub(super) fn encoded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// A form of the sign-in page, sent by that page.
pub(super) fn form<'a>(
    server: &Server,
    client: &'a Client,
    path: &str,
    login: &str,
    password: &str,
) -> Request<'a> {
    client
        .request("POST", path)
        .header("Origin", &format!("http://{}", server.address()))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(format!("login={}&password={}", encoded(login), encoded(password)))
}

pub(super) const SIGN_IN: &str = "/_layouts/15/signin";

/// The cookie that an answer sets, as a browser sends it: `name=value`.
#[track_caller]
pub(super) fn cookie(response: &Response) -> String {
    let set = response.header("Set-Cookie").unwrap_or_else(|| panic!("no cookie in {response}"));
    set.split(';').next().unwrap().to_owned()
}

/// Somebody who has signed in.
pub(super) struct Browser {
    client: Client,
    pub(super) cookie: String,
}

impl Browser {
    #[track_caller]
    pub(super) fn sign_in(server: &Server, login: &str) -> Self {
        let client = server.client();
        let response = form(server, &client, SIGN_IN, login, PASSWORD).send().expect_status(303);
        Self { cookie: cookie(&response), client }
    }

    /// The same browser, after the server has moved to another port.
    pub(super) fn follow(self, server: &Server) -> Self {
        Self { client: server.client(), ..self }
    }

    pub(super) fn request(&self, method: &str, path: &str) -> Request<'_> {
        self.client.request(method, path).header("Cookie", &self.cookie)
    }

    pub(super) fn get(&self, path: &str) -> Response {
        self.request("GET", path).header("Accept", "application/json;odata=nometadata").send()
    }

    /// Whether the browser is known.
    pub(super) fn is_signed_in(&self) -> bool {
        match self.get("/sites/demo/_api/web/currentuser").status {
            200 => true,
            401 => false,
            other => panic!("{other}"),
        }
    }

    /// A digest for a site.
    #[track_caller]
    pub(super) fn digest(&self, site: &str) -> String {
        let request = self.request("POST", &format!("{site}/_api/contextinfo"));
        let info = request.header("Accept", "application/json;odata=nometadata").send().expect_status(200);
        let value: Value = info.json()["FormDigestValue"].clone();
        value.as_str().unwrap().to_owned()
    }
}
