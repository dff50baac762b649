//! The XML of views: `<View Scope="RecursiveAll"><Query>…</Query><ViewFields>…</ViewFields></View>`.
//!
//! ```text
//! view   = <View [Scope]> query? fields? limit? sums? </View>             ; in any order, others are ignored
//! query  = <Query> fragment </Query>
//! fields = <ViewFields> *( <FieldRef Name="…"/> ) </ViewFields>
//! limit  = <RowLimit [Paged="TRUE"]> number </RowLimit>
//! sums   = <Aggregations [Value="On"]> fragment </Aggregations>
//! ```
//!
//! What a query means is not read here, but in `caml`. Documents with a DTD are refused, so that there
//! are no entities but XML's own.

use roxmltree::{Document, Node, ParsingOptions};

use crate::check_xml;

/// How many characters, nodes and levels the XML of a view may have.
const LENGTH: usize = 100_000;
const NODES: u32 = 20_000;
const DEPTH: u32 = 100;

/// Why a text is no XML of a view, a clause for the client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ViewXmlError(String);

/// The content of an element: well-formed by itself, and not too deep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct XmlFragment(String);

/// Which items of folders a view shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ViewScope {
    /// The items and folders of one folder.
    #[default]
    Default,
    /// The items of all folders.
    Recursive,
    /// The items of all folders, and these.
    RecursiveAll,
    /// The items of one folder.
    FilesOnly,
}

/// The parts of a view that its XML holds. What the XML lacks is empty, or as in a new view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewXml {
    /// What stands in `<Query>`.
    pub query: XmlFragment,
    /// The InternalNames of its fields.
    pub fields: Vec<String>,
    /// How many rows a page has, at least 1, where that is said.
    pub row_limit: Option<u32>,
    /// Whether there are further pages.
    pub paged: bool,
    /// Which items it shows.
    pub scope: ViewScope,
    /// What stands in `<Aggregations>`, if there is one.
    pub aggregations: Option<XmlFragment>,
    /// Whether the `Value` of `<Aggregations>` says that they are shown.
    pub aggregations_on: bool,
}

impl ViewXmlError {
    fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl ViewScope {
    const ALL: [Self; 4] = [Self::Default, Self::Recursive, Self::RecursiveAll, Self::FilesOnly];

    /// The number in `SP.View`'s `Scope`.
    #[must_use]
    pub const fn number(self) -> u32 {
        self as u32
    }

    /// The scope of that number.
    #[must_use]
    pub fn from_number(number: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| u64::from(scope.number()) == number)
    }

    /// The text of the attribute `Scope`; empty for the default.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "",
            Self::Recursive => "Recursive",
            Self::RecursiveAll => "RecursiveAll",
            Self::FilesOnly => "FilesOnly",
        }
    }
}

impl XmlFragment {
    /// Checks the content of an element.
    ///
    /// # Errors
    /// Where it is not well-formed, too long or too deep.
    pub fn parse(text: &str) -> Result<Self, ViewXmlError> {
        let text = text.trim();
        if text.len() > LENGTH {
            return Err(ViewXmlError::new(format!("it is longer than {LENGTH} bytes")));
        }
        parse_document(&format!("<F>{text}</F>"), |_| Ok(Self(text.to_owned())))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ViewXml {
    /// Reads a view's XML.
    ///
    /// # Errors
    /// Where it is none.
    pub fn parse(text: &str) -> Result<Self, ViewXmlError> {
        let text = text.trim().trim_start_matches('\u{feff}');
        if text.len() > LENGTH {
            return Err(ViewXmlError::new(format!("it is longer than {LENGTH} bytes")));
        }
        parse_document(text, |view| {
            if !is(view, "View") {
                return Err(ViewXmlError::new("its root is not <View>"));
            }
            let mut xml = Self {
                query: XmlFragment::default(),
                fields: Vec::new(),
                row_limit: None,
                paged: false,
                scope: scope(view)?,
                aggregations: None,
                aggregations_on: false,
            };
            let mut seen: Vec<&str> = Vec::new();
            for child in elements(view) {
                let name = child.tag_name().name();
                if !["Query", "ViewFields", "RowLimit", "Aggregations"].contains(&name) {
                    continue;
                }
                if seen.contains(&name) {
                    return Err(ViewXmlError::new(format!("it has more than one <{name}>")));
                }
                seen.push(name);
                match name {
                    "Query" => xml.query = content(text, child)?,
                    "ViewFields" => {
                        let names = elements(child).filter(|f| is(*f, "FieldRef")).map(field_name);
                        xml.fields = names.collect::<Result<_, _>>()?;
                    }
                    "RowLimit" => {
                        xml.row_limit = Some(row_limit(child)?);
                        xml.paged = attribute(child, "Paged").is_some_and(|p| p.eq_ignore_ascii_case("true"));
                    }
                    _ => {
                        xml.aggregations = Some(content(text, child)?);
                        xml.aggregations_on =
                            attribute(child, "Value").is_some_and(|value| value.eq_ignore_ascii_case("on"));
                    }
                }
            }
            Ok(xml)
        })
    }
}

/// Parses a document within the limits, and reads its root.
fn parse_document<T>(
    text: &str,
    read: impl FnOnce(Node<'_, '_>) -> Result<T, ViewXmlError>,
) -> Result<T, ViewXmlError> {
    check_xml(text, usize::MAX).map_err(ViewXmlError::new)?;
    let options = ParsingOptions { nodes_limit: NODES, ..ParsingOptions::default() };
    let document =
        Document::parse_with_options(text, options).map_err(|e| ViewXmlError::new(e.to_string()))?;
    // Parents stand before their children.
    let mut depths: Vec<u32> = Vec::new();
    for node in document.root().descendants() {
        let above = node.parent().and_then(|parent| depths.get(parent.id().get_usize())).copied();
        let depth = above.map_or(0, |above| above + 1);
        if depth > DEPTH {
            return Err(ViewXmlError::new(format!("its elements stand more than {DEPTH} deep")));
        }
        depths.push(depth);
    }
    read(document.root_element())
}

fn elements<'a, 'i>(node: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(Node::is_element)
}

fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.tag_name().name() == name
}

fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attribute(name).map(str::trim)
}

