//! Addresses: every spelling that clients send names the same site, list, field and item.

use matchlist_tests::{Options, Response, Server};
use serde_json::{Value, json};

const PLAIN: &str = "application/json;odata=nometadata";

fn get(server: &Server, path: &str) -> Response {
    server.request("GET", path).header("Accept", PLAIN).send()
}

#[track_caller]
fn names(server: &Server, paths: &[String], member: &str, value: &Value) {
    for path in paths {
        let answer = get(server, path);
        assert_eq!(answer.status, 200, "{path}: {answer}");
        assert_eq!(answer.json()[member], *value, "{path}");
    }
}

fn under(base: &str, paths: &[&str]) -> Vec<String> {
    paths.iter().map(|path| format!("{base}/{path}")).collect()
}

/// Everything but letters and digits as `%XX`, as a careful client has it.
fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b if b.is_ascii_alphanumeric() => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    };
    text.bytes().map(encode).collect()
}

fn id_of(server: &Server, list: &str) -> String {
    get(server, list).expect_status(200).json()["Id"].as_str().unwrap().to_owned()
}

#[test]
fn every_spelling_of_a_list_names_it() {
    let server = Server::start(Options::default());
    let list = server.list_in("/sites/demo", "Pumps");
    // One of the same name elsewhere must not be found instead.
    server.list("Pumps");
    let id = id_of(&server, list.url());
    let upper = id.to_uppercase();
    let spellings = [
        "/sites/demo/_api/web/lists/getbytitle('Pumps')",
        "/SITES/Demo/_API/WEB/LISTS/GETBYTITLE('PUMPS')",
        "/sites/demo/_vti_bin/client.svc/Web/Lists/GetByTitle('Pumps')",
        "/sites/demo/_api/web/lists/getbytitle(%27Pumps%27)/",
        "/sites/demo/_api/Web/Lists/getByTitle(%22Pumps%22)",
        "/sites/demo/_api/web/lists/getbytitle(title='Pumps')",
        "/sites/demo/_api/web/lists/getByTitle(@t)?%40t=%27Pumps%27",
        "/sites/demo/_api/web/lists/getByTitle(@t)?@t='Pumps'",
        "/sites/demo/_api/web/lists(guid'ID')",
        "/sites/demo/_api/web/lists(guid'UPPER')",
        "/sites/demo/_api/web/lists(@id)?@id=guid'ID'",
        "/sites/demo/_api/web/lists('ID')",
        "/sites/demo/_api/web/lists('%7BID%7D')",
        "/sites/demo/_api/web/lists('{UPPER}')",
        "/sites/demo/_api/web/lists/getbyid('ID')",
        "/sites/demo/_api/web/lists/GetById(guid'ID')",
        "/sites/demo/_api/web/GetList('/sites/demo/Lists/Pumps')",
        "/sites/demo/_api/web/getList('%2Fsites%2Fdemo%2FLists%2FPumps')",
        "/sites/demo/_api/web/GetList('/Sites/Demo/lists/pumps/')",
        "/sites/demo/_api/web/GetList('Lists/Pumps')",
        "/sites/demo/_api/web/GetList(@v)?@v='/sites/demo/Lists/Pumps'",
        "/sites/demo/_api/web/GetListUsingPath(DecodedUrl='/sites/demo/Lists/Pumps')",
        "/sites/demo/_api/web/GetListUsingPath(DecodedUrl=@a1)?@a1=%27%2Fsites%2Fdemo%2FLists%2FPumps%27",
        "/sites/demo/_api/lists/Pumps",
        "/sites/demo/_api/lists/pUMPS/",
        "/sites/demo/_api/lists/getbytitle('Pumps')",
        "/sites/demo/_api/lists/getbyid('ID')",
        "/sites/demo/_api/lists(guid'ID')",
        "/sites/demo/_api/lists('ID')",
    ];
    let paths: Vec<String> =
        spellings.iter().map(|path| path.replace("ID", &id).replace("UPPER", &upper)).collect();
    names(&server, &paths, "Id", &json!(id));
}

