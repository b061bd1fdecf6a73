use super::Purpose;
use crate::error::Result;
use crate::features::account::rules::EmailAddress;
use crate::ids::{AccountId, LinkId};
use crate::secret::SecretHash;
use crate::time::Timestamp;
use portcullis_db::{Column, FromRow, Reader, Row, Tx, args, statements};

/// A link as stored.
#[derive(Debug, Clone)]
pub struct Link {
    /// Its id; not a secret.
    pub id: LinkId,
    /// What it is for.
    pub purpose: Purpose,
    /// The account that it is bound to, where there is one.
    pub account: Option<AccountId>,
    /// The address that it was made for, as typed.
    pub email: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it opens no more.
    pub expires_at: Timestamp,
    pub(super) secret_hash: SecretHash,
    pub(super) used_at: Option<Timestamp>,
    pub(super) voided_at: Option<Timestamp>,
}

impl FromRow for Link {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            purpose: row.get(1)?,
            account: row.get(2)?,
            email: row.get(3)?,
            secret_hash: row.get(4)?,
            created_at: row.get(5)?,
            expires_at: row.get(6)?,
            used_at: row.get(7)?,
            voided_at: row.get(8)?,
        })
    }
}

impl Column for Purpose {
    fn read(row: &Row, index: usize) -> portcullis_db::Result<Self> {
        let tag: String = row.get(index)?;
        Self::from_tag(&tag).ok_or_else(|| Self::invalid(index, "there is no such purpose"))
    }
}

statements! {
    INSERT = "INSERT INTO mailed_links (id, purpose, account_id, email, email_canonical, secret_hash, created_at, \
              expires_at, used_at, voided_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, NULL)";
    FIND = "SELECT id, purpose, account_id, email, secret_hash, created_at, expires_at, used_at, voided_at \
            FROM mailed_links WHERE id = $1";
    SPEND = "UPDATE mailed_links SET used_at = $3 WHERE id = $1 AND secret_hash = $2 \
             AND used_at IS NULL AND voided_at IS NULL AND expires_at > $3";
    VOID_ACCOUNT_PURPOSE = "UPDATE mailed_links SET voided_at = $3 WHERE account_id = $1 AND purpose = $2 \
                            AND used_at IS NULL AND voided_at IS NULL";
    VOID_ADDRESS_PURPOSE = "UPDATE mailed_links SET voided_at = $3 WHERE email_canonical = $1 AND purpose = $2 \
                            AND account_id IS NULL AND used_at IS NULL AND voided_at IS NULL";
    VOID_UNDER_WAY = "UPDATE mailed_links SET voided_at = $2 WHERE account_id = $1 AND purpose <> 'email-undo' \
                      AND used_at IS NULL AND voided_at IS NULL";
    VOID_UNDO_SINCE = "UPDATE mailed_links SET voided_at = $3 WHERE account_id = $1 AND purpose = 'email-undo' \
                       AND created_at >= $2 AND used_at IS NULL AND voided_at IS NULL";
    RESERVED_FOR = "SELECT account_id FROM mailed_links WHERE email_canonical = $1 AND purpose = 'email-undo' \
                    AND account_id IS NOT NULL AND used_at IS NULL AND voided_at IS NULL AND expires_at > $2";
    PENDING = "SELECT id, purpose, account_id, email, secret_hash, created_at, expires_at, used_at, voided_at \
               FROM mailed_links WHERE account_id = $1 AND purpose = $2 AND used_at IS NULL AND voided_at IS NULL \
               AND expires_at > $3 ORDER BY created_at DESC, id DESC LIMIT 1";
    MADE_SINCE = "SELECT created_at FROM mailed_links WHERE account_id = $1 AND purpose = $2 AND created_at > $3 \
                  ORDER BY created_at DESC, id DESC LIMIT $4";
    REMOVE_ACCOUNT = "DELETE FROM mailed_links WHERE account_id = $1";
    PRUNE = "DELETE FROM mailed_links WHERE expires_at < $1";
}

#[expect(clippy::too_many_arguments, reason = "one row")]
pub(super) async fn insert(
    tx: &mut Tx,
    id: LinkId,
    purpose: Purpose,
    account: Option<AccountId>,
    email: &EmailAddress,
    hash: &SecretHash,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    let (typed, canonical) = (email.typed(), email.canonical());
    let values = args![id, purpose.tag(), account, typed, canonical, hash.bytes(), now, expires_at];
    tx.execute(&INSERT, values).await?;
    Ok(())
}

pub(super) async fn find(db: &mut impl Reader, id: LinkId) -> Result<Option<Link>> {
    Ok(db.fetch_optional(&FIND, args![id]).await?)
}

pub(super) async fn spend(tx: &mut Tx, link: &Link, now: Timestamp) -> Result<bool> {
    Ok(tx.execute_guarded(&SPEND, args![link.id, link.secret_hash.bytes(), now]).await?)
}

pub(super) async fn void_account_purpose(
    tx: &mut Tx,
    account: AccountId,
    purpose: Purpose,
    now: Timestamp,
) -> Result<()> {
    tx.execute(&VOID_ACCOUNT_PURPOSE, args![account, purpose.tag(), now]).await?;
    Ok(())
}

pub(super) async fn void_address_purpose(
    tx: &mut Tx,
    email: &EmailAddress,
    purpose: Purpose,
    now: Timestamp,
) -> Result<()> {
    tx.execute(&VOID_ADDRESS_PURPOSE, args![email.canonical(), purpose.tag(), now]).await?;
    Ok(())
}

pub(super) async fn void_under_way(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<()> {
    tx.execute(&VOID_UNDER_WAY, args![account, now]).await?;
    Ok(())
}

pub(super) async fn void_undo_since(
    tx: &mut Tx,
    account: AccountId,
    since: Timestamp,
    now: Timestamp,
) -> Result<()> {
    tx.execute(&VOID_UNDO_SINCE, args![account, since, now]).await?;
    Ok(())
}

pub(super) async fn reserved_for(
    tx: &mut Tx,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<Vec<AccountId>> {
    let rows: Vec<(AccountId,)> =
        tx.fetch_all(&RESERVED_FOR, args![email.canonical(), now]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(super) async fn pending(
    db: &mut impl Reader,
    purpose: Purpose,
    account: AccountId,
    now: Timestamp,
) -> Result<Option<Link>> {
    Ok(db.fetch_optional(&PENDING, args![account, purpose.tag(), now]).await?)
}

pub(super) async fn made_since(
    tx: &mut Tx,
    account: AccountId,
    purpose: Purpose,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<Timestamp>> {
    let rows: Vec<(Timestamp,)> =
        tx.fetch_all(&MADE_SINCE, args![account, purpose.tag(), since, limit]).await?;
    Ok(rows.into_iter().map(|(at,)| at).collect())
}

pub(super) async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<u64> {
    Ok(tx.execute(&REMOVE_ACCOUNT, args![account]).await?)
}

pub(super) async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    Ok(tx.execute(&PRUNE, args![before]).await?)
}
