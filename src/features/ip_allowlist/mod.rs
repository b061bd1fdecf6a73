//! The IP allowlist of an organisation: where its members have to be. It can't lock its
//! admins out: what would keep out whoever saves it is refused, and what is saved counts
//! for fifteen minutes only, unless an owner or admin comes in under it meanwhile.
//!
//! A version of a list is never changed. Which one counts is read at each check; what was
//! made of a version for matching may so be kept in memory without ever being too old.

pub mod api;
mod letters;
mod matchers;
mod preview;
pub mod rules;
mod save;
mod store;
pub mod web;

use crate::app::App;
use crate::error::{Fault, Result};
use crate::features::organisation_admins::By;
use crate::features::security_log::{self, Actor, Event, Kind, Reason};
use crate::features::two_factor_requirement::rules::Requirement;
use crate::features::{account, organisations, two_factor_requirement};
use crate::http::Source;
use crate::ids::{AccountId, OrganisationId};
use crate::time::Timestamp;
use portcullis_db::{Reader, Statement, Tx};
use rules::{Change, Entry, State};
use std::net::IpAddr;
use std::time::Duration;

pub use matchers::Matchers;
pub use preview::{Preview, Seen, preview};
pub use save::{Saved, Wanted, save};

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// A list as it was saved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Version {
    /// Whether it keeps anybody out.
    pub enabled: bool,
    /// Who gets in.
    pub entries: Vec<Entry>,
    /// When it was saved.
    pub saved_at: Option<Timestamp>,
    /// By whom; none for the operator.
    pub saved_by: Option<AccountId>,
}

impl Version {
    fn contents(&self) -> (bool, &[Entry]) {
        (self.enabled, &self.entries)
    }
}

/// A version of an organisation's list.
#[derive(Debug, Clone, Copy)]
struct VersionAt {
    organisation: OrganisationId,
    version: i64,
}

/// Which versions there are.
pub async fn state(db: &mut impl Reader, organisation: OrganisationId) -> Result<State> {
    store::state(db, organisation).await
}

/// A version; an empty one for none.
pub async fn version(
    db: &mut impl Reader,
    organisation: OrganisationId,
    number: i64,
) -> Result<Version> {
    if number == 0 {
        return Ok(Version::default());
    }
    let found = store::version(db, organisation, number).await?;
    Ok(found.ok_or_else(|| Fault::new("a version of an allowlist is gone"))?)
}

/// All that the page of an organisation's security shows of it.
#[derive(Debug)]
pub struct Found {
    /// Which versions there are.
    pub state: State,
    /// The one that counts.
    pub counts: Version,
    /// Who saved it, by name; none for the operator.
    pub who: Option<String>,
    /// The last that was saved, where nobody confirmed it and the clock has undone it.
    pub undone: Option<Version>,
    /// What else is asked of members.
    pub two_factor: Option<Requirement>,
}

/// What counts at a moment.
pub async fn found(app: &App, organisation: OrganisationId, now: Timestamp) -> Result<Found> {
    let db = &mut &app.db;
    let state = store::state(db, organisation).await?;
    let counts = version(db, organisation, state.counts(now)).await?;
    let who = saved_by(app, counts.saved_by).await?;
    let two_factor = two_factor_requirement::find(db, organisation).await?;
    let is_undone = state.waits(now).is_none() && state.counts(now) != state.latest;
    let undone =
        if is_undone { Some(version(db, organisation, state.latest).await?) } else { None };
    Ok(Found { state, counts, who, undone, two_factor })
}

/// The name of whoever saved a version.
pub async fn saved_by(app: &App, id: Option<AccountId>) -> Result<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    Ok(account::by_id(&mut &app.db, id).await?.map(|account| account.name))
}

/// Whether somebody who is at an address gets in at this moment. With the list on, an
/// address that is not known does not.
pub async fn allows(
    app: &App,
    organisation: OrganisationId,
    state: &State,
    address: Option<IpAddr>,
    now: Timestamp,
) -> Result<bool> {
    let number = state.counts(now);
    if number == 0 {
        return Ok(true);
    }
    let matcher = app.matchers.of(app, organisation, number).await?;
    Ok(matcher.is_none_or(|matcher| matcher.allows(address, now)))
}

