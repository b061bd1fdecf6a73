use super::rules::{Standing, Switches};
use crate::error::Result;
use crate::ids::{AccountId, EventId, NoticeId};
use crate::secret::SecretHash;
use crate::time::Timestamp;
use portcullis_db::{FromRow, Reader, Row, Tx, args, statements};

/// A mailed notice, as stored.
#[derive(Debug, Clone)]
pub(super) struct Notice {
    pub id: NoticeId,
    pub event: EventId,
    pub account: AccountId,
    pub secret_hash: SecretHash,
    pub expires_at: Timestamp,
    pub standing: Standing,
}

impl FromRow for Notice {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            event: row.get(1)?,
            account: row.get(2)?,
            secret_hash: row.get(3)?,
            expires_at: row.get(4)?,
            standing: Standing::of(row.get(5)?, row.get(6)?, row.get(7)?),
        })
    }
}

impl FromRow for Switches {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let is_set = |index| row.get::<Option<Timestamp>>(index).map(|at| at.is_some());
        Ok(Self {
            device: !is_set(0)?,
            location: !is_set(1)?,
            browser: !is_set(2)?,
            texts: is_set(3)?,
        })
    }
}

statements! {
    SWITCHES = "SELECT device_muted_at, location_muted_at, browser_muted_at, texts_wanted_at \
                FROM login_notifications WHERE account_id = $1";
    // What stays switched keeps the moment since when it is.
    WRITE_SWITCHES = "INSERT INTO login_notifications (account_id, device_muted_at, location_muted_at, \
                      browser_muted_at, texts_wanted_at) VALUES ($1, $2, $3, $4, $5) \
                      ON CONFLICT (account_id) DO UPDATE SET \
                      device_muted_at = CASE WHEN $2 > 0 THEN COALESCE(login_notifications.device_muted_at, $2) END, \
                      location_muted_at = CASE WHEN $3 > 0 THEN COALESCE(login_notifications.location_muted_at, $3) END, \
                      browser_muted_at = CASE WHEN $4 > 0 THEN COALESCE(login_notifications.browser_muted_at, $4) END, \
                      texts_wanted_at = CASE WHEN $5 > 0 THEN COALESCE(login_notifications.texts_wanted_at, $5) END";
    INSERT = "INSERT INTO sign_in_notices (id, event_id, account_id, secret_hash, created_at, expires_at, \
              me_at, not_me_at, locked_at) VALUES ($1, $2, $3, $4, $5, $6, NULL, NULL, NULL)";
    FIND = "SELECT id, event_id, account_id, secret_hash, expires_at, me_at, not_me_at, locked_at \
            FROM sign_in_notices WHERE id = $1";
    SAY_ME = "UPDATE sign_in_notices SET me_at = $3 WHERE id = $1 AND secret_hash = $2 AND expires_at > $3 \
              AND me_at IS NULL AND not_me_at IS NULL";
    SAY_NOT_ME = "UPDATE sign_in_notices SET not_me_at = $3 WHERE id = $1 AND secret_hash = $2 AND expires_at > $3 \
                  AND not_me_at IS NULL";
    LOCK = "UPDATE sign_in_notices SET locked_at = $3 WHERE id = $1 AND secret_hash = $2 AND expires_at > $3 \
            AND not_me_at IS NOT NULL AND locked_at IS NULL";
    PRUNE = "DELETE FROM sign_in_notices WHERE created_at < $1";
    REMOVE_SWITCHES = "DELETE FROM login_notifications WHERE account_id = $1";
    REMOVE_NOTICES = "DELETE FROM sign_in_notices WHERE account_id = $1";
}

pub(super) async fn switches(db: &mut impl Reader, account: AccountId) -> Result<Switches> {
    let found = db.fetch_optional(&SWITCHES, args![account]).await?;
    Ok(found.unwrap_or_default())
}

pub(super) async fn write_switches(
    tx: &mut Tx,
    account: AccountId,
    switches: Switches,
    now: Timestamp,
) -> Result<()> {
    let when = |set: bool| set.then_some(now);
    let Switches { device, location, browser, texts } = switches;
    let values = args![account, when(!device), when(!location), when(!browser), when(texts)];
    tx.execute(&WRITE_SWITCHES, values).await?;
    Ok(())
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: NoticeId,
    event: EventId,
    account: AccountId,
    hash: &SecretHash,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    tx.execute(&INSERT, args![id, event, account, hash.bytes(), now, expires_at]).await?;
    Ok(())
}

pub(super) async fn find(db: &mut impl Reader, id: NoticeId) -> Result<Option<Notice>> {
    Ok(db.fetch_optional(&FIND, args![id]).await?)
}

pub(super) async fn say_me(tx: &mut Tx, notice: &Notice, now: Timestamp) -> Result<bool> {
    Ok(tx.execute_guarded(&SAY_ME, args![notice.id, notice.secret_hash.bytes(), now]).await?)
}

pub(super) async fn say_not_me(tx: &mut Tx, notice: &Notice, now: Timestamp) -> Result<bool> {
    Ok(tx.execute_guarded(&SAY_NOT_ME, args![notice.id, notice.secret_hash.bytes(), now]).await?)
}

pub(super) async fn lock(tx: &mut Tx, notice: &Notice, now: Timestamp) -> Result<bool> {
    Ok(tx.execute_guarded(&LOCK, args![notice.id, notice.secret_hash.bytes(), now]).await?)
}

pub(super) async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    Ok(tx.execute(&PRUNE, args![before]).await?)
}

pub(super) async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    tx.execute(&REMOVE_SWITCHES, args![account]).await?;
    tx.execute(&REMOVE_NOTICES, args![account]).await?;
    Ok(())
}
