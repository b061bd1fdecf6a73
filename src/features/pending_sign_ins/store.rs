use super::Begin;
use crate::error::Result;
use crate::ids::{AccountId, DeviceId, PendingSignInId};
use crate::secret::SecretHash;
use crate::time::Timestamp;
use portcullis_db::{FromRow, Reader, Row, Tx, args, statements};

/// A sign-in in progress as stored.
#[derive(Debug, Clone)]
pub struct PendingSignIn {
    /// Its id.
    pub id: PendingSignInId,
    /// Whose password was proved.
    pub account: AccountId,
    pub(super) secret_hash: SecretHash,
    /// The known device that it came from.
    pub device: Option<DeviceId>,
    /// The page that was wanted.
    pub return_to: Option<String>,
    /// When the password was proved.
    pub created_at: Timestamp,
    /// When it is too old.
    pub expires_at: Timestamp,
    pub(super) ended_at: Option<Timestamp>,
}

impl PendingSignIn {
    /// What its forms are bound to.
    pub fn binding(&self) -> &[u8] {
        self.secret_hash.bytes()
    }
}

impl FromRow for PendingSignIn {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            account: row.get(1)?,
            secret_hash: row.get(2)?,
            device: row.get(3)?,
            return_to: row.get(4)?,
            created_at: row.get(5)?,
            expires_at: row.get(6)?,
            ended_at: row.get(7)?,
        })
    }
}

statements! {
    INSERT = "INSERT INTO pending_sign_ins (id, account_id, secret_hash, device_id, return_to, created_at, expires_at, \
              ended_at, ended_reason) VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, NULL)";
    FIND = "SELECT id, account_id, secret_hash, device_id, return_to, created_at, expires_at, ended_at \
            FROM pending_sign_ins WHERE id = $1";
    END = "UPDATE pending_sign_ins SET ended_at = $2, ended_reason = $3 \
           WHERE id = $1 AND ended_at IS NULL AND expires_at > $2";
    END_ALL = "UPDATE pending_sign_ins SET ended_at = $2, ended_reason = $3 WHERE account_id = $1 AND ended_at IS NULL";
    PRUNE = "DELETE FROM pending_sign_ins WHERE expires_at < $1";
    REMOVE_ACCOUNT = "DELETE FROM pending_sign_ins WHERE account_id = $1";
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: PendingSignInId,
    hash: &SecretHash,
    asked: Begin<'_>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    let Begin { account, device, return_to } = asked;
    tx.execute(&INSERT, args![id, account, hash.bytes(), device, return_to, now, expires_at])
        .await?;
    Ok(())
}

pub(super) async fn find(
    db: &mut impl Reader,
    id: PendingSignInId,
) -> Result<Option<PendingSignIn>> {
    Ok(db.fetch_optional(&FIND, args![id]).await?)
}

pub(super) async fn end(
    tx: &mut Tx,
    id: PendingSignInId,
    reason: &str,
    now: Timestamp,
) -> Result<bool> {
    Ok(tx.execute_guarded(&END, args![id, now, reason]).await?)
}

pub(super) async fn end_all(
    tx: &mut Tx,
    account: AccountId,
    reason: &str,
    now: Timestamp,
) -> Result<u64> {
    Ok(tx.execute(&END_ALL, args![account, now, reason]).await?)
}

pub(super) async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    Ok(tx.execute(&PRUNE, args![before]).await?)
}

pub(super) async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    tx.execute(&REMOVE_ACCOUNT, args![account]).await?;
    Ok(())
}
