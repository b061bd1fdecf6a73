//! The one place where it is decided whether somebody gets at what is an organisation's:
//! they belong to it, are where its allowlist lets them be, and have proved what it asks
//! for. Every door asks here, at each request, with what was proved in the session at hand
//! and the end user's own address. It is read with one statement and kept nowhere.

mod admission;
pub mod api;
mod membership;
mod refusals;
mod store;
pub mod web;

use crate::app::App;
use crate::error::Result;
use crate::features::access_tokens::Bearer;
use crate::features::account::{Account, FactorKinds};
use crate::features::application_sessions;
use crate::features::ip_allowlist;
use crate::features::ip_allowlist::rules::State;
use crate::features::organisation_admins::By;
use crate::features::organisations::rules::{Limits, Role};
use crate::features::organisations::{self, Granted, Member, Organisation};
use crate::features::security_log::Reason;
use crate::features::sessions::Current;
use crate::features::sessions::rules::Proved;
use crate::features::two_factor_requirement::rules::{Requirement, Standing, standing};
use crate::http::Source;
use crate::ids::{AccountId, OrganisationId, SessionId};
use crate::time::Timestamp;
use portcullis_db::{Statement, Tx};
use std::net::IpAddr;
use std::time::Duration;

pub use admission::{Admission, Admitted, admit};
pub use membership::Membership;
pub use refusals::UnderWay;

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// A member's refusals for one reason are in the log once in so long.
pub const NOTED_ONCE_IN: Duration = Duration::from_mins(10);
/// So many of those in charge are named to whoever is refused.
const NAMED: i64 = 3;

/// Which organisation is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which<'a> {
    /// By its short name.
    Slug(&'a str),
    /// By its id.
    Id(OrganisationId),
}

impl<'a> Which<'a> {
    /// As programs name one: by its id or its short name. No short name is an id.
    pub fn named(text: &'a str) -> Self {
        text.parse().map_or(Self::Slug(text), Self::Id)
    }
}

/// By what somebody comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// In a session, in which this was proved.
    Session(Proved),
    /// By an access token: what its account holds was proved when that was made.
    Token,
}

impl Proof {
    /// In a session of an application: what was proved in its parent.
    pub const fn of(proof: &application_sessions::Proof) -> Self {
        Self::Session(Proved {
            password: proof.password_at.is_some(),
            totp: proof.totp_at.is_some(),
            sms: proof.sms_at.is_some(),
            backup_code: proof.backup_code_at.is_some(),
        })
    }
}

/// What a door asks.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Who wants to get in.
    pub account: &'a Account,
    /// In which session, where it is one.
    pub session: Option<SessionId>,
    /// By what they come.
    pub proof: Proof,
    /// What that is limited to.
    pub limits: &'a Limits,
    /// Where the end user is: not the proxy, and not the application that asks for them.
    pub source: &'a Source,
    /// What they want to get at.
    pub organisation: Which<'a>,
}

impl<'a> Question<'a> {
    /// For somebody in a session.
    pub const fn of(current: &'a Current, source: &'a Source, organisation: Which<'a>) -> Self {
        Self {
            account: &current.account,
            session: Some(current.session.id),
            proof: Proof::Session(current.session.proved()),
            limits: Limits::NONE,
            source,
            organisation,
        }
    }

    /// For a program with an access token.
    pub const fn by_token(bearer: &'a Bearer, source: &'a Source, organisation: Which<'a>) -> Self {
        Self {
            account: &bearer.account,
            session: None,
            proof: Proof::Token,
            limits: &bearer.limits,
            source,
            organisation,
        }
    }
}

/// Why a member is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The allowlist does not have their address, or it is not known.
    Address,
    /// They have to set up a second factor.
    Enrol,
    /// They have to prove the one that they hold.
    Prove,
}

impl Why {
    /// As the log says it.
    pub const fn reason(self) -> Reason {
        match self {
            Self::Address => Reason::AddressNotAllowed,
            Self::Enrol | Self::Prove => Reason::SecondFactorRequired,
        }
    }
}

/// A member who is refused, and what they are told.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// Why.
    pub why: Why,
    /// By which organisation.
    pub organisation: Organisation,
    /// The address that they came from.
    pub address: Option<IpAddr>,
    /// Whom to ask.
    pub ask: Vec<Member>,
}

/// The answer.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// They get in.
    Granted(Box<Granted>),
    /// For whoever does not belong to it there is no such organisation.
    Stranger,
    /// They belong to it, and don't get in.
    Refused(Box<Refusal>),
}

/// What one statement reads.
struct Found {
    organisation: Organisation,
    role: Role,
    state: State,
    requirement: Option<Requirement>,
}

