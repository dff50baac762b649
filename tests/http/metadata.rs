//! Service documents of `_api`, and `$metadata` of both services: whole, well-formed, and without a name that leads
//! nowhere.

use std::collections::{HashMap, HashSet};

use matchlist_tests::{List, Options, Server};
use roxmltree::{Document, Node};
use serde_json::json;

const JSON: &str = "application/json";

/// A site with a field of each type.
fn server() -> Server {
    let server = Server::start(Options::default());
    let sites = server.list_in("/sites/demo", "Sites");
    let other = id(&sites);
    server
        .list_in("/sites/demo", "wash list")
        .text("Text")
        .note("Note")
        .number("Max load")
        .boolean("Done")
        .date_time("Due")
        .choice("State", &["on"])
        .field("Whole", 1, json!({}))
        .field("Cost", 10, json!({}))
        .field("Tags", 15, json!({"Choices": ["hot"]}))
        .field("Link", 11, json!({}))
        .field("Key", 14, json!({}))
        .field("Sum", 17, json!({"Formula": "=[Max load]*2", "OutputType": 9}))
        .field("Site", 7, json!({"LookupList": other}))
        .field("Others", 7, json!({"LookupList": other, "AllowMultipleValues": true}))
        .field("Owner", 20, json!({}))
        .field("Team", 20, json!({"AllowMultipleValues": true}));
    server
}

fn id(list: &List<'_>) -> String {
    list.request("GET", "/Id/$value").header("Accept", "text/plain").send().expect_status(200).text()
}

fn metadata(server: &Server, service: &str) -> String {
    let answer = server.request("GET", &format!("/sites/demo/{service}/$metadata")).send().expect_status(200);
    assert_eq!(answer.header("Content-Type"), Some("application/xml;charset=utf-8"));
    answer.text()
}

