//! Lookups that depend on another: they show another field of the items that it refers to.

use super::*;

/// Lists with a Lookup `Site`, and what it refers to: 1 to North, 2 to South, 3 to none.
fn lists(server: &Server) -> (List<'_>, List<'_>) {
    let sites = sites(server);
    let list = server.list("Tasks").field("Site", 7, json!({"LookupList": id_of(&sites)}));
    for values in
        [json!({"Title": "a", "SiteId": 1}), json!({"Title": "b", "SiteId": 2}), json!({"Title": "c"})]
    {
        list.item(values);
    }
    (sites, list)
}

fn field_id(list: &List, name: &str) -> String {
    get(list, &format!("/fields/getbyinternalnameortitle('{name}')"))["Id"].as_str().unwrap().to_owned()
}

fn add(list: &List, name: &str, primary: &str, shown: &str) -> Response {
    let arguments =
        format!("displayName='{name}',%20primarylookupfieldid='{primary}',%20showfield='{shown}'");
    let path = format!("/fields/adddependentlookupfield({})", arguments.replace(' ', "%20"));
    list.request("POST", &path).header("Accept", PLAIN).send()
}

fn add_xml(list: &List, xml: &str) -> Response {
    post(list, "/fields/CreateFieldAsXml", &json!({"parameters": {"SchemaXml": xml}}))
}

#[test]
fn it_is_made_by_its_method_by_a_body_and_by_xml() {
    let server = Server::start(Options::default());
    let (sites, list) = lists(&server);
    let (primary, target) = (field_id(&list, "Site"), id_of(&sites));
    let made = add(&list, "Site size", &primary, "size").expect_status(200).json();
    for (name, value) in [
        ("InternalName", json!("Site_x0020_size")),
        ("TypeAsString", json!("Lookup")),
        ("FieldTypeKind", json!(7)),
        ("LookupField", json!("Size")),
        ("LookupList", json!(format!("{{{target}}}"))),
        ("PrimaryFieldId", json!(primary)),
        ("IsDependentLookup", json!(true)),
        ("ReadOnlyField", json!(true)),
        ("Required", json!(false)),
        ("AllowMultipleValues", json!(false)),
        ("DependentLookupInternalNames", json!([])),
        ("CanBeDeleted", json!(true)),
    ] {
        assert_eq!(made[name], value, "{name}");
    }
    let schema = made["SchemaXml"].as_str().unwrap();
    assert!(schema.contains(&format!(" FieldRef=\"{{{primary}}}\" ReadOnly=\"TRUE\"")), "{schema}");
    let body = json!({"displayName": "B", "primaryLookupFieldId": primary, "showField": "Title"});
    let sent = post(&list, "/Fields/AddDependentLookupField", &body).expect_status(200).json();
    assert_eq!((&sent["InternalName"], &sent["LookupField"]), (&json!("B"), &json!("Title")));
    let body = json!({"Title": "C", "FieldTypeKind": 7, "PrimaryFieldId": primary, "LookupField": "Created"});
    assert_eq!(post(&list, "/fields", &body).expect_status(201).json()["PrimaryFieldId"], json!(primary));
    let xml = format!(
        "<Field Type='Lookup' Name='D' List='{{{target}}}' FieldRef='{{{primary}}}' ShowField='ID' ReadOnly='TRUE'/>"
    );
    assert_eq!(add_xml(&list, &xml).expect_status(200).json()["LookupField"], "ID");
    let names = get(&list, "/fields/getbytitle('Site')")["DependentLookupInternalNames"].clone();
    assert_eq!(names, json!(["Site_x0020_size", "B", "C", "D"]));
    // What the schema says makes the same field again.
    let again = schema.replace(made["Id"].as_str().unwrap(), GUID);
    let again = add_xml(&list, &again).expect_status(200).json();
    assert_eq!(
        (&again["InternalName"], &again["PrimaryFieldId"]),
        (&json!("Site_x0020_size0"), &json!(primary))
    );
}

