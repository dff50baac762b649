//! Envelopes as trees become calls.

use roxmltree::{Document, Node, ParsingOptions};
use uuid::Uuid;

use super::{
    LISTS_NAMESPACE, MAX_METHODS, MAX_SOAP_BYTES, SoapCall, SoapCommand, SoapError, SoapMethod, SoapQuery,
    SoapRead, SoapUpdates,
};
use crate::caml::{MAX_DEPTH, PagingInfo, View};
use crate::check_xml;
use crate::excerpt::excerpt;
use crate::path::ListKey;

const ENVELOPE: &str = "http://schemas.xmlsoap.org/soap/envelope/";
/// How many nodes an envelope may have.
const NODES: u32 = 200_000;
/// How many elements stand round the CAML of a query.
const ROUND: usize = 4;

pub(super) fn call(body: &[u8]) -> Result<SoapCall, SoapError> {
    if body.len() > MAX_SOAP_BYTES {
        return Err(xml("it is too long"));
    }
    let text = str::from_utf8(body).map_err(|_| xml("it is not UTF-8"))?;
    let text = text.trim_start_matches('\u{feff}').trim();
    with_document(text, |document| {
        let envelope = document.root_element();
        if !envelope.has_tag_name((ENVELOPE, "Envelope")) {
            return Err(SoapError::NotEnvelope);
        }
        let part = |name| elements(envelope).find(move |node| node.has_tag_name((ENVELOPE, name)));
        if let Some(header) = part("Header").and_then(|header| elements(header).find(must_be_understood)) {
            return Err(SoapError::Header(excerpt(header.tag_name().name())));
        }
        let body = part("Body").ok_or(SoapError::NotEnvelope)?;
        // What follows the first is of other messages (SOAP 1.1, section 5).
        operation(elements(body).next().ok_or(SoapError::NotEnvelope)?)
    })
}

