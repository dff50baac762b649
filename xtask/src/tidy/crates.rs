//! Which of our crates may depend on which, read from their manifests.

use toml::{Table, Value};

use super::{Tree, Violation};

/// Each crate of ours, with those of ours that it may name.
const EDGES: [(&str, &[&str]); 6] = [
    ("odata", &[]),
    ("store", &["odata"]),
    ("matchlist", &["odata", "store"]),
    ("sdk-wasm", &["odata"]),
    ("matchlist-tests", &["odata", "store", "matchlist"]),
    ("xtask", &[]),
];

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in tree.files.iter().filter(|file| file.path.ends_with("/Cargo.toml")) {
        let Ok(manifest) = file.text.parse::<Table>() else {
            violations.push(file.at(1, "not a TOML file"));
            continue;
        };
        let Some(name) = manifest.get("package").and_then(|package| package.get("name")?.as_str()) else {
            continue;
        };
        let Some((_, allowed)) = EDGES.iter().find(|(package, _)| *package == name) else {
            // An example is a package of its own, and uses HTTP or what we publish.
            if !file.is_under(&["examples/"]) {
                violations.push(file.at(1, format!("crate `{name}` has no row in xtask/src/tidy/crates.rs")));
            }
            continue;
        };
        for dependency in dependencies(&manifest) {
            let is_ours = EDGES.iter().any(|(package, _)| *package == dependency);
            if is_ours && !allowed.contains(&dependency.as_str()) {
                let line = file.text.lines().position(|line| line.contains(&dependency)).unwrap_or(0) + 1;
                violations.push(file.at(line, format!("`{name}` must not depend on `{dependency}`")));
            }
        }
    }
    violations
}

/// The packages in every `*dependencies` table, also those of a target.
fn dependencies(manifest: &Table) -> Vec<String> {
    let mut names = Vec::new();
    for (key, value) in manifest {
        let Some(table) = value.as_table() else { continue };
        if key.ends_with("dependencies") {
            names.extend(table.iter().map(|(name, source)| package_name(name, source)));
        } else if key == "target" {
            names.extend(table.values().filter_map(Value::as_table).flat_map(dependencies));
        }
    }
    names
}

/// A dependency may be renamed; `package` has the true name then.
fn package_name(name: &str, source: &Value) -> String {
    source.get("package").and_then(Value::as_str).unwrap_or(name).to_string()
}

#[cfg(test)]
mod tests {
    use super::super::tests::objections;
    use super::*;

    #[test]
    fn an_edge_the_wrong_way_is_seen_in_every_kind_of_table() {
        let text = "[package]\nname = \"odata\"\n[dependencies]\nserde = \"1\"\n[dev-dependencies]\nstore.workspace = true\n\
                    [target.'cfg(unix)'.dependencies]\nx = { package = \"matchlist\", path = \"../service\" }\n";
        let mut seen = objections(check, "odata/Cargo.toml", text);
        seen.sort();
        assert_eq!(
            seen,
            ["6: `odata` must not depend on `store`", "8: `odata` must not depend on `matchlist`"]
        );
    }

    #[test]
    fn the_allowed_edges_are_left_alone() {
        let text = "[package]\nname = \"store\"\n[dependencies]\nodata.workspace = true\n";
        assert!(objections(check, "store/Cargo.toml", text).is_empty());
    }

    #[test]
    fn a_crate_without_a_row_is_refused() {
        let seen = objections(check, "utils/Cargo.toml", "[package]\nname = \"utils\"\n");
        assert_eq!(seen, ["1: crate `utils` has no row in xtask/src/tidy/crates.rs"]);
    }
}
