use crate::error::Result;
use crate::ids::{AccountId, BackupCodeId, SessionId};
use crate::sealed::Sealed;
use crate::time::Timestamp;
use portcullis_db::{FromRow, Reader, Row, Tx, args, statements};

/// A set that waits to be confirmed.
pub(super) struct Pending {
    pub id: BackupCodeId,
    pub session: SessionId,
    pub sealed: Sealed,
    pub expires_at: Timestamp,
}

impl FromRow for Pending {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            session: row.get(1)?,
            sealed: Sealed { key_id: row.get(2)?, bytes: row.get(3)? },
            expires_at: row.get(4)?,
        })
    }
}

/// A code that was not used.
pub(super) struct Unused {
    pub id: BackupCodeId,
    pub key_id: String,
    pub hash: Vec<u8>,
}

impl FromRow for Unused {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self { id: row.get(0)?, key_id: row.get(1)?, hash: row.get(2)? })
    }
}

statements! {
    SET_PENDING = "INSERT INTO pending_backup_codes (account_id, id, session_id, key_id, sealed, created_at, expires_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (account_id) DO UPDATE SET \
                   id = $2, session_id = $3, key_id = $4, sealed = $5, created_at = $6, expires_at = $7";
    PENDING = "SELECT id, session_id, key_id, sealed, expires_at FROM pending_backup_codes WHERE account_id = $1";
    REMOVE_PENDING = "DELETE FROM pending_backup_codes WHERE account_id = $1";
    INSERT = "INSERT INTO backup_codes (id, account_id, place, key_id, hash, created_at, used_at, voided_at) \
              VALUES ($1, $2, $3, $4, $5, $6, NULL, NULL)";
    UNUSED = "SELECT id, key_id, hash FROM backup_codes \
              WHERE account_id = $1 AND voided_at IS NULL AND used_at IS NULL ORDER BY place";
    SPEND = "UPDATE backup_codes SET used_at = $2 WHERE id = $1 AND used_at IS NULL AND voided_at IS NULL";
    MADE_AT = "SELECT MAX(created_at) FROM backup_codes WHERE account_id = $1 AND voided_at IS NULL";
    LEFT = "SELECT COUNT(*) FROM backup_codes WHERE account_id = $1 AND voided_at IS NULL AND used_at IS NULL";
    VOID_ALL = "UPDATE backup_codes SET voided_at = $2 WHERE account_id = $1 AND voided_at IS NULL";
    PRUNE_PENDING = "DELETE FROM pending_backup_codes WHERE expires_at < $1";
    PRUNE_VOID = "DELETE FROM backup_codes WHERE voided_at < $1";
    REMOVE_ACCOUNT = "DELETE FROM backup_codes WHERE account_id = $1";
}

pub(super) async fn set_pending(
    tx: &mut Tx,
    account: AccountId,
    id: BackupCodeId,
    session: SessionId,
    sealed: &Sealed,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    let (key_id, bytes) = (&sealed.key_id, &sealed.bytes);
    tx.execute(&SET_PENDING, args![account, id, session, key_id, bytes, now, expires_at]).await?;
    Ok(())
}

pub(super) async fn pending(db: &mut impl Reader, account: AccountId) -> Result<Option<Pending>> {
    Ok(db.fetch_optional(&PENDING, args![account]).await?)
}

pub(super) async fn remove_pending(tx: &mut Tx, account: AccountId) -> Result<()> {
    tx.execute(&REMOVE_PENDING, args![account]).await?;
    Ok(())
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: BackupCodeId,
    account: AccountId,
    place: i64,
    key_id: &str,
    hash: &[u8; 32],
    now: Timestamp,
) -> Result<()> {
    tx.execute(&INSERT, args![id, account, place, key_id, hash, now]).await?;
    Ok(())
}

pub(super) async fn unused(db: &mut impl Reader, account: AccountId) -> Result<Vec<Unused>> {
    Ok(db.fetch_all(&UNUSED, args![account]).await?)
}

pub(super) async fn spend(tx: &mut Tx, id: BackupCodeId, now: Timestamp) -> Result<bool> {
    Ok(tx.execute_guarded(&SPEND, args![id, now]).await?)
}

pub(super) async fn left(db: &mut impl Reader, account: AccountId) -> Result<i64> {
    let counted: Option<(i64,)> = db.fetch_optional(&LEFT, args![account]).await?;
    Ok(counted.map_or(0, |(count,)| count))
}

pub(super) async fn made_at(db: &mut impl Reader, account: AccountId) -> Result<Option<Timestamp>> {
    let made: Option<(Option<Timestamp>,)> = db.fetch_optional(&MADE_AT, args![account]).await?;
    Ok(made.and_then(|(at,)| at))
}

pub(super) async fn void_all(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<()> {
    tx.execute(&VOID_ALL, args![account, now]).await?;
    Ok(())
}

pub(super) async fn prune(tx: &mut Tx, now: Timestamp, void_before: Timestamp) -> Result<u64> {
    Ok(tx.execute(&PRUNE_PENDING, args![now]).await?
        + tx.execute(&PRUNE_VOID, args![void_before]).await?)
}

pub(super) async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    tx.execute(&REMOVE_PENDING, args![account]).await?;
    tx.execute(&REMOVE_ACCOUNT, args![account]).await?;
    Ok(())
}
