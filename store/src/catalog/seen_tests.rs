//! Tests of rights, and of the catalog that they let see.

use std::{collections::BTreeSet, sync::Arc};

use odata::{
    Timestamp, Uuid, Version,
    path::{ListKey, SitePath},
};
use proptest::prelude::*;

use super::Catalog;
use crate::model::{
    Fingerprint, Grant, List, ListId, Principal, Right, Rights, Scope, Site, SiteId, Strictness, Token,
    TokenId, UserId,
};

/// By number: those below `/sites/a`, those that only begin like it, and the root, which is above all.
const SITES: [&str; 7] = ["", "/sites/a", "/sites/ab", "/sites/a/b", "/Sites/A/b/c", "/a", "/teams/a"];

fn site(number: usize) -> Arc<Site> {
    Arc::new(Site {
        id: SiteId(number as i64),
        guid: Uuid::from_u128(number as u128),
        path: SitePath::parse(SITES[number]).unwrap(),
        title: String::new(),
        description: String::new(),
        created: Timestamp::EPOCH,
        columns: Vec::new(),
    })
}

/// The lists of a site are those whose number begins with the site's: list 31 is of site 3. Odd ones are closed.
fn list(number: usize) -> Arc<List> {
    let title = format!("L{number}");
    Arc::new(List {
        id: ListId(number as i64),
        site: SiteId((number / 10) as i64),
        guid: Uuid::from_u128(1000 + number as u128),
        title: title.clone(),
        url_name: title.clone(),
        entity_type_name: title.clone(),
        view_name: title,
        description: String::new(),
        created: Timestamp::EPOCH,
        modified: Timestamp::EPOCH,
        editor: UserId::LOCAL_OWNER,
        version: Version::FIRST,
        shape: 1,
        strict: Strictness::Off,
        closed: !number.is_multiple_of(2),
        settings: Default::default(),
        fields: Vec::new(),
        views: Vec::new(),
    })
}

/// Each site with an open list and a closed one.
fn catalog() -> Arc<Catalog> {
    let mut catalog = Catalog::default();
    for number in 0..SITES.len() {
        catalog.put_site(site(number));
        catalog.put_list(list(number * 10));
        catalog.put_list(list(number * 10 + 1));
    }
    Arc::new(catalog)
}

fn rights(grants: &[(Scope, Right)]) -> Rights {
    Rights::Granted(grants.iter().map(|(scope, right)| Grant { scope: *scope, right: *right }).collect())
}

fn at_site(number: i64, right: Right) -> Rights {
    rights(&[(Scope::Site(SiteId(number)), right)])
}

fn lists_of(catalog: &Catalog) -> BTreeSet<i64> {
    catalog.all_lists().map(|list| list.id.0).collect()
}

fn sites_of(catalog: &Catalog) -> BTreeSet<i64> {
    (0..SITES.len() as i64).filter(|id| catalog.site_by_id(SiteId(*id)).is_some()).collect()
}

#[test]
fn a_right_holds_in_the_sites_below_by_whole_segments_and_in_any_case() {
    let catalog = catalog();
    let below = |number| -> Vec<i64> {
        let holds =
            |id: &i64| catalog.right_at_site(&at_site(number, Right::Read), &site(*id as usize)).is_some();
        (0..SITES.len() as i64).filter(holds).collect()
    };
    assert_eq!(below(0), [0, 1, 2, 3, 4, 5, 6], "the root is above all");
    assert_eq!(below(1), [1, 3, 4], "/sites/a is above /sites/a/b, and not above /sites/ab");
    assert_eq!(below(3), [3, 4]);
    assert_eq!([below(2), below(4), below(5), below(6)], [[2], [4], [5], [6]]);
}

#[test]
fn a_closed_list_has_its_own_rights_and_those_to_manage_its_site() {
    let catalog = catalog();
    for (right, open, closed) in [
        (Right::Read, Some(Right::Read), None),
        (Right::Contribute, Some(Right::Contribute), None),
        (Right::Manage, Some(Right::Manage), Some(Right::Manage)),
    ] {
        for above in [0, 1, 3] {
            let rights = at_site(above, right);
            assert_eq!(catalog.right_at_list(&rights, &list(30)), open, "{right:?} at {above}");
            assert_eq!(catalog.right_at_list(&rights, &list(31)), closed, "{right:?} at {above}");
        }
    }
    let own = rights(&[(Scope::List(ListId(31)), Right::Read)]);
    assert_eq!(catalog.right_at_list(&own, &list(31)), Some(Right::Read));
    assert_eq!(catalog.right_at_list(&own, &list(30)), None);
    // Of several the greatest holds.
    let both = rights(&[(Scope::List(ListId(30)), Right::Read), (Scope::Site(SiteId(1)), Right::Contribute)]);
    assert_eq!(catalog.right_at_list(&both, &list(30)), Some(Right::Contribute));
}

#[test]
fn what_is_not_seen_is_found_by_no_key() {
    let catalog = catalog();
    let seen = catalog.seen_by(&at_site(3, Right::Contribute));
    let place = site(3);
    for (number, is_seen) in [(30, true), (31, false)] {
        let list = list(number);
        for key in [
            ListKey::Title(list.title.to_lowercase()),
            ListKey::Id(list.guid),
            ListKey::Url(format!("/sites/a/b/Lists/{}", list.url_name)),
        ] {
            assert_eq!(seen.find_list(&place, &key).is_some(), is_seen, "{key:?}");
        }
        assert_eq!(seen.list(list.id).is_some(), is_seen);
        assert_eq!(seen.list_by_guid(list.guid).is_some(), is_seen);
    }
    for path in ["", "/sites/a", "/sites/ab"] {
        assert!(seen.site(&SitePath::parse(path).unwrap()).is_none(), "{path}");
    }
    assert_eq!(seen.root_of(&place).id, place.id, "not one above that may not be read");
}

