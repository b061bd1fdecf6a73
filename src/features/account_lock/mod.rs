//! "Lock my account": everything ends, and nothing opens the account but a reset by
//! mail and, where it holds one, the second factor. It only takes away, so whoever is
//! in the account may do it at once, and so may whoever reads its mail.

mod letters;
pub mod web;

use crate::app::App;
use crate::error::{Fault, Result};
use crate::features::account::{self, Account};
use crate::features::revocation;
use crate::features::security_log::{self, Actor, Event, Kind, Reason};
use crate::features::security_notices;
use crate::features::sessions::rules::EndReason;
use crate::features::sessions::{self, Current};
use crate::http::Source;
use crate::ids::{AccountId, SessionId};
use crate::time::Timestamp;
use portcullis_db::Tx;

/// From where it is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// From its own page, in a session.
    Overview(SessionId),
    /// By the link of a notice, signed in or not.
    NoticeLink,
}

impl How {
    /// As the log says it.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Overview(_) => "overview",
            Self::NoticeLink => "notice-link",
        }
    }

    fn event(self, account: &Account) -> Event {
        let event = match self {
            Self::Overview(session) => Event::by_owner(Kind::AccountLocked, (account.id, session)),
            Self::NoticeLink => Event::new(Kind::AccountLocked).on(account.id),
        };
        event.detail(self.tag())
    }
}

/// Step: locks an account, ends everything in it, and tells its owner; false when
/// it was locked already, or is gone. Both have their event: commit whatever comes
/// of it.
pub async fn lock(
    tx: &mut Tx,
    app: &App,
    account: &Account,
    how: How,
    source: &Source,
    now: Timestamp,
) -> Result<bool> {
    let id = account.id;
    let event = how.event(account).from(source);
    let locked = account::set_locked(tx, id, now).await?;
    let event = if locked {
        revocation::end_everything(tx, id, None, EndReason::Locked, now).await?;
        let letter = letters::locked(app, account, source, now);
        security_notices::tell(tx, app, account, &letter, now).await?;
        event
    } else {
        event.refused(Reason::Already)
    };
    security_log::record(tx, event, now, &app.random).await?;
    Ok(locked)
}

/// Action: an owner locks their own account; false when it was already.
pub async fn lock_own(app: &App, current: &Current, source: &Source) -> Result<bool> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    sessions::confirm(&mut tx, current).await?;
    let how = How::Overview(current.session.id);
    let locked = lock(&mut tx, app, &current.account, how, source, now).await?;
    tx.commit().await?;
    Ok(locked)
}

/// What a reset by mail has come to for a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterReset {
    /// There was none.
    NotLocked,
    /// The account is open again.
    Unlocked,
    /// The account holds a second factor, and the next sign-in with it opens it:
    /// a mailbox alone does not.
    NeedsSecondFactor,
}

/// Step: the password was reset by mail. Call with the account's row taken, where
/// the link is spent and the new password set.
pub async fn reset(
    tx: &mut Tx,
    app: &App,
    id: AccountId,
    source: &Source,
    now: Timestamp,
) -> Result<AfterReset> {
    if !account::set_lock_reset(tx, id, now).await? {
        return Ok(AfterReset::NotLocked);
    }
    if account::second_factors(tx, id).await?.any() {
        return Ok(AfterReset::NeedsSecondFactor);
    }
    unlock(tx, app, id, source, now).await?;
    Ok(AfterReset::Unlocked)
}

/// Step: somebody has proved all that a sign-in takes, after a reset: what was
/// locked is open again. Call with the account's row taken for a sign-in, before its
/// session begins.
pub async fn signed_in(
    tx: &mut Tx,
    app: &App,
    account: &Account,
    source: &Source,
    now: Timestamp,
) -> Result<()> {
    match account.locked_at {
        Some(_) => unlock(tx, app, account.id, source, now).await,
        None => Ok(()),
    }
}

async fn unlock(
    tx: &mut Tx,
    app: &App,
    id: AccountId,
    source: &Source,
    now: Timestamp,
) -> Result<()> {
    account::set_unlocked(tx, id).await?;
    let Some(account) = account::by_id(tx, id).await? else {
        return Err(Fault::new("an account is gone while its row is taken").into());
    };
    let letter = letters::unlocked(app, &account, source, now);
    security_notices::tell(tx, app, &account, &letter, now).await?;
    let event = Event::new(Kind::AccountUnlocked).on(id).by(Actor::Account(id)).from(source);
    security_log::record(tx, event.detail("password-reset"), now, &app.random).await
}
