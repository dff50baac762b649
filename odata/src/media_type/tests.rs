//! Which format is found for which wishes, and which bodies are read.

use proptest::prelude::*;

use super::*;

const NONE: Format = Format::Light { metadata: Metadata::None, protocol: Protocol::V3 };
const MINIMAL_4: Format = Format::Light { metadata: Metadata::Minimal, protocol: Protocol::V4 };
const NONE_4: Format = Format::Light { metadata: Metadata::None, protocol: Protocol::V4 };

#[test]
fn plain_text_is_accepted_by_name() {
    let accepted = |accept| accepts_text(Some(accept));
    assert!(["text/plain", "Text/*;q=0.1", "a/b, text/plain;x=y"].into_iter().all(accepted));
    assert!(!["", "*/*", "text/html", "text/plain;q=0", "text"].into_iter().any(accepted));
}

#[test]
fn formats() {
    for (accept, expected) in [
        ("", Format::DEFAULT),
        (" , ", Format::DEFAULT),
        ("*/*", Format::DEFAULT),
        ("application/*", Format::DEFAULT),
        ("application/json", Format::DEFAULT),
        ("Application/JSON;charset=utf-16", Format::DEFAULT),
        ("application/json;odata=verbose", Format::Verbose),
        ("application/json; odata=verbose", Format::Verbose),
        ("application/json ;\tOData=\"Verbose\" ; charset=utf-8", Format::Verbose),
        ("application/json;odata=minimalmetadata", Format::DEFAULT),
        ("application/json;odata=fullmetadata", Format::DEFAULT),
        ("application/json;odata=nometadata", NONE),
        ("application/json;odata=something", Format::DEFAULT),
        ("application/json;odata.metadata=none", NONE_4),
        ("application/json;odata.metadata=minimal;odata.streaming=true", MINIMAL_4),
        ("application/json;odata.metadata=FULL", MINIMAL_4),
        ("application/json, text/javascript, */*; q=0.01", Format::DEFAULT),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Format::DEFAULT),
        ("*/*, application/json;odata=verbose", Format::Verbose),
        ("application/json;odata=nometadata, application/json;odata=verbose", NONE),
        ("application/json;odata=nometadata;q=0.5, application/json;odata=verbose;q=0.51", Format::Verbose),
        ("application/json;odata=verbose;q=0.5, */*", Format::DEFAULT),
        ("application/json;odata=verbose;q=0, */*", Format::DEFAULT),
        ("application/json;q=0, application/json;odata=verbose;q=0.1", Format::Verbose),
        ("application/atom+xml, application/json;odata=verbose;q=0.1", Format::Verbose),
        ("text/plain;a=\"x, application/json;odata=verbose\", application/json;odata=nometadata", NONE),
        ("application/json;a=\";odata=verbose;\\\";\";odata=nometadata", NONE),
        ("garbage, /, a/, application/json;q=x, application/json;odata=verbose", Format::Verbose),
    ] {
        assert_eq!(
            negotiate(Some(accept), None),
            Ok(Negotiated { format: expected, problem: false }),
            "{accept}"
        );
    }
    assert_eq!(negotiate(None, None).map(|found| found.format), Ok(Format::DEFAULT));
}

#[test]
fn xml_alone_is_atom() {
    for (accept, expected) in [
        ("application/atom+xml", Format::Atom),
        ("application/atom+xml;type=entry, application/xml;q=0.1", Format::Atom),
        ("text/html,application/xhtml+xml,application/xml;q=0.9", Format::Atom),
        ("text/xml, text/csv", Format::Atom),
        ("application/atomsvc+xml", Format::Atom),
        ("application/xml, application/json;q=0.1", Format::DEFAULT),
        ("application/xml, */*;q=0.1", Format::DEFAULT),
    ] {
        assert_eq!(negotiate(Some(accept), None).map(|found| found.format), Ok(expected), "{accept}");
    }
}

