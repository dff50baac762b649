//! `$filter`, `$orderby` and `$skip` of items.

mod counts;
mod oracle;
mod parts_and_lists;
mod slow;
mod threshold;

use matchlist_tests::{List, Options, Server};
use serde_json::{Value, json};

const PLAIN: &str = "application/json;odata=nometadata";

/// Everything but letters and digits as `%XX`.
fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b if b.is_ascii_alphanumeric() => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    };
    text.bytes().map(encode).collect()
}

/// The Ids that a query finds, in its order.
#[track_caller]
fn ids(list: &List, query: &str) -> Vec<u64> {
    let path = format!("/items?$select=Id&$top=5000&{query}");
    let found = list.request("GET", &path).header("Accept", PLAIN).send().expect_status(200).json();
    found["value"].as_array().unwrap().iter().map(|item| item["Id"].as_u64().unwrap()).collect()
}

#[track_caller]
fn finds(list: &List, filter: &str, expected: &[u64]) {
    let found = ids(list, &format!("$filter={}", encoded(filter)));
    assert_eq!(found, expected, "{filter}");
}

fn tasks(server: &Server) -> List<'_> {
    let list = server.list("Tasks").note("Note").number("Count").boolean("Done").date_time("Due");
    let list = list.choice("State", &["open", "done"]);
    for values in [
        json!({"Title": "Alpha", "Count": 1, "Done": true, "Due": "2024-05-01T08:00:00Z", "State": "open"}),
        json!({"Title": "alphabet", "Count": 2.5, "Done": false, "Due": "2024-05-02", "Note": "Some TEXT"}),
        json!({"Title": "O'Brien & sons", "Count": -3, "State": "Done", "Note": "other"}),
        json!({"Count": 1e20}),
    ] {
        list.item(values);
    }
    list
}

#[test]
fn comparisons_of_each_type() {
    let server = Server::start(Options::default());
    let list = tasks(&server);
    for (filter, expected) in [
        ("Title eq 'ALPHA'", &[1][..]),
        ("Title ne 'alpha'", &[2, 3, 4]),
        ("Title gt 'alpha'", &[2, 3]),
        ("Title ge 'alpha'", &[1, 2, 3]),
        ("Title lt 'alphabet'", &[1]),
        ("Title le 'ALPHABET'", &[1, 2]),
        ("Title eq 'O''Brien & sons'", &[3]),
        ("Title eq null", &[4]),
        ("Title eq ''", &[4]),
        ("Title ne null", &[1, 2, 3]),
        ("startswith(Title,'aLP')", &[1, 2]),
        ("startswith(Title, 'pha')", &[]),
        ("substringof('PHA',Title)", &[1, 2]),
        ("substringof('pha', Title) eq true", &[1, 2]),
        ("substringof('''b', Title)", &[3]),
        ("substringof('%', Title)", &[]),
        ("substringof('_', Title)", &[]),
        ("Count eq 1", &[1]),
        ("Count eq 1.0", &[1]),
        ("Count eq '2.5'", &[2]),
        ("Count gt 1 and Count lt 3", &[2]),
        ("Count eq -3", &[3]),
        ("Count ge 100000000000000000000", &[4]),
        ("Count eq 1e20", &[4]),
        ("Done", &[1]),
        ("Done eq true", &[1]),
        ("Done eq 1", &[1]),
        ("Done eq false", &[2]),
        ("Done eq 0", &[2]),
        ("Done ne 1", &[2, 3, 4]),
        ("Done eq null", &[3, 4]),
        ("Due eq datetime'2024-05-01T08:00:00Z'", &[1]),
        ("Due eq '2024-05-01T10:00:00+02:00'", &[1]),
        ("Due gt datetime'2024-05-01T08:00:00Z'", &[2]),
        ("Due ge '2024-05-01' and Due lt '2024-05-02'", &[1]),
        ("Due ne datetime'2024-05-02T00:00:00Z'", &[1, 3, 4]),
        ("State eq 'done'", &[3]),
        ("State ne null", &[1, 3]),
        ("substringof('text', Note)", &[2]),
        ("startswith(Note, 'some')", &[2]),
        ("Note eq null", &[1, 4]),
        ("Note ne null", &[2, 3]),
    ] {
        finds(&list, filter, expected);
    }
}

#[test]
fn literals_are_read_as_clients_spell_them() {
    let server = Server::start(Options::default());
    let list = tasks(&server);
    let huge = list.item(json!({"Title": "10", "Count": 9_007_199_254_740_993_u64}));
    for (filter, expected) in [
        ("Title eq 10", &[huge][..]),
        ("Title eq '10'", &[huge]),
        ("Count eq 1L", &[1]),
        ("Count eq 2.5M", &[2]),
        ("Count eq 2.5d", &[2]),
        ("Count lt -2.5f", &[3]),
        ("Count eq 9007199254740993", &[huge]),
        ("Count eq '9007199254740993'", &[huge]),
        ("1 eq Count", &[1]),
        ("1 lt Count", &[2, 4, huge]),
    ] {
        finds(&list, filter, expected);
    }
}

