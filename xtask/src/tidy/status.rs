//! Statuses of errors have one table, in `service/src/render/error`.
//! Seen by token: a number is a status by where it stands, so that `512` bytes or `status >= 500` are none.

use super::token::{Kind, Token, reads};
use super::{Tree, Violation};

const TABLE: &str = "service/src/render/error/";

/// The constants of 4xx and 5xx that web frameworks name; builders spell them in `CamelCase`.
const NAMES: [&str; 26] = [
    "BAD_REQUEST",
    "UNAUTHORIZED",
    "PAYMENT_REQUIRED",
    "FORBIDDEN",
    "NOT_FOUND",
    "METHOD_NOT_ALLOWED",
    "NOT_ACCEPTABLE",
    "REQUEST_TIMEOUT",
    "CONFLICT",
    "GONE",
    "LENGTH_REQUIRED",
    "PRECONDITION_FAILED",
    "PAYLOAD_TOO_LARGE",
    "URI_TOO_LONG",
    "UNSUPPORTED_MEDIA_TYPE",
    "RANGE_NOT_SATISFIABLE",
    "EXPECTATION_FAILED",
    "UNPROCESSABLE_ENTITY",
    "LOCKED",
    "PRECONDITION_REQUIRED",
    "TOO_MANY_REQUESTS",
    "INTERNAL_SERVER_ERROR",
    "NOT_IMPLEMENTED",
    "BAD_GATEWAY",
    "SERVICE_UNAVAILABLE",
    "INSUFFICIENT_STORAGE",
];

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in tree.layers().filter(|file| !file.path.starts_with(TABLE)) {
        let tokens = file.tokens();
        for (at, token) in tokens.iter().enumerate().filter(|(_, token)| !token.is_test) {
            if is_status(tokens, at) {
                violations
                    .push(file.at(token.line, format!("`{}` decides a status outside {TABLE}", token.text)));
            }
        }
    }
    violations
}

fn is_status(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    match token.kind {
        Kind::Word if NAMES.contains(&token.text.as_str()) => follows(tokens, at, &["StatusCode", ":", ":"]),
        Kind::Word => {
            follows(tokens, at, &["HttpResponse", ":", ":"])
                && NAMES.iter().any(|name| name.replace('_', "").eq_ignore_ascii_case(&token.text))
        }
        Kind::Number => {
            let number = token.text.trim_end_matches("u16").parse().unwrap_or(0);
            matches!(number, 400..=431 | 451 | 500..=511) && stands_as_status(tokens, at)
        }
        _ => false,
    }
}

/// `… => 404`, `status: 404`, `status = 404`, `from_u16(404`, `(404, "code"`.
fn stands_as_status(tokens: &[Token], at: usize) -> bool {
    let names_status =
        |token: &Token| token.kind == Kind::Word && token.text.to_lowercase().contains("status");
    let before = |back: usize| at.checked_sub(back).and_then(|index| tokens.get(index));
    let called = before(2)
        .is_some_and(|token| names_status(token) || token.is("from_u16") || token.is("HttpResponse"));
    follows(tokens, at, &["=", ">"])
        || (before(1).is_some_and(|token| token.is(":") || token.is("="))
            && before(2).is_some_and(names_status))
        || (before(1).is_some_and(|token| token.is("(")) && called)
        || (before(1).is_some_and(|token| token.is("("))
            && reads(tokens, at + 1, &[","])
            && tokens.get(at + 2).is_some_and(|token| token.kind == Kind::String))
}

fn follows(tokens: &[Token], at: usize, texts: &[&str]) -> bool {
    at.checked_sub(texts.len()).is_some_and(|start| reads(tokens, start, texts))
}

#[cfg(test)]
mod tests {
    use super::super::tests::objections;
    use super::*;

    #[test]
    fn a_status_is_seen_however_it_is_spelt() {
        let spelt = [
            "match e { E::Gone => 404, }",
            "Reply { status: 412 }",
            "let status = 428u16;",
            "StatusCode::from_u16(503)",
            "StatusCode::NOT_FOUND",
            "HttpResponse::NotFound()",
            "const ROW: Row = (409, \"-2130575342\");",
        ];
        for text in spelt {
            let text = format!("fn a() {{\n{text}\n}}");
            assert_eq!(objections(check, "service/src/pipeline.rs", &text).len(), 1, "{text}");
            assert!(objections(check, "service/src/render/error/mod.rs", &text).is_empty(), "{text}");
        }
    }

    #[test]
    fn other_numbers_and_tests_are_left_alone() {
        let text = "fn a() { wait(Duration::from_millis(500)); buffer(512); if status >= 500 {} let a = [400]; }\n\
                    const LIMIT: usize = 404;\nfn ok() { StatusCode::NO_CONTENT; match a { B => 204 } }\n\
                    #[cfg(test)] mod tests { fn b() { reply.status == 404; match a { C => 404 } } }";
        assert_eq!(objections(check, "service/src/telemetry.rs", text), Vec::<String>::new());
    }
}
