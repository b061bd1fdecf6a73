use super::rules::{Permissions, RevokeReason, Sources, State};
use crate::error::Result;
use crate::features::account::Account;
use crate::features::organisations::rules::Limits;
use crate::ids::{AccountId, TokenId};
use crate::secret::SecretHash;
use crate::time::Timestamp;
use portcullis_db::{Column, FromRow, Reader, Row, Tx, args, statements};
use uuid::Uuid;

/// A token as a presented text is compared with it, and its account.
#[derive(Debug)]
pub struct Held {
    /// Its public id.
    pub id: TokenId,
    pub(super) secret_hash: SecretHash,
    pub(super) sources: Sources,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it expires, if it does.
    pub expires_at: Option<Timestamp>,
    pub(super) revoked_at: Option<Timestamp>,
    pub(super) last_used_at: Option<Timestamp>,
    /// The organisations that it is limited to.
    pub limits: Limits,
    /// What it may do; of that, what was asked for.
    pub permissions: Permissions,
    /// Whose it is.
    pub account: Account,
}

impl Held {
    /// Reads it from a row in which its twenty-four columns stand together, in the order
    /// of the statement below, from this one on; with what else was read of what it may do.
    pub(in crate::features) fn read(
        row: &Row,
        first: usize,
        permissions: Permissions,
    ) -> portcullis_db::Result<Self> {
        Ok(Self {
            id: row.get(first)?,
            secret_hash: row.get(first + 1)?,
            sources: row.get(first + 2)?,
            expires_at: row.get(first + 3)?,
            revoked_at: row.get(first + 4)?,
            last_used_at: row.get(first + 5)?,
            created_at: row.get(first + 6)?,
            limits: row.get(first + 7)?,
            permissions,
            account: Account::read(row, first + 8)?,
        })
    }
}

impl Held {
    /// Bytes that it takes beside itself.
    pub fn bytes(&self) -> usize {
        self.sources.bytes()
            + self.permissions.names().map(crate::remembered::text).sum::<usize>()
            + self.account.bytes()
    }
}

/// One row a permission.
struct HeldRow {
    held: Held,
    permission: Option<String>,
}

impl FromRow for HeldRow {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self { held: Held::read(row, 0, Permissions::default())?, permission: row.get(24)? })
    }
}

/// A token as its owner, and administrators, see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its public id.
    pub id: TokenId,
    /// What its owner calls it.
    pub name: String,
    /// The last four characters of its text.
    pub tail: String,
    /// Where it is accepted from.
    pub sources: Sources,
    /// The organisations that it is limited to.
    pub limits: Limits,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it expires, if it does.
    pub expires_at: Option<Timestamp>,
    /// When it was used last, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// From where, if that was known.
    pub last_used_address: Option<String>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// What it may do.
    pub permissions: Permissions,
}

impl Listed {
    /// How it stands at a moment.
    pub fn state(&self, now: Timestamp) -> State {
        State::at(now, self.expires_at, self.revoked_at)
    }
}

impl FromRow for Listed {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            tail: row.get(2)?,
            sources: row.get(3)?,
            created_at: row.get(4)?,
            expires_at: row.get(5)?,
            last_used_at: row.get(6)?,
            last_used_address: row.get(7)?,
            revoked_at: row.get(8)?,
            limits: row.get(9)?,
            permissions: Permissions::default(),
        })
    }
}

/// What can't be read as networks must not pass for none.
impl Column for Sources {
    fn read(row: &Row, index: usize) -> portcullis_db::Result<Self> {
        let text: String = row.get(index)?;
        Self::parse(&text).map_err(|_| Self::invalid(index, "these are no networks"))
    }
}

/// What is written of a new token.
pub(super) struct NewRow<'a> {
    pub(super) id: TokenId,
    pub(super) account: AccountId,
    pub(super) secret_hash: &'a SecretHash,
    pub(super) name: &'a str,
    pub(super) tail: &'a str,
    pub(super) sources: &'a Sources,
    pub(super) limits: &'a Limits,
    pub(super) form: Uuid,
    pub(super) permissions: &'a Permissions,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) due_at: Option<Timestamp>,
}

/// Where a page of the list ends, and the next begins.
pub type Place = (Timestamp, TokenId);

