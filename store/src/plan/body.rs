//! The properties of a request's body: which are ours to write, which are echoes of what we gave out.

use odata::Uuid;
use serde_json::{Map, Value};

use super::{Ids, PlanError};
use crate::{
    Catalog,
    model::{Field, FieldValue, LINKED, List, Reference, SHOWN_AROUND, SystemProperty, check_text},
};

/// Whether a property of a body is part of a representation that we gave out, and says nothing:
/// `__metadata`, control members, deferred links.
pub(crate) fn is_control(name: &str, value: &Value) -> bool {
    name == "__metadata"
        || name.starts_with("odata.")
        || name.contains('@')
        || value.get("__deferred").is_some()
}

/// The values that a body gives to an item.
#[derive(Clone, Debug, Default)]
pub struct ItemValues {
    /// Values of the list's own fields, by position in [`List::fields`].
    pub fields: Vec<(usize, FieldValue)>,
    /// Read-only fields that were sent: fine where the item has that value.
    pub echoed_fields: Vec<(usize, FieldValue)>,
    /// Properties that every item has and that were sent: fine where the item has that value.
    pub echoed: Vec<(SystemProperty, Value)>,
    /// Lists that the writer does not see: no new value refers to what is in them.
    pub(crate) hidden: Vec<Uuid>,
    /// What lookups and persons were expanded to and was sent: fine where that is what the item shows.
    pub expansions: Vec<ExpansionEcho>,
    /// What stands round an item and was sent as it was shown: of an item that is there it says nothing.
    pub around: Option<&'static str>,
}

/// What a lookup or a person was expanded to when the item was read, sent back.
#[derive(Clone, Debug)]
pub struct ExpansionEcho {
    /// The name: `Site`, `Author`.
    pub name: String,
    /// Where the Ids are.
    pub ids: Ids,
    /// An object, several, or null.
    pub sent: Value,
}

impl ItemValues {
    /// Resolves the body of a write to an item.
    ///
    /// # Errors
    /// Where a property is not the item's, or a value is not one that its field can hold.
    pub fn resolve(list: &List, body: &Map<String, Value>) -> Result<Self, PlanError> {
        let mut values = Self::default();
        for (name, value) in body {
            if is_control(name, value) {
                continue;
            }
            if let Some(i) = list.fields.iter().position(|f| f.property_name == *name) {
                let field: &Field = &list.fields[i];
                let value =
                    field.read(value).map_err(|wrong| PlanError::WrongValue { name: name.clone(), wrong })?;
                if field.read_only {
                    values.echoed_fields.push((i, value));
                } else {
                    values.fields.push((i, value));
                }
            } else if let Some(property) = SystemProperty::from_name(name) {
                values.echoed.push((property, value.clone()));
            } else if let Some(i) = list.position_of_string_ids(name) {
                let value = list.fields[i]
                    .read(value)
                    .map_err(|wrong| PlanError::WrongValue { name: name.clone(), wrong })?;
                values.echoed_fields.push((i, value));
            } else if let Some(ids) = list.expandable(name)
                && (value.is_object() || value.is_array() || value.is_null())
            {
                values.expansions.push(ExpansionEcho { name: name.clone(), ids, sent: value.clone() });
            } else if let Some(name) = LINKED.into_iter().find(|linked| linked == name)
                && (value.is_null() || value.is_object() && SHOWN_AROUND.contains(&name))
            {
                let names_other = |list: &List| {
                    let id = value.get("Id").and_then(Value::as_str);
                    id.is_some_and(|id| !Uuid::try_parse(id).is_ok_and(|id| id == list.guid))
                };
                if name == "ParentList" && names_other(list) {
                    return Err(PlanError::ReadOnly { name: name.to_owned() });
                }
                if !value.is_null() {
                    values.around = Some(name);
                }
            } else {
                return Err(PlanError::UnknownBodyProperty {
                    name: name.clone(),
                    type_name: list.item_type_name(),
                });
            }
        }
        Ok(values)
    }

    /// Notes the lists that the list's fields refer to and that are not in the catalog that the writer sees.
    pub(super) fn hide(&mut self, list: &List, seen: &Catalog) {
        self.hidden.extend(list.fields.iter().filter_map(|field| match field.kind.reference() {
            Some(Reference::Items(guid)) if seen.list_by_guid(guid).is_none() => Some(guid),
            _ => None,
        }));
    }

    /// Checks that the values could be a new item's.
    ///
    /// # Errors
    /// [`PlanError::ReadOnly`].
    pub fn for_new_item(self, list: &List) -> Result<Self, PlanError> {
        match self.unfit_for_new_item(list).map(str::to_owned) {
            Some(name) => Err(PlanError::ReadOnly { name }),
            None => Ok(Self { fields: self.fields, ..Self::default() }),
        }
    }

