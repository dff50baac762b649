//! System query options: `$select`, `$filter`, `$orderby`, `$top`, `$skip`, `$skiptoken`, `$expand`,
//! `$inlinecount`, `$count`.

pub mod filter;
mod order_by;
mod page;
mod property;
mod select;

pub use filter::{Comparison, DatePart, Expr, FilterError, TextMatch};
pub use order_by::{Direction, OrderBy};
pub use page::{Paging, SkipToken, Top, next_page};
pub use property::Property;
pub use select::Select;

use crate::encoding::decode_form;
use crate::excerpt::excerpt;

/// The system query options of one request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueryOptions {
    /// `$select`; empty where there is none.
    pub select: Vec<Select>,
    /// `$expand`; empty where there is none.
    pub expand: Vec<Property>,
    /// `$filter`.
    pub filter: Option<Expr>,
    /// `$orderby`; empty where there is none.
    pub order_by: Vec<OrderBy>,
    /// `$top`.
    pub top: Option<Top>,
    /// `$skip`: how many rows to leave out.
    pub skip: Option<u64>,
    /// `$skiptoken`: where a page begins.
    pub skip_token: Option<SkipToken>,
    /// `$inlinecount=allpages`, `$count=true`: whether the number of all rows is asked for.
    pub count: bool,
}

/// Why a query string cannot be read: 400.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum QueryError {
    /// A value that the option cannot have.
    #[error("The query string \"{option}\" is invalid. {reason}")]
    Invalid {
        /// The option, with `$`.
        option: &'static str,
        /// What is wrong with it, a sentence.
        reason: String,
    },
    /// A system query option that does not exist or is not served.
    #[error("The query option \"{option}\" is not supported.")]
    Unknown {
        /// The option as sent, decoded, cut to a printable length.
        option: String,
    },
    /// A system query option that is given twice.
    #[error("The query option \"{option}\" is given more than once.")]
    Repeated {
        /// The option, with `$`.
        option: &'static str,
    },
    /// Percent-encoding that is broken or is not UTF-8.
    #[error("The query string is not valid UTF-8 in percent-encoding.")]
    Encoding,
    /// A filter that does not parse.
    #[error(transparent)]
    Filter(#[from] FilterError),
}