#[test]
fn list_data_speaks_atom_unless_json_is_asked_for() {
    for (accept, expected) in [
        (None, Format::Atom),
        (Some(" "), Format::Atom),
        (Some("*/*"), Format::Atom),
        (Some("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), Format::Atom),
        (Some("application/json"), Format::Verbose),
        (Some("application/json;odata=nometadata, */*"), Format::Verbose),
        (Some("application/atom+xml,application/json;q=0.5"), Format::Atom),
        (Some("application/atom+xml;q=0.5,application/json"), Format::Verbose),
        (Some("application/problem+json"), Format::Verbose),
    ] {
        assert_eq!(negotiate_list_data(accept).map(|found| found.format), Ok(expected), "{accept:?}");
    }
    for accept in ["text/csv", "application/json;q=0", "x"] {
        assert_eq!(negotiate_list_data(Some(accept)), Err(NotAcceptable), "{accept}");
    }
}

#[test]
fn odata_version_4_selects_the_names() {
    for (accept, version, expected) in [
        (None, "4.0", MINIMAL_4),
        (Some("application/json"), " 4.0 ", MINIMAL_4),
        (Some("*/*"), "4.01", MINIMAL_4),
        (Some("application/json;odata=nometadata"), "4.0", NONE_4),
        (Some("application/json;odata=verbose"), "4.0", Format::Verbose),
        (Some("application/json"), "3.0", Format::DEFAULT),
        (Some("application/json"), "", Format::DEFAULT),
    ] {
        assert_eq!(
            negotiate(accept, Some(version)).map(|found| found.format),
            Ok(expected),
            "{accept:?} {version}"
        );
    }
}

#[test]
fn problem_details() {
    let found = |accept| negotiate(Some(accept), None);
    let problem = |format| Ok(Negotiated { format, problem: true });
    assert_eq!(found("application/problem+json"), problem(Format::DEFAULT));
    assert_eq!(found("application/problem+json, text/html"), problem(Format::DEFAULT));
    assert_eq!(
        found("application/json;odata=verbose, application/problem+json;q=0.1"),
        problem(Format::Verbose)
    );
    assert_eq!(found("application/problem+json;q=0"), Err(NotAcceptable));
}

#[test]
fn nothing_acceptable() {
    for accept in [
        "application/atom+xml;q=0",
        "text/csv",
        "text/html",
        "text/*",
        "garbage",
        "application/json;q=0",
        "application/json;q=0.000, */*",
        "application/*;q=0, */*",
        "application/json;q=2",
        "application/json;q=-1",
        "\"application/json",
        "application/json/x",
    ] {
        assert_eq!(negotiate(Some(accept), None), Err(NotAcceptable), "{accept}");
    }
}

#[test]
fn bodies() {
    for good in [
        "application/json",
        "Application/JSON;odata=verbose",
        "application/json; charset=UTF-8; odata=verbose",
        "application/json;charset=\"utf-8\"",
        "application/json;charset=us-ascii",
        "application/merge-patch+json",
        "application/json;",
    ] {
        assert_eq!(check_body_type(Some(good)), Ok(()), "{good}");
    }
    for bad in [
        "",
        "json",
        "text/plain",
        "text/json",
        "application/xml",
        "application/json, application/json",
        "application/jsonx",
        "application/json;charset=utf-16",
        "application/json;charset=",
        "a b/x+json",
        "/x+json",
    ] {
        assert_eq!(check_body_type(Some(bad)), Err(BodyTypeError), "{bad}");
    }
    assert_eq!(check_body_type(None), Err(BodyTypeError));
}

proptest! {
    #[test]
    fn no_text_panics(text in ".*", close in "[application/json;*=odta\"\\\\,q0.1 ]{0,40}") {
        for text in [text, close] {
            let _ = (negotiate(Some(&text), Some(&text)), check_body_type(Some(&text)));
        }
    }
}
