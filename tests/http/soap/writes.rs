//! `UpdateListItems`.

use serde_json::{Value, json};

use super::{envelope, fault, post, result, start, wash, without_times};

const CONFLICT: &str = "Save Conflict";

fn updates(list: &str, batch: &str) -> String {
    format!("<listName>{list}</listName><updates><Batch OnError='Continue'>{batch}</Batch></updates>")
}

fn field(name: &str, text: &str) -> String {
    format!("<Field Name='{name}'>{text}</Field>")
}

fn method(id: u8, command: &str, fields: &[(&str, &str)]) -> String {
    let fields: String = fields.iter().map(|(name, text)| field(name, text)).collect();
    format!("<Method ID='{id}' Cmd='{command}'>{fields}</Method>")
}

/// The results: each one's id, its number, and its row.
fn results(answer: &str) -> Vec<(String, String, String)> {
    let inner = answer.strip_prefix("<Results>").and_then(|rest| rest.strip_suffix("</Results>"));
    let each = inner.unwrap_or_else(|| panic!("{answer}")).split("</Result>").filter(|one| !one.is_empty());
    let one = |text: &str| {
        let (id, rest) = text.strip_prefix("<Result ID=\"").unwrap().split_once('"').unwrap();
        let (_, rest) = rest.split_once("<ErrorCode>").unwrap();
        let (number, rest) = rest.split_once("</ErrorCode>").unwrap();
        (id.to_owned(), number.to_owned(), rest.to_owned())
    };
    each.map(one).collect()
}

fn told(list: &matchlist_tests::List<'_>, id: u64) -> Value {
    list.request("GET", &format!("/items({id})"))
        .header("Accept", "application/json;odata=nometadata")
        .send()
        .json()
}

#[test]
fn items_are_made_changed_and_deleted() {
    let server = start();
    let list = server.list_in("/sites/demo", "Pumps").number("Load");
    let batch = [
        method(1, "New", &[("ID", "New"), ("Title", "a &lt; b"), ("Load", "4.50000000000000")]),
        method(2, "Update", &[("ID", "1"), ("owshiddenversion", "1"), ("Load", "5")]),
        method(3, "New", &[("Title", "c")]),
        method(4, "Delete", &[("ID", "2"), ("owshiddenversion", "1")]),
    ];
    let answer = without_times(&result(&server, "UpdateListItems", &updates("Pumps", &batch.concat())));
    let row = |id: u8, values: &str, version: u8| {
        format!(
            "<z:row {values}ows__ModerationStatus=\"0\" ows__Level=\"1\" ows_ID=\"{id}\" ows_UniqueId=\"{id};#GUID\" \
             ows_owshiddenversion=\"{version}\" ows_FSObjType=\"{id};#0\" ows_Created_x0020_Date=\"{id};#TIME\" \
             ows_Created=\"TIME\" ows_Modified=\"TIME\" ows_FileRef=\"{id};#sites/demo/Lists/Pumps/{id}_.000\"/>"
        )
    };
    let done = |id: &str, row: &str| {
        format!(
            "<Result ID=\"{id}\" xmlns:z=\"#RowsetSchema\"><ErrorCode>0x00000000</ErrorCode>{row}</Result>"
        )
    };
    let expected = [
        done("1,New", &row(1, "ows_Title=\"a &lt; b\" ows_Load=\"4.50000000000000\" ", 1)),
        done("2,Update", &row(1, "ows_Title=\"a &lt; b\" ows_Load=\"5.00000000000000\" ", 2)),
        done("3,New", &row(2, "ows_Title=\"c\" ", 1)),
        done("4,Delete", ""),
    ];
    assert_eq!(answer, format!("<Results>{}</Results>", expected.concat()));
    assert_eq!(told(&list, 1)["Load"], json!(5));
    list.request("GET", "/items(2)").send().expect_status(404);
}

#[test]
fn texts_of_every_type_are_read() {
    let server = start();
    let list = wash(&server);
    let values = [
        ("ID", "1"),
        ("Max_x0020_load", "7.25"),
        ("done", "0"),
        ("Due", "2024-06-02 09:10:11"),
        ("Tags", ";#spare;#"),
        ("Link", "https://y.test/a,,b, Y, too"),
        ("Site", "2;#South"),
        ("Sites", "2;#South;#1;#North"),
        ("Owner", ""),
    ];
    let answer = result(&server, "UpdateListItems", &updates("wash list", &method(1, "Update", &values)));
    assert_eq!(results(&answer)[0].1, "0x00000000", "{answer}");
    let item = told(&list, 1);
    let expected = json!([7.25, false, "2024-06-02T09:10:11Z", ["spare"], 2, [2, 1], null]);
    let names = ["Max_x0020_load", "done", "Due", "Tags", "SiteId", "SitesId", "OwnerId"];
    assert_eq!(Value::from(names.map(|name| item[name].clone()).to_vec()), expected);
    assert_eq!(item["Link"], json!({"Url": "https://y.test/a,b", "Description": "Y, too"}));
}