#[test]
fn items_show_it_as_a_lookup_also_those_from_before() {
    let server = Server::start(Options::default());
    let (sites, list) = lists(&server);
    let tags = |list: &List| (1..=3).map(|id| list.read(id).etag().to_owned()).collect::<Vec<_>>();
    let before = tags(&list);
    add(&list, "Large", &field_id(&list, "Site"), "Size").expect_status(200);
    assert_eq!(tags(&list), before, "items stay as they are");
    let expected = json!([
        {"Id": 1, "SiteId": 1, "LargeId": 1}, {"Id": 2, "SiteId": 2, "LargeId": 2}, {"Id": 3, "SiteId": null, "LargeId": null},
    ]);
    assert_eq!(get(&list, "/items?$select=Id,SiteId,LargeId")["value"], expected);
    list.item(json!({"Title": "d", "SiteId": 1}));
    merge(&list, 2, &json!({"SiteId": 1})).expect_status(204);
    merge(&list, 1, &json!({"SiteId": null})).expect_status(204);
    merge(&list, 1, &json!({"Title": "a2"})).expect_status(204);
    let path = "/items?$select=Id,LargeId,Large/Size,Large/Title&$expand=Large";
    let north = json!({"Size": 5, "Title": "North"});
    let expected = json!([
        {"Id": 1, "LargeId": null, "Large": null}, {"Id": 2, "LargeId": 1, "Large": north},
        {"Id": 3, "LargeId": null, "Large": null}, {"Id": 4, "LargeId": 1, "Large": north},
    ]);
    assert_eq!(get(&list, path)["value"], expected);
    let verbose = get_as(&list, "/items(2)?$select=Large/Size&$expand=Large", VERBOSE)["d"]["Large"].clone();
    assert_eq!(
        (&verbose["Size"], &verbose["__metadata"]["type"]),
        (&json!(5), &json!("SP.Data.SitesListItem"))
    );
    let whole = list.read(2).json();
    assert_eq!((&whole["SiteId"], &whole["LargeId"]), (&json!(1), &json!(1)));
    let texts = get(&list, "/items(2)/FieldValuesAsText?$select=Site,Large");
    assert_eq!(texts, json!({"Site": "North", "Large": "5"}));

    merge(&list, 3, &json!({"SiteId": 3})).expect_status(204);
    finds(&list, "Large/Size eq 7", &[3]);
    finds(&list, "Large/Size lt 6 and Large/Title eq 'North'", &[2, 4]);
    finds(&list, "LargeId eq 1", &[2, 4]);
    finds(&list, "Large/Id eq null", &[1]);
    assert_eq!(ids(&list, "$orderby=Large/Size desc"), [3, 2, 4, 1]);
    merge(&sites, 1, &json!({"Size": 9})).expect_status(204);
    assert_eq!(ids(&list, "$orderby=Large/Size desc"), [2, 4, 3, 1]);
}

#[test]
fn one_of_several_values_shows_several() {
    let server = Server::start(Options::default());
    let sites = sites(&server);
    let list = server.list("Tasks");
    let list = list.field("Sites", 7, json!({"LookupList": id_of(&sites), "AllowMultipleValues": true}));
    list.item(json!({"SitesId": [3, 1]}));
    let made = add(&list, "Sizes", &field_id(&list, "Sites"), "Size").expect_status(200).json();
    assert_eq!((&made["TypeAsString"], &made["AllowMultipleValues"]), (&json!("LookupMulti"), &json!(true)));
    let id = list.item(json!({"SitesId": [2]}));
    merge(&list, id, &json!({"SitesId": [1, 2]})).expect_status(204);
    let rows = get(&list, "/items?$select=SizesId,Sizes/Size&$expand=Sizes");
    let expected = json!([
        {"SizesId": [3, 1], "Sizes": [{"Size": 7}, {"Size": 5}]},
        {"SizesId": [1, 2], "Sizes": [{"Size": 5}, {"Size": null}]},
    ]);
    assert_eq!(rows["value"], expected);
    finds(&list, "Sizes/Id eq 3", &[1]);
    assert_eq!(get(&list, "/items(1)/FieldValuesAsText?$select=Sizes"), json!({"Sizes": "7; 5"}));
}

