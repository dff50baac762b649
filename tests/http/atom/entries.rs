//! Entries and feeds.

use serde_json::json;

use super::{ATOM, DECLARATION, EMPTY, Pumps, RELATED, ROOT, SCHEME, write};

const ITEM: &str = "Web/Lists(guid'LIST')/Items(1)";

/// The values of the item.
const PROPERTIES: &str = concat!(
    r#"<d:FileSystemObjectType m:type="Edm.Int32">0</d:FileSystemObjectType><d:Id m:type="Edm.Int32">1</d:Id>"#,
    r#"<d:ServerRedirectedEmbedUri m:null="true"/><d:ServerRedirectedEmbedUrl/><d:ContentTypeId>TYPE</d:ContentTypeId>"#,
    r#"<d:Title xml:space="preserve"> a &lt; b &amp; &quot;c&quot;</d:Title><d:Load m:type="Edm.Double">4.5</d:Load>"#,
    r#"<d:Done m:type="Edm.Boolean">true</d:Done><d:Due m:type="Edm.DateTime">2024-05-01T08:00:00Z</d:Due>"#,
    r#"<d:Tags m:type="Collection(Edm.String)"><d:element>hot</d:element><d:element>spare</d:element></d:Tags>"#,
    r#"<d:Link m:type="SP.FieldUrlValue"><d:Description>X</d:Description><d:Url>https://x.test/?a=1&amp;b=2</d:Url></d:Link>"#,
    r#"<d:Key m:type="Edm.Guid">7c1d0b52-0000-4000-8000-0000000000ab</d:Key><d:SiteId m:type="Edm.Int32">1</d:SiteId>"#,
    r#"<d:ComplianceAssetId m:null="true"/><d:ID m:type="Edm.Int32">1</d:ID>"#,
    r#"<d:Modified m:type="Edm.DateTime">TIME</d:Modified><d:Created m:type="Edm.DateTime">TIME</d:Created>"#,
    r#"<d:AuthorId m:type="Edm.Int32">1</d:AuthorId><d:EditorId m:type="Edm.Int32">1</d:EditorId>"#,
    r#"<d:OData__UIVersionString>1.0</d:OData__UIVersionString><d:Attachments m:type="Edm.Boolean">false</d:Attachments>"#,
    r#"<d:GUID m:type="Edm.Guid">GUID</d:GUID>"#,
);

fn links(of: &str, names: &[(&str, &str)]) -> String {
    let link = |(name, kind): &(&str, &str)| {
        format!(
            r#"<link rel="{RELATED}/{name}" type="application/atom+xml;type={kind}" title="{name}" href="{of}/{name}"/>"#
        )
    };
    names.iter().map(link).collect()
}

fn item_links() -> String {
    let names = [
        ("FirstUniqueAncestorSecurableObject", "entry"),
        ("RoleAssignments", "feed"),
        ("AttachmentFiles", "feed"),
        ("ContentType", "entry"),
        ("FieldValuesAsHtml", "entry"),
        ("FieldValuesAsText", "entry"),
        ("FieldValuesForEdit", "entry"),
        ("Folder", "entry"),
        ("ParentList", "entry"),
        ("Versions", "feed"),
    ];
    links(ITEM, &names)
}

/// An entry of an item, with what stands before and within it.
fn entry(root: &str, links: &str, updated: &str, properties: &str) -> String {
    format!(
        r#"<entry {root}m:etag="&quot;1&quot;"><id>HOST/sites/demo/_api/{ITEM}</id><category term="SP.Data.PumpsListItem" scheme="{SCHEME}"/><link rel="edit" href="{ITEM}"/>{links}{}<content type="application/xml"><m:properties>{properties}</m:properties></content></entry>"#,
        EMPTY.replace("TIME", updated)
    )
}

#[test]
fn an_item_is_an_entry_with_types_links_and_its_tag() {
    let pumps = Pumps::new();
    let (kind, text) = pumps.get("lists/Pumps/items(1)");
    assert_eq!(kind, "application/atom+xml;type=entry;charset=utf-8");
    let expected = format!("{DECLARATION}{}", entry(&format!("{ROOT} "), &item_links(), "TIME", PROPERTIES));
    assert_eq!(text, expected);
    let answer = pumps.request("GET", "lists/Pumps/items(1)").send();
    assert_eq!(answer.etag(), "\"1\"");
    let known = pumps.request("GET", "lists/Pumps/items(1)").header("If-None-Match", "\"1\"").send();
    assert_eq!((known.status, known.text().as_str()), (304, ""));
}

