//! `cargo xtask wasm`: builds the SDK's module for the browser, makes its JavaScript glue, and holds it to
//! the size budget. `sdk-js` takes both from `sdk-js/src/wasm/`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use toml::Table;
use wasm_bindgen_cli_support::Bindgen;

use crate::tools::{cargo, root, run};

/// What the module may weigh as it travels, gzipped (design.md section 9).
const BUDGET: usize = 60_000;
const NAME: &str = "matchlist_sdk";
const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's packages of a compiler for wasm, where rustup has no target to give.
const DEBIAN: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-19"];
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_LINKER: &str = "/usr/bin/wasm-ld-19";

/// Builds the module and its glue; fails over the budget.
pub(crate) fn wasm() -> Result<()> {
    same_bindgen(&fs::read_to_string(root().join("Cargo.lock"))?)?;
    let compiled = compile()?;
    let folder = root().join("sdk-js/src/wasm");
    fs::create_dir_all(&folder)?;
    Bindgen::new()
        .input_path(&compiled)
        .remove_name_section(true)
        .remove_producers_section(true)
        .web(true)
        .and_then(|bindgen| bindgen.out_name(NAME).typescript(true).generate(&folder))
        .map_err(|error| error.context("wasm-bindgen cannot make the glue"))?;
    let module = folder.join(format!("{NAME}_bg.wasm"));
    let bound = Size::of(&fs::read(&module)?)?;
    println!("   {:<12} {:>9} {:>9}", "bytes", "raw", "gzipped");
    println!("   {:<12} {:>9} {:>9}", "wasm-bindgen", bound.raw, bound.gzipped);
    let size = optimise(&module, bound)?;
    let glue = Size::of(&fs::read(folder.join(format!("{NAME}.js")))?)?;
    println!("   {:<12} {:>9} {:>9}  (not minified; counts as JavaScript)", "glue", glue.raw, glue.gzipped);
    if size.gzipped > BUDGET {
        bail!("the module has {} bytes gzipped, over its budget of {BUDGET}", size.gzipped);
    }
    println!("   {:<12} {:>9} {:>9}  of {BUDGET}", "module", size.raw, size.gzipped);
    Ok(())
}

/// Calls the raw exports in Node, over a transport that a test scripts.
pub(crate) fn test() -> Result<()> {
    let mut node = Command::new("node");
    node.args(["--test", "--test-timeout=60000", "sdk-wasm/tests/raw.mjs"]).current_dir(root());
    run(&mut node).context("is Node 20 or later here?")
}

struct Size {
    raw: usize,
    gzipped: usize,
}

impl Size {
    fn of(bytes: &[u8]) -> Result<Self> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(bytes)?;
        Ok(Self { raw: bytes.len(), gzipped: gzip.finish()?.len() })
    }
}

/// The glue is made for one schema of annotations: the library that makes it has to be of the same version
/// as the one that wrote them.
fn same_bindgen(lock: &str) -> Result<()> {
    let lock: Table = lock.parse().context("Cargo.lock is not TOML")?;
    let version = |name: &str| {
        let packages = lock.get("package")?.as_array()?;
        let package = packages.iter().find(|package| package["name"].as_str() == Some(name))?;
        package.get("version")?.as_str().map(str::to_owned)
    };
    let (library, tool) = (version("wasm-bindgen"), version("wasm-bindgen-cli-support"));
    if library.is_none() || library != tool {
        let shown = |version: Option<String>| version.unwrap_or_else(|| "absent".into());
        bail!(
            "Cargo.lock has wasm-bindgen {} and wasm-bindgen-cli-support {}: pin both to one version in Cargo.toml",
            shown(library),
            shown(tool)
        );
    }
    Ok(())
}

/// Compiles the crate, by whichever compiler for wasm is to be had.
fn compile() -> Result<PathBuf> {
    let mut command = if has_target()? { cargo(&[]) } else { debian()? };
    command.args(["build", "--package", "sdk-wasm", "--lib", "--profile", "wasm", "--target", TARGET]);
    command.arg("--config").arg(without_home());
    if command.get_program() == DEBIAN_CARGO {
        command.args(["--ignore-rust-version", "-Zbuild-std=std,panic_abort", "--target-dir"]);
        command.arg(root().join("target/debian-wasm"));
    }
    let built = command
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start cargo")?;
    if !built.status.success() {
        bail!("sdk-wasm does not build for {TARGET}");
    }
    // Cargo alone knows where its target folder is.
    String::from_utf8_lossy(&built.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == "sdk_wasm")
        .flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default())
        .filter_map(|file| file.as_str().map(PathBuf::from))
        .find(|file| file.extension().is_some_and(|extension| extension == "wasm"))
        .context("cargo built no .wasm")
}