impl QueryOptions {
    /// Parses a raw query string (without `?`) as it came over the wire.
    ///
    /// `+` is a space; names of options may be percent-encoded and in any case; `$order_by` means
    /// `$orderby`. Names without `$` are ignored, as are aliases (`@v`).
    pub fn parse(raw_query: &str) -> Result<Self, QueryError> {
        let mut options = Self::default();
        let mut seen = Vec::new();
        for pair in raw_query.split('&') {
            let (raw_name, raw_value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode_form(raw_name).ok_or(QueryError::Encoding)?;
            if !name.starts_with('$') {
                continue;
            }
            let (_, option) = NAMES
                .iter()
                .find(|(spelling, _)| name.eq_ignore_ascii_case(spelling))
                .ok_or_else(|| QueryError::Unknown { option: excerpt(&name) })?;
            if seen.contains(option) {
                return Err(QueryError::Repeated { option });
            }
            seen.push(option);
            options.set(option, &decode_form(raw_value).ok_or(QueryError::Encoding)?)?;
        }
        Ok(options)
    }

    fn set(&mut self, option: &'static str, value: &str) -> Result<(), QueryError> {
        let invalid = |reason| QueryError::Invalid { option, reason };
        match option {
            "$select" => self.select = select::parse_select(value).map_err(invalid)?,
            "$expand" => self.expand = property::parse_list(value, Property::parse).map_err(invalid)?,
            "$filter" if value.trim().is_empty() => {}
            "$filter" => self.filter = Some(Expr::parse(value)?),
            "$orderby" => self.order_by = order_by::parse_order_by(value).map_err(invalid)?,
            "$top" => self.top = Some(page::parse_top(value).map_err(invalid)?),
            "$skip" => self.skip = Some(page::parse_skip(value).map_err(invalid)?),
            "$skiptoken" => self.skip_token = Some(SkipToken::parse(value)?),
            "$count" => self.count |= asked(value, "true", "false").map_err(invalid)?,
            _ => self.count |= asked(value, "allpages", "none").map_err(invalid)?,
        }
        Ok(())
    }
}

/// Whether an option is set that has two values, and the second by default.
fn asked(value: &str, yes: &str, no: &str) -> Result<bool, String> {
    if value.eq_ignore_ascii_case(yes) {
        Ok(true)
    } else if value.is_empty() || value.eq_ignore_ascii_case(no) {
        Ok(false)
    } else {
        Err(format!("The value is neither {no} nor {yes}."))
    }
}

/// The spellings of the options that are served.
const NAMES: [(&str, &str); 10] = [
    ("$select", "$select"),
    ("$expand", "$expand"),
    ("$filter", "$filter"),
    ("$orderby", "$orderby"),
    ("$order_by", "$orderby"),
    ("$top", "$top"),
    ("$skip", "$skip"),
    ("$skiptoken", "$skiptoken"),
    ("$inlinecount", "$inlinecount"),
    ("$count", "$count"),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn property(path: &str) -> Property {
        Property { path: path.split('/').map(str::to_owned).collect(), span: crate::Span::default() }
    }

    #[test]
    fn reads_every_option() {
        let options = QueryOptions::parse(
            "%24select=Id%2CAuthor%2FTitle&$Expand=Author&%24FILTER=Title+eq+%27O%27%27B+%26+%2B%27\
             &$orderby=Title%20desc&$top=5&$skip=2&$skiptoken=Paged%3dTRUE%26p_ID%3d100&$inlinecount=allpages",
        )
        .unwrap();
        assert_eq!(
            options,
            QueryOptions {
                select: vec![Select::Property(property("Id")), Select::Property(property("Author/Title"))],
                expand: vec![property("Author")],
                filter: Some(Expr::parse("Title eq 'O''B & +'").unwrap()),
                order_by: vec![OrderBy { property: property("Title"), direction: Direction::Descending }],
                top: Top::new(5),
                skip: Some(2),
                skip_token: Some(SkipToken { paging: Paging::Forward, id: 100, keys: Vec::new() }),
                count: true,
            }
        );
    }

    #[test]
    fn ignores_what_is_no_system_option() {
        for query in [
            "",
            "&",
            "_=1700000000000",
            "filter=Title",
            "@v='x'&%40t=%27y%27",
            "amp;x=1&amp;",
            "x=%zz",
            "=1",
            "$select=&$expand=&$filter=+&$orderby=",
            "$filter",
            "$inlinecount=none&$count=false",
        ] {
            assert_eq!(QueryOptions::parse(query), Ok(QueryOptions::default()), "{query}");
        }
    }

    #[test]
    fn order_by_has_another_spelling() {
        let order = |query| QueryOptions::parse(query).unwrap().order_by;
        assert_eq!(order("$order_by=Id%20desc"), order("$orderBy=Id+desc"));
        assert_eq!(order("$order_by=Id").len(), 1);
    }

    #[test]
    fn refuses() {
        for (query, message) in [
            ("$format=json", "The query option \"$format\" is not supported."),
            ("$", "The query option \"$\" is not supported."),
            ("%24apply%0a=x", "The query option \"$apply\\n\" is not supported."),
            ("$count=1", "The query string \"$count\" is invalid. The value is neither false nor true."),
            ("$select=A&%24SELECT=B", "The query option \"$select\" is given more than once."),
            ("$orderby=A&$order_by=B", "The query option \"$orderby\" is given more than once."),
            ("$select=%zz", "The query string is not valid UTF-8 in percent-encoding."),
            ("$filter=Title eq '%ff'", "The query string is not valid UTF-8 in percent-encoding."),
            ("%zz=1", "The query string is not valid UTF-8 in percent-encoding."),
            ("$top=abc", "The query string \"$top\" is invalid. 'abc' is not a whole number of at least 1."),
            (
                "$inlinecount=x",
                "The query string \"$inlinecount\" is invalid. The value is neither none nor allpages.",
            ),
            ("$expand=*", "The query string \"$expand\" is invalid. '*' is not a property's name."),
            ("$filter=Title", ""),
            (
                "$filter=Title+eq",
                "The expression \"Title eq\" is not valid. At position 9: the text ends too early.",
            ),
        ] {
            let found = QueryOptions::parse(query).err().map(|error| error.to_string());
            assert_eq!(found.unwrap_or_default(), message, "{query}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".*", value in ".*") {
            let _ = QueryOptions::parse(&text);
            for name in ["$select", "$expand", "$filter", "$orderby", "$top", "$skip", "$skiptoken"] {
                let _ = QueryOptions::parse(&format!("{name}={value}"));
            }
        }
    }
}