#[test]
fn it_is_read_only_and_what_was_read_may_be_put_back() {
    let server = Server::start(Options::default());
    let (_, list) = lists(&server);
    add(&list, "Large", &field_id(&list, "Site"), "Size").expect_status(200);
    for values in [json!({"LargeId": 2}), json!({"LargeId": null}), json!({"SiteId": 2, "LargeId": 3})] {
        let message = merge(&list, 1, &values).expect_status(400).text();
        assert!(message.contains("'LargeId' is read-only"), "{message}");
    }
    post(&list, "/items", &json!({"LargeId": 1})).expect_status(400);
    post(&list, "/items", &json!({"SiteId": 2, "LargeId": 1})).expect_status(400);
    assert_eq!(get(&list, "?$select=ItemCount")["ItemCount"], 3);
    assert_eq!(list.read(1).etag(), "\"1\"");
    for values in
        [json!({"LargeId": 1}), json!({"SiteId": 2, "LargeId": 2}), json!({"SiteId": 1, "LargeId": 2})]
    {
        merge(&list, 1, &values).expect_status(204);
    }
    let both = post(&list, "/items", &json!({"SiteId": 2, "LargeId": 2})).expect_status(201).json();
    assert_eq!(both["LargeId"], 2);
    for accept in [PLAIN, MINIMAL, VERBOSE] {
        let read = get_as(&list, "/items(1)", accept);
        let body = read.get("d").unwrap_or(&read);
        list.request("PUT", "/items(1)").json(body).send().expect_status(204);
        let now = list.read(1).json();
        assert_eq!((&now["SiteId"], &now["LargeId"]), (&json!(1), &json!(1)), "{accept}");
    }
    list.request("PUT", "/items(1)").json(&json!({"Title": "z"})).send().expect_status(204);
    let now = list.read(1).json();
    assert_eq!((&now["SiteId"], &now["LargeId"]), (&Value::Null, &Value::Null));
    let form = json!({"formValues": [{"FieldName": "Large", "FieldValue": "1"}]});
    let told = post(&list, "/items(1)/validateUpdateListItem", &form).expect_status(200).json();
    assert_eq!(told["value"][0]["HasException"], true);
    assert_eq!(list.read(1).json()["LargeId"], Value::Null);
}

