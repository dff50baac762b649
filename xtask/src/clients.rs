//! `cargo xtask clients`: published clients, unchanged, against the real server; then against one that is broken
//! on purpose, where their checks must fail.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::tools::{npm_ci, root, run};

/// Runs the suites in `tests/clients`, holds `rows.json` against what ran, and sees that the faults are noticed.
pub(crate) fn test(binary: &Path) -> Result<()> {
    let results = root().join("target/clients");
    fs::create_dir_all(&results)?;
    node("pnpjs", binary, &results)?;
    node("jquery", binary, &results)?;
    let interpreter = python(binary, &results)?;
    rows(&results)?;
    mutants(binary, &interpreter)
}

fn folder() -> PathBuf {
    root().join("tests/clients")
}

/// A suite in Node: PnPjs, or two of jQuery, as its lock file names them.
fn node(suite: &str, binary: &Path, results: &Path) -> Result<()> {
    let folder = folder().join(suite);
    npm_ci(&folder)?;
    run(Command::new("node")
        .args(["--test", "--test-timeout=60000"])
        .args(["--test-reporter=spec", "--test-reporter-destination=stdout", "--test-reporter=junit"])
        .arg(format!("--test-reporter-destination={}", results.join(suite).with_extension("xml").display()))
        .current_dir(folder)
        .env("MATCHLIST_BIN", binary))
}

/// Office365-REST-Python-Client, as the requirements name it, in a venv of its own: its interpreter.
fn python(binary: &Path, results: &Path) -> Result<PathBuf> {
    let folder = folder().join("python");
    let interpreter = venv(&folder.join("requirements.txt"))?.join("bin/python");
    run(Command::new(&interpreter)
        .args(["-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider"])
        .arg(format!("--junitxml={}", results.join("python.xml").display()))
        .current_dir(folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("MATCHLIST_BIN", binary))?;
    Ok(interpreter)
}

/// Each row names checks that passed, or a skip; each check is named by a row.
fn rows(results: &Path) -> Result<()> {
    run(Command::new("node")
        .args(["--test", "--test-reporter=spec", "rows.test.mjs"])
        .current_dir(folder())
        .env("MATCHLIST_RESULTS", results))
}

/// The service broken in one way after another.
fn mutants(binary: &Path, interpreter: &Path) -> Result<()> {
    run(Command::new("node")
        .arg("mutants/run.mjs")
        .current_dir(folder())
        .env("MATCHLIST_BIN", binary)
        .env("MATCHLIST_PYTHON", interpreter))
}

/// A venv with what the requirements name; it is made anew when they change.
fn venv(requirements: &Path) -> Result<PathBuf> {
    let venv = root().join("target/clients-venv");
    // Copied when all is installed, so that a venv without it is half-made.
    let installed = venv.join("requirements.txt");
    if fs::read(&installed).ok() == Some(fs::read(requirements)?) {
        return Ok(venv);
    }
    let make = || run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv));
    if make().is_err() {
        println!("   Python cannot make a venv; installing Debian's python3-venv");
        run(Command::new("apt-get").args(["update", "-qq"]))?;
        run(Command::new("apt-get").args([
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            "python3-venv",
        ]))
        .context("cannot install Debian's python3-venv")?;
        make()?;
    }
    run(Command::new(venv.join("bin/python"))
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
        .arg(requirements))?;
    fs::copy(requirements, installed)?;
    Ok(venv)
}