/// The decision alone: it writes nothing.
pub async fn decide(app: &App, question: &Question<'_>, now: Timestamp) -> Result<Verdict> {
    let found = store::find(&mut &app.db, question.organisation, question.account.id).await?;
    let Some(Found { organisation, role, state, requirement }) = found else {
        return Ok(Verdict::Stranger);
    };
    if !question.limits.allow(organisation.id) {
        return Ok(Verdict::Stranger);
    }
    let address = question.source.address;
    let held = question.account.second_factors;
    let allowed = ip_allowlist::allows(app, organisation.id, &state, address, now).await?;
    let stands = stands(requirement.as_ref(), held, question.proof, now);
    let (why, grace_until) = match (allowed, stands) {
        (false, _) => (Some(Why::Address), None),
        (true, Standing::Enrol) => (Some(Why::Enrol), None),
        (true, Standing::Prove) => (Some(Why::Prove), None),
        (true, Standing::Grace(until)) => (None, Some(until)),
        (true, Standing::Fine) => (None, None),
    };
    if let Some(why) = why {
        let ask = organisations::in_charge(&mut &app.db, organisation.id, NAMED).await?;
        return Ok(Verdict::Refused(Box::new(Refusal { why, organisation, address, ask })));
    }
    let waits = state.waits(now).map(|(version, _)| version).filter(|_| role >= Role::Admin);
    Ok(Verdict::Granted(Box::new(Granted { organisation, role, grace_until, waits })))
}

fn stands(
    requirement: Option<&Requirement>,
    held: FactorKinds,
    proof: Proof,
    now: Timestamp,
) -> Standing {
    let proved = match proof {
        Proof::Session(proved) => proved,
        Proof::Token => Proved::default(),
    };
    match standing(requirement, held, proved, now) {
        Standing::Prove if proof == Proof::Token => Standing::Fine,
        other => other,
    }
}

/// An organisation that somebody belongs to.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Which.
    pub organisation: Organisation,
    /// As what.
    pub role: Role,
    /// What is in the way of its pages, from here and in this session.
    pub closed: Option<Why>,
}

/// All that a program's owner belongs to.
pub async fn list_by_token(
    app: &App,
    bearer: &Bearer,
    source: &Source,
    now: Timestamp,
) -> Result<Vec<Listed>> {
    let question = |id| Question::by_token(bearer, source, Which::Id(id));
    list_of(app, bearer.account.id, question, now).await
}

async fn list_of<'a>(
    app: &App,
    account: AccountId,
    question: impl Fn(OrganisationId) -> Question<'a>,
    now: Timestamp,
) -> Result<Vec<Listed>> {
    let mut all = Vec::new();
    for (organisation, role) in organisations::of_account(&mut &app.db, account).await? {
        let closed = match decide(app, &question(organisation.id), now).await? {
            Verdict::Granted(_) => None,
            Verdict::Refused(refusal) => Some(refusal.why),
            Verdict::Stranger => continue,
        };
        all.push(Listed { organisation, role, closed });
    }
    Ok(all)
}

/// All that somebody belongs to. It writes nothing: nobody has asked for their pages.
pub async fn list(
    app: &App,
    current: &Current,
    source: &Source,
    now: Timestamp,
) -> Result<Vec<Listed>> {
    let question = |id| Question::of(current, source, Which::Id(id));
    list_of(app, current.account.id, question, now).await
}

/// Action: decides, and has written down what the decision means: a refusal, now and then.
pub async fn ask(app: &App, question: &Question<'_>, now: Timestamp) -> Result<Verdict> {
    let verdict = decide(app, question, now).await?;
    if let Verdict::Refused(refusal) = &verdict {
        refusals::note_later(app, question, refusal, now);
    }
    Ok(verdict)
}

/// Action: the same for somebody in a session. That a new allowlist lets one of its owners
/// and admins in is written down, too, and so it stays.
pub async fn enter(
    app: &App,
    current: &Current,
    source: &Source,
    organisation: Which<'_>,
    now: Timestamp,
) -> Result<Verdict> {
    let verdict = ask(app, &Question::of(current, source, organisation), now).await?;
    if let Verdict::Granted(granted) = &verdict
        && let Some(version) = granted.waits
    {
        let by = By::Session(current);
        ip_allowlist::confirm(app, by, granted.organisation.id, version, source).await?;
    }
    Ok(verdict)
}

/// Action: the same for a program with a token.
pub async fn enter_by_token(
    app: &App,
    bearer: &Bearer,
    source: &Source,
    organisation: Which<'_>,
    now: Timestamp,
) -> Result<Verdict> {
    let verdict = ask(app, &Question::by_token(bearer, source, organisation), now).await?;
    if let Verdict::Granted(granted) = &verdict
        && let Some(version) = granted.waits
    {
        let by = By::Token(bearer);
        ip_allowlist::confirm(app, by, granted.organisation.id, version, source).await?;
    }
    Ok(verdict)
}

/// Step: forgets what was written down of an account.
pub async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    store::remove_account(tx, account).await
}

/// Step: forgets what is of no use any more, and says how much.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    store::prune(tx, now.minus(NOTED_ONCE_IN)).await
}
