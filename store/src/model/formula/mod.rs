//! Formulas of Calculated fields: a small part of what Excel has, computed from an item's other fields.
//!
//! `formualizer-parse` reads the text; what of it is not known here is refused when the field is made.

mod compute;
mod expr;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use self::expr::{Expr, read};
use super::{Bounds, Field, FieldKind, FieldValue, fold};

/// What a formula gives: `OutputType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Output {
    /// A text.
    Text,
    /// A number.
    Number,
    /// A point in time.
    DateTime,
    /// Yes or no.
    Boolean,
}

impl Output {
    /// The output with that `OutputType`.
    #[must_use]
    pub const fn from_number(number: i64) -> Option<Self> {
        Some(match number {
            2 => Self::Text,
            4 => Self::DateTime,
            8 => Self::Boolean,
            9 => Self::Number,
            _ => return None,
        })
    }

    /// The type of field that holds such values.
    #[must_use]
    pub const fn kind(self) -> &'static FieldKind {
        const BOUNDS: Bounds = Bounds { minimum: None, maximum: None };
        match self {
            Self::Text => &FieldKind::Text { max_length: 255 },
            Self::Number => &FieldKind::Number { bounds: BOUNDS, decimals: -1, percentage: false },
            Self::DateTime => &FieldKind::DateTime { date_only: false },
            Self::Boolean => &FieldKind::Boolean,
        }
    }
}

/// The text of a formula with what its names mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Formula {
    /// As it was sent.
    pub text: String,
    /// The InternalNames of the fields, by the names that the text has for them.
    pub fields: BTreeMap<String, String>,
    /// What it gives.
    pub output: Output,
}

impl Formula {
    /// Resolves a formula over the fields of a list.
    ///
    /// # Errors
    /// What is wrong with it, or not supported.
    pub fn resolve<'f>(
        text: &str,
        output: Output,
        fields: impl Iterator<Item = &'f Field> + Clone,
    ) -> Result<Self, String> {
        let mut names = BTreeMap::new();
        read(text, &mut |name| {
            let named = |f: &&Field| fold(&f.title) == fold(name) || f.internal_name == name;
            let found =
                fields.clone().find(|f| f.internal_name == name).or_else(|| fields.clone().find(named));
            let field = found.ok_or_else(|| format!("the list has no field '{name}' that it could use"))?;
            if !is_usable(&field.kind) {
                return Err(format!("a {} field as '{name}' is not supported", field.kind.name()));
            }
            names.insert(name.to_owned(), field.internal_name.clone());
            Ok(field.internal_name.clone())
        })?;
        Ok(Self { text: text.to_owned(), fields: names, output })
    }

    /// The formula, ready to be computed.
    #[must_use]
    pub fn open(&self) -> Option<OpenFormula> {
        let name = |name: &str| self.fields.get(name).cloned().ok_or_else(String::new);
        read(&self.text, &mut { name }).ok().map(|root| OpenFormula { root, output: self.output })
    }
}

/// A formula that was read.
pub struct OpenFormula {
    root: Expr,
    output: Output,
}

impl OpenFormula {
    /// The value for an item; `held` gives its values of other fields as JSON text, by InternalName, with
    /// their types. Null where the formula fails.
    pub fn compute<'a>(&self, held: &dyn Fn(&str) -> Option<(&'a FieldKind, &'a str)>) -> FieldValue {
        self.root.value(held).and_then(|value| value.give(self.output)).unwrap_or_else(FieldValue::null)
    }
}

const fn is_usable(kind: &FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::Text { .. }
            | FieldKind::Choice(_)
            | FieldKind::Integer(_)
            | FieldKind::Number { .. }
            | FieldKind::Currency { .. }
            | FieldKind::Boolean
            | FieldKind::DateTime { .. }
    )
}
