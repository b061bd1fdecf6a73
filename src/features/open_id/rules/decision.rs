use super::{ErrorCode, Proof, Refusal, Request};
use crate::features::applications::rules::Scopes;
use crate::features::organisation_access::Why;
use crate::time::Timestamp;
use std::time::Duration;

/// Who is there, as far as it matters for a request.
#[derive(Debug, Clone)]
pub struct Person {
    /// What was proved in the session.
    pub proof: Proof,
    /// Whether the account holds a second factor.
    pub has_second_factor: bool,
    /// Whether nothing but a new password is open to it.
    pub needs_password: bool,
    /// Whether it is the one that the application expects, where it expects one.
    pub is_expected: bool,
    /// What its owner has let the application see.
    pub consent: Option<Scopes>,
    /// Whether they get in where the organisation is that they sign in for.
    pub organisation: Entrance,
}

/// Whether somebody gets in where an organisation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entrance {
    /// They do, or none is asked for.
    Open,
    /// For them there is no such organisation.
    Stranger,
    /// They belong to it, and this is in the way.
    Shut(Why),
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Somebody has to sign in.
    SignIn,
    /// They have to choose a new password first.
    NewPassword,
    /// They have to prove once more who they are.
    ProveAgain,
    /// They need a second factor, and have none.
    SetUpSecondFactor,
    /// Their organisation lets nobody in from where they are.
    Outside,
    /// They have to say whether the application may.
    Consent,
    /// The application gets its code.
    Code,
    /// The application gets an error.
    Refuse(Refusal),
}

/// What a request needs next. `identified` says whether nothing but the application
/// itself can hear the answer; where another program on the reader's device could,
/// they are asked each time (RFC 8252 §8.6).
pub fn decide(
    request: &Request,
    person: Option<&Person>,
    identified: bool,
    now: Timestamp,
) -> Decision {
    let wanted = wanted(request, person, identified, now);
    if request.prompt.none { silent(wanted) } else { wanted }
}

fn wanted(
    request: &Request,
    person: Option<&Person>,
    identified: bool,
    now: Timestamp,
) -> Decision {
    let Some(person) = person else { return Decision::SignIn };
    if person.needs_password {
        return Decision::NewPassword;
    }
    if !person.is_expected {
        let said = "somebody else is signed in than id_token_hint says";
        return Decision::Refuse(Refusal::new(ErrorCode::LoginRequired, said));
    }
    if !is_fresh(request, &person.proof, now) {
        return Decision::ProveAgain;
    }
    if person.proof.acr() < request.acr {
        return if person.has_second_factor {
            Decision::ProveAgain
        } else {
            Decision::SetUpSecondFactor
        };
    }
    match person.organisation {
        Entrance::Open => {}
        Entrance::Stranger => {
            let said = "the account does not belong to the organisation";
            return Decision::Refuse(Refusal::new(ErrorCode::AccessDenied, said));
        }
        Entrance::Shut(Why::Address) => return Decision::Outside,
        Entrance::Shut(Why::Enrol) => return Decision::SetUpSecondFactor,
        Entrance::Shut(Why::Prove) => return Decision::ProveAgain,
    }
    let asks = request.prompt.consent || request.prompt.select_account || !identified;
    let may = person.consent.as_ref().is_some_and(|may| may.contain(&request.scopes));
    if asks || !may { Decision::Consent } else { Decision::Code }
}

/// Whether the proof is as young as the request demands; one that was given for this
/// very request is.
fn is_fresh(request: &Request, proof: &Proof, now: Timestamp) -> bool {
    let for_this = request.since.is_some_and(|since| proof.at() >= since);
    let at_once = request.prompt.login || request.max_age == Some(Duration::ZERO);
    let young = request.max_age.is_none_or(|most| now.since(proof.at()) <= most);
    for_this || (!at_once && young)
}

/// The same where nothing may be shown.
fn silent(wanted: Decision) -> Decision {
    use ErrorCode::{
        AccessDenied, ConsentRequired, InteractionRequired, LoginRequired,
        UnmetAuthenticationRequirements,
    };
    let (code, said) = match wanted {
        Decision::SignIn => (LoginRequired, "nobody is signed in"),
        Decision::ProveAgain => (LoginRequired, "a fresh proof, or a second factor, is needed"),
        Decision::NewPassword => (InteractionRequired, "a new password has to be chosen first"),
        Decision::SetUpSecondFactor => {
            (UnmetAuthenticationRequirements, "the account has no second factor")
        }
        Decision::Outside => (AccessDenied, "the organisation lets nobody in from there"),
        Decision::Consent => (ConsentRequired, "its owner has to be asked first"),
        Decision::Code | Decision::Refuse(_) => return wanted,
    };
    Decision::Refuse(Refusal::new(code, said))
}

#[cfg(test)]
#[path = "decision_tests.rs"]
mod tests;
