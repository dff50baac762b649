//! The types that values are told with.

use serde_json::Value;
use store::{Catalog, model::List};

use crate::render::{
    Shown,
    property_type::{item_type, property_type},
};

/// Where the types of values are found: those of items with their lists.
#[derive(Clone, Copy, Default)]
pub(crate) struct Types<'a> {
    list: Option<&'a List>,
    catalog: Option<&'a Catalog>,
}

impl<'a> Types<'a> {
    /// With the items that are shown, and those that they refer to.
    pub(crate) fn of(shown: Shown<'a>) -> Self {
        Self { list: Some(shown.list), catalog: shown.others.map(|(_, catalog)| catalog) }
    }

    /// The type of a property of an entity whose type is known.
    pub(crate) fn find(&self, entity: &str, property: &str, value: &Value) -> &'static str {
        let found = self.list_of(entity).and_then(|list| item_type(list, property));
        found.unwrap_or_else(|| match property_type(property, value) {
            // What is null here would be a text.
            "Edm.Null" => "Edm.String",
            "Edm.Int32" if value.as_i64().is_some_and(|n| i32::try_from(n).is_err()) => "Edm.Int64",
            known => known,
        })
    }

    /// The list whose items have that type.
    fn list_of(&self, entity: &str) -> Option<&'a List> {
        let own = self.list?;
        if own.item_type_name() == entity {
            return Some(own);
        }
        let is_it =
            |list: &&&'a std::sync::Arc<List>| list.site == own.site && list.item_type_name() == entity;
        let lists: Vec<_> = self.catalog?.all_lists().collect();
        lists.iter().find(is_it).map(|list| &***list)
    }
}