#[test]
fn items_are_a_feed_whose_next_page_is_a_link() {
    let pumps = Pumps::new();
    write(&pumps, "POST", "lists/Pumps/items", &json!({"Title": "b"})).expect_status(201);
    let (kind, text) = pumps.get("lists/Pumps/items?$select=Title,Load&$top=1&$inlinecount=allpages");
    assert_eq!(kind, "application/atom+xml;type=feed;charset=utf-8");
    let values = r#"<d:Title xml:space="preserve"> a &lt; b &amp; &quot;c&quot;</d:Title><d:Load m:type="Edm.Double">4.5</d:Load>"#;
    let next = "HOST/sites/demo/_api/lists/Pumps/items?%24skiptoken=Paged%3DTRUE%26p_ID%3D1&amp;$select=Title,Load&amp;$top=1&amp;$inlinecount=allpages";
    let entry = entry("", "", "1970-01-01T00:00:00Z", values);
    assert_eq!(
        text,
        format!(
            r#"{DECLARATION}<feed {ROOT}><m:count>2</m:count><id>HOST/sites/demo/_api/Web/Lists(guid'LIST')/Items</id><title type="text"></title><updated>1970-01-01T00:00:00Z</updated>{entry}<link rel="next" href="{next}"/></feed>"#
        )
    );
    let (_, empty) = pumps.get("lists/Pumps/items?$filter=Id%20eq%2099");
    assert_eq!(
        empty,
        format!(
            r#"{DECLARATION}<feed {ROOT}><id>HOST/sites/demo/_api/Web/Lists(guid'LIST')/Items</id><title type="text"></title><updated>1970-01-01T00:00:00Z</updated><author><name/></author></feed>"#
        )
    );
}

#[test]
fn what_is_expanded_stands_within_its_link() {
    let pumps = Pumps::new();
    let (_, text) =
        pumps.get("lists/Pumps/items(1)?$select=Title,Site/Id,Site/Created,Author/Title&$expand=Site,Author");
    let nested = |name: &str, id: &str, kind: &str, properties: &str| {
        let updated = if name == "Site" { "TIME" } else { "1970-01-01T00:00:00Z" };
        format!(
            r#"<link rel="{RELATED}/{name}" type="application/atom+xml;type=entry" title="{name}" href="{ITEM}/{name}"><m:inline><entry><id>{id}</id><category term="{kind}" scheme="{SCHEME}"/>{}<content type="application/xml"><m:properties>{properties}</m:properties></content></entry></m:inline></link>"#,
            EMPTY.replace("TIME", updated)
        )
    };
    let site = nested(
        "Site",
        "urn:uuid:OTHERGUID",
        "SP.Data.SitesListItem",
        r#"<d:Id m:type="Edm.Int32">1</d:Id><d:Created m:type="Edm.DateTime">TIME</d:Created>"#,
    );
    let author = nested(
        "Author",
        &format!("HOST/sites/demo/_api/{ITEM}/Author"),
        "SP.Data.UserInfoItem",
        "<d:Title>Local owner</d:Title>",
    );
    let title = r#"<d:Title xml:space="preserve"> a &lt; b &amp; &quot;c&quot;</d:Title>"#;
    let links = site + &author;
    let expected =
        format!("{DECLARATION}{}", entry(&format!("{ROOT} "), &links, "1970-01-01T00:00:00Z", title));
    assert_eq!(text, expected);
}

