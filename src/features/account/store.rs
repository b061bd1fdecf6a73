use super::profile::Profile;
use super::rules::{EmailAddress, TimeZoneName};
use super::{EmailTaken, FactorKinds, NewAccount};
use crate::error::{Refused, Result};
use crate::ids::AccountId;
use crate::text::Language;
use crate::time::Timestamp;
use portcullis_db::{Column, FromRow, Reader, Row, Statement, Tx, Value, args, statements};

/// An account as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its address, as typed.
    pub email: String,
    /// When its owner proved to receive mail there.
    pub email_verified_at: Option<Timestamp>,
    /// Its owner's name.
    pub name: String,
    /// The language it reads.
    pub language: Language,
    /// Its time zone's name.
    pub time_zone: String,
    /// Since when it administers the installation.
    pub administrator_since: Option<Timestamp>,
    /// Since when it may read everybody's log.
    pub auditor_since: Option<Timestamp>,
    /// Since when it is suspended.
    pub suspended_at: Option<Timestamp>,
    /// Since when it is locked, by its owner or whoever reads their mail.
    pub locked_at: Option<Timestamp>,
    /// When its password was reset since then.
    pub lock_reset_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when nothing but a new password is open to it.
    pub password_change_required_at: Option<Timestamp>,
    /// When it is to be erased, unless its owner signs in before.
    pub closes_at: Option<Timestamp>,
    /// When everything personal about it was erased.
    pub erased_at: Option<Timestamp>,
    /// The kinds of second factor that it holds.
    pub second_factors: FactorKinds,
}

impl Account {
    /// Whether its time to change one's mind is over. It is as if it were not
    /// there, whether or not it has been erased yet.
    pub fn is_gone(&self, now: Timestamp) -> bool {
        self.erased_at.is_some() || self.closes_at.is_some_and(|at| at <= now)
    }

    /// Bytes that it takes beside itself.
    pub fn bytes(&self) -> usize {
        self.email.len() + self.name.len() + self.time_zone.len()
    }

    /// Whether it may read everybody's log.
    pub const fn may_audit(&self) -> bool {
        self.administrator_since.is_some() || self.auditor_since.is_some()
    }
}

impl Account {
    /// Reads it from a row in which its sixteen columns stand together, in the order
    /// in which every statement has them, from this one on.
    pub(in crate::features) fn read(row: &Row, first: usize) -> portcullis_db::Result<Self> {
        Ok(Self {
            id: row.get(first)?,
            email: row.get(first + 1)?,
            email_verified_at: row.get(first + 2)?,
            name: row.get(first + 3)?,
            language: row.get(first + 4)?,
            time_zone: row.get(first + 5)?,
            administrator_since: row.get(first + 6)?,
            suspended_at: row.get(first + 7)?,
            created_at: row.get(first + 8)?,
            password_change_required_at: row.get(first + 9)?,
            closes_at: row.get(first + 10)?,
            erased_at: row.get(first + 11)?,
            second_factors: row.get(first + 12)?,
            auditor_since: row.get(first + 13)?,
            locked_at: row.get(first + 14)?,
            lock_reset_at: row.get(first + 15)?,
        })
    }
}

impl FromRow for Account {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Self::read(row, 0)
    }
}

impl Column for Language {
    fn read(row: &Row, index: usize) -> portcullis_db::Result<Self> {
        let tag: String = row.get(index)?;
        Self::from_tag(&tag).ok_or_else(|| Self::invalid(index, "there is no such language"))
    }
}

/// Accounts that are asked for at once.
pub(super) const ASKED_AT_ONCE: usize = 16;

