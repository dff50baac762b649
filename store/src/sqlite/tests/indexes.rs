//! How SQLite runs our statements: by their indexes, and prepared once.

use odata::{Version, query::QueryOptions};
use rusqlite::{StatementStatus, params_from_iter};

use super::*;
use crate::{
    apply::Transaction,
    model::{FieldValue, Key},
    plan::ItemsQuery,
    sql::{self, Purpose, Statement},
    sqlite::session::{Session, prepare},
};

/// A list with an indexed field of each kind, and enough rows for a full scan to cost something.
fn store() -> Store {
    let store = Store::temporary();
    store.field("Status", TEXT, Index::Plain);
    store.field("Count", NUMBER, Index::Plain);
    store.field("Due", FieldKind::DateTime { date_only: false }, Index::Plain);
    store.field("Code", TEXT, Index::Unique);
    for n in 0..200 {
        store.add(&json!({"Title": "t", "Status": format!("s{}", n % 7), "Count": n, "Code": n.to_string()}));
    }
    store
}

fn query(store: &Store, options: &str, after: Option<(Key, i64)>) -> ItemsQuery {
    let mut query = ItemsQuery::resolve(
        &crate::Catalog::default(),
        store.list(),
        &QueryOptions::parse(options).unwrap(),
        Vec::new(),
    )
    .unwrap();
    if let Some((key, id)) = after {
        query.after = Some((query.order.iter().map(|_| key.clone()).collect(), ItemId(id)));
    }
    query
}

fn items(store: &Store, options: &str, after: Option<(Key, i64)>) -> Statement {
    sql::select_items(&sql::Sqlite, &query(store, options, after))
}

/// SQLite's plan, a line a step.
fn explain(store: &Store, sql: &Statement) -> Vec<String> {
    let connection = store.plain();
    prepare(&connection).unwrap();
    let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {}", sql.text)).unwrap();
    let steps = plan.query_map(params_from_iter(&sql.params), |row| row.get(3)).unwrap();
    steps.map(Result::unwrap).collect()
}

fn text(text: &str) -> Key {
    Key::Text(text.into())
}

/// Checks the plan; an `after` of `None` is a first page.
#[track_caller]
fn check(store: &Store, options: &str, after: Option<(Key, i64)>, expected: &str) {
    let page = if after.is_some() { "a further page of " } else { "" };
    assert_eq!(explain(store, &items(store, options, after)).join("; "), expected, "{page}{options}");
}

#[test]
fn a_filter_by_an_indexed_field_searches_its_index() {
    let store = store();
    let status = "SEARCH items_1 USING INDEX items_1_Status (<expr>=?)";
    check(&store, "$filter=Status eq 's1'", None, status);
    check(&store, "$filter=Status eq null", None, status);
    check(&store, "$filter=Count gt 3 and Status eq 's1'", None, status);
    // A range is not in the order of Ids.
    let sorted = "; USE TEMP B-TREE FOR ORDER BY";
    let range = format!("SEARCH items_1 USING INDEX items_1_Count (<expr>>? AND <expr><?){sorted}");
    check(&store, "$filter=Count gt 5 and Count lt 9", None, &range);
    let starts = format!("SEARCH items_1 USING INDEX items_1_Status (<expr>>? AND <expr><?){sorted}");
    check(&store, "$filter=startswith(Status,'s')", None, &starts);
    let list = format!("SEARCH items_1 USING INDEX items_1_Status (<expr>=?){sorted}");
    check(&store, "$filter=Status in ('s1','S2','s3')", None, &list);
    let year = "SEARCH items_1 USING INDEX items_1_Due (<expr>>? AND <expr><?)";
    check(&store, "$filter=year(Due) eq 2026", None, &format!("{year}{sorted}"));
    check(&store, "$filter=year(Due) eq 2026&$orderby=Due", None, year);
    check(&store, "$filter=Status in ('s1','s2') and day(Due) eq 5", None, &list);
    let ordered = "SEARCH items_1 USING INDEX items_1_Count (<expr>=?)";
    check(&store, "$filter=Count in (3,1,2)&$orderby=Count", None, ordered);
    // A list of one is an equality, which is in the order of Ids.
    check(&store, "$filter=Status in ('s1')", None, status);
    let with_null = format!(
        "MULTI-INDEX OR; INDEX 1; SEARCH items_1 USING INDEX items_1_Status (<expr>=?); \
         INDEX 2; SEARCH items_1 USING INDEX items_1_Status (<expr>=?){sorted}"
    );
    check(&store, "$filter=Status in ('s1','s2',null)", None, &with_null);
    check(&store, "$filter=Id in (1,2)", None, "SEARCH items_1 USING INTEGER PRIMARY KEY (rowid=?)");
    let either = format!(
        "MULTI-INDEX OR; INDEX 1; SEARCH items_1 USING INDEX items_1_Status (<expr>=?); \
         INDEX 2; SEARCH items_1 USING INDEX items_1_Count (<expr>=?){sorted}"
    );
    check(&store, "$filter=Status eq 's1' or Count eq 5", None, &either);
    let above = "SEARCH items_1 USING INDEX items_1_Count (<expr>>?)";
    check(&store, "$filter=Count ge 5&$orderby=Count", None, above);
    let below = "SEARCH items_1 USING INDEX items_1_Due (<expr><?)";
    check(&store, "$filter=Due lt datetime'2024-05-01T00:00:00Z'&$orderby=Due", None, below);
}

