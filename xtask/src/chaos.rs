//! `cargo xtask chaos NAME`: real processes, of which many are stopped, killed and cut off while
//! what they promise is looked at.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::Outcome;
use crate::packages::{POSTGRES, ensure};
use crate::postgres::Server;
use crate::process::{cargo, exit_code, watch};
use crate::scratch::Scratch;

/// What is acknowledged has to be there after the server was killed. The disk is none of what is
/// tried: what the server has given to the system is there while that runs.
const DURABLE: &str = "synchronous_commit = on\nfull_page_writes = on\n";

/// Half a minute each, on nodes that are built like tests; the last one has to notice that a rule
/// is broken.
const QUICK: &[&str] = &[
    "--nodes 3 --revocations 500 --seconds 35 --calm 5 --storm 10",
    "--nodes 3 --revocations 300 --seconds 30 --calm 5 --storm 10 --without-wait",
];

/// What design §7 asks for.
const LONG: &[&str] = &[
    "--nodes 2 --revocations 3000",
    "--nodes 3 --revocations 10000",
    "--nodes 3 --revocations 1000 --without-wait",
];

/// How long an acknowledgement takes: when all is well, and while nodes are killed.
const ACKNOWLEDGEMENT: &[&str] = &[
    "--nodes 3 --revocations 1000 --light --calm 3600 --storm 0",
    "--nodes 3 --revocations 500 --light --calm 4 --storm 6 --only-killed",
];

/// Runs what is asked for.
pub fn run(args: &[String]) -> Outcome {
    match args.split_first() {
        Some((name, rest)) if name == "check" => check(rest),
        Some((name, rest)) if name == "acknowledgement" => runs(ACKNOWLEDGEMENT, "dist", rest),
        _ => Err(String::from(
            "say what: cargo xtask chaos check [--quick | --nodes N] [--revocations N] [--seed N] \
             [--seconds N] [--calm SECONDS] [--storm SECONDS] [--without-wait] [--light] \
             [--only-killed]; or: cargo xtask chaos acknowledgement",
        )),
    }
}

/// Without a size: two nodes, three, and three without the wait for others.
fn check(args: &[String]) -> Outcome {
    let quick = args.iter().any(|arg| arg == "--quick");
    let sized = args.iter().any(|arg| arg == "--nodes");
    let others: Vec<String> = args.iter().filter(|arg| *arg != "--quick").cloned().collect();
    // What tests have built anyway, or what is shipped.
    let profile = if quick { "dev" } else { "dist" };
    let own = match (quick, sized) {
        (_, true) => &[""],
        (true, false) => QUICK,
        (false, false) => LONG,
    };
    runs(own, profile, &others)
}

fn runs(all: &[&str], profile: &str, others: &[String]) -> Outcome {
    // With the features that the whole workspace has, so that what tests have built is of use.
    let bench = ["bench", "--workspace", "--profile", profile, "--bench", "chaos"];
    let [programs] = ensure([&POSTGRES])?;
    let built = watch(cargo().args(bench).arg("--no-run"))?;
    if !built.success() {
        return Ok(exit_code(built));
    }
    for own in all {
        let scratch = Scratch::new()?;
        let server = Server::start(&programs, &scratch, DURABLE)?;
        let wanted = AtomicBool::new(true);
        let (status, kept) = std::thread::scope(|scope| {
            let keeper = scope.spawn(|| server.keep(&wanted));
            let mut command = cargo();
            scratch.adopt(&mut command);
            let status = watch(
                command
                    .args(bench)
                    .arg("--")
                    .args(own.split_whitespace())
                    .args(others)
                    .env("PORTCULLIS_TEST_POSTGRES_URL", &server.url)
                    .env("PORTCULLIS_TEST_POSTGRES_PID", server.pid_file()),
            );
            wanted.store(false, Ordering::SeqCst);
            (status, keeper.join())
        });
        kept.map_err(|_| String::from("the thread that keeps PostgreSQL has ended"))??;
        let status = status?;
        if !status.success() {
            return Ok(exit_code(status));
        }
    }
    Ok(ExitCode::SUCCESS)
}