statements! {
    FIND = "SELECT t.id, t.secret_hash, t.sources, t.expires_at, t.revoked_at, t.last_used_at, t.created_at, t.organisations, a.id, \
            a.email, a.email_verified_at, a.name, a.language, a.time_zone, a.administrator_since, a.suspended_at, \
            a.created_at, a.password_change_required_at, a.closes_at, a.erased_at, a.second_factors, a.auditor_since, \
            a.locked_at, a.lock_reset_at, p.permission FROM access_tokens t JOIN accounts a ON a.id = t.account_id \
            LEFT JOIN access_token_permissions p ON p.token_id = t.id WHERE t.id = $1";
    TOUCH quiet "when it was used last is remembered apart" = "UPDATE access_tokens SET last_used_at = $2, last_used_address = $3 \
             WHERE id = $1 AND revoked_at IS NULL AND COALESCE(last_used_at, 0) <= $4";
    NOTE_NETWORK = "INSERT INTO access_token_networks (token_id, network, noted_at) VALUES ($1, $2, $3) \
                    ON CONFLICT (token_id, network) DO NOTHING";
    FORGET_NETWORKS = "DELETE FROM access_token_networks WHERE token_id = $1 AND network IN \
                       (SELECT network FROM access_token_networks WHERE token_id = $1 \
                       ORDER BY noted_at DESC LIMIT 100 OFFSET $2)";
    INSERT quiet "nobody knew its id before" = "INSERT INTO access_tokens (id, account_id, secret_hash, name, tail, sources, form_id, created_at, \
              expires_at, last_used_at, last_used_address, revoked_at, revoked_reason, due_at, organisations) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, NULL, NULL, NULL, $10, $11)";
    MADE_ON = "SELECT id FROM access_tokens WHERE account_id = $1 AND form_id = $2";
    ALLOW quiet "nobody knew its id before" = "INSERT INTO access_token_permissions (token_id, permission) VALUES ($1, $2)";
    FORBID = "DELETE FROM access_token_permissions WHERE token_id = $1 AND permission = $2";
    WITHDRAW = "DELETE FROM access_token_permissions WHERE permission = $1";
    PERMISSIONS = "SELECT permission FROM access_token_permissions WHERE token_id = $1";
    COUNT_LIVE = "SELECT COUNT(*) FROM access_tokens WHERE account_id = $1 AND revoked_at IS NULL \
                  AND COALESCE(expires_at, 9223372036854775807) > $2";
    ONE = "SELECT id, name, tail, sources, created_at, expires_at, last_used_at, last_used_address, revoked_at, organisations \
           FROM access_tokens WHERE id = $1 AND account_id = $2";
    FIRST = "SELECT id, name, tail, sources, created_at, expires_at, last_used_at, last_used_address, revoked_at, organisations \
             FROM access_tokens WHERE account_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2";
    NEXT = "SELECT id, name, tail, sources, created_at, expires_at, last_used_at, last_used_address, revoked_at, organisations \
            FROM access_tokens WHERE account_id = $1 AND (created_at, id) < ($2, $3) \
            ORDER BY created_at DESC, id DESC LIMIT $4";
    PERMISSIONS_BETWEEN = "SELECT p.token_id, p.permission FROM access_tokens t \
                           JOIN access_token_permissions p ON p.token_id = t.id \
                           WHERE t.account_id = $1 AND (t.created_at, t.id) >= ($2, $3) AND (t.created_at, t.id) <= ($4, $5)";
    REVOKE = "UPDATE access_tokens SET revoked_at = $3, revoked_reason = $4, due_at = NULL \
              WHERE id = $1 AND account_id = $2 AND revoked_at IS NULL \
              AND COALESCE(expires_at, 9223372036854775807) > $3";
    REVOKE_ALL = "UPDATE access_tokens SET revoked_at = $2, revoked_reason = $3, due_at = NULL \
                  WHERE account_id = $1 AND revoked_at IS NULL AND COALESCE(expires_at, 9223372036854775807) > $2";
    RENAME quiet "no check reads it" = "UPDATE access_tokens SET name = $3 WHERE id = $1 AND account_id = $2 AND revoked_at IS NULL \
              AND COALESCE(expires_at, 9223372036854775807) > $4";
    DUE = "SELECT id, account_id, due_at FROM access_tokens WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2";
    SET_DUE quiet "no check reads it" = "UPDATE access_tokens SET due_at = $3 WHERE id = $1 AND due_at = $2 AND revoked_at IS NULL";
    LONG_REVOKED = "SELECT id FROM access_tokens WHERE revoked_at < $1 LIMIT $2";
    LONG_EXPIRED = "SELECT id FROM access_tokens WHERE expires_at < $1 LIMIT $2";
    REMOVE_NETWORKS_OF = "DELETE FROM access_token_networks WHERE token_id = $1";
    REMOVE_PERMISSIONS_OF quiet "it opened nothing any more" = "DELETE FROM access_token_permissions WHERE token_id = $1";
    REMOVE quiet "it opened nothing any more" = "DELETE FROM access_tokens WHERE id = $1";
    REMOVE_NETWORKS = "DELETE FROM access_token_networks WHERE token_id IN (SELECT id FROM access_tokens WHERE account_id = $1)";
    REMOVE_PERMISSIONS = "DELETE FROM access_token_permissions WHERE token_id IN (SELECT id FROM access_tokens WHERE account_id = $1)";
    REMOVE_ACCOUNT = "DELETE FROM access_tokens WHERE account_id = $1";
}

