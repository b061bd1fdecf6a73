//! What ends when the security of an account changes (design §4.7): the other
//! sessions, half-done flows, mailed links, and the trust in browsers. One list,
//! so that no change forgets one of them.

use crate::error::Result;
use crate::features::sessions::rules::EndReason;
use crate::features::{
    backup_codes, enrolments, known_devices, mailed_links, pending_sign_ins, sessions,
};
use crate::ids::{AccountId, SessionId};
use crate::time::Timestamp;
use portcullis_db::Tx;

/// Step: ends all of it, and says how many sessions ended. Call with the account
/// locked.
pub async fn end_everything(
    tx: &mut Tx,
    account: AccountId,
    kept: Option<SessionId>,
    reason: EndReason,
    now: Timestamp,
) -> Result<u64> {
    let ended = sessions::end_others(tx, account, kept, reason, now).await?;
    end_flows(tx, account, now).await?;
    Ok(ended)
}

/// Step: the same where the owner wants the other sessions to stay.
pub async fn end_flows(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<()> {
    pending_sign_ins::end_all(tx, account, now).await?;
    enrolments::discard(tx, account).await?;
    backup_codes::discard_pending(tx, account).await?;
    mailed_links::void_all(tx, account, now).await?;
    known_devices::end_trust(tx, account).await?;
    Ok(())
}
