//! Running cargo, and the tools that it lacks: each is built once, and only if it is absent.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// A cargo subcommand that is not part of the toolchain.
pub(crate) struct Tool {
    /// The word after `cargo`.
    pub(crate) verb: &'static str,
    pub(crate) package: &'static str,
    install: &'static [&'static str],
}

pub(crate) const DENY: Tool =
    Tool { verb: "deny", package: "cargo-deny", install: &["--locked", "--no-default-features"] };
pub(crate) const MACHETE: Tool =
    Tool { verb: "machete", package: "cargo-machete", install: &["--locked", "--no-default-features"] };
/// Never installed from here: its build takes minutes, and `cargo test` stands in for it.
pub(crate) const NEXTEST: Tool = Tool { verb: "nextest", package: "cargo-nextest", install: &["--locked"] };

impl Tool {
    pub(crate) fn is_present(&self) -> bool {
        cargo(&[self.verb, "--version"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    pub(crate) fn ensure(&self) -> Result<()> {
        if self.is_present() {
            return Ok(());
        }
        println!("   {} is absent; building it once (a few minutes)", self.package);
        run(cargo(&["install", self.package]).args(self.install))
    }
}

/// The root of the workspace. Cargo says at run time where the package is; what was true when xtask was
/// compiled may be another clone's folder, where clones share a target folder.
pub(crate) fn root() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    package.as_deref().and_then(Path::parent).unwrap_or(Path::new(".")).to_path_buf()
}

/// Cargo, in the root of the workspace.
pub(crate) fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(root());
    // What `cargo run` says of xtask is not for others: cargo-machete takes it for a sign of another caller.
    for (name, _) in std::env::vars_os() {
        let own = name.to_string_lossy();
        if own.starts_with("CARGO_PKG_") || own.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
    command
}

/// Installs what a folder's lock file names, unless it is there already.
pub(crate) fn npm_ci(folder: &Path) -> Result<()> {
    let (lock, installed) =
        (folder.join("package-lock.json"), folder.join("node_modules/.package-lock.json"));
    let newer = |a: &Path, b: &Path| -> Option<bool> {
        Some(a.metadata().ok()?.modified().ok()? > b.metadata().ok()?.modified().ok()?)
    };
    if newer(&installed, &lock) == Some(true) {
        return Ok(());
    }
    run(Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder))
}

/// Shows the command, runs it, and fails if it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = shown(command);
    println!("   $ {line}");
    let status = command.status().with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` ended with {status}");
    }
    Ok(())
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or(command.get_program());
    let environment = command.get_envs().filter_map(|(name, value)| {
        Some(format!("{}='{}'", name.to_string_lossy(), value?.to_string_lossy()))
    });
    let words = std::iter::once(program).chain(command.get_args()).map(|word| word.to_string_lossy().into());
    environment.chain(words).collect::<Vec<String>>().join(" ")
}