/// By the primary key, with its account and what it may do.
pub(super) async fn find(db: &mut impl Reader, id: TokenId) -> Result<Option<Held>> {
    let rows: Vec<HeldRow> = db.fetch_all(&FIND, args![id]).await?;
    let mut found: Option<Held> = None;
    let mut names = Vec::new();
    for HeldRow { held, permission } in rows {
        names.extend(permission);
        found = Some(held);
    }
    Ok(found.map(|held| Held { permissions: names.into_iter().collect(), ..held }))
}

/// Whether nobody else has noted a use since that moment.
pub(super) async fn touch(
    tx: &mut Tx,
    id: TokenId,
    address: Option<&str>,
    now: Timestamp,
    not_since: Timestamp,
) -> Result<bool> {
    Ok(tx.execute_guarded(&TOUCH, args![id, now, address, not_since]).await?)
}

/// Whether the network is a new one to the token. Of those that were new, so many stay.
pub(super) async fn note_network(
    tx: &mut Tx,
    id: TokenId,
    network: &str,
    kept: i64,
    now: Timestamp,
) -> Result<bool> {
    let is_new = tx.execute_guarded(&NOTE_NETWORK, args![id, network, now]).await?;
    if is_new {
        tx.execute(&FORGET_NETWORKS, args![id, kept]).await?;
    }
    Ok(is_new)
}

/// The token that was made on a page. Call with the account locked.
pub(super) async fn made_on(
    tx: &mut Tx,
    account: AccountId,
    form: Uuid,
) -> Result<Option<TokenId>> {
    let form = form.as_bytes().as_slice();
    let found: Option<(TokenId,)> = tx.fetch_optional(&MADE_ON, args![account, form]).await?;
    Ok(found.map(|(id,)| id))
}

pub(super) async fn insert(tx: &mut Tx, new: &NewRow<'_>, now: Timestamp) -> Result<()> {
    let form = new.form.as_bytes().as_slice();
    let values = args![
        new.id,
        new.account,
        new.secret_hash.bytes(),
        new.name,
        new.tail,
        new.sources.text(),
        form,
        now,
        new.expires_at,
        new.due_at,
        new.limits.text()
    ];
    tx.execute(&INSERT, values).await?;
    for permission in new.permissions.names() {
        tx.execute(&ALLOW, args![new.id, permission]).await?;
    }
    Ok(())
}

pub(super) async fn forbid(
    tx: &mut Tx,
    account: AccountId,
    id: TokenId,
    permission: &str,
) -> Result<()> {
    tx.execute(&FORBID, args![id, permission]).await?;
    tx.changed(account);
    Ok(())
}

/// Who takes it back says which application is changed.
pub(super) async fn withdraw(tx: &mut Tx, permission: &str) -> Result<u64> {
    Ok(tx.execute(&WITHDRAW, args![permission]).await?)
}