/// Action: an owner or admin came in under a version that waits for one: it stays. False
/// where somebody else was first.
pub async fn confirm(
    app: &App,
    by: By<'_>,
    organisation: OrganisationId,
    number: i64,
    source: &Source,
) -> Result<bool> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if !store::confirm(&mut tx, organisation, number, now).await? {
        return Ok(false);
    }
    let event = by.event(Kind::AllowlistConfirmed, organisation, source);
    let event = event.detail(by.detail(&format!("version {number}")));
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(true)
}

/// Action: writes down and tells what the clock has undone; how many lists that were. It
/// has not counted since then, whether or not this runs.
pub async fn roll_back_due(app: &App) -> Result<u64> {
    let now = app.clock.now();
    let mut undone = 0;
    for VersionAt { organisation, version } in store::overdue(&mut &app.db, now).await? {
        let mut tx = app.db.begin().await?;
        undone += u64::from(roll_back(&mut tx, app, organisation, version, now).await?);
        tx.commit().await?;
    }
    Ok(undone)
}

/// Step: the same for one list. Whoever saves anew calls it first.
async fn roll_back(
    tx: &mut Tx,
    app: &App,
    organisation: OrganisationId,
    number: i64,
    now: Timestamp,
) -> Result<bool> {
    if !store::roll_back(tx, organisation, number, now).await? {
        return Ok(false);
    }
    let state = store::state(tx, organisation).await?;
    let undone = version(tx, organisation, number).await?;
    let counts = version(tx, organisation, state.in_force).await?;
    let change = Change::between(undone.contents(), counts.contents());
    let event = Event::new(Kind::AllowlistRolledBack)
        .by(Actor::Server)
        .within(organisation)
        .detail(change.to_string());
    security_log::record(tx, event, now, &app.random).await?;
    if let Some(found) = organisations::by_id(tx, organisation).await? {
        letters::tell(tx, app, &found, letters::What::RolledBack, &change, now).await?;
    }
    Ok(true)
}

/// What came of breaking the glass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disabled {
    /// It keeps nobody out from now on.
    Done,
    /// It kept nobody out.
    Already,
    /// There is no such organisation.
    Unknown,
}

/// Action: the operator switches a list off, whatever else is the matter. Its entries stay.
pub async fn disable(app: &App, slug: &str) -> Result<Disabled> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    account::lock_installation(&mut tx).await?;
    let event = Event::new(Kind::AllowlistDisabled).by(Actor::Operator);
    let Some(found) = organisations::by_slug(&mut tx, slug).await? else {
        let event = event.refused(Reason::UnknownOrganisation);
        security_log::record(&mut tx, event, now, &app.random).await?;
        tx.commit().await?;
        return Ok(Disabled::Unknown);
    };
    organisations::lock(&mut tx, found.id).await?;
    let event = event.within(found.id);
    let state = store::state(&mut tx, found.id).await?;
    let before = version(&mut tx, found.id, state.counts(now)).await?;
    if !before.enabled && state.waits(now).is_none() {
        let event = event.refused(Reason::Already);
        security_log::record(&mut tx, event, now, &app.random).await?;
        tx.commit().await?;
        return Ok(Disabled::Already);
    }
    let after = Version { enabled: false, ..before.clone() };
    let number = state.latest + 1;
    store::insert_version(&mut tx, found.id, number, after.contents(), None, now).await?;
    let state = State { latest: number, in_force: number, pending: None };
    store::set_state(&mut tx, found.id, &state).await?;
    let change = Change::between(before.contents(), after.contents());
    letters::tell(&mut tx, app, &found, letters::What::Disabled, &change, now).await?;
    let event = event.detail(change.to_string());
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(Disabled::Done)
}

/// Step: forgets the lists of an organisation that is removed.
pub async fn remove_organisation(tx: &mut Tx, organisation: OrganisationId) -> Result<()> {
    store::remove_organisation(tx, organisation).await
}

/// Step: removes versions that nothing refers to any more, and says how many.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    const KEPT: Duration = Duration::from_hours(90 * 24);
    store::prune(tx, now.minus(KEPT)).await
}
