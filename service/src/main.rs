//! The program `matchlist`.

use std::process::ExitCode;

use clap::Parser;

#[actix_rt::main]
async fn main() -> ExitCode {
    match matchlist::run(matchlist::Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("matchlist: {error:#}");
            ExitCode::FAILURE
        }
    }
}
