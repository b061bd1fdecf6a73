//! The pages of a lost password, of an invitation, and of links that open
//! nothing.

use super::rules::{Door, masked};
use super::{Chosen, Redeemed, note_dead, owner, redeem};
use crate::error::Result;
use crate::features::account::web::read_email;
use crate::features::account_lock::AfterReset;
use crate::features::mail_requests::rules::Wanted;
use crate::features::mail_requests::{self, Asked};
use crate::features::mailed_links::web::DeadLink;
use crate::features::mailed_links::{self, Dead};
use crate::features::password::web::{NewPassword, Requirement, requirements};
use crate::http::{Answer, Field, Page, Public, Visit};
use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "features/recovery/forgot.html")]
struct ForgotPage {
    page: Page,
    email: Field,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "features/recovery/sent.html")]
struct SentPage {
    page: Page,
    email: String,
}

#[derive(Template)]
#[template(path = "features/recovery/new_password.html")]
struct NewPasswordPage {
    page: Page,
    door: Door,
    action: String,
    email: String,
    new_password: Field,
    confirm_new_password: Field,
    requirements: Vec<Requirement>,
    /// Whether the box about access tokens is ticked.
    revoke_tokens: bool,
}

#[derive(Deserialize)]
struct AskForm {
    #[serde(default)]
    email: String,
}

#[derive(Deserialize)]
struct ChooseForm {
    #[serde(default)]
    new_password: String,
    #[serde(default)]
    confirm_new_password: String,
    revoke_tokens: Option<String>,
}

/// Asks whose password is lost.
pub async fn forgot_page(visit: Visit, _: Public) -> Result<Answer> {
    Answer::page(&ForgotPage {
        page: visit.page("title-forgot-password", ""),
        email: Field::default(),
        problem: None,
    })
}

/// What was typed there: the answer is the same whoever has the address.
pub async fn forgot(visit: Visit, _: Public) -> Result<Answer> {
    let form: AskForm = visit.form()?;
    let (address, email) = read_email(&visit, &form.email);
    let page = visit.page("title-forgot-password", "");
    let Some(address) = address else {
        let shown = ForgotPage { page, email, problem: None };
        return Ok(Answer::page(&shown)?.status(StatusCode::BAD_REQUEST));
    };
    let wanted = Wanted::PasswordReset;
    match mail_requests::ask(&visit.app, wanted, &address, &visit.source).await? {
        Asked::Noted => Answer::page(&SentPage {
            page: visit.page("title-mail-on-its-way", ""),
            email: address.typed().to_owned(),
        }),
        Asked::Wait(wait) => {
            let shown = ForgotPage { page, email, problem: Some(visit.wait(wait)) };
            Ok(Answer::page(&shown)?.wait(wait))
        }
    }
}

/// The page of a reset link; looking at it changes nothing.
pub async fn reset_page(visit: Visit, _: Public) -> Result<Answer> {
    link_page(&visit, Door::Reset).await
}

/// The page of an invitation; looking at it changes nothing.
pub async fn invitation_page(visit: Visit, _: Public) -> Result<Answer> {
    link_page(&visit, Door::Invitation).await
}

/// The password that was chosen on the page of a reset link.
pub async fn reset(visit: Visit, _: Public) -> Result<Answer> {
    choose(&visit, Door::Reset).await
}

/// The password that was chosen on the page of an invitation.
pub async fn accept_invitation(visit: Visit, _: Public) -> Result<Answer> {
    choose(&visit, Door::Invitation).await
}

async fn link_page(visit: &Visit, door: Door) -> Result<Answer> {
    match owner(&visit.app, door, visit.param("link")).await? {
        Ok(account) => Answer::page(&form(visit, door, &account.email)),
        Err(reason) => dead(visit, door, reason),
    }
}

