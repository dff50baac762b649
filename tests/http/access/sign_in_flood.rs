//! Ten thousand sign-ins at once.

use std::{collections::BTreeMap, thread};

use super::browser::{ANN, PASSWORD, SIGN_IN, form, server};

const THREADS: usize = 100;
const EACH: usize = 100;
/// Of each thread's tries, how many come from an address of their own.
const APART: usize = 3;

#[test]
fn ten_thousand_sign_ins_do_not_bring_the_server_down() {
    let server = server(&[]);
    let token = server.order(&["token", "create", "job", "--user", ANN]);
    let try_at = |n: usize, at: usize| {
        let client = server.client();
        (at..EACH)
            .map(|at| {
                let login = format!("user{n}.{at}@example.test");
                let request = form(&server, &client, SIGN_IN, &login, "wrong");
                // The proxy on this machine tells whom it speaks for.
                let from = if at < APART { format!("10.0.{at}.{n}") } else { "192.0.2.1".into() };
                let response = request.header("X-Forwarded-For", &from).send();
                assert_eq!(response.header("Retry-After").is_some(), response.status != 403, "{response}");
                response.status
            })
            .collect::<Vec<_>>()
    };
    let mut counts = BTreeMap::new();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|n| scope.spawn(move || try_at(n, 0))).collect();
        // Meanwhile others are served.
        let client = server.client();
        for _ in 0..20 {
            let read =
                client.request("GET", "/_api/web/lists").header("Authorization", &format!("Bearer {token}"));
            read.send().expect_status(200);
            client.get("/healthz").expect_status(200);
        }
        for status in threads.into_iter().flat_map(|thread| thread.join().unwrap()) {
            *counts.entry(status).or_insert(0) += 1;
        }
    });
    assert_eq!(counts.values().sum::<i32>(), (THREADS * EACH) as i32);
    assert!(counts.keys().all(|status| [403, 429, 503].contains(status)), "{counts:?}");
    assert!(counts[&429] > 9_000, "{counts:?}");
    let client = server.client();
    let signed_in =
        form(&server, &client, SIGN_IN, ANN, PASSWORD).header("X-Forwarded-For", "198.51.100.7").send();
    signed_in.expect_status(303);
}
