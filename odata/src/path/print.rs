//! Prints a path, percent-encoded.
//!
//! Everything but unreserved characters is encoded within names and texts, and apostrophes are
//! doubled, so that no server's parser has to guess where a text ends.

use std::fmt::{self, Display as _};

use super::{
    FieldTexts, ItemKey, ListKey, ListPart, PropertyPath, Resource, ResourcePath, SitePath, UserKey,
    list_data,
};
use crate::Literal;
use crate::encoding::{encode, encode_literal};

/// Prints the percent-encoded server-relative URL that every SharePoint understands; parsing it
/// gives an equal value.
impl fmt::Display for ResourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.site.encoded())?;
        if let Some(printed) = list_data::print(&self.resource, f) {
            return printed;
        }
        match &self.resource {
            Resource::ContextInfo => f.write_str("/_api/contextinfo"),
            Resource::Batch => f.write_str("/_api/$batch"),
            Resource::Site => f.write_str("/_api/site"),
            Resource::SiteProperty(property) => write!(f, "/_api/site{}", Property(property)),
            Resource::RootWeb(within) => {
                f.write_str("/_api/site/rootweb")?;
                print_in_web(within, f)
            }
            resource => {
                f.write_str("/_api/web")?;
                print_in_web(resource, f)
            }
        }
    }
}

/// What follows `web`.
fn print_in_web(resource: &Resource, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match resource {
        // No site collection, no `contextinfo` and no service is within a site.
        Resource::ContextInfo
        | Resource::Batch
        | Resource::ServiceDocument(_)
        | Resource::Metadata(_)
        | Resource::Soap
        | Resource::Site
        | Resource::SiteProperty(_)
        | Resource::RootWeb(_)
        | Resource::Web => Ok(()),
        Resource::WebProperty(property) => Property(property).fmt(f),
        Resource::Webs => f.write_str("/webs"),
        Resource::AddWeb => f.write_str("/webs/add"),
        Resource::Users => f.write_str("/siteusers"),
        Resource::User(key) => print_user(key, f),
        Resource::UserProperty(key, property) => {
            print_user(key, f)?;
            Property(property).fmt(f)
        }
        Resource::EnsureUser(None) => f.write_str("/ensureuser"),
        Resource::EnsureUser(Some(logon)) => write!(f, "/ensureuser({})", Text(logon)),
        Resource::Fields(part) => {
            f.write_str("/fields")?;
            part.print(f)
        }
        Resource::AvailableFields(part) => {
            f.write_str("/availablefields")?;
            part.print(f)
        }
        Resource::Lists => f.write_str("/lists"),
        Resource::ListsCount => f.write_str("/lists/$count"),
        Resource::List { list, part } => {
            match list {
                ListKey::Title(title) => write!(f, "/lists/getbytitle({})", Text(title)),
                ListKey::Id(id) => write!(f, "/lists(guid'{id}')"),
                ListKey::Url(url) => write!(f, "/GetList({})", Text(url)),
                // Printed above, unless it stands within another site.
                ListKey::EntitySet(_) => Ok(()),
            }?;
            print_part(part, f)
        }
    }
}

fn print_user(key: &UserKey, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match key {
        UserKey::Current => f.write_str("/currentuser"),
        UserKey::Id(id) => write!(f, "/getuserbyid({id})"),
        UserKey::Login(login) => write!(f, "/siteusers({})", Text(login)),
        UserKey::Email(email) => write!(f, "/siteusers/getbyemail({})", Text(email)),
    }
}

/// `/Title`, `/Title/$value`.
pub(super) struct Property<'a>(pub(super) &'a PropertyPath);

impl fmt::Display for Property<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}{}", encode(&self.0.name), if self.0.raw { "/$value" } else { "" })
    }
}

/// A site's path, percent-encoded.
pub(super) struct Encoded<'a>(pub(super) &'a SitePath);

impl fmt::Display for Encoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_str().split('/').skip(1).try_for_each(|segment| write!(f, "/{}", encode(segment)))
    }
}

