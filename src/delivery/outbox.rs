//! The outbox: written in the transaction of the act, read by whoever sends.

use super::letter::{Letter, Purpose};
use super::rules::QueuePlace;
use super::store::{self, Held, Queued};
use super::{LogoutNotice, Message, TextMessage};
use crate::app::App;
use crate::error::{Fault, Result};
use crate::features::second_factor::sms::PhoneNumber;
use crate::ids::{AccountId, MessageId};
use crate::sealed;
use crate::time::Timestamp;
use portcullis_db::{Reader, Tx};
use std::time::Duration;
use zeroize::Zeroizing;

const KEPT_AFTER_SENDING: Duration = Duration::from_hours(30 * 24);
const KEPT_AFTER_DEATH: Duration = Duration::from_hours(90 * 24);
const TOO_LATE: &str = "not sent before it was of no use any more";

/// Step: a message to one address, about an account where there is one. It is
/// sent once the transaction has been committed, and never otherwise.
pub async fn enqueue(
    tx: &mut Tx,
    app: &App,
    to: &str,
    account: Option<AccountId>,
    letter: &Letter,
    now: Timestamp,
) -> Result<()> {
    let mail = letter.lay_out(app, to)?;
    let until = letter.expires_at(now);
    write(tx, app, &mail, (letter.purpose, account), until, now).await
}

/// Step: a text message to one phone, of use until a moment, sent as [`enqueue`]
/// does.
#[expect(clippy::too_many_arguments, reason = "what a message is")]
pub async fn enqueue_text(
    tx: &mut Tx,
    app: &App,
    to: &PhoneNumber,
    account: Option<AccountId>,
    purpose: Purpose,
    text: String,
    useful_until: Timestamp,
    now: Timestamp,
) -> Result<()> {
    let message = TextMessage { to: to.e164().to_owned(), text };
    write(tx, app, &message, (purpose, account), useful_until, now).await
}

/// Step: word to an application that a session in it has ended, of use until a moment.
pub async fn enqueue_logout(
    tx: &mut Tx,
    app: &App,
    account: AccountId,
    notice: &LogoutNotice,
    useful_until: Timestamp,
    now: Timestamp,
) -> Result<()> {
    let about = (Purpose::ApplicationLogout, Some(account));
    write(tx, app, notice, about, useful_until, now).await
}

async fn write<M: Message>(
    tx: &mut Tx,
    app: &App,
    message: &M,
    about: (Purpose, Option<AccountId>),
    until: Timestamp,
    now: Timestamp,
) -> Result<()> {
    let plain = serde_json::to_vec(message)
        .map(Zeroizing::new)
        .map_err(|error| Fault::new(format!("a message can't be written: {error}")))?;
    let id = MessageId::new(now, &app.random);
    let sealed = sealed::seal(&app.keys, &app.random, Held::place(id), &plain)?;
    store::insert(tx, id, M::CHANNEL, about, &sealed, now, until).await
}

pub(super) fn read<M: Message>(app: &App, held: &Held) -> Result<M> {
    let plain = sealed::open(&app.keys, Held::place(held.id), &held.sealed)?;
    serde_json::from_slice(&plain)
        .map_err(|error| Fault::new(format!("a message can't be read: {error}")).into())
}

/// A message that was not sent yet, as its reader would see it.
#[derive(Debug, Clone)]
pub struct Unsent<M> {
    /// Its id.
    pub id: MessageId,
    /// When it was written.
    pub created_at: Timestamp,
    /// What it says.
    pub message: M,
}

/// What was not sent yet by one way, the newest first: for the page that stands
/// in for what is not set on the developer's own machine, and for tests.
pub async fn unsent<M: Message>(app: &App, limit: i64) -> Result<Vec<Unsent<M>>> {
    let now = app.clock.now();
    let held = store::unsent(&mut &app.db, M::CHANNEL, now, limit).await?;
    held.iter()
        .map(|held| {
            let message = read(app, held)?;
            Ok(Unsent { id: held.id, created_at: held.created_at, message })
        })
        .collect()
}

/// How full the outbox is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// Messages that wait.
    pub waiting: i64,
    /// When the oldest of them was written.
    pub oldest: Option<Timestamp>,
    /// Messages that are not tried any more.
    pub dead: i64,
}

/// How full the outbox is.
pub async fn backlog(db: &mut impl Reader) -> Result<Backlog> {
    let (waiting, oldest, dead) = store::counts(db).await?;
    Ok(Backlog { waiting, oldest, dead })
}

/// What waits, the next to be tried first, after a given place.
pub async fn list_waiting(
    db: &mut impl Reader,
    after: Option<QueuePlace>,
    limit: i64,
) -> Result<Vec<Queued>> {
    store::list_waiting(db, after, limit).await
}

/// What is not tried any more, the latest first, after a given place.
pub async fn list_dead(
    db: &mut impl Reader,
    after: Option<QueuePlace>,
    limit: i64,
) -> Result<Vec<Queued>> {
    store::list_dead(db, after, limit).await
}

/// Step: whether a message of a purpose was written to an account since a moment,
/// sent by now or not. Call with the account locked, so that it stays true.
pub async fn was_written(
    tx: &mut Tx,
    account: AccountId,
    purpose: Purpose,
    since: Timestamp,
) -> Result<bool> {
    store::was_written(tx, account, purpose, since).await
}

/// Step: lets a dead message be tried again at once; false when there is no
/// such message, or it is of no use any more.
pub async fn retry(tx: &mut Tx, id: MessageId, now: Timestamp) -> Result<bool> {
    store::retry(tx, id, now).await
}

/// Step: takes back everything that was still to be sent about an account; how
/// many messages that were.
pub async fn withdraw(tx: &mut Tx, id: AccountId) -> Result<u64> {
    store::withdraw(tx, id).await
}

/// Step: takes the words out of what is of no use any more, and removes what is
/// long done; how many rows it removed.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    store::expire(tx, now, TOO_LATE).await?;
    store::prune(tx, now.minus(KEPT_AFTER_SENDING), now.minus(KEPT_AFTER_DEATH)).await
}
