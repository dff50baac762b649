//! The body of a write to a field.

use odata::{Timestamp, Uuid};
use serde_json::{Map, Value};

use super::{
    PlanError,
    body::{Members, strings, wrong},
    lookup::take_lookup,
};
use crate::{
    Catalog,
    model::{Bounds, Field, FieldKind, FieldOwner, Formula, Output, internal_name, parse_number},
};

/// What a body says of a field.
#[derive(Clone, Debug)]
pub struct FieldDraft {
    field: Field,
}

pub(super) fn refused(reason: impl Into<String>) -> PlanError {
    PlanError::Refused { reason: reason.into() }
}

impl FieldDraft {
    /// Resolves the body that makes a field. `represent` gives the properties of a field: others than
    /// those that can be set may be sent with the values that a new field has.
    ///
    /// # Errors
    /// Where a property is none of a field's, or its value is not possible.
    pub fn resolve_new(
        catalog: &Catalog,
        owner: &FieldOwner,
        guid: Uuid,
        body: &Map<String, Value>,
        represent: impl Fn(&Field) -> Vec<(&'static str, Value)>,
    ) -> Result<Self, PlanError> {
        let number = body.get("FieldTypeKind").and_then(Value::as_u64);
        let number = number.ok_or_else(|| refused("A field needs a FieldTypeKind, a whole number."))?;
        let kind = kind_of(number)?;
        let mut members = Members::new(body, kind.type_name());
        members.take("FieldTypeKind");
        // A name of the client's choice is not promised: it is made from the title.
        members.take("StaticName");
        let title = members.take_text("Title")?.unwrap_or_default();
        let title = checked_title(&title)?;
        let mut kind = kind;
        take_lookup(&mut members, catalog, owner, &mut kind)?;
        take_formula(&mut members, owner, &mut kind)?;
        let name = free_name(&title, owner, &kind);
        let mut field = Field::new(guid, name, title, kind);
        field.read_only = field.kind.is_derived();
        take_settings(&mut members, &mut field)?;
        members.finish(&represent(&field))?;
        Ok(Self { field })
    }

    /// Resolves the body that changes a field; `present` is what it has.
    ///
    /// # Errors
    /// Where a property is none of a field's, or its value is not possible.
    pub fn resolve_change(
        field: &Field,
        body: &Map<String, Value>,
        present: &[(&str, Value)],
    ) -> Result<Self, PlanError> {
        let mut members = Members::new(body, field.kind.type_name());
        let mut changed = field.clone();
        if let Some(title) = members.take_text("Title")? {
            changed.title = checked_title(&title)?;
        }
        take_settings(&mut members, &mut changed)?;
        if changed.kind.is_multiple() != field.kind.is_multiple() {
            return Err(refused(
                "AllowMultipleValues cannot be changed: items hold the values in another form.",
            ));
        }
        members.finish(present)?;
        Ok(Self { field: changed })
    }

    /// The field under the InternalName that was asked for, as far as that is one and is free.
    ///
    /// # Errors
    /// Where another field of the owner has its GUID.
    pub fn into_named_field(self, owner: &FieldOwner, name: Option<&str>) -> Result<Field, PlanError> {
        let field = self.field;
        if owner.has_guid(field.guid) {
            return Err(refused(format!("A field with the ID {} is there already.", field.guid)));
        }
        let Some(name) = name else { return Ok(field) };
        let name = free_name(name, owner, &field.kind);
        let named = Field::new(field.guid, name, field.title.clone(), field.kind.clone());
        Ok(Field { internal_name: named.internal_name, property_name: named.property_name, ..field })
    }

    /// The field.
    #[must_use]
    pub fn into_field(self) -> Field {
        self.field
    }
}

/// An InternalName made of a text, such that its values' names are free too.
fn free_name(text: &str, owner: &FieldOwner, kind: &FieldKind) -> String {
    internal_name(text, |name| kind.names(name).iter().any(|name| owner.has_name(name)))
}

fn kind_of(number: u64) -> Result<FieldKind, PlanError> {
    FieldKind::from_number(number).ok_or_else(|| {
        refused(format!(
            "FieldTypeKind {number} is not supported; 1 (Integer), 2 (Text), 3 (Note), 4 (DateTime), 6 (Choice), \
             7 (Lookup), 8 (Boolean), 9 (Number), 10 (Currency), 11 (URL), 14 (Guid), 15 (MultiChoice), \
             17 (Calculated) and 20 (User) are."
        ))
    })
}

fn checked_title(title: &str) -> Result<String, PlanError> {
    let title = title.trim();
    if title.is_empty() || title.encode_utf16().count() > 255 || title.chars().any(char::is_control) {
        return Err(refused("A field's Title has 1 to 255 characters, none of them a control character."));
    }
    Ok(title.to_owned())
}

fn take_settings(members: &mut Members<'_>, field: &mut Field) -> Result<(), PlanError> {
    if let Some(required) = members.take_bool("Required")? {
        field.required = required;
    }
    // Whether there may be an index hangs on whether values may be several.
    take_kind_settings(members, &mut field.kind)?;
    take_index(members, field)?;
    if let Some(default) = members.take("DefaultValue") {
        field.default_value = match default {
            Value::Null => None,
            Value::String(text) => Some(text).filter(|t| !t.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(b) => Some(if b { "1".into() } else { "0".into() }),
            _ => return Err(wrong("DefaultValue", "a text is expected")),
        };
    }
    if let Some(description) = members.take_text("Description")? {
        field.description = description;
    }
    if let Some(group) = members.take_text("Group")? {
        field.group = group;
    }
    if let Some(hidden) = members.take_bool("Hidden")? {
        field.hidden = hidden;
    }
    if let Some(read_only) = members.take_bool("ReadOnlyField")? {
        field.read_only = read_only;
    }
    if matches!(field.kind, FieldKind::Calculated(_)) {
        // Of what people see alone.
        members.take("DateFormat");
        if field.required || !field.read_only {
            return Err(refused("A Calculated field is read-only, and cannot be Required."));
        }
    }
    if field.kind.primary().is_some() && (field.required || !field.read_only || field.indexed || field.unique)
    {
        return Err(refused(
            "A dependent lookup is read-only, and cannot be Required, Indexed or of unique values.",
        ));
    }
    if let Some(formatter) = members.take_text("CustomFormatter")? {
        field.custom_formatter = Some(formatter).filter(|text| !text.is_empty());
    }
    take_form_settings(members, field)?;
    field
        .default_at(Timestamp::EPOCH)
        .map_err(|wrong| PlanError::WrongValue { name: "DefaultValue".into(), wrong })?;
    Ok(())
}

/// Unique values need an index: where only they are asked for, it comes with them.
fn take_index(members: &mut Members<'_>, field: &mut Field) -> Result<(), PlanError> {
    let indexed = members.take_bool("Indexed")?;
    let unique = members.take_bool("EnforceUniqueValues")?;
    field.unique = unique.unwrap_or(field.unique);
    field.indexed = indexed.unwrap_or(field.indexed || field.unique);
    if field.unique && !field.indexed {
        return Err(refused("A field with EnforceUniqueValues must be Indexed."));
    }
    if field.unique && !field.kind.can_be_unique() {
        return Err(refused(format!("A {} field cannot have unique values.", field.kind.name())));
    }
    if field.indexed && !field.kind.is_comparable() {
        return Err(refused(format!("A {} field cannot be indexed.", field.kind.name())));
    }
    Ok(())
}

fn take_kind_settings(members: &mut Members<'_>, kind: &mut FieldKind) -> Result<(), PlanError> {
    match kind {
        FieldKind::Text { max_length } => {
            if let Some(length) = members.take_integer("MaxLength")? {
                *max_length = u32::try_from(length)
                    .ok()
                    .filter(|l| (1..=255).contains(l))
                    .ok_or_else(|| refused("MaxLength is between 1 and 255."))?;
            }
        }
        FieldKind::Note { number_of_lines, rich_text, append_only } => {
            if let Some(lines) = members.take_integer("NumberOfLines")? {
                *number_of_lines = u32::try_from(lines)
                    .ok()
                    .filter(|l| (1..=1000).contains(l))
                    .ok_or_else(|| refused("NumberOfLines is between 1 and 1000."))?;
            }
            *rich_text = members.take_bool("RichText")?.unwrap_or(*rich_text);
            *append_only = members.take_bool("AppendOnly")?.unwrap_or(*append_only);
        }
        FieldKind::Integer(bounds) => take_bounds(members, bounds)?,
        FieldKind::Number { bounds, decimals, percentage } => {
            take_bounds(members, bounds)?;
            take_decimals(members, decimals)?;
            *percentage = members.take_bool("ShowAsPercentage")?.unwrap_or(*percentage);
        }
        FieldKind::Currency { bounds, decimals, locale } => {
            take_bounds(members, bounds)?;
            take_decimals(members, decimals)?;
            if let Some(number) = members.take_integer("CurrencyLocaleId")? {
                *locale =
                    u32::try_from(number).map_err(|_| refused("CurrencyLocaleId is a locale's number."))?;
            }
        }
        FieldKind::DateTime { date_only } => {
            if let Some(format) = members.take_integer("DisplayFormat")? {
                *date_only = match format {
                    0 => true,
                    1 => false,
                    _ => return Err(refused("DisplayFormat of a date is 0 (date) or 1 (date and time).")),
                };
            }
        }
        FieldKind::Choice(choices) | FieldKind::MultiChoice(choices) => {
            if let Some(sent) = members.take("Choices") {
                choices.choices = strings("Choices", &sent)?;
            }
            choices.fill_in = members.take_bool("FillInChoice")?.unwrap_or(choices.fill_in);
        }
        FieldKind::Url { picture } => {
            if let Some(format) = members.take_integer("DisplayFormat")? {
                *picture = match format {
                    0 => false,
                    1 => true,
                    _ => return Err(refused("DisplayFormat of an address is 0 (link) or 1 (picture).")),
                };
            }
        }
        FieldKind::User { multiple, selection } => {
            *multiple = members.take_bool("AllowMultipleValues")?.unwrap_or(*multiple);
            if let Some(mode) = members.take_integer("SelectionMode")? {
                *selection = u32::try_from(mode)
                    .ok()
                    .filter(|m| *m <= 1)
                    .ok_or_else(|| refused("SelectionMode is 0 (people) or 1 (people and groups)."))?;
            }
        }
        // Which list is found out apart, as it takes the catalog.
        FieldKind::Lookup { multiple, .. } => {
            *multiple = members.take_bool("AllowMultipleValues")?.unwrap_or(*multiple);
        }
        FieldKind::Boolean | FieldKind::Guid | FieldKind::Calculated(_) => {}
    }
    Ok(())
}

fn take_bounds(members: &mut Members<'_>, bounds: &mut Bounds) -> Result<(), PlanError> {
    take_bound(members, "MinimumValue", &mut bounds.minimum)?;
    take_bound(members, "MaximumValue", &mut bounds.maximum)?;
    match (bounds.minimum, bounds.maximum) {
        (Some(low), Some(high)) if low > high => Err(refused("MinimumValue is greater than MaximumValue.")),
        _ => Ok(()),
    }
}

fn take_decimals(members: &mut Members<'_>, decimals: &mut i32) -> Result<(), PlanError> {
    if let Some(format) = members.take_integer("DisplayFormat")? {
        *decimals = i32::try_from(format)
            .ok()
            .filter(|d| (-1..=5).contains(d))
            .ok_or_else(|| refused("DisplayFormat of a number is between -1 and 5."))?;
    }
    Ok(())
}

/// The formula of a Calculated field, by `Formula` and `OutputType`.
fn take_formula(
    members: &mut Members<'_>,
    owner: &FieldOwner,
    kind: &mut FieldKind,
) -> Result<(), PlanError> {
    let FieldKind::Calculated(formula) = kind else { return Ok(()) };
    let output = match members.take_integer("OutputType")? {
        None => Output::Text,
        Some(number) => Output::from_number(number).ok_or_else(|| {
            refused(format!(
                "OutputType {number} is not supported; 2 (Text), 4 (DateTime), 8 (Boolean) and 9 (Number) are."
            ))
        })?,
    };
    let text = members.take_text("Formula")?.unwrap_or_default();
    *formula = Formula::resolve(&text, output, owner.fields().iter().map(|f| &**f))
        .map_err(|wrong| refused(format!("The Formula cannot be used: {wrong}.")))?;
    Ok(())
}

fn take_form_settings(members: &mut Members<'_>, field: &mut Field) -> Result<(), PlanError> {
    for (name, default) in field.kind.form_settings() {
        let Some(value) = members.take(name) else { continue };
        if !default.admits(&value) {
            return Err(wrong(name, "the value has another type"));
        }
        field.form.insert((*name).to_owned(), value);
    }
    Ok(())
}

fn take_bound(
    members: &mut Members<'_>,
    name: &'static str,
    bound: &mut Option<f64>,
) -> Result<(), PlanError> {
    let number = match members.take(name) {
        None => return Ok(()),
        Some(Value::Null) => {
            *bound = None;
            return Ok(());
        }
        Some(Value::Number(n)) => n.as_f64(),
        Some(Value::String(s)) => parse_number(&s),
        Some(_) => None,
    };
    let number = number.filter(|n| n.is_finite()).ok_or_else(|| wrong(name, "a number is expected"))?;
    // SharePoint writes "no bound" as the greatest double.
    *bound = Some(number).filter(|n| n.abs() < f64::MAX);
    Ok(())
}
