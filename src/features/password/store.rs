use super::Hashed;
use crate::error::Result;
use crate::ids::AccountId;
use crate::time::Timestamp;
use portcullis_db::{FromRow, Reader, Row, Tx, args, statements};

/// What is stored of a password.
#[derive(Clone)]
pub struct Stored {
    pub(super) phc: String,
    pub(super) pepper_key_id: Option<String>,
    /// When it was set.
    pub changed_at: Timestamp,
}

impl FromRow for Stored {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self { phc: row.get(0)?, pepper_key_id: row.get(1)?, changed_at: row.get(2)? })
    }
}

statements! {
    FIND = "SELECT phc, pepper_key_id, changed_at FROM passwords WHERE account_id = $1";
    REMOVE = "DELETE FROM passwords WHERE account_id = $1";
    INSERT = "INSERT INTO passwords (account_id, phc, pepper_key_id, changed_at) VALUES ($1, $2, $3, $4)";
    REPLACE = "UPDATE passwords SET phc = $3, pepper_key_id = $4, changed_at = $5 WHERE account_id = $1 AND phc = $2";
}

pub(super) async fn find(db: &mut impl Reader, account: AccountId) -> Result<Option<Stored>> {
    Ok(db.fetch_optional(&FIND, args![account]).await?)
}

pub(super) async fn insert(
    tx: &mut Tx,
    account: AccountId,
    hashed: &Hashed,
    now: Timestamp,
) -> Result<()> {
    tx.execute(&INSERT, args![account, hashed.phc, hashed.pepper_key_id, now]).await?;
    Ok(())
}

/// Replaces the hash that was read; false when another change came first.
pub(super) async fn replace(
    tx: &mut Tx,
    account: AccountId,
    read_phc: &str,
    hashed: &Hashed,
    changed_at: Timestamp,
) -> Result<bool> {
    Ok(tx
        .execute_guarded(
            &REPLACE,
            args![account, read_phc, hashed.phc, hashed.pepper_key_id, changed_at],
        )
        .await?)
}

pub(super) async fn remove(tx: &mut Tx, account: AccountId) -> Result<()> {
    tx.execute(&REMOVE, args![account]).await?;
    Ok(())
}
