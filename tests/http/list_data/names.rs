//! How titles become names, and what happens where two become the same.

use matchlist_tests::{Options, Server};
use serde_json::{Value, json};

use super::id;

const SERVICE: &str = "/_vti_bin/ListData.svc";

fn get(server: &Server, under: &str) -> (u16, Value) {
    let answer =
        server.request("GET", &format!("{SERVICE}/{under}")).header("Accept", "application/json").send();
    (answer.status, answer.json())
}

#[test]
fn titles_of_any_characters_become_names() {
    let server = Server::start(Options::default());
    for (title, name) in [
        ("config list", "ConfigList"),
        ("Größe & <Maß>", "GrößeMaß"),
        ("2024 plans", "c_2024Plans"),
        ("★", "c_"),
        ("it's/a \"test\"", "ItSATest"),
    ] {
        let list = server.list(title);
        list.item(json!({"Title": "x"}));
        let encoded: String = name.bytes().map(|b| format!("%{b:02X}")).collect();
        let (status, found) = get(&server, &encoded);
        assert_eq!((status, &found["d"]["results"][0]["Title"]), (200, &json!("x")), "{title}");
        let metadata = server.request("GET", &format!("{SERVICE}/$metadata")).send().text();
        assert!(metadata.contains(&format!("<EntitySet Name=\"{name}\" ")), "{metadata}");
    }
}

#[test]
fn lists_whose_names_collide_have_names_that_tell_them_apart() {
    let server = Server::start(Options::default());
    let (first, second) = (server.list("my list"), server.list("MyList"));
    first.item(json!({"Title": "first"}));
    second.item(json!({"Title": "second"}));
    let name = |list: &matchlist_tests::List<'_>| format!("MyList_{}", id(list).replace('-', ""));
    let (one, two) = (name(&first), name(&second));
    for (set, title) in [(&one, "first"), (&two, "second")] {
        assert_eq!(get(&server, &format!("{set}(1)")).1["d"]["Title"], title);
    }
    let mut sets = get(&server, "").1["d"]["EntitySets"].as_array().unwrap().clone();
    sets.sort_by_key(|s| s.as_str().map(str::to_owned));
    let mut expected = [&one, &two].map(|name| json!(name));
    expected.sort_by_key(|s| s.as_str().map(str::to_owned));
    assert_eq!(sets, expected);
    let (status, told) = get(&server, "MyList(1)");
    assert_eq!(status, 400);
    let message = told["error"]["message"]["value"].as_str().unwrap();
    assert!(message.contains(&one) && message.contains(&two), "{message}");
    let write = server.request("POST", &format!("{SERVICE}/MyList")).json(&json!({"Title": "lost"})).send();
    assert_eq!(write.status, 400, "{write}");
    assert!(write.text().starts_with("<?xml"), "{write}");
}

#[test]
fn a_title_that_looks_like_another_s_name_does_not_take_it() {
    let server = Server::start(Options::default());
    let (first, second) = (server.list("my list"), server.list("MyList"));
    first.item(json!({"Title": "first"}));
    let name = format!("MyList_{}", id(&first).replace('-', ""));
    let third = server.list(&name);
    third.item(json!({"Title": "third"}));
    let of_third = format!("{name}_{}", id(&third).replace('-', ""));
    assert_eq!(get(&server, &format!("{name}(1)")).1["d"]["Title"], "first");
    assert_eq!(get(&server, &format!("{of_third}(1)")).1["d"]["Title"], "third");
    second.request("DELETE", "").send().expect_status(200);
    assert_eq!(get(&server, "MyList(1)").1["d"]["Title"], "first");
    let list = server.list("B").text("a b").text("A-B").text("AB_a_x0020_b").text("AB_A_x002d_B");
    list.item(json!({"Title": "t"}));
    let read = get(&server, "B(1)").1;
    assert_eq!(read["d"].as_object().unwrap().len(), 14, "{read}");
}

#[test]
fn fields_whose_names_collide_have_their_internal_names_behind_them() {
    let server = Server::start(Options::default());
    let list = server.list("A").text("max load").text("Max-Load").text("Modified ").text("id");
    list.item(json!({"Title": "t", "max_x0020_load": "1", "Max_x002d_Load": "2"}));
    let read = get(&server, "A(1)").1;
    let names: Vec<&String> = read["d"].as_object().unwrap().keys().collect();
    let expected = [
        "__metadata",
        "Id",
        "ContentTypeID",
        "Title",
        "MaxLoad_max_x0020_load",
        "MaxLoad_Max_x002d_Load",
        "Modified_Modified_x0020_",
        "Id_id0",
        "Modified",
        "Created",
        "CreatedById",
        "ModifiedById",
        "Owshiddenversion",
        "Version",
    ];
    assert_eq!(names.len(), expected.len(), "{names:?}");
    for (name, expected) in names.iter().zip(expected) {
        // InternalNames of what every item has already are made others.
        let fits = *name == expected || expected.ends_with("id0") && name.starts_with("Id_");
        assert!(
            fits || expected.starts_with("Modified_") && name.starts_with("Modified_"),
            "{name} {expected}"
        );
    }
    assert_eq!(read["d"]["MaxLoad_max_x0020_load"], "1");
    assert_eq!(get(&server, "A?$filter=MaxLoad%20eq%20'1'").0, 400);
    assert_eq!(get(&server, "A?$filter=MaxLoad_Max_x002d_Load%20eq%20'2'").0, 200);
}

#[test]
fn a_renamed_field_and_list_have_their_new_names() {
    let server = Server::start(Options::default());
    let list = server.list("Old").text("Before");
    list.item(json!({"Before": "x"}));
    let field = list.request("MERGE", "/fields/getbytitle('Before')").json(&json!({"Title": "after all"}));
    field.send().expect_status(204);
    let path = list.request("MERGE", "").json(&json!({"Title": "brand new"})).send();
    path.expect_status(204);
    assert_eq!(get(&server, "BrandNew(1)").1["d"]["AfterAll"], "x");
    assert_eq!(get(&server, "Old(1)").0, 404);
}
