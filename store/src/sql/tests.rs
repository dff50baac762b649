//! The SQL of plans, as text: a change of it is a change of how fast lists are.

use std::sync::Arc;

use odata::{Timestamp, Uuid, Version, query::QueryOptions};
use proptest::prelude::*;

use super::{Sqlite, Statement, Value, predicate::push_predicate, select_items};
use crate::{
    model::{Field, FieldKind, ItemId, Key, List, ListId, SiteId, Strictness},
    plan::{Column, ItemsQuery, Predicate, Test},
};

fn list() -> Arc<List> {
    let field = |name: &str, kind| Arc::new(Field::new(Uuid::nil(), name.into(), name.into(), kind));
    let number = FieldKind::Number {
        bounds: crate::model::Bounds { minimum: None, maximum: None },
        decimals: -1,
        percentage: false,
    };
    let note = FieldKind::Note { number_of_lines: 6, rich_text: false, append_only: false };
    Arc::new(List {
        id: ListId(7),
        site: SiteId(1),
        guid: Uuid::nil(),
        title: "Tasks".into(),
        url_name: "Tasks".into(),
        entity_type_name: "TasksList".into(),
        view_name: "list_Tasks".into(),
        description: String::new(),
        created: Timestamp::EPOCH,
        editor: crate::model::UserId::LOCAL_OWNER,
        modified: Timestamp::EPOCH,
        version: Version::FIRST,
        shape: 1,
        strict: Strictness::Off,
        closed: false,
        settings: Default::default(),
        fields: vec![
            Arc::new(Field::title()),
            field("Count", number),
            field("Done", FieldKind::Boolean),
            field("Note", note),
            field("Due", FieldKind::DateTime { date_only: false }),
        ],
        views: Vec::new(),
    })
}

fn query(options: &str) -> ItemsQuery {
    ItemsQuery::resolve(
        &crate::Catalog::default(),
        list(),
        &QueryOptions::parse(options).unwrap(),
        Vec::new(),
    )
    .unwrap()
}

/// What follows the table's name, with `title`, `count` and `done` for the extracts.
fn rest(statement: &Statement) -> String {
    let (_, rest) = statement.text.split_once(" FROM items_7").unwrap();
    ["Title", "Count", "Done", "Note", "Due"].into_iter().fold(rest.trim().to_owned(), |text, name| {
        text.replace(&format!("json_extract(keys,'$.\"{name}\"')"), &name.to_lowercase())
    })
}

#[track_caller]
fn check(query: &ItemsQuery, expected: &str, params: &[Value]) {
    let statement = select_items(&Sqlite, query);
    assert_eq!(rest(&statement), expected);
    assert_eq!(statement.params, params);
}

fn text(text: &str) -> Value {
    text.into()
}

fn int(number: i64) -> Value {
    number.into()
}

#[test]
fn a_page_without_options_is_one_row_more_in_the_order_of_ids() {
    let statement = select_items(&Sqlite, &query(""));
    assert_eq!(
        statement.text,
        "SELECT id, version, guid, created, modified, author_id, editor_id, shape, doc \
         FROM items_7 ORDER BY id ASC LIMIT ?1"
    );
    assert_eq!(statement.params, [int(101)]);
    check(&query("$top=5&$skip=20"), "ORDER BY id ASC LIMIT ?1 OFFSET ?2", &[int(6), int(20)]);
}

