//! Tests of paths: users, properties, and what belongs to lists and items besides them.

use super::tests::{ID, check, invalid, pumps};
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
        ("/Fields/AddField", ListPart::AddField),
        ("/fields/createfieldasxml()", ListPart::CreateFieldAsXml),
        ("/fields('{G}')/SchemaXml", ListPart::FieldProperty(FieldKey::Id(ID), property("SchemaXml", false))),
        ("/fields('{G}')/enableIndex()", ListPart::Indexing(FieldKey::Id(ID), true)),
        ("/fields('{G}')/DisableIndex", ListPart::Indexing(FieldKey::Id(ID), false)),
        ("/contentTypes", ListPart::ContentTypes),
        ("/contenttypes('0x01')", ListPart::ContentType("0x01".into())),
        ("/contenttypes/getById('0x01')", ListPart::ContentType("0x01".into())),
        ("/rootFolder", ListPart::RootFolder),
        ("/RootFolder/Name", ListPart::RootFolderProperty(property("Name", false))),
        ("/AddValidateUpdateItemUsingPath()", ListPart::AddFormItem),
        ("/reserveListItemId", ListPart::ReserveItemId),
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
