//! What errors quote of a client's text: short and printable.

/// The most characters that an error quotes.
const LONGEST: usize = 200;

/// The text with control characters escaped, cut to a printable length.
pub(crate) fn excerpt(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(LONGEST));
    let mut rest = text.chars();
    for c in rest.by_ref().take(LONGEST) {
        if c.is_control() { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    if rest.next().is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_short_text_as_it_is_and_cuts_long_text_between_characters() {
        assert_eq!(excerpt("Bob's ü"), "Bob's ü");
        assert_eq!(excerpt("a\r\nb\0\u{85}"), r"a\r\nb\u{0}\u{85}");
        assert_eq!(excerpt(&"ü".repeat(200)), "ü".repeat(200));
        assert_eq!(excerpt(&"ü".repeat(201)), format!("{}…", "ü".repeat(200)));
    }
}
