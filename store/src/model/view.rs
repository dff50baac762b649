//! Views: which fields and items of a list a page shows, and in which order.

use std::collections::BTreeMap;

use odata::{Uuid, ViewScope};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Kept, List, SYSTEM_FIELDS, Setting, fold};

/// A view's number in the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ViewId(pub i64);

/// A view of a list.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListView {
    /// Its number; not part of the stored definition.
    #[serde(skip)]
    pub id: ViewId,
    /// Its GUID; has a column of its own.
    #[serde(skip)]
    pub guid: Uuid,
    /// Whether it is the list's default view, of which there is one; has a column of its own.
    #[serde(skip)]
    pub is_default: bool,
    /// Its title; several may have the same.
    pub title: String,
    /// The name of its page in URLs: `AllItems.aspx`; never changes.
    pub url_name: String,
    /// The InternalNames of its fields, in order.
    pub fields: Vec<String>,
    /// What stands in `<Query>`: well-formed XML.
    pub query: String,
    /// How many rows a page has, at least 1.
    pub row_limit: u32,
    /// Whether there are further pages.
    pub paged: bool,
    /// Which items of folders it shows.
    #[serde(with = "scope_number")]
    pub scope: ViewScope,
    /// What stands in `<Aggregations>`: well-formed XML.
    pub aggregations: Option<String>,
    /// Whether aggregations are shown.
    pub aggregations_on: bool,
    /// Settings of [`VIEW_SETTINGS`] that were sent, by name.
    pub settings: BTreeMap<String, Value>,
}

/// A scope is stored as its number.
mod scope_number {
    use odata::ViewScope;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
    pub(super) fn serialize<S: Serializer>(scope: &ViewScope, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u32(scope.number())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<ViewScope, D::Error> {
        let number = u64::deserialize(from)?;
        ViewScope::from_number(number).ok_or_else(|| D::Error::custom("there is no such scope"))
    }
}

/// How many rows a page of a new view has.
pub const VIEW_ROW_LIMIT: u32 = 30;

/// The InternalNames under which views show the field Title with a link.
const TITLES: [&str; 2] = ["LinkTitle", "LinkTitleNoMenu"];

impl ListView {
    /// A view without fields and with the settings that a new one has.
    #[must_use]
    pub fn new(guid: Uuid, title: String, url_name: String) -> Self {
        Self {
            id: ViewId(0),
            guid,
            is_default: false,
            title,
            url_name,
            fields: Vec::new(),
            query: String::new(),
            row_limit: VIEW_ROW_LIMIT,
            paged: true,
            scope: ViewScope::Default,
            aggregations: None,
            aggregations_on: false,
            settings: BTreeMap::new(),
        }
    }

    /// The view that every list begins with.
    #[must_use]
    pub fn all_items(guid: Uuid) -> Self {
        Self {
            is_default: true,
            fields: vec!["LinkTitle".into()],
            query: r#"<OrderBy><FieldRef Name="ID" /></OrderBy>"#.into(),
            ..Self::new(guid, "All Items".into(), "AllItems.aspx".into())
        }
    }

    /// The value of a setting of [`VIEW_SETTINGS`].
    #[must_use]
    pub fn setting(&self, name: &str, default: &Setting) -> Value {
        self.settings.get(name).cloned().unwrap_or_else(|| default.value())
    }

    /// Takes a field out that is no longer there.
    #[must_use]
    pub fn without(&self, internal_name: &str) -> Self {
        let mut view = self.clone();
        view.fields.retain(|name| name != internal_name);
        view
    }
}

/// A field as a view shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewField<'a> {
    /// The name that the view has it by.
    pub name: &'a str,
    /// The InternalName of the field whose values are shown.
    pub shown: &'a str,
    /// The field's title.
    pub title: &'a str,
}

