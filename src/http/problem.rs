//! Pages for what can't be done, each with what to do next.

use super::answer::Answer;
use super::page::Page;
use super::visit::Visit;
use crate::error::{Error, Fault, Refused};
use askama::Template;
use axum::body::Body;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, Response, StatusCode};

#[derive(Template)]
#[template(path = "http/page/problem.html")]
struct ProblemPage {
    page: Page,
    title: String,
    explanation: String,
    reference: Option<String>,
    action_href: String,
    action: String,
}

/// The page for an error; a fault is logged here, once.
pub(super) fn answer(visit: &Visit, error: Error) -> Response<Body> {
    let (status, name, retry_after, reference) = match error {
        Error::Refused(refused) => {
            let (status, name) = describe(&refused);
            let retry_after = match refused {
                Refused::Busy { retry_after } => Some(retry_after.as_secs().max(1)),
                _ => None,
            };
            (status, name, retry_after, None)
        }
        Error::Fault(fault) => {
            let reference = log(visit, &fault);
            (StatusCode::INTERNAL_SERVER_ERROR, "fault", None, Some(reference))
        }
    };
    let mut response = page(visit, status, name, reference);
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

const fn describe(refused: &Refused) -> (StatusCode, &'static str) {
    match refused {
        Refused::NotFound => (StatusCode::NOT_FOUND, "not-found"),
        Refused::OldForm => (StatusCode::CONFLICT, "old-form"),
        Refused::CrossSite => (StatusCode::FORBIDDEN, "cross-site"),
        Refused::Unreadable => (StatusCode::BAD_REQUEST, "bad-request"),
        Refused::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large"),
        Refused::Busy { .. } => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
    }
}

fn log(visit: &Visit, fault: &Fault) -> String {
    let reference = hex::encode(visit.app.random.bytes::<4>());
    tracing::error!(reference, route = visit.route, fault = fault.message(), "a request failed");
    metrics::counter!("portcullis_faults_total").increment(1);
    reference
}

/// A page by the name that its messages have.
pub(super) fn page(
    visit: &Visit,
    status: StatusCode,
    name: &str,
    reference: Option<String>,
) -> Response<Body> {
    let (action_href, action) = match &visit.application {
        Some(name) => ("/", visit.text.say("gate-first-page").with("name", name)),
        None if visit.current.is_some() => ("/settings/security", visit.text.say("action-go-home")),
        None => ("/sign-in", visit.text.say("action-sign-in")),
    };
    let template = ProblemPage {
        title: visit.text.say(format!("problem-{name}-title")).to_string(),
        explanation: visit.text.say(format!("problem-{name}-text")).to_string(),
        reference,
        action_href: action_href.to_owned(),
        action: action.to_string(),
        page: visit.page("title-problem", ""),
    };
    if let Ok(answer) = Answer::page(&template) {
        return answer.status(status).into_response();
    }
    let mut response = Response::new(Body::from(
        "Something went wrong.
",
    ));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}
