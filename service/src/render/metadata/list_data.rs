//! The metadata of ListData.svc.

use store::model::{List, Site};

use super::schema::{Container, EntityType, Navigation, Property, Schema};
use crate::{
    list_data::{Column, Columns, NAMESPACE, column_type, container_name},
    render::View,
};

/// One type and one set for each list.
pub(super) fn schema(view: &View, site: &Site, lists: &[&List]) -> Schema {
    let with_sets = lists.iter().filter_map(|list| Some((*list, view.sets.of_list(list.id)?)));
    let (mut entities, mut sets) = (Vec::new(), Vec::new());
    for (list, set) in with_sets {
        sets.push((set.name.clone(), format!("{NAMESPACE}.{}", set.type_name())));
        let columns = Columns::of(list);
        let navigation = |(name, _, target): (&str, _, &crate::list_data::Set)| Navigation {
            name: name.to_owned(),
            target: format!("{NAMESPACE}.{}", target.type_name()),
            is_many: false,
        };
        entities.push(EntityType {
            name: set.type_name(),
            base: None,
            key: Some("Id"),
            properties: columns.iter().map(property).collect(),
            navigations: columns.navigations(&view.sets).map(navigation).collect(),
        });
    }
    let container = Container { name: container_name(site), is_default: true, sets };
    Schema { namespace: NAMESPACE.into(), entities, complexes: Vec::new(), containers: vec![container] }
}

fn property(column: &Column) -> Property {
    let is_version = column.name == "Owshiddenversion";
    Property { is_version, ..Property::new(column.name.as_str(), column_type(column)) }
}
