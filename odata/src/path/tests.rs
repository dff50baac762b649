//! Tests of paths: every spelling, and what is refused.

use proptest::prelude::*;

use super::*;
use crate::Timestamp;

pub(super) const ID: Uuid = Uuid::from_u128(0x7c1d_0b52_0000_4000_8000_0000_0000_00ab);
pub(super) const G: &str = "7c1d0b52-0000-4000-8000-0000000000ab";

pub(super) fn list(list: ListKey, part: ListPart) -> Resource {
    Resource::List { list, part }
}

fn titled(title: &str) -> Resource {
    list(ListKey::Title(title.to_owned()), ListPart::Itself)
}

pub(super) fn pumps(part: ListPart) -> Resource {
    list(ListKey::Title("Pumps".to_owned()), part)
}

pub(super) fn by_key(name: &str, value: Literal) -> ListPart {
    ListPart::Item(ItemKey::Field { name: name.to_owned(), value })
}

pub(super) fn string(text: &str) -> Literal {
    Literal::String(text.to_owned())
}

/// Parses `path`, with `G` for the GUID and after `?` the query, below `/_api/`.
pub(super) fn api(path: &str) -> Result<Resource, PathError> {
    let target = format!("/_api/{}", path.replace("{G}", G));
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    ResourcePath::parse(path, query).map(|path| {
        assert_eq!(path.site, SitePath::ROOT);
        path.resource
    })
}

#[track_caller]
pub(super) fn check(path: &str, expected: Resource) {
    assert_eq!(api(path), Ok(expected), "{path}");
}

#[track_caller]
pub(super) fn invalid(path: &str) {
    let found = api(path);
    assert!(matches!(found, Err(PathError::Invalid { .. })), "{path}: {found:?}");
}

#[track_caller]
pub(super) fn not_found(path: &str, segment: &str) {
    assert_eq!(api(path), Err(PathError::NotFound { segment: segment.to_owned() }), "{path}");
}

#[test]
fn entry_points() {
    for path in
        ["contextinfo", "ContextInfo", "contextinfo/", "contextinfo()", "contextinfo( )/", "context%49nfo"]
    {
        check(path, Resource::ContextInfo);
    }
    for path in ["$batch", "$Batch", "%24batch/", "$BATCH()"] {
        check(path, Resource::Batch);
    }
    for path in ["web", "Web", "web/", "web()"] {
        check(path, Resource::Web);
    }
    for path in ["web/webs/add", "Web/Webs/Add()", "web()/webs()/add/"] {
        check(path, Resource::AddWeb);
    }
    for path in ["web/webs", "Web/Webs()/"] {
        check(path, Resource::Webs);
    }
    check("site", Resource::Site);
    check("Site/RootWeb", Resource::RootWeb(Box::new(Resource::Web)));
    check("site/Url", Resource::SiteProperty(PropertyPath { name: "Url".into(), raw: false }));
    check("web/title/$value", Resource::WebProperty(PropertyPath { name: "title".into(), raw: true }));
    for path in ["web/lists", "lists", "Lists/", "lists()", "web/Lists()/"] {
        check(path, Resource::Lists);
    }
}

#[test]
fn lists_by_title() {
    for path in [
        "web/lists/getbytitle('Pumps')",
        "lists/GetByTitle('Pumps')/",
        "Web/Lists()/getByTitle( 'Pumps' )",
        "web/lists/getbytitle(%27Pumps%27)",
        "web/lists/getbytitle%28%27Pumps%27%29",
        "web/lists/getbytitle(\"Pumps\")",
        "web/lists/getbytitle(title='Pumps')",
        "web/lists/getbytitle( StrTitle = 'Pumps')",
        "web/lists/getbytitle(@v)?@v='Pumps'",
        "web/lists/getByTitle(@t)?x=1&%40t=%27Pumps%27&@t='Valves'",
        "web/lists/getbytitle(title=@v)?@v=\"Pumps\"",
        "%77eb/lists/getbytitle('P%75mps')",
    ] {
        check(path, titled("Pumps"));
    }
}

