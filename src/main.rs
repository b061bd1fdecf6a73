//! The `portcullis` program.

use clap::Parser;
use portcullis::cli::{Cli, run};
use std::process::ExitCode;

fn main() -> ExitCode {
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    run(Cli::parse(), &environment)
}
