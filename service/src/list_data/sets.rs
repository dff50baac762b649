//! The entity sets of a site: one a list.

use std::collections::HashMap;

use odata::Uuid;
use store::{
    Catalog,
    model::{List, ListId, Site},
    plan::PlanError,
};

use super::identifier::identifier;

/// The sets of a site, as the caller sees it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sets {
    /// In the order of their lists' titles.
    all: Vec<Set>,
}

/// A list's set.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    pub(crate) list: ListId,
    guid: Uuid,
    pub(crate) name: String,
    identifier: String,
}

impl Sets {
    /// The sets of a site. Lists whose titles make the same identifier have it with a part of their GUIDs: one
    /// that had the bare name could be taken for the other when that is gone.
    pub(crate) fn of(catalog: &Catalog, site: &Site) -> Self {
        let lists = catalog.lists_of(site.id);
        let with_guid = |list: &List, identifier: &str| format!("{identifier}_{}", list.guid.simple());
        let mut counts: HashMap<String, usize> = HashMap::new();
        for list in &lists {
            let identifier = identifier(&list.title);
            // A title may be made to look like the name of another list.
            *counts.entry(with_guid(list, &identifier)).or_default() += 1;
            *counts.entry(identifier).or_default() += 1;
        }
        let set = |list: &List| {
            let identifier = identifier(&list.title);
            let is_alone = counts.get(&identifier) == Some(&1);
            let name = if is_alone { identifier.clone() } else { with_guid(list, &identifier) };
            Set { list: list.id, guid: list.guid, name, identifier }
        };
        Self { all: lists.iter().map(|list| set(list)).collect() }
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Set> {
        self.all.iter()
    }

    /// The list of a set.
    ///
    /// # Errors
    /// Where there is none of that name, or several could be meant.
    pub(crate) fn find(&self, name: &str) -> Result<ListId, PlanError> {
        if let Some(set) = self.all.iter().find(|set| set.name == name) {
            return Ok(set.list);
        }
        let instead =
            self.all.iter().filter(|set| set.identifier == name).map(|set| set.name.clone()).collect();
        Err(PlanError::SetNotFound { name: name.to_owned(), instead })
    }

    /// Whether a name is or was that of a list's set, whatever other lists there are.
    pub(crate) fn may_mean(&self, name: &str) -> bool {
        let is_of = |set: &Set| match name.strip_prefix(set.identifier.as_str()) {
            Some("") => true,
            rest => rest.and_then(|rest| rest.strip_prefix('_')) == Some(&set.guid.simple().to_string()),
        };
        self.all.iter().any(is_of)
    }

    /// The set of a list.
    pub(crate) fn of_list(&self, list: ListId) -> Option<&Set> {
        self.all.iter().find(|set| set.list == list)
    }

    /// The set of a list that a Lookup names.
    pub(crate) fn of_guid(&self, guid: Uuid) -> Option<&Set> {
        self.all.iter().find(|set| set.guid == guid)
    }
}

impl Set {
    /// The type of its entities, without its namespace.
    pub(crate) fn type_name(&self) -> String {
        format!("{}Item", self.name)
    }
}
