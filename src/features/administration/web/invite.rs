//! Inviting somebody.

use crate::error::Result;
use crate::features::account::NewAccount;
use crate::features::account::web::{read_email, read_name};
use crate::features::administration::{By, Changed, invite};
use crate::http::{AdministratorSteppedUp, Answer, Field, Page, Visit};
use crate::ids::AccountId;
use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "features/administration/invite.html")]
struct InvitePage {
    page: Page,
    name: Field,
    email: Field,
    administrator: bool,
    problem: Option<String>,
}

#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    administrator: Option<String>,
}

/// The form.
pub async fn page(visit: Visit, _: AdministratorSteppedUp) -> Result<Answer> {
    let (name, email) = (Field::new(visit.kept("name")), Field::new(visit.kept("email")));
    Answer::page(&shown(&visit, name, email, visit.kept("administrator") == "yes"))
}

fn shown(visit: &Visit, name: Field, email: Field, administrator: bool) -> InvitePage {
    let page = visit.page("title-admin-invite", "admin-accounts");
    InvitePage { page, name, email, administrator, problem: None }
}

/// What was typed there.
pub async fn submit(
    visit: Visit,
    AdministratorSteppedUp(current): AdministratorSteppedUp,
) -> Result<Answer> {
    let form: Form = visit.form()?;
    let administrator = form.administrator.as_deref() == Some("yes");
    let (name, name_field) = read_name(&visit, &form.name);
    let (email, email_field) = read_email(&visit, &form.email);
    let mut shown = shown(&visit, name_field, email_field, administrator);
    let (Some(name), Some(email)) = (name, email) else {
        return Ok(Answer::page(&shown)?.status(StatusCode::BAD_REQUEST));
    };
    let id = AccountId::new(visit.now, &visit.app.random);
    let new = NewAccount { id, email, email_verified_at: None, name, administrator };
    match invite(&visit.app, By::Administrator(&current, &visit.source), &new).await? {
        Changed::Done(..) => Ok(Answer::redirect(format!("/admin/accounts/{id}"))
            .flash(&visit.app, "flash-admin-invited")),
        Changed::Refused(_) => {
            shown.email = shown.email.wrong(visit.text.say("email-taken"));
            Ok(Answer::page(&shown)?.status(StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}
