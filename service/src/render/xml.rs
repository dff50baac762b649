//! XML documents, written by quick-xml.

use std::borrow::Cow;

use quick_xml::{
    Writer,
    escape::escape,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event, attributes::Attribute},
    name::QName,
};

/// A document that is being written.
pub(crate) struct Xml(Writer<Vec<u8>>);

/// An attribute: its name and its value as it is meant.
pub(crate) type Attr<'a> = (&'a str, &'a str);

impl Xml {
    /// A document with nothing in it but its declaration.
    pub(crate) fn new() -> Self {
        let mut xml = Self(Writer::new(Vec::with_capacity(1024)));
        xml.put(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)));
        xml
    }

    /// Begins an element.
    pub(crate) fn open(&mut self, name: &str, attributes: &[Attr<'_>]) {
        self.put(Event::Start(start(name, attributes)));
    }

    /// Ends an element.
    pub(crate) fn close(&mut self, name: &str) {
        self.put(Event::End(BytesEnd::new(name)));
    }

    /// An element without content.
    pub(crate) fn empty(&mut self, name: &str, attributes: &[Attr<'_>]) {
        self.put(Event::Empty(start(name, attributes)));
    }

    /// An element that holds a text.
    pub(crate) fn text(&mut self, name: &str, attributes: &[Attr<'_>], text: &str) {
        let mut start = start(name, attributes);
        if text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace) {
            start.push_attribute(("xml:space", "preserve"));
        }
        self.put(Event::Start(start));
        self.put(Event::Text(BytesText::from_escaped(escaped(text))));
        self.close(name);
    }

    /// What is XML already.
    pub(crate) fn raw(&mut self, xml: &str) {
        self.put(Event::Text(BytesText::from_escaped(xml)));
    }

    /// A part of a document, without a declaration.
    pub(crate) fn part() -> Self {
        Self(Writer::new(Vec::new()))
    }

    /// The document's text.
    pub(crate) fn finish(self) -> String {
        String::from_utf8(self.0.into_inner()).unwrap_or_default()
    }

    fn put(&mut self, event: Event<'_>) {
        // A vector takes all that is written to it.
        let _ = self.0.write_event(event);
    }
}

fn start<'a>(name: &'a str, attributes: &[Attr<'a>]) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (name, value) in attributes {
        let value = match escaped(value) {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
        start.push_attribute(Attribute { key: QName(name.as_bytes()), value });
    }
    start
}

/// A text as it stands in XML. What no document can hold, as parts of an address in a message may, becomes the
/// character that stands for such.
fn escaped(text: &str) -> Cow<'_, str> {
    let is_special = |c: char| matches!(c, '\t' | '\n' | '\r') || !is_char(c);
    // Attributes stand in double quotes.
    let escaped = match escape(text) {
        Cow::Owned(text) => Cow::Owned(text.replace("&apos;", "'")),
        plain => plain,
    };
    if !escaped.contains(is_special) {
        return escaped;
    }
    let mut out = String::with_capacity(escaped.len() + 16);
    for c in escaped.chars() {
        match c {
            // Parsers would read others of these for what they are.
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            c if is_char(c) => out.push(c),
            _ => out.push('\u{fffd}'),
        }
    }
    out.into()
}

/// XML 1.0's `Char`.
const fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_is_read() {
        let text = " a < b & \"c\" 'd' > \t\r\n ü \u{10ffff}";
        let mut xml = Xml::new();
        xml.open("a", &[("b", text)]);
        xml.text("c", &[], text);
        xml.empty("d", &[]);
        xml.close("a");
        let written = xml.finish();
        let document = roxmltree::Document::parse(&written).unwrap();
        let root = document.root_element();
        assert_eq!(
            (root.attribute("b"), root.first_element_child().unwrap().text()),
            (Some(text), Some(text))
        );
        assert!(written.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?><a "), "{written}");
    }

    #[test]
    fn what_no_document_holds_is_replaced() {
        let mut xml = Xml::new();
        xml.text("a", &[("b", "\u{1}")], "x\u{0}\u{ffff}");
        let written = xml.finish();
        let document = roxmltree::Document::parse(&written).unwrap();
        assert_eq!(document.root_element().text(), Some("x\u{fffd}\u{fffd}"));
    }
}
