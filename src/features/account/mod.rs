//! An account is a person who can sign in. It has one e-mail address, kept as
//! typed and in the canonical form that makes it unique, and a profile: name,
//! language and time zone.

mod factor_kinds;
mod profile;
pub mod rules;
mod shut;
mod store;
pub mod web;

use crate::error::Result;
use crate::features::security_log::Reason;
use crate::ids::AccountId;
use crate::text::Language;
use crate::time::Timestamp;
use portcullis_db::{Db, Reader, Statement, Tx};
use rules::{EmailAddress, Name, TimeZoneName};
use std::collections::BTreeMap;

pub use factor_kinds::{FactorKind, FactorKinds};
pub use profile::{Profile, change_profile};
pub use shut::Shut;
pub use store::Account;

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// What a new account is made of.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Its id, known before it is made: its password is hashed for it.
    pub id: AccountId,
    /// Its address.
    pub email: EmailAddress,
    /// When its owner proved to receive mail there, if they did.
    pub email_verified_at: Option<Timestamp>,
    /// Its owner's name.
    pub name: Name,
    /// Whether it administers the installation.
    pub administrator: bool,
}

/// An address that another account has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmailTaken;

/// Step: makes an account. Nothing is known of its owner's place, so it starts
/// in UTC.
pub async fn create(
    tx: &mut Tx,
    account: &NewAccount,
    now: Timestamp,
) -> Result<std::result::Result<(), EmailTaken>> {
    let (language, zone) = (Language::EnglishUnitedKingdom, TimeZoneName::utc());
    let made = store::insert(tx, account.id, account, language, &zone, now).await?;
    Ok(if made { Ok(()) } else { Err(EmailTaken) })
}

/// Action: completes what a newer schema asks of older accounts.
pub async fn complete(db: &Db) -> Result<()> {
    const AT_ONCE: i64 = 1000;
    loop {
        let mut tx = db.begin().await?;
        let some = store::complete_keys(&mut tx, AT_ONCE).await?;
        tx.commit().await?;
        if !some {
            return Ok(());
        }
    }
}

/// Step: the account of an address, if there is one.
pub async fn by_email(db: &mut impl Reader, email: &EmailAddress) -> Result<Option<Account>> {
    store::by_email(db, email).await
}

/// The addresses of accounts; one that is not there has none.
pub async fn emails(
    db: &mut impl Reader,
    ids: impl IntoIterator<Item = AccountId>,
) -> Result<BTreeMap<AccountId, String>> {
    let ids: Vec<AccountId> = ids.into_iter().collect();
    let mut emails = BTreeMap::new();
    for some in ids.chunks(store::ASKED_AT_ONCE) {
        // Places that are left over ask for the first one again.
        let Some(first) = some.first() else { continue };
        let mut asked = [*first; store::ASKED_AT_ONCE];
        for (place, id) in asked.iter_mut().zip(some) {
            *place = *id;
        }
        emails.extend(store::emails(db, &asked).await?);
    }
    Ok(emails)
}

/// Step: an account.
pub async fn by_id(db: &mut impl Reader, id: AccountId) -> Result<Option<Account>> {
    store::by_id(db, id).await
}

/// Step: takes the account's row for this transaction, so that what is checked
/// and changed within the account is changed by one at a time; false when it is
/// shut or gone.
pub async fn lock_active(tx: &mut Tx, id: AccountId) -> Result<bool> {
    store::lock_active(tx, id).await
}

