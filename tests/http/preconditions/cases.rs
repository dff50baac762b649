//! The headers of the table, each with what it means to the item that it is sent to.

use super::oracle::{Conditions, Date, Tags};

const ZERO: &str = "00000000-0000-0000-0000-000000000000";
const OTHER: &str = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9";
const LONG_AGO: &str = "Mon, 01 Jan 2001 00:00:00 GMT";
const FAR_OFF: &str = "Fri, 01 Jan 2100 00:00:00 GMT";

/// What headers are made from.
pub(super) struct Names<'a> {
    pub(super) version: u64,
    pub(super) guid: &'a str,
    pub(super) modified: &'a str,
}

pub(super) struct Case {
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) meaning: Conditions,
    /// A version before the present one that `If-Match` names, where it names no newer one of those.
    pub(super) stale: Option<u64>,
}

/// One header, perhaps in several lines.
struct Header<T> {
    lines: Vec<String>,
    meaning: T,
    stale: Option<u64>,
}

impl<T> Header<T> {
    fn new(line: impl Into<String>, meaning: T) -> Self {
        Self { lines: vec![line.into()], meaning, stale: None }
    }
}

const PRESENT: Tags = Tags::Named { present: true, nothing: false };
const NONE: Tags = Tags::Named { present: false, nothing: false };
const NOTHING: Tags = Tags::Named { present: false, nothing: true };

fn tags(names: &Names<'_>) -> Vec<Header<Tags>> {
    let Names { version, guid, .. } = names;
    let (stale, future, upper) = (version - 1, version + 1, guid.to_uppercase());
    let mut headers = vec![
        Header::new(format!("\"{version}\""), PRESENT),
        Header::new(format!("{version}"), PRESENT),
        Header::new(format!("W/\"{version}\""), PRESENT),
        Header::new(format!("\"{guid},{version}\""), PRESENT),
        Header::new(format!("\"{upper},{version}\""), PRESENT),
        Header::new(format!("\"{{{upper}}},{version}\""), PRESENT),
        Header::new(format!("W/\"{guid},{version}\""), PRESENT),
        Header::new(format!("\"{future}\", \"{version}\""), PRESENT),
        Header::new(format!("\"x,y\",,\"{version}\" ,"), PRESENT),
        Header::new("*", Tags::Any),
        Header::new(format!("\"{OTHER},{version}\""), NONE),
        Header::new(format!("\"{future}\""), NONE),
        Header::new(format!("\"{future}\", \"{guid},{future}\""), NONE),
        Header::new("\"x,y\"", NONE),
        // Split at its comma it would name the present version.
        Header::new(format!("\"x,{version},y\""), NONE),
        Header::new(format!("{OTHER},{version}"), NONE),
        Header::new(OTHER, NONE),
        Header::new(format!("\"{OTHER}\""), NONE),
        Header::new(*guid, NONE),
        Header::new("\"\"", NONE),
        Header::new("\"*\"", NONE),
        Header::new(format!("\"0{version}\""), NONE),
        Header::new(ZERO, NOTHING),
        Header::new(format!("\"{{{ZERO}}}\""), NOTHING),
        Header::new(format!("{ZERO}, \"{version}\""), Tags::Named { present: true, nothing: true }),
        Header::new("", Tags::Unreadable),
        Header::new(",", Tags::Unreadable),
        Header::new("garbage", Tags::Unreadable),
        Header::new(format!("\"{version}"), Tags::Unreadable),
        Header::new(format!("\"{version}\", garbage"), Tags::Unreadable),
        Header::new(format!("*, \"{version}\""), Tags::Unreadable),
        Header::new(format!("\"{version}\" \"{future}\""), Tags::Unreadable),
        Header {
            lines: vec![format!("\"{future}\""), format!("\"{version}\"")],
            meaning: PRESENT,
            stale: None,
        },
        Header { lines: vec!["*".into(), "*".into()], meaning: Tags::Unreadable, stale: None },
    ];
    for line in
        [format!("\"{stale}\""), format!("\"{guid},{stale}\""), format!("W/\"{stale}\", \"{future}\"")]
    {
        // Version 0 never was, so nothing is known of what was changed since.
        headers.push(Header { lines: vec![line], meaning: NONE, stale: Some(stale).filter(|v| *v > 0) });
    }
    headers
}