#[test]
fn an_order_by_an_indexed_field_walks_its_index() {
    let store = store();
    let walked = "SCAN items_1 USING INDEX items_1_Status";
    check(&store, "$orderby=Status", None, walked);
    check(&store, "$orderby=Status desc,Id desc", None, walked);
    // Only rows of one value are sorted: by Id, upwards, or by the second key.
    let by_last = format!("{walked}; USE TEMP B-TREE FOR LAST TERM OF ORDER BY");
    check(&store, "$orderby=Status desc", None, &by_last);
    let by_two = format!("{walked}; USE TEMP B-TREE FOR LAST 2 TERMS OF ORDER BY");
    check(&store, "$orderby=Status,Count", None, &by_two);
}

#[test]
fn a_further_page_goes_on_in_its_index() {
    let store = store();
    let after = |key: Key| Some((key, 5));
    check(&store, "", after(Key::Null), "SEARCH items_1 USING INTEGER PRIMARY KEY (rowid>?)");
    check(&store, "$orderby=Id desc", after(Key::Null), "SEARCH items_1 USING INTEGER PRIMARY KEY (rowid<?)");
    let bound = "SEARCH items_1 USING INDEX items_1_Status (<expr>>?)";
    check(&store, "$orderby=Status", after(text("s1")), bound);
    let walked = "SCAN items_1 USING INDEX items_1_Status";
    check(&store, "$orderby=Status", after(Key::Null), walked);
    let by_last = format!("{walked}; USE TEMP B-TREE FOR LAST TERM OF ORDER BY");
    check(&store, "$orderby=Status desc", after(text("s1")), &by_last);
    let equal =
        "SEARCH items_1 USING INDEX items_1_Status (<expr>=? AND rowid>?); USE TEMP B-TREE FOR ORDER BY";
    check(&store, "$orderby=Status desc", after(Key::Null), equal);
    let both = "SEARCH items_1 USING INDEX items_1_Status (<expr>=? AND rowid>?)";
    check(&store, "$filter=Status eq 's1'", after(Key::Null), both);
}

#[test]
fn the_threshold_refuses_the_filters_that_look_at_every_row() {
    let store = store();
    for filter in [
        "Status eq 's1'",
        "Status eq null",
        "Status in ('s1','s2')",
        "Status in ('s1','s2',null) and Title eq 't'",
        "not (Count gt 5)",
        "not (Status ne 's1')",
        "Status eq 's1' or Count in (1,2)",
        "startswith(Status,'s') and Count ne 5",
        "Id gt 5 and Title eq 't'",
        "Title eq 't'",
        "Status ne 's1'",
        "Status ne null",
        "not (Status in ('s1','s2'))",
        "not startswith(Status,'s')",
        "Status eq 's1' or Title eq 't'",
        "not (Status eq 's1' and Count eq 1)",
        "substringof('s',Status)",
        "endswith(Status,'s')",
        "year(Due) eq 2024",
        "year(Due) ne 2024",
        "not (year(Due) lt 2024)",
        "year(Due) le 9999",
        "year(Created) eq 2024",
        "month(Due) eq 5",
        "Modified gt '2024-01-01'",
    ] {
        let query = ItemsQuery { threshold: Some(199), ..query(&store, &format!("$filter={filter}"), None) };
        let plan = explain(&store, &sql::count_items(&sql::Sqlite, &query));
        let looks_at_all = plan.iter().any(|step| step.starts_with("SCAN"));
        assert_eq!(query.is_over_threshold(200), looks_at_all, "{filter}: {plan:?}");
        assert!(!query.is_over_threshold(199), "{filter}");
    }
}

