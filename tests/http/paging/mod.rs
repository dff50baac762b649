//! Paging: next links lead through all items, each exactly once, in the order that was asked for.

mod backward;

use std::collections::BTreeSet;

use matchlist_tests::{List, Options, Request, Response, Server};
use serde_json::{Value, json};

const PLAIN: &str = "application/json;odata=nometadata";
const MINIMAL: &str = "application/json";
const VERBOSE: &str = "application/json;odata=verbose";

/// Everything but letters and digits as `%XX`.
fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b if b.is_ascii_alphanumeric() => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    };
    text.bytes().map(encode).collect()
}

struct Page {
    ids: Vec<u64>,
    /// The next page's URL as the answer has it.
    next: Option<String>,
}

fn page(request: Request, accept: &str) -> Page {
    read(request.header("Accept", accept).send())
}

fn read(answer: Response) -> Page {
    let answer = answer.expect_status(200).json();
    let body = answer.get("d").unwrap_or(&answer);
    let rows = body.get("value").or(body.get("results")).unwrap().as_array().unwrap();
    let next = ["__next", "odata.nextLink", "@odata.nextLink"].iter().find_map(|name| body.get(*name));
    Page {
        ids: rows.iter().map(|row| row["Id"].as_u64().unwrap()).collect(),
        next: next.map(|url| url.as_str().unwrap().to_owned()),
    }
}

/// The path of a next link, which must be absolute.
fn path<'a>(server: &Server, url: &'a str) -> &'a str {
    let host = format!("http://{}", server.address());
    url.strip_prefix(host.as_str()).unwrap_or_else(|| panic!("{url} is not at {host}"))
}

/// Follows the links to the end.
fn walk(server: &Server, first: &str, accept: &str) -> Vec<Vec<u64>> {
    let mut pages = Vec::new();
    let mut at = first.to_owned();
    loop {
        let page = page(server.request("GET", &at), accept);
        pages.push(page.ids);
        assert!(pages.len() < 1000, "{first} leads on for ever");
        match page.next {
            Some(next) => at = path(server, &next).to_owned(),
            None => return pages,
        }
    }
}

fn numbered(server: &Server, count: usize) -> List<'_> {
    let list = server.list("Numbered");
    for number in 1..=count {
        list.item(json!({"Title": format!("{:03}", count - number)}));
    }
    list
}

#[test]
fn next_links_are_absolute_and_carry_all_options_in_every_format() {
    let server = Server::start(Options::default());
    let list = numbered(&server, 5);
    let query = "$select=Id,Title&%24filter=Id+gt+1&$orderby=Title%20desc&$top=2&_=17";
    for (accept, version, name) in [
        (PLAIN, "3.0", "odata.nextLink"),
        (MINIMAL, "3.0", "odata.nextLink"),
        (VERBOSE, "3.0", "__next"),
        (MINIMAL, "4.0", "@odata.nextLink"),
        ("application/json;odata.metadata=none", "4.0", "@odata.nextLink"),
    ] {
        let first = list.request("GET", &format!("/items?{query}"));
        let first = first.header("Accept", accept).header("OData-Version", version).send().json();
        let next =
            first.get("d").unwrap_or(&first)[name].as_str().unwrap_or_else(|| panic!("{accept}: {first}"));
        let (at, options) = path(&server, next).split_once('?').unwrap();
        assert_eq!(at, list.items_url());
        let options: BTreeSet<&str> = options.split('&').collect();
        assert!(query.split('&').all(|option| options.contains(option)), "{next}");
        assert!(options.iter().any(|option| option.starts_with("%24skiptoken=Paged%3DTRUE%26")), "{next}");
        assert_eq!(options.len(), query.split('&').count() + 1, "{next}");

        let second = server.request("GET", path(&server, next)).header("Accept", accept);
        let second = second.header("OData-Version", version).send().expect_status(200).json();
        let body = second.get("d").unwrap_or(&second);
        assert_eq!(body.get(name), None, "{accept}: the last page");
        let rows = body.get("value").or(body.get("results")).unwrap();
        assert_eq!((&rows[0]["Id"], &rows[1]["Id"]), (&json!(4), &json!(5)));
        assert_eq!(rows[0].get("Modified"), None, "$select holds on every page");
    }
}

