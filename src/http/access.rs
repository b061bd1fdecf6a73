//! Who may ask: the type of a handler's second argument. What is not declared
//! is not reachable, and a handler can't be called by anybody else.

use super::visit::Visit;
use crate::features::organisation_access::{Admission, Verdict, Why};
use crate::features::organisations::Granted;
use crate::features::organisations::rules::Role;
use crate::features::pending_sign_ins::Waiting;
use crate::features::sessions::Current;
use crate::features::sessions::rules::{self, Scope};

/// A route's access, for the tests that walk the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Declared {
    /// Anybody.
    Public,
    /// Somebody whose password was proved, and whose second factor was not.
    HalfSignedIn,
    /// The holder of a session.
    SignedIn,
    /// The holder of a session who has just proved who they are.
    SteppedUp,
    /// The holder of a session who has just proved who they are, if only by a
    /// backup code.
    SteppedUpForSecondFactors,
    /// The holder of a session, also while nothing but a new password is open
    /// to the account.
    SignedInAnyhow,
    /// An auditor or administrator; for everybody else there is no such page.
    Auditor,
    /// The same, and they have just proved who they are.
    AuditorSteppedUp,
    /// A member of the organisation that the path names, from where and with what it asks
    /// for; for everybody else there is no such page.
    Member,
    /// One of its owners and admins.
    OrganisationAdmin,
    /// The same, and they have just proved who they are.
    OrganisationAdminSteppedUp,
    /// Whoever holds the invitation to an organisation that is in the path: it is asked
    /// whether they may join from where they are.
    Invited,
    /// An administrator; for everybody else there is no such page.
    Administrator,
    /// An administrator who has just proved who they are.
    AdministratorSteppedUp,
}

impl Declared {
    /// Whether a form's token is the session's; else it is the browser's.
    pub const fn is_in_session(self) -> bool {
        !matches!(self, Self::Public | Self::Invited | Self::HalfSignedIn)
    }

    /// Whether the path names an organisation, which is asked at each request.
    pub const fn is_of_organisation(self) -> bool {
        matches!(self, Self::Member | Self::OrganisationAdmin | Self::OrganisationAdminSteppedUp)
    }
}

/// What is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// A session.
    SignIn,
    /// A sign-in that waits for a second factor.
    PendingSignIn,
    /// A fresh proof, and what for.
    StepUp(Scope),
    /// A new password, before anything else.
    NewPassword,
    /// A right that is not to be known of.
    Right,
    /// What the organisation asks of its members.
    Organisation,
}

/// The proof that a request may reach a handler.
pub trait Access: Sized + Send + 'static {
    /// Its name in the table.
    const DECLARED: Declared;

    /// Looks at the request's session.
    fn prove(visit: &Visit) -> Result<Self, Missing>;
}

/// Anybody.
#[derive(Debug)]
pub struct Public;

/// Somebody whose password was proved, and whose second factor was not.
#[derive(Debug)]
pub struct HalfSignedIn(pub Waiting);

/// The holder of a session, who may have to choose a new password first.
#[derive(Debug)]
pub struct SignedInAnyhow(pub Current);

/// The holder of a session.
#[derive(Debug)]
pub struct SignedIn(pub Current);

/// The holder of a session who has proved who they are within five minutes.
#[derive(Debug)]
pub struct SteppedUp(pub Current);

/// The same, and a backup code is proof enough: to replace and remove second
/// factors.
#[derive(Debug)]
pub struct SteppedUpForSecondFactors(pub Current);

/// Somebody who may read everybody's log: an auditor or administrator.
#[derive(Debug)]
pub struct Auditor(pub Current);

/// The same, and they have proved who they are within five minutes.
#[derive(Debug)]
pub struct AuditorSteppedUp(pub Current);

/// A member of the organisation that the path names.
#[derive(Debug)]
pub struct Member(pub Current, pub Granted);

/// One of its owners and admins.
#[derive(Debug)]
pub struct OrganisationAdmin(pub Current, pub Granted);

/// The same, and they have proved who they are within five minutes.
#[derive(Debug)]
pub struct OrganisationAdminSteppedUp(pub Current, pub Granted);

/// Whoever presents an invitation to an organisation, and what that says to it.
#[derive(Debug)]
pub struct Invited(pub Admission);

/// An administrator.
#[derive(Debug)]
pub struct Administrator(pub Current);

/// An administrator who has proved who they are within five minutes.
#[derive(Debug)]
pub struct AdministratorSteppedUp(pub Current);

impl Access for Public {
    const DECLARED: Declared = Declared::Public;

    fn prove(_: &Visit) -> Result<Self, Missing> {
        Ok(Self)
    }
}

impl Access for HalfSignedIn {
    const DECLARED: Declared = Declared::HalfSignedIn;

    fn prove(visit: &Visit) -> Result<Self, Missing> {
        visit.waiting.clone().map(Self).ok_or(Missing::PendingSignIn)
    }
}