/// Step: notes that the owner has received mail at the address, unless that was
/// known.
pub async fn verify_email(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<()> {
    store::verify_email(tx, id, now).await
}

/// Step: the same where somebody comes without a session, by a link or for one:
/// false also once the time to keep a closed account is over, erased or not.
pub async fn lock_open(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    store::lock_open(tx, id, now).await
}

/// Step: the same where a sign-in goes on: true also for a locked account whose
/// password was reset since.
pub async fn lock_to_sign_in(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    store::lock_to_sign_in(tx, id, now).await
}

/// Step: the same where an owner comes back by mail: true also for a locked
/// account.
pub async fn lock_to_return(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    store::lock_to_return(tx, id, now).await
}

/// Step: why one of these was false, for the log. One that is gone is said to be
/// suspended.
pub async fn why_shut(db: &mut impl Reader, id: AccountId) -> Result<Reason> {
    let shut = store::by_id(db, id).await?.and_then(|account| account.shut());
    Ok(shut.unwrap_or(Shut::Suspended).reason())
}

/// Step: locks the account to everybody, its owner too; false when it was locked
/// already, with no reset since, or is gone.
pub async fn set_locked(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    store::set_locked(tx, id, now).await
}

/// Step: notes that the password of a locked account was reset by mail; false
/// when it is not locked.
pub async fn set_lock_reset(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    store::set_lock_reset(tx, id, now).await
}

/// Step: a reset that was made through an address which is taken away counts no more
/// for the lock; false when there was none.
pub async fn clear_lock_reset(tx: &mut Tx, id: AccountId) -> Result<bool> {
    store::clear_lock_reset(tx, id).await
}

/// Step: the account is no longer locked; false when it was not.
pub async fn set_unlocked(tx: &mut Tx, id: AccountId) -> Result<bool> {
    store::set_unlocked(tx, id).await
}

/// Step: suspends; false when it was already.
pub async fn suspend(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    store::suspend(tx, id, now).await
}

/// Step: restores; false when it was not suspended.
pub async fn restore(tx: &mut Tx, id: AccountId) -> Result<bool> {
    store::restore(tx, id).await
}

/// Step: gives an account an address that its owner has just proved. Call with
/// the account locked. Where another account has it, nothing more can be done in
/// this transaction.
pub async fn set_email(
    tx: &mut Tx,
    id: AccountId,
    email: &EmailAddress,
    verified_at: Timestamp,
) -> Result<std::result::Result<(), EmailTaken>> {
    store::set_email(tx, id, email, verified_at).await
}

/// Step: sets when an account is to be erased; false when that is set already,
/// or it is erased.
pub async fn set_closing(tx: &mut Tx, id: AccountId, at: Timestamp) -> Result<bool> {
    store::set_closing(tx, id, at).await
}

/// Step: an account that was to be erased stays; false when it was not to be,
/// or it is too late.
pub async fn keep(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    store::keep(tx, id, now).await
}

/// Accounts whose time has come, the longest overdue first.
pub async fn due(db: &mut impl Reader, now: Timestamp, limit: i64) -> Result<Vec<AccountId>> {
    store::due(db, now, limit).await
}

/// Step: takes everything personal out of an account whose time has come; false
/// when it has not, or that is done. The row stays, so that its id is nobody
/// else's.
pub async fn erase(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    store::erase(tx, id, now).await
}

/// Step: takes the installation's row for this transaction, so that what holds
/// over several accounts is changed by one at a time. Before any account's row.
pub async fn lock_installation(tx: &mut Tx) -> Result<()> {
    store::lock_installation(tx).await
}

/// Step: whether nobody would be left to administer the installation without
/// this account. Call with the installation locked.
pub async fn is_last_administrator(tx: &mut Tx, account: &Account) -> Result<bool> {
    Ok(account.administrator_since.is_some()
        && account.suspended_at.is_none()
        && account.closes_at.is_none()
        && !store::has_other_administrator(tx, account.id).await?)
}

/// Step: everything but a new password is closed to the account from now on;
/// false when it was already.
pub async fn require_password_change(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    store::require_password_change(tx, id, now).await
}

/// Step: the account has a new password, and is open again. Call where its
/// owner has just set one.
pub async fn clear_password_change_required(tx: &mut Tx, id: AccountId) -> Result<bool> {
    store::clear_password_change_required(tx, id).await
}

/// Step: notes which kinds of second factor the account holds now. Call with the
/// account locked, in the transaction that changes them.
pub async fn set_second_factors(tx: &mut Tx, id: AccountId, kinds: FactorKinds) -> Result<()> {
    store::set_second_factors(tx, id, kinds).await
}

/// Step: the kinds of second factor that the account holds. Call with the
/// account locked.
pub async fn second_factors(tx: &mut Tx, id: AccountId) -> Result<FactorKinds> {
    store::second_factors(tx, id).await
}

/// Step: takes the account's row, shut or not; false when it is gone.
pub async fn lock(tx: &mut Tx, id: AccountId) -> Result<bool> {
    store::lock(tx, id).await
}

/// Step: makes an administrator; false when it is one already.
pub async fn make_administrator(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    store::make_administrator(tx, id, now).await
}

/// Step: makes an administrator an ordinary account; false when it is one.
pub async fn unmake_administrator(tx: &mut Tx, id: AccountId) -> Result<bool> {
    store::unmake_administrator(tx, id).await
}

/// Step: lets an account read everybody's log; false when it may already.
pub async fn make_auditor(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    store::make_auditor(tx, id, now).await
}

/// Step: makes an auditor an ordinary account; false when it is one.
pub async fn unmake_auditor(tx: &mut Tx, id: AccountId) -> Result<bool> {
    store::unmake_auditor(tx, id).await
}

/// Whether some account administers this installation.
pub async fn has_administrator(db: &mut impl Reader) -> Result<bool> {
    store::has_administrator(db).await
}

/// Step: whether an account other than this one, which nobody closes,
/// administers the installation and can sign in to do so. Call with the
/// installation locked.
pub async fn has_other_administrator(tx: &mut Tx, id: AccountId) -> Result<bool> {
    store::has_other_administrator(tx, id).await
}
