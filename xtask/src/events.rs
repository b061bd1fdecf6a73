//! `cargo xtask events` and `cargo xtask openapi`: references, as the program prints them.

use std::process::ExitCode;

use crate::Outcome;
use crate::process::{cargo, exit_code, root};

/// Writes `docs/events.md`.
pub fn run(_: &[String]) -> Outcome {
    write(&["log", "reference"], "docs/events.md")
}

/// Writes `docs/openapi.json`.
pub fn openapi(_: &[String]) -> Outcome {
    write(&["openapi"], "docs/openapi.json")
}

fn write(command: &[&str], file: &str) -> Outcome {
    let output = cargo()
        .args(["run", "--quiet", "--package", "portcullis", "--"])
        .args(command)
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|e| format!("cargo: {e}"))?;
    if !output.status.success() {
        return Ok(exit_code(output.status));
    }
    let file = root().join(file);
    std::fs::write(&file, output.stdout).map_err(|e| format!("{}: {e}", file.display()))?;
    println!("{}", file.display());
    Ok(ExitCode::SUCCESS)
}
