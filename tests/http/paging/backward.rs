//! Pages that end before a row: `PagedPrev=TRUE`, as PnPjs's `items.skip(n, true)` sends it.

use matchlist_tests::{List, Options, Server};
use serde_json::{Value, json};

use super::{PLAIN, VERBOSE, encoded, mixed, numbered, page, path, read, walk};

fn before(list: &List, query: &str, token: &str) -> super::Page {
    let token = format!("Paged=TRUE&PagedPrev=TRUE&{token}");
    let path = format!("/items?$skiptoken={}&{query}", encoded(&token));
    read(list.request("GET", &path).header("Accept", PLAIN).send())
}

#[test]
fn the_page_before_a_row_has_its_rows_in_the_usual_order() {
    let server = Server::start(Options::default());
    let list = numbered(&server, 9);
    for (query, token, expected) in [
        ("$top=3", "p_ID=7", vec![4, 5, 6]),
        ("$top=3", "p_ID=3", vec![1, 2]),
        ("$top=3", "p_ID=1", vec![]),
        ("$top=3", "p_ID=-5", vec![]),
        ("$top=3", "p_ID=1000", vec![7, 8, 9]),
        ("", "p_ID=5", vec![1, 2, 3, 4]),
        ("$top=2&$orderby=Id desc", "p_ID=5", vec![7, 6]),
        ("$top=2&$filter=Id ne 4", "p_ID=5", vec![2, 3]),
        ("$top=2&$skip=1", "p_ID=5", vec![2, 3]),
        // The titles go down as the Ids go up.
        ("$top=2&$orderby=Title", "p_Title=004&p_ID=5", vec![7, 6]),
        ("$top=2&$orderby=Title desc", "p_Title=004&p_ID=5", vec![3, 4]),
    ] {
        assert_eq!(before(&list, &query.replace(' ', "%20"), token).ids, expected, "{query} {token}");
    }
    // As PnPjs spells it.
    let url = "/items?%24skiptoken=Paged%3DTRUE%26PagedPrev%3DTRUE%26p_ID%3D7&%24top=2";
    let page = list.request("GET", url).header("Accept", VERBOSE).send().expect_status(200).json();
    let ids: Value = page["d"]["results"].as_array().unwrap().iter().map(|row| row["Id"].clone()).collect();
    assert_eq!(ids, json!([5, 6]));
}

#[test]
fn the_next_link_of_a_page_before_a_row_leads_forward_again() {
    let server = Server::start(Options::default());
    let list = numbered(&server, 9);
    let back = before(&list, "$top=3", "p_ID=7");
    let next = back.next.unwrap();
    assert!(!next.contains("PagedPrev"), "{next}");
    assert_eq!(walk(&server, path(&server, &next), PLAIN), [vec![7, 8, 9]]);
    let back =
        before(&list, "$top=2&$skip=1&$orderby=Title%20desc&$filter=Id%20lt%208", "p_Title=004&p_ID=5");
    assert_eq!(back.ids, [2, 3]);
    assert_eq!(walk(&server, path(&server, &back.next.unwrap()), PLAIN), [vec![4, 5], vec![6, 7]]);

    // There is none where nothing follows.
    assert_eq!(before(&list, "$top=3", "p_ID=1000").next, None);
    for id in [7, 8, 9] {
        list.request("DELETE", &format!("/items({id})")).send().expect_status(200);
    }
    let back = before(&list, "$top=3", "p_ID=7");
    assert_eq!((back.ids, back.next), (vec![4, 5, 6], None));
}

#[test]
fn every_order_is_walked_backwards_as_it_is_forwards() {
    let server = Server::start(Options::default());
    let list = mixed(&server);
    for order in [
        "Id",
        "Id desc",
        "Title",
        "Title desc",
        "N desc",
        "Flag,N desc",
        "Time,Flag desc,Title desc",
        "N,Title,Id desc",
        "Pick desc,Title",
        "Modified desc",
        "GUID",
    ] {
        for filter in ["", "&$filter=Flag ne true or Title ge 'o'"] {
            let query = format!("$orderby={}{}", encoded(order), filter.replace(' ', "%20"));
            let url = format!("{}?{query}", list.items_url());
            let whole = page(server.request("GET", &format!("{url}&$top=5000")), PLAIN).ids;
            // The token of each row stands in the link of the page that ends with it.
            let mut at = format!("{url}&$top=1");
            for end in 0..whole.len() - 1 {
                let next = page(server.request("GET", &at), PLAIN).next.unwrap();
                let next = path(&server, &next).to_owned();
                let back = next.replace("Paged%3DTRUE", "Paged%3DTRUE%26PagedPrev%3DTRUE");
                let back = page(server.request("GET", &back.replace("$top=1", "$top=4")), PLAIN);
                assert_eq!(back.ids, whole[end.saturating_sub(4)..end], "{order} before {}", whole[end]);
                if let Some(forward) = back.next {
                    let rows = page(server.request("GET", path(&server, &forward)), PLAIN).ids;
                    assert_eq!(rows, whole[end..whole.len().min(end + 4)], "{order} after {:?}", back.ids);
                }
                at = next;
            }
        }
    }
}

#[test]
fn a_token_backwards_counts_for_its_own_order_only() {
    let server = Server::start(Options::default());
    let list = numbered(&server, 3);
    for (query, token) in [
        ("$orderby=Title", "Paged=TRUE&PagedPrev=TRUE&p_ID=3"),
        ("", "Paged=TRUE&PagedPrev=TRUE&p_Title=a&p_ID=3"),
        ("", "Paged=TRUE&PagedPrev=TRUE"),
        ("", "Paged=TRUE&PagedPrev=FALSE&p_ID=3"),
        ("", "Paged=TRUE&PagedPrev=TRUE&p_ID=x"),
    ] {
        let path = format!("/items?{query}&$skiptoken={}", encoded(token));
        let refused = list.request("GET", &path).send();
        assert_eq!(refused.status, 400, "{query} {token}: {refused}");
    }
}
