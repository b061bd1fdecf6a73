//! Whether a request passes: asked by a proxy at each of them.

use super::rules::{self, Decision, Forwarded, Requirement, Ruling, decide};
use super::who::Who;
use super::{Caller, Identity, memory, who};
use crate::app::App;
use crate::error::Result;
use crate::features::organisation_access::{Refusal, Why};
use crate::time::Timestamp;

/// What a proxy is told.
#[derive(Debug, Clone)]
pub enum Judgement {
    /// It passes; who it is, where that is known.
    Pass(Option<Identity>),
    /// Whoever asks has to sign in.
    SignIn,
    /// They have to prove a second factor.
    SecondFactor,
    /// They lack one of these permissions.
    Forbidden(String),
    /// They don't get in where the organisation is that it belongs to.
    Outside(Box<Refusal>),
    /// Nobody passes.
    Closed,
}

/// Action: judges one request. What can't be read opens nothing, and neither does an
/// origin or a path that no rule is about.
pub async fn judge(
    app: &App,
    asked: &Forwarded,
    caller: Caller<'_>,
    now: Timestamp,
) -> Result<Judgement> {
    let Some(path) = &asked.path else { return Ok(Judgement::Closed) };
    let Some(guarded) = memory::guarded(app, asked.origin.text()).await? else {
        return Ok(Judgement::Closed);
    };
    let ruling = guarded.rules.of(path);
    let Ruling::Takes(rule) = ruling else { return Ok(Judgement::Closed) };
    let organisation = rule.organisation.as_deref();
    let found = match who::find(app, guarded.application, caller, organisation, now).await? {
        Who::Known(found) => Some(*found),
        Who::Nobody => None,
        // What is public is no organisation's.
        Who::Stranger => return Ok(Judgement::Closed),
        Who::Outside(refusal) if refusal.why == Why::Prove => return Ok(Judgement::SecondFactor),
        Who::Outside(refusal) => return Ok(Judgement::Outside(refusal)),
    };
    let known = found.as_ref().map(|found| rules::Caller {
        second_factor: found.second_factor,
        permissions: &found.permissions,
    });
    Ok(match decide(&ruling, known) {
        Decision::Pass => Judgement::Pass(found.map(|found| found.identity)),
        Decision::SignIn => Judgement::SignIn,
        Decision::SecondFactor => Judgement::SecondFactor,
        Decision::Forbidden => Judgement::Forbidden(Requirement::permissions(&rule.requirement)),
        Decision::Closed => Judgement::Closed,
    })
}
