//! Metrics, on a listener of their own.

use crate::app::App;
use crate::error::Fault;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// What is counted, in the order of the documentation.
pub const COUNTERS: &[(&str, &str)] = &[
    ("portcullis_requests_total", "Requests answered, by class of status"),
    ("portcullis_sign_ins_total", "Sign-ins tried, by result"),
    ("portcullis_hashings_total", "Passwords hashed"),
    (
        "portcullis_hashings_refused_total",
        "Requests answered 503 because the hashing queue was full",
    ),
    ("portcullis_mail_attempts_total", "Messages given to the mail server, by result"),
    ("portcullis_text_attempts_total", "Text messages given to the carrier, by result"),
    ("portcullis_texts_refused_total", "Text messages not sent because enough were, by cap"),
    ("portcullis_faults_total", "Requests that failed through a fault of the server's"),
    (
        "portcullis_checks_total",
        "Checks of tokens and sessions, by what answered them: memory, the database, or none of both",
    ),
];

/// What is measured now and then, in the order of the documentation.
pub const GAUGES: &[(&str, &str)] = &[
    ("portcullis_outbox_waiting", "Messages that wait to be sent"),
    ("portcullis_outbox_dead", "Messages that could not be sent, and are not tried any more"),
    ("portcullis_texts_today", "Text messages of this day (UTC)"),
    ("portcullis_texts_stopped", "1 while the day's are used up"),
    ("portcullis_check_lease", "1 while this node may answer checks from memory"),
    (
        "portcullis_changes_behind",
        "Changes of other nodes that this one has heard of and does not know yet",
    ),
    ("portcullis_check_memory_entries", "What checks remember"),
    ("portcullis_check_memory_bytes", "Bytes that this takes"),
];

/// What is spread, in the order of the documentation.
pub const HISTOGRAMS: &[(&str, &str)] = &[(
    "portcullis_revocation_seconds",
    "From a change's commit to when no node answers from before it any more",
)];

/// Bounds of seconds: the hold for all nodes well, and a lease for one that has stopped.
const REVOCATION_BOUNDS: &[f64] =
    &[0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0, 2.0, 2.5];

/// Starts counting; once a process.
pub fn install() -> Result<PrometheusHandle, Fault> {
    let handle = PrometheusBuilder::new()
        .set_buckets(REVOCATION_BOUNDS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|error| Fault::new(format!("metrics can't be counted: {error}")))?;
    for (name, meaning) in COUNTERS {
        metrics::describe_counter!(*name, *meaning);
    }
    for (name, meaning) in GAUGES {
        metrics::describe_gauge!(*name, *meaning);
    }
    for (name, meaning) in HISTOGRAMS {
        metrics::describe_histogram!(*name, *meaning);
    }
    // There from the start, so that an alert on them has something to look at.
    metrics::counter!("portcullis_hashings_total").absolute(0);
    metrics::counter!("portcullis_hashings_refused_total").absolute(0);
    metrics::counter!("portcullis_mail_attempts_total", "result" => "sent").absolute(0);
    metrics::counter!("portcullis_text_attempts_total", "result" => "sent").absolute(0);
    metrics::counter!("portcullis_texts_refused_total", "cap" => "day").absolute(0);
    metrics::counter!("portcullis_faults_total").absolute(0);
    for (name, _) in GAUGES {
        metrics::gauge!(*name).set(0.0);
    }
    Ok(handle)
}

/// The listener's only page.
pub fn router(handle: PrometheusHandle, app: App) -> Router {
    let page = move || {
        measure(&app);
        let text = handle.render();
        async move { ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text) }
    };
    Router::new().route("/metrics", get(page))
}

/// What is measured when somebody looks.
#[expect(clippy::cast_precision_loss, reason = "metrics are floating-point numbers")]
fn measure(app: &App) {
    let standing = app.db.standing();
    let lease = if standing.may_remember { 1.0 } else { 0.0 };
    metrics::gauge!("portcullis_check_lease").set(lease);
    metrics::gauge!("portcullis_changes_behind").set(standing.behind as f64);
    let ((rows, bytes), (rules, more)) = (app.memory.size(), app.gates.size());
    metrics::gauge!("portcullis_check_memory_entries").set((rows + rules) as f64);
    metrics::gauge!("portcullis_check_memory_bytes").set((bytes + more) as f64);
}
