//! `cargo xtask test`: every check, in order, up to the first that fails. CI runs this and nothing else.

use std::time::{Duration, Instant};

use anyhow::Result;
use clap::builder::PossibleValuesParser;

use crate::browser;
use crate::clients;
use crate::flags;
use crate::npm;
use crate::run::{self, Profile};
use crate::tidy;
use crate::tools::{self, DENY, MACHETE, NEXTEST, cargo, run as shown};
use crate::wasm;

struct Step {
    name: &'static str,
    does: &'static str,
    run: fn() -> Result<()>,
}

/// The whole of the checks, cheap ones first. A new kind of check is a new row.
const STEPS: &[Step] = &[
    Step { name: "fmt", does: "the formatting is rustfmt's", run: fmt },
    Step { name: "tidy", does: "the house rules hold", run: || tidy::tidy(&tools::root()) },
    Step { name: "clippy", does: "no lint fires, in any target", run: clippy },
    Step { name: "unit", does: "unit tests, and HTTP tests on the real binary", run: unit },
    Step { name: "doctests", does: "the examples in the documentation run", run: doctests },
    Step { name: "rustdoc", does: "the documentation builds without a warning", run: rustdoc },
    Step { name: "deny", does: "licences, sources and advisories of the dependencies", run: deny },
    Step { name: "machete", does: "every declared dependency is used", run: machete },
    Step { name: "wasm", does: "the SDK's module builds, and is within its size", run: wasm::wasm },
    Step { name: "wasm-test", does: "the SDK's raw exports, called in Node", run: wasm::test },
    Step { name: "npm", does: "the npm package: lint, types, build, size, tests", run: npm::npm },
    Step { name: "run", does: "`cargo xtask run` seeds its lists once and serves the pages", run: rehearse },
    Step {
        name: "clients",
        does: "published clients, unchanged, against the real server, and against broken ones",
        run: clients,
    },
    Step { name: "browser", does: "the example pages in Chromium, races of eight included", run: browser },
];

enum Outcome {
    Passed(Duration),
    Failed(Duration),
    Skipped,
    NotReached,
}

pub(crate) fn step_names() -> PossibleValuesParser {
    PossibleValuesParser::new(STEPS.iter().map(|step| step.name))
}

pub(crate) fn test(flags: &flags::Test) -> Result<()> {
    if flags.list {
        for step in STEPS {
            println!("{:<10} {}", step.name, step.does);
        }
        return Ok(());
    }
    let mut outcomes = Vec::with_capacity(STEPS.len());
    let mut failure = None;
    for step in STEPS {
        let outcome = if failure.is_some() {
            Outcome::NotReached
        } else if is_wanted(flags, step.name) {
            let (outcome, error) = take(step);
            failure = error.map(|error| error.context(format!("step `{}` failed", step.name)));
            outcome
        } else {
            Outcome::Skipped
        };
        outcomes.push((step.name, outcome));
    }
    print!("\n{}", summary(&outcomes));
    failure.map_or(Ok(()), Err)
}

fn is_wanted(flags: &flags::Test, name: &str) -> bool {
    let named = |list: &[String]| list.iter().any(|each| each == name);
    (flags.only.is_empty() || named(&flags.only)) && !named(&flags.skip)
}

fn take(step: &Step) -> (Outcome, Option<anyhow::Error>) {
    println!("\n== {}: {}", step.name, step.does);
    let start = Instant::now();
    let done = (step.run)();
    let spent = start.elapsed();
    match done {
        Ok(()) => {
            println!("   ok in {:.1} s", spent.as_secs_f64());
            (Outcome::Passed(spent), None)
        }
        Err(error) => {
            println!("   FAILED after {:.1} s: {error:#}", spent.as_secs_f64());
            (Outcome::Failed(spent), Some(error))
        }
    }
}

