//! The page that signs out at an application's word.

use super::refuse;
use crate::error::Result;
use crate::features::open_id::sign_out::{NotLeaving, SignOut, read};
use crate::features::sessions::{already_out, sign_out as end_current};
use crate::http::{Answer, Page, Public, Visit, leave};
use askama::Template;

#[derive(Template)]
#[template(path = "features/open_id/sign_out.html")]
struct SignOutPage {
    page: Page,
    /// The application that asks for it, where that is known.
    application: Option<String>,
    email: String,
    /// The request once more.
    query: String,
    /// Whether the form sends itself, where scripts run.
    is_meant: bool,
    /// Where one goes who stays signed in.
    stay: String,
}

/// Asks; or goes on, where nobody is signed in.
pub async fn page(visit: Visit, _: Public) -> Result<Answer> {
    let current = visit.current.as_ref();
    let wanted = match read(&visit.app, &visit.query, current).await? {
        Ok(wanted) => wanted,
        Err(why) => return refused(&visit, why),
    };
    let Some(current) = current else {
        may_be_out(&visit).await?;
        return gone(&visit, wanted, false);
    };
    let application = wanted.application.map(|application| application.name);
    Answer::page(&SignOutPage {
        page: visit.page("title-sign-out", ""),
        application,
        email: current.account.email.clone(),
        query: visit.query.clone(),
        is_meant: wanted.is_meant,
        stay: "/settings/security".to_owned(),
    })
}

/// Signs out here, and so of every application.
pub async fn confirm(visit: Visit, _: Public) -> Result<Answer> {
    let current = visit.current.clone();
    let wanted = match read(&visit.app, &visit.query, current.as_ref()).await? {
        Ok(wanted) => wanted,
        Err(why) => return refused(&visit, why),
    };
    match &current {
        Some(current) => end_current(&visit.app, current, &visit.source).await?,
        None => may_be_out(&visit).await?,
    }
    gone(&visit, wanted, true)
}

async fn may_be_out(visit: &Visit) -> Result<()> {
    match visit.session_cookie() {
        Some(cookie) => already_out(&visit.app, &cookie).await,
        None => Ok(()),
    }
}

/// On, where nobody is signed in any more: after a form by a page of ours.
fn gone(visit: &Visit, wanted: SignOut, after_form: bool) -> Result<Answer> {
    let answer = match wanted.leaving {
        Some(leaving) if after_form => leave(&visit.signed_out(), &leaving.address, &leaving.name)?,
        Some(leaving) => Answer::redirect(leaving.address),
        None => Answer::redirect("/sign-in").flash(&visit.app, "flash-signed-out"),
    };
    Ok(if after_form { answer.without_session(&visit.app) } else { answer })
}

fn refused(visit: &Visit, why: NotLeaving) -> Result<Answer> {
    let hint = match why {
        NotLeaving::Unreadable => visit.text.say("unanswered-sign-out-unreadable"),
        NotLeaving::UnknownApplication => visit.text.say("unanswered-no-application"),
        NotLeaving::ForeignAddress => visit.text.say("unanswered-foreign-sign-out"),
    };
    refuse(visit, visit.text.say("unanswered-sign-out").to_string(), hint.to_string())
}
