//! The headers of a request within a batch.

use super::BatchForm;
use crate::request::RawHeaders;

/// The headers that are of the connection, the caller or the program, whatever a request within says of them: what
/// decided who calls, and where the service is, cannot be said anew.
const OF_THE_WHOLE: [&str; 10] = [
    "host",
    "forwarded",
    "origin",
    "authorization",
    "x-requestdigest",
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-forwarded-host",
    "user-agent",
    "client-request-id",
];

/// The headers that hold for each request of a batch in JSON that does not say otherwise (OData 4.01 part 1,
/// section 11.7). In parts none does, as in SharePoint.
const OF_EACH: [&str; 1] = ["odata-version"];

/// The headers of a request within a batch: its own, and those of the whole.
pub(crate) struct Within<'a> {
    pub(crate) own: &'a [(String, String)],
    pub(crate) outer: &'a dyn RawHeaders,
    pub(crate) form: BatchForm,
}

impl RawHeaders for Within<'_> {
    fn lines<'a>(&'a self, name: &str) -> Box<dyn Iterator<Item = &'a [u8]> + 'a> {
        if OF_THE_WHOLE.contains(&name) {
            return self.outer.lines(name);
        }
        let named = self.own.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
        let own: Vec<&[u8]> = named.map(|(_, value)| value.as_bytes()).collect();
        if own.is_empty() && self.form == BatchForm::Json && OF_EACH.contains(&name) {
            return self.outer.lines(name);
        }
        Box::new(own.into_iter())
    }
}
