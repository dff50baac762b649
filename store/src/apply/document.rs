//! An item's stored texts: `doc`, which answers splice in, and `keys`, which queries compare.

use std::{borrow::Cow, collections::HashMap};

use serde_json::value::RawValue;

use crate::{
    StoreError,
    model::{Field, FieldKind, FieldValue, Key, List, OpenFormula, Reference, quoted},
};

/// Ids once more as texts: `7` as `"7"`, `[7,8]` as `["7","8"]`.
fn push_string_ids(out: &mut String, ids: &str) {
    let mut in_number = false;
    for c in ids.chars() {
        let number = c.is_ascii_digit();
        if number != in_number {
            out.push('"');
        }
        in_number = number;
        out.push(c);
    }
    if in_number {
        out.push('"');
    }
}

/// How the values of a list's derived fields come about, by position.
pub(super) struct Derived {
    formulas: HashMap<usize, OpenFormula>,
    /// The positions of dependent lookups' primary fields.
    sources: HashMap<usize, usize>,
}

impl Derived {
    pub(super) fn of(list: &List) -> Self {
        let fields = || list.fields.iter().enumerate();
        let calculated = fields().filter_map(|(i, field)| match &field.kind {
            FieldKind::Calculated(formula) => Some((i, formula.open()?)),
            _ => None,
        });
        let dependent = fields().filter(|(_, f)| f.kind.primary().is_some());
        Self {
            formulas: calculated.collect(),
            sources: dependent.map(|(i, _)| (i, list.source_of(i))).collect(),
        }
    }
}

/// The texts of a row, opened.
pub(super) struct Document<'a> {
    doc: HashMap<Cow<'a, str>, &'a RawValue>,
    keys: HashMap<Cow<'a, str>, &'a RawValue>,
}

/// The texts of a row to be written, and which fields they change.
pub(super) struct Composed {
    pub(super) doc: String,
    pub(super) keys: String,
    /// A JSON array of InternalNames.
    pub(super) changed: String,
    /// The fields of keys whose value another takes the place of.
    pub(super) moved: Vec<MovedKey>,
}

/// A field of keys whose value changes; by its InternalName; both in normal form as JSON text, `None` for null.
pub(super) struct MovedKey {
    pub(super) field: String,
    pub(super) old: Option<String>,
    pub(super) new: Option<String>,
}

impl<'a> Document<'a> {
    /// A row that is not there yet.
    pub(super) fn empty() -> Self {
        Self { doc: HashMap::new(), keys: HashMap::new() }
    }

    pub(super) fn open(doc: &'a str, keys: &'a str) -> Result<Self, StoreError> {
        let broken = |e| StoreError::Internal(format!("a row's JSON cannot be read: {e}"));
        Ok(Self {
            doc: serde_json::from_str(doc).map_err(broken)?,
            keys: serde_json::from_str(keys).map_err(broken)?,
        })
    }

    /// A field's value as JSON text.
    pub(super) fn value(&self, property_name: &str) -> &str {
        self.doc.get(property_name).map_or("null", |v| v.get())
    }

    /// A field's normal form as JSON text; `None` for null.
    pub(super) fn key(&self, internal_name: &str) -> Option<&str> {
        self.keys.get(internal_name).map(|k| k.get()).filter(|k| *k != "null")
    }

    /// The value that a Lookup field has.
    pub(super) fn ids_of(&self, field: &Field) -> FieldValue {
        let json = serde_json::from_str(self.value(&field.property_name)).unwrap_or_default();
        // Rows are written by us: what stands there was read once.
        field.read(&json).unwrap_or_else(|_| FieldValue::null())
    }

    /// The row with the values that `new` has, by position in the list's fields, and its own for the
    /// others. What is derived is derived anew.
    pub(super) fn compose<'v>(&self, list: &List, new: impl Fn(usize) -> Option<&'v FieldValue>) -> Composed {
        self.compose_with(list, &Derived::of(list), new)
    }

    /// As [`Self::compose`], for many rows.
    pub(super) fn compose_with<'v>(
        &self,
        list: &List,
        derived: &Derived,
        new: impl Fn(usize) -> Option<&'v FieldValue>,
    ) -> Composed {
        let held = |name: &str| {
            let at = list.fields.iter().position(|f| f.internal_name == name)?;
            let field = &list.fields[at];
            let json = new(at).map_or_else(|| self.value(&field.property_name), |value| value.json.as_str());
            Some((&field.kind, json))
        };
        let mut out = Composed { doc: "{".into(), keys: "{".into(), changed: "[".into(), moved: Vec::new() };
        for (i, field) in list.fields.iter().enumerate() {
            if i > 0 {
                out.doc.push(',');
                out.keys.push(',');
            }
            // InternalNames, and so property names, need no escapes.
            out.doc.extend(["\"", &field.property_name, "\":"]);
            out.keys.extend(["\"", &field.internal_name, "\":"]);
            let old = self.value(&field.property_name);
            let made = match (derived.formulas.get(&i), derived.sources.get(&i)) {
                (Some(formula), _) => Some(formula.compute(&held)),
                (None, Some(source)) => Some(match new(*source) {
                    Some(value) => value.clone(),
                    None => self.ids_of(&list.fields[*source]),
                }),
                (None, None) => None,
            };
            if let Some(value) = made.as_ref().or_else(|| new(i)) {
                out.doc.push_str(&value.json);
                let at = out.keys.len();
                value.key.write_json(&mut out.keys);
                if field.keyed {
                    let old = self.key(&field.internal_name).map(str::to_owned);
                    let new = Some(out.keys[at..].to_owned()).filter(|_| value.key != Key::Null);
                    if old != new {
                        out.moved.push(MovedKey { field: field.internal_name.clone(), old, new });
                    }
                }
                if value.json != old {
                    if out.changed.len() > 1 {
                        out.changed.push(',');
                    }
                    out.changed.push_str(&quoted(&field.internal_name));
                }
            } else {
                out.doc.push_str(old);
                out.keys.push_str(self.key(&field.internal_name).unwrap_or("null"));
            }
            if field.kind.reference() == Some(Reference::Users) {
                let ids = new(i).map_or(old, |value| value.json.as_str());
                out.doc.extend([",\"", field.entity_name(), "StringId\":"]);
                push_string_ids(&mut out.doc, ids);
            }
        }
        out.doc.push('}');
        out.keys.push('}');
        out.changed.push(']');
        out
    }
}
