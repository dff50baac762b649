//! Prints a path, percent-encoded.
//!
//! Everything but unreserved characters is encoded within names and texts, and apostrophes are
//! doubled, so that no server's parser has to guess where a text ends.

use std::fmt;

use super::{FieldKey, ItemKey, ListKey, ListPart, Resource, ResourcePath, SitePath};
use crate::Literal;
use crate::encoding::{encode, encode_literal};

/// Prints the percent-encoded server-relative URL that every SharePoint understands; parsing it
/// gives an equal value.
impl fmt::Display for ResourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.site.encoded())?;
        match &self.resource {
            Resource::ContextInfo => f.write_str("/_api/contextinfo"),
            Resource::Web => f.write_str("/_api/web"),
            Resource::AddWeb => f.write_str("/_api/web/webs/add"),
            Resource::Lists => f.write_str("/_api/web/lists"),
            Resource::List { list, part } => {
                match list {
                    ListKey::Title(title) => write!(f, "/_api/web/lists/getbytitle({})", Text(title)),
                    ListKey::Id(id) => write!(f, "/_api/web/lists(guid'{id}')"),
                    ListKey::Url(url) => write!(f, "/_api/web/GetList({})", Text(url)),
                }?;
                print_part(part, f)
            }
        }
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
        ListPart::Fields => f.write_str("/fields"),
        ListPart::Field(FieldKey::Id(id)) => write!(f, "/fields('{id}')"),
        ListPart::Field(FieldKey::Title(title)) => write!(f, "/fields/getbytitle({})", Text(title)),
        ListPart::Field(FieldKey::InternalNameOrTitle(name)) => {
            write!(f, "/fields/getbyinternalnameortitle({})", Text(name))
        }
        ListPart::Items => f.write_str("/items"),
        ListPart::Item(key) => print_item(key, f),
        ListPart::Increment(key) => {
            print_item(key, f)?;
            f.write_str("/increment")
        }
    }
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
struct Text<'a>(&'a str);

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
    use super::*;
    use crate::literal::tests::any_literal;
    use crate::path::SitePath;

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
            print(list(ListKey::Url("/Lists/X".to_owned()), ListPart::Fields)),
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

    fn any_path() -> impl Strategy<Value = ResourcePath> {
        let guid = || any::<u128>().prop_map(Uuid::from_u128);
        let key = prop_oneof![
            any_text().prop_map(ListKey::Title),
            any_text().prop_map(ListKey::Url),
            guid().prop_map(ListKey::Id)
        ];
        let part = prop_oneof![
            Just(ListPart::Itself),
            Just(ListPart::Fields),
            Just(ListPart::Items),
            guid().prop_map(|id| ListPart::Field(FieldKey::Id(id))),
            any_text().prop_map(|text| ListPart::Field(FieldKey::Title(text))),
            any_text().prop_map(|text| ListPart::Field(FieldKey::InternalNameOrTitle(text))),
            any_item().prop_map(ListPart::Item),
            any_item().prop_map(ListPart::Increment),
        ];
        let resource = prop_oneof![
            1 => Just(Resource::ContextInfo),
            1 => Just(Resource::Web),
            1 => Just(Resource::AddWeb),
            1 => Just(Resource::Lists),
            12 => (key, part).prop_map(|(list, part)| Resource::List { list, part }),
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
