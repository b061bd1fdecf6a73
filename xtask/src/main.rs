//! `cargo xtask`: what a person types to test, photograph and measure Portcullis.
//!
//! Reading order: the table of commands below, then one file a command (`test`, `screenshots`,
//! `bench`, `chaos`, `build_time`, `common_passwords`, `places`, `user_agents`), then what they stand on:
//! `pinned` fetches data, `packages`, `axe` and `schemathesis` find or install tools, `scratch` and `keeper` own everything that must be gone afterwards,
//! `postgres` and `chromedriver` start the services, `tally` adds up what `cargo test` says.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool that a person runs talks to that person"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "the bans keep ambient time and randomness out of the application; this tool measures real time"
)]

mod axe;
mod bench;
mod build_time;
mod chaos;
mod chromedriver;
mod common_passwords;
mod events;
mod examples;
mod keeper;
mod packages;
mod pinned;
mod places;
mod postgres;
mod process;
mod schemathesis;
mod scratch;
mod screenshots;
mod tally;
mod test;
mod user_agents;

use std::process::ExitCode;

/// What a command ends with: an exit code that it passes on, or the reason why it could not do its work.
type Outcome = Result<ExitCode, String>;

/// One line of the table that `help` prints and that a name is looked up in.
struct Command {
    name: &'static str,
    usage: &'static str,
    line: &'static str,
    run: fn(&[String]) -> Outcome,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "test",
        usage: "[--full] [CARGO-TEST-ARGS…]",
        line: "install what tests need, start throw-away services, run every test; --full is the long lane",
        run: test::run,
    },
    Command {
        name: "screenshots",
        usage: "[--out DIR]",
        line: "photograph every page in a real browser (into docs/screenshots unless told)",
        run: screenshots::run,
    },
    Command {
        name: "bench",
        usage: "[NAME [ARGS…]]",
        line: "run one bench by the shipped profile; without NAME, list them",
        run: bench::run,
    },
    Command {
        name: "chaos",
        usage: "check [--quick] [ARGS…] | acknowledgement",
        line: "revoke credentials while nodes are stopped, killed and cut off: does a check succeed that must not?",
        run: chaos::run,
    },
    Command {
        name: "build-time",
        usage: "",
        line: "build the release profile cold and hold its CPU seconds against the budget",
        run: build_time::run,
    },
    Command {
        name: "common-passwords",
        usage: "[ARGS…]",
        line: "make the list of common and breached passwords that new passwords are held against",
        run: |args| common_passwords::run(args).map(|()| ExitCode::SUCCESS),
    },
    Command {
        name: "events",
        usage: "",
        line: "write docs/events.md, the reference of security events, out of the program",
        run: events::run,
    },
    Command {
        name: "openapi",
        usage: "",
        line: "write docs/openapi.json, the document of the JSON API, out of the program",
        run: events::openapi,
    },
    Command {
        name: "seed",
        usage: "--database URL [--accounts N] [--events N]",
        line: "fill a database that a server has made with believable data; for benches only",
        run: bench::seed,
    },
    Command {
        name: "places",
        usage: "[--check]",
        line: "make the table of networks and countries that the program carries, and the countries' names",
        run: |args| places::run(args).map(|()| ExitCode::SUCCESS),
    },
    Command {
        name: "user-agents",
        usage: "[--check]",
        line: "make the list of patterns that browsers and systems are recognised by",
        run: |args| user_agents::run(args).map(|()| ExitCode::SUCCESS),
    },
    Command {
        name: "help",
        usage: "",
        line: "print this",
        run: |_| {
            println!("{}", help());
            Ok(ExitCode::SUCCESS)
        },
    },
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = args.split_first() else {
        println!("{}", help());
        return ExitCode::SUCCESS;
    };
    if name == keeper::COMMAND {
        return keeper::run(rest);
    }
    let wanted = if matches!(name.as_str(), "--help" | "-h") { "help" } else { name.as_str() };
    let Some(command) = COMMANDS.iter().find(|command| command.name == wanted) else {
        eprintln!("xtask: there is no command `{name}`\n\n{}", help());
        return ExitCode::from(2);
    };
    match (command.run)(rest) {
        Ok(code) => code,
        Err(reason) => {
            eprintln!("xtask {wanted}: {reason}");
            ExitCode::FAILURE
        }
    }
}

/// The table of commands as a person reads it.
fn help() -> String {
    let mut text = String::from("cargo xtask COMMAND\n");
    for Command { name, usage, line, .. } in COMMANDS {
        text.push_str("\n  ");
        text.push_str(name);
        if !usage.is_empty() {
            text.push(' ');
            text.push_str(usage);
        }
        text.push_str("\n      ");
        text.push_str(line);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{COMMANDS, help};

    #[test]
    fn help_names_every_command_once() {
        let text = help();
        for command in COMMANDS {
            let lines = text.lines().filter(|line| {
                line.starts_with("  ") && line.split_whitespace().next() == Some(command.name)
            });
            assert_eq!(lines.count(), 1, "{}", command.name);
        }
    }
}
