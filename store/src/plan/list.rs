//! The body of a write to a list.

use std::collections::BTreeMap;

use odata::Uuid;
use serde_json::{Map, Value};

use super::{PlanError, body::Members};
use crate::model::{Kept, List, SETTINGS, Strictness};

/// How long a list's title may be.
const TITLE_MAX: usize = 255;

/// What a body says of a list.
#[derive(Clone, Debug, Default)]
pub struct ListDraft {
    title: Option<String>,
    description: Option<String>,
    strict: Option<Strictness>,
    settings: BTreeMap<String, Value>,
}

/// A list to be made.
#[derive(Clone, Debug)]
pub struct NewList {
    /// Its GUID.
    pub guid: Uuid,
    /// The GUID of its default view.
    pub view: Uuid,
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: String,
    /// Which writes must name a version.
    pub strict: Strictness,
    /// Settings that differ from the defaults.
    pub settings: BTreeMap<String, Value>,
}

impl ListDraft {
    /// Resolves a body. `present` is what the list has: other properties may be sent with the values
    /// that stand there.
    ///
    /// # Errors
    /// Where a property is none of a list's, or its value is not possible.
    pub fn resolve(body: &Map<String, Value>, present: &[(&str, Value)]) -> Result<Self, PlanError> {
        let mut members = Members::new(body, "SP.List");
        let mut draft = Self {
            title: members.take_text("Title")?.map(|t| checked_title(&t)).transpose()?,
            description: members.take_text("Description")?,
            ..Self::default()
        };
        if let Some(name) = members.take_text("MatchlistStrict")? {
            draft.strict = Some(Strictness::from_name(&name).ok_or_else(|| PlanError::Refused {
                reason: "MatchlistStrict is one of \"off\", \"condition\" and \"tag\".".into(),
            })?);
        }
        for (name, default, kept) in SETTINGS {
            let Some(value) = members.take(name) else { continue };
            let resets = *kept == Kept::Stored && value.is_null();
            if !(resets || default.admits(&value)) {
                return Err(super::body::wrong(name, "the value has another type"));
            }
            if *kept == Kept::Fixed && value != default.value() {
                return Err(PlanError::Refused {
                    reason: format!("A list of Matchlist has {name} {}, and no other.", default.value()),
                });
            }
            if *kept == Kept::Stored {
                let value = if value.is_null() { default.value() } else { value };
                draft.settings.insert((*name).to_owned(), value);
            }
        }
        members.finish(present)?;
        Ok(draft)
    }

    /// The list that the draft makes, with the GUIDs of itself and of its default view.
    ///
    /// # Errors
    /// Where there is no title.
    pub fn into_new(self, guid: Uuid, view: Uuid) -> Result<NewList, PlanError> {
        let title =
            self.title.ok_or_else(|| PlanError::Refused { reason: "A list needs a Title.".into() })?;
        Ok(NewList {
            guid,
            view,
            title,
            description: self.description.unwrap_or_default(),
            strict: self.strict.unwrap_or_default(),
            settings: self.settings,
        })
    }

    /// The list as the draft changes it.
    #[must_use]
    pub fn apply_to(self, list: &List) -> List {
        let mut changed = list.clone();
        changed.title = self.title.unwrap_or(changed.title);
        changed.description = self.description.unwrap_or(changed.description);
        changed.strict = self.strict.unwrap_or(changed.strict);
        changed.settings.extend(self.settings);
        changed
    }
}

fn checked_title(title: &str) -> Result<String, PlanError> {
    let title = title.trim();
    if title.is_empty() || title.encode_utf16().count() > TITLE_MAX || title.chars().any(char::is_control) {
        let reason =
            format!("A list's Title has 1 to {TITLE_MAX} characters, none of them a control character.");
        return Err(PlanError::Refused { reason });
    }
    Ok(title.to_owned())
}
