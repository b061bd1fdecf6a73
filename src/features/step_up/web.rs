//! The page that asks for the password once more.

use super::{Outcome, step_up};
use crate::error::Result;
use crate::features::password::rules::Password;
use crate::features::sign_in::ReturnPath;
use crate::http::{Answer, Field, Page, SignedIn, Visit};
use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "features/step_up/step_up.html")]
struct StepUpPage {
    page: Page,
    email: String,
    password: Field,
    problem: Option<String>,
    return_to: String,
}

#[derive(Deserialize)]
struct Asked {
    return_to: Option<String>,
}

#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    password: String,
    return_to: Option<String>,
}

fn checked(return_to: Option<&str>) -> String {
    return_to
        .and_then(ReturnPath::parse)
        .map_or_else(|| "/settings/security".to_owned(), |path| path.as_str().to_owned())
}

/// Asks for the password once more.
pub async fn page(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let asked: Asked = visit.query()?;
    let return_to = checked(asked.return_to.as_deref());
    show(&visit, current.account.email, Field::default(), None, return_to)
}

/// What was typed there.
pub async fn submit(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let form: Form = visit.form()?;
    let return_to = checked(form.return_to.as_deref());
    let email = current.account.email.clone();
    let wrong = |key| Field::default().wrong(visit.text.say(key));
    if form.password.is_empty() {
        let answer = show(&visit, email, wrong("field-required"), None, return_to)?;
        return Ok(answer.status(StatusCode::BAD_REQUEST));
    }
    let Ok(typed) = Password::parse(&form.password) else {
        let answer = show(&visit, email, wrong("step-up-wrong"), None, return_to)?;
        return Ok(answer.status(StatusCode::BAD_REQUEST));
    };
    let device = visit.device();
    match step_up(&visit.app, &current, &typed, device.as_ref(), &visit.source).await? {
        Outcome::Proved(session) => Ok(Answer::redirect(return_to).session(&visit.app, &session)),
        Outcome::Wrong => {
            let answer = show(&visit, email, wrong("step-up-wrong"), None, return_to)?;
            Ok(answer.status(StatusCode::FORBIDDEN))
        }
        Outcome::Wait(wait) => {
            let problem = visit.wait(wait);
            let answer = show(&visit, email, Field::default(), Some(problem), return_to)?;
            Ok(answer.wait(wait))
        }
    }
}

fn show(
    visit: &Visit,
    email: String,
    password: Field,
    problem: Option<String>,
    return_to: String,
) -> Result<Answer> {
    let page = visit.page("title-step-up", "");
    Answer::page(&StepUpPage { page, email, password, problem, return_to })
}