#[test]
fn every_spelling_of_an_item_names_it() {
    let server = Server::start(Options::default());
    let list = server.list_in("/sites/demo", "Pumps");
    list.item(json!({"Title": "another"}));
    let item = list.item(json!({"Title": "P-101"}));
    let lists = [
        list.url().to_owned(),
        "/sites/demo/_api/lists/Pumps".to_owned(),
        format!("/sites/demo/_api/web/lists(guid'{}')", id_of(&server, list.url())),
        "/sites/demo/_api/web/GetList('/sites/demo/Lists/Pumps')".to_owned(),
    ];
    for list in lists {
        let paths = under(
            &list,
            &[
                "items(2)",
                "Items(2)/",
                "ITEMS/GetById(2)",
                "items/getbyid(2)",
                "getItemById(2)",
                "getitembyid(2)",
                "getItemByStringId('2')",
                "items(@i)?@i=2",
            ],
        );
        names(&server, &paths, "Id", &json!(item));
    }
}

#[test]
fn every_spelling_of_a_field_names_it() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps").number("Max load").text("It's ü/x");
    let field = get(&server, &format!("{}/fields/getbytitle('Max%20load')", list.url())).json();
    let id = field["Id"].as_str().unwrap().to_owned();
    let paths = [
        "fields(guid'ID')",
        "Fields('ID')",
        "fields('%7BID%7D')",
        "fields/getbyid('ID')",
        "fields/GetById(guid'ID')",
        "fields/getByTitle('max%20LOAD')",
        "fields/getbytitle(@t)?@t='Max load'".replace(' ', "%20").as_str(),
        "fields/getByInternalNameOrTitle('Max_x0020_load')",
        "fields/getbyinternalnameortitle('MAX%20load')",
    ]
    .map(|path| path.replace("ID", &id));
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    names(&server, &under(list.url(), &paths), "Id", &json!(id));
    // PnPjs escapes neither the apostrophe nor the slash here.
    let unescaped = ["fields/getByTitle('It's%20%C3%BC/x')", "fields/getByInternalNameOrTitle('It's%20ü/x')"];
    let unescaped = unescaped.map(|path| path.replace('ü', "%C3%BC"));
    let unescaped: Vec<&str> = unescaped.iter().map(String::as_str).collect();
    names(&server, &under(list.url(), &unescaped), "Title", &json!("It's ü/x"));
}

#[test]
fn a_title_of_any_characters_is_reached_by_every_way_of_quoting() {
    let server = Server::start(Options::default());
    let titles = [
        "O'Brien",
        "Bob's R&D / ü",
        "a/b",
        "100% sure",
        "%2F",
        "(brackets)",
        "x(1)",
        "smile 😀",
        "1+1",
        "a b+c",
        "#hash?",
        "a=b;c",
        "it's (new), 'old'",
        "getbytitle",
        "items",
        "guid'x'",
        "'",
        "\"",
        "日本語",
    ];
    for title in titles {
        let list = server.list_in("/sites/demo", title);
        list.item(json!({"Title": title}));
        let id = id_of(&server, list.url());
        let quoted = encoded(&format!("'{}'", title.replace('\'', "''")));
        let paths = [
            format!("/sites/demo/_api/web/lists/getbytitle({quoted})"),
            format!("/sites/demo/_api/web/lists/getbytitle(@t)?@t={quoted}"),
            format!("/sites/demo/_api/lists/{}", encoded(title)),
        ];
        names(&server, &paths, "Id", &json!(id));
        let item = format!("/sites/demo/_api/lists/{}/items(1)", encoded(title));
        names(&server, &[item], "Title", &json!(title));
    }
    let undoubled = ["/sites/demo/_api/web/lists/getByTitle('O'Brien')".to_owned()];
    names(&server, &undoubled, "Title", &json!("O'Brien"));
    let raw_slash = ["/sites/demo/_api/web/lists/getByTitle('a/b')".to_owned()];
    names(&server, &raw_slash, "Title", &json!("a/b"));
}

