//! Ways round: from a list that a caller may read to one that they may not, and from one caller to another.

use matchlist_tests::{Response, Server};
use serde_json::{Value, json};

use super::bench::{Bench, DEMO, PLAIN};

const PEOPLE: &str = "/sites/demo/_api/web/lists/getbytitle('People')";

/// A list People whose field Pay looks up Salaries, which is closed, and whose field Left looks up a list that was
/// deleted; both showed the same.
struct Office {
    bench: Bench,
    writer: String,
    manager: String,
}

fn lookup(server: &Server, people: &str, title: &str, list: &str) {
    let body = json!({"Title": title, "FieldTypeKind": 7, "LookupList": list, "LookupField": "Title"});
    server.request("POST", &format!("{people}/fields")).json(&body).send().expect_status(201);
}

fn id_of(server: &Server, title: &str) -> String {
    let path = format!("{DEMO}/_api/web/lists/getbytitle('{title}')/Id");
    let id = server.request("GET", &path).header("Accept", PLAIN).send().expect_status(200).json();
    id["value"].as_str().unwrap().to_owned()
}

impl Office {
    fn new() -> Office {
        let bench = Bench::start();
        let server = &bench.server;
        let salaries = server.list_in(DEMO, "Salaries");
        let leavers = server.list_in(DEMO, "Leavers");
        let people = server.list_in(DEMO, "People");
        for list in [&salaries, &leavers] {
            list.item(json!({"Title": "90000"}));
            list.item(json!({"Title": "50000"}));
        }
        lookup(server, people.url(), "Pay", &id_of(server, "Salaries"));
        lookup(server, people.url(), "Left", &id_of(server, "Leavers"));
        people.item(json!({"Title": "Ann", "PayId": 1, "LeftId": 1}));
        people.item(json!({"Title": "Bob", "PayId": 2, "LeftId": 2}));
        leavers.request("DELETE", "").send().expect_status(200);
        bench.run(&["lists", "close", "Salaries", "--site", DEMO]);
        let writer = bench.token("writer", &["contribute:/sites/demo"]);
        let manager = bench.token("manager", &["manage:/sites/demo/Lists/People"]);
        Office { bench, writer, manager }
    }

    fn get(&self, under: &str) -> Response {
        self.bench.get(&self.writer, &format!("{PEOPLE}{under}"))
    }

    fn write(&self, token: &str, method: &str, under: &str, body: &Value) -> Response {
        let request =
            self.bench.as_caller(token, method, &format!("{PEOPLE}{under}")).header("Accept", PLAIN);
        request.json(body).send()
    }
}

/// What an answer says of Left, as if it said it of Pay.
fn as_pay(text: &str) -> String {
    text.replace("Left", "Pay")
}

#[test]
fn a_lookup_of_a_hidden_list_shows_what_one_of_a_deleted_list_shows() {
    let office = Office::new();
    for query in [
        "/items?$select=Title,Pay/Title&$expand=Pay",
        "/items?$select=Title,Pay/Id,Pay/Title&$expand=Pay&$orderby=Title",
        "/items?$select=Title&$filter=Pay/Title eq '90000'",
        "/items?$select=Title&$filter=startswith(Pay/Title,'9')",
        "/items?$select=Title&$filter=Pay/Title ne null",
        "/items?$select=Title&$filter=PayId eq 1",
        "/items?$select=Title&$orderby=Pay/Title desc",
        "/items?$select=Title&$filter=Pay/Created gt datetime'2001-01-01T00:00:00Z'",
        "/items/$count?$filter=Pay/Title eq '90000'",
        "/items(1)?$select=Pay/Title&$expand=Pay",
        "/items(1)/PayId",
        "/items(1)/Pay",
        "/items(1)/FieldValuesAsText?$select=Pay",
        "/items(1)/FieldValuesAsHtml?$select=Pay",
        "/items(1)/FieldValuesForEdit?$select=Pay",
        "/items?$select=FieldValuesAsText/Pay&$expand=FieldValuesAsText",
    ] {
        let query = query.replace(' ', "%20");
        let (hidden, gone) = (office.get(&query), office.get(&query.replace("Pay", "Left")));
        assert_eq!((hidden.status, hidden.text()), (gone.status, as_pay(&gone.text())), "{query}");
        assert!(!hidden.text().contains("0000\""), "{query}: {hidden}");
        assert_eq!(hidden.header("ETag").is_some(), gone.header("ETag").is_some());
    }
}

