//! Ways round by what is sent back, by dependent lookups, and by the columns of sites.

use matchlist_tests::Response;
use serde_json::{Value, json};

use super::bench::{Bench, DEMO, PLAIN};

const PEOPLE: &str = "/sites/demo/_api/web/lists/getbytitle('People')";

fn send(bench: &Bench, token: &str, method: &str, path: &str, body: &Value) -> Response {
    bench.as_caller(token, method, path).header("Accept", PLAIN).json(body).send()
}

/// A list People with lookups Pay and Grade of a list that is closed, the second of which depends on the first, and
/// with Left and Rank of one that was deleted.
fn office() -> (Bench, String, String) {
    let bench = Bench::start();
    let server = &bench.server;
    let people = server.list_in(DEMO, "People");
    for (title, first, second) in [("Salaries", "Pay", "Grade"), ("Leavers", "Left", "Rank")] {
        let list = server.list_in(DEMO, title).text("Step");
        list.item(json!({"Title": "90000", "Step": "B7"}));
        let id = list.request("GET", "/Id").header("Accept", PLAIN).send().json()["value"].clone();
        let add = |under: &str, body: &Value| -> Value {
            let request = people.request("POST", under).header("Accept", PLAIN).json(body).send();
            assert!(request.status < 300, "{request}");
            request.json()
        };
        let lookup = json!({"Title": first, "FieldTypeKind": 7, "LookupList": id, "LookupField": "Title"});
        let primary = add("/fields", &lookup)["Id"].clone();
        let body = json!({"displayName": second, "primaryLookupFieldId": primary, "showField": "Step"});
        add("/fields/addDependentLookupField", &body);
    }
    people.item(json!({"Title": "Ann", "PayId": 1, "LeftId": 1}));
    server
        .request("DELETE", &format!("{DEMO}/_api/web/lists/getbytitle('Leavers')"))
        .send()
        .expect_status(200);
    bench.run(&["lists", "close", "Salaries", "--site", DEMO]);
    let writer = bench.token("writer", &["contribute:/sites/demo"]);
    let manager = bench.token("manager", &["manage:/sites/demo/Lists/People"]);
    (bench, writer, manager)
}

fn as_pay(text: &str) -> String {
    text.replace("Left", "Pay").replace("Rank", "Grade")
}

/// Sending back what a lookup was expanded to is fine where it is what the item shows: that must not tell what a hidden
/// item holds.
#[test]
fn what_is_sent_back_does_not_tell_what_a_hidden_item_holds() {
    let (bench, writer, _) = office();
    let item = format!("{PEOPLE}/items(1)");
    for value in [
        json!({"Title": "90000"}),
        json!({"Title": "50000"}),
        json!({"Id": 1}),
        json!({"Id": 2}),
        json!({"Step": "B7"}),
        json!({"AuthorId": 1}),
        json!({"None": null}),
        json!({}),
        json!([]),
        json!(null),
    ] {
        for (name, gone) in [("Pay", "Left"), ("Grade", "Rank")] {
            for method in ["MERGE", "PUT"] {
                let ask =
                    |name: &str| send(&bench, &writer, method, &item, &json!({"Title": "Ann", name: value}));
                let (hidden, missing) = (ask(name), ask(gone));
                assert_eq!(
                    (hidden.status, hidden.text()),
                    (missing.status, as_pay(&missing.text())),
                    "{method} {name} {value}"
                );
            }
        }
    }
}

