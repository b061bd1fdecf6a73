//! Answers for whoever watches the server.

use crate::app::App;
use axum::body::Body;
use axum::http::{Response, StatusCode};
use std::time::Duration;

/// A node whose own clock is so far from the database's answers nobody
/// (design §4.16).
pub(crate) const LARGEST_DRIFT: Duration = Duration::from_mins(2);

/// Whoever asks gives up after some seconds, and then knows less.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) fn live() -> Response<Body> {
    answer(StatusCode::OK, "live\n")
}

pub(super) async fn ready(app: &App) -> Response<Body> {
    if app.clock.drift() >= LARGEST_DRIFT {
        return answer(StatusCode::SERVICE_UNAVAILABLE, "the clock is wrong\n");
    }
    let error = match tokio::time::timeout(PATIENCE, app.db.ping()).await {
        Ok(Ok(())) => return answer(StatusCode::OK, "ready\n"),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "it takes too long".to_owned(),
    };
    tracing::error!(error, "not ready: the database does not answer");
    answer(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
}

fn answer(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response
}
