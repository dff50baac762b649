//! Which module of `service` may name which other. A file's module is the first part of its path under `src`.

use super::token::{Kind, Token, reads};
use super::{Tree, Violation};

const SOURCE: &str = "service/src/";

/// Modules that everybody else must not name, and who may.
const HTTP_USERS: [&str; 4] = ["http", "app", "main", "lib"];

fn may_import(from: &str, to: &str) -> bool {
    let refused: &[&str] = match from {
        "request" => &["render", "pipeline", "app"],
        "render" => &["pipeline", "app"],
        "error" => &["render", "pipeline", "app"],
        _ => &[],
    };
    !refused.contains(&to) && (to != "http" || HTTP_USERS.contains(&from))
}

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in tree.layers() {
        let Some(place) = file.path.strip_prefix(SOURCE) else { continue };
        let module = module_path(place);
        let from = module.first().copied().unwrap_or("lib");
        let tokens = file.tokens();
        for at in (0..tokens.len()).filter(|at| !tokens[*at].is_test) {
            for (to, line) in named_from_root(tokens, at, &module) {
                if from != to && !may_import(from, to) {
                    violations.push(file.at(line, format!("`{from}` names `{to}`")));
                }
            }
        }
    }
    violations
}

/// `request/headers.rs` is `request::headers`, `request/mod.rs` is `request`, `lib.rs` is the root.
fn module_path(place: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = place.trim_end_matches(".rs").split('/').collect();
    if parts.last() == Some(&"mod") || parts == ["lib"] {
        parts.pop();
    }
    parts
}

/// The first parts of the paths that begin at `at` and start at the root of the crate.
fn named_from_root<'a>(tokens: &'a [Token], at: usize, module: &[&str]) -> Vec<(&'a str, usize)> {
    let continues = at > 1 && reads(tokens, at - 2, &[":", ":"]);
    if continues {
        return Vec::new();
    }
    if tokens[at].is_word("crate") || tokens[at].is_word("matchlist") {
        return first_parts(tokens, at + 1);
    }
    let mut next = at;
    let mut ups = 0;
    while tokens.get(next).is_some_and(|token| token.is_word("super")) {
        ups += 1;
        next += if reads(tokens, next + 1, &[":", ":"]) { 3 } else { 1 };
    }
    // As many steps up as the module is deep lead to the root.
    if ups > 0 && ups >= module.len() { first_parts(tokens, next - 2) } else { Vec::new() }
}

fn first_parts(tokens: &[Token], colons: usize) -> Vec<(&str, usize)> {
    if !reads(tokens, colons, &[":", ":"]) {
        return Vec::new();
    }
    let Some(first) = tokens.get(colons + 2) else { return Vec::new() };
    if first.kind == Kind::Word {
        return vec![(&first.text, first.line)];
    }
    let mut parts = Vec::new();
    let mut depth = 0;
    for pair in tokens[colons + 2..].windows(2) {
        match pair[0].kind {
            Kind::Open => depth += 1,
            Kind::Close => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        let starts = depth == 1 && (pair[0].is("{") || pair[0].is(","));
        if starts && pair[1].kind == Kind::Word {
            parts.push((pair[1].text.as_str(), pair[1].line));
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::super::tests::objections;
    use super::*;

    fn seen(path: &str, text: &str) -> Vec<String> {
        objections(check, path, text)
    }

    #[test]
    fn an_import_against_the_stream_is_seen_in_each_spelling() {
        let file = "service/src/request/headers.rs";
        assert_eq!(seen(file, "use crate::render::Reply;"), ["1: `request` names `render`"]);
        assert_eq!(
            seen(file, "use crate::{\n  error::Error,\n  pipeline::App};"),
            ["3: `request` names `pipeline`"]
        );
        assert_eq!(seen(file, "fn a(r: super::super::http::Raw) {}"), ["1: `request` names `http`"]);
        assert_eq!(seen("service/src/pipeline.rs", "use super::http::Raw;"), ["1: `pipeline` names `http`"]);
        assert_eq!(seen("service/src/render/mod.rs", "use super::http;"), ["1: `render` names `http`"]);
        assert_eq!(
            seen("service/src/render/item.rs", "use crate::pipeline;"),
            ["1: `render` names `pipeline`"]
        );
        assert_eq!(seen("service/src/error.rs", "use crate::render::Row;"), ["1: `error` names `render`"]);
    }

    #[test]
    fn imports_down_the_stream_and_tests_are_left_alone() {
        assert!(seen("service/src/http/routes.rs", "use crate::{pipeline, render::Reply};").is_empty());
        assert!(seen("service/src/pipeline.rs", "use crate::{request, render, error::Error};").is_empty());
        assert!(seen("service/src/app.rs", "use crate::http;").is_empty());
        assert!(seen("service/src/main.rs", "use matchlist::http;").is_empty());
        assert!(
            seen("service/src/request/body.rs", "use super::headers::A; use odata::render::B;").is_empty()
        );
        assert!(
            seen("service/src/request/body.rs", "#[cfg(test)] mod tests { use crate::render::A; }")
                .is_empty()
        );
    }
}
