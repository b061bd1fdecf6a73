//! What the server does by itself: follow the database's clock, seal the log, and
//! remove what has expired.

use crate::app::App;
use crate::delivery::{self, LogoutNotice, Mail, Posted, TextMessage};
use crate::error::Result;
use crate::features::access_tokens;
use crate::features::second_factor::sms;
use crate::features::security_notices;
use crate::features::{
    administration, closing, failure_counters, guessing, known_devices, log_export, log_seals,
    mail_requests, mailed_links, recovery, security_log, sessions, sign_up, suspicious_activity,
};
use crate::features::{backup_codes, enrolments, pending_sign_ins};
use crate::features::{
    drafts, ip_allowlist, organisation_access, organisations, two_factor_requirement,
};
use crate::features::{login_notifications, notable_sign_ins, open_id, signing_keys};
use crate::time::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

const CLOCK_INTERVAL: Duration = Duration::from_secs(15);
/// What was noted is looked for so often, rung for or not.
const POST_INTERVAL: Duration = Duration::from_secs(5);
/// Text messages that nobody has rung for, such as those of another node.
const TEXT_INTERVAL: Duration = Duration::from_secs(2);
/// Every node measures the same outbox.
const OUTBOX_INTERVAL: Duration = Duration::from_secs(15);
/// A replaced file of places is taken up so soon.
const PLACES_INTERVAL: Duration = Duration::from_mins(1);
/// What can still be changed in the log without being found is so young.
const SEAL_INTERVAL: Duration = Duration::from_mins(1);
/// An owner hears so soon that a token expires.
const EXPIRY_INTERVAL: Duration = Duration::from_mins(1);
/// Whoever has saved an allowlist that nobody confirmed hears so soon that it was undone.
const POLICY_INTERVAL: Duration = Duration::from_mins(1);
/// Applications hear so soon that a session of theirs has ended.
const LOGOUT_INTERVAL: Duration = Duration::from_secs(2);
/// Keys are made a day before they sign.
const KEYS_INTERVAL: Duration = Duration::from_mins(10);
const PRUNE_INTERVAL: Duration = Duration::from_hours(1);
/// The operator hears of a clock that is so far off (design §4.16).
const DRIFT_WARNING: Duration = Duration::from_secs(5);

/// Runs until it is dropped.
pub async fn run(app: App) {
    let written = Notify::new();
    let mail = Box::pin(sending(&app, &written));
    let texts = Box::pin(texting(&app));
    let logouts = Box::pin(telling(&app));
    tokio::join!(Box::pin(upkeep(&app)), answering(&app, &written), mail, texts, logouts);
}

async fn upkeep(app: &App) {
    let mut clock = tokio::time::interval(CLOCK_INTERVAL);
    let mut outbox = tokio::time::interval(OUTBOX_INTERVAL);
    let mut places = tokio::time::interval(PLACES_INTERVAL);
    let mut seal_due = tokio::time::interval(SEAL_INTERVAL);
    let mut expiry = tokio::time::interval(EXPIRY_INTERVAL);
    let mut policies = tokio::time::interval(POLICY_INTERVAL);
    let mut prune_due = tokio::time::interval(PRUNE_INTERVAL);
    let mut keys = tokio::time::interval(KEYS_INTERVAL);
    // Not at the start, when there is more to do: whoever asks for a key has it made.
    keys.tick().await;
    loop {
        tokio::select! {
            _ = clock.tick() => follow_clock(app).await,
            _ = outbox.tick() => measure_outbox(app).await,
            _ = places.tick() => refresh_places(app).await,
            _ = seal_due.tick() => seal_log(app).await,
            _ = expiry.tick() => tell_of_expiry(app).await,
            _ = policies.tick() => keep_policies(app).await,
            _ = keys.tick() => tend_keys(app).await,
            _ = prune_due.tick() => {
                name_head(app).await;
                match prune(app).await {
                    Ok(0) => {}
                    Ok(removed) => tracing::info!(removed, "removed what had expired"),
                    Err(error) => tracing::error!(?error, "what has expired could not be removed"),
                }
                match closing::erase_due(app).await {
                    Ok(0) => {}
                    Ok(erased) => tracing::info!(erased, "erased closed accounts"),
                    Err(error) => tracing::error!(?error, "closed accounts could not be erased"),
                }
            }
        }
    }
}

async fn seal_log(app: &App) {
    if let Err(error) = log_seals::seal(app).await {
        tracing::error!(?error, "the security log could not be sealed; it is tried again");
    }
}

async fn tell_of_expiry(app: &App) {
    if let Err(error) = access_tokens::tell_due(app).await {
        tracing::error!(?error, "expiring tokens could not be told of; it is tried again");
    }
}

async fn keep_policies(app: &App) {
    if let Err(error) = ip_allowlist::roll_back_due(app).await {
        tracing::error!(?error, "an allowlist that was undone could not be told of");
    }
    if let Err(error) = two_factor_requirement::remind_due(app).await {
        tracing::error!(?error, "members without a second factor could not be reminded");
    }
}

async fn tend_keys(app: &App) {
    if let Err(error) = signing_keys::tend(app).await {
        tracing::error!(?error, "signing keys could not be looked after; it is tried again");
    }
}

