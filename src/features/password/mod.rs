//! Passwords: what a new one must be, how it is kept, and how it is changed.
//!
//! A password is normalised (NFKC) and bounded when it is read, before anything
//! else is done with it. It is hashed with Argon2id on a pool of its own, before
//! a transaction is opened.

mod change;
pub mod common;
pub mod hashing;
pub mod rules;
mod store;
pub mod web;

use crate::app::App;
use crate::error::{Error, Fault, Refused, Result};
use crate::features::failure_counters::rules::Wait;
use crate::features::failure_counters::{self, Admission, Attempt, Charge};
use crate::features::mail_requests;
use crate::ids::AccountId;
use crate::keys::Purpose;
use crate::time::Timestamp;
use hashing::{Job, Pepper};
use portcullis_db::{Reader, Statement, Tx};
use rules::{Password, Policy, Rule};

pub use change::{ChangeOutcome, ChangePassword, change, tell_owner};
pub use store::Stored;

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// What came of an attempt to prove a password.
pub enum Proof {
    /// It is right; take the count back in the transaction of what follows.
    Right(Charge),
    /// It is not.
    Wrong,
    /// It was not looked at.
    Wait(Wait),
}

/// A hash with today's parameters, to replace one that was made with others.
pub struct Rehash {
    hashed: Hashed,
}

/// A hash that is ready to be stored.
pub struct Hashed {
    phc: String,
    pepper_key_id: Option<String>,
}

/// What stands for an account's password, if there is an account and it has one.
pub async fn stored(db: &mut impl Reader, account: Option<AccountId>) -> Result<Option<Stored>> {
    let nobody = AccountId::from_uuid(uuid::Uuid::nil());
    store::find(db, account.unwrap_or(nobody)).await
}

/// Proves a password: counts the attempt, then hashes, at equal cost whether
/// there is something to compare with or not.
pub async fn prove(
    app: &App,
    attempt: &Attempt<'_>,
    stored: Option<&Stored>,
    password: &Password,
    now: Timestamp,
) -> Result<Proof> {
    let mut tx = app.db.begin().await?;
    let charge = match failure_counters::admit(app, &mut tx, attempt, now).await? {
        Admission::Admitted(charge) => charge,
        Admission::Wait(wait) => return Ok(Proof::Wait(wait)),
    };
    // With the count and for every address, so that neither is lost without the
    // other, and nobody feels who has it.
    if let Some(alarm) = charge.alarm {
        let (purpose, email) = (mail_requests::rules::Purpose::Alarm(alarm), attempt.email);
        mail_requests::note(&mut tx, app, purpose, email, attempt.source, now).await?;
    }
    tx.commit().await?;
    let pepper = match (attempt.account, stored.and_then(|stored| stored.pepper_key_id.as_deref()))
    {
        (Some(account), Some(key_id)) => Some(pepper_of(app, account, key_id)?),
        _ => None,
    };
    let job = Job::Verify {
        password: password.clone(),
        phc: stored.map(|stored| stored.phc.clone()),
        pepper,
    };
    match app.hashing.verify(job).await {
        Ok(true) => Ok(Proof::Right(charge)),
        Ok(false) => Ok(Proof::Wrong),
        Err(error) => {
            failure_counters::take_back(app, &charge).await?;
            Err(error)
        }
    }
}

/// A proven password's hash with today's parameters, where it has others. When
/// there is too much to do it keeps those until next time.
pub async fn rehash(
    app: &App,
    account: AccountId,
    stored: &Stored,
    password: &Password,
) -> Result<Option<Rehash>> {
    if !is_outdated(app, stored) {
        return Ok(None);
    }
    match hash(app, account, password).await {
        Ok(hashed) => Ok(Some(Rehash { hashed })),
        Err(Error::Refused(Refused::Busy { .. })) => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_outdated(app: &App, stored: &Stored) -> bool {
    let pepper = app.config.password_pepper.then(|| app.keys.current_id());
    stored.pepper_key_id.as_deref() != pepper
        || !hashing::is_current(&stored.phc, app.config.argon2)
}

/// Each account has a key of its own, so that a hash copied to another account
/// opens nothing there.
fn pepper_of(app: &App, account: AccountId, key_id: &str) -> Result<Pepper> {
    let key = app.keys.derive_from(key_id, Purpose::PasswordPepper).ok_or_else(|| {
        Fault::new(format!("a password was hashed with the key {key_id}, which the key file lacks"))
    })?;
    Ok(Pepper::new(key.derive(&[account.uuid().as_bytes()])))
}

/// Hashes an account's password with today's parameters; do it before opening a
/// transaction.
pub async fn hash(app: &App, account: AccountId, password: &Password) -> Result<Hashed> {
    let pepper_key_id = app.config.password_pepper.then(|| app.keys.current_id().to_owned());
    let pepper =
        pepper_key_id.as_deref().map(|key_id| pepper_of(app, account, key_id)).transpose()?;
    let job = Job::Hash { password: password.clone(), salt: app.random.bytes(), pepper };
    Ok(Hashed { phc: app.hashing.hash(job).await?, pepper_key_id })
}

/// The rules that a new password breaks, all of them.
pub fn broken_rules(app: &App, password: &Password) -> Vec<Rule> {
    let mut broken = Policy::of(app.config.password_policy).broken(password);
    if app.common_passwords.contains(password.reveal()) {
        broken.push(Rule::Uncommon);
    }
    broken
}

/// Step: the first password of an account.
pub async fn set_first(
    tx: &mut Tx,
    account: AccountId,
    hashed: &Hashed,
    now: Timestamp,
) -> Result<()> {
    store::insert(tx, account, hashed, now).await
}

/// Step: the account's new password, whether it has one so far or not. Call with
/// the account locked.
pub async fn set(tx: &mut Tx, account: AccountId, hashed: &Hashed, now: Timestamp) -> Result<()> {
    let Some(read) = store::find(tx, account).await? else {
        return store::insert(tx, account, hashed, now).await;
    };
    let changed_at = rules::next_change(now, read.changed_at);
    if !store::replace(tx, account, &read.phc, hashed, changed_at).await? {
        return Err(Fault::new("a password changed in a locked account").into());
    }
    Ok(())
}

/// Step: keeps the same password under today's parameters, unless it has been
/// changed since it was read.
pub async fn upgrade(
    tx: &mut Tx,
    account: AccountId,
    read: &Stored,
    rehash: &Rehash,
) -> Result<()> {
    store::replace(tx, account, &read.phc, &rehash.hashed, read.changed_at).await?;
    Ok(())
}

/// Step: whether the password is still the one that was read. A hash with other
/// parameters, which another sign-in has just stored, is the same password.
pub async fn is_unchanged(tx: &mut Tx, account: AccountId, read: &Stored) -> Result<bool> {
    Ok(store::find(tx, account).await?.is_some_and(|stored| stored.changed_at == read.changed_at))
}

/// When the password was last changed.
pub async fn changed_at(app: &App, account: AccountId) -> Result<Option<Timestamp>> {
    Ok(store::find(&mut &app.db, account).await?.map(|stored| stored.changed_at))
}

/// Step: removes an account's password.
pub async fn remove(tx: &mut Tx, account: AccountId) -> Result<()> {
    store::remove(tx, account).await
}
