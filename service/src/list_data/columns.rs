//! The properties of a set's entities: one a field, and what every item has.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use store::model::{Field, FieldKind, List, Reference, SystemProperty};

use super::{Set, Sets, identifier::identifier};

/// The properties of the entities of one list.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    all: Vec<Column>,
    /// Single lookups, by the names of their navigation properties.
    navigations: Vec<(String, Arc<Field>)>,
}

/// One property.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) source: Source,
}

/// What a property shows.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// What every item has.
    System(SystemProperty),
    /// A field of the list.
    Field(Arc<Field>),
}

/// What every entity has before the fields.
const BEFORE: [(&str, SystemProperty); 2] =
    [("Id", SystemProperty::Id), ("ContentTypeID", SystemProperty::ContentTypeId)];
/// And after them.
const AFTER: [(&str, SystemProperty); 6] = [
    ("Modified", SystemProperty::Modified),
    ("Created", SystemProperty::Created),
    ("CreatedById", SystemProperty::AuthorId),
    ("ModifiedById", SystemProperty::EditorId),
    ("Owshiddenversion", SystemProperty::HiddenVersion),
    ("Version", SystemProperty::UiVersionString),
];

impl Columns {
    /// The properties of a list's entities. A field whose title's identifier is another's too has its InternalName
    /// behind it, so that no name comes to mean another field; the one whose InternalName it is keeps it.
    pub(crate) fn of(list: &List) -> Self {
        let bases: Vec<String> = list.fields.iter().map(|field| identifier(&field.title)).collect();
        let mut counts: HashMap<String, usize> = HashMap::new();
        let reserved = BEFORE.iter().chain(&AFTER).map(|(name, _)| (*name).to_owned());
        let taken = list.fields.iter().zip(&bases).flat_map(|(field, base)| names(field, base));
        for name in reserved.clone().chain(taken) {
            *counts.entry(name).or_default() += 1;
        }
        let reserved: Vec<String> = reserved.collect();
        let unique = |field: &Field, base: &str| {
            let names = names(field, base);
            let is_alone = names.iter().all(|name| counts.get(name) == Some(&1));
            let is_own = field.internal_name == base && !names.iter().any(|name| reserved.contains(name));
            if is_alone || is_own { base.to_owned() } else { format!("{base}_{}", field.internal_name) }
        };
        let system = |(name, property): &(&str, SystemProperty)| Column {
            name: (*name).to_owned(),
            source: Source::System(*property),
        };
        let mut all: Vec<Column> = BEFORE.iter().map(system).collect();
        let mut navigations = Vec::new();
        let mut given: HashSet<String> = reserved.iter().cloned().collect();
        for (field, base) in list.fields.iter().zip(&bases) {
            let mut base = unique(field, base);
            if names(field, &base).iter().any(|name| given.contains(name)) {
                // A title may be made to look like the name of another field.
                base = format!("{base}_{}", field.guid.simple());
            }
            given.extend(names(field, &base));
            let name = format!("{base}{}", field.kind.property_suffix());
            all.push(Column { name, source: Source::Field(field.clone()) });
            if matches!(field.kind, FieldKind::Lookup { multiple: false, .. }) {
                navigations.push((base, field.clone()));
            }
        }
        all.extend(AFTER.iter().map(system));
        Self { all, navigations }
    }

    /// All of them, in the order of the wire.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Column> {
        self.all.iter()
    }

    /// Leaves out the properties for which `keep` does not hold.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&Column) -> bool) {
        self.all.retain(keep);
    }

    /// The property of that name.
    pub(crate) fn find(&self, name: &str) -> Option<&Column> {
        self.all.iter().find(|column| column.name == name)
    }

    /// The Lookups that lead to sets which the caller sees.
    pub(crate) fn navigations<'a>(
        &'a self,
        sets: &'a Sets,
    ) -> impl Iterator<Item = (&'a str, &'a Arc<Field>, &'a Set)> {
        self.navigations.iter().filter_map(|(name, field)| match field.kind.reference() {
            Some(Reference::Items(guid)) => Some((name.as_str(), field, sets.of_guid(guid)?)),
            _ => None,
        })
    }

    /// The Lookup of that name.
    pub(crate) fn navigation<'a>(&'a self, sets: &'a Sets, name: &str) -> Option<(&'a Arc<Field>, &'a Set)> {
        self.navigations(sets).find(|(n, ..)| *n == name).map(|(_, field, set)| (field, set))
    }
}

impl Column {
    /// The name that `_api` has for it.
    pub(crate) fn api_name(&self) -> &str {
        match &self.source {
            Source::System(property) => property.name(),
            Source::Field(field) => &field.property_name,
        }
    }
}

/// The names that a field takes with a base.
fn names(field: &Field, base: &str) -> Vec<String> {
    let suffix = field.kind.property_suffix();
    let value = format!("{base}{suffix}");
    if suffix.is_empty() { vec![value] } else { vec![base.to_owned(), value] }
}

/// The type of a property in OData 2, which knows no collections: several values are one text.
pub(crate) fn column_type(column: &Column) -> &'static str {
    match &column.source {
        Source::System(property) => match property {
            SystemProperty::Created | SystemProperty::Modified => "Edm.DateTime",
            SystemProperty::ContentTypeId | SystemProperty::UiVersionString => "Edm.String",
            _ => "Edm.Int32",
        },
        Source::Field(field) => {
            let kind = field.kind.of_values();
            match kind {
                _ if kind.is_multiple() => "Edm.String",
                FieldKind::Integer(_) | FieldKind::Lookup { .. } | FieldKind::User { .. } => "Edm.Int32",
                FieldKind::Number { .. } | FieldKind::Currency { .. } => "Edm.Double",
                FieldKind::Boolean => "Edm.Boolean",
                FieldKind::DateTime { .. } => "Edm.DateTime",
                FieldKind::Guid => "Edm.Guid",
                FieldKind::Text { .. }
                | FieldKind::Note { .. }
                | FieldKind::Choice(_)
                | FieldKind::MultiChoice(_)
                | FieldKind::Url { .. }
                | FieldKind::Calculated(_) => "Edm.String",
            }
        }
    }
}