#[test]
fn a_list_brings_its_site_and_no_other_list() {
    let catalog = catalog();
    let seen = catalog.seen_by(&rights(&[(Scope::List(ListId(41)), Right::Read)]));
    assert_eq!((lists_of(&seen), sites_of(&seen)), (BTreeSet::from([41]), BTreeSet::from([4])));
    assert_eq!(catalog.right_at_site(&rights(&[(Scope::List(ListId(41)), Right::Manage)]), &site(4)), None);
}

#[test]
fn nothing_is_seen_without_a_right_and_all_with_all() {
    let catalog = catalog();
    let nothing = catalog.seen_by(&rights(&[]));
    assert!(!nothing.has_sites() && lists_of(&nothing).is_empty());
    for gone in [Scope::Site(SiteId(99)), Scope::List(ListId(99))] {
        assert!(!catalog.seen_by(&rights(&[(gone, Right::Manage)])).has_sites(), "{gone:?}");
    }
    assert!(Arc::ptr_eq(&catalog.seen_by(&Rights::All), &catalog));
    assert!(Arc::ptr_eq(&catalog.seen_by(&at_site(0, Right::Manage)), &catalog));
    assert!(!Arc::ptr_eq(&catalog.seen_by(&at_site(0, Right::Read)), &catalog), "some lists are closed");
}

#[test]
fn what_is_granted_to_everyone_is_each_user_s_and_a_token_of_its_own_scopes_has_no_more() {
    let mut catalog = Arc::unwrap_or_clone(catalog());
    let (ann, bob) = (UserId(7), UserId(8));
    let grants = |rights: Rights| match rights {
        Rights::All => panic!("all"),
        Rights::Granted(grants) => grants.iter().map(|g| (g.scope, g.right)).collect::<BTreeSet<_>>(),
    };
    let (one, two) = (Scope::Site(SiteId(1)), Scope::List(ListId(31)));
    catalog.access_mut().set_grant(Principal::Everyone, one, Some(Right::Read));
    catalog.access_mut().set_grant(Principal::User(ann), two, Some(Right::Manage));
    let access = catalog.access();
    assert_eq!(grants(access.rights_of(ann)), BTreeSet::from([(one, Right::Read), (two, Right::Manage)]));
    assert_eq!(grants(access.rights_of(bob)), BTreeSet::from([(one, Right::Read)]));
    let token = |grants: Option<Vec<Grant>>| Token {
        id: TokenId(1),
        fingerprint: Fingerprint([0; 32]),
        name: String::new(),
        user: ann,
        grants,
        created: Timestamp::EPOCH,
        expires: None,
        revoked: None,
        last_used: None,
    };
    let own = Grant { scope: Scope::Site(SiteId(2)), right: Right::Read };
    assert_eq!(
        grants(access.rights_of_token(&token(Some(vec![own])))),
        BTreeSet::from([(own.scope, own.right)])
    );
    assert_eq!(access.rights_of_token(&token(None)), access.rights_of(ann));
    // A new grant at a place takes the place of the one before.
    catalog.access_mut().set_grant(Principal::User(ann), two, Some(Right::Read));
    assert_eq!(
        grants(catalog.access().rights_of(ann)),
        BTreeSet::from([(one, Right::Read), (two, Right::Read)])
    );
    catalog.access_mut().set_grant(Principal::User(ann), two, None);
    assert_eq!(catalog.access().rights_of(ann), catalog.access().rights_of(bob));
}

fn any_grant() -> impl Strategy<Value = (Scope, Right)> {
    let site = (0..SITES.len() as i64).prop_map(|id| Scope::Site(SiteId(id)));
    let list = (0..SITES.len() as i64, 0..2_i64).prop_map(|(site, at)| Scope::List(ListId(site * 10 + at)));
    (prop_oneof![site, list], prop::sample::select(&Right::ALL[..]))
}

/// Said once more, in another way: whether the grants let a list be read.
fn may_read(grants: &[(Scope, Right)], list: usize) -> bool {
    let path = format!("{}/", SITES[list / 10].to_lowercase());
    grants.iter().any(|(scope, right)| match scope {
        Scope::List(id) => id.0 == list as i64,
        Scope::Site(id) => {
            let above = format!("{}/", SITES[id.0 as usize].to_lowercase());
            path.starts_with(&above) && (list.is_multiple_of(2) || *right == Right::Manage)
        }
    })
}

proptest! {
    #[test]
    fn what_is_seen_is_what_may_be_read(grants in prop::collection::vec(any_grant(), 0..5)) {
        let catalog = catalog();
        let seen = catalog.seen_by(&rights(&grants));
        let all = (0..SITES.len()).flat_map(|site| [site * 10, site * 10 + 1]);
        let readable: BTreeSet<i64> = all.filter(|list| may_read(&grants, *list)).map(|list| list as i64).collect();
        prop_assert_eq!(&lists_of(&seen), &readable);
        // Each site with a list that may be read, or with a right in it, and no other.
        for id in sites_of(&seen) {
            let has_right = catalog.right_at_site(&rights(&grants), &site(id as usize)).is_some();
            prop_assert!(has_right || readable.iter().any(|list| list / 10 == id));
        }
        for list in &readable {
            prop_assert!(seen.site_by_id(SiteId(list / 10)).is_some());
        }
    }
}
