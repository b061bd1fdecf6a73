//! What is new about a sign-in: the device, the browser, the location. Each
//! account remembers what it has seen, raised in the transaction of the sign-in
//! with the account locked, so that of two at once one is new. A sign-in with
//! anything new is kept for a while, whoever is told of it.
//!
//! Every door that begins a session marks what is seen; only signing in can be
//! notable. The others (sign-up, invitation, set-up) begin an account's history,
//! and a reset begins no session.

pub mod rules;
mod store;

use crate::app::App;
use crate::devices::Device;
use crate::error::Result;
use crate::features::known_devices;
use crate::features::sessions::rules::Entry;
use crate::http::Source;
use crate::ids::{AccountId, EventId, SessionId};
use crate::places::CountryCode;
use crate::secret::Token;
use crate::time::Timestamp;
use portcullis_db::{Reader, Statement, Tx};
use rules::{Arrival, Family, History, Location, MOST_BROWSERS, MOST_LOCATIONS, Novelty};

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// A completed sign-in with anything new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notable {
    /// Its event in the security log.
    pub event: EventId,
    /// The account.
    pub account: AccountId,
    /// The session that it began.
    pub session: SessionId,
    /// When.
    pub at: Timestamp,
    /// What was new.
    pub new: Novelty,
    /// By what it was completed.
    pub entry: Entry,
    /// Where from; none when unknown.
    pub address: Option<String>,
    /// The browser, as it named itself.
    pub user_agent: String,
    /// The country of the address, if it is known.
    pub country: Option<CountryCode>,
    /// The region, if it is known.
    pub region: Option<String>,
}

/// Step: what is new about a session that is about to begin, and marks it as
/// seen. Call with the account locked, before the browser becomes a known device.
pub async fn mark(
    tx: &mut Tx,
    app: &App,
    account: AccountId,
    cookie: Option<&Token>,
    source: &Source,
    now: Timestamp,
) -> Result<Novelty> {
    let recognised = known_devices::recognise(tx, Some(account), cookie, now).await?.is_some();
    let browser = Family::of(&Device::of(&source.user_agent));
    let arrival = Arrival { recognised, browser, location: Location::of(&source.place) };
    let history = if store::begin(tx, account, now).await? {
        learn(tx, app, account).await?
    } else {
        Some(load(tx, account).await?)
    };
    let new = rules::judge(&arrival, history.as_ref(), now);
    see(tx, account, &arrival, &history.unwrap_or_default(), now).await?;
    Ok(new)
}

async fn load(tx: &mut Tx, account: AccountId) -> Result<History> {
    store::history(tx, account, (MOST_BROWSERS, MOST_LOCATIONS)).await
}

/// What an account that is older than its history knows by its devices; nothing
/// for one that nobody has signed in to.
async fn learn(tx: &mut Tx, app: &App, account: AccountId) -> Result<Option<History>> {
    let devices = known_devices::known(tx, account).await?;
    for device in devices.iter().take(MOST_BROWSERS) {
        let browser = Family::of(&Device::of(&device.user_agent));
        store::see_browser(tx, account, &browser, device.last_used_at).await?;
        let place = app.places.of_text(device.address.as_deref());
        if let Some(location) = Location::of(&place) {
            store::see_location(tx, account, &location, device.last_used_at).await?;
        }
    }
    if devices.is_empty() { Ok(None) } else { load(tx, account).await.map(Some) }
}

/// Marks it as seen; what was longest not seen makes room.
async fn see(
    tx: &mut Tx,
    account: AccountId,
    arrival: &Arrival,
    history: &History,
    now: Timestamp,
) -> Result<()> {
    let Arrival { browser, location, .. } = arrival;
    if history.browsers.len() >= MOST_BROWSERS
        && !history.browsers.iter().any(|own| own.what == *browser)
        && let Some(oldest) = history.browsers.last()
    {
        store::forget_browser(tx, account, &oldest.what).await?;
    }
    store::see_browser(tx, account, browser, now).await?;
    let Some(location) = location else { return Ok(()) };
    if history.locations.len() >= MOST_LOCATIONS
        && !history.locations.iter().any(|own| own.what == *location)
        && let Some(oldest) = history.locations.last()
    {
        store::forget_location(tx, account, &oldest.what).await?;
    }
    store::see_location(tx, account, location, now).await
}

/// Who has signed in, and how.
#[derive(Debug, Clone, Copy)]
pub struct SignedIn {
    /// Its event in the security log.
    pub event: EventId,
    /// The account.
    pub account: AccountId,
    /// The session that it began.
    pub session: SessionId,
    /// By what it was completed.
    pub entry: Entry,
}

/// Step: keeps what was new about a sign-in.
pub async fn keep(
    tx: &mut Tx,
    signed_in: SignedIn,
    new: Novelty,
    source: &Source,
    now: Timestamp,
) -> Result<Notable> {
    let location = Location::of(&source.place);
    let notable = Notable {
        event: signed_in.event,
        account: signed_in.account,
        session: signed_in.session,
        at: now,
        new,
        entry: signed_in.entry,
        address: source.address_text(),
        user_agent: source.user_agent.clone(),
        country: location.as_ref().map(|location| location.country),
        region: location.and_then(|location| location.region),
    };
    store::keep(tx, &notable).await?;
    Ok(notable)
}

/// Sign-ins of an account with anything new since a moment, the newest first.
pub async fn notable(
    db: &mut impl Reader,
    account: AccountId,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<Notable>> {
    store::notable(db, account, since, limit).await
}

/// Sign-ins of an account from a new location since a moment, the newest first: those
/// with anything else that is new don't count.
pub async fn new_places(
    db: &mut impl Reader,
    account: AccountId,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<Notable>> {
    store::new_places(db, account, since, limit).await
}

/// The last sign-in of an account with a new device, of those between two moments.
pub async fn last_new_device(
    db: &mut impl Reader,
    account: AccountId,
    since: Timestamp,
    until: Timestamp,
) -> Result<Option<Notable>> {
    store::new_device(db, account, (since, until)).await
}

/// The sign-in of an event, if anything was new about it.
pub async fn find(db: &mut impl Reader, event: EventId) -> Result<Option<Notable>> {
    store::find(db, event).await
}

/// Step: removes browsers that would be new again, and says how many.
pub async fn prune_browsers(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    store::prune_browsers(tx, now.minus(rules::REMEMBERED_FOR)).await
}

/// Step: removes locations that would be new again, and says how many.
pub async fn prune_locations(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    store::prune_locations(tx, now.minus(rules::REMEMBERED_FOR)).await
}

/// Step: removes sign-ins that were notable long ago, and says how many.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    store::prune_notable(tx, now.minus(rules::KEPT_FOR)).await
}

/// Step: removes all that an account has seen.
pub async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    store::remove_account(tx, account).await
}
