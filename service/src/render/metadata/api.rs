//! The metadata of `_api`: SharePoint's types (`SP.List`), and one for the items of each list (`SP.Data.PumpsListItem`).

use store::{
    Catalog,
    model::{Bounds, FieldKind, List, Reference, Site, SystemProperty},
    plan::UserProperty,
};

use super::{
    samples,
    schema::{Container, EntityType, Navigation, Property, Schema},
};
use crate::render::{
    View,
    property_type::{kind_type, property_type, system_type},
};

/// The sets of a site, with their types.
const SETS: [(&str, &str); 5] = [
    ("ContentTypes", "SP.ContentType"),
    ("Fields", "SP.Field"),
    ("Lists", "SP.List"),
    ("Users", "SP.User"),
    ("Webs", "SP.Web"),
];

/// Values of several texts.
const COMPLEXES: [(&str, &[&str]); 6] = [
    ("BasePermissions", &["High", "Low"]),
    ("ChangeToken", &["StringValue"]),
    ("ContentTypeId", &["StringValue"]),
    ("FieldUrlValue", &["Description", "Url"]),
    ("ResourcePath", &["DecodedUrl"]),
    ("UserIdInfo", &["NameId", "NameIdIssuer"]),
];

pub(super) fn schemas(view: &View, catalog: &Catalog, site: &Site, lists: &[&List]) -> Vec<Schema> {
    let mut entities: Vec<EntityType> = samples::entities(view, site)
        .into_iter()
        .map(|sample| {
            let name = sample.type_name.trim_start_matches("SP.");
            let (key, navigations) = keys_and_navigations(name);
            EntityType {
                name: name.into(),
                base: None,
                key: Some(key),
                properties: properties(&sample.properties),
                navigations,
            }
        })
        .collect();
    entities.extend(fields(site));
    let texts = |names: &[&str]| names.iter().map(|name| Property::new(*name, "Edm.String")).collect();
    let sets = |all: &[(&str, &str)]| {
        all.iter().map(|(name, of)| ((*name).to_owned(), (*of).to_owned())).collect::<Vec<_>>()
    };
    let of_items = |list: &&List| (format!("{}Items", list.entity_type_name), list.item_type_name());
    let own = Schema {
        namespace: "SP".into(),
        entities,
        complexes: COMPLEXES.iter().map(|(name, parts)| (*name, texts(parts))).collect(),
        containers: vec![
            Container { name: "ApiData".into(), is_default: true, sets: sets(&SETS) },
            Container {
                name: "ListData".into(),
                is_default: false,
                sets: lists.iter().map(of_items).collect(),
            },
        ],
    };
    let person = UserProperty::ALL.into_iter().map(|property| {
        let type_name = if property == UserProperty::Id { "Edm.Int32" } else { "Edm.String" };
        Property::new(property.name(), type_name)
    });
    let person = EntityType {
        name: "UserInfoItem".into(),
        base: None,
        key: Some("Id"),
        properties: person.collect(),
        navigations: Vec::new(),
    };
    let items = lists.iter().map(|list| items_of(catalog, list)).chain([person]).collect();
    let data = Schema {
        namespace: "SP.Data".into(),
        entities: items,
        complexes: Vec::new(),
        containers: Vec::new(),
    };
    vec![own, data]
}

fn navigation(name: &str, target: &str, is_many: bool) -> Navigation {
    Navigation { name: name.to_owned(), target: target.to_owned(), is_many }
}

fn keys_and_navigations(name: &str) -> (&'static str, Vec<Navigation>) {
    match name {
        "Web" => (
            "Id",
            vec![
                navigation("AvailableFields", "SP.Field", true),
                navigation("Fields", "SP.Field", true),
                navigation("Lists", "SP.List", true),
                navigation("Webs", "SP.Web", true),
            ],
        ),
        "Site" => ("Id", vec![navigation("RootWeb", "SP.Web", false)]),
        "List" => (
            "Id",
            vec![
                navigation("ContentTypes", "SP.ContentType", true),
                navigation("Fields", "SP.Field", true),
                navigation("ParentWeb", "SP.Web", false),
                navigation("RootFolder", "SP.Folder", false),
            ],
        ),
        "ContentType" => ("StringId", Vec::new()),
        "Folder" => ("ServerRelativeUrl", Vec::new()),
        _ => ("Id", Vec::new()),
    }
}

fn properties(shown: &[crate::render::Property]) -> Vec<Property> {
    let typed = |(name, value): &crate::render::Property| {
        let type_name = match property_type(name, value) {
            "Edm.Null" => "Edm.String",
            known => known,
        };
        Property::new(*name, type_name)
    };
    shown.iter().map(typed).collect()
}

/// `SP.Field` with what all fields have, and a type for each kind with more.
fn fields(site: &Site) -> Vec<EntityType> {
    // Whole numbers have no type of their own, so that `SP.Field` has their bounds.
    let (_, common) = samples::field(site, FieldKind::Integer(Bounds::default()));
    let mut types = vec![EntityType {
        name: "Field".into(),
        base: None,
        key: Some("Id"),
        properties: properties(&common),
        navigations: Vec::new(),
    }];
    for kind in samples::FIELD_KINDS.into_iter().filter_map(FieldKind::from_number) {
        let (name, mut shown) = samples::field(site, kind);
        shown.retain(|(name, _)| !common.iter().any(|(n, _)| n == name));
        types.push(EntityType {
            name: name.trim_start_matches("SP.").into(),
            base: Some("SP.Field"),
            key: None,
            properties: properties(&shown),
            navigations: Vec::new(),
        });
    }
    types
}

/// The type of a list's items.
fn items_of(catalog: &Catalog, list: &List) -> EntityType {
    let system = |property: SystemProperty| Property {
        is_version: property == SystemProperty::HiddenVersion,
        ..Property::new(property.name(), system_type(property))
    };
    let mut properties: Vec<Property> = SystemProperty::BEFORE.into_iter().map(system).collect();
    let mut navigations = vec![
        navigation("Author", "SP.Data.UserInfoItem", false),
        navigation("ContentType", "SP.ContentType", false),
        navigation("Editor", "SP.Data.UserInfoItem", false),
        navigation("ParentList", "SP.List", false),
    ];
    for field in &list.fields {
        let is_many = field.kind.is_multiple();
        properties.push(Property::new(field.property_name.as_str(), kind_type(&field.kind)));
        match field.kind.reference() {
            Some(Reference::Users) => {
                let texts = if is_many { "Collection(Edm.String)" } else { "Edm.String" };
                properties.push(Property::new(format!("{}StringId", field.entity_name()), texts));
                navigations.push(navigation(field.entity_name(), "SP.Data.UserInfoItem", is_many));
            }
            Some(Reference::Items(guid)) => {
                if let Some(target) = catalog.list_by_guid(guid).filter(|target| target.site == list.site) {
                    navigations.push(navigation(field.entity_name(), &target.item_type_name(), is_many));
                }
            }
            None => {}
        }
    }
    properties.extend(SystemProperty::AFTER.into_iter().chain(SystemProperty::ON_REQUEST).map(system));
    EntityType {
        name: list.item_type_name().trim_start_matches("SP.Data.").into(),
        base: None,
        key: Some("Id"),
        properties,
        navigations,
    }
}
