//! Closing an account. It is shut at once, stays as it is for fourteen days in
//! which signing in keeps it, and is then erased: everything personal goes, the
//! row stays so that its id is nobody else's, and the log keeps its commitments.

mod erase;
mod letters;
pub mod rules;
pub mod web;

use crate::app::App;
use crate::error::{Refused, Result};
use crate::features::account::{self, Account};
use crate::features::organisations;
use crate::features::revocation;
use crate::features::security_log::{self, Event, Kind, Reason};
use crate::features::security_notices;
use crate::features::sessions::rules::EndReason;
use crate::features::sessions::{self, Current};
use crate::http::Source;
use crate::time::Timestamp;
use portcullis_db::Tx;

pub use erase::erase_due;

/// What came of closing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// It is shut.
    Done {
        /// When it is erased.
        at: Timestamp,
        /// How many sessions ended.
        ended: u64,
    },
    /// It is shut already, or erased.
    Already,
    /// Nobody would be left to administer the installation. It has its event.
    LastAdministrator,
    /// An organisation would be left without an owner. It has its event.
    LastOwner,
}

/// Action: an owner closes their own account.
pub async fn close_own(app: &App, current: &Current, source: &Source) -> Result<Closed> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    account::lock_installation(&mut tx).await?;
    let owner = organisations::is_last_owner(&mut tx, current.account.id).await?;
    sessions::confirm(&mut tx, current).await?;
    // As it is now: it may have become an administrator's since the request came.
    let Some(account) = account::by_id(&mut tx, current.account.id).await? else {
        return Err(Refused::OldForm.into());
    };
    let event = Event::by_owner(Kind::AccountClosing, current.owner()).from(source);
    let closed = close(&mut tx, app, (&account, owner), event, Some(source), now).await?;
    tx.commit().await?;
    Ok(closed)
}

/// Step: shuts an account that is to be erased, and writes the event that it is
/// given. Call with the installation locked, and commit whatever comes of it. `is_last_owner`
/// was asked before the account was locked.
pub async fn close(
    tx: &mut Tx,
    app: &App,
    (account, is_last_owner): (&Account, bool),
    event: Event,
    source: Option<&Source>,
    now: Timestamp,
) -> Result<Closed> {
    if account::is_last_administrator(tx, account).await? {
        let refused = event.refused(Reason::LastAdministrator);
        security_log::record(tx, refused, now, &app.random).await?;
        return Ok(Closed::LastAdministrator);
    }
    if is_last_owner {
        let refused = event.refused(Reason::LastOwner);
        security_log::record(tx, refused, now, &app.random).await?;
        return Ok(Closed::LastOwner);
    }
    let at = now.plus(rules::TIME_TO_CHANGE_ONES_MIND);
    if !account::set_closing(tx, account.id, at).await? {
        return Ok(Closed::Already);
    }
    let ended = revocation::end_everything(tx, account.id, None, EndReason::Closing, now).await?;
    let letter = letters::closing(app, account, at, source, now);
    security_notices::tell(tx, app, account, &letter, now).await?;
    security_log::record(tx, event, now, &app.random).await?;
    Ok(Closed::Done { at, ended })
}

/// Step: an account that was to be erased stays, which is the event that it is
/// given; false when it was not to be, or it is too late. Whoever signs in calls
/// this, with the account locked.
pub async fn keep(
    tx: &mut Tx,
    app: &App,
    account: &Account,
    event: Event,
    source: Option<&Source>,
    now: Timestamp,
) -> Result<bool> {
    // Most accounts do not close; a write that finds nothing to do waits for other nodes.
    let stored = account::by_id(tx, account.id).await?;
    if stored.is_none_or(|stored| stored.closes_at.is_none())
        || !account::keep(tx, account.id, now).await?
    {
        return Ok(false);
    }
    let letter = letters::kept(app, account, source, now);
    security_notices::tell(tx, app, account, &letter, now).await?;
    security_log::record(tx, event, now, &app.random).await?;
    Ok(true)
}
