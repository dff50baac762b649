//! Reads: the service document, entities, feeds, values; queries with the names that titles make.

use serde_json::{Value, json};

use super::{SERVICE, Wash, item, north};

#[test]
fn the_service_document_names_a_set_for_each_list() {
    let wash = Wash::new();
    for path in ["/sites/demo/_vti_bin/ListData.svc", "/sites/demo/_VTI_BIN/listdata.svc/"] {
        let json = wash.server.request("GET", path).header("Accept", "application/json;odata=verbose").send();
        assert_eq!(json.json(), json!({"d": {"EntitySets": ["Sites", "WashList"]}}));
        assert_eq!(json.header("Content-Type"), Some("application/json;charset=utf-8"));
        assert_eq!(json.header("DataServiceVersion"), Some("2.0;"));
        for accept in ["*/*", "application/atomsvc+xml, application/xml"] {
            let atom = wash.server.request("GET", path).header("Accept", accept).send().expect_status(200);
            assert_eq!(atom.header("Content-Type"), Some("application/atomsvc+xml;charset=utf-8"));
            assert_eq!(
                wash.redacted(&atom),
                r#"<?xml version="1.0" encoding="utf-8"?><service xml:base="HOST/" xmlns="http://www.w3.org/2007/app" xmlns:atom="http://www.w3.org/2005/Atom"><workspace><atom:title>Default</atom:title><collection href="Sites"><atom:title>Sites</atom:title></collection><collection href="WashList"><atom:title>WashList</atom:title></collection></workspace></service>"#
            );
        }
    }
}

#[test]
fn an_entity_in_json() {
    let wash = Wash::new();
    assert_eq!(wash.get("WashList(1)"), json!({"d": item()}));
    assert_eq!(wash.get("WashList(Id=1)"), json!({"d": item()}));
    let answer = wash.request("GET", "WashList(1)").send();
    assert_eq!(answer.header("Content-Type"), Some("application/json;charset=utf-8"));
    assert_eq!((answer.etag(), answer.header("DataServiceVersion")), ("W/\"1\"", Some("2.0;")));
    let known = wash.request("GET", "WashList(1)").header("If-None-Match", "W/\"1\"").send();
    assert_eq!(known.status, 304);
}

#[test]
fn an_entity_in_atom_which_is_the_default() {
    let wash = Wash::new();
    let properties = r#"<d:Id m:type="Edm.Int32">1</d:Id><d:ContentTypeID>TYPE</d:ContentTypeID><d:Title>a &lt; b</d:Title><d:MaxLoad m:type="Edm.Double">4.5</d:MaxLoad><d:Done m:type="Edm.Boolean">true</d:Done><d:Due m:type="Edm.DateTime">2024-05-01T08:00:00Z</d:Due><d:Tags>hot;#spare</d:Tags><d:Link>https://x.test/, X</d:Link><d:Key m:type="Edm.Guid">7c1d0b52-0000-4000-8000-0000000000ab</d:Key><d:SiteId m:type="Edm.Int32">1</d:SiteId><d:SitesId>1</d:SitesId><d:OwnerId m:type="Edm.Int32">1</d:OwnerId><d:Modified m:type="Edm.DateTime">TIME</d:Modified><d:Created m:type="Edm.DateTime">TIME</d:Created><d:CreatedById m:type="Edm.Int32">1</d:CreatedById><d:ModifiedById m:type="Edm.Int32">1</d:ModifiedById><d:Owshiddenversion m:type="Edm.Int32">1</d:Owshiddenversion><d:Version>1.0</d:Version>"#;
    let root = r#"xml:base="HOST/" xmlns="http://www.w3.org/2005/Atom" xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata""#;
    let entry = |root: &str| {
        format!(
            r#"<entry {root}m:etag="W/&quot;1&quot;"><id>HOST/WashList(1)</id><category term="Microsoft.SharePoint.DataService.WashListItem" scheme="http://schemas.microsoft.com/ado/2007/08/dataservices/scheme"/><link rel="edit" href="WashList(1)"/><link rel="http://schemas.microsoft.com/ado/2007/08/dataservices/related/Site" type="application/atom+xml;type=entry" title="Site" href="WashList(1)/Site"/><title/><updated>TIME</updated><author><name/></author><content type="application/xml"><m:properties>{properties}</m:properties></content></entry>"#
        )
    };
    let declaration = r#"<?xml version="1.0" encoding="utf-8"?>"#;
    assert_eq!(wash.get_atom("WashList(1)"), format!("{declaration}{}", entry(&format!("{root} "))));
    let feed = format!(
        r#"{declaration}<feed {root}><m:count>1</m:count><id>HOST/WashList</id><title type="text">WashList</title><updated>TIME</updated>{}</feed>"#,
        entry("")
    );
    assert_eq!(wash.get_atom("WashList?$inlinecount=allpages"), feed);
    let default = wash.server.request("GET", &format!("{SERVICE}/WashList(1)")).send().expect_status(200);
    assert_eq!(default.header("Content-Type"), Some("application/atom+xml;type=entry;charset=utf-8"));
    assert_eq!((default.etag(), default.header("DataServiceVersion")), ("W/\"1\"", Some("2.0;")));
}