/// Keeps the builder's home out of what is published: panics name the files that they come from.
fn without_home() -> String {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo"))).unwrap_or_default();
    let flag = format!("--remap-path-prefix={}=cargo", home.display());
    format!("target.{TARGET}.rustflags=[{flag:?}]")
}

/// Whether the toolchain compiles for wasm; asks rustup for the target where it does not.
fn has_target() -> Result<bool> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let told = Command::new(rustc)
        .args(["--print", "target-libdir", "--target", TARGET])
        .current_dir(root())
        .output()
        .context("cannot start rustc")?;
    let libraries = PathBuf::from(String::from_utf8_lossy(&told.stdout).trim());
    let is_there = || told.status.success() && libraries.is_dir();
    if is_there() {
        return Ok(true);
    }
    println!("   the toolchain has no {TARGET}; asking rustup for it");
    let added = run(Command::new("rustup").args(["target", "add", TARGET]).current_dir(root()));
    if let Err(error) = added {
        println!("   {error:#}");
    }
    Ok(is_there())
}

/// Debian's compiler, which builds the standard library for wasm from source.
fn debian() -> Result<Command> {
    if ![DEBIAN_CARGO, DEBIAN_RUSTC, DEBIAN_LINKER].iter().all(|program| Path::new(program).is_file()) {
        println!("   rustup has no {TARGET} to give; installing Debian's compiler");
        run(Command::new("apt-get").args(["install", "--yes", "--no-install-recommends"]).args(DEBIAN))
            .context(format!(
                "sdk-wasm needs `rustup target add {TARGET}`, or Debian's {}",
                DEBIAN.join(" ")
            ))?;
    }
    let mut command = Command::new(DEBIAN_CARGO);
    command.current_dir(root()).env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1");
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIAN_LINKER);
    // What rustup says of its own toolchain is not for another's.
    command.env_remove("RUSTUP_TOOLCHAIN").env_remove("CARGO");
    Ok(command)
}

/// Lets binaryen's `wasm-opt` shrink the module, where sdk-js has it, and keeps the result if it travels
/// lighter: what is smaller raw may be larger gzipped.
fn optimise(module: &Path, bound: Size) -> Result<Size> {
    let program = root().join("sdk-js/node_modules/.bin/wasm-opt");
    if !program.exists() {
        println!("   {:<12} {:>9} {:>9}  (sdk-js/node_modules/.bin has no wasm-opt)", "wasm-opt", "-", "-");
        return Ok(bound);
    }
    let optimised = module.with_extension("opt");
    let mut command = Command::new(program);
    command.args(["-Oz", "--output"]).arg(&optimised).arg(module);
    let done = command.output().context("cannot start wasm-opt")?;
    if !done.status.success() {
        bail!("wasm-opt failed: {}", String::from_utf8_lossy(&done.stderr).trim());
    }
    let size = Size::of(&fs::read(&optimised)?)?;
    let pays = size.gzipped < bound.gzipped;
    let note = if pays { "" } else { "  (not taken: no lighter)" };
    println!("   {:<12} {:>9} {:>9}{note}", "wasm-opt", size.raw, size.gzipped);
    if pays {
        fs::rename(&optimised, module)?;
        return Ok(size);
    }
    fs::remove_file(&optimised)?;
    Ok(bound)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(library: &str, tool: &str) -> String {
        format!(
            "[[package]]\nname = \"wasm-bindgen\"\nversion = \"{library}\"\n\
             [[package]]\nname = \"wasm-bindgen-cli-support\"\nversion = \"{tool}\"\n"
        )
    }

    #[test]
    fn both_halves_of_wasm_bindgen_have_one_version() {
        let refusal =
            |lock: &str| same_bindgen(lock).map_or_else(|error| error.to_string(), |()| String::new());
        assert_eq!(refusal(&lock("0.2.130", "0.2.130")), "");
        assert!(refusal(&lock("0.2.131", "0.2.130")).contains("wasm-bindgen 0.2.131 and"));
        assert!(refusal("").contains("absent"));
    }

    #[test]
    fn sizes_are_those_of_gzip() -> Result<()> {
        let size = Size::of(&[7; 10_000])?;
        assert_eq!(size.raw, 10_000);
        assert!(size.gzipped < 100, "{}", size.gzipped);
        Ok(())
    }
}