#[test]
fn a_version_that_is_old_is_a_save_conflict_and_changes_nothing() {
    let server = start();
    let list = server.list_in("/sites/demo", "Pumps").number("Load");
    list.item(json!({"Title": "a", "Load": 1}));
    list.request("MERGE", "/items(1)").json(&json!({"Load": 2})).send().expect_status(204);
    for command in ["Update", "Delete"] {
        let fields = [("ID", "1"), ("owshiddenversion", "1"), ("Load", "9")];
        let answer = result(&server, "UpdateListItems", &updates("Pumps", &method(1, command, &fields)));
        let (id, number, rest) = results(&answer).remove(0);
        assert_eq!((id, number.as_str()), (format!("1,{command}"), "0x81020015"));
        assert!(rest.contains(CONFLICT) && rest.contains("ows_owshiddenversion=\"2\""), "{rest}");
    }
    assert_eq!((told(&list, 1)["Load"].clone(), told(&list, 1)["Title"].clone()), (json!(2), json!("a")));
}

#[test]
fn one_that_fails_leaves_the_others_unless_it_is_the_last_to_be_done() {
    let server = start();
    let list = server.list_in("/sites/demo", "Pumps");
    let batch = [
        method(1, "New", &[("Title", "a")]),
        method(2, "Update", &[("ID", "99"), ("Title", "x")]),
        method(3, "New", &[("Nowhere", "x")]),
        method(4, "New", &[("Title", "b")]),
    ]
    .concat();
    let answer = result(&server, "UpdateListItems", &updates("Pumps", &batch));
    let numbers: Vec<_> = results(&answer).into_iter().map(|(_, number, _)| number).collect();
    assert_eq!(numbers, ["0x00000000", "0x81020016", "0x80004005", "0x00000000"], "{answer}");
    let stops = updates("Pumps", &batch).replace("Continue", "Return");
    assert_eq!(results(&result(&server, "UpdateListItems", &stops)).len(), 2);
    assert_eq!(told(&list, 3)["Title"], json!("a"));
    list.request("GET", "/items(4)").send().expect_status(404);
}

#[test]
fn a_strict_list_asks_for_the_version() {
    let server = start();
    let list = server.list_in("/sites/demo", "Pumps").set(json!({"MatchlistStrict": "tag"}));
    list.item(json!({"Title": "a"}));
    let update = |more: &[(&str, &str)]| {
        let fields = [&[("ID", "1"), ("Title", "b")], more].concat();
        let answer = result(&server, "UpdateListItems", &updates("Pumps", &method(1, "Update", &fields)));
        results(&answer).remove(0).1
    };
    assert_ne!(update(&[]), "0x00000000");
    assert_eq!(told(&list, 1)["Title"], json!("a"));
    assert_eq!(update(&[("owshiddenversion", "1")]), "0x00000000");
}

#[test]
fn what_is_sent_again_is_done_once() {
    let server = start();
    let list = server.list_in("/sites/demo", "Pumps");
    let body = |title: &str| {
        let batch = method(1, "New", &[("Title", title)]) + &method(2, "New", &[("Title", "b")]);
        envelope("UpdateListItems", &updates("Pumps", &batch))
    };
    let send =
        |title: &str| post(&server, &body(title)).header("Idempotency-Key", "once").send().expect_status(200);
    let first = send("a").text();
    assert_eq!(send("a").text(), first);
    let other = send("c").text();
    assert!(!other.contains("0x00000000"), "another request under the same key: {other}");
    assert_eq!(list.request("GET", "/ItemCount/$value").header("Accept", "text/plain").send().text(), "2");
}

#[test]
fn conditions_stand_in_the_methods_alone() {
    let server = start();
    let list = server.list_in("/sites/demo", "Pumps");
    let body = envelope("UpdateListItems", &updates("Pumps", &method(1, "New", &[("Title", "a")])));
    for (name, value) in [("If-Match", "*"), ("If-None-Match", "\"1\"")] {
        let (status, _, words) = fault(&post(&server, &body).header(name, value).send());
        assert!(status == 400 && words.contains("owshiddenversion"), "{words}");
    }
    assert_eq!(list.request("GET", "/ItemCount/$value").header("Accept", "text/plain").send().text(), "0");
}

#[test]
fn within_a_batch_they_are_refused() {
    let server = start();
    let list = server.list_in("/sites/demo", "Pumps");
    let body = envelope("UpdateListItems", &updates("Pumps", &method(1, "New", &[("Title", "a")])));
    let batch = format!(
        "--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nPOST \
         /sites/demo/_vti_bin/Lists.asmx HTTP/1.1\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{body}\r\n--b--\r\n",
        body.len()
    );
    let answer = server.request("POST", "/sites/demo/_api/$batch");
    let answer = answer.header("Content-Type", "multipart/mixed; boundary=b").body(batch).send().text();
    assert!(answer.contains("an UpdateListItems does not stand within a batch"), "{answer}");
    assert_eq!(list.request("GET", "/ItemCount/$value").header("Accept", "text/plain").send().text(), "0");
}
