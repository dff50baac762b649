//! Holds the sample requests, which a test by HTTP sends as every kind of caller, against all that a request
//! can be: no action and no form of an address is without one, and each says what it needs.

use std::collections::{BTreeMap, BTreeSet};

use odata::{
    Timestamp,
    path::{FieldsPart, ListPart, Resource, ResourcePath, ViewFieldsPart, ViewsPart},
    soap::SoapRead,
};

use super::Rule;
use crate::request::{self, Action, Address, Arrival, FieldsOf, RawHeaders, RawRequest, Thing, Way};

const SAMPLES: &str = include_str!("../../../tests/http/access/requests.txt");

/// A function that names the variants of an enum, and all the names. A variant without a name does not compile.
macro_rules! named {
    ($function:ident, $all:ident, $of:ty, { $($pattern:pat => $name:literal),* $(,)? }) => {
        const $all: &[&str] = &[$($name),*];

        fn $function(it: &$of) -> &'static str {
            match it { $($pattern => $name),* }
        }
    };
}

named!(action_name, ACTIONS, Action, {
    Action::Describe(..) => "Describe",
    Action::ReadServiceDocument => "ReadServiceDocument",
    Action::ReadMetadata => "ReadMetadata",
    Action::ReadContextInfo => "ReadContextInfo",
    Action::ReadThing(..) => "ReadThing",
    Action::ReadProperty(..) => "ReadProperty",
    Action::MisuseProperty(..) => "MisuseProperty",
    Action::ChangeWeb(..) => "ChangeWeb",
    Action::ReadWebs(..) => "ReadWebs",
    Action::AddWeb(..) => "AddWeb",
    Action::ReadUsers(..) => "ReadUsers",
    Action::EnsureUser(..) => "EnsureUser",
    Action::ReadLists(..) => "ReadLists",
    Action::CountLists(..) => "CountLists",
    Action::AddList(..) => "AddList",
    Action::ReadList(..) => "ReadList",
    Action::ChangeList(..) => "ChangeList",
    Action::DeleteList(..) => "DeleteList",
    Action::ReadFields(..) => "ReadFields",
    Action::CountFields(..) => "CountFields",
    Action::AddField(..) => "AddField",
    Action::AddFieldAsXml(..) => "AddFieldAsXml",
    Action::AddDependentLookup(..) => "AddDependentLookup",
    Action::ChangeField(..) => "ChangeField",
    Action::DeleteField(..) => "DeleteField",
    Action::IndexField(..) => "IndexField",
    Action::ReadViews(..) => "ReadViews",
    Action::ChangeView(..) => "ChangeView",
    Action::ReadContentTypes(..) => "ReadContentTypes",
    Action::ReserveItemId(..) => "ReserveItemId",
    Action::ReadItems(..) => "ReadItems",
    Action::CountItems(..) => "CountItems",
    Action::QueryItems(..) => "QueryItems",
    Action::RenderRows(..) => "RenderRows",
    Action::RenderRowsText(..) => "RenderRowsText",
    Action::AddItem(..) => "AddItem",
    Action::ReadItem(..) => "ReadItem",
    Action::MergeItem(..) => "MergeItem",
    Action::ReplaceItem(..) => "ReplaceItem",
    Action::DeleteItem(..) => "DeleteItem",
    Action::Increment(..) => "Increment",
    Action::ReadItemProperty(..) => "ReadItemProperty",
    Action::MisuseItemProperty(..) => "MisuseItemProperty",
    Action::ReadParentList(..) => "ReadParentList",
    Action::ReadFieldTexts(..) => "ReadFieldTexts",
    Action::ChangeByForm(..) => "ChangeByForm",
    Action::AddByForm(..) => "AddByForm",
    Action::Batch(..) => "Batch",
    Action::ReadBySoap(SoapRead::Items(..)) => "GetListItems",
    Action::ReadBySoap(SoapRead::List(..)) => "GetList",
    Action::ReadBySoap(SoapRead::Lists) => "GetListCollection",
    Action::WriteBySoap(..) => "UpdateListItems",
});

named!(thing_name, THINGS, Thing, {
    Thing::Web => "Web",
    Thing::Site => "Site",
    Thing::User(..) => "User",
    Thing::List(..) => "List",
    Thing::Field(..) => "Field",
    Thing::View(..) => "View",
    Thing::ViewFields(..) => "ViewFields",
    Thing::ContentType(..) => "ContentType",
    Thing::RootFolder(..) => "RootFolder",
});