#[test]
fn texts_and_their_apostrophes() {
    for (text, title) in [
        ("''", ""),
        ("''''", "'"),
        ("'x'''", "x'"),
        ("'''x'", "'x"),
        ("'Bob''s%20R%26D%20%2F%20%C3%BC'", "Bob's R&D / ü"),
        ("'Bob%27%27s'", "Bob's"),
        ("%27Bob%27's%27", "Bob's"),
        ("'It's%20%C3%BC'", "It's ü"),
        ("'It's/raw'", "It's/raw"),
        ("'a'b'c'", "a'b'c"),
        ("'a'' )b'", "a' )b"),
        ("'a'')b'", "a')b"),
        ("'a'',''b'", "a','b"),
        ("'100%25'", "100%"),
        ("'%2527'", "%27"),
        ("'a+b'", "a+b"),
        ("'ü(1)!*~'", "ü(1)!*~"),
        ("'x' ", "x"),
        ("\"It's\"", "It's"),
        ("\"a\"\"b\"", "a\"b"),
    ] {
        check(&format!("web/lists/getbytitle({text})"), titled(title));
        check(
            &format!("lists/getbytitle({text})/items"),
            list(ListKey::Title(title.to_owned()), ListPart::Items),
        );
    }
    for text in [
        "'x", "'", "x'", "'x''", "'''", "\"x'", "'x'y", "'%zz'", "'%4'", "'%ff'", "'%00'", "'x\"", "x", "5",
        "null",
    ] {
        invalid(&format!("web/lists/getbytitle({text})"));
    }
}

#[test]
fn aliases() {
    check("lists/getbytitle(@t)?%40t=%27Bob%27%27s+R%26D%27", titled("Bob's R&D"));
    check("lists/getbytitle(@t)?@t='It's'", titled("It's"));
    check("web/lists(@id)?@id=guid'{G}'", list(ListKey::Id(ID), ListPart::Itself));
    check("lists/Pumps/items(@n)?@n=7", pumps(ListPart::Item(ItemKey::Id(7))));
    check("lists/Pumps/items(Key=@k)?@k=4.5", pumps(by_key("Key", Literal::Number(4.5))));
    for path in [
        "lists/getbytitle(@t)",
        "lists/getbytitle(@t)?t='x'",
        "lists/getbytitle(@t)?@t",
        "lists/getbytitle(@t)?@t=",
        "lists/getbytitle(@t)?@t='x",
        "lists/getbytitle(@t)?@t=x",
        "lists/getbytitle(@t)?@t=5",
        "lists/getbytitle(@t)?@t='%zz'",
        "lists/getbytitle(@t)?@t='%00'",
        "lists/getbytitle(@t)?@t=@u&@u='x'",
    ] {
        invalid(path);
    }
}

#[test]
fn lists_by_id() {
    for path in [
        "web/lists(guid'{G}')",
        "lists(guid'{G}')",
        "web/lists(GUID'{{G}}')",
        "Web/Lists('{G}')/",
        "web/lists('{{G}}')",
        "web/lists('%7B{G}%7D')",
        "web/lists/getbyid('{G}')",
        "web/lists/GetById(guid'{G}')",
        "lists/getbyid(id='{G}')",
    ] {
        check(path, list(ListKey::Id(ID), ListPart::Itself));
    }
    for path in [
        "web/lists('x')",
        "web/lists(guid'x')",
        "web/lists({G})",
        "web/lists(1)",
        "web/lists('{G}','{G}')",
        "web/lists/getbyid()",
        "web/lists/getbyid",
        "web/lists/getbyid('x')",
        "web/lists('{G}'",
        "web/lists('{G}')items",
        "web/lists('{G}')%2Fitems",
    ] {
        invalid(path);
    }
}

#[test]
fn lists_by_url() {
    for path in [
        "web/GetList('/sites/ops/Lists/Pumps')",
        "web/getList('%2Fsites%2Fops%2FLists%2FPumps')/",
        "web/getlist(strUrl='/sites/ops/Lists/Pumps')",
        "web/GetList(@v)?@v='/sites/ops/Lists/Pumps'",
        "web/GetListUsingPath(DecodedUrl='/sites/ops/Lists/Pumps')",
        "web/GetListUsingPath(DecodedUrl=@a1)?@a1='%2Fsites%2Fops%2FLists%2FPumps'",
        "web/getlistusingpath('/sites/ops/Lists/Pumps')",
    ] {
        check(path, list(ListKey::Url("/sites/ops/Lists/Pumps".to_owned()), ListPart::Itself));
    }
    check(
        "web/GetList('/Lists/It's')/items(1)",
        list(ListKey::Url("/Lists/It's".to_owned()), ListPart::Item(ItemKey::Id(1))),
    );
    not_found("GetList('/x')", "GetList");
}