/// Applications, of sessions that have ended.
async fn telling(app: &App) {
    let mut due = tokio::time::interval(LOGOUT_INTERVAL);
    loop {
        due.tick().await;
        if let Err(error) = tell_of_logouts(app).await {
            tracing::error!(?error, "applications could not be told of ended sessions");
        }
    }
}

/// Tells applications of every session of theirs that has ended; how many heard of it.
pub async fn tell_of_logouts(app: &App) -> Result<u64> {
    open_id::enqueue_due(app).await?;
    let post = async |posted: Posted<LogoutNotice>| open_id::post(app, &posted).await;
    delivery::drain(app, post).await
}

/// Whoever keeps what is written to standard error elsewhere has noted it there.
async fn name_head(app: &App) {
    match log_seals::head(&mut &app.db).await {
        Ok(Some((head, _))) => tracing::info!(%head, "the security log is sealed"),
        Ok(None) => {}
        Err(error) => tracing::error!(?error, "the log's seals can't be read"),
    }
}

/// Files of many megabytes are read on a thread that may wait.
async fn refresh_places(app: &App) {
    let places = Arc::clone(&app.places);
    if let Err(error) = tokio::task::spawn_blocking(move || places.refresh()).await {
        tracing::error!(%error, "the files of places could not be looked at");
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
    #[expect(clippy::cast_precision_loss, reason = "metrics are floating-point numbers")]
    match sms::caps::today(&mut &app.db, app.clock.now()).await {
        Ok(today) => {
            metrics::gauge!("portcullis_texts_today").set(today.sent as f64);
            let stopped = if today.stopped_at.is_some() { 1.0 } else { 0.0 };
            metrics::gauge!("portcullis_texts_stopped").set(stopped);
        }
        Err(error) => tracing::error!(?error, "text messages can't be counted"),
    }
}

async fn answering(app: &App, written: &Notify) {
    loop {
        // Rung or not; the next round looks for what this one has missed.
        let _ = tokio::time::timeout(POST_INTERVAL, app.post.notified()).await;
        // Not at once: whoever asks again at that moment must not feel by the
        // time it takes whether there is something to write.
        let [pause] = app.random.bytes();
        tokio::time::sleep(Duration::from_millis(u64::from(pause))).await;
        if let Err(error) = answer_requests(app).await {
            tracing::error!(
                ?error,
                "requests for mail could not be answered; they are tried again"
            );
        }
        written.notify_one();
    }
}

/// Beside the answering, because a mail server may be slow.
async fn sending(app: &App, written: &Notify) {
    let Some(smtp) = &app.smtp else { return };
    loop {
        let _ = tokio::time::timeout(POST_INTERVAL, written.notified()).await;
        let sent = delivery::drain(app, async |posted: Posted<Mail>| {
            smtp.send(&posted.message, &posted.message_id, posted.date).await
        });
        if let Err(error) = sent.await {
            tracing::error!(?error, "mail could not be taken from the outbox; it is tried again");
        }
    }
}

/// Somebody waits for a code with the phone in hand, so nothing rings twice here.
async fn texting(app: &App) {
    let Some(carrier) = &app.sms else { return };
    loop {
        let _ = tokio::time::timeout(TEXT_INTERVAL, app.texts.notified()).await;
        let sent = delivery::drain(app, async |posted: Posted<TextMessage>| {
            carrier.send(&posted.message, &posted.message_id, app.clock.now()).await
        });
        if let Err(error) = sent.await {
            tracing::error!(?error, "text messages could not be taken from the outbox");
        }
    }
}

/// Works out every request for mail that nobody has answered, and writes what
/// administrators are to be told.
pub async fn answer_requests(app: &App) -> Result<()> {
    recovery::answer_requests(app).await?;
    sign_up::answer_requests(app).await?;
    administration::tell_of_stopped_texts(app).await?;
    guessing::answer_alarms(app).await
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
    removed += access_tokens::prune(app, now).await?;
    let mut tx = app.db.begin().await?;
    removed += open_id::prune(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    removed += known_devices::prune(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    removed += mailed_links::prune(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    removed += notable_sign_ins::prune_browsers(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    removed += notable_sign_ins::prune_locations(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    removed += notable_sign_ins::prune(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    removed += login_notifications::prune(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    removed += mail_requests::prune(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    removed += delivery::prune(&mut tx, now).await?;
    removed += security_notices::prune(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    removed += pending_sign_ins::prune(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    removed += enrolments::prune(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    removed += backup_codes::prune(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    removed += sms::prune_codes(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    removed += sms::prune_counters(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    removed += log_export::prune(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    removed += organisations::invitations::prune(&mut tx, now).await?;
    removed += organisation_access::prune(&mut tx, now).await?;
    removed += drafts::prune(&mut tx, now).await?;
    removed += ip_allowlist::prune(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    removed += suspicious_activity::prune(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    removed += security_log::counts::prune(&mut tx, app.config.log_retention, now).await?;
    tx.commit().await?;
    removed += log_seals::prune(app, now).await?;
    Ok(removed + failure_counters::prune(app, now).await?)
}