#[test]
fn one_site_s_address_never_reaches_another_site_s_list() {
    let server = Server::start(Options::default());
    let root = server.list("Secret");
    root.item(json!({"Title": "mine"}));
    let demo = server.list_in("/sites/demo", "Theirs");
    let id = id_of(&server, root.url());
    let paths = [
        "/sites/demo/_api/web/lists/getbytitle('Secret')",
        "/sites/demo/_api/lists/Secret",
        &format!("/sites/demo/_api/web/lists(guid'{id}')"),
        &format!("/sites/demo/_api/web/lists('{id}')"),
        "/sites/demo/_api/web/GetList('/Lists/Secret')",
        "/sites/demo/_api/web/GetList('Lists/Secret')",
        "/sites/demo/_api/web/GetList('/sites/demo/Lists/Secret')",
        "/_api/web/lists/getbytitle('Theirs')",
        "/_api/web/GetList('/Lists/Theirs')",
        "/_api/web/GetList('/sites/demo/Lists/Theirs')",
    ];
    for path in paths {
        for under in ["", "/items", "/items(1)", "/fields"] {
            let path = format!("{path}{under}");
            get(&server, &path).expect_status(404);
        }
        server.request("DELETE", path).send().expect_status(404);
        server.request("DELETE", &format!("{path}/items(1)")).send().expect_status(404);
        let post = server.request("POST", &format!("{path}/items")).json(&json!({"Title": "x"}));
        post.send().expect_status(404);
    }
    assert_eq!(root.read(1).json()["Title"], "mine");
    assert_eq!(get(&server, &demo.items_url()).json()["value"], json!([]));
}

#[test]
fn sites_are_made_as_pnpjs_makes_them_and_nest() {
    let server = Server::start(Options::default());
    let add = |site: &str, title: &str, url: &str| {
        let parameters = json!({
            "Description": "", "Language": 1033, "Title": title, "Url": url,
            "UseSamePermissionsAsParentSite": true, "WebTemplate": "STS",
        });
        let request = server.request("POST", &format!("{site}/_api/web/webs/add"));
        let request = request.header("Accept", "application/json");
        request
            .header("Content-Type", "application/json;charset=utf-8")
            .json(&json!({"parameters": parameters}))
    };
    for (parent, url, path) in [
        ("", "crm", "/crm"),
        ("/sites/demo", "team", "/sites/demo/team"),
        ("/crm", "R&D ü", "/crm/R&D%20%C3%BC"),
    ] {
        let added = add(parent, "A site", url).send().json();
        let found = added["Url"].as_str().unwrap().replace("%26", "&");
        assert_eq!(found, format!("http://{}{path}", server.address()));
        assert_eq!(added["Title"], "A site");
        let list = server.list_in(path, "Here");
        list.item(json!({"Title": path}));
        let web = get(&server, &format!("{}/_api/web", path.to_uppercase().replace("%C3%BC", "%c3%bc")));
        assert_eq!(web.expect_status(200).json()["Title"], "A site");
    }
    assert_eq!(get(&server, "/crm/_api/lists/Here/items(1)").json()["Title"], "/crm");
    get(&server, "/_api/lists/Here").expect_status(404);
    get(&server, "/team/_api/web").expect_status(404);
    add("", "Again", "CRM").send().expect_status(409);
    add("/nowhere", "Lost", "x").send().expect_status(404);
}

