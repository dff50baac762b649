//! An entity of each kind, to see from it which properties there are.

use odata::{Timestamp, Uuid, Version};
use store::{
    ListState,
    model::{Field, FieldKind, List, ListId, Site, Strictness, User, UserId},
};

use crate::render::{
    Entity, Fields, View, content_type_entity, field_properties, list_entity, root_folder_entity,
    site_entity, user_entity, web_entity,
};

/// The numbers of the types of fields whose properties are not those of all.
pub(super) const FIELD_KINDS: [u64; 12] = [2, 3, 4, 6, 7, 9, 10, 11, 14, 15, 17, 20];

fn list(site: &Site) -> List {
    List {
        id: ListId(0),
        site: site.id,
        guid: Uuid::nil(),
        title: String::new(),
        url_name: String::new(),
        entity_type_name: String::new(),
        view_name: String::new(),
        description: String::new(),
        created: Timestamp::EPOCH,
        modified: Timestamp::EPOCH,
        editor: UserId::LOCAL_OWNER,
        version: Version::FIRST,
        shape: 0,
        strict: Strictness::Off,
        closed: false,
        settings: std::collections::BTreeMap::new(),
        fields: Vec::new(),
        views: Vec::new(),
    }
}

/// One entity of each type, fields apart.
pub(super) fn entities(view: &View, site: &Site) -> Vec<Entity> {
    let list = list(site);
    let state = ListState {
        list: list.id,
        item_count: 0,
        last_seq: 0,
        last_modified: Timestamp::EPOCH,
        last_deleted: Timestamp::EPOCH,
    };
    let user =
        User { id: UserId::LOCAL_OWNER, login: String::new(), title: String::new(), email: String::new() };
    vec![
        web_entity(view, site),
        site_entity(view, site),
        list_entity(site, &list, &state),
        content_type_entity(site, &list),
        root_folder_entity(site, &list, &state),
        user_entity(&user, false),
    ]
}

/// The name of a type of fields, and the properties of such a field.
pub(super) fn field(site: &Site, kind: FieldKind) -> (&'static str, Vec<crate::render::Property>) {
    let name = kind.type_name();
    let field = Field::new(Uuid::nil(), "A".into(), "A".into(), kind);
    (name, field_properties(&Fields::of_site(site), &field))
}
