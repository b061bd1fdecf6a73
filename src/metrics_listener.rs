//! Metrics, on a listener of their own.

use crate::error::Fault;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// Starts counting; once a process.
pub fn install() -> Result<PrometheusHandle, Fault> {
    PrometheusBuilder::new()
        .install_recorder()
        .map_err(|error| Fault::new(format!("metrics can't be counted: {error}")))
}

/// The listener's only page.
pub fn router(handle: PrometheusHandle) -> Router {
    let page = move || {
        let text = handle.render();
        async move { ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text) }
    };
    Router::new().route("/metrics", get(page))
}
