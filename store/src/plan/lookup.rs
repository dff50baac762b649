//! What a Lookup field refers to, as the body that makes it says, and the field that a URL names.

use std::sync::Arc;

use odata::{Uuid, path::FieldKey};

use super::{PlanError, body::Members, field::refused};
use crate::{
    Catalog,
    model::{Field, FieldKind, FieldOwner, List, fold},
};

impl FieldOwner {
    /// The field of its own that a URL names.
    ///
    /// # Errors
    /// [`PlanError::FieldNotFound`].
    pub fn resolve_field(&self, key: &FieldKey) -> Result<Arc<Field>, PlanError> {
        let same = |a: &str, b: &str| fold(a) == fold(b);
        let fields = self.fields();
        let found = match key {
            FieldKey::Id(guid) => fields.iter().find(|f| f.guid == *guid),
            FieldKey::Title(title) => fields.iter().find(|f| same(&f.title, title)),
            FieldKey::InternalNameOrTitle(name) => fields
                .iter()
                .find(|f| same(&f.internal_name, name))
                .or_else(|| fields.iter().find(|f| same(&f.title, name))),
        };
        found.cloned().ok_or_else(|| PlanError::FieldNotFound {
            name: match key {
                FieldKey::Id(guid) => guid.to_string(),
                FieldKey::Title(name) | FieldKey::InternalNameOrTitle(name) => name.clone(),
            },
        })
    }
}

/// The list that a Lookup refers to, by `LookupList` or `LookupListId`, and the field that stands for an
/// item of it, by `LookupField` or `LookupFieldName`. With `PrimaryFieldId` it shows another field of the items
/// that the Lookup of that Id refers to.
pub(super) fn take_lookup(
    members: &mut Members<'_>,
    catalog: &Catalog,
    owner: &FieldOwner,
    kind: &mut FieldKind,
) -> Result<(), PlanError> {
    let FieldKind::Lookup { list, field, multiple, primary } = kind else { return Ok(()) };
    let sent_primary = members.take_text("PrimaryFieldId")?.filter(|id| !id.is_empty());
    let sent_list = take_either(members, "LookupList", "LookupListId")?;
    let shown = take_either(members, "LookupField", "LookupFieldName")?.filter(|name| !name.is_empty());
    if let Some(id) = sent_primary {
        let of = primary_of(owner, &id)?;
        if sent_list.is_some_and(|list| parse_id(&list) != Some(of.list)) {
            return Err(refused(format!(
                "LookupList is that of '{}', on which the field depends.",
                of.field.title
            )));
        }
        if members.take_bool("AllowMultipleValues")?.is_some_and(|sent| sent != of.multiple) {
            let reason =
                format!("AllowMultipleValues is that of '{}', on which the field depends.", of.field.title);
            return Err(refused(reason));
        }
        let gone = || refused(format!("The list that '{}' refers to was deleted.", of.field.title));
        let target = catalog.list_by_guid(of.list).ok_or_else(gone)?;
        let name = shown.ok_or_else(|| refused("A dependent lookup names the field that it shows."))?;
        let missing = || refused(format!("The list '{}' has no field '{name}' to show.", target.title));
        *field = shown_field(target, &name).ok_or_else(missing)?;
        (*list, *multiple, *primary) = (of.list, of.multiple, Some(of.field.guid));
        return Ok(());
    }
    let guid = sent_list.as_deref().and_then(parse_id);
    let guid = guid.ok_or_else(|| refused("A Lookup names its list: LookupList is the list's Id."))?;
    let found = catalog.all_lists().find(|l| l.site == owner.site() && l.guid == guid);
    let found = found.ok_or(PlanError::ListIdNotFound)?;
    *list = guid;
    if let Some(name) = shown {
        *field = shown_field(found, &name).ok_or(PlanError::FieldNotFound { name })?;
    }
    Ok(())
}

/// A Lookup field on which others may depend.
struct Primary<'a> {
    field: &'a Field,
    list: Uuid,
    multiple: bool,
}

fn primary_of<'a>(owner: &'a FieldOwner, id: &str) -> Result<Primary<'a>, PlanError> {
    let guid = parse_id(id);
    let found = owner.fields().iter().find(|f| Some(f.guid) == guid);
    let field = found.ok_or_else(|| {
        refused("The primary field is none of these: it is named by the Id of a Lookup beside the new one.")
    })?;
    match field.kind {
        FieldKind::Lookup { list, multiple, primary: None, .. } => Ok(Primary { field, list, multiple }),
        FieldKind::Lookup { .. } => {
            Err(refused(format!("'{}' depends on another field, so that none depends on it.", field.title)))
        }
        _ => Err(refused(format!("'{}' is no Lookup, so that no field depends on it.", field.title))),
    }
}

/// The first of two names that is there.
fn take_either(
    members: &mut Members<'_>,
    first: &'static str,
    second: &'static str,
) -> Result<Option<String>, PlanError> {
    match members.take_text(first)? {
        Some(text) => Ok(Some(text)),
        None => members.take_text(second),
    }
}

fn parse_id(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text.trim_matches(['{', '}'])).ok()
}

/// The InternalName of a field that can stand for an item of a list.
fn shown_field(list: &List, name: &str) -> Option<String> {
    let own = list.fields.iter().find(|f| f.internal_name.eq_ignore_ascii_case(name));
    let system = || ["ID", "Created", "Modified"].into_iter().find(|n| n.eq_ignore_ascii_case(name));
    own.map(|f| f.internal_name.clone()).or_else(|| system().map(str::to_owned))
}
