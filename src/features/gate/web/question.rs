//! The question of a proxy, and what somebody sees who does not pass.

use super::{GatePage, Next, page};
use crate::error::Result;
use crate::features::check::rules::Program;
use crate::features::gate::rules::Forwarded;
use crate::features::gate::{Caller, Judgement, Presented, judge};
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
    let judgement = judged(&call, &asked, &presented).await?;
    if let Judgement::Pass(identity) = judgement {
        let headers = identity.map(|identity| identity.headers()).unwrap_or_default();
        return Ok(GateAnswer::pass(headers.each_ref().map(String::as_str)));
    }
    if !presented.is_program() && call.is_navigation() {
        return to_person(&call, &asked, &judgement);
    }
    Ok(to_program(&judgement, &presented))
}

async fn judged(call: &GateCall, asked: &Forwarded, presented: &Presented) -> Result<Judgement> {
    let program = || call.source().user_agent;
    let caller = Caller { presented, address: call.address(), program: Program::new(&program) };
    judge(&call.app, asked, caller, call.now).await
}

/// By RFC 6750 and RFC 9470: what is missing.
fn to_program(judgement: &Judgement, presented: &Presented) -> GateAnswer {
    const REALM: &str = "Bearer realm=\"portcullis\"";
    match judgement {
        Judgement::SignIn if matches!(presented, Presented::Nothing) => {
            GateAnswer::challenge(StatusCode::UNAUTHORIZED, REALM)
        }
        Judgement::SignIn => {
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
fn to_person(call: &GateCall, asked: &Forwarded, judgement: &Judgement) -> Result<GateAnswer> {
    let second_factor = match judgement {
        Judgement::SignIn | Judgement::Forbidden(_) => false,
        Judgement::SecondFactor => true,
        Judgement::Outside(refusal) => return outside(call, refusal),
        Judgement::Closed | Judgement::Pass(_) => return closed(call),
    };
    let back = asked.way_back();
    let mut query = vec![("return_to", back.text())];
    if second_factor {
        query.push(("factors", "2"));
    }
    let query = serde_urlencoded::to_string(&query).unwrap_or_default();
    let answer = Answer::redirect(format!("/gate/sign-in?{query}"));
    let for_nginx = call.raw_query() == FOR_NGINX;
    Ok(if for_nginx { answer.status(StatusCode::UNAUTHORIZED) } else { answer }.into())
}

/// What somebody sees where nobody passes, or where they don't after all.
pub(super) fn closed(call: &GateCall) -> Result<GateAnswer> {
    let next = vec![
        Next::new("/", call.say("gate-first-page")),
        Next::new("/gate/sign-out", call.say("gate-other-account")),
    ];
    let shown = page(call, "title-gate-closed", call.say("gate-closed-lead"), next)?;
    Ok(shown.status(StatusCode::FORBIDDEN).into())
}

/// What a member sees who does not get in where their organisation is.
fn outside(call: &GateCall, refusal: &Refusal) -> Result<GateAnswer> {
    let told = told(&call.text(), refusal);
    let mut next = vec![Next::new("/gate/sign-out", call.say("gate-other-account"))];
    if refusal.why != Why::Address {
        let set_up = call.app.config.public_url.link("/settings/security/two-factor");
        next.insert(0, Next::new(set_up, call.say("gate-set-up-factor")));
    }
    let page = call.page("title-gate-closed");
    let shown = GatePage {
        address: told.address,
        ask: told.ask,
        ..GatePage::new(page, told.explanation, next)
    };
    Ok(GateAnswer::from(Answer::page(&shown)?.status(StatusCode::FORBIDDEN)))
}

/// The same, where the proxy asks for the page apart: it says of which request.
pub async fn refused(call: Arc<GateCall>) -> Result<GateAnswer> {
    let Some(asked) = call.forwarded() else { return closed(&call) };
    let presented = call.presented();
    match judged(&call, &asked, &presented).await? {
        Judgement::Outside(refusal) => outside(&call, &refusal),
        _ => closed(&call),
    }
}