#[test]
fn filters() {
    let page = int(101);
    let filter = |filter: &str, expected: &str, mut params: Vec<Value>| {
        params.push(page.clone());
        let expected = format!("WHERE {expected} ORDER BY id ASC LIMIT ?{}", params.len());
        check(&query(&format!("$filter={filter}")), &expected, &params);
    };
    filter("Title eq 'ÅB'", "title = ?1", vec![text("åb")]);
    filter("Title ne 'a'", "(title <> ?1 OR title IS NULL)", vec![text("a")]);
    filter("Title eq null", "title IS NULL", vec![]);
    filter("Title ne null", "title IS NOT NULL", vec![]);
    filter("Title eq ''", "title IS NULL", vec![]);
    filter("Count gt 5", "count > ?1", vec![int(5)]);
    filter("not (Count gt 5)", "(count <= ?1 OR count IS NULL)", vec![int(5)]);
    filter("Count le 1.5", "count <= ?1", vec![Value::Real(1.5)]);
    filter("Done eq true", "done = ?1", vec![int(1)]);
    filter("Id eq 3", "id = ?1", vec![int(3)]);
    filter("Modified lt datetime'1970-01-02T00:00:00Z'", "modified < ?1", vec![int(86_400)]);
    filter("startswith(Title,'Ab')", "(title >= ?1 AND title < ?2)", vec![text("ab"), text("ac")]);
    filter(
        "not startswith(Title,'Ab')",
        "(NOT (title >= ?1 AND title < ?2) OR title IS NULL)",
        vec![text("ab"), text("ac")],
    );
    filter("endswith(Title,'Ab')", "substr(title, -length(?1)) = ?1", vec![text("ab")]);
    filter(
        "not endswith(Title,'Ab')",
        "(NOT substr(title, -length(?1)) = ?1 OR title IS NULL)",
        vec![text("ab")],
    );
    filter("endswith(Title,'')", "(title >= ?1)", vec![text("")]);
    filter("Title in ('A','b')", "title IN (?1, ?2)", vec![text("a"), text("b")]);
    filter("Title in ('A')", "title = ?1", vec![text("a")]);
    filter("Count in (1,2,null)", "(count IN (?1, ?2) OR count IS NULL)", vec![int(1), int(2)]);
    filter("not (Count in (1,2))", "(count NOT IN (?1, ?2) OR count IS NULL)", vec![int(1), int(2)]);
    filter(
        "not (Count in (1,2,null))",
        "((count NOT IN (?1, ?2) OR count IS NULL) AND count IS NOT NULL)",
        vec![int(1), int(2)],
    );
    filter("month(Due) ge 5", "CAST(substr(due, 6, 2) AS INTEGER) >= ?1", vec![int(5)]);
    filter("month(Due) ne 5", "(CAST(substr(due, 6, 2) AS INTEGER) <> ?1 OR due IS NULL)", vec![int(5)]);
    filter("not (day(Due) ne 1)", "CAST(substr(due, 9, 2) AS INTEGER) = ?1", vec![int(1)]);
    filter(
        "second(Modified) lt 30",
        "CAST(substr(strftime('%Y-%m-%dT%H:%M:%SZ', modified, 'unixepoch'), 18, 2) AS INTEGER) < ?1",
        vec![int(30)],
    );
    filter("substringof('x',Note)", "instr(note, ?1) > 0", vec![text("x")]);
    filter("not substringof('x',Note)", "(NOT instr(note, ?1) > 0 OR note IS NULL)", vec![text("x")]);
    filter(
        "Count eq 1 and (Count eq 2 or Count eq 3)",
        "(count = ?1 AND (count = ?2 OR count = ?3))",
        vec![int(1), int(2), int(3)],
    );
    filter(
        "not (Count eq 1 and Count eq 2)",
        "((count <> ?1 OR count IS NULL) OR (count <> ?2 OR count IS NULL))",
        vec![int(1), int(2)],
    );
}

