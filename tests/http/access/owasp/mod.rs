//! OWASP's API Security Top 10 (2023), one test a risk. What has modules of its own is shown here once more, from
//! the side of who attacks.

mod callers;
mod server;

use std::net::TcpListener;

use matchlist_tests::Response;
use serde_json::{Value, json};

use super::bench::{Bench, DEMO, PLAIN};

const PUMPS: &str = "/sites/demo/_api/web/lists/getbytitle('Pumps')";
const SALARIES: &str = "/sites/demo/_api/web/lists/getbytitle('Salaries')";

/// A list that a writer may use, and one that is closed, each with an item.
fn bench() -> (Bench, String) {
    let bench = Bench::start();
    for title in ["Pumps", "Salaries"] {
        let list =
            bench.server.list_in(DEMO, title).text("Status").number("Count").field("Link", 11, json!({}));
        list.item(json!({"Title": title, "Count": 1}));
    }
    bench.run(&["lists", "close", "Salaries", "--site", DEMO]);
    let writer = bench.token("writer", &["contribute:/sites/demo"]);
    (bench, writer)
}

fn send(bench: &Bench, token: &str, method: &str, path: &str, body: &Value) -> Response {
    bench.as_caller(token, method, path).header("Accept", PLAIN).json(body).send()
}

/// Somewhere that nobody must call.
fn trap() -> (TcpListener, String) {
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let url = format!("http://{}/", trap.local_addr().unwrap());
    (trap, url)
}
