//! Saving a list: what would lock its admin out is refused, what somebody else has saved
//! meanwhile is not lost, and what lets somebody be refused waits to be confirmed.

use super::rules::{Change, Entry, Matcher, State, TIME_TO_CONFIRM};
use super::{Version, letters, roll_back, store, version};
use crate::app::App;
use crate::error::Result;
use crate::features::organisation_admins::By;
use crate::features::organisations::rules::Plan;
use crate::features::organisations::{self, Organisation};
use crate::features::security_log::{self, Kind, Reason};
use crate::http::Source;
use crate::time::Timestamp;

/// What an admin wants the list to be.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Whether it keeps anybody out.
    pub enabled: bool,
    /// Who gets in.
    pub entries: Vec<Entry>,
    /// The last version that was saved when the page was made.
    pub seen: i64,
}

/// What came of it.
#[derive(Debug)]
pub enum Saved {
    /// It counts; until that moment only, unless it is confirmed.
    Done(Option<Timestamp>),
    /// It is what counts already.
    Unchanged,
    /// Somebody else has saved this since.
    Stale(Box<Version>, State),
    /// It would keep out whoever saves it.
    LocksOut,
    /// Every entry ends, and with the last one everybody would be locked out.
    AllEnd,
    /// The plan does not have it.
    Plan,
}

/// Action: saves a list. Call for an admin who has just proved who they are, or for a token
/// that may.
pub async fn save(
    app: &App,
    by: By<'_>,
    organisation: &Organisation,
    wanted: Wanted,
    source: &Source,
) -> Result<Saved> {
    let now = app.clock.now();
    let id = organisation.id;
    // Ten thousand entries are not taken apart while others wait for the row.
    let matcher = Matcher::new(&wanted.entries);
    let mut tx = app.db.begin().await?;
    by.confirm(&mut tx, id, now).await?;
    let event = by.event(Kind::AllowlistChanged, id, source);
    let mut state = store::state(&mut tx, id).await?;
    let counts = version(&mut tx, id, state.counts(now)).await?;
    let plan = organisations::by_id(&mut tx, id).await?.map(|found| found.plan);
    let change = Change::between(counts.contents(), (wanted.enabled, &wanted.entries));
    let refused = if wanted.seen != state.latest {
        let latest = version(&mut tx, id, state.latest).await?;
        Some((Reason::StalePage, Saved::Stale(Box::new(latest), state)))
    } else if wanted.enabled && plan != Some(Plan::Enterprise) {
        Some((Reason::Plan, Saved::Plan))
    } else if wanted.enabled && !matcher.allows(source.address, now) {
        Some((Reason::LocksOut, Saved::LocksOut))
    } else if wanted.enabled && wanted.entries.iter().all(|entry| entry.expires_at.is_some()) {
        Some((Reason::LocksOut, Saved::AllEnd))
    } else if state.pending.is_none()
        && counts.contents() == (wanted.enabled, wanted.entries.as_slice())
    {
        Some((Reason::Already, Saved::Unchanged))
    } else {
        None
    };
    if let Some((reason, outcome)) = refused {
        security_log::record(&mut tx, event.refused(reason), now, &app.random).await?;
        tx.commit().await?;
        return Ok(outcome);
    }
    if let Some(undone) = state.undone(now) {
        roll_back(&mut tx, app, id, undone, now).await?;
        state.pending = None;
    }
    let number = state.latest + 1;
    let after = (wanted.enabled, wanted.entries.as_slice());
    store::insert_version(&mut tx, id, number, after, Some(by.account().id), now).await?;
    // Who nobody is kept out by, or nobody else, need not wait.
    let waits = wanted.enabled && !change.changes_nobodys_access();
    let until = waits.then(|| now.plus(TIME_TO_CONFIRM));
    let next = State {
        latest: number,
        in_force: if waits { state.in_force } else { number },
        pending: until.map(|until| (number, until)),
    };
    store::set_state(&mut tx, id, &next).await?;
    letters::tell(&mut tx, app, organisation, letters::What::Changed(by.account()), &change, now)
        .await?;
    let event = event.detail(by.detail(&change.to_string()));
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(Saved::Done(until))
}
