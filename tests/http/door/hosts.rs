//! A server without sign-in trusts whoever reaches it; a page that the user happens to visit must not.

use matchlist_tests::{Options, Request, Response, Server};
use serde_json::{Value, json};

const DENIED: &str = "-2147024891, System.UnauthorizedAccessException";

struct Door {
    server: Server,
    items: String,
}

impl Door {
    fn new(options: Options) -> Door {
        let server = Server::start(options);
        let list = server.list("Pumps");
        list.item(json!({"Title": "P-101"}));
        let items = list.items_url();
        Door { server, items }
    }

    fn port(&self) -> u16 {
        self.server.address().port()
    }

    fn request(&self, method: &str) -> Request<'_> {
        self.server.request(method, &self.items).header("Accept", "application/json;odata=nometadata")
    }

    fn titles(&self) -> Vec<Value> {
        let items = self.request("GET").send().expect_status(200).json();
        items["value"].as_array().unwrap().iter().map(|item| item["Title"].clone()).collect()
    }

    /// The request is refused in the client's format, and nothing is there that was not.
    #[track_caller]
    fn turns_away(&self, request: Request<'_>) {
        let reply = request.send().expect_status(403);
        assert_eq!(reply.json()["odata.error"]["code"], DENIED, "{reply}");
        assert!(!reply.text().contains("P-101"), "{reply}");
        assert_eq!(cors_headers(&reply), Vec::<&str>::new(), "{reply}");
        assert_eq!(self.titles(), ["P-101"]);
    }
}

fn cors_headers(reply: &Response) -> Vec<&str> {
    let names = reply.headers.iter().map(|(name, _)| name.as_str());
    names.filter(|name| name.to_ascii_lowercase().starts_with("access-control-")).collect()
}

#[test]
fn a_name_that_was_bound_anew_to_this_machine_is_turned_away() {
    let door = Door::new(Options::default());
    let port = door.port();
    for host in [
        format!("evil.example:{port}"),
        "evil.example".into(),
        format!("localhost.evil.example:{port}"),
        format!("127.0.0.1.evil.example:{port}"),
        format!("evil.example:{port}@localhost:{port}"),
        format!("localhost:{port}@evil.example"),
        "10.0.0.1".into(),
        "0.0.0.0".into(),
        format!("[::]:{port}"),
        "[::ffff:10.0.0.1]".into(),
        "2130706433".into(),
        "localhost, evil.example".into(),
        "localhost/evil.example".into(),
        "localhost.".to_owned() + "evil",
        "localhost\u{e9}".into(),
        String::new(),
    ] {
        door.turns_away(door.request("GET").header("Host", &host));
        door.turns_away(door.request("POST").header("Host", &host).json(&json!({"Title": "evil"})));
        let origin = format!("http://{host}");
        let own = door.request("POST").header("Host", &host).header("Origin", &origin);
        door.turns_away(own.json(&json!({"Title": "evil"})));
        door.turns_away(door.request("OPTIONS").header("Host", &host));
    }
}

#[test]
fn the_names_and_addresses_of_this_machine_are_let_in_in_any_case_and_with_any_port() {
    let door = Door::new(Options::default());
    let port = door.port();
    for host in [
        format!("localhost:{port}"),
        "LOCALHOST".into(),
        format!("app.localhost:{port}"),
        format!("127.0.0.1:{port}"),
        "127.0.0.2".into(),
        format!("[::1]:{port}"),
        "[::1]".into(),
        "localhost:1".into(),
    ] {
        door.request("GET").header("Host", &host).send().expect_status(200);
    }
}

#[test]
fn a_page_of_another_origin_can_neither_read_nor_write() {
    let door = Door::new(Options::default());
    let port = door.port();
    for origin in [
        "http://evil.example".into(),
        "https://evil.example".into(),
        format!("http://evil.example:{port}"),
        "null".into(),
        String::new(),
        "file://".into(),
        format!("http://localhost:{}", port ^ 1),
        format!("http://127.0.0.1:{}", port ^ 1),
        // Another name of this machine is another origin, whose pages others may have made.
        format!("http://localhost:{port}"),
        "http://127.0.0.1".into(),
        format!("https://127.0.0.1:{port}/"),
        format!("http://127.0.0.1:{port}.evil.example"),
        format!("http://evil.example@127.0.0.1:{port}"),
        format!("chrome-extension://127.0.0.1:{port}"),
        format!("http://127.0.0.1:{port} http://evil.example"),
    ] {
        door.turns_away(door.request("GET").header("Origin", &origin));
        door.turns_away(door.request("POST").header("Origin", &origin).json(&json!({"Title": "evil"})));
        let form = door.request("POST").header("Origin", &origin);
        let form = form.header("Content-Type", "application/x-www-form-urlencoded");
        door.turns_away(form.body(r#"{"Title":"evil"}"#));
        let text = door.request("POST").header("Origin", &origin).header("Content-Type", "text/plain");
        door.turns_away(text.body(r#"{"Title":"evil","a=":"b"}"#));
        for method in ["MERGE", "PUT", "DELETE"] {
            let item = format!("{}(1)", door.items);
            let request = door.server.request(method, &item).header("Origin", &origin);
            let request =
                request.header("Accept", "application/json;odata=nometadata").header("If-Match", "*");
            door.turns_away(request.json(&json!({"Title": "evil"})));
        }
        let preflight = door.request("OPTIONS").header("Origin", &origin);
        door.turns_away(preflight.header("Access-Control-Request-Method", "MERGE"));
    }
}

#[test]
fn an_open_server_takes_any_digest() {
    let door = Door::new(Options::default());
    let info = door.server.request("POST", "/_api/contextinfo").send().expect_status(200).json();
    let good = info["FormDigestValue"].as_str().unwrap().to_owned();
    for digest in [&good, "garbage", "", "0x00,01 Jan 2001 00:00:00 -0000", "x, y"] {
        let request = door.request("POST").header("X-RequestDigest", digest);
        request.json(&json!({"Title": digest})).send().expect_status(201);
    }
    let twice = door.request("POST").header("X-RequestDigest", "a").header("X-RequestDigest", "b");
    twice.json(&json!({"Title": "two"})).send().expect_status(201);
    door.request("POST").json(&json!({"Title": "none"})).send().expect_status(201);
}

#[test]
fn an_own_origin_beside_a_foreign_one_is_turned_away() {
    let door = Door::new(Options::default());
    let own = format!("http://127.0.0.1:{}", door.port());
    let request = door.request("POST").header("Origin", &own).header("Origin", "http://evil.example");
    door.turns_away(request.json(&json!({"Title": "evil"})));
}

#[test]
fn a_page_of_the_servers_own_origin_reads_and_writes_without_cors_headers() {
    let door = Door::new(Options::default());
    let port = door.port();
    for host in [format!("127.0.0.1:{port}"), format!("localhost:{port}"), format!("[::1]:{port}")] {
        let origin = format!("http://{host}");
        let own = |method: &str| door.request(method).header("Host", &host).header("Origin", &origin);
        let read = own("GET").send().expect_status(200);
        assert_eq!(cors_headers(&read), Vec::<&str>::new());
        own("POST").json(&json!({"Title": "own"})).send().expect_status(201);
    }
}