#[test]
fn sites_lists_fields_users_and_content_types_are_entries() {
    let pumps = Pumps::new();
    let single = |under: &str, link: &str, kind: &str, links: &str, updated: &str, properties: &str| {
        let (content_type, text) = pumps.get(under);
        assert_eq!(content_type, "application/atom+xml;type=entry;charset=utf-8");
        let rest = format!(
            r#"<id>HOST/sites/demo/_api/{link}</id><category term="{kind}" scheme="{SCHEME}"/><link rel="edit" href="{link}"/>{links}{}<content type="application/xml"><m:properties>{properties}</m:properties></content></entry>"#,
            EMPTY.replace("TIME", updated)
        );
        assert!(text.ends_with(&rest), "{under}: {text}\nexpected {rest}");
        assert!(text.starts_with(&format!("{DECLARATION}<entry {ROOT}")), "{under}: {text}");
    };
    let never = "1970-01-01T00:00:00Z";
    let title = "<d:Title>demo</d:Title>";
    single("web?$select=Title", "Web", "SP.Web", "", never, title);
    let web_links =
        links("Web", &[("AvailableFields", "feed"), ("Fields", "feed"), ("Lists", "feed"), ("Webs", "feed")]);
    let web = pumps.get("web").1;
    assert!(web.contains(&web_links), "{web}");
    let list = r#"<d:ItemCount m:type="Edm.Int32">1</d:ItemCount><d:LastItemModifiedDate m:type="Edm.DateTime">TIME</d:LastItemModifiedDate><d:Title>Pumps</d:Title>"#;
    single(
        "lists/Pumps?$select=Title,ItemCount,LastItemModifiedDate",
        "Web/Lists(guid'LIST')",
        "SP.List",
        "",
        "TIME",
        list,
    );
    assert!(pumps.get("lists/Pumps").1.contains(r#"m:etag="&quot;8&quot;">"#));
    let user = r#"<d:Id m:type="Edm.Int32">1</d:Id><d:UserId m:type="SP.UserIdInfo"><d:NameId>local</d:NameId><d:NameIdIssuer>urn:matchlist</d:NameIdIssuer></d:UserId>"#;
    single("web/currentuser?$select=Id,UserId", "Web/GetUserById(1)", "SP.User", "", never, user);
    let kind = r#"<d:Hidden m:type="Edm.Boolean">false</d:Hidden><d:Id m:type="SP.ContentTypeId"><d:StringValue>TYPE</d:StringValue></d:Id>"#;
    single(
        "lists/Pumps/contenttypes('0x01')?$select=Hidden,Id",
        "Web/Lists(guid'LIST')/ContentTypes('TYPE')",
        "SP.ContentType",
        "",
        never,
        kind,
    );
    let (_, field) =
        pumps.get("lists/Pumps/fields/getbytitle('Tags')?$select=Choices,DefaultValue,FieldTypeKind");
    let values = r#"<m:properties><d:DefaultValue m:null="true"/><d:FieldTypeKind m:type="Edm.Int32">15</d:FieldTypeKind><d:Choices m:type="Collection(Edm.String)"><d:element>hot</d:element><d:element>spare</d:element></d:Choices></m:properties>"#;
    assert!(field.contains(values), "{field}");
    assert!(field.contains(r#"<category term="SP.FieldMultiChoice" "#), "{field}");
}

#[test]
fn collections_of_the_catalog_are_feeds_and_what_they_expand_is_within() {
    let pumps = Pumps::new();
    let (kind, lists) = pumps.get("web/lists?$select=Title,RootFolder/Name,Fields/InternalName&$expand=RootFolder,Fields&$filter=Title%20eq%20'Sites'");
    assert_eq!(kind, "application/atom+xml;type=feed;charset=utf-8");
    let feed = format!(
        r#"{DECLARATION}<feed {ROOT}><id>HOST/sites/demo/_api/$metadata#SP.ApiData.Lists</id><title type="text"></title><updated>1970-01-01T00:00:00Z</updated><entry m:etag="&quot;1&quot;">"#
    );
    assert!(lists.starts_with(&feed), "{lists}");
    let fields = r#"title="Fields" href="Web/Lists(guid'OTHER')/Fields"><m:inline><feed><id>Web/Lists(guid'OTHER')/Fields</id><title type="text">Fields</title><updated>1970-01-01T00:00:00Z</updated><entry><id>HOST/sites/demo/_api/Web/Lists(guid'OTHER')/Fields(guid'fa564e0f-0c70-4ab9-b863-0177e6ddd247')</id>"#;
    assert!(lists.contains(fields), "{lists}");
    assert!(lists.contains("<m:properties><d:Name>Sites</d:Name></m:properties>"), "{lists}");
    for under in ["web/webs", "web/siteusers", "lists/Pumps/fields", "lists/Pumps/contenttypes", "web/fields"]
    {
        assert_eq!(pumps.get(under).0, "application/atom+xml;type=feed;charset=utf-8", "{under}");
    }
}

#[test]
fn a_write_with_a_body_of_json_is_answered_in_atom() {
    let pumps = Pumps::new();
    let added = write(&pumps, "POST", "lists/Pumps/items", &json!({"Title": "b"})).expect_status(201);
    assert_eq!(added.header("Content-Type"), Some("application/atom+xml;type=entry;charset=utf-8"));
    assert!(
        added.text().contains("<d:Title>b</d:Title><d:Load m:type=\"Edm.Double\" m:null=\"true\"/>"),
        "{added}"
    );
    assert_eq!(added.etag(), "\"1\"");
    let merge = |prefer: &str| {
        let request = pumps.request("MERGE", "lists/Pumps/items(2)").header("Prefer", prefer);
        request.json(&json!({"Title": "c"})).send()
    };
    assert_eq!((merge("").status, merge("return=representation").status), (204, 200));
    assert!(merge("return=representation").text().contains("<d:Title>c</d:Title>"));
    let list =
        write(&pumps, "POST", "web/lists", &json!({"Title": "New", "BaseTemplate": 100})).expect_status(201);
    assert!(list.text().contains("<category term=\"SP.List\" "), "{list}");
    let body = "<entry xmlns='http://www.w3.org/2005/Atom'/>";
    let refused = pumps.request("POST", "lists/Pumps/items").header("Content-Type", ATOM).body(body).send();
    assert_eq!(refused.status, 415, "a body of XML is read by ListData.svc alone");
}

#[test]
fn a_stored_answer_is_given_again_as_the_document_that_it_was() {
    let pumps = Pumps::new();
    let add = || {
        let request = pumps.request("POST", "lists/Pumps/items").header("Idempotency-Key", "k-1");
        request.json(&json!({"Title": "once"})).send().expect_status(201)
    };
    let (first, again) = (add(), add());
    assert_eq!((first.text(), first.header("Content-Type")), (again.text(), again.header("Content-Type")));
    assert!(pumps.get("lists/Pumps/items?$select=Id").1.matches("<entry").count() == 2);
}