#[test]
fn a_page_has_100_rows_by_default_and_no_link_where_nothing_follows() {
    let server = Server::start(Options::default());
    let list = numbered(&server, 100);
    let url = list.items_url();
    assert_eq!(walk(&server, &url, PLAIN).iter().map(Vec::len).collect::<Vec<_>>(), [100]);
    list.item(json!({}));
    assert_eq!(walk(&server, &url, PLAIN), [(1..=100).collect::<Vec<_>>(), vec![101]]);
    for (top, expected) in [(101, vec![101]), (102, vec![101]), (51, vec![51, 50]), (50, vec![50, 50, 1])] {
        let pages = walk(&server, &format!("{url}?$top={top}"), VERBOSE);
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), expected, "$top={top}");
    }
    assert_eq!(walk(&server, &format!("{url}?$filter=Id%20gt%20101"), PLAIN), [vec![0; 0]]);
    assert_eq!(walk(&server, &format!("{url}?$top=2&$filter=Id%20gt%2099"), PLAIN), [vec![100, 101]]);
}

#[test]
fn more_than_5000_rows_are_cut_to_5000() {
    let server = Server::start(Options::default());
    let list = server.list("Many");
    std::thread::scope(|scope| {
        for _ in 0..3 {
            let (url, client) = (list.items_url(), server.client());
            scope.spawn(move || {
                for _ in 0..1667 {
                    client.request("POST", &url).json(&json!({})).send().expect_status(201);
                }
            });
        }
    });
    for top in ["5001", "999999999999"] {
        let pages = walk(&server, &format!("{}?$select=Id&$top={top}", list.items_url()), PLAIN);
        assert_eq!(pages, [(1..=5000).collect::<Vec<_>>(), vec![5001]]);
    }
}

const TEXTS: [&str; 14] = [
    "a&b",
    "a+b",
    "a b",
    "100%",
    "O'Brien",
    "\"quoted\"",
    "x=y;z",
    "#?/\\",
    "Straße",
    "İzmir",
    "日本 😀",
    "%26",
    "p_ID=3",
    "tab\tline\n",
];

/// Rows with ties, nulls, and texts that a URL cannot hold as they are.
fn mixed(server: &Server) -> List<'_> {
    let list = server.list("Mixed").number("N").boolean("Flag").date_time("Time").choice("Pick", &["a"]);
    for number in 0..42_usize {
        let some = |value: Value, nth: usize| if number % nth == 0 { Value::Null } else { value };
        list.item(json!({
            "Title": some(json!(TEXTS[number * 5 % TEXTS.len()]), 6),
            "N": some(json!([-2.5, 0.0, 7.0, 1e20, 0.1][number % 5]), 4),
            "Flag": some(json!(number % 2 == 0), 3),
            "Time": some(json!(["1969-12-31T23:59:59Z", "2024-05-01T08:00:00Z"][number / 3 % 2]), 5),
            "Pick": some(json!(TEXTS[number % 3]), 7),
        }));
    }
    list
}

#[test]
fn every_order_is_walked_with_each_item_once_and_in_order() {
    let server = Server::start(Options::default());
    let list = mixed(&server);
    for order in [
        "Id",
        "Id desc",
        "Title",
        "Title desc",
        "N",
        "N desc",
        "Flag",
        "Flag desc",
        "Time",
        "Time desc",
        "Pick desc,Title",
        "Flag,N desc",
        "Flag desc,Time,N",
        "Time,Flag desc,Title desc",
        "N,Title,Id desc",
        "Title desc,Id desc",
        "Modified desc",
        "Created,Title",
        "AuthorId desc,N desc",
        "owshiddenversion,Flag",
        "GUID",
        "GUID desc",
        "Title,Title desc",
        "N,N",
    ] {
        for filter in ["", "&$filter=Flag ne true or Title ge 'o'", "&$filter=not (N eq 7)"] {
            let query =
                format!("{}?$orderby={}{}", list.items_url(), encoded(order), filter.replace(' ', "%20"));
            let whole = page(server.request("GET", &format!("{query}&$top=5000")), PLAIN).ids;
            assert!(whole.len() > 20, "{query} finds {}", whole.len());
            for (top, accept) in [(1, PLAIN), (4, VERBOSE), (whole.len() - 1, MINIMAL)] {
                let pages = walk(&server, &format!("{query}&$top={top}"), accept);
                assert!(
                    pages.iter().rev().skip(1).all(|page| page.len() == top),
                    "{order} by {top}: {pages:?}"
                );
                assert_eq!(pages.concat(), whole, "{order} by {top}");
            }
        }
    }
}

