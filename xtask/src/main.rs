//! Build chores: `cargo xtask run`, `cargo xtask test`, `cargo xtask tidy`.
//! Chores live here, in Rust, so that they run alike at every desk and in CI. Nothing of ours is imported.

mod browser;
mod clients;
mod flags;
mod npm;
mod pages;
mod run;
mod seed;
mod test;
mod tidy;
mod tools;
mod wasm;

use std::process::ExitCode;

use clap::Parser;
use flags::{Chore, Flags};

fn main() -> ExitCode {
    let done = match Flags::parse().chore {
        Chore::Run(flags) => run::run(&flags),
        Chore::Test(flags) => test::test(&flags),
        Chore::Browser => test::browser(),
        Chore::Clients => test::clients(),
        Chore::Npm => npm::npm(),
        Chore::Wasm => wasm::wasm(),
        Chore::Tidy => tidy::tidy(&tools::root()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
