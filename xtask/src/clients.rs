//! `cargo xtask clients`: published clients, unchanged, against the real server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::tools::{npm_ci, root, run};

/// Runs the checks in `tests/clients`.
pub(crate) fn test(binary: &Path) -> Result<()> {
    pnpjs(binary)?;
    python(binary)
}

/// PnPjs, as the lock file names it, in Node.
fn pnpjs(binary: &Path) -> Result<()> {
    let folder = root().join("tests/clients/pnpjs");
    npm_ci(&folder)?;
    run(Command::new("node")
        .args(["--test", "--test-reporter=spec", "--test-timeout=60000"])
        .current_dir(folder)
        .env("MATCHLIST_BIN", binary))
}

/// Office365-REST-Python-Client, as the requirements name it, in a venv of its own.
fn python(binary: &Path) -> Result<()> {
    let folder = root().join("tests/clients/python");
    let venv = venv(&folder.join("requirements.txt"))?;
    run(Command::new(venv.join("bin/python"))
        .args(["-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider"])
        .current_dir(folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("MATCHLIST_BIN", binary))
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
