//! `cargo xtask events`: the reference of security events, as the program prints it.

use std::process::ExitCode;

use crate::Outcome;
use crate::process::{cargo, exit_code, root};

/// Writes `docs/events.md`.
pub fn run(_: &[String]) -> Outcome {
    let output = cargo()
        .args(["run", "--quiet", "--package", "portcullis", "--", "log", "reference"])
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|e| format!("cargo: {e}"))?;
    if !output.status.success() {
        return Ok(exit_code(output.status));
    }
    let file = root().join("docs/events.md");
    std::fs::write(&file, output.stdout).map_err(|e| format!("{}: {e}", file.display()))?;
    println!("{}", file.display());
    Ok(ExitCode::SUCCESS)
}
