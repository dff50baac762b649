//! Many requests with one id at once.

use std::{sync::Barrier, thread};

use matchlist_tests::{Options, Response, Server};

use serde_json::json;

use super::{ID, TASKS, Write, assert_same_answer, repeatable, server, state, writes};

const CLIENTS: usize = 16;

fn send_at_once(server: &Server, write: &Write) -> Vec<Response> {
    let start = Barrier::new(CLIENTS);
    thread::scope(|scope| {
        let send = || {
            let client = server.client();
            let request = repeatable(write.on(&client), ID);
            start.wait();
            request.send()
        };
        let sent: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(send)).collect();
        sent.into_iter().map(|client| client.join().unwrap()).collect()
    })
}

#[test]
fn sixteen_with_one_id_have_one_effect_and_get_one_answer() {
    for (number, write) in writes().iter().enumerate() {
        let server = server(Options::default());
        // What comes before makes what this write works on.
        for earlier in &writes()[..number] {
            earlier.on(&server.client()).send().expect_status(earlier.status);
        }
        let answers = send_at_once(&server, write);
        assert_eq!(answers[0].status, write.status, "{} {}: {}", write.method, write.path, answers[0]);
        for answer in &answers[1..] {
            assert_same_answer(&answers[0], answer);
        }

        let twin = self::server(Options::default());
        for earlier in &writes()[..=number] {
            earlier.on(&twin.client()).send().expect_status(earlier.status);
        }
        assert_eq!(counts(&server), counts(&twin), "{} {}", write.method, write.path);
    }
}

#[test]
fn many_changes_of_one_list_at_once_are_all_done() {
    const FIELDS: usize = 64;
    let server = server(Options::default());
    let start = Barrier::new(FIELDS);
    thread::scope(|scope| {
        for number in 0..FIELDS {
            let (server, start) = (&server, &start);
            scope.spawn(move || {
                let add = Write::new("POST", &format!("{TASKS}/fields"), 201)
                    .json(json!({"Title": format!("Field{number}"), "FieldTypeKind": 2}));
                let client = server.client();
                let request = repeatable(add.on(&client), &format!("{}{number:04}", &ID[..32]));
                start.wait();
                request.send().expect_status(201);
            });
        }
    });
    let fields = state(&server);
    let added = (0..FIELDS).filter(|number| fields.contains(&format!("\"Title\":\"Field{number}\"")));
    assert_eq!(added.count(), FIELDS);
}

/// What does not hang on GUIDs and the time of day: versions, and how many items, fields and lists there are.
fn counts(server: &Server) -> (Vec<String>, usize, usize) {
    let state = state(server);
    let tags = state.split("\"etag\":\"").skip(1).map(|rest| rest.split(',').next().unwrap().to_string());
    (tags.collect(), state.matches("\"__metadata\"").count(), state.matches("\"Late\"").count())
}
