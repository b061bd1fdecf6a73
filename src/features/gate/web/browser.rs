//! Signing in and out on an application's own host.

use super::question::closed;
use super::{GatePage, Next, page};
use crate::error::{Refused, Result};
use crate::features::gate::rules::WayBack;
use crate::features::gate::{self, BROWSER_LIFETIME, Begun, Finished};
use crate::features::security_log::{self, Reason};
use crate::http::{Answer, GateAnswer, GateCall};
use axum::http::StatusCode;
use serde::Deserialize;
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
        return over(&call, "title-gate-not-signed-in", call.say("gate-not-signed-in-lead"));
    }
    let (Some(code), Some(state), Some(browser)) = (came.code, came.state, call.browser()) else {
        return over(&call, "title-gate-over", call.say("gate-over-lead"));
    };
    let (old, source) = (call.session(), call.source());
    let finished =
        gate::finish(&call.app, &call.origin, (&browser, &state), &code, old.as_ref(), &source);
    match finished.await? {
        Finished::Done { session, lifetime, back, passes } => {
            let cookie = call.keep_session(&session, lifetime);
            // Whoever does not pass now would be sent to sign in again, and again.
            if !passes {
                return Ok(closed(&call)?.cookie(cookie));
            }
            Ok(GateAnswer::from(Answer::redirect(back.text())).cookie(cookie))
        }
        Finished::Over => over(&call, "title-gate-over", call.say("gate-over-lead")),
    }
}

fn over(call: &GateCall, title_key: &'static str, lead: String) -> Result<GateAnswer> {
    let next = vec![Next::new("/gate/sign-in", call.say("action-sign-in"))];
    Ok(page(call, title_key, lead, next)?.status(StatusCode::BAD_REQUEST).into())
}

/// The page that asks.
pub async fn sign_out_page(call: Arc<GateCall>) -> Result<GateAnswer> {
    let (page, lead) = (call.page("title-gate-sign-out"), call.say("gate-sign-out-lead"));
    let next = vec![Next::new("/", call.say("action-cancel"))];
    Ok(Answer::page(&GatePage { signs_out: true, ..GatePage::new(page, lead, next) })?.into())
}

/// Out of this application. A form that no page of it has sent does nothing.
pub async fn sign_out(call: Arc<GateCall>) -> Result<GateAnswer> {
    if !call.is_same_origin() {
        security_log::note_refused_request(&call.app, Reason::CrossSite, None, &call.source())
            .await?;
        return Err(Refused::CrossSite.into());
    }
    if let Some(session) = call.session() {
        gate::sign_out(&call.app, &session, &call.source()).await?;
    }
    let everywhere = call.app.config.public_url.link("/sign-out");
    let next = vec![
        Next::new("/gate/sign-in", call.say("gate-sign-in-again")),
        Next::new(everywhere, call.say("gate-sign-out-everywhere")),
    ];
    let lead = call.say("gate-signed-out-lead");
    let shown = page(&call, "title-gate-signed-out", lead, next)?;
    Ok(GateAnswer::from(shown).cookie(call.drop_session()))
}