impl Access for SignedInAnyhow {
    const DECLARED: Declared = Declared::SignedInAnyhow;

    fn prove(visit: &Visit) -> Result<Self, Missing> {
        visit.current.clone().map(Self).ok_or(Missing::SignIn)
    }
}

impl Access for SignedIn {
    const DECLARED: Declared = Declared::SignedIn;

    fn prove(visit: &Visit) -> Result<Self, Missing> {
        let SignedInAnyhow(current) = SignedInAnyhow::prove(visit)?;
        match current.account.password_change_required_at {
            None => Ok(Self(current)),
            Some(_) => Err(Missing::NewPassword),
        }
    }
}

impl Access for SteppedUp {
    const DECLARED: Declared = Declared::SteppedUp;

    fn prove(visit: &Visit) -> Result<Self, Missing> {
        let SignedIn(current) = SignedIn::prove(visit)?;
        stepped_up(current, Scope::Everything, visit).map(Self)
    }
}

impl Access for SteppedUpForSecondFactors {
    const DECLARED: Declared = Declared::SteppedUpForSecondFactors;

    fn prove(visit: &Visit) -> Result<Self, Missing> {
        let SignedIn(current) = SignedIn::prove(visit)?;
        stepped_up(current, Scope::SecondFactors, visit).map(Self)
    }
}

fn stepped_up(current: Current, scope: Scope, visit: &Visit) -> Result<Current, Missing> {
    let held = current.account.second_factors;
    if rules::is_stepped_up(&current.session, held, scope, visit.now) {
        Ok(current)
    } else {
        Err(Missing::StepUp(scope))
    }
}

impl Access for Auditor {
    const DECLARED: Declared = Declared::Auditor;

    fn prove(visit: &Visit) -> Result<Self, Missing> {
        let SignedIn(current) = SignedIn::prove(visit)?;
        if current.account.may_audit() { Ok(Self(current)) } else { Err(Missing::Right) }
    }
}

impl Access for AuditorSteppedUp {
    const DECLARED: Declared = Declared::AuditorSteppedUp;

    fn prove(visit: &Visit) -> Result<Self, Missing> {
        // Who is no auditor is not asked for the password either.
        let Auditor(_) = Auditor::prove(visit)?;
        let SteppedUp(current) = SteppedUp::prove(visit)?;
        Ok(Self(current))
    }
}

impl Access for Member {
    const DECLARED: Declared = Declared::Member;

    fn prove(visit: &Visit) -> Result<Self, Missing> {
        let SignedIn(current) = SignedIn::prove(visit)?;
        match &visit.organisation {
            Some(Verdict::Granted(granted)) => Ok(Self(current, Granted::clone(granted))),
            // What they hold is proved where every fresh proof is given.
            Some(Verdict::Refused(refusal)) if refusal.why == Why::Prove => {
                Err(Missing::StepUp(Scope::Everything))
            }
            Some(Verdict::Refused(_)) => Err(Missing::Organisation),
            Some(Verdict::Stranger) | None => Err(Missing::Right),
        }
    }
}

impl Access for OrganisationAdmin {
    const DECLARED: Declared = Declared::OrganisationAdmin;

    fn prove(visit: &Visit) -> Result<Self, Missing> {
        let Member(current, granted) = Member::prove(visit)?;
        if granted.role >= Role::Admin { Ok(Self(current, granted)) } else { Err(Missing::Right) }
    }
}

impl Access for OrganisationAdminSteppedUp {
    const DECLARED: Declared = Declared::OrganisationAdminSteppedUp;

    fn prove(visit: &Visit) -> Result<Self, Missing> {
        let OrganisationAdmin(_, granted) = OrganisationAdmin::prove(visit)?;
        let SteppedUp(current) = SteppedUp::prove(visit)?;
        Ok(Self(current, granted))
    }
}

impl Access for Invited {
    const DECLARED: Declared = Declared::Invited;

    fn prove(visit: &Visit) -> Result<Self, Missing> {
        visit.admission.clone().map(Self).ok_or(Missing::Right)
    }
}

impl Access for Administrator {
    const DECLARED: Declared = Declared::Administrator;

    fn prove(visit: &Visit) -> Result<Self, Missing> {
        let SignedIn(current) = SignedIn::prove(visit)?;
        match current.account.administrator_since {
            Some(_) => Ok(Self(current)),
            None => Err(Missing::Right),
        }
    }
}

impl Access for AdministratorSteppedUp {
    const DECLARED: Declared = Declared::AdministratorSteppedUp;

    fn prove(visit: &Visit) -> Result<Self, Missing> {
        // Who is no administrator is not asked for the password either.
        let Administrator(_) = Administrator::prove(visit)?;
        let SteppedUp(current) = SteppedUp::prove(visit)?;
        Ok(Self(current))
    }
}
