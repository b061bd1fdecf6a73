//! The question of a proxy, and what somebody sees who does not pass.

use super::{GatePage, Next, Onlooker};
use crate::error::Result;
use crate::features::check;
use crate::features::check::rules::Program;
use crate::features::gate::rules::Forwarded;
use crate::features::gate::{Caller, Judgement, Passed, Presented, judge, passes_at_once};
use crate::features::organisation_access::web::told;
use crate::features::organisation_access::{Refusal, Why};
use crate::http::{Answer, GateAnswer, GateCall};
use axum::http::StatusCode;
use std::sync::Arc;

/// The query by which nginx says that it understands 401 and 403, and nothing else.
const FOR_NGINX: &str = "answer=401";

/// Whether a request passes.
pub async fn answer(call: Arc<GateCall>) -> Result<GateAnswer> {
    let Some(asked) = call.forwarded() else { return Ok(GateAnswer::refusal()) };
    let presented = call.presented();
    let judgement = judged(&call, &asked, presented).await?;
    if let Judgement::Pass(passed) = &judgement {
        return Ok(pass(passed));
    }
    if !presented.is_program() && call.is_navigation() {
        return to_person(&call, &asked, &judgement).await;
    }
    Ok(to_program(&judgement, presented))
}

/// The same at once, where it is remembered that the request passes; none where it has to be
/// gone about in the usual way.
pub fn answer_at_once(call: &GateCall) -> Option<GateAnswer> {
    let asked = call.forwarded()?;
    let presented = call.presented();
    let program = || call.source().user_agent;
    let passed = passes_at_once(&call.app, &asked, caller(call, presented, &program), call.now)?;
    Some(pass(&passed))
}

fn pass(passed: &Passed) -> GateAnswer {
    let headers = passed.answer.as_ref().map(check::Answer::headers);
    let answer = GateAnswer::pass(headers);
    match &passed.assertion {
        Some(assertion) => answer.asserting(assertion),
        None => answer,
    }
}

fn caller<'a>(
    call: &GateCall,
    presented: Presented<'a>,
    program: &'a (dyn Fn() -> String + Send + Sync),
) -> Caller<'a> {
    Caller { presented, address: call.address(), program: Program::new(program) }
}

async fn judged(
    call: &GateCall,
    asked: &Forwarded<'_>,
    presented: Presented<'_>,
) -> Result<Judgement> {
    let program = || call.source().user_agent;
    judge(&call.app, asked, caller(call, presented, &program), call.now).await
}

/// By RFC 6750 and RFC 9470: what is missing.
fn to_program(judgement: &Judgement, presented: Presented<'_>) -> GateAnswer {
    const REALM: &str = "Bearer realm=\"portcullis\"";
    match judgement {
        Judgement::SignIn { .. } if matches!(presented, Presented::Nothing) => {
            GateAnswer::challenge(StatusCode::UNAUTHORIZED, REALM)
        }
        Judgement::SignIn { .. } => {
            let challenge = format!("{REALM}, error=\"invalid_token\"");
            GateAnswer::challenge(StatusCode::UNAUTHORIZED, &challenge)
        }
        Judgement::SecondFactor => {
            let challenge = format!("{REALM}, error=\"insufficient_user_authentication\"");
            GateAnswer::challenge(StatusCode::FORBIDDEN, &challenge)
        }
        Judgement::Forbidden(permissions) => {
            let challenge =
                format!("{REALM}, error=\"insufficient_scope\", scope=\"{permissions}\"");
            GateAnswer::challenge(StatusCode::FORBIDDEN, &challenge)
        }
        Judgement::Outside(refusal) if refusal.why != Why::Address => {
            let challenge = format!("{REALM}, error=\"insufficient_user_authentication\"");
            GateAnswer::challenge(StatusCode::FORBIDDEN, &challenge)
        }
        Judgement::Closed | Judgement::Outside(_) | Judgement::Pass(_) => GateAnswer::refusal(),
    }
}