#[test]
fn what_cannot_depend_is_refused_and_nothing_is_made() {
    let server = Server::start(Options::default());
    let (sites, list) = lists(&server);
    let list = list.field("Owner", 20, json!({}));
    let primary = field_id(&list, "Site");
    let dependent =
        add(&list, "Large", &primary, "Size").expect_status(200).json()["Id"].as_str().unwrap().to_owned();
    let elsewhere = sites.field("Up", 7, json!({"LookupList": id_of(&list)}));
    let before =
        (get(&list, "/fields"), list.request("GET", "").send().etag().to_owned(), list.read(1).text());
    let title = field_id(&list, "Title");
    for (primary, shown, words) in [
        (&*primary, "Nothing", "has no field 'Nothing'"),
        (&primary, "", "names the field"),
        (&dependent, "Size", "'Large' depends on another field"),
        (&title, "Size", "'Title' is no Lookup"),
        (&field_id(&list, "Owner"), "Title", "'Owner' is no Lookup"),
        (&field_id(&list, "Created"), "Title", "primary field"),
        (&field_id(&elsewhere, "Up"), "Title", "primary field"),
        (GUID, "Title", "primary field"),
    ] {
        let refused = add(&list, "New", primary, shown).expect_status(400).text();
        assert!(refused.contains(words), "{refused}");
    }
    add(&list, "", &primary, "Size").expect_status(400);
    for more in [
        json!({"Required": true}),
        json!({"Indexed": true}),
        json!({"EnforceUniqueValues": true}),
        json!({"ReadOnlyField": false}),
        json!({"AllowMultipleValues": true}),
        json!({"LookupList": id_of(&list)}),
        json!({"DefaultValue": "1"}),
        json!({"LookupField": null}),
        json!({"IsDependentLookup": false}),
    ] {
        let mut body =
            json!({"Title": "New", "FieldTypeKind": 7, "PrimaryFieldId": primary, "LookupField": "Size"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(post(&list, "/fields", &body).status, 400, "{more}");
    }
    for body in [
        json!({}),
        json!({"displayName": "x", "showField": "Size"}),
        json!({"displayName": "x", "primaryLookupFieldId": primary}),
    ] {
        assert_eq!(post(&list, "/fields/addDependentLookupField", &body).status, 400, "{body}");
    }
    add_xml(&list, "<Field Type='Lookup' Name='New' FieldRef='Site' ShowField='Size'/>").expect_status(400);
    let field = "/fields/getbytitle('Large')";
    for change in [
        json!({"Required": true}),
        json!({"Indexed": true}),
        json!({"ReadOnlyField": false}),
        json!({"PrimaryFieldId": title}),
        json!({"LookupField": "Title"}),
    ] {
        assert_eq!(list.request("MERGE", field).json(&change).send().status, 400, "{change}");
    }
    let after =
        (get(&list, "/fields"), list.request("GET", "").send().etag().to_owned(), list.read(1).text());
    assert_eq!(after, before);
    list.request("MERGE", field).json(&json!({"Title": "Size of it"})).send().expect_status(204);
    let read = get(&list, "/fields/getbytitle('Size of it')");
    list.request("MERGE", "/fields/getbytitle('Size%20of%20it')").json(&read).send().expect_status(204);
}

#[test]
fn it_goes_with_the_lookup_that_it_depends_on() {
    let mut server = Server::start(Options::on_disk());
    let (_, list) = lists(&server);
    let primary = field_id(&list, "Site");
    for name in ["A", "B", "C"] {
        add(&list, name, &primary, "Size").expect_status(200);
    }
    list.request("DELETE", "/fields/getbytitle('B')").send().expect_status(200);
    let names = get(&list, "/fields/getbytitle('Site')")["DependentLookupInternalNames"].clone();
    assert_eq!(names, json!(["A", "C"]));
    assert_eq!(list.read(1).json()["SiteId"], 1);
    list.request("DELETE", "/fields/getbytitle('Site')").send().expect_status(200);
    for name in ["Site", "A", "B", "C"] {
        list.request("GET", &format!("/fields/getbytitle('{name}')")).send().expect_status(404);
        let item = list.read(1).json();
        assert_eq!(item.get(format!("{name}Id")), None, "{item}");
    }
    list.request("GET", "/items?$filter=A/Size%20eq%205").send().expect_status(400);
    let list = list.text("A");
    assert_eq!(list.read(1).json()["A"], Value::Null, "a field of that name begins empty");
    let url = list.url().to_owned();
    server.restart();
    let item = server
        .request("GET", &format!("{url}/items(1)"))
        .header("Accept", PLAIN)
        .send()
        .expect_status(200)
        .json();
    assert_eq!((&item["Title"], item.get("CId")), (&json!("a"), None));
}

#[test]
fn it_reads_on_where_what_it_shows_is_gone() {
    let server = Server::start(Options::default());
    let (sites, list) = lists(&server);
    add(&list, "Large", &field_id(&list, "Site"), "Size").expect_status(200);
    sites.request("DELETE", "/fields/getbytitle('Size')").send().expect_status(200);
    let path = "/items(1)?$select=LargeId,Large/Title&$expand=Large";
    assert_eq!(get(&list, path), json!({"LargeId": 1, "Large": {"Title": "North"}}));
    assert_eq!(get(&list, "/items(1)/FieldValuesAsText?$select=Large"), json!({"Large": ""}));
    add(&list, "More", &field_id(&list, "Site"), "Size").expect_status(400);
    sites.request("DELETE", "").send().expect_status(200);
    assert_eq!(get(&list, path), json!({"LargeId": 1, "Large": null}));
    finds(&list, "Large/Title eq 'North'", &[]);
    merge(&list, 1, &json!({"Title": "x"})).expect_status(204);
    assert_eq!(list.read(1).json()["LargeId"], 1);
    let refused = add(&list, "More", &field_id(&list, "Site"), "Title").expect_status(400).text();
    assert!(refused.contains("was deleted"), "{refused}");
}
