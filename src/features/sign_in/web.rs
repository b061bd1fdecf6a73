//! The sign-in page.

use super::{Credentials, Outcome, ReturnPath, sign_in};
use crate::config::SignUp;
use crate::error::Result;
use crate::features::account::rules::EmailAddress;
use crate::features::applications;
use crate::features::password::rules::Password;
use crate::http::{Answer, Field, Page, Public, Visit, onward};
use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "features/sign_in/sign_in.html")]
struct SignInPage {
    page: Page,
    email: Field,
    password: Field,
    problem: Option<String>,
    return_to: Option<String>,
    /// The application that one goes on to afterwards.
    application: Option<String>,
    sign_up: bool,
}

#[derive(Deserialize)]
struct Asked {
    return_to: Option<String>,
}

#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    return_to: Option<String>,
}

pub(super) const HOME: &str = "/settings/security";

fn checked(return_to: Option<&str>) -> Option<ReturnPath> {
    return_to.and_then(ReturnPath::parse)
}

/// The sign-in page.
pub async fn page(visit: Visit, _: Public) -> Result<Answer> {
    let asked: Asked = visit.query()?;
    let return_to = checked(asked.return_to.as_deref());
    if visit.current.is_some() {
        return Ok(Answer::redirect(return_to.as_ref().map_or(HOME, ReturnPath::as_str)));
    }
    show(&visit, Field::default(), Field::default(), None, return_to).await
}

/// What was typed there.
pub async fn submit(visit: Visit, _: Public) -> Result<Answer> {
    let form: Form = visit.form()?;
    let return_to = checked(form.return_to.as_deref());
    let mut email = Field::new(form.email.clone());
    let mut password = Field::default();
    let say = |key| visit.text.say(key);
    if form.password.is_empty() {
        password = password.wrong(say("field-required"));
    }
    if form.email.trim().is_empty() {
        email = email.wrong(say("field-required"));
    }
    let address = EmailAddress::parse(&form.email);
    if email.error.is_none() && address.is_err() {
        email = email.wrong(say("email-invalid"));
    }
    let (Ok(address), None) = (address, &password.error) else {
        let answer = show(&visit, email, password, None, return_to).await?;
        return Ok(answer.status(StatusCode::BAD_REQUEST));
    };
    // What is too long is nobody's password.
    let Ok(typed) = Password::parse(&form.password) else {
        let problem = say("sign-in-wrong").to_string();
        let answer = show(&visit, email, password, Some(problem), return_to).await?;
        return Ok(answer.status(StatusCode::BAD_REQUEST));
    };
    let credentials = Credentials {
        email: address,
        password: typed,
        device: visit.device(),
        replaces: visit.current.clone(),
        waiting: visit.pending_sign_in(),
        return_to: return_to.clone(),
    };
    match sign_in(&visit.app, credentials, &visit.source).await? {
        Outcome::SignedIn { new, kept } => {
            let to = return_to.as_ref().map_or(HOME, ReturnPath::as_str);
            let answer = onward(&visit, to)?
                .session(&visit.app, &new.session)
                .device(&visit.app, &new.device);
            Ok(if kept { answer.flash(&visit.app, "flash-account-kept") } else { answer })
        }
        Outcome::SecondFactor(pending) => {
            Ok(Answer::redirect("/sign-in/two-factor").pending_sign_in(&visit.app, &pending))
        }
        Outcome::Wrong => {
            let problem = say("sign-in-wrong").to_string();
            let answer = show(&visit, email, password, Some(problem), return_to).await?;
            Ok(answer.status(StatusCode::FORBIDDEN))
        }
        Outcome::Wait(wait) => {
            let problem = visit.wait(wait);
            let answer = show(&visit, email, password, Some(problem), return_to).await?;
            Ok(answer.wait(wait))
        }
    }
}

async fn show(
    visit: &Visit,
    email: Field,
    password: Field,
    problem: Option<String>,
    return_to: Option<ReturnPath>,
) -> Result<Answer> {
    let application = match &return_to {
        Some(path) => applications::bound_for(&visit.app, path).await?,
        None => None,
    };
    Answer::page(&SignInPage {
        page: visit.page("title-sign-in", ""),
        email,
        password,
        problem,
        return_to: return_to.map(|path| path.as_str().to_owned()),
        application,
        sign_up: visit.app.config.sign_up == SignUp::Open,
    })
}