#[test]
fn lists_by_the_short_form() {
    for (path, title) in [
        ("lists/Pumps", "Pumps"),
        ("Lists/Pumps/", "Pumps"),
        ("lists/R%26D%20%2F%20%C3%BC", "R&D / ü"),
        ("lists/It's", "It's"),
        ("lists/Pumps('x'),(1)", "Pumps('x'),(1)"),
        ("lists/getbytitle", "getbytitle"),
        ("lists/getbyidea(1)", "getbyidea(1)"),
        ("lists/%28draft%29", "(draft)"),
        ("lists/items", "items"),
        ("lists/Pumps%2Fitems", "Pumps/items"),
    ] {
        check(path, titled(title));
    }
    check("lists/items/items(2)", list(ListKey::Title("items".to_owned()), ListPart::Item(ItemKey::Id(2))));
    not_found("web/lists/Pumps", "Pumps");
    not_found("web/lists/Pumps(1)/items", "Pumps");
    not_found("lists/Pumps/attachments('x')", "attachments");
    for path in ["lists/(guid'{G}')", "lists//items", "lists/GetByTitle(Pumps)", "lists/%00", "lists/%ff"] {
        invalid(path);
    }
}

#[test]
fn parts_of_a_list() {
    let named =
        |name: &str| ListPart::Fields(FieldsPart::One(FieldKey::InternalNameOrTitle(name.to_owned())));
    for (part, expected) in [
        ("", ListPart::Itself),
        ("/fields", ListPart::Fields(FieldsPart::All)),
        ("/Fields()/", ListPart::Fields(FieldsPart::All)),
        (
            "/fields/getbytitle('Max load')",
            ListPart::Fields(FieldsPart::One(FieldKey::Title("Max load".to_owned()))),
        ),
        ("/fields/getByInternalNameOrTitle('It's%20%C3%BC')", named("It's ü")),
        ("/fields/getbyinternalnameortitle('a/b')/", named("a/b")),
        ("/fields/getbyid('{G}')", ListPart::Fields(FieldsPart::One(FieldKey::Id(ID)))),
        ("/fields('{G}')", ListPart::Fields(FieldsPart::One(FieldKey::Id(ID)))),
        ("/fields(guid'{G}')", ListPart::Fields(FieldsPart::One(FieldKey::Id(ID)))),
        ("/items", ListPart::Items),
        ("/Items()", ListPart::Items),
        ("/items/$count", ListPart::ItemsCount),
        ("/Items()/%24Count", ListPart::ItemsCount),
        ("/items(1)", ListPart::Item(ItemKey::Id(1))),
        ("/Items( 1 )/", ListPart::Item(ItemKey::Id(1))),
        ("/items(0)", ListPart::Item(ItemKey::Id(0))),
        ("/items(-1)", ListPart::Item(ItemKey::Id(-1))),
        ("/items/GetById(1)", ListPart::Item(ItemKey::Id(1))),
        ("/items/getbyid(id=1)", ListPart::Item(ItemKey::Id(1))),
        ("/getItemById(1)", ListPart::Item(ItemKey::Id(1))),
        ("/getItemByStringId('1')", ListPart::Item(ItemKey::Id(1))),
        ("/items(Key='bobs_address')", by_key("Key", string("bobs_address"))),
        ("/items(Key='a''b/c,d)')", by_key("Key", string("a'b/c,d)"))),
        ("/items(Größe=42)", by_key("Größe", Literal::Integer(42))),
        ("/items(Key=true)", by_key("Key", Literal::Boolean(true))),
        ("/items(Key=guid'{G}')", by_key("Key", Literal::Guid(ID))),
        ("/items(1)/increment", ListPart::Increment(ItemKey::Id(1))),
        ("/getitembyid(1)/Increment()/", ListPart::Increment(ItemKey::Id(1))),
    ] {
        check(&format!("web/lists/getbytitle('Pumps'){part}"), pumps(expected.clone()));
        check(&format!("lists/Pumps{part}"), pumps(expected));
    }
    let day = Timestamp::parse_iso("2024-05-01").unwrap();
    check("lists/Pumps/items(Due=datetime'2024-05-01')", pumps(by_key("Due", Literal::DateTime(day))));
}

