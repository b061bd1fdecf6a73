//! Review suspicious activity: what deserves a look in the last weeks and why,
//! and what the owner says of it. Findings are worked out when they are read, from
//! the log; only the answers are kept.

mod findings;
mod key;
pub mod rules;
mod store;
pub mod web;

use crate::app::App;
use crate::error::{Refused, Result};
use crate::features::notable_sign_ins;
use crate::features::security_log::review::{self, Reviewed};
use crate::features::security_log::{self, Actor, Event, Kind, Object, Reason};
use crate::features::sessions::{self, Current, Session};
use crate::http::Source;
use crate::ids::{AccountId, SessionId};
use crate::places::{Place, Places};
use crate::time::Timestamp;
use findings::{Material, began_at, findings};
use portcullis_db::{Reader, Statement, Tx};
use rules::Spot;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

pub use findings::{Finding, What};
pub use key::{FindingKey, NotAFinding};

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// Answers are kept for longer than any finding is shown.
const ANSWERS_KEPT: Duration = Duration::from_hours(60 * 24);

/// What is looked at is so much older than what is shown: a change is judged by the
/// sign-in before it, and a journey, too.
const BEFORE: Duration = Duration::from_hours(24);

/// Sign-ins from new places that are read at most, and answers.
const READ: i64 = 200;

/// Changes that are looked at more closely, the newest: each costs a question.
const CHANGES: usize = 20;

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

/// What deserves a look, the newest first. At most a thousand rows are read for it, each
/// list by an index of its own and the newest first, so that the overview can ask at
/// each view.
pub async fn look(
    db: &mut impl Reader,
    places: &Places,
    account: AccountId,
    now: Timestamp,
) -> Result<Vec<Finding>> {
    let since = now.minus(rules::SHOWN_FOR).minus(BEFORE);
    let events = review::read(db, account, since).await?;
    let mut notable = notable_sign_ins::new_places(db, account, since, READ).await?;
    for change in events.changes.iter().take(CHANGES) {
        let began = began_at(&events.arrivals, change).unwrap_or(change.occurred_at);
        let (from, until) = (change.occurred_at.minus(rules::SOON), began.min(change.occurred_at));
        notable.extend(notable_sign_ins::last_new_device(db, account, from, until).await?);
    }
    let answers = store::answers(db, account, READ).await?.into_iter().collect();
    let spots = spots(places, &events);
    Ok(findings(&Material { events, notable, spots, answers }, now))
}

/// The same, for a page.
pub async fn findings_of(app: &App, account: AccountId, now: Timestamp) -> Result<Vec<Finding>> {
    look(&mut &app.db, &app.places, account, now).await
}

fn spots(places: &Places, events: &Reviewed) -> BTreeMap<String, Spot> {
    let addresses = events.arrivals.iter().filter_map(|event| event.address.clone());
    addresses.filter_map(|address| Some((address.clone(), spot(places, &address)?))).collect()
}

fn spot(places: &Places, address: &str) -> Option<Spot> {
    let address: IpAddr = address.parse().ok()?;
    let Place::Named(location) = places.of(address) else { return None };
    Some(Spot { country: location.country?, point: places.point_of(address) })
}

/// Action: the owner says of a finding whether it was they.
pub async fn answer_own(
    app: &App,
    current: &Current,
    finding: &str,
    said: Answer,
    source: &Source,
) -> Result<()> {
    let now = app.clock.now();
    let account = current.account.id;
    let mut tx = app.db.begin().await?;
    sessions::confirm(&mut tx, current).await?;
    let found = look(&mut tx, &app.places, account, now).await?;
    let key = finding.parse().ok();
    let Some(found) = found.into_iter().find(|found| Some(found.key) == key) else {
        let event = Event::by_owner(Kind::FindingAnswered, current.owner()).from(source);
        let event = event.detail(said.tag()).refused(Reason::UnknownFinding);
        security_log::record(&mut tx, event, now, &app.random).await?;
        tx.commit().await?;
        return Err(Refused::NotFound.into());
    };
    let by = By::session(&current.session);
    answer(&mut tx, app, account, &found.key, said, by, source, now).await?;
    Ok(tx.commit().await?)
}

/// When the owner last said of something that it was not they.
pub async fn not_me_since(app: &App, account: AccountId) -> Result<Option<Timestamp>> {
    let answers = store::answers(&mut &app.db, account, READ).await?;
    let not_me = answers.into_iter().filter(|(_, answered)| answered.answer == Answer::NotMe);
    Ok(not_me.map(|(_, answered)| answered.at).max())
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
