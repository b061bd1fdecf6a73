//! Signing in and out on an application's own host.

use super::question::not_let_in;
use super::{GatePage, Next, Onlooker};
use crate::error::{Refused, Result};
use crate::features::gate::rules::WayBack;
use crate::features::gate::{self, BROWSER_LIFETIME, Begun, Finished, Judgement};
use crate::features::security_log::{self, Reason};
use crate::http::{Answer, GateAnswer, GateCall};
use axum::http::StatusCode;
use serde::Deserialize;
use std::fmt::Display;
use std::sync::Arc;

#[derive(Deserialize)]
struct Wanted {
    return_to: Option<String>,
    factors: Option<String>,
}

/// To Portcullis, with a request that only this browser can finish.
pub async fn sign_in(call: Arc<GateCall>) -> Result<GateAnswer> {
    let wanted: Wanted = call.query()?;
    let back = WayBack::parse(wanted.return_to.as_deref().unwrap_or("/"));
    let second_factor = wanted.factors.as_deref() == Some("2");
    let begun =
        gate::start(&call.app, &call.origin, call.browser(), back, second_factor, call.now).await?;
    let Begun { location, browser } = begun.ok_or(Refused::NotFound)?;
    let cookie = call.keep_browser(&browser, BROWSER_LIFETIME);
    Ok(Answer::redirect(location).cookie(cookie).into())
}

#[derive(Deserialize)]
struct Came {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

/// Back from Portcullis, with a code or without.
pub async fn callback(call: Arc<GateCall>) -> Result<GateAnswer> {
    let came: Came = call.query()?;
    if came.error.is_some() {
        return not_signed_in(&call).await;
    }
    let (Some(code), Some(state), Some(browser)) = (came.code, came.state, call.browser()) else {
        return over(&call).await;
    };
    let (old, source) = (call.session(), call.source());
    let finished =
        gate::finish(&call.app, &call.origin, (&browser, &state), &code, old.as_ref(), &source);
    match finished.await? {
        Finished::Done { session, lifetime, asked, judgement } => {
            let cookie = call.keep_session(&session, lifetime);
            let answer = if let Judgement::Pass(_) = *judgement {
                Answer::redirect(asked.way_back().text()).into()
            } else {
                // Whoever does not pass now would be sent to sign in again, and again.
                let onlooker = Onlooker::holding(&call, Some(&session)).await;
                not_let_in(&onlooker, &asked, &judgement)?
            };
            Ok(answer.cookie(&cookie))
        }
        Finished::Over => over(&call).await,
    }
}

/// It went on too long, or was another browser's.
async fn over(call: &GateCall) -> Result<GateAnswer> {
    let onlooker = Onlooker::of(call).await;
    let (text, name) = (&onlooker.visit.text, &onlooker.name);
    let lead = text.say("gate-over-lead").with("name", name);
    once_more(&onlooker, text.say("gate-over-title"), lead)
}

/// They have said no, or Portcullis has.
async fn not_signed_in(call: &GateCall) -> Result<GateAnswer> {
    let onlooker = Onlooker::of(call).await;
    let (text, name) = (&onlooker.visit.text, &onlooker.name);
    let title = text.say("gate-not-signed-in-title").with("name", name);
    once_more(&onlooker, title, text.say("gate-not-signed-in-lead"))
}

fn once_more(onlooker: &Onlooker, title: impl Display, lead: impl Display) -> Result<GateAnswer> {
    let next = vec![Next::new("/gate/sign-in", onlooker.visit.text.say("action-sign-in"))];
    let shown = Answer::page(&GatePage::new(onlooker, title, lead, next))?;
    Ok(shown.status(StatusCode::BAD_REQUEST).into())
}

/// The page that asks.
pub async fn sign_out_page(call: Arc<GateCall>) -> Result<GateAnswer> {
    let onlooker = Onlooker::of(&call).await;
    let (text, name) = (&onlooker.visit.text, &onlooker.name);
    let title = text.say("gate-sign-out-title").with("name", name);
    let next = vec![Next::new("/", text.say("action-cancel"))];
    let page = GatePage::new(&onlooker, title, text.say("gate-sign-out-lead"), next);
    Ok(Answer::page(&GatePage { signs_out: true, ..page })?.into())
}

/// Out of this application. A form that no page of it has sent does nothing.
pub async fn sign_out(call: Arc<GateCall>) -> Result<GateAnswer> {
    if !call.is_same_origin() {
        security_log::note_refused_request(&call.app, Reason::CrossSite, None, &call.source())
            .await?;
        return Err(Refused::CrossSite.into());
    }
    // Their language is known as long as they are.
    let onlooker = Onlooker { email: None, ..Onlooker::of(&call).await };
    if let Some(session) = call.session() {
        gate::sign_out(&call.app, &session, &call.source()).await?;
    }
    Ok(signed_out(&call, &onlooker)?.cookie(&call.drop_session()))
}

fn signed_out(call: &GateCall, onlooker: &Onlooker) -> Result<GateAnswer> {
    let (text, name) = (&onlooker.visit.text, &onlooker.name);
    let everywhere = call.app.config.public_url.link("/sign-out");
    let next = vec![
        Next::new("/gate/sign-in", text.say("gate-sign-in-again")),
        Next::new(everywhere, text.say("gate-sign-out-everywhere")),
    ];
    let title = text.say("gate-signed-out-title").with("name", name);
    let lead = text.say("gate-signed-out-lead");
    Ok(Answer::page(&GatePage::new(onlooker, title, lead, next))?.into())
}