#[test]
fn words_bind_as_odata_says() {
    let server = Server::start(Options::default());
    let list = tasks(&server);
    for (filter, expected) in [
        ("Id eq 1 or Id eq 2 and Count eq 9", &[1][..]),
        ("(Id eq 1 or Id eq 2) and Count eq 9", &[]),
        ("Id eq 2 and Count eq 9 or Id eq 1", &[1]),
        ("not (Id eq 1)", &[2, 3, 4]),
        ("not Done", &[2, 3, 4]),
        ("not startswith(Title,'alpha')", &[3, 4]),
        ("not (not (Id eq 1))", &[1]),
        ("not Id eq 1", &[2, 3, 4]),
        ("not Id eq 1 and Id lt 4", &[2, 3]),
        ("not Count eq 1 or Id eq 1", &[1, 2, 3, 4]),
        ("not (Id eq 1 or Id eq 2)", &[3, 4]),
        ("not (Id gt 1 and Id lt 4)", &[1, 4]),
        ("  ( ( Id  eq  1 ) )  ", &[1]),
    ] {
        finds(&list, filter, expected);
    }
    list.request("GET", "/items?$filter=Not%20Done").send().expect_status(400);
}

#[test]
fn ne_includes_nulls_and_is_the_opposite_of_eq() {
    let server = Server::start(Options::default());
    let list = tasks(&server);
    for column in [
        "Title eq 'alpha'",
        "Count eq 1",
        "Done eq true",
        "Due eq datetime'2024-05-01T08:00:00Z'",
        "State eq 'open'",
    ] {
        let equal = ids(&list, &format!("$filter={}", encoded(column)));
        assert_eq!(equal, [1], "{column}");
        finds(&list, &column.replace(" eq ", " ne "), &[2, 3, 4]);
        finds(&list, &format!("not ({column})"), &[2, 3, 4]);
        finds(&list, &format!("not ({})", column.replace(" eq ", " ne ")), &[1]);
    }
}

#[test]
fn text_is_compared_without_regard_to_case_in_every_script() {
    let server = Server::start(Options::default());
    let list = server.list("Texts");
    let texts = ["Straße", "İzmir", "Élan", "ΟΔΟΣ", "Ünïcode 😀", "ЖУК", "tab\tand\nline", "ΜΕΣΟΣΤΥΛΟ"];
    let added: Vec<u64> = texts.iter().map(|text| list.item(json!({"Title": text}))).collect();
    for (text, id) in texts.iter().zip(&added) {
        for spelling in [text.to_string(), text.to_lowercase()] {
            finds(&list, &format!("Title eq '{spelling}'"), &[*id]);
            finds(&list, &format!("startswith(Title, '{spelling}')"), &[*id]);
            let ends: String = spelling.chars().skip(1).collect();
            finds(&list, &format!("substringof('{ends}', Title)"), &[*id]);
        }
    }
    for (filter, expected) in [
        ("Title eq 'STRAßE'", &added[..1]),
        ("Title eq 'straẞe'", &added[..1]),
        ("Title eq 'strasse'", &[]),
        ("startswith(Title, 'ÉL')", &added[2..3]),
        ("startswith(Title, 'ΟΔΟς')", &added[3..4]),
        ("Title eq 'жук'", &added[5..6]),
        // A sigma at the end of a word, and within one.
        ("startswith(Title, 'ΜΕΣΟΣ')", &added[7..]),
        ("substringof('μεσος', Title)", &added[7..]),
    ] {
        finds(&list, filter, expected);
    }
}

