//! What somebody sees on the way to an application, and away from it.

mod consent;
mod leave;

use super::authorize::{Asked, Unanswered, next, read};
use super::rules::{Decision, ErrorCode, Refusal, Request, Unaddressed};
use crate::error::Result;
use crate::features::organisation_access;
use crate::features::organisation_access::web::{Told, told};
use crate::http::{Answer, Page, Public, Visit};
use crate::secret::Token;
use askama::Template;
use axum::http::StatusCode;

pub use consent::{page as consent_page, submit as consent};
pub use leave::{confirm as sign_out, page as sign_out_page};

#[derive(Template)]
#[template(path = "features/open_id/unanswered.html")]
struct UnansweredPage {
    page: Page,
    /// What it means for whoever only wanted to sign in.
    said: String,
    /// What it means for the application's developer.
    hint: String,
}

/// What an application is told of it.
const OUTSIDE: Refusal =
    Refusal::new(ErrorCode::AccessDenied, "the organisation lets nobody in from there");

#[derive(Template)]
#[template(path = "features/open_id/outside.html")]
struct OutsidePage {
    page: Page,
    told: Told,
    application: String,
    /// Back to the application, without.
    back: String,
}

#[derive(Template)]
#[template(path = "features/open_id/second_factor.html")]
struct SecondFactorPage {
    page: Page,
    application: String,
    /// To where it is set up, and from there back to the request.
    set_up: String,
    /// Back to the application, without.
    back: String,
}

/// A request of an application: its answer, or what it takes first.
pub async fn authorize(visit: Visit, _: Public) -> Result<Answer> {
    let asked = match read(&visit.app, &visit.query, visit.now).await? {
        Ok(asked) => asked,
        Err(why) => return unanswered(&visit, why),
    };
    let request = match &asked.request {
        Ok(request) => request,
        Err(refusal) => return Ok(Answer::redirect(asked.refused(&visit.app, *refusal))),
    };
    let current = visit.current.as_ref();
    let next = next(&visit.app, &asked, request, current, &visit.source, visit.now).await?;
    match (next.decision, next.code, next.refusal) {
        (Decision::Code, Some(code), _) => Ok(answered(&visit, &asked, &code)),
        (Decision::Outside, _, Some(refusal)) => outside(&visit, &asked, &refusal),
        (other, ..) => lead(&visit, &asked, request, other),
    }
}

fn answered(visit: &Visit, asked: &Asked, code: &Token) -> Answer {
    Answer::redirect(asked.answered(&visit.app, code))
}

/// To what it takes, and back from there.
fn lead(visit: &Visit, asked: &Asked, request: &Request, decision: Decision) -> Result<Answer> {
    let back = format!("/oauth/authorize?{}", request.after_proof(visit.now));
    let return_to = serde_urlencoded::to_string([("return_to", &back)]).unwrap_or_default();
    let refused = |refusal| Answer::redirect(asked.refused(&visit.app, refusal));
    Ok(match decision {
        Decision::SignIn => Answer::redirect(format!("/sign-in?{return_to}")),
        Decision::NewPassword => {
            Answer::redirect(format!("/settings/security/password?{return_to}"))
        }
        Decision::ProveAgain => Answer::redirect(format!("/step-up?{return_to}")),
        Decision::Consent => Answer::redirect(format!("/oauth/consent?{}", request.query())),
        Decision::SetUpSecondFactor => return second_factor(visit, asked, &return_to),
        Decision::Refuse(refusal) => refused(refusal),
        Decision::Outside => refused(OUTSIDE),
        Decision::Code => refused(Refusal::new(
            ErrorCode::TemporarilyUnavailable,
            "no code could be given: try again",
        )),
    })
}

/// What somebody sees whose organisation lets nobody in from where they are.
fn outside(visit: &Visit, asked: &Asked, refusal: &organisation_access::Refusal) -> Result<Answer> {
    let shown = OutsidePage {
        page: visit.page("title-refused", ""),
        told: told(&visit.text, refusal),
        application: asked.application.name.clone(),
        back: asked.refused(&visit.app, OUTSIDE),
    };
    Ok(Answer::page(&shown)?.status(StatusCode::FORBIDDEN))
}

fn second_factor(visit: &Visit, asked: &Asked, return_to: &str) -> Result<Answer> {
    let refusal = Refusal::new(
        ErrorCode::UnmetAuthenticationRequirements,
        "the account has no second factor",
    );
    Answer::page(&SecondFactorPage {
        page: visit.page("title-needs-second-factor", ""),
        application: asked.application.name.clone(),
        set_up: format!("/settings/security/two-factor/enable?{return_to}"),
        back: asked.refused(&visit.app, refusal),
    })
}

/// Nothing is sent anywhere: whoever has put the request together may not be who they
/// say.
fn unanswered(visit: &Visit, why: Unanswered) -> Result<Answer> {
    let hint = match why {
        Unanswered::Unaddressed(Unaddressed::NoApplication) | Unanswered::UnknownApplication => {
            visit.text.say("unanswered-no-application")
        }
        Unanswered::Unaddressed(Unaddressed::NoAddress) => visit.text.say("unanswered-no-address"),
        Unanswered::Unaddressed(Unaddressed::Ambiguous) => visit.text.say("unanswered-ambiguous"),
        Unanswered::ForeignAddress => visit.text.say("unanswered-foreign-address"),
    };
    refuse(visit, visit.text.say("unanswered-sign-in").to_string(), hint.to_string())
}

fn refuse(visit: &Visit, said: String, hint: String) -> Result<Answer> {
    let page = visit.page("title-unanswered", "");
    let answer = Answer::page(&UnansweredPage { page, said, hint })?;
    Ok(answer.status(StatusCode::BAD_REQUEST))
}
