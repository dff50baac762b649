//! What a field's name in CAML means in a list. CAML has InternalNames, also of fields that every list of SharePoint
//! has: some of these are the same for all items here.

use std::{cmp::Ordering, sync::Arc};

use odata::caml::Operator;

use super::PlanError;
use crate::model::{Field, FieldKind, List, fold};

/// What a name means.
#[derive(Clone, Debug)]
pub(super) enum Meant {
    /// A field of the list.
    Own(Arc<Field>),
    /// `Author` or `Editor`.
    Person(&'static str),
    /// A property that every item has, by its name in JSON.
    System(&'static str),
    /// What is the same for every item.
    Fixed {
        /// Its name in JSON, if it stands there.
        property: Option<&'static str>,
        /// The value as a text.
        value: String,
    },
    /// What is only shown.
    Shown,
}

/// What a name means; `OData_` may stand before it, as in JSON.
///
/// # Errors
/// [`PlanError::UnknownFieldRef`].
pub(super) fn meant(list: &List, name: &str) -> Result<Meant, PlanError> {
    let own = |name: &str| list.fields.iter().find(|field| field.internal_name == name).cloned();
    let plain = name.strip_prefix("OData_").unwrap_or(name);
    if let Some(field) = own(name).or_else(|| own(plain)) {
        return Ok(Meant::Own(field));
    }
    let fixed = |property, value: &str| Meant::Fixed { property, value: value.to_owned() };
    Ok(match plain {
        "ID" | "Id" => Meant::System("ID"),
        "Created" | "Created_x0020_Date" => Meant::System("Created"),
        "Modified" | "Last_x0020_Modified" => Meant::System("Modified"),
        "GUID" | "UniqueId" => Meant::System("GUID"),
        "owshiddenversion" => Meant::System("owshiddenversion"),
        "Author" => Meant::Person("Author"),
        "Editor" => Meant::Person("Editor"),
        "LinkTitle" | "LinkTitleNoMenu" | "LinkTitle2" => match own("Title") {
            Some(title) => Meant::Own(title),
            None => Meant::Shown,
        },
        "FSObjType" => fixed(Some("FileSystemObjectType"), "0"),
        "Attachments" => fixed(Some("Attachments"), "0"),
        "ContentType" => fixed(None, "Item"),
        "ContentTypeId" => fixed(Some("ContentTypeId"), &list.content_type_id()),
        "_ModerationStatus" => fixed(None, "0"),
        "_IsCurrentVersion" => fixed(None, "1"),
        "ItemChildCount" | "FolderChildCount" => fixed(None, "0"),
        "_UIVersion"
        | "_UIVersionString"
        | "FileRef"
        | "FileLeafRef"
        | "FileDirRef"
        | "DocIcon"
        | "Edit"
        | "PermMask"
        | "LinkFilename"
        | "LinkFilenameNoMenu"
        | "SelectTitle"
        | "ServerUrl"
        | "EncodedAbsUrl"
        | "BaseName"
        | "MetaInfo"
        | "_Level"
        | "_HasCopyDestinations"
        | "_CopySource"
        | "WorkflowVersion"
        | "InstanceID"
        | "Order"
        | "ScopeId"
        | "ProgId"
        | "SyncClientId"
        | "AppAuthor"
        | "AppEditor"
        | "File_x0020_Type"
        | "HTML_x0020_File_x0020_Type"
        | "ComplianceAssetId" => Meant::Shown,
        _ => return Err(PlanError::UnknownFieldRef { name: name.chars().take(60).collect() }),
    })
}

impl List {
    /// The properties in JSON of what `ViewFields` names; what every list of SharePoint has and an item of ours has
    /// not, is left out.
    ///
    /// # Errors
    /// [`PlanError::UnknownFieldRef`].
    pub fn view_properties(&self, names: &[String]) -> Result<Vec<String>, PlanError> {
        let mut properties = Vec::with_capacity(names.len() + 1);
        for name in names {
            match meant(self, name)? {
                Meant::Own(field) => {
                    properties.push(field.property_name.clone());
                    if matches!(field.kind, FieldKind::User { .. }) {
                        properties.push(format!("{}StringId", field.entity_name()));
                    }
                }
                Meant::Person(person) => properties.push(format!("{person}Id")),
                Meant::System(property) | Meant::Fixed { property: Some(property), .. } => {
                    properties.push(property.to_owned());
                }
                Meant::Fixed { property: None, .. } | Meant::Shown => {}
            }
        }
        Ok(properties)
    }
}

/// What `ViewFields` names.
#[derive(Clone, Debug)]
pub enum ViewField {
    /// A field of the list.
    Own(Arc<Field>),
    /// What every list of SharePoint has, by its InternalName.
    Common(String),
}

impl List {
    /// What `ViewFields` names, once each.
    ///
    /// # Errors
    /// [`PlanError::UnknownFieldRef`].
    pub fn view_fields(&self, names: &[String]) -> Result<Vec<ViewField>, PlanError> {
        let mut fields: Vec<ViewField> = Vec::with_capacity(names.len());
        for name in names {
            let field = match meant(self, name)? {
                Meant::Own(field) => ViewField::Own(field),
                Meant::Person(_) | Meant::System(_) | Meant::Fixed { .. } | Meant::Shown => {
                    ViewField::Common(name.strip_prefix("OData_").unwrap_or(name).to_owned())
                }
            };
            let same = |other: &ViewField| match (other, &field) {
                (ViewField::Own(a), ViewField::Own(b)) => Arc::ptr_eq(a, b),
                (ViewField::Common(a), ViewField::Common(b)) => a == b,
                _ => false,
            };
            if !fields.iter().any(same) {
                fields.push(field);
            }
        }
        Ok(fields)
    }
}

/// Whether what is the same for every item compares so with a text.
pub(super) fn fixed_fulfils(has: &str, operator: Operator, text: &str) -> bool {
    let asked = match fold(text.trim()) {
        text if text == "true" => "1".to_owned(),
        text if text == "false" => "0".to_owned(),
        text => text,
    };
    let has = fold(has);
    let ordering = match (has.parse::<f64>(), asked.parse::<f64>()) {
        (Ok(has), Ok(asked)) => has.partial_cmp(&asked),
        _ => Some(has.cmp(&asked)),
    };
    match operator {
        Operator::Eq | Operator::Includes => ordering.is_some_and(Ordering::is_eq),
        Operator::Neq | Operator::NotIncludes => ordering.is_none_or(Ordering::is_ne),
        Operator::Gt => ordering.is_some_and(Ordering::is_gt),
        Operator::Geq => ordering.is_some_and(Ordering::is_ge),
        Operator::Lt => ordering.is_some_and(Ordering::is_lt),
        Operator::Leq => ordering.is_some_and(Ordering::is_le),
        Operator::BeginsWith => has.starts_with(&asked),
        Operator::Contains => has.contains(&asked),
    }
}
