//! The page that creates the first administrator, and the administrator's pages.

pub mod account;
pub mod accounts;
pub mod acts;
pub mod end_sessions;
pub mod export;
pub mod invite;
pub mod log;
pub mod organisations;
pub mod outbox;
pub mod tokens;

use super::{SetUp, SetUpOutcome, link_is_open, note_wrong_link, set_up as act};
use crate::error::{Refused, Result};
use crate::features::account::NewAccount;
use crate::features::account::web::{read_email, read_name};
use crate::features::password::web::{NewPassword, Requirement, requirements};
use crate::http::{Answer, Field, Page, Public, Visit};
use crate::ids::AccountId;
use crate::secret::{Kind, Token};
use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "features/administration/set_up.html")]
struct SetUpPage {
    page: Page,
    action: String,
    name: Field,
    email: Field,
    new_password: Field,
    confirm_new_password: Field,
    requirements: Vec<Requirement>,
    problem: Option<String>,
}

#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    new_password: String,
    #[serde(default)]
    confirm_new_password: String,
}

/// The link's token, if it opens; what does not is as if it were not there.
async fn open_link(visit: &Visit) -> Result<Token> {
    match Token::parse(Kind::SetUp, visit.param("link")) {
        Some(token) if link_is_open(&visit.app, &token).await? => Ok(token),
        _ => Err(Refused::NotFound.into()),
    }
}

/// The page of the one-time link; looking at it changes nothing.
pub async fn set_up_page(visit: Visit, _: Public) -> Result<Answer> {
    open_link(&visit).await?;
    Answer::page(&SetUpPage {
        page: visit.page("title-set-up", ""),
        action: visit.path.clone(),
        name: Field::default(),
        email: Field::default(),
        new_password: Field::default(),
        confirm_new_password: Field::default(),
        requirements: requirements(&visit, None),
        problem: None,
    })
}

/// What was typed there.
pub async fn set_up(visit: Visit, _: Public) -> Result<Answer> {
    let link = match open_link(&visit).await {
        Ok(link) => link,
        Err(error) => {
            note_wrong_link(&visit.app, &visit.source).await?;
            return Err(error);
        }
    };
    let form: Form = visit.form()?;
    let (name, name_field) = read_name(&visit, &form.name);
    let (email, email_field) = read_email(&visit, &form.email);
    let new = NewPassword::read(&visit, &form.new_password, &form.confirm_new_password);
    let mut shown = SetUpPage {
        page: visit.page("title-set-up", ""),
        action: visit.path.clone(),
        name: name_field,
        email: email_field,
        new_password: new.first,
        confirm_new_password: new.confirmed,
        requirements: requirements(&visit, None),
        problem: None,
    };
    let (Some(name), Some(email), Some(password)) = (name, email, new.password) else {
        return Ok(Answer::page(&shown)?.status(StatusCode::BAD_REQUEST));
    };
    let account = NewAccount {
        id: AccountId::new(visit.now, &visit.app.random),
        email,
        email_verified_at: None,
        name,
        administrator: true,
    };
    let (device, replaces) = (visit.device(), visit.current.clone());
    let asked = SetUp { account, password, device, replaces };
    match act(&visit.app, &link, asked, &visit.source).await? {
        SetUpOutcome::Done(new) => Ok(Answer::redirect("/settings/security")
            .session(&visit.app, &new.session)
            .device(&visit.app, &new.device)
            .flash(&visit.app, "flash-welcome")),
        SetUpOutcome::Broken(rules) => {
            shown.new_password = NewPassword::broken(&visit, &rules);
            shown.requirements = requirements(&visit, Some(&rules));
            Ok(Answer::page(&shown)?.status(StatusCode::UNPROCESSABLE_ENTITY))
        }
        SetUpOutcome::EmailTaken => {
            shown.email = shown.email.wrong(visit.text.say("email-taken"));
            Ok(Answer::page(&shown)?.status(StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}
