//! An error's body in XML, for whoever asks for XML alone.

use super::field::escape_xml;

/// The body that tells a code and a message.
pub(super) fn error_xml(code: &str, message: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><m:error xmlns:m=\"http://schemas.microsoft.com/ado/2007/08/dataservices/metadata\"><m:code>{}</m:code><m:message xml:lang=\"en-US\">{}</m:message></m:error>",
        escape_xml(code),
        escape_xml(message)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_errors_are_well_formed() {
        assert!(
            error_xml("-1", "a < b & \"c\"")
                .contains("<m:message xml:lang=\"en-US\">a &lt; b &amp; &quot;c&quot;</m:message>")
        );
    }
}