statements! {
    INSERT quiet "nothing is remembered of an account that was not there" = "INSERT INTO accounts (id, email, email_canonical, email_verified_at, name, language, time_zone, \
              administrator_since, suspended_at, created_at, revision, email_key) \
              VALUES ($1, $2, $3, $9, $4, $5, $6, $7, NULL, $8, 0, $10) ON CONFLICT (email_canonical) DO NOTHING";
    BY_EMAIL = "SELECT id, email, email_verified_at, name, language, time_zone, administrator_since, suspended_at, \
                created_at, password_change_required_at, closes_at, erased_at, second_factors, auditor_since, locked_at, lock_reset_at FROM accounts WHERE email_canonical = $1";
    EMAILS = "SELECT id, email FROM accounts WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, \
              $15, $16)";
    BY_ID = "SELECT id, email, email_verified_at, name, language, time_zone, administrator_since, suspended_at, \
                created_at, password_change_required_at, closes_at, erased_at, second_factors, auditor_since, locked_at, lock_reset_at FROM accounts WHERE id = $1";
    LOCK_ACTIVE quiet "a lock is all that it is" = "UPDATE accounts SET revision = revision + 1 \
                   WHERE id = $1 AND suspended_at IS NULL AND locked_at IS NULL AND erased_at IS NULL";
    LOCK_OPEN quiet "a lock is all that it is" = "UPDATE accounts SET revision = revision + 1 WHERE id = $1 AND suspended_at IS NULL \
                 AND locked_at IS NULL AND erased_at IS NULL AND COALESCE(closes_at, 9223372036854775807) > $2";
    LOCK_TO_SIGN_IN quiet "a lock is all that it is" = "UPDATE accounts SET revision = revision + 1 WHERE id = $1 AND suspended_at IS NULL \
                       AND (lock_reset_at IS NOT NULL OR locked_at IS NULL) AND erased_at IS NULL \
                       AND COALESCE(closes_at, 9223372036854775807) > $2";
    LOCK_TO_RETURN quiet "a lock is all that it is" = "UPDATE accounts SET revision = revision + 1 WHERE id = $1 AND suspended_at IS NULL \
                      AND erased_at IS NULL AND COALESCE(closes_at, 9223372036854775807) > $2";
    SET_LOCKED = "UPDATE accounts SET locked_at = COALESCE(locked_at, $2), lock_reset_at = NULL, revision = revision + 1 \
                  WHERE id = $1 AND erased_at IS NULL AND COALESCE(closes_at, 9223372036854775807) > $2 \
                  AND (lock_reset_at IS NOT NULL OR locked_at IS NULL)";
    SET_LOCK_RESET = "UPDATE accounts SET lock_reset_at = $2, revision = revision + 1 \
                      WHERE id = $1 AND locked_at IS NOT NULL";
    CLEAR_LOCK_RESET = "UPDATE accounts SET lock_reset_at = NULL, revision = revision + 1 \
                        WHERE id = $1 AND lock_reset_at IS NOT NULL";
    SET_UNLOCKED = "UPDATE accounts SET locked_at = NULL, lock_reset_at = NULL, revision = revision + 1 \
                    WHERE id = $1 AND locked_at IS NOT NULL";
    SUSPEND = "UPDATE accounts SET suspended_at = $2, revision = revision + 1 WHERE id = $1 AND suspended_at IS NULL";
    RESTORE = "UPDATE accounts SET suspended_at = NULL, revision = revision + 1 \
               WHERE id = $1 AND suspended_at IS NOT NULL";
    VERIFY_EMAIL = "UPDATE accounts SET email_verified_at = $2 WHERE id = $1 AND email_verified_at IS NULL";
    SET_PROFILE = "UPDATE accounts SET name = $2, language = $3, time_zone = $4, revision = revision + 1 \
                   WHERE id = $1 AND erased_at IS NULL";
    SET_EMAIL = "UPDATE accounts SET email = $2, email_canonical = $3, email_key = $4, email_verified_at = $5, \
                 revision = revision + 1 WHERE id = $1 AND erased_at IS NULL";
    LOCK_INSTALLATION = "UPDATE installation SET revision = revision + 1 WHERE id = 1";
    SET_CLOSING = "UPDATE accounts SET closes_at = $2, revision = revision + 1 \
                   WHERE id = $1 AND closes_at IS NULL AND erased_at IS NULL";
    KEEP = "UPDATE accounts SET closes_at = NULL, revision = revision + 1 \
            WHERE id = $1 AND closes_at > $2 AND erased_at IS NULL";
    DUE = "SELECT id FROM accounts WHERE closes_at <= $1 AND erased_at IS NULL ORDER BY closes_at, id LIMIT $2";
    ERASE = "UPDATE accounts SET erased_at = $2, closes_at = NULL, email = '', email_canonical = $3, email_key = NULL, \
             email_verified_at = NULL, name = '', time_zone = 'UTC', administrator_since = NULL, auditor_since = NULL, \
             password_change_required_at = NULL, second_factors = '', revision = revision + 1 \
             WHERE id = $1 AND closes_at <= $2 AND erased_at IS NULL";
    WITHOUT_KEY = "SELECT id, email_canonical FROM accounts WHERE email_key IS NULL AND erased_at IS NULL LIMIT $1";
    REQUIRE_PASSWORD_CHANGE = "UPDATE accounts SET password_change_required_at = $2, revision = revision + 1 \
                               WHERE id = $1 AND password_change_required_at IS NULL";
    CLEAR_PASSWORD_CHANGE = "UPDATE accounts SET password_change_required_at = NULL, revision = revision + 1 \
                             WHERE id = $1 AND password_change_required_at IS NOT NULL";
    LOCK quiet "a lock is all that it is" = "UPDATE accounts SET revision = revision + 1 WHERE id = $1 AND erased_at IS NULL";
    MAKE_ADMINISTRATOR = "UPDATE accounts SET administrator_since = $2, revision = revision + 1 \
                          WHERE id = $1 AND administrator_since IS NULL";
    UNMAKE_ADMINISTRATOR = "UPDATE accounts SET administrator_since = NULL, revision = revision + 1 \
                            WHERE id = $1 AND administrator_since IS NOT NULL";
    MAKE_AUDITOR = "UPDATE accounts SET auditor_since = $2, revision = revision + 1 \
                    WHERE id = $1 AND auditor_since IS NULL";
    UNMAKE_AUDITOR = "UPDATE accounts SET auditor_since = NULL, revision = revision + 1 \
                      WHERE id = $1 AND auditor_since IS NOT NULL";
    OTHER_ADMINISTRATOR = "SELECT id FROM accounts WHERE administrator_since IS NOT NULL AND suspended_at IS NULL \
                           AND locked_at IS NULL AND closes_at IS NULL AND erased_at IS NULL AND id <> $1 \
                           AND EXISTS (SELECT 1 FROM passwords p WHERE p.account_id = accounts.id) LIMIT 1";
    SET_SECOND_FACTORS = "UPDATE accounts SET second_factors = $2, revision = revision + 1 WHERE id = $1";
    SECOND_FACTORS = "SELECT second_factors FROM accounts WHERE id = $1";
    SET_KEY quiet "no check reads it" = "UPDATE accounts SET email_key = $2 WHERE id = $1 AND email_key IS NULL";
    ANY_ADMINISTRATOR = "SELECT id FROM accounts WHERE administrator_since IS NOT NULL LIMIT 1";
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: AccountId,
    account: &NewAccount,
    language: Language,
    time_zone: &TimeZoneName,
    now: Timestamp,
) -> Result<bool> {
    let administrator_since = account.administrator.then_some(now);
    Ok(tx
        .execute_guarded(
            &INSERT,
            args![
                id,
                account.email.typed(),
                account.email.canonical(),
                account.name.as_str(),
                language.tag(),
                time_zone.as_str(),
                administrator_since,
                now,
                account.email_verified_at,
                account.email.canonical().as_bytes()
            ],
        )
        .await?)
}

