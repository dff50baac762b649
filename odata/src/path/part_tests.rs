//! Tests of paths: users, properties, and what belongs to lists and items besides them.

use super::tests::{ID, api, check, invalid, not_found, pumps};
use super::*;

#[test]
fn users() {
    let login = || UserKey::Login("i:0#.f|membership|ann@example.test".into());
    for (path, key) in [
        ("web/currentUser", UserKey::Current),
        ("Web/CurrentUser()/", UserKey::Current),
        ("web/siteUsers(1)", UserKey::Id(1)),
        ("web/siteusers/getById(1)", UserKey::Id(1)),
        ("web/GetUserById(1)", UserKey::Id(1)),
        ("web/siteUsers(@v)?%40v=%27i%3A0%23.f%7Cmembership%7Cann@example.test%27", login()),
        ("web/siteusers('i%3A0%23.f%7Cmembership%7Cann@example.test')", login()),
        ("web/siteusers/getbyloginname('i%3A0%23.f%7Cmembership%7Cann@example.test')", login()),
        ("web/siteusers/getByEmail('o'hara@example.test')", UserKey::Email("o'hara@example.test".into())),
    ] {
        check(path, Resource::User(key.clone()));
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let title = PropertyPath { name: "Title".into(), raw: false };
        check(&format!("{}/Title?{query}", path.trim_end_matches('/')), Resource::UserProperty(key, title));
    }
    check("web/SiteUsers", Resource::Users);
    check("web/EnsureUser()", Resource::EnsureUser(None));
    check("Web/EnsureUser('i:0#.f|m|ann')", Resource::EnsureUser(Some("i:0#.f|m|ann".into())));
    check("web/ensureuser(logonName=@v)?@v='ann'", Resource::EnsureUser(Some("ann".into())));
    invalid("web/ensureuser(1)");
    invalid("web/siteusers(true)");
    invalid("web/getuserbyid('1')");
}

#[test]
fn what_belongs_to_lists_and_items() {
    let property = |name: &str, raw| PropertyPath { name: name.to_owned(), raw };
    let one = || ItemKey::Id(1);
    for (part, expected) in [
        ("/ItemCount", ListPart::Property(property("ItemCount", false))),
        ("/title/$value", ListPart::Property(property("title", true))),
        ("/Fields/AddField", ListPart::Fields(FieldsPart::Add)),
        ("/fields/createfieldasxml()", ListPart::Fields(FieldsPart::AddAsXml)),
        (
            "/fields('{G}')/SchemaXml",
            ListPart::Fields(FieldsPart::Property(FieldKey::Id(ID), property("SchemaXml", false))),
        ),
        ("/fields('{G}')/enableIndex()", ListPart::Fields(FieldsPart::Indexing(FieldKey::Id(ID), true))),
        ("/fields('{G}')/DisableIndex", ListPart::Fields(FieldsPart::Indexing(FieldKey::Id(ID), false))),
        ("/contentTypes", ListPart::ContentTypes),
        ("/contenttypes('0x01')", ListPart::ContentType("0x01".into())),
        ("/contenttypes/getById('0x01')", ListPart::ContentType("0x01".into())),
        ("/rootFolder", ListPart::RootFolder),
        ("/RootFolder/Name", ListPart::RootFolderProperty(property("Name", false))),
        ("/AddValidateUpdateItemUsingPath()", ListPart::AddFormItem),
        ("/reserveListItemId", ListPart::ReserveItemId),
        ("/GetItems", ListPart::QueryItems),
        ("/getitems()", ListPart::QueryItems),
        ("/GetItems(query=@v1)?@v1={'ViewXml':'<View/>'}", ListPart::QueryItems),
        ("/getitems(@q)?%40q=%7B%7D", ListPart::QueryItems),
        ("/RenderListDataAsStream", ListPart::RenderAsStream),
        ("/RenderListData", ListPart::RenderData(None)),
        ("/renderlistdata(@viewXml)?%40viewXml='<View/>'", ListPart::RenderData(Some("<View/>".into()))),
        ("/renderlistdata(viewXml='%3CView%2F%3E')", ListPart::RenderData(Some("<View/>".into()))),
        ("/items(1)/Title", ListPart::ItemProperty(one(), property("Title", false))),
        ("/items(1)/Title/%24value", ListPart::ItemProperty(one(), property("Title", true))),
        ("/items(1)/parentlist", ListPart::ParentList(one())),
        ("/items(1)/FieldValuesAsText", ListPart::FieldTexts(one(), FieldTexts::Text)),
        ("/items(1)/fieldvaluesashtml", ListPart::FieldTexts(one(), FieldTexts::Html)),
        ("/getitembyid(1)/FieldValuesForEdit()", ListPart::FieldTexts(one(), FieldTexts::Edit)),
        ("/items(1)/validateUpdateListItem()", ListPart::ChangeByForm(one())),
    ] {
        check(&format!("web/lists/getbytitle('Pumps'){part}"), pumps(expected.clone()));
        let within = Resource::RootWeb(Box::new(pumps(expected)));
        check(&format!("Site/RootWeb/lists/getbytitle('Pumps'){part}"), within);
    }
}