fn with_document<T>(
    text: &str,
    work: impl FnOnce(&Document<'_>) -> Result<T, SoapError>,
) -> Result<T, SoapError> {
    check_xml(text, MAX_DEPTH + ROUND).map_err(|reason| xml(&reason))?;
    let options = ParsingOptions { nodes_limit: NODES, ..ParsingOptions::default() };
    work(&Document::parse_with_options(text, options).map_err(|error| xml(&error.to_string()))?)
}

fn operation(node: Node<'_, '_>) -> Result<SoapCall, SoapError> {
    let name = node.tag_name().name();
    if node.tag_name().namespace() != Some(LISTS_NAMESPACE) {
        return Err(SoapError::Operation(excerpt(name)));
    }
    Ok(match name {
        "GetListItems" => {
            let list = list(node, "GetListItems")?;
            SoapCall::Read(SoapRead::Items(list, Box::new(query(node)?)))
        }
        "GetList" => SoapCall::Read(SoapRead::List(list(node, "GetList")?)),
        "GetListCollection" => SoapCall::Read(SoapRead::Lists),
        "UpdateListItems" => SoapCall::Update(updates(node)?),
        _ => return Err(SoapError::Operation(excerpt(name))),
    })
}

/// A list by its title, or by its GUID in braces or without.
fn list(node: Node<'_, '_>, operation: &'static str) -> Result<ListKey, SoapError> {
    let missing = SoapError::Parameter { operation, name: "listName", expected: "a list's title or GUID" };
    let name = text_of(node, "listName").ok_or(missing)?;
    Ok(guid(&name).map_or(ListKey::Title(name), ListKey::Id))
}

fn guid(text: &str) -> Option<Uuid> {
    let bare = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    if bare.len() == 36 { Uuid::try_parse(bare).ok() } else { None }
}

fn query(node: Node<'_, '_>) -> Result<SoapQuery, SoapError> {
    let wrong = |name, expected| SoapError::Parameter { operation: "GetListItems", name, expected };
    let view = match text_of(node, "viewName") {
        Some(name) => Some(guid(&name).ok_or_else(|| wrong("viewName", "a view's GUID"))?),
        None => None,
    };
    let row_limit = match text_of(node, "rowLimit") {
        Some(rows) => Some(rows.parse().map_err(|_| wrong("rowLimit", "a whole number"))?),
        None => None,
    };
    let (query, fields) = (inner_xml(node, "query"), inner_xml(node, "viewFields"));
    let caml = View::parse(&format!("<View>{query}{fields}</View>"))?;
    let mut found =
        SoapQuery { view, has_query: !query.is_empty(), caml, row_limit, paging: None, folder: None };
    let options = inner_xml(node, "queryOptions");
    if !options.is_empty() {
        with_document(&options, |document| {
            for option in elements(document.root_element()) {
                match option.tag_name().name() {
                    "Paging" => {
                        let next = attribute(option, "ListItemCollectionPositionNext");
                        let next = next.filter(|next| !next.is_empty());
                        found.paging = next.map_or(Ok(None), PagingInfo::parse)?;
                    }
                    "Folder" => found.folder = own_text(option),
                    _ => {}
                }
            }
            Ok(())
        })?;
    }
    Ok(found)
}

fn updates(node: Node<'_, '_>) -> Result<SoapUpdates, SoapError> {
    let wrong = |expected| SoapError::Parameter { operation: "UpdateListItems", name: "updates", expected };
    let list = list(node, "UpdateListItems")?;
    let batch = inner_xml(node, "updates");
    if batch.is_empty() {
        return Err(wrong("a <Batch> of methods"));
    }
    with_document(&batch, |document| {
        let batch = document.root_element();
        if !batch.tag_name().name().eq_ignore_ascii_case("Batch") {
            return Err(wrong("a <Batch> of methods"));
        }
        if elements(batch).count() > MAX_METHODS {
            return Err(wrong("a <Batch> of 200 methods at most"));
        }
        let continues = attribute(batch, "OnError").is_none_or(|on| !on.eq_ignore_ascii_case("Return"));
        let methods = elements(batch).map(method).collect::<Result<_, _>>()?;
        Ok(SoapUpdates { list: list.clone(), continues, methods })
    })
}

fn method(node: Node<'_, '_>) -> Result<SoapMethod, SoapError> {
    let id = attribute(node, "ID").unwrap_or_default().to_owned();
    let wrong = |reason| SoapError::Method { id: excerpt(&id), reason };
    if !node.tag_name().name().eq_ignore_ascii_case("Method") {
        return Err(wrong("a batch holds <Method> and nothing else"));
    }
    let (mut item, mut version, mut fields) = (None, None, Vec::<(String, String)>::new());
    for field in elements(node) {
        let name = attribute(field, "Name").filter(|name| !name.is_empty());
        let name = name.filter(|_| field.tag_name().name().eq_ignore_ascii_case("Field"));
        let name = name.ok_or_else(|| wrong("it holds <Field Name='…'> and nothing else"))?;
        if elements(field).next().is_some() {
            return Err(wrong("a field holds a text; markup in it has to be escaped"));
        }
        let text: String = field.children().filter_map(|child| child.text()).collect();
        if name.eq_ignore_ascii_case("ID") {
            item = Some(text.trim().to_owned());
        } else if name.eq_ignore_ascii_case("owshiddenversion") {
            let read = text.trim().parse::<u64>();
            // One that cannot be read must not mean "overwrite".
            version = Some(read.map_err(|_| wrong("its owshiddenversion is no version"))?);
        } else if fields.iter().any(|(known, _)| known == name) {
            return Err(wrong("a field is there twice"));
        } else {
            fields.push((name.to_owned(), text));
        }
    }
    let item = || {
        let id = item.as_deref().and_then(|id| id.parse::<i64>().ok());
        id.ok_or_else(|| wrong("it needs <Field Name='ID'> with the item's Id"))
    };
    let command = attribute(node, "Cmd").unwrap_or_default();
    let command = if command.eq_ignore_ascii_case("New") {
        SoapCommand::New
    } else if command.eq_ignore_ascii_case("Update") {
        SoapCommand::Update(item()?, version)
    } else if command.eq_ignore_ascii_case("Delete") {
        SoapCommand::Delete(item()?, version)
    } else {
        return Err(wrong("its Cmd has to be New, Update or Delete"));
    };
    Ok(SoapMethod { id, command, fields })
}

fn elements<'a, 'i>(node: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(Node::is_element)
}

fn must_be_understood(header: &Node<'_, '_>) -> bool {
    header.attribute((ENVELOPE, "mustUnderstand")).is_some_and(|must| matches!(must.trim(), "1" | "true"))
}

/// An attribute, whose name is read in any case.
fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attributes().find(|found| found.name().eq_ignore_ascii_case(name)).map(|found| found.value())
}

fn parameter<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    elements(node).find(|child| child.tag_name().name() == name)
}

/// A parameter's text, where there is any.
fn text_of(node: Node<'_, '_>, name: &str) -> Option<String> {
    parameter(node, name).and_then(own_text)
}

fn own_text(node: Node<'_, '_>) -> Option<String> {
    let text: String = node.children().filter_map(|child| child.text()).collect();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The XML within a parameter, which stands there as elements or as text.
fn inner_xml(node: Node<'_, '_>, name: &str) -> String {
    let Some(parameter) = parameter(node, name) else { return String::new() };
    let source = node.document().input_text();
    match elements(parameter).next() {
        Some(element) => source.get(element.range()).unwrap_or_default().to_owned(),
        None => own_text(parameter).unwrap_or_default(),
    }
}

fn xml(reason: &str) -> SoapError {
    SoapError::Xml(reason.to_owned())
}