/// Runs a statement that changes what an account is, and says so where it has.
async fn change(
    tx: &mut Tx,
    id: AccountId,
    statement: &Statement,
    values: Vec<Value>,
) -> portcullis_db::Result<bool> {
    let changed = tx.execute_guarded(statement, values).await?;
    if changed {
        tx.changed(id);
    }
    Ok(changed)
}

pub(super) async fn by_email(
    db: &mut impl Reader,
    email: &EmailAddress,
) -> Result<Option<Account>> {
    Ok(db.fetch_optional(&BY_EMAIL, args![email.canonical()]).await?)
}

/// At most so many at once as the statement has places for.
pub(super) async fn emails(
    db: &mut impl Reader,
    ids: &[AccountId; ASKED_AT_ONCE],
) -> Result<Vec<(AccountId, String)>> {
    let values = ids.iter().flat_map(|id| args![id]).collect();
    Ok(db.fetch_all(&EMAILS, values).await?)
}

pub(super) async fn by_id(db: &mut impl Reader, id: AccountId) -> Result<Option<Account>> {
    Ok(db.fetch_optional(&BY_ID, args![id]).await?)
}

pub(super) async fn lock_active(tx: &mut Tx, id: AccountId) -> Result<bool> {
    Ok(tx.execute_guarded(&LOCK_ACTIVE, args![id]).await?)
}

