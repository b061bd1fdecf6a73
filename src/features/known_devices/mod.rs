//! A known device is a browser in which the owner has signed in before: a
//! cookie, and a row of the account. It keeps its own count of wrong passwords,
//! so that strangers can't lock the owner out of it.

mod store;
pub mod web;

use crate::app::App;
use crate::error::Result;
use crate::features::security_log::{self, Event, Kind as EventKind};
use crate::features::sessions::{self, Current};
use crate::http::Source;
use crate::ids::{AccountId, DeviceId};
use crate::secret::{Kind, Token};
use crate::time::Timestamp;
use portcullis_db::{Reader, Statement, Tx};
use std::time::Duration;

pub use store::KnownDevice;

/// A device that was not used for so long is a stranger again.
pub const LIFETIME: Duration = Duration::from_hours(400 * 24);

/// A trusted browser is for so long.
pub const TRUST_LIFETIME: Duration = Duration::from_hours(30 * 24);

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// Step: the account's device whose cookie this is. For an account that is not
/// there the same question is asked.
pub async fn recognise(
    db: &mut impl Reader,
    account: Option<AccountId>,
    cookie: Option<&Token>,
    now: Timestamp,
) -> Result<Option<DeviceId>> {
    let Some(cookie) = cookie else { return Ok(None) };
    let id = DeviceId::from_uuid(cookie.id());
    let nobody = AccountId::from_uuid(uuid::Uuid::nil());
    let found = store::find(db, account.unwrap_or(nobody), id).await?;
    Ok(found
        .filter(|device| cookie.hash().matches(&device.secret_hash))
        .filter(|device| now.since(device.last_used_at) < LIFETIME)
        .map(|_| id))
}

/// Step: remembers the browser that has just proved the password, and gives the
/// cookie that it is to keep. One browser has one cookie for all accounts that
/// sign in there.
pub async fn remember(
    tx: &mut Tx,
    app: &App,
    account: AccountId,
    cookie: Option<Token>,
    source: &Source,
    now: Timestamp,
) -> Result<(DeviceId, Token)> {
    let token = match cookie {
        Some(token) if is_ours(tx, &token).await? => token,
        _ => Token::new(Kind::Device, DeviceId::new(now, &app.random).uuid(), &app.random),
    };
    let id = DeviceId::from_uuid(token.id());
    store::upsert(tx, account, id, &token.hash(), source, now).await?;
    Ok((id, token))
}

async fn is_ours(tx: &mut Tx, token: &Token) -> Result<bool> {
    let hash = store::any_hash(tx, DeviceId::from_uuid(token.id())).await?;
    Ok(hash.is_some_and(|hash| token.hash().matches(&hash)))
}

/// The account's known devices, the last used first.
pub async fn list(app: &App, account: AccountId) -> Result<Vec<KnownDevice>> {
    store::list(&mut &app.db, account).await
}

/// Step: the same within a transaction.
pub async fn known(db: &mut impl Reader, account: AccountId) -> Result<Vec<KnownDevice>> {
    store::list(db, account).await
}

/// How many devices the account knows.
pub async fn count(app: &App, account: AccountId) -> Result<i64> {
    store::count(&mut &app.db, account).await
}

/// Action: forgets every device but the one at hand, and says how many.
pub async fn forget_others(app: &App, current: &Current, source: &Source) -> Result<u64> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    sessions::confirm(&mut tx, current).await?;
    let forgotten =
        store::forget_others(&mut tx, current.account.id, current.session.device).await?;
    let event = Event::by_owner(EventKind::DevicesForgotten, current.owner())
        .detail(forgotten.to_string())
        .from(source);
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(forgotten)
}

/// Step: whether the browser need not prove a second factor of this account.
pub async fn is_trusted(
    db: &mut impl Reader,
    account: AccountId,
    device: Option<DeviceId>,
    now: Timestamp,
) -> Result<bool> {
    let Some(device) = device else { return Ok(false) };
    let found = store::find(db, account, device).await?;
    Ok(found.and_then(|device| device.trusted_until).is_some_and(|until| now < until))
}

/// Step: the account's owner trusts the browser. Call with the account locked and
/// a second factor proved.
pub async fn trust(
    tx: &mut Tx,
    account: AccountId,
    device: DeviceId,
    now: Timestamp,
) -> Result<()> {
    store::trust(tx, account, device, now, now.plus(TRUST_LIFETIME)).await
}

/// Action: every browser has to prove a second factor again; says how many had
/// not to.
pub async fn end_all_trust(app: &App, current: &Current, source: &Source) -> Result<u64> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    sessions::confirm(&mut tx, current).await?;
    let ended = end_trust(&mut tx, current.account.id).await?;
    let event = Event::by_owner(EventKind::TrustEnded, current.owner())
        .detail(ended.to_string())
        .from(source);
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(ended)
}

/// Step: no browser is trusted any more.
pub async fn end_trust(tx: &mut Tx, account: AccountId) -> Result<u64> {
    store::end_trust(tx, account).await
}

/// Step: removes devices that are strangers again, and says how many.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    store::prune(tx, now.minus(LIFETIME)).await
}

/// Step: removes an account's known devices.
pub async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    store::remove_account(tx, account).await
}
