//! `portcullis serve`

use super::{Reply, control};
use crate::app::{Ambient, App};
use crate::config::{Config, LogFormat};
use crate::data_dir;
use crate::error::{Error, Fault};
use crate::features::administration;
use crate::http::{Server, ServerLimits, router};
use crate::{jobs, metrics_listener};
use portcullis_db::Target;
use std::io::{IsTerminal, Write};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Acts whose browser has gone may go on for so long at a shutdown.
const LAST_TASKS: std::time::Duration = std::time::Duration::from_secs(10);

pub(super) async fn run(config: Config) -> Reply {
    start_logging(&config);
    match serve(config).await {
        Ok(()) => Reply::done("", serde_json::json!({ "stopped": true })),
        Err(error) => error.into(),
    }
}

async fn serve(config: Config) -> Result<(), Error> {
    let lock = match &config.database {
        Target::Postgres(_) => None,
        Target::Sqlite(_) => {
            let held = data_dir::lock(&config.data_dir)?;
            Some(held.ok_or_else(|| {
                Fault::new(format!(
                    "another Portcullis server uses {}. Stop it, or set `data_dir` to another \
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
                    let router = metrics_listener::router(handle);
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
        () = stop_at_signal(stopping) => {}
    }
    app.tasks.close();
    if tokio::time::timeout(LAST_TASKS, app.tasks.wait()).await.is_err() {
        tracing::warn!("acts were still in progress after the shutdown's time");
    }
    app.db.close().await;
    tracing::info!("stopped");
    drop(lock);
    Ok(())
}

/// Tells the servers to stop, and leaves the rest to them; a second signal ends
/// the wait.
async fn stop_at_signal(stopping: watch::Sender<bool>) {
    let wait = async || match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(mut terminate), Ok(mut interrupt)) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        }
        _ => std::future::pending().await,
    };
    wait().await;
    tracing::info!("stopping; what is in flight is finished first");
    let _ = stopping.send(true);
    wait().await;
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
    let mut output = std::io::stdout();
    let _ = writeln!(output, "{}", lines.join("\n")).and_then(|()| output.flush());
    Ok(())
}

fn start_logging(config: &Config) {
    let builder = tracing_subscriber::fmt()
        .with_max_level(config.log_level)
        .with_writer(std::io::stderr)
        .with_target(false);
    let started = match config.log_format {
        LogFormat::Json => builder.json().try_init(),
        LogFormat::Text => builder.with_ansi(std::io::stderr().is_terminal()).try_init(),
    };
    if let Err(error) = started {
        tracing::warn!(error, "logging was started before");
    }
}