named!(form, FORMS, Resource, {
    Resource::ServiceDocument(..) => "the service",
    Resource::Metadata(..) => "$metadata",
    Resource::ContextInfo => "contextinfo",
    Resource::Batch => "$batch",
    Resource::Soap => "Lists.asmx",
    Resource::Web => "web",
    Resource::WebProperty(..) => "web/property",
    Resource::Webs => "webs",
    Resource::AddWeb => "webs/add",
    Resource::Site => "site",
    Resource::SiteProperty(..) => "site/property",
    Resource::RootWeb(..) => "site/rootweb",
    Resource::Users => "siteusers",
    Resource::User(..) => "user",
    Resource::UserProperty(..) => "user/property",
    Resource::EnsureUser(None) => "ensureuser",
    Resource::EnsureUser(Some(_)) => "ensureuser('…')",
    Resource::Fields(..) => "web/fields",
    Resource::AvailableFields(..) => "web/availablefields",
    Resource::Lists => "lists",
    Resource::ListsCount => "lists/$count",
    Resource::List { part: ListPart::Itself, .. } => "list",
    Resource::List { part: ListPart::Property(..), .. } => "list/property",
    Resource::List { part: ListPart::Fields(..), .. } => "list/fields",
    Resource::List { part: ListPart::Views(..), .. } => "views",
    Resource::List { part: ListPart::ContentTypes, .. } => "contenttypes",
    Resource::List { part: ListPart::ContentType(..), .. } => "contenttype",
    Resource::List { part: ListPart::RootFolder, .. } => "rootFolder",
    Resource::List { part: ListPart::RootFolderProperty(..), .. } => "rootFolder/property",
    Resource::List { part: ListPart::AddFormItem, .. } => "AddValidateUpdateItemUsingPath",
    Resource::List { part: ListPart::ReserveItemId, .. } => "ReserveListItemId",
    Resource::List { part: ListPart::Items, .. } => "items",
    Resource::List { part: ListPart::ItemsCount, .. } => "items/$count",
    Resource::List { part: ListPart::QueryItems, .. } => "getitems",
    Resource::List { part: ListPart::RenderAsStream, .. } => "RenderListDataAsStream",
    Resource::List { part: ListPart::RenderData(..), .. } => "renderlistdata",
    Resource::List { part: ListPart::Item(..), .. } => "item",
    Resource::List { part: ListPart::ItemProperty(..), .. } => "item/property",
    Resource::List { part: ListPart::ParentList(..), .. } => "item/ParentList",
    Resource::List { part: ListPart::FieldTexts(..), .. } => "item/FieldValuesAs…",
    Resource::List { part: ListPart::ChangeByForm(..), .. } => "item/ValidateUpdateListItem",
    Resource::List { part: ListPart::Increment(..), .. } => "item/increment",
});

named!(fields_part, FIELDS_PARTS, FieldsPart, {
    FieldsPart::All => "all",
    FieldsPart::Count => "$count",
    FieldsPart::One(..) => "one",
    FieldsPart::Property(..) => "property",
    FieldsPart::Indexing(_, true) => "EnableIndex",
    FieldsPart::Indexing(_, false) => "DisableIndex",
    FieldsPart::Add => "AddField",
    FieldsPart::AddAsXml => "CreateFieldAsXml",
    FieldsPart::AddDependentLookup(..) => "addDependentLookupField",
});

named!(views_part, VIEWS_PARTS, ViewsPart, {
    ViewsPart::All => "all",
    ViewsPart::Count => "$count",
    ViewsPart::Add => "add",
    ViewsPart::One(..) => "one",
    ViewsPart::Property(..) => "property",
    ViewsPart::SetXml(..) => "SetViewXml",
    ViewsPart::Html(..) => "RenderAsHtml",
    ViewsPart::Fields(_, ViewFieldsPart::All) => "viewfields",
    ViewsPart::Fields(_, ViewFieldsPart::Property(..)) => "viewfields/property",
    ViewsPart::Fields(_, ViewFieldsPart::Add(..)) => "addviewfield",
    ViewsPart::Fields(_, ViewFieldsPart::Remove(..)) => "removeviewfield",
    ViewsPart::Fields(_, ViewFieldsPart::RemoveAll) => "removeallviewfields",
    ViewsPart::Fields(_, ViewFieldsPart::Move) => "moveviewfieldto",
});

named!(fields_of, FIELDS_OF, FieldsOf, {
    FieldsOf::List(..) => "list",
    FieldsOf::Site => "site",
    FieldsOf::Available => "available",
});

