//! `cargo xtask bench NAME`: one figure that Portcullis holds, measured by the profile that is shipped.

use std::process::ExitCode;

use crate::Outcome;
use crate::process::{cargo, exit_code, watch};

/// One bench: what a person calls it, what it measures, and how it is run.
struct Bench {
    name: &'static str,
    line: &'static str,
    run: fn(&[String]) -> Outcome,
}

const BENCHES: &[Bench] = &[Bench {
    name: "sign-in",
    line: "sign-ins per second against raw Argon2id, same parameters, same cores",
    run: |args| cargo_bench("sign_in", args),
}];

/// Runs the bench of that name; lists them without one.
pub fn run(args: &[String]) -> Outcome {
    let Some((name, rest)) = args.split_first() else {
        println!("cargo xtask bench NAME [ARGS…]\n{}", list());
        return Ok(ExitCode::SUCCESS);
    };
    match BENCHES.iter().find(|bench| bench.name == name) {
        Some(bench) => (bench.run)(rest),
        None => Err(format!("there is no bench `{name}`\n{}", list())),
    }
}

fn list() -> String {
    BENCHES.iter().flat_map(|Bench { name, line, .. }| ["\n  ", name, "\n      ", line]).collect()
}

/// A bench of the root package, under `benches/`.
fn cargo_bench(target: &str, args: &[String]) -> Outcome {
    let status =
        watch(cargo().args(["bench", "--profile", "dist", "--bench", target, "--"]).args(args))?;
    Ok(exit_code(status))
}