#[test]
fn what_every_item_has_can_be_filtered_and_ordered_by() {
    let server = Server::start(Options::default());
    let list = tasks(&server);
    list.request("MERGE", "/items(2)").json(&json!({"Title": "again"})).send().expect_status(204);
    let third = list.read(3).json();
    let modified = third["Modified"].as_str().unwrap();
    for (filter, expected) in [
        ("Id eq 3".to_owned(), &[3][..]),
        ("ID ge 3".to_owned(), &[3, 4]),
        ("Id eq '3'".to_owned(), &[3]),
        ("Id lt 9223372036854775807".to_owned(), &[1, 2, 3, 4]),
        ("AuthorId eq 1".to_owned(), &[1, 2, 3, 4]),
        ("EditorId ne 1".to_owned(), &[]),
        ("Created gt datetime'2000-01-01T00:00:00Z'".to_owned(), &[1, 2, 3, 4]),
        ("Created gt '2900-01-01'".to_owned(), &[]),
        (format!("Id eq 3 and Modified eq datetime'{modified}'"), &[3]),
        (format!("Modified lt datetime'{modified}' and Id gt 2"), &[]),
        (format!("GUID eq guid'{}'", third["GUID"].as_str().unwrap()), &[3]),
        (format!("GUID eq '{}'", third["GUID"].as_str().unwrap()), &[3]),
        ("owshiddenversion eq 2".to_owned(), &[2]),
    ] {
        finds(&list, &filter, expected);
    }
    assert_eq!(ids(&list, "$orderby=Id%20desc"), [4, 3, 2, 1]);
    assert_eq!(ids(&list, "$orderby=ID%20desc,Title"), [4, 3, 2, 1]);
    assert_eq!(ids(&list, "$orderby=owshiddenversion%20desc,Id%20desc"), [2, 4, 3, 1]);
    assert_eq!(ids(&list, "$orderby=AuthorId,Created,Modified"), ids(&list, "$orderby=Modified"));
}

#[test]
fn rows_are_ordered_with_nulls_first_and_ties_by_id() {
    let server = Server::start(Options::default());
    let list = server.list("Tasks").number("N");
    for (title, n) in
        [("b", json!(1)), ("A", json!(2)), ("", json!(1)), ("a", json!(null)), ("B", json!(-1.5))]
    {
        list.item(json!({"Title": title, "N": n}));
    }
    for (order, expected) in [
        ("Title", [3, 2, 4, 1, 5]),
        ("Title asc", [3, 2, 4, 1, 5]),
        ("Title desc", [1, 5, 2, 4, 3]),
        ("Title desc,N", [5, 1, 4, 2, 3]),
        ("Title,N desc", [3, 2, 4, 1, 5]),
        ("N", [4, 5, 1, 3, 2]),
        ("N desc", [2, 1, 3, 5, 4]),
        ("N desc,Title desc", [2, 1, 3, 5, 4]),
        ("N,Id desc", [4, 5, 3, 1, 2]),
        ("Title,Title desc", [3, 2, 4, 1, 5]),
    ] {
        assert_eq!(ids(&list, &format!("$orderby={}", encoded(order))), expected, "{order}");
    }
    assert_eq!(ids(&list, "$orderby=Title&$skip=2"), [4, 1, 5]);
    assert_eq!(ids(&list, "$skip=4"), [5]);
    assert_eq!(ids(&list, "$skip=5"), [0; 0]);
    assert_eq!(ids(&list, "$OrderBy=Title"), [3, 2, 4, 1, 5]);
    assert_eq!(ids(&list, "$order_by=Id%20desc"), [5, 4, 3, 2, 1], "as the Python client spells it");
    assert_eq!(ids(&list, "%24filter=N+eq+1+and+Title+eq+%27b%27"), [1], "as PnPjs spells it");
    assert_eq!(ids(&list, "filter=nonsense&_=12345"), [1, 2, 3, 4, 5]);
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let server = Server::start(Options::default());
    let list = tasks(&server);
    for query in [
        "$filter=Nope eq 1",
        "$filter=title eq 'a'",
        "$filter=Count eq 'many'",
        "$filter=Count eq true",
        "$filter=Done eq 2",
        "$filter=Done gt null",
        "$filter=Due eq 5",
        "$filter=Due eq 'someday'",
        "$filter=Title",
        "$filter=Startswith(Title,'a')",
        "$filter=STARTSWITH(Title,'a')",
        "$filter=substringOf('a',Title)",
        "$filter=Year(Due) eq 2024",
        "$filter=Note eq 'x'",
        "$filter=startswith(Count, '1')",
        "$filter=GUID eq 'x'",
        "$filter=Author/Nope eq 'x'",
        "$filter=endswith(Count,'1')",
        "$filter=day(Title) eq 1",
        "$filter=day(Id) eq 1",
        "$filter=day(Nope) eq 1",
        "$filter=day(Due) eq '1'",
        "$filter=day(Due)",
        "$filter=Count in (1,'many')",
        "$filter=Count in ()",
        "$filter=Count in 1",
        "$filter=Nope in (1)",
        "$filter=Note in ('x')",
        "$filter=Due in ('someday')",
        "$filter=Attachments eq false",
        "$orderby=Nope",
        "$orderby=Note",
        "$orderby=Attachments",
    ] {
        let refused = list.request("GET", &format!("/items?{}", query.replace(' ', "%20"))).send();
        assert_eq!(refused.status, 400, "{query}: {refused}");
        assert!(refused.json()["odata.error"]["code"] != Value::Null, "{query}: {refused}");
    }
}