#[test]
fn a_link_may_hold_the_longest_texts() {
    let server = Server::start(Options::default());
    let list = server.list("Long").text("A").choice("B", &[]);
    for number in [2, 1, 3] {
        let text = format!("{}{number}", "日".repeat(254));
        list.item(json!({"Title": "日".repeat(255), "A": "ÿ".repeat(255), "B": text}));
    }
    let url = format!("{}?$orderby=Title,A%20desc,B&$top=1", list.items_url());
    assert_eq!(walk(&server, &url, PLAIN), [vec![2], vec![1], vec![3]]);
}

#[test]
fn a_walk_goes_on_while_items_come_and_go() {
    let server = Server::start(Options::default());
    for (order, early, late) in
        [("Title", "", "zz"), ("Title desc", "zz", ""), ("Title,Id desc", "\u{9}", "zz")]
    {
        let list = server.list(&format!("Changing {order}"));
        for title in ["b", "c", "c", "d", "e", "f", ""] {
            list.item(json!({"Title": title}));
        }
        let url = format!("{}?$orderby={}&$top=3", list.items_url(), encoded(order));
        let first = page(server.request("GET", &url), PLAIN);
        let all = page(server.request("GET", &url.replace("$top=3", "$top=99")), PLAIN).ids;
        let (seen, unseen) = all.split_at(3);
        assert_eq!(first.ids, seen);
        // The row that the token names, one that was read, and one that was not.
        for id in [seen[2], seen[0], unseen[1]] {
            list.request("DELETE", &format!("/items({id})")).send().expect_status(200);
        }
        list.item(json!({"Title": early}));
        let later = list.item(json!({"Title": late}));
        let next = first.next.unwrap();
        let rest = walk(&server, path(&server, &next), PLAIN).concat();
        let mut expected: Vec<u64> = unseen.iter().copied().filter(|id| *id != unseen[1]).collect();
        expected.push(later);
        assert_eq!(rest, expected, "{order}");
    }
}

#[test]
fn a_token_counts_for_its_own_order_only() {
    let server = Server::start(Options::default());
    let list = mixed(&server);
    let get = |query: &str| list.request("GET", &format!("/items?{query}")).header("Accept", PLAIN).send();
    // PnPjs makes this one itself: items.skip(40).
    let by_id = "%24skiptoken=Paged%3DTRUE%26p_ID%3D40";
    assert_eq!(read(get(by_id)).ids, [41, 42]);
    assert_eq!(read(get(&format!("{by_id}&$orderby=Id"))).ids, [41, 42]);
    let titled = |token: &str| format!("$orderby=Title&$skiptoken={}", encoded(token));
    get(&titled("Paged=TRUE&p_Title=a%26b&p_ID=3")).expect_status(200);
    for query in [
        format!("{by_id}&$orderby=Title"),
        titled("Paged=TRUE&p_N=3&p_ID=3"),
        titled("Paged=TRUE&p_Title=a&p_N=3&p_ID=3"),
        titled("Paged=TRUE&p_Title=a"),
        titled("Paged=TRUE&p_Title=a&p_ID=x"),
        titled("nonsense"),
        "$skiptoken=".to_owned() + &encoded("Paged=TRUE&p_Title=a&p_ID=3"),
        "$orderby=N&$skiptoken=".to_owned() + &encoded("Paged=TRUE&p_N=many&p_ID=3"),
        // An unencoded & ends the token.
        "$skiptoken=Paged=TRUE&p_ID=40".to_owned(),
    ] {
        let refused = get(&query);
        assert_eq!(refused.status, 400, "{query}: {refused}");
    }
}

#[test]
fn skip_counts_once_and_not_on_the_next_pages() {
    let server = Server::start(Options::default());
    let list = numbered(&server, 9);
    for (query, expected) in [
        ("$top=2&$skip=3", vec![vec![4, 5], vec![6, 7], vec![8, 9]]),
        ("%24skip=7&$top=1", vec![vec![8], vec![9]]),
        ("$orderby=Title&$skip=4&$top=3", vec![vec![5, 4, 3], vec![2, 1]]),
        ("$skip=9&$top=3", vec![vec![]]),
    ] {
        let first = format!("{}?{query}", list.items_url());
        assert_eq!(walk(&server, &first, PLAIN), expected, "{query}");
        if let Some(next) = page(server.request("GET", &first), PLAIN).next {
            assert!(!next.to_lowercase().contains("skip="), "{next}");
        }
    }
}

