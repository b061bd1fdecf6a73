//! What the server does by itself: follow the database's clock, and remove what
//! has expired.

use crate::app::App;
use crate::delivery;
use crate::error::Result;
use crate::features::{failure_counters, known_devices, mailed_links, sessions};
use crate::time::Timestamp;
use std::time::Duration;

const CLOCK_INTERVAL: Duration = Duration::from_secs(15);
/// Every node measures the same outbox.
const OUTBOX_INTERVAL: Duration = Duration::from_secs(15);
const PRUNE_INTERVAL: Duration = Duration::from_hours(1);
/// The operator hears of a clock that is so far off (design §4.16).
const DRIFT_WARNING: Duration = Duration::from_secs(5);

/// Runs until it is dropped.
pub async fn run(app: App) {
    let mut clock = tokio::time::interval(CLOCK_INTERVAL);
    let mut outbox = tokio::time::interval(OUTBOX_INTERVAL);
    let mut prune_due = tokio::time::interval(PRUNE_INTERVAL);
    loop {
        tokio::select! {
            _ = clock.tick() => follow_clock(&app).await,
            _ = outbox.tick() => measure_outbox(&app).await,
            _ = prune_due.tick() => match prune(&app).await {
                Ok(0) => {}
                Ok(removed) => tracing::info!(removed, "removed what had expired"),
                Err(error) => tracing::error!(?error, "what has expired could not be removed"),
            },
        }
    }
}

async fn measure_outbox(app: &App) {
    // Counts of a table whose rows are few; beyond 2^53 nobody looks at the last digit.
    #[expect(clippy::cast_precision_loss, reason = "metrics are floating-point numbers")]
    match delivery::backlog(&mut &app.db).await {
        Ok(backlog) => {
            metrics::gauge!("portcullis_outbox_waiting").set(backlog.waiting as f64);
            metrics::gauge!("portcullis_outbox_dead").set(backlog.dead as f64);
        }
        Err(error) => tracing::error!(?error, "the outbox can't be measured"),
    }
}

async fn follow_clock(app: &App) {
    match app.db.server_clock().await {
        Ok(Some(millis)) => app.clock.follow(Timestamp::from_millis(millis)),
        Ok(None) => {}
        Err(error) => tracing::error!(%error, "the database's clock can't be read"),
    }
    let drift = app.clock.drift();
    if drift >= DRIFT_WARNING {
        tracing::warn!(
            seconds = drift.as_secs(),
            "this machine's clock differs from the database's"
        );
    }
}

/// Removes what has expired, and says how many rows.
pub async fn prune(app: &App) -> Result<u64> {
    let now = app.clock.now();
    // A transaction each: none holds rows of two tables, for which a request
    // could wait in the other order.
    let mut tx = app.db.begin().await?;
    let mut removed = sessions::prune(&mut tx, app, now).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    removed += known_devices::prune(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    removed += mailed_links::prune(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    removed += delivery::prune(&mut tx, now).await?;
    tx.commit().await?;
    Ok(removed + failure_counters::prune(app, now).await?)
}