pub(super) async fn verify_email(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<()> {
    change(tx, id, &VERIFY_EMAIL, args![id, now]).await?;
    Ok(())
}

pub(super) async fn lock_open(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    Ok(tx.execute_guarded(&LOCK_OPEN, args![id, now]).await?)
}

pub(super) async fn lock_to_sign_in(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    Ok(tx.execute_guarded(&LOCK_TO_SIGN_IN, args![id, now]).await?)
}

pub(super) async fn lock_to_return(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    Ok(tx.execute_guarded(&LOCK_TO_RETURN, args![id, now]).await?)
}

pub(super) async fn set_locked(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    Ok(change(tx, id, &SET_LOCKED, args![id, now]).await?)
}

pub(super) async fn set_lock_reset(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    Ok(change(tx, id, &SET_LOCK_RESET, args![id, now]).await?)
}

pub(super) async fn clear_lock_reset(tx: &mut Tx, id: AccountId) -> Result<bool> {
    Ok(change(tx, id, &CLEAR_LOCK_RESET, args![id]).await?)
}

pub(super) async fn set_unlocked(tx: &mut Tx, id: AccountId) -> Result<bool> {
    Ok(change(tx, id, &SET_UNLOCKED, args![id]).await?)
}

pub(super) async fn suspend(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    Ok(change(tx, id, &SUSPEND, args![id, now]).await?)
}

pub(super) async fn restore(tx: &mut Tx, id: AccountId) -> Result<bool> {
    Ok(change(tx, id, &RESTORE, args![id]).await?)
}

pub(super) async fn require_password_change(
    tx: &mut Tx,
    id: AccountId,
    now: Timestamp,
) -> Result<bool> {
    Ok(change(tx, id, &REQUIRE_PASSWORD_CHANGE, args![id, now]).await?)
}

pub(super) async fn clear_password_change_required(tx: &mut Tx, id: AccountId) -> Result<bool> {
    Ok(change(tx, id, &CLEAR_PASSWORD_CHANGE, args![id]).await?)
}

pub(super) async fn lock(tx: &mut Tx, id: AccountId) -> Result<bool> {
    Ok(tx.execute_guarded(&LOCK, args![id]).await?)
}

pub(super) async fn make_administrator(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    Ok(change(tx, id, &MAKE_ADMINISTRATOR, args![id, now]).await?)
}

pub(super) async fn unmake_administrator(tx: &mut Tx, id: AccountId) -> Result<bool> {
    Ok(change(tx, id, &UNMAKE_ADMINISTRATOR, args![id]).await?)
}

pub(super) async fn make_auditor(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    Ok(change(tx, id, &MAKE_AUDITOR, args![id, now]).await?)
}

pub(super) async fn unmake_auditor(tx: &mut Tx, id: AccountId) -> Result<bool> {
    Ok(change(tx, id, &UNMAKE_AUDITOR, args![id]).await?)
}

pub(super) async fn set_profile(tx: &mut Tx, id: AccountId, profile: &Profile) -> Result<bool> {
    let values =
        args![id, profile.name.as_str(), profile.language.tag(), profile.time_zone.as_str()];
    Ok(change(tx, id, &SET_PROFILE, values).await?)
}

/// Leaves the transaction of no use where another account has the address.
pub(super) async fn set_email(
    tx: &mut Tx,
    id: AccountId,
    email: &EmailAddress,
    verified_at: Timestamp,
) -> Result<std::result::Result<(), EmailTaken>> {
    let (typed, canonical) = (email.typed(), email.canonical());
    let values = args![id, typed, canonical, canonical.as_bytes(), verified_at];
    match change(tx, id, &SET_EMAIL, values).await {
        Ok(true) => Ok(Ok(())),
        Ok(false) => Err(Refused::NotFound.into()),
        Err(portcullis_db::Error::Duplicate { .. }) => Ok(Err(EmailTaken)),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn lock_installation(tx: &mut Tx) -> Result<()> {
    tx.execute(&LOCK_INSTALLATION, args![]).await?;
    Ok(())
}

pub(super) async fn set_closing(tx: &mut Tx, id: AccountId, at: Timestamp) -> Result<bool> {
    Ok(change(tx, id, &SET_CLOSING, args![id, at]).await?)
}

pub(super) async fn keep(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    Ok(change(tx, id, &KEEP, args![id, now]).await?)
}

pub(super) async fn due(
    db: &mut impl Reader,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<AccountId>> {
    let rows: Vec<(AccountId,)> = db.fetch_all(&DUE, args![now, limit]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// What stands for the address has no `@`, so nobody can type it.
pub(super) async fn erase(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    let nobody = format!("erased:{}", id.uuid().simple());
    Ok(change(tx, id, &ERASE, args![id, now, nobody]).await?)
}

pub(super) async fn has_administrator(db: &mut impl Reader) -> Result<bool> {
    Ok(db.fetch_optional::<(AccountId,)>(&ANY_ADMINISTRATOR, args![]).await?.is_some())
}

pub(super) async fn has_other_administrator(tx: &mut Tx, id: AccountId) -> Result<bool> {
    Ok(tx.fetch_optional::<(AccountId,)>(&OTHER_ADMINISTRATOR, args![id]).await?.is_some())
}

/// Gives keys to accounts that are older than that column; whether some are
/// left.
pub(super) async fn complete_keys(tx: &mut Tx, limit: i64) -> Result<bool> {
    let rows: Vec<(AccountId, String)> = tx.fetch_all(&WITHOUT_KEY, args![limit]).await?;
    for (id, canonical) in &rows {
        tx.execute(&SET_KEY, args![id, canonical.as_bytes()]).await?;
    }
    Ok(!rows.is_empty())
}

pub(super) async fn set_second_factors(
    tx: &mut Tx,
    id: AccountId,
    kinds: FactorKinds,
) -> Result<()> {
    change(tx, id, &SET_SECOND_FACTORS, args![id, kinds]).await?;
    Ok(())
}

pub(super) async fn second_factors(tx: &mut Tx, id: AccountId) -> Result<FactorKinds> {
    let found: Option<(FactorKinds,)> = tx.fetch_optional(&SECOND_FACTORS, args![id]).await?;
    found.map(|(kinds,)| kinds).ok_or_else(|| Refused::NotFound.into())
}
