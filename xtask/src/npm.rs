//! `cargo xtask npm`: the npm package of the SDK, built and checked. The wasm module is made before, by its own chore.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::tools::{root, run};

/// Everything there is to check, cheap things first.
pub(crate) fn npm() -> Result<()> {
    install()?;
    run(&mut package(&["run", "--silent", "lint"]))?;
    run(&mut package(&["run", "--silent", "typecheck"]))?;
    build()?;
    run(&mut package(&["run", "--silent", "test"]))
}

/// The bundles in `sdk-js/dist`; fails over the size budget.
pub(crate) fn build() -> Result<()> {
    install()?;
    run(&mut package(&["run", "--silent", "build"]))
}

/// What the lock file names, unless it is there: then nothing is asked of the network.
fn install() -> Result<()> {
    let folder = root().join("sdk-js");
    let (there, wanted) = (folder.join("node_modules/.package-lock.json"), folder.join("package-lock.json"));
    if is_newer(&there, &wanted).unwrap_or(false) {
        return Ok(());
    }
    run(&mut package(&["ci", "--ignore-scripts", "--no-audit"])).context("is Node 20 or later here?")
}

fn is_newer(this: &Path, that: &Path) -> Result<bool> {
    Ok(fs::metadata(this)?.modified()? >= fs::metadata(that)?.modified()?)
}

fn package(args: &[&str]) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.args(args).current_dir(root().join("sdk-js"));
    command
}