fn summary(outcomes: &[(&str, Outcome)]) -> String {
    let mut table = format!("{:<10} {:>8}  result\n", "step", "seconds");
    for (name, outcome) in outcomes {
        let (seconds, word) = match outcome {
            Outcome::Passed(spent) => (format!("{:.1}", spent.as_secs_f64()), "ok"),
            Outcome::Failed(spent) => (format!("{:.1}", spent.as_secs_f64()), "FAILED"),
            Outcome::Skipped => ("-".into(), "skipped"),
            Outcome::NotReached => ("-".into(), "not reached"),
        };
        table.push_str(&format!("{name:<10} {seconds:>8}  {word}\n"));
    }
    table
}

fn rehearse() -> Result<()> {
    run::rehearse(&run::build(Profile::Dev)?)
}

pub(crate) fn browser() -> Result<()> {
    browser::test(&run::build(Profile::Dev)?)
}

pub(crate) fn clients() -> Result<()> {
    clients::test(&run::build(Profile::Dev)?)
}

fn fmt() -> Result<()> {
    shown(&mut cargo(&["fmt", "--all", "--check"]))
}

fn clippy() -> Result<()> {
    shown(&mut cargo(&["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]))
}

fn unit() -> Result<()> {
    // The HTTP tests start the binary, which no test target builds by itself.
    shown(&mut cargo(&["build", "--workspace", "--all-features", "--bins"]))?;
    if NEXTEST.is_present() {
        shown(&mut cargo(&["nextest", "run", "--workspace", "--all-features", "--no-fail-fast"]))
    } else {
        println!("   {} is absent; `cargo test` stands in for it", NEXTEST.package);
        shown(&mut cargo(&["test", "--workspace", "--all-features", "--all-targets", "--no-fail-fast"]))
    }
}

fn doctests() -> Result<()> {
    shown(&mut cargo(&["test", "--doc", "--workspace", "--all-features"]))
}

fn rustdoc() -> Result<()> {
    shown(cargo(&["doc", "--no-deps", "--workspace", "--all-features"]).env("RUSTDOCFLAGS", "-D warnings"))
}

fn deny() -> Result<()> {
    DENY.ensure()?;
    shown(&mut cargo(&[
        "deny",
        "--locked",
        "check",
        "--hide-inclusion-graph",
        "licenses",
        "bans",
        "sources",
    ]))?;
    // Advisories come from the network; the rest of the checks must not depend on it.
    let fetched = cargo(&["deny", "--locked", "fetch", "db"]).output()?;
    if !fetched.status.success() {
        let said = String::from_utf8_lossy(&fetched.stderr);
        let reason = said.lines().rfind(|line| !line.is_empty()).unwrap_or("no reason was given");
        println!("   NOT CHECKED: advisories, as their database could not be fetched ({reason})");
        return Ok(());
    }
    shown(&mut cargo(&["deny", "--frozen", "check", "--hide-inclusion-graph", "advisories"]))
}

fn machete() -> Result<()> {
    MACHETE.ensure()?;
    shown(&mut cargo(&["machete"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(only: &[&str], skip: &[&str]) -> flags::Test {
        let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        flags::Test { only: owned(only), skip: owned(skip), list: false }
    }

    #[test]
    fn every_step_runs_unless_only_or_skip_names_others() {
        assert!(is_wanted(&flags(&[], &[]), "fmt"));
        assert!(!is_wanted(&flags(&["unit"], &[]), "fmt"));
        assert!(!is_wanted(&flags(&[], &["fmt"]), "fmt"));
        assert!(!is_wanted(&flags(&["fmt"], &["fmt"]), "fmt"));
    }

    #[test]
    fn the_summary_names_each_step_with_its_result() {
        let outcomes = [
            ("fmt", Outcome::Passed(Duration::from_millis(1_240))),
            ("unit", Outcome::Failed(Duration::from_secs(12))),
            ("deny", Outcome::Skipped),
            ("wasm", Outcome::NotReached),
        ];
        let expected = "step        seconds  result\n\
                        fmt             1.2  ok\n\
                        unit           12.0  FAILED\n\
                        deny              -  skipped\n\
                        wasm              -  not reached\n";
        assert_eq!(summary(&outcomes), expected);
    }
}
