//! What every item has besides its list's own fields.

use odata::Uuid;
use serde_json::Value;

use super::Item;

/// What belongs to every item and has an address of its own: verbose answers link to it.
pub const LINKED: [&str; 10] = [
    "FirstUniqueAncestorSecurableObject",
    "RoleAssignments",
    "AttachmentFiles",
    "ContentType",
    "FieldValuesAsHtml",
    "FieldValuesAsText",
    "FieldValuesForEdit",
    "Folder",
    "ParentList",
    "Versions",
];

/// What of it an answer may show in the link's place.
pub const SHOWN_AROUND: [&str; 5] =
    ["ParentList", "ContentType", "FieldValuesAsText", "FieldValuesAsHtml", "FieldValuesForEdit"];

/// A property that every item has, in the order of the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SystemProperty {
    /// 0: an item, not a folder.
    FileSystemObjectType,
    /// The Id.
    Id,
    /// Always null.
    ServerRedirectedEmbedUri,
    /// Always empty.
    ServerRedirectedEmbedUrl,
    /// The content type's id.
    ContentTypeId,
    /// Always null.
    ComplianceAssetId,
    /// The Id again.
    IdUpper,
    /// When it was last written.
    Modified,
    /// When it was made.
    Created,
    /// Who made it.
    AuthorId,
    /// Who wrote it last.
    EditorId,
    /// The version, as people see it: `3.0`.
    UiVersionString,
    /// Whether files are attached.
    Attachments,
    /// The GUID.
    Guid,
    /// The version; only where it is selected.
    HiddenVersion,
    /// The version times 512; only where it is selected.
    UiVersion,
}

impl SystemProperty {
    /// The names in JSON, in the order of the wire: those before the list's own fields.
    pub const BEFORE: [Self; 5] = [
        Self::FileSystemObjectType,
        Self::Id,
        Self::ServerRedirectedEmbedUri,
        Self::ServerRedirectedEmbedUrl,
        Self::ContentTypeId,
    ];
    /// Those after the list's own fields.
    pub const AFTER: [Self; 9] = [
        Self::ComplianceAssetId,
        Self::IdUpper,
        Self::Modified,
        Self::Created,
        Self::AuthorId,
        Self::EditorId,
        Self::UiVersionString,
        Self::Attachments,
        Self::Guid,
    ];
    /// Those that are given only where they are selected.
    pub const ON_REQUEST: [Self; 2] = [Self::HiddenVersion, Self::UiVersion];

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::BEFORE.into_iter().chain(Self::AFTER).chain(Self::ON_REQUEST)
    }

    /// Its name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FileSystemObjectType => "FileSystemObjectType",
            Self::Id => "Id",
            Self::ServerRedirectedEmbedUri => "ServerRedirectedEmbedUri",
            Self::ServerRedirectedEmbedUrl => "ServerRedirectedEmbedUrl",
            Self::ContentTypeId => "ContentTypeId",
            Self::ComplianceAssetId => "ComplianceAssetId",
            Self::IdUpper => "ID",
            Self::Modified => "Modified",
            Self::Created => "Created",
            Self::AuthorId => "AuthorId",
            Self::EditorId => "EditorId",
            Self::UiVersionString => "OData__UIVersionString",
            Self::Attachments => "Attachments",
            Self::Guid => "GUID",
            Self::HiddenVersion => "owshiddenversion",
            Self::UiVersion => "OData__UIVersion",
        }
    }

    /// Whether rows can be ordered by it and its values compared.
    #[must_use]
    pub const fn is_comparable(self) -> bool {
        matches!(
            self,
            Self::Id
                | Self::IdUpper
                | Self::Created
                | Self::Modified
                | Self::AuthorId
                | Self::EditorId
                | Self::Guid
                | Self::HiddenVersion
        )
    }

    /// The property with that name in JSON.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|p| p.name() == name)
    }

    /// Whether a field may not have this InternalName, as an item has that property already.
    #[must_use]
    pub fn is_reserved(internal_name: &str) -> bool {
        const OTHERS: [&str; 26] = [
            "Author",
            "Editor",
            "_UIVersion",
            "_UIVersionString",
            "odata",
            "FileRef",
            "FileLeafRef",
            "FileDirRef",
            "UniqueId",
            "EncodedAbsUrl",
            "AttachmentFiles",
            "ContentType",
            "File",
            "Folder",
            "ParentList",
            "Versions",
            "FieldValuesAsText",
            "FieldValuesAsHtml",
            "FieldValuesForEdit",
            "RoleAssignments",
            "FirstUniqueAncestorSecurableObject",
            "Properties",
            "LikedByInformation",
            "HasUniqueRoleAssignments",
            "LinkTitle",
            "LinkTitleNoMenu",
        ];
        Self::all().map(Self::name).chain(OTHERS).any(|n| n.eq_ignore_ascii_case(internal_name))
    }

    /// The item's value as JSON text.
    #[must_use]
    pub fn json(self, item: &Item) -> String {
        match self {
            Self::FileSystemObjectType => "0".into(),
            Self::Id | Self::IdUpper => item.id.0.to_string(),
            Self::ServerRedirectedEmbedUri | Self::ComplianceAssetId => "null".into(),
            Self::ServerRedirectedEmbedUrl => "\"\"".into(),
            Self::ContentTypeId => "\"0x0100\"".into(),
            Self::Modified => format!("\"{}\"", item.modified),
            Self::Created => format!("\"{}\"", item.created),
            Self::AuthorId => item.author.0.to_string(),
            Self::EditorId => item.editor.0.to_string(),
            Self::UiVersionString => format!("\"{}.0\"", item.version.number()),
            Self::Attachments => "false".into(),
            Self::Guid => format!("\"{}\"", item.guid),
            Self::HiddenVersion => item.version.number().to_string(),
            Self::UiVersion => item.version.number().saturating_mul(512).to_string(),
        }
    }

    /// Whether a value that a client sent is the one that the item has.
    #[must_use]
    pub fn is(self, item: &Item, sent: &Value) -> bool {
        match (self, sent) {
            (Self::ContentTypeId, _) => is_item_content_type(sent),
            (Self::Guid, Value::String(s)) => Uuid::try_parse(s).is_ok_and(|g| g == item.guid),
            (Self::Modified, Value::String(s)) => {
                odata::Timestamp::parse_iso(s).is_ok_and(|t| t == item.modified)
            }
            (Self::Created, Value::String(s)) => {
                odata::Timestamp::parse_iso(s).is_ok_and(|t| t == item.created)
            }
            _ => serde_json::from_str::<Value>(&self.json(item)).is_ok_and(|v| v == *sent),
        }
    }

    /// Whether a value may be sent with a new item, which has none of its own yet.
    #[must_use]
    pub fn fits_new_item(self, sent: &Value) -> bool {
        match self {
            Self::FileSystemObjectType => *sent == 0,
            Self::Attachments => *sent == false,
            Self::ServerRedirectedEmbedUrl => *sent == "",
            Self::ContentTypeId => is_item_content_type(sent),
            _ => sent.is_null(),
        }
    }
}

