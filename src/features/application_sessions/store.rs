use super::rules::Ended;
use super::{New, Proof};
use crate::error::Result;
use crate::features::account::Account;
use crate::features::applications::rules::Scopes;
use crate::ids::{AccountId, ApplicationId, ApplicationSessionId, OrganisationId, SessionId};
use crate::secret::SecretHash;
use crate::time::Timestamp;
use portcullis_db::{Column, FromRow, Reader, Row, Subject, Tx, args, statements};

/// The session that one is a child of.
#[derive(Debug, Clone)]
pub struct Parent {
    /// Its public id.
    pub id: SessionId,
    /// When it was made by signing in.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_active_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When the password was last proved in it.
    pub password_at: Option<Timestamp>,
    /// When a code of the authenticator app was.
    pub totp_at: Option<Timestamp>,
    /// When a code by SMS was.
    pub sms_at: Option<Timestamp>,
    /// When a backup code was.
    pub backup_code_at: Option<Timestamp>,
}

/// An application session as stored, with everything that its life depends on.
#[derive(Debug, Clone)]
pub struct Held {
    /// Its public id.
    pub id: ApplicationSessionId,
    /// The application that it is in.
    pub application: ApplicationId,
    /// Whether that is gone.
    pub application_removed: bool,
    pub(super) secret_hash: SecretHash,
    /// What the application may see and do in it.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// When it was used last, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The organisation that it is for: what it opens is that one's, and nobody else's.
    pub organisation: Option<OrganisationId>,
    /// The session that it is a child of.
    pub parent: Parent,
    /// Whose it is.
    pub account: Account,
}

impl Parent {
    /// What was proved in it.
    pub const fn proof(&self) -> Proof {
        Proof {
            began_at: self.created_at,
            password_at: self.password_at,
            totp_at: self.totp_at,
            sms_at: self.sms_at,
            backup_code_at: self.backup_code_at,
        }
    }
}

impl Held {
    /// Reads it from a row in which its thirty-five columns stand together, in the order
    /// of the statement below, from this one on.
    pub(in crate::features) fn read(row: &Row, first: usize) -> portcullis_db::Result<Self> {
        let removed_at: Option<Timestamp> = row.get(first + 2)?;
        Ok(Self {
            id: row.get(first)?,
            application: row.get(first + 1)?,
            application_removed: removed_at.is_some(),
            secret_hash: row.get(first + 3)?,
            scopes: row.get(first + 4)?,
            created_at: row.get(first + 5)?,
            expires_at: row.get(first + 6)?,
            last_used_at: row.get(first + 7)?,
            ended_at: row.get(first + 8)?,
            organisation: row.get(first + 9)?,
            parent: Parent {
                id: row.get(first + 10)?,
                created_at: row.get(first + 11)?,
                last_active_at: row.get(first + 12)?,
                expires_at: row.get(first + 13)?,
                ended_at: row.get(first + 14)?,
                password_at: row.get(first + 15)?,
                totp_at: row.get(first + 16)?,
                sms_at: row.get(first + 17)?,
                backup_code_at: row.get(first + 18)?,
            },
            account: Account::read(row, first + 19)?,
        })
    }
}

impl Held {
    /// Bytes that it takes beside itself.
    pub fn bytes(&self) -> usize {
        self.scopes.bytes() + self.account.bytes()
    }
}

impl FromRow for Held {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Self::read(row, 0)
    }
}

impl Column for Scopes {
    fn read(row: &Row, index: usize) -> portcullis_db::Result<Self> {
        let text: String = row.get(index)?;
        Ok(Self::parse(&text))
    }
}

/// An application session for its owner.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its public id.
    pub id: ApplicationSessionId,
    /// The session that it is a child of.
    pub session: SessionId,
    /// The application that it is in.
    pub application: ApplicationId,
    /// What people know that by.
    pub application_name: String,
    /// What the application may see and do in it.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was used last, to the minute.
    pub last_used_at: Option<Timestamp>,
}

impl FromRow for Listed {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            session: row.get(1)?,
            application: row.get(2)?,
            application_name: row.get(3)?,
            scopes: row.get(4)?,
            created_at: row.get(5)?,
            last_used_at: row.get(6)?,
        })
    }
}

