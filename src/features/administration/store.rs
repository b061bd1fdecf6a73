use crate::error::Result;
use crate::features::account::Account;
use crate::features::account::rules::KeyRange;
use crate::ids::AccountId;
use crate::secret::{SecretHash, Token};
use crate::time::Timestamp;
use portcullis_db::{FromRow, Reader, Row, Tx, args, statements};

/// An account as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The account.
    pub account: Account,
    /// Whether it has a password.
    pub has_password: bool,
}

impl FromRow for Listed {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let passwords: i64 = row.get(16)?;
        Ok(Self { account: Account::from_row(row)?, has_password: passwords > 0 })
    }
}

statements! {
    INSERT_INSTALLATION = "INSERT INTO installation (id, created_at, key_fingerprint, revision) VALUES (1, $1, $2, 0) \
                           ON CONFLICT (id) DO NOTHING";
    ADMINISTRATORS = "SELECT id FROM accounts WHERE administrator_since IS NOT NULL AND suspended_at IS NULL \
                      AND erased_at IS NULL ORDER BY id";
    FINGERPRINT = "SELECT key_fingerprint FROM installation WHERE id = 1";
    INSERT_LINK = "INSERT INTO set_up_links (id, secret_hash, created_at, expires_at, used_at) \
                   VALUES ($1, $2, $3, $4, NULL)";
    FIND_OPEN_LINK = "SELECT secret_hash FROM set_up_links WHERE id = $1 AND used_at IS NULL AND expires_at > $2";
    SPEND_LINK = "UPDATE set_up_links SET used_at = $3 \
                  WHERE id = $1 AND secret_hash = $2 AND used_at IS NULL AND expires_at > $3";
    PAGE = "SELECT id, email, email_verified_at, name, language, time_zone, administrator_since, suspended_at, \
            created_at, password_change_required_at, closes_at, erased_at, second_factors, auditor_since, locked_at, lock_reset_at, \
            (SELECT COUNT(*) FROM passwords p WHERE p.account_id = accounts.id) FROM accounts \
            ORDER BY created_at, id LIMIT $1";
    PAGE_AFTER = "SELECT id, email, email_verified_at, name, language, time_zone, administrator_since, suspended_at, \
                  created_at, password_change_required_at, closes_at, erased_at, second_factors, auditor_since, locked_at, lock_reset_at, \
                  (SELECT COUNT(*) FROM passwords p WHERE p.account_id = accounts.id) FROM accounts \
                  WHERE (created_at, id) > ($1, $2) ORDER BY created_at, id LIMIT $3";
    FOUND = "SELECT id, email, email_verified_at, name, language, time_zone, administrator_since, suspended_at, \
             created_at, password_change_required_at, closes_at, erased_at, second_factors, auditor_since, locked_at, lock_reset_at, \
             (SELECT COUNT(*) FROM passwords p WHERE p.account_id = accounts.id) FROM accounts \
             WHERE email_key >= $1 AND email_key < $2 ORDER BY email_key, id LIMIT $3";
    FOUND_AFTER = "SELECT id, email, email_verified_at, name, language, time_zone, administrator_since, suspended_at, \
                   created_at, password_change_required_at, closes_at, erased_at, second_factors, auditor_since, locked_at, lock_reset_at, \
                   (SELECT COUNT(*) FROM passwords p WHERE p.account_id = accounts.id) FROM accounts \
                   WHERE email_key < $2 AND (email_key, id) > ($1, $3) ORDER BY email_key, id LIMIT $4";
    KEY_OF = "SELECT email_key FROM accounts WHERE id = $1 AND email_key IS NOT NULL";
    VOID_LINKS = "UPDATE set_up_links SET used_at = $1 WHERE used_at IS NULL";
}

pub(super) async fn insert_installation(
    tx: &mut Tx,
    fingerprint: &str,
    now: Timestamp,
) -> Result<()> {
    tx.execute(&INSERT_INSTALLATION, args![now, fingerprint]).await?;
    Ok(())
}

pub(super) async fn fingerprint(db: &mut impl Reader) -> Result<Option<String>> {
    let found: Option<(String,)> = db.fetch_optional(&FINGERPRINT, args![]).await?;
    Ok(found.map(|(fingerprint,)| fingerprint))
}

pub(super) async fn insert_link(
    tx: &mut Tx,
    token: &Token,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    let id = token.id().into_bytes();
    tx.execute(&INSERT_LINK, args![id, token.hash().bytes(), now, expires_at]).await?;
    Ok(())
}

pub(super) async fn is_open(db: &mut impl Reader, token: &Token, now: Timestamp) -> Result<bool> {
    let id = token.id().into_bytes();
    let found: Option<(SecretHash,)> = db.fetch_optional(&FIND_OPEN_LINK, args![id, now]).await?;
    Ok(found.is_some_and(|(hash,)| token.hash().matches(&hash)))
}

pub(super) async fn spend_link(tx: &mut Tx, token: &Token, now: Timestamp) -> Result<bool> {
    let id = token.id().into_bytes();
    Ok(tx.execute_guarded(&SPEND_LINK, args![id, token.hash().bytes(), now]).await?)
}

pub(super) async fn void_links(tx: &mut Tx, now: Timestamp) -> Result<()> {
    tx.execute(&VOID_LINKS, args![now]).await?;
    Ok(())
}

/// Accounts by age, the oldest first, after one of them.
pub(super) async fn page(
    db: &mut impl Reader,
    after: Option<&Account>,
    limit: i64,
) -> Result<Vec<Listed>> {
    Ok(match after {
        None => db.fetch_all(&PAGE, args![limit]).await?,
        Some(last) => db.fetch_all(&PAGE_AFTER, args![last.created_at, last.id, limit]).await?,
    })
}

/// Accounts of a range of addresses, in their order, after one of them.
pub(super) async fn found(
    db: &mut impl Reader,
    range: &KeyRange,
    after: Option<AccountId>,
    limit: i64,
) -> Result<Vec<Listed>> {
    let Some(id) = after else {
        return Ok(db.fetch_all(&FOUND, args![range.from, range.to, limit]).await?);
    };
    let key: Option<(Vec<u8>,)> = db.fetch_optional(&KEY_OF, args![id]).await?;
    // One whose address is another by now: from the beginning, rather than from anywhere.
    let key = key.map(|(key,)| key).filter(|key| *key >= range.from);
    let key = key.unwrap_or_else(|| range.from.clone());
    Ok(db.fetch_all(&FOUND_AFTER, args![key, range.to, id, limit]).await?)
}

/// Those who administer and are not kept out.
pub(super) async fn administrators(tx: &mut Tx) -> Result<Vec<AccountId>> {
    let rows: Vec<(AccountId,)> = tx.fetch_all(&ADMINISTRATORS, args![]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