/// Whether it is the id of SharePoint's content type Item or of one made from it.
fn is_item_content_type(sent: &Value) -> bool {
    sent.as_str().is_some_and(|id| id.get(..4).is_some_and(|p| p.eq_ignore_ascii_case("0x01")))
}

/// A field that every list has and that is not stored in its catalog row.
#[derive(Clone, Copy, Debug)]
pub struct SystemField {
    /// InternalName.
    pub internal_name: &'static str,
    /// `EntityPropertyName`.
    pub property_name: &'static str,
    /// Title.
    pub title: &'static str,
    /// Its well-known GUID.
    pub guid: Uuid,
    /// `FieldTypeKind` and `TypeAsString`.
    pub kind: (u32, &'static str),
    /// Whether it is hidden.
    pub hidden: bool,
}

const fn system(
    internal_name: &'static str,
    property_name: &'static str,
    title: &'static str,
    guid: u128,
    kind: (u32, &'static str),
    hidden: bool,
) -> SystemField {
    SystemField { internal_name, property_name, title, guid: Uuid::from_u128(guid), kind, hidden }
}

/// The fields of a generic list besides Title, with their well-known ids; all read-only.
pub const SYSTEM_FIELDS: &[SystemField] = &[
    system("ID", "ID", "ID", 0x1d22ea11_1e32_424e_89ab_9fedbadb6ce1, (5, "Counter"), false),
    system(
        "ContentTypeId",
        "ContentTypeId",
        "Content Type ID",
        0x03e45e84_1992_4d42_9116_26f756012634,
        (25, "ContentTypeId"),
        true,
    ),
    system(
        "Modified",
        "Modified",
        "Modified",
        0x28cf69c5_fa48_462a_b5cd_27b6f9d2bd5f,
        (4, "DateTime"),
        false,
    ),
    system("Created", "Created", "Created", 0x8c06beca_0777_48f7_91c7_6da68bc07b69, (4, "DateTime"), false),
    system("Author", "Author", "Created By", 0x1df5e554_ec7e_46a6_901d_d85a3881cb18, (20, "User"), false),
    system("Editor", "Editor", "Modified By", 0xd31655d1_1d5b_4511_95a1_7a09e9b75bf2, (20, "User"), false),
    system(
        "owshiddenversion",
        "owshiddenversion",
        "owshiddenversion",
        0xd4e44a66_ee3a_4d02_88c9_4ec5ff3f4cd5,
        (1, "Integer"),
        true,
    ),
    system(
        "_UIVersion",
        "OData__UIVersion",
        "UI Version",
        0x7841bf41_43d0_4434_9f50_a673baef7631,
        (1, "Integer"),
        true,
    ),
    system(
        "_UIVersionString",
        "OData__UIVersionString",
        "Version",
        0xdce8262a_3ae9_45aa_aab4_83bd75fb738a,
        (2, "Text"),
        false,
    ),
    system(
        "Attachments",
        "Attachments",
        "Attachments",
        0x67df98f4_9dec_48ff_a553_29bece9c5bf4,
        (19, "Attachments"),
        false,
    ),
];
