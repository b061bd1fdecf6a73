//! Review suspicious activity: what deserves a look in the last weeks and why,
//! and what the owner says of it. Findings are worked out when they are read, from
//! the log; only the answers are kept.

mod key;
mod store;

use crate::app::App;
use crate::error::Result;
use crate::features::security_log::{self, Actor, Event, Kind, Object};
use crate::features::sessions::Session;
use crate::http::Source;
use crate::ids::{AccountId, SessionId};
use crate::time::Timestamp;
use portcullis_db::{Statement, Tx};
use std::time::Duration;

pub use key::{FindingKey, NotAFinding};

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// Answers are kept for longer than any finding is shown.
const ANSWERS_KEPT: Duration = Duration::from_hours(60 * 24);

/// What an owner says of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// It was they.
    Me,
    /// It was somebody else.
    NotMe,
}

impl Answer {
    /// As stored, and in the log.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Me => "me",
            Self::NotMe => "not-me",
        }
    }

    /// The one that a tag names.
    pub fn from_tag(tag: &str) -> Option<Self> {
        [Self::Me, Self::NotMe].into_iter().find(|answer| answer.tag() == tag)
    }
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Whoever holds a session, and since when it is one.
    Session {
        /// The session.
        id: SessionId,
        /// When it began.
        began_at: Timestamp,
    },
    /// Whoever opened a mailed link.
    Link,
}

impl By {
    /// The session at hand.
    pub const fn session(session: &Session) -> Self {
        Self::Session { id: session.id, began_at: session.created_at }
    }
}

/// Step: keeps what is said of a finding of this account, with its event. That there
/// is such a finding is the caller's to know; call with the account locked.
#[expect(clippy::too_many_arguments, reason = "an answer is all of these")]
pub async fn answer(
    tx: &mut Tx,
    app: &App,
    account: AccountId,
    finding: &FindingKey,
    answer: Answer,
    by: By,
    source: &Source,
    now: Timestamp,
) -> Result<()> {
    store::keep(tx, account, *finding, answer, by, now).await?;
    let event = event(account, *finding, answer, by).from(source);
    security_log::record(tx, event, now, &app.random).await
}

fn event(account: AccountId, finding: FindingKey, answer: Answer, by: By) -> Event {
    let event = Event::new(Kind::FindingAnswered).on(account);
    let event = event.detail(format!("{}: {}", answer.tag(), finding.tag()));
    let event = match by {
        By::Session { id, .. } => event.by(Actor::Account(account)).in_session(id),
        By::Link => event,
    };
    match finding.event() {
        Some(about) => event.object(Object::Event, about.uuid()),
        None => event,
    }
}

/// Step: removes answers to what nobody is shown any more, and says how many.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    store::prune(tx, now.minus(ANSWERS_KEPT)).await
}

/// Step: removes what an account has answered.
pub async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    store::remove_account(tx, account).await
}