impl List {
    /// The field that a view names: one of the list's own, one that every list has, or Title with a link.
    #[must_use]
    pub fn view_field<'a>(&'a self, name: &str) -> Option<ViewField<'a>> {
        if let Some(field) = self.fields.iter().find(|f| f.internal_name == name) {
            let name = field.internal_name.as_str();
            return Some(ViewField { name, shown: name, title: &field.title });
        }
        if let Some(name) = TITLES.into_iter().find(|known| *known == name) {
            let title = self.fields.iter().find(|f| f.internal_name == "Title");
            return Some(ViewField { name, shown: "Title", title: title.map_or(name, |f| &f.title) });
        }
        let field = SYSTEM_FIELDS.iter().find(|f| f.internal_name == name)?;
        let name = field.internal_name;
        Some(ViewField { name, shown: name, title: field.title })
    }

    /// The same by its InternalName or its title, which is compared without regard to case.
    #[must_use]
    pub fn view_field_or_title<'a>(&'a self, name: &str) -> Option<ViewField<'a>> {
        self.view_field(name).or_else(|| {
            let title = fold(name);
            let own = self.fields.iter().find(|f| fold(&f.title) == title);
            let own = own.map(|f| f.internal_name.as_str());
            let of_all = || SYSTEM_FIELDS.iter().find(|f| fold(f.title) == title).map(|f| f.internal_name);
            self.view_field(own.or_else(of_all)?)
        })
    }

    /// The default view. Every list has one.
    #[must_use]
    pub fn default_view(&self) -> Option<&std::sync::Arc<ListView>> {
        self.views.iter().find(|view| view.is_default)
    }
}

/// The settings of a view besides its parts, with their defaults, by the names of `SP.View`.
pub const VIEW_SETTINGS: &[(&str, Setting, Kept)] = &[
    ("AssociatedContentTypeId", Setting::Null, Kept::Fixed),
    ("BaseViewId", Setting::Text("1"), Kept::Fixed),
    ("CalendarViewStyles", Setting::Null, Kept::Fixed),
    ("ColumnWidth", Setting::TextOrNull, Kept::Stored),
    ("CustomFormatter", Setting::Text(""), Kept::Stored),
    ("CustomOrder", Setting::Null, Kept::Fixed),
    ("DefaultViewForContentType", Setting::Bool(false), Kept::Fixed),
    ("EditorModified", Setting::Bool(false), Kept::Stored),
    ("Formats", Setting::TextOrNull, Kept::Stored),
    ("GridLayout", Setting::TextOrNull, Kept::Stored),
    ("Hidden", Setting::Bool(false), Kept::Stored),
    ("ImageUrl", Setting::Text("/_layouts/15/images/generic.png"), Kept::Fixed),
    ("IncludeRootFolder", Setting::Bool(false), Kept::Fixed),
    ("JSLink", Setting::Text("clienttemplates.js"), Kept::Stored),
    ("Method", Setting::Null, Kept::Fixed),
    ("MobileDefaultView", Setting::Bool(false), Kept::Stored),
    ("MobileView", Setting::Bool(false), Kept::Stored),
    ("ModerationType", Setting::Null, Kept::Fixed),
    ("NewDocumentTemplates", Setting::TextOrNull, Kept::Stored),
    ("OrderedView", Setting::Bool(false), Kept::Fixed),
    ("PersonalView", Setting::Bool(false), Kept::Fixed),
    ("ReadOnlyView", Setting::Bool(false), Kept::Fixed),
    ("RequiresClientIntegration", Setting::Bool(false), Kept::Fixed),
    ("StyleId", Setting::Null, Kept::Fixed),
    ("TabularView", Setting::Bool(true), Kept::Stored),
    ("Threaded", Setting::Bool(false), Kept::Fixed),
    ("Toolbar", Setting::Text(""), Kept::Stored),
    ("ToolbarTemplateName", Setting::Null, Kept::Fixed),
    ("ViewData", Setting::Null, Kept::Fixed),
    ("ViewJoins", Setting::Null, Kept::Fixed),
    ("ViewProjectedFields", Setting::Null, Kept::Fixed),
    ("ViewType", Setting::Text("HTML"), Kept::Fixed),
    ("ViewType2", Setting::TextOrNull, Kept::Stored),
    ("VisualizationInfo", Setting::Null, Kept::Fixed),
];