#[test]
fn the_python_client_s_loop_over_skip_ends_with_every_item_once() {
    let server = Server::start(Options::default());
    let list = numbered(&server, 7);
    let mut found = Vec::new();
    for round in 0.. {
        let query = format!("{}?$top=3&$skip={}", list.items_url(), round * 3);
        let ids = page(server.request("GET", &query), VERBOSE).ids;
        let is_short = ids.len() < 3;
        found.extend(ids);
        assert!(round < 3, "it does not end");
        if is_short {
            break;
        }
    }
    assert_eq!(found, (1..=7).collect::<Vec<_>>());
}

#[test]
fn a_link_keeps_the_address_that_was_used() {
    let server = Server::start(Options::default());
    let list = server.list_in("/sites/demo", "O'Brien & Søn");
    for _ in 0..5 {
        list.item(json!({"Title": "x"}));
    }
    for (address, query) in [
        ("web/GetList(@v)/items", "@v=%27%2Fsites%2Fdemo%2FLists%2FOBrien%20%20S%C3%B8n%27&$top=2"),
        ("web/GetListUsingPath(DecodedUrl=@a1)/Items", "$top=2&%40a1='/sites/demo/Lists/OBrien++S%C3%B8n'"),
        ("lists/O%27Brien%20%26%20S%c3%b8n/items", "%24top=2"),
        ("web/lists/getByTitle('O''Brien%20%26%20S%C3%B8n')/items", "$top=2"),
        ("web/lists/getByTitle(@t)/items", "%40t=%27O%27%27Brien+%26+S%C3%B8n%27&%24top=2"),
    ] {
        let first = format!("/Sites/Demo/_api/{address}?{query}");
        assert_eq!(walk(&server, &first, PLAIN), [vec![1, 2], vec![3, 4], vec![5]], "{first}");
        let next = page(server.request("GET", &first), PLAIN).next.unwrap();
        assert!(path(&server, &next).starts_with(&format!("/Sites/Demo/_api/{address}?")), "{next}");
    }
}

#[test]
fn links_begin_where_the_client_sees_the_service() {
    let names = ["--host", "127.0.0.1", "--host", "localhost", "--host", "lists.example.test"];
    let server = Server::start(Options::default().with(&names).with(&["--trust-proxy", "127.0.0.1"]));
    let list = numbered(&server, 2);
    let at = |headers: &[(&str, &str)]| {
        let mut request = server.request("GET", &format!("{}?$top=1", list.items_url()));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let answer = request.header("Accept", MINIMAL).send().expect_status(200).json();
        let origin = |name: &str, url: &Value| {
            let url = url.as_str().unwrap();
            url.split_once("/_api/").unwrap_or_else(|| panic!("{name}: {url}")).0.to_owned()
        };
        let next = origin("next", &answer["odata.nextLink"]);
        assert_eq!(next, origin("metadata", &answer["odata.metadata"]), "all links agree");
        next
    };
    let port = server.address().port();
    assert_eq!(at(&[]), format!("http://127.0.0.1:{port}"));
    assert_eq!(at(&[("Host", "localhost:1234")]), "http://localhost:1234");
    assert_eq!(at(&[("Host", "localhost"), ("X-Forwarded-Proto", "https")]), "https://localhost");
    let proxied = [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "lists.example.test")];
    assert_eq!(at(&proxied), "https://lists.example.test");
    let added =
        list.request("POST", "/items").header("X-Forwarded-Host", "lists.example.test").json(&json!({}));
    let location = added.send().expect_status(201).header("Location").unwrap().to_owned();
    assert!(location.starts_with("http://lists.example.test/_api/Web/Lists(guid'"), "{location}");
}

/// A page is not longer than a server can hold for many readers at once.
#[test]
fn a_page_of_large_items_ends_early_and_the_next_ones_have_the_rest() {
    let server = Server::start(Options::default());
    let list = server.list("Large").note("Text");
    let text = "x".repeat(1_500_000);
    for _ in 0..14 {
        list.item(json!({"Title": "large", "Text": text}));
    }
    let first = format!("{}?$top=100&$select=Id", list.items_url());
    let pages = walk(&server, &first, "application/json;odata=nometadata");
    assert_eq!(pages.concat(), (1..=14).collect::<Vec<_>>());
    assert_eq!(pages.len(), 2);
}