#[test]
fn a_tunnelled_verb_does_what_the_real_one_does() {
    let server = Server::start(Options::default());
    let list = server.list("Tasks").text("Status");
    let status = |id: u64| list.read(id).json()["Status"].clone();
    for (method, tunnelled) in [
        ("MERGE", None),
        ("PATCH", None),
        ("merge", None),
        ("PUT", None),
        ("POST", Some("MERGE")),
        ("POST", Some("patch")),
        ("POST", Some("Put")),
        ("MERGE", Some("MERGE")),
        ("PATCH", Some("MERGE")),
    ] {
        let id = list.item(json!({"Title": "x", "Status": "old"}));
        let mut request = list.request(method, &format!("/items({id})"));
        if let Some(verb) = tunnelled {
            request = request.header("X-Http-Method", verb);
        }
        request.json(&json!({"Status": "new"})).send().expect_status(204);
        assert_eq!(status(id), "new", "{method} {tunnelled:?}");
        let merges = method != "PUT" && tunnelled != Some("Put");
        let title = if merges { json!("x") } else { Value::Null };
        assert_eq!(list.read(id).json()["Title"], title, "{method} {tunnelled:?}");
    }
    for (method, tunnelled) in [("DELETE", None), ("POST", Some("DELETE")), ("POST", Some("delete"))] {
        let id = list.item(json!({"Title": "x"}));
        let item = format!("/items({id})");
        let mut request = list.request(method, &item);
        if let Some(verb) = tunnelled {
            request = request.header("X-HTTP-Method", verb);
        }
        assert_eq!(request.send().expect_status(200).text(), "");
        list.request("GET", &item).send().expect_status(404);
    }
    let id = list.item(json!({"Title": "x"}));
    let read = list.request("GET", &format!("/items({id})")).header("X-HTTP-Method", "DELETE");
    read.send().expect_status(200);
    assert_eq!(list.read(id).json()["Title"], "x", "a GET tunnels nothing");
}

#[test]
fn head_answers_as_get_does_without_a_body_and_options_lists_the_methods() {
    let server = Server::start(Options::default());
    let list = server.list("Tasks");
    list.item(json!({"Title": "x"}));
    for path in [list.item_url(1), list.items_url(), list.url().to_owned(), "/_api/web/lists".to_owned()] {
        let (get, head) = (server.request("GET", &path).send(), server.request("HEAD", &path).send());
        assert_eq!((head.status, head.text().as_str()), (200, ""), "{path}");
        for name in ["ETag", "Last-Modified", "Content-Type", "Content-Length"] {
            assert_eq!(head.header(name), get.header(name), "{name} of {path}");
        }
    }
    server.request("HEAD", &list.item_url(9)).send().expect_status(404);
    for path in [list.item_url(1), list.items_url()] {
        let options = server.request("OPTIONS", &path).send();
        assert!([200, 204].contains(&options.status), "{options}");
        let allow = options.header("Allow").unwrap_or_else(|| panic!("no Allow in {options}"));
        assert!(allow.contains("GET"), "{allow}");
    }
}

#[test]
fn what_names_nothing_is_refused_in_sharepoint_s_words() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps");
    let id = id_of(&server, list.url());
    let message = |path: &str, status: u16| {
        let answer = get(&server, path).expect_status(status).json();
        answer["odata.error"]["message"]["value"].as_str().unwrap().to_owned()
    };
    let slashed = format!("web/lists/(guid'{id}')/items(1)");
    assert_eq!(
        message(&format!("/_api/{slashed}"), 400),
        format!("The expression \"{slashed}\" is not valid.")
    );
    message("//_api/web", 400);
    message("/_api/web/lists//items", 400);
    message("/_api/web/lists/getbytitle('Pumps", 400);
    message("/_api/web/lists/getbytitle(@t)", 400);
    message("/_api/web/lists('no-guid')", 400);
    assert_eq!(
        message("/_api/web/lists/getbytitle('Pumps')/pipes", 404),
        "Cannot find resource for the request pipes."
    );
    assert_eq!(
        message("/_api/web/lists/getbytitle('Pumps')/items/getItemById(1)", 404),
        "Cannot find resource for the request getItemById."
    );
    assert_eq!(
        message("/_api/web/lists/getbytitle(Dummy1='Pumps')", 400),
        "The parameter Dummy1 does not exist in method GetByTitle."
    );
    let missing = message("/sites/demo/_api/web/lists/getbytitle('Pumps')", 404);
    let site = format!("http://{}/sites/demo", server.address());
    assert_eq!(missing, format!("List 'Pumps' does not exist at site with URL '{site}'."));
    message("/sites/nowhere/_api/web", 404);
}
