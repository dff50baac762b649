//! The body of a change of a site.

use serde_json::{Map, Value};

use super::{PlanError, body::Members};

/// What a body says of a site.
#[derive(Clone, Debug, Default)]
pub struct SiteDraft {
    /// The title, if it shall change.
    pub title: Option<String>,
    /// The description, if it shall change.
    pub description: Option<String>,
}

impl SiteDraft {
    /// Resolves a body. `present` is what the site has: other properties may be sent with the values that
    /// stand there.
    ///
    /// # Errors
    /// Where a property is none of a site's, or its value is not possible.
    pub fn resolve(body: &Map<String, Value>, present: &[(&str, Value)]) -> Result<Self, PlanError> {
        let mut members = Members::new(body, "SP.Web");
        let title = members.take_text("Title")?.map(|title| title.trim().to_owned());
        if title.as_ref().is_some_and(|t| t.is_empty() || t.encode_utf16().count() > 255) {
            return Err(PlanError::Refused { reason: "A site's Title has 1 to 255 characters.".into() });
        }
        let draft = Self { title, description: members.take_text("Description")? };
        members.finish(present)?;
        Ok(draft)
    }
}
