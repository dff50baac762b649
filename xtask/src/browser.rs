//! `cargo xtask browser`: the example pages in Debian's Chromium, against the real server.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::pages;
use crate::tools::{npm_ci, root, run};

const CHROMIUM: &str = "/usr/bin/chromium";

/// Runs the tests in `tests/browser`; the screenshots are in `target/screenshots`.
pub(crate) fn test(binary: &Path) -> Result<()> {
    ensure_chromium()?;
    let pages = pages::assemble()?;
    let folder = root().join("tests/browser");
    npm_ci(&folder)?;
    let shots = root().join("target/screenshots");
    fs::create_dir_all(&shots)?;
    run(Command::new("node")
        .args([
            "--test",
            "--test-reporter=spec",
            "--test-timeout=180000",
            "examples.test.mjs",
            "sign_in.test.mjs",
        ])
        .current_dir(folder)
        .env("MATCHLIST_BIN", binary)
        .env("MATCHLIST_PAGES", pages.folder())
        .env("MATCHLIST_SHOTS", &shots)
        .env("CHROMIUM", CHROMIUM))?;
    println!("   the screenshots are in {}", shots.display());
    Ok(())
}

fn ensure_chromium() -> Result<()> {
    if Path::new(CHROMIUM).is_file() {
        return Ok(());
    }
    println!("   chromium is absent; installing Debian's");
    run(Command::new("apt-get").args(["update", "-qq"]))?;
    run(Command::new("apt-get").args(["install", "-y", "-qq", "--no-install-recommends", "chromium"]))
        .context("cannot install Debian's chromium")?;
    if !Path::new(CHROMIUM).is_file() {
        bail!("{CHROMIUM} is absent after its installation");
    }
    Ok(())
}
