//! A token that is revoked opens nothing from the commit on, on any node. It only
//! takes away, so nobody is asked for a proof first.

use super::authenticate::{Bearer, confirm};
use super::letters;
use super::rules::RevokeReason;
use super::store;
use crate::app::App;
use crate::error::{Refused, Result};
use crate::features::account::{self, Account};
use crate::features::security_log::{self, Event, Kind, Object, Reason};
use crate::features::security_notices;
use crate::features::sessions::{self, Current};
use crate::http::Source;
use crate::ids::{AccountId, TokenId};
use crate::secret::Token;
use crate::time::Timestamp;
use portcullis_db::Tx;

/// Who of an account does it.
#[derive(Debug, Clone, Copy)]
pub enum By<'a> {
    /// Its owner, in a session.
    Owner(&'a Current),
    /// A program that holds a token of theirs.
    Bearer(&'a Bearer),
}

impl By<'_> {
    /// The account.
    pub const fn account(self) -> AccountId {
        match self {
            Self::Owner(current) => current.account.id,
            Self::Bearer(bearer) => bearer.account.id,
        }
    }

    /// The beginning of an event that they write.
    pub(super) fn event(self, kind: Kind, source: &Source) -> Event {
        match self {
            Self::Owner(current) => Event::by_owner(kind, current.owner()),
            Self::Bearer(bearer) => bearer.event(kind),
        }
        .from(source)
    }

    pub(super) async fn confirm(self, tx: &mut Tx, now: Timestamp) -> Result<()> {
        match self {
            Self::Owner(current) => sessions::confirm(tx, current).await,
            Self::Bearer(bearer) => confirm(tx, bearer, now).await,
        }
    }
}

/// Action: revokes one token of the account. One that is not theirs is not there.
pub async fn revoke(app: &App, by: By<'_>, id: TokenId, source: &Source) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    by.confirm(&mut tx, now).await?;
    let event = by.event(Kind::AccessTokenRevoked, source);
    let done = revoke_one(&mut tx, app, event, by.account(), id, RevokeReason::Owner, now).await?;
    tx.commit().await?;
    match done {
        // What opens nothing is as it should be.
        Ok(()) | Err(Reason::Already) => Ok(()),
        Err(_) => Err(Refused::NotFound.into()),
    }
}

/// Step: revokes one token of an account, and writes the event that was begun,
/// whatever comes of it. Call with the account's row taken.
pub async fn revoke_one(
    tx: &mut Tx,
    app: &App,
    event: Event,
    account: AccountId,
    id: TokenId,
    reason: RevokeReason,
    now: Timestamp,
) -> Result<std::result::Result<(), Reason>> {
    let event = event.object(Object::AccessToken, id.uuid());
    let done = if store::revoke(tx, account, id, reason, now).await? {
        Ok(())
    } else if store::one(tx, account, id).await?.is_some() {
        Err(Reason::Already)
    } else {
        Err(Reason::UnknownToken)
    };
    let event = match done {
        Ok(()) => event,
        Err(reason) => event.refused(reason),
    };
    security_log::record(tx, event, now, &app.random).await?;
    Ok(done)
}

/// Action: revokes all tokens of the account, and says how many opened anything.
pub async fn revoke_all(app: &App, by: By<'_>, source: &Source) -> Result<u64> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    by.confirm(&mut tx, now).await?;
    let revoked = end_all(&mut tx, by.account(), RevokeReason::All, now).await?;
    let event = by.event(Kind::AccessTokensRevoked, source);
    let event = match by {
        By::Owner(_) => event.detail(revoked.to_string()),
        By::Bearer(_) => event,
    };
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(revoked)
}

/// Step: revokes all tokens of an account, and says how many opened anything. Call
/// with its row taken; the event is the caller's.
pub async fn end_all(
    tx: &mut Tx,
    account: AccountId,
    reason: RevokeReason,
    now: Timestamp,
) -> Result<u64> {
    store::revoke_all(tx, account, reason, now).await
}

/// Action: somebody has found a text that is a token: if it is one, it is revoked and
/// its owner told. Whoever asks learns nothing: they hold it, or they don't. Says
/// whether one was revoked, for tests and counts only.
pub async fn revoke_leaked(app: &App, token: &Token, source: &Source) -> Result<bool> {
    let now = app.clock.now();
    let event =
        Event::new(Kind::AccessTokenRevoked).detail(RevokeReason::Leaked.tag()).from(source);
    let id = TokenId::from_uuid(token.id());
    let found = store::find(&mut &app.db, id).await?;
    let Some(held) = found.filter(|held| token.hash().matches(&held.secret_hash)) else {
        security_log::note(app, event.refused(Reason::UnknownToken)).await?;
        return Ok(false);
    };
    let account: Account = held.account;
    let mut tx = app.db.begin().await?;
    // Shut or not: it must not open anything once the account is open again.
    account::lock(&mut tx, account.id).await?;
    let event = event.on(account.id);
    let reason = RevokeReason::Leaked;
    let done = revoke_one(&mut tx, app, event, account.id, id, reason, now).await?.is_ok();
    if done && let Some(listed) = store::one(&mut tx, account.id, id).await? {
        let letter = letters::leaked(app, &account, &listed, source, now);
        security_notices::tell(&mut tx, app, &account, &letter, now).await?;
    }
    tx.commit().await?;
    Ok(done)
}
