//! What fields belong to.

use std::sync::Arc;

use odata::Uuid;

use super::{Field, List, SYSTEM_FIELDS, Site, SiteId, SystemProperty, field::entity_name};

/// A list, or a site, whose fields are its columns.
#[derive(Clone, Debug)]
pub enum FieldOwner {
    /// A list.
    List(Arc<List>),
    /// A site.
    Site(Arc<Site>),
}

impl FieldOwner {
    /// The fields of its own, in order of creation.
    #[must_use]
    pub fn fields(&self) -> &[Arc<Field>] {
        match self {
            Self::List(list) => &list.fields,
            Self::Site(site) => &site.columns,
        }
    }

    /// The site that it is or is in.
    #[must_use]
    pub fn site(&self) -> SiteId {
        match self {
            Self::List(list) => list.site,
            Self::Site(site) => site.id,
        }
    }

    /// The list, if it is one.
    #[must_use]
    pub const fn list(&self) -> Option<&Arc<List>> {
        match self {
            Self::List(list) => Some(list),
            Self::Site(_) => None,
        }
    }

    /// Whether a field with that Id is there, its own or one that all have.
    #[must_use]
    pub fn has_guid(&self, guid: Uuid) -> bool {
        self.fields().iter().any(|f| f.guid == guid) || SYSTEM_FIELDS.iter().any(|f| f.guid == guid)
    }

    /// Whether the name is taken, by a field or by a property that every item has; also where only the
    /// name in JSON would be the same, as `_x0031_st` and `OData__x0031_st` have it.
    #[must_use]
    pub fn has_name(&self, internal_name: &str) -> bool {
        let property = entity_name(internal_name);
        let same = |f: &Field| {
            f.internal_name.eq_ignore_ascii_case(internal_name)
                || f.property_name.eq_ignore_ascii_case(&property)
        };
        let names_values =
            |f: &Field| f.kind.names(f.entity_name()).iter().any(|name| name.eq_ignore_ascii_case(&property));
        SystemProperty::is_reserved(internal_name) || self.fields().iter().any(|f| same(f) || names_values(f))
    }
}
