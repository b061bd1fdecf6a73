//! Metrics, on a listener of their own.

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
];

/// What is measured now and then, in the order of the documentation.
pub const GAUGES: &[(&str, &str)] = &[
    ("portcullis_outbox_waiting", "Messages that wait to be sent"),
    ("portcullis_outbox_dead", "Messages that could not be sent, and are not tried any more"),
    ("portcullis_texts_today", "Text messages of this day (UTC)"),
    ("portcullis_texts_stopped", "1 while the day's are used up"),
];

/// Starts counting; once a process.
pub fn install() -> Result<PrometheusHandle, Fault> {
    let handle = PrometheusBuilder::new()
        .install_recorder()
        .map_err(|error| Fault::new(format!("metrics can't be counted: {error}")))?;
    for (name, meaning) in COUNTERS {
        metrics::describe_counter!(*name, *meaning);
    }
    for (name, meaning) in GAUGES {
        metrics::describe_gauge!(*name, *meaning);
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
pub fn router(handle: PrometheusHandle) -> Router {
    let page = move || {
        let text = handle.render();
        async move { ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text) }
    };
    Router::new().route("/metrics", get(page))
}