    /// A read-only property that was sent with a value that no new item has.
    pub(crate) fn unfit_for_new_item<'a>(&'a self, list: &'a List) -> Option<&'a str> {
        let property = self.echoed.iter().find(|(p, sent)| !p.fits_new_item(sent)).map(|(p, _)| p.name());
        let unfit =
            |(i, sent): &&(usize, FieldValue)| *sent != FieldValue::null() && !self.gives(list, *i, sent);
        let field = || self.echoed_fields.iter().find(unfit);
        let expanded = || self.expansions.iter().find(|echo| !echo.is_nothing());
        property
            .or_else(|| field().map(|(i, _)| list.fields[*i].property_name.as_str()))
            .or_else(|| expanded().map(|echo| echo.name.as_str()))
            .or(self.around)
    }

    /// Whether the field at a position gets this value: a dependent lookup that of its primary field.
    pub(crate) fn gives(&self, list: &List, at: usize, value: &FieldValue) -> bool {
        let source = list.source_of(at);
        self.fields.iter().rfind(|(i, _)| *i == source).is_some_and(|(_, given)| given == value)
    }
}

impl ExpansionEcho {
    /// Whether it shows that nothing is referred to.
    fn is_nothing(&self) -> bool {
        let sent = self.sent.get("results").unwrap_or(&self.sent);
        sent.is_null() || sent.as_array().is_some_and(Vec::is_empty)
    }
}

/// The members of a body that a typed reader takes one by one; what is left over is judged at the end.
pub(super) struct Members<'a> {
    left: Map<String, Value>,
    type_name: &'a str,
}

impl<'a> Members<'a> {
    pub(super) fn new(body: &Map<String, Value>, type_name: &'a str) -> Self {
        let left = body.iter().filter(|(n, v)| !is_control(n, v)).map(|(n, v)| (n.clone(), v.clone()));
        Self { left: left.collect(), type_name }
    }

    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.left.remove(name)
    }

    /// Puts a member in, unless one of that name is there.
    pub(super) fn put(&mut self, name: &str, value: Value) {
        self.left.entry(name).or_insert(value);
    }

    pub(super) fn take_text(&mut self, name: &'static str) -> Result<Option<String>, PlanError> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(String::new())),
            Some(Value::String(text)) => match check_text(&text) {
                Ok(_) => Ok(Some(text)),
                Err(wrong) => Err(PlanError::WrongValue { name: name.to_owned(), wrong }),
            },
            Some(_) => Err(wrong(name, "a text is expected")),
        }
    }

    pub(super) fn take_bool(&mut self, name: &'static str) -> Result<Option<bool>, PlanError> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Bool(b)) => Ok(Some(b)),
            Some(_) => Err(wrong(name, "a Boolean (true or false) is expected")),
        }
    }

    pub(super) fn take_integer(&mut self, name: &'static str) -> Result<Option<i64>, PlanError> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Number(n)) if n.as_i64().is_some() => Ok(n.as_i64()),
            Some(_) => Err(wrong(name, "a whole number is expected")),
        }
    }

    /// What is left must be properties of the representation `present`, with the values that stand there.
    pub(super) fn finish(self, present: &[(&str, Value)]) -> Result<(), PlanError> {
        for (name, value) in self.left {
            match present.iter().find(|(n, _)| *n == name) {
                Some((_, has)) if same(has, &value) => {}
                Some(_) => return Err(PlanError::ReadOnly { name }),
                None => {
                    let type_name = self.type_name.to_owned();
                    return Err(PlanError::UnknownBodyProperty { name, type_name });
                }
            }
        }
        Ok(())
    }
}

pub(super) fn wrong(name: &str, reason: &'static str) -> PlanError {
    PlanError::WrongValue { name: name.to_owned(), wrong: crate::model::WrongValue::Type(reason) }
}

/// A collection of strings, in light (`[…]`) or verbose (`{"results":[…]}`) form.
pub(super) fn strings(name: &str, value: &Value) -> Result<Vec<String>, PlanError> {
    let array = value.get("results").unwrap_or(value).as_array();
    let texts = array.and_then(|members| members.iter().map(Value::as_str).collect::<Option<Vec<_>>>());
    let texts = texts.ok_or_else(|| wrong(name, "a list of texts is expected"))?;
    let checked = texts.into_iter().map(|text| check_text(text).map(str::to_owned));
    checked.collect::<Result<_, _>>().map_err(|wrong| PlanError::WrongValue { name: name.to_owned(), wrong })
}

/// Equal, where the verbose form adds `__metadata` to complex values and wraps collections.
pub(crate) fn same(has: &Value, sent: &Value) -> bool {
    match (has, sent) {
        (Value::Array(_), Value::Object(wrapped)) => wrapped.get("results") == Some(has),
        (Value::Object(has), Value::Object(sent)) => {
            let said = || sent.iter().filter(|(n, v)| !is_control(n, v));
            said().count() == has.len() && said().all(|(n, v)| has.get(n).is_some_and(|h| same(h, v)))
        }
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        _ => has == sent,
    }
}
