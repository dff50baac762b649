//! Envelopes, good and bad.

use proptest::prelude::*;

use super::*;

const TYPE: Option<&str> = Some("text/xml;charset='utf-8'");

fn envelope(body: &str) -> String {
    format!(
        "<soap:Envelope xmlns:soap='http://schemas.xmlsoap.org/soap/envelope/'><soap:Body>{body}</soap:Body>\
         </soap:Envelope>"
    )
}

fn operation(name: &str, inner: &str) -> String {
    envelope(&format!("<{name} xmlns='{LISTS_NAMESPACE}' >{inner}</{name}>"))
}

fn parse(text: &str) -> Result<SoapCall, SoapError> {
    SoapCall::parse(TYPE, None, text.as_bytes())
}

fn items(inner: &str) -> Result<SoapQuery, SoapError> {
    match parse(&operation("GetListItems", &format!("<listName>Pumps</listName>{inner}")))? {
        SoapCall::Read(SoapRead::Items(ListKey::Title(title), query)) if title == "Pumps" => Ok(*query),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_query_is_read_from_elements_and_from_text() {
    let as_elements = "<query><Query><Where><Eq><FieldRef Name='Title'/><Value Type='Text'>a &amp; b</Value></Eq>\
        </Where></Query></query><viewFields><ViewFields><FieldRef Name='Title'/></ViewFields></viewFields>\
        <rowLimit>2</rowLimit><queryOptions><QueryOptions><Paging \
        ListItemCollectionPositionNext='Paged=TRUE&amp;p_ID=2'/><Folder/></QueryOptions></queryOptions>";
    let query = items(as_elements).unwrap();
    let as_text = "<query>&lt;Query&gt;&lt;Where&gt;&lt;Eq&gt;&lt;FieldRef Name='Title'/&gt;&lt;Value \
        Type='Text'&gt;a &amp;amp; b&lt;/Value&gt;&lt;/Eq&gt;&lt;/Where&gt;&lt;/Query&gt;</query>\
        <viewFields><![CDATA[<ViewFields><FieldRef Name='Title'/></ViewFields>]]></viewFields>\
        <rowLimit> 2 </rowLimit><queryOptions><![CDATA[<QueryOptions><Paging \
        ListItemCollectionPositionNext='Paged=TRUE&amp;p_ID=2'/></QueryOptions>]]></queryOptions>";
    assert_eq!(items(as_text).unwrap(), query);
    assert!(query.has_query && query.caml.filter.is_some());
    assert_eq!((query.row_limit, query.caml.fields), (Some(2), Some(vec!["Title".to_owned()])));
    assert_eq!(query.paging.unwrap().token.id, 2);
    assert_eq!(items("<viewName></viewName><query/><rowLimit/>").unwrap(), SoapQuery::default());
}

#[test]
fn a_list_is_named_by_its_title_or_its_guid() {
    let named = |name: &str| parse(&operation("GetList", &format!("<listName>{name}</listName>")));
    let id = Uuid::from_u128(0x7c1d_0b52_0000_4000_8000_0000_0000_00ab);
    for name in [format!("{{{}}}", id.to_string().to_uppercase()), id.to_string()] {
        assert_eq!(named(&name), Ok(SoapCall::Read(SoapRead::List(ListKey::Id(id)))));
    }
    assert_eq!(named(" A &amp; B "), Ok(SoapCall::Read(SoapRead::List(ListKey::Title("A & B".into())))));
    assert!(matches!(named(" "), Err(SoapError::Parameter { name: "listName", .. })));
}

#[test]
fn methods_are_read_with_their_conditions() {
    let updates = |batch: &str| {
        parse(&operation("UpdateListItems", &format!("<listName>P</listName><updates>{batch}</updates>")))
    };
    let batch = "<Batch OnError='Return'><Method ID='1' Cmd='New'><Field Name='Title'>a</Field><Field \
        Name='ID'>New</Field></Method><Method ID='2' Cmd='update'><Field Name='ID'>7</Field><Field \
        Name='owshiddenversion'>3</Field><Field Name='Note'>&lt;b&gt;<![CDATA[&]]></Field></Method><Method ID='3' \
        Cmd='Delete'><Field Name='ID'>8</Field></Method></Batch>";
    let SoapCall::Update(found) = updates(batch).unwrap() else { panic!() };
    let commands: Vec<_> = found.methods.iter().map(|method| method.command).collect();
    assert!(!found.continues);
    assert_eq!(commands, [SoapCommand::New, SoapCommand::Update(7, Some(3)), SoapCommand::Delete(8, None)]);
    assert_eq!(found.methods[1].fields, [("Note".to_owned(), "<b>&".to_owned())]);
    for (batch, said) in [
        ("", "a <Batch> of methods"),
        ("<Method/>", "a <Batch> of methods"),
        ("<Batch><x/></Batch>", "nothing else"),
        ("<Batch><Method ID='1' Cmd='Move'/></Batch>", "New, Update or Delete"),
        ("<Batch><Method ID='1' Cmd='Update'/></Batch>", "the item's Id"),
        ("<Batch><Method ID='1' Cmd='Delete'><Field Name='ID'>x</Field></Method></Batch>", "the item's Id"),
        ("<Batch><Method Cmd='New'><Field Name='A'><b/></Field></Method></Batch>", "escaped"),
        ("<Batch><Method Cmd='New'><Field>1</Field></Method></Batch>", "nothing else"),
        (
            "<Batch><Method Cmd='Delete'><Field Name='ID'>1</Field><Field Name='owshiddenversion'/></Method></Batch>",
            "no version",
        ),
        (&format!("<Batch>{}</Batch>", "<Method Cmd='New'/>".repeat(201)), "200 methods"),
    ] {
        let refused = updates(batch).unwrap_err().to_string();
        assert!(refused.contains(said), "{batch:.80}: {refused}");
    }
}

#[test]
fn headers_have_to_agree() {
    let text = operation("GetListCollection", "");
    let with = |content_type, action| SoapCall::parse(content_type, action, text.as_bytes());
    for action in [
        None,
        Some("\"\""),
        Some("http://schemas.microsoft.com/sharepoint/soap/GetListCollection"),
        Some("\"http://schemas.microsoft.com/sharepoint/soap/GetListCollection\""),
    ] {
        assert_eq!(with(TYPE, action), Ok(SoapCall::Read(SoapRead::Lists)));
    }
    for action in ["http://schemas.microsoft.com/sharepoint/soap/GetList", "GetListCollection"] {
        assert!(matches!(with(TYPE, Some(action)), Err(SoapError::Action(_))), "{action}");
    }
    for good in ["text/xml", "text/xml; charset=utf-8", "TEXT/XML;charset=\"UTF-8\"", "application/xml"] {
        assert!(with(Some(good), None).is_ok(), "{good}");
    }
    for bad in ["text/plain", "application/soap+xml", "text/xml;charset=latin1", ""] {
        assert_eq!(with(Some(bad), None), Err(SoapError::Type), "{bad}");
    }
    assert_eq!(with(None, None), Err(SoapError::Type));
}

#[test]
fn what_is_no_envelope_is_refused() {
    let laughs =
        format!("<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]>{}", operation("GetList", "&b;"));
    let deep = operation("GetList", &format!("{}{}", "<a>".repeat(1000), "</a>".repeat(1000)));
    for text in ["", " ", "{}", "<a", "a", &laughs, &deep] {
        assert!(matches!(parse(text), Err(SoapError::Xml(_))), "{text:.80}");
    }
    for text in ["<Envelope/>", &envelope("")] {
        assert_eq!(parse(text), Err(SoapError::NotEnvelope), "{text}");
    }
    for text in [operation("AddList", ""), envelope("<GetListCollection/>")] {
        assert!(matches!(parse(&text), Err(SoapError::Operation(_))), "{text}");
    }
    let header = operation("GetListCollection", "")
        .replace("<soap:Body>", "<soap:Header><x soap:mustUnderstand='1'/></soap:Header><soap:Body>");
    assert_eq!(parse(&header), Err(SoapError::Header("x".into())));
    assert!(SoapCall::parse(TYPE, None, b"\xff\xfe").is_err());
    assert!(matches!(items("<query><Query><Where><Nope/></Where></Query></query>"), Err(SoapError::Caml(_))));
    assert!(matches!(items("<query>&lt;x</query>"), Err(SoapError::Caml(_))));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text: String, bytes: Vec<u8>) {
        let _ = SoapCall::parse(TYPE, Some(&text), &bytes);
        let _ = parse(&text);
        for name in ["GetListItems", "UpdateListItems", "GetList"] {
            let _ = parse(&operation(name, &text));
            let _ = parse(&operation(name, &format!("<listName>x</listName><query>{text}</query><updates>{text}</updates>")));
        }
    }

    #[test]
    fn no_pieces_of_envelopes_make_it_panic(pieces in proptest::collection::vec(0..12_usize, 0..24)) {
        const PIECES: [&str; 12] = [
            "<listName>x</listName>", "<query>", "</query>", "<Query/>", "<updates>", "</updates>", "<Batch>", "</Batch>",
            "<Method Cmd='New' ID='1'/>", "&lt;", "<![CDATA[<Batch/>]]>", "<queryOptions><QueryOptions/></queryOptions>",
        ];
        let text: String = pieces.into_iter().map(|at| PIECES[at]).collect();
        let _ = parse(&operation("UpdateListItems", &text));
        let _ = parse(&operation("GetListItems", &text));
    }
}
