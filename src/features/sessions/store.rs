use super::rules::{EndReason, Entry, Proved};
use super::{Current, Entrance};
use crate::error::Result;
use crate::features::account::Account;
use crate::http::Source;
use crate::ids::{AccountId, DeviceId, SessionId};
use crate::secret::SecretHash;
use crate::time::Timestamp;
use portcullis_db::{Column, FromRow, Reader, Row, Subject, Tx, args, statements};

/// A session as stored.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its public id.
    pub id: SessionId,
    pub(super) secret_hash: SecretHash,
    /// When it was made by signing in.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_active_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// When the password was last proved in it.
    pub password_at: Option<Timestamp>,
    /// When a code of the authenticator app was.
    pub totp_at: Option<Timestamp>,
    /// When a code by SMS was.
    pub sms_at: Option<Timestamp>,
    /// When a backup code was.
    pub backup_code_at: Option<Timestamp>,
    /// Where it was made, if that was known.
    pub address: Option<String>,
    /// The program that it was made with, as that names itself.
    pub user_agent: String,
    /// The known device that it lives on.
    pub device: Option<DeviceId>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

impl Session {
    /// What the forms of this session are bound to: it changes with the secret.
    pub fn binding(&self) -> &[u8] {
        self.secret_hash.bytes()
    }

    /// What was proved in it, whenever that was.
    pub const fn proved(&self) -> Proved {
        Proved {
            password: self.password_at.is_some(),
            totp: self.totp_at.is_some(),
            sms: self.sms_at.is_some(),
            backup_code: self.backup_code_at.is_some(),
        }
    }
}

impl FromRow for Session {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            secret_hash: row.get(1)?,
            created_at: row.get(2)?,
            last_active_at: row.get(3)?,
            expires_at: row.get(4)?,
            password_at: row.get(5)?,
            address: row.get(6)?,
            user_agent: row.get(7)?,
            device: row.get(8)?,
            ended_at: row.get(9)?,
            totp_at: row.get(10)?,
            sms_at: row.get(11)?,
            backup_code_at: row.get(12)?,
        })
    }
}

/// A session as lists have it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The session.
    pub session: Session,
    /// How it began.
    pub by: Entry,
    /// Where it was used last, if that was noted.
    pub last_address: Option<String>,
}

impl FromRow for Listed {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let by: String = row.get(13)?;
        let by = Entry::from_tag(&by)
            .ok_or_else(|| <String as Column>::invalid(13, "no session begins so"))?;
        Ok(Self { session: Session::from_row(row)?, by, last_address: row.get(14)? })
    }
}

impl FromRow for Current {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self { session: Session::from_row(row)?, account: Account::read(row, 13)? })
    }
}

statements! {
    FIND = "SELECT s.id, s.secret_hash, s.created_at, s.last_active_at, s.expires_at, s.password_at, s.address, \
            s.user_agent, s.device_id, s.ended_at, s.totp_at, s.sms_at, s.backup_code_at, a.id, a.email, a.email_verified_at, a.name, a.language, \
            a.time_zone, a.administrator_since, a.suspended_at, a.created_at, a.password_change_required_at, \
            a.closes_at, a.erased_at, a.second_factors, a.auditor_since, a.locked_at, a.lock_reset_at FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.id = $1";
    LIST = "SELECT id, secret_hash, created_at, last_active_at, expires_at, password_at, address, user_agent, \
            device_id, ended_at, totp_at, sms_at, backup_code_at, signed_in_by, last_address FROM sessions \
            WHERE account_id = $1 AND ended_at IS NULL AND expires_at > $2 AND last_active_at > $3 ORDER BY last_active_at DESC, id DESC";
    SURPLUS = "SELECT id FROM sessions WHERE account_id = $1 AND ended_at IS NULL AND expires_at > $2 \
               AND last_active_at > $3 ORDER BY created_at DESC, id DESC LIMIT 10000 OFFSET $4";
    INSERT quiet "nobody knew its id before" = "INSERT INTO sessions (id, account_id, secret_hash, created_at, last_active_at, expires_at, password_at, \
              totp_at, sms_at, backup_code_at, passkey_at, address, user_agent, device_id, ended_at, ended_reason, \
              signed_in_by) \
              VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, NULL, $10, $11, $12, NULL, NULL, $13)";
    IS_CURRENT = "SELECT id FROM sessions WHERE id = $1 AND secret_hash = $2 AND ended_at IS NULL";
    RAISE = "UPDATE sessions SET secret_hash = $3, password_at = COALESCE($4, password_at), \
             totp_at = COALESCE($5, totp_at), sms_at = COALESCE($6, sms_at), \
             backup_code_at = COALESCE($7, backup_code_at) WHERE id = $1 AND secret_hash = $2 AND ended_at IS NULL \
             RETURNING account_id";
    TOUCH quiet "a no that hangs on it is asked again" = "UPDATE sessions SET last_active_at = $2, last_address = $3 WHERE id = $1 AND ended_at IS NULL AND last_active_at < $2";
    END = "UPDATE sessions SET ended_at = $3, ended_reason = $4 \
           WHERE id = $1 AND account_id = $2 AND ended_at IS NULL";
    END_OTHERS = "UPDATE sessions SET ended_at = $3, ended_reason = $4 \
                  WHERE account_id = $1 AND id <> $2 AND ended_at IS NULL";
    END_ALL = "UPDATE sessions SET ended_at = $2, ended_reason = $3 WHERE account_id = $1 AND ended_at IS NULL";
    REMOVE_ACCOUNT = "DELETE FROM sessions WHERE account_id = $1";
    LOCK_SIGNED_IN quiet "a lock is all that it is" = "UPDATE accounts SET revision = revision + 1 \
                      WHERE id IN (SELECT account_id FROM sessions WHERE ended_at IS NULL)";
    END_EVERY = "UPDATE sessions SET ended_at = $1, ended_reason = $2 WHERE ended_at IS NULL";
    END_EVERY_OTHER = "UPDATE sessions SET ended_at = $1, ended_reason = $2 WHERE ended_at IS NULL AND id <> $3";
    PRUNE_ENDED quiet "it opened nothing any more" = "DELETE FROM sessions WHERE ended_at < $1";
    PRUNE_EXPIRED quiet "it opened nothing any more" = "DELETE FROM sessions WHERE expires_at < $1";
    PRUNE_IDLE quiet "it opened nothing any more" = "DELETE FROM sessions WHERE last_active_at < $1";
}

