//! For people who like SQL: any SQLite tool opens the file and finds a view per list.

use super::*;

#[test]
fn a_plain_connection_reads_a_typed_column_for_each_field() {
    let store = Store::temporary();
    store.field("Count", NUMBER, Index::Plain);
    store.field("Price", NUMBER, Index::None);
    store.field("Done", FieldKind::Boolean, Index::Plain);
    store.field("Due", FieldKind::DateTime { date_only: false }, Index::Plain);
    store.field("Code", TEXT, Index::Unique);
    store.field("_x0031_st", TEXT, Index::None);
    store.add(&json!({
        "Title": "O'Brien \"Ø\"", "Count": 7, "Price": 4.5, "Done": true, "Due": "2024-05-01T08:00:00Z",
        "Code": "A-1", "OData__x0031_st": "first",
    }));
    store.add(&json!({}));

    let plain = store.plain();
    let columns = "ID, Title, Count, Price, Done, Due, Code, _x0031_st, AuthorId, EditorId, owshiddenversion";
    let cells: Vec<&str> = columns.split(", ").collect();
    let quoted = cells.iter().map(|c| format!("typeof({c}), quote({c})")).collect::<Vec<_>>().join(", ");
    let mut rows = plain.prepare(&format!("SELECT {quoted} FROM list_Tasks ORDER BY ID")).unwrap();
    let read: Vec<String> = rows
        .query_map([], |row| {
            let cell = |i: usize| {
                Ok(format!("{} {}", row.get::<_, String>(2 * i)?, row.get::<_, String>(2 * i + 1)?))
            };
            (0..cells.len()).map(cell).collect::<rusqlite::Result<Vec<_>>>().map(|cells| cells.join(" | "))
        })
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(
        read,
        [
            "integer 1 | text 'O''Brien \"Ø\"' | integer 7 | real 4.5 | integer 1 | text '2024-05-01T08:00:00Z' \
             | text 'A-1' | text 'first' | integer 1 | integer 1 | integer 1",
            "integer 2 | null NULL | null NULL | null NULL | null NULL | null NULL \
             | null NULL | null NULL | integer 1 | integer 1 | integer 1",
        ]
    );
    let created: String =
        plain.query_row("SELECT min(Created) FROM list_Tasks", [], |row| row.get(0)).unwrap();
    assert_eq!(created, store.find(ItemId(1)).unwrap().created.to_string());
}

#[test]
fn the_file_is_sound_for_a_tool_that_knows_nothing_of_us() {
    let store = Store::temporary();
    store.field("Code", TEXT, Index::Unique);
    store.field("Count", NUMBER, Index::Plain);
    for title in ["states", "a \"quoted\" title; DROP TABLE lists", "Überraschung"] {
        store.write(add_list(title)).unwrap();
    }
    for n in 0..20 {
        store.add(&json!({"Title": "x", "Code": n.to_string(), "Count": n}));
    }
    let plain = store.plain();
    let sound: String = plain.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
    let mut schema = plain.prepare("SELECT type, name, coalesce(sql, '') FROM sqlite_schema").unwrap();
    let objects: Vec<(String, String, String)> = schema
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(objects.iter().all(|(.., sql)| !sql.to_uppercase().contains("COLLATE")));
    let views: Vec<_> = objects.iter().filter(|(kind, ..)| kind == "view").collect();
    assert_eq!(views.len(), 4);
    for (_, name, _) in views {
        let view = format!("SELECT count(*) FROM \"{}\"", name.replace('"', "\"\""));
        let rows: i64 = plain.query_row(&view, [], |row| row.get(0)).unwrap();
        assert_eq!(rows, if name == "list_Tasks" { 20 } else { 0 }, "{name}");
        assert!(plain.execute(&format!("DELETE FROM \"{}\"", name.replace('"', "\"\"")), []).is_err());
    }
}

#[test]
fn the_view_follows_the_lists_fields() {
    let store = Store::temporary();
    let columns = || -> Vec<String> {
        let plain = store.plain();
        let view = plain.prepare("SELECT * FROM list_Tasks").unwrap();
        view.column_names().into_iter().map(str::to_owned).collect()
    };
    let system = ["Created", "Modified", "AuthorId", "EditorId", "owshiddenversion", "GUID"];
    assert_eq!(columns()[2..], system);
    store.field("Status", TEXT, Index::None);
    assert_eq!(columns()[..3], ["ID", "Title", "Status"]);
    let list = store.list();
    let field = list.field_by_property("Status").unwrap().clone();
    store.write(Action::DeleteField(FieldOwner::List(list), field, Preconditions::default())).unwrap();
    assert_eq!(columns()[2..], system);
    store.write(Action::DeleteList(store.list(), Preconditions::default())).unwrap();
    assert!(store.plain().prepare("SELECT * FROM list_Tasks").is_err());
}
