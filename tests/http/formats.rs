//! Formats: the exact bytes of each kind of answer in verbose, minimalmetadata, nometadata and OData 4.
//!
//! What differs from run to run is replaced: `HOST`, `LIST`, `TYPE`, `GUID` (the item's), `FIELD`, and `TIME`.

use matchlist_tests::{Options, Request, Response, Server};
use serde_json::{Value, json};

const VERBOSE: &str = "application/json;odata=verbose";
const MINIMAL: &str = "application/json;odata=minimalmetadata";
const PLAIN: &str = "application/json;odata=nometadata";

/// Pumps, with a Number and one item, on `/sites/demo`.
struct Pumps {
    server: Server,
    known: Vec<(String, &'static str)>,
}

impl Pumps {
    fn new() -> Pumps {
        let server = Server::start(Options::default());
        let list = server.list_in("/sites/demo", "Pumps").number("Pressure");
        list.item(json!({"Title": "P-101", "Pressure": 4.5}));
        let id = |under: &str, name: &str| {
            let read = list.request("GET", under).header("Accept", PLAIN).send().json();
            read[name].as_str().unwrap().to_owned()
        };
        let known = vec![
            (format!("http://{}", server.address()), "HOST"),
            (id("", "Id"), "LIST"),
            (id("/contenttypes('0x01')", "StringId"), "TYPE"),
            (id("/items(1)", "GUID"), "GUID"),
            (id("/fields/getbytitle('Pressure')", "Id"), "FIELD"),
        ];
        Pumps { server, known }
    }

    fn request(&self, method: &str, under: &str) -> Request<'_> {
        self.server.request(method, &format!("/sites/demo/_api/{under}"))
    }

    fn get(&self, under: &str, accept: &str) -> String {
        self.redacted(&self.request("GET", under).header("Accept", accept).send())
    }

    fn get_v4(&self, under: &str, accept: &str) -> String {
        self.redacted(
            &self.request("GET", under).header("Accept", accept).header("OData-Version", "4.0").send(),
        )
    }

    fn redacted(&self, answer: &Response) -> String {
        let replace = |text: String, (value, name): &(String, &str)| text.replace(value, name);
        without_times(&self.known.iter().fold(answer.text(), replace))
    }
}