#[test]
fn a_year_is_a_range_of_time() {
    let filter = |filter: &str, sql: &str, params: Vec<Value>| {
        let (params, limit) = ([params, vec![int(101)]].concat(), "ORDER BY id ASC LIMIT ?");
        let expected = format!("WHERE {sql} {limit}{}", params.len());
        check(&query(&format!("$filter={filter}")), &expected, &params);
    };
    let begin = |year: u32| text(&format!("{year:04}-01-01T00:00:00Z"));
    filter("year(Due) eq 2024", "(due >= ?1 AND due < ?2)", vec![begin(2024), begin(2025)]);
    let other = "((due < ?1 OR due IS NULL) OR (due >= ?2 OR due IS NULL))";
    filter("year(Due) ne 2024", other, vec![begin(2024), begin(2025)]);
    filter("not (year(Due) eq 2024)", other, vec![begin(2024), begin(2025)]);
    filter("year(Due) lt 2024", "due < ?1", vec![begin(2024)]);
    filter("year(Due) le 2024", "due < ?1", vec![begin(2025)]);
    filter("year(Due) gt 2024", "due >= ?1", vec![begin(2025)]);
    filter("year(Due) ge 2024", "due >= ?1", vec![begin(2024)]);
    filter("not (year(Due) ge 2024)", "(due < ?1 OR due IS NULL)", vec![begin(2024)]);
    filter("year(Modified) eq 1970", "(modified >= ?1 AND modified < ?2)", vec![int(0), int(31_536_000)]);
    // There is no time before the year 1 and none after 9999.
    filter("year(Due) eq 9999", "(due >= ?1 AND due IS NOT NULL)", vec![begin(9999)]);
    filter("year(Due) ne 9999", "((due < ?1 OR due IS NULL) OR due IS NULL)", vec![begin(9999)]);
    filter("year(Due) eq 10000", "(1 = 0 AND due IS NOT NULL)", vec![]);
    filter("year(Due) eq 0", "(due IS NOT NULL AND due < ?1)", vec![begin(1)]);
    filter("year(Due) lt 0", "1 = 0", vec![]);
    filter("not (year(Due) lt 0)", "1 = 1", vec![]);
    filter("year(Due) gt 9999", "1 = 0", vec![]);
    filter("year(Due) ge -5", "due IS NOT NULL", vec![]);
    filter("not (year(Due) le 12345678901)", "due IS NULL", vec![]);
}

#[test]
fn a_long_chain_is_a_shallow_tree() {
    let chain: Vec<_> = (0..5).map(|n| format!("Id eq {n}")).collect();
    let params: Vec<_> = (0..5).map(int).chain([int(101)]).collect();
    check(
        &query(&format!("$filter={}", chain.join(" or "))),
        "WHERE ((id = ?1 OR id = ?2) OR (id = ?3 OR (id = ?4 OR id = ?5))) ORDER BY id ASC LIMIT ?6",
        &params,
    );
}

#[test]
fn orders_end_with_the_id_and_give_their_keys() {
    let statement = select_items(&Sqlite, &query("$orderby=Count desc,Title"));
    assert!(statement.text.starts_with(
        "SELECT id, version, guid, created, modified, author_id, editor_id, shape, doc, \
         json_extract(keys,'$.\"Count\"'), json_extract(keys,'$.\"Title\"') FROM items_7 ORDER BY"
    ));
    let page = [int(101)];
    check(&query("$orderby=Count desc,Title"), "ORDER BY count DESC, title ASC, id ASC LIMIT ?1", &page);
    check(&query("$orderby=Title,Id desc,Count"), "ORDER BY title ASC, id DESC LIMIT ?1", &page);
    check(&query("$orderby=Modified desc"), "ORDER BY modified DESC, id ASC LIMIT ?1", &page);
}

