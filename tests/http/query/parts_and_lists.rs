//! `endswith`, parts of dates, and lists of values, which SharePoint does not have on items.

use matchlist_tests::{Options, Server};
use serde_json::{Value, json};

use super::{PLAIN, encoded, finds, ids, tasks};

#[test]
fn texts_are_found_by_their_ends() {
    let server = Server::start(Options::default());
    let list = tasks(&server);
    for (filter, expected) in [
        ("endswith(Title,'HA')", &[1][..]),
        ("endswith(Title,'bet') eq true", &[2]),
        ("endswith(Title,'a') eq false", &[2, 3, 4]),
        ("not endswith(Title,'a')", &[2, 3, 4]),
        ("endswith(Title,'alpha')", &[1]),
        ("endswith(Title,'an alpha')", &[]),
        ("endswith(Title,'O''Brien & sons')", &[3]),
        ("endswith(Title,'')", &[1, 2, 3]),
        ("not endswith(Title,'')", &[4]),
        ("endswith(Note,'text')", &[2]),
        ("endswith(State,'EN')", &[1]),
        ("contains(Title,'PHA')", &[1, 2]),
    ] {
        finds(&list, filter, expected);
    }
    let long = list.item(json!({"Title": "Ünïcode 😀😀"}));
    finds(&list, "endswith(Title,'ÏCODE 😀😀')", &[long]);
    finds(&list, "endswith(Title,'😀')", &[long]);
}

#[test]
fn parts_of_a_date_are_numbers() {
    let server = Server::start(Options::default());
    let list = server.list("Dates").date_time("Due").field("Day", 4, json!({"DisplayFormat": 0}));
    for due in
        ["2024-02-29T08:05:09Z", "2024-12-31T23:59:59Z", "2025-01-01T00:00:00Z", "0999-07-04T12:30:00+02:00"]
    {
        list.item(json!({"Due": due, "Day": due}));
    }
    list.item(json!({"Due": null}));
    for (filter, expected) in [
        ("year(Due) eq 2024", &[1, 2][..]),
        ("year(Due) ne 2024", &[3, 4, 5]),
        ("not (year(Due) eq 2024)", &[3, 4, 5]),
        ("not (year(Due) ne 2024)", &[1, 2]),
        ("year(Due) lt 2025", &[1, 2, 4]),
        ("not (year(Due) lt 2025)", &[3, 5]),
        ("year(Due) le 999", &[4]),
        ("2024 lt year(Due)", &[3]),
        ("year(Due) ge 2024 and month(Due) gt 2", &[2]),
        ("month(Due) eq 2", &[1]),
        ("day(Due) eq 29", &[1]),
        ("day(Due) gt 28", &[1, 2]),
        ("hour(Due) eq 10", &[4]),
        ("hour(Due) eq 0", &[3]),
        ("minute(Due) eq 59", &[2]),
        ("minute(Due) le 5", &[1, 3]),
        ("second(Due) ge 9", &[1, 2]),
        ("second(Due) eq -1", &[]),
        ("day(Day) eq 31", &[2]),
        ("hour(Day) ne 0", &[5]),
    ] {
        finds(&list, filter, expected);
    }
}

#[test]
fn parts_of_what_every_item_has() {
    let server = Server::start(Options::default());
    let list = tasks(&server);
    let third = list.read(3).json();
    for name in ["Created", "Modified"] {
        let time = third[name].as_str().unwrap();
        for (part, range) in [
            ("year", 0..4),
            ("month", 5..7),
            ("day", 8..10),
            ("hour", 11..13),
            ("minute", 14..16),
            ("second", 17..19),
        ] {
            let number: i64 = time[range].parse().unwrap();
            finds(&list, &format!("Id eq 3 and {part}({name}) eq {number}"), &[3]);
            finds(&list, &format!("Id eq 3 and {part}({name}) lt {number}"), &[]);
            finds(&list, &format!("Id eq 3 and {part}({name}) ne {}", number + 1), &[3]);
        }
    }
}

#[test]
fn a_list_of_values_is_each_of_them() {
    let server = Server::start(Options::default());
    let list = tasks(&server);
    let guid = list.read(2).json()["GUID"].as_str().unwrap().to_owned();
    for (filter, expected) in [
        ("Title in ('ALPHA','alphabet','other')", &[1, 2][..]),
        ("Title in ('O''Brien & sons')", &[3]),
        ("not (Title in ('alpha','alphabet'))", &[3, 4]),
        ("not Title in ('alpha','alphabet')", &[3, 4]),
        ("Title in ('alpha',null)", &[1, 4]),
        ("Title in ('alpha','')", &[1, 4]),
        ("not (Title in ('alpha',null))", &[2, 3]),
        ("Title in (null)", &[4]),
        ("not (Title in (null, ''))", &[1, 2, 3]),
        ("Count in (1,2.5,7)", &[1, 2]),
        ("Count in (1.0,'-3',1e20)", &[1, 3, 4]),
        ("Done in (true,0)", &[1, 2]),
        ("Due in (datetime'2024-05-01T08:00:00Z','2024-05-02')", &[1, 2]),
        ("State in ('OPEN','nothing')", &[1]),
        ("Note in (null)", &[1, 4]),
        ("Id in (4,1,99)", &[1, 4]),
        ("Id in (4,1,99) and Count gt 5 or Id in (2)", &[2, 4]),
        ("AuthorId in (1,2)", &[1, 2, 3, 4]),
    ] {
        finds(&list, filter, expected);
    }
    finds(&list, &format!("GUID in (guid'{guid}','{guid}')"), &[2]);
    let many: Vec<String> = (2..1500).map(|id| id.to_string()).collect();
    finds(&list, &format!("Id in ({})", many.join(",")), &[2, 3, 4]);
    assert_eq!(ids(&list, &format!("$filter={}&$orderby=Title%20desc", encoded("Id in (1,2,3)"))), [3, 2, 1]);
}

#[test]
fn the_catalog_is_filtered_alike() {
    let server = Server::start(Options::default());
    server.list("Alpha");
    server.list("Beta");
    let year: i64 = server.list("Gamma").request("GET", "").send().json()["Created"].as_str().unwrap()[..4]
        .parse()
        .unwrap();
    let titles = |filter: &str| {
        let path = format!("/_api/web/lists?$filter={}&$orderby=Title", encoded(filter));
        let found = server.request("GET", &path).header("Accept", PLAIN).send().expect_status(200).json();
        let titles = found["value"].as_array().unwrap().iter().map(|list| list["Title"].clone());
        Value::from_iter(titles)
    };
    assert_eq!(titles("endswith(Title,'TA')"), json!(["Beta"]));
    assert_eq!(titles("Title in ('alpha','GAMMA','x')"), json!(["Alpha", "Gamma"]));
    assert_eq!(
        titles("not (ItemCount in (1,2)) and BaseTemplate in (100)"),
        json!(["Alpha", "Beta", "Gamma"])
    );
    assert_eq!(titles(&format!("year(Created) eq {year} and month(Created) gt 12")), json!([]));
    assert_eq!(titles(&format!("year(Created) ge {year} and Title eq 'Beta'")), json!(["Beta"]));
    assert_eq!(titles("day(Title) ne 1 and endswith(Title,'mma')"), json!(["Gamma"]));
}
