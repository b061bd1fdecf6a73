//! The few events of an account that a review looks at, each kind by an index of its
//! own: neither a flood of what anybody can cause nor a long log hides one or slows
//! this down.

mod store;

use super::Entry;
use crate::error::Result;
use crate::ids::AccountId;
use crate::time::Timestamp;
use portcullis_db::{Reader, Statement};

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// Refused sign-ins that are read at most, and refused second factors.
pub const REFUSED: i64 = 100;

/// Sign-ins that are read at most: more than anybody has in the time.
pub const ARRIVALS: i64 = 400;

/// Changes that are read at most, and exports.
pub const ACTS: i64 = 100;

/// The newest of an account's events that a review looks at; each list the newest
/// first, and no longer than it is read at most.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reviewed {
    /// Sign-ins that were refused, for whatever reason.
    pub refused: Vec<Entry>,
    /// Second factors that were refused at a sign-in.
    pub refused_codes: Vec<Entry>,
    /// Sign-ins that were completed.
    pub arrivals: Vec<Entry>,
    /// Changes of a second factor or the address.
    pub changes: Vec<Entry>,
    /// Exports of the log.
    pub exports: Vec<Entry>,
}

/// All that a review looks at since a moment.
pub async fn read(db: &mut impl Reader, account: AccountId, since: Timestamp) -> Result<Reviewed> {
    Ok(Reviewed {
        refused: store::refused(db, account, since, REFUSED).await?,
        refused_codes: store::refused_codes(db, account, since, REFUSED).await?,
        arrivals: store::arrivals(db, account, since, ARRIVALS).await?,
        changes: changes(db, account, since).await?,
        exports: store::exports(db, account, since, ACTS).await?,
    })
}

/// Changes of a second factor or the address since a moment, the newest first.
pub async fn changes(
    db: &mut impl Reader,
    account: AccountId,
    since: Timestamp,
) -> Result<Vec<Entry>> {
    store::changes(db, account, since, ACTS).await
}
