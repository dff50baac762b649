//! Rules about a file as a whole: its opening, its length, its name, and what must not be left in it.

use super::token::{Token, reads};
use super::{File, Tree, Violation};

const LONGEST: usize = 400;

/// Files that may be longer, each with the reason.
const LONG_FILES: [(&str, &str); 0] = [];

const EMPTY_NAMES: [&str; 13] = [
    "utils", "util", "helpers", "helper", "common", "misc", "types", "manager", "managers", "data", "info",
    "shared", "stuff",
];

pub(super) fn purpose(tree: &Tree) -> Vec<Violation> {
    let silent = tree.rust().filter(|file| !file.text.starts_with("//!"));
    silent.map(|file| file.at(1, "the file does not open with //!")).collect()
}

pub(super) fn length(tree: &Tree) -> Vec<Violation> {
    let sources = tree.files.iter().filter(|file| file.path.ends_with(".rs") || file.path.ends_with(".ts"));
    let mut violations = Vec::new();
    for file in sources {
        let lines = file.text.lines().count();
        let is_listed = LONG_FILES.iter().any(|(path, _)| *path == file.path);
        if lines > LONGEST && !is_listed {
            violations.push(file.at(LONGEST + 1, format!("{lines} lines")));
        } else if lines <= LONGEST && is_listed {
            violations.push(file.at(1, "listed as a long file, and is not: strike it off"));
        }
    }
    violations
}

pub(super) fn module_names(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in tree.rust() {
        let parts = file.path.trim_end_matches(".rs").split('/');
        if let Some(name) = parts.into_iter().find(|part| EMPTY_NAMES.contains(part)) {
            violations.push(file.at(1, format!("`{name}` says nothing of what is inside")));
        }
        let tokens = file.tokens();
        for at in 1..tokens.len() {
            // `mod a { … }`: what stands in a file of its own has been seen above.
            let is_inline =
                tokens[at - 1].is_word("mod") && tokens.get(at + 1).is_some_and(|next| next.is("{"));
            if is_inline && EMPTY_NAMES.contains(&tokens[at].text.as_str()) {
                violations.push(
                    file.at(tokens[at].line, format!("`{}` says nothing of what is inside", tokens[at].text)),
                );
            }
        }
    }
    violations
}

pub(super) fn leftovers(tree: &Tree) -> Vec<Violation> {
    const MARK: &str = concat!("FIX", "ME");
    let mut violations = Vec::new();
    for file in tree.rust() {
        let tokens = file.tokens();
        for (at, token) in tokens.iter().enumerate() {
            let is_stub =
                (token.is_word("todo") || token.is_word("unimplemented")) && reads(tokens, at + 1, &["!"]);
            let is_ignored = token.is_word("ignore") && at > 1 && reads(tokens, at - 2, &["#", "["]);
            if is_stub || is_ignored {
                violations.push(file.at(token.line, format!("`{}`", token.text)));
            }
        }
        let marked = file.text.lines().enumerate().filter(|(_, line)| line.contains(MARK));
        violations.extend(marked.map(|(at, _)| file.at(at + 1, format!("`{MARK}`"))));
    }
    violations
}

pub(super) fn silenced_lints(tree: &Tree) -> Vec<Violation> {
    tree.rust().flat_map(|file| bare_silences(file, file.tokens())).collect()
}

/// `allow(…)` or `expect(…)` within an attribute, `cfg_attr` included, without a `reason`.
fn bare_silences(file: &File, tokens: &[Token]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for start in 0..tokens.len() {
        if !(reads(tokens, start, &["#", "["]) || reads(tokens, start, &["#", "!", "["])) {
            continue;
        }
        let open = if tokens[start + 1].is("!") { start + 2 } else { start + 1 };
        let attribute = group(tokens, open);
        for at in 0..attribute.len() {
            let silences = attribute[at].is_word("allow") || attribute[at].is_word("expect");
            if silences && reads(attribute, at + 1, &["("]) {
                let reasons = group(attribute, at + 1);
                if !(0..reasons.len()).any(|index| reads(reasons, index, &["reason", "="])) {
                    violations.push(
                        file.at(attribute[at].line, format!("`{}` without a reason", attribute[at].text)),
                    );
                }
            }
        }
    }
    violations
}

