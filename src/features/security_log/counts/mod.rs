//! How many sign-ins an account had in each hour, and from where, raised in the
//! transaction that writes their events.

mod days;
mod store;

use super::{Kind, Verdict};
use crate::error::Result;
use crate::ids::AccountId;
use crate::places::Place;
use crate::time::Timestamp;
use portcullis_db::{Reader, Statement, Tx};
use std::time::Duration;

use days::{DAY, Quarter, spans};

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

const HOUR: Duration = Duration::from_hours(1);
/// A chart's days, and as much as the Earth's zones lie apart.
const KEPT: Duration = Duration::from_hours(31 * 24);

/// How many sign-ins succeeded and were refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// How many succeeded.
    pub succeeded: i64,
    /// How many were refused.
    pub refused: i64,
}

impl Counts {
    /// Both counted.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            succeeded: self.succeeded.saturating_add(other.succeeded),
            refused: self.refused.saturating_add(other.refused),
        }
    }

    /// What is left of them without these.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self {
            succeeded: self.succeeded.saturating_sub(other.succeeded),
            refused: self.refused.saturating_sub(other.refused),
        }
    }

    const fn one(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Succeeded => Self { succeeded: 1, refused: 0 },
            Verdict::Refused => Self { succeeded: 0, refused: 1 },
        }
    }

    /// These, or none.
    const fn only(self, condition: bool) -> Self {
        if condition { self } else { Self { succeeded: 0, refused: 0 } }
    }
}

/// Step: counts an event, where it is one that is counted.
pub(super) async fn raise(
    tx: &mut Tx,
    (account, kind, verdict): (Option<AccountId>, Kind, Verdict),
    place: &Place,
    now: Timestamp,
) -> Result<()> {
    let (Kind::SignIn, Some(account)) = (kind, account) else { return Ok(()) };
    let hour = now.start_of(HOUR);
    let one = Counts::one(verdict);
    let late = |quarter: Quarter| one.only(hour.plus(quarter.after()) <= now);
    let late = [Quarter::First, Quarter::Second, Quarter::Third].map(late);
    store::raise_hour(tx, account, hour, one, late).await?;
    store::raise_country(tx, account, now.start_of(DAY), place.tag(), one).await
}

/// An account's sign-ins of each day, given the days' first moments, the oldest first;
/// the last one has no end.
pub async fn days(
    db: &mut impl Reader,
    account: AccountId,
    starts: &[Timestamp],
) -> Result<Vec<Counts>> {
    let mut days = vec![Counts::default(); starts.len()];
    for span in spans(starts) {
        let blocks = store::blocks(db, account, &span).await?;
        span.count(&blocks, &mut days);
    }
    Ok(days)
}

/// From where an account's sign-ins came since a day of UTC, as countries or what
/// stands for one, a row a day.
pub async fn countries(
    db: &mut impl Reader,
    account: AccountId,
    since: Timestamp,
) -> Result<Vec<(Place, Counts)>> {
    let rows = store::countries(db, account, since.start_of(DAY)).await?;
    Ok(rows.into_iter().map(|(tag, counts)| (Place::from_tag(&tag), counts)).collect())
}

/// Step: removes an account's counts.
pub async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    store::remove_account(tx, account).await
}

/// Step: removes what no chart shows any more, or what the log has lost: it is kept
/// for so long, where it is not kept forever. How many rows.
pub async fn prune(tx: &mut Tx, log_kept: Option<Duration>, now: Timestamp) -> Result<u64> {
    store::prune(tx, now.minus(log_kept.map_or(KEPT, |kept| kept.min(KEPT)))).await
}