/// To sign in, and back; what is missing there can be got by signing in once more.
async fn to_person(
    call: &GateCall,
    asked: &Forwarded<'_>,
    judgement: &Judgement,
) -> Result<GateAnswer> {
    let second_factor = match judgement {
        Judgement::SignIn { second_factor } => *second_factor,
        Judgement::Forbidden(_) => false,
        Judgement::SecondFactor => true,
        Judgement::Outside(_) | Judgement::Closed | Judgement::Pass(_) => {
            return not_let_in(&Onlooker::of(call).await, asked, judgement);
        }
    };
    let answer = Answer::redirect(sign_in(asked, second_factor));
    let for_nginx = call.raw_query() == FOR_NGINX;
    Ok(if for_nginx { answer.status(StatusCode::UNAUTHORIZED) } else { answer }.into())
}

/// Where one signs in, and comes back from to what was asked for.
fn sign_in(asked: &Forwarded<'_>, second_factor: bool) -> String {
    let back = asked.way_back();
    let mut query = vec![("return_to", back.text())];
    if second_factor {
        query.push(("factors", "2"));
    }
    format!("/gate/sign-in?{}", serde_urlencoded::to_string(&query).unwrap_or_default())
}

/// What somebody sees whom signing in does not help, or has not helped.
pub(super) fn not_let_in(
    onlooker: &Onlooker,
    asked: &Forwarded<'_>,
    judgement: &Judgement,
) -> Result<GateAnswer> {
    match judgement {
        Judgement::Outside(refusal) => outside(onlooker, asked, refusal),
        Judgement::SecondFactor => unproved(onlooker, asked),
        _ => closed(onlooker),
    }
}

/// What somebody sees who has signed in by one factor, and needs two.
fn unproved(onlooker: &Onlooker, asked: &Forwarded<'_>) -> Result<GateAnswer> {
    let (text, name) = (&onlooker.visit.text, &onlooker.name);
    let next = vec![
        Next::new(sign_in(asked, true), text.say("gate-unproved-go-on")),
        Next::new("/gate/sign-out", text.say("gate-other-account")),
    ];
    let lead = text.say("gate-unproved-lead").with("name", name);
    let page = GatePage::new(onlooker, text.say("gate-unproved-title"), lead, next);
    Ok(Answer::page(&page)?.status(StatusCode::FORBIDDEN).into())
}

/// What somebody sees where nobody passes, or where they don't after all.
fn closed(onlooker: &Onlooker) -> Result<GateAnswer> {
    let (text, name) = (&onlooker.visit.text, &onlooker.name);
    let mut next = vec![Next::new("/", text.say("gate-first-page").with("name", name))];
    let lead = if onlooker.email.is_some() {
        next.push(Next::new("/gate/sign-out", text.say("gate-other-account")));
        text.say("gate-closed-lead").with("name", name)
    } else {
        text.say("gate-closed-stranger").with("name", name)
    };
    let page = GatePage::new(onlooker, text.say("gate-closed-title"), lead, next);
    Ok(Answer::page(&page)?.status(StatusCode::FORBIDDEN).into())
}

/// What a member sees who does not get in where their organisation is.
fn outside(onlooker: &Onlooker, asked: &Forwarded<'_>, refusal: &Refusal) -> Result<GateAnswer> {
    let text = &onlooker.visit.text;
    let told = told(text, refusal);
    let mut next = vec![Next::new("/gate/sign-out", text.say("gate-other-account"))];
    if refusal.why != Why::Address {
        // By the sign-in that asks for one, so that they come back with it.
        next.insert(0, Next::new(sign_in(asked, true), text.say("gate-set-up-factor")));
    }
    let page = GatePage::new(onlooker, text.say("gate-closed-title"), told.explanation, next);
    let shown = GatePage { address: told.address, ask: told.ask, ..page };
    Ok(GateAnswer::from(Answer::page(&shown)?.status(StatusCode::FORBIDDEN)))
}

/// The same, where the proxy asks for the page apart: it says of which request.
pub async fn refused(call: Arc<GateCall>) -> Result<GateAnswer> {
    let Some(asked) = call.forwarded() else { return closed(&Onlooker::of(&call).await) };
    let presented = call.presented();
    let judgement = judged(&call, &asked, presented).await?;
    not_let_in(&Onlooker::of(&call).await, &asked, &judgement)
}
