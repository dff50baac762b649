//! Single values and what methods give.

use serde_json::json;

use super::{DECLARATION, Pumps, VALUE, write};

#[test]
fn a_property_by_its_address_is_a_document() {
    let pumps = Pumps::new();
    for (under, expected) in [
        ("lists/Pumps/items(1)/Load", format!(r#"<d:Load {VALUE} m:type="Edm.Double">4.5</d:Load>"#)),
        (
            "lists/Pumps/items(1)/Due",
            format!(r#"<d:Due {VALUE} m:type="Edm.DateTime">2024-05-01T08:00:00Z</d:Due>"#),
        ),
        (
            "lists/Pumps/items(1)/Tags",
            format!(
                r#"<d:Tags {VALUE} m:type="Collection(Edm.String)"><d:element>hot</d:element><d:element>spare</d:element></d:Tags>"#
            ),
        ),
        (
            "lists/Pumps/items(1)/ComplianceAssetId",
            format!(r#"<d:ComplianceAssetId {VALUE} m:null="true"/>"#),
        ),
        ("lists/Pumps/Title", format!("<d:Title {VALUE}>Pumps</d:Title>")),
        ("web/Language", format!(r#"<d:Language {VALUE} m:type="Edm.Int32">1033</d:Language>"#)),
        (
            "web/EffectiveBasePermissions",
            format!(
                r#"<d:EffectiveBasePermissions {VALUE} m:type="SP.BasePermissions"><d:High>2147483647</d:High><d:Low>4294967295</d:Low></d:EffectiveBasePermissions>"#
            ),
        ),
    ] {
        let (kind, text) = pumps.get(under);
        assert_eq!(kind, "application/xml;charset=utf-8", "{under}");
        assert_eq!(text, format!("{DECLARATION}{expected}"), "{under}");
    }
    let raw = pumps.request("GET", "lists/Pumps/items(1)/Load/$value").send().expect_status(200);
    assert_eq!((raw.header("Content-Type"), raw.text().as_str()), (Some("text/plain;charset=utf-8"), "4.5"));
}

#[test]
fn contextinfo_is_a_document() {
    let pumps = Pumps::new();
    let answer = pumps.request("POST", "contextinfo").send().expect_status(200);
    let (kind, text) = pumps.redacted(&answer);
    assert_eq!(kind, "application/xml;charset=utf-8");
    let (before, after) = text.split_once("<d:FormDigestValue>0x").unwrap();
    assert_eq!(
        before,
        format!(
            r#"{DECLARATION}<d:GetContextWebInformation {VALUE} m:type="SP.ContextWebInformation"><d:FormDigestTimeoutSeconds m:type="Edm.Int32">1800</d:FormDigestTimeoutSeconds>"#
        )
    );
    let (_, after) = after.split_once("</d:FormDigestValue>").unwrap();
    assert_eq!(
        after,
        r#"<d:LibraryVersion>16.0.7730.1208</d:LibraryVersion><d:SiteFullUrl>HOST/sites/demo</d:SiteFullUrl><d:SupportedSchemaVersions m:type="Collection(Edm.String)"><d:element>14.0.0.0</d:element><d:element>15.0.0.0</d:element></d:SupportedSchemaVersions><d:WebFullUrl>HOST/sites/demo</d:WebFullUrl></d:GetContextWebInformation>"#
    );
}

#[test]
fn what_methods_give_is_a_document() {
    let pumps = Pumps::new();
    let increment = write(&pumps, "POST", "lists/Pumps/items(1)/increment", &json!({"field": "Load"}));
    assert_eq!(increment.status, 400, "4.5 is no whole number: {increment}");
    write(&pumps, "MERGE", "lists/Pumps/items(1)", &json!({"Load": 1})).expect_status(204);
    let increment = write(&pumps, "POST", "lists/Pumps/items(1)/increment", &json!({"field": "Load"}));
    assert_eq!(
        increment.text(),
        format!(
            r#"{DECLARATION}<d:Increment {VALUE} ><d:value m:type="Edm.Int32">2</d:value><d:first m:type="Edm.Int32">2</d:first></d:Increment>"#
        )
        .replace(" >", ">")
    );
    let reserved = pumps.request("POST", "lists/Pumps/ReserveListItemId").send().expect_status(200);
    assert_eq!(
        reserved.text(),
        format!(r#"{DECLARATION}<d:ReserveListItemId {VALUE} m:type="Edm.Int32">2</d:ReserveListItemId>"#)
    );
    let form = json!({"formValues": [{"FieldName": "Title", "FieldValue": "x"}]});
    let form = write(&pumps, "POST", "lists/Pumps/items(1)/validateUpdateListItem", &form).expect_status(200);
    assert_eq!(
        form.text(),
        format!(
            r#"{DECLARATION}<d:ValidateUpdateListItem {VALUE} m:type="Collection(SP.ListItemFormUpdateValue)"><d:element m:type="SP.ListItemFormUpdateValue"><d:ErrorCode m:type="Edm.Int32">0</d:ErrorCode><d:ErrorMessage m:null="true"/><d:FieldName>Title</d:FieldName><d:FieldValue>x</d:FieldValue><d:HasException m:type="Edm.Boolean">false</d:HasException><d:ItemId m:type="Edm.Int32">1</d:ItemId></d:element></d:ValidateUpdateListItem>"#
        )
    );
    let (_, texts) = pumps.get("lists/Pumps/items(1)/FieldValuesAsText?$select=Title,Done");
    assert!(texts.contains(r#"<category term="SP.FieldStringValues" "#), "{texts}");
    assert!(
        texts.contains("<m:properties><d:Title>x</d:Title><d:Done>Yes</d:Done></m:properties>"),
        "{texts}"
    );
}
