//! Answers of Lists.asmx: SOAP 1.1 envelopes with rows, results, lists and faults.

mod list;
mod row;

pub(crate) use list::{soap_list, soap_lists};
pub(crate) use row::{SoapRows, soap_row};

use odata::soap::LISTS_NAMESPACE;
use store::model::Item;

use super::{Reply, xml::Xml};

/// The type of every answer.
pub(super) const SOAP_TYPE: &str = "text/xml; charset=utf-8";

const ENVELOPE: &[(&str, &str)] = &[
    ("xmlns:soap", "http://schemas.xmlsoap.org/soap/envelope/"),
    ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
    ("xmlns:xsd", "http://www.w3.org/2001/XMLSchema"),
];

/// The prefixes of rows.
const ROWS: &[(&str, &str)] = &[
    ("xmlns:s", "uuid:BDC6E3F0-6DA3-11d1-A2A3-00AA00C14882"),
    ("xmlns:dt", "uuid:C2F41010-65B3-11d1-A29F-00AA00C14882"),
    ("xmlns:rs", "urn:schemas-microsoft-com:rowset"),
    ("xmlns:z", "#RowsetSchema"),
];

/// What became of one method of an `UpdateListItems`.
pub(crate) struct MethodResult {
    /// `1,Update`.
    pub(crate) id: String,
    /// SharePoint's number and the message, where it failed.
    pub(crate) error: Option<(u32, String)>,
    /// The item after it, or the one that it met, as XML.
    pub(crate) row: String,
}

/// `GetListItems`: rows, and where the next ones begin.
pub(crate) fn soap_items(rows: &SoapRows<'_>, items: &[Item], next: Option<&str>) -> Reply {
    answer("GetListItems", |xml| {
        xml.open("listitems", ROWS);
        let count = items.len().to_string();
        let mut attributes = vec![("ItemCount", count.as_str())];
        attributes.extend(next.map(|next| ("ListItemCollectionPositionNext", next)));
        xml.open("rs:data", &attributes);
        for item in items {
            rows.write(xml, item);
        }
        xml.close("rs:data");
        xml.close("listitems");
    })
}

/// `UpdateListItems`.
pub(crate) fn soap_results(results: &[MethodResult]) -> Reply {
    answer("UpdateListItems", |xml| {
        xml.open("Results", &[]);
        for MethodResult { id, error, row } in results {
            xml.open("Result", &[("ID", id.as_str()), ROWS[3]]);
            xml.text("ErrorCode", &[], &number(error.as_ref().map_or(0, |(code, _)| *code)));
            if let Some((_, text)) = error {
                xml.text("ErrorText", &[], text);
            }
            xml.raw(row);
            xml.close("Result");
        }
        xml.close("Results");
    })
}

/// What is told of a refusal.
pub(super) fn fault(code: u32, message: &str) -> String {
    let own = [("xmlns", LISTS_NAMESPACE)];
    let mut xml = opened();
    xml.open("soap:Fault", &[]);
    xml.text("faultcode", &[], "soap:Server");
    xml.text(
        "faultstring",
        &[],
        "Exception of type 'Microsoft.SharePoint.SoapServer.SoapServerException' was thrown.",
    );
    xml.open("detail", &[]);
    xml.text("errorstring", &own, message);
    xml.text("errorcode", &own, &number(code));
    xml.close("detail");
    xml.close("soap:Fault");
    closed(xml)
}

/// `0x81020015`.
fn number(code: u32) -> String {
    format!("0x{code:08x}")
}

fn opened() -> Xml {
    let mut xml = Xml::new();
    xml.open("soap:Envelope", ENVELOPE);
    xml.open("soap:Body", &[]);
    xml
}

fn closed(mut xml: Xml) -> String {
    xml.close("soap:Body");
    xml.close("soap:Envelope");
    xml.finish()
}

/// The answer of an operation, with what is written in its result.
fn answer(operation: &str, write: impl FnOnce(&mut Xml)) -> Reply {
    let (response, result) = (format!("{operation}Response"), format!("{operation}Result"));
    let mut xml = opened();
    xml.open(&response, &[("xmlns", LISTS_NAMESPACE)]);
    xml.open(&result, &[]);
    write(&mut xml);
    xml.close(&result);
    xml.close(&response);
    let reply = Reply::new(200).with("Content-Type", SOAP_TYPE);
    Reply { body: closed(xml).into_bytes(), ..reply }
}