fn field_name(node: Node<'_, '_>) -> Result<String, ViewXmlError> {
    match attribute(node, "Name") {
        Some(name) if !name.is_empty() => Ok(name.to_owned()),
        _ => Err(ViewXmlError::new("a <FieldRef> has no Name")),
    }
}

fn scope(view: Node<'_, '_>) -> Result<ViewScope, ViewXmlError> {
    let name = attribute(view, "Scope").unwrap_or_default();
    let known = ViewScope::ALL.into_iter().find(|scope| scope.name().eq_ignore_ascii_case(name));
    known.ok_or_else(|| ViewXmlError::new("its Scope is none of Recursive, RecursiveAll and FilesOnly"))
}

fn row_limit(node: Node<'_, '_>) -> Result<u32, ViewXmlError> {
    let number = node.text().and_then(|text| text.trim().parse::<i32>().ok()).filter(|n| *n > 0);
    number
        .and_then(|n| u32::try_from(n).ok())
        .ok_or_else(|| ViewXmlError::new("its RowLimit is no whole number of at least 1"))
}

/// The text within an element, which must be well-formed without what stands round it.
fn content(text: &str, node: Node<'_, '_>) -> Result<XmlFragment, ViewXmlError> {
    let start = node.first_child().map(|child| child.range().start);
    let end = node.last_child().map(|child| child.range().end);
    let (Some(start), Some(end)) = (start, end) else { return Ok(XmlFragment::default()) };
    XmlFragment::parse(text.get(start..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(xml: &str, reason: &str) {
        let found = ViewXml::parse(xml).unwrap_err().to_string();
        assert!(found.contains(reason), "{found}");
    }

    #[test]
    fn the_parts_of_a_view_are_read() {
        let xml = "\u{feff}<?xml version='1.0'?><View Name='x' Scope='recursiveall'><Query><Where><Eq>\
                   <FieldRef Name='A'/><Value Type='Text'>&lt;&#33;<![CDATA[<]]></Value></Eq></Where></Query>\
                   <ViewFields><FieldRef Name='LinkTitle'/><FieldRef Name=' A '/></ViewFields>\
                   <RowLimit Paged='true'> 7 </RowLimit><Aggregations Value='On'><FieldRef Name='A' Type='SUM'/>\
                   </Aggregations><Toolbar/></View>";
        let view = ViewXml::parse(xml).unwrap();
        assert_eq!(
            view.query.as_str(),
            "<Where><Eq><FieldRef Name='A'/><Value Type='Text'>&lt;&#33;<![CDATA[<]]></Value></Eq></Where>"
        );
        assert_eq!(view.fields, ["LinkTitle", "A"]);
        assert_eq!((view.row_limit, view.paged, view.scope), (Some(7), true, ViewScope::RecursiveAll));
        assert_eq!(view.aggregations.unwrap().as_str(), "<FieldRef Name='A' Type='SUM'/>");
        assert!(view.aggregations_on);
        let empty = ViewXml::parse("<View><Query/></View>").unwrap();
        assert_eq!((empty.query.as_str(), empty.row_limit, empty.aggregations), ("", None, None));
    }

    #[test]
    fn what_is_no_view_is_refused() {
        refused("", "root");
        refused("<View", "");
        refused("<Query/>", "root is not <View>");
        refused("<View Scope='All'/>", "Scope");
        refused("<View><RowLimit>0</RowLimit></View>", "RowLimit");
        refused("<View><RowLimit>many</RowLimit></View>", "RowLimit");
        refused("<View><ViewFields><FieldRef ID='x'/></ViewFields></View>", "no Name");
        refused("<View><Query/><Query/></View>", "more than one <Query>");
        refused("<View xmlns:a='b'><Query><a:Where/></Query></View>", "namespace");
        refused("<!DOCTYPE v [<!ENTITY a 'x'>]><View>&a;</View>", "DTD");
        refused(&format!("<View>{}</View>", "x".repeat(LENGTH)), "longer");
        refused(&format!("<View>{}</View>", "<a/>".repeat(20_000)), "nodes");
        for depth in [101, 1_000, 12_000] {
            refused(&format!("<View>{}{}</View>", "<a>".repeat(depth), "</a>".repeat(depth)), "");
        }
    }

    #[test]
    fn a_fragment_cannot_leave_its_element() {
        for text in
            ["</F>", "</F><F>", "<a>", "&no;", "<!DOCTYPE a>", "<?xml version='1.0'?>", "a & b", "\u{1}"]
        {
            assert!(XmlFragment::parse(text).is_err(), "{text}");
        }
        assert_eq!(XmlFragment::parse(" a &amp; <b/> ").unwrap().as_str(), "a &amp; <b/>");
    }
}