#[test]
fn whoever_may_read_the_list_sees_through_the_same_lookup() {
    let office = Office::new();
    let all = office.bench.token("all", &["read:/sites/demo", "read:/sites/demo/Lists/Salaries"]);
    let path = format!("{PEOPLE}/items?$select=Pay/Title&$expand=Pay&$filter=Pay/Title%20eq%20'90000'");
    let seen = office.bench.get(&all, &path).expect_status(200).json();
    assert_eq!(seen["value"], json!([{"Pay": {"Title": "90000"}}]));
}

/// Whether an Id is one of the hidden list's must not be told: each is refused, as where the list was deleted.
#[test]
fn a_write_does_not_tell_which_items_a_hidden_list_has() {
    let office = Office::new();
    let form =
        |name: &str, id: u64| json!({"formValues": [{"FieldName": name, "FieldValue": id.to_string()}]});
    for id in [1, 2, 3, 99] {
        for (method, under) in [("POST", "/items"), ("MERGE", "/items(1)"), ("PUT", "/items(1)")] {
            // The first has item 1 already.
            if under == "/items(1)" && id == 1 {
                continue;
            }
            let hidden = office.write(&office.writer, method, under, &json!({"Title": "x", "PayId": id}));
            let gone = office.write(&office.writer, method, under, &json!({"Title": "x", "LeftId": id}));
            assert_eq!(hidden.status, 400, "{method} {under} {id}: {hidden}");
            assert_eq!((hidden.status, hidden.text()), (gone.status, as_pay(&gone.text())), "{method} {id}");
        }
        for under in ["/AddValidateUpdateItemUsingPath", "/items(2)/ValidateUpdateListItem"] {
            if under.starts_with("/items") && id == 2 {
                continue;
            }
            let hidden = office.write(&office.writer, "POST", under, &form("Pay", id));
            let gone = office.write(&office.writer, "POST", under, &form("Left", id));
            assert_eq!((hidden.status, hidden.text()), (gone.status, as_pay(&gone.text())), "{under} {id}");
        }
    }
    let count = office.get("/items/$count").text();
    assert_eq!(count, "2", "nothing was made");
}

/// What the item has may be sent back, by whoever may not see what it refers to.
#[test]
fn a_value_that_an_item_has_may_be_sent_back() {
    let office = Office::new();
    let echo = json!({"Title": "Ann B.", "PayId": 1, "LeftId": 1});
    office.write(&office.writer, "MERGE", "/items(1)", &echo).expect_status(204);
    let item = office.get("/items(1)").json();
    assert_eq!((&item["Title"], &item["PayId"], &item["LeftId"]), (&json!("Ann B."), &json!(1), &json!(1)));
}

#[test]
fn a_form_does_not_find_an_item_of_a_hidden_list_by_its_text() {
    let office = Office::new();
    for text in ["90000", "50000", "1;#90000", "12345"] {
        let form = |name: &str| json!({"formValues": [{"FieldName": name, "FieldValue": text}]});
        let ask = |name| office.write(&office.writer, "POST", "/AddValidateUpdateItemUsingPath", &form(name));
        let (hidden, gone) = (ask("Pay"), ask("Left"));
        assert_eq!((hidden.status, hidden.text()), (gone.status, as_pay(&gone.text())), "{text}");
    }
}