#[test]
fn a_set_is_filtered_ordered_selected_and_paged_by_its_names() {
    let wash = Wash::new();
    for title in ["b", "c"] {
        let body = json!({"Title": title, "MaxLoad": 1, "SiteId": null});
        wash.request("POST", "WashList").json(&body).send().expect_status(201);
    }
    let titles = |query: &str| -> Vec<Value> {
        let found = wash.get(&format!("WashList?{query}"));
        found["d"]["results"].as_array().unwrap().iter().map(|row| row["Title"].clone()).collect()
    };
    assert_eq!(titles("$orderby=Title%20desc"), ["c", "b", "a < b"]);
    for (filter, expected) in [
        ("MaxLoad gt 4", vec!["a < b"]),
        ("Done eq true and Site/Title eq 'North'", vec!["a < b"]),
        ("Due eq datetime'2024-05-01T08:00:00'", vec!["a < b"]),
        ("year(Due) eq 2024", vec!["a < b"]),
        ("SiteId eq null and startswith(Title,'c')", vec!["c"]),
        ("not (Id eq 1 or substringof('C',Title))", vec!["b"]),
        ("CreatedById eq 1 and Owshiddenversion eq 1", vec!["a < b", "b", "c"]),
        ("Key eq guid'7c1d0b52-0000-4000-8000-0000000000ab'", vec!["a < b"]),
        ("Title in ('b','c')", vec!["b", "c"]),
    ] {
        assert_eq!(titles(&format!("$filter={}", filter.replace(' ', "%20"))), expected, "{filter}");
    }
    assert_eq!(titles("$skip=1&$top=1"), ["b"]);
    let first =
        wash.get("WashList?$select=Title,MaxLoad&$top=2&$inlinecount=allpages&$orderby=MaxLoad%20desc");
    let row = |id: u8, title: &str, load: Value| {
        json!({
            "__metadata": {
                "uri": format!("HOST/WashList({id})"), "etag": "W/\"1\"",
                "type": "Microsoft.SharePoint.DataService.WashListItem",
            },
            "Title": title, "MaxLoad": load,
            "Site": {"__deferred": {"uri": format!("HOST/WashList({id})/Site")}},
        })
    };
    let next = "HOST/WashList?%24skiptoken=Paged%3DTRUE%26p_Max_x0020_load%3D1%26p_ID%3D2&$select=Title,MaxLoad&$top=2&$inlinecount=allpages&$orderby=MaxLoad%20desc";
    let expected = json!({"d": {
        "results": [row(1, "a < b", json!(4.5)), row(2, "b", json!(1))], "__count": "3", "__next": next,
    }});
    assert_eq!(first, expected);
    let under = next.strip_prefix("HOST/").unwrap();
    let second = wash.get(under);
    assert_eq!(second, json!({"d": {"results": [row(3, "c", json!(1))], "__count": "3"}}));
    let count = wash.request("GET", "WashList/$count?$filter=MaxLoad%20eq%201").send().expect_status(200);
    assert_eq!(
        (count.header("Content-Type"), count.text().as_str()),
        (Some("text/plain;charset=utf-8"), "2")
    );
    assert_eq!(wash.get("WashList?$filter=Id%20eq%2099"), json!({"d": {"results": []}}));
}

#[test]
fn a_lookup_is_expanded_whole_or_in_part_and_read_at_its_address() {
    let wash = Wash::new();
    let mut expanded = item();
    expanded["Site"] = north();
    assert_eq!(wash.get("WashList(1)?$expand=Site"), json!({"d": expanded}));
    let part = wash.get("WashList?$select=Title,Site/Title&$expand=Site");
    let row = &part["d"]["results"][0];
    assert_eq!(
        row,
        &json!({
            "__metadata": item()["__metadata"], "Title": "a < b",
            "Site": {"__metadata": north()["__metadata"], "Title": "North"},
        })
    );
    assert_eq!(wash.get("WashList(1)/Site"), json!({"d": north()}));
    let atom = wash.get_atom("WashList(1)?$select=Id&$expand=Site");
    let inline = r#"title="Site" href="WashList(1)/Site"><m:inline><entry m:etag="W/&quot;1&quot;"><id>HOST/Sites(1)</id>"#;
    assert!(atom.contains(inline), "{atom}");
    wash.request("MERGE", "WashList(1)").json(&json!({"SiteId": null})).send().expect_status(204);
    assert_eq!(wash.get("WashList(1)?$select=Site&$expand=Site")["d"]["Site"], Value::Null);
    assert!(
        wash.get_atom("WashList(1)?$select=Id&$expand=Site")
            .contains(r#"href="WashList(1)/Site"><m:inline/></link>"#)
    );
    wash.request("GET", "WashList(1)/Site").send().expect_status(404);
    let link = wash.get("WashList(1)?$select=Site");
    let uri = "HOST/WashList(1)/Site";
    assert_eq!(link["d"]["Site"], json!({"__deferred": {"uri": uri}}));
    assert_eq!(link["d"].get("Title"), None);
}

#[test]
fn a_value_by_its_address() {
    let wash = Wash::new();
    for (under, expected) in [
        ("Title", json!({"d": {"Title": "a < b"}})),
        ("Due", json!({"d": {"Due": "/Date(1714550400000)/"}})),
        ("Tags", json!({"d": {"Tags": "hot;#spare"}})),
        ("Owshiddenversion", json!({"d": {"Owshiddenversion": 1}})),
        ("ContentTypeID", json!({"d": {"ContentTypeID": "TYPE"}})),
    ] {
        assert_eq!(wash.get(&format!("WashList(1)/{under}")), expected);
    }
    let namespaces = r#"xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata""#;
    assert_eq!(
        wash.get_atom("WashList(1)/Done"),
        format!(
            r#"<?xml version="1.0" encoding="utf-8"?><d:Done {namespaces} m:type="Edm.Boolean">true</d:Done>"#
        )
    );
    let raw = wash.request("GET", "WashList(1)/MaxLoad/$value").send().expect_status(200);
    assert_eq!((raw.header("Content-Type"), raw.text().as_str()), (Some("text/plain;charset=utf-8"), "4.5"));
}
