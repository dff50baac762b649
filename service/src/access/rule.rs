//! What each action needs. Every action is named, so that a new one cannot be forgotten.

use odata::{
    path::{ListKey, UserKey},
    soap::{SoapRead, SoapUpdates},
};
use store::{
    Catalog,
    model::{Right, Rights, Site},
};

use super::AccessError;
use crate::request::{Action, FieldsOf, Thing};

/// What a caller needs for an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule<'a> {
    /// To have signed in, and to see the site.
    SeesSite,
    /// A right in the site.
    Site(Right),
    /// A right in a list. One that the caller may not read is not there.
    List(&'a ListKey, Right),
}

impl<'a> Rule<'a> {
    const fn fields(of: &'a FieldsOf, right: Right) -> Self {
        match of {
            FieldsOf::List(list) => Self::List(list, right),
            FieldsOf::Site | FieldsOf::Available => Self::Site(right),
        }
    }
}

impl Action {
    /// What a caller needs for the action.
    pub(crate) const fn rule(&self) -> Rule<'_> {
        match self {
            // The first two are made of what the caller sees.
            Self::ReadServiceDocument
            | Self::ReadMetadata
            | Self::Describe(_)
            | Self::ReadContextInfo
            // Each request within has its own rule.
            | Self::Batch(_)
            | Self::ReadBySoap(SoapRead::Lists)
            | Self::ReadWebs(_)
            | Self::ReadLists(_)
            | Self::CountLists(_) => Rule::SeesSite,
            // Its columns are expanded: whoever sees a site for a list in it may not read those.
            Self::ReadThing(Thing::Web, options) if !options.expand.is_empty() => Rule::Site(Right::Read),
            Self::ReadThing(thing, _) | Self::ReadProperty(thing, _) | Self::MisuseProperty(thing, _, _) => {
                match thing {
                    Thing::Web | Thing::Site | Thing::User(UserKey::Current) => Rule::SeesSite,
                    Thing::User(_) => Rule::Site(Right::Read),
                    Thing::List(list)
                    | Thing::View(list, _)
                    | Thing::ViewFields(list, _)
                    | Thing::ContentType(list, _)
                    | Thing::RootFolder(list) => Rule::List(list, Right::Read),
                    Thing::Field(of, _) => Rule::fields(of, Right::Read),
                }
            }
            Self::ReadFields(of, _) | Self::CountFields(of, _) => Rule::fields(of, Right::Read),
            Self::ReadUsers(_) => Rule::Site(Right::Read),
            Self::EnsureUser(_) => Rule::Site(Right::Contribute),
            Self::ChangeWeb(_) | Self::AddWeb(_) | Self::AddList(_) => Rule::Site(Right::Manage),
            Self::ReadList(list, _)
            | Self::ReadViews(list, _)
            | Self::ReadContentTypes(list, _)
            | Self::ReadItems(list, _)
            | Self::CountItems(list, _)
            | Self::QueryItems(list, _, _)
            | Self::RenderRows(list, _)
            | Self::RenderRowsText(list, _)
            | Self::ReadItem(list, _, _)
            | Self::ReadItemProperty(list, _, _)
            | Self::MisuseItemProperty(list, _, _, _)
            | Self::ReadParentList(list, _, _)
            | Self::ReadFieldTexts(list, _, _, _)
            | Self::ReadBySoap(SoapRead::Items(list, _) | SoapRead::List(list)) => Rule::List(list, Right::Read),
            Self::AddItem(list, _)
            | Self::MergeItem(list, _, _)
            | Self::ReplaceItem(list, _, _)
            | Self::DeleteItem(list, _)
            | Self::Increment(list, _, _)
            | Self::ChangeByForm(list, _, _)
            | Self::AddByForm(list, _)
            | Self::WriteBySoap(SoapUpdates { list, .. })
            | Self::ReserveItemId(list) => Rule::List(list, Right::Contribute),
            Self::ChangeList(list, _) | Self::DeleteList(list) | Self::ChangeView(list, _) => {
                Rule::List(list, Right::Manage)
            }
            Self::AddField(of, _)
            | Self::AddFieldAsXml(of, _)
            | Self::AddDependentLookup(of, _)
            | Self::ChangeField(of, _, _)
            | Self::DeleteField(of, _)
            | Self::IndexField(of, _, _) => Rule::fields(of, Right::Manage),
        }
    }
}

/// Checks an action's rule. `seen` is the catalog as the caller sees it, `catalog` the whole of it.
///
/// # Errors
/// [`AccessError::Denied`].
pub(crate) fn check(
    rule: Rule<'_>,
    rights: &Rights,
    catalog: &Catalog,
    seen: &Catalog,
    site: &Site,
) -> Result<(), AccessError> {
    let (has, needed) = match rule {
        Rule::SeesSite => return Ok(()),
        Rule::Site(right) => (catalog.right_at_site(rights, site), right),
        Rule::List(key, right) => match seen.find_list(site, key) {
            Some(list) => (catalog.right_at_list(rights, list), right),
            None => return Ok(()),
        },
    };
    if has >= Some(needed) { Ok(()) } else { Err(AccessError::Denied) }
}
