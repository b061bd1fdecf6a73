use crate::error::Result;
use crate::features::account::FactorKind;
use crate::http::Source;
use crate::ids::{AccountId, SecondFactorId};
use crate::sealed::Sealed;
use crate::time::Timestamp;
use portcullis_db::{FromRow, Reader, Row, Tx, args, statements};

/// A second factor that an account holds.
#[derive(Debug, Clone)]
pub struct SecondFactor {
    /// Its id.
    pub id: SecondFactorId,
    /// What it is.
    pub kind: FactorKind,
    pub(super) sealed: Sealed,
    pub(super) last_step: i64,
    /// When it was added.
    pub created_at: Timestamp,
    /// Since when it is asked for first.
    pub preferred_at: Option<Timestamp>,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// Where it was added, if that was known.
    pub address: Option<String>,
    /// The program that it was added with.
    pub user_agent: String,
}

impl FromRow for SecondFactor {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            kind: row.get(1)?,
            sealed: Sealed { key_id: row.get(2)?, bytes: row.get(3)? },
            last_step: row.get(4)?,
            created_at: row.get(5)?,
            preferred_at: row.get(6)?,
            last_used_at: row.get(7)?,
            address: row.get(8)?,
            user_agent: row.get(9)?,
        })
    }
}

statements! {
    HELD = "SELECT id, kind, key_id, sealed, last_step, created_at, preferred_at, last_used_at, address, user_agent \
            FROM second_factors WHERE account_id = $1 AND removed_at IS NULL ORDER BY created_at, id";
    INSERT = "INSERT INTO second_factors (id, account_id, kind, key_id, sealed, last_step, created_at, address, \
              user_agent, preferred_at, last_used_at, removed_at, removed_reason) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, $7, NULL, NULL)";
    USE_STEP = "UPDATE second_factors SET last_step = $2, last_used_at = $3 \
                WHERE id = $1 AND last_step < $2 AND removed_at IS NULL";
    NOTE_USE = "UPDATE second_factors SET last_used_at = $2 WHERE id = $1 AND removed_at IS NULL";
    REMOVE = "UPDATE second_factors SET removed_at = $3, removed_reason = $4, key_id = NULL, sealed = NULL, \
              preferred_at = NULL WHERE account_id = $1 AND kind = $2 AND removed_at IS NULL";
    UNPREFER = "UPDATE second_factors SET preferred_at = NULL WHERE account_id = $1 AND preferred_at IS NOT NULL";
    PREFER = "UPDATE second_factors SET preferred_at = $3 WHERE account_id = $1 AND kind = $2 AND removed_at IS NULL";
    REMOVE_ACCOUNT = "DELETE FROM second_factors WHERE account_id = $1";
}

pub(super) async fn held(db: &mut impl Reader, account: AccountId) -> Result<Vec<SecondFactor>> {
    Ok(db.fetch_all(&HELD, args![account]).await?)
}

#[expect(clippy::too_many_arguments, reason = "one row")]
pub(super) async fn insert(
    tx: &mut Tx,
    id: SecondFactorId,
    account: AccountId,
    kind: FactorKind,
    sealed: &Sealed,
    last_step: i64,
    source: &Source,
    now: Timestamp,
) -> Result<()> {
    let (key_id, bytes) = (&sealed.key_id, &sealed.bytes);
    let (address, user_agent) = (source.address_text(), &source.user_agent);
    tx.execute(
        &INSERT,
        args![id, account, kind.tag(), key_id, bytes, last_step, now, address, user_agent],
    )
    .await?;
    Ok(())
}

/// Spends a time step; false when it, or a later one, was spent before.
pub(super) async fn use_step(
    tx: &mut Tx,
    id: SecondFactorId,
    step: i64,
    now: Timestamp,
) -> Result<bool> {
    Ok(tx.execute_guarded(&USE_STEP, args![id, step, now]).await?)
}

pub(super) async fn note_use(tx: &mut Tx, id: SecondFactorId, now: Timestamp) -> Result<()> {
    tx.execute(&NOTE_USE, args![id, now]).await?;
    Ok(())
}

pub(super) async fn remove(
    tx: &mut Tx,
    account: AccountId,
    kind: FactorKind,
    reason: &str,
    now: Timestamp,
) -> Result<bool> {
    Ok(tx.execute_guarded(&REMOVE, args![account, kind.tag(), now, reason]).await?)
}

pub(super) async fn prefer(
    tx: &mut Tx,
    account: AccountId,
    kind: FactorKind,
    now: Timestamp,
) -> Result<bool> {
    tx.execute(&UNPREFER, args![account]).await?;
    Ok(tx.execute_guarded(&PREFER, args![account, kind.tag(), now]).await?)
}

pub(super) async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    tx.execute(&REMOVE_ACCOUNT, args![account]).await?;
    Ok(())
}