/// A field's own settings name the list by its GUID, as they did when the field was made; the GUID opens nothing.
#[test]
fn a_field_s_settings_tell_no_more_of_a_hidden_list_than_of_a_deleted_one() {
    let office = Office::new();
    let settings = |name: &str| {
        let field = office.get(&format!("/fields/getbytitle('{name}')")).expect_status(200).json();
        let guid = field["LookupList"].as_str().unwrap().trim_matches(['{', '}']).to_owned();
        let mut text = field.to_string().replace(&guid, "GUID");
        text = text.replace(field["Id"].as_str().unwrap(), "FIELD");
        (guid, text)
    };
    let (hidden, text) = settings("Pay");
    let (gone, other) = settings("Left");
    assert_eq!(text, as_pay(&other));
    let read = |guid: &str| {
        let answer = office.bench.get(&office.writer, &format!("{DEMO}/_api/web/lists(guid'{guid}')"));
        (answer.status, answer.text())
    };
    assert_eq!(read(&hidden), read(&gone));
    assert_eq!(read(&hidden).0, 404);
}

#[test]
fn no_lookup_of_a_hidden_list_can_be_made() {
    let office = Office::new();
    let guid =
        office.get("/fields/getbytitle('Pay')/LookupList").json()["value"].as_str().unwrap().to_owned();
    let absent = "{7a5c4a44-9d0b-4a1b-8c3d-4e5f5f3a2f8e}";
    let ask = |under: &str, body: &Value| {
        let answer = office.write(&office.manager, "POST", under, body);
        (answer.status, answer.text())
    };
    let plain =
        |list: &str| json!({"Title": "Peek", "FieldTypeKind": 7, "LookupList": list, "LookupField": "Title"});
    let creation = |list: &str| json!({"parameters": {"Title": "Peek", "FieldTypeKind": 7, "LookupListId": list, "LookupFieldName": "Title"}});
    let xml = |list: &str| json!({"parameters": {"SchemaXml": format!("<Field Type='Lookup' DisplayName='Peek' List='{list}' ShowField='Title'/>")}});
    for (under, body) in [
        ("/fields", &plain as &dyn Fn(&str) -> Value),
        ("/fields/AddField", &creation),
        ("/fields/CreateFieldAsXml", &xml),
    ] {
        assert_eq!(ask(under, &body(&guid)), ask(under, &body(absent)), "{under}");
        assert_eq!(ask(under, &body(&guid)).0, 404, "{under}");
    }
    let changed =
        office.write(&office.manager, "MERGE", "/fields/getbytitle('Left')", &json!({"LookupList": guid}));
    assert_eq!(changed.status, 400, "{changed}");
}

#[test]
fn what_a_412_tells_is_of_the_list_alone() {
    let office = Office::new();
    office.write(&office.writer, "MERGE", "/items(1)", &json!({"Title": "Ann B."})).expect_status(204);
    let request = office.bench.as_caller(&office.writer, "MERGE", &format!("{PEOPLE}/items(1)"));
    let request = request.header("If-Match", "\"1\"").header("Prefer", "return=representation");
    let refused = request.json(&json!({"Title": "x"})).send().expect_status(412);
    assert!(!refused.text().contains("90000"), "{refused}");
}

#[test]
fn collections_and_their_counts_hold_what_may_be_read() {
    let office = Office::new();
    let lists = format!("{DEMO}/_api/web/lists");
    for query in [
        "",
        "?$select=Title",
        "?$filter=Title eq 'Salaries'",
        "?$filter=startswith(Title,'Sal')",
        "?$filter=ItemCount eq 2",
        "?$orderby=Created desc",
        "?$top=1&$skip=1",
        "?$expand=Fields",
    ] {
        let answer = office.bench.get(&office.writer, &format!("{lists}{}", query.replace(' ', "%20")));
        let answer = answer.expect_status(200);
        assert!(!answer.text().contains("Salaries"), "{query}: {answer}");
    }
    let count = |token: &str| {
        let answer = office.bench.get(token, &format!("{lists}?$inlinecount=allpages&$top=1")).json();
        answer["odata.count"].to_string().trim_matches('"').to_owned()
    };
    let all = office.bench.token("all", &["manage:/sites/demo"]);
    assert_eq!((count(&office.writer), count(&all)), ("1".into(), "2".into()));
    assert_eq!(count(&office.manager), "1");
}