fn dates(names: &Names<'_>) -> Vec<Header<Date>> {
    vec![
        Header::new(LONG_AGO, Date::Before),
        Header::new(names.modified, Date::Same),
        Header::new(FAR_OFF, Date::After),
        Header::new("yesterday", Date::Unreadable),
        Header::new("", Date::Unreadable),
        Header { lines: vec![FAR_OFF.into(); 2], meaning: Date::Unreadable, stale: None },
    ]
}

pub(super) fn all(names: &Names<'_>) -> Vec<Case> {
    let mut cases = vec![Case { headers: Vec::new(), meaning: Conditions::default(), stale: None }];
    for Header { lines, meaning, stale } in tags(names) {
        let with = |name| lines.iter().map(|line| (name, line.clone())).collect();
        let if_match = Conditions { if_match: Some(meaning), ..Default::default() };
        let if_none_match = Conditions { if_none_match: Some(meaning), ..Default::default() };
        cases.push(Case { headers: with("If-Match"), meaning: if_match, stale });
        cases.push(Case { headers: with("If-None-Match"), meaning: if_none_match, stale: None });
    }
    for Header { lines, meaning, .. } in dates(names) {
        let with = |name| lines.iter().map(|line| (name, line.clone())).collect();
        let unmodified = Conditions { if_unmodified_since: Some(meaning), ..Default::default() };
        let modified = Conditions { if_modified_since: Some(meaning), ..Default::default() };
        cases.push(Case { headers: with("If-Unmodified-Since"), meaning: unmodified, stale: None });
        cases.push(Case { headers: with("If-Modified-Since"), meaning: modified, stale: None });
    }
    cases.extend(precedence(names));
    cases
}

/// Every combination of headers that hold, that fail and that are absent; and some that cannot be read, which the
/// header that outranks them does not excuse.
fn precedence(names: &Names<'_>) -> Vec<Case> {
    let (present, future) = (format!("\"{}\"", names.version), format!("\"{}\"", names.version + 1));
    let holds = Some((present.as_str(), PRESENT));
    let tags = [None, holds, Some((future.as_str(), NONE))];
    let dates = [None, Some((LONG_AGO, Date::Before)), Some((FAR_OFF, Date::After))];
    let mut cases = Vec::new();
    for if_match in tags {
        for if_none_match in tags {
            for unmodified in dates {
                for modified in dates {
                    cases.push(combined(if_match, if_none_match, unmodified, modified));
                }
            }
        }
    }
    cases.retain(|case| case.headers.len() > 1);
    let (late, bad_tag, bad_date) = (dates[2], Some(("x", Tags::Unreadable)), Some(("x", Date::Unreadable)));
    cases.push(combined(holds, None, bad_date, None));
    cases.push(combined(holds, bad_tag, None, None));
    cases.push(combined(bad_tag, None, late, None));
    cases.push(combined(None, bad_tag, None, late));
    cases.push(combined(None, holds, None, bad_date));
    cases.push(combined(None, None, late, bad_date));
    cases
}

fn combined(
    if_match: Option<(&str, Tags)>,
    if_none_match: Option<(&str, Tags)>,
    unmodified: Option<(&str, Date)>,
    modified: Option<(&str, Date)>,
) -> Case {
    let headers = [
        ("If-Match", if_match.map(|h| h.0)),
        ("If-None-Match", if_none_match.map(|h| h.0)),
        ("If-Unmodified-Since", unmodified.map(|h| h.0)),
        ("If-Modified-Since", modified.map(|h| h.0)),
    ];
    let meaning = Conditions {
        if_match: if_match.map(|h| h.1),
        if_none_match: if_none_match.map(|h| h.1),
        if_unmodified_since: unmodified.map(|h| h.1),
        if_modified_since: modified.map(|h| h.1),
    };
    let headers = headers.into_iter().filter_map(|(name, value)| Some((name, value?.to_owned()))).collect();
    Case { headers, meaning, stale: None }
}