pub(super) async fn count_live(
    db: &mut impl Reader,
    account: AccountId,
    now: Timestamp,
) -> Result<i64> {
    let counted: Option<(i64,)> = db.fetch_optional(&COUNT_LIVE, args![account, now]).await?;
    Ok(counted.map_or(0, |(count,)| count))
}

pub(super) async fn one(
    db: &mut impl Reader,
    account: AccountId,
    id: TokenId,
) -> Result<Option<Listed>> {
    let found: Option<Listed> = db.fetch_optional(&ONE, args![id, account]).await?;
    let Some(found) = found else { return Ok(None) };
    let names: Vec<(String,)> = db.fetch_all(&PERMISSIONS, args![id]).await?;
    Ok(Some(Listed { permissions: names.into_iter().map(|(name,)| name).collect(), ..found }))
}

/// The newest first.
pub(super) async fn list(
    db: &mut impl Reader,
    account: AccountId,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Listed>> {
    let mut listed: Vec<Listed> = match after {
        None => db.fetch_all(&FIRST, args![account, limit]).await?,
        Some((at, id)) => db.fetch_all(&NEXT, args![account, at, id, limit]).await?,
    };
    let (Some(newest), Some(oldest)) = (listed.first(), listed.last()) else {
        return Ok(listed);
    };
    let range = args![account, oldest.created_at, oldest.id, newest.created_at, newest.id];
    let rows: Vec<(TokenId, String)> = db.fetch_all(&PERMISSIONS_BETWEEN, range).await?;
    for one in &mut listed {
        let own = rows.iter().filter(|(id, _)| *id == one.id);
        one.permissions = own.map(|(_, name)| name.clone()).collect();
    }
    Ok(listed)
}

pub(super) async fn revoke(
    tx: &mut Tx,
    account: AccountId,
    id: TokenId,
    reason: RevokeReason,
    now: Timestamp,
) -> Result<bool> {
    let revoked = tx.execute_guarded(&REVOKE, args![id, account, now, reason.tag()]).await?;
    if revoked {
        tx.changed(account);
    }
    Ok(revoked)
}

pub(super) async fn revoke_all(
    tx: &mut Tx,
    account: AccountId,
    reason: RevokeReason,
    now: Timestamp,
) -> Result<u64> {
    let revoked = tx.execute(&REVOKE_ALL, args![account, now, reason.tag()]).await?;
    if revoked > 0 {
        tx.changed(account);
    }
    Ok(revoked)
}

pub(super) async fn rename(
    tx: &mut Tx,
    account: AccountId,
    id: TokenId,
    name: &str,
    now: Timestamp,
) -> Result<bool> {
    Ok(tx.execute_guarded(&RENAME, args![id, account, name, now]).await?)
}

/// Tokens that there is something to tell of, with when.
pub(super) async fn due(
    db: &mut impl Reader,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(TokenId, AccountId, Timestamp)>> {
    Ok(db.fetch_all(&DUE, args![now, limit]).await?)
}

/// False where another node has told of it, or it is revoked.
pub(super) async fn set_due(
    tx: &mut Tx,
    id: TokenId,
    due_at: Timestamp,
    next: Option<Timestamp>,
) -> Result<bool> {
    Ok(tx.execute_guarded(&SET_DUE, args![id, due_at, next]).await?)
}

/// A few at a time: how many went.
pub(super) async fn prune(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<u64> {
    let mut removed = 0;
    for statement in [&LONG_REVOKED, &LONG_EXPIRED] {
        let rows: Vec<(TokenId,)> = tx.fetch_all(statement, args![before, limit]).await?;
        for (id,) in rows {
            tx.execute(&REMOVE_NETWORKS_OF, args![id]).await?;
            tx.execute(&REMOVE_PERMISSIONS_OF, args![id]).await?;
            removed += tx.execute(&REMOVE, args![id]).await?;
        }
    }
    Ok(removed)
}

pub(super) async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    tx.execute(&REMOVE_NETWORKS, args![account]).await?;
    tx.execute(&REMOVE_PERMISSIONS, args![account]).await?;
    tx.execute(&REMOVE_ACCOUNT, args![account]).await?;
    tx.changed(account);
    Ok(())
}
