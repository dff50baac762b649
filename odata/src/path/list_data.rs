//! What stands after `_vti_bin/ListData.svc/`: the sets of OData 2, one a list.
//!
//! ```text
//! data     = "$metadata" / set [ "/$count" / "(" [ "Id=" ] int ")" [ property ] ]
//! set      = name
//! property = "/" name [ "/$value" ]
//! ```

use std::fmt::{self, Display as _};

use super::arguments::{Argument, Cursor};
use super::parse::{Parser, is};
use super::print::Property;
use super::{ItemKey, ListKey, ListPart, PathError, Resource, Service};
use crate::Literal;
use crate::encoding::{DecodedPath, encode};
use crate::name::is_name;

/// Parses the text after `ListData.svc/`.
pub(super) fn parse_list_data(path: &DecodedPath, raw_query: &str) -> Result<Resource, PathError> {
    let mut parser = Parser { cursor: Cursor::new(path, raw_query) };
    let name = parser.cursor.name();
    if is(name, "$metadata") {
        return parser.method(Resource::Metadata(Service::ListData));
    }
    if name.is_empty() {
        return Err(parser.cursor.invalid());
    }
    if !is_name(name) {
        return Err(parser.cursor.not_found(name));
    }
    let list = ListKey::EntitySet(name.to_owned());
    let mut arguments = parser.cursor.arguments()?.into_iter();
    let part = match (arguments.next(), arguments.next()) {
        (None, _) => match parser.next_name()? {
            None => ListPart::Items,
            Some("$count") => parser.method(ListPart::ItemsCount)?,
            Some(name) => return Err(parser.cursor.not_found(name)),
        },
        (Some(Argument { name, value: Literal::Integer(id) }), None)
            if name.as_deref().is_none_or(|name| is(name, "Id")) =>
        {
            match parser.next_name()? {
                None => ListPart::Item(ItemKey::Id(id)),
                Some(name) => ListPart::ItemProperty(ItemKey::Id(id), parser.property(name)?),
            }
        }
        _ => return Err(parser.cursor.invalid()),
    };
    Ok(Resource::List { list, part })
}

/// Prints what follows a site's path, where it is no address under `_api/web`.
pub(super) fn print(resource: &Resource, f: &mut fmt::Formatter<'_>) -> Option<fmt::Result> {
    const SERVICE: &str = "/_vti_bin/ListData.svc";
    Some(match resource {
        Resource::ServiceDocument(Service::Api) => f.write_str("/_api/"),
        Resource::Metadata(Service::Api) => f.write_str("/_api/$metadata"),
        Resource::ServiceDocument(Service::ListData) => write!(f, "{SERVICE}/"),
        Resource::Metadata(Service::ListData) => write!(f, "{SERVICE}/$metadata"),
        Resource::Soap => f.write_str("/_vti_bin/Lists.asmx"),
        Resource::List { list: ListKey::EntitySet(name), part } => {
            write!(f, "{SERVICE}/{}", encode(name)).and_then(|()| print_part(part, f))
        }
        _ => return None,
    })
}

fn print_part(part: &ListPart, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match part {
        ListPart::ItemsCount => f.write_str("/$count"),
        ListPart::Item(ItemKey::Id(id)) => write!(f, "({id})"),
        ListPart::ItemProperty(ItemKey::Id(id), property) => {
            write!(f, "({id})")?;
            Property(property).fmt(f)
        }
        // A set has nothing else.
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::{PropertyPath, ResourcePath, SitePath};

    fn set(part: ListPart) -> Resource {
        Resource::List { list: ListKey::EntitySet("Configuration".into()), part }
    }

    #[test]
    fn reads_and_prints() {
        let title = |raw| PropertyPath { name: "Title".into(), raw };
        for (path, expected, printed) in [
            ("/", Resource::ServiceDocument(Service::ListData), "/"),
            ("/$metadata", Resource::Metadata(Service::ListData), "/$metadata"),
            ("/%24Metadata", Resource::Metadata(Service::ListData), "/$metadata"),
            ("/Configuration", set(ListPart::Items), "/Configuration"),
            ("/Configuration()", set(ListPart::Items), "/Configuration"),
            ("/Configuration/$count", set(ListPart::ItemsCount), "/Configuration/$count"),
            ("/Configuration(7)", set(ListPart::Item(ItemKey::Id(7))), "/Configuration(7)"),
            ("/Configuration(Id=7)", set(ListPart::Item(ItemKey::Id(7))), "/Configuration(7)"),
            (
                "/Configuration(7)/Title",
                set(ListPart::ItemProperty(ItemKey::Id(7), title(false))),
                "/Configuration(7)/Title",
            ),
            (
                "/Configuration(7)/Title/$value",
                set(ListPart::ItemProperty(ItemKey::Id(7), title(true))),
                "/Configuration(7)/Title/$value",
            ),
        ] {
            let found = ResourcePath::parse(&format!("/sites/ops/_vti_bin/listdata.SVC{path}"), "").unwrap();
            assert_eq!(
                found,
                ResourcePath { site: SitePath::parse("/sites/ops").unwrap(), resource: expected }
            );
            assert_eq!(found.to_string(), format!("/sites/ops/_vti_bin/ListData.svc{printed}"));
        }
        assert_eq!(Service::of("/_vti_bin/ListData.svc"), Some(Service::ListData));
        assert_eq!(Service::of("/_vti_bin/client.svc/x"), Some(Service::Api));
        assert_eq!(Service::of("/_vti_bin/other.svc"), None);
    }

    #[test]
    fn the_api_has_a_service_document_and_metadata_too() {
        for (path, resource) in [
            ("/_api", Resource::ServiceDocument(Service::Api)),
            ("/_api/", Resource::ServiceDocument(Service::Api)),
            ("/_vti_bin/client.svc", Resource::ServiceDocument(Service::Api)),
            ("/_api/$metadata", Resource::Metadata(Service::Api)),
        ] {
            let found = ResourcePath::parse(path, "").unwrap();
            assert_eq!(found.resource, resource);
            assert_eq!(ResourcePath::parse(&found.to_string(), "").unwrap(), found);
        }
    }

    #[test]
    fn lists_asmx_is_one_resource() {
        for path in ["/sites/ops/_vti_bin/Lists.asmx", "/sites/ops/_VTI_BIN/lists.ASMX/"] {
            let found = ResourcePath::parse(path, "op=GetList").unwrap();
            assert_eq!(found.resource, Resource::Soap);
            assert_eq!(found.to_string(), "/sites/ops/_vti_bin/Lists.asmx");
        }
        let found = ResourcePath::parse("/_vti_bin/Lists.asmx/js", "");
        assert!(matches!(found, Err(PathError::NotFound { .. })), "{found:?}");
    }

    #[test]
    fn refuses_what_a_set_has_not() {
        for path in [
            "/$batch",
            "/A B",
            "/A/x",
            "/A('x')",
            "/A(1,2)",
            "/A(Key=1)",
            "/A(1)/B/C",
            "/A(1)(2)",
            "//A",
            "/A(1",
            "/$metadata/x",
            "/A(1)/$links/B",
            "/A.B",
        ] {
            let found = ResourcePath::parse(&format!("/_vti_bin/ListData.svc{path}"), "");
            assert!(
                matches!(found, Err(PathError::Invalid { .. } | PathError::NotFound { .. })),
                "{path}: {found:?}"
            );
        }
    }
}
