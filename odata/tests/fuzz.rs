//! Fuzz targets: whatever arrives, the readers of what clients send neither panic nor take long. `cargo test` runs
//! each for some thousand inputs; `cargo bolero test --test fuzz caml` (of `cargo-bolero`) for as long as one likes,
//! led by what code each input reaches.
#![expect(clippy::unwrap_used, reason = "tests may panic")]

use bolero::check;
use odata::{
    ViewXml, XmlFragment, batch,
    caml::View,
    query::{Expr, QueryOptions},
    soap::SoapCall,
};

/// Which seed, and what is put where.
type Edits = (u8, Vec<(u16, Vec<u8>)>);

/// A seed with some of its bytes replaced, and some put in.
fn edited(seeds: &[&str], (seed, edits): &Edits) -> Vec<u8> {
    let mut bytes = seeds[usize::from(*seed) % seeds.len()].as_bytes().to_vec();
    for (at, new) in edits.iter().take(8) {
        let at = usize::from(*at) % (bytes.len() + 1);
        let end = (at + new.len() / 2).min(bytes.len());
        bytes.splice(at..end, new.iter().take(64).copied());
    }
    bytes
}

#[test]
fn caml() {
    let seeds = [
        "<View Scope='RecursiveAll'><Query><Where><And><Eq><FieldRef Name='Status'/><Value Type='Text'>a</Value></Eq>\
         <In><FieldRef Name='Site' LookupId='TRUE'/><Values><Value Type='Lookup'>1</Value></Values></In></And></Where>\
         <OrderBy><FieldRef Name='ID' Ascending='FALSE'/></OrderBy></Query><RowLimit Paged='TRUE'>30</RowLimit></View>",
        "<Query><Where><Geq><FieldRef Name='Due'/><Value Type='DateTime' IncludeTimeValue='TRUE'><Today OffsetDays='-7'/>\
         </Value></Geq></Where></Query>",
        "<View><ViewFields><FieldRef Name='Title'/></ViewFields><!-- c --><![CDATA[x]]></View>",
    ];
    check!().with_type::<Edits>().for_each(|edits| {
        let text = String::from_utf8_lossy(&edited(&seeds, edits)).into_owned();
        let _ = View::parse(&text);
        let _ = ViewXml::parse(&text);
        let _ = XmlFragment::parse(&text);
    });
}

#[test]
fn batches() {
    const TYPE: &str = "multipart/mixed; boundary=b";
    let seeds = [
        "--b\nContent-Type: multipart/mixed; boundary=\"c\"\n\n--c\nContent-Type: application/http\n\
         Content-Transfer-Encoding: binary\n\nMERGE http://h/_api/web/lists HTTP/1.1\nif-match: \"1\"\n\n{\"Title\":\"x\"}\n\n\
         --c--\n\n--b\nContent-Type: application/http\n\nGET http://h/_api/web HTTP/1.1\naccept: application/json\n\n--b--\n",
        "preamble\r\n--b\r\nContent-Type:application/http\r\n\r\nPOST /_api/lists/A/items HTTP/1.1\r\nContent-Length: 2\
         \r\n\r\n{}\r\n--b--\r\n",
    ];
    check!().with_type::<Edits>().for_each(|edits| {
        // What could be read is read the same once more, as it is printed.
        if let Ok(requests) = batch::parse(TYPE, &edited(&seeds, edits)) {
            let printed = batch::print_requests("again", &requests);
            assert_eq!(batch::parse("multipart/mixed; boundary=again", &printed).unwrap(), requests);
        }
    });
}

#[test]
fn envelopes() {
    const HEAD: &str = "<soap:Envelope xmlns:soap='http://schemas.xmlsoap.org/soap/envelope/'><soap:Body>";
    const TAIL: &str = "</soap:Body></soap:Envelope>";
    let calls = [
        "<GetListItems xmlns='http://schemas.microsoft.com/sharepoint/soap/'><listName>A</listName><query><Query><Where>\
         <IsNull><FieldRef Name='B'/></IsNull></Where></Query></query><rowLimit>5</rowLimit></GetListItems>",
        "<UpdateListItems xmlns='http://schemas.microsoft.com/sharepoint/soap/'><listName>A</listName><updates>\
         <Batch OnError='Return'><Method ID='1' Cmd='Update'><Field Name='ID'>1</Field><Field Name='owshiddenversion'>2\
         </Field><Field Name='Title'>x</Field></Method></Batch></updates></UpdateListItems>",
    ];
    let seeds = calls.map(|call| format!("{HEAD}{call}{TAIL}"));
    check!().with_type::<Edits>().for_each(|edits| {
        let _ =
            SoapCall::parse(Some("text/xml"), None, &edited(&seeds.each_ref().map(String::as_str), edits));
    });
}

#[test]
fn filters_and_options() {
    let seeds = [
        "startswith(Title,'a') and not (Count gt 5 or Site/Title eq null) and year(Due) eq 2026",
        "Id in (1,2,3) or substringof('it''s',Title) eq true",
        "%24select=Id%2CSite%2FTitle&%24expand=Site&%24filter=Due+ge+datetime'2026-01-01T00:00:00Z'&%24top=5",
        "%24skiptoken=Paged%3DTRUE%26p_Title%3Da%26p_ID%3D5&%24orderby=Title+desc,Id&%24inlinecount=allpages",
    ];
    check!().with_type::<Edits>().for_each(|edits| {
        let text = String::from_utf8_lossy(&edited(&seeds, edits)).into_owned();
        if let Ok(filter) = Expr::parse(&text) {
            let _ = Expr::parse(&filter.to_string()).unwrap();
        }
        let _ = QueryOptions::parse(&text);
    });
}
