//! The page that closes the account.

use super::{Closed, close_own, rules};
use crate::error::{Refused, Result};
use crate::http::{Answer, Page, SteppedUp, Visit};
use askama::Template;
use axum::http::StatusCode;

#[derive(Template)]
#[template(path = "features/closing/close.html")]
struct ClosePage {
    page: Page,
    until: String,
    problem: Option<String>,
}

/// Says what goes, when, and how to keep it.
pub async fn close_page(visit: Visit, _: SteppedUp) -> Result<Answer> {
    show(&visit, None)
}

/// Closes it.
pub async fn close_account(visit: Visit, SteppedUp(current): SteppedUp) -> Result<Answer> {
    match close_own(&visit.app, &current, &visit.source).await? {
        Closed::Done { .. } => Ok(Answer::redirect("/sign-in")
            .without_session(&visit.app)
            .flash(&visit.app, "flash-account-closing")),
        Closed::LastAdministrator => {
            let problem = visit.text.say("close-account-last-administrator").to_string();
            Ok(show(&visit, Some(problem))?.status(StatusCode::UNPROCESSABLE_ENTITY))
        }
        Closed::LastOwner => {
            let problem = visit.text.say("close-account-last-owner").to_string();
            Ok(show(&visit, Some(problem))?.status(StatusCode::UNPROCESSABLE_ENTITY))
        }
        Closed::Already => Err(Refused::OldForm.into()),
    }
}

fn show(visit: &Visit, problem: Option<String>) -> Result<Answer> {
    let at = visit.now.plus(rules::TIME_TO_CHANGE_ONES_MIND);
    Answer::page(&ClosePage {
        page: visit.page("title-close-account", "profile"),
        until: visit.text.moment(at).absolute,
        problem,
    })
}
