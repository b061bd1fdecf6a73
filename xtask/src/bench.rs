//! `cargo xtask bench NAME`: one figure that Portcullis holds, measured by the profile that is shipped.

use std::process::ExitCode;

use crate::Outcome;
use crate::packages::{POSTGRES, ensure};
use crate::postgres;
use crate::process::{cargo, exit_code, watch};
use crate::scratch::Scratch;

/// One bench: what a person calls it, what it measures, and how it is run.
struct Bench {
    name: &'static str,
    line: &'static str,
    run: fn(&[String]) -> Outcome,
}

const BENCHES: &[Bench] = &[
    Bench {
        name: "sign-in",
        line: "sign-ins per second against raw Argon2id, same parameters, same cores",
        run: |args| cargo_bench("sign_in", args),
    },
    Bench {
        name: "log",
        line: "the log's page and its export at 1,000 and many events, both databases \
               [--events N] [--rounds N] [--page PATH]",
        run: |args| over_postgres("log", args),
    },
    Bench {
        name: "allowlist",
        line: "a check that asks about an organisation with 0, 10 and 10,000 entries, both databases \
               [--rounds N]",
        run: |args| over_postgres("allowlist", args),
    },
    Bench {
        name: "check",
        line: "introspection and forward-auth from memory against a bare handler, and from the \
               database against a bare look-up, both databases [--credentials N] [--rounds N] \
               [--seconds N] [--memory MIB] [--spread zipf|uniform] [--only sqlite|postgres] \
               [--part memory|flood|database]",
        run: check,
    },
];

/// Over a throw-away PostgreSQL, beside SQLite.
fn over_postgres(bench: &str, args: &[String]) -> Outcome {
    let [programs] = ensure([&POSTGRES])?;
    let scratch = Scratch::new()?;
    let url = postgres::start(&programs, &scratch)?;
    let mut command = cargo();
    scratch.adopt(&mut command);
    command.args(["bench", "--profile", "dist", "--bench", bench, "--"]).args(args);
    let status = watch(command.env("PORTCULLIS_TEST_POSTGRES_URL", &url))?;
    Ok(exit_code(status))
}

/// Over a throw-away PostgreSQL that leaves the first core to the servers. Built before
/// that: a build needs every core.
fn check(args: &[String]) -> Outcome {
    const BENCH: [&str; 5] = ["bench", "--profile", "dist", "--bench", "check"];
    let [programs] = ensure([&POSTGRES])?;
    let built = watch(cargo().args(BENCH).arg("--no-run"))?;
    if !built.success() {
        return Ok(exit_code(built));
    }
    let scratch = Scratch::new()?;
    leave_the_first_core()?;
    let url = postgres::start(&programs, &scratch)?;
    let mut command = cargo();
    scratch.adopt(&mut command);
    command.args(BENCH).arg("--").args(args);
    let status = watch(command.env("PORTCULLIS_TEST_POSTGRES_URL", &url))?;
    Ok(exit_code(status))
}

/// This process, and what it starts from now on, runs on the other cores.
#[cfg(target_os = "linux")]
fn leave_the_first_core() -> Result<(), String> {
    use rustix::thread::{sched_getaffinity, sched_setaffinity};
    let pinned = sched_getaffinity(None).and_then(|mut cores| {
        cores.unset(0);
        if cores.count() == 0 { Ok(()) } else { sched_setaffinity(None, &cores) }
    });
    pinned.map_err(|error| format!("cores can't be chosen: {error}"))
}

#[cfg(not(target_os = "linux"))]
fn leave_the_first_core() -> Result<(), String> {
    Ok(())
}

/// `cargo xtask seed`: believable data, for benches only.
pub fn seed(args: &[String]) -> Outcome {
    let all: Vec<String> = std::iter::once("seed".to_owned()).chain(args.iter().cloned()).collect();
    cargo_bench("log", &all)
}

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
