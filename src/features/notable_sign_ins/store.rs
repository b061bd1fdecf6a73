use super::Notable;
use super::rules::{Family, History, Location, Novelty, Seen};
use crate::error::Result;
use crate::features::sessions::rules::Entry;
use crate::ids::{AccountId, EventId};
use crate::places::CountryCode;
use crate::time::Timestamp;
use portcullis_db::{Column, FromRow, Reader, Row, Tx, args, statements};

statements! {
    BEGIN = "INSERT INTO sign_in_histories (account_id, began_at) VALUES ($1, $2) ON CONFLICT (account_id) DO NOTHING";
    BROWSERS = "SELECT family, seen_at FROM known_browsers WHERE account_id = $1 ORDER BY seen_at DESC LIMIT $2";
    LOCATIONS = "SELECT country, region, seen_at FROM known_locations WHERE account_id = $1 \
                 ORDER BY seen_at DESC LIMIT $2";
    // Whichever of two is written last, the later moment stays.
    SEE_BROWSER = "INSERT INTO known_browsers (account_id, family, seen_at) VALUES ($1, $2, $3) \
                   ON CONFLICT (account_id, family) DO UPDATE SET seen_at = \
                   CASE WHEN known_browsers.seen_at < $3 THEN $3 ELSE known_browsers.seen_at END";
    SEE_LOCATION = "INSERT INTO known_locations (account_id, country, region, seen_at) VALUES ($1, $2, $3, $4) \
                    ON CONFLICT (account_id, country, region) DO UPDATE SET seen_at = \
                    CASE WHEN known_locations.seen_at < $4 THEN $4 ELSE known_locations.seen_at END";
    FORGET_BROWSER = "DELETE FROM known_browsers WHERE account_id = $1 AND family = $2";
    FORGET_LOCATION = "DELETE FROM known_locations WHERE account_id = $1 AND country = $2 AND region = $3";
    KEEP = "INSERT INTO notable_sign_ins (event_id, account_id, session_id, occurred_at, new_device_at, \
            new_browser_at, new_location_at, entry, address, user_agent, country, region) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    NOTABLE = "SELECT event_id, account_id, session_id, occurred_at, new_device_at, new_browser_at, new_location_at, \
               entry, address, user_agent, country, region FROM notable_sign_ins \
               WHERE account_id = $1 AND occurred_at >= $2 ORDER BY occurred_at DESC, event_id DESC LIMIT $3";
    NEW_PLACES = "SELECT event_id, account_id, session_id, occurred_at, new_device_at, new_browser_at, new_location_at, \
               entry, address, user_agent, country, region FROM notable_sign_ins \
                  WHERE account_id = $1 AND occurred_at >= $2 AND new_location_at IS NOT NULL \
                  ORDER BY occurred_at DESC, event_id DESC LIMIT $3";
    NEW_DEVICE = "SELECT event_id, account_id, session_id, occurred_at, new_device_at, new_browser_at, new_location_at, \
               entry, address, user_agent, country, region FROM notable_sign_ins \
                  WHERE account_id = $1 AND occurred_at >= $2 AND occurred_at <= $3 AND new_device_at IS NOT NULL \
                  ORDER BY occurred_at DESC, event_id DESC LIMIT 1";
    FIND = "SELECT event_id, account_id, session_id, occurred_at, new_device_at, new_browser_at, new_location_at, \
            entry, address, user_agent, country, region FROM notable_sign_ins WHERE event_id = $1";
    PRUNE_BROWSERS = "DELETE FROM known_browsers WHERE seen_at <= $1";
    PRUNE_LOCATIONS = "DELETE FROM known_locations WHERE seen_at <= $1";
    PRUNE_NOTABLE = "DELETE FROM notable_sign_ins WHERE occurred_at < $1";
    REMOVE_HISTORY = "DELETE FROM sign_in_histories WHERE account_id = $1";
    REMOVE_BROWSERS = "DELETE FROM known_browsers WHERE account_id = $1";
    REMOVE_LOCATIONS = "DELETE FROM known_locations WHERE account_id = $1";
    REMOVE_NOTABLE = "DELETE FROM notable_sign_ins WHERE account_id = $1";
}

impl FromRow for Seen<Family> {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self { what: row.get(0)?, at: row.get(1)? })
    }
}

impl FromRow for Seen<Location> {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let (country, region): (_, String) = (row.get(0)?, row.get(1)?);
        let region = Some(region).filter(|region| !region.is_empty());
        Ok(Self { what: Location { country, region }, at: row.get(2)? })
    }
}