#[test]
fn the_service_document_of_the_api_in_each_format() {
    let server = Server::start(Options::default());
    let list = server.list_in("/sites/demo", "Pumps");
    let items = format!("Web/Lists(guid'{}')/Items", id(&list));
    let sets = [
        ("Lists", "Web/Lists"),
        ("Webs", "Web/Webs"),
        ("Fields", "Web/Fields"),
        ("Users", "Web/SiteUsers"),
        ("SP.ListData.PumpsListItems", items.as_str()),
    ];
    let light: Vec<_> = sets.iter().map(|(name, url)| json!({"name": name, "url": url})).collect();
    let base = format!("http://{}/sites/demo/_api", server.address());
    let get = |path: &str, accept: &str| {
        server.request("GET", &format!("/sites/demo/{path}")).header("Accept", accept)
    };
    let minimal = json!({"odata.metadata": format!("{base}/$metadata"), "value": light});
    for path in ["_api", "_api/", "_vti_bin/client.svc/"] {
        assert_eq!(get(path, JSON).send().json(), minimal);
    }
    assert_eq!(get("_api/", "application/json;odata=nometadata").send().json(), json!({"value": light}));
    let urls: Vec<_> = sets.iter().map(|(_, url)| json!(url)).collect();
    let verbose = get("_api/", "application/json;odata=verbose").send();
    assert_eq!(verbose.json(), json!({"d": {"EntitySets": urls}}));
    let mut fourth: Vec<_> =
        sets.iter().map(|(name, url)| json!({"name": name, "kind": "EntitySet", "url": url})).collect();
    fourth.extend(["Web", "Site"].map(|name| json!({"name": name, "kind": "Singleton", "url": name})));
    let v4 = get("_api/", JSON).header("OData-Version", "4.0").send();
    assert_eq!(v4.header("OData-Version"), Some("4.0"));
    assert_eq!(v4.json(), json!({"@odata.context": format!("{base}/$metadata"), "value": fourth}));
    let collections: String = sets
        .iter()
        .map(|(name, url)| {
            format!(r#"<collection href="{url}"><atom:title>{name}</atom:title></collection>"#)
        })
        .collect();
    let atom = get("_api/", "application/atomsvc+xml").send();
    assert_eq!(atom.header("Content-Type"), Some("application/atomsvc+xml;charset=utf-8"));
    assert_eq!(
        atom.text(),
        format!(
            r#"<?xml version="1.0" encoding="utf-8"?><service xml:base="{base}/" xmlns="http://www.w3.org/2007/app" xmlns:atom="http://www.w3.org/2005/Atom"><workspace><atom:title>Default</atom:title>{collections}</workspace></service>"#
        )
    );
    // Each address is one.
    for (name, url) in sets {
        let path = format!("_api/{url}");
        for accept in [JSON, "application/atom+xml"] {
            get(&path, accept).send().expect_status(200);
        }
        assert!(get(&path, JSON).send().json()["value"].is_array(), "{name}");
    }
    for path in ["_api/", "_api/$metadata"] {
        let refused = server.request("POST", &format!("/sites/demo/{path}")).send().expect_status(405);
        assert_eq!(refused.header("Allow"), Some("GET, HEAD, OPTIONS"));
        let known = get(path, JSON).header("If-None-Match", get(path, JSON).send().etag()).send();
        assert_eq!(known.status, 304);
    }
}

#[test]
fn the_metadata_of_list_data_is_whole() {
    let server = server();
    let property = |(name, kind): &(&str, &str)| {
        let nullable = *name != "Id";
        let version = if *name == "Owshiddenversion" { " ConcurrencyMode=\"Fixed\"" } else { "" };
        format!(r#"<Property Name="{name}" Type="Edm.{kind}" Nullable="{nullable}"{version}/>"#)
    };
    let properties = |own: &[(&str, &str)]| -> String {
        let before = [("Id", "Int32"), ("ContentTypeID", "String"), ("Title", "String")];
        let after = [
            ("Modified", "DateTime"),
            ("Created", "DateTime"),
            ("CreatedById", "Int32"),
            ("ModifiedById", "Int32"),
            ("Owshiddenversion", "Int32"),
            ("Version", "String"),
        ];
        before.iter().chain(own).chain(&after).map(property).collect()
    };
    let own = properties(&[
        ("Text", "String"),
        ("Note", "String"),
        ("MaxLoad", "Double"),
        ("Done", "Boolean"),
        ("Due", "DateTime"),
        ("State", "String"),
        ("Whole", "Int32"),
        ("Cost", "Double"),
        ("Tags", "String"),
        ("Link", "String"),
        ("Key", "Guid"),
        ("Sum", "Double"),
        ("SiteId", "Int32"),
        ("OthersId", "String"),
        ("OwnerId", "Int32"),
        ("TeamId", "String"),
    ]);
    let key = r#"<Key><PropertyRef Name="Id"/></Key>"#;
    let space = "Microsoft.SharePoint.DataService";
    let expected = format!(
        concat!(
            r#"<?xml version="1.0" encoding="utf-8"?><edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">"#,
            r#"<edmx:DataServices m:DataServiceVersion="2.0" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">"#,
            r#"<Schema Namespace="{space}" xmlns="http://schemas.microsoft.com/ado/2008/09/edm">"#,
            r#"<EntityType Name="SitesItem">{key}{sites}</EntityType>"#,
            r#"<EntityType Name="WashListItem">{key}{own}<NavigationProperty Name="Site" Relationship="{space}.WashListItem_Site" FromRole="Source" ToRole="Target"/></EntityType>"#,
            r#"<Association Name="WashListItem_Site"><End Role="Source" Type="{space}.WashListItem" Multiplicity="*"/><End Role="Target" Type="{space}.SitesItem" Multiplicity="0..1"/></Association>"#,
            r#"<EntityContainer Name="DemoDataContext" m:IsDefaultEntityContainer="true"><EntitySet Name="Sites" EntityType="{space}.SitesItem"/><EntitySet Name="WashList" EntityType="{space}.WashListItem"/>"#,
            r#"<AssociationSet Name="WashListItem_Site" Association="{space}.WashListItem_Site"><End Role="Source" EntitySet="WashList"/><End Role="Target" EntitySet="Sites"/></AssociationSet>"#,
            r#"</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>"#,
        ),
        space = space,
        key = key,
        sites = properties(&[]),
        own = own,
    );
    assert_eq!(metadata(&server, "_vti_bin/ListData.svc"), expected);
}

#[test]
fn the_metadata_of_both_services_holds_together() {
    let server = server();
    for title in ["2024 plans", "a_b", "Größe ²", "★", "<&>\"'", "wash.list", "x/y"] {
        server.list_in("/sites/demo", title).text(title).number("1st").text("a b").text("A-B");
    }
    for service in ["_api", "_vti_bin/ListData.svc"] {
        let text = metadata(&server, service);
        check(&Document::parse(&text).unwrap());
    }
}

#[test]
fn the_types_of_the_api_have_what_answers_show() {
    let server = server();
    let text = metadata(&server, "_api");
    let document = Document::parse(&text).unwrap();
    let types = properties_of(&document);
    let list = "/sites/demo/_api/lists/wash%20list";
    server.request("POST", &format!("{list}/items")).json(&json!({"Title": "x"})).send().expect_status(201);
    let mut seen = HashSet::new();
    for path in [
        "/sites/demo/_api/web",
        "/sites/demo/_api/site",
        "/sites/demo/_api/web/currentuser",
        list,
        &format!("{list}/rootfolder"),
        &format!("{list}/contenttypes"),
        &format!("{list}/fields"),
        &format!("{list}/items"),
        &format!("{list}/items?$select=*,owshiddenversion,OData__UIVersion"),
    ] {
        let answer = server.request("GET", path).header("Accept", JSON).send().expect_status(200).json();
        let rows = answer["value"].as_array().cloned().unwrap_or_else(|| vec![answer]);
        for row in rows {
            let name = row["odata.type"].as_str().unwrap();
            let known = types.get(name).unwrap_or_else(|| panic!("no type {name}"));
            for property in row.as_object().unwrap().keys().filter(|name| !name.starts_with("odata.")) {
                assert!(known.contains(property.as_str()), "{name} has no {property}");
            }
            seen.insert(name.to_owned());
        }
    }
    for name in ["SP.Data.Wash_x0020_listListItem", "SP.FieldUrl", "SP.FieldLookup", "SP.Folder", "SP.User"] {
        assert!(seen.contains(name), "{name}: {seen:?}");
    }
}

fn named<'a>(node: Node<'a, 'a>, name: &'static str) -> impl Iterator<Item = Node<'a, 'a>> {
    node.descendants().filter(move |n| n.is_element() && n.tag_name().name() == name)
}

fn attribute<'a>(node: Node<'a, 'a>, name: &str) -> &'a str {
    node.attribute(name).unwrap_or_else(|| panic!("no {name} in {:?}", node.tag_name()))
}

fn namespace<'a>(node: Node<'a, 'a>) -> &'a str {
    let schema = node.ancestors().find(|n| n.tag_name().name() == "Schema").unwrap();
    attribute(schema, "Namespace")
}

fn qualified(node: Node<'_, '_>) -> String {
    let (node_name, space) = (node.attribute("Name").unwrap(), namespace_of(node));
    format!("{space}.{node_name}")
}

fn namespace_of(node: Node<'_, '_>) -> String {
    let schema = node.ancestors().find(|n| n.tag_name().name() == "Schema").unwrap();
    schema.attribute("Namespace").unwrap().to_owned()
}

/// The names of the properties of each type, those of its base included.
fn properties_of(document: &Document<'_>) -> HashMap<String, HashSet<String>> {
    let root = document.root_element();
    let own = |node: Node<'_, '_>| -> HashSet<String> {
        let properties = node.children().filter(|n| n.tag_name().name() == "Property");
        properties.map(|p| p.attribute("Name").unwrap().to_owned()).collect()
    };
    let types: HashMap<String, Node<'_, '_>> = root
        .descendants()
        .filter(|n| n.tag_name().name() == "EntityType")
        .map(|node| (qualified(node), node))
        .collect();
    let whole = |node: &Node<'_, '_>| {
        let mut all = own(*node);
        if let Some(base) = node.attribute("BaseType") {
            all.extend(own(types[base]));
        }
        all
    };
    types.iter().map(|(name, node)| (name.clone(), whole(node))).collect()
}

/// What the Entity Data Model demands: identifiers, keys, and that each name leads somewhere.
fn check(document: &Document<'_>) {
    let root = document.root_element();
    let identifier = |name: &str| {
        name.starts_with(char::is_alphabetic) && name.chars().all(|c| c == '_' || c.is_alphanumeric())
    };
    let mut names = HashSet::new();
    for kind in ["EntityType", "ComplexType", "Association", "EntityContainer"] {
        for node in named(root, kind) {
            assert!(identifier(attribute(node, "Name")), "{:?}", node.attribute("Name"));
            assert!(names.insert(qualified(node)), "{} stands twice", qualified(node));
        }
    }
    let types: HashSet<String> =
        named(root, "EntityType").chain(named(root, "ComplexType")).map(qualified).collect();
    for entity in named(root, "EntityType") {
        let mut own = HashSet::new();
        for member in named(entity, "Property").chain(named(entity, "NavigationProperty")) {
            let name = attribute(member, "Name");
            assert!(identifier(name), "{name}");
            assert!(own.insert(name), "{name} stands twice in {}", qualified(entity));
        }
        let keys: Vec<_> = named(entity, "PropertyRef").map(|key| attribute(key, "Name")).collect();
        match entity.attribute("BaseType") {
            Some(base) => assert!(types.contains(base) && keys.is_empty(), "{base}"),
            None => assert_eq!(keys.len(), 1, "{}", qualified(entity)),
        }
        for property in named(entity, "Property") {
            let kind = attribute(property, "Type");
            let inner = kind.strip_prefix("Collection(").and_then(|k| k.strip_suffix(')')).unwrap_or(kind);
            let known = ["String", "Int32", "Double", "Boolean", "DateTime", "Guid"];
            let primitive = inner.strip_prefix("Edm.").is_some_and(|name| known.contains(&name));
            assert!(primitive || types.contains(inner), "{kind}");
            if keys.contains(&attribute(property, "Name")) {
                assert_eq!(property.attribute("Nullable"), Some("false"));
                assert!(primitive, "{kind} is a key");
            }
        }
        for navigation in named(entity, "NavigationProperty") {
            let name = attribute(navigation, "Relationship");
            let association = named(root, "Association").find(|a| qualified(*a) == name);
            let association = association.unwrap_or_else(|| panic!("no association {name}"));
            for role in ["FromRole", "ToRole"] {
                let role = attribute(navigation, role);
                let end = named(association, "End").find(|end| attribute(*end, "Role") == role).unwrap();
                assert!(types.contains(attribute(end, "Type")), "{}", attribute(end, "Type"));
            }
        }
    }
    for container in named(root, "EntityContainer") {
        assert!(!namespace(container).is_empty());
        let sets: HashMap<_, _> = named(container, "EntitySet")
            .map(|set| (attribute(set, "Name"), attribute(set, "EntityType")))
            .collect();
        assert!(sets.values().all(|kind| types.contains(*kind)), "{sets:?}");
        let mut associations = HashSet::new();
        for set in named(container, "AssociationSet") {
            assert!(associations.insert(attribute(set, "Name")));
            let name = attribute(set, "Association");
            let association = named(root, "Association").find(|a| qualified(*a) == name).unwrap();
            for end in named(set, "End") {
                let role =
                    named(association, "End").find(|e| attribute(*e, "Role") == attribute(end, "Role"));
                assert_eq!(sets[attribute(end, "EntitySet")], attribute(role.unwrap(), "Type"));
            }
        }
    }
    let defaults = named(root, "EntityContainer").filter(|container| {
        container.attributes().any(|a| a.name() == "IsDefaultEntityContainer" && a.value() == "true")
    });
    assert_eq!(defaults.count(), 1);
}
