use super::caps::Today;
use super::codes::Stored;
use super::rules::History;
use crate::error::Result;
use crate::ids::AccountId;
use crate::time::Timestamp;
use portcullis_db::{FromRow, Reader, Row, Statement, Tx, args, statements};

statements! {
    LOCK_COUNTER = "INSERT INTO sms_counters (kind, subject, history, last_at) VALUES ($1, $2, $3, $4) \
                    ON CONFLICT (kind, subject) DO UPDATE SET kind = sms_counters.kind RETURNING history";
    COUNTER = "SELECT history FROM sms_counters WHERE kind = $1 AND subject = $2";
    WRITE_COUNTER = "UPDATE sms_counters SET history = $3, last_at = $4 WHERE kind = $1 AND subject = $2";
    PRUNE_COUNTERS = "DELETE FROM sms_counters WHERE last_at < $1";
    OPEN_DAY = "INSERT INTO sms_days (day, sent, unproved, stopped_at, told_at) VALUES ($1, 0, 0, NULL, NULL) \
                ON CONFLICT (day) DO NOTHING";
    COUNT_PROVED = "UPDATE sms_days SET sent = sent + 1 WHERE day = $1 AND sent < $2 RETURNING sent, unproved";
    COUNT_UNPROVED = "UPDATE sms_days SET sent = sent + 1, unproved = unproved + 1 \
                      WHERE day = $1 AND sent < $2 AND unproved < $3 RETURNING sent, unproved";
    STOP_DAY = "UPDATE sms_days SET stopped_at = $2 WHERE day = $1 AND stopped_at IS NULL";
    TELL_DAY = "UPDATE sms_days SET told_at = $2 WHERE day = $1 AND stopped_at IS NOT NULL AND told_at IS NULL";
    DAY = "SELECT sent, unproved, stopped_at, told_at FROM sms_days WHERE day = $1";
    PRUNE_DAYS = "DELETE FROM sms_days WHERE day < $1";
    ISSUE = "INSERT INTO sms_codes (account_id, purpose, subject, key_id, code_mac, created_at, expires_at, used_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, NULL) \
             ON CONFLICT (account_id, purpose, subject) DO UPDATE SET key_id = $4, code_mac = $5, created_at = $6, \
             expires_at = $7, used_at = NULL";
    FIND = "SELECT key_id, code_mac FROM sms_codes WHERE account_id = $1 AND purpose = $2 AND subject = $3 \
            AND used_at IS NULL AND expires_at > $4";
    SPEND = "UPDATE sms_codes SET used_at = $5 WHERE account_id = $1 AND purpose = $2 AND subject = $3 \
             AND code_mac = $4 AND used_at IS NULL AND expires_at > $5";
    VOID_ALL = "DELETE FROM sms_codes WHERE account_id = $1";
    PRUNE_CODES = "DELETE FROM sms_codes WHERE expires_at < $1";
}

pub(super) const fn all() -> &'static [Statement] {
    ALL
}

impl FromRow for Stored {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self { key_id: row.get(0)?, mac: row.get(1)? })
    }
}

impl FromRow for Today {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let (sent, unproved) = (row.get(0)?, row.get(1)?);
        Ok(Self { sent, unproved, stopped_at: row.get(2)?, told_at: row.get(3)? })
    }
}

/// The row stays locked until the transaction ends.
pub(super) async fn lock_counter(
    tx: &mut Tx,
    kind: &str,
    subject: [u8; 32],
    now: Timestamp,
) -> Result<History> {
    let empty = Vec::<u8>::new();
    let found: Option<(Vec<u8>,)> =
        tx.fetch_optional(&LOCK_COUNTER, args![kind, subject, empty, now]).await?;
    Ok(found.map_or_else(History::default, |(bytes,)| History::from_bytes(&bytes)))
}

/// As it stands.
pub(super) async fn counter(
    db: &mut impl Reader,
    kind: &str,
    subject: [u8; 32],
) -> Result<History> {
    let found: Option<(Vec<u8>,)> = db.fetch_optional(&COUNTER, args![kind, subject]).await?;
    Ok(found.map_or_else(History::default, |(bytes,)| History::from_bytes(&bytes)))
}

pub(super) async fn write_counter(
    tx: &mut Tx,
    kind: &str,
    subject: [u8; 32],
    history: &History,
    now: Timestamp,
) -> Result<()> {
    tx.execute(&WRITE_COUNTER, args![kind, subject, history.bytes(), now]).await?;
    Ok(())
}

/// The day's messages with this one, and those to unproved numbers; none where
/// it has no room.
pub(super) async fn count_day(
    tx: &mut Tx,
    day: i64,
    proved: bool,
    limit: i64,
    unproved_limit: i64,
) -> Result<Option<(i64, i64)>> {
    tx.execute(&OPEN_DAY, args![day]).await?;
    Ok(if proved {
        tx.fetch_optional(&COUNT_PROVED, args![day, limit]).await?
    } else {
        tx.fetch_optional(&COUNT_UNPROVED, args![day, limit, unproved_limit]).await?
    })
}

pub(super) async fn stop_day(tx: &mut Tx, day: i64, now: Timestamp) -> Result<bool> {
    Ok(tx.execute_guarded(&STOP_DAY, args![day, now]).await?)
}

pub(super) async fn tell_day(tx: &mut Tx, day: i64, now: Timestamp) -> Result<bool> {
    Ok(tx.execute_guarded(&TELL_DAY, args![day, now]).await?)
}

pub(super) async fn day(db: &mut impl Reader, day: i64) -> Result<Today> {
    Ok(db.fetch_optional(&DAY, args![day]).await?.unwrap_or_default())
}

pub(super) async fn prune_counters(tx: &mut Tx, before: Timestamp, day: i64) -> Result<u64> {
    let removed = tx.execute(&PRUNE_COUNTERS, args![before]).await?;
    Ok(removed + tx.execute(&PRUNE_DAYS, args![day]).await?)
}

/// What a code is for, as stored.
#[derive(Clone, Copy)]
pub(super) struct CodeKey {
    pub(super) account: AccountId,
    pub(super) purpose: &'static str,
    pub(super) subject: [u8; 16],
}

pub(super) async fn issue(
    tx: &mut Tx,
    key: CodeKey,
    code: &Stored,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    let CodeKey { account, purpose, subject } = key;
    let values = args![account, purpose, subject, code.key_id, code.mac, now, expires_at];
    tx.execute(&ISSUE, values).await?;
    Ok(())
}

pub(super) async fn find(
    db: &mut impl Reader,
    key: CodeKey,
    now: Timestamp,
) -> Result<Option<Stored>> {
    let CodeKey { account, purpose, subject } = key;
    Ok(db.fetch_optional(&FIND, args![account, purpose, subject, now]).await?)
}

pub(super) async fn spend(
    tx: &mut Tx,
    key: CodeKey,
    code: &Stored,
    now: Timestamp,
) -> Result<bool> {
    let CodeKey { account, purpose, subject } = key;
    Ok(tx.execute_guarded(&SPEND, args![account, purpose, subject, code.mac, now]).await?)
}

pub(super) async fn void_all(tx: &mut Tx, account: AccountId) -> Result<u64> {
    Ok(tx.execute(&VOID_ALL, args![account]).await?)
}

pub(super) async fn prune_codes(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    Ok(tx.execute(&PRUNE_CODES, args![before]).await?)
}