fn print_part(part: &ListPart, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match part {
        ListPart::Itself => Ok(()),
        ListPart::Property(property) => Property(property).fmt(f),
        ListPart::Fields(part) => {
            f.write_str("/fields")?;
            part.print(f)
        }
        ListPart::Views(part) => part.print(f),
        ListPart::ContentTypes => f.write_str("/contenttypes"),
        ListPart::ContentType(id) => write!(f, "/contenttypes({})", Text(id)),
        ListPart::RootFolder => f.write_str("/rootfolder"),
        ListPart::RootFolderProperty(property) => write!(f, "/rootfolder{}", Property(property)),
        ListPart::AddFormItem => f.write_str("/AddValidateUpdateItemUsingPath"),
        ListPart::ReserveItemId => f.write_str("/ReserveListItemId"),
        ListPart::QueryItems => f.write_str("/getitems"),
        ListPart::RenderAsStream => f.write_str("/RenderListDataAsStream"),
        ListPart::RenderData(None) => f.write_str("/renderlistdata"),
        ListPart::RenderData(Some(view)) => write!(f, "/renderlistdata({})", Text(view)),
        ListPart::Items => f.write_str("/items"),
        ListPart::ItemsCount => f.write_str("/items/$count"),
        ListPart::Item(key) => print_item(key, f),
        ListPart::ItemProperty(key, property) => {
            print_item(key, f)?;
            Property(property).fmt(f)
        }
        ListPart::ParentList(key) => print_of_item(key, "ParentList", f),
        ListPart::FieldTexts(key, FieldTexts::Text) => print_of_item(key, "FieldValuesAsText", f),
        ListPart::FieldTexts(key, FieldTexts::Html) => print_of_item(key, "FieldValuesAsHtml", f),
        ListPart::FieldTexts(key, FieldTexts::Edit) => print_of_item(key, "FieldValuesForEdit", f),
        ListPart::ChangeByForm(key) => print_of_item(key, "ValidateUpdateListItem", f),
        ListPart::Increment(key) => print_of_item(key, "increment", f),
    }
}

fn print_of_item(key: &ItemKey, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    print_item(key, f)?;
    write!(f, "/{name}")
}

fn print_item(key: &ItemKey, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match key {
        ItemKey::Id(id) => write!(f, "/items({id})"),
        ItemKey::Field { name, value } => {
            write!(f, "/items({}={})", encode(name), encode_literal(&value.to_string()))
        }
    }
}