named!(address_name, ADDRESSES, Address, {
    Address::Health => "/healthz",
    Address::Readiness => "/readyz",
    Address::Home => "/",
    Address::SignIn(_) => "signin",
    Address::SignOut(_) => "signout",
    Address::Style => "matchlist.css",
    Address::Script(_) => "matchlist.js",
    Address::Page(_) => "a page",
    Address::Other => "the API, or nothing",
});

struct Sample<'a> {
    method: &'a str,
    path: String,
    query: String,
    needs: &'a str,
    body: String,
}

fn lines() -> impl Iterator<Item = &'static str> {
    SAMPLES.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn samples() -> Vec<Sample<'static>> {
    let in_api = lines().filter(|line| {
        (line.contains("/_api/") || line.contains("/Lists.asmx")) && !line.contains("/_api/nothing")
    });
    let sample = |line: &'static str| {
        let mut parts = line.splitn(3, " | ");
        let (method, address) = parts.next().unwrap().split_once(' ').unwrap();
        let needs = parts.next().unwrap_or_else(|| panic!("{line}: what does it need?"));
        let address = filled(address).replace(' ', "%20");
        let (path, query) = address.split_once('?').unwrap_or((&address, ""));
        let body = filled(parts.next().unwrap_or_default());
        Sample { method, path: path.to_owned(), query: query.to_owned(), needs, body }
    };
    in_api.map(sample).collect()
}

