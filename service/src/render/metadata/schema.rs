//! The Entity Data Model as XML (CSDL in EDMX 1.0).

use crate::render::{atom::METADATA, xml::Xml};

const EDMX: &str = "http://schemas.microsoft.com/ado/2007/06/edmx";

/// A whole document.
pub(super) struct Document<'a> {
    /// The version of the protocol: `2.0`, `3.0`.
    pub(super) version: &'a str,
    pub(super) schemas: Vec<Schema>,
}

/// The types of a namespace, and the sets that hold them.
pub(super) struct Schema {
    pub(super) namespace: String,
    pub(super) entities: Vec<EntityType>,
    /// Values of several parts.
    pub(super) complexes: Vec<(&'static str, Vec<Property>)>,
    pub(super) containers: Vec<Container>,
}

/// A type of entities.
pub(super) struct EntityType {
    pub(super) name: String,
    pub(super) base: Option<&'static str>,
    pub(super) key: Option<&'static str>,
    pub(super) properties: Vec<Property>,
    pub(super) navigations: Vec<Navigation>,
}

/// A property of a type.
pub(super) struct Property {
    pub(super) name: String,
    pub(super) type_name: String,
    /// Whether it tells of which version an entity is.
    pub(super) is_version: bool,
}

/// What an entity leads to.
pub(super) struct Navigation {
    pub(super) name: String,
    /// The type, with its namespace.
    pub(super) target: String,
    pub(super) is_many: bool,
}

/// Sets that stand together.
pub(super) struct Container {
    pub(super) name: String,
    pub(super) is_default: bool,
    /// The names of sets, and their types with the namespaces.
    pub(super) sets: Vec<(String, String)>,
}

impl Property {
    pub(super) fn new(name: impl Into<String>, type_name: impl Into<String>) -> Self {
        Self { name: name.into(), type_name: type_name.into(), is_version: false }
    }
}

impl Document<'_> {
    /// The document's text.
    pub(super) fn written(&self) -> String {
        let mut xml = Xml::new();
        // Version 2 of CSDL has all that OData 2 needs, and strict readers of it know no later one.
        let edm = match self.version {
            "2.0" => "http://schemas.microsoft.com/ado/2008/09/edm",
            _ => "http://schemas.microsoft.com/ado/2009/11/edm",
        };
        xml.open("edmx:Edmx", &[("Version", "1.0"), ("xmlns:edmx", EDMX)]);
        xml.open("edmx:DataServices", &[("m:DataServiceVersion", self.version), ("xmlns:m", METADATA)]);
        for schema in &self.schemas {
            xml.open("Schema", &[("Namespace", &schema.namespace), ("xmlns", edm)]);
            schema.entities.iter().for_each(|entity| schema.write_entity(&mut xml, entity));
            for (name, properties) in &schema.complexes {
                xml.open("ComplexType", &[("Name", name)]);
                properties.iter().for_each(|property| write_property(&mut xml, property, None));
                xml.close("ComplexType");
            }
            schema.entities.iter().for_each(|entity| schema.write_associations(&mut xml, entity));
            schema.containers.iter().for_each(|container| self.write_container(&mut xml, container));
            xml.close("Schema");
        }
        xml.close("edmx:DataServices");
        xml.close("edmx:Edmx");
        xml.finish()
    }

    fn write_container(&self, xml: &mut Xml, container: &Container) {
        let is_default = if container.is_default { "true" } else { "false" };
        xml.open("EntityContainer", &[("Name", &container.name), ("m:IsDefaultEntityContainer", is_default)]);
        for (name, type_name) in &container.sets {
            xml.empty("EntitySet", &[("Name", name), ("EntityType", type_name)]);
        }
        let set_of =
            |type_name: &str| container.sets.iter().find(|(_, t)| t == type_name).map(|(set, _)| set);
        for schema in &self.schemas {
            for entity in &schema.entities {
                let Some(source) = set_of(&schema.qualified(&entity.name)) else { continue };
                for navigation in &entity.navigations {
                    let Some(target) = set_of(&navigation.target) else { continue };
                    let association = association(entity, navigation);
                    let full = schema.qualified(&association);
                    xml.open("AssociationSet", &[("Name", &association), ("Association", &full)]);
                    xml.empty("End", &[("Role", "Source"), ("EntitySet", source)]);
                    xml.empty("End", &[("Role", "Target"), ("EntitySet", target)]);
                    xml.close("AssociationSet");
                }
            }
        }
        xml.close("EntityContainer");
    }
}

impl Schema {
    fn qualified(&self, name: &str) -> String {
        format!("{}.{name}", self.namespace)
    }

    fn write_entity(&self, xml: &mut Xml, entity: &EntityType) {
        let mut attributes = vec![("Name", entity.name.as_str())];
        attributes.extend(entity.base.map(|base| ("BaseType", base)));
        xml.open("EntityType", &attributes);
        if let Some(key) = entity.key {
            xml.open("Key", &[]);
            xml.empty("PropertyRef", &[("Name", key)]);
            xml.close("Key");
        }
        entity.properties.iter().for_each(|property| write_property(xml, property, entity.key));
        for navigation in &entity.navigations {
            let relationship = self.qualified(&association(entity, navigation));
            xml.empty(
                "NavigationProperty",
                &[
                    ("Name", &navigation.name),
                    ("Relationship", &relationship),
                    ("FromRole", "Source"),
                    ("ToRole", "Target"),
                ],
            );
        }
        xml.close("EntityType");
    }

    fn write_associations(&self, xml: &mut Xml, entity: &EntityType) {
        for navigation in &entity.navigations {
            let source = self.qualified(&entity.name);
            let many = if navigation.is_many { "*" } else { "0..1" };
            xml.open("Association", &[("Name", &association(entity, navigation))]);
            xml.empty("End", &[("Role", "Source"), ("Type", &source), ("Multiplicity", "*")]);
            xml.empty("End", &[("Role", "Target"), ("Type", &navigation.target), ("Multiplicity", many)]);
            xml.close("Association");
        }
    }
}

fn association(entity: &EntityType, navigation: &Navigation) -> String {
    format!("{}_{}", entity.name, navigation.name)
}

fn write_property(xml: &mut Xml, property: &Property, key: Option<&str>) {
    let nullable = if key == Some(property.name.as_str()) { "false" } else { "true" };
    let mut attributes = vec![("Name", property.name.as_str()), ("Type", property.type_name.as_str())];
    // A collection is there, if empty.
    if !property.type_name.starts_with("Collection(") {
        attributes.push(("Nullable", nullable));
    }
    if property.is_version {
        attributes.push(("ConcurrencyMode", "Fixed"));
    }
    xml.empty("Property", &attributes);
}
