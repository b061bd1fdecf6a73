//! `portcullis serve`

use super::{Reply, control};
use crate::app::{Ambient, App};
use crate::config::{Config, LogFormat};
use crate::data_dir;
use crate::delivery::local_mail;
use crate::error::{Error, Fault};
use crate::features::administration;
use crate::http::{Server, ServerLimits, router};
use crate::{jobs, metrics_listener};
use portcullis_db::Target;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::io::{IsTerminal, Write};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// A connection each, and some for files and the database.
const FILES: u64 = 11_000;
/// For what still uses the database when the server has stopped.
const LAST_PATIENCE: Duration = Duration::from_secs(5);

/// Acts whose browser has gone may go on for so long at a shutdown.
const LAST_TASKS: Duration = Duration::from_secs(10);

pub(super) async fn run(config: Config) -> Reply {
    start_logging(&config);
    allow_many_connections();
    match Box::pin(serve(config)).await {
        Ok(()) => Reply::done("", serde_json::json!({ "stopped": true })),
        Err(error) => error.into(),
    }
}

async fn serve(config: Config) -> Result<(), Error> {
    let lock = match &config.database {
        Target::Postgres(_) => None,
        Target::Sqlite(_) => {
            let held = data_dir::lock(&config)?;
            Some(held.ok_or_else(|| {
                Fault::new(format!(
                    "another Portcullis server uses {} or its database. Stop it, or set `data_dir` to another \
                     folder; several servers need PostgreSQL",
                    config.data_dir.display()
                ))
            })?)
        }
    };
    let metrics = match config.metrics_listen {
        None => None,
        Some(address) => {
            Some((bind(address, "metrics_listen").await?, metrics_listener::install()?))
        }
    };
    // Bound before the database is opened: a port in use is the commonest
    // mistake, and costs nothing to find.
    let listener = bind(config.listen, "listen").await?;
    let app = App::open(config, Ambient::default()).await?;
    let control = match &lock {
        Some(_) => Some(control::bind(&app.config.data_dir)?),
        None => None,
    };
    // Before it is said to be ready: whoever reads that may stop it at once.
    let signals = Signals::listen()?;
    app.join().await;
    greet(&app).await?;
    let (stopping, stopped) = watch::channel(false);
    let until = |mut stopped: watch::Receiver<bool>| async move {
        // An error means that the sender is gone, which is a stop too.
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    let background = async {
        let control = async {
            match control {
                Some(listener) => control::listen(listener, app.clone()).await,
                None => std::future::pending().await,
            }
        };
        let metrics = async {
            match metrics {
                Some((listener, handle)) => {
                    let router = metrics_listener::router(handle, app.clone());
                    let server = Server::new(listener, router, ServerLimits::default());
                    server.run(until(stopped.clone())).await;
                }
                None => std::future::pending().await,
            }
        };
        tokio::join!(control, metrics, jobs::run(app.clone()));
    };
    let server = Server::new(listener, router(app.clone()), ServerLimits::default());
    tokio::select! {
        () = server.run(until(stopped.clone())) => {}
        () = background => {}
        () = stop_at_signal(signals, stopping) => {}
    }
    app.tasks.close();
    if tokio::time::timeout(LAST_TASKS, app.tasks.wait()).await.is_err() {
        tracing::warn!("acts were still in progress after the shutdown's time");
    }
    app.leave().await;
    // A request that outlived the shutdown's time may hold a connection for ever.
    if tokio::time::timeout(LAST_PATIENCE, app.db.close()).await.is_err() {
        tracing::warn!("the database was still in use");
    }
    tracing::info!("stopped");
    drop(lock);
    Ok(())
}

/// What asks a server to stop.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From here on, such a signal waits for [`Self::next`] instead of ending
    /// the process.
    fn listen() -> Result<Self, Fault> {
        let on = |kind| {
            signal(kind).map_err(|error| Fault::new(format!("signals can't be heard: {error}")))
        };
        Ok(Self {
            terminate: on(SignalKind::terminate())?,
            interrupt: on(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Tells the servers to stop, and leaves the rest to them; a second signal ends
/// the wait.
async fn stop_at_signal(mut signals: Signals, stopping: watch::Sender<bool>) {
    signals.next().await;
    tracing::info!("stopping; what is in flight is finished first");
    let _ = stopping.send(true);
    signals.next().await;
}

async fn bind(address: std::net::SocketAddr, key: &str) -> Result<TcpListener, Fault> {
    TcpListener::bind(address).await.map_err(|error| {
        Fault::new(format!(
            "{address} can't be listened on ({error}). Set `{key}` to another address"
        ))
    })
}

/// What a person who has just started it wants to know.
async fn greet(app: &App) -> Result<(), Error> {
    let mut lines = vec![
        format!(
            "Portcullis {} is ready at {}",
            env!("CARGO_PKG_VERSION"),
            app.config.public_url.origin()
        ),
        format!("  database  {}", crate::config::without_password(&app.config.database)),
    ];
    if let Some(link) = administration::set_up_link(app).await? {
        lines.push(
            "  Create the first administrator (the link works once, within 24 hours):".into(),
        );
        lines.push(format!("  {}", link.reveal()));
    }
    if let Some(smtp) = &app.config.smtp {
        lines.push(format!("  mail      by {smtp}"));
    } else if local_mail::is_configured(&app.config) {
        let page = app.config.public_url.link(local_mail::PATH);
        lines.push(format!("  mail      no SMTP server is set: read it at {page}"));
    } else {
        lines.push("  mail      no SMTP server is set: mail waits until `smtp_url` is".into());
    }
    let config = &app.config;
    if let Some(carrier) = &config.sms {
        lines.push(format!("  SMS       by {carrier} to {}", countries(config)));
    } else if local_mail::shows_texts(config) {
        let page = config.public_url.link(local_mail::PATH);
        lines.push(format!("  SMS       no carrier is set: read it at {page}"));
    }
    let mut output = std::io::stdout();
    let _ = writeln!(output, "{}", lines.join("\n")).and_then(|()| output.flush());
    Ok(())
}

fn start_logging(config: &Config) {
    let builder = tracing_subscriber::fmt()
        .with_max_level(config.log_level)
        .with_writer(std::io::stderr)
        .with_target(false);
    // What PostgreSQL says beside its answers, at each start that a table is there.
    let quiet = Targets::new()
        .with_default(config.log_level)
        .with_target("sqlx::postgres::notice", Level::WARN.min(config.log_level));
    let started = match config.log_format {
        LogFormat::Json => builder.json().finish().with(quiet).try_init(),
        LogFormat::Text => {
            builder.with_ansi(std::io::stderr().is_terminal()).finish().with(quiet).try_init()
        }
    };
    if let Err(error) = started {
        tracing::warn!(%error, "logging was started before");
    }
}

/// The usual soft limit of 1,024 files is a tenth of the connections that a
/// server takes; up to the hard limit a process may raise it by itself.
fn allow_many_connections() {
    let limit = getrlimit(Resource::Nofile);
    let Some(current) = limit.current else { return };
    let wanted = limit.maximum.map_or(FILES, |maximum| maximum.min(FILES));
    if wanted > current {
        let raised = Rlimit { current: Some(wanted), ..limit };
        if let Err(error) = setrlimit(Resource::Nofile, raised) {
            tracing::warn!(%error, current, "the limit of open files can't be raised");
        }
    }
}

fn countries(config: &Config) -> String {
    if config.sms_countries.is_empty() {
        "nowhere: `sms_countries` is not set".into()
    } else {
        config.sms_countries.to_string()
    }
}
