//! The page of an invitation.

use super::{Accepted, SignUp, SignedUp, accept as act_accept, sign_up as act_sign_up};
use crate::error::Result;
use crate::features::account::web::read_name;
use crate::features::mailed_links::web::DeadLink;
use crate::features::mailed_links::{self, Dead};
use crate::features::organisation_access::Admission;
use crate::features::organisations::invitations::Opened;
use crate::features::organisations::web::role_name;
use crate::features::password::web::{NewPassword, Requirement, requirements};
use crate::features::recovery::web::{Advice, dead_link};
use crate::http::{Answer, Field, Invited, Page, Visit};
use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "features/organisation_joining/invitation.html")]
struct InvitationPage {
    page: Page,
    title: String,
    lead: String,
    action: String,
    email: String,
    way: Way,
    /// The token of the form that signs out, where that comes first.
    sign_out: Option<String>,
    name: Field,
    new_password: Field,
    confirm_new_password: Field,
    requirements: Vec<Requirement>,
}

/// What is to be done to accept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Press the button.
    Accept,
    /// Sign out of another account first.
    OtherAccount,
    /// Sign in.
    SignIn,
    /// Make an account.
    SignUp,
}

#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    name: String,
    #[serde(default)]
    new_password: String,
    #[serde(default)]
    confirm_new_password: String,
}

/// Looking at it changes nothing.
pub async fn page(visit: Visit, Invited(admission): Invited) -> Result<Answer> {
    again(&visit, &admission, StatusCode::OK, |_| {})
}

fn shown(visit: &Visit, opened: &Opened) -> InvitationPage {
    let Opened { invitation, organisation, email, known } = opened;
    let way = match &visit.current {
        Some(current) if email.is_same_as(&current.account.email) => Way::Accept,
        Some(_) => Way::OtherAccount,
        None if *known => Way::SignIn,
        None => Way::SignUp,
    };
    let (text, name) = (&visit.text, &organisation.name);
    let role = role_name(text, invitation.role).to_string();
    let page = visit.page("title-invitation", "");
    InvitationPage {
        title: text.say("invitation-title").with("organisation", name).to_string(),
        lead: text
            .say("invitation-join-lead")
            .with("organisation", name)
            .with("role", role)
            .to_string(),
        action: format!("/link/organisation/{}", visit.param("link")),
        email: invitation.email.clone(),
        way,
        sign_out: page.signed_in.as_ref().map(|person| person.csrf.clone()),
        name: Field::default(),
        new_password: Field::default(),
        confirm_new_password: Field::default(),
        requirements: requirements(visit, None),
        page,
    }
}

/// Whoever is signed in accepts.
pub async fn accept(visit: Visit, Invited(admission): Invited) -> Result<Answer> {
    let Some(current) = visit
        .current
        .clone()
        .filter(|current| current.account.password_change_required_at.is_none())
    else {
        return Ok(Answer::redirect(visit.path.clone()));
    };
    match act_accept(&visit.app, &current, &admission, &visit.source).await? {
        Accepted::Joined(organisation) => {
            Ok(Answer::redirect(organisation.path("")).flash(&visit.app, "flash-joined"))
        }
        Accepted::Already(organisation) => Ok(Answer::redirect(organisation.path(""))),
        Accepted::OtherAddress => Ok(Answer::redirect(visit.path.clone())),
        Accepted::NotFromHere => not_from_here(&visit),
        Accepted::Dead(dead) => not_open(&visit, dead),
    }
}

/// Somebody who has no account makes one.
pub async fn sign_up(visit: Visit, Invited(admission): Invited) -> Result<Answer> {
    let form: Form = visit.form()?;
    let (name, field) = read_name(&visit, &form.name);
    let new = NewPassword::read(&visit, &form.new_password, &form.confirm_new_password);
    let (Some(name), Some(password)) = (name, new.password) else {
        return again(&visit, &admission, StatusCode::BAD_REQUEST, |shown| {
            shown.name = field;
            (shown.new_password, shown.confirm_new_password) = (new.first, new.confirmed);
        });
    };
    let (device, replaces) = (visit.device(), visit.current.clone());
    let asked = SignUp { name, password, device, replaces };
    match act_sign_up(&visit.app, &admission, asked, &visit.source).await? {
        SignedUp::Joined(organisation, new) => Ok(Answer::redirect(organisation.path(""))
            .session(&visit.app, &new.session)
            .device(&visit.app, &new.device)
            .flash(&visit.app, "flash-joined")),
        SignedUp::Broken(rules) => {
            again(&visit, &admission, StatusCode::UNPROCESSABLE_ENTITY, |shown| {
                shown.name = field;
                shown.new_password = NewPassword::broken(&visit, &rules);
                shown.requirements = requirements(&visit, Some(&rules));
            })
        }
        SignedUp::EmailTaken => {
            Ok(Answer::redirect(format!("/link/organisation/{}", visit.param("link"))))
        }
        SignedUp::NotFromHere => not_from_here(&visit),
        SignedUp::Dead(dead) => not_open(&visit, dead),
    }
}

fn again(
    visit: &Visit,
    admission: &Admission,
    status: StatusCode,
    change: impl FnOnce(&mut InvitationPage),
) -> Result<Answer> {
    match admission {
        Admission::Admitted(admitted) => {
            let mut shown = shown(visit, admitted.opened());
            change(&mut shown);
            Ok(Answer::page(&shown)?.status(status))
        }
        Admission::NotFromHere(_) => not_from_here(visit),
        Admission::Dead(dead) => not_open(visit, *dead),
    }
}

fn not_from_here(visit: &Visit) -> Result<Answer> {
    let address = visit.source.address_text();
    let address = address.unwrap_or_else(|| visit.text.say("address-unknown").to_string());
    let said = DeadLink {
        title: visit.text.say("invitation-not-here").to_string(),
        explanation: visit
            .text
            .say("invitation-not-here-text")
            .with("address", address)
            .to_string(),
        advice: None,
        action_href: "/organisations",
        action: visit.text.say("title-organisations").to_string(),
    };
    mailed_links::web::page(visit, said, StatusCode::FORBIDDEN)
}

fn not_open(visit: &Visit, dead: Dead) -> Result<Answer> {
    let advice = Advice {
        text: visit.text.say("dead-link-ask-organisation").to_string(),
        href: "/organisations",
        action: visit.text.say("title-organisations").to_string(),
    };
    dead_link(visit, dead, advice)
}
