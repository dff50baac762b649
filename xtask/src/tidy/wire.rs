//! The tables of docs/wire.md and docs/security.md: each row has a text in each cell and a test that is there. Whether
//! that test shows what the row says is for the reader.

use super::{Tree, Violation};

/// The pages, each with the columns of its tables. The last one names tests.
const PAGES: [(&str, &[&str]); 2] = [
    ("docs/wire.md", &["behaviour", "why", "source", "shown by"]),
    ("docs/security.md", &["promise", "how it is kept", "shown by"]),
];

pub(super) fn rows(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (path, columns) in PAGES {
        let Some(page) = tree.files.iter().find(|file| file.path == path) else { continue };
        for (at, line) in page.text.lines().enumerate().filter(|(_, line)| line.starts_with('|')) {
            violations.extend(objections(tree, columns, line).into_iter().map(|what| page.at(at + 1, what)));
        }
    }
    violations
}

fn objections(tree: &Tree, columns: &[&str], line: &str) -> Vec<String> {
    let cells = cells(line);
    let is_ruler = cells.iter().all(|cell| !cell.is_empty() && cell.bytes().all(|byte| byte == b'-'));
    if cells.len() != columns.len() || cells.iter().any(String::is_empty) {
        return vec![format!("a row has {} cells with text in each: {}", columns.len(), columns.join(", "))];
    }
    if is_ruler || cells == columns {
        return Vec::new();
    }
    let named: Vec<&str> = cells[columns.len() - 1].split('`').skip(1).step_by(2).collect();
    if named.is_empty() {
        return vec!["the row names no test".into()];
    }
    let lost = named.into_iter().filter(|name| !is_there(tree, name));
    lost.map(|name| format!("there is no test `{name}`")).collect()
}

/// The cells of a row, trimmed. `\|` is no border.
fn cells(line: &str) -> Vec<String> {
    let line = line.trim().replace("\\|", "\0");
    let inner = line.strip_prefix('|').unwrap_or(&line);
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    inner.split('|').map(|cell| cell.trim().replace('\0', "|")).collect()
}

/// A file by its path, or a test function as `module::function`, in as many modules as tell it from others.
fn is_there(tree: &Tree, name: &str) -> bool {
    if name.contains('/') {
        return tree.files.iter().any(|file| file.path == name);
    }
    let Some((modules, function)) = name.rsplit_once("::") else { return false };
    let (end, head) = (format!("/{}", modules.replace("::", "/")), format!("fn {function}("));
    tree.rust().any(|file| {
        let path = file.path.trim_end_matches(".rs").trim_end_matches("/mod");
        path.ends_with(&end) && has_test(&file.text, &head)
    })
}

fn has_test(text: &str, head: &str) -> bool {
    let mut above = "";
    text.lines().map(str::trim).any(|line| {
        let found = line.starts_with(head) && above == "#[test]";
        above = line;
        found
    })
}

#[cfg(test)]
mod tests {
    use super::super::File;
    use super::*;

    fn found(rows: &str) -> Vec<String> {
        let text =
            format!("| behaviour | why | source | shown by |\n|---|---|---|---|\n{rows}\n\nProse | here.\n");
        let files = [
            ("docs/wire.md", text.as_str()),
            ("tests/http/paging/mod.rs", "#[test]\nfn stable() {}\n\nfn walk() {}\n"),
            ("odata/src/media_type.rs", "mod tests {\n    #[test]\n    fn formats() {}\n}\n"),
            ("tests/clients/python/test_items.py", ""),
        ];
        let files = files.map(|(path, text)| File::new(path, text.to_string()));
        let violations = super::rows(&Tree { files: files.into() });
        violations.into_iter().map(|found| format!("{}: {}", found.line, found.what)).collect()
    }

    #[test]
    fn a_row_with_tests_that_are_there_is_fine() {
        for named in [
            "`tests/http/paging/mod.rs`",
            "`paging::stable`",
            "`http::paging::stable`, `media_type::formats`",
            "`tests/clients/python/test_items.py`",
        ] {
            assert_eq!(found(&format!("| a \\| b | c | d | {named} |")), [""; 0], "{named}");
        }
    }

    #[test]
    fn a_row_without_a_cell_or_without_a_text_in_it_is_seen() {
        for row in
            ["| a | b |", "| a | | c | `paging::stable` |", "| a | b | c | |", "| a | b | c | d | `e` |"]
        {
            let told = found(row);
            assert_eq!(told, ["3: a row has 4 cells with text in each: behaviour, why, source, shown by"]);
        }
    }

    #[test]
    fn the_page_about_security_has_columns_of_its_own() {
        let page = "| promise | how it is kept | shown by |\n|---|---|---|\n| a | b | `access::there` |\n| a | b | c | d |\n| a | b | `access::gone` |\n";
        let files = [("docs/security.md", page), ("tests/http/access.rs", "#[test]\nfn there() {}\n")];
        let files = files.map(|(path, text)| File::new(path, text.to_string()));
        let told: Vec<_> =
            super::rows(&Tree { files: files.into() }).into_iter().map(|v| (v.line, v.what)).collect();
        let cells = "a row has 3 cells with text in each: promise, how it is kept, shown by";
        assert_eq!(told, [(4, cells.into()), (5, "there is no test `access::gone`".into())]);
    }

    #[test]
    fn a_test_that_is_not_there_is_seen() {
        for lost in [
            "stable",
            "paging::walk",
            "aging::stable",
            "backward::stable",
            "media_type::stable",
            "tests/http/gone.rs",
        ] {
            let told = found(&format!("| a | b | c | `{lost}` |"));
            assert_eq!(told, [format!("3: there is no test `{lost}`")]);
        }
        assert_eq!(found("| a | b | c | by hand |"), ["3: the row names no test"]);
    }
}