#[test]
fn a_page_before_a_row_goes_back_in_its_index() {
    let store = store();
    let token = "$skiptoken=Paged%3DTRUE%26PagedPrev%3DTRUE";
    let back = |options: &str| format!("{options}{token}%26p_ID%3D5");
    check(&store, &back(""), None, "SEARCH items_1 USING INTEGER PRIMARY KEY (rowid<?)");
    check(&store, &back("$orderby=Id desc&"), None, "SEARCH items_1 USING INTEGER PRIMARY KEY (rowid>?)");
    let both = "SEARCH items_1 USING INDEX items_1_Status (<expr>=? AND rowid<?)";
    check(&store, &back("$filter=Status eq 's1'&"), None, both);
    let bound = "SEARCH items_1 USING INDEX items_1_Status (<expr>>?)";
    let down = format!("$orderby=Status desc,Id desc&{token}%26p_Status%3Ds1%26p_ID%3D5");
    check(&store, &down, None, bound);
}

#[test]
fn rows_are_counted_by_their_index() {
    let store = store();
    let count =
        |options: &str| explain(&store, &sql::count_items(&sql::Sqlite, &query(&store, options, None)));
    let status = "SEARCH items_1 USING COVERING INDEX items_1_Status (<expr>=?)";
    assert_eq!(count("$filter=Status eq 's1'&$orderby=Count&$top=3"), [status]);
    assert_eq!(count("$filter=Status in ('s1','s2')"), [status]);
}

#[test]
fn an_item_is_looked_up_by_its_key_and_by_its_id() {
    let store = store();
    let list = store.list();
    let field = list.field_by_property("Code").unwrap().clone();
    let key = ItemTarget::Key { field, value: FieldValue::text("7") };
    let by_id = ItemTarget::Id(ItemId(7));
    for purpose in [Purpose::Show, Purpose::Write] {
        let lookup = |target| explain(&store, &sql::select_item(&sql::Sqlite, &list, target, purpose));
        assert_eq!(lookup(&key), ["SEARCH items_1 USING INDEX items_1_Code (<expr>=?)"]);
        assert_eq!(lookup(&by_id), ["SEARCH items_1 USING INTEGER PRIMARY KEY (rowid=?)"]);
    }
}

#[test]
fn what_stands_beside_an_item_is_looked_up_by_index() {
    let store = store();
    let (list, item) = (store.list().id, ItemId(7));
    let statements = [
        sql::select_changes(&sql::Sqlite, list, item, Version::FIRST),
        sql::select_change_time(&sql::Sqlite, list, item, Version::FIRST),
        sql::select_replay(&sql::Sqlite, UserId::LOCAL_OWNER, "id"),
        sql::select_state(&sql::Sqlite, list),
        sql::take_item_id(&sql::Sqlite, list),
        sql::select_next_changes(&sql::Sqlite, 5, 100),
        sql::delete_old_changes(&sql::Sqlite, 0, 5, 100),
        sql::delete_old_replays(&sql::Sqlite, at(0)),
    ];
    for statement in statements {
        let plan = explain(&store, &statement);
        let scans = plan.iter().filter(|step| step.starts_with("SCAN") && !step.ends_with("SCAN next"));
        assert_eq!(scans.count(), 0, "{}: {plan:?}", statement.text);
    }
}

#[test]
fn statements_are_prepared_once_whatever_the_values() {
    let store = store();
    let connection = store.plain();
    prepare(&connection).unwrap();
    let mut session = Session(&connection);
    let shapes: [fn(u32) -> String; 7] = [
        |n| format!("$filter=Status eq 's{n}'"),
        |n| format!("$filter=Count gt {n}&$orderby=Count desc"),
        |n| format!("$filter=startswith(Status,'s{n}')"),
        |n| format!("$filter=Status in ('s{n}','t{n}') and Count in ({n},1,2)"),
        |n| format!("$filter=endswith(Status,'{n}') and year(Due) ne 202{n} and day(Created) lt {n}"),
        |n| format!("$filter=Count gt {n}&$skiptoken=Paged%3DTRUE%26PagedPrev%3DTRUE%26p_ID%3D{n}"),
        |n| format!("$filter=substringof('{n}',Status) and Due eq null&$orderby=Status&$top={}", n + 1),
    ];
    for shape in shapes {
        let statements: Vec<_> = (0..5).map(|n| items(&store, &shape(n), None)).collect();
        for statement in &statements {
            assert_eq!(statement.text, statements[0].text);
            session.query(statement).unwrap();
        }
        let kept = connection.prepare_cached(&statements[0].text).unwrap();
        assert_eq!(kept.get_status(StatementStatus::Run), 5, "{}", statements[0].text);
        assert_eq!(kept.get_status(StatementStatus::RePrepare), 0, "{}", statements[0].text);
    }
}