fn without_times(text: &str) -> String {
    const SHAPE: &[u8] = b"9999-99-99T99:99:99Z";
    let is_time = |bytes: &[u8]| {
        bytes.iter().zip(SHAPE).all(|(b, s)| if *s == b'9' { b.is_ascii_digit() } else { b == s })
    };
    let found = text.as_bytes().windows(SHAPE.len()).position(is_time);
    found.map_or_else(
        || text.to_owned(),
        |at| format!("{}TIME{}", &text[..at], without_times(&text[at + SHAPE.len()..])),
    )
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

const ITEM: &str = r#""FileSystemObjectType":0,"Id":1,"ServerRedirectedEmbedUri":null,"ServerRedirectedEmbedUrl":"","ContentTypeId":"TYPE","Title":"P-101","Pressure":4.5,"ComplianceAssetId":null,"ID":1,"Modified":"TIME","Created":"TIME","AuthorId":1,"EditorId":1,"OData__UIVersionString":"1.0","Attachments":false,"GUID":"GUID""#;
const CONTROL: &str = r#""odata.type":"SP.Data.PumpsListItem","odata.id":"GUID","odata.etag":"\"1\"","odata.editLink":"Web/Lists(guid'LIST')/Items(1)""#;
const METADATA: &str = "HOST/sites/demo/_api/$metadata#SP.ListData.PumpsListItems";

#[test]
fn an_item_in_each_format() {
    let pumps = Pumps::new();
    let item = "lists/Pumps/items(1)";
    assert_eq!(pumps.get(item, PLAIN), format!("{{{ITEM}}}"));
    let minimal = format!(r#"{{"odata.metadata":"{METADATA}/@Element",{CONTROL},{ITEM}}}"#);
    assert_eq!(pumps.get(item, MINIMAL), minimal);
    let v4 = minimal
        .replace("odata.metadata", "odata.context")
        .replace("\"odata.", "\"@odata.")
        .replace("\"SP.Data", "\"#SP.Data");
    assert_eq!(pumps.get_v4(item, "application/json"), v4);
    assert_eq!(pumps.get_v4(item, "application/json;odata.metadata=none"), format!("{{{ITEM}}}"));

    let verbose = value(&pumps.get(item, VERBOSE));
    let uri = "HOST/sites/demo/_api/Web/Lists(guid'LIST')/Items(1)";
    let metadata = json!({"id": "GUID", "uri": uri, "etag": "\"1\"", "type": "SP.Data.PumpsListItem"});
    assert_eq!(verbose["d"]["__metadata"], metadata);
    let (links, rest): (Vec<_>, Vec<_>) =
        verbose["d"].as_object().unwrap().iter().skip(1).partition(|(_, v)| v.get("__deferred").is_some());
    for name in ["AttachmentFiles", "ContentType", "FieldValuesAsText", "ParentList", "Versions"] {
        let link = json!({"__deferred": {"uri": format!("{uri}/{name}")}});
        assert!(links.contains(&(&name.to_owned(), &link)), "{name}: {links:?}");
    }
    let plain = value(&format!("{{{ITEM}}}"));
    assert_eq!(rest, plain.as_object().unwrap().iter().collect::<Vec<_>>(), "in this order");
    assert_eq!(verbose.as_object().unwrap().len(), 1);
}

#[test]
fn a_collection_and_an_empty_one_in_each_format() {
    let pumps = Pumps::new();
    let (all, none) = ("lists/Pumps/items", "lists/Pumps/items?$filter=Id%20gt%201");
    assert_eq!(pumps.get(all, PLAIN), format!(r#"{{"value":[{{{ITEM}}}]}}"#));
    assert_eq!(pumps.get(none, PLAIN), r#"{"value":[]}"#);
    let open = format!(r#"{{"odata.metadata":"{METADATA}","value":["#);
    assert_eq!(pumps.get(all, MINIMAL), format!("{open}{{{CONTROL},{ITEM}}}]}}"));
    assert_eq!(pumps.get(none, MINIMAL), format!("{open}]}}"));
    assert_eq!(pumps.get_v4(none, "*/*"), format!("{}]}}", open.replace("odata.metadata", "@odata.context")));
    assert_eq!(pumps.get(none, VERBOSE), r#"{"d":{"results":[]}}"#);
    let verbose = value(&pumps.get(all, VERBOSE));
    let single = value(&pumps.get("lists/Pumps/items(1)", VERBOSE));
    assert_eq!(verbose, json!({"d": {"results": [single["d"]]}}));
}

#[test]
fn a_selection_in_each_format() {
    let pumps = Pumps::new();
    let (one, all) = ("lists/Pumps/items(1)?$select=Title,Id", "lists/Pumps/items?%24select=Title%2CId");
    let selected = r#""Title":"P-101","Id":1"#;
    assert_eq!(pumps.get(one, PLAIN), format!("{{{selected}}}"));
    let element = format!("{METADATA}/@Element&$select=Title,Id");
    assert_eq!(pumps.get(one, MINIMAL), format!(r#"{{"odata.metadata":"{element}",{CONTROL},{selected}}}"#));
    let set = format!("{METADATA}&$select=Title,Id");
    let minimal = format!(r#"{{"odata.metadata":"{set}","value":[{{{CONTROL},{selected}}}]}}"#);
    assert_eq!(pumps.get(all, MINIMAL), minimal);
    let verbose = value(&pumps.get(one, VERBOSE));
    let names: Vec<&String> = verbose["d"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["__metadata", "Title", "Id"]);
}

#[test]
fn a_list_and_the_lists_in_each_format() {
    let pumps = Pumps::new();
    let mut plain = value(&pumps.get("lists/Pumps", PLAIN));
    let token = plain["CurrentChangeToken"]["StringValue"].take();
    assert!(token.as_str().unwrap().starts_with("1;3;LIST;"), "{token}");
    let expected = value(
        r#"{
        "AllowContentTypes": true, "BaseTemplate": 100, "BaseType": 0, "ContentTypesEnabled": false,
        "CrawlNonDefaultViews": false, "Created": "TIME", "CurrentChangeToken": {"StringValue": null},
        "DefaultContentApprovalWorkflowId": "00000000-0000-0000-0000-000000000000",
        "DefaultItemOpenUseListSetting": false, "Description": "", "Direction": "none",
        "DisableCommenting": false, "DisableGridEditing": false, "DocumentTemplateUrl": null,
        "DraftVersionVisibility": 0, "EnableAttachments": true, "EnableFolderCreation": false,
        "EnableMinorVersions": false, "EnableModeration": false, "EnableVersioning": true,
        "EntityTypeName": "PumpsList", "ForceCheckout": false, "HasExternalDataSource": false,
        "Hidden": false, "Id": "LIST", "ImagePath": {"DecodedUrl": "/_layouts/15/images/itgen.png"},
        "ImageUrl": "/_layouts/15/images/itgen.png", "IrmEnabled": false, "IrmExpire": false,
        "IrmReject": false, "IsApplicationList": false, "IsCatalog": false, "IsPrivate": false,
        "ItemCount": 1, "LastItemDeletedDate": "TIME", "LastItemModifiedDate": "TIME",
        "LastItemUserModifiedDate": "TIME", "ListExperienceOptions": 0,
        "ListItemEntityTypeFullName": "SP.Data.PumpsListItem", "MajorVersionLimit": 50,
        "MajorWithMinorVersionsLimit": 0, "MatchlistStrict": "off", "MultipleDataList": false,
        "NoCrawl": false, "OnQuickLaunch": false, "ParentWebPath": {"DecodedUrl": "/sites/demo"},
        "ParentWebUrl": "/sites/demo", "ParserDisabled": false, "ServerTemplateCanCreateFolders": true,
        "TemplateFeatureId": "00bfea71-de22-43b2-a848-c05709900100", "Title": "Pumps",
        "ValidationFormula": null, "ValidationMessage": null}"#,
    );
    assert_eq!(plain, expected);

    let uri = "HOST/sites/demo/_api/Web/Lists(guid'LIST')";
    let api = "HOST/sites/demo/_api/$metadata#SP.ApiData.Lists";
    let control = r#""odata.type":"SP.List","odata.id":"HOST/sites/demo/_api/Web/Lists(guid'LIST')","odata.etag":"\"2\"","odata.editLink":"Web/Lists(guid'LIST')""#;
    let minimal = pumps.get("lists/Pumps?$select=Title", MINIMAL);
    let element = format!("{api}/@Element&$select=Title");
    assert_eq!(minimal, format!(r#"{{"odata.metadata":"{element}",{control},"Title":"Pumps"}}"#));
    let all = pumps.get("web/lists?$select=Title", MINIMAL);
    assert_eq!(all, format!(r#"{{"odata.metadata":"{api}","value":[{{{control},"Title":"Pumps"}}]}}"#));

    let verbose = value(&pumps.get("lists/Pumps", VERBOSE));
    let metadata = json!({"id": uri, "uri": uri, "etag": "\"2\"", "type": "SP.List"});
    assert_eq!(verbose["d"]["__metadata"], metadata);
    assert_eq!(verbose["d"]["Items"], json!({"__deferred": {"uri": format!("{uri}/Items")}}));
    for (name, plain) in expected.as_object().unwrap().iter().filter(|(_, plain)| !plain.is_object()) {
        assert_eq!(verbose["d"][name], *plain, "{name}");
    }
    let folder = json!({"__metadata": {"type": "SP.ResourcePath"}, "DecodedUrl": "/sites/demo"});
    assert_eq!(verbose["d"]["ParentWebPath"], folder);
    assert_eq!(verbose["d"]["CurrentChangeToken"]["__metadata"], json!({"type": "SP.ChangeToken"}));
    let selected = pumps.get("web/lists?$select=Title", VERBOSE);
    assert_eq!(value(&selected), json!({"d": {"results": [{"__metadata": metadata, "Title": "Pumps"}]}}));
}

#[test]
fn a_field_and_the_fields_in_each_format() {
    let pumps = Pumps::new();
    let field = "lists/Pumps/fields/getbytitle('Pressure')";
    let mut plain = value(&pumps.get(field, PLAIN));
    let schema = plain["SchemaXml"].take();
    let schema = schema.as_str().unwrap();
    assert!(schema.starts_with("<Field Type=\"Number\" Name=\"Pressure\""), "{schema}");
    assert!(schema.contains(" ID=\"{FIELD}\" "), "{schema}");
    assert_eq!(
        (plain["MaximumValue"].take(), plain["MinimumValue"].take()),
        (json!(f64::MAX), json!(f64::MIN))
    );
    let expected = value(
        r#"{
        "AutoIndexed": false, "CanBeDeleted": true,
        "ClientSideComponentId": "00000000-0000-0000-0000-000000000000",
        "ClientSideComponentProperties": null, "ClientValidationFormula": null,
        "ClientValidationMessage": null, "CustomFormatter": null, "DefaultFormula": null,
        "DefaultValue": null, "Description": "", "Direction": "none", "EnforceUniqueValues": false,
        "EntityPropertyName": "Pressure", "Filterable": true, "FromBaseType": false,
        "Group": "Custom Columns", "Hidden": false, "Id": "FIELD", "Indexed": false, "IndexStatus": 0,
        "InternalName": "Pressure", "IsModern": false, "JSLink": "clienttemplates.js",
        "PinnedToFiltersPane": false, "ReadOnlyField": false, "Required": false, "SchemaXml": null,
        "Scope": "/sites/demo/Lists/Pumps", "Sealed": false, "ShowInFiltersPane": 0, "Sortable": true,
        "StaticName": "Pressure", "Title": "Pressure", "FieldTypeKind": 9, "TypeAsString": "Number",
        "TypeDisplayName": "Number", "TypeShortDescription": "Number (1, 1.0, 100)",
        "ValidationFormula": null, "ValidationMessage": null, "CommaSeparator": true,
        "CustomUnitName": null, "CustomUnitOnRight": false, "DisplayFormat": -1, "MaximumValue": null,
        "MinimumValue": null, "ShowAsPercentage": false, "Unit": null}"#,
    );
    assert_eq!(plain, expected);
    let link = "Web/Lists(guid'LIST')/Fields(guid'FIELD')";
    let uri = format!("HOST/sites/demo/_api/{link}");
    let minimal = value(&pumps.get(&format!("{field}?$select=Title"), MINIMAL));
    let context = "HOST/sites/demo/_api/$metadata#SP.ApiData.Fields/@Element&$select=Title";
    assert_eq!(
        minimal,
        json!({"odata.metadata": context, "odata.type": "SP.FieldNumber", "odata.id": uri, "odata.editLink": link,
            "Title": "Pressure"})
    );
    let listed = pumps.get("lists/Pumps/fields?$filter=Title%20eq%20'Pressure'&$select=Title", VERBOSE);
    let metadata = json!({"id": uri, "uri": uri, "type": "SP.FieldNumber"});
    assert_eq!(value(&listed), json!({"d": {"results": [{"__metadata": metadata, "Title": "Pressure"}]}}));
}

#[test]
fn an_error_in_each_format() {
    let pumps = Pumps::new();
    let (code, text) = (
        "-2130575338, System.ArgumentException",
        "Item does not exist. It may have been deleted by another user.",
    );
    let missing = "lists/Pumps/items(9)";
    let light = json!({"odata.error": {"code": code, "message": {"lang": "en-US", "value": text}}});
    let verbose = json!({"error": light["odata.error"]});
    for (accept, expected) in [(PLAIN, &light), (MINIMAL, &light), ("*/*", &light), (VERBOSE, &verbose)] {
        assert_eq!(value(&pumps.get(missing, accept)), *expected, "{accept}");
    }
    assert_eq!(value(&pumps.get_v4(missing, "*/*")), json!({"error": {"code": code, "message": text}}));
    let problem =
        pumps.request("GET", missing).header("Accept", "application/problem+json, application/json");
    let problem = problem.send().expect_status(404);
    assert_eq!(problem.header("Content-Type"), Some("application/problem+json"));
    let about =
        json!({"type": "about:blank", "title": "Not Found", "status": 404, "detail": text, "code": code});
    assert_eq!(problem.json(), about);
}

#[test]
fn contextinfo_in_each_format() {
    let pumps = Pumps::new();
    let info = |accept: &str| {
        let answer = pumps.request("POST", "contextinfo").header("Accept", accept).send().expect_status(200);
        let mut info = value(&pumps.redacted(&answer));
        let path = if accept == VERBOSE {
            "/d/GetContextWebInformation/FormDigestValue"
        } else {
            "/FormDigestValue"
        };
        let digest = info.pointer_mut(path).map(Value::take).unwrap_or_default();
        let (hex, date) = digest.as_str().unwrap().split_once(',').unwrap();
        assert!(hex.starts_with("0x") && hex.len() == 66 && date.ends_with(" -0000"), "{digest}");
        info
    };
    let site = "HOST/sites/demo";
    let plain = json!({"FormDigestTimeoutSeconds": 1800, "FormDigestValue": null,
        "LibraryVersion": "16.0.7730.1208", "SiteFullUrl": site,
        "SupportedSchemaVersions": ["14.0.0.0", "15.0.0.0"], "WebFullUrl": site});
    assert_eq!(info(PLAIN), plain);
    let mut minimal = plain.clone();
    minimal["odata.metadata"] = json!("HOST/sites/demo/_api/$metadata#SP.ContextWebInformation");
    assert_eq!(info("application/json"), minimal);
    let mut verbose = plain;
    verbose["__metadata"] = json!({"type": "SP.ContextWebInformation"});
    verbose["SupportedSchemaVersions"] =
        json!({"__metadata": {"type": "Collection(Edm.String)"}, "results": ["14.0.0.0", "15.0.0.0"]});
    assert_eq!(info(VERBOSE), json!({"d": {"GetContextWebInformation": verbose}}));
}

#[test]
fn accept_decides_the_format_and_content_type_tells_it() {
    let pumps = Pumps::new();
    let minimal = "application/json;odata=minimalmetadata;streaming=true;charset=utf-8";
    let plain = "application/json;odata=nometadata;streaming=true;charset=utf-8";
    let verbose = "application/json;odata=verbose;charset=utf-8";
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";
    for (accept, expected) in [
        (None, minimal),
        (Some("*/*"), minimal),
        (Some("application/json"), minimal),
        (Some("application/json, text/javascript, */*; q=0.01"), minimal),
        (Some(browser), minimal),
        (Some("application/json;odata=fullmetadata"), minimal),
        (Some("application/json;odata=everything"), minimal),
        (Some("application/json;odata="), minimal),
        (Some(MINIMAL), minimal),
        (Some(PLAIN), plain),
        (Some("application/json; odata=nometadata"), plain),
        (Some(VERBOSE), verbose),
        (Some("application/json; OData=Verbose"), verbose),
        (Some("application/json;odata=nometadata;q=0.5, application/json;odata=verbose"), verbose),
    ] {
        for path in
            ["lists/Pumps/items", "lists/Pumps/items(1)", "lists/Pumps", "web/lists", "lists/Pumps/items(9)"]
        {
            let mut request = pumps.request("GET", path);
            if let Some(accept) = accept {
                request = request.header("Accept", accept);
            }
            let answer = request.send();
            assert_eq!(answer.header("Content-Type"), Some(expected), "{accept:?} {path}");
            assert_eq!(answer.json().get("d").is_some(), expected == verbose && !path.ends_with("(9)"));
        }
    }
    for (accept, expected) in [
        ("application/json", "application/json;odata.metadata=minimal;odata.streaming=true;charset=utf-8"),
        (
            "application/json;odata=nometadata",
            "application/json;odata.metadata=none;odata.streaming=true;charset=utf-8",
        ),
    ] {
        let answer = pumps
            .request("GET", "lists/Pumps")
            .header("OData-Version", "4.0")
            .header("Accept", accept)
            .send();
        assert_eq!(answer.header("Content-Type"), Some(expected));
    }
    for accept in ["application/xml", "application/atom+xml", "text/html", "image/png"] {
        let refused = pumps.request("GET", "lists/Pumps").header("Accept", accept).send().expect_status(406);
        assert_eq!(refused.header("Content-Type"), Some("application/xml;charset=utf-8"));
        let text = "<m:message xml:lang=\"en-US\">The HTTP header ACCEPT is missing or its value is invalid.</m:message>";
        assert!(refused.text().contains(text), "{refused}");
    }
}

#[test]
fn the_body_s_format_is_its_own_and_not_the_answer_s() {
    let pumps = Pumps::new();
    let body = json!({"__metadata": {"type": "SP.Data.PumpsListItem"}, "Title": "verbose in"});
    let request =
        pumps.request("POST", "lists/Pumps/items").header("Accept", PLAIN).header("Content-Type", VERBOSE);
    let added = request.json(&body).send().expect_status(201).json();
    assert_eq!((&added["Title"], added.get("d")), (&json!("verbose in"), None));
    let request =
        pumps.request("POST", "lists/Pumps/items").header("Accept", VERBOSE).header("Content-Type", PLAIN);
    let added = request.json(&json!({"Title": "light in"})).send().expect_status(201).json();
    assert_eq!(added["d"]["Title"], "light in");
}
