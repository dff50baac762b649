//! What a request to fields does: of a list, of a site, or of those that are available in a site.

use odata::{
    path::{DependentLookup, FieldsPart},
    query::QueryOptions,
};
use serde_json::{Map, Value, json};

use super::{
    Body, Method, RequestError, SchemaXml,
    action::{Action, FieldsOf, Thing, property},
};

type Object = Map<String, Value>;

/// Reads what a method means for fields.
pub(super) fn parse(
    method: &Method,
    of: FieldsOf,
    part: FieldsPart,
    query: &str,
    body: &Body<'_>,
) -> Result<Action, RequestError> {
    let options = || QueryOptions::parse(query);
    let writable = !matches!(of, FieldsOf::Available);
    Ok(match (method, part) {
        (Method::Get | Method::Head, FieldsPart::All) => Action::ReadFields(of, options()?),
        (Method::Get | Method::Head, FieldsPart::Count) => Action::CountFields(of, options()?),
        (Method::Get | Method::Head, FieldsPart::One(key)) => {
            Action::ReadThing(Thing::Field(of, key), options()?)
        }
        (method, FieldsPart::Property(key, p)) => property(method, query, p, |p| (Thing::Field(of, key), p))?,
        (Method::Post, FieldsPart::All) if writable => Action::AddField(of, body.parameters()?),
        (Method::Post, FieldsPart::Add) if writable => {
            Action::AddField(of, creation_information(body.parameters()?))
        }
        (Method::Post, FieldsPart::AddAsXml) if writable => {
            Action::AddFieldAsXml(of, SchemaXml::parse(&body.parameters()?)?)
        }
        (Method::Post, FieldsPart::AddDependentLookup(lookup)) if writable => {
            let lookup = match lookup {
                Some(lookup) => of_arguments(lookup),
                None => of_body(body.parameters()?),
            };
            Action::AddDependentLookup(of, lookup)
        }
        (Method::Merge, FieldsPart::One(key)) if writable => Action::ChangeField(of, key, body.object()?),
        (Method::Delete, FieldsPart::One(key)) if writable => Action::DeleteField(of, key),
        (Method::Post, FieldsPart::Indexing(key, on)) if writable => Action::IndexField(of, key, on),
        (method, part) => {
            return Err(RequestError::Method {
                method: method.name().to_owned(),
                resource: name(&part).to_owned(),
                allowed: allowed(&part, writable),
            });
        }
    })
}

/// `SP.FieldCreationInformation` has other names for some of a field's properties.
fn creation_information(mut body: Object) -> Object {
    for (sent, name) in [("LookupListId", "LookupList"), ("LookupFieldName", "LookupField")] {
        if let Some(value) = body.remove(sent).filter(|v| !v.is_null()) {
            body.insert(name.to_owned(), value);
        }
    }
    for nothing in ["LookupWebId", "IsCompactName"] {
        body.remove(nothing);
    }
    body
}

/// The properties of the field that a dependent lookup is.
fn of_arguments(lookup: DependentLookup) -> Object {
    Object::from_iter([
        ("FieldTypeKind".to_owned(), json!(LOOKUP)),
        ("Title".to_owned(), lookup.display_name.into()),
        ("PrimaryFieldId".to_owned(), lookup.primary.to_string().into()),
        ("LookupField".to_owned(), lookup.shown.into()),
    ])
}

/// The same, where a body names what would stand in the parentheses.
fn of_body(body: Object) -> Object {
    let mut lookup = Object::from_iter([("FieldTypeKind".to_owned(), json!(LOOKUP))]);
    for (name, value) in body {
        let property = match name.to_ascii_lowercase().as_str() {
            "displayname" => "Title",
            "primarylookupfieldid" => "PrimaryFieldId",
            "showfield" => "LookupField",
            _ => &name,
        };
        lookup.insert(property.to_owned(), value);
    }
    // Without it the field would be an independent Lookup.
    lookup.entry("PrimaryFieldId").or_insert_with(|| "none".into());
    lookup
}

/// `FieldTypeKind` of a Lookup.
const LOOKUP: u32 = 7;

/// The methods that fields have.
pub(super) fn allowed(part: &FieldsPart, writable: bool) -> &'static [&'static str] {
    match part {
        FieldsPart::All if writable => &["GET", "HEAD", "POST", "OPTIONS"],
        FieldsPart::One(_) if writable => &["GET", "HEAD", "POST", "MERGE", "PATCH", "DELETE", "OPTIONS"],
        FieldsPart::All | FieldsPart::One(_) | FieldsPart::Count | FieldsPart::Property(..) => {
            &["GET", "HEAD", "OPTIONS"]
        }
        FieldsPart::Indexing(..)
        | FieldsPart::Add
        | FieldsPart::AddAsXml
        | FieldsPart::AddDependentLookup(_) => &["POST", "OPTIONS"],
    }
}

/// What is told of it where a method is wrong.
pub(super) const fn name(part: &FieldsPart) -> &'static str {
    match part {
        FieldsPart::All => "fields",
        FieldsPart::Count => "$count",
        FieldsPart::One(_) => "field",
        FieldsPart::Property(..) => "property",
        FieldsPart::Indexing(_, true) => "EnableIndex",
        FieldsPart::Indexing(_, false) => "DisableIndex",
        FieldsPart::Add => "AddField",
        FieldsPart::AddAsXml => "CreateFieldAsXml",
        FieldsPart::AddDependentLookup(_) => "AddDependentLookupField",
    }
}