/// An end that an application is to hear of.
#[derive(Debug, Clone)]
pub struct DueLogout {
    /// The application session that ended.
    pub id: ApplicationSessionId,
    /// Whose it was.
    pub account: AccountId,
    /// The application that it was in.
    pub application: ApplicationId,
    /// When it ended.
    pub ended_at: Timestamp,
}

impl FromRow for DueLogout {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            account: row.get(1)?,
            application: row.get(2)?,
            ended_at: row.get(3)?,
        })
    }
}

statements! {
    FIND = "SELECT c.id, c.application_id, b.removed_at, c.secret_hash, c.scopes, c.created_at, c.expires_at, \
            c.last_used_at, c.ended_at, c.organisation_id, s.id, s.created_at, s.last_active_at, s.expires_at, s.ended_at, s.password_at, \
            s.totp_at, s.sms_at, s.backup_code_at, a.id, a.email, a.email_verified_at, a.name, a.language, a.time_zone, \
            a.administrator_since, a.suspended_at, a.created_at, a.password_change_required_at, a.closes_at, a.erased_at, \
            a.second_factors, a.auditor_since, a.locked_at, a.lock_reset_at FROM application_sessions c \
            JOIN sessions s ON s.id = c.session_id JOIN accounts a ON a.id = c.account_id \
            JOIN applications b ON b.id = c.application_id WHERE c.id = $1";
    INSERT quiet "nobody knew its id before" = "INSERT INTO application_sessions (id, session_id, account_id, application_id, secret_hash, scopes, \
              created_at, expires_at, last_used_at, ended_at, ended_reason, logout_due_at, organisation_id) \
              SELECT $1, s.id, s.account_id, b.id, $5, $6, $7, $8, NULL, NULL, NULL, NULL, $10 \
              FROM sessions s JOIN applications b ON b.id = $4 \
              WHERE s.id = $2 AND s.account_id = $3 AND s.ended_at IS NULL AND s.expires_at > $7 \
              AND s.last_active_at > $9 AND b.removed_at IS NULL";
    TOUCH_PARENT quiet "a no that hangs on it is asked again" = "UPDATE sessions SET last_active_at = $2, last_address = COALESCE($3, last_address) \
                    WHERE id = $1 AND ended_at IS NULL AND last_active_at < $2";
    TOUCH quiet "when it was used last is remembered apart" = "UPDATE application_sessions SET last_used_at = $2 WHERE id = $1 AND ended_at IS NULL \
             AND COALESCE(last_used_at, 0) < $2";
    END = "UPDATE application_sessions SET ended_at = $3, ended_reason = $4, \
           logout_due_at = (SELECT CAST($3 AS BIGINT) FROM applications b \
           WHERE b.id = application_sessions.application_id AND b.back_channel_logout_url IS NOT NULL) \
           WHERE id = $1 AND account_id = $2 AND ended_at IS NULL";
    END_CHILDREN = "UPDATE application_sessions SET ended_at = $2, ended_reason = $3, \
                    logout_due_at = (SELECT CAST($2 AS BIGINT) FROM applications b \
                    WHERE b.id = application_sessions.application_id AND b.back_channel_logout_url IS NOT NULL) \
                    WHERE session_id = $1 AND ended_at IS NULL";
    END_OF_ACCOUNT = "UPDATE application_sessions SET ended_at = $2, ended_reason = $3, \
                      logout_due_at = (SELECT CAST($2 AS BIGINT) FROM applications b \
                      WHERE b.id = application_sessions.application_id AND b.back_channel_logout_url IS NOT NULL) \
                      WHERE account_id = $1 AND ended_at IS NULL";
    END_OTHERS = "UPDATE application_sessions SET ended_at = $2, ended_reason = $3, \
                  logout_due_at = (SELECT CAST($2 AS BIGINT) FROM applications b \
                  WHERE b.id = application_sessions.application_id AND b.back_channel_logout_url IS NOT NULL) \
                  WHERE account_id = $1 AND ended_at IS NULL AND session_id <> $4";
    END_EVERY = "UPDATE application_sessions SET ended_at = $1, ended_reason = $2, \
                 logout_due_at = (SELECT CAST($1 AS BIGINT) FROM applications b \
                 WHERE b.id = application_sessions.application_id AND b.back_channel_logout_url IS NOT NULL) \
                 WHERE ended_at IS NULL";
    END_EVERY_OTHER = "UPDATE application_sessions SET ended_at = $1, ended_reason = $2, \
                       logout_due_at = (SELECT CAST($1 AS BIGINT) FROM applications b \
                       WHERE b.id = application_sessions.application_id AND b.back_channel_logout_url IS NOT NULL) \
                       WHERE ended_at IS NULL AND session_id <> $3";
    END_IN_APPLICATION = "UPDATE application_sessions SET ended_at = $3, ended_reason = $4, \
                          logout_due_at = (SELECT CAST($3 AS BIGINT) FROM applications b \
                          WHERE b.id = application_sessions.application_id AND b.back_channel_logout_url IS NOT NULL) \
                          WHERE account_id = $1 AND application_id = $2 AND ended_at IS NULL";
    LOCK_SIGNED_IN quiet "a lock is all that it is" = "UPDATE accounts SET revision = revision + 1 WHERE id IN \
                      (SELECT account_id FROM application_sessions WHERE application_id = $1 AND ended_at IS NULL)";
    END_OF_APPLICATION = "UPDATE application_sessions SET ended_at = $2, ended_reason = $3 \
                          WHERE application_id = $1 AND ended_at IS NULL";
    WITHDRAW = "UPDATE application_sessions SET scopes = TRIM(REPLACE(' ' || scopes || ' ', $2, ' ')) \
                WHERE application_id = $1 AND ended_at IS NULL \
                AND REPLACE(' ' || scopes || ' ', $2, ' ') <> ' ' || scopes || ' '";
    LIST = "SELECT c.id, c.session_id, c.application_id, b.name, c.scopes, c.created_at, c.last_used_at \
            FROM application_sessions c JOIN sessions s ON s.id = c.session_id JOIN applications b ON b.id = c.application_id \
            WHERE c.account_id = $1 AND c.ended_at IS NULL AND c.expires_at > $2 AND b.removed_at IS NULL \
            AND s.ended_at IS NULL AND s.expires_at > $2 AND s.last_active_at > $3 ORDER BY c.created_at DESC, c.id DESC";
    COUNT = "SELECT COUNT(*) FROM application_sessions c JOIN sessions s ON s.id = c.session_id \
             WHERE c.application_id = $1 AND c.ended_at IS NULL AND c.expires_at > $2 \
             AND s.ended_at IS NULL AND s.expires_at > $2 AND s.last_active_at > $3";
    DUE = "SELECT id, account_id, application_id, ended_at FROM application_sessions \
           WHERE logout_due_at <= $1 ORDER BY logout_due_at, id LIMIT $2";
    TAKE_DUE quiet "no check reads it" = "UPDATE application_sessions SET logout_due_at = NULL WHERE id = $1 AND logout_due_at IS NOT NULL";
    PRUNE_ENDED quiet "it opened nothing any more" = "DELETE FROM application_sessions WHERE ended_at < $1";
    PRUNE_EXPIRED quiet "it opened nothing any more" = "DELETE FROM application_sessions WHERE expires_at < $1";
    REMOVE_ACCOUNT = "DELETE FROM application_sessions WHERE account_id = $1";
}

