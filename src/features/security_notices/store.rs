use crate::error::Result;
use crate::features::account::rules::EmailAddress;
use crate::ids::AccountId;
use crate::time::Timestamp;
use portcullis_db::{FromRow, Reader, Row, Tx, args, statements};

/// An address that an account had.
#[derive(Debug)]
pub(super) struct Former {
    /// As it was typed.
    pub(super) email: String,
    /// How long it hears of it.
    pub(super) until: Timestamp,
}

impl FromRow for Former {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self { email: row.get(0)?, until: row.get(1)? })
    }
}

statements! {
    // Given up again, it hears longer, and is still as old as it is.
    REMEMBER = "INSERT INTO former_addresses (account_id, email_canonical, email, replaced_at, until) \
                VALUES ($1, $2, $3, $4, $5) \
                ON CONFLICT (account_id, email_canonical) DO UPDATE SET until = EXCLUDED.until";
    FORMER = "SELECT email, until FROM former_addresses WHERE account_id = $1 AND until > $2 \
              ORDER BY replaced_at LIMIT 100";
    FORGET_SINCE = "DELETE FROM former_addresses WHERE account_id = $1 AND replaced_at >= $2";
    REMOVE_ACCOUNT = "DELETE FROM former_addresses WHERE account_id = $1";
    PRUNE = "DELETE FROM former_addresses WHERE until <= $1";
}

pub(super) async fn remember(
    tx: &mut Tx,
    account: AccountId,
    former: &EmailAddress,
    now: Timestamp,
    until: Timestamp,
) -> Result<()> {
    let values = args![account, former.canonical(), former.typed(), now, until];
    tx.execute(&REMEMBER, values).await?;
    Ok(())
}

pub(super) async fn former(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<Vec<Former>> {
    Ok(tx.fetch_all(&FORMER, args![account, now]).await?)
}

pub(super) async fn forget_since(tx: &mut Tx, account: AccountId, since: Timestamp) -> Result<()> {
    tx.execute(&FORGET_SINCE, args![account, since]).await?;
    Ok(())
}

pub(super) async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    tx.execute(&REMOVE_ACCOUNT, args![account]).await?;
    Ok(())
}

pub(super) async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    Ok(tx.execute(&PRUNE, args![now]).await?)
}
