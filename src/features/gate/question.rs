//! Whether a request passes: asked by a proxy at each of them.

use super::rules::{Decision, Forwarded, Origin, Requirement, Ruling, Standing, decide};
use super::who::Who;
use super::{Caller, Identity, assertion, memory, who};
use crate::app::App;
use crate::error::Result;
use crate::features::applications::rules::Algorithm;
use crate::features::check::{self, Answer};
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
    pub answer: Option<Answer>,
    /// The same, signed, where the application wants that; empty where nobody is known.
    pub assertion: Option<Arc<str>>,
}

/// Action: judges one request. What can't be read opens nothing, and neither does an
/// origin or a path that no rule is about.
pub async fn judge(
    app: &App,
    asked: &Forwarded<'_>,
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
    let who = who::find(app, guarded.application, caller, organisation, now).await?;
    let mut judgement = judged(&ruling, who);
    if let (Judgement::Pass(passed), Some(algorithm)) = (&mut judgement, guarded.assertion) {
        let answer = passed.answer.as_ref();
        passed.assertion = Some(signed(app, &asked.origin, algorithm, answer, now).await?);
    }
    Ok(judgement)
}

/// The same at once, where it is remembered that the request passes, and nothing is to be
/// signed: none where it is not so.
pub fn passes_at_once(
    app: &App,
    asked: &Forwarded<'_>,
    caller: Caller<'_>,
    now: Timestamp,
) -> Option<Passed> {
    let path = asked.path.as_ref()?;
    // The question is here; then whether memory may answer, and only then memory.
    let view = app.memory.view(&app.db)?;
    let guarded = memory::remembered(app, &view, asked.origin.text())?;
    let ruling = guarded.rules.of(path);
    let Ruling::Takes(rule) = ruling else { return None };
    let organisation = rule.organisation.as_deref();
    let who = who::remembered(app, &view, guarded.application, caller, organisation, now)?;
    match judged(&ruling, who) {
        Judgement::Pass(passed) if guarded.assertion.is_none() => {
            if passed.answer.is_some() {
                check::count_remembered(app);
            }
            Some(passed)
        }
        _ => None,
    }
}

/// What a rule says of whoever has come.
fn judged(ruling: &Ruling<'_>, who: Who) -> Judgement {
    let Ruling::Takes(rule) = ruling else { return Judgement::Closed };
    let answer = match who {
        Who::Known(answer) => Some(answer),
        Who::Nobody => None,
        // What is public is no organisation's.
        Who::Stranger => return Judgement::Closed,
        Who::Outside(refusal) if refusal.why == Why::Prove => return Judgement::SecondFactor,
        Who::Outside(refusal) => return Judgement::Outside(refusal),
    };
    let standing = answer.as_ref().map(|answer| Standing {
        second_factor: answer.has_two_factors(),
        scopes: answer.scopes(),
    });
    match decide(ruling, standing) {
        Decision::Pass => Judgement::Pass(Passed { answer, assertion: None }),
        Decision::SignIn => {
            Judgement::SignIn { second_factor: rule.requirement == Requirement::SecondFactor }
        }
        Decision::SecondFactor => Judgement::SecondFactor,
        Decision::Forbidden => Judgement::Forbidden(Requirement::permissions(&rule.requirement)),
        Decision::Closed => Judgement::Closed,
    }
}

async fn signed(
    app: &App,
    origin: &Origin,
    algorithm: Algorithm,
    answer: Option<&Answer>,
    now: Timestamp,
) -> Result<Arc<str>> {
    match answer.map(Identity::of) {
        Some(identity) => assertion::of(app, origin, algorithm, &identity, now).await,
        None => Ok(Arc::from("")),
    }
}