pub(super) async fn find(db: &mut impl Reader, id: ApplicationSessionId) -> Result<Option<Held>> {
    Ok(db.fetch_optional(&FIND, args![id]).await?)
}

/// False where its parent is not live, or its application is gone.
pub(super) async fn insert(
    tx: &mut Tx,
    id: ApplicationSessionId,
    hash: &SecretHash,
    new: New<'_>,
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<bool> {
    let values = args![
        id,
        new.session,
        new.account,
        new.application.id,
        hash.bytes(),
        new.scopes.text(),
        now,
        now.plus(new.application.session_lifetime.duration()),
        idle_since,
        new.organisation
    ];
    Ok(tx.execute_guarded(&INSERT, values).await?)
}

pub(super) async fn touch_parent(
    tx: &mut Tx,
    id: SessionId,
    address: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    tx.execute(&TOUCH_PARENT, args![id, now, address]).await?;
    Ok(())
}

pub(super) async fn touch(tx: &mut Tx, id: ApplicationSessionId, now: Timestamp) -> Result<()> {
    tx.execute(&TOUCH, args![id, now]).await?;
    Ok(())
}

pub(super) async fn end(
    tx: &mut Tx,
    account: AccountId,
    id: ApplicationSessionId,
    reason: Ended,
    now: Timestamp,
) -> Result<bool> {
    let ended = tx.execute_guarded(&END, args![id, account, now, reason.tag()]).await?;
    if ended {
        tx.changed(account);
    }
    Ok(ended)
}

/// Whose session it is has been said to be changed: it has just been ended.
pub(super) async fn end_children(
    tx: &mut Tx,
    session: SessionId,
    reason: Ended,
    now: Timestamp,
) -> Result<u64> {
    Ok(tx.execute(&END_CHILDREN, args![session, now, reason.tag()]).await?)
}

pub(super) async fn end_of_account(
    tx: &mut Tx,
    account: AccountId,
    kept: Option<SessionId>,
    reason: Ended,
    now: Timestamp,
) -> Result<u64> {
    let ended = match kept {
        Some(kept) => tx.execute(&END_OTHERS, args![account, now, reason.tag(), kept]).await?,
        None => tx.execute(&END_OF_ACCOUNT, args![account, now, reason.tag()]).await?,
    };
    if ended > 0 {
        tx.changed(account);
    }
    Ok(ended)
}

pub(super) async fn end_every(
    tx: &mut Tx,
    kept: Option<SessionId>,
    reason: Ended,
    now: Timestamp,
) -> Result<u64> {
    tx.changed(Subject::INSTALLATION);
    Ok(match kept {
        Some(kept) => tx.execute(&END_EVERY_OTHER, args![now, reason.tag(), kept]).await?,
        None => tx.execute(&END_EVERY, args![now, reason.tag()]).await?,
    })
}

pub(super) async fn end_in_application(
    tx: &mut Tx,
    account: AccountId,
    application: ApplicationId,
    reason: Ended,
    now: Timestamp,
) -> Result<u64> {
    let values = args![account, application, now, reason.tag()];
    let ended = tx.execute(&END_IN_APPLICATION, values).await?;
    if ended > 0 {
        tx.changed(account);
    }
    Ok(ended)
}

/// Takes the accounts first, as everywhere: who ends their own waits for none of the
/// rows that are taken after it.
pub(super) async fn lock_signed_in(tx: &mut Tx, application: ApplicationId) -> Result<()> {
    tx.execute(&LOCK_SIGNED_IN, args![application]).await?;
    Ok(())
}

/// The application is not told: it is gone.
pub(super) async fn end_of_application(
    tx: &mut Tx,
    application: ApplicationId,
    reason: Ended,
    now: Timestamp,
) -> Result<u64> {
    tx.changed(application);
    Ok(tx.execute(&END_OF_APPLICATION, args![application, now, reason.tag()]).await?)
}

pub(super) async fn withdraw(
    tx: &mut Tx,
    application: ApplicationId,
    permission: &str,
) -> Result<()> {
    // With its spaces, so that no name is found within another.
    tx.execute(&WITHDRAW, args![application, format!(" {permission} ")]).await?;
    tx.changed(application);
    Ok(())
}

pub(super) async fn list(
    db: &mut impl Reader,
    account: AccountId,
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<Vec<Listed>> {
    Ok(db.fetch_all(&LIST, args![account, now, idle_since]).await?)
}

pub(super) async fn count(
    db: &mut impl Reader,
    application: ApplicationId,
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<i64> {
    let values = args![application, now, idle_since];
    let counted: Option<(i64,)> = db.fetch_optional(&COUNT, values).await?;
    Ok(counted.map_or(0, |(count,)| count))
}

pub(super) async fn due(
    db: &mut impl Reader,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<DueLogout>> {
    Ok(db.fetch_all(&DUE, args![now, limit]).await?)
}

pub(super) async fn take_due(tx: &mut Tx, id: ApplicationSessionId) -> Result<bool> {
    Ok(tx.execute_guarded(&TAKE_DUE, args![id]).await?)
}

pub(super) async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    Ok(tx.execute(&PRUNE_ENDED, args![before]).await?
        + tx.execute(&PRUNE_EXPIRED, args![before]).await?)
}

pub(super) async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    tx.execute(&REMOVE_ACCOUNT, args![account]).await?;
    tx.changed(account);
    Ok(())
}