#[test]
fn a_dependent_lookup_of_a_hidden_list_shows_what_one_of_a_deleted_list_shows() {
    let (bench, writer, manager) = office();
    for query in [
        "items?$select=Title,Grade/Step&$expand=Grade",
        "items?$select=Title,Grade/Title&$expand=Grade",
        "items?$select=Title&$filter=Grade/Step eq 'B7'",
        "items?$select=Title&$filter=Pay/Step eq 'B7'",
        "items?$select=Title&$orderby=Grade/Step",
        "items(1)/FieldValuesAsText?$select=Grade",
        "items(1)/Grade",
    ] {
        let query = query.replace(' ', "%20");
        let gone = query.replace("Pay", "Left").replace("Grade", "Rank");
        let get = |query: &str| bench.get(&writer, &format!("{PEOPLE}/{query}"));
        let (hidden, gone) = (get(&query), get(&gone));
        assert_eq!((hidden.status, hidden.text()), (gone.status, as_pay(&gone.text())), "{query}");
        assert!(!hidden.text().contains("B7\""), "{query}: {hidden}");
    }
    // Nor is one made to see which fields the hidden list has.
    let id = |name: &str| {
        bench.get(&manager, &format!("{PEOPLE}/fields/getbytitle('{name}')/Id")).json()["value"].clone()
    };
    for shown in ["Step", "None", "Title"] {
        let ask = |primary: &str| {
            let body =
                json!({"displayName": "Peek", "primaryLookupFieldId": id(primary), "showField": shown});
            let answer =
                send(&bench, &manager, "POST", &format!("{PEOPLE}/fields/addDependentLookupField"), &body);
            (answer.status, as_pay(&answer.text()))
        };
        assert_eq!(ask("Pay"), ask("Left"), "{shown}");
        assert_ne!(ask("Pay").0, 200, "{shown}");
    }
}

/// The columns of a site are for who may read the site, not for who may read a list of it, or a site below.
#[test]
fn columns_are_shown_to_who_may_read_their_site() {
    let bench = Bench::start();
    let add = |site: &str, title: &str| {
        let body = json!({"Title": title, "FieldTypeKind": 2});
        bench
            .server
            .request("POST", &format!("{site}/_api/web/fields"))
            .json(&body)
            .send()
            .expect_status(201);
    };
    let web = json!({"parameters": {"Title": "Inner", "Url": "inner"}});
    bench.server.request("POST", "/sites/demo/_api/web/webs/add").json(&web).send().expect_status(201);
    add(DEMO, "Confidential");
    add("/sites/demo/inner", "Plain");
    bench.server.list_in(DEMO, "Pumps");
    bench.server.list_in("/sites/demo/inner", "Pumps");
    let both = bench.token("both", &["read:/sites/demo"]);
    let inner = bench.token("inner", &["manage:/sites/demo/inner"]);
    let inner_and_list = bench.token("list", &["manage:/sites/demo/inner", "read:/sites/demo/Lists/Pumps"]);
    let list = bench.token("only", &["manage:/sites/demo/Lists/Pumps"]);
    let shows = |token: &str, path: &str| bench.get(token, path).text().contains("Confidential");
    for path in [
        "/sites/demo/inner/_api/web/availablefields",
        "/sites/demo/inner/_api/web/availablefields/getbytitle('Confidential')",
        "/sites/demo/inner/_api/web?$expand=AvailableFields",
    ] {
        assert!(shows(&both, path), "{path}");
        for token in [&inner, &inner_and_list] {
            let answer = bench.get(token, path);
            assert!(!answer.text().contains("\"Confidential\""), "{path}: {answer}");
        }
    }
    for path in [
        "/sites/demo/_api/web/fields",
        "/sites/demo/_api/web/availablefields",
        "/sites/demo/_api/web?$expand=Fields",
        "/sites/demo/_api/web?$expand=AvailableFields",
        "/sites/demo/_api/site/rootweb?$expand=Fields",
        "/sites/demo/_api/web/lists/getbytitle('Pumps')?$expand=ParentWeb,ParentWeb/Fields",
        "/sites/demo/_api/web/lists/getbytitle('Pumps')?$expand=ParentWeb/AvailableFields",
    ] {
        for token in [&list, &inner_and_list] {
            let answer = bench.get(token, path);
            assert!(!answer.text().contains("Confidential"), "{path}: {answer}");
        }
    }
    assert_eq!(bench.get(&list, "/sites/demo/_api/web").status, 200);
    let taken = |title: &str| {
        let body = json!({"Title": title, "FieldTypeKind": 2});
        send(&bench, &inner, "POST", "/sites/demo/inner/_api/web/fields", &body).json()["InternalName"]
            .clone()
    };
    assert_eq!(taken("Confidential"), "Confidential", "a name above is not taken below");
}