#[test]
fn further_pages() {
    let after =
        |options: &str, keys: Vec<Key>| ItemsQuery { after: Some((keys, ItemId(9))), ..query(options) };
    let (n, page) = (|n| Key::Integer(n), int(101));
    check(&after("", vec![]), "WHERE id > ?1 ORDER BY id ASC LIMIT ?2", &[int(9), page.clone()]);
    check(
        &after("$orderby=Id desc", vec![]),
        "WHERE id < ?1 ORDER BY id DESC LIMIT ?2",
        &[int(9), page.clone()],
    );
    check(
        &after("$filter=Done eq true&$orderby=Count", vec![n(5)]),
        "WHERE done = ?1 AND count >= ?2 AND (count > ?3 OR (count = ?4 AND id > ?5)) \
         ORDER BY count ASC, id ASC LIMIT ?6",
        &[int(1), int(5), int(5), int(5), int(9), page.clone()],
    );
    check(
        &after("$orderby=Count", vec![Key::Null]),
        "WHERE (count IS NOT NULL OR (count IS NULL AND id > ?1)) ORDER BY count ASC, id ASC LIMIT ?2",
        &[int(9), page.clone()],
    );
    check(
        &after("$orderby=Count desc", vec![n(5)]),
        "WHERE ((count < ?1 OR count IS NULL) OR (count = ?2 AND id > ?3)) ORDER BY count DESC, id ASC LIMIT ?4",
        &[int(5), int(5), int(9), page.clone()],
    );
    check(
        &after("$orderby=Count desc", vec![Key::Null]),
        "WHERE count IS NULL AND (count IS NULL AND id > ?1) ORDER BY count DESC, id ASC LIMIT ?2",
        &[int(9), page.clone()],
    );
    check(
        &after("$orderby=Count,Title desc", vec![n(5), Key::Text("a".into())]),
        "WHERE count >= ?1 AND (count > ?2 OR ((count = ?3 AND (title < ?4 OR title IS NULL)) \
         OR (count = ?5 AND (title = ?6 AND id > ?7)))) ORDER BY count ASC, title DESC, id ASC LIMIT ?8",
        &[int(5), int(5), int(5), text("a"), int(5), text("a"), int(9), page],
    );
}

/// The range that stands for `startswith`, as it is bound.
fn range(prefix: &str) -> (String, Option<String>) {
    let column = Column::Field(list().fields[0].clone());
    let mut sql = Statement::default();
    push_predicate(
        &mut sql,
        &Sqlite,
        crate::model::ListId(7),
        &Predicate::test(column, Test::StartsWith(prefix.into())),
    );
    let bound: Vec<_> = sql
        .params
        .into_iter()
        .map(|param| match param {
            Value::Text(text) => text,
            other => panic!("{other:?}"),
        })
        .collect();
    match &bound[..] {
        [from] => (from.clone(), None),
        [from, to] => (from.clone(), Some(to.clone())),
        other => panic!("{other:?}"),
    }
}

/// SQLite compares texts as UTF-8 bytes, which is how Rust does.
fn is_within(text: &str, (from, to): &(String, Option<String>)) -> bool {
    text >= from.as_str() && to.as_deref().is_none_or(|to| text < to)
}

/// Characters around which a successor could go wrong, and any others.
fn character() -> impl Strategy<Value = char> {
    prop_oneof![
        prop::sample::select(vec![
            'a',
            'b',
            '\u{7f}',
            '\u{d7ff}',
            '\u{e000}',
            '\u{ffff}',
            '\u{10000}',
            char::MAX
        ]),
        any::<char>(),
    ]
}

fn short_text() -> impl Strategy<Value = String> {
    prop::collection::vec(character(), 0..4).prop_map(String::from_iter)
}

proptest! {
    #[test]
    fn the_range_of_a_prefix_holds_what_begins_with_it(prefix in short_text(), text in short_text()) {
        let range = range(&prefix);
        prop_assert_eq!(is_within(&text, &range), text.starts_with(&prefix));
        let longer = format!("{prefix}{text}");
        prop_assert!(is_within(&longer, &range));
    }
}

#[test]
fn the_range_of_the_last_character_is_open() {
    let last = char::MAX.to_string();
    assert_eq!(range(&last), (last.clone(), None));
    assert_eq!(range(&format!("a{last}")).1.as_deref(), Some("b"));
    assert_eq!(range("a\u{d7ff}").1.as_deref(), Some("a\u{e000}"));
    assert_eq!(range("").1, None);
}
