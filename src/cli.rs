//! The command line: one file a command, calling the same actions as HTTP.
//!
//! On `SQLite` a command works through the running server, if there is one; on
//! `PostgreSQL` it is one more node.

mod account;
mod account_acts;
mod account_shown;
mod application;
mod application_gate;
mod application_said;
mod backup;
mod config;
mod control;
mod doctor;
mod log;
mod log_export;
mod log_verify;
mod migrate;
mod organisation;
mod outbox;
mod serve;
mod token;

use crate::app::{Ambient, App};
use crate::config::{Config, Environment};
use crate::data_dir;
use crate::error::{Error, Fault, Refused};
use clap::{Parser, Subcommand};
use portcullis_db::Target;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::process::ExitCode;

/// The Settings → Security page of any product, and the machinery behind it.
#[derive(Debug, Parser)]
#[command(name = "portcullis", version, about, after_help = EXIT_CODES)]
pub struct Cli {
    /// The configuration file [default: portcullis.toml, where there is one]
    #[arg(long, global = true, value_name = "FILE", env = "PORTCULLIS_CONFIG")]
    config: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 refused (the message says why); 2 the command or the \
                          configuration is wrong; 3 something failed.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the server (the default)
    Serve,
    /// Make, invite, list, show, suspend, restore, close and keep accounts, and what else is done to them
    #[command(subcommand)]
    Account(account::Command),
    /// Make, list, show, change and remove applications, and rotate their secrets
    #[command(subcommand)]
    Application(application::Command),
    /// Bring the database's schema up to date
    Migrate,
    /// Print an example configuration
    #[command(subcommand)]
    Config(config::Command),
    /// Check database, key file, public URL, proxy trust and clock
    Doctor,
    /// Read the security log
    #[command(subcommand)]
    Log(log::Command),
    /// Print the document of the JSON API, which needs no database
    Openapi,
    /// Make, list, show and change organisations, and switch an IP allowlist off
    #[command(subcommand)]
    Organisation(organisation::Command),
    /// See what mail waits or was given up, and try it again
    #[command(subcommand)]
    Outbox(outbox::Command),
    /// List and revoke access tokens of an account
    #[command(subcommand)]
    Token(token::Command),
    /// Write a consistent copy of database and keys, while the server runs
    Backup(backup::Command),
}

/// A command on its way to the process that has the database.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Order {
    /// About accounts.
    Account(account::Order),
    /// About applications.
    Application(Box<application::Order>),
    /// About the log.
    Log(log::Order),
    /// About organisations.
    Organisation(organisation::Order),
    /// About the outbox.
    Outbox(outbox::Order),
    /// About access tokens.
    Token(token::Order),
    /// A backup.
    Backup(backup::Order),
}

/// What a command answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Reply {
    /// Its exit code.
    code: u8,
    /// For people.
    text: String,
    /// For programs.
    json: serde_json::Value,
}

const DONE: u8 = 0;
const REFUSED: u8 = 1;
const USAGE: u8 = 2;
const FAILED: u8 = 3;

impl Reply {
    fn done(text: impl Into<String>, json: serde_json::Value) -> Self {
        Self { code: DONE, text: text.into(), json }
    }

    fn refused(text: impl Into<String>) -> Self {
        Self::problem(REFUSED, text.into())
    }

    fn problem(code: u8, text: String) -> Self {
        let json = serde_json::json!({ "error": text });
        Self { code, text, json }
    }

    fn print(&self, as_json: bool) -> ExitCode {
        use std::io::Write;
        let text = if as_json { self.json.to_string() } else { self.text.clone() };
        // A reader that has gone away is no failure of ours.
        let _ = if self.code == DONE || as_json {
            writeln!(std::io::stdout(), "{text}")
        } else {
            writeln!(std::io::stderr(), "{text}")
        };
        ExitCode::from(self.code)
    }
}

impl From<Error> for Reply {
    fn from(error: Error) -> Self {
        match error {
            Error::Fault(fault) => Self::problem(FAILED, fault.message().to_owned()),
            Error::Refused(Refused::Busy { .. }) => {
                Self::problem(FAILED, "the database does not answer; try again".into())
            }
            Error::Refused(refused) => Self::refused(format!("refused: {refused:?}")),
        }
    }
}

impl From<Fault> for Reply {
    fn from(fault: Fault) -> Self {
        Error::from(fault).into()
    }
}

