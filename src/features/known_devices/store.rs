use crate::error::Result;
use crate::http::Source;
use crate::ids::{AccountId, DeviceId};
use crate::secret::SecretHash;
use crate::time::Timestamp;
use portcullis_db::{FromRow, Reader, Row, Tx, args, statements};

/// A device of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownDevice {
    /// Its id.
    pub id: DeviceId,
    pub(super) secret_hash: SecretHash,
    /// The program, as it named itself last.
    pub user_agent: String,
    /// Where it was last, if that was known.
    pub address: Option<String>,
    /// When it was first used.
    pub first_used_at: Timestamp,
    /// When it was last used to sign in.
    pub last_used_at: Timestamp,
    /// Until when it need not prove a second factor.
    pub trusted_until: Option<Timestamp>,
}

impl FromRow for KnownDevice {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            secret_hash: row.get(1)?,
            user_agent: row.get(2)?,
            address: row.get(3)?,
            first_used_at: row.get(4)?,
            last_used_at: row.get(5)?,
            trusted_until: row.get(6)?,
        })
    }
}

statements! {
    FIND = "SELECT device_id, secret_hash, user_agent, address, first_used_at, last_used_at, trusted_until FROM known_devices \
            WHERE account_id = $1 AND device_id = $2";
    ANY_HASH = "SELECT secret_hash FROM known_devices WHERE device_id = $1 LIMIT 1";
    LIST = "SELECT device_id, secret_hash, user_agent, address, first_used_at, last_used_at, trusted_until FROM known_devices \
            WHERE account_id = $1 ORDER BY last_used_at DESC, device_id LIMIT 100";
    COUNT = "SELECT COUNT(*) FROM known_devices WHERE account_id = $1";
    UPSERT = "INSERT INTO known_devices (device_id, account_id, secret_hash, user_agent, address, first_used_at, \
              last_used_at) VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (account_id, device_id) DO UPDATE SET \
              secret_hash = $3, user_agent = $4, address = $5, last_used_at = $6";
    TRUST = "UPDATE known_devices SET trusted_at = $3, trusted_until = $4 WHERE account_id = $1 AND device_id = $2";
    END_TRUST = "UPDATE known_devices SET trusted_at = NULL, trusted_until = NULL \
                 WHERE account_id = $1 AND trusted_until IS NOT NULL";
    FORGET_OTHERS = "DELETE FROM known_devices WHERE account_id = $1 AND device_id <> $2";
    FORGET_ALL = "DELETE FROM known_devices WHERE account_id = $1";
    REMOVE_ACCOUNT = "DELETE FROM known_devices WHERE account_id = $1";
    PRUNE = "DELETE FROM known_devices WHERE last_used_at < $1";
}

pub(super) async fn find(
    db: &mut impl Reader,
    account: AccountId,
    id: DeviceId,
) -> Result<Option<KnownDevice>> {
    Ok(db.fetch_optional(&FIND, args![account, id]).await?)
}

pub(super) async fn any_hash(db: &mut impl Reader, id: DeviceId) -> Result<Option<SecretHash>> {
    let found: Option<(SecretHash,)> = db.fetch_optional(&ANY_HASH, args![id]).await?;
    Ok(found.map(|(hash,)| hash))
}

pub(super) async fn list(db: &mut impl Reader, account: AccountId) -> Result<Vec<KnownDevice>> {
    Ok(db.fetch_all(&LIST, args![account]).await?)
}

pub(super) async fn count(db: &mut impl Reader, account: AccountId) -> Result<i64> {
    let counted: Option<(i64,)> = db.fetch_optional(&COUNT, args![account]).await?;
    Ok(counted.map_or(0, |(count,)| count))
}

pub(super) async fn upsert(
    tx: &mut Tx,
    account: AccountId,
    id: DeviceId,
    hash: &SecretHash,
    source: &Source,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        &UPSERT,
        args![id, account, hash.bytes(), source.user_agent, source.address_text(), now],
    )
    .await?;
    Ok(())
}

pub(super) async fn trust(
    tx: &mut Tx,
    account: AccountId,
    device: DeviceId,
    now: Timestamp,
    until: Timestamp,
) -> Result<()> {
    tx.execute(&TRUST, args![account, device, now, until]).await?;
    Ok(())
}

pub(super) async fn end_trust(tx: &mut Tx, account: AccountId) -> Result<u64> {
    Ok(tx.execute(&END_TRUST, args![account]).await?)
}

pub(super) async fn forget_others(
    tx: &mut Tx,
    account: AccountId,
    kept: Option<DeviceId>,
) -> Result<u64> {
    Ok(match kept {
        Some(kept) => tx.execute(&FORGET_OTHERS, args![account, kept]).await?,
        None => tx.execute(&FORGET_ALL, args![account]).await?,
    })
}

pub(super) async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    Ok(tx.execute(&PRUNE, args![before]).await?)
}

pub(super) async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    tx.execute(&REMOVE_ACCOUNT, args![account]).await?;
    Ok(())
}