/// A list's title is a name in its site: whoever manages the list alone cannot try which names are taken.
#[test]
fn the_manager_of_one_list_cannot_try_titles() {
    let office = Office::new();
    let rename = |title: &str| office.write(&office.manager, "MERGE", "", &json!({"Title": title}));
    let (taken, free) = (rename("Salaries"), rename("Salariez"));
    assert_eq!((taken.status, taken.text()), (free.status, free.text()));
    assert_eq!(taken.status, 403);
    // Its own title may be sent back, and other settings changed.
    let echo = json!({"Title": "People", "Description": "who is here"});
    office.write(&office.manager, "MERGE", "", &echo).expect_status(204);
    let site = office.bench.token("site", &["manage:/sites/demo"]);
    office.write(&site, "MERGE", "", &json!({"Title": "Salaries"})).expect_status(409);
    office.write(&site, "MERGE", "", &json!({"Title": "Persons"})).expect_status(204);
}

/// Neither a site above that may not be read, nor one beside or below.
#[test]
fn sites_that_may_not_be_read_are_not_told_by_their_neighbours() {
    let bench = Bench::start();
    let add = |under: &str, url: &str| {
        let body = json!({"parameters": {"Title": format!("The {url} site"), "Url": url}});
        bench
            .server
            .request("POST", &format!("{under}/_api/web/webs/add"))
            .json(&body)
            .send()
            .expect_status(201);
    };
    for (under, url) in
        [(DEMO, "open"), (DEMO, "secret"), ("/sites/demo/open", "inner"), ("/sites/demo/secret", "deep")]
    {
        add(under, url);
    }
    bench.server.list_in("/sites/demo/open", "Pumps");
    bench.server.list_in("/sites/demo/secret/deep", "Pumps");
    let webs = |token: &str, site: &str| -> Vec<String> {
        let answer =
            bench.get(token, &format!("{site}/_api/web/webs?$select=ServerRelativeUrl")).expect_status(200);
        let values = answer.json()["value"].as_array().unwrap().clone();
        values.iter().map(|web| web["ServerRelativeUrl"].as_str().unwrap().to_owned()).collect()
    };
    let all = bench.token("all", &["read:/"]);
    assert_eq!(webs(&all, DEMO), ["/sites/demo/open", "/sites/demo/secret"]);
    let open = bench.token("open", &["manage:/sites/demo/open"]);
    assert_eq!(webs(&open, "/sites/demo/open"), ["/sites/demo/open/inner"]);
    for path in [
        "/_api/web",
        "/sites/demo/_api/web",
        "/sites/demo/secret/_api/web",
        "/sites/demo/secret/deep/_api/web",
    ] {
        assert_eq!(bench.get(&open, path).status, 404, "{path}");
    }
    for under in ["site", "site/rootweb", "site/rootweb/webs", "site/rootweb/lists", "contextinfo"] {
        let method = if under == "contextinfo" { "POST" } else { "GET" };
        let path = format!("/sites/demo/open/_api/{under}");
        let answer = bench.as_caller(&open, method, &path).header("Accept", PLAIN).send().expect_status(200);
        assert!(
            !answer.text().contains("secret") && !answer.text().contains("\"demo\""),
            "{under}: {answer}"
        );
    }
    // Whoever may read one list below sees its site, and of those between nothing.
    let deep = bench.token("deep", &["read:/sites/demo", "read:/sites/demo/secret/deep/Lists/Pumps"]);
    assert_eq!(webs(&deep, DEMO), ["/sites/demo/open", "/sites/demo/secret"], "a right holds below");
    let only = bench.token("only", &["read:/sites/demo/secret/deep/Lists/Pumps"]);
    assert_eq!(webs(&only, "/sites/demo/secret/deep"), [""; 0]);
    assert_eq!(bench.get(&only, "/sites/demo/secret/_api/web").status, 404);
}