/// Runs the command line.
pub fn run(cli: Cli, environment: &Environment) -> ExitCode {
    let as_json = cli.json;
    if let Some(Command::Config(command)) = &cli.command {
        return command.reply().print(as_json);
    }
    if let Some(Command::Log(log::Command::Reference)) = &cli.command {
        return log::reference().print(as_json);
    }
    if let Some(Command::Openapi) = &cli.command {
        return openapi().print(as_json);
    }
    let default = PathBuf::from("portcullis.toml");
    let file = cli.config.or_else(|| default.exists().then_some(default));
    let config = match Config::load(file.as_deref(), environment) {
        Ok(config) => config,
        Err(error) => return Reply::problem(USAGE, error.to_string()).print(as_json),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Reply::problem(FAILED, error.to_string()).print(as_json),
    };
    let reply = runtime.block_on(async {
        match cli.command.unwrap_or(Command::Serve) {
            Command::Serve => Box::pin(serve::run(config)).await,
            Command::Migrate => migrate::run(&config).await,
            Command::Doctor => doctor::run(&config).await,
            Command::Config(command) => command.reply(),
            Command::Account(command) => match command.order() {
                Ok(order) => deliver(config, Order::Account(order)).await,
                Err(reply) => reply,
            },
            Command::Application(command) => {
                deliver(config, Order::Application(Box::new(command.order()))).await
            }
            Command::Log(log::Command::Export(asked)) => {
                Box::pin(log_export::run(config, asked, as_json)).await
            }
            Command::Log(log::Command::Verify(asked)) => {
                Box::pin(log_verify::run(config, asked)).await
            }
            Command::Log(log::Command::Head) => deliver(config, Order::Log(log::Order::Head)).await,
            Command::Log(log::Command::Reference) => log::reference(),
            Command::Openapi => openapi(),
            Command::Log(log::Command::List(asked)) => {
                deliver(config, Order::Log(log::Order::List(asked))).await
            }
            Command::Organisation(command) => {
                deliver(config, Order::Organisation(command.order())).await
            }
            Command::Outbox(command) => deliver(config, Order::Outbox(command.order())).await,
            Command::Token(command) => deliver(config, Order::Token(command.order())).await,
            Command::Backup(command) => match command.order() {
                Ok(order) => deliver(config, Order::Backup(order)).await,
                Err(reply) => reply,
            },
        }
    });
    // What has written its answer by itself, or has none.
    if reply.text.is_empty() && (!as_json || reply.json.is_null()) {
        return ExitCode::from(reply.code);
    }
    reply.print(as_json)
}

/// The JSON API in its own words.
fn openapi() -> Reply {
    Reply::done(crate::http::api::text().trim_end(), crate::http::api::document())
}

/// Who carries orders out: this process, or the running server.
enum Site {
    Here(App, Option<data_dir::DataDirLock>),
    Server(PathBuf),
}

impl Site {
    async fn open(config: Config) -> Result<Self, Reply> {
        let held = match &config.database {
            Target::Postgres(_) => None,
            Target::Sqlite(_) => match data_dir::lock(&config)? {
                Some(lock) => Some(lock),
                None => return Ok(Self::Server(config.data_dir)),
            },
        };
        Ok(Self::Here(App::open(config, Ambient::default()).await?, held))
    }

    async fn carry_out(&self, order: Order) -> Reply {
        match self {
            Self::Here(app, _) => carry_out(app, order).await,
            Self::Server(data_dir) => control::send(data_dir, &order).await,
        }
    }

    async fn close(self) {
        if let Self::Here(app, held) = self {
            app.db.close().await;
            drop(held);
        }
    }
}

/// Has one order carried out.
async fn deliver(config: Config, order: Order) -> Reply {
    let site = match Site::open(config).await {
        Ok(site) => site,
        Err(reply) => return reply,
    };
    let reply = site.carry_out(order).await;
    site.close().await;
    reply
}

/// Does what an order says.
async fn carry_out(app: &App, order: Order) -> Reply {
    let done = match order {
        Order::Account(order) => account::carry_out(app, order).await,
        Order::Application(order) => application::carry_out(app, *order).await,
        Order::Log(order) => log::carry_out(app, order).await,
        Order::Organisation(order) => organisation::carry_out(app, order).await,
        Order::Outbox(order) => outbox::carry_out(app, order).await,
        Order::Token(order) => token::carry_out(app, order).await,
        Order::Backup(order) => backup::carry_out(app, order).await,
    };
    // What was done may have written mail.
    app.post.notify_one();
    app.texts.notify_one();
    done.unwrap_or_else(Reply::from)
}

/// A time for programs.
fn rfc3339(at: crate::time::Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.millis()).map_or_else(
        |_| at.millis().to_string(),
        |at| at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
    )
}
