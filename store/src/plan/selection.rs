//! `$select` and `$expand` of items.

use std::{collections::HashSet, sync::Arc};

use odata::query::{Property, QueryOptions, Select};

use super::{PlanError, Related, UserProperty, person_property};
use crate::{
    Catalog,
    model::{Field, List, Reference, SystemProperty},
};

/// A property that is selected.
#[derive(Clone, Debug)]
pub enum Selected {
    /// What is given by default.
    All,
    /// A property that every item has.
    System(SystemProperty),
    /// A field of the list.
    Field(Arc<Field>),
    /// The Ids of a User field once more, as texts.
    StringIds(Arc<Field>),
    /// What a field refers to.
    Expanded(Expanded),
}

/// What a field refers to, with what is selected of it.
#[derive(Clone, Debug)]
pub struct Expanded {
    /// The name: `Site`, `Author`.
    pub name: String,
    /// Where the Ids are.
    pub ids: Ids,
    /// What is given of each.
    pub of: ExpandedOf,
}

/// Where the Ids of what is expanded are.
#[derive(Clone, Debug)]
pub enum Ids {
    /// In a Lookup or User field.
    Field(Arc<Field>),
    /// In `AuthorId` or `EditorId`.
    System(SystemProperty),
}

/// What is given of an item or a user that is expanded.
#[derive(Clone, Debug)]
pub enum ExpandedOf {
    /// These properties of items of a list.
    Items(Arc<List>, Vec<Selected>),
    /// These properties of users.
    Users(Vec<UserProperty>),
    /// Properties of items of a list that was deleted, so that there is nothing to give.
    Gone(Vec<String>),
}

/// What is given of an item; `None` is what is given by default.
pub type Selection = Option<Vec<Selected>>;

/// The Lookup fields whose items a selection shows.
#[must_use]
pub fn related(selection: &Selection) -> Vec<Related> {
    let expanded = selection.iter().flatten().filter_map(|selected| match selected {
        Selected::Expanded(Expanded { ids: Ids::Field(field), of: ExpandedOf::Items(list, _), .. }) => {
            Some(Related { field: field.clone(), list: list.clone() })
        }
        _ => None,
    });
    expanded.collect()
}

impl List {
    /// Resolves `$select` and `$expand` of items.
    ///
    /// # Errors
    /// [`PlanError::UnknownProperty`], or [`PlanError::UnselectedExpansion`] where one of them lacks the other.
    pub fn resolve_selection(
        &self,
        catalog: &Catalog,
        options: &QueryOptions,
    ) -> Result<Selection, PlanError> {
        for expanded in &options.expand {
            let name = expanded.path.join("/");
            if !self.can_expand(&name) {
                return Err(PlanError::UnknownProperty { name });
            }
            let under = |member: &Select| matches!(member, Select::Property(p) if p.path.len() > 1 && p.path[0] == name);
            if !options.select.iter().any(under) {
                return Err(PlanError::UnselectedExpansion { name });
            }
        }
        if options.select.is_empty() {
            return Ok(None);
        }
        let mut selected: Vec<Selected> = Vec::with_capacity(options.select.len());
        let mut seen = HashSet::new();
        for member in &options.select {
            let name = match member {
                Select::All => "*".to_owned(),
                Select::Property(property) => property.path.join("/"),
            };
            if !seen.insert(name) {
                continue;
            }
            match member {
                Select::All => selected.push(Selected::All),
                Select::Property(property) => match property.path.as_slice() {
                    [name] => selected.push(self.select_own(name)?),
                    [first, inner] => {
                        let is_expanded = options.expand.iter().any(|e| e.path == [first.as_str()]);
                        if !is_expanded {
                            let known = self.can_expand(first);
                            let name = if known { first.clone() } else { property.path.join("/") };
                            return Err(if known {
                                PlanError::UnselectedExpansion { name }
                            } else {
                                PlanError::UnknownProperty { name }
                            });
                        }
                        self.select_through(catalog, &mut selected, property, first, inner)?;
                    }
                    _ => return Err(PlanError::UnknownProperty { name: property.path.join("/") }),
                },
            }
        }
        Ok(Some(selected))
    }

    fn can_expand(&self, name: &str) -> bool {
        self.expandable(name).is_some()
    }

    /// Where the Ids are of what a name expands to.
    pub(super) fn expandable(&self, name: &str) -> Option<Ids> {
        if let Some(person) = person_property(name) {
            return Some(Ids::System(person));
        }
        let field = self.field_by_entity_name(name)?;
        field.kind.reference().map(|_| Ids::Field(field.clone()))
    }

    /// A property of the item itself.
    fn select_own(&self, name: &str) -> Result<Selected, PlanError> {
        if let Some(field) = self.field_by_property(name) {
            return Ok(Selected::Field(field.clone()));
        }
        if let Some(property) = SystemProperty::from_name(name) {
            return Ok(Selected::System(property));
        }
        if let Some(at) = self.position_of_string_ids(name) {
            return Ok(Selected::StringIds(self.fields[at].clone()));
        }
        let name = name.to_owned();
        Err(if self.can_expand(&name) {
            PlanError::UnselectedExpansion { name }
        } else {
            PlanError::UnknownProperty { name }
        })
    }

    /// A property of what the item refers to: all of one name are gathered where the first stands.
    fn select_through(
        &self,
        catalog: &Catalog,
        selected: &mut Vec<Selected>,
        property: &Property,
        first: &str,
        inner: &str,
    ) -> Result<(), PlanError> {
        let unknown = || PlanError::UnknownProperty { name: property.path.join("/") };
        let at = selected.iter().position(|s| matches!(s, Selected::Expanded(e) if e.name == first));
        let at = match at {
            Some(at) => at,
            None => {
                let expanded = self.expanded(catalog, first).ok_or_else(unknown)?;
                selected.push(Selected::Expanded(expanded));
                selected.len() - 1
            }
        };
        let Selected::Expanded(expanded) = &mut selected[at] else { return Err(unknown()) };
        match &mut expanded.of {
            ExpandedOf::Users(properties) => {
                let property = UserProperty::from_name(inner).ok_or_else(unknown)?;
                if !properties.contains(&property) {
                    properties.push(property);
                }
            }
            ExpandedOf::Gone(names) => names.push(inner.to_owned()),
            ExpandedOf::Items(list, properties) => {
                properties.push(list.select_own(inner).map_err(|_| unknown())?);
            }
        }
        Ok(())
    }

    fn expanded(&self, catalog: &Catalog, name: &str) -> Option<Expanded> {
        let ids = self.expandable(name)?;
        let reference = match &ids {
            Ids::System(_) => Reference::Users,
            Ids::Field(field) => field.kind.reference()?,
        };
        let of = match reference {
            Reference::Users => ExpandedOf::Users(Vec::new()),
            Reference::Items(guid) => match catalog.list_by_guid(guid) {
                Some(list) => ExpandedOf::Items(list.clone(), Vec::new()),
                None => ExpandedOf::Gone(Vec::new()),
            },
        };
        Some(Expanded { name: name.to_owned(), ids, of })
    }
}
