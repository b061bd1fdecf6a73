//! What has happened, as its feature says it.

mod kinds;

use super::filter::Verdict;
use crate::http::Source;
use crate::ids::{AccountId, OrganisationId, SessionId};
use crate::places::Place;
use uuid::Uuid;

pub use kinds::{Kind, Method, Object, Reason};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was done.
    Succeeded,
    /// It was not, and why.
    Refused(Reason),
}

impl Outcome {
    /// Whether whoever asked is told that what they want to end is no longer there, or not as they
    /// have seen it: then somebody else may have ended it, and not have been told so yet.
    pub const fn found_gone(self) -> bool {
        use Reason::{
            Already, ChangedMeanwhile, NotNarrower, UnknownApplication, UnknownPermission,
            UnknownSecret, UnknownSession, UnknownToken,
        };
        matches!(
            self,
            Self::Refused(
                Already
                    | ChangedMeanwhile
                    | NotNarrower
                    | UnknownApplication
                    | UnknownPermission
                    | UnknownSecret
                    | UnknownSession
                    | UnknownToken
            )
        )
    }

    /// Without the reason.
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Succeeded => Verdict::Succeeded,
            Self::Refused(_) => Verdict::Refused,
        }
    }
}

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Nobody who has signed in.
    Anonymous,
    /// The owner of an account.
    Account(AccountId),
    /// Whoever runs the server.
    Operator,
    /// The server, by itself.
    Server,
}

impl Actor {
    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Account(_) => "account",
            Self::Operator => "operator",
            Self::Server => "server",
        }
    }

    pub(super) const fn id(self) -> Option<AccountId> {
        match self {
            Self::Account(id) => Some(id),
            Self::Anonymous | Self::Operator | Self::Server => None,
        }
    }
}

/// Somebody who is signed in: the account, and the session it is done in.
pub type Owner = (AccountId, SessionId);

/// An event that is about to be written.
#[derive(Debug, Clone)]
pub struct Event {
    pub(super) kind: Kind,
    pub(super) outcome: Outcome,
    pub(super) account: Option<AccountId>,
    pub(super) organisation: Option<OrganisationId>,
    pub(super) actor: Actor,
    pub(super) session: Option<SessionId>,
    pub(super) object: Option<(Object, Uuid)>,
    pub(super) detail: Option<String>,
    pub(super) address: Option<String>,
    pub(super) user_agent: Option<String>,
    pub(super) email: Option<String>,
    pub(super) place: Place,
}

impl Event {
    /// Something that succeeded, done by nobody in particular yet.
    pub const fn new(kind: Kind) -> Self {
        Self {
            kind,
            outcome: Outcome::Succeeded,
            account: None,
            organisation: None,
            actor: Actor::Anonymous,
            session: None,
            object: None,
            detail: None,
            address: None,
            user_agent: None,
            email: None,
            place: Place::Unknown,
        }
    }

    /// Something that an owner did to their own account.
    pub const fn by_owner(kind: Kind, (account, session): Owner) -> Self {
        Self::new(kind).on(account).by(Actor::Account(account)).in_session(session)
    }

    /// Whose log it belongs to.
    #[must_use]
    pub const fn on(mut self, account: AccountId) -> Self {
        self.account = Some(account);
        self
    }

    /// Which organisation's log it belongs to as well.
    #[must_use]
    pub const fn within(mut self, organisation: OrganisationId) -> Self {
        self.organisation = Some(organisation);
        self
    }

    /// Who did it.
    #[must_use]
    pub const fn by(mut self, actor: Actor) -> Self {
        self.actor = actor;
        self
    }

    /// In or of which session.
    #[must_use]
    pub const fn in_session(mut self, session: SessionId) -> Self {
        self.session = Some(session);
        self
    }

    /// That it was refused, and why.
    #[must_use]
    pub const fn refused(mut self, reason: Reason) -> Self {
        self.outcome = Outcome::Refused(reason);
        self
    }

    /// What it was done to.
    #[must_use]
    pub const fn object(mut self, kind: Object, id: Uuid) -> Self {
        self.object = Some((kind, id));
        self
    }

    /// More about it; never anything personal, because it can't be erased.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// How a second factor was proved in it, which stands as its detail.
    #[must_use]
    pub fn method(self, method: Method) -> Self {
        self.detail(method.tag())
    }

    /// Where it came from.
    #[must_use]
    pub fn from(mut self, source: &Source) -> Self {
        self.address = source.address.map(|address| address.to_string());
        self.place = source.place.clone();
        self.user_agent = Some(source.user_agent.clone()).filter(|text| !text.is_empty());
        self
    }

    /// The address that was typed.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }
}
