//! The fields of a view are added, removed and moved.

use matchlist_tests::{Options, Server};
use serde_json::json;

use super::{MINIMAL, VERBOSE, add, call, fields, get, merge, post, reason};

const FIELDS: &str = "/defaultview/viewfields";

#[test]
fn fields_are_added_moved_and_removed() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps").text("Code").text("Max load");
    for name in ["Code", "Max_x0020_load", "Modified", "Code"] {
        let answer = call(&list, &format!("{FIELDS}/AddViewField('{name}')")).expect_status(200);
        assert_eq!(answer.json(), json!({"odata.null": true}), "{name}");
    }
    assert_eq!(fields(&list, "/defaultview"), json!(["LinkTitle", "Code", "Max_x0020_load", "Modified"]));
    post(&list, &format!("{FIELDS}/moveviewfieldto"), &json!({"field": "Modified", "index": 0}))
        .expect_status(200);
    post(&list, &format!("{FIELDS}/moveViewFieldTo"), &json!({"field": "LinkTitle", "index": 3}))
        .expect_status(200);
    assert_eq!(fields(&list, "/defaultview"), json!(["Modified", "Code", "Max_x0020_load", "LinkTitle"]));
    call(&list, &format!("{FIELDS}/removeViewField('Code')")).expect_status(200);
    call(&list, &format!("{FIELDS}/removeViewField('Code')")).expect_status(200);
    post(&list, &format!("{FIELDS}/removeviewfield"), &json!({"strField": "LinkTitle"})).expect_status(200);
    post(&list, &format!("{FIELDS}/addviewfield"), &json!({"strField": "Author"})).expect_status(200);
    assert_eq!(fields(&list, "/defaultview"), json!(["Modified", "Max_x0020_load", "Author"]));
    let schema = get(&list, &format!("{FIELDS}/schemaxml"));
    let xml =
        "<FieldRef Name=\"Modified\" /><FieldRef Name=\"Max_x0020_load\" /><FieldRef Name=\"Author\" />";
    assert_eq!(schema, json!({"value": xml}));
    let request = list.request("POST", &format!("{FIELDS}/removeAllViewFields")).header("Accept", VERBOSE);
    assert_eq!(request.send().expect_status(200).json(), json!({"d": {"RemoveAllViewFields": null}}));
    assert_eq!(get(&list, FIELDS), json!({"SchemaXml": "", "Items": []}));
}

#[test]
fn a_title_names_a_field_to_be_added_too() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps").text("Max load").text("It's");
    call(&list, &format!("{FIELDS}/addviewfield('max load')")).expect_status(200);
    call(&list, &format!("{FIELDS}/addviewfield('It''s')")).expect_status(200);
    call(&list, &format!("{FIELDS}/addviewfield('Created By')")).expect_status(200);
    let expected = json!(["LinkTitle", "Max_x0020_load", "It_x0027_s", "Author"]);
    assert_eq!(fields(&list, "/defaultview"), expected);
}

#[test]
fn no_field_takes_the_name_of_a_title_with_a_link() {
    let server = Server::start(Options::default());
    let list = server.list("Pumps").text("LinkTitle");
    call(&list, &format!("{FIELDS}/addviewfield('LinkTitleNoMenu')")).expect_status(200);
    call(&list, &format!("{FIELDS}/addviewfield('LinkTitle0')")).expect_status(200);
    assert_eq!(fields(&list, "/defaultview"), json!(["LinkTitle", "LinkTitleNoMenu", "LinkTitle0"]));
    list.item(json!({"Title": "a", "LinkTitle0": "b"}));
    let html = get(&list, "/defaultview/renderashtml")["value"].clone();
    assert!(html.as_str().unwrap().ends_with("<tr><td>a</td><td>a</td><td>b</td></tr></tbody></table>"));
}

#[test]
fn what_is_no_field_of_the_list_is_400_and_changes_nothing() {
    let server = Server::start(Options::default());
    server.list("Tanks").text("Volume");
    let list = server.list("Pumps").text("Code");
    let column = "Column 'Volume' does not exist. It may have been deleted by another user.";
    for under in ["addviewfield('Volume')", "removeviewfield('Volume')"] {
        let answer = list.request("POST", &format!("{FIELDS}/{under}")).header("Accept", MINIMAL).send();
        assert_eq!(
            answer.expect_status(400).json(),
            json!({"odata.error": {"code": "-2147024809, System.ArgumentException",
                "message": {"lang": "en-US", "value": column}}})
        );
    }
    for (body, why) in [
        (json!({"field": "Volume", "index": 0}), column),
        (json!({"field": "Code", "index": 0}), "The view does not show the field 'Code'."),
        (json!({"field": "LinkTitle", "index": 1}), "The index 1 is not below 1, the number of fields."),
        (
            json!({"field": "LinkTitle", "index": -1}),
            "The view cannot be changed so: the body needs index, a whole number of at least 0.",
        ),
        (json!({"index": 0}), "The view cannot be changed so: the body needs field, a text."),
    ] {
        let refused = post(&list, &format!("{FIELDS}/moveviewfieldto"), &body).expect_status(400);
        assert_eq!(reason(&refused), why, "{body}");
    }
    call(&list, &format!("{FIELDS}/addviewfield")).expect_status(400);
    call(&list, &format!("{FIELDS}/addviewfield(1)")).expect_status(400);
    post(&list, &format!("{FIELDS}/addviewfield"), &json!({"strField": 1})).expect_status(400);
    assert_eq!(fields(&list, "/defaultview"), json!(["LinkTitle"]));
}

#[test]
fn a_field_that_is_deleted_leaves_the_views_and_a_new_title_changes_nothing() {
    let mut server = Server::start(Options::on_disk());
    let url = {
        let list = server.list("Pumps").text("Code").text("Name");
        add(&list, &json!({"Title": "Codes", "ViewFields": ["Name", "Code"]}));
        call(&list, &format!("{FIELDS}/addviewfield('Code')")).expect_status(200);
        merge(&list, "/fields/getbytitle('Name')", &json!({"Title": "Label"})).expect_status(204);
        list.request("DELETE", "/fields/getbytitle('Code')").send().expect_status(200);
        list.url().to_owned()
    };
    for restarted in [false, true] {
        if restarted {
            server.restart();
        }
        let of = |view: &str| {
            let path = format!("{url}/views/getbytitle('{view}')/viewfields/items");
            server.request("GET", &path).header("Accept", super::PLAIN).send().expect_status(200).json()
        };
        assert_eq!(of("Codes"), json!({"value": ["Name"]}));
        assert_eq!(of("All%20Items"), json!({"value": ["LinkTitle"]}));
    }
}
