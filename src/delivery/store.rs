use super::letter::Purpose;
use super::rules::QueuePlace;
use crate::error::Result;
use crate::ids::{AccountId, MessageId};
use crate::sealed::{Place, Sealed};
use crate::time::Timestamp;
use portcullis_db::{FromRow, Reader, Row, Tx, args, statements};

statements! {
    INSERT = "INSERT INTO outbox (id, purpose, account_id, key_id, sealed, created_at, expires_at, attempts, \
              next_attempt_at, last_error, sent_at, dead_at, channel) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $6, NULL, NULL, NULL, $8)";
    DUE = "SELECT id, key_id, sealed, attempts, next_attempt_at, expires_at, created_at FROM outbox \
           WHERE channel = $1 AND next_attempt_at <= $2 AND expires_at > $2 AND sealed IS NOT NULL \
           ORDER BY next_attempt_at, id LIMIT $3";
    TAKE = "UPDATE outbox SET next_attempt_at = $3, attempts = attempts + 1 \
            WHERE id = $1 AND next_attempt_at = $2 AND sealed IS NOT NULL";
    SENT = "UPDATE outbox SET sent_at = $2, key_id = NULL, sealed = NULL, next_attempt_at = NULL, last_error = NULL \
            WHERE id = $1 AND sent_at IS NULL";
    AGAIN = "UPDATE outbox SET next_attempt_at = $2, last_error = $3 \
             WHERE id = $1 AND sent_at IS NULL AND dead_at IS NULL AND next_attempt_at IS NOT NULL";
    DEAD = "UPDATE outbox SET next_attempt_at = NULL, dead_at = $2, last_error = $3 \
            WHERE id = $1 AND sent_at IS NULL AND dead_at IS NULL";
    EXPIRE = "UPDATE outbox SET key_id = NULL, sealed = NULL, next_attempt_at = NULL, \
              dead_at = COALESCE(dead_at, $1), last_error = COALESCE(last_error, $2) \
              WHERE expires_at <= $1 AND sealed IS NOT NULL";
    RETRY = "UPDATE outbox SET next_attempt_at = $2, dead_at = NULL, attempts = 0 \
             WHERE id = $1 AND dead_at IS NOT NULL AND sealed IS NOT NULL AND expires_at > $2";
    WITHDRAW = "DELETE FROM outbox WHERE account_id = $1 AND sealed IS NOT NULL";
    PRUNE_SENT = "DELETE FROM outbox WHERE sent_at < $1";
    PRUNE_DEAD = "DELETE FROM outbox WHERE dead_at < $1 AND sealed IS NULL";
    WAITING = "SELECT COUNT(*), MIN(created_at) FROM outbox WHERE next_attempt_at IS NOT NULL";
    DEAD_COUNT = "SELECT COUNT(*) FROM outbox WHERE dead_at IS NOT NULL";
    LIST_WAITING = "SELECT id, purpose, account_id, created_at, expires_at, attempts, next_attempt_at, last_error, \
                    dead_at, key_id FROM outbox WHERE next_attempt_at IS NOT NULL \
                    ORDER BY next_attempt_at, id LIMIT $1";
    LIST_DEAD = "SELECT id, purpose, account_id, created_at, expires_at, attempts, next_attempt_at, last_error, \
                 dead_at, key_id FROM outbox WHERE dead_at IS NOT NULL ORDER BY dead_at DESC, id DESC LIMIT $1";
    WRITTEN = "SELECT COUNT(*) FROM outbox WHERE account_id = $1 AND purpose = $2 AND created_at > $3";
    LIST_WAITING_AFTER = "SELECT id, purpose, account_id, created_at, expires_at, attempts, next_attempt_at, \
                          last_error, dead_at, key_id FROM outbox WHERE (next_attempt_at, id) > ($1, $2) \
                          ORDER BY next_attempt_at, id LIMIT $3";
    LIST_DEAD_AFTER = "SELECT id, purpose, account_id, created_at, expires_at, attempts, next_attempt_at, last_error, \
                       dead_at, key_id FROM outbox WHERE (dead_at, id) < ($1, $2) \
                       ORDER BY dead_at DESC, id DESC LIMIT $3";
    UNSENT = "SELECT id, key_id, sealed, attempts, next_attempt_at, expires_at, created_at FROM outbox \
              WHERE channel = $1 AND sealed IS NOT NULL AND expires_at > $2 ORDER BY id DESC LIMIT $3";
}

/// A message that can still be read.
pub(super) struct Held {
    pub(super) id: MessageId,
    pub(super) sealed: Sealed,
    pub(super) attempts: i64,
    pub(super) next_attempt_at: Option<Timestamp>,
    pub(super) expires_at: Timestamp,
    pub(super) created_at: Timestamp,
}

impl Held {
    pub(super) const fn place(id: MessageId) -> Place {
        Place { table: "outbox", column: "sealed", row: id.uuid(), owner: None }
    }
}

impl FromRow for Held {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            sealed: Sealed { key_id: row.get(1)?, bytes: row.get(2)? },
            attempts: row.get(3)?,
            next_attempt_at: row.get(4)?,
            expires_at: row.get(5)?,
            created_at: row.get(6)?,
        })
    }
}

