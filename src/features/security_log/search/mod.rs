//! The log as it is searched: newest first, by the index that fits.
//!
//! What one index holds in a range is read from there, several ranges are merged.
//! Only an address together with something else is looked for among the newest
//! rows of the best index, so many and no more; the reader goes on from there.

mod store;

use super::filter::{Filter, Scope, Verdict};
use super::{Area, Entry, Object, Place};
use crate::error::Result;
use crate::ids::EventId;
use crate::time::Timestamp;
use portcullis_db::{Reader, Statement};
use std::cmp::Reverse;
use uuid::Uuid;

pub use store::Full;

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// Rows that one page looks through for an address.
const WINDOW: i64 = 2000;

/// A page of what was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The events, newest first.
    pub entries: Vec<Entry>,
    /// Where to go on, when there may be more.
    pub older: Option<Place>,
    /// Whether it stopped looking before the page was full.
    pub stopped: bool,
}

/// The part of a log between two places.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: Timestamp,
    before: Place,
}

impl Span {
    /// What a filter's period leaves of what is before a place.
    fn of(filter: &Filter, before: Option<Place>) -> Self {
        let end = filter.until.unwrap_or(Timestamp::from_millis(i64::MAX));
        let end = (end, EventId::from_uuid(Uuid::nil()));
        Self {
            from: filter.from.unwrap_or(Timestamp::from_millis(i64::MIN)),
            before: before.map_or(end, |before| before.min(end)),
        }
    }
}

/// A page of a log, newest first, before a given place.
pub async fn search(
    db: &mut impl Reader,
    scope: Scope,
    filter: &Filter,
    before: Option<Place>,
    shown: usize,
) -> Result<Found> {
    let span = Span::of(filter, before);
    let limit = i64::try_from(shown).unwrap_or(i64::MAX).saturating_add(1);
    let mut entries = match filter.address {
        Some(address) => {
            let address = address.to_canonical().to_string();
            store::from_address(db, scope, filter, &address, span, (WINDOW, limit)).await?
        }
        None if filter.area.is_none() && filter.verdict.is_none() => {
            store::all(db, scope, span, limit).await?
        }
        None => merged(db, scope, filter, span, limit).await?,
    };
    if entries.len() > shown {
        entries.truncate(shown);
        let older = entries.last().map(|last| (last.occurred_at, last.id));
        return Ok(Found { entries, older, stopped: false });
    }
    let older = match filter.address {
        Some(address) if looks_through(scope, filter) => {
            let address = address.to_canonical().to_string();
            store::edge(db, scope, &address, span, WINDOW).await?
        }
        _ => None,
    };
    Ok(Found { stopped: older.is_some(), entries, older })
}

/// Whether rows are looked at that are not asked for.
const fn looks_through(scope: Scope, filter: &Filter) -> bool {
    !matches!(scope, Scope::Installation) || filter.area.is_some() || filter.verdict.is_some()
}

async fn merged(
    db: &mut impl Reader,
    scope: Scope,
    filter: &Filter,
    span: Span,
    limit: i64,
) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for range in filter.ranges() {
        entries.extend(store::range(db, scope, range, span, limit).await?);
    }
    entries.sort_by_key(|entry: &Entry| Reverse((entry.occurred_at, entry.id)));
    entries.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(entries)
}

/// One event with everything that its row holds.
pub async fn find(db: &mut impl Reader, id: EventId) -> Result<Option<Full>> {
    store::find(db, id).await
}