pub(super) async fn find(db: &mut impl Reader, id: SessionId) -> Result<Option<Current>> {
    Ok(db.fetch_optional(&FIND, args![id]).await?)
}

pub(super) async fn list(
    db: &mut impl Reader,
    account: AccountId,
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<Vec<Listed>> {
    Ok(db.fetch_all(&LIST, args![account, now, idle_since]).await?)
}

/// The live sessions beyond the newest `kept`.
pub(super) async fn live_ids(
    tx: &mut Tx,
    account: AccountId,
    now: Timestamp,
    idle_since: Timestamp,
    kept: i64,
) -> Result<Vec<SessionId>> {
    let rows: Vec<(SessionId,)> =
        tx.fetch_all(&SURPLUS, args![account, now, idle_since, kept]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

#[expect(clippy::too_many_arguments, reason = "one row")]
pub(super) async fn insert(
    tx: &mut Tx,
    id: SessionId,
    account: AccountId,
    hash: &SecretHash,
    device: DeviceId,
    entrance: Entrance,
    source: &Source,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    let at = entrance.proved.at(now);
    tx.execute(
        &INSERT,
        args![
            id,
            account,
            hash.bytes(),
            now,
            expires_at,
            at.password,
            at.totp,
            at.sms,
            at.backup_code,
            source.address_text(),
            source.user_agent,
            device,
            entrance.entry().tag()
        ],
    )
    .await?;
    Ok(())
}

/// Whether a session has neither ended nor another secret since it was read.
pub(super) async fn is_current(tx: &mut Tx, session: &Session) -> Result<bool> {
    let found: Option<(SessionId,)> =
        tx.fetch_optional(&IS_CURRENT, args![session.id, session.secret_hash.bytes()]).await?;
    Ok(found.is_some())
}

pub(super) async fn raise(
    tx: &mut Tx,
    id: SessionId,
    old: &SecretHash,
    new: &SecretHash,
    proved: Proved,
    now: Timestamp,
) -> Result<bool> {
    let at = proved.at(now);
    let values = args![id, old.bytes(), new.bytes(), at.password, at.totp, at.sms, at.backup_code];
    let raised: Option<(AccountId,)> = tx.fetch_optional(&RAISE, values).await?;
    // What was proved is told to applications.
    if let Some((account,)) = raised {
        tx.changed(account);
    }
    Ok(raised.is_some())
}

pub(super) async fn touch(
    tx: &mut Tx,
    id: SessionId,
    address: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    tx.execute(&TOUCH, args![id, now, address]).await?;
    Ok(())
}

pub(super) async fn end(
    tx: &mut Tx,
    account: AccountId,
    id: SessionId,
    reason: EndReason,
    now: Timestamp,
) -> Result<bool> {
    let ended = tx.execute_guarded(&END, args![id, account, now, reason.tag()]).await?;
    if ended {
        tx.changed(account);
    }
    Ok(ended)
}

pub(super) async fn end_others(
    tx: &mut Tx,
    account: AccountId,
    kept: Option<SessionId>,
    reason: EndReason,
    now: Timestamp,
) -> Result<u64> {
    let ended = match kept {
        Some(kept) => tx.execute(&END_OTHERS, args![account, kept, now, reason.tag()]).await?,
        None => tx.execute(&END_ALL, args![account, now, reason.tag()]).await?,
    };
    if ended > 0 {
        tx.changed(account);
    }
    Ok(ended)
}

/// Takes the accounts first, so that nobody who ends their own sessions waits
/// for a row that is taken here, and the other way round.
pub(super) async fn end_every(
    tx: &mut Tx,
    kept: Option<SessionId>,
    reason: EndReason,
    now: Timestamp,
) -> Result<u64> {
    tx.execute(&LOCK_SIGNED_IN, args![]).await?;
    tx.changed(Subject::INSTALLATION);
    Ok(match kept {
        Some(kept) => tx.execute(&END_EVERY_OTHER, args![now, reason.tag(), kept]).await?,
        None => tx.execute(&END_EVERY, args![now, reason.tag()]).await?,
    })
}

pub(super) async fn prune(tx: &mut Tx, before: Timestamp, idle_before: Timestamp) -> Result<u64> {
    Ok(tx.execute(&PRUNE_ENDED, args![before]).await?
        + tx.execute(&PRUNE_EXPIRED, args![before]).await?
        + tx.execute(&PRUNE_IDLE, args![idle_before]).await?)
}

pub(super) async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    tx.execute(&REMOVE_ACCOUNT, args![account]).await?;
    tx.changed(account);
    Ok(())
}