fn filled(text: &str) -> String {
    [
        ("{site}", "/sites/demo"),
        ("{list}", "Pumps"),
        ("{doomed}", "Doomed"),
        ("{column}", "Column"),
        ("{doomed_column}", "Doomed"),
        ("{lookup}", "7a5c4a44-9d0b-4a1b-8c3d-4e5f5f3a2f8f"),
        ("{site_lookup}", "7a5c4a44-9d0b-4a1b-8c3d-4e5f5f3a2f90"),
        ("{url}", "/sites/demo/Lists/Pumps"),
        ("{guid}", "7a5c4a44-9d0b-4a1b-8c3d-4e5f5f3a2f8e"),
        ("{new}", "new"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (mark, value)| text.replace(mark, value))
}

/// The headers of a body, of which they tell what it is.
struct Typed(&'static [u8]);

impl RawHeaders for Typed {
    fn lines<'a>(&'a self, name: &str) -> Box<dyn Iterator<Item = &'a [u8]> + 'a> {
        Box::new((name == "content-type").then_some(self.0).into_iter())
    }
}

fn parse(sample: &Sample<'_>, method: &str, body: &str) -> Result<Action, request::RequestError> {
    let headers = &Typed(if body.starts_with('<') { b"text/xml" } else { b"application/json" });
    let raw = RawRequest {
        method,
        path: &sample.path,
        query: &sample.query,
        headers,
        body: body.as_bytes(),
        way: Way::unknown(&Arrival { headers, target: None, peer: None, is_tls: false }),
        session: None,
    };
    request::parse(&raw, Timestamp::EPOCH, 3600).map(|request| request.action)
}

/// The forms of an address: where it is within `rootweb` that, its own, and which part of fields or views it names.
fn forms(sample: &Sample<'_>) -> (Option<&'static str>, &'static str, Option<&'static str>) {
    let resource = ResourcePath::parse(&sample.path, &sample.query).unwrap().resource;
    let (outer, inner) = match &resource {
        Resource::RootWeb(within) => (Some(form(&resource)), &**within),
        other => (None, other),
    };
    let part = match inner {
        Resource::Fields(part)
        | Resource::AvailableFields(part)
        | Resource::List { part: ListPart::Fields(part), .. } => Some(fields_part(part)),
        Resource::List { part: ListPart::Views(part), .. } => Some(views_part(part)),
        _ => None,
    };
    (outer, form(inner), part)
}

/// Whose fields an action is about.
fn fields_meant(action: &Action) -> Option<&FieldsOf> {
    match action {
        Action::ReadThing(Thing::Field(of, _), _)
        | Action::ReadProperty(Thing::Field(of, _), _)
        | Action::MisuseProperty(Thing::Field(of, _), _, _)
        | Action::ReadFields(of, _)
        | Action::CountFields(of, _)
        | Action::AddField(of, _)
        | Action::AddDependentLookup(of, _)
        | Action::AddFieldAsXml(of, _)
        | Action::ChangeField(of, _, _)
        | Action::DeleteField(of, _)
        | Action::IndexField(of, _, _) => Some(of),
        _ => None,
    }
}

fn needs(action: &Action) -> String {
    match action.rule() {
        Rule::SeesSite => "sees the site".to_owned(),
        Rule::Site(right) => format!("{} in the site", right.name()),
        Rule::List(_, right) => format!("{} in the list", right.name()),
    }
}

#[test]
fn each_sample_says_what_its_action_needs() {
    for sample in samples() {
        let action = parse(&sample, sample.method, &sample.body);
        let action = action.unwrap_or_else(|e| panic!("{} {}: {e}", sample.method, sample.path));
        assert_eq!(needs(&action), sample.needs, "{} {}", sample.method, sample.path);
    }
}

#[test]
fn each_action_each_thing_and_each_form_of_an_address_has_a_sample() {
    let mut seen = BTreeSet::new();
    for sample in samples() {
        let action = parse(&sample, sample.method, &sample.body).unwrap();
        let (outer, inner, _) = forms(&sample);
        seen.extend([action_name(&action), inner].into_iter().chain(outer));
        seen.extend(fields_meant(&action).map(fields_of));
        if let Action::ReadThing(thing, _)
        | Action::ReadProperty(thing, _)
        | Action::MisuseProperty(thing, _, _) = &action
        {
            seen.insert(thing_name(thing));
        }
    }
    let lacks = [ACTIONS, THINGS, FORMS, FIELDS_OF].concat().into_iter().filter(|name| !seen.contains(name));
    assert_eq!(lacks.collect::<Vec<_>>(), [""; 0], "these have no sample");
}

/// What is asked for before it is known who calls is there for everybody where its sample says so, and nowhere else.
#[test]
fn each_address_outside_the_api_has_a_sample_and_those_that_need_nothing_say_so() {
    let mut seen = BTreeSet::new();
    for line in lines() {
        let (request, needs) = line.split_once(" | ").unwrap();
        let address = Address::of(&filled(request.split_once(' ').unwrap().1));
        seen.insert(address_name(&address));
        assert_eq!(address.is_public(), needs.starts_with("none: "), "{line}");
    }
    assert_eq!(seen, ADDRESSES.iter().copied().collect());
}

/// Fields are those of a list, of a site, or available in a site, and of the last none is made or changed.
#[test]
fn each_part_of_fields_has_a_sample_wherever_it_is() {
    let sampled: BTreeSet<_> = samples().iter().map(|sample| (forms(sample).1, forms(sample).2)).collect();
    for part in FIELDS_PARTS {
        for of in ["list/fields", "web/fields", "web/availablefields"] {
            let is_read = ["all", "$count", "one", "property"].contains(part);
            if of != "web/availablefields" || is_read {
                assert!(sampled.contains(&(of, Some(*part))), "{part} of {of} has no sample");
            }
        }
    }
}

#[test]
fn each_part_of_views_has_a_sample() {
    let sampled: BTreeSet<_> = samples().iter().map(|sample| (forms(sample).1, forms(sample).2)).collect();
    for part in VIEWS_PARTS {
        assert!(sampled.contains(&("views", Some(*part))), "{part} of views has no sample");
    }
}

/// What each method does at a form of an address is sampled, not one of them for all.
#[test]
fn each_method_of_each_form_of_an_address_has_a_sample() {
    let mut sampled: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
    for sample in samples() {
        let action = parse(&sample, sample.method, &sample.body).unwrap();
        let (_, inner, part) = forms(&sample);
        sampled.entry((inner, part)).or_default().insert(action_name(&action));
    }
    for sample in samples() {
        let (_, inner, part) = forms(&sample);
        for method in ["GET", "HEAD", "POST", "MERGE", "PATCH", "PUT", "DELETE"] {
            for body in [sample.body.as_str(), "{}"] {
                let Ok(action) = parse(&sample, method, body) else { continue };
                let name = action_name(&action);
                let is_sampled = sampled[&(inner, part)].contains(name);
                assert!(is_sampled, "{method} of '{inner}' ({part:?}) is {name}, which has no sample");
            }
        }
    }
}

/// What changes something needs more than to read, and what reads needs no more than that.
#[test]
fn no_write_is_done_by_whoever_may_only_read() {
    for sample in samples() {
        let action = parse(&sample, sample.method, &sample.body).unwrap();
        if matches!(action, Action::Batch(_)) {
            // Each request within needs what it needs.
            continue;
        }
        let reads = sample.needs.starts_with("sees") || sample.needs.starts_with("read");
        assert_eq!(action.is_write(), !reads, "{} {}", sample.method, sample.path);
    }
}
