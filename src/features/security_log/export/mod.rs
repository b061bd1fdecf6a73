//! The log as programs read it: all fields of each event, as CSV or JSON Lines,
//! a batch at a time, so that neither memory nor a transaction grows with it.
//!
//! A period is read in the order of time. Whoever follows the log reads it in the
//! order of commits: from a cursor on, no event is missed and none comes twice.

mod cursor;
mod format;
mod record;
mod store;

use super::{Area, Place};
use crate::error::Result;
use crate::ids::{AccountId, EventId, OrganisationId};
use crate::time::Timestamp;
use portcullis_db::{Reader, Statement};
use uuid::Uuid;

pub use cursor::Cursor;
pub use format::{FORMATS, Format};
pub use record::{FIELDS, Field, Record};

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// Rows that are read at once.
pub const BATCH: i64 = 500;
/// How far events are counted before an export; beyond, their number is open.
const COUNTED: usize = 100_000;
const COUNT_BATCH: i64 = 5_000;

/// Whose log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// One account's.
    Account(AccountId),
    /// One organisation's.
    Organisation(OrganisationId),
    /// The installation's: every account's, and what is no account's.
    Installation,
}

/// Which events.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Whose.
    pub whose: Whose,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// And before this one.
    pub until: Timestamp,
    /// About these.
    pub areas: Vec<Area>,
}

impl Wanted {
    /// The end of what has none yet.
    pub const OPEN: Timestamp = Timestamp::from_millis(i64::MAX);

    fn has_area(&self, area: Option<Area>) -> bool {
        // What a newer version has written is in nobody's choice, and not kept back.
        area.is_none_or(|area| self.areas.contains(&area))
    }

    /// Those that are wanted, as those may see them who read this log.
    fn of(&self, records: Vec<Record>) -> Vec<Record> {
        let wanted = records.into_iter().filter(|one| self.has(one));
        match self.whose {
            Whose::Organisation(_) => wanted.map(Record::for_members).collect(),
            Whose::Account(_) | Whose::Installation => wanted.collect(),
        }
    }

    fn has(&self, record: &Record) -> bool {
        self.has_area(record.area())
            && record.occurred_at < self.until
            && self.from.is_none_or(|from| from <= record.occurred_at)
    }

    /// The place before the first event.
    pub fn start(&self) -> Place {
        let from = self.from.unwrap_or(Timestamp::from_millis(0));
        (from, EventId::from_uuid(Uuid::nil()))
    }
}

/// Some events, and where to go on; nowhere when there are no more.
pub struct Batch<At> {
    /// Those that are wanted, oldest first.
    pub records: Vec<Record>,
    /// After the last that was looked at.
    pub next: Option<At>,
}

/// The next events in the order of time.
pub async fn in_time(
    db: &mut impl Reader,
    wanted: &Wanted,
    after: Place,
    limit: i64,
) -> Result<Batch<Place>> {
    let records = store::in_time(db, wanted, after, limit).await?;
    let next = full(&records, limit).map(|last| (last.occurred_at, last.id));
    Ok(Batch { records: wanted.of(records), next })
}

/// The next events in the order in which they were committed, and where to go on
/// once there are more. Only what no open transaction can stand before.
pub async fn in_commit_order(
    db: &mut impl Reader,
    wanted: &Wanted,
    after: Cursor,
    limit: i64,
) -> Result<(Batch<Cursor>, Cursor)> {
    // Asked first: whatever else is settled meanwhile is for the next time.
    let newest = match wanted.whose {
        // Else whoever follows a quiet account would look through all that happened to
        // others since its last event, and the next time again.
        Whose::Account(_) | Whose::Organisation(_) => store::newest_settled(db).await?,
        Whose::Installation => None,
    };
    let records = store::in_commit_order(db, wanted.whose, after, limit).await?;
    let next = full(&records, limit).map(|last| last.cursor);
    let seen = records.last().map_or(after, |last| last.cursor);
    let reached = next.unwrap_or_else(|| newest.map_or(seen, |newest| seen.max(newest)));
    Ok((Batch { records: wanted.of(records), next }, reached))
}

/// Whether a cursor can be of this log: one that is ahead of it was given out
/// before an older state came back, and would miss what happens until then.
pub async fn is_of_this_log(db: &mut impl Reader, cursor: Cursor) -> Result<bool> {
    Ok(cursor.number <= store::next_number(db).await?)
}

fn full(records: &[Record], limit: i64) -> Option<&Record> {
    records.last().filter(|_| i64::try_from(records.len()).is_ok_and(|count| count >= limit))
}

/// How many events there are to export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// So many were found.
    pub found: usize,
    /// And there may be more: the count was not taken to the end.
    pub open: bool,
}

impl std::fmt::Display for Counted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.found, if self.open { "+" } else { "" })
    }
}

/// Counts what is wanted, in bounded time.
pub async fn count(db: &mut impl Reader, wanted: &Wanted) -> Result<Counted> {
    let (mut found, mut seen, mut place) = (0, 0, wanted.start());
    loop {
        let heads = store::heads(db, wanted, place, COUNT_BATCH).await?;
        found += heads.iter().filter(|head| wanted.has_area(head.area())).count();
        seen += heads.len();
        match heads.last() {
            Some(last) if i64::try_from(heads.len()).is_ok_and(|count| count >= COUNT_BATCH) => {
                place = (last.occurred_at, last.id);
            }
            _ => return Ok(Counted { found, open: false }),
        }
        if seen >= COUNTED {
            return Ok(Counted { found, open: true });
        }
    }
}