impl FromRow for Notable {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let is_set = |index| row.get::<Option<Timestamp>>(index).map(|at| at.is_some());
        let entry: String = row.get(7)?;
        let entry = Entry::from_tag(&entry)
            .ok_or_else(|| <String as Column>::invalid(7, "no session begins like that"))?;
        Ok(Self {
            event: row.get(0)?,
            account: row.get(1)?,
            session: row.get(2)?,
            at: row.get(3)?,
            new: Novelty { device: is_set(4)?, browser: is_set(5)?, location: is_set(6)? },
            entry,
            address: row.get(8)?,
            user_agent: row.get(9)?,
            country: row.get(10)?,
            region: row.get(11)?,
        })
    }
}

impl Column for Family {
    fn read(row: &Row, index: usize) -> portcullis_db::Result<Self> {
        let tag: String = row.get(index)?;
        Self::from_tag(&tag).ok_or_else(|| Self::invalid(index, "this is no family of browsers"))
    }
}

impl Column for CountryCode {
    fn read(row: &Row, index: usize) -> portcullis_db::Result<Self> {
        let code: String = row.get(index)?;
        Self::from_code(&code).ok_or_else(|| Self::invalid(index, "there is no such country"))
    }
}

/// Whether nothing was seen before.
pub(super) async fn begin(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<bool> {
    Ok(tx.execute(&BEGIN, args![account, now]).await? == 1)
}

/// What was seen, the latest first.
pub(super) async fn history(
    tx: &mut Tx,
    account: AccountId,
    (browsers, locations): (usize, usize),
) -> Result<History> {
    let most = |count| i64::try_from(count).unwrap_or(i64::MAX);
    Ok(History {
        browsers: tx.fetch_all(&BROWSERS, args![account, most(browsers)]).await?,
        locations: tx.fetch_all(&LOCATIONS, args![account, most(locations)]).await?,
    })
}

pub(super) async fn see_browser(
    tx: &mut Tx,
    account: AccountId,
    browser: &Family,
    at: Timestamp,
) -> Result<()> {
    tx.execute(&SEE_BROWSER, args![account, browser.tag(), at]).await?;
    Ok(())
}

pub(super) async fn see_location(
    tx: &mut Tx,
    account: AccountId,
    location: &Location,
    at: Timestamp,
) -> Result<()> {
    let (country, region) = stored(location);
    tx.execute(&SEE_LOCATION, args![account, country, region, at]).await?;
    Ok(())
}

pub(super) async fn forget_browser(
    tx: &mut Tx,
    account: AccountId,
    browser: &Family,
) -> Result<()> {
    tx.execute(&FORGET_BROWSER, args![account, browser.tag()]).await?;
    Ok(())
}

pub(super) async fn forget_location(
    tx: &mut Tx,
    account: AccountId,
    location: &Location,
) -> Result<()> {
    let (country, region) = stored(location);
    tx.execute(&FORGET_LOCATION, args![account, country, region]).await?;
    Ok(())
}

fn stored(location: &Location) -> (&str, &str) {
    (location.country.code(), location.region.as_deref().unwrap_or_default())
}

pub(super) async fn keep(tx: &mut Tx, notable: &Notable) -> Result<()> {
    let when = |new: bool| new.then_some(notable.at);
    let Novelty { device, browser, location } = notable.new;
    let country = notable.country.as_ref().map(CountryCode::code);
    tx.execute(
        &KEEP,
        args![
            notable.event,
            notable.account,
            notable.session,
            notable.at,
            when(device),
            when(browser),
            when(location),
            notable.entry.tag(),
            notable.address,
            notable.user_agent,
            country,
            notable.region
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn notable(
    db: &mut impl Reader,
    account: AccountId,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<Notable>> {
    Ok(db.fetch_all(&NOTABLE, args![account, since, limit]).await?)
}

pub(super) async fn new_places(
    db: &mut impl Reader,
    account: AccountId,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<Notable>> {
    Ok(db.fetch_all(&NEW_PLACES, args![account, since, limit]).await?)
}

pub(super) async fn new_device(
    db: &mut impl Reader,
    account: AccountId,
    (since, until): (Timestamp, Timestamp),
) -> Result<Option<Notable>> {
    Ok(db.fetch_optional(&NEW_DEVICE, args![account, since, until]).await?)
}

pub(super) async fn find(db: &mut impl Reader, event: EventId) -> Result<Option<Notable>> {
    Ok(db.fetch_optional(&FIND, args![event]).await?)
}

pub(super) async fn prune_browsers(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    Ok(tx.execute(&PRUNE_BROWSERS, args![before]).await?)
}

pub(super) async fn prune_locations(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    Ok(tx.execute(&PRUNE_LOCATIONS, args![before]).await?)
}

pub(super) async fn prune_notable(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    Ok(tx.execute(&PRUNE_NOTABLE, args![before]).await?)
}

pub(super) async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    for statement in [&REMOVE_HISTORY, &REMOVE_BROWSERS, &REMOVE_LOCATIONS, &REMOVE_NOTABLE] {
        tx.execute(statement, args![account]).await?;
    }
    Ok(())
}
