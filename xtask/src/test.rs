//! `cargo xtask test`: every test, on both databases and in a real browser.
//!
//! The usual lane is the one a person waits for: races in a few rounds. `--full` takes many rounds
//! and also runs the ignored tests whose names begin with `long_`.
//!
//! What a test may rely on:
//!
//! | variable | what |
//! | --- | --- |
//! | `PORTCULLIS_TEST_POSTGRES_URL` | a superuser's URL; each test makes its own database |
//! | `PORTCULLIS_TEST_CHROMEDRIVER` | where the driver takes commands, `http://127.0.0.1:PORT` |
//! | `PORTCULLIS_TEST_CHROMIUM` | the browser's program |
//! | `PORTCULLIS_TEST_AXE` | the path of `axe.min.js` |
//! | `PORTCULLIS_TEST_NGINX`, `PORTCULLIS_TEST_CADDY` | the proxies' programs |
//! | `PORTCULLIS_TEST_PYTHON` | a Python that has aiosmtpd, the mail server |
//! | `PORTCULLIS_TEST_SCHEMATHESIS` | the program that makes requests from the API's document |
//! | `PORTCULLIS_TEST_EXAMPLE_PYTHON` | a Python that has what `examples/python` imports |
//! | `PORTCULLIS_TEST_NODE` | the program that runs `examples/javascript` |
//! | `PORTCULLIS_TEST_NODE_MODULES` | the folder of packages that it imports |
//! | `PORTCULLIS_TEST_ROUNDS` | how often a race is run; one that is set already stays |
//! | `PORTCULLIS_TEST_FULL` | `1` in the long lane, else not set |

use std::process::{Command, ExitCode};
use std::time::Instant;

use crate::chromedriver::Chromedriver;
use crate::packages::{
    AIOSMTPD, CADDY, CHROMEDRIVER, CHROMIUM, NGINX, NODE, NPM, POSTGRES, VENV, ensure,
};
use crate::process::{cargo, exit_code};
use crate::scratch::Scratch;
use crate::tally::{self, Tally};
use crate::{Outcome, axe, examples, postgres, schemathesis};

/// Runs the lane that was asked for, and ends with cargo's own exit code.
pub fn run(args: &[String]) -> Outcome {
    let (full, args) = match args.split_first() {
        Some((first, rest)) if first == "--full" => (true, rest),
        _ => (false, args),
    };
    let began = Instant::now();
    if !axe::is_here() || !schemathesis::is_here() || !examples::are_here() {
        // All that is missing in one go, so that a person without root is asked only once.
        ensure([
            &CHROMIUM,
            &CHROMEDRIVER,
            &POSTGRES,
            &AIOSMTPD,
            &NGINX,
            &CADDY,
            &NPM,
            &NODE,
            &VENV,
        ])?;
    }
    let [chromium, chromedriver, postgres_programs, python, nginx, caddy] =
        ensure([&CHROMIUM, &CHROMEDRIVER, &POSTGRES, &AIOSMTPD, &NGINX, &CADDY])?;
    let axe = axe::script()?;
    let schemathesis = schemathesis::program()?;
    let example_python = examples::python()?;
    let (node, node_modules) = examples::javascript()?;
    let scratch = Scratch::in_memory()?;
    let postgres_url = postgres::start(&postgres_programs, &scratch)?;
    let driver = Chromedriver::start(&chromedriver, &scratch)?;
    println!("xtask: services ready after {:.1} s", began.elapsed().as_secs_f64());

    let mut tally = Tally::default();
    let mut code = ExitCode::SUCCESS;
    for arguments in runs(full, args) {
        let mut cargo = cargo();
        scratch.adopt(&mut cargo);
        cargo
            .args(&arguments)
            .env("PORTCULLIS_TEST_POSTGRES_URL", &postgres_url)
            .env("PORTCULLIS_TEST_CHROMEDRIVER", &driver.url)
            .env("PORTCULLIS_TEST_CHROMIUM", &chromium)
            .env("PORTCULLIS_TEST_AXE", &axe)
            .env("PORTCULLIS_TEST_NGINX", &nginx)
            .env("PORTCULLIS_TEST_CADDY", &caddy)
            .env("PORTCULLIS_TEST_PYTHON", &python)
            .env("PORTCULLIS_TEST_SCHEMATHESIS", &schemathesis)
            .env("PORTCULLIS_TEST_EXAMPLE_PYTHON", &example_python)
            .env("PORTCULLIS_TEST_NODE", &node)
            .env("PORTCULLIS_TEST_NODE_MODULES", &node_modules);
        lane(&mut cargo, full);
        let (status, counted) = tally::watch(&mut cargo)?;
        // What the run before left out is what this one ran.
        tally.ignored = tally.ignored.saturating_sub(counted.passed + counted.failed);
        tally += counted;
        code = exit_code(status);
        if !status.success() {
            println!("xtask: cargo {} ended with {status}", arguments.join(" "));
            break;
        }
    }
    drop(driver);
    drop(scratch);

    let lane = if full { "full" } else { "usual" };
    let Tally { passed, failed, ignored } = tally;
    println!(
        "\n{lane} lane, {:.0} s\ntests: {passed} passed, {failed} failed, {ignored} skipped",
        began.elapsed().as_secs_f64()
    );
    Ok(code)
}

fn lane(cargo: &mut Command, full: bool) {
    // Whoever wants another number of rounds has said so.
    if std::env::var_os("PORTCULLIS_TEST_ROUNDS").is_none() {
        cargo.env("PORTCULLIS_TEST_ROUNDS", if full { "100" } else { "3" });
    }
    if full {
        cargo.env("PORTCULLIS_TEST_FULL", "1");
    } else {
        cargo.env_remove("PORTCULLIS_TEST_FULL");
    }
}

/// The cargo commands of a lane: one, and in the long lane a second one for what is ignored in the
/// first. A person's own arguments choose among the ignored tests too; else it is all the long ones.
fn runs(full: bool, args: &[String]) -> Vec<Vec<String>> {
    let base = || vec![String::from("test"), String::from("--workspace")];
    let mut runs = vec![[base(), args.to_vec()].concat()];
    if full {
        let mut long = [base(), args.to_vec()].concat();
        if !args.iter().any(|arg| arg == "--") {
            long.push(String::from("--"));
        }
        long.push(String::from("--ignored"));
        if args.is_empty() {
            long.push(String::from("long_"));
        } else {
            long.extend([String::from("--skip"), String::from("screenshots")]);
        }
        runs.push(long);
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::runs;

    fn lines(full: bool, args: &[&str]) -> Vec<String> {
        let args: Vec<String> = args.iter().map(|&arg| arg.to_owned()).collect();
        runs(full, &args).iter().map(|run| run.join(" ")).collect()
    }

    #[test]
    fn the_usual_lane_is_cargo_test_with_what_was_added() {
        assert_eq!(lines(false, &[]), ["test --workspace"]);
        assert_eq!(
            lines(false, &["--test", "it", "--", "spec"]),
            ["test --workspace --test it -- spec"]
        );
    }

    #[test]
    fn the_full_lane_adds_the_long_tests() {
        assert_eq!(lines(true, &[]), ["test --workspace", "test --workspace -- --ignored long_"]);
        assert_eq!(
            lines(true, &["--test", "it", "--", "race"]),
            [
                "test --workspace --test it -- race",
                "test --workspace --test it -- race --ignored --skip screenshots"
            ]
        );
    }
}
