//! `cargo xtask tidy`: the house rules that a compiler can't see. Each has its reason beside it.
//! Rules look at text and tokens, never at types: a rule that needs types belongs in the compiler or in clippy.

mod crates;
mod files;
mod imports;
mod names;
mod status;
mod token;
mod wire;

use std::cell::OnceCell;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use token::Token;

struct Rule {
    name: &'static str,
    why: &'static str,
    check: fn(&Tree) -> Vec<Violation>,
}

const RULES: &[Rule] = &[
    Rule {
        name: "actix stays in service/src/http",
        why: "the web framework is a detail of the edge; the pipeline must be testable and movable without it",
        check: names::actix,
    },
    Rule {
        name: "SQL stays in store/src/sql",
        why: "values reach SQL as parameters only, and that can be reviewed only where SQL is in one place",
        check: names::sql,
    },
    Rule {
        name: "transactions and pragmas stay with the engines",
        why: "a precondition is decided in the transaction that writes, so nobody else may open or end one",
        check: names::transactions,
    },
    Rule {
        name: "drivers stay in their engine",
        why: "an engine's codes become our words where they arise, or a second engine must be taught to the web layer",
        check: names::drivers,
    },
    Rule {
        name: "only service/src/render/error maps an error to a status",
        why: "clients match on status and code; one exhaustive table is the only way to keep them true",
        check: status::check,
    },
    Rule {
        name: "imports in service follow http -> pipeline -> {request, render} -> error",
        why: "Cargo forbids circles between crates, and nothing forbids them between modules",
        check: imports::check,
    },
    Rule {
        name: "crates depend in one direction",
        why: "odata builds for wasm, and store knows no HTTP; an edge the other way ends that",
        check: crates::check,
    },
    Rule {
        name: "each Rust file opens with //!",
        why: "a reader learns what a file is, and what it is not, before its first line of code",
        check: files::purpose,
    },
    Rule {
        name: "no file is over 400 lines",
        why: "past that a file holds more than one idea; split it by noun",
        check: files::length,
    },
    Rule {
        name: "module names say what is inside",
        why: "utils, helpers and their kind collect what has no home; name the idea",
        check: files::module_names,
    },
    Rule {
        name: "nothing is left for later",
        why: "an ignored test checks nothing, and a stub is a panic that waits",
        check: files::leftovers,
    },
    Rule {
        name: "a silenced lint has its reason",
        why: "without it nobody knows when the silence may end",
        check: files::silenced_lints,
    },
    Rule {
        name: "no path of a developer's machine",
        why: "a file that names one works on that machine only",
        check: files::machine_paths,
    },
    Rule {
        name: "each row of docs/wire.md and docs/security.md names a test that is there",
        why: "a behaviour without a source or a test is a rumour, and clients are written against it",
        check: wire::rows,
    },
];

/// The text files that git knows or would add.
struct Tree {
    files: Vec<File>,
}

struct File {
    /// From the root, with `/`.
    path: String,
    text: String,
    tokens: OnceCell<Vec<Token>>,
}

#[derive(Debug, PartialEq, Eq)]
struct Violation {
    path: String,
    line: usize,
    what: String,
}

pub(crate) fn tidy(root: &Path) -> Result<()> {
    let tree = Tree::read(root)?;
    let mut count = 0;
    for rule in RULES {
        let violations = (rule.check)(&tree);
        if violations.is_empty() {
            continue;
        }
        count += violations.len();
        eprintln!("\n{} (why: {})", rule.name, rule.why);
        for Violation { path, line, what } in violations {
            eprintln!("  {path}:{line}: {what}");
        }
    }
    if count > 0 {
        bail!("{count} violations of the house rules");
    }
    println!("   {} rules hold in {} files", RULES.len(), tree.files.len());
    Ok(())
}

impl Tree {
    fn read(root: &Path) -> Result<Tree> {
        let listed = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output()
            .context("tidy asks git for the files, and git cannot be started")?;
        if !listed.status.success() {
            bail!("git ls-files: {}", String::from_utf8_lossy(&listed.stderr).trim());
        }
        let names = String::from_utf8(listed.stdout).context("a file name is not UTF-8")?;
        // What is not text is a picture or the like, and what is gone was deleted and not yet committed.
        let files = names
            .split_terminator('\0')
            .filter_map(|path| Some(File::new(path, std::fs::read_to_string(root.join(path)).ok()?)));
        Ok(Tree { files: files.collect() })
    }

    fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    /// The Rust files of the shipped crates, whose layers the rules guard.
    fn layers(&self) -> impl Iterator<Item = &File> {
        const LAYERS: [&str; 4] = ["odata/src/", "store/src/", "service/src/", "sdk-wasm/src/"];
        self.rust().filter(|file| LAYERS.iter().any(|layer| file.path.starts_with(layer)))
    }
}

impl File {
    fn new(path: &str, text: String) -> File {
        File { path: path.to_string(), text, tokens: OnceCell::new() }
    }

    fn is_under(&self, folders: &[&str]) -> bool {
        folders.iter().any(|folder| self.path.starts_with(folder))
    }

    fn tokens(&self) -> &[Token] {
        self.tokens.get_or_init(|| token::tokens(&self.path, &self.text))
    }

    fn at(&self, line: usize, what: impl Into<String>) -> Violation {
        Violation { path: self.path.clone(), line, what: what.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a rule objects to one file, as `line: what`.
    pub(super) fn objections(check: fn(&Tree) -> Vec<Violation>, path: &str, text: &str) -> Vec<String> {
        let tree = Tree { files: vec![File::new(path, text.to_string())] };
        check(&tree).into_iter().map(|found| format!("{}: {}", found.line, found.what)).collect()
    }

    #[test]
    fn this_repository_is_tidy() {
        let found = tidy(&crate::tools::root()).map_err(|error| error.to_string());
        assert_eq!(found, Ok(()), "the violations are above");
    }
}