/// What an operator sees of a message: never what it says, nor to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// Its id.
    pub id: MessageId,
    /// Which message it is.
    pub purpose: String,
    /// Whose account it is about.
    pub account: Option<AccountId>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it is of no use any more.
    pub expires_at: Timestamp,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next.
    pub next_attempt_at: Option<Timestamp>,
    /// What the mail server or carrier, or the way to it, said last.
    pub last_error: Option<String>,
    /// Since when it is not tried any more.
    pub dead_at: Option<Timestamp>,
    /// Whether it could be tried again.
    pub can_be_retried: bool,
}

impl Queued {
    /// Where its list goes on after it.
    pub fn place(&self) -> Option<QueuePlace> {
        Some(QueuePlace { at: self.dead_at.or(self.next_attempt_at)?, id: self.id })
    }
}

impl FromRow for Queued {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let key_id: Option<String> = row.get(9)?;
        let dead_at: Option<Timestamp> = row.get(8)?;
        Ok(Self {
            id: row.get(0)?,
            purpose: row.get(1)?,
            account: row.get(2)?,
            created_at: row.get(3)?,
            expires_at: row.get(4)?,
            attempts: row.get(5)?,
            next_attempt_at: row.get(6)?,
            last_error: row.get(7)?,
            dead_at,
            can_be_retried: dead_at.is_some() && key_id.is_some(),
        })
    }
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: MessageId,
    channel: &str,
    (purpose, account): (Purpose, Option<AccountId>),
    sealed: &Sealed,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    let (tag, key_id, bytes) = (purpose.tag(), &sealed.key_id, &sealed.bytes);
    let values = args![id, tag, account, key_id, bytes, now, expires_at, channel];
    tx.execute(&INSERT, values).await?;
    Ok(())
}

pub(super) async fn due(
    db: &mut impl Reader,
    channel: &str,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Held>> {
    Ok(db.fetch_all(&DUE, args![channel, now, limit]).await?)
}

/// Takes a message for one attempt; false when another node has it.
pub(super) async fn take(tx: &mut Tx, message: &Held, until: Timestamp) -> Result<bool> {
    Ok(tx.execute_guarded(&TAKE, args![message.id, message.next_attempt_at, until]).await?)
}

pub(super) async fn sent(tx: &mut Tx, id: MessageId, now: Timestamp) -> Result<bool> {
    Ok(tx.execute_guarded(&SENT, args![id, now]).await?)
}

pub(super) async fn again(tx: &mut Tx, id: MessageId, at: Timestamp, error: &str) -> Result<()> {
    tx.execute(&AGAIN, args![id, at, error]).await?;
    Ok(())
}

pub(super) async fn dead(tx: &mut Tx, id: MessageId, now: Timestamp, error: &str) -> Result<()> {
    tx.execute(&DEAD, args![id, now, error]).await?;
    Ok(())
}

pub(super) async fn expire(tx: &mut Tx, now: Timestamp, error: &str) -> Result<u64> {
    Ok(tx.execute(&EXPIRE, args![now, error]).await?)
}

pub(super) async fn retry(tx: &mut Tx, id: MessageId, now: Timestamp) -> Result<bool> {
    Ok(tx.execute_guarded(&RETRY, args![id, now]).await?)
}

pub(super) async fn withdraw(tx: &mut Tx, id: AccountId) -> Result<u64> {
    Ok(tx.execute(&WITHDRAW, args![id]).await?)
}

pub(super) async fn prune(tx: &mut Tx, sent: Timestamp, dead: Timestamp) -> Result<u64> {
    let removed = tx.execute(&PRUNE_SENT, args![sent]).await?;
    Ok(removed + tx.execute(&PRUNE_DEAD, args![dead]).await?)
}

/// How many wait, and since when the oldest; how many are dead.
pub(super) async fn counts(db: &mut impl Reader) -> Result<(i64, Option<Timestamp>, i64)> {
    let waiting: Option<(i64, Option<Timestamp>)> = db.fetch_optional(&WAITING, args![]).await?;
    let dead: Option<(i64,)> = db.fetch_optional(&DEAD_COUNT, args![]).await?;
    let (waiting, oldest) = waiting.unwrap_or((0, None));
    Ok((waiting, oldest, dead.map_or(0, |(dead,)| dead)))
}

pub(super) async fn list_waiting(
    db: &mut impl Reader,
    after: Option<QueuePlace>,
    limit: i64,
) -> Result<Vec<Queued>> {
    Ok(match after {
        None => db.fetch_all(&LIST_WAITING, args![limit]).await?,
        Some(QueuePlace { at, id }) => {
            db.fetch_all(&LIST_WAITING_AFTER, args![at, id, limit]).await?
        }
    })
}

pub(super) async fn list_dead(
    db: &mut impl Reader,
    after: Option<QueuePlace>,
    limit: i64,
) -> Result<Vec<Queued>> {
    Ok(match after {
        None => db.fetch_all(&LIST_DEAD, args![limit]).await?,
        Some(QueuePlace { at, id }) => db.fetch_all(&LIST_DEAD_AFTER, args![at, id, limit]).await?,
    })
}

pub(super) async fn was_written(
    db: &mut impl Reader,
    account: AccountId,
    purpose: Purpose,
    since: Timestamp,
) -> Result<bool> {
    let found: Option<(i64,)> =
        db.fetch_optional(&WRITTEN, args![account, purpose.tag(), since]).await?;
    Ok(found.is_some_and(|(count,)| count > 0))
}

/// What was not sent yet, the newest first.
pub(super) async fn unsent(
    db: &mut impl Reader,
    channel: &str,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Held>> {
    Ok(db.fetch_all(&UNSENT, args![channel, now, limit]).await?)
}