async fn choose(visit: &Visit, door: Door) -> Result<Answer> {
    let typed: ChooseForm = visit.form()?;
    let new = NewPassword::read(visit, &typed.new_password, &typed.confirm_new_password);
    let Some(password) = new.password else {
        let account = match owner(&visit.app, door, visit.param("link")).await? {
            Ok(account) => account,
            Err(reason) => {
                note_dead(&visit.app, door, &visit.source).await?;
                return dead(visit, door, reason);
            }
        };
        let mut shown = form(visit, door, &account.email);
        (shown.new_password, shown.confirm_new_password) = (new.first, new.confirmed);
        shown.revoke_tokens = typed.revoke_tokens.is_some();
        return Ok(Answer::page(&shown)?.status(StatusCode::BAD_REQUEST));
    };
    let revoke_tokens = typed.revoke_tokens.is_some();
    let (device, replaces) = (visit.device(), visit.current.clone());
    let chosen = Chosen { password, device, replaces, revoke_tokens };
    match redeem(&visit.app, door, visit.param("link"), chosen, &visit.source).await? {
        Redeemed::Changed(lock) => {
            let flash = match lock {
                AfterReset::NotLocked => "flash-password-reset",
                AfterReset::Unlocked => "flash-password-reset-unlocked",
                AfterReset::NeedsSecondFactor => "flash-password-reset-second-factor",
            };
            Ok(Answer::redirect("/sign-in").flash(&visit.app, flash))
        }
        Redeemed::SignedIn(new) => Ok(Answer::redirect("/settings/security")
            .session(&visit.app, &new.session)
            .device(&visit.app, &new.device)
            .flash(&visit.app, "flash-welcome")),
        Redeemed::Broken(account, rules) => {
            let mut shown = form(visit, door, &account.email);
            shown.new_password = NewPassword::broken(visit, &rules);
            shown.requirements = requirements(visit, Some(&rules));
            shown.revoke_tokens = revoke_tokens;
            Ok(Answer::page(&shown)?.status(StatusCode::UNPROCESSABLE_ENTITY))
        }
        Redeemed::Dead(reason) => dead(visit, door, reason),
    }
}

fn form(visit: &Visit, door: Door, email: &str) -> NewPasswordPage {
    let title = match door {
        Door::Reset => "title-create-new-password",
        Door::Invitation => "title-choose-your-password",
    };
    NewPasswordPage {
        page: visit.page(title, ""),
        door,
        action: visit.path.clone(),
        email: masked(email),
        new_password: Field::default(),
        confirm_new_password: Field::default(),
        requirements: requirements(visit, None),
        revoke_tokens: true,
    }
}

/// What to do about a link that opens nothing.
pub struct Advice {
    /// In words.
    pub text: String,
    /// Where its button leads.
    pub href: &'static str,
    /// What stands on that.
    pub action: String,
}

fn dead(visit: &Visit, door: Door, dead: Dead) -> Result<Answer> {
    let say = |key| visit.text.say(key).to_string();
    let advice = match door {
        Door::Reset => Advice {
            text: visit.text.say("dead-link-ask-again").to_string(),
            href: "/forgot-password",
            action: visit.text.say("dead-link-ask-again-button").to_string(),
        },
        Door::Invitation => Advice {
            text: visit.text.say("dead-link-ask-who-invited").to_string(),
            href: "/sign-in",
            action: say("action-sign-in"),
        },
    };
    dead_link(visit, dead, advice)
}

/// The page of a link that opens nothing: what is wrong, and what to do next.
pub fn dead_link(visit: &Visit, dead: Dead, advice: Advice) -> Result<Answer> {
    let say = |key| visit.text.say(key).to_string();
    let (title, reason) = match dead {
        Dead::Used => (say("title-link-used"), say("dead-link-used")),
        Dead::Void => (say("title-link-void"), say("dead-link-void")),
        Dead::Expired => (say("title-link-expired"), say("dead-link-expired")),
        Dead::Unknown => (say("title-link-unknown"), say("dead-link-unknown")),
    };
    let said = DeadLink {
        title,
        explanation: reason,
        advice: Some(advice.text),
        action_href: advice.href,
        action: advice.action,
    };
    mailed_links::web::dead_link(visit, dead, said)
}