/// The tokens from an opening bracket to its end.
fn group(tokens: &[Token], open: usize) -> &[Token] {
    use super::token::Kind::{Close, Open};
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            Open => depth += 1,
            Close => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &tokens[open..=at];
        }
    }
    &tokens[open..]
}

/// Folders at the root of a disk that hold people's own work.
const HOMES: [&str; 4] = ["home", "root", "work", "Users"];

pub(super) fn machine_paths(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in &tree.files {
        for (at, line) in file.text.lines().enumerate() {
            if let Some(home) = HOMES.iter().find(|home| names_folder(line, home)) {
                violations.push(file.at(at + 1, format!("an absolute path under /{home}")));
            }
        }
    }
    violations
}

/// `/name/…` where the path begins there, or `C:\name\…`. In `a/name/b` it is a part of a longer path.
fn names_folder(line: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || "._-~/)}'%*$".contains(c);
    let from_root = format!("/{name}/");
    let begins =
        line.match_indices(&from_root).any(|(at, _)| !line[..at].chars().next_back().is_some_and(is_part));
    begins || line.contains(&format!(":\\{name}\\"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::objections;
    use super::*;

    const FILE: &str = "store/src/apply.rs";
    const NOTHING: [&str; 0] = [];

    #[test]
    fn a_file_without_its_purpose_is_seen() {
        assert_eq!(objections(purpose, FILE, "use a;\n//! late"), ["1: the file does not open with //!"]);
        assert_eq!(objections(purpose, FILE, ""), ["1: the file does not open with //!"]);
        assert_eq!(objections(purpose, FILE, "//! What one write does."), NOTHING);
    }

    #[test]
    fn a_long_file_is_seen() {
        assert_eq!(objections(length, FILE, &"a\n".repeat(401)), ["401: 401 lines"]);
        assert_eq!(objections(length, FILE, &"a\n".repeat(400)), NOTHING);
    }

    #[test]
    fn a_module_name_without_a_meaning_is_seen() {
        let seen = ["1: `helpers` says nothing of what is inside"];
        assert_eq!(objections(module_names, "store/src/helpers.rs", ""), seen);
        assert_eq!(objections(module_names, "store/src/helpers/mod.rs", ""), seen);
        assert_eq!(objections(module_names, FILE, "mod helpers { }"), seen);
        assert_eq!(objections(module_names, FILE, "mod catalog; fn types() {}"), NOTHING);
    }

    #[test]
    fn stubs_ignored_tests_and_marks_are_seen() {
        let text =
            format!("#[ignore]\nfn a() {{ {}!() }}\n// {}{}: later\nfn ignore() {{}}", "todo", "FIX", "ME");
        let seen = ["1: `ignore`".to_string(), "2: `todo`".into(), format!("3: `{}{}`", "FIX", "ME")];
        assert_eq!(objections(leftovers, FILE, &text), seen);
    }

    #[test]
    fn a_lint_silenced_without_a_reason_is_seen() {
        let text = "#![allow(a)]\n#[expect(clippy::b)]\nfn b() {}\n#[cfg_attr(test, allow(c))]\nfn c() {}";
        let seen =
            ["1: `allow` without a reason", "2: `expect` without a reason", "4: `allow` without a reason"];
        assert_eq!(objections(silenced_lints, FILE, text), seen);
        let text = "#![allow(a, reason = \"r\")]\n#[cfg_attr(test, expect(c, reason = \"r\"))]\nfn c() { x.expect(\"y\") }";
        assert_eq!(objections(silenced_lints, FILE, text), NOTHING);
    }

    #[test]
    fn a_path_of_somebodys_machine_is_seen_in_any_file() {
        for home in HOMES {
            let text = format!("ok\nsee /{home}/me/notes.md\n");
            let seen = [format!("2: an absolute path under /{home}")];
            assert_eq!(objections(machine_paths, "docs/wire.md", &text), seen);
        }
        assert_eq!(objections(machine_paths, "a.md", &format!("C:\\{}\\me", "Users")).len(), 1);
        let text = format!("https://a.example/{0}/b sites/{0}/c ../{0}/d /{0}", "work");
        assert_eq!(objections(machine_paths, "docs/wire.md", &text), NOTHING);
    }
}