/// A text, printed as an encoded string literal.
pub(super) struct Text<'a>(pub(super) &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        encode_literal(&Literal::String(self.0.to_owned()).to_string()).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::super::tests::{G, ID, any_text, by_key, list, string};
    use super::super::views::tests::any_views;
    use super::*;
    use crate::literal::tests::any_literal;
    use crate::path::{DependentLookup, FieldKey, FieldsPart, SitePath};

    #[test]
    fn prints_what_every_sharepoint_understands() {
        let site = SitePath::parse("/sites/R&D").unwrap();
        let print = |resource| ResourcePath { site: site.clone(), resource }.to_string();
        let title = || ListKey::Title("Bob's R&D / ü".to_owned());
        let list_url = "/sites/R%26D/_api/web/lists/getbytitle('Bob''s%20R%26D%20%2F%20%C3%BC')";
        assert_eq!(print(Resource::ContextInfo), "/sites/R%26D/_api/contextinfo");
        assert_eq!(print(list(title(), ListPart::Itself)), list_url);
        assert_eq!(print(list(title(), ListPart::Item(ItemKey::Id(1)))), format!("{list_url}/items(1)"));
        assert_eq!(
            print(list(title(), ListPart::Increment(ItemKey::Id(1)))),
            format!("{list_url}/items(1)/increment")
        );
        assert_eq!(
            print(list(ListKey::Id(ID), by_key("Key", string("a b")))),
            format!("/sites/R%26D/_api/web/lists(guid'{G}')/items(Key='a%20b')")
        );
        assert_eq!(
            print(list(ListKey::Url("/Lists/X".to_owned()), ListPart::Fields(FieldsPart::All))),
            "/sites/R%26D/_api/web/GetList('%2FLists%2FX')/fields"
        );
    }

    fn any_item() -> impl Strategy<Value = ItemKey> {
        prop_oneof![
            any::<i64>().prop_map(ItemKey::Id),
            ("[a-zA-Z_ü名][a-zA-Z0-9_ü名]{0,8}", any_literal())
                .prop_map(|(name, value)| ItemKey::Field { name, value }),
        ]
    }

    fn any_property() -> impl Strategy<Value = PropertyPath> {
        ("[xyz][a-zA-Z0-9_ü]{0,8}", any::<bool>()).prop_map(|(name, raw)| PropertyPath { name, raw })
    }

    fn any_field() -> impl Strategy<Value = FieldKey> {
        prop_oneof![
            any::<u128>().prop_map(|id| FieldKey::Id(Uuid::from_u128(id))),
            any_text().prop_map(FieldKey::Title),
            any_text().prop_map(FieldKey::InternalNameOrTitle),
        ]
    }

    fn any_reading_of_fields() -> impl Strategy<Value = FieldsPart> {
        prop_oneof![
            Just(FieldsPart::All),
            Just(FieldsPart::Count),
            any_field().prop_map(FieldsPart::One),
            (any_field(), any_property()).prop_map(|(key, name)| FieldsPart::Property(key, name)),
        ]
    }

    fn any_fields() -> impl Strategy<Value = FieldsPart> {
        let lookup = (any_text(), any::<u128>(), any_text()).prop_map(|(display_name, id, shown)| {
            DependentLookup { display_name, primary: Uuid::from_u128(id), shown }
        });
        prop_oneof![
            4 => any_reading_of_fields(),
            1 => Just(FieldsPart::Add),
            1 => Just(FieldsPart::AddAsXml),
            1 => proptest::option::of(lookup).prop_map(FieldsPart::AddDependentLookup),
            1 => (any_field(), any::<bool>()).prop_map(|(key, on)| FieldsPart::Indexing(key, on)),
        ]
    }

    fn any_user() -> impl Strategy<Value = UserKey> {
        prop_oneof![
            Just(UserKey::Current),
            any::<i64>().prop_map(UserKey::Id),
            any_text().prop_map(UserKey::Login),
            any_text().prop_map(UserKey::Email),
        ]
    }

    fn any_part() -> impl Strategy<Value = ListPart> {
        let texts = [FieldTexts::Text, FieldTexts::Html, FieldTexts::Edit];
        prop_oneof![
            proptest::sample::select(vec![
                ListPart::Itself,
                ListPart::Items,
                ListPart::ItemsCount,
                ListPart::ContentTypes,
                ListPart::RootFolder,
                ListPart::AddFormItem,
                ListPart::ReserveItemId,
                ListPart::QueryItems,
                ListPart::RenderAsStream,
                ListPart::RenderData(None),
            ]),
            any_text().prop_map(|view| ListPart::RenderData(Some(view))),
            any_property().prop_map(ListPart::Property),
            any_property().prop_map(ListPart::RootFolderProperty),
            any_text().prop_map(ListPart::ContentType),
            // As values of their own, the trees of so many choices would not fit on a test's stack.
            any_fields().prop_map(ListPart::Fields).boxed(),
            any_views().prop_map(ListPart::Views).boxed(),
            any_item().prop_map(ListPart::Item),
            any_item().prop_map(ListPart::Increment),
            any_item().prop_map(ListPart::ParentList),
            any_item().prop_map(ListPart::ChangeByForm),
            (any_item(), proptest::sample::select(texts.to_vec()))
                .prop_map(|(key, texts)| ListPart::FieldTexts(key, texts)),
            (any_item(), any_property()).prop_map(|(key, name)| ListPart::ItemProperty(key, name)),
        ]
    }

    fn any_in_web() -> impl Strategy<Value = Resource> {
        let key = prop_oneof![
            any_text().prop_map(ListKey::Title),
            any_text().prop_map(ListKey::Url),
            any::<u128>().prop_map(|id| ListKey::Id(Uuid::from_u128(id)))
        ];
        prop_oneof![
            3 => proptest::sample::select(vec![
                Resource::Web,
                Resource::Webs,
                Resource::AddWeb,
                Resource::Lists,
                Resource::ListsCount,
                Resource::Users,
                Resource::EnsureUser(None),
            ]),
            1 => any_text().prop_map(|logon| Resource::EnsureUser(Some(logon))),
            1 => any_property().prop_map(Resource::WebProperty),
            1 => any_fields().prop_map(Resource::Fields),
            1 => any_reading_of_fields().prop_map(Resource::AvailableFields),
            1 => any_user().prop_map(Resource::User),
            1 => (any_user(), any_property()).prop_map(|(key, name)| Resource::UserProperty(key, name)),
            12 => (key, any_part().boxed()).prop_map(|(list, part)| Resource::List { list, part }),
        ]
    }

    fn any_path() -> impl Strategy<Value = ResourcePath> {
        let resource = prop_oneof![
            1 => Just(Resource::ContextInfo),
            1 => Just(Resource::Batch),
            1 => Just(Resource::Site),
            1 => any_property().prop_map(Resource::SiteProperty),
            2 => any_in_web().prop_map(|within| Resource::RootWeb(Box::new(within))).boxed(),
            12 => any_in_web().boxed(),
        ];
        let site = "(/[a-zA-Z&'() ü名+=.]{0,5}[a-z']){0,3}".prop_map(|text| SitePath::parse(&text).unwrap());
        (site, resource).prop_map(|(site, resource)| ResourcePath { site, resource })
    }

    proptest! {
        #[test]
        fn any_path_survives_printing(path in any_path()) {
            let printed = path.to_string();
            prop_assert!(printed.is_ascii() && !printed.contains(['?', '#', ' ']), "{}", printed);
            prop_assert_eq!(ResourcePath::parse(&printed, ""), Ok(path), "{}", printed);
        }
    }
}
