//! Pages: put together they are the whole, in order, each row once, whatever nulls and ties there are.

use odata::query::{Paging, QueryOptions, SkipToken};

use super::*;
use crate::{
    Page,
    plan::{ItemsQuery, ReadPlan},
};

fn read(store: &Store, query: &ItemsQuery) -> Page {
    match store.engine.read(&ReadPlan::Items(Arc::new(query.clone()))).unwrap() {
        ReadOutcome::Page(page) => page,
        other => panic!("{other:?}"),
    }
}

/// The Ids of all pages, each begun with the token that the one before gave out, as text.
fn walk(store: &Store, options: &str, limit: u32) -> Vec<i64> {
    let mut options = QueryOptions::parse(options).unwrap();
    let mut ids = Vec::new();
    loop {
        let query = ItemsQuery {
            limit,
            ..ItemsQuery::resolve(&crate::Catalog::default(), store.list(), &options, Vec::new()).unwrap()
        };
        let page = read(store, &query);
        ids.extend(page.items.iter().map(|item| item.id.0));
        assert!(ids.len() <= 1000, "it goes round in circles");
        let Some(next) = page.next else { return ids };
        assert_eq!(page.items.len(), limit as usize, "only the last page is short");
        let token = query.token(page.items.last().unwrap(), &next).to_string();
        options.skip_token = Some(SkipToken::parse(&token).unwrap());
    }
}

#[test]
fn pages_of_any_size_make_the_whole_in_every_order() {
    let store = Store::temporary();
    store.field("Status", TEXT, Index::Plain);
    store.field("Count", NUMBER, Index::Plain);
    store.field("Done", FieldKind::Boolean, Index::None);
    store.field("Due", FieldKind::DateTime { date_only: false }, Index::None);
    let texts = [json!(null), json!("a"), json!("B"), json!("å&b=c;%"), json!("😀"), json!(""), json!("b")];
    let numbers = [json!(null), json!(-1.5), json!(3), json!(0.1), json!(1e300), json!(9007199254740993_i64)];
    let times = [json!(null), json!("1969-12-31T23:59:59Z"), json!("2024-05-01T08:00:00Z")];
    for n in 0..60 {
        let done = [json!(null), json!(true), json!(false)][n / 5 % 3].clone();
        store.add(&json!({
            "Status": texts[n % texts.len()], "Count": numbers[n % numbers.len()], "Due": times[n % 3], "Done": done,
        }));
    }
    let orders = [
        "",
        "Id desc",
        "Status",
        "Status desc",
        "Count",
        "Count desc",
        "Done desc",
        "Due",
        "Due desc",
        "Status,Count desc",
        "Status desc,Count",
        "Done,Due desc,Id desc",
        "Modified desc",
        "GUID",
    ];
    for order in orders {
        let options = if order.is_empty() { String::new() } else { format!("$orderby={order}") };
        let whole = walk(&store, &options, 100);
        let mut sorted = whole.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (1..=60).collect::<Vec<_>>(), "{order}");
        for limit in [1, 7, 59, 60] {
            assert_eq!(walk(&store, &options, limit), whole, "{order}, {limit} a page");
        }
    }
}

#[test]
fn pages_before_a_row_are_the_rows_before_it_in_every_order() {
    let store = Store::temporary();
    store.field("Status", TEXT, Index::Plain);
    store.field("Count", NUMBER, Index::None);
    for n in 0..20 {
        let status = [json!(null), json!("a"), json!("b")][n % 3].clone();
        let count = [json!(1), json!(null)][n / 3 % 2].clone();
        store.add(&json!({"Status": status, "Count": count}));
    }
    let orders =
        ["Id", "Id desc", "Status", "Status desc", "Count desc,Status", "Status desc,Count,Id desc", "GUID"];
    for order in orders {
        let mut options = QueryOptions::parse(&format!("$orderby={order}")).unwrap();
        let whole = walk(&store, &format!("$orderby={order}"), 100);
        let page = |options: &QueryOptions, limit| {
            let query = ItemsQuery {
                limit,
                ..ItemsQuery::resolve(&crate::Catalog::default(), store.list(), options, Vec::new()).unwrap()
            };
            let page = read(&store, &query);
            let ids: Vec<i64> = page.items.iter().map(|item| item.id.0).collect();
            let token = page.next.map(|keys| query.token(page.items.last().unwrap(), &keys));
            (ids, token)
        };
        for at in 0..whole.len() - 1 {
            let (ids, token) = page(&options, 1);
            assert_eq!(ids, whole[at..=at], "{order}");
            let forward = token.unwrap();
            options.skip_token = Some(SkipToken { paging: Paging::Backward, ..forward.clone() });
            let (ids, onward) = page(&options, 3);
            assert_eq!(ids, whole[at.saturating_sub(3)..at], "{order} before {}", whole[at]);
            assert_eq!(onward.is_some(), at > 0, "{order}");
            if onward.is_some() {
                options.skip_token = onward;
                assert_eq!(page(&options, 1).0, whole[at..=at], "{order} after {ids:?}");
            }
            options.skip_token = Some(forward);
        }
    }
}

#[test]
fn rows_are_counted_whatever_the_page() {
    let store = Store::temporary();
    store.field("Count", NUMBER, Index::Plain);
    for count in 0..10 {
        store.add(&json!({"Count": count % 3}));
    }
    let counted = |options: &str, limit| {
        let options = QueryOptions::parse(options).unwrap();
        let query = ItemsQuery {
            limit,
            ..ItemsQuery::resolve(&crate::Catalog::default(), store.list(), &options, Vec::new()).unwrap()
        };
        let page = read(&store, &query);
        (page.items.len(), page.total)
    };
    assert_eq!(counted("$count=true", 3), (3, Some(10)));
    assert_eq!(counted("$count=true&$filter=Count eq 0", 3), (3, Some(4)));
    assert_eq!(counted("$inlinecount=allpages&$filter=Count in (0,1)&$skip=6", 3), (1, Some(7)));
    assert_eq!(counted("$count=true&$filter=Count gt 2", 0), (0, Some(0)));
    assert_eq!(counted("$filter=Count eq 0", 3), (3, None));
}

#[test]
fn null_is_first_upwards_and_last_downwards_and_ties_go_by_id() {
    let store = Store::temporary();
    store.field("Count", NUMBER, Index::Plain);
    for count in [json!(2), json!(null), json!(1), json!(null), json!(2), json!(10)] {
        store.add(&json!({"Count": count}));
    }
    assert_eq!(walk(&store, "$orderby=Count", 2), [2, 4, 3, 1, 5, 6]);
    assert_eq!(walk(&store, "$orderby=Count desc", 2), [6, 1, 5, 3, 2, 4]);
    assert_eq!(walk(&store, "$orderby=Count desc,Id desc", 2), [6, 5, 1, 3, 4, 2]);
}
