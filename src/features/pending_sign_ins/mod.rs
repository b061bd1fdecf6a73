//! A sign-in in progress: the password is proved, the second factor is not. It
//! is no session: its own table, cookie and type, and it opens nothing but its
//! next step. It ends when it is done, given up, too old, or too often wrong.

mod store;

use crate::app::App;
use crate::error::Result;
use crate::features::account::{self, Account};
use crate::ids::{AccountId, DeviceId, PendingSignInId};
use crate::secret::{Kind, Token};
use crate::time::Timestamp;
use portcullis_db::{Statement, Tx};
use std::time::Duration;

pub use store::PendingSignIn;

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// For so long it waits for the second factor (NIST SP 800-63B-4 §3.1.3.2 asks
/// for at most ten minutes).
pub const LIFETIME: Duration = Duration::from_mins(10);

/// Kept after its end for so long, for nothing but to be looked at.
const KEPT: Duration = Duration::from_hours(24);

/// Why it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    /// The second factor was right: it is a session now.
    Completed,
    /// Somebody began again in the same browser.
    Replaced,
    /// Given up.
    Cancelled,
    /// Too many wrong codes.
    Throttled,
    /// Something changed that it was built on.
    Revoked,
}

impl EndReason {
    const fn tag(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Replaced => "replaced",
            Self::Cancelled => "cancelled",
            Self::Throttled => "throttled",
            Self::Revoked => "revoked",
        }
    }
}

/// Whose password was proved, and where it goes on.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The row.
    pub pending: PendingSignIn,
    /// Its account.
    pub account: Account,
}

/// What begins.
#[derive(Debug)]
pub struct Begin<'a> {
    /// Whose password was proved.
    pub account: AccountId,
    /// The known device that it came from.
    pub device: Option<DeviceId>,
    /// The page that was wanted.
    pub return_to: Option<&'a str>,
}

/// Step: begins to wait for a second factor, and gives the cookie that alone can
/// go on. Call with the account locked and its password proved.
pub async fn begin(
    tx: &mut Tx,
    app: &App,
    asked: Begin<'_>,
    now: Timestamp,
) -> Result<(PendingSignInId, Token)> {
    let id = PendingSignInId::new(now, &app.random);
    let token = Token::new(Kind::PendingSignIn, id.uuid(), &app.random);
    store::insert(tx, id, &token.hash(), asked, now, now.plus(LIFETIME)).await?;
    Ok((id, token))
}

/// Action: the sign-in whose cookie this is, while it waits.
pub async fn find(app: &App, cookie: &Token, now: Timestamp) -> Result<Option<Waiting>> {
    let mut db = &app.db;
    let Some(pending) = store::find(&mut db, PendingSignInId::from_uuid(cookie.id())).await? else {
        return Ok(None);
    };
    let open = cookie.hash().matches(&pending.secret_hash)
        && pending.ended_at.is_none()
        && now < pending.expires_at;
    if !open {
        return Ok(None);
    }
    let account = account::by_id(&mut db, pending.account).await?;
    Ok(account
        .filter(|account| account.shut_to_sign_in().is_none() && !account.is_gone(now))
        .map(|account| Waiting { pending, account }))
}

/// Step: ends it; false when it has ended, or is too old.
pub async fn end(
    tx: &mut Tx,
    id: PendingSignInId,
    reason: EndReason,
    now: Timestamp,
) -> Result<bool> {
    store::end(tx, id, reason.tag(), now).await
}

/// Step: ends the one whose cookie this is, because another begins in the same
/// browser.
pub async fn end_replaced(tx: &mut Tx, cookie: &Token, now: Timestamp) -> Result<()> {
    let id = PendingSignInId::from_uuid(cookie.id());
    let found = store::find(tx, id).await?;
    if found.is_some_and(|pending| cookie.hash().matches(&pending.secret_hash)) {
        end(tx, id, EndReason::Replaced, now).await?;
    }
    Ok(())
}

/// Step: ends all of an account.
pub async fn end_all(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<u64> {
    store::end_all(tx, account, EndReason::Revoked.tag(), now).await
}

/// Step: removes what ended long ago, and says how many.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    store::prune(tx, now.minus(KEPT)).await
}

/// Step: removes an account's.
pub async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    store::remove_account(tx, account).await
}