#[test]
fn what_is_not_there() {
    for (path, segment) in [
        ("sites", "sites"),
        ("web/foo(bar", "foo"),
        ("web/webs/get", "get"),
        ("web/webs/add/x", "x"),
        ("contextinfo/x", "x"),
        ("web%2Flists", "web/lists"),
        ("lists/Pumps/items/getItemById(1)", "getItemById"),
        ("lists/Pumps/items/1", "1"),
        ("lists/Pumps/items(1)/versions(512)", "versions"),
        ("lists/Pumps/items(1)/Title/x", "Title"),
        ("lists/Pumps/views/getbyname('x')", "getbyname"),
        ("lists/Pumps/ParentList/x", "ParentList"),
        ("web/siteusers/getbyname('x')", "getbyname"),
        ("lists/Pumps/items(1)/increment/x", "x"),
        ("lists/Pumps/fields/x", "x"),
        ("lists/Pumps/fields('{G}')/x('y')", "x"),
        ("lists/Pumps/%C3%BC-x", "ü-x"),
    ] {
        not_found(path, segment);
    }
}

#[test]
fn what_cannot_be_read() {
    for path in [
        "/web",
        "web//lists",
        "web/lists//",
        "web(1)",
        "web/%zz",
        "web/(x)",
        "contextinfo('x')",
        "lists/Pumps/items(9223372036854775808)",
        "lists/Pumps/items(1.5)",
        "lists/Pumps/items('1')",
        "lists/Pumps/items(1,2)",
        "lists/Pumps/items(1,)",
        "lists/Pumps/items(,1)",
        "lists/Pumps/items(A=1,B=2)",
        "lists/Pumps/items(1",
        "lists/Pumps/items(",
        "lists/Pumps/items(=1)",
        "lists/Pumps/items(1a='x')",
        "lists/Pumps/items(Key=)",
        "lists/Pumps/items(Key=x)",
        "lists/Pumps/items(1)x",
        "lists/Pumps/items(1)(2)",
        "lists/Pumps/items/getbyid()",
        "lists/Pumps/items(1)/increment(1)",
        "lists/Pumps/getitembystringid('x')",
        "lists/Pumps/getitembystringid('')",
        "lists/Pumps/getitembystringid(1)",
        "lists/Pumps/fields('x')",
        "lists/getbytitle('a','b')",
        "lists/getbytitle()",
    ] {
        invalid(path);
    }
    let error = |path| api(path).unwrap_err().to_string();
    let slashed = error("web/lists/(guid'{G}')/items(1)");
    assert_eq!(slashed, format!("The expression \"web/lists/(guid'{G}')/items(1)\" is not valid."));
    assert_eq!(
        error("web/lists/getbytitle(Dummy1='x')"),
        "The parameter Dummy1 does not exist in method GetByTitle."
    );
    assert_eq!(
        error("web/lists/getbytitle('a',Dummy1='x')"),
        "The parameter Dummy1 does not exist in method GetByTitle."
    );
    let long = error(&format!("web/getlist({})", "ü".repeat(10_000)));
    assert!(long.chars().count() < 250, "{long}");
}

/// Any text without U+0000, and many with characters that mean something in a path.
pub(super) fn any_text() -> impl Strategy<Value = String> {
    prop_oneof!["[^\0]{0,16}", "[a'\"(), /%+?&=@]{0,10}"]
}

proptest! {
    #[test]
    fn any_title_survives_the_short_form(title in any_text().prop_filter("reserved", |title| {
        let lower = title.to_ascii_lowercase();
        !lower.is_empty() && !lower.starts_with("getby")
    })) {
        let raw = crate::encoding::encode(&title).to_string();
        prop_assert_eq!(api(&format!("lists/{raw}/items")), Ok(list(ListKey::Title(title), ListPart::Items)));
    }

    #[test]
    fn no_text_panics(path in ".*", query in ".*", close in "[a-z(),'\"@=%0-9 /ü]{0,30}") {
        let _ = ResourcePath::parse(&path, &query);
        let _ = ResourcePath::parse(&format!("/_api/{path}"), &query);
        for prefix in ["/_api/lists/getbytitle", "/_api/web/lists", "/_api/lists/x/items", "/"] {
            let _ = ResourcePath::parse(&format!("{prefix}{close}"), &close);
        }
        let _ = SitePath::parse(&path);
    }
}
