//! What an operator or administrator does to an installation and to accounts
//! that are not their own. The first administrator is made through a one-time
//! link that only the server's console shows.

mod closing;
mod set_up;
mod store;
pub mod web;

use crate::app::App;
use crate::error::{Fault, Result};
use crate::features::account::rules::EmailAddress;
use crate::features::account::{self, Account, NewAccount};
use crate::features::password::rules::{Password, Rule};
use crate::features::security_log::{self, Actor, Entry, Event, Kind, Place, Reason};
use crate::features::sessions::rules::EndReason;
use crate::features::{failure_counters, mailed_links, password, sessions};
use crate::keys::KeyRing;
use crate::time::Timestamp;
use portcullis_db::{Db, Statement};

pub use closing::{close, keep};
pub use set_up::{SetUp, SetUpOutcome, link_is_open, note_wrong_link, set_up, set_up_link};

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// Claims the database for these keys, or refuses when it is another ring's.
pub async fn claim(db: &Db, keys: &KeyRing, now: Timestamp) -> Result<()> {
    let mut tx = db.begin().await?;
    store::insert_installation(&mut tx, &keys.fingerprint(), now).await?;
    let stored = store::fingerprint(&mut tx).await?;
    tx.commit().await?;
    if stored.as_deref() == Some(keys.fingerprint().as_str()) {
        return Ok(());
    }
    Err(Fault::new(format!(
        "the key file does not belong to this database: its fingerprint is {}, the database was \
         made with {}. Copy the key file of the node that made the database, or set `key_file` to \
         where it is",
        keys.fingerprint(),
        stored.unwrap_or_default()
    ))
    .into())
}

/// The fingerprint of the keys that the database was claimed for.
pub async fn fingerprint(db: &Db) -> Result<Option<String>> {
    store::fingerprint(&mut &*db).await
}

/// Why an account was not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotCreated {
    /// Another account has the address.
    EmailTaken,
    /// The password breaks rules.
    Broken(Vec<Rule>),
}

/// Action: makes an account, by the operator.
pub async fn create_account(
    app: &App,
    new: &NewAccount,
    password: &Password,
) -> Result<std::result::Result<Account, NotCreated>> {
    let broken = password::broken_rules(app, password);
    let refused = |reason| {
        Event::new(Kind::AccountCreated)
            .by(Actor::Operator)
            .refused(reason)
            .email(new.email.canonical())
    };
    if !broken.is_empty() {
        note(app, refused(Reason::Policy)).await?;
        return Ok(Err(NotCreated::Broken(broken)));
    }
    let hashed = password::hash(app, new.id, password).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if new.administrator {
        account::lock_installation(&mut tx).await?;
    }
    let id = new.id;
    // In this order: whoever gives the address up meanwhile has then reserved it.
    if account::create(&mut tx, new, now).await?.is_err()
        || mailed_links::is_reserved(&mut tx, &new.email, None, now).await?
    {
        drop(tx);
        note(app, refused(Reason::EmailTaken)).await?;
        return Ok(Err(NotCreated::EmailTaken));
    }
    password::set_first(&mut tx, id, &hashed, now).await?;
    if new.administrator {
        store::void_links(&mut tx, now).await?;
    }
    let detail = if new.administrator { "administrator" } else { "account" };
    let event = Event::new(Kind::AccountCreated).on(id).by(Actor::Operator).detail(detail);
    security_log::record(&mut tx, event, now, &app.random).await?;
    let made = account::by_id(&mut tx, id).await?;
    tx.commit().await?;
    made.map(Ok).ok_or_else(|| Fault::new("a new account could not be read back").into())
}

/// What came of suspending or restoring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// It is done; so many sessions ended.
    Done(Account, u64),
    /// It was so already.
    Already(Account),
    /// Nobody would be left to administer the installation.
    LastAdministrator(Account),
    /// There is no such account.
    Unknown,
}

/// Action: suspends an account. Its sessions end at the commit.
pub async fn suspend(app: &App, email: &EmailAddress, reason: Option<&str>) -> Result<Changed> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    // Of two that suspend each other, one comes second and finds nobody left.
    account::lock_installation(&mut tx).await?;
    let Some(account) = account::by_email(&mut tx, email).await? else {
        return Ok(Changed::Unknown);
    };
    if account::is_last_administrator(&mut tx, &account).await? {
        drop(tx);
        let event = Event::new(Kind::AccountSuspended).on(account.id).by(Actor::Operator);
        note(app, event.refused(Reason::LastAdministrator)).await?;
        return Ok(Changed::LastAdministrator(account));
    }
    if !account::suspend(&mut tx, account.id, now).await? {
        return Ok(Changed::Already(account));
    }
    let ended = sessions::end_others(&mut tx, account.id, None, EndReason::Suspended, now).await?;
    mailed_links::void_all(&mut tx, account.id, now).await?;
    let mut event = Event::new(Kind::AccountSuspended).on(account.id).by(Actor::Operator);
    if let Some(reason) = reason {
        event = event.detail(reason);
    }
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(Changed::Done(Account { suspended_at: Some(now), ..account }, ended))
}

/// Action: restores a suspended account, and forgets its failed sign-ins; one
/// that strangers have locked for good is restored by the same.
pub async fn restore(app: &App, email: &EmailAddress) -> Result<Changed> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let Some(account) = account::by_email(&mut tx, email).await? else {
        return Ok(Changed::Unknown);
    };
    let restored = account::restore(&mut tx, account.id).await?;
    let cleared = failure_counters::clear_account(app, &mut tx, account.id).await?;
    if !restored && !cleared {
        return Ok(Changed::Already(account));
    }
    let event = Event::new(Kind::AccountRestored).on(account.id).by(Actor::Operator);
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(Changed::Done(Account { suspended_at: None, ..account }, 0))
}

/// Whose log an operator reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogOf<'a> {
    /// One account's.
    Account(&'a EmailAddress),
    /// The installation's.
    Installation,
}

/// Action: reads a log that is not one's own, which is an event in it.
pub async fn read_log(
    app: &App,
    of: LogOf<'_>,
    before: Option<Place>,
    limit: i64,
) -> Result<Option<Vec<Entry>>> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let mut event = Event::new(Kind::LogRead).by(Actor::Operator);
    let entries = match of {
        LogOf::Installation => security_log::of_installation(&mut tx, before, limit).await?,
        LogOf::Account(email) => {
            let Some(account) = account::by_email(&mut tx, email).await? else {
                return Ok(None);
            };
            event = event.on(account.id);
            security_log::of_account(&mut tx, account.id, before, limit).await?
        }
    };
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(Some(entries))
}

/// Action: notes that a backup was written.
pub async fn note_backup(app: &App) -> Result<()> {
    note(app, Event::new(Kind::BackupMade).by(Actor::Operator)).await
}

/// What changed nothing has its event all the same.
async fn note(app: &App, event: Event) -> Result<()> {
    let mut tx = app.db.begin().await?;
    security_log::record(&mut tx, event, app.clock.now(), &app.random).await?;
    tx.commit().await?;
    Ok(())
}
