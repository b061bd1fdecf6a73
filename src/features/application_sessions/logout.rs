//! Applications that hear when a session of theirs has ended: each such end is due once,
//! until whoever tells has put it into the outbox.

use super::store;
use crate::error::Result;
use crate::ids::ApplicationSessionId;
use crate::time::Timestamp;
use portcullis_db::{Reader, Tx};

pub use store::DueLogout;

/// Ends that applications are to hear of, the longest waiting first.
pub async fn due_logouts(
    db: &mut impl Reader,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<DueLogout>> {
    store::due(db, now, limit).await
}

/// Step: takes one that is due, for whoever writes the message in this transaction;
/// false where another node has.
pub async fn take_due_logout(tx: &mut Tx, id: ApplicationSessionId) -> Result<bool> {
    store::take_due(tx, id).await
}
