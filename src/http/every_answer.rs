//! What every answer has, found or not (design §4.10; attack SE-20), and what is counted of
//! it.

use super::headers;
use crate::app::App;
use crate::time::Timestamp;
use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use futures_util::FutureExt;
use metrics::Counter;
use std::ops::ControlFlow;
use std::panic::AssertUnwindSafe;

/// Classes of status, as they are counted.
const CLASSES: [&str; 4] = ["2xx", "3xx", "4xx", "5xx"];

/// Made once a server.
pub(super) struct EveryAnswer {
    app: App,
    counters: [Counter; 4],
    /// Headers on hosts of ours, and on those of applications: how such a host is reached
    /// is not ours to say.
    ours: headers::Common,
    theirs: headers::Common,
}

impl EveryAnswer {
    pub(super) fn new(app: App) -> Self {
        let counter = |class| metrics::counter!("portcullis_requests_total", "status" => class);
        let secure = app.config.public_url.secure();
        Self {
            app,
            counters: CLASSES.map(counter),
            ours: headers::Common::new(secure),
            theirs: headers::Common::new(false),
        }
    }

    /// Finishes one. A panic is the last resort's: it ends this answer and nothing else.
    pub(super) async fn finish(
        &self,
        method: &Method,
        route: &str,
        answering: impl Future<Output = Response<Body>>,
    ) -> Response<Body> {
        let began = self.begin();
        let answered = AssertUnwindSafe(answering).catch_unwind().await;
        self.finished(method, route, began, answered.unwrap_or_else(|_| panicked()))
    }

    /// The same for one that is there at once, if it is, with all its headers.
    pub(super) fn finish_at_once<Rest>(
        &self,
        method: &Method,
        route: &str,
        answer: impl FnOnce() -> ControlFlow<Response<Body>, Rest>,
    ) -> ControlFlow<Response<Body>, Rest> {
        let began = self.begin();
        let answered = std::panic::catch_unwind(AssertUnwindSafe(answer));
        match answered {
            Ok(ControlFlow::Break(response)) => {
                ControlFlow::Break(self.told(method, route, began, response))
            }
            Ok(ControlFlow::Continue(rest)) => ControlFlow::Continue(rest),
            Err(_) => ControlFlow::Break(self.finished(method, route, began, panicked())),
        }
    }

    /// When it began, where somebody wants to know.
    fn begin(&self) -> Option<Timestamp> {
        tracing::enabled!(tracing::Level::DEBUG).then(|| self.app.clock.now())
    }

    fn finished(
        &self,
        method: &Method,
        route: &str,
        began: Option<Timestamp>,
        mut response: Response<Body>,
    ) -> Response<Body> {
        let common = if route.starts_with("/gate/") { &self.theirs } else { &self.ours };
        common.add(response.headers_mut());
        self.told(method, route, began, response)
    }

    fn told(
        &self,
        method: &Method,
        route: &str,
        began: Option<Timestamp>,
        response: Response<Body>,
    ) -> Response<Body> {
        let status = response.status().as_u16();
        // The proxy in front keeps the access log of every day.
        if let Some(began) = began {
            let milliseconds = self.app.clock.now().since(began).as_millis();
            tracing::debug!(%method, route, status, milliseconds, "answered");
        }
        let class = usize::from(status / 100).saturating_sub(2).min(CLASSES.len() - 1);
        if let Some(counter) = self.counters.get(class) {
            counter.increment(1);
        }
        response
    }
}

fn panicked() -> Response<Body> {
    tracing::error!("a handler panicked");
    let mut response = Response::new(Body::from("Something went wrong.\n"));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}
