use super::rules;
use crate::error::Result;
use crate::ids::AccountId;
use crate::time::Timestamp;
use portcullis_db::{Tx, args, statements};

statements! {
    // Each turn moves the end of the queue on; who stands too far behind has none.
    TAKE_TURN = "INSERT INTO log_exports (account_id, spread_until) VALUES ($1, $2) \
                 ON CONFLICT (account_id) DO UPDATE SET spread_until = CASE WHEN log_exports.spread_until < $3 \
                 THEN $2 ELSE log_exports.spread_until + $4 END WHERE log_exports.spread_until <= $5";
    PRUNE = "DELETE FROM log_exports WHERE spread_until < $1";
}

/// Whether the account may have another export now; if so, it has taken it.
pub(super) async fn take_turn(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<bool> {
    let next = now.plus(rules::EVERY);
    let every = next.millis() - now.millis();
    let latest = now.plus(rules::EVERY * (rules::AT_ONCE - 1));
    Ok(tx.execute_guarded(&TAKE_TURN, args![account, next, now, every, latest]).await?)
}

pub(super) async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    Ok(tx.execute(&PRUNE, args![now]).await?)
}
