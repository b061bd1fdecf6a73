//! Whether a request passes: asked by a proxy at each of them.

use super::rules::{Decision, Forwarded, Origin, Requirement, Ruling, Standing, decide};
use super::who::Who;
use super::{Caller, Identity, assertion, memory, who};
use crate::app::App;
use crate::error::Result;
use crate::features::applications::rules::Algorithm;
use crate::features::organisation_access::{Refusal, Why};
use crate::time::Timestamp;
use std::sync::Arc;

/// What a proxy is told.
#[derive(Debug, Clone)]
pub enum Judgement {
    /// It passes.
    Pass(Passed),
    /// Whoever asks has to sign in, by two factors where that is what it takes.
    SignIn {
        /// Whether it is.
        second_factor: bool,
    },
    /// They have to prove a second factor.
    SecondFactor,
    /// They lack one of these permissions.
    Forbidden(String),
    /// They don't get in where the organisation is that it belongs to.
    Outside(Box<Refusal>),
    /// Nobody passes.
    Closed,
}

/// What an application hears of a request that passes.
#[derive(Debug, Clone)]
pub struct Passed {
    /// Who it is, where that is known.
    pub identity: Option<Identity>,
    /// The same, signed, where the application wants that; empty where nobody is known.
    pub assertion: Option<Arc<str>>,
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
    let standing = found.as_ref().map(|found| Standing {
        second_factor: found.second_factor,
        permissions: &found.permissions,
    });
    Ok(match decide(&ruling, standing) {
        Decision::Pass => {
            let identity = found.map(|found| found.identity);
            let assertion = match guarded.assertion {
                None => None,
                Some(algorithm) => {
                    Some(signed(app, &asked.origin, algorithm, identity.as_ref(), now).await?)
                }
            };
            Judgement::Pass(Passed { identity, assertion })
        }
        Decision::SignIn => {
            Judgement::SignIn { second_factor: rule.requirement == Requirement::SecondFactor }
        }
        Decision::SecondFactor => Judgement::SecondFactor,
        Decision::Forbidden => Judgement::Forbidden(Requirement::permissions(&rule.requirement)),
        Decision::Closed => Judgement::Closed,
    })
}

async fn signed(
    app: &App,
    origin: &Origin,
    algorithm: Algorithm,
    identity: Option<&Identity>,
    now: Timestamp,
) -> Result<Arc<str>> {
    match identity {
        Some(identity) => assertion::of(app, origin, algorithm, identity, now).await,
        None => Ok(Arc::from("")),
    }
}
