//! `cargo xtask build-time`: what the README's first command costs on a machine that has built nothing yet.
//!
//! CPU seconds, not wall time, are held to the budget: they say the same on two cores and on sixteen.

use std::fs;
use std::process::ExitCode;
use std::time::Instant;

use crate::Outcome;
use crate::process::{cargo, exit_code, watch};
use crate::scratch::Scratch;

const BUDGET: u64 = 650;

/// Builds into an empty folder, says what that took, and fails if it was over the budget.
pub fn run(args: &[String]) -> Outcome {
    if !args.is_empty() {
        return Err(String::from("usage: cargo xtask build-time"));
    }
    // Downloads are the network's time, not the build's.
    let fetched = watch(cargo().args(["fetch", "--locked"]))?;
    if !fetched.success() {
        return Ok(exit_code(fetched));
    }
    let scratch = Scratch::new()?;
    let before = children_ticks()?;
    let began = Instant::now();
    let mut cargo = cargo();
    scratch.adopt(&mut cargo);
    let built = watch(
        cargo
            .args(["build", "--release", "--locked", "--package", "portcullis", "--target-dir"])
            .arg(scratch.folder().join("target"))
            // A compiler cache would answer for the compiler.
            .env("RUSTC_WRAPPER", ""),
    )?;
    let wall = began.elapsed().as_secs();
    if !built.success() {
        return Ok(exit_code(built));
    }
    let ticks = children_ticks()?.saturating_sub(before);
    let cpu = ticks / rustix::param::clock_ticks_per_second().max(1);
    println!("cold release build: {cpu} CPU seconds of {BUDGET}, {wall} s by the clock");
    Ok(if cpu > BUDGET { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The CPU time of all child processes that have ended so far, theirs included, in clock ticks.
fn children_ticks() -> Result<u64, String> {
    let stat =
        fs::read_to_string("/proc/self/stat").map_err(|e| format!("/proc/self/stat: {e}"))?;
    children(&stat).ok_or_else(|| String::from("/proc/self/stat has not the fields that it should"))
}

/// Fields 16 and 17 (`cutime`, `cstime`), counted behind the program's name, which may hold anything.
fn children(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split_whitespace().skip(13);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::children;

    #[test]
    fn the_right_fields_are_read() {
        let stat = "7 (a b) c) S 4 5 6 7 8 9 10 11 12 13 14 15 1600 17 18 19 20";
        assert_eq!(children(stat), Some(1617));
        assert_eq!(children("7 (x) S 1 2"), None);
    }
}
