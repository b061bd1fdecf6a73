//! The pages that make one's own account. Where sign-up is closed, there are
//! none.

use super::{NotOpen, Outcome, SignUp, address, note_dead, sign_up as act};
use crate::config;
use crate::error::{Refused, Result};
use crate::features::account::rules::EmailAddress;
use crate::features::account::web::{read_email, read_name};
use crate::features::mail_requests::rules::Wanted;
use crate::features::mail_requests::{self, Asked};
use crate::features::password::web::{NewPassword, Requirement, requirements};
use crate::features::recovery::web::{Advice, dead_link};
use crate::http::{Answer, Field, Page, Public, Visit};
use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "features/sign_up/ask.html")]
struct AskPage {
    page: Page,
    email: Field,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "features/sign_up/sent.html")]
struct SentPage {
    page: Page,
    email: String,
}

#[derive(Template)]
#[template(path = "features/sign_up/finish.html")]
struct FinishPage {
    page: Page,
    action: String,
    email: String,
    name: Field,
    new_password: Field,
    confirm_new_password: Field,
    requirements: Vec<Requirement>,
}

#[derive(Template)]
#[template(path = "features/sign_up/taken.html")]
struct TakenPage {
    page: Page,
}

#[derive(Deserialize)]
struct AskForm {
    #[serde(default)]
    email: String,
}

#[derive(Deserialize)]
struct FinishForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    new_password: String,
    #[serde(default)]
    confirm_new_password: String,
}

fn only_open(visit: &Visit) -> Result<()> {
    match visit.app.config.sign_up {
        config::SignUp::Open => Ok(()),
        config::SignUp::Closed => Err(Refused::NotFound.into()),
    }
}

/// Asks for the address.
pub async fn ask_page(visit: Visit, _: Public) -> Result<Answer> {
    only_open(&visit)?;
    let page = visit.page("title-sign-up", "");
    Answer::page(&AskPage { page, email: Field::default(), problem: None })
}

/// What was typed there: the answer is the same whoever has the address.
pub async fn ask(visit: Visit, _: Public) -> Result<Answer> {
    only_open(&visit)?;
    let form: AskForm = visit.form()?;
    let (address, email) = read_email(&visit, &form.email);
    let page = visit.page("title-sign-up", "");
    let Some(address) = address else {
        let shown = AskPage { page, email, problem: None };
        return Ok(Answer::page(&shown)?.status(StatusCode::BAD_REQUEST));
    };
    match mail_requests::ask(&visit.app, Wanted::SignUp, &address, &visit.source).await? {
        Asked::Noted => Answer::page(&SentPage {
            page: visit.page("title-mail-on-its-way", ""),
            email: address.typed().to_owned(),
        }),
        Asked::Wait(wait) => {
            let shown = AskPage { page, email, problem: Some(visit.wait(wait)) };
            Ok(Answer::page(&shown)?.wait(wait))
        }
    }
}

/// The page of a link; looking at it changes nothing.
pub async fn link_page(visit: Visit, _: Public) -> Result<Answer> {
    only_open(&visit)?;
    match address(&visit.app, visit.param("link")).await? {
        Ok(email) => Answer::page(&finish(&visit, &email, Field::default())),
        Err(reason) => not_open(&visit, reason),
    }
}

/// What was typed there.
pub async fn sign_up(visit: Visit, _: Public) -> Result<Answer> {
    only_open(&visit)?;
    let form: FinishForm = visit.form()?;
    let (name, field) = read_name(&visit, &form.name);
    let new = NewPassword::read(&visit, &form.new_password, &form.confirm_new_password);
    let (Some(name), Some(password)) = (name, new.password) else {
        let email = match address(&visit.app, visit.param("link")).await? {
            Ok(email) => email,
            Err(reason) => {
                note_dead(&visit.app, reason, &visit.source).await?;
                return not_open(&visit, reason);
            }
        };
        let mut shown = finish(&visit, &email, field);
        (shown.new_password, shown.confirm_new_password) = (new.first, new.confirmed);
        return Ok(Answer::page(&shown)?.status(StatusCode::BAD_REQUEST));
    };
    let (device, replaces) = (visit.device(), visit.current.clone());
    let asked = SignUp { name, password, device, replaces };
    match act(&visit.app, visit.param("link"), asked, &visit.source).await? {
        Outcome::SignedUp(new) => Ok(Answer::redirect("/settings/security")
            .session(&visit.app, &new.session)
            .device(&visit.app, &new.device)
            .flash(&visit.app, "flash-welcome")),
        Outcome::Broken(email, rules) => {
            let mut shown = finish(&visit, &email, field);
            shown.new_password = NewPassword::broken(&visit, &rules);
            shown.requirements = requirements(&visit, Some(&rules));
            Ok(Answer::page(&shown)?.status(StatusCode::UNPROCESSABLE_ENTITY))
        }
        Outcome::NotOpen(reason) => not_open(&visit, reason),
    }
}

fn finish(visit: &Visit, email: &EmailAddress, name: Field) -> FinishPage {
    FinishPage {
        page: visit.page("title-sign-up-finish", ""),
        action: visit.path.clone(),
        email: email.typed().to_owned(),
        name,
        new_password: Field::default(),
        confirm_new_password: Field::default(),
        requirements: requirements(visit, None),
    }
}

fn not_open(visit: &Visit, reason: NotOpen) -> Result<Answer> {
    match reason {
        NotOpen::EmailTaken => {
            let page = visit.page("title-sign-up-taken", "");
            Ok(Answer::page(&TakenPage { page })?.status(StatusCode::CONFLICT))
        }
        NotOpen::Dead(dead) => {
            let advice = Advice {
                text: visit.text.say("dead-link-sign-up-again").to_string(),
                href: "/sign-up",
                action: visit.text.say("dead-link-sign-up-again-button").to_string(),
            };
            dead_link(visit, dead, advice)
        }
    }
}
