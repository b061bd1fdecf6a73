//! The pages about another address.

use super::{Asked, Change, Confirmed, Undone, ask, cancel, confirm, look, undo};
use crate::error::Result;
use crate::features::account::web::read_email;
use crate::features::mailed_links::web::{DeadLink, dead_link, page};
use crate::features::mailed_links::{Dead, Purpose, told};
use crate::http::{Answer, Field, Page, Public, SignedIn, SteppedUp, Visit};
use crate::ids::AccountId;
use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

const PROFILE: &str = "/settings/profile";

#[derive(Template)]
#[template(path = "features/email_change/change.html")]
struct ChangePage {
    page: Page,
    email: String,
    new_email: Field,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "features/email_change/confirm.html")]
struct ConfirmPage {
    page: Page,
    action: String,
    change: Change,
}

#[derive(Template)]
#[template(path = "features/email_change/undo.html")]
struct UndoPage {
    page: Page,
    action: String,
    change: Change,
}

#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    new_email: String,
}

/// Asks for the new address.
pub async fn change_page(visit: Visit, SteppedUp(current): SteppedUp) -> Result<Answer> {
    show(&visit, current.account.email, Field::new(visit.kept("new_email")), None)
}

/// What was typed there.
pub async fn submit(visit: Visit, SteppedUp(current): SteppedUp) -> Result<Answer> {
    let form: Form = visit.form()?;
    let (email, mut field) = read_email(&visit, &form.new_email);
    let own = current.account.email.clone();
    let is_own = email.as_ref().is_some_and(|email| email.is_same_as(&own));
    if is_own {
        field = field.wrong(visit.text.say("email-is-own"));
    }
    let Some(email) = email.filter(|_| !is_own) else {
        return Ok(show(&visit, own, field, None)?.status(StatusCode::BAD_REQUEST));
    };
    match ask(&visit.app, &current, &email, &visit.source).await? {
        Asked::Sent => Ok(Answer::redirect(PROFILE).flash(&visit.app, "flash-email-change-asked")),
        Asked::Wait(wait) => Ok(show(&visit, own, field, Some(visit.wait(wait)))?.wait(wait)),
    }
}

/// Gives it up.
pub async fn cancel_change(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    cancel(&visit.app, &current, &visit.source).await?;
    Ok(Answer::redirect(PROFILE).flash(&visit.app, "flash-email-change-cancelled"))
}

fn show(visit: &Visit, email: String, new_email: Field, problem: Option<String>) -> Result<Answer> {
    let page = visit.page("title-change-email", "profile");
    Answer::page(&ChangePage { page, email, new_email, problem })
}

/// The page of the link that the new address got.
pub async fn confirm_page(visit: Visit, _: Public) -> Result<Answer> {
    match look(&visit.app, Purpose::EmailChange, visit.param("link")).await? {
        Ok(change) => Answer::page(&ConfirmPage {
            page: visit.page("title-confirm-email", ""),
            action: visit.path.clone(),
            change,
        }),
        // What was done, for whoever has just done it.
        Err(Dead::Used) => page(&visit, said_of_change(&visit, Dead::Used), StatusCode::OK),
        Err(dead) => dead_link(&visit, dead, said_of_change(&visit, dead)),
    }
}

/// Its form.
pub async fn confirm_change(visit: Visit, _: Public) -> Result<Answer> {
    match confirm(&visit.app, visit.param("link"), &visit.source).await? {
        Confirmed::Done(id) if is_at_home(&visit, id) => {
            Ok(Answer::redirect(PROFILE).flash(&visit.app, "flash-email-changed"))
        }
        Confirmed::Done(_) => Ok(Answer::redirect(visit.path.clone())),
        Confirmed::Taken => page(&visit, said_of_taken(&visit), StatusCode::CONFLICT),
        Confirmed::Dead(dead) => dead_link(&visit, dead, said_of_change(&visit, dead)),
    }
}

/// The page of the link that the old address got.
pub async fn undo_page(visit: Visit, _: Public) -> Result<Answer> {
    match look(&visit.app, Purpose::EmailUndo, visit.param("link")).await? {
        Ok(change) => Answer::page(&UndoPage {
            page: visit.page("title-undo-email", ""),
            action: visit.path.clone(),
            change,
        }),
        // What was done, for whoever has just done it.
        Err(Dead::Used) => {
            told(&visit.app, Dead::Used).await;
            page(&visit, said_of_undo(&visit, Dead::Used), StatusCode::OK)
        }
        Err(dead) => dead_link(&visit, dead, said_of_undo(&visit, dead)),
    }
}

/// Its form. The page of a used link says what comes next.
pub async fn undo_change(visit: Visit, _: Public) -> Result<Answer> {
    match undo(&visit.app, visit.param("link"), &visit.source).await? {
        Undone::Done => Ok(Answer::redirect(visit.path.clone())),
        Undone::Taken => page(&visit, said_of_taken(&visit), StatusCode::CONFLICT),
        Undone::Dead(dead) => dead_link(&visit, dead, said_of_undo(&visit, dead)),
    }
}

fn is_at_home(visit: &Visit, id: AccountId) -> bool {
    visit.current.as_ref().is_some_and(|current| current.account.id == id)
}

fn said_of_change(visit: &Visit, dead: Dead) -> DeadLink {
    let say = |key| visit.text.say(key).to_string();
    let (title, explanation) = match dead {
        Dead::Used => (say("email-change-used-title"), say("email-change-used-text")),
        Dead::Void => (say("email-change-void-title"), say("email-change-void-text")),
        Dead::Expired => (say("email-change-expired-title"), say("email-change-expired-text")),
        Dead::Unknown => (say("link-unknown-title"), say("link-unknown-text")),
    };
    let action = visit.text.say("action-to-profile").to_string();
    DeadLink { title, explanation, advice: None, action_href: PROFILE, action }
}

fn said_of_undo(visit: &Visit, dead: Dead) -> DeadLink {
    let say = |key| visit.text.say(key).to_string();
    let (title, explanation) = match dead {
        Dead::Used => (say("email-undo-used-title"), say("email-undo-used-text")),
        Dead::Void => (say("email-undo-void-title"), say("email-undo-void-text")),
        Dead::Expired => (say("email-undo-expired-title"), say("email-undo-expired-text")),
        Dead::Unknown => (say("link-unknown-title"), say("link-unknown-text")),
    };
    let (action_href, action) = match dead {
        Dead::Unknown => ("/sign-in", visit.text.say("action-sign-in")),
        _ => ("/forgot-password", visit.text.say("action-forgot-password")),
    };
    DeadLink { title, explanation, advice: None, action_href, action: action.to_string() }
}

fn said_of_taken(visit: &Visit) -> DeadLink {
    DeadLink {
        title: visit.text.say("email-change-taken-title").to_string(),
        explanation: visit.text.say("email-change-taken-text").to_string(),
        advice: None,
        action_href: PROFILE,
        action: visit.text.say("action-to-profile").to_string(),
    }
}