#[test]
fn fields_of_lists_and_sites() {
    let lookup = |display_name: &str| {
        FieldsPart::AddDependentLookup(Some(DependentLookup {
            display_name: display_name.to_owned(),
            primary: ID,
            shown: "Title".into(),
        }))
    };
    for (part, expected) in [
        ("", FieldsPart::All),
        ("/", FieldsPart::All),
        ("/$count", FieldsPart::Count),
        ("/%24count", FieldsPart::Count),
        ("('{G}')", FieldsPart::One(FieldKey::Id(ID))),
        ("/getByTitle('Max load')", FieldsPart::One(FieldKey::Title("Max load".into()))),
        (
            "/adddependentlookupfield(displayName='x',%20primarylookupfieldid='{G}',%20showfield='Title')",
            lookup("x"),
        ),
        (
            "/addDependentLookupField(showField='Title',primaryLookupFieldId=guid'{G}',displayName='It''s')",
            lookup("It's"),
        ),
        ("/addDependentLookupField()", FieldsPart::AddDependentLookup(None)),
    ] {
        check(
            &format!("web/lists/getbytitle('Pumps')/fields{part}"),
            pumps(ListPart::Fields(expected.clone())),
        );
        check(&format!("web/fields{part}"), Resource::Fields(expected.clone()));
        let root = Resource::RootWeb(Box::new(Resource::Fields(expected)));
        check(&format!("site/rootweb/Fields{part}"), root);
    }
    check("web/availableFields", Resource::AvailableFields(FieldsPart::All));
    check("web/availablefields/$count", Resource::AvailableFields(FieldsPart::Count));
    check("web/availablefields('{G}')", Resource::AvailableFields(FieldsPart::One(FieldKey::Id(ID))));
    not_found("web/availablefields/AddField", "AddField");
    not_found("web/fields/addDependentLookup", "addDependentLookup");
    invalid("web/fields/addDependentLookupField(displayName='x')");
    invalid("web/fields/addDependentLookupField(displayName='x',primarylookupfieldid='y',showfield='Title')");
    invalid("web/fields/addDependentLookupField('x','{G}','Title')");
    let unknown =
        "web/fields/addDependentLookupField(displayName='x',primarylookupfieldid='{G}',show='Title')";
    assert!(matches!(api(unknown), Err(PathError::UnknownParameter { .. })));
    check("web/lists/$count", Resource::ListsCount);
    check("lists/$count", Resource::ListsCount);
    not_found("web/lists/$count/x", "x");
}

#[test]
fn views() {
    let title = || ViewKey::Title("All Items".into());
    let field = |part| ViewsPart::Fields(ViewKey::Default, part);
    let text = |name: &str| Some(name.to_owned());
    for (part, expected) in [
        ("views", ViewsPart::All),
        ("Views()/$count", ViewsPart::Count),
        ("views/Add", ViewsPart::Add),
        ("views('{G}')", ViewsPart::One(ViewKey::Id(ID))),
        ("views(guid'{G}')", ViewsPart::One(ViewKey::Id(ID))),
        ("views/getById('{G}')/SetViewXml", ViewsPart::SetXml(ViewKey::Id(ID))),
        ("getView('{G}')/renderashtml()", ViewsPart::Html(ViewKey::Id(ID))),
        ("views/getByTitle('All%20Items')", ViewsPart::One(title())),
        (
            "views/getByTitle('All Items')/RowLimit/$value",
            ViewsPart::Property(title(), PropertyPath { name: "RowLimit".into(), raw: true }),
        ),
        ("defaultView/", ViewsPart::One(ViewKey::Default)),
        ("DefaultView/viewFields", field(ViewFieldsPart::All)),
        ("defaultview/viewfields/addViewField('X%20y')", field(ViewFieldsPart::Add(text("X y")))),
        ("defaultview/viewfields/addViewField(strField='X')", field(ViewFieldsPart::Add(text("X")))),
        ("defaultview/viewfields/removeViewField", field(ViewFieldsPart::Remove(None))),
        ("defaultview/viewfields/removeAllViewFields", field(ViewFieldsPart::RemoveAll)),
        ("defaultview/viewfields/moveViewFieldTo", field(ViewFieldsPart::Move)),
        (
            "defaultview/viewfields/schemaXml",
            field(ViewFieldsPart::Property(PropertyPath { name: "schemaXml".into(), raw: false })),
        ),
    ] {
        check(&format!("web/lists/getbytitle('Pumps')/{part}"), pumps(ListPart::Views(expected)));
    }
    let pumps = |part: &str| format!("web/lists/getbytitle('Pumps')/{part}");
    invalid(&pumps("views('x')"));
    invalid(&pumps("getview"));
    invalid(&pumps("defaultview('x')"));
    invalid(&pumps("defaultview/viewfields/addviewfield(1)"));
    not_found(&pumps("views/all"), "all");
    not_found(&pumps("defaultview/viewfields/removeallviewfields/x"), "x");
}
